"""Entries of the contest of unit 07: two networks of 12 hidden neurons, kept as whole numbers.

They were trained on all digits, the contest's images included. The lab warns that the contest cannot see this; here it
is wanted, so that they pass whatever noise is drawn (any edit of the contest's contract draws another), and so that
each wrong entry made of them fails for its own reason only.
"""

from pathlib import Path

from nnchain_edu.exercises.unit_07_contest import lanes_of
from nnchain_edu.nets import QuantisedNetwork
from nnchain_edu.onchain import compile_network
from tests.exercises.answers import Answers

FOLDER = Path(__file__).parent / "contest_07"
FIRST, SECOND = (compile_network(QuantisedNetwork.load(FOLDER / f"{name}.json")) for name in ("first", "second"))
LANES = lanes_of(FIRST)
JUMPDEST = b"\x5b"  # does nothing for 1 gas
ALWAYS_THREE = bytes.fromhex("60035f5260205ff3") + bytes(32)
READS_STORAGE = bytes.fromhex("5f545f5260205ff3") + bytes(32)

CONTEST = Answers(
    right=[FIRST, (SECOND.runtime, SECOND.pixel_bits, list(lanes_of(SECOND)))],
    wrong=[
        ((ALWAYS_THREE, 4, range(64)), "reads digits"),
        ((FIRST.runtime, 4, LANES[::-1]), "reads digits"),
        ((FIRST.runtime, 4, [pixel if pixel > 10 else 255 for pixel in LANES]), "at least 96 percent"),
        ((FIRST.runtime, 4, [*LANES, *[255] * (64 - len(LANES)), *range(10, 20)]), "one word"),
        ((JUMPDEST * 150 + FIRST.runtime, 4, LANES), "little gas"),
        ((FIRST.runtime, 4, LANES, bytes(4)), "reads digits"),
    ],
    stub=...,
    broken=(READS_STORAGE, 4, range(64)),
)
