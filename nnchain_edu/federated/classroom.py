"""A class that trains one model over one chain: what a member does in a round, and what the one who runs it does.

Everything goes through the contract `federated_round.vy` on a node that all can reach. A member needs the node's
address and the contract's; the common weights are read from the chain, so who comes late or loses its process goes
on where the others are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from eth_utils import is_hex_address, to_checksum_address

from .commitment import commitment, new_salt
from .fixed_point import pack, to_integers, unpack
from .light_node import LightNode, NodeError, Unfunded, Unreachable, Wallet
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
    """The contract of one class, seen by anybody.

    Raises NodeError, in plain words, for what is no address, for an address without a class's contract on the node's
    chain, and for a class with another model.
    """

    def __init__(self, node: LightNode, contract: str):
        if not is_hex_address(contract):
            raise NodeError(f"contract must be an address, 0x and 40 hexadecimal digits; got {contract!r}")
        self.node, self.contract = node, to_checksum_address(contract)
        self._updates: dict[int, tuple[int, np.ndarray]] = {}  # of closed rounds, which never change
        try:
            names = ("STAKE", "WORDS", "BITS", "COMMIT_SECONDS", "REVEAL_SECONDS")
            self.stake, words, bits, self.commit_seconds, self.reveal_seconds = node.call_all(
                self.contract, *[(f"{name}()", "uint256") for name in names]
            )
        except Unreachable:
            raise
        except NodeError:
            raise NodeError(
                f"no class at {self.contract} on chain {node.chain_id} ({node.url}): is this the address that the "
                "teacher's command printed, and is this the teacher's node?"
            ) from None
        if (words, bits) != (WORDS, BITS):
            raise NodeError(f"the contract at {self.contract} is for another model than the classroom's")

    def _read(self, signature: str, results: str = "uint256", *arguments):
        return self.node.call(self.contract, signature, results, *arguments)

    def status(self) -> Status:
        number, running, *times = self.node.call_all(
            self.contract,
            ("number()", "uint256"),
            ("running()", "bool"),
            ("commit_until()", "uint256"),
            ("reveal_until()", "uint256"),
        )
        if number < max(self._updates, default=0):
            self._updates.clear()  # the chain began anew
        return Status(number, running, *times, self._read("counts(uint256)", "uint256", number))

    def update_of(self, number: int) -> tuple[int, np.ndarray]:
        """How many revealed in a closed round, and their mean update (650,); zeros where nobody did."""
        if number not in self._updates:
            count, words = self.node.call_all(
                self.contract,
                ("counts(uint256)", "uint256", number),
                ("aggregate(uint256)", "uint256[]", number),
            )
            total = unpack(words, PARAMETERS, count, BITS) if count else np.zeros(PARAMETERS)
            self._updates[number] = count, total / max(count, 1) / SCALE
        return self._updates[number]

    def weights(self, rounds: int) -> np.ndarray:
        """The common weights (650,) after so many closed rounds, from nothing but the chain."""
        return sum((self.update_of(number)[1] for number in range(1, rounds + 1)), np.zeros(PARAMETERS))

    def stake_of(self, who: str) -> int:
        return self._read("stakes(address)", "uint256", who)

    def waiting(self) -> int:
        """How many have registered, before the first round has paid anybody."""
        return (self.node.balance(self.contract) - self._read("pot()")) // self.stake

    def commitment_of(self, number: int, who: str) -> bytes:
        """What `who` is bound to in a round; 32 zero bytes for nothing, or when it is opened already."""
        return self._read("commitments(uint256,address)", "bytes32", number, who)

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
        self.secrets: dict[int, tuple[list[int], bytes, bytes]] = {}  # by round: words, salt, what they seal to

    def step(self) -> str:
        """Do what can be done now, and say what it was: "registered", "committed", "revealed" or "" for nothing.

        What has been done already is read from the contract, so a step whose answer was lost on the way is no harm.
        Raises NodeError for what the node refuses, Unfunded where the stake cannot be paid, ValueError for rows that
        give an update with values that are not finite.
        """
        room, status = self.room, self.room.status()
        number, me = status.number, self.wallet.address
        if not room.stake_of(me):
            if not status.running:
                self.secrets.pop(number, None)  # slashed: begin anew
            if (purse := room.node.balance(me)) <= room.stake:
                raise Unfunded(f"{me} has {purse / ETHER:.3f} ether, and the stake is {room.stake / ETHER:.0f}")
            self._send("register()", value=room.stake)
            return "registered"
        if not status.running:
            return ""
        now, taken = room.node.now(), room.commitment_of(number, me)
        if now < status.commit_until and not any(taken):
            if number not in self.secrets:
                words, salt = pack(self.integers(number), BITS), new_salt()
                sealed = commitment(words, salt, me, number, room.contract, room.node.chain_id)
                self.secrets[number] = words, salt, sealed
            self._send("commit(bytes32)", self.secrets[number][2])
            return "committed"
        words, salt, sealed = self.secrets.get(number, ([], b"", b""))
        if status.commit_until <= now < status.reveal_until and taken == sealed:
            self._send("reveal(uint256[],bytes32)", words, salt)
            self.secrets.pop(number, None)
            return "revealed"
        return ""

    def leave(self) -> int:
        """Stop being a client, and take the stake and all that is owed. Returns the wei paid out."""
        if self.room.stake_of(self.wallet.address):
            self._send("leave()")
        owed = self.room.owed_to(self.wallet.address)
        if owed:
            self._send("withdraw()")
        return owed

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
        count, update = room.update_of(number)
        weights = weights + update
        yield number, count, weights
