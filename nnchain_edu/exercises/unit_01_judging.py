"""Unit 01, continued: between which values an accuracy lies, and the challenge of a small reader of digits."""

import math
from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.kinds import Miss, same
from nnchain_edu.exercises.models import reaches

# 01.5 A margin ------------------------------------------------------------------------------------------------------


_NEAR = 6e-4  # three digits are enough; 1.96 in place of 2 is found out


def _margin(right: int, images: int) -> list[float]:
    p = right / images
    spread = 2 * math.sqrt(p * (1 - p) / images)
    return [max(0.0, p - spread), min(1.0, p + spread)]


def _expected(right: int, images: int) -> Miss:
    low, high = _margin(right, images)
    return Miss(("Expected", f"about ({low:.3f}, {high:.3f})"))


def _middle(answer: Any) -> bool | Miss:
    low, high = answer(225, 450)
    return bool(low < high and same((low + high) / 2, 0.5, _NEAR)) or _expected(225, 450)


def _margins(*tests: tuple[int, int]) -> Callable[[Any], Any]:
    """A test of the answer's margins for these pairs of (right, images), one after the other."""

    def test(answer: Any) -> bool | Miss:
        for right, images in tests:
            if not same(list(answer(right, images)), _margin(right, images), _NEAR):
                return _expected(right, images)
        return True

    return test


MARGIN = Exercise(
    "01.5",
    "Say between which values an accuracy lies",
    "say whether a difference between two networks means anything",
    [
        Case(
            "around the share",
            _middle,
            "Return two numbers, lowest first; in their middle lies the share that was right, 225/450 = 0.5.",
        ),
        Case(
            "the spread",
            _margins((225, 450)),
            "The margin to each side is 2 · √(p(1 − p)/n), n under the root, p the share and not the count: 0.047.",
        ),
        Case(
            "any test set",
            _margins((50, 100)),
            "The number of images is given; it is not always 450. Fewer images, a wider margin.",
        ),
        Case(
            "any share",
            _margins((900, 1000)),
            "The margin depends on p: it is narrower for 0.9 than for 0.5.",
        ),
        Case(
            "no more than all",
            _margins((99, 100), (1, 100)),
            "A share lies between 0 and 1: cut the margin there.",
        ),
    ],
    [
        "First p, the share that was right. Then one standard deviation of that share, and twice it to each side.",
        "The standard deviation is √(p · (1 − p) / n), all of it under the root. `min` and `max` cut at 0 and 1.",
    ],
    "Four times the images halve the margin. Near 0 and 1 the formula fails: 450 of 450 has no margin at all by it. "
    "Say then: 95 times in 100 the true share is above 1 − 3/450.",
    kind="function",
)

# 01.6 The challenge -------------------------------------------------------------------------------------------------

LIMIT, GOAL = 5_000, 0.97


def _held_out() -> tuple[Any, Any]:
    from nnchain_edu.nets import digits

    data = digits()
    return data.X_test, data.y_test


def _ten_scores(model: Any) -> bool | Miss:
    shape = tuple(model(_held_out()[0][:3]).shape)
    return shape == (3, 10) or Miss(("Shape for three images", str(shape)), ("Needed", "(3, 10)"))


def _small(model: Any) -> bool | Miss:
    """Frozen numbers count too: the contract that holds the network would have to store them."""
    count = sum(parameter.numel() for parameter in model.parameters())
    return 0 < count < LIMIT or Miss(("Parameters", f"{count:,}"), ("Needed", f"fewer than {LIMIT:,}"))


SMALL = Exercise(
    "01.6",
    "Read 97 % of the new digits with fewer than 5,000 parameters",
    "build a network that is small and good enough",
    [
        Case(
            "ten scores",
            _ten_scores,
            "The model takes rows of 64 pixels and gives ten scores for each.",
        ),
        Case(
            "small enough",
            _small,
            "Too many numbers. Which layer holds most of them? All count, frozen ones too.",
        ),
        Case(
            "97 %",
            reaches(GOAL, _held_out),
            "It reads too few of the 450 held-out digits. Is it trained long enough, with a falling rate?",
        ),
    ],
    [
        "A filter is cheap: 3 × 3 weights serve the whole image. Most parameters of our CNN sit in its dense head.",
        "Take the lesson's CNN with half of its filters in each layer, or fewer. Then train as the lesson did.",
    ],
    "Below 5,000 the lesson's first MLP passes too, by a hair. Can you stay below 2,500? It takes an assumption that "
    "saves parameters. In unit 07's contract each of them costs gas.",
    kind="model",
    seconds=10.0,
    needs=("torch", "nnchain_edu.nets"),
)
