"""Proof of work to the byte: Bitcoin's header, its hash, its target in four bytes, and its rule of difficulty."""

from hashlib import sha256
from typing import NamedTuple

from .arguments import whole

INTERVAL = 600  # seconds between blocks that the rule aims at
PERIOD = 2016  # blocks between two adjustments
TIMESPAN = INTERVAL * PERIOD  # two weeks, in seconds
EASIEST_BITS = 0x1D00FFFF  # no target of Bitcoin's is above this one; its difficulty is 1

#: (time of a period's first block, of its last, bits before, bits after): Bitcoin Core's own test vectors.
RETARGETS = (
    (1261130161, 1262152739, 0x1D00FFFF, 0x1D00D86A),  # the first adjustment ever
    (1231006505, 1233061996, 0x1D00FFFF, 0x1D00FFFF),  # already as easy as it gets
    (1279008237, 1279297671, 0x1C05A3F4, 0x1C0168FD),  # four times as hard at most
    (1263163443, 1269211443, 0x1C387F6F, 0x1D00E1FD),  # four times as easy at most; its first time is made up
)


def double_sha256(data: bytes) -> bytes:
    """SHA-256 of SHA-256, 32 bytes."""
    return sha256(sha256(data).digest()).digest()


def target_of(bits: int) -> int:
    """The target that `bits` stands for: mantissa · 256^(exponent − 3), the exponent in the highest of four bytes.

    ValueError for what is no target: a negative mantissa, zero, or more than 256 bits.
    """
    bits = whole("bits", bits, 0, 2**32 - 1)
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    target = mantissa << 8 * (exponent - 3) if exponent >= 3 else mantissa >> 8 * (3 - exponent)
    if bits & 0x800000 or not 0 < target < 2**256:
        raise ValueError(f"bits must stand for a target from 1 to 2**256 - 1, got {bits:#010x}")
    return target


def bits_of(target: int) -> int:
    """`target` (1 to 2²⁵⁶ − 1) in four bytes; digits beyond the first 23 or 24 bits are dropped."""
    target = whole("target", target, 1, 2**256 - 1)
    exponent = (target.bit_length() + 7) // 8
    mantissa = target >> 8 * (exponent - 3) if exponent > 3 else target << 8 * (3 - exponent)
    if mantissa & 0x800000:  # that bit would read as a minus sign
        exponent, mantissa = exponent + 1, mantissa >> 8
    return exponent << 24 | mantissa


def difficulty(bits: int) -> float:
    """How many times as hard as the easiest target; about difficulty · 2³² hashes find a block."""
    return target_of(EASIEST_BITS) / target_of(bits)


def easy_bits(zero_bits: int) -> int:
    """`bits` of a target that one hash in 2^zero_bits meets (0 to 32): for proof of work in a notebook."""
    return bits_of(2 ** (256 - whole("zero_bits", zero_bits, 0, 32)) - 1)


class Header(NamedTuple):
    """A block's header. Hashes are the 32 bytes as they come from `double_sha256`; numbers have four bytes."""

    version: int
    previous: bytes
    merkle_root: bytes
    time: int
    bits: int
    nonce: int = 0

    def pack(self) -> bytes:
        """The 80 bytes that are hashed, numbers with their lowest byte first."""
        for name in ("previous", "merkle_root"):
            if len(getattr(self, name)) != 32:
                raise ValueError(f"{name} must have 32 bytes, got {len(getattr(self, name))}")
        numbers = {
            name: whole(name, getattr(self, name), 0, 2**32 - 1) for name in ("version", "time", "bits", "nonce")
        }
        little = {name: number.to_bytes(4, "little") for name, number in numbers.items()}
        tail = self.merkle_root + little["time"] + little["bits"] + little["nonce"]
        return little["version"] + self.previous + tail

    @property
    def hash(self) -> bytes:
        """The header's double SHA-256."""
        return double_sha256(self.pack())

    @property
    def shown(self) -> str:
        """The hash as explorers write it: last byte first, so that the zeros lead."""
        return self.hash[::-1].hex()

    @property
    def is_mined(self) -> bool:
        """True when the hash, read as a number, is at most the target."""
        return int.from_bytes(self.hash, "little") <= target_of(self.bits)


#: Bitcoin's first block, 3 January 2009.
GENESIS = Header(
    version=1,
    previous=bytes(32),
    merkle_root=bytes.fromhex("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")[::-1],
    time=1231006505,
    bits=EASIEST_BITS,
    nonce=2083236893,
)


def mine(header: Header, attempts: int = 1_000_000) -> tuple[Header, int]:
    """Try nonces from `header.nonce` on. Returns the mined header and how many hashes that took.

    ValueError when `attempts` hashes, or all nonces of four bytes, are not enough.
    """
    attempts, target = whole("attempts", attempts, 1), target_of(header.bits)
    start, first = header.pack()[:76], header.nonce
    for nonce in range(first, min(first + attempts, 2**32)):
        if int.from_bytes(double_sha256(start + nonce.to_bytes(4, "little")), "little") <= target:
            return header._replace(nonce=nonce), nonce - first + 1
    raise ValueError(f"attempts: {attempts} hashes from nonce {first} met no target of difficulty {header.bits:#010x}")


def retarget(first_time: int, last_time: int, bits: int) -> int:
    """Bitcoin's rule, once every 2016 blocks: the new target is the old one · time taken / two weeks.

    The time taken counts as half a week at least and eight weeks at most, so one step changes the difficulty
    fourfold at most; no target is easier than `EASIEST_BITS`. Times are seconds. The period has 2016 blocks but only
    2015 gaps between its first and its last: the rule's famous mistake, kept by all.
    """
    first_time, last_time = whole("first_time", first_time), whole("last_time", last_time)
    taken = min(max(last_time - first_time, TIMESPAN // 4), TIMESPAN * 4)
    return bits_of(min(target_of(bits) * taken // TIMESPAN, target_of(EASIEST_BITS)))
