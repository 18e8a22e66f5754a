"""How offenders work: seven typologies, each a function from a campaign to what its accounts mean to do.

The names are those of the field (FATF reports, and Weber et al. 2019 for peel chains). Victims are honest agents.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from .agents import Agent, World
from .behaviour import HOUR, Intent, amount, wei

FUNDS_FOR_GAS = wei(0.02)


@dataclass(frozen=True)
class Regime:
    """How careful offenders are. ``difficulty`` 0 is careless, 1 hides well; see docs/economy.md for each figure."""

    hold: float  # hours that money rests before it is passed on (median)
    loot: float  # ether taken in one stroke (median)
    ordinary: float  # share of the accounts that also lead an ordinary life
    through_tokens: float  # share of the campaigns that move tokens in place of ether
    mix: dict[str, float]  # how often each typology is chosen

    @classmethod
    def of(cls, difficulty: float, drift: float = 0.0) -> "Regime":
        """The regime at this difficulty; ``drift`` 0 to 1 moves it to what offenders turn to later."""
        mix = {n: (1 - drift) * early + drift * late for n, (early, late) in MIX.items()}
        return cls(
            hold=0.4 * 120**difficulty * 4**drift,
            loot=12 * 0.03**difficulty * 0.6**drift,
            ordinary=0.95 * difficulty**0.6,
            through_tokens=0.1 + 0.7 * drift,
            mix=mix,
        )


#: How often a campaign is of each typology: before a drift, and after a whole one.
MIX = {
    "fan-out": (0.20, 0.08), "fan-in": (0.18, 0.08), "cycle": (0.12, 0.06), "peel": (0.22, 0.08),
    "phishing": (0.16, 0.26), "ponzi": (0.06, 0.18), "wash": (0.06, 0.26),
}  # fmt: skip
#: Fewest and most accounts of a campaign.
SIZES = {
    "fan-out": (6, 14), "fan-in": (6, 12), "cycle": (4, 7), "peel": (6, 12), "phishing": (2, 4), "ponzi": (3, 5),
    "wash": (3, 6),
}  # fmt: skip


@dataclass
class Campaign:
    """One scheme: its accounts, when it begins, how careful it is, and its own source of chance."""

    number: int
    typology: str
    start: int
    regime: Regime
    rng: np.random.Generator
    world: World
    accounts: list[Agent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = self.rng.random() < self.regime.through_tokens

    def wait(self, hours: float | None = None) -> int:
        """Seconds until the next step: log-normal about the regime's holding time."""
        median = self.regime.hold if hours is None else hours
        return 300 + int(HOUR * median * np.exp(0.9 * self.rng.standard_normal()))

    def loot(self, scale: float = 1.0) -> int:
        """Wei of one stroke."""
        return amount(self.rng, self.regime.loot * scale, 0.7)

    def victims(self, count: int, when: int, roles: tuple[str, ...] = ("worker", "trader", "saver")) -> list[Agent]:
        """So many honest agents who are there at that time."""
        here = [a for role in roles for a in self.world.of(role) if a.joined < when < a.left and not a.typology]
        return [here[i] for i in self.rng.permutation(len(here))[:count]]

    def move(self, when: int, giver: str, to: str, size: int | float, kind: str = "layering") -> Intent:
        """Money passed on, as ether or as tokens."""
        return Intent(when, giver, kind, "tokens" if self.tokens else "pay", to, size, self.number)

    def arm(self, when: int, who: str, source: str) -> Iterator[Intent]:
        """Whoever moves tokens needs a little ether for the fees."""
        if self.tokens:
            yield Intent(when, source, "gas money", "pay", who, FUNDS_FOR_GAS, self.number)

    def cash_out(self, when: int, who: str) -> Iterator[Intent]:
        """Out of the chain through the exchange; tokens are sold on the market first."""
        if self.tokens:
            yield Intent(when, who, "approval", "approve", "market", 2**255, self.number)
            yield Intent(when + 400, who, "swap", "sell", "market", float(self.rng.uniform(0.9, 1.0)), self.number)
            when += self.wait()
        yield Intent(when, who, "cash-out", "pay", "exchange", float(self.rng.uniform(0.85, 0.995)), self.number)

    def seize(self, when: int, thief: str, scale: float = 1.0) -> Iterator[Intent]:
        """Loot comes in: a hacked account, or the exchange's hot wallet, pays the thief; perhaps turned into tokens."""
        victims = [victim.name for victim in self.victims(2, when, ("trader", "saver", "employer"))]
        sources = [*victims, "exchange"]  # two victims, one and the exchange, or the exchange alone
        for giver in sources[int(self.rng.integers(len(sources))) :][:2]:
            yield Intent(when, giver, "theft", "pay", thief, self.loot(scale), self.number)
        if self.tokens:
            yield Intent(when + 600, thief, "swap", "buy", "market", 0.9, self.number)


def fan_out(c: Campaign) -> Iterator[Intent]:
    """A source splits its loot among mules, who cash out each by itself."""
    source, *mules = (a.name for a in c.accounts)
    yield from c.seize(c.start, source, 2.0)
    when = c.start + 900 + c.wait()
    for i, mule in enumerate(mules):
        yield from c.arm(when - 300, mule, source)
        yield c.move(when, source, mule, float(c.rng.uniform(0.7, 1.0) / (len(mules) - i)))
        yield from c.cash_out(when + c.wait(), mule)
        when += c.wait(c.regime.hold / 4)


def fan_in(c: Campaign) -> Iterator[Intent]:
    """Smurfs gather small sums, from the exchange and from victims, and all pass them to one collector."""
    collector, *smurfs = (a.name for a in c.accounts)
    when = last = c.start
    for smurf in smurfs:
        when += c.wait(c.regime.hold / 4)
        givers = [v.name for v in c.victims(2, when)] + ["exchange"]
        for giver in givers[: int(c.rng.integers(1, 4))]:
            yield Intent(when + c.wait(c.regime.hold / 4), giver, "theft", "pay", smurf, c.loot(0.3), c.number)
        passed = when + 2 * c.wait()
        if c.tokens:
            yield Intent(passed, smurf, "swap", "buy", "market", 0.9, c.number)
        yield c.move(passed + 900, smurf, collector, float(c.rng.uniform(0.8, 0.99)))
        last = max(last, passed)
    yield from c.arm(last + 300, collector, smurfs[0])
    yield from c.cash_out(last + c.wait() + 900, collector)


def cycle(c: Campaign) -> Iterator[Intent]:
    """The same money goes round between a few accounts, a little less each time."""
    names = [a.name for a in c.accounts]
    yield from c.seize(c.start, names[0])
    when = c.start + 900
    for name in names[1:]:
        yield from c.arm(when, name, names[0])
    for i in range(int(c.rng.integers(1, 4)) * len(names)):
        when += c.wait(c.regime.hold / 2)
        yield c.move(when, names[i % len(names)], names[(i + 1) % len(names)], float(c.rng.uniform(0.85, 0.99)))
    yield from c.cash_out(when + c.wait(), names[0])


def peel(c: Campaign) -> Iterator[Intent]:
    """A long chain: each account peels a slice off to the exchange or a shop and passes the rest to a fresh one."""
    names, shops = [a.name for a in c.accounts], c.world.of("shop")
    yield from c.seize(c.start, names[0], 1.5)
    when = c.start + 900
    for giver, to in pairwise(names):
        when += c.wait()
        slice_to = "exchange" if c.rng.random() < 0.7 else shops[int(c.rng.integers(len(shops)))].name
        yield c.move(when, giver, slice_to, float(c.rng.uniform(0.05, 0.2)), "peeling")
        when += 300 + c.wait(c.regime.hold / 4)
        yield from c.arm(when - 300, to, giver)
        yield c.move(when, giver, to, float(c.rng.uniform(0.9, 0.99)))
    yield from c.cash_out(when + c.wait(), names[-1])


def phishing(c: Campaign) -> Iterator[Intent]:
    """Victims pay, or approve, a stranger; the catch goes through a helper or two to the exchange."""
    phisher, *helpers = (a.name for a in c.accounts)
    when = c.start
    yield Intent(when, "exchange", "withdrawal", "pay", phisher, FUNDS_FOR_GAS * 2, c.number)
    roles = ("trader", "holder") if c.tokens else ("worker", "trader", "saver")
    for victim in c.victims(int(c.rng.integers(5, 14)), when, roles):
        when += c.wait(c.regime.hold / 2 + 2)
        if c.tokens:
            yield Intent(when, victim.name, "approval", "approve", phisher, 2**255, c.number)
            yield Intent(when + 600, phisher, "theft", "pull", victim.name, float(c.rng.uniform(0.5, 1)), c.number)
        else:
            yield Intent(when, victim.name, "theft", "pay", phisher, c.loot(0.12), c.number)
    for giver, to in zip([phisher, *helpers], helpers, strict=False):
        when += c.wait()
        yield from c.arm(when - 300, to, giver)
        yield c.move(when, giver, to, float(c.rng.uniform(0.85, 0.99)))
    yield from c.cash_out(when + c.wait(), helpers[-1])


def ponzi(c: Campaign) -> Iterator[Intent]:
    """A contract pays the early with the money of the late; shills invest first, the operator takes a tenth."""
    operator, *shills = (a.name for a in c.accounts)
    for name in (operator, *shills):
        yield Intent(c.start, "exchange", "withdrawal", "pay", name, amount(c.rng, 0.6, 0.4), c.number)
    contract, when = f"ponzi {c.number}", c.start + HOUR
    yield Intent(when, operator, "deployment", "deploy", contract, 0, c.number)
    for shill in shills:
        when += c.wait(1)
        yield Intent(when, shill, "investment", "invest", contract, float(c.rng.uniform(0.2, 0.6)), c.number)
    for victim in c.victims(int(c.rng.integers(8, 20)), when):
        when += c.wait(6)
        yield Intent(when, victim.name, "investment", "invest", contract, amount(c.rng, 0.25), c.number)
        if c.rng.random() < 0.3:
            shill = shills[int(c.rng.integers(len(shills)))]
            yield Intent(when + c.wait(2), shill, "investment", "invest", contract, 0.3, c.number)
    for name in (operator, *shills):
        yield Intent(when + c.wait(), name, "cash-out", "pay", "exchange", float(c.rng.uniform(0.8, 0.99)), c.number)


def wash(c: Campaign) -> Iterator[Intent]:
    """A few accounts of one owner trade a token with each other and on the market, to feign its worth."""
    names = [a.name for a in c.accounts]
    for name in names:
        yield Intent(c.start, "exchange", "withdrawal", "pay", name, c.loot(0.8), c.number)
        yield Intent(c.start + HOUR, name, "approval", "approve", "market", 2**255, c.number)
    when = c.start + 2 * HOUR
    for _ in range(int(c.rng.integers(3, 9)) * len(names)):
        when += c.wait(c.regime.hold / 3 + 0.5)
        giver, to = (names[i] for i in c.rng.permutation(len(names))[:2])
        yield Intent(when, giver, "wash trade", "buy", "market", float(c.rng.uniform(0.3, 0.8)), c.number)
        passed = when + c.wait(c.regime.hold / 4)
        if c.rng.random() < 0.6:
            yield Intent(passed, giver, "wash trade", "tokens", to, float(c.rng.uniform(0.6, 1)), c.number)
            giver = to
        yield Intent(passed + 900, giver, "wash trade", "sell", "market", float(c.rng.uniform(0.8, 1)), c.number)
    for name in names:
        yield Intent(when + c.wait(), name, "cash-out", "pay", "exchange", float(c.rng.uniform(0.8, 0.99)), c.number)


TYPOLOGIES: dict[str, Callable[[Campaign], Iterator[Intent]]] = {
    "fan-out": fan_out, "fan-in": fan_in, "cycle": cycle, "peel": peel, "phishing": phishing, "ponzi": ponzi,
    "wash": wash,
}  # fmt: skip
