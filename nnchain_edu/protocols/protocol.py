"""The shape that all four protocols share, and the simulation that runs any of them.

A protocol is what one node does: `start`; `propose` a block when its turn comes; `receive` a message; tell which block
is `finalised`. `simulate` runs many such nodes over one network, some of them Byzantine, and counts.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from statistics import mean
from typing import Any

from .arguments import choice, positive, whole
from .blocks import GENESIS, Block
from .network import Conditions, Event, Network

BEHAVIOURS = ("silent", "equivocate")
ROUNDING = 1e-6  # of a slot: a timer for the start of a slot may ring this much early


class Protocol(ABC):
    """One node. `me` is its number, from 0 to `nodes` − 1; subclasses check their own settings."""

    def __init__(self, me: int, nodes: int, network: Network, side: int = 0):
        self.me, self.nodes, self.side = me, nodes, side
        self._network = network
        self.random = Random(f"{network.seed}/{me}/{side}")
        #: Nodes that this node can prove to have signed two different blocks in one turn.
        self.caught: set[int] = set()
        #: For those caught proposing two blocks in one turn: both blocks.
        self.evidence: dict[int, tuple[Block, Block]] = {}
        self._signed: dict[tuple, Block] = {}

    @abstractmethod
    def start(self) -> None:
        """Get ready, and arrange for the first `propose`."""

    @abstractmethod
    def propose(self) -> None:
        """Make a block and send it, if it is this node's turn."""

    @abstractmethod
    def receive(self, sender: int, message: Any) -> None:
        """Take in a message that node `sender` has signed."""

    @abstractmethod
    def finalised(self) -> Block:
        """The newest block that this node holds to be there for good, by the protocol's own rule."""

    # What a node can do in the world.

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return self._network.now

    def make(self, parent: Block, slot: int = 0, zero_bits: int = 0) -> Block:
        """A new block of this node, mined if `zero_bits` are asked for. Both sides of an equivocating node differ."""
        block = Block(parent, self.me, self.now, slot, payload="ab"[self.side - 1] if self.side else "")
        if zero_bits:
            block, hashes = block.mined(zero_bits)
            self._network.hashes += hashes
        self._network.made.add(block)
        return block

    def send(self, receiver: int, message: Any) -> None:
        """Send `message`, signed, to one node."""
        self._network.send(self, receiver, message)

    def tell_others(self, message: Any) -> None:
        """Send `message`, signed, to all other nodes."""
        for receiver in range(self.nodes):
            if receiver != self.me:
                self.send(receiver, message)

    def broadcast(self, message: Any) -> None:
        """Tell all others, and receive `message` at once oneself."""
        self.tell_others(message)
        self.receive(self.me, message)

    def after(self, delay: float, action: str, *arguments: Any) -> None:
        """Call this node's method `action` in `delay` seconds."""
        self._network.after(self, delay, action, *arguments)

    def draw(self, turn: int) -> float:
        """A number from 0 to 1 that all nodes draw alike for a turn."""
        return int.from_bytes(sha256(f"{self._network.seed}/{turn}".encode()).digest()) / 2**256

    def witness(self, signer: int, turn: tuple | int, block: Block) -> None:
        """Remember what `signer` signed in a turn, and catch it if that was another block before."""
        first = self._signed.setdefault((signer, turn), block)
        if first != block:
            self.caught.add(signer)
            if first.proposer == block.proposer == signer:
                self.evidence.setdefault(signer, (first, block))


@dataclass(frozen=True)
class Result:
    """What happened. Only honest nodes' opinions count; Byzantine ones may claim anything.

    - `made`: blocks that somebody made; `stale`: those of them that ended beside the chain of the longest finality.
    - `finalised`: height up to which all honest nodes hold the chain final; `chains`: that chain node by node.
    - `finality`: seconds from a block's making to the last honest node that held it final, block by block.
    - `conflicts`: heights at which two honest nodes hold different blocks final; `reverted`: how often a node took
      back a block that it had held final.
    - `caught`: nodes that honest ones can prove to have equivocated; `evidence`: for those who proposed two blocks in
      one turn, both blocks.
    """

    protocol: str
    nodes: int
    duration: float
    made: int
    stale: int
    finalised: int
    messages: int
    hashes: int
    finality: tuple[float, ...]
    conflicts: tuple[int, ...]
    reverted: int
    caught: frozenset[int]
    evidence: Mapping[int, tuple[Block, Block]]
    chains: Mapping[int, tuple[Block, ...]]
    trace: tuple[Event, ...]

    @property
    def safe(self) -> bool:
        """True when no two different blocks of one height were ever held final by honest nodes, be it by one node."""
        return not self.conflicts

    @property
    def messages_per_block(self) -> float:
        """Messages between nodes for each finalised block."""
        return self.messages / max(1, self.finalised)

    @property
    def hashes_per_block(self) -> float:
        """Hashes tried for each finalised block."""
        return self.hashes / max(1, self.finalised)

    @property
    def mean_finality(self) -> float:
        """Mean seconds from making to finality; infinity when nothing was finalised."""
        return mean(self.finality) if self.finality else float("inf")


class _Record:
    """Notes after every step which block a node holds final, and when it first did."""

    def __init__(self, network: Network, honest: list[int]):
        self.network, self.final = network, dict.fromkeys(honest, GENESIS)
        self.when: dict[tuple[int, Block], float] = {}
        self.reverted = 0

    def step(self, process: Protocol) -> None:
        node = process.me
        if node not in self.final:
            return
        old, new = self.final[node], process.finalised()
        if old.descends_from(new):
            return
        self.reverted += not new.descends_from(old)
        self.final[node] = new
        for block in new.chain():
            if (node, block) in self.when or block == GENESIS:
                break
            self.when[node, block] = self.network.now
            if self.network.traced:
                self.network.trace.append(Event(self.network.now, self.network.now, node, node, f"final {block.name}"))

    def conflicts(self) -> tuple[int, ...]:
        heights = Counter(block.height for block in {block for _, block in self.when})
        return tuple(sorted(height for height, different in heights.items() if different > 1))

    def finality(self) -> tuple[float, ...]:
        """Of each block that all honest nodes hold final."""
        shortest = min(self.final.values(), key=lambda block: block.height)
        common = [b for b in shortest.chain() if b != GENESIS and all((node, b) in self.when for node in self.final)]
        return tuple(max(self.when[node, b] for node in self.final) - b.time for b in reversed(common))


def simulate(
    protocol: type[Protocol],
    nodes: int = 4,
    duration: float = 60.0,
    conditions: Conditions = Conditions(),  # noqa: B008 - frozen
    byzantine: Mapping[int, str] | None = None,
    seed: int = 0,
    trace: bool = False,
    **settings: Any,
) -> Result:
    """Run `nodes` nodes of `protocol` for `duration` simulated seconds. `settings` are the protocol's own.

    `byzantine` maps nodes to what they do. A "silent" one never says anything. One that shall "equivocate" leads a
    double life: the honest nodes are split in two halves, and it runs the protocol once for each, under one name, with
    different blocks. Byzantine nodes know each other, and play the same side together. Nobody can sign for another.
    ValueError for arguments out of range.
    """
    nodes, duration = whole("nodes", nodes, 1), positive("duration", duration)
    byzantine = dict(byzantine or {})
    for node, behaviour in byzantine.items():
        whole("byzantine", node, 0, nodes - 1)
        choice(f"byzantine[{node}]", behaviour, BEHAVIOURS)
    for outage in conditions.outages:
        whole("outages", outage.node, 0, nodes - 1)
    for wall in conditions.partitions:
        for node in wall.group:
            whole("partitions", node, 0, nodes - 1)
    honest = [node for node in range(nodes) if node not in byzantine]
    if not honest:
        raise ValueError(f"byzantine must leave at least one node honest, got all {nodes}")
    sides = {node: 1 if place < (len(honest) + 1) // 2 else 2 for place, node in enumerate(honest)}
    silent, liars = (frozenset(n for n, does in byzantine.items() if does == which) for which in BEHAVIOURS)
    network = Network(conditions, seed, sides, liars, silent, trace)
    record = _Record(network, honest)
    network.on_step = record.step
    for node in range(nodes):
        for side in (1, 2) if node in liars else (0,):
            network.processes[node, side] = protocol(node, nodes, network, side, **settings)
    for process in network.processes.values():
        process.start()
    network.run(duration)
    longest = max(record.final.values(), key=lambda block: block.height)
    settled = {block for block in network.made if block.height <= longest.height}
    return Result(
        protocol=protocol.__name__,
        nodes=nodes,
        duration=duration,
        made=len(network.made),
        stale=len(settled - set(longest.chain())),
        finalised=min(block.height for block in record.final.values()),
        messages=network.messages,
        hashes=network.hashes,
        finality=record.finality(),
        conflicts=record.conflicts(),
        reverted=record.reverted,
        caught=frozenset().union(*(network.processes[node, 0].caught for node in honest)),
        evidence={who: pair for node in honest for who, pair in network.processes[node, 0].evidence.items()},
        chains={node: tuple(reversed(list(final.chain())))[1:] for node, final in record.final.items()},
        trace=tuple(network.trace),
    )
