"""Who lives on the chain: roles, when they join, what they begin with."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .behaviour import DAY

if TYPE_CHECKING:
    from .typologies import Campaign

#: Share of the honest population by role; the rest are guests, who come for one errand.
ROLES = {"employer": 0.04, "shop": 0.05, "worker": 0.38, "trader": 0.11, "miner": 0.08, "holder": 0.07, "saver": 0.06}
#: Ether that those who stand at the beginning are given; others are funded by a withdrawal from the exchange.
ENDOWMENT = {"exchange": 40_000, "pool": 4_000, "employer": 250, "shop": 5, "worker": 3, "trader": 20, "miner": 1}
ENDOWMENT |= {"holder": 4, "saver": 12, "guest": 1}
#: Houses that are there once: the custodial exchange's hot wallet, and the mining pool.
HOUSES = ("exchange", "pool")
LOSE_INTEREST = 0.55  # of the people stop at some time, evenly spread
FOUNDED = 0.5  # of the people are there on the first day


@dataclass
class Agent:
    """One account's owner. ``joined`` and ``left`` in seconds since the beginning; ``pace`` multiplies all rates."""

    name: str
    role: str
    joined: int
    left: int
    pace: float = 1.0
    shift: float = 0.0  # hours by which the day runs later
    typology: str = ""  # of an offender
    campaign: int = -1


@dataclass
class World:
    """Everybody, and how long it goes on. The honest draws come from ``rng`` alone, whatever offenders do."""

    rng: np.random.Generator
    seconds: int
    agents: dict[str, Agent] = field(default_factory=dict)
    campaigns: list["Campaign"] = field(default_factory=list)

    def of(self, role: str) -> list[Agent]:
        """The agents of a role, in the order of their making."""
        return [agent for agent in self.agents.values() if agent.role == role]

    def add(self, agent: Agent) -> Agent:
        """Take in an agent."""
        self.agents[agent.name] = agent
        return agent


def populate(rng: np.random.Generator, days: int, people: int) -> World:
    """A world of ``people`` honest agents: half stand at the beginning, ever more join until four fifths.

    Of employers and shops three quarters stand for certain, so about 7/8 in all; guests join evenly, until 0.95.
    """
    world = World(rng, days * DAY)
    for house in HOUSES:
        world.add(Agent(house, house, 0, world.seconds))
    counts = {role: max(1, round(share * people)) for role, share in ROLES.items()}
    counts["guest"] = max(1, people - len(HOUSES) - sum(counts.values()))
    for role, count in counts.items():
        for i in range(count):
            settled = role in ("employer", "shop") and i < max(1, count * 3 // 4)
            joined = 0
            if role == "guest":
                joined = int(rng.uniform(0, 0.95) * world.seconds)
            elif not settled and rng.random() > FOUNDED:
                joined = int(np.sqrt(rng.random()) * 0.8 * world.seconds)
            left = world.seconds
            if role not in ("employer", "shop", "guest") and rng.random() < LOSE_INTEREST:
                left = int(joined + rng.uniform(0.05, 1) * (world.seconds - joined))
            pace = float(np.exp(0.6 * rng.standard_normal()))
            world.add(Agent(f"{role} {i}", role, joined, left, pace, float(2 * rng.standard_normal())))
    return world
