import threading
import time

import pytest

from nnchain_edu.lab import Bench, Button, Prediction, Slider, State, Step, Toggle
from tests.lab.driving import drive

PNG = b"\x89PNG\r\n\x1a\n"
PATIENCE = 120  # seconds for a thread to get on, on a machine with other work to do


class Line(State):
    title = "A line"
    figure_height = 120
    controls = (
        Slider("slope", "Slope", -2, 2, 0.5, 1.0),
        Toggle("dots", "Dots"),
        Button("double", "Double it"),
    )
    prediction = Prediction("Where does it end?", low=-10, high=10)

    def reset(self):
        self.factor = 1
        super().reset()

    def double(self):
        self.factor *= 2

    def text(self):
        return f"It ends at {self.slope * self.factor:g}, {'dotted' if self.dots else 'plain'}."

    def compare(self, prediction):
        return f"You said {prediction:g}, it is {self.slope * self.factor:g}."

    def draw(self, fig):
        fig.subplots().plot([0, 1], [0, self.slope * self.factor], "o" if self.dots else "-")


class Count(State):
    title = "Counting"
    figure_height = 120
    controls = (Slider("stride", "Stride", 1, 3, 1, 1),)
    count, pause = 100, 0.0

    def reset(self):
        self.at = 0
        self.closed = 0
        super().reset()

    def steps(self):
        try:
            for n in range(1, self.count + 1):
                self.at += self.stride
                time.sleep(self.pause)
                yield Step(n / self.count, f"step {n}")
        finally:
            self.closed += 1

    def text(self):
        return f"Counted to {self.at} by {self.stride}."

    def draw(self, fig):
        fig.subplots().bar(["here"], [self.at])


class Slow(Count):
    """Five hours of counting: it is under way until somebody stops it."""

    count, pause = 10**6, 0.02


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def opened(make):
    """A bench whose prediction has been written."""
    bench = Bench(make())
    bench.act("predict", value="0.5")
    return bench


def test_both_survive_their_extremes():
    drive(Line)
    drive(Count)


def test_the_prediction_comes_first():
    bench = Bench(Line())
    bench.act("set", values={"slope": 2.0})
    assert bench.view["message"] == "Write your prediction first."
    assert bench.state.slope == 1.0
    bench.act("predict", value="far")
    assert "a number" in bench.view["message"] and bench.view["locked"]
    bench.act("predict", value="1,5")
    assert (bench.view["locked"], bench.view["prediction"], bench.view["comparison"]) == (False, "1.5", "")
    bench.act("set", values={"slope": 2.0})
    assert bench.view["comparison"] == "You said 1.5, it is 2."


def test_a_view_is_one_snapshot():
    bench = opened(Line)
    bench.act("set", values={"slope": -2.0, "dots": True}, seq=7)
    view = bench.view
    assert view["values"] == {"slope": -2.0, "dots": True}
    assert view["line"] == "It ends at -2, dotted."
    assert view["picture"].startswith(PNG) and view["seq"] == 7
    assert repr(bench) == "Bench: A line. It ends at -2, dotted."


def test_buttons_and_reset():
    bench = opened(Line)
    bench.act("press", name="double")
    assert bench.view["line"] == "It ends at 2, plain."
    bench.act("reset")
    assert bench.view["line"] == "It ends at 1, plain."
    assert bench.view["comparison"] == "" and not bench.view["locked"]


@pytest.mark.parametrize(
    ("do", "given", "said"),
    [
        ("set", {"values": {"slope": 9}}, "slope (Slope) accepts -2 to 2"),
        ("set", {"values": {"speed": 1}}, "no control is named 'speed'"),
        ("press", {"name": "explode"}, "no button is named 'explode'"),
        ("press", {"name": "reset"}, "no button is named 'reset'"),
    ],
)
def test_what_is_refused_becomes_a_message(do, given, said):
    bench = opened(Line)
    before = bench.view
    bench.act(do, **given)
    assert said in bench.view["message"]
    assert (bench.view["line"], bench.view["picture"]) == (before["line"], before["picture"])


class Failing(Line):
    where = "draw"

    def draw(self, fig):
        if self.where == "draw" and self.slope == 2:
            raise FloatingPointError("<b>nan</b>")
        super().draw(fig)

    def text(self):
        if self.where == "text" and self.slope == 2:
            raise KeyError("loss")
        return super().text()

    def changed(self):
        if self.where == "changed" and self.slope == 2:
            raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("draw", "FloatingPointError: <b>nan</b>"),
        ("text", "KeyError: 'loss'"),
        ("changed", "ZeroDivisionError: "),
    ],
)
def test_an_error_of_the_state_is_a_message_and_the_bench_goes_on(where, said):
    bench = opened(type("Failing", (Failing,), {"where": where}))
    bench.act("set", values={"slope": 2.0})
    assert said in bench.view["message"]
    bench.act("set", values={"slope": 0.5})
    assert bench.view["message"] == "" and bench.view["picture"].startswith(PNG)


def test_training_runs_to_its_end():
    bench = Bench(Count())
    bench.act("start")
    bench.wait(PATIENCE)
    assert bench.progress == {"fraction": 1.0, "text": "done"}
    assert bench.view["line"] == "Counted to 100 by 1." and not bench.view["running"]
    assert bench.state.closed == 1


def test_training_shows_progress_and_stops():
    bench = Bench(Slow())
    seen = []
    bench.observe(lambda change: seen.append(change.new["fraction"]), names="progress")
    bench.act("start")
    assert bench.view["running"]
    until(lambda: len(seen) > 2)
    bench.act("set", values={"stride": 3})
    assert bench.view["message"] == "A training is running. Stop it first."
    bench.act("stop")
    at = bench.state.at
    bench.wait(PATIENCE)
    assert bench.state.at - at <= 1, "the step under way is the last"
    assert bench.state.at > 0 and bench.state.closed == 1
    assert bench.progress["text"] == "stopped" and not bench.view["running"]
    assert len(seen) > 2 and seen == sorted(seen)


def test_reset_stops_a_training():
    bench = Bench(Slow())
    bench.act("start")
    until(lambda: bench.state.at > 2)
    bench.act("reset")
    assert not bench.running and bench.view["line"] == "Counted to 0 by 1."
    assert bench.progress == {"fraction": 0.0, "text": ""}
    time.sleep(0.1)
    assert bench.state.at == 0


def test_a_second_start_is_refused():
    before, bench = threading.enumerate(), Bench(Slow())
    bench.act("start")
    bench.act("start")
    assert bench.view["message"] == "A training is running. Stop it first."
    training = [thread for thread in threading.enumerate() if thread.name == "training" and thread not in before]
    bench.stop(PATIENCE)
    assert len(training) == 1 and not training[0].is_alive()


def test_a_diverging_training_says_so():
    class Diverging(Count):
        def steps(self):
            yield Step(0.01, "step 1")
            raise OverflowError("the loss is infinite")

    bench = Bench(Diverging())
    bench.act("start")
    bench.wait(PATIENCE)
    assert bench.view["message"] == "OverflowError: the loss is infinite"
    assert bench.progress["text"] == "failed" and not bench.view["running"]


def test_only_the_training_draws_while_it_runs():
    drawn_by = set()

    class Watched(Slow):
        def draw(self, fig):
            drawn_by.add((threading.current_thread().name, bench.running))
            super().draw(fig)

    bench = Bench(Count())  # until the watched one is made
    bench = Bench(Watched())
    bench.act("start")
    for _ in range(3):
        bench.act("set", values={"stride": 2})
        drawn_by.discard(("training", True))
        until(lambda: ("training", True) in drawn_by)
    bench.stop(PATIENCE)
    assert (threading.current_thread().name, True) not in drawn_by


def test_a_failed_training_is_compared_too():
    class Failing(Count):
        prediction = Prediction("Does it diverge?", kind="choice", options=("yes", "no"))

        def steps(self):
            yield Step(0.01, "step 1")
            raise OverflowError("the loss is infinite")

    bench = Bench(Failing())
    bench.act("predict", value="no")
    bench.act("start")
    bench.wait(PATIENCE)
    assert bench.view["comparison"].startswith("You predicted no.")


def test_a_stop_that_comes_late_is_answered():
    bench = Bench(Count())
    bench.act("start", seq=1)
    bench.wait(PATIENCE)
    bench.act("stop", seq=2)
    assert bench.view["seq"] == 2


def test_only_a_state_fits():
    with pytest.raises(TypeError, match="dict was given"):
        Bench({})


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ((Slider("a", "A", 0, 1, 1, 0), Toggle("a", "A")), "one name"),
        ((Slider("text", "T", 0, 1, 1, 0),), "'text' cannot name"),
        ((Slider("two words", "T", 0, 1, 1, 0),), "'two words' cannot name"),
        ((Button("nothing", "Nothing"),), "needs a method"),
        ((Button("reset", "Reset"),), "needs a method"),
    ],
)
def test_a_state_is_declared_consistently(controls, said):
    broken = type("Broken", (Line,), {"controls": controls})
    with pytest.raises((ValueError, TypeError), match=said):
        broken()


def test_a_refused_value_changes_nothing():
    state = Line()
    with pytest.raises(ValueError, match="slope"):
        state.set(dots=True, slope=7)
    assert state.dots is False


class Idle(Line):
    controls = (*Line.controls, Toggle("idle", "Idle"))


class Sticky(Line):
    most = 0

    def text(self):
        self.most = max(self.most, self.slope)
        return f"{super().text()} At most {self.most}."


class Wordy(Line):
    def text(self):
        return "one line\nand another"


class Undone(Line):
    def reset(self):
        self.factor = getattr(self, "factor", 1)
        State.reset(self)


class Clipped(Line):
    def draw(self, fig):
        super().draw(fig)
        fig.axes[0].text(1.01, 0.5, "a note outside the axes", transform=fig.axes[0].transAxes)


class Backwards(Count):
    def steps(self):
        yield Step(0.5, "half")
        yield Step(0.25, "a quarter")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Idle, "idle changes neither"),
        (Sticky, "reset does not undo slope"),
        (Wordy, "must be one line"),
        (Undone, "reset does not undo the button double"),
        (Clipped, "cut off at the right edge"),
        (Backwards, "from 0.5 to 0.25"),
    ],
)
def test_driving_finds_faults(make, said):
    with pytest.raises(AssertionError, match=said):
        drive(make)
    if make is Idle:
        drive(make, same=("idle",))
