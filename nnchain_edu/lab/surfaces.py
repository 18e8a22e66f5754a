"""Surfaces over a plane, for watching gradient descent: polynomials with their slopes worked out by hand.

Only + - * are used, so that a path is the same to the last bit on every processor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Surface:
    """A height over the plane, its gradient, a place to start and the part of the plane worth looking at.

    `largest_step` is 2 / λmax where the surface is quadratic, so that one number holds everywhere; else None.
    """

    name: str
    height: Callable[[float, float], float]
    gradient: Callable[[float, float], tuple[float, float]]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]  # all lowest points, of equal height
    window: tuple[float, float, float, float]  # left, right, bottom, top
    largest_step: float | None = None

    def __repr__(self) -> str:
        return f"<surface {self.name}>"

    def inside(self, x: float, y: float) -> bool:
        """Whether the point lies in the window that is drawn."""
        left, right, bottom, top = self.window
        return left <= x <= right and bottom <= y <= top

    def above_minimum(self, x: float, y: float) -> float:
        """Height of the point above the lowest point of the surface."""
        return self.height(x, y) - self.height(*self.minima[0])

    def draw(self, axes, levels: int = 14) -> None:
        """Contour lines of equal height on `axes`, closer together near the bottom; a star on each lowest point."""
        left, right, bottom, top = self.window
        x, y = np.meshgrid(np.linspace(left, right, 81), np.linspace(bottom, top, 81))
        lift = np.sqrt(np.maximum(self.height(x, y) - self.height(*self.minima[0]), 0))
        axes.contourf(x, y, lift, levels=levels, cmap="cividis", alpha=0.55)
        axes.contour(x, y, lift, levels=levels, colors="#555555", linewidths=0.4)
        star = {"marker": "*", "markersize": 14, "color": "white", "markeredgecolor": "black"}
        axes.plot(*zip(*self.minima, strict=True), linestyle="none", zorder=5, **star)
        axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="weight w₁", ylabel="weight w₂")


def quadratic(name: str, curvature_1: float, curvature_2: float, start: tuple[float, float] = (-2.0, 1.0)) -> Surface:
    """The surface (curvature_1·x² + curvature_2·y²) / 2, whose Hessian has just these two eigenvalues."""
    if not (curvature_1 > 0 and curvature_2 > 0):
        raise ValueError(f"curvatures: {curvature_1}, {curvature_2} given; two positive numbers are accepted")
    return Surface(
        name,
        lambda x, y: (curvature_1 * x * x + curvature_2 * y * y) / 2,
        lambda x, y: (curvature_1 * x, curvature_2 * y),
        start=start,
        minima=((0.0, 0.0),),
        window=(-2.5, 2.5, -1.6, 1.6),
        largest_step=2 / max(curvature_1, curvature_2),
    )


BOWL = quadratic("bowl", 1.0, 2.0)
PRACTICE = quadratic("practice", 1.0, 20.0)  # of the schedule challenge in lab 02
RAVINE = quadratic("ravine", 0.4, 40.0)
# The same ravine turned by 45 degrees: its axes are no longer those of the weights.
TURNED_RAVINE = Surface(
    "turned ravine",
    lambda x, y: (0.4 * (x + y) * (x + y) + 40.0 * (y - x) * (y - x)) / 4,
    lambda x, y: (0.2 * (x + y) - 20.0 * (y - x), 0.2 * (x + y) + 20.0 * (y - x)),
    start=(-2.1213203435596424, -0.7071067811865476),
    minima=((0.0, 0.0),),
    window=(-2.6, 2.6, -2.2, 2.2),
    largest_step=2 / 40.0,
)
# Rosenbrock's function (1960) with 10 in place of 100, so that it can be seen.
BANANA = Surface(
    "banana",
    lambda x, y: (1 - x) * (1 - x) + 10 * (y - x * x) * (y - x * x),
    lambda x, y: (2 * (x - 1) - 40 * x * (y - x * x), 20 * (y - x * x)),
    start=(-1.2, 1.0),
    minima=((1.0, 1.0),),
    window=(-1.8, 1.8, -0.8, 2.2),
)
# Flat at (0, 0), where it goes up along x and down along y; two equal valleys, at y = -1 and y = 1.
SADDLE = Surface(
    "saddle",
    lambda x, y: (x * x - y * y) / 2 + y * y * y * y / 4,
    lambda x, y: (x, y * y * y - y),
    start=(-2.0, 0.001),
    minima=((0.0, 1.0), (0.0, -1.0)),
    window=(-2.5, 2.5, -1.6, 1.6),
)
# Two valleys along x. The one on the right, where the start lies, is the shallower.
TWO_VALLEYS = Surface(
    "two valleys",
    lambda x, y: (x * x - 1) * (x * x - 1) + x / 2 + 2 * y * y,
    lambda x, y: (4 * x * (x * x - 1) + 0.5, 4 * y),
    start=(1.7, 0.9),
    minima=((-1.057453770738, 0.0),),
    window=(-2.0, 2.0, -1.2, 1.2),
)

SURFACES = {surface.name: surface for surface in (BOWL, RAVINE, TURNED_RAVINE, BANANA, SADDLE, TWO_VALLEYS)}
