"""The bench of unit 05 on forks: miners find blocks that take time to travel, and the tree of blocks grows live."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Button, Choice, Prediction, Slider
from nnchain_edu.lab.figures import BLUE, INK, VERMILLION
from nnchain_edu.lab.state import State, Step
from nnchain_edu.protocols.forks import fork_rate

MINERS = 10
RUN = 1_000  # blocks of one run
SEEN = 10  # heights in the figure


@dataclass
class Found:
    """One block of the tree; `parent` is its place in the list, None for the first one's."""

    height: int
    miner: int
    parent: int | None
    time: float  # seconds
    forked: bool = False  # somebody else found a block before this one had travelled


class Tree:
    """Blocks found by miners with `shares`, one every `interval` seconds on average; each takes `delay` to travel.

    A miner builds on the highest block it knows, of equals on the one it knew first; its own it knows at once.
    """

    def __init__(self, shares: list[float], delay: float, interval: float, seed: int = 0) -> None:
        self.shares, self.delay, self.interval = shares, delay, interval
        self.random = random.Random(seed)
        self.blocks = [Found(0, -1, None, 0.0)]

    def find(self) -> Found:
        """Let one more block be found."""
        now = self.blocks[-1].time + self.random.expovariate(1 / self.interval)
        miner = self.random.choices(range(len(self.shares)), self.shares)[0]
        parent = self._tip(miner, now)
        for earlier in reversed(self.blocks[1:]):
            if now - earlier.time > self.delay:
                break
            earlier.forked = earlier.forked or earlier.miner != miner
        self.blocks.append(Found(self.blocks[parent].height + 1, miner, parent, now))
        return self.blocks[-1]

    def _tip(self, miner: int, now: float) -> int:
        """The block that a miner builds on."""
        best, place = (-1, 0.0), 0
        for index in range(len(self.blocks) - 1, -1, -1):
            block = self.blocks[index]
            known = block.time if block.miner in (miner, -1) else block.time + self.delay
            if known <= now and (block.height, -known) > best:
                best, place = (block.height, -known), index
            if now - block.time > self.delay and block.height < best[0]:
                break  # everything older is known to all, and lower
        return place

    def main_chain(self) -> set[int]:
        """Places of the blocks from the highest one (the first of equals) down to the start."""
        place: int | None = max(range(len(self.blocks)), key=lambda i: (self.blocks[i].height, -i))
        chain = set()
        while place is not None:
            chain.add(place)
            place = self.blocks[place].parent
        return chain


class ForkRace(State):
    """Delay, interval and the largest miner; Start lets blocks be found, Stop pauses, Start goes on."""

    title = "A fork race"
    start_label = "Run or go on"
    controls = (
        Slider("delay", "Seconds a block travels", 0, 60, 1, 2),
        Choice("interval", "One block every … seconds, on average", (12, 60, 600), 12),
        Slider("largest", "The largest miner's share", 10, 90, 10, 10, unit="%"),
        Slider("speed", "Blocks shown a second", 1, 200, 1, 5),
        Button("one", "Find one block"),
    )
    prediction = Prediction(
        "Ten equal miners, a block every 12 seconds, 6 seconds to travel. "
        "How many of 100 blocks are forked, because somebody else finds one in these 6 seconds?",
        low=0,
        high=100,
        unit="of 100",
    )
    figure_height = 320

    def reset(self) -> None:
        """Back to the defaults and an empty tree."""
        self._asked = None
        super().reset()

    def changed(self) -> None:
        """Begin a new tree when the network is another; the speed alone changes nothing."""
        asked = (self.delay, self.interval, self.largest)
        if asked == self._asked:
            return
        self._asked = asked
        others = (1 - self.largest / 100) / (MINERS - 1)
        self.shares = [self.largest / 100] + [others] * (MINERS - 1)
        self.formula = fork_rate(self.shares, self.delay, self.interval)
        self.tree = Tree(self.shares, self.delay, self.interval)

    def one(self) -> None:
        """What the button does: one more block."""
        self.tree.find()

    def steps(self) -> Iterator[Step]:
        """Find blocks at the chosen speed; after a pause go on where it stopped, after a whole run begin anew."""
        if self._count() >= RUN:
            self.tree = Tree(self.shares, self.delay, self.interval)
        while self._count() < RUN:
            self.tree.find()
            yield Step(self._count() / RUN, f"{self._count()} of {RUN} blocks")
            time.sleep(1 / self.speed)

    def _count(self) -> int:
        return len(self.tree.blocks) - 1

    def measured(self) -> tuple[int, int]:
        """How many blocks were forked, and how many stand outside the main chain."""
        blocks = self.tree.blocks
        return sum(block.forked for block in blocks), len(blocks) - len(self.tree.main_chain())

    def text(self) -> str:
        """Counts so far beside the formula."""
        count = self._count()
        said = f"A block every {self.interval} s, {self.delay} s to travel, largest miner {self.largest} %."
        if count == 0:
            return f"{said} No block found yet."
        forked, lost = self.measured()
        return (
            f"{said} {count} found: {forked} forked ({forked / count:.1%}; by the formula {self.formula:.1%}), "
            f"{lost} outside the longest chain ({lost / count:.1%})."
        )

    def draw(self, fig: Figure) -> None:
        """The newest heights of the tree: the longest chain filled, what is lost hatched, and who found what."""
        fig.subplots_adjust(left=0.03, right=0.98, bottom=0.17, top=0.87)
        ax = fig.subplots()
        blocks, chain = self.tree.blocks, self.tree.main_chain()
        top = max(block.height for block in blocks)
        lowest = max(0, top - SEEN + 1)
        lanes = self._lanes(chain, lowest)
        for place, lane in lanes.items():
            block, main = blocks[place], place in chain
            if block.parent in lanes:
                start = (blocks[block.parent].height + 0.32, lanes[block.parent])
                ax.plot(*zip(start, (block.height - 0.32, lane), strict=True), color=INK, linestyle="-", linewidth=1.2)
            look = (
                {"facecolor": "#CDE3F2", "edgecolor": BLUE}
                if main
                else {"facecolor": "white", "edgecolor": VERMILLION, "hatch": "////", "linestyle": "--"}
            )
            ax.bar(block.height, 0.62, 0.64, lane - 0.31, linewidth=1.8, **look)
            name = "start" if block.miner < 0 else f"{block.miner + 1}"
            label = {"ha": "center", "va": "center", "fontsize": 10}
            ax.text(block.height, lane, name, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2}, **label)
        deepest = max(2, max(lanes.values(), default=0))
        ax.set(xlim=(lowest - 0.6, lowest + SEEN - 0.4), ylim=(deepest + 0.6, -0.6), xlabel="height")
        ax.set_xticks(range(lowest, lowest + SEEN))
        ax.set_yticks([])
        ax.grid(False)
        ax.spines["left"].set_visible(False)
        ax.set_title("The newest blocks, with the number of the miner")

    def _lanes(self, chain: set[int], lowest: int) -> dict[int, int]:
        """A lane for each block in sight: 0 for the main chain, the next free one for the others at that height."""
        used: dict[int, int] = {}
        lanes = {}
        for place, block in enumerate(self.tree.blocks):
            if block.height < lowest:
                continue
            if place in chain:
                lanes[place] = 0
            else:
                used[block.height] = lanes[place] = used.get(block.height, 0) + 1
        return lanes

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against the formula, for the setting that was asked for."""
        said = f"You predicted {prediction:g} of 100"
        if (self.delay, self.interval, self.largest) != (6, 12, 10) or self._count() < 100:
            return f"{said}: set 6 s, 12 s and 10 %, and let at least 100 blocks be found to see."
        seen = self.measured()[0] / self._count()
        return f"{said}; the formula says {100 * self.formula:.1f}, the race so far {100 * seen:.1f}."
