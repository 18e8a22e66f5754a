"""Paying twice: an attacker with share `q` of the hash rate secretly rebuilds the chain from before a payment.

The merchant waits for `z` confirmations. Will the attacker draw level? Nakamoto's answer (2008, section 11), the
exact one (M. Rosenfeld 2014; C. Grunspan and R. Pérez-Marco 2017), and the race itself, run many times.
All three call the attack won when the attacker draws level, as the paper does.
"""

from collections.abc import Callable
from itertools import count
from math import exp, fsum, lgamma, log
from typing import NamedTuple

import numpy as np

from .arguments import minority, number, share, whole
from .confidence import wilson

#: Nakamoto's tables: probability by confirmations for two attackers, and confirmations that push it below 0.1 %.
PAPER = {
    "q=0.1": dict(enumerate((1.0, 0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137, 0.0002428, 0.0000647,
                             0.0000173, 0.0000046, 0.0000012))),
    "q=0.3": dict(zip(range(0, 51, 5), (1.0, 0.1773523, 0.0416605, 0.0101008, 0.0024804, 0.0006132, 0.0001522,
                                        0.0000379, 0.0000095, 0.0000024, 0.0000006), strict=True)),
    "P<0.001": {0.10: 5, 0.15: 8, 0.20: 11, 0.25: 15, 0.30: 24, 0.35: 41, 0.40: 89, 0.45: 340},
}  # fmt: skip


def nakamoto(q: float, z: int) -> float:
    """Probability that an attacker with share `q` ever draws level after `z` confirmations, after Nakamoto.

    While the honest find z blocks, the attacker finds about λ = z·q/p; the paper takes their number as Poisson
    distributed. A deficit of d is then made up with probability (q/p)^d. ValueError unless 0 ≤ q < 0.5, z ≥ 0.
    """
    q, z = minority("q", q), whole("z", z)
    if q == 0:
        return 1.0 if z == 0 else 0.0
    ratio = q / (1 - q)
    mean = z * ratio
    never = fsum(exp(_log_poisson(k, mean)) * (1 - ratio ** (z - k)) for k in range(z))
    return max(0.0, 1 - never)


def _log_poisson(k: int, mean: float) -> float:
    return k * log(mean) - mean - lgamma(k + 1)


def exact(q: float, z: int) -> float:
    """The same probability without the approximation.

    The honest take a random, not an average, time for their z blocks, so the attacker's number is negative
    binomial: Pr(k) = C(k+z−1, k)·p^z·q^k. Summed up this is twice the probability that the attacker finds z blocks
    before the honest do, 2·Σ_{k<z} C(k+z−1, k)·q^z·p^k. ValueError unless 0 ≤ q < 0.5, z ≥ 0.
    """
    q, z = minority("q", q), whole("z", z)
    if z == 0 or q == 0:
        return 1.0 if z == 0 else 0.0
    terms = (lgamma(k + z) - lgamma(k + 1) - lgamma(z) + z * log(q) + k * log(1 - q) for k in range(z))
    return 2 * fsum(map(exp, terms))


def confirmations(q: float, risk: float = 0.001, formula: Callable[[float, int], float] = nakamoto) -> int:
    """The fewest confirmations that bring `formula(q, z)` below `risk` (0 < risk ≤ 1)."""
    minority("q", q)
    if number("risk", risk, 0, most=1) == 0:
        raise ValueError("risk must be above 0: no finite number of confirmations makes it nothing")
    enough = next(2**power for power in count() if formula(q, 2**power) < risk)
    too_few = enough // 2 if formula(q, 0) >= risk else -1
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        enough, too_few = (middle, too_few) if formula(q, middle) < risk else (enough, middle)
    return enough


class Race(NamedTuple):
    """Attacks run, and how many the attacker won. Two can be added, so a live experiment grows batch by batch."""

    wins: int
    races: int

    @property
    def rate(self) -> float:
        """Share of the races that the attacker won."""
        return self.wins / self.races

    @property
    def band(self) -> tuple[float, float]:
        """95 % confidence band of the probability behind `rate`."""
        return wilson(self.wins, self.races)

    def __add__(self, other: "Race") -> "Race":
        return Race(self.wins + other.wins, self.races + other.races)


def race(q: float, z: int, races: int = 10_000, seed: int = 0, give_up: int = 100) -> Race:
    """Run the attack `races` times, block by block, with 0 ≤ q ≤ 1.

    An attacker `give_up` blocks behind stops; what that misses, (q/p)^give_up a race, is 2·10⁻⁹ at q = 0.45.
    From one half on the attacker always comes level, though at exactly one half it can take for ever: a race is
    then called lost at `give_up` behind.
    """
    q, z, races = share("q", q), whole("z", z), whole("races", races, 1)
    give_up = whole("give_up", give_up, 1)
    rng = np.random.default_rng(seed)
    if z == 0 or q == 1:
        return Race(races, races)
    if q == 0:
        return Race(0, races)
    # The attacker's blocks by the time of the z-th honest one: the failures before z successes.
    behind = z - rng.negative_binomial(z, 1 - q, races)
    wins = int((behind <= 0).sum())
    behind = behind[(behind > 0) & (behind < give_up)]
    while behind.size:
        behind += np.where(rng.random(behind.size) < q, -1, 1)
        wins += int((behind == 0).sum())
        behind = behind[(behind > 0) & (behind < give_up)]
    return Race(wins, races)


def race_path(q: float, z: int, blocks: int = 200, seed: int = 0) -> np.ndarray:
    """One race to look at: the honest chain's lead after each block, shape (m + 1,), from 0 on.

    Ends once the honest have their `z` blocks and the attacker is level, or after `blocks` blocks.
    """
    q, z, blocks = share("q", q), whole("z", z), whole("blocks", blocks, 1)
    attacker = np.random.default_rng(seed).random(blocks) < q
    lead = np.concatenate([[0], np.where(attacker, -1, 1).cumsum()])
    confirmed = np.concatenate([[0], (~attacker).cumsum()]) >= z
    level = np.flatnonzero(confirmed & (lead <= 0))
    return lead[: level[0] + 1] if level.size else lead
