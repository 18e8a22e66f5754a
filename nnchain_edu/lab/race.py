"""Gradient descent, momentum and Adam running down a surface, with the step at which a run diverges."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from nnchain_edu.lab.surfaces import Surface

Point = tuple[float, float]
FAR = 1e3  # a coordinate beyond this is called divergence: no surface here has anything to find out there


@dataclass(frozen=True)
class Run:
    """One optimiser's way down: `path[k]` is where it stands after k steps."""

    optimiser: str
    path: tuple[Point, ...]
    heights: tuple[float, ...]  # above the lowest point, as long as `path`
    diverged_at: int | None  # the first step that left for infinity; the path ends before it

    def steps_to(self, height: float) -> int | None:
        """The first step after which it never again stands above `height`; None if that never happens."""
        if self.diverged_at is not None or self.heights[-1] > height:
            return None
        above = [step for step, h in enumerate(self.heights) if h > height]
        return above[-1] + 1 if above else 0


def gradient_descent(rate: float) -> Callable[[Point], Point]:
    """The plain step: rate times the gradient."""
    return lambda gradient: (rate * gradient[0], rate * gradient[1])


def momentum(rate: float, memory: float) -> Callable[[Point], Point]:
    """The heavy ball of Polyak (1964), section 2: the gradients are added up, the old ones fading by `memory`."""
    velocity = [0.0, 0.0]

    def step(gradient: Point) -> Point:
        for axis in (0, 1):
            velocity[axis] = memory * velocity[axis] + gradient[axis]
        return rate * velocity[0], rate * velocity[1]

    return step


def adam(rate: float, beta_1: float = 0.9, beta_2: float = 0.999) -> Callable[[Point], Point]:
    """Algorithm 1 of Kingma and Ba (2015): the mean gradient over the root of its mean square, axis by axis."""
    mean, square = [0.0, 0.0], [0.0, 0.0]
    decay = [1.0, 1.0]  # beta_1 ** steps and beta_2 ** steps, kept as products

    def step(gradient: Point) -> Point:
        decay[0], decay[1] = decay[0] * beta_1, decay[1] * beta_2
        for axis in (0, 1):
            mean[axis] = beta_1 * mean[axis] + (1 - beta_1) * gradient[axis]
            square[axis] = beta_2 * square[axis] + (1 - beta_2) * gradient[axis] * gradient[axis]
        return tuple(
            rate * (mean[axis] / (1 - decay[0])) / (math.sqrt(square[axis] / (1 - decay[1])) + 1e-8) for axis in (0, 1)
        )

    return step


OPTIMISERS = {
    "gradient descent": lambda rate, memory: gradient_descent(rate),
    "momentum": momentum,
    "Adam": lambda rate, memory: adam(rate),
}


def fastest(
    surface: Surface,
    optimiser: str,
    rates: Iterable[float],
    memories: Iterable[float] = (0.9,),
    height: float = 0.001,
    steps: int = 250,
) -> int | None:
    """The fewest steps to `height` over all these rates and memories, so that each optimiser is seen at its best.

    None if it never arrives within `steps`. Arguments as for `race`; only momentum has a memory.
    """
    tried = product(rates, memories if optimiser == "momentum" else (0.9,))
    arrivals = (race(surface, optimiser, rate, memory, steps).steps_to(height) for rate, memory in tried)
    return min((steps for steps in arrivals if steps is not None), default=None)


def race(surface: Surface, optimiser: str, rate: float, memory: float = 0.9, steps: int = 100) -> Run:
    """Let one optimiser take `steps` steps from the surface's start.

    A run that diverges is no error: it ends there, and `diverged_at` says when.
    Raises ValueError naming the argument when a setting is outside what the optimisers are defined for.
    """
    if optimiser not in OPTIMISERS:
        raise ValueError(f"optimiser: {optimiser!r} given; one of {', '.join(OPTIMISERS)} is accepted")
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"rate: {rate} given; a finite number above 0 is accepted")
    if not 0 <= memory < 1:
        raise ValueError(f"memory: {memory} given; a number from 0 to below 1 is accepted")
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps: {steps!r} given; a whole number from 1 is accepted")
    step = OPTIMISERS[optimiser](rate, memory)
    x, y = surface.start
    path, heights = [(x, y)], [surface.above_minimum(x, y)]
    for count in range(1, steps + 1):
        change = step(surface.gradient(x, y))
        x, y = x - change[0], y - change[1]
        if not (abs(x) < FAR and abs(y) < FAR):  # also true for nan
            return Run(optimiser, tuple(path), tuple(heights), count)
        path.append((x, y))
        heights.append(surface.above_minimum(x, y))
    return Run(optimiser, tuple(path), tuple(heights), None)
