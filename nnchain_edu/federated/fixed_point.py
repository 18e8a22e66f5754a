"""Updates as whole numbers in words: what a contract can add up without losing a bit.

A number x becomes round(x · scale), cut to what `bits` can hold with a sign, and moved up so that nothing is negative:
0 stands at 2**(bits − 1). Sixteen of them fill a word of 256 bits, the first in the lowest lane. Words are added as a
whole: as long as count · (2**bits − 1) < 2**16 no lane runs over into the next.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

LANES, LANE = 16, 16  # lanes a word, bits a lane


def most_updates(bits: int) -> int:
    """How many updates of so many bits a lane can add up."""
    return (2**LANE - 1) // (2 ** _bits(bits) - 1)


def to_integers(update: ArrayLike, scale: float, bits: int = 11) -> np.ndarray:
    """Round, and cut to −(2**(bits−1) − 1) … 2**(bits−1) − 1. Returns int64 of the same shape.

    Raises ValueError for values that are not finite, and for a scale that is not above 0.
    """
    update = np.asarray(update, dtype=np.float64)
    if not np.isfinite(update).all():
        raise ValueError(f"update holds {np.count_nonzero(~np.isfinite(update))} values that are not finite")
    if not np.isfinite(scale) or scale <= 0:
        raise ValueError(f"scale must be a number above 0, got {scale!r}")
    top = 2 ** (_bits(bits) - 1) - 1
    return np.clip(np.rint(update * scale), -top, top).astype(np.int64)


def pack(numbers: ArrayLike, bits: int = 11) -> list[int]:
    """Words of whole numbers (parameters,) as `to_integers` gives them; the last word is filled up with zeros."""
    numbers, zero = np.asarray(numbers), 2 ** (_bits(bits) - 1)
    if numbers.ndim != 1 or not len(numbers) or not np.issubdtype(numbers.dtype, np.integer):
        raise ValueError(f"numbers must be one row of whole numbers, got {numbers.dtype} of shape {numbers.shape}")
    if numbers.min() <= -zero or numbers.max() >= zero:
        raise ValueError(f"numbers must be from {1 - zero} to {zero - 1}, got {numbers.min()} to {numbers.max()}")
    lanes = np.full(-(-len(numbers) // LANES) * LANES, zero, dtype="<u2")
    lanes[: len(numbers)] = numbers + zero
    return [int.from_bytes(word.tobytes(), "little") for word in lanes.reshape(-1, LANES)]


def unpack(words: Sequence[int], parameters: int, count: int = 1, bits: int = 11) -> np.ndarray:
    """The sums (parameters,) in words that `count` updates were added up in; with count 1 what `pack` was given."""
    if not 0 <= count <= most_updates(bits):
        raise ValueError(f"count must be from 0 to {most_updates(bits)} with {bits} bits, got {count}")
    if not 0 < parameters <= len(words) * LANES:
        raise ValueError(f"{len(words)} words hold 1 to {len(words) * LANES} parameters, not {parameters}")
    lanes = np.frombuffer(b"".join(int(word).to_bytes(32, "little") for word in words), dtype="<u2")
    return lanes[:parameters].astype(np.int64) - count * 2 ** (_bits(bits) - 1)


def _bits(bits: int) -> int:
    if isinstance(bits, bool) or not isinstance(bits, int) or not 2 <= bits <= 15:
        raise ValueError(f"bits must be a whole number from 2 to 15, got {bits!r}")
    return bits
