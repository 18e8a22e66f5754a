"""A table of training rows as bytes, and the Merkle tree over them: what `dataset_register` and `model_registry` read.

A row is the account (20 bytes), the day (4, big-endian), the features (2 each, signed, little-endian), the label (1).
The tree is that of lesson 03: SHA-256, leaves marked 00, nodes 01, an odd last one moves up alone (RFC 6962, 2.1).
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np


class Row(NamedTuple):
    """What a row's bytes say: `features` as whole numbers, `label` True for fraud."""

    account: str
    day: int
    features: tuple[int, ...]
    label: bool


def encode_row(account: str, day: int, features: Sequence[int], label: bool) -> bytes:
    """The bytes of a row. `account` is an address in hexadecimal, `features` whole numbers of 16 bits."""
    if not isinstance(account, str) or len(bytes.fromhex(account.removeprefix("0x"))) != 20:
        raise ValueError(f"account: {account!r} given; 20 bytes in hexadecimal are accepted")
    if not 0 <= int(day) < 2**32:
        raise ValueError(f"day: {day!r} given; 0 to 2**32 - 1 is accepted")
    numbers = np.asarray(features)
    if numbers.dtype != np.int16 and not (numbers.astype(np.int16) == numbers).all():
        raise ValueError("features: whole numbers from -32768 to 32767 are accepted")
    return (
        bytes.fromhex(account.removeprefix("0x"))
        + int(day).to_bytes(4, "big")
        + numbers.astype("<i2").tobytes()
        + bytes([bool(label)])
    )


def decode_row(row: bytes) -> Row:
    """What `encode_row` wrote. Raises ValueError for bytes that cannot be a row."""
    if len(row) < 27 or len(row) % 2 == 0 or row[-1] > 1:
        raise ValueError(f"row: {len(row)} bytes given; 24, two a feature, and a label of 0 or 1 are accepted")
    numbers = tuple(np.frombuffer(row[24:-1], dtype="<i2").tolist())
    return Row("0x" + row[:20].hex(), int.from_bytes(row[20:24], "big"), numbers, bool(row[-1]))


class MerkleTree:
    """The tree over `items`, in their order: `root`, and `siblings(index)`, the proof of one item."""

    def __init__(self, items: Sequence[bytes]) -> None:
        if not items:
            raise ValueError("items: none given; at least one is accepted")
        self.levels = [[sha256(b"\x00" + item).digest() for item in items]]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            pairs = [below[i : i + 2] for i in range(0, len(below), 2)]
            self.levels.append([sha256(b"\x01" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs])

    @property
    def root(self) -> bytes:
        """The 32 bytes that stand for all items."""
        return self.levels[-1][0]

    def siblings(self, index: int) -> list[bytes]:
        """The neighbours' hashes on the way up from item `index`, the lowest first."""
        if not 0 <= index < len(self.levels[0]):
            raise ValueError(f"index: {index!r} given; 0 to {len(self.levels[0]) - 1} is accepted")
        found = []
        for level in self.levels[:-1]:
            if index ^ 1 < len(level):
                found.append(level[index ^ 1])
            index //= 2
        return found


def packed(bits: Sequence[bool]) -> list[int]:
    """Truth values as words of 256 bits, the first in the lowest bit of the first word: what `evaluate` takes."""
    flags = [bool(bit) for bit in bits]
    return [sum(bit << i for i, bit in enumerate(flags[w : w + 256])) for w in range(0, len(flags), 256)]
