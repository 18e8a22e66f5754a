"""Forks without any attacker: a block takes `delay` seconds to reach the others, who mine on in the meantime.

The event, precisely: a block is *forked* when within `delay` seconds after it is found, another miner finds a block
too, not knowing of it. A miner knows its own blocks at once. Blocks are found at random, one every `interval` seconds
on average, by miner i with its share pᵢ of the hash rate.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .arguments import number, positive, whole
from .arguments import shares as shares_of
from .confidence import batch_band

SIGMAS = 3.0  # standard errors that an error bar reaches: one true formula in 400 lies outside


def fork_rate(shares: Sequence[float], delay: float, interval: float = 600) -> float:
    """The probability 1 − Σ pᵢ·exp(−(1−pᵢ)·delay/interval) that a block is forked.

    The finder is miner i with probability pᵢ; the others then find blocks at the rate (1−pᵢ)/interval. For many small
    miners this is the familiar 1 − exp(−delay/interval) (C. Decker and R. Wattenhofer 2013). `shares` add up to 1,
    `delay` ≥ 0 and `interval` > 0 are seconds.
    """
    p = shares_of("shares", shares)
    return float(1 - (p * np.exp(-(1 - p) * number("delay", delay) / positive("interval", interval))).sum())


class Forks(NamedTuple):
    """Blocks found in a simulation and how many were forked; `band` is the rate's error bar, `SIGMAS` to each side."""

    forked: int
    blocks: int
    band: tuple[float, float]

    @property
    def rate(self) -> float:
        """Share of the blocks that were forked."""
        return self.forked / self.blocks


def simulate_forks(
    shares: Sequence[float], delay: float, interval: float = 600, blocks: int = 100_000, seed: int = 0
) -> Forks:
    """Draw so many `blocks` (at least 100) and count the forked ones. Arguments as for `fork_rate`."""
    p = shares_of("shares", shares)
    delay, interval = number("delay", delay), positive("interval", interval)
    blocks = whole("blocks", blocks, 100)
    rng = np.random.default_rng(seed)
    miner = rng.choice(len(p), blocks, p=p)
    time = rng.exponential(interval, blocks).cumsum()
    # Where the next block by somebody else stands: the start of the next run of equal miners.
    starts = np.flatnonzero(np.diff(miner)) + 1
    following = np.searchsorted(starts, np.arange(blocks), side="right")
    other = np.append(starts, blocks)[following]
    forked = np.append(time, np.inf)[other] - time <= delay
    return Forks(int(forked.sum()), blocks, batch_band(forked, sigmas=SIGMAS))
