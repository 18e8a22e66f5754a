"""A small economy on a chain: seeded agents that live by real signed transactions, and offenders among them."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np

from ..chain.accounts import seeded_key
from .acting import Acting
from .agents import World, populate
from .behaviour import DAY, Intent
from .founding import found
from .honest import honest_intents
from .offenders import campaigns, offenders_intents
from .truth import Truth, tell
from .typologies import Regime

SLOT = 300  # seconds: a block comes every five minutes, where there is something to put in


class Economy:
    """Agents who will live on a chain for so many days. The same arguments give the same head hash.

    seed: of everything that is drawn. days: at least 2. agents: at least 40, offenders included.
    difficulty: 0 (careless offenders) to 1 (they hide well). illicit_share: of the agents, above 0 and below 0.5.
    drift_day: from this day on new schemes work otherwise, by as much as ``drift`` (0 to 1) says; None: never.
    docs/economy.md says how every quantity is made. 60 days of 1,000 agents are about 20,000 transactions.
    """

    def __init__(
        self,
        seed: int = 0,
        days: int = 60,
        agents: int = 1000,
        difficulty: float = 0.5,
        illicit_share: float = 0.22,
        drift_day: int | None = None,
        drift: float = 1.0,
    ):
        for name, given, least, most in (("seed", seed, 0, 2**63), ("days", days, 2, 3650), ("agents", agents, 40, 10**5)):
            if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}, not {given!r}")
        for name, given, most in (("difficulty", difficulty, 1), ("illicit_share", illicit_share, 0.5), ("drift", drift, 1)):
            if not isinstance(given, int | float) or not 0 <= given <= most:
                raise ValueError(f"{name} must be a number from 0 to {most}, not {given!r}")
        if drift_day is not None and (not isinstance(drift_day, int) or not 0 <= drift_day):
            raise ValueError(f"drift_day must be None or a whole number of days from 0, not {drift_day!r}")
        self.seed, self.days, self.agents = seed, days, agents
        self.difficulty, self.illicit_share, self.drift_day, self.drift = difficulty, illicit_share, drift_day, drift

    def plan(self) -> tuple[World, list[Intent]]:
        """Everybody, and all that they mean to do, in the order of time. Touches no chain."""
        offenders = round(self.illicit_share * self.agents)
        world = populate(np.random.default_rng([self.seed, 0]), self.days, self.agents - offenders)
        intents = honest_intents(world)
        if offenders:
            calm, later = Regime.of(self.difficulty), Regime.of(self.difficulty, self.drift)
            drift_day = self.days + 1 if self.drift_day is None else self.drift_day
            planned = campaigns(self.seed, world, offenders, calm, later, drift_day)
            intents += offenders_intents(planned, world)
        return world, sorted(intents, key=lambda intent: intent.time)

    def run(self, chain: Any, progress: Callable[[int, int], None] | None = None) -> Truth:
        """Let them live on ``chain``, which must be new. ``progress(day, days)`` is called after every day.

        Raises ValueError if the chain has blocks already, or ChainError where its node is no development node.
        """
        if chain.w3.eth.block_number:
            raise ValueError(f"chain must be new; this one has {chain.w3.eth.block_number} blocks after its first")
        start = int(chain.rpc("eth_getBlockByNumber", "0x0", False)["timestamp"], 16)
        world, intents = self.plan()
        addresses = {a.name: a.address.lower() for a in chain.accounts}
        for name in world.agents:
            addresses[name] = chain.accounts.add(name, seeded_key(self.seed, f"economy {name}")).address.lower()
        acting = Acting(chain, addresses)
        found(acting, world, start)
        day = 0
        for slot, group in groupby(intents, key=lambda intent: max(1, intent.time // SLOT) + 1):
            while progress and day < slot * SLOT // DAY:
                day += 1
                progress(day, self.days)
            acting.at(start + slot * SLOT, list(group))
        while progress and day < self.days:
            day += 1
            progress(day, self.days)
        return tell(acting, world, start)
