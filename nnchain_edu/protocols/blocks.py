"""A block of any of the four protocols, chained by Bitcoin's header."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256

from .bitcoin import Header, easy_bits, mine


@dataclass(frozen=True, eq=False)
class Block:
    """Who made it, when (seconds), on which parent, with what in it; equal blocks have equal hashes.

    `slot` is the turn in which it was made: a slot of a schedule, a view of PBFT, always 0 for proof of work.
    `header` follows from all of this, and is mined where the protocol asks for work. The parent comes with the block:
    a node that lacks ancestors fetches them from whoever sent it, and that fetch is not counted as messages.
    """

    parent: "Block | None"
    proposer: int
    time: float = 0.0
    slot: int = 0
    payload: str = ""
    zero_bits: int = 0
    nonce: int = 0
    height: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "height", self.parent.height + 1 if self.parent else 0)

    @cached_property
    def header(self) -> Header:
        """The block in Bitcoin's 80 bytes; the Merkle root stands for maker, turn and payload."""
        content = sha256(f"{self.proposer}/{self.slot}/{self.time}/{self.payload}".encode()).digest()
        previous = self.parent.digest if self.parent else bytes(32)
        return Header(1, previous, content, int(self.time), easy_bits(self.zero_bits), self.nonce)

    @cached_property
    def digest(self) -> bytes:
        """The header's double SHA-256, 32 bytes."""
        return self.header.hash

    @property
    def name(self) -> str:
        """The first six digits of the hash as explorers show it, without the zeros of its proof of work."""
        return self.digest[::-1].hex()[(self.zero_bits + 3) // 4 :][:6]

    def mined(self, zero_bits: int) -> tuple["Block", int]:
        """The same block with a nonce that meets the target of so many `zero_bits`, and the hashes it took."""
        wanted = replace(self, zero_bits=zero_bits)
        header, hashes = mine(wanted.header, attempts=2**32)
        return replace(wanted, nonce=header.nonce), hashes

    def chain(self) -> Iterator["Block"]:
        """The block, its parent, and so on to the first."""
        block = self
        while block is not None:
            yield block
            block = block.parent

    def at(self, height: int) -> "Block":
        """The block of this chain at `height`; the first one where `height` is below 0."""
        block = self
        while block.height > max(0, height):
            block = block.parent
        return block

    def descends_from(self, other: "Block") -> bool:
        """True when `other` is this block or one before it in the chain."""
        return self.at(other.height) == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __str__(self) -> str:
        return f"block {self.name}"

    def __repr__(self) -> str:
        return f"<Block {self.height} {self.name} by {self.proposer}>"


#: The block that all nodes start from.
GENESIS = Block(None, proposer=-1)
