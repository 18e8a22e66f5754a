"""The bench of unit 05 on partitions: a wall divides seven nodes, and four protocols go on, stop, or contradict."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction, Slider, Toggle
from nnchain_edu.lab.figures import BLUE, GRID, INK, VERMILLION
from nnchain_edu.lab.state import State
from nnchain_edu.protocols.blocks import Block
from nnchain_edu.protocols.delegated import DelegatedProofOfStake
from nnchain_edu.protocols.network import Conditions, Partition
from nnchain_edu.protocols.pbft import PBFT
from nnchain_edu.protocols.proof_of_stake import ProofOfStake
from nnchain_edu.protocols.proof_of_work import ProofOfWork
from nnchain_edu.protocols.protocol import Protocol, simulate

NODES = 7
MINUTE = 60.0  # seconds; every protocol writes about a block a minute here
CUT, END = 10, 60  # minutes
PROTOCOLS: dict[str, tuple[type[Protocol], dict]] = {
    "proof of work": (ProofOfWork, {"interval": MINUTE, "confirmations": 3, "zero_bits": 2}),
    "proof of stake": (ProofOfStake, {"slot": MINUTE}),
    "delegated proof of stake": (DelegatedProofOfStake, {"slot": MINUTE}),
    "PBFT": (PBFT, {"pause": MINUTE, "timeout": 20.0}),
}
SIDES = ("left", "right")
Moment = tuple[float, Block]


@dataclass(frozen=True)
class Story:
    """What a node of each side held final, and when: pairs (second, block), and what went wrong.

    `twice`: heights at which two nodes held different blocks final; `taken_back`: blocks that a side gave up.
    """

    held: dict[str, tuple[Moment, ...]]
    twice: int
    taken_back: dict[str, int]

    def went_on(self, side: str, until: float) -> bool:
        """Whether, before second `until`, the side's node held a block final that was made behind the wall."""
        return any(time < until and block.time > CUT * MINUTE for time, block in self.held[side])


@lru_cache(maxsize=256)
def story(name: str, left: int, apart: int, healed: bool, seed: int = 0) -> Story:
    """Run a protocol on seven nodes, `left` of them behind a wall that falls after `apart` minutes if `healed`."""
    protocol, settings = PROTOCOLS[name]
    held: dict[int, list[Moment]] = {node: [] for node in range(NODES)}

    class Watched(protocol):  # the same protocol, with a diary
        def finalised(self) -> Block:
            block = super().finalised()
            if not held[self.me] or held[self.me][-1][1] != block:
                held[self.me].append((self.now, block))
            return block

    end = CUT + apart if healed else END
    wall = Partition(CUT * MINUTE, end * MINUTE + (0 if healed else MINUTE), frozenset(range(left)))
    conditions = Conditions(latency=1.0, partitions=(wall,))
    result = simulate(Watched, NODES, END * MINUTE, conditions, seed=seed, **settings)
    diaries = {"left": tuple(held[0]), "right": tuple(held[NODES - 1])}
    given_up = {side: sum(_lost(diary)) for side, diary in diaries.items()}
    return Story(diaries, len(result.conflicts), given_up)


def _lost(diary: tuple[Moment, ...]) -> Iterator[int]:
    """At each step of a diary, how many blocks were given up."""
    for (_, before), (_, after) in pairwise(diary):
        common = before
        while not after.descends_from(common):
            common = common.parent
        yield before.height - common.height


class HealPartition(State):
    """Protocol, how the nodes are divided, for how long, and whether the wall falls again."""

    title = "A partition to heal"
    controls = (
        Choice("protocol", "Protocol", tuple(PROTOCOLS), "proof of work"),  # PBFT would answer the prediction
        Slider("left", f"Nodes on the left, of {NODES}", 1, NODES - 1, 1, 4),
        Slider("apart", "Minutes until the wall falls, if you let it", 5, 40, 5, 25),
        Toggle("healed", "Let the wall fall"),
    )
    prediction = Prediction(
        "PBFT, four nodes on the left of the wall and three on the right. Which side goes on making blocks final?",
        kind="choice",
        options=("both", "the four", "the three", "neither"),
    )
    figure_height = 380

    def changed(self) -> None:
        """Run the hour that the controls describe."""
        self.story = story(self.protocol, self.left, self.apart, self.healed)

    @property
    def falls(self) -> int:
        """The minute at which the wall falls; the last one when it stays."""
        return CUT + self.apart if self.healed else END

    def went_on(self) -> list[str]:
        """The sides that made blocks final behind the wall."""
        return [side for side in SIDES if self.story.went_on(side, self.falls * MINUTE)]

    def text(self) -> str:
        """Who went on behind the wall, and what became of it."""
        right = NODES - self.left
        went_on = {0: "neither side made blocks final", 2: "both sides made blocks final"}
        said = went_on.get(len(self.went_on()), f"only the {''.join(self.went_on())} made blocks final")
        left = "1 node" if self.left == 1 else f"{self.left} nodes"
        said = f"{self.protocol}, {left} left, {right} right: behind the wall {said}."
        said = said[0].upper() + said[1:]
        if self.story.twice:
            said += f" Two different blocks were final at {self.story.twice} heights."
        if not self.healed:
            return f"{said} The wall still stands."
        lost = [f"{count} on the {side}" for side, count in self.story.taken_back.items() if count]
        return f"{said} The wall fell after {self.apart} minutes: final blocks taken back: {', '.join(lost) or 'none'}."

    def draw(self, fig: Figure) -> None:
        """How many blocks a node of each side holds final, minute by minute; the wall as a grey band."""
        ax = fig.subplots()
        ax.axvspan(CUT, self.falls, color=GRID, alpha=0.6, linewidth=0)
        looks = {"left": (BLUE, "-"), "right": (VERMILLION, "--")}
        for side, (colour, line) in looks.items():
            diary = self.story.held[side]
            minutes = [time / 60 for time, _ in diary] + [END]
            heights = [block.height for _, block in diary] + [diary[-1][1].height]
            count = self.left if side == "left" else NODES - self.left
            look = {"color": colour, "linestyle": line, "drawstyle": "steps-post"}
            ax.plot(minutes, heights, label=f"a node on the {side} ({count})", **look)
            for place, lost in enumerate(_lost(diary)):
                if lost:
                    label = {"color": colour, "fontsize": 10, "ha": "left", "va": "top"}
                    ax.plot(minutes[place + 1], heights[place], marker="X", color=colour, markersize=10, zorder=5)
                    ax.text(minutes[place + 1] + 1, heights[place] - 1, f"{lost} taken back", **label)
        ax.text(CUT + 0.6, 1.5, "wall", color=INK, fontsize=10)
        ax.set(xlim=(0, END), ylim=(0, END + 2), xlabel="minutes", ylabel="blocks held final")
        ax.set_title(f"{self.protocol[0].upper()}{self.protocol[1:]}: what each side believes")
        ax.legend(loc="upper left")

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against the setting that it was asked for."""
        if (self.protocol, self.left) != ("PBFT", 4):
            return f"You predicted: {prediction}. Choose PBFT and four nodes on the left to see."
        truth = {(): "neither", ("left",): "the four", ("right",): "the three", SIDES: "both"}[tuple(self.went_on())]
        return f"You predicted: {prediction}. It was: {truth}. The quorum of seven nodes is five."
