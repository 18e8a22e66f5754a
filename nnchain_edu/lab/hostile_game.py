"""The challenge of unit 08: twenty clients train a small model, six of them attack in a way the rule is not told.

Each game is a real training: ten rounds of one local epoch, all clients in each, 650 parameters. A step longer than the
honest clients' mean is shortened to its length: in ten rounds a longer step alone would win points. The score of a
rule is how many points of accuracy it loses against the honest clients' mean in the same games, and the standard error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np

from nnchain_edu.federated.shares import iid
from nnchain_edu.federated.softmax import PARAMETERS, accuracy, digits, local_update

Rule = Callable[[np.ndarray, int], np.ndarray]
CLIENTS, HOSTILE, ROUNDS = 20, 6, 10
SEEDS = range(12)
ALLOWED = 3.0  # points of accuracy that a rule may surely lose


def _noise(honest: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return 10 * np.sqrt((honest**2).mean()) * random.normal(size=(HOSTILE, honest.shape[1]))


def _two_camps(honest: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Half of them far backwards, half hardly moving: extremes and what looks harmless at once."""
    mean = honest.mean(0)
    return np.stack([-20 * mean] * (HOSTILE // 2) + [-0.5 * mean] * (HOSTILE - HOSTILE // 2))


ATTACKS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "nobody": lambda honest, random: honest[:HOSTILE],
    "sign flip": lambda honest, random: np.tile(-5 * honest.mean(0), (HOSTILE, 1)),
    "noise": _noise,
    "inner product": lambda honest, random: np.tile(-0.5 * honest.mean(0), (HOSTILE, 1)),
    "two camps": _two_camps,
}
PRACTICE = ("nobody", "sign flip", "noise", "inner product")


@dataclass(frozen=True)
class Score:
    """Points lost on average against the honest mean, and the standard error of that."""

    lost: float
    error: float

    @property
    def withstood(self) -> bool:
        """Whether less than the allowed is lost, by three standard errors."""
        return self.at_most < ALLOWED

    @property
    def at_most(self) -> float:
        """What is lost at most, by three standard errors."""
        return self.lost + 3 * self.error

    def __str__(self) -> str:
        fate = "withstood" if self.withstood else "not withstood"
        return f"lost {self.lost:.1f} + 3 × {self.error:.1f} = {self.at_most:.1f} of {ALLOWED:g} points allowed: {fate}"


def play(rule: Rule | None, attack: str, seed: int) -> float:
    """Accuracy after the last round; without a rule the mean of the honest clients.

    Raises ValueError for a rule whose result is no finite row of 650 numbers, and for an unknown attack.
    """
    if attack not in ATTACKS:
        raise ValueError(f"attack must be one of {', '.join(ATTACKS)}; got {attack!r}")
    X, y, X_test, y_test = _digits()
    shares, weights = iid(len(y), CLIENTS, seed), np.zeros(PARAMETERS)
    random = np.random.default_rng(seed)
    for number in range(ROUNDS):
        updates = np.stack(
            [local_update(weights, X[s], y[s], epochs=1, seed=1000 * number + c) for c, s in enumerate(shares)]
        )
        honest = updates if attack == "nobody" else updates[HOSTILE:]
        if rule is None:
            weights = weights + honest.mean(0)
            continue
        sent = updates if attack == "nobody" else np.concatenate([ATTACKS[attack](honest, random), honest])
        step = np.asarray(rule(sent[random.permutation(CLIENTS)], HOSTILE), dtype=float)
        if step.shape != (PARAMETERS,) or not np.isfinite(step).all():
            raise ValueError(f"the rule must give {PARAMETERS} finite numbers, got an array of shape {step.shape}")
        longest = np.linalg.norm(honest.mean(0))
        weights = weights + step * min(1.0, longest / max(np.linalg.norm(step), 1e-12))
    return accuracy(weights, X_test, y_test)


def score(rule: Rule, attack: str, seeds: Sequence[int] = SEEDS) -> Score:
    """How many points the rule loses in the games of these seeds."""
    if len(seeds) < 2:
        raise ValueError(f"seeds must be at least two, got {len(seeds)}")
    lost = [100 * (_clean(attack == "nobody", seed) - play(rule, attack, seed)) for seed in seeds]
    return Score(float(np.mean(lost)), float(np.std(lost, ddof=1)) / sqrt(len(lost)))


def scoreboard(rule: Rule, *attacks: str) -> str:
    """A line an attack, for practice: every attack but the one that only the check plays."""
    for attack in attacks:
        if attack not in PRACTICE:
            raise ValueError(f"attack must be one of {', '.join(PRACTICE)} (one more is hidden); got {attack!r}")
    try:
        return "\n".join(f"{attack:<14} {score(rule, attack)}" for attack in attacks)
    except NotImplementedError:
        return "not written yet"


@cache
def _digits():
    return digits()


@cache
def _clean(everybody: bool, seed: int) -> float:
    return play(None, "nobody" if everybody else "sign flip", seed)
