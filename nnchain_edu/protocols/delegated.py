"""Delegated proof of stake: coins elect a few producers, who take turns; the longest chain counts."""

from collections.abc import Sequence
from typing import Any

from .arguments import number, positive, whole
from .blocks import GENESIS, Block
from .protocol import ROUNDING, Protocol


def elect(stakes: Sequence[float], votes: Sequence[int | None], seats: int) -> list[int]:
    """The `seats` candidates with the most stake behind them, most first; of equal ones the lower number.

    Holder i votes with `stakes[i]` ≥ 0 for candidate `votes[i]` (None: for nobody). Only who got votes is elected.
    """
    seats = whole("seats", seats, 1)
    if len(stakes) != len(votes):
        raise ValueError(f"votes must hold one vote for each of {len(stakes)} stakes, got {len(votes)}")
    behind: dict[int, float] = {}
    for holder, (stake, candidate) in enumerate(zip(stakes, votes, strict=True)):
        stake = number(f"stakes[{holder}]", stake)
        if candidate is not None and stake > 0:
            behind[whole(f"votes[{holder}]", candidate)] = behind.get(candidate, 0) + stake
    return sorted(behind, key=lambda candidate: (-behind[candidate], candidate))[:seats]


class DelegatedProofOfStake(Protocol):
    """A node, and a producer if elected (the scheme of BitShares and EOS, D. Larimer).

    `stakes` and `votes` as for `elect` (default: each node votes for itself with one coin), `seats` producers
    (default: 21, or all nodes if there are fewer), one block every `slot` seconds in turn. A block is final once more
    than two thirds of the producers have built on it. That is safe while slots are long beside the delays; unlike
    PBFT, it is not once messages take arbitrarily long.
    """

    def __init__(
        self,
        *place: Any,
        stakes: Sequence[float] | None = None,
        votes: Sequence[int | None] | None = None,
        seats: int | None = None,
        slot: float = 1.0,
    ):
        super().__init__(*place)
        stakes = [1.0] * self.nodes if stakes is None else stakes
        votes = list(range(len(stakes))) if votes is None else votes
        for holder, candidate in enumerate(votes):
            if candidate is not None:
                whole(f"votes[{holder}]", candidate, 0, self.nodes - 1)
        self.producers = elect(stakes, votes, min(21, self.nodes) if seats is None else seats)
        if not self.producers:
            raise ValueError("votes must elect at least one producer: nobody with stake votes for anybody")
        self.slot = positive("slot", slot)

    def start(self) -> None:
        self.head = self.final = GENESIS
        self.known = {GENESIS}
        self.after(self.slot, "propose")

    def producer(self, slot: int) -> int:
        """Whose turn it is."""
        return self.producers[slot % len(self.producers)]

    def propose(self) -> None:
        slot = int(self.now / self.slot + ROUNDING)
        if self.producer(slot) == self.me:
            self.broadcast(self.make(self.head, slot))
        self.after((slot + 1) * self.slot - self.now, "propose")

    def receive(self, sender: int, block: Block) -> None:
        if block.proposer != self.producer(block.slot) or block.slot <= block.parent.slot:
            return
        for newer in block.chain():
            if newer in self.known:
                break
            self.known.add(newer)
            self.witness(newer.proposer, newer.slot, newer)
        if block.height > self.head.height and block.descends_from(self.final):
            self.head = block
            self.final = self.settled()

    def settled(self) -> Block:
        """The newest block of the chain on which more than two thirds of the producers have built."""
        builders = set()
        for block in self.head.chain():
            if block == self.final:
                break
            builders.add(block.proposer)
            if 3 * len(builders) > 2 * len(self.producers):
                return block
        return self.final

    def finalised(self) -> Block:
        return self.final
