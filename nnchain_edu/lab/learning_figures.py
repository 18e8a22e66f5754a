"""Figures about learning: a walk on a curve, a classifier's map, races on surfaces, gradients by layer, gas."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from nnchain_edu.lab.figures import BLUE, COLOURS, INK, LINES, MARKERS, VERMILLION, figure
from nnchain_edu.lab.optimiser_race import draw_path
from nnchain_edu.lab.race import OPTIMISERS, Run
from nnchain_edu.lab.surfaces import Surface


def walk_figure(curve: Callable[[float], float], walk: Sequence[float], xlabel: str, ylabel: str) -> Figure:
    """Draw `curve` around the middle of its last point, and the places of `walk` on it, joined in their order."""
    reach = 1.05 * max(abs(place - walk[-1]) for place in walk)
    across = np.linspace(walk[-1] - reach, walk[-1] + reach, 121)
    fig, axes = figure(height=330)
    axes.plot(across, [curve(x) for x in across], color=BLUE)
    axes.plot(walk, [curve(x) for x in walk], color=VERMILLION, marker="o", linestyle="--", linewidth=1.5)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return fig


def map_figure(
    answers: Mapping[str, Callable[[tuple[float, float]], float]],
    points: Sequence[tuple[float, float]],
    labels: Sequence[int],
    names: Mapping[int, str],
    axis_names: tuple[str, str],
) -> Figure:
    """Draw one map for each named answer: the plane coloured by the answer's sign, and the labelled points on it.

    `answers` map a point of the plane to a number, above 0 for label 1; `labels` are 1 or -1, and `names` says
    what they mean.
    """
    low, high = np.min(points, axis=0) - 0.2, np.max(points, axis=0) + 0.2
    across, up = np.linspace(low[0], high[0], 49), np.linspace(low[1], high[1], 49)
    fig, grid = figure("wide", 380, columns=len(answers), sharey=True, squeeze=False)
    for axes, (title, answer) in zip(grid[0], answers.items(), strict=True):
        plane = [[answer((float(u), float(v))) for u in across] for v in up]
        axes.contourf(across, up, plane, levels=[-np.inf, 0, np.inf], colors=["#F6DDCB", "#CFE3F1"])
        axes.contour(across, up, plane, levels=[0], colors="black", linewidths=1.2)
        for label, marker, colour in ((1, "o", BLUE), (-1, "X", VERMILLION)):
            chosen = [point for point, given in zip(points, labels, strict=True) if given == label]
            axes.plot(*zip(*chosen, strict=True), marker, color=colour, linestyle="none", label=names[label])
        axes.set(title=title, xlabel=axis_names[0])
        axes.grid(False)
    grid[0][0].set_ylabel(axis_names[1])
    fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


def race_figure(panels: Sequence[tuple[str, Surface, Sequence[Run]]]) -> Figure:
    """Draw one map for each (title, surface, runs), an optimiser in the same colour, marker and line on all of them."""
    looks = dict(zip(OPTIMISERS, zip(COLOURS, LINES, MARKERS, strict=True), strict=False))
    fig, grid = figure("wide", 360 if len(panels) < 3 else 300, columns=len(panels), squeeze=False)
    handles = {}
    for axes, (title, surface, runs) in zip(grid[0], panels, strict=True):
        surface.draw(axes)
        axes.grid(False)
        axes.set_title(title)
        for run in runs:
            colour, line, marker = looks[run.optimiser]
            draw_path(axes, surface, run, color=colour, linestyle=line, marker=marker, markersize=3)
        handles.update({text: handle for handle, text in zip(*axes.get_legend_handles_labels(), strict=True)})
    for axes in grid[0][1:]:
        axes.set_ylabel("")
    fig.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=3)
    return fig


def gas_figure(parts: Mapping[str, int]) -> Figure:
    """Draw where the gas of one transaction went: a bar for each part, the sum below."""
    fig, axes = figure(height=60 + 40 * len(parts))
    bars = axes.barh(list(parts), list(parts.values()), color=BLUE)
    axes.bar_label(bars, fmt="{:,.0f}", padding=4)
    axes.invert_yaxis()
    axes.set(xlabel=f"gas, {sum(parts.values()):,} in all", xlim=(0, 1.18 * max(parts.values())))
    axes.grid(False, axis="y")
    return fig


def layers_figure(sizes: Mapping[str, Sequence[float]], ylabel: str) -> Figure:
    """Draw one curve a setting over the layers 1, 2, …, on a log scale, 1 marked."""
    fig, axes = figure(height=380)
    axes.axhline(1, color=INK, linewidth=0.8, linestyle="-")
    for (name, curve), colour, line, marker in zip(sizes.items(), COLOURS, LINES, MARKERS, strict=False):
        look = {"color": colour, "linestyle": line, "marker": marker, "markevery": 5}
        axes.semilogy(range(1, len(curve) + 1), curve, label=name, **look)
    axes.set(xlabel="layer (1 is next to the input)", ylabel=ylabel)
    axes.legend(loc="lower right")
    return fig
