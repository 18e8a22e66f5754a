"""The bench of unit 05 on selfish mining: where in the plane of share and listeners it pays, and a live simulation."""

from collections.abc import Iterator
from functools import cache
from math import sqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction, Slider, Toggle
from nnchain_edu.lab.figures import BLUE, GREEN, INK, SKY, VERMILLION
from nnchain_edu.lab.state import State, Step
from nnchain_edu.protocols import selfish_mining

STRATEGIES = {
    "plain selfish mining": selfish_mining.selfish,
    "lead-stubborn": selfish_mining.lead_stubborn,
    "trail-stubborn": selfish_mining.trail_stubborn,
    "honest": selfish_mining.honest,
}
BATCHES, BLOCKS = 40, 25_000  # blocks in a batch
GRID = 61


@cache
def gains() -> np.ndarray:
    """Plain selfish mining's revenue minus the share, shape (gamma, alpha), for alpha below 1/2 and gamma to 1."""
    alphas, gammas = np.linspace(0, 0.49, GRID), np.linspace(0, 1, GRID)
    return np.array([[selfish_mining.revenue(a, g) - a for a in alphas] for g in gammas])


def draw_plane(ax: Axes, solved: bool = True) -> None:
    """Draw the plane of share and listeners; `solved` colours gain and loss and draws the border."""
    ax.set(xlim=(0, 49), ylim=(0, 1), xlabel="share of the hash rate α, %", ylabel="part that listens γ")
    if not solved:
        return
    colours = {"cmap": "PuOr_r", "norm": TwoSlopeNorm(0, -0.12, 0.42)}
    ax.imshow(gains(), extent=(0, 49, 0, 1), origin="lower", aspect="auto", **colours)
    gammas = np.linspace(0, 1, 50)
    border = [100 * selfish_mining.threshold(gamma) for gamma in gammas]
    ax.plot(border, gammas, color=INK, linewidth=2.5, linestyle="-")
    card = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    ax.text(13, 0.16, "honest mining earns more", ha="center", fontsize=9.5, bbox=card)
    ax.text(37, 0.88, "hiding blocks earns more", ha="center", fontsize=9.5, bbox=card)
    ax.grid(False)


def draw_revenue(ax: Axes, gammas: tuple[float, ...]) -> None:
    """Draw the share of the chain against the share of the hash rate, honest and selfish at each gamma."""
    shares = np.linspace(0, 0.49, 50)
    ax.plot(100 * shares, 100 * shares, color=INK, linestyle=":", linewidth=1.5, label="honest")
    looks = ((BLUE, "-"), (VERMILLION, "--"), (GREEN, "-."))
    for gamma, (colour, line) in zip(gammas, looks, strict=False):
        earned = [100 * selfish_mining.revenue(share, gamma) for share in shares]
        ax.plot(100 * shares, earned, color=colour, linestyle=line, label=f"selfish, γ = {gamma:g}")
    ax.set(xlim=(0, 49), ylim=(0, 100), xlabel="share of the hash rate α, %", ylabel="share of the chain, %")


class SelfishPlane(State):
    """Share, listeners and strategy; Start mines a million blocks, and every point that was mined stays on the map."""

    title = "Selfish mining: where it pays"
    start_label = "Mine a million blocks"
    controls = (
        Slider("alpha", "The pool's share of the hash rate α", 1, 49, 1, 15, unit="%"),
        Slider("gamma", "Part of the others that listens to the pool γ", 0.0, 1.0, 0.05, 0.5),
        Choice("strategy", "Strategy", tuple(STRATEGIES), "plain selfish mining"),
        Toggle("formula", "Show the formula"),
    )
    prediction = Prediction(
        "Half of the others mine on the pool's block in a tie (γ = 0.5). "
        "Above which share of the hash rate does hiding blocks pay?",
        low=0,
        high=50,
        unit="%",
    )
    figure_height = 640

    def reset(self) -> None:
        """Back to the defaults and an empty map."""
        self.found: dict[tuple[int, float, str], list[float]] = {}
        super().reset()

    def changed(self) -> None:
        """Look up the formula."""
        self.honest = self.alpha / 100
        self.revenue = selfish_mining.revenue(self.honest, self.gamma)

    def steps(self) -> Iterator[Step]:
        """Mine in batches, each with a seed of its own."""
        shares = self.found[self.alpha, self.gamma, self.strategy] = []
        for batch in range(BATCHES):
            strategy = STRATEGIES[self.strategy]
            shares.append(selfish_mining.simulate(self.honest, self.gamma, strategy, blocks=BLOCKS, seed=batch).share)
            yield Step((batch + 1) / BATCHES, f"{(batch + 1) * BLOCKS:,} blocks")

    def mined(self, alpha: int, gamma: float, strategy: str) -> tuple[float, float] | None:
        """The pool's mean share of the chain there, and its 95 % margin; None before two batches are mined."""
        shares = self.found.get((alpha, gamma, strategy), [])
        if len(shares) < 2:
            return None
        return float(np.mean(shares)), 1.96 * float(np.std(shares, ddof=1)) / sqrt(len(shares))

    def text(self) -> str:
        """What was mined here, and with `formula` what the closed form says."""
        said = f"Share {self.alpha} %, γ = {self.gamma:g}, {self.strategy}: "
        here = self.mined(self.alpha, self.gamma, self.strategy)
        if here is None:
            said += "nothing mined yet."
        else:
            share, margin = here
            blocks = len(self.found[self.alpha, self.gamma, self.strategy]) * BLOCKS
            said += f"{blocks:,} blocks give {100 * share:.2f} % ± {100 * margin:.2f} of the chain."
        if self.formula:
            said += f" The formula for plain selfish mining gives {100 * self.revenue:.2f} %."
        return said

    def draw(self, fig: Figure) -> None:
        """Above the plane with what was mined, below what the pool earns at this γ."""
        fig.subplots_adjust(top=0.935, bottom=0.09, hspace=0.42, left=0.11)
        plane, earned = fig.subplots(2, 1)
        draw_plane(plane, self.formula)
        look = {"markeredgecolor": INK, "linestyle": "none", "zorder": 5, "clip_on": False}
        for alpha, gamma, strategy in self.found:
            here = self.mined(alpha, gamma, strategy)
            if here is None or strategy != self.strategy:
                continue
            pays = here[0] - here[1] > alpha / 100
            colour, marker = (VERMILLION, "^") if pays else (SKY, "v")
            plane.plot(alpha, gamma, marker, color=colour, markersize=10, **look)
            if gamma == self.gamma:
                arms = {"yerr": [100 * here[1]], "capsize": 5}
                earned.errorbar(
                    [alpha], [100 * here[0]], fmt=marker, color=colour, markeredgecolor=INK, zorder=5, **arms
                )
        plane.plot(self.alpha, self.gamma, "o", color="none", markersize=16, markeredgewidth=2, **look)
        plane.set_title("What was mined: ▲ beats honest mining, ▼ does not", pad=14)  # a ring at γ = 1 stays below it
        draw_revenue(earned, (self.gamma,) if self.formula else ())
        earned.axvline(self.alpha, color=INK, linewidth=0.8, linestyle=":")
        earned.set_title(f"What the pool earns at γ = {self.gamma:g}")
        earned.legend(loc="upper left")

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against what was mined; the border itself stays to be found."""
        said = f"You predicted {prediction:g} %"
        here = self.mined(self.alpha, self.gamma, "plain selfish mining")
        if self.gamma != 0.5 or here is None:
            return f"{said} for plain selfish mining at γ = 0.5: mine there to see."
        share, margin = here
        if abs(share - self.honest) < margin:
            return f"{said}; at {self.alpha} % the two cannot be told apart, so the border is near."
        if share > self.honest and self.alpha < prediction:
            return f"{said}, but at {self.alpha} % it pays already: the border lies lower."
        if share < self.honest and self.alpha > prediction:
            return f"{said}, but at {self.alpha} % it does not pay yet: the border lies higher."
        return f"{said}; what you mined at {self.alpha} % agrees. Now try a share on the other side, close to it."
