"""How far a counted frequency may lie from the truth: the error bars of every simulation here."""

from math import sqrt

import numpy as np

from .arguments import number, whole


def wilson(hits: int, trials: int, sigmas: float = 1.96) -> tuple[float, float]:
    """The band in which a probability lies, given `hits` in so many independent `trials`.

    Wilson's interval (1927), which stays inside [0, 1] and holds near 0 and 1, where "± σ" fails.
    `sigmas` = 1.96 gives 95 % confidence. No trials say nothing: (0, 1).
    """
    trials, hits = whole("trials", trials), whole("hits", hits, 0, trials)
    z = number("sigmas", sigmas)
    if trials == 0:
        return 0.0, 1.0
    rate, spread = hits / trials, z * z / trials
    middle = (rate + spread / 2) / (1 + spread)
    reach = z * sqrt(rate * (1 - rate) / trials + spread / (4 * trials)) / (1 + spread)
    # At the ends the two parts cancel exactly, which floating point does not see.
    return 0.0 if hits == 0 else middle - reach, 1.0 if hits == trials else middle + reach


def batch_band(values: np.ndarray, batches: int = 50, sigmas: float = 1.96) -> tuple[float, float]:
    """The band of the mean of `values` whose neighbours depend on each other, from the spread of batch means.

    `values` has shape (n,) with n ≥ 2·`batches`. A batch is long beside the dependence, so that batch means
    are as good as independent.
    """
    batches = whole("batches", batches, 2)
    if len(values) < 2 * batches:
        raise ValueError(f"values must hold at least {2 * batches} numbers for {batches} batches, got {len(values)}")
    size = len(values) // batches
    means = np.asarray(values[: size * batches], dtype=float).reshape(batches, size).mean(axis=1)
    reach = number("sigmas", sigmas) * means.std(ddof=1) / sqrt(batches)
    return float(means.mean() - reach), float(means.mean() + reach)
