"""A class in the lab: Join takes part over the teacher's node, Stop leaves; accuracy, who is in, one's money."""

import time
from collections.abc import Iterator

from matplotlib.figure import Figure

from nnchain_edu.federated.class_command import PAUSE, funded, patiently, share_of
from nnchain_edu.federated.classroom import ETHER, Class, Member, history
from nnchain_edu.federated.light_node import LightNode
from nnchain_edu.federated.softmax import accuracy, digits
from nnchain_edu.lab.controls import Toggle
from nnchain_edu.lab.figures import BLUE, INK
from nnchain_edu.lab.state import State, Step


class ClassMember(State):
    """One learner's place: registers, trains, commits and reveals, a step at a time, until `rounds` are over.

    Raises NodeError for a node that does not answer, ValueError for a share that does not exist. Stopping and joining
    again goes on with the same key; only who committed and does not come back in time loses the stake.
    """

    title = "Learning with the class"
    start_label = "Join"
    controls = (Toggle("hostile", "Turn my updates around, five times as long"),)
    figure_height = 380

    def __init__(self, url: str, contract: str, share: int, of: int, rounds: int):
        X, y = share_of(share, of)
        self.room, self.rounds, self.did = Class(LightNode(url), contract), rounds, ""
        self.member = Member(self.room, funded(self.room.node), X, y, seed=1000 * share)
        _, _, self.X, self.y = digits()
        self.seen: dict[int, tuple[int, float]] = {}  # by round: how many revealed, accuracy
        super().__init__()
        self.look()

    def changed(self) -> None:
        """Tell the member how to behave from the next round on."""
        self.member.hostile = self.hostile

    def look(self) -> None:
        """Read from the chain what became of the rounds, and one's own money."""
        self.status = self.room.status()
        closed = self.status.number - self.status.running
        if closed > len(self.seen):
            self.seen = {n: (count, accuracy(w, self.X, self.y)) for n, count, w in history(self.room)}
        mine = self.member.wallet.address
        self.owed, self.stake = self.room.owed_to(mine) / ETHER, self.room.stake_of(mine) / ETHER

    def steps(self) -> Iterator[Step]:
        """Do what the round allows, then look, then pause."""
        while True:
            self.did = patiently(self.member.step) or self.did
            self.look()
            yield Step(min(len(self.seen) / self.rounds, 1.0), f"round {self.status.number}: {self.did or 'waiting'}")
            if len(self.seen) >= self.rounds and not self.status.running:
                return
            time.sleep(PAUSE)

    def text(self) -> str:
        """The round, how many are in, the accuracy, one's own money."""
        running = "running" if self.status.running else "closed" if self.status.number else "not begun"
        said = f"Round {self.status.number} ({running}), {self.status.revealed} revealed"
        if self.seen:
            said += f"; {self.seen[max(self.seen)][1]:.0%} of unseen digits right after round {max(self.seen)}"
        way = " You turn your updates around." if self.hostile else ""
        return f"{said}. You are owed {self.owed:.3f} ether, with {self.stake:.0f} at stake.{way}"

    def draw(self, fig: Figure) -> None:
        """Accuracy by round, and beside each mark how many revealed."""
        axes = fig.subplots()
        axes.plot(list(self.seen), [100 * right for _, right in self.seen.values()], "o-", color=BLUE)
        for number, (count, right) in self.seen.items():
            axes.annotate(
                f"{count} in", (number, 100 * right), (0, 8), textcoords="offset points", ha="center", color=INK
            )
        axes.set(xlim=(0.5, max(self.rounds, *self.seen, 2) + 0.5), ylim=(0, 110))
        axes.set(xlabel="round", ylabel="unseen digits read, %")
        axes.set_xticks(range(1, max(self.rounds, *self.seen, 2) + 1, max(1, self.rounds // 10)))
