"""A small economy on a chain: seeded agents that live by real signed transactions, and offenders among them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..chain.accounts import Account, Accounts
from ..chain.node import GENESIS_TIME
from .acting import act, rows_of
from .agents import World, populate
from .behaviour import DAY, Intent
from .frames import Frames
from .honest import honest_intents
from .ledger import Ledger, address_of, agent_key, keep_books
from .offenders import campaigns, offenders_intents
from .truth import Truth, tell
from .typologies import Regime


class Economy:
    """Agents who will live on a chain for so many days. The same arguments give the same head hash.

    seed: of everything that is drawn. days: at least 2. agents: at least 40, offenders included.
    difficulty: 0 (careless offenders) to 1 (they hide well). illicit_share: of the agents, 0 to 0.5.
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
        whole = {"seed": (seed, 0, 2**63), "days": (days, 2, 3650), "agents": (agents, 40, 10**5)}
        whole |= {} if drift_day is None else {"drift_day": (drift_day, 0, 3650)}
        for name, (given, least, most) in whole.items():
            if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}, not {given!r}")
        shares = {"difficulty": (difficulty, 1), "illicit_share": (illicit_share, 0.5), "drift": (drift, 1)}
        for name, (given, most) in shares.items():
            if not isinstance(given, int | float) or not 0 <= given <= most:
                raise ValueError(f"{name} must be a number from 0 to {most}, not {given!r}")
        self.seed, self.days, self.agents = seed, days, agents
        self.difficulty, self.illicit_share, self.drift_day, self.drift = difficulty, illicit_share, drift_day, drift

    def intents(self) -> tuple[World, list[Intent]]:
        """Everybody, and all that they mean to do, in the order of time."""
        offenders = round(self.illicit_share * self.agents)
        world = populate(np.random.default_rng([self.seed, 0]), self.days, self.agents - offenders)
        intents = honest_intents(world)
        if offenders:
            calm, later = Regime.of(self.difficulty), Regime.of(self.difficulty, self.drift)
            drift_day = self.days + 1 if self.drift_day is None else self.drift_day
            world.campaigns = campaigns(self.seed, world, offenders, calm, later, drift_day)
            intents += offenders_intents(world)
        return world, sorted(intents, key=lambda intent: intent.time)

    def plan(self) -> tuple[Frames, Truth]:
        """What `run` does on ``Chain(seed=seed)``, worked out without a chain in about a second.

        As `collect` reads it there afterwards, but hashes, gas, fees and the input of creations are made up.
        """
        accounts = Accounts.seeded(self.seed, lambda account: None)
        ledger = self._ledger({account.name: account for account in accounts})
        frames = Frames.of_rows(rows_of(ledger.blocks, GENESIS_TIME))
        head = frames.blocks["hash"].iloc[-1]
        return frames, tell(ledger, list(frames.transactions["hash"]), {}, GENESIS_TIME, head)

    def run(self, chain: Any, progress: Callable[[int, int], None] | None = None) -> Truth:
        """Let them live on ``chain``, which must be new. ``progress(day, days)`` is called after every day.

        Raises ValueError if the chain has blocks already, or ChainError where its node is no development node.
        """
        if chain.w3.eth.block_number:
            raise ValueError(f"chain must be new; this one has {chain.w3.eth.block_number} blocks after its first")
        start = int(chain.rpc("eth_getBlockByNumber", "0x0", False)["timestamp"], 16)
        ledger = self._ledger({account.name: account for account in list(chain.accounts)[:10]})
        for name in ledger.world.agents:
            chain.accounts.add(name, agent_key(self.seed, name))
        days = iter(range(1, self.days + 1))

        def on_block(seconds: int) -> None:
            while progress and told[0] < seconds // DAY:
                told[0] = next(days)
                progress(told[0], self.days)

        told = [0]
        hashes, contracts = act(chain, ledger.blocks, start, on_block)
        on_block(self.days * DAY)
        return tell(ledger, hashes, contracts, start, chain.block()["hash"].to_0x_hex())

    def _ledger(self, founders: dict[str, Account]) -> Ledger:
        world, intents = self.intents()
        addresses = {name: account.address.lower() for name, account in founders.items()}
        addresses |= {name: address_of(agent_key(self.seed, name)) for name in world.agents}
        return keep_books(world, intents, addresses, list(founders))
