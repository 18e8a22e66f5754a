"""Keeping blocks ten minutes apart while miners come and go: rules of difficulty, and a shock to test them.

Difficulty is measured so that a hash rate of 1 finds blocks of difficulty 1 in `INTERVAL` seconds on average. A rule
sees what every node sees, the times and difficulties of past blocks, and never the hash rate itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .arguments import number, positive, whole
from .bitcoin import INTERVAL, PERIOD

HOUR = 3600
#: rule(times, difficulties) -> the next block's difficulty, from the lists of all past ones, the newest last.
Rule = Callable[[Sequence[float], Sequence[float]], float]
WINDOWS = (6, 12, 36, 72, 144, 432)  # blocks over which `features` looks back: an hour to three days
WARM_UP = 2016  # blocks at a steady rate of 1 before the first hour, so that every window is filled


def hash_rates(
    hours: int = 24 * 60,
    shock: float = 0.5,
    shock_hour: int | None = None,
    noise: float = 0.003,
    trend: float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """A network's hash rate, hour by hour, shape (hours,), starting at 1.

    At `shock_hour` (default: in the middle) it is multiplied by `shock`: 0.5 if half of the miners leave, 1 for no
    shock. `noise` is the standard deviation of the hourly change of its logarithm, `trend` its mean.
    """
    hours, shock, noise = whole("hours", hours, 1), positive("shock", shock), number("noise", noise)
    trend = number("trend", trend, -1, most=1)
    at = hours // 2 if shock_hour is None else whole("shock_hour", shock_hour, 0, hours - 1)
    logs = np.random.default_rng(seed).normal(trend, noise, hours).cumsum()
    logs[at:] += np.log(shock)
    return np.exp(logs)


def bitcoin_rule(times: Sequence[float], difficulties: Sequence[float]) -> float:
    """Every 2016 blocks, the difficulty times two weeks / time taken, by four or a quarter at most."""
    if len(times) % PERIOD:
        return difficulties[-1]
    taken = times[-1] - times[-PERIOD]
    return difficulties[-1] * min(max(INTERVAL * PERIOD / taken, 1 / 4), 4)


def average_rule(window: int = 144) -> Rule:
    """At every block, the hash rate seen over the last `window` blocks (default: a day) becomes the difficulty."""
    window = whole("window", window, 1, WARM_UP - 1)

    def rule(times: Sequence[float], difficulties: Sequence[float]) -> float:
        return seen_rate(times, difficulties, window)

    return rule


def seen_rate(times: Sequence[float], difficulties: Sequence[float], window: int) -> float:
    """Hash rate over the last `window` blocks as a node can tell it: work done by time taken."""
    work = sum(difficulties[-window:]) * INTERVAL
    return work / max(times[-1] - times[-window - 1], 1.0)


def features(times: Sequence[float], difficulties: Sequence[float]) -> np.ndarray:
    """log₂ of the hash rate seen over each of `WINDOWS`, shape (6,): what a network may know."""
    return np.log2([seen_rate(times, difficulties, window) for window in WINDOWS])


@dataclass(frozen=True)
class Adjusted:
    """Blocks found under a rule; arrays of shape (blocks,), the warm-up left out.

    `times` in seconds from the first hour on, `difficulties`, and `rates`, the true hash rate while each block was
    looked for, which no node knows.
    """

    times: np.ndarray
    difficulties: np.ndarray
    rates: np.ndarray

    @property
    def expected(self) -> np.ndarray:
        """Seconds that each block takes on average at its difficulty and the true hash rate."""
        return INTERVAL * self.difficulties / self.rates

    @property
    def error(self) -> float:
        """Mean of |log₂(expected / 600 s)|: 1 means twice too fast or too slow."""
        return float(np.abs(np.log2(self.expected / INTERVAL)).mean())

    def recovery(self, hour: int, tolerance: float = 0.2) -> float:
        """Hours after `hour` until a day's blocks on end are expected within ± `tolerance` of 600 s; inf if never."""
        hour, tolerance = whole("hour", hour), positive("tolerance", tolerance)
        near = np.abs(self.expected / INTERVAL - 1) <= tolerance
        day = 144
        for first in np.flatnonzero(self.times >= hour * HOUR):
            if near[first : first + day].all() and first + day <= len(near):
                return float(self.times[first] / HOUR - hour)
        return float("inf")


def run(rates: np.ndarray, rule: Rule, seed: int = 0) -> Adjusted:
    """Find blocks until `rates`, shape (hours,), is over, asking `rule` before each. Seconds between blocks are random.

    ValueError when a rate or the rule's answer is no number above 0.
    """
    rates = [positive(f"rates[{hour}]", float(rate)) for hour, rate in enumerate(rates)]
    rng = np.random.default_rng(seed)
    # A steady past of period length, so that the first period ends 2016 blocks after the start.
    times = (np.arange(-WARM_UP, 1) * float(INTERVAL)).tolist()[1:]
    difficulties, seen = [1.0] * WARM_UP, [1.0] * WARM_UP
    now = 0.0
    while now < len(rates) * HOUR:
        difficulty = positive("the rule's difficulty", float(rule(times, difficulties)))
        rate = rates[int(now // HOUR)]
        now += rng.exponential(INTERVAL * difficulty / rate)
        times.append(now)
        difficulties.append(difficulty)
        seen.append(rate)
    return Adjusted(*(np.array(values[WARM_UP:]) for values in (times, difficulties, seen)))


def training_set(series: int = 20, hours: int = 24 * 21, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from: features (rows, 6) and log₂ of the true hash rate (rows,), both float32.

    From `series` histories of other seeds, each with one shock between a quarter and four times at a random hour,
    under the day's average as the rule. Every 12th block is a row: neighbours are nearly the same.
    """
    series, hours = whole("series", series, 1), whole("hours", hours, 24)
    rng, average = np.random.default_rng(seed), average_rule()
    rows, answers = [], []
    for _ in range(series):
        rates = hash_rates(hours, 4 ** rng.uniform(-1, 1), int(rng.integers(hours)), seed=int(rng.integers(2**31)))

        def noted(times: Sequence[float], difficulties: Sequence[float], rates: np.ndarray = rates) -> float:
            if len(times) % 12 == 0 and times[-1] < len(rates) * HOUR:
                rows.append(features(times, difficulties))
                answers.append(np.log2(rates[int(times[-1] // HOUR)]))
            return average(times, difficulties)

        run(rates, noted, seed=int(rng.integers(2**31)))
    return np.array(rows, dtype=np.float32), np.array(answers, dtype=np.float32)
