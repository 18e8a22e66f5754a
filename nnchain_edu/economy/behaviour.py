"""When people act, and how much they pay: the distributions behind every intent (docs/economy.md lists them)."""

from decimal import Decimal
from typing import NamedTuple

import numpy as np

HOUR, DAY = 3_600, 86_400  # seconds
ETHER = 10**18  # wei

#: How busy each hour of a person's day is, from midnight; only the proportions count.
HOURS = np.array([3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 13, 12, 11, 11, 12, 13, 14, 14, 12, 9, 7, 5], float)
#: How busy each day of the week is, from Monday.
WEEK = {"people": np.array([9, 9, 9, 10, 12, 14, 11], float), "office": np.array([10, 10, 10, 10, 10, 1, 1], float)}
FIRST_WEEKDAY = 3  # the chain begins on 1 January 2026, a Thursday
GROWTH = 0.004  # by this share everybody's activity grows each day


class Intent(NamedTuple):
    """What an agent means to do.

    ``act``: "pay" ether, give "tokens", "buy" or "sell" tokens on the market, "approve" that ``to`` may take tokens,
    "pull" tokens from ``to`` after its approval, "deploy" or "invest" in a Ponzi contract.
    ``amount``: an int is wei (or units); a float is that share of what the sender holds when the time comes.
    """

    time: int  # seconds since the chain's beginning
    sender: str
    kind: str  # "salary", "purchase", …: what it is for
    act: str
    to: str
    amount: int | float
    campaign: int = -1  # of the scheme it belongs to; -1: honest


def times(
    rng: np.random.Generator, rate: float, first: float, last: float, week: str = "people", shift: float = 0.0
) -> np.ndarray:
    """Sorted seconds in [first, last) of acts that come ``rate`` times a day on average (a Poisson process).

    Its intensity follows the hours of the day (moved by ``shift`` hours), the days of the week, and slow growth.
    """
    if last <= first:
        return np.array([], dtype=np.int64)
    hours = np.arange(int(first // HOUR), int(-(-last // HOUR)))
    of_day = HOURS[(hours - round(shift)) % 24] / HOURS.mean()
    of_week = WEEK[week][(hours // 24 + FIRST_WEEKDAY) % 7] / WEEK[week].mean()
    intensity = np.cumsum(of_day * of_week * (1 + GROWTH * (hours // 24))) * (rate / 24)
    at = np.searchsorted(intensity, rng.uniform(0, intensity[-1], rng.poisson(intensity[-1])))
    seconds = ((hours[at] + rng.uniform(0, 1, len(at))) * HOUR).astype(np.int64)
    return np.sort(seconds[(seconds >= first) & (seconds < last)])


def wei(ether: float, digits: int = 3) -> int:
    """``ether`` as wei, rounded to so many significant digits: people name round amounts.

    Rounding also keeps the last bit of a processor's exponential function out of the chain.
    """
    return int(Decimal(f"{ether:.{digits}g}") * ETHER)


def amount(rng: np.random.Generator, median: float, sigma: float = 0.9) -> int:
    """Wei of a log-normal amount with this ``median`` in ether. Every second is named to two digits, others to six."""
    ether = median * float(np.exp(sigma * rng.standard_normal()))
    return wei(max(ether, 1e-6), 2 if rng.random() < 0.5 else 6)


def heavy(rng: np.random.Generator, least: float, index: float = 1.6, most: float = 60.0) -> int:
    """Wei of a Pareto amount from ``least`` ether with this tail ``index``, cut at ``most`` ether."""
    return wei(min(least * float((1 - rng.random()) ** (-1 / index)), most), 4)


def zipf(rng: np.random.Generator, items: list, count: int) -> list:
    """``count`` of ``items``, drawn without return, the first ones more likely by Zipf's law."""
    weights = 1 / np.arange(1, len(items) + 1)
    places = rng.choice(len(items), min(count, len(items)), replace=False, p=weights / weights.sum())
    return [items[i] for i in places]
