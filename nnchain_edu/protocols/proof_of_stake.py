"""Proof of stake: stake draws who writes, stake votes, and who signs two stories loses it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from .arguments import number, positive
from .blocks import GENESIS, Block
from .protocol import ROUNDING, Protocol


class Link(NamedTuple):
    """`source` is justified, and `target` should be next."""

    source: Block
    target: Block


class Vote(NamedTuple):
    """A signed link, with the link that justifies its source and who signed that: so nobody need hear every vote."""

    link: Link
    before: Link | None
    signers: frozenset[int]

    def __str__(self) -> str:
        return f"vote {self.link.source.name} -> {self.link.target.name}"


class ProofOfStake(Protocol):
    """A validator, after Casper FFG (V. Buterin and V. Griffith 2017) with one block a checkpoint.

    `stakes`: one number ≥ 0 a node (default: 1 each). Every `slot` seconds the stake draws a proposer, and every
    validator votes once. Links carried by more than two thirds of the stake justify their target; a block whose direct
    child is justified from it is final. The head is found by following the stake of the latest votes (GHOST).
    """

    def __init__(self, *place: Any, stakes: Sequence[float] | None = None, slot: float = 12.0):
        super().__init__(*place)
        stakes = [1.0] * self.nodes if stakes is None else stakes
        self.stakes = [number(f"stakes[{node}]", stake) for node, stake in enumerate(stakes)]
        if len(self.stakes) != self.nodes or sum(self.stakes) <= 0:
            raise ValueError(f"stakes must hold {self.nodes} numbers, not all 0, got {stakes!r}")
        self.slot = positive("slot", slot)

    def start(self) -> None:
        self.justified = self.final = GENESIS
        self.voted = Link(GENESIS, GENESIS)
        self.reasons: dict[Block, Link | None] = {GENESIS: None}  # every justified block, and the link that did it
        self.links: dict[Link, set[int]] = {}  # who signed each
        self.latest: dict[int, Block] = {}  # the highest target each validator voted for
        self.known = {GENESIS}
        self.children: dict[Block, list[Block]] = {}
        self.after(self.slot, "propose")

    def proposer(self, slot: int) -> int:
        """Drawn by stake; everybody draws alike. A real chain mixes in what validators reveal, so that none can aim."""
        ticket = self.draw(slot) * sum(self.stakes)
        for node, stake in enumerate(self.stakes):
            ticket -= stake
            if ticket < 0:
                return node
        return self.nodes - 1

    def propose(self) -> None:
        slot = int(self.now / self.slot + ROUNDING)
        if self.proposer(slot) == self.me:
            head = self.head()
            if head.height >= self.voted.target.height:  # else its own vote for the new block would be a second one
                self.vote(Link(self.justified, self.make(head, slot)))
        self.after((slot + 1) * self.slot - self.now, "propose")

    def vote(self, link: Link) -> None:
        """Sign a link, once a height and never around an older one, or lose the stake. A proposer's vote proposes."""
        if link.target.height > self.voted.target.height and link.source.height >= self.voted.source.height:
            self.voted, before = link, self.reasons[link.source]
            self.broadcast(Vote(link, before, frozenset(self.links.get(before, ()))))

    def receive(self, sender: int, vote: Vote) -> None:
        source, block = vote.link
        of_its_turn = block.proposer == self.proposer(block.slot) and block.slot > block.parent.slot
        if not (of_its_turn and block.descends_from(source)):
            return
        self.learn(block)
        for signer in vote.signers:
            self.count(signer, vote.before)
        self.count(sender, vote.link)
        if source in self.reasons and block.descends_from(self.justified):
            self.vote(vote.link)

    def learn(self, block: Block) -> None:
        """Take in a block with its ancestors; whoever proposed two in one slot is caught."""
        for newer in block.chain():
            if newer in self.known:
                break
            self.known.add(newer)
            self.children.setdefault(newer.parent, []).append(newer)
            self.witness(newer.proposer, newer.slot, newer)

    def count(self, voter: int, link: Link) -> None:
        self.witness(voter, ("vote", link.target.height), link.target)
        if voter not in self.latest or link.target.height > self.latest[voter].height:
            self.latest[voter] = link.target
        voters = self.links.setdefault(link, set())
        voters.add(voter)
        if 3 * sum(self.stakes[node] for node in voters) > 2 * sum(self.stakes):
            self.reasons.setdefault(link.target, link)
            self.justified = max(self.justified, link.target, key=lambda block: block.height)
            if link.target.parent == link.source and link.source.height > self.final.height:
                self.final = link.source

    def head(self) -> Block:
        """From the last justified block on, always to the child with the most stake behind it."""
        head = self.justified
        while children := self.children.get(head):
            head = max(children, key=lambda child: (self.weight(child), child.digest))
        return head

    def weight(self, block: Block) -> float:
        return sum(self.stakes[node] for node, target in self.latest.items() if target.descends_from(block))

    def finalised(self) -> Block:
        return self.final
