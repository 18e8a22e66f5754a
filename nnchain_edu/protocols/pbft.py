"""Practical Byzantine fault tolerance: n nodes vote twice on every block; with n ≥ 3f + 1, f of them may lie."""

from collections import defaultdict
from typing import Any

from .arguments import number, positive, whole
from .blocks import GENESIS, Block
from .pbft_messages import Commit, Decided, Prepare, Prepared, Propose, ViewChange, locked
from .protocol import Protocol

LONGEST_WAIT = 64  # times `timeout`: waits double from view to view up to here


class PBFT(Protocol):
    """A replica (M. Castro and B. Liskov 1999), one block at a time.

    `faults` f (default: as many as n nodes can bear, ⌊(n−1)/3⌋). `quorum` (default: ⌊(n+f)/2⌋ + 1, the fewest of whom
    any two share an honest node; 2f + 1 where n = 3f + 1). n < 3f + 1 is refused unless you name the quorum yourself,
    to see what breaks. `pause`: seconds before the next height; `timeout`: seconds that a leader has, doubled from view
    to view. Lists of signers in messages stand for their signatures: here, too, nobody can sign for another.
    """

    def __init__(
        self,
        *place: Any,
        faults: int | None = None,
        quorum: int | None = None,
        pause: float = 1.0,
        timeout: float = 2.0,
    ):
        super().__init__(*place)
        self.faults = whole("faults", (self.nodes - 1) // 3 if faults is None else faults)
        if quorum is None and self.nodes < 3 * self.faults + 1:
            raise ValueError(
                f"nodes must be at least 3·faults + 1 = {3 * self.faults + 1}, got {self.nodes}: with fewer no quorum "
                "is both safe and live (name a quorum to see which it loses)"
            )
        self.quorum = whole("quorum", (self.nodes + self.faults) // 2 + 1 if quorum is None else quorum, 1)
        self.pause, self.timeout = number("pause", pause), positive("timeout", timeout)

    def start(self) -> None:
        self.final, self.proof = GENESIS, frozenset()
        self.early: dict[int, list[tuple[int, Any]]] = defaultdict(list)
        self.begin()

    def begin(self) -> None:
        """The next height, in view 0."""
        self.height, self.view = self.final.height + 1, 0
        self.prepared: Prepared | None = None
        self.proposed: set[int] = set()  # views in which this node, as leader, has proposed
        self.promised: dict[int, Block] = {}  # the one block it votes for in each view
        self.committed: set[int] = set()
        self.votes: dict[tuple, set[int]] = defaultdict(set)
        self.changes: dict[int, dict[int, ViewChange]] = defaultdict(dict)
        self.said: list[Any] = []  # in this view
        self.after(self.pause, "propose")
        self.wait(self.pause)
        for sender, message in self.early.pop(self.height, []):
            self.receive(sender, message)

    def say(self, message: Any) -> None:
        self.said.append(message)
        self.broadcast(message)

    def wait(self, pause: float = 0.0) -> None:
        """Give the leader of this view its time, and say everything again now and then, in case it was lost."""
        turn = self.height, self.view
        self.after(pause + self.timeout * min(2**self.view, LONGEST_WAIT), "expire", *turn)
        self.after(pause + self.timeout, "repeat", *turn)

    def repeat(self, height: int, view: int) -> None:
        if (height, view) == (self.height, self.view):
            for message in self.said:
                self.tell_others(message)
            self.after(self.timeout, "repeat", height, view)

    def leader(self, view: int) -> int:
        return (self.height + view) % self.nodes

    def propose(self) -> None:
        view, proof = self.view, tuple(self.changes[self.view].items())
        ready = view == 0 or len(proof) >= self.quorum
        if self.leader(view) == self.me and ready and view not in self.proposed:
            self.proposed.add(view)
            block = locked(proof) or self.make(self.final, view)
            self.say(Propose(self.height, view, block, proof))

    def receive(self, sender: int, message: Any) -> None:
        if isinstance(message, Decided):
            if message.height >= self.height and len(message.voters) >= self.quorum:
                self.decide(message.block, message.voters)
        elif message.height > self.height:
            self.early[message.height].append((sender, message))
        elif message.height == self.height:
            getattr(self, f"on_{type(message).__name__.lower()}")(sender, message)
        elif isinstance(message, ViewChange):
            self.send(sender, Decided(self.final.height, self.final, self.proof))

    def on_propose(self, sender: int, message: Propose) -> None:
        view, block = message.view, message.block
        self.witness(block.proposer, (block.height, block.slot), block)
        if sender != self.leader(view) or view < self.view or view in self.promised or block.parent != self.final:
            return
        if view > 0 and not (self.believes(message) and block == (locked(message.proof) or block)):
            return
        self.enter(view)
        self.promised[view] = block
        self.say(Prepare(self.height, view, block))

    def believes(self, message: Propose) -> bool:
        """A quorum did ask for this view, and what they say was prepared has a quorum behind it."""
        changes = [change for _, change in message.proof]
        asked = all(change.view == message.view and change.height == self.height for change in changes)
        proven = all(len(change.prepared.voters) >= self.quorum for change in changes if change.prepared)
        return asked and proven and len(dict(message.proof)) >= self.quorum

    def on_prepare(self, sender: int, message: Prepare) -> None:
        view, block = message.view, message.block
        self.witness(block.proposer, (block.height, block.slot), block)
        voters = self.votes["prepare", view, block]
        voters.add(sender)
        ready = len(voters) >= self.quorum and self.promised.get(view) == block
        if ready and view == self.view and view not in self.committed:
            self.committed.add(view)
            self.prepared = Prepared(view, block, frozenset(voters))
            self.say(Commit(self.height, view, block))

    def on_commit(self, sender: int, message: Commit) -> None:
        voters = self.votes["commit", message.view, message.block]
        voters.add(sender)
        if len(voters) >= self.quorum:
            self.decide(message.block, frozenset(voters))

    def decide(self, block: Block, voters: frozenset[int]) -> None:
        self.final, self.proof = block, voters
        self.begin()

    def expire(self, height: int, view: int) -> None:
        """The leader of `view` took too long."""
        if (height, view) == (self.height, self.view):
            self.ask_for(view + 1)

    def ask_for(self, view: int) -> None:
        self.enter(view)
        self.say(ViewChange(self.height, view, self.prepared))

    def enter(self, view: int) -> None:
        if view > self.view:
            self.view, self.said = view, []
            self.wait()

    def on_viewchange(self, sender: int, message: ViewChange) -> None:
        self.changes[message.view][sender] = message
        ahead = [view for view in self.changes if view > self.view]
        impatient = {node for view in ahead for node in self.changes[view]}
        if len(impatient) > self.faults:  # at least one of them is honest: do not wait for one's own timer
            self.ask_for(min(ahead))
        self.propose()

    def finalised(self) -> Block:
        return self.final
