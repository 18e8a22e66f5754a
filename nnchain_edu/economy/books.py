"""The economy's own books: what every intent becomes, worked out without a chain.

An agent spends what its book says it holds. A book counts every transaction at its full gas limit and highest price,
so the chain always holds a little more, and what is entered here can be carried out there to the wei.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import rlp
from eth_utils import keccak

from .behaviour import Intent
from .frames import NOBODY, TRANSFER

GWEI = 10**9
MOST_PER_GAS = 4 * GWEI  # wei: above twice the base fee of 1 gwei and the tip of 1 gwei
#: Gas that each act is given.
GAS = {"pay": 21_000, "tokens": 90_000, "approve": 70_000, "pull": 100_000, "buy": 200_000, "sell": 200_000,
       "open": 300_000, "deploy": 2_000_000, "invest": 450_000}  # fmt: skip
PARTS = 10**6  # shares are whole millionths, so that amounts are exact
APPROVAL, SWAPPED, INVESTED, PAID = (
    "0x" + keccak(text=signature).hex()
    for signature in (
        "Approval(address,address,uint256)", "Swapped(address,uint256,uint256)", "Invested(address,uint256)",
        "Paid(address,uint256)",
    )
)  # fmt: skip
TOKENS_PER_ETHER = 1_000  # the price at which the market opens


class Entry(NamedTuple):
    """One transaction as the books have it. ``logs``: (contract, topics, data) as a node would show them."""

    intent: Intent
    sender: str
    to: str | None
    value: int
    nonce: int
    status: bool
    created: str | None
    args: tuple
    logs: tuple[tuple[str, tuple[str, ...], str], ...]


Block = tuple[int, list[Entry]]  # seconds since the beginning, and what is in it


@dataclass
class Market:
    """The constant-product exchange of contracts/market.vy."""

    ether: int = 0
    tokens: int = 0

    def buy(self, wei: int) -> int:
        """Tokens for wei."""
        remaining = self.ether * self.tokens // (self.ether + wei) + 1
        self.ether, bought, self.tokens = self.ether + wei, self.tokens - remaining, remaining
        return bought

    def sell(self, units: int) -> int:
        """Wei for tokens."""
        remaining = self.ether * self.tokens // (self.tokens + units) + 1
        self.tokens, paid, self.ether = self.tokens + units, self.ether - remaining, remaining
        return paid


@dataclass
class Ponzi:
    """The scheme of contracts/ponzi.vy: who is owed how much, in order."""

    operator: str
    owed: list[tuple[str, int]] = field(default_factory=list)
    held: int = 0
    paid: int = 0

    def invest(self, who: str, wei: int) -> Iterator[tuple[str, int]]:
        """Whom the contract pays on an investment, the operator's tenth left out."""
        self.owed.append((who, wei * 3 // 2))
        self.held += wei - wei // 10
        for _ in range(5):
            if self.paid == len(self.owed) or self.owed[self.paid][1] > self.held:
                return
            claim = self.owed[self.paid]
            self.paid += 1
            self.held -= claim[1]
            yield claim


class Books:
    """Who holds what, by address; ``addresses`` by name grows with the contracts that are created."""

    def __init__(self, addresses: dict[str, str], purses: dict[str, int]):
        self.addresses, self.purse = dict(addresses), Counter(purses)
        self.tokens: Counter[str] = Counter()
        self.allowed: set[tuple[str, str]] = set()
        self.nonces: Counter[str] = Counter()
        self.market, self.ponzis = Market(), {}
        self.skipped: Counter[str] = Counter()
        self.acts = {act: getattr(self, f"_{act}") for act in GAS}

    def enter(self, intent: Intent) -> Entry | None:
        """What becomes of an intent now; None where it cannot be afforded, which is counted."""
        sender, target = self.addresses[intent.sender], self.addresses.get(intent.to)
        spendable = self.purse[sender] - GAS[intent.act] * MOST_PER_GAS
        if spendable < 0 or (target is None and intent.act != "deploy"):
            self.skipped[intent.kind] += 1
            return None
        return self.acts[intent.act](intent, sender, target, spendable)

    def _done(self, intent: Intent, sender: str, to: str | None, value: int = 0, args: tuple = (), logs: tuple = (),
              status: bool = True, created: str | None = None) -> Entry:  # fmt: skip
        self.purse[sender] -= GAS[intent.act] * MOST_PER_GAS + (value if status else 0)
        nonce = self.nonces[sender]
        self.nonces[sender] += 1
        return Entry(intent, sender, to, value, nonce, status, created, args, logs if status else ())

    def _value(self, intent: Intent, spendable: int) -> int:
        """The wei that an intent gives; 0 where it cannot be afforded."""
        value = share(spendable, intent.amount)
        if intent.kind == "theft":
            value = min(value, spendable * 9 // 10)  # nobody loses more than there is
        if not 0 < value <= spendable:
            self.skipped[intent.kind] += 1
            return 0
        return value

    def _pay(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry | None:
        value = self._value(intent, spendable)
        if not value:
            return None
        self.purse[target] += value
        return self._done(intent, sender, target, value)

    def _deploy(self, intent: Intent, sender: str, target: None, spendable: int) -> Entry:
        created = "0x" + keccak(rlp.encode([bytes.fromhex(sender[2:]), self.nonces[sender]])).hex()[-40:]
        self.addresses[intent.to] = created
        args, logs = (), ()
        if intent.to == "token":
            supply = int(intent.amount)
            self.tokens[sender] += supply
            args, logs = ("Coin of the course", "COIN", supply), (moved(created, NOBODY, sender, supply),)
        elif intent.to == "market":
            args = (self.addresses["token"],)
        else:
            self.ponzis[intent.to] = Ponzi(sender)
        return self._done(intent, sender, None, 0, args, logs, created=created)

    def _open(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry:
        ether, tokens = int(intent.amount), int(intent.amount) * TOKENS_PER_ETHER
        self.market = Market(ether, tokens)
        self.tokens[sender] -= tokens
        self.tokens[target] += tokens
        logs = (moved(self.addresses["token"], sender, target, tokens),)
        return self._done(intent, sender, target, ether, (tokens,), logs)

    def _approve(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry:
        self.allowed.add((sender, target))
        logs = ((self.addresses["token"], (APPROVAL, word(sender), word(target)), word(intent.amount)),)
        return self._done(intent, sender, self.addresses["token"], 0, (target, intent.amount), logs)

    def _tokens(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry | None:
        return self._move(intent, sender, sender, target, True, lambda units: (target, units))

    def _pull(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry | None:
        may = (target, sender) in self.allowed
        return self._move(intent, sender, target, sender, may, lambda units: (target, sender, units))

    def _move(
        self, intent: Intent, sender: str, giver: str, receiver: str, may: bool, args: Callable[[int], tuple]
    ) -> Entry | None:
        units = share(self.tokens[giver], intent.amount)
        if not units:
            self.skipped[intent.kind] += 1
            return None
        status = may and units <= self.tokens[giver]
        if status:
            self.tokens[giver] -= units
            self.tokens[receiver] += units
        token = self.addresses["token"]
        logs = (moved(token, giver, receiver, units),)
        return self._done(intent, sender, token, 0, args(units), logs, status)

    def _buy(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry | None:
        value = self._value(intent, spendable)
        if not value:
            return None
        bought = self.market.buy(value)
        self.tokens[target] -= bought
        self.tokens[sender] += bought
        logs = (self._swapped(sender, target), moved(self.addresses["token"], target, sender, bought))
        return self._done(intent, sender, target, value, (), logs)

    def _sell(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry | None:
        units = share(self.tokens[sender], intent.amount)
        if not units:
            self.skipped[intent.kind] += 1
            return None
        status, logs = (sender, target) in self.allowed and units <= self.tokens[sender], ()
        if status:
            self.purse[sender] += self.market.sell(units)
            self.tokens[sender] -= units
            self.tokens[target] += units
            logs = (self._swapped(sender, target), moved(self.addresses["token"], sender, target, units))
        return self._done(intent, sender, target, 0, (units,), logs, status)

    def _swapped(self, trader: str, market: str) -> tuple[str, tuple[str, ...], str]:
        return market, (SWAPPED, word(trader)), word(self.market.ether) + word(self.market.tokens)[2:]

    def _invest(self, intent: Intent, sender: str, target: str, spendable: int) -> Entry | None:
        value = self._value(intent, spendable)
        if not value:
            return None
        ponzi = self.ponzis[intent.to]
        self.purse[ponzi.operator] += value // 10
        logs = [(target, (INVESTED, word(sender)), word(value))]
        for who, owed in ponzi.invest(sender, value):
            self.purse[who] += owed
            logs.append((target, (PAID, word(who)), word(owed)))
        return self._done(intent, sender, target, value, (), tuple(logs))


def share(held: int, amount: int | float) -> int:
    """``amount`` itself, or (a float) that share of what is held."""
    return amount if isinstance(amount, int) else held * round(amount * PARTS) // PARTS


def word(value: int | str) -> str:
    """A number or an address as 32 bytes in hex."""
    return f"0x{value:064x}" if isinstance(value, int) else "0x" + value[2:].rjust(64, "0")


def moved(token: str, giver: str, receiver: str, units: int) -> tuple[str, tuple[str, ...], str]:
    """The Transfer log of a token."""
    return token, (TRANSFER, word(giver), word(receiver)), word(units)
