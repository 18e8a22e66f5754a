"""Sixty invented accounts, told apart by the rhythm of their transactions. People stand between two kinds of bots."""

import math
import random

Features = tuple[float, float]


def rhythm_features(gaps: list[float]) -> Features:
    """Return (typical gap, irregularity) of the seconds between an account's transactions, both on a log scale.

    The first is log10 of the mean gap, less 3 (a quarter of an hour gives about 0); the second the natural log of
    the coefficient of variation (standard deviation by mean), 0 for gaps that come purely by chance.
    """
    if len(gaps) < 2 or min(gaps) <= 0:
        raise ValueError(f"gaps: {gaps!r} given; at least two numbers above 0 are accepted")
    mean = sum(gaps) / len(gaps)
    spread = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))
    if spread == 0:
        raise ValueError("gaps: all equal, so that their irregularity has no logarithm; gaps that vary are accepted")
    return math.log10(mean) - 3, math.log(spread / mean)


def rhythm_accounts(each: int = 20, seed: int = 1) -> tuple[list[Features], list[int]]:
    """Return features and labels (1 a person, -1 a bot) of `each` clockwork bots, people and burst bots, in turn.

    Clockwork bots wait equally long up to a jitter; people come by chance, the slower the more irregularly; burst
    bots fire a series and pause.
    """
    if each < 1:
        raise ValueError(f"each: {each} given; at least 1 is accepted")
    rng = random.Random(seed)
    accounts, labels = [], []
    for _ in range(each):
        pace, jitter = 10 ** rng.uniform(2.2, 3.8), rng.uniform(0.15, 0.6)
        accounts.append(rhythm_features([pace * rng.uniform(1 - jitter, 1 + jitter) for _ in range(60)]))
        tempo = rng.uniform(-0.8, 0.8)
        power = 0.9 + 0.3 * tempo
        gaps = [10 ** (3 + tempo) * rng.expovariate(1.0) ** power for _ in range(60)]
        accounts.append(rhythm_features(gaps))
        pace, burst = 10 ** rng.uniform(2.2, 3.8), rng.randint(10, 20)
        gaps = [pace * (rng.uniform(0.05, 0.3) if k % burst else burst) for k in range(60)]
        accounts.append(rhythm_features(gaps))
        labels += [-1, 1, -1]
    return accounts, labels
