"""Thieves who know the detectors: peel chains that are run slower, smaller, or among honest-looking payments.

A `Behaviour` changes what the thief does, never a feature: the whole economy is planned again with the changed chains
in it, and every observer computes what they see from the new payments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .agents import Agent, World
from .behaviour import DAY, Intent, amount
from .economy import Economy
from .frames import Frames
from .offenders import ordinary_life
from .truth import Truth
from .typologies import SIZES, Campaign, Regime, peel

if TYPE_CHECKING:
    import pandas

FIRST_NUMBER = 10_000  # campaigns of evaders are numbered from here


@dataclass(frozen=True)
class Behaviour:
    """How a peel chain is run. The default is what the economy's own thieves do.

    wait: times as long does money rest. size: share of the usual loot in one chain; the same sum takes 1 / size chains.
    keep: share of what it would pass on that each account leaves lying. shopping: purchases that each account makes
    between the loot's coming and its going.
    """

    wait: float = 1.0
    size: float = 1.0
    keep: float = 0.0
    shopping: int = 0

    def __post_init__(self) -> None:
        least = {"wait": (self.wait, 0.1), "size": (self.size, 0.01), "shopping": (self.shopping, 0)}
        for name, (given, lowest) in least.items():
            if not given >= lowest:
                raise ValueError(f"{name} must be at least {lowest}, not {given!r}")
        if not 0 <= self.keep < 1:
            raise ValueError(f"keep must be a share from 0 to below 1, not {self.keep!r}")

    def regime(self, difficulty: float) -> Regime:
        """The economy's regime with this behaviour's waiting and loot."""
        usual = Regime.of(difficulty)
        return replace(usual, hold=usual.hold * self.wait, loot=usual.loot * self.size)


class EvadedEconomy(Economy):
    """An economy with further peel chains: ``chains`` are pairs of a behaviour and the day on which it begins.

    ``draw`` fixes their chance beside the economy's seed; all else is as in `Economy`.
    """

    def __init__(self, seed: int = 0, chains: Iterable[tuple[Behaviour, float]] = (), draw: int = 0, **economy: Any):
        super().__init__(seed, **economy)
        self.chains, self.draw = list(chains), draw
        for _, day in self.chains:
            if not 0 < day < self.days:
                raise ValueError(f"chains: day {day!r} given; above 0 and below {self.days} is accepted")

    def intents(self) -> tuple[World, list[Intent]]:
        """Those of the economy and of the further chains, in the order of time."""
        world, intents = super().intents()
        for place, (behaviour, day) in enumerate(self.chains):
            rng = np.random.default_rng([self.seed, 2, self.draw, place])
            number = FIRST_NUMBER + place
            chain = Campaign(number, "peel", int(day * DAY), behaviour.regime(self.difficulty), rng, world)
            chain.tokens = False
            for i in range(int(rng.integers(*SIZES["peel"], endpoint=True))):
                shift = float(rng.uniform(-6, 6))
                name = f"evader {number}.{i}"
                agent = Agent(name, "offender", chain.start, world.seconds, 1.0, shift, "peel", number)
                chain.accounts.append(world.add(agent))
            world.campaigns.append(chain)
            moves = [keeping(move, behaviour.keep) for move in peel(chain)]
            intents += [*moves, *ordinary_life(chain, world), *shopping(chain, moves, behaviour.shopping)]
        inside = [intent for intent in intents if intent.time < world.seconds]
        return world, sorted(inside, key=lambda intent: intent.time)


def keeping(move: Intent, keep: float) -> Intent:
    """The same move of a share of what is held, with some of it left behind."""
    return move._replace(amount=move.amount * (1 - keep)) if isinstance(move.amount, float) else move


def shopping(chain: Campaign, moves: list[Intent], count: int) -> Iterator[Intent]:
    """Purchases of each account between the loot's coming and its going."""
    shops = chain.world.of("shop")
    for agent in chain.accounts:
        came = min(move.time for move in moves if move.to == agent.name)
        went = max(move.time for move in moves if move.sender == agent.name)
        for when in np.sort(chain.rng.uniform(came, went, count)).astype(int):
            shop = shops[int(chain.rng.integers(len(shops)))].name
            yield Intent(int(when), agent.name, "purchase", "pay", shop, amount(chain.rng, 0.09), chain.number)


def prices(frames: Frames, truth: Truth, behaviours: list[Behaviour]) -> tuple[float, float, float]:
    """What laundering one usual loot took, in the mean of the chains: left lying, hours, transactions.

    Left lying: the share of the loot that is in the chain's accounts at the end. Loot and an account's own ether mix:
    a payment takes both along in proportion, so the own ether counts for nothing here. Fees are left aside. Hours: from
    the theft to the last move. ``behaviours`` are those of the chains, in their order. A chain of a tenth of the loot
    counts ten times in the transactions.
    """
    accounts = truth.accounts[truth.accounts["campaign"] >= FIRST_NUMBER]
    sent = frames.transactions
    sent = sent.assign(chain=sent["sender"].map(accounts["campaign"]), kind=truth.transactions["kind"].to_numpy(),
                       scheme=truth.transactions["campaign"].to_numpy())  # fmt: skip
    found = []
    for place, behaviour in enumerate(behaviours):
        number = FIRST_NUMBER + place
        chain = set(accounts.index[accounts["campaign"] == number])
        mine, moves = sent[sent["chain"] == number], sent[sent["scheme"] == number]
        met = sent[sent["status"] & (sent["sender"].isin(chain) | sent["to"].isin(chain))]
        hours = (moves["time"].max() - moves["time"].min()) / 3600 if len(moves) else 0.0
        found.append((loot_left(met, chain), hours, len(mine) / behaviour.size))
    return tuple(float(part) for part in np.mean(found, axis=0))


def loot_left(payments: "pandas.DataFrame", chain: set[str]) -> float:
    """The share of the loot, what thefts paid into ``chain``, that its accounts still hold after these payments."""
    holds, loot, stolen = dict.fromkeys(chain, 0), dict.fromkeys(chain, 0.0), 0
    for sender, to, value, kind in payments[["sender", "to", "value", "kind"]].itertuples(index=False):
        taken = float(value) if kind == "theft" and to in chain else 0.0
        stolen += taken
        if sender in chain:
            taken = loot[sender] * min(1.0, value / max(1, holds[sender]))
            holds[sender] -= value
            loot[sender] -= taken
        if to in chain:
            holds[to] += value
            loot[to] += taken
    return sum(loot.values()) / max(1, stolen)
