"""The network under all protocols: messages that take time or get lost, walls that rise and fall, nodes that go away.

Everything happens at a moment of simulated time, in an order that follows from the seed alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, NamedTuple

from .arguments import number, whole

MICROSECOND = 6  # decimals of a time in seconds


@dataclass(frozen=True)
class Partition:
    """From `start` to `end` (seconds), nothing passes between the nodes in `group` and the others."""

    start: float
    end: float
    group: frozenset[int]

    def __post_init__(self) -> None:
        number("start", self.start)
        number("end", self.end, self.start)
        object.__setattr__(self, "group", frozenset(whole("group", node) for node in self.group))


@dataclass(frozen=True)
class Outage:
    """From `start` to `end` (seconds), `node` is away: nothing reaches it, its own timers go off when it is back."""

    node: int
    start: float
    end: float

    def __post_init__(self) -> None:
        whole("node", self.node)
        number("start", self.start)
        number("end", self.end, self.start)


@dataclass(frozen=True)
class Conditions:
    """What the network does to messages.

    A message takes `latency` seconds on average, half of it always and half of it at random (exponential), or exactly
    `latency` where `steady`; it is lost with probability `loss`, between the sides of a partition, and during an
    outage of its receiver.
    """

    latency: float = 0.1
    loss: float = 0.0
    partitions: tuple[Partition, ...] = ()
    outages: tuple[Outage, ...] = ()
    steady: bool = False

    def __post_init__(self) -> None:
        number("latency", self.latency)
        number("loss", self.loss, 0, below=1)

    def delay(self, random: Random) -> float:
        """Seconds that one message takes."""
        half = self.latency / 2
        return self.latency if self.steady or not half else half + random.expovariate(1 / half)

    def parted(self, one: int, other: int, time: float) -> bool:
        """True when a wall stands between two nodes."""
        return any(w.start <= time < w.end and (one in w.group) != (other in w.group) for w in self.partitions)

    def back(self, node: int, time: float) -> float:
        """When `node` is there again; `time` itself if it is not away."""
        return max([time, *(o.end for o in self.outages if o.node == node and o.start <= time < o.end)])


class Event(NamedTuple):
    """One line of a trace: a message that arrived, or was lost (`arrived` is then None), or a "finalised" block."""

    sent: float
    arrived: float | None
    sender: int
    receiver: int
    what: str


@dataclass
class Network:
    """The queue of what happens next, and the counters.

    `sides` maps honest nodes to the side that an equivocating node (one of `liars`) shows them: see
    `protocol.simulate`. Messages of `silent` nodes never leave.
    """

    conditions: Conditions
    seed: int
    sides: dict[int, int]
    liars: frozenset[int] = frozenset()
    silent: frozenset[int] = frozenset()
    traced: bool = False
    now: float = 0.0
    messages: int = 0
    hashes: int = 0
    trace: list[Event] = field(default_factory=list)
    made: set[Any] = field(default_factory=set)
    processes: dict[tuple[int, int], Any] = field(default_factory=dict)
    on_step: Callable[[Any], None] = lambda process: None

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed}/network")
        self._queue, self._order = [], count()

    def send(self, sender: Any, receiver: int, message: Any) -> None:
        """Put a message from a process on its way to every process of node `receiver` that may see it."""
        if sender.me in self.silent:
            return
        sides = self._visible(sender.side, receiver)
        if not sides:
            return
        self.messages += 1
        arrival = round(self.now + self.conditions.delay(self.random), MICROSECOND)
        lost = self.random.random() < self.conditions.loss
        lost = lost or self.conditions.parted(sender.me, receiver, self.now)
        lost = lost or self.conditions.back(receiver, arrival) > arrival
        if self.traced:
            self.trace.append(Event(self.now, None if lost else arrival, sender.me, receiver, str(message)))
        for side in () if lost else sides:
            self._put(arrival, self.processes[receiver, side], "receive", sender.me, message)

    def _visible(self, side: int, receiver: int) -> tuple[int, ...]:
        """Sides of `receiver` that hear a process on `side` (0: honest)."""
        if receiver in self.liars:
            return (side,) if side else (1, 2)
        return (0,) if side in (0, self.sides.get(receiver, side)) else ()

    def after(self, process: Any, delay: float, action: str, *arguments: Any) -> None:
        """Call a process's method `action` in `delay` seconds, or when its node is back."""
        self._put(self.conditions.back(process.me, round(self.now + delay, MICROSECOND)), process, action, *arguments)

    def _put(self, time: float, process: Any, action: str, *arguments: Any) -> None:
        heappush(self._queue, (time, next(self._order), process, action, arguments))

    def run(self, until: float) -> None:
        """Let everything happen that is due up to second `until`."""
        while self._queue and self._queue[0][0] <= until:
            self.now, _, process, action, arguments = heappop(self._queue)
            getattr(process, action)(*arguments)
            self.on_step(process)
        self.now = until
