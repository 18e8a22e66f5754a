"""What every bench must survive: `drive(Boundary)` in a unit's test walks its state to all its extremes."""

import itertools
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from nnchain_edu.lab.bench import paint
from nnchain_edu.lab.controls import Button
from nnchain_edu.lab.figures import png
from nnchain_edu.lab.state import State

LONGEST = 250  # characters of the line of text
PLAIN_FIGURES = 5  # so many are drawn in the 200 ms within which a bench answers: one takes 40 ms of a quiet processor


class Plain(State):
    """The yardstick: one line in a figure of the usual size."""

    title = "A plain figure"

    def text(self) -> str:
        return "One line."

    def draw(self, fig: Any) -> None:
        fig.subplots().plot([0, 1], [0, 1])


def cost_in_plain_figures(answer: Callable[[Any], object], values: Iterable[Any]) -> float:
    """Processor time of `answer(value)`, the least of all `values`, in plain figures drawn in between.

    What else the machine does makes both slower alike; a limit in milliseconds would be one on that.
    """

    def seconds(action: Callable[[], object]) -> float:
        begun = time.thread_time()
        action()
        return time.thread_time() - begun

    def plain() -> None:
        png(paint(Plain()), quick=True)

    first, *values = values
    plain(), answer(first)  # fonts are loaded, caches are warm
    measured = [(seconds(lambda value=value: answer(value)), seconds(plain)) for value in values]
    return min(cost for cost, _ in measured) / min(cost for _, cost in measured)


def drive(make: Callable[[], State], steps: int = 3, same: tuple[str, ...] = ()) -> None:
    """Try every control at lowest, default and highest, every button, the prediction, some training steps.

    `make` gives a fresh state. Each control must change the picture or the line of text, except those named
    in `same` (which, say, only count in the training).
    """
    default = look(make())
    turned = [control for control in make().controls if not isinstance(control, Button)]
    for control in turned:
        state, views = make(), set()
        with pytest.raises(ValueError, match=control.name):
            state.set(**{control.name: "no such value"})
        for value in control.trials():
            state.set(**{control.name: value})
            assert state.values[control.name] == value
            views.add(look(state))
        assert len(views) > 1 or control.name in same, f"{control.name} changes neither picture nor text"
        state.reset()
        assert look(state) == default, f"reset does not undo {control.name}"
    for end in (0, -1):
        state = make()
        state.set(**{control.name: control.trials()[end] for control in turned})
        look(state)
    for button in [control for control in make().controls if isinstance(control, Button)]:
        state = make()
        state.press(button.name)
        look(state)
        state.reset()
        assert look(state) == default, f"reset does not undo the button {button.name}"
    if make().prediction is not None:
        assert isinstance(make().compare(make().prediction.trial()), str)
    if make().trains:
        train(make(), steps)


def look(state: State) -> tuple[str, bytes]:
    """Text and pixels of a state, after checking that the text is one line."""
    line = state.text()
    assert line.strip() and len(line.splitlines()) == 1, f"the text must be one line: {line!r}"
    assert len(line) <= LONGEST, f"a text of {len(line)} characters is too long to be read out: {line!r}"
    fig = paint(state)
    fig.canvas.draw()
    assert fig.axes, "draw made no axes"
    box, page = fig.get_tightbbox(), fig.bbox_inches
    beyond = (page.x0 - box.x0, page.y0 - box.y0, box.x1 - page.x1, box.y1 - page.y1)
    for side, inches in zip(("left", "lower", "right", "upper"), beyond, strict=True):
        assert inches < 0.03, f"{inches:.2f} inches are cut off at the {side} edge; figure_fitted = True makes room"
    return line, bytes(fig.canvas.buffer_rgba())


def train(state: State, steps: int) -> None:
    """Some steps of the training: each says how much is done, and in what words."""
    last = 0.0
    for fraction, text in itertools.islice(state.steps(), steps):
        assert last <= fraction <= 1, f"the fraction done went from {last} to {fraction}"
        assert str(text).strip(), "a step says in words what was done"
        last = fraction
    assert last > 0, "the training yields no step"
    look(state)
