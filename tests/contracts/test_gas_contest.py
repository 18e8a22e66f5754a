"""The contest of contracts: what it refuses, how it draws and encodes, and that its gas is a transaction's."""

import random

import pytest
from eth_utils import keccak

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.lab.gas_contest import encode, enter, noisy, open_contest, place_code

SOURCE = random.Random(7)
IMAGES = [[SOURCE.choice((0, 0, SOURCE.randrange(16))) for _ in range(64)] for _ in range(12)]
LABELS = [n % 10 for n in range(12)]
ANSWER = "5f5260205ff3"  # PUSH0 MSTORE PUSH1 32 PUSH0 RETURN: the number on top of the stack is the class
PADDING = bytes(32)


def always(digit, work=0):
    """Code that answers the same digit always, after some work."""
    return bytes.fromhex("5f" + "8001" * work + f"5060{digit:02x}" + ANSWER) + PADDING


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def contest(chain):
    return open_contest(chain, IMAGES, LABELS)


def commit(chain, contest, code, bits=4, pixels=range(64), prefix=b"", sender="bob"):
    entry = place_code(chain, code)
    chain.send(contest.functions.commit, entry, bits, bytes(pixels), prefix, sender=sender)
    return entry


# --- figures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("work", [0, 40, 400])
@pytest.mark.parametrize(
    "bits, pixels, prefix",
    [(4, range(64), b""), (8, range(64), b""), (8, [*range(31, -1, -1), *range(63, 31, -1)], b"abcd"),
     (12, range(61), b""), (12, range(1, 62), b"\0\0\1\2"), (16, [5], b""), (32, range(60), b"")],
    ids=["nibbles", "bytes", "bytes in order", "61 lanes", "selector", "one pixel", "wide lanes"],
)  # fmt: skip
def test_its_gas_is_that_of_real_transactions(chain, contest, bits, pixels, prefix, work):
    result = enter(chain, contest, always(3, work), bits, list(pixels), prefix)
    entry = contest.events.Committed().get_logs(from_block=0)[0].args["entry"]
    seed = contest.functions.entries(entry).call()[2]
    spent = 0
    for number, image in enumerate(IMAGES):
        data = encode(noisy(image, seed, number), bits, list(pixels), prefix)
        sent = chain.w3.eth.send_transaction({"from": chain.accounts["alice"].address, "to": entry, "data": data})
        spent += chain.w3.eth.wait_for_transaction_receipt(sent)["gasUsed"]
    assert result.gas == -(-spent // len(IMAGES))
    assert result.right == LABELS.count(3) == 1


def test_an_entry_sees_the_noisy_image_in_its_lanes(chain):
    """This entry answers pixel 9 of lanes of 12 bits, and is judged on labels that the noise has made."""
    code = bytes.fromhex("5f3560" + f"{12 * 4:02x}" + "1c610fff16" + ANSWER) + PADDING
    pixels = [60, 61, 62, 63, 9]
    contest = open_contest(chain, IMAGES[:6], [0] * 6)
    entry = commit(chain, contest, code, 12, pixels)
    chain.mine(2)
    chain.send(contest.functions.draw, entry)
    seed = contest.functions.entries(entry).call()[2]
    expected = sum(noisy(image, seed, number)[9] == 0 for number, image in enumerate(IMAGES[:6]))
    chain.send(contest.functions.judge, entry, 100)
    assert contest.functions.entries(entry).call()[-2] == expected


def test_the_noise_touches_few_pixels_a_little_and_differs_from_seed_to_seed():
    seen = set()
    for seed in (bytes(32), b"\1" * 32):
        for number in range(50):
            image = noisy([0, 15] * 32, seed, number)
            moved = [after - before for before, after in zip([0, 15] * 32, image, strict=True)]
            assert all(0 <= pixel <= 15 for pixel in image)
            assert sum(step != 0 for step in moved) <= 4 and max(map(abs, moved)) <= 8
            seen.add(tuple(noisy([7] * 64, seed, number)))
    assert len(seen) == 100


def test_images_in_several_blobs_are_all_judged(chain):
    images, labels = [IMAGES[n % 12] for n in range(450)], [n // 225 for n in range(450)]
    contest = open_contest(chain, images, labels)
    result = enter(chain, contest, always(1), 4, [0])
    assert (result.right, result.images) == (225, 450)


# --- who leads -----------------------------------------------------------------------------------------


def test_the_good_entry_with_the_least_gas_leads(chain):
    contest = open_contest(chain, IMAGES, [4] * 12)
    assert not enter(chain, contest, always(3), 4, [0]).leads  # cheap, but wrong
    assert enter(chain, contest, always(4, 200), 4, list(range(64)), owner="carol").leads
    dear = contest.functions.least_gas().call()
    assert not enter(chain, contest, always(4, 300), 4, list(range(64))).leads
    assert enter(chain, contest, always(4, 20), 4, [0], owner="dave").leads
    assert contest.functions.least_gas().call() < dear
    leader = contest.functions.leader().call()
    assert contest.functions.entries(leader).call()[0] == chain.accounts["dave"].address


@pytest.mark.parametrize("right, good", [(24, True), (23, False)])  # of 25: exactly 96 %, and 92 %
def test_96_percent_are_enough(chain, right, good):
    contest = open_contest(chain, [IMAGES[0]] * 25, [4] * right + [5] * (25 - right))
    assert enter(chain, contest, always(4), 4, [0]).leads == good


# --- the order of things -------------------------------------------------------------------------------


def test_the_seed_comes_from_the_block_after_the_commitment(chain, contest):
    entry = commit(chain, contest, always(3))
    deciding = chain.block().number + 1
    with pytest.raises(Reverted, match="does not exist yet"):
        chain.send(contest.functions.draw, entry)
    with pytest.raises(Reverted, match="draw first"):
        chain.send(contest.functions.judge, entry, 5)
    chain.mine(2)
    chain.send(contest.functions.draw, entry)
    address = bytes(12) + bytes.fromhex(entry[2:])
    assert contest.functions.entries(entry).call()[2] == keccak(bytes(chain.block(deciding).hash) + address)
    with pytest.raises(Reverted, match="drawn already"):
        chain.send(contest.functions.draw, entry)


def test_after_256_blocks_it_is_too_late(chain, contest):
    entry = commit(chain, contest, always(3))
    chain.mine(258)
    with pytest.raises(Reverted, match="too late"):
        chain.send(contest.functions.draw, entry)


def test_nobody_enters_or_is_judged_twice(chain, contest):
    entry = commit(chain, contest, always(3))
    with pytest.raises(Reverted, match="entered already"):
        chain.send(contest.functions.commit, entry, 4, bytes(64), b"", sender="judy")
    chain.mine(2)
    chain.send(contest.functions.draw, entry)
    chain.send(contest.functions.judge, entry, 12)
    with pytest.raises(Reverted, match="judged already"):
        chain.send(contest.functions.judge, entry, 12)
    with pytest.raises(Reverted, match="not entered"):
        chain.send(contest.functions.draw, chain.accounts["bob"].address)


# --- what may be entered -------------------------------------------------------------------------------

OUTSIDE = {
    "BALANCE": "31", "ORIGIN": "32", "CALLER": "33", "GASPRICE": "3a", "EXTCODESIZE": "3b", "EXTCODECOPY": "3c",
    "EXTCODEHASH": "3f", "BLOCKHASH": "40", "COINBASE": "41", "TIMESTAMP": "42", "NUMBER": "43", "PREVRANDAO": "44",
    "SELFBALANCE": "47", "SLOAD": "54", "SSTORE": "55", "GAS": "5a", "TLOAD": "5c", "TSTORE": "5d", "LOG0": "a0",
    "CREATE": "f0", "CALL": "f1", "CALLCODE": "f2", "DELEGATECALL": "f4", "CREATE2": "f5", "STATICCALL": "fa",
    "SELFDESTRUCT": "ff",
}  # fmt: skip


@pytest.mark.parametrize("before", [0, 1, 30, 31, 40, 64])
def test_code_that_looks_outside_is_refused_wherever_it_stands(chain, contest, before):
    for opcode, byte in OUTSIDE.items():
        with pytest.raises(Reverted, match="reads or calls something outside"):
            commit(chain, contest, b"\x5b" * before + bytes.fromhex(byte) + b"\x5b" * 40)
            pytest.fail(f"{opcode} got in")


@pytest.mark.parametrize("width", [1, 2, 20, 31, 32])
def test_pushed_bytes_are_data_and_nothing_hides_behind_them(chain, contest, width):
    push = bytes([0x5F + width])
    commit(chain, contest, PADDING + push + b"\x54" * width + PADDING)
    with pytest.raises(Reverted, match="outside"):
        commit(chain, contest, PADDING + push + b"\x54" * (width + 1) + PADDING)
    commit(chain, contest, PADDING + push + b"\x54" * (width - 1))  # cut off by the end of the code


@pytest.mark.parametrize(
    "bits, pixels, why",
    [
        (3, [0], "lanes of 4 to 32"),
        (33, [0], "lanes of 4 to 32"),
        (4, [], "no pixels"),
        (4, [0, 64], "numbered 0 to 63"),
    ],
)
def test_an_encoding_that_cannot_be_is_refused(chain, contest, bits, pixels, why):
    with pytest.raises(Reverted, match=why):
        commit(chain, contest, always(3), bits, pixels)


def test_no_code_no_entry(chain, contest):
    with pytest.raises(Reverted, match="no contract there"):
        chain.send(contest.functions.commit, chain.accounts["bob"].address, 4, b"\0", b"")
    with pytest.raises(Reverted, match="no contract there"):
        commit(chain, contest, b"\x5b" * 31)


@pytest.mark.parametrize(
    "code", ["60035f5260015ff3", "5f5ffd", "fe", "5b5f56"], ids=["a byte", "revert", "invalid", "loop"]
)
def test_an_entry_without_an_answer_reads_nothing_right(chain, code):
    contest = open_contest(chain, IMAGES[:3], [0, 3, 3])
    assert enter(chain, contest, bytes.fromhex(code) + PADDING, 4, [0]).right == 0


def test_no_contest_without_whole_rows(chain):
    for blobs, why in (([], "no images"), ([place_code(chain, bytes(66 + 3))], "not a whole number of rows")):
        with pytest.raises(Reverted, match=why):
            chain.deploy("gas_contest", blobs)
    with pytest.raises(Reverted, match="different sizes"):
        chain.deploy("gas_contest", [place_code(chain, bytes(1 + 130)), place_code(chain, bytes(1 + 65))])


@pytest.mark.parametrize(
    "images, why",
    [([], "1 to 225"), ([[0] * 64] * 300, "multiple of 225"), ([[0] * 63], "64 pixels"), ([[16] * 64], "0 to 15")],
)
def test_images_are_checked_before_anything_is_deployed(chain, images, why):
    before = chain.block().number
    with pytest.raises(ValueError, match=why):
        open_contest(chain, images, [0] * len(images))
    assert chain.block().number == before
