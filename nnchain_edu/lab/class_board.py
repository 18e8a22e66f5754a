"""The dashboard of a class: the round, who is in and how far, the accuracy by round, all balances. Live until Stop."""

import time
from collections.abc import Iterator, Mapping

from matplotlib.figure import Figure

from nnchain_edu.federated.class_board import Board, Sight
from nnchain_edu.federated.class_command import PAUSE
from nnchain_edu.federated.classroom import Class
from nnchain_edu.federated.light_node import LightNode, NodeError, Unreachable, as_sentence
from nnchain_edu.lab.controls import Toggle
from nnchain_edu.lab.figures import BLACK, BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILLION
from nnchain_edu.lab.state import State, Step

# each state's colour and mark: nobody needs the colour to tell them apart
LOOKS = {
    "registered": (SKY, "o"),
    "committed": (BLUE, "s"),
    "revealed": (GREEN, "D"),
    "late": (ORANGE, "v"),
    "slashed": (VERMILLION, "X"),
    "left": (PURPLE, "P"),
}
_ROW, _HEAD, _CHART = 20, 62, 230  # CSS pixels: a member, what stands above and below them, the accuracy
_COLUMNS = {"member": 0.0, "state": 0.22, "stake": 0.53, "owed": 0.67, "paid": 0.81, "purse": 0.97}


class ClassBoard(State):
    """A class at the node `url`, with the contract at `contract`. names: what to call a member, by address.

    A node that does not answer, and an address without a class, become a message in the frame; Watch tries again.
    """

    title = "The class"
    start_label = "Watch"
    controls = (Toggle("each", "Name each member in the text below"),)

    def __init__(self, url: str, contract: str, names: Mapping[str, str] | None = None):
        self._where, self._names = (url, contract), dict(names or {})
        self.board: Board | None = None
        self.sight: Sight | None = None
        self.trouble = ""
        try:
            self.look()
        except ValueError as error:
            self.trouble = str(error)
        super().__init__()

    def look(self) -> None:
        """See the class as it is now. Raises ValueError, in plain words, where that cannot be."""
        try:
            if self.board is None:
                url, contract = self._where
                self.board = Board(Class(LightNode(url), contract), self._names)
            self.sight = self.board.look()
        except NodeError as error:
            raise ValueError(str(error)) from error

    def steps(self) -> Iterator[Step]:
        """Look, and look again, until Stop. A node that falls silent is asked on."""
        while True:
            try:
                self.look()
            except ValueError as error:
                if self.sight is None or not isinstance(error.__cause__, Unreachable):
                    raise
                yield Step(0.0, "the node does not answer; trying again")
            else:
                yield Step(self._elapsed(), f"round {self.sight.status.number}: {self.sight.phase}")
            time.sleep(PAUSE)

    def _elapsed(self) -> float:
        """The part of the round's time that is over."""
        status, room = self.sight.status, self.board.room
        if not status.running:
            return float(status.number > 0)
        whole = room.commit_seconds + room.reveal_seconds
        return min(max(1 - (status.reveal_until - self.sight.now) / whole, 0.0), 1.0)

    @property
    def figure_height(self) -> int:
        """So high that every member has a line."""
        return _CHART + _HEAD + _ROW * max(len(self.sight.places) if self.sight else 0, 1)

    def text(self) -> str:
        """The round, how many are in and how far, the accuracy, the money; on demand each member."""
        if self.sight is None:
            return f"No class to be seen: {as_sentence(self.trouble)} Press Watch to try again."
        sight = self.sight
        number, phase = sight.status.number, sight.phase.split(",")[0]
        said = [f"Round {number}: {phase}" if number else "No round has begun"]
        said.append(sight.counted())
        if sight.rounds:
            said.append(
                f"{sight.rounds[max(sight.rounds)][1]:.0%} of unseen digits read after round {max(sight.rounds)}"
            )
        books = "the books balance" if sight.balanced else "the books do not balance"
        said.append(f"the contract holds {sight.held:.3f} ether, {sight.pot:.3f} of it for rewards, and {books}")
        if self.each:
            for p in sight.places:
                said.append(f"{p.name} {p.state}, {p.stake:.0f} at stake, {p.owed:.3f} owed, {p.paid:.3f} paid")
                said[-1] += f", {p.purse:.3f} in its purse"
        return "; ".join(said) + "."

    def draw(self, fig: Figure) -> None:
        """Accuracy by round on top; below a line for each member: state, and ether in four books."""
        height = self.figure_height
        left, width = 0.11, 0.86
        chart = fig.add_axes((left, 1 - (_CHART - 48) / height, width, (_CHART - 84) / height))
        rounds = self.sight.rounds if self.sight else {}
        chart.plot(list(rounds), [100 * right for _, right in rounds.values()], "o-", color=BLUE)
        for number, (count, right) in rounds.items():
            place = {"xytext": (0, -15 if right > 0.85 else 8), "textcoords": "offset points"}
            chart.annotate(f"{count} in", (number, 100 * right), ha="center", color=INK, fontsize=9, **place)
        last = max(*rounds, 4) if rounds else 4
        chart.set(xlim=(0.5, last + 0.5), ylim=(0, 105), xlabel="round", ylabel="unseen digits, %")
        chart.set_xticks(range(1, last + 1, max(1, last // 10)))
        chart.set_title(self._heading())
        self._members(fig, height)

    def _heading(self) -> str:
        if self.sight is None:
            return "No class to be seen"
        return f"Round {self.sight.status.number}: {self.sight.phase}" if self.sight.status.number else "Not begun"

    def _members(self, fig: Figure, height: int) -> None:
        below = height - _CHART
        list_ = fig.add_axes((0.04, 8 / height, 0.92, (below - 8) / height))
        list_.set(xlim=(0, 1), ylim=(below - 8, 0))  # pixels downwards
        list_.axis("off")
        for name, x in _COLUMNS.items():
            unit = ", ether" if name == "stake" else ""
            list_.text(x, 14, name + unit, weight="bold", ha="left" if x < 0.5 else "right", va="center")
        list_.axhline(26, color=INK, linewidth=0.8)
        places = self.sight.places if self.sight else ()
        for row, place in enumerate(places):
            y = 40 + _ROW * row
            colour, mark = LOOKS[place.state]
            list_.text(0.0, y, place.name[:18], va="center")
            list_.plot([0.235], [y], mark, color=colour, markeredgecolor=BLACK, markeredgewidth=0.5, markersize=7)
            list_.text(0.26, y, place.state, va="center")
            for name in ("stake", "owed", "paid", "purse"):
                list_.text(_COLUMNS[name], y, f"{getattr(place, name):.3f}", ha="right", va="center")
        if not places:
            list_.text(0.0, 40, "nobody has registered" if self.sight else "nobody to be seen", va="center")
