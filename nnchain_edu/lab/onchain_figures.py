"""Figures of unit 07: digits with a contract's answers, bits against accuracy, a trace coloured by opcode class."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from nnchain_edu.lab.figures import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, figure

if TYPE_CHECKING:
    from pandas import DataFrame

STEPS_A_ROW = 50
COLOURS = {"multiply": VERMILLION, "add": ORANGE, "bits": GREEN, "stack": BLUE, "calldata": PURPLE, "memory": SKY}
OTHER = "#6B6B6B"


def draw_digits(images: Sequence[Sequence[int]], answers: Sequence[str], brightest: int = 15) -> Figure:
    """Images of 8 × 8 whole pixels in one row, each with a short text above it."""
    fig, axes = figure("text", 120, columns=len(images))
    for ax, image, answer in zip(np.atleast_1d(axes), images, answers, strict=True):
        ax.imshow(np.reshape(image, (8, 8)), cmap="Greys", vmin=0, vmax=brightest)
        ax.set_title(answer, loc="center", fontsize=11)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
        ax.grid(False)
    return fig


def draw_rounding(table: "DataFrame", neurons: int) -> Figure:
    """Accuracy against bits of a lane for one width of `quantisation.csv`: after training, and within the loop."""
    fig, ax = figure("text", 320)
    looks = zip(("after training", "in the training loop"), (BLUE, VERMILLION), ("o", "s"), ("--", "-"), strict=True)
    for rounding, colour, marker, line in looks:
        rows = table[(table.neurons == neurons) & (table.rounding == rounding)]
        groups = rows.assign(percent=rows.right / 4.5).groupby("bits").percent
        mean, low, high = groups.mean(), groups.min(), groups.max()
        ax.fill_between(mean.index, low, high, color=colour, alpha=0.15, linewidth=0)
        ax.plot(mean.index, mean, color=colour, marker=marker, linestyle=line, label=f"rounded {rounding}")
    ax.set(xlabel="bits of a lane", ylabel="right, % of 450 digits", xticks=sorted(set(table.bits)))
    ax.set_title(f"{neurons} hidden neurons; bands: worst to best seed")
    ax.legend(loc="lower right")
    return fig


def draw_trace(trace: "DataFrame") -> Figure:
    """Every step of a trace as a square in reading order, coloured by its opcode's class; below, gas by class."""
    from nnchain_edu.onchain import gas_by_class, opcode_class

    kinds = [opcode_class(name) for name in trace["op"]]
    rows = -(-len(kinds) // STEPS_A_ROW)
    picture = np.ones((rows * STEPS_A_ROW, 3))
    picture[: len(kinds)] = [to_rgb(COLOURS.get(kind, OTHER)) for kind in kinds]
    fig, (steps, bars) = figure("text", 430, rows=2, height_ratios=(1, 1))
    steps.imshow(picture.reshape(rows, STEPS_A_ROW, 3), aspect="auto", interpolation="nearest")
    steps.set_xticks(np.arange(-0.5, STEPS_A_ROW), [""] * (STEPS_A_ROW + 1))
    steps.set_yticks(np.arange(-0.5, rows), [""] * (rows + 1))
    steps.grid(color="white", linewidth=1.2)
    steps.tick_params(length=0)
    steps.spines[:].set_visible(False)
    steps.set_title(f"{len(kinds)} steps, from left to right and row by row")
    found = gas_by_class(trace)
    names = [
        f"{kind} ({count} step{'s' * (count > 1)})" for kind, count in zip(found["class"], found["steps"], strict=True)
    ]
    bars.barh(names, found["gas"], color=[COLOURS.get(kind, OTHER) for kind in found["class"]])
    for place, gas in enumerate(found["gas"]):
        bars.text(gas + found["gas"].max() * 0.01, place, f"{gas:,}", va="center", fontsize=10)
    bars.invert_yaxis()
    bars.grid(axis="y", visible=False)
    bars.set(xlabel=f"gas, {found['gas'].sum():,} in all", xlim=(0, found["gas"].max() * 1.1))
    return fig


def draw_fooled(images: Sequence[Sequence[int]], changed: Sequence[Sequence[int]], answers: Sequence[str]) -> Figure:
    """Changed digits; each changed pixel is framed."""
    fig = draw_digits(changed, answers)
    for ax, before, after in zip(fig.axes, images, changed, strict=True):
        for pixel in np.flatnonzero(np.asarray(before) != np.asarray(after)):
            y, x = divmod(int(pixel), 8)
            ax.plot(
                [x - 0.5, x + 0.5, x + 0.5, x - 0.5, x - 0.5], [y - 0.5, y - 0.5, y + 0.5, y + 0.5, y - 0.5], **FRAME
            )
    return fig


FRAME = {"color": VERMILLION, "linewidth": 2, "linestyle": "-", "clip_on": False}
