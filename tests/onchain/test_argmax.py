import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnchain_edu.chain import Chain
from nnchain_edu.onchain.argmax import INDEX_BITS, Keys
from nnchain_edu.onchain.assembly import assemble

from .running import call

CHAIN = Chain()


def winner(keys: Keys, values: list[int]) -> int:
    """The tournament's answer for `values`, run in the EVM."""
    words = keys.start()
    for index, value in enumerate(values):
        word, bit = keys.place(index)
        words[word] += value << (bit + INDEX_BITS)
    code = assemble([*words, *keys.tournament(), 31, "MSTORE8", "MSIZE", 0, "RETURN"])
    return int.from_bytes(call(CHAIN, code), "big")


@given(
    count=st.integers(1, 40),
    highest=st.sampled_from([1, 2, 200, 2**12 - 1, 2**16 - 1, 50_000, 2**20, 2**60]),
    seed=st.integers(0, 2**16),
    few=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_the_largest_wins_and_of_equal_ones_the_first(count, highest, seed, few):
    draw = random.Random(seed)
    choices = [0, highest, highest // 2] if few else range(highest + 1)
    values = [draw.choice(choices) if few else draw.randint(0, highest) for _ in range(count)]
    assert winner(Keys(count, highest), values) == values.index(max(values))


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7, 10, 13, 256])
def test_every_place_can_win_against_all_others_full(count):
    highest = 2**16 - 9
    for place in range(count) if count < 20 else (0, 1, 100, 254, 255):
        values = [highest - 1] * count
        values[place] = highest
        assert winner(Keys(count, highest), values) == place


def test_ten_classes_need_142_gas():
    from nnchain_edu.onchain.assembly import straight_gas

    keys = Keys(10, 2**16 - 9)
    assert keys.kept and keys.words == 1
    assert straight_gas(keys.tournament()) == 142
