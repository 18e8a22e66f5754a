"""Proof of work: whoever finds a hash below the target writes the next block; the longest chain counts."""

from collections.abc import Sequence
from typing import Any

from .arguments import positive, shares, whole
from .blocks import GENESIS, Block
from .protocol import Protocol


class ProofOfWork(Protocol):
    """A miner (S. Nakamoto 2008).

    `miners`: shares of the hash rate that add up to 1 (default: equal). `interval`: seconds between blocks of all
    miners together. `zero_bits`: a block takes 2^zero_bits hashes on average, really done; the moment when it is found
    is drawn instead, since memory of failed tries helps nobody. `confirmations`: blocks on top that make one final.
    """

    def __init__(
        self,
        *place: Any,
        miners: Sequence[float] | None = None,
        interval: float = 600.0,
        zero_bits: int = 6,
        confirmations: int = 6,
    ):
        super().__init__(*place)
        power = shares("miners", [1 / self.nodes] * self.nodes if miners is None else miners, self.nodes)
        self.share = float(power[self.me]) / (2 if self.side else 1)  # two stories halve the work that goes into each
        self.interval = positive("interval", interval)
        self.zero_bits = whole("zero_bits", zero_bits, 0, 20)
        self.confirmations = whole("confirmations", confirmations)

    def start(self) -> None:
        self.head = GENESIS
        self.search()

    def search(self) -> None:
        """The next block of this miner comes after a random time, however long it has been at it."""
        if self.share > 0:
            self.after(self.random.expovariate(self.share / self.interval), "propose")

    def propose(self) -> None:
        self.broadcast(self.make(self.head, zero_bits=self.zero_bits))
        self.search()

    def receive(self, sender: int, block: Block) -> None:
        proven = block.zero_bits >= self.zero_bits and block.header.is_mined
        if proven and block.height > self.head.height:  # of two equally long chains, the first seen stays
            self.head = block

    def finalised(self) -> Block:
        return self.head.at(self.head.height - self.confirmations)
