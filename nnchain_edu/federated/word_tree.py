"""The Merkle tree over an update's words, as `challenged_sum.vy` checks it: a root of 32 bytes, a path each word."""

from collections.abc import Sequence

from eth_utils import keccak


def _levels(words: Sequence[int]) -> list[list[bytes]]:
    if not words or len(words) & (len(words) - 1):
        raise ValueError(f"the number of words must be a power of two, got {len(words)}: fill up with zeros")
    leaves = [keccak(b"\x00" + i.to_bytes(32, "big") + word.to_bytes(32, "big")) for i, word in enumerate(words)]
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([keccak(b"\x01" + below[i] + below[i + 1]) for i in range(0, len(below), 2)])
    return levels


def filled(words: Sequence[int]) -> list[int]:
    """The words, and zeros up to the next power of two."""
    return [*words, *[0] * ((1 << max(len(words) - 1, 0).bit_length()) - len(words))]


def word_root(words: Sequence[int]) -> bytes:
    """The root over a power of two of words."""
    return _levels(words)[-1][0]


def word_path(words: Sequence[int], place: int) -> list[bytes]:
    """The hashes beside the way from the word at `place` up to the root, lowest first."""
    if not 0 <= place < len(words):
        raise ValueError(f"place must be from 0 to {len(words) - 1}, got {place}")
    return [level[(place >> height) ^ 1] for height, level in enumerate(_levels(words)[:-1])]
