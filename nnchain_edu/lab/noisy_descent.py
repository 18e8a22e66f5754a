"""Gradient descent that sees only a noisy gradient, as in training on small batches: unit 02's challenge."""

import math
import random
from collections.abc import Callable, Iterable

from nnchain_edu.lab.surfaces import PRACTICE, Surface

Schedule = Callable[[int, int], float]
NOISE = 8.0  # each coordinate of the gradient is off by a uniform number from -NOISE to NOISE
TOO_HIGH = 1e6


def noisy_descent(schedule: Schedule, surface: Surface, steps: int = 200, seed: int = 0) -> list[float]:
    """Return the height above the lowest point at the start and after each step.

    `schedule(step, steps)` gives the learning rate of each step, step from 0. The noise comes from Python's own
    generator, so that equal seeds give equal walks everywhere. A walk that diverges ends with infinity. Raises
    ValueError, naming step and rate, for a rate that is no finite number above 0.
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps: {steps!r} given; a whole number from 1 is accepted")
    rng = random.Random(seed)
    x, y = surface.start
    heights = [surface.above_minimum(x, y)]
    for step in range(steps):
        rate = schedule(step, steps)
        if not (math.isfinite(rate) and rate > 0):
            raise ValueError(f"schedule: rate {rate!r} at step {step}; a finite number above 0 is accepted")
        slope_x, slope_y = surface.gradient(x, y)
        x -= rate * (slope_x + rng.uniform(-NOISE, NOISE))
        y -= rate * (slope_y + rng.uniform(-NOISE, NOISE))
        height = surface.above_minimum(x, y)
        if not height < TOO_HIGH:  # also true for nan
            return [*heights, math.inf]
        heights.append(height)
    return heights


def mean_end(schedule: Schedule, surface: Surface, steps: int = 200, seeds: Iterable[int] = range(20)) -> float:
    """Return the mean height at the end of noisy walks, one a seed: the challenge's score, less is better."""
    ends = [noisy_descent(schedule, surface, steps, seed)[-1] for seed in seeds]
    return sum(ends) / len(ends)


def practice_score(schedule: Schedule, constant: float = 0.02, share: float = 0.5) -> str:
    """Return one line: the score of `schedule` on the practice surface, and that of the constant rate to beat.

    `share` of the constant rate's height is what the challenge needs there.
    """
    to_beat = mean_end(lambda step, steps: constant, PRACTICE)
    given = f"mean height with rate {constant:g} is {to_beat:.3f}, needed {share * to_beat:.3f} or less"
    try:
        yours = mean_end(schedule, PRACTICE)
    except NotImplementedError:
        return f"Practice surface: {given}; yours is not written yet."
    said = "diverged" if math.isinf(yours) else f"{yours:.3f}"
    return f"Practice surface: {given}; yours {said}."
