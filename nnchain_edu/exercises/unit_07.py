"""Unit 07: quantise, bound, pack, unpack with signs, ReLU on lanes, argmax; and the contest of contracts."""

from collections.abc import Callable
from numbers import Integral
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import Miss, leaves_unchanged, returns
from nnchain_edu.exercises.unit_07_contest import contest
from nnchain_edu.exercises.unit_07_lanes import WORD, signed_lanes
from nnchain_edu.exercises.unit_07_reading import argmax, relu, unpack

# --- 07.1 ---------------------------------------------------------------------------------------------


def _of_type(kind: type) -> Callable[[Any], bool | Miss]:
    def test(answer: Any) -> bool | Miss:
        numbers, _ = answer([1.0, -0.5], 8)
        fits = all(isinstance(number, kind) and not isinstance(number, bool) for number in numbers)
        return fits or Miss(("Types", ", ".join(type(number).__name__ for number in numbers)))

    return test


def _a_pair(answer: Any) -> bool:
    given = answer([2.0, 0.0], 8)
    return isinstance(given, tuple | list) and len(given) == 2 and hasattr(given[0], "__len__") and given[1] >= 0


def _quantised(numbers: list[int], step: float, values: list[float], bits: int) -> Any:
    return returns((numbers, step), values, bits, tolerance=1e-12)


quantise = Exercise(
    number="07.1",
    title="Quantise weights to whole numbers",
    objective="turn a trained network into whole numbers, and say what the rounding costs",
    kind="function",
    cases=(
        Case("a pair", _a_pair, "Give a pair: first the list of whole numbers, then the step."),
        Case(
            "scale",
            _quantised([127, 0], 2 / 127, [2.0, 0.0], 8),
            "The largest weight becomes the largest whole number that 8 bits with a sign hold on both sides:"
            " 2**7 - 1 = 127. One step is then 2 / 127.",
        ),
        Case("whole numbers", _of_type(Integral), "The EVM takes whole numbers: give `int`, not floats."),
        Case(
            "Python's int",
            _of_type(int),
            "These are whole numbers, but NumPy's, which end at 64 bits, and a word has 256. Give Python's own `int`:"
            " `.tolist()` makes them.",
        ),
        Case(
            "nearest",
            _quantised([7, 4], 1 / 7, [1.0, 0.54], 4),
            "0.54 is 3.78 steps, so the nearest whole number is 4. `int` and `//` cut the fraction off.",
        ),
        Case(
            "nearest below zero",
            _quantised([7, -2, -3], 1 / 7, [1.0, -0.32, -0.4], 4),
            "-0.32 and -0.4 are -2.24 and -2.8 steps, the nearest are -2 and -3. Adding 0.5 and cutting off,"
            " or rounding down, works on one side of zero only.",
        ),
        Case(
            "largest below zero",
            _quantised([3, -7], 1.0, [3.0, -7.0], 4),
            "The largest weight *by size* sets the scale, and here that is -7.0. Take `abs` before `max`.",
        ),
        Case(
            "all zero",
            lambda answer: list(answer([0.0, 0.0], 8)[0]) == [0, 0],
            "All weights are zero, so the largest is zero too, and nothing can be divided by it. Any step will do.",
        ),
        Case(
            "weights stay", leaves_unchanged([1.0, -0.2], 8), "Make a new list: the trained weights are still needed."
        ),
    ),
    hints=(
        "First the step: how large is the largest weight, and which whole number shall it become?",
        "The step is the largest size divided by `2**(bits - 1) - 1`. Divide each weight by it and `round`, which goes"
        " to the nearest whole number on both sides of zero.",
    ),
    praise="No weight moved by more than half a step. One bit more halves the step; whether that is worth its gas,"
    " the bench above shows.",
)

# --- 07.2 ---------------------------------------------------------------------------------------------

bound = Exercise(
    number="07.2",
    title="Prove how wide a lane must be",
    objective="prove that no input whatever can overflow a lane",
    kind="function",
    cases=(
        Case(
            "all weights",
            returns(7, [1, 2], 0, 15),
            "Both products can be at their largest at once: 15 + 30 = 45. A lane with a sign needs 7 bits for it.",
        ),
        Case(
            "sign bit",
            returns(5, [1], 0, 15),
            "15 takes four bits, but half of a lane's numbers are negative: 2**(L - 1) must be above the largest sum.",
        ),
        Case(
            "negative weights",
            returns(6, [1, -1], 0, 15),
            "The weights' signs do not cancel: an input may be bright where the weight is negative and dark elsewhere."
            " Add sizes. (Keeping positive and negative weights apart gives the narrower bound of the compiler; here"
            " the simple one is asked for.)",
        ),
        Case(
            "bias",
            returns(7, [-2], -20, 15),
            "30 + 20 = 50: the bias counts with its size, and once.",
        ),
        Case(
            "exactly a power of two",
            returns(8, [4], 4, 15),
            "The largest sum is 64 = 2**6. A lane of 7 bits ends at 63, so it takes 8: the bound is strict.",
        ),
        Case(
            "large numbers",
            returns(62, [2**57 - 1], 15, 15 + 1),
            "The sum is 2**61 - 1 exactly. `math.log2` works in floats and rounds it up: count bits with whole"
            " numbers, by `.bit_length()` or a loop.",
        ),
        Case(
            "nothing to add",
            returns(1, [0, 0], 0, 15),
            "If all is zero, a single bit will do: 0 is below 2**0.",
        ),
    ),
    hints=(
        "What is the largest sum, by size, that any choice of inputs from 0 to x_max gives? Then: the smallest L with"
        " that sum below 2**(L - 1).",
        "Sizes of weights times x_max, plus the size of the bias. A number n is below 2**(n.bit_length()).",
    ),
    praise="This is a proof, not a test: it holds for every picture that anybody will ever send. The compiler does it"
    " for each neuron, and names the one for which it fails.",
)

# --- 07.3 ---------------------------------------------------------------------------------------------


def _dot(weights: list[int], inputs: list[int], lane_bits: int) -> Any:
    """The top lane of inputs times packed weights, read with its sign, is their dot product."""
    expected = sum(weight * x for weight, x in zip(weights, inputs, strict=True))

    def test(answer: Any) -> bool | Miss:
        packed = answer(list(weights), lane_bits)
        product = signed_lanes(inputs, lane_bits) * packed + 2 ** (255 - lane_bits)
        top = product % WORD >> 256 - lane_bits
        top -= 2**lane_bits if top >= 2 ** (lane_bits - 1) else 0
        return top == expected or Miss(("Top lane", str(top)), ("Dot product", str(expected)))

    return test


pack = Exercise(
    number="07.3",
    title="Pack weights for a dot product in one multiplication",
    objective="compute a dot product with one multiplication, and say why it is exact",
    kind="function",
    cases=(
        Case(
            "one weight",
            returns(5 << 240, [5], 16),
            "The first weight stands in the top lane: 16 bits from the top, so shift it by 256 - 16.",
        ),
        Case(
            "next weight",
            returns((5 << 240) + (3 << 224), [5, 3], 16),
            "The first weight belongs in the top lane and each next one a lane *below*, since the inputs run upward:"
            " only so do they meet in the top lane.",
        ),
        Case(
            "other widths",
            returns((2 << 244) + (1 << 232), [2, 1], 12),
            "Lanes have lane_bits bits, here 12. 256 is no multiple of 12: the top lane begins at 256 - 12, not at 12 *"
            " 20, and each next one 12 bits below.",
        ),
        Case(
            "not negative",
            returns(WORD - (2 << 240), [-2], 16),
            "A word of the EVM is a number from 0 to 2**256 - 1. Take the sum modulo 2**256.",
        ),
        Case(
            "borrow",
            returns(((5 << 240) - (3 << 224)) % WORD, [5, -3], 16),
            "A negative weight borrows from the lane above. Add up `weight << place` with its sign; if you cut each"
            " weight to its lane first, or use `|`, the borrow is lost and the lane above is one too large.",
        ),
        Case(
            "full word",
            _dot([(-1) ** n * (n + 1) for n in range(16)], [n % 15 + 1 for n in range(16)], 16),
            "With all 16 lanes in use, the top lane is no longer the dot product. Is the last weight's lane the lowest"
            " one, at bit 0?",
        ),
        Case(
            "lanes that do not fill the word",
            _dot([(-2) ** (n % 4) for n in range(21)], [n % 16 for n in range(21)], 12),
            "21 lanes of 12 bits leave 4 bits over. They stay free at the *bottom* for the weights.",
        ),
    ),
    hints=(
        "Inputs: place n at bit `lane_bits * n`. Which bit must weight n stand at so that the two add up to the top"
        " lane's first bit?",
        "Weight n stands at `256 - lane_bits - lane_bits * n`. Sum the shifted weights as they are, signs and all, and"
        " reduce modulo 2**256 once, at the end.",
    ),
    praise="One MUL for 5 gas does the work of up to 21 multiplications and 20 additions. What you paid is the proof"
    " of 07.2: without it, the lanes spill.",
)

UNIT = Unit(
    "07",
    "onchain_inference",
    "A network inside the EVM",
    (quantise, bound, pack, unpack, relu, argmax, contest),
)
