"""A class that trains one model over one chain: what a member does in a round, and what the one who runs it does.

Everything goes through the contract `federated_round.vy` on a node that all can reach. A member needs the node's
address and the contract's; the common weights are read from the chain, so who comes late or loses its process goes
on where the others are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .commitment import commitment, new_salt
from .fixed_point import pack, to_integers, unpack
from .light_node import LightNode, NodeError, Wallet
from .softmax import PARAMETERS, local_update

BITS, WORDS, SCALE = 11, 41, 1000.0  # parameters change by at most ±1.023 a round; in steps of a thousandth
ETHER = 10**18


@dataclass(frozen=True)
class Status:
    """What the contract says about the round that runs or ran last."""

    number: int
    running: bool
    commit_until: int
    reveal_until: int
    revealed: int


class Class:
    """The contract of one class, seen by anybody."""

    def __init__(self, node: LightNode, contract: str):
        self.node, self.contract = node, contract
        self.stake = self._read("STAKE()")
        if self._read("WORDS()") != WORDS or self._read("BITS()") != BITS:
            raise NodeError(f"the contract at {contract} is for another model than the classroom's")

    def _read(self, signature: str, results: str = "uint256", *arguments):
        return self.node.call(self.contract, signature, results, *arguments)

    def status(self) -> Status:
        number = self._read("number()")
        times = self._read("commit_until()"), self._read("reveal_until()")
        return Status(number, self._read("running()", "bool"), *times, self._read("counts(uint256)", "uint256", number))

    def update_of(self, number: int) -> np.ndarray:
        """The mean update (650,) of a closed round; zeros where nobody revealed."""
        count = self._read("counts(uint256)", "uint256", number)
        if not count:
            return np.zeros(PARAMETERS)
        words = self._read("aggregate(uint256)", "uint256[]", number)
        return unpack(words, PARAMETERS, count, BITS) / count / SCALE

    def weights(self, rounds: int) -> np.ndarray:
        """The common weights (650,) after so many rounds, from nothing but the chain."""
        return sum((self.update_of(number) for number in range(1, rounds + 1)), np.zeros(PARAMETERS))

    def stake_of(self, who: str) -> int:
        return self._read("stakes(address)", "uint256", who)

    def waiting(self) -> int:
        """How many have registered, before the first round has paid anybody."""
        return (self.node.balance(self.contract) - self._read("pot()")) // self.stake

    def owed_to(self, who: str) -> int:
        return self._read("owed(address)", "uint256", who)


class Member:
    """One client: its own rows, its own key, and one step at a time as the round allows.

    X, y: rows (rows, 64) and classes (rows,), which nobody else sees.
    hostile: whether it turns its update around, five times as long.
    """

    def __init__(
        self, room: Class, wallet: Wallet, X: np.ndarray, y: np.ndarray, *, hostile: bool = False, seed: int = 0
    ):
        if not len(X) or len(X) != len(y):
            raise ValueError(f"a member needs rows: X has {len(X)}, y has {len(y)}")
        self.room, self.wallet, self.X, self.y, self.hostile, self.seed = room, wallet, X, y, hostile, seed
        self.secrets: dict[int, tuple[list[int], bytes]] = {}  # by round: words and salt, until revealed

    def step(self) -> str:
        """Do what can be done now, and say what it was: "registered", "committed", "revealed" or "" for nothing."""
        status = self.room.status()
        if not self.room.stake_of(self.wallet.address):
            if status.number in self.secrets and not status.running:
                del self.secrets[status.number]  # slashed: begin anew
            self._send("register()", value=self.room.stake)
            return "registered"
        if not status.running:
            return ""
        now, number = self.room.node.now(), status.number
        if now < status.commit_until and number not in self.secrets:
            words, salt = pack(self.integers(number), BITS), new_salt()
            sealed = commitment(words, salt, self.wallet.address, number, self.room.contract, self.room.node.chain_id)
            self._send("commit(bytes32)", sealed)
            self.secrets[number] = words, salt  # only what the contract took
            return "committed"
        if status.commit_until <= now < status.reveal_until and number in self.secrets:
            words, salt = self.secrets[number]
            self._send("reveal(uint256[],bytes32)", words, salt)
            del self.secrets[number]
            return "revealed"
        return ""

    def integers(self, number: int) -> np.ndarray:
        """The update of round `number` as whole numbers, from the common weights before it."""
        weights = self.room.weights(number - 1)
        update = local_update(weights, self.X, self.y, seed=self.seed + number)
        return to_integers(-5 * update if self.hostile else update, SCALE, BITS)

    def _send(self, signature: str, *arguments, value: int = 0) -> None:
        self.wallet.send(self.room.contract, signature, *arguments, value=value)


class Host:
    """The one who opens and closes the rounds. Anybody may: the contract does not ask who it is."""

    def __init__(self, room: Class, wallet: Wallet):
        self.room, self.wallet = room, wallet

    def step(self) -> str:
        """Close the round that can be closed, or open the next: "opened", "closed" or "" for nothing."""
        status = self.room.status()
        if not status.running:
            self.wallet.send(self.room.contract, "open()")
            return "opened"
        if self.room.node.now() >= status.commit_until:
            try:
                self.wallet.send(self.room.contract, "close()")
            except NodeError:
                return ""  # there is still time to reveal
            return "closed"
        return ""


def history(room: Class) -> Iterator[tuple[int, int, np.ndarray]]:
    """For each closed round its number, how many revealed, and the common weights after it."""
    status, weights = room.status(), np.zeros(PARAMETERS)
    for number in range(1, status.number + (not status.running)):
        weights = weights + room.update_of(number)
        yield number, room.node.call(room.contract, "counts(uint256)", "uint256", number), weights
