"""A class in the lab: Join takes part over the teacher's node, Stop pauses, Leave takes one's money out."""

import time
from collections.abc import Iterator

from matplotlib.figure import Figure

from nnchain_edu.federated.class_command import PAUSE, funded, patiently, share_of
from nnchain_edu.federated.classroom import ETHER, Class, Member, Status, history
from nnchain_edu.federated.light_node import LightNode, NodeError, Unreachable, as_sentence
from nnchain_edu.federated.softmax import accuracy, digits
from nnchain_edu.lab.controls import Button, Toggle
from nnchain_edu.lab.figures import BLUE, INK
from nnchain_edu.lab.state import State, Step

# Whoever runs the cell again goes on with the same key, and can still open what is committed.
_MEMBERS: dict[tuple, Member] = {}


class ClassMember(State):
    """One learner's place: registers, trains, commits and reveals, a step at a time, until `rounds` are over.

    Raises ValueError for a share that does not exist. A node that does not answer, and an address without a class,
    become a message in the frame; Join tries again. Stopping and joining again goes on with the same key; only who
    committed and does not come back in time loses the stake.
    """

    title = "Learning with the class"
    start_label = "Join"
    controls = (
        Toggle("hostile", "Turn my updates around, five times as long"),
        Button("leave", "Leave, and take my money"),
    )
    figure_height = 280

    def __init__(self, url: str, contract: str, share: int, of: int, rounds: int):
        self._rows = share_of(share, of)
        self._where, self._seed, self.rounds, self.did = (url, contract), 1000 * share, rounds, ""
        _, _, self.X, self.y = digits()
        self.member: Member | None = None
        self.seen: dict[int, tuple[int, float]] = {}  # by round: how many revealed, accuracy
        self.status, self.owed, self.stake, self.trouble = Status(0, False, 0, 0, 0), 0.0, 0.0, ""
        super().__init__()
        try:
            self._connect()
        except ValueError as error:
            self.trouble = str(error)

    def _connect(self) -> None:
        """Find the class, and get a key and a purse. Raises ValueError, in plain words, where that cannot be."""
        try:
            if self.member is None:
                url, contract = self._where
                mine = (url, contract, self._seed)
                if mine not in _MEMBERS:
                    room = Class(LightNode(url), contract)
                    _MEMBERS[mine] = Member(room, funded(room.node), *self._rows, seed=self._seed)
                self.member = _MEMBERS[mine]
                self.changed()
            self.look()
        except NodeError as error:
            raise ValueError(str(error)) from error

    def changed(self) -> None:
        """Tell the member how to behave from the next round on."""
        if self.member is not None:
            self.member.hostile = self.hostile

    def leave(self) -> None:
        """Stop being a client and withdraw stake and rewards; Join registers anew."""
        self._connect()
        try:
            paid = self.member.leave()
            self.look()
        except NodeError as error:
            reason = (
                "open your commitment first: Join, until it says revealed" if "reveal first" in str(error) else error
            )
            raise ValueError(f"You cannot leave now: {reason}.") from error
        self.did = f"left with {paid / ETHER:.3f} ether"

    def look(self) -> None:
        """Read from the chain what became of the rounds, and one's own money."""
        room, mine = self.member.room, self.member.wallet.address
        self.status = room.status()
        closed = self.status.number - self.status.running
        if closed > len(self.seen):
            self.seen = {n: (count, accuracy(w, self.X, self.y)) for n, count, w in history(room)}
        self.owed, self.stake = room.owed_to(mine) / ETHER, room.stake_of(mine) / ETHER

    def steps(self) -> Iterator[Step]:
        """Do what the round allows, then look, then pause. A node that falls silent is asked on until Stop."""
        self._connect()
        while True:
            try:
                self.did = patiently(self.member.step) or self.did
                self.look()
                now = f"round {self.status.number}: {self.did or 'waiting'}"
            except Unreachable:
                now = "the node does not answer; trying again"
            except NodeError as error:
                raise ValueError(str(error)) from error
            yield Step(min(len(self.seen) / self.rounds, 1.0), now)
            if len(self.seen) >= self.rounds and not self.status.running:
                return
            time.sleep(PAUSE)

    def text(self) -> str:
        """The round, how many revealed, the accuracy, one's own address and money."""
        if self.member is None:
            return f"Not in a class: {as_sentence(self.trouble)} Press Join to try again."
        running = "running" if self.status.running else "closed" if self.status.number else "not begun"
        said = f"Round {self.status.number} ({running}), {self.status.revealed} revealed"
        if self.seen:
            said += f"; {self.seen[max(self.seen)][1]:.0%} of unseen digits right after round {max(self.seen)}"
        way = " You turn your updates around." if self.hostile else ""
        money = f"You are {self.member.wallet.address}, with {self.stake:.0f} ether at stake, and {self.owed:.3f} owed"
        return f"{said}. {money}.{way}"

    def draw(self, fig: Figure) -> None:
        """Accuracy by round, and beside each mark how many revealed."""
        axes = fig.subplots()
        axes.plot(list(self.seen), [100 * right for _, right in self.seen.values()], "o-", color=BLUE)
        for number, (count, right) in self.seen.items():
            axes.annotate(
                f"{count} in", (number, 100 * right), (0, 8), textcoords="offset points", ha="center", color=INK
            )
        last = max(self.rounds, *self.seen, 2) if self.seen else max(self.rounds, 2)
        axes.set(xlim=(0.5, last + 0.5), ylim=(0, 110))
        axes.set(xlabel="round", ylabel="unseen digits read, %")
        axes.set_xticks(range(1, last + 1, max(1, last // 10)))
