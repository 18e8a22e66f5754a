"""The contest of unit 07: opening it, entering a contract, and the same noise and encoding in Python."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from eth_utils import keccak

from nnchain_edu.chain import Chain, ChainError

ROW, BRIGHTEST, TOUCHED, EMPTY = 65, 15, 4, 255  # as in gas_contest.vy
A_BLOB = 225  # images: 14,626 bytes of the 24,576 that a contract may have
AT_ONCE = 150  # images judged in a transaction, about 7 million gas
GAS = 45_000_000  # at most for each of those
CREATE = bytes.fromhex("80600a3d393df3")  # after PUSH2 size: copy what follows these ten bytes, and return it


class Result(NamedTuple):
    """What the contest's contract says: images read right, of how many, and gas of a mean whole transaction."""

    right: int
    images: int
    gas: int
    leads: bool


def place_code(chain: Chain, runtime: bytes) -> str:
    """Put these bytes on the chain as a contract's code, and return its address."""
    if not isinstance(runtime, bytes) or not 0 < len(runtime) <= 24_576:
        given = f"{len(runtime)} bytes" if isinstance(runtime, bytes) else repr(runtime)
        raise ValueError(f"runtime must be 1 to 24,576 bytes of code, not {given}")
    made = b"\x61" + len(runtime).to_bytes(2, "big") + CREATE + runtime
    sent = chain.w3.eth.send_transaction({"from": chain.accounts["alice"].address, "data": made})
    return chain.w3.eth.wait_for_transaction_receipt(sent)["contractAddress"]


def open_contest(chain: Chain, images: Iterable[Sequence[int]], labels: Iterable[int]) -> Any:
    """Put labelled images (64 whole pixels from 0 to 15 each) into data contracts, and open a contest on them."""
    rows = [bytes([int(label), *map(int, image)]) for image, label in zip(images, labels, strict=True)]
    if not rows or (len(rows) > A_BLOB and len(rows) % A_BLOB):
        raise ValueError(f"images must be 1 to {A_BLOB}, or a multiple of {A_BLOB}, not {len(rows)}")
    if any(len(row) != ROW or max(row[1:]) > BRIGHTEST for row in rows):
        raise ValueError(f"each image must have 64 pixels from 0 to {BRIGHTEST}")
    blobs = [b"\0" + b"".join(rows[first : first + A_BLOB]) for first in range(0, len(rows), A_BLOB)]
    return chain.deploy("gas_contest", [place_code(chain, blob) for blob in blobs])


def enter(
    chain: Chain,
    contest: Any,
    runtime: bytes,
    lane_bits: int,
    pixels: Sequence[int],
    prefix: bytes = b"",
    owner: str = "bob",
) -> Result:
    """Commit a contract, wait for the deciding block, draw the seed, let it be judged on all images.

    `lane_bits`, `pixels` and `prefix` say how the contract wants its call data, as in `gas_contest.vy`: which pixel
    stands in each lane, the lowest first, 255 for none; and what stands before the words.
    Raises ChainError with the contest's reason when it refuses the entry.
    """
    entry = place_code(chain, runtime)
    chain.send(contest.functions.commit, entry, lane_bits, bytes(pixels), bytes(prefix), sender=owner)
    chain.mine(2)
    chain.send(contest.functions.draw, entry, sender=owner)
    judged = None
    for _ in range(0, contest.functions.images().call(), AT_ONCE):
        judged = chain.send(contest.functions.judge, entry, AT_ONCE, sender=owner, gas=GAS)
        if not judged["status"]:
            raise ChainError("the contest ran out of gas while it judged this entry")
    said = judged.events[-1].args
    return Result(said["right"], contest.functions.images().call(), said["gas"], said["leads"])


def noisy(image: Sequence[int], seed: bytes, number: int) -> list[int]:
    """Pixels of image `number` as the contest draws them from `seed`: four touched, by one or two steps."""
    pixels = [int(pixel) for pixel in image]
    noise = int.from_bytes(keccak(seed + number.to_bytes(32, "big")), "big")
    for _ in range(TOUCHED):
        steps = 1 + (noise >> 8 & 1)
        moved = pixels[noise & 63] + (-steps if noise >> 9 & 1 else steps)
        pixels[noise & 63] = min(max(moved, 0), BRIGHTEST)
        noise >>= 16
    return pixels


def encode(image: Sequence[int], lane_bits: int, pixels: Sequence[int], prefix: bytes = b"") -> bytes:
    """The call data that an entry gets for an image: pixel after pixel in lanes, the first one lowest."""
    lanes, data = 256 // lane_bits, bytes(prefix)
    for first in range(0, len(pixels), lanes):
        places = enumerate(pixels[first : first + lanes])
        word = sum(int(image[pixel]) << lane_bits * lane for lane, pixel in places if pixel != EMPTY)
        data += word.to_bytes(32, "big")
    return data


def held_out() -> tuple[list[list[int]], list[int]]:
    """The contest's 450 digits, which the course's networks were not trained on: pixels from 0 to 15, labels."""
    from nnchain_edu.nets import digits

    data = digits()
    return (data.X_test * BRIGHTEST).round().int().tolist(), data.y_test.tolist()
