"""The challenge of unit 05: a strategy of withholding blocks, scored by simulation against the better of two others.

The two are honest mining, which earns alpha, and plain selfish mining, which earns what Eyal and Sirer's formula
says. States and actions are those of `nnchain_edu.protocols.selfish_mining`.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from nnchain_edu.protocols.selfish_mining import machine, revenue, simulate

Strategy = Callable[[int, int, str, float, float], str]

BATCHES = 20  # simulations with seeds of their own; their spread gives the standard error
SURE = 3  # standard errors; by chance alone a strategy is called better than it is once in 700 scores


class Score(NamedTuple):
    """A strategy's mean share of the chain, its standard error, and the share that is to beat."""

    share: float
    error: float
    to_beat: float

    @property
    def surely_above(self) -> bool:
        """Whether the share is higher than what was to beat by more than three standard errors."""
        return self.share - SURE * self.error > self.to_beat

    @property
    def surely_below(self) -> bool:
        """Whether the share is lower than what was to beat by more than three standard errors."""
        return self.share + SURE * self.error < self.to_beat

    def __str__(self) -> str:
        return f"{self.share:.4f} ± {self.error:.4f}, to beat {self.to_beat:.4f}"


def score(strategy: Strategy, alpha: float, gamma: float, blocks: int = 2_000_000, seed: int = 0) -> Score:
    """Play `strategy(a, h, fork, alpha, gamma)` for so many `blocks` and hold it against the better of the two.

    `alpha` is the pool's share of the hash rate, from 0 to below 0.5; `gamma` the part of the others, from 0 to 1,
    that mines on the pool's block in a match. `blocks` is at least 1,000. Raises ValueError naming a bad argument,
    or the state in which the strategy names an action that does not exist or is not possible.
    """
    to_beat = max(alpha, revenue(alpha, gamma))
    if isinstance(blocks, bool) or not isinstance(blocks, int) or blocks < 1_000:
        raise ValueError(f"blocks must be a whole number of at least 1000, got {blocks!r}")

    def played(a: int, h: int, fork: str) -> str:
        return strategy(a, h, fork, alpha, gamma)

    table = machine(played)  # asked once, not once a batch
    seeds = range(BATCHES * seed, BATCHES * (seed + 1))
    shares = [simulate(alpha, gamma, table, blocks=blocks // BATCHES, seed=each).share for each in seeds]
    mean = sum(shares) / BATCHES
    variance = sum((share - mean) ** 2 for share in shares) / (BATCHES - 1)
    return Score(mean, math.sqrt(variance / BATCHES), to_beat)


def scoreboard(strategy: Strategy, *settings: tuple[float, float], blocks: int = 1_000_000) -> str:
    """A line for each (alpha, gamma): what the strategy earns, give or take its standard error, and what is to beat."""
    lines = []
    for alpha, gamma in settings:
        try:
            found = score(strategy, alpha, gamma, blocks)
        except NotImplementedError:
            return "Nothing to score yet: the strategy is not written."
        verdict = "better" if found.surely_above else "worse" if found.surely_below else "no difference to be sure of"
        lines.append(f"α = {alpha:.2f}, γ = {gamma:.1f}: {found}: {verdict}")
    return "\n".join(lines)
