"""The bench of unit 05 on selfish mining: where in the plane of share and listeners it pays, and a live simulation."""

from collections.abc import Iterator
from functools import cache
from math import sqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction, Slider
from nnchain_edu.lab.figures import BLUE, GREEN, INK, VERMILLION
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


def draw_plane(ax: Axes) -> None:
    """Colour the plane by what plain selfish mining gains or loses, and draw the border between the two."""
    ax.imshow(gains(), extent=(0, 49, 0, 1), origin="lower", aspect="auto", cmap="cividis", vmin=-0.1, vmax=0.4)
    gammas = np.linspace(0, 1, 50)
    border = [100 * selfish_mining.threshold(gamma) for gamma in gammas]
    ax.plot(border, gammas, color="white", linewidth=2.5, linestyle="-")
    card = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    ax.text(13, 0.16, "honest mining earns more", ha="center", fontsize=9.5, bbox=card)
    ax.text(37, 0.88, "hiding blocks earns more", ha="center", fontsize=9.5, bbox=card)
    ax.set(xlim=(0, 49), ylim=(0, 1), xlabel="share of the hash rate α, %", ylabel="part that listens γ")
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
    """Share, listeners and strategy; Start mines a million blocks."""

    title = "Selfish mining: where it pays"
    start_label = "Mine a million blocks"
    controls = (
        Slider("alpha", "The pool's share of the hash rate α", 1, 49, 1, 30, unit="%"),
        Slider("gamma", "Part of the others that listens to the pool γ", 0.0, 1.0, 0.05, 0.5),
        Choice("strategy", "Strategy", tuple(STRATEGIES), "plain selfish mining"),
    )
    prediction = Prediction(
        "Half of the others mine on the pool's block in a tie (γ = 0.5). "
        "Above which share of the hash rate does hiding blocks pay?",
        low=0,
        high=50,
        unit="%",
    )
    figure_width = "wide"
    figure_height = 420

    def changed(self) -> None:
        """Look up the formula; what was mined with other settings is forgotten."""
        self.honest = self.alpha / 100
        self.formula = selfish_mining.revenue(self.honest, self.gamma)
        self.mined: list[float] = []

    def steps(self) -> Iterator[Step]:
        """Mine in batches, each with a seed of its own."""
        self.mined = []
        for batch in range(BATCHES):
            found = selfish_mining.simulate(
                self.honest, self.gamma, STRATEGIES[self.strategy], blocks=BLOCKS, seed=batch
            )
            self.mined.append(found.share)
            yield Step((batch + 1) / BATCHES, f"{(batch + 1) * BLOCKS:,} blocks")

    @property
    def simulated(self) -> tuple[float, float] | None:
        """The pool's mean share of the chain and its 95 % margin; None before two batches are mined."""
        if len(self.mined) < 2:
            return None
        return float(np.mean(self.mined)), 1.96 * float(np.std(self.mined, ddof=1)) / sqrt(len(self.mined))

    def text(self) -> str:
        """Honest, plain selfish by formula, the threshold; then what was mined."""
        pays = "pays" if self.formula > self.honest else "costs"
        said = (
            f"Share {self.alpha} %, γ = {self.gamma:g}: plain selfish mining earns {self.formula:.2%} by the formula, "
            f"so it {pays} {abs(self.formula - self.honest):.2%}."
        )
        if self.simulated is None:
            return f"{said} Nothing mined yet."
        share, margin = self.simulated
        return f"{said} {self.strategy.capitalize()}, {len(self.mined) * BLOCKS:,} blocks: {share:.2%} ± {margin:.2%}."

    def draw(self, fig: Figure) -> None:
        """On the left the plane with the chosen point, on the right what the pool earns at this γ."""
        fig.subplots_adjust(left=0.075, right=0.98, wspace=0.2)
        plane, earned = fig.subplots(1, 2)
        draw_plane(plane)
        plane.plot(
            self.alpha, self.gamma, "o", color="white", markeredgecolor=INK, markersize=12, clip_on=False, zorder=6
        )
        plane.set_title("Where plain selfish mining pays")
        draw_revenue(earned, (self.gamma,))
        earned.axvline(100 * selfish_mining.threshold(self.gamma), color=INK, linewidth=0.8, linestyle="--")
        if self.simulated is not None:
            share, margin = self.simulated
            look = {"fmt": "D", "color": INK, "capsize": 6, "zorder": 5, "label": f"mined: {self.strategy}"}
            earned.errorbar([self.alpha], [100 * share], yerr=[100 * margin], **look)
        earned.set_title("What the pool earns")
        earned.legend(loc="upper left")

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against the point that is looked at; the threshold itself stays to be found."""
        said = f"You predicted {prediction:g} %"
        if self.gamma != 0.5:
            return f"{said} for γ = 0.5: set that to see."
        pays = self.formula > self.honest
        if pays and self.alpha < prediction:
            return f"{said}, but at {self.alpha} % it pays already: the border lies lower."
        if not pays and self.alpha > prediction:
            return f"{said}, but at {self.alpha} % it does not pay yet: the border lies higher."
        return f"{said}; what you see at {self.alpha} % agrees. Now try a share on the other side, close to it."
