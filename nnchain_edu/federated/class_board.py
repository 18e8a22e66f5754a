"""What the teacher's dashboard shows: the round, who is in and how far, the accuracy by round, and all balances.

Read from the contract and its events alone: anybody with the two addresses sees the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from eth_utils import is_hex_address, keccak, to_checksum_address

from .classroom import ETHER, Class, Status, history
from .light_node import NodeError
from .softmax import accuracy, digits

LOOKS = 3  # at most, until no block comes in between
STATES = ("registered", "committed", "revealed", "late", "slashed", "left")
_EVENTS = {
    "0x" + keccak(text=signature).hex(): signature.partition("(")[0]
    for signature in (
        "Registered(address)",
        "Left(address)",
        "Withdrawn(address,uint256)",
        "Committed(uint256,address)",
        "Revealed(uint256,address)",
        "Slashed(uint256,address,uint256)",
    )
}


@dataclass(frozen=True)
class Place:
    """One member: address, name (the address in short, if nobody gave another), one of `STATES`, and ether.

    stake and owed lie in the contract, paid has left it, purse is the account's own.
    """

    address: str
    name: str
    state: str
    stake: float
    owed: float
    paid: float
    purse: float


@dataclass(frozen=True)
class Sight:
    """One consistent look at a class. rounds: by number how many revealed, and the accuracy after it (0 to 1)."""

    status: Status
    block: int
    now: int
    places: tuple[Place, ...]
    rounds: dict[int, tuple[int, float]]
    pot: float
    held: float

    @property
    def phase(self) -> str:
        """What the round waits for."""
        status = self.status
        if not status.number:
            return "not begun"
        if not status.running:
            return "closed"
        for name, until in (("commitments", status.commit_until), ("reveals", status.reveal_until)):
            if (left := until - self.now) > 0:
                return f"{name}, {left} s left"
        return "to be closed"

    @property
    def balanced(self) -> bool:
        """Whether the contract holds what the books say: all stakes, all that is owed, and the pot."""
        books = self.pot + sum(place.stake + place.owed for place in self.places)
        return abs(books - self.held) < 1e-9

    def counted(self) -> str:
        """How many members are in which state: "3 members: 2 revealed, 1 late"."""
        states = [place.state for place in self.places]
        if not states:
            return "nobody has registered"
        each = ", ".join(f"{states.count(state)} {state}" for state in STATES if state in states)
        return f"{len(states)} member{'s' * (len(states) > 1)}: {each}"


class Board:
    """Looks at one class again and again; only what is new is read. names: what to call an address."""

    def __init__(self, room: Class, names: Mapping[str, str] | None = None):
        self.room, self.names = room, {}
        for address, name in (names or {}).items():
            if not is_hex_address(address):
                raise ValueError(f"names must be by address, 0x and 40 hexadecimal digits; got {address!r}")
            self.names[to_checksum_address(address)] = str(name)
        _, _, self._X, self._y = digits()
        self._forget()

    def _forget(self) -> None:
        self._block, self._members, self._did, self._paid, self._rounds = -1, {}, {}, {}, {}

    def look(self) -> Sight:
        """Read what has happened. Raises Unreachable without an answer, NodeError where the chain is another now."""
        for _ in range(LOOKS):
            sight = self._look()
            if int(self.room.node.ask("eth_blockNumber"), 16) == sight.block:
                break  # no block came in between: all figures are of one moment
        return sight

    def _look(self) -> Sight:
        room, node = self.room, self.room.node
        if (found := node.ask_chain_id()) != node.chain_id:
            raise NodeError(f"the node at {node.url} is on chain {found} now; this class is on chain {node.chain_id}")
        newest = node.ask("eth_getBlockByNumber", "latest", False)
        block, now = int(newest["number"], 16), int(newest["timestamp"], 16)
        if block < self._block:
            self._forget()  # the chain began anew
        if block > self._block:
            self._read_events(self._block + 1, block)
            self._block = block
        status = room.status()
        if status.number - status.running > len(self._rounds):
            self._rounds = {n: (count, accuracy(w, self._X, self._y)) for n, count, w in history(room)}
        members = list(self._members)
        money = room.node.call_all(
            room.contract,
            ("pot()", "uint256"),
            *[(f"{book}(address)", "uint256", who) for who in members for book in ("stakes", "owed")],
        )
        balances = [("eth_getBalance", who, "latest") for who in (room.contract, *members)]
        held, *purses = (int(wei, 16) for wei in node.ask_all(*balances))
        places = tuple(
            Place(
                who,
                self.names.get(who, short(who)),
                self._state(who, status, now),
                money[1 + 2 * n] / ETHER,
                money[2 + 2 * n] / ETHER,
                self._paid.get(who, 0) / ETHER,
                purses[n] / ETHER,
            )
            for n, who in enumerate(members)
        )
        return Sight(status, block, now, places, dict(self._rounds), money[0] / ETHER, held / ETHER)

    def _read_events(self, first: int, last: int) -> None:
        wanted = {
            "address": self.room.contract,
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "topics": [list(_EVENTS)],
        }
        for log in self.room.node.ask("eth_getLogs", wanted):
            name, *indexed = _EVENTS[log["topics"][0]], *log["topics"][1:]
            who = to_checksum_address("0x" + indexed[-1][-40:])
            if name in ("Registered", "Left", "Slashed"):
                self._members[who] = name
            elif name == "Withdrawn":
                self._paid[who] = self._paid.get(who, 0) + int(log["data"], 16)
            else:
                self._did[who] = name, int(indexed[0], 16)

    def _state(self, who: str, status: Status, now: int) -> str:
        if self._members[who] != "Registered":
            return self._members[who].lower()
        did, number = self._did.get(who, ("", 0))
        if number == status.number and did == "Revealed":
            return "revealed"
        until = status.reveal_until if number == status.number and did else status.commit_until
        if status.running and now >= until:
            return "late"
        return "committed" if status.running and number == status.number else "registered"


def short(address: str) -> str:
    """The beginning and the end of an address: 0x5FbD…0aa3."""
    return f"{address[:6]}…{address[-4:]}"


def table(sight: Sight, room: Class) -> str:
    """The sight as text, a line a member and a line a round."""
    lines = [
        f"Class {room.contract} on chain {room.node.chain_id}, block {sight.block}",
        f"Round {sight.status.number}: {sight.phase}. {sight.counted().capitalize()}.",
        "",
        f"{'member':<14}  {'state':<10}  {'stake':>7}  {'owed':>8}  {'paid':>8}  {'purse':>8}   (ether)",
    ]
    for place in sight.places:
        money = f"{place.stake:7.3f}  {place.owed:8.3f}  {place.paid:8.3f}  {place.purse:8.3f}"
        lines.append(f"{place.name[:14]:<14}  {place.state:<10}  {money}")
    verdict = "as it must be" if sight.balanced else "THE BOOKS DO NOT BALANCE"
    lines.append(f"The contract holds {sight.held:.3f}: stakes, what is owed, and a pot of {sight.pot:.3f}; {verdict}.")
    if sight.rounds:
        lines += ["", "round  revealed  unseen digits read"]
        lines += [f"{n:>5}  {count:>8}  {100 * right:16.1f} %" for n, (count, right) in sight.rounds.items()]
    return "\n".join(lines)
