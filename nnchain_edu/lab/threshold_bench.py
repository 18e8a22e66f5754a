"""The bench of unit 09: move a threshold, price both errors, and see precision, recall and costs.

The scores lie beside this file (`python -m studies.unit_09_bench` makes them): in `fraud_scores.npz` stand `label`
(was there loot in the deposit?) and one array of scores a model, of the test mornings of four economies.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction, Slider, Toggle
from nnchain_edu.lab.figures import BLUE, GREEN, INK, ORANGE, VERMILLION
from nnchain_edu.lab.state import State

FILE = Path(__file__).with_name("fraud_scores.npz")
MODELS = ("logistic regression", "random forest", "MLP")
THRESHOLDS = np.arange(102) / 100  # 1.01: nobody is frozen
PER = 1000  # deposits that costs are told for
SHARES = {"1 in 12, as here": None, "1 in 100": 0.01, "1 in 1,000": 0.001}  # of deposits that hold loot


class Rates(NamedTuple):
    """By threshold: the share of thefts that is frozen (recall), and of honest deposits (false alarms)."""

    found: np.ndarray
    alarms: np.ndarray


@cache
def scores() -> dict[str, np.ndarray]:
    """Labels and each model's scores."""
    with np.load(FILE, allow_pickle=False) as stored:
        return {name: stored[name] for name in ("label", *MODELS)}


def rates(label: np.ndarray, score: np.ndarray) -> Rates:
    """Recall and rate of false alarms at each of `THRESHOLDS`; frozen is what has a score at or above it."""
    frozen = score[None, :] >= THRESHOLDS[:, None]
    return Rates(frozen[:, label].mean(1), frozen[:, ~label].mean(1))


@cache
def rates_of(model: str) -> Rates:
    """The rates of one of `MODELS`."""
    return rates(scores()["label"], scores()[model])


def costs(measured: Rates, share: float, miss: float, alarm: float) -> np.ndarray:
    """Ether lost in `PER` deposits at each threshold, where a `share` of them holds loot."""
    return PER * (share * (1 - measured.found) * miss + (1 - share) * measured.alarms * alarm)


def precision(measured: Rates, share: float) -> np.ndarray:
    """Share of the frozen deposits that hold loot, at each threshold; NaN where nothing is frozen."""
    right, wrong = share * measured.found, (1 - share) * measured.alarms
    with np.errstate(invalid="ignore"):
        return right / (right + wrong)


def average_precision(measured: Rates, share: float) -> float:
    """The sum of precision times the gain of recall, from the highest threshold down."""
    gains = -np.diff(measured.found, append=0.0)
    return float(np.nansum(precision(measured, share) * gains))


class ThresholdBench(State):
    """Threshold, model, share of loot and prices; precision and recall above, costs below."""

    title = "A threshold and its price"
    figure_height = 640
    controls = (
        Slider("threshold", "Freeze from a score of", 0.0, 1.0, 0.01, 0.5),
        Choice("model", "Model", MODELS, MODELS[0]),
        Choice("share", "Deposits that hold loot", tuple(SHARES), next(iter(SHARES))),
        Slider("miss", "A theft let go costs", 0.5, 10.0, 0.5, 2.0, unit="ether"),
        Choice("alarm", "A false alarm costs (ether)", (0.02, 0.1, 0.5, 2, 10), 0.5),
        Toggle("curve", "Show the whole cost curve", False),
    )
    prediction = Prediction(
        "A theft that is let go costs 2 ether, a false alarm 0.5. From which score on (0 to 1) should the logistic"
        " regression's alerts freeze a deposit, so that the costs are lowest?",
        low=0.0,
        high=1.0,
    )

    def reset(self) -> None:
        """Back to the first choices; the thresholds that were tried are forgotten."""
        self.tried: dict[tuple, set[int]] = {}
        super().reset()

    def changed(self) -> None:
        """Work out rates, precision and costs at every threshold, and note the one that is tried."""
        self.measured = rates_of(self.model)
        share = SHARES[self.share]
        self.loot_share = float(scores()["label"].mean()) if share is None else share
        self.costs = costs(self.measured, self.loot_share, self.miss, self.alarm)
        self.precision = precision(self.measured, self.loot_share)
        self.place = round(self.threshold * 100)
        self.tried.setdefault(self._prices, set()).add(self.place)

    @property
    def _prices(self) -> tuple:
        return self.model, self.share, self.miss, self.alarm

    @property
    def lowest(self) -> int:
        """Place of the cheapest threshold; of several, the highest, which freezes least."""
        return len(self.costs) - 1 - int(np.argmin(self.costs[::-1]))

    @property
    def _nobody(self) -> float:
        return float(self.costs[-1])

    def text(self) -> str:
        """Alerts, precision, recall and costs at the threshold; the lowest costs once the curve is shown."""
        at, cost = self.place, self.costs[self.place]
        frozen = PER * (self.loot_share * self.measured.found[at] + (1 - self.loot_share) * self.measured.alarms[at])
        right = "none" if np.isnan(self.precision[at]) else f"{self.precision[at]:.0%}"
        word = "saves" if cost <= self._nobody else "wastes"
        line = (
            f"Of {PER:,} deposits {frozen:.0f} are frozen, {right} rightly; {self.measured.found[at]:.0%} of the thefts"
            f" are found. Costs {cost:.1f} ether, {self._nobody:.1f} if nobody is frozen:"
            f" {word} {abs(self._nobody - cost):.1f}."
        )
        return line + (f" {self._cheapest()}" if self.curve else "")

    def _cheapest(self) -> str:
        if self.measured.found[self.lowest] == 0:
            return "Cheapest: freeze nobody."
        return f"Cheapest: from {THRESHOLDS[self.lowest]:.2f} on, {self.costs[self.lowest]:.1f} ether."

    def draw(self, fig: Figure) -> None:
        """Above precision against recall with the threshold's point, below the costs."""
        above, below = fig.subplots(2, 1)
        self._draw_precision(above)
        self._draw_costs(below)

    def _draw_precision(self, ax: Axes) -> None:
        recall, at = self.measured.found, self.place
        ax.plot(recall, self.precision, color=BLUE, linestyle="-", drawstyle="steps-post")
        ax.axhline(self.loot_share, color=INK, linestyle=":", linewidth=1.5)
        ax.text(0.01, self.loot_share + 0.015, "guessing", va="bottom", fontsize=10)
        if not np.isnan(self.precision[at]):
            ax.plot(recall[at], self.precision[at], "o", color=VERMILLION, markersize=11, zorder=4, clip_on=False)
        ax.set(
            xlim=(0, 1.02), ylim=(0, 1.05), xlabel="recall: thefts frozen", ylabel="precision: alerts that are right"
        )
        ax.set_title(f"Average precision {average_precision(self.measured, self.loot_share):.2f}")

    def _draw_costs(self, ax: Axes) -> None:
        tried = sorted(self.tried[self._prices])
        ax.axhline(self._nobody, color=INK, linestyle=":", linewidth=1.5)
        top = 1.9 * self._nobody  # what costs more stands at the edge: the legend needs the room
        if self.curve:
            ax.plot(THRESHOLDS, self.costs, color=BLUE, linestyle="-")
            best = self.lowest
            ax.plot(THRESHOLDS[best], self.costs[best], "*", color=GREEN, markersize=18, zorder=5, label="lowest costs")
        else:
            ax.text(0.5, 0.06, "try thresholds, then show the curve", transform=ax.transAxes, ha="center", fontsize=10)
        ax.plot(
            THRESHOLDS[tried],
            np.minimum(self.costs[tried], top),
            "D",
            color=ORANGE,
            markersize=6,
            label="tried",
            clip_on=False,
        )
        now = min(self.costs[self.place], top)
        ax.plot(
            self.threshold, now, "o", color=VERMILLION, markersize=11, zorder=4, label="threshold now", clip_on=False
        )
        ax.text(0.25, self._nobody, "freeze nobody", va="bottom", fontsize=10)
        ax.set(xlim=(-0.02, 1.03), ylim=(0, top), xlabel="threshold", ylabel=f"ether per {PER:,} deposits")
        ax.set_title("What both errors cost")
        ax.legend(loc="upper right", fontsize=10)

    def compare(self, prediction: float | str) -> str:
        """The prediction beside the cheapest threshold, once the curve is shown."""
        if not self.curve:
            return f"You predicted {prediction:g}. Try it, and then show the whole cost curve."
        first = costs(rates_of(MODELS[0]), float(scores()["label"].mean()), 2.0, 0.5)
        at, best = round(float(prediction) * 100), int(np.argmin(first))
        said = f"You predicted {prediction:g}: at the first prices that costs {first[at]:.1f} ether."
        half = "" if at == 50 else f" (A half costs {first[50]:.1f}.)"
        return f"{said} Cheapest is {THRESHOLDS[best]:.2f}, with {first[best]:.1f}.{half}"
