"""Bitcoin's own bytes: the genesis block, compact targets, the four retargets, mining at low difficulty."""

import pytest

from nnchain_edu.protocols.bitcoin import (
    EASIEST_BITS,
    GENESIS,
    RETARGETS,
    Header,
    bits_of,
    difficulty,
    double_sha256,
    easy_bits,
    mine,
    retarget,
    target_of,
)


def test_the_genesis_block_has_its_famous_hash():
    assert GENESIS.shown == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    assert len(GENESIS.pack()) == 80 and GENESIS.is_mined
    assert not GENESIS._replace(nonce=GENESIS.nonce + 1).is_mined


def test_double_sha256_of_nothing():
    assert double_sha256(b"").hex() == "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456"


@pytest.mark.parametrize("first, last, before, after", RETARGETS)
def test_the_four_retargets(first, last, before, after):
    assert retarget(first, last, before) == after


def test_the_vectors_reach_every_branch():
    spans = [last - first for first, last, _, _ in RETARGETS]
    assert any(span < 302400 for span in spans) and any(span > 4 * 1209600 for span in spans)
    assert [after for *_, after in RETARGETS] == [0x1D00D86A, 0x1D00FFFF, 0x1C0168FD, 0x1D00E1FD]


@pytest.mark.parametrize(
    "bits, target",
    [
        *((0x01123456, 0x12), (0x02123456, 0x1234), (0x03123456, 0x123456), (0x04123456, 0x12345600)),
        *((0x05009234, 0x92340000), (0x20123456, 0x123456 << 232), (0x1D00FFFF, 0xFFFF << 208)),
    ],
)
def test_compact_targets(bits, target):
    assert target_of(bits) == target


@pytest.mark.parametrize(
    "target, bits", [(0x80, 0x02008000), (0x7F, 0x017F0000), (0xFFFF << 208, 0x1D00FFFF), (1, 0x01010000)]
)
def test_targets_in_four_bytes(target, bits):
    assert bits_of(target) == bits and target_of(bits) == target


def test_round_trips_lose_no_more_than_the_last_digits():
    for power in range(256):
        for target in (2**power, 2 ** (power + 1) - 1):
            back = target_of(bits_of(target))
            assert back <= target and target - back <= target >> 15


def test_difficulty():
    assert difficulty(EASIEST_BITS) == 1
    assert difficulty(0x1B0404CB) == pytest.approx(16307.420938523983)  # the usual example, block 100,800


def test_mining_finds_what_everybody_can_check():
    work = []
    for seed in range(60):
        header, hashes = mine(Header(1, bytes(32), bytes([seed] * 32), 0, easy_bits(6)))
        assert header.is_mined and header.nonce == hashes - 1
        assert int.from_bytes(header.hash, "little") < 2**250
        work.append(hashes)
    assert 40 < sum(work) / len(work) < 95  # 64 on average


def test_mining_gives_up():
    with pytest.raises(ValueError, match="attempts: 10 hashes from nonce 0"):
        mine(GENESIS._replace(nonce=0), attempts=10)


@pytest.mark.parametrize("bits", [0, 0x1D800001, 0x23000001, 0x1D000000, -1, 2**32, 1.5])
def test_bits_that_are_no_target(bits):
    with pytest.raises(ValueError, match=r"^bits must"):
        target_of(bits)


def test_bad_input():
    with pytest.raises(ValueError, match=r"^target must"):
        bits_of(0)
    with pytest.raises(ValueError, match=r"^zero_bits must be a whole number from 0 to 32, got 33"):
        easy_bits(33)
    with pytest.raises(ValueError, match=r"^previous must have 32 bytes, got 31"):
        GENESIS._replace(previous=bytes(31)).pack()
    with pytest.raises(ValueError, match=r"^nonce must"):
        GENESIS._replace(nonce=2**32).pack()
    with pytest.raises(ValueError, match=r"^first_time must"):
        retarget(-1, 5, EASIEST_BITS)
