"""The architect's bench: every end of every control, live curves, Stop, a run that diverges, the prediction."""

import time

import pytest

from nnchain_edu.lab.architect import FAMILIES, Architect, architecture
from nnchain_edu.lab.bench import Bench
from nnchain_edu.nets import parameter_count
from tests.lab.driving import drive, look


def trained(**values):
    state = Architect()
    state.set(**values)
    for _ in state.steps():
        pass
    return state


def test_every_control_answers_at_its_ends():
    drive(Architect)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_network_is_the_one_that_the_controls_describe(family):
    state = Architect()
    state.set(family=family, width=8, depth=2)
    assert parameter_count(state.model) == parameter_count(architecture(family, 8, 2, "relu"))
    assert f"{parameter_count(state.model):,} parameters" in state.text()


def test_curves_grow_with_the_passes_and_the_text_says_how_far_it_is():
    state = Architect()
    state.set(passes=5, labels=300)
    views, fractions = set(), []
    for fraction, said in state.steps():
        fractions.append(fraction)
        assert said.startswith("pass ")
        views.add(look(state)[1])
    assert fractions == sorted(fractions) and fractions[0] == 0 and fractions[-1] == 1
    assert len(views) >= 5
    assert state.history.outcome == "finished" and "New digits read right" in state.text()


def test_stop_keeps_what_has_been_reached():
    state = Architect()
    steps = state.steps()
    for _ in range(100):
        next(steps)
    steps.close()
    assert state.history.outcome == "cancelled" and state.history.epochs == 2
    assert "after pass 2" in state.text()


def test_a_diverging_rate_is_shown_as_diverging():
    state = trained(rate=10.0)
    assert state.history.diverged and "Diverged in pass 1" in state.text()
    assert look(state)[1] != look(Architect())[1]


def test_turning_a_control_forgets_the_run():
    state = trained(passes=5, labels=100)
    state.set(width=8)
    assert state.history is None and "Not trained yet" in state.text()


def test_what_the_lab_asks_has_the_answers_it_tells():
    straight = [trained(depth=depth, activation="identity").reached for depth in (1, 4)]
    assert straight[1] < straight[0] + 0.01 and abs(trained().reached - straight[0]) < 0.02
    dead = trained(rate=1.0)
    assert not dead.history.diverged and dead.reached < 0.3
    small = trained(family="CNN, dense head", width=8, depth=2)
    assert parameter_count(small.model) == 1970 and small.reached >= 0.97 and "The goal" in small.text()
    few = trained(family="CNN, pooled head", width=16, depth=3, labels=100, passes=40)
    assert few.reached > trained(labels=100, passes=40).reached + 0.01


def test_the_prediction_is_held_against_the_network_it_was_made_for():
    assert "reset, and train it" in Architect().compare(97.0)
    state = trained()
    assert "within chance" in state.compare(round(100 * state.reached, 1))
    assert "points off" in state.compare(50.0)
    state.set(width=8)
    assert "reset, and train it" in state.compare(97.0)


def test_the_bench_trains_and_stops():
    bench = Bench(Architect())
    bench.act("predict", value="97")
    bench.act("set", values={"family": "CNN, dense head", "passes": 40})
    bench.act("start")
    deadline = time.monotonic() + 600
    while bench.state.history is None or bench.state.history.epochs < 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    bench.act("stop")
    bench.wait(600)
    assert not bench.running and bench.state.history.outcome == "cancelled"
    assert bench.progress["text"] == "stopped"
