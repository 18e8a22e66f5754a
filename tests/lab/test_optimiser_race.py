"""The bench's state at the ends of its controls, a diverging run, what becomes of a prediction, its speed."""

import pytest

from nnchain_edu.lab.bench import Bench
from nnchain_edu.lab.controls import Button
from nnchain_edu.lab.figures import STYLE, blank, png, rc_context
from nnchain_edu.lab.optimiser_race import OptimiserRace
from tests.lab.driving import PLAIN_FIGURES, cost_in_plain_figures, drive

VALUES = [(c.name, value) for c in OptimiserRace.controls if not isinstance(c, Button) for value in c.trials()]


def drawn(state):
    fig = blank(state.figure_width, state.figure_height)
    with rc_context(STYLE):
        state.draw(fig)
    return fig


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(OptimiserRace)


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_every_end_of_every_control_is_drawn_and_said(name, value):
    state = OptimiserRace()
    state.set(**{name: value})
    fig = drawn(state)
    assert len(png(fig)) > 10_000
    assert state.surface.capitalize() in state.text() and "\n" not in state.text()
    assert all(axes.get_xlabel() for axes in fig.axes)


def test_a_diverging_run_is_shown_as_diverging():
    state = OptimiserRace()
    state.set(optimiser="gradient descent", rate=0.2)
    assert "gradient descent diverged at step 4" in state.text()
    seen, heights = drawn(state).axes
    for axes in (seen, heights):
        assert [line.get_marker() for line in axes.lines].count("X") == 1
    left, right, bottom, top = seen.axis()
    cross = next(line for line in seen.lines if line.get_marker() == "X").get_xydata()[0]
    assert left <= cross[0] <= right and bottom <= cross[1] <= top


def test_a_run_that_comes_home_has_no_cross():
    state = OptimiserRace()
    state.set(optimiser="momentum", rate=0.045, walk=200)
    assert "momentum arrived after 100 steps" in state.text()
    assert not any(line.get_marker() == "X" for axes in drawn(state).axes for line in axes.lines)


@pytest.mark.parametrize(
    ("settings", "prediction", "words"),
    [
        ({"rate": 0.06}, 0.1, "already at 0.06: the border lies lower"),
        ({"rate": 0.04}, 0.02, "at 0.04 it has not diverged"),
        ({"rate": 0.06}, 0.05, "what happens at 0.06 agrees"),
        ({"rate": 0.04}, 0.05, "what happens at 0.04 agrees"),
        ({"surface": "bowl"}, 0.05, "choose these two"),
        ({"optimiser": "Adam"}, 0.05, "choose these two"),
    ],
)
def test_the_prediction_is_held_against_the_run_and_the_border_stays_hidden(settings, prediction, words):
    state = OptimiserRace()
    state.set(**settings)
    said = state.compare(prediction)
    assert words in said and f"You predicted {prediction:g}" in said
    assert "0.05" not in said.replace(f"predicted {prediction:g}", "")


def test_refused_values_change_nothing():
    state = OptimiserRace()
    with pytest.raises(ValueError, match="rate"):
        state.set(surface="bowl", rate=5)
    assert state.surface == "ravine"


def test_the_bench_asks_for_a_prediction_first_and_then_answers():
    bench = Bench(OptimiserRace())
    bench.act("set", values={"rate": 0.1})
    assert bench.state.rate == 0.02 and bench.view["message"]
    bench.act("predict", value="0.08")
    bench.act("set", values={"rate": 0.06})
    assert "already at 0.06" in bench.view["comparison"]


@pytest.mark.slow
def test_a_change_answers_within_200_ms_of_a_quiet_processor():
    state = OptimiserRace()

    def change(step):
        state.set(rate=0.02 + 0.005 * step, walk=300)
        png(drawn(state), quick=True)

    assert cost_in_plain_figures(change, range(6)) < PLAIN_FIGURES
