"""Pictures of unit 06: the five steps as a ring, a column before and after preparation, detectors day by day."""

from collections.abc import Mapping, Sequence
from math import cos, pi, sin

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from nnchain_edu.lab.figures import BLUE, CARD, COLOURS, INK, LINES, MARKERS, ORANGE, VERMILLION, blank, figure

#: The five steps, in order, and what each does here.
STEPS = {
    "Collection": "blocks, receipts, logs\nto tidy tables",
    "Preprocessing": "tables to features,\nwithout leaks",
    "Training": "features of the past\nto weights",
    "Deployment": "a contract names the\nweights by their hash",
    "Feedback loop": "the world drifts:\nmeasure, retrain, replace",
}


def draw_steps(notes: Mapping[str, str] = STEPS) -> Figure:
    """The five steps as a ring around the chain; `notes` gives a few words for each."""
    fig = blank("text", 440)
    ax = fig.subplots()
    ax.set(xlim=(-3.2, 3.2), ylim=(-2.0, 2.38))
    ax.axis("off")
    angles = [pi / 2 - 2 * pi * k / len(notes) for k in range(len(notes))]
    places = [(2.1 * cos(angle), 1.72 * sin(angle)) for angle in angles]
    boxes = []
    for number, ((name, note), (x, y)) in enumerate(zip(notes.items(), places, strict=True), 1):
        box = FancyBboxPatch((x - 0.98, y - 0.46), 1.96, 0.92, boxstyle="round,pad=0.02,rounding_size=0.1")
        box.set(facecolor=CARD, edgecolor=COLOURS[number - 1], linewidth=2.2, zorder=3)
        boxes.append(ax.add_patch(box))
        ax.text(x, y + 0.27, f"{number}  {name}", ha="center", va="center", fontweight="bold", fontsize=12, zorder=4)
        ax.text(x, y - 0.15, note, ha="center", va="center", fontsize=10, zorder=4)
    for k, place in enumerate(places):
        following = (k + 1) % len(places)
        arrow = {"arrowstyle": "-|>", "lw": 2, "color": INK, "mutation_scale": 16, "shrinkA": 3, "shrinkB": 3}
        arrow |= {"patchA": boxes[k], "patchB": boxes[following], "connectionstyle": "arc3,rad=-0.22"}
        ax.annotate("", places[following], place, arrowprops=arrow, zorder=2)
    ax.text(0, 0.02, "the chain", ha="center", va="center", fontsize=15, fontweight="bold")
    ax.text(0, -0.3, "accounts, contracts,\ntransactions", ha="center", va="top", fontsize=10)
    return fig


def draw_preparation(before: np.ndarray, after: np.ndarray, unit: str) -> Figure:
    """One feature's values as collected, in `unit`, and as the network sees them."""
    fig, axes = figure("text", 300, columns=2)
    for ax, values, label, colour in ((axes[0], before, unit, ORANGE), (axes[1], after, "scaled", BLUE)):
        ax.hist(values[np.isfinite(values)], bins=40, color=colour)
        ax.set(xlabel=label, yscale="log")
    axes[0].set(ylabel="rows")
    axes[0].set_title("As collected")
    axes[1].set_title("As the network sees it")
    return fig


def draw_by_day(
    series: Mapping[str, Sequence[float]], days: Sequence[int], drift_day: int | None, marks: Sequence[int] = ()
) -> Figure:
    """Recall by day, one line a detector. `drift_day` is a dashed line, `marks` (retrainings) are triangles below."""
    fig, ax = figure("text", 360)
    lines_by_day(ax, series, days, drift_day, marks)
    ax.set(title="Offenders found, of those active", ylabel="share of the offenders")
    fig.legend(loc="outside lower center", ncols=3)
    return fig


def lines_by_day(
    ax: Axes,
    series: Mapping[str, Sequence[float]],
    days: Sequence[int],
    drift_day: int | None,
    marks: Sequence[int] = (),
) -> None:
    """Draw `series` (shares by day, NaN where there is nothing to count) on `ax`, with drift and retrainings."""
    looks = zip(series.items(), COLOURS, LINES, MARKERS, strict=False)
    for (name, values), colour, line, marker in looks:
        ax.plot(days, values, color=colour, linestyle=line, marker=marker, markersize=4.5, label=name)
    if drift_day is not None:
        ax.axvline(drift_day, color=VERMILLION, linestyle="--", linewidth=1.3)
        ax.text(drift_day + 0.5, 1.0, "drift", color=VERMILLION, fontsize=10.5, va="top")
    if len(marks):
        ax.plot(marks, [0.03] * len(marks), linestyle="none", marker="^", markersize=9, color=INK, label="a retraining")
    ax.set(xlabel="day", ylim=(0, 1.02), xlim=(min(days) - 0.5, max(days) + 0.5))
    ax.xaxis.get_major_locator().set_params(integer=True)


def by_day(label: np.ndarray, flagged: np.ndarray, day: np.ndarray, days: Sequence[int], width: int = 3) -> list[float]:
    """Recall of the last `width` days at each of `days`; NaN where no offender was active in them."""
    found = []
    for last in days:
        now = (day <= last) & (day > last - width) & label
        found.append(float(flagged[now].mean()) if now.any() else float("nan"))
    return found
