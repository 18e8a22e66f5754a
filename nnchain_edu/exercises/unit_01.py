"""Unit 01, architectures: a layer, its parameters, a filter, a memory; the rest is in `unit_01_judging`."""

import math
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import Miss, leaves_unchanged, returns, same
from nnchain_edu.exercises.unit_01_judging import MARGIN, SMALL

# 01.1 A layer -------------------------------------------------------------------------------------------------------

LAYER = Exercise(
    "01.1",
    "Compute what a layer of a network gives",
    "work out what a layer computes",
    [
        Case(
            "one unit",
            returns([11.0], [1.0, 2.0], [[3.0, 4.0]], [0.0], tolerance=1e-9),
            "A unit multiplies each input by its own weight and adds up: 3 · 1 + 4 · 2 = 11. ReLU leaves 11 as it is.",
        ),
        Case(
            "the bias",
            returns([11.5], [1.0, 2.0], [[3.0, 4.0]], [0.5], tolerance=1e-9),
            "The bias is added once to the sum of a unit: 11 + 0.5.",
        ),
        Case(
            "every unit",
            returns([11.0, 2.0, 3.0], [1.0, 2.0], [[3.0, 4.0], [0.0, 1.0], [1.0, 1.0]], [0, 0, 0], tolerance=1e-9),
            "Each row of weights is one unit and gives one number: three rows, three outputs.",
        ),
        Case(
            "the bend",
            returns([0.0, 1.0], [1.0], [[-5.0], [1.0]], [0.0, 0.0], tolerance=1e-9),
            "ReLU puts 0 in place of what is negative, and leaves the rest as it is.",
        ),
        Case(
            "bend last",
            returns([0.0, 2.0], [1.0], [[1.0], [-1.0]], [-3.0, 3.0], tolerance=1e-9),
            "The activation comes last, after the bias: 1 - 3 is negative and becomes 0, -1 + 3 is 2.",
        ),
    ],
    [
        "Go through the rows of weights and the biases side by side (zip). Each pair gives one number of the answer.",
        "For one unit: the sum of weight times input over all inputs, plus its bias. Then the larger of that and 0.",
    ],
    "That is the whole of a network's arithmetic: sums of products, a bias, a bend. Unit 07 does it in a contract.",
    kind="function",
)

# 01.2 Parameters ----------------------------------------------------------------------------------------------------

WITH_OTHER_BIASES = (6, 7, 9, 11)  # of 3 inputs and 2 outputs: no bias, one a layer, one an input, one a circle


def _counts_weights(count: Any) -> bool | Miss:
    """Whether the weights are counted; what is wrong with the biases is another case's matter."""
    came = count([3, 2])
    return came in WITH_OTHER_BIASES or same(came, 8)


COUNT = Exercise(
    "01.2",
    "Count the parameters of a multilayer perceptron",
    "work out how many numbers a network learns",
    [
        Case(
            "one layer",
            _counts_weights,
            "From 3 inputs to 2 outputs lead 3 · 2 weights; and each of the 2 outputs has a bias.",
        ),
        Case(
            "biases",
            returns(8, [3, 2]),
            "Each unit that computes has a bias of its own: 3 · 2 weights and 2 biases. Inputs compute nothing and "
            "have none.",
        ),
        Case(
            "hidden layers",
            returns(4810, [64, 64, 10]),
            "Count each pair of neighbouring layers: 64 to 64, then 64 to 10.",
        ),
        Case(
            "any depth",
            returns(62, [5, 4, 3, 2, 5]),
            "There may be any number of layers: go through all neighbouring pairs, to the last.",
        ),
        Case(
            "sizes unchanged",
            leaves_unchanged([5, 4, 3, 2, 5]),
            "The list that was given has changed: read it, but do not take anything out.",
        ),
    ],
    [
        "Take neighbouring pairs of sizes: the first with the second, the second with the third. What does a pair add?",
        "A pair (a, b) adds a weight for each of the a · b lines, and a bias for each of the b units. "
        "`itertools.pairwise` gives the pairs.",
    ],
    "Nearly all parameters sit between the two largest layers. On a chain that is where the gas goes.",
    kind="function",
)

# 01.3 A filter ------------------------------------------------------------------------------------------------------

SLIDE = Exercise(
    "01.3",
    "Slide a filter over an image",
    "slide a filter over an image, and say what a convolution assumes",
    [
        Case(
            "one place",
            returns([[10]], [[1, 2], [3, 4]], [[1, 1], [1, 1]]),
            "Where the filter fits only once, the answer is one number: all products added up.",
        ),
        Case(
            "every place",
            returns([[3, 5], [9, 11]], [[1, 2, 3], [4, 5, 6]], [[1, 1]]),
            "The filter stops where it would stand out: 3 columns less 2, plus 1, are 2 places in a row. A row of the "
            "answer for each row of places.",
        ),
        Case(
            "not flipped",
            returns([[4, 7], [13, 16]], [[1, 2, 3], [4, 5, 6]], [[2, 1]]),
            "Lay the filter on as it is, left on left: 2 · 1 + 1 · 2 = 4. (Mathematicians flip it; networks do not.)",
        ),
        Case(
            "rows and columns",
            returns([[9, 12], [15, 18], [21, 24]], [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], [[1], [1], [1]]),
            "Image and filter need not be square: take the number of rows and of columns from each.",
        ),
        Case(
            "negative weights",
            returns([[-1, 0, 1]], [[0, 1, 1, 0]], [[1, -1]]),
            "Negative answers stay negative: no activation here.",
        ),
    ],
    [
        "Two loops for the place of the filter's upper left corner, then a sum over the filter's own rows and columns. "
        "A pixel of a list of rows is image[i][j].",
        "An image of 8 columns has 8 - 3 + 1 places for a filter of 3. At place (i, j), pixel (i + a, j + b) meets "
        "weight (a, b).",
    ],
    "Nine weights serve every place of the image. A dense layer from 64 to 36 numbers would need 2,304.",
    kind="function",
)

# 01.4 A memory ------------------------------------------------------------------------------------------------------

_ONE = math.tanh(0.5)
_TWO = math.tanh(0.5 + 0.9 * _ONE)
_BENT_LATE = math.tanh(0.5 + 0.9 * 0.5)


def _stays_inside(read: Any) -> bool | Miss:
    return abs(read([2.0, 2.0], 1.0, 2.0)) <= 1 or Miss(("Expected", "a number between -1 and 1"))


def _bends_every_step(read: Any) -> bool | Miss:
    return not same(read([1.0, 1.0], 0.5, 0.9), _BENT_LATE, 1e-9) or Miss(("Expected", f"{_TWO:.6f}"))


MEMORY = Exercise(
    "01.4",
    "Read a sequence with a memory of one number",
    "read a sequence with a memory, where order matters",
    [
        Case(
            "one step",
            returns(_ONE, [1.0], 0.5, 0.9, tolerance=1e-9),
            "From an empty memory, 0, one step gives one number, tanh(hear · amount): here tanh(0.5).",
        ),
        Case(
            "inside the bend",
            _stays_inside,
            "The old memory is added before the bend: tanh of the whole sum, so that it stays between -1 and 1.",
        ),
        Case(
            "a bend a step",
            _bends_every_step,
            "tanh comes at every step, not once at the end: what is carried on has been bent already.",
        ),
        Case(
            "it remembers",
            returns(_TWO, [1.0, 1.0], 0.5, 0.9, tolerance=1e-9),
            "At each step the old memory, times keep, goes into the new one.",
        ),
        Case(
            "every step",
            returns(math.tanh(0.5 + 0.9 * _TWO), [1.0, 1.0, 1.0], 0.5, 0.9, tolerance=1e-9),
            "The memory changes at each step and is carried on; the last one is the answer.",
        ),
        Case(
            "first things first",
            returns(math.tanh(1.0 + 0.5 * math.tanh(-2.0)), [-2.0, 1.0], 1.0, 0.5, tolerance=1e-9),
            "Read from the first amount to the last. The other way round gives another answer: that is the point.",
        ),
    ],
    [
        "The memory starts empty, at 0, and changes once for each amount, in order.",
        "The new memory is tanh of a sum of two things: the amount times `hear`, and the old memory times `keep`.",
    ],
    "The same two weights at every step, however long the sequence. A GRU adds gates, which decide at each step how "
    "much to keep.",
    kind="function",
)

UNIT = Unit("01", "architectures", "Which network for which data?", [LAYER, COUNT, SLIDE, MEMORY, MARGIN, SMALL])
