"""Unit 07, exercises 4 to 6: what is done with lanes once they are full."""

from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.kinds import returns
from nnchain_edu.exercises.unit_07_lanes import offset_lanes, relu_gives, signed_lanes, takes_few_operations

# --- 07.4 ---------------------------------------------------------------------------------------------


def _unpacks(values: list[int], lane_bits: int) -> Any:
    return returns(values, signed_lanes(values, lane_bits), lane_bits, len(values))


unpack = Exercise(
    number="07.4",
    title="Unpack lanes with their signs",
    objective="read signed numbers out of lanes, borrows included",
    kind="function",
    cases=(
        Case(
            "lowest lane first",
            _unpacks([1, 2, 3], 16),
            "Shift right by lane_bits for each lane, keep the lowest lane_bits bits, lowest lane first.",
        ),
        Case(
            "sign",
            _unpacks([5, 7, -4], 16),
            "The top bit of a lane is its sign: from 2**15 on, 2**16 has to be taken off.",
        ),
        Case(
            "borrow",
            _unpacks([-1, 5, 2], 16),
            "A negative lane has borrowed 1 from the lane above, which now reads one too small. Give it back, or add"
            " half a lane to all lanes at once before you take them apart.",
        ),
        Case(
            "borrow across a zero",
            _unpacks([-1, 0, 0, 4], 16),
            "The lane above the negative one was 0 and has borrowed in turn. Give back lane by lane, from below.",
        ),
        Case(
            "smallest number",
            _unpacks([-1, -(2**11), 2**11 - 1, -(2**11)], 12),
            "A lane of 12 bits holds -2048 to 2047, both included. Where exactly do the negative numbers begin? And"
            " -2048 reads as 2047 once the lane below has borrowed from it.",
        ),
        Case(
            "top lane",
            _unpacks([3, 0, -1] * 5 + [-7], 16),
            "16 lanes of 16 bits fill the word. The top lane's sign is the word's; nothing of it may be lost.",
        ),
        Case(
            "lanes that do not fill the word",
            _unpacks([(-1) ** (n + 1) * (n + 1) for n in range(21)], 12),
            "21 lanes of 12 bits use 252 bits. The 4 bits above hold the top lane's borrow, and are no lane.",
        ),
    ),
    hints=(
        "If no lane were negative, it would be a shift and a mask. Can you make them all positive first?",
        "Add 2**(lane_bits - 1) in every lane, modulo 2**256: no lane is negative then, so none borrows. Take the lanes"
        " apart, and take the half off each again.",
    ),
    praise="Adding half a lane turned signed lanes into plain ones. The contract does the same: it folds the halves"
    " into the bias, where they cost nothing.",
)

# --- 07.5 ---------------------------------------------------------------------------------------------

relu = Exercise(
    number="07.5",
    title="Apply ReLU to all lanes at once",
    objective="apply ReLU and argmax to lanes without taking them apart",
    kind="function",
    cases=(
        Case(
            "positive stays",
            relu_gives([5], 16),
            "Positive values stay, without the half that was added: take each lane's top bit off.",
        ),
        Case("negative goes", relu_gives([-5], 16), "Negative values become 0. A lane's top bit is 0 exactly there."),
        Case(
            "zero",
            relu_gives([0], 16),
            "0 stands as 2**15 in its lane, and must come out as 0.",
        ),
        Case(
            "neighbours",
            relu_gives([32767, -32768, 1, -1], 16),
            "A lane took bits from its neighbour. After a shift, mask what came from other lanes, before you multiply.",
        ),
        Case(
            "all lanes",
            relu_gives([*((-1) ** n * (1000 + n) for n in range(15)), 77], 16),
            "Both ends matter: lane 0 and lane 15 have a neighbour on one side only. Are there 16 ones in your mask?",
        ),
        Case(
            "other widths",
            relu_gives([(-1) ** n * (2000 - n) for n in range(21)], 12),
            "Lanes of 12 bits: masks and shifts follow from lane_bits and count.",
        ),
        Case(
            "whole words",
            takes_few_operations(16, 16),
            "Right, but lane by lane. In the EVM each of these operations costs gas. Work on the whole word: one mask"
            " for all lanes, made of the top bits.",
        ),
    ),
    hints=(
        "Each lane's top bit says whether it stays. Bring all top bits down to the lowest bits of their lanes, with"
        " one shift and one mask of ones. How does a 1 become a lane full of ones?",
        "A one times 2**(lane_bits - 1) - 1 is a lane of ones below the top bit. All lanes at once: the masked top bits"
        " times that number. Then a single `&` with the word.",
    ),
    praise="A handful of operations, for 1 lane or for 21. So a contract can have the activation of a whole layer"
    " for less than the price of two additions a lane.",
)

# --- 07.6 ---------------------------------------------------------------------------------------------


def _a_lane(answer: Any) -> bool:
    """The answer may count from 1, but gives no score."""
    return answer(offset_lanes([40, 30, 20], 25), 25, 3) in range(4)


def _largest(expected: int, values: list[int], lane_bits: int = 25) -> Any:
    return returns(expected, offset_lanes(values, lane_bits), lane_bits, len(values))


argmax = Exercise(
    number="07.6",
    title="Find the lane with the largest score",
    objective="apply ReLU and argmax to lanes without taking them apart",
    kind="function",
    cases=(
        Case("its number", _a_lane, "The class is wanted, the *number* of the lane, not its content."),
        Case("first lane", _largest(0, [7, 1, 3]), "Lanes are counted from 0, and lane 0 is the lowest."),
        Case(
            "one lane alone",
            _largest(2, [10, 20, 30]),
            "After `>>` the lanes above still stand there, and lane 0 seems the largest. Keep only lane_bits"
            " bits of each.",
        ),
        Case(
            "below zero",
            _largest(1, [-9, -2, -7]),
            "All scores are negative, and still one is the largest. Do not start your search at score 0.",
        ),
        Case(
            "mixed signs",
            _largest(2, [-5, 3, 4, -1]),
            "Half a lane was added to every score, so the lanes compare as plain numbers. Reading a sign out of the"
            " top bit turns the order around.",
        ),
        Case(
            "last lane",
            _largest(9, [0, 5, 1, 8, 3, 7, 2, 4, 6, 9]),
            "Ten lanes, the last one is number 9. In a tournament, make sure that an odd one out goes on.",
        ),
        Case(
            "tie",
            _largest(3, [1, 2, 0, 6, 6, 5, 6, 1, 0, 3]),
            "Three lanes are equally large. As in PyTorch, the first of them counts.",
        ),
        Case(
            "above the lanes",
            returns(4, offset_lanes([1, 2, 0, 3, 9, 5, 6, 1, 0, 3], 25) + (5 << 250), 25, 10),
            "Ten lanes of 25 bits leave 6 bits above them, and here something stands there. It belongs to no lane: mask"
            " the last lane, too.",
        ),
        Case(
            "so many lanes",
            returns(1, offset_lanes([3, 8, 2], 25) + (2**25 - 1 << 75), 25, 3),
            "Three lanes are scores. What stands in the fourth is larger, but it is none: look at `count` lanes only.",
        ),
        Case(
            "other widths",
            _largest(15, [*range(-8, 8)], 16),
            "16 lanes of 16 bits: use lane_bits and count, not 25 and 10.",
        ),
    ),
    hints=(
        "Half a lane was added to every score: take the lanes apart with a shift and a mask, and compare.",
        "Ties are the difficulty. `max` over pairs (score, number) would take the last of the best; with"
        " (score, -number) it takes the first.",
    ),
    praise="The contract writes the reversed number of each lane into eight bits below its score and lets the lanes"
    " play a tournament in whole words: the winner brings its number along.",
)
