"""Unit 02, backpropagation: slopes by nudging, the backward sweep, momentum; the rest is in `unit_02_steps`."""

import copy
from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import Miss, leaves_unchanged, returns, same
from nnchain_edu.exercises.unit_02_steps import INTEGER, LARGEST, SCHEDULE

# 02.1 Slopes by nudging ---------------------------------------------------------------------------------------------


def _cube(point: list[float]) -> float:
    return point[0] ** 3


def _mixed(point: list[float]) -> float:
    x, y, z = point
    return x * y + 10 * z


def _uses_the_hair(slopes: Any) -> bool | Miss:
    """A nudge of 0.1 up and down gives 12.01, up alone 12.61, down alone 11.41; a hair of one's own about 12."""
    (slope,) = slopes(_cube, [2.0], 0.1)
    return abs(slope - 12) > 0.005 or Miss(("Expected", "12.01"))


NUDGE = Exercise(
    "02.1",
    "Measure the slopes of any function by nudging",
    "check any slope by nudging",
    [
        Case(
            "one slope",
            lambda f: same(list(f(lambda p: 3 * p[0], [2.0], 0.5)), [3.0], 1e-9),
            "Divide the change of the function by the whole distance between the two places you looked at: 2 · hair.",
        ),
        Case(
            "one for each",
            lambda f: same(len(f(_mixed, [2.0, 5.0, 1.0], 1e-3)), 3),
            "The answer is a list with one slope for each number of the point.",
        ),
        Case(
            "one at a time",
            lambda f: same(list(f(_mixed, [2.0, 5.0, 1.0], 1e-3)), [5.0, 2.0, 10.0], 1e-6),
            "Nudge one number and leave all others where they were; put it back before the next.",
        ),
        Case(
            "the given hair",
            _uses_the_hair,
            "Nudge by the `hair` that is given, not by one of your own: here 0.1, so that the bend of the curve shows.",
        ),
        Case(
            "both sides",
            lambda f: same(list(f(_cube, [2.0], 0.1)), [12.01], 1e-9),
            "Look a hair up and a hair down. One side alone is off by the bend of the curve, which here is a lot.",
        ),
        Case(
            "point unchanged",
            leaves_unchanged(_mixed, [2.0, 5.0, 1.0], 1e-3),
            "The point that was given has changed: nudge a copy, list(point).",
        ),
    ],
    [
        "For each place i make two copies of the point, one with number i a hair larger, one with it a hair smaller.",
        "The slope for place i is (f(up) - f(down)) / (2 * hair). Copies are made by list(point); collect the slopes "
        "in a list.",
    ],
    "Looking to both sides cancels the bend: the error falls with the square of the hair. It is your judge for "
    "every gradient from now on, and it costs two runs a number.",
    kind="function",
)

# 02.2 The backward sweep --------------------------------------------------------------------------------------------


def _gradients(expression: Callable[..., Any], *numbers: float) -> Callable[[Any], Any]:
    """A test that the answer gives the same gradients as the course's own sweep, for the inputs and the result."""

    def test(sweep: Any) -> bool | Miss:
        from nnchain_edu.nets.autograd import Value, backward

        judged, ours = [Value(n) for n in numbers], [Value(n) for n in numbers]
        result, reference = expression(*judged), expression(*ours)
        backward(reference)
        sweep(result)
        found = [value.grad for value in (*judged, result)]
        return bool(same(found, [value.grad for value in (*ours, reference)], 1e-9)) or Miss(
            ("Gradients found", ", ".join(f"{g:.6g}" for g in found)),
            ("Expected", ", ".join(f"{value.grad:.6g}" for value in (*ours, reference))),
        )

    return test


def _reaches_the_start(sweep: Any) -> bool | Miss:
    from nnchain_edu.nets.autograd import Value

    x = Value(2.0)
    sweep((x * 3.0) ** 2)
    return x.grad != 0 or Miss(("Gradient found", "0"), ("Expected", "36"))


def _twice(sweep: Any) -> bool | Miss:
    from nnchain_edu.nets.autograd import Value

    x = Value(3.0)
    result = x * 2.0
    sweep(result)
    sweep(result)
    return x.grad == 2.0 or Miss(("Gradient after two sweeps", f"{x.grad:g}"), ("Expected", "2"))


def _fork(x: Any) -> Any:
    y = x * 2.0  # y is used by z and by the result, so it may hand on only after z has handed on to it
    z = y * 3.0
    return z + y


def _late_child(x: Any) -> Any:
    y = x * 2.0
    z = (y * 3.0).tanh() * y
    return (z + x) * y


BACKWARD = Exercise(
    "02.2",
    "Write the backward sweep",
    "build the engine that finds all slopes in one sweep",
    [
        Case(
            "the start",
            _gradients(lambda x: x, 5.0),
            "The slope of the result with respect to itself is 1: set result.grad = 1.0 before handing on.",
        ),
        Case(
            "from the result back",
            _reaches_the_start,
            "Nothing has arrived at the first number. Begin at the result: `ancestors(result)` already goes from the "
            "youngest to the oldest, and each hands on to its parents.",
        ),
        Case(
            "along a path",
            _gradients(lambda x: (x * 3.0) ** 2, 2.0),
            "Along a path slopes multiply: a parent gets slope * value.grad, not the slope alone.",
        ),
        Case(
            "over paths",
            _gradients(lambda x: x * x + x, 3.0),
            "x is used more than once, so its paths must add up: += and not =.",
        ),
        Case(
            "the order",
            lambda f: _gradients(_fork, 1.0)(f) and _gradients(_late_child, 0.4)(f),
            "A number has handed on before all its contributions had arrived, or more than once. Go from the youngest "
            "(largest birth) to the oldest, each once.",
        ),
        Case(
            "twice the same",
            _twice,
            "A second sweep over the same numbers gives other gradients: set all of them to 0 at the beginning.",
        ),
    ],
    [
        "`ancestors(result)` gives all numbers you need, in an order that works. First set their grad to 0, and the "
        "result's to 1.",
        "Then for each value of that order, and for each pair of its parents and slopes (zip puts them together), "
        "add slope * value.grad to parent.grad.",
    ],
    "These few lines are what PyTorch's loss.backward() does, with arrays in place of numbers.",
    kind="function",
    may_give_none=True,
)

# 02.3 Momentum ------------------------------------------------------------------------------------------------------

_FROM_REST = ([1.0], [1.0], [0.0], 0.1, 0.9)  # one weight at 1, slope 1, no velocity


def _weights_first(step: Any) -> bool | Miss:
    first, second = step(*copy.deepcopy(_FROM_REST))
    return not (same(first, [1.0], 1e-9) and same(second, [0.9], 1e-9)) or Miss(("Expected", "([0.9], [1.0])"))


def _downhill(step: Any) -> bool | Miss:
    return step(*copy.deepcopy(_FROM_REST))[0][0] < 1 or Miss(("Expected", "a new weight below 1"))


MOMENTUM = Exercise(
    "02.3",
    "Take one step of gradient descent with momentum",
    "take a step with momentum and say what it is good for",
    [
        Case(
            "weights first",
            _weights_first,
            "These are the right numbers in the wrong order: return the new weights first, then the new velocities.",
        ),
        Case(
            "downhill",
            _downhill,
            "The slope is up, so the weight must go down: subtract the step.",
        ),
        Case(
            "velocity without rate",
            lambda f: same(f(*copy.deepcopy(_FROM_REST))[1], [1.0], 1e-9),
            "From rest and with slope 1 the new velocity is 0.9 · 0 + 1 = 1: the rate has no part in it, and the "
            "gradient is taken whole.",
        ),
        Case(
            "the rate",
            returns(([0.9], [1.0]), *_FROM_REST, tolerance=1e-9),
            "The weight moves by the rate times the new velocity: from 1 to 1 − 0.1 · 1 = 0.9.",
        ),
        Case(
            "velocity fades",
            lambda f: same(f([0.0], [0.0], [2.0], 0.1, 0.9)[1], [1.8], 1e-9),
            "Without any slope, the ball keeps the share `memory` of its velocity: 2.0 becomes 1.8.",
        ),
        Case(
            "the new velocity",
            lambda f: same(f([0.0], [0.0], [2.0], 0.1, 0.9)[0], [-0.18], 1e-9),
            "The step is taken with the new velocity, after it was updated.",
        ),
        Case(
            "whole slope",
            returns(([0.53], [4.7]), [1.0], [2.0], [3.0], 0.1, 0.9, tolerance=1e-9),
            "The new velocity is memory * velocity + gradient; the gradient is added whole, not by a share.",
        ),
        Case(
            "every weight",
            returns(([0.9, 2.2, -0.3], [1.0, -2.0, 3.0]), [1, 2, 0], [1, -2, 3], [0, 0, 0], 0.1, 0.5, tolerance=1e-9),
            "Each weight has its own slope and its own velocity; return two lists as long as the list of weights.",
        ),
        Case(
            "inputs unchanged",
            leaves_unchanged([1.0, 2.0], [3.0, 4.0], [5.0, 6.0], 0.1, 0.9),
            "The lists that were given have changed: build new ones.",
        ),
    ],
    [
        "Two lines: first the new velocities, then the new weights, each as a list.",
        "A new velocity is memory * v + g, a new weight w - rate * (its new velocity). zip goes through several lists "
        "side by side.",
    ],
    "A steady slope g drives the velocity towards g / (1 - memory): with memory 0.9 ten times as fast. So the ball "
    "runs along the floor of a ravine. Across it swings, and not less than plain descent: the price of the speed.",
    kind="function",
)

UNIT = Unit(
    "02", "backpropagation", "How does a network learn?", [NUDGE, BACKWARD, MOMENTUM, LARGEST, INTEGER, SCHEDULE]
)
