"""Figures about architectures: layers, activations, digits and filters, histories of accounts, attention, a graph."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import pairwise
from typing import ParamSpec

import networkx as nx
import numpy as np
import torch
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from nnchain_edu.lab.figures import BLUE, COLOURS, INK, LINES, MARKERS, STYLE, VERMILLION, figure

Given = ParamSpec("Given")
Scores = Sequence[float]  # of several seeds


def _house(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """Draw in the house style: titles, legends and colour maps take it from Matplotlib's settings of the moment."""

    @wraps(draw)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> Figure:
        with rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


def _image(axes, pixels, title: str = "", **look) -> None:
    pixels = np.asarray(pixels)
    side = round(pixels.size**0.5)
    axes.imshow(pixels.reshape(side, side), **{"cmap": "gray_r", **look})
    axes.set_title(title, fontsize=10, fontweight="normal", loc="center")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="#8A8A8A")
    axes.grid(False)


def _mean_and_range(scores: Sequence[Scores]) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each row, and how far below and above it the row reaches, as Matplotlib's error bars want it."""
    table = np.array(scores, dtype=float)
    mean = table.mean(1)
    return mean, np.array([mean - table.min(1), table.max(1) - mean])


@_house
def digits_figure(rows: Mapping[str, Tensor], titles: Sequence[object] = ()) -> Figure:
    """Draw rows of square images, each row under its name; `titles` stand above the images of the first row."""
    count = max(len(images) for images in rows.values())
    fig, grid = figure("wide", 30 + 105 * len(rows), rows=len(rows), columns=count, squeeze=False)
    for line, (axes, (name, images)) in enumerate(zip(grid, rows.items(), strict=True)):
        for i, (place, pixels) in enumerate(zip(axes, images, strict=False)):
            _image(place, pixels, str(titles[i]) if titles and line == 0 else "", vmin=0, vmax=1)
        axes[0].set_ylabel(name)
    return fig


@_house
def layers_figure(sizes: Sequence[int], names: Sequence[str]) -> Figure:
    """Draw a small network: a column of circles a layer, a line for every weight."""
    fig, axes = figure(height=330)
    columns = [[(x, y - (size - 1) / 2) for y in range(size)] for x, size in enumerate(sizes)]
    for left, right in pairwise(columns):
        for start in left:
            for end in right:
                axes.plot(*zip(start, end, strict=True), color="#8A8A8A", linestyle="-", linewidth=0.9, zorder=1)
    for x, (column, name) in enumerate(zip(columns, names, strict=True)):
        axes.scatter(*zip(*column, strict=True), s=420, color=COLOURS[x], edgecolors=INK, zorder=2)
        axes.text(x, -max(sizes) / 2 - 0.15, name, ha="center", va="top", fontsize=11)
    axes.set(xlim=(-0.4, len(sizes) - 0.6), ylim=(-max(sizes) / 2 - 0.9, max(sizes) / 2))
    axes.axis("off")
    return fig


@_house
def activation_figure(functions: Mapping[str, Callable[[Tensor], Tensor]]) -> Figure:
    """Draw each function, and its slope dotted, from -4 to 4."""
    x = torch.linspace(-4, 4, 201, requires_grad=True)
    fig, grid = figure("wide", 290, columns=len(functions), sharey=True)
    for axes, (name, function) in zip(grid, functions.items(), strict=True):
        y = function(x)
        (slope,) = torch.autograd.grad(y.sum(), x)
        axes.plot(x.detach(), y.detach(), color=BLUE, label="output")
        axes.plot(x.detach(), slope, color=VERMILLION, linestyle=":", label="slope")
        axes.set(title=name, ylim=(-1.5, 3), xlabel="input")
    fig.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@_house
def map_figure(models: Mapping[str, nn.Module], X: Tensor, y: Tensor, axis_names: Sequence[str]) -> Figure:
    """Draw, for each model of two inputs and two classes, which class it gives where, and the rows."""
    low, high = X.min(0).values - 0.1, X.max(0).values + 0.1
    across, up = (torch.linspace(float(low[i]), float(high[i]), 120) for i in (0, 1))
    plane = torch.cartesian_prod(across, up)
    fig, grid = figure("wide", 380, columns=len(models), sharey=True, squeeze=False)
    for axes, (name, model) in zip(grid[0], models.items(), strict=True):
        with torch.no_grad():
            scores = model(plane)
        lead = (scores[:, 1] - scores[:, 0]).reshape(len(across), len(up)).T
        axes.contourf(across, up, lead, levels=[-1e9, 0, 1e9], colors=["#F6DDCB", "#CFE3F1"])
        for label, marker, colour in ((0, "X", VERMILLION), (1, "o", BLUE)):
            axes.plot(*X[y == label].T, marker, color=colour, markersize=4, linestyle="none", label=f"class {label}")
        axes.set(title=name, xlabel=axis_names[0])
        axes.grid(False)
    grid[0][0].set_ylabel(axis_names[1])
    fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@_house
def fit_figure(x: Tensor, y: Tensor, fits: Mapping[str, Tensor]) -> Figure:
    """Draw a curve and what each network made of it, side by side."""
    fig, grid = figure("wide", 300, columns=len(fits), sharey=True)
    for axes, (name, fit) in zip(grid, fits.items(), strict=True):
        axes.plot(x, y, color="#8A8A8A", linestyle="-", linewidth=4, label="the curve")
        axes.plot(x, fit, color=VERMILLION, linestyle="--", label="the network")
        axes.set(title=name, xlabel="x")
    fig.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@_house
def size_figure(panels: Sequence[tuple[str, Sequence[int], Sequence[Scores], Sequence[Scores]]]) -> Figure:
    """Draw accuracy against size for each (axis name, sizes, on training rows, on held-out rows).

    Each size has the scores of several seeds: their mean is drawn, with bars from the worst to the best.
    """
    fig, grid = figure("wide", 340, columns=len(panels))  # each with its own scale: see its ticks
    for axes, (name, sizes, seen, unseen) in zip(grid, panels, strict=True):
        looks = (
            (seen, -0.05, {"color": BLUE, "linestyle": "--", "marker": "s", "label": "digits trained on"}),
            (unseen, 0.05, {"color": VERMILLION, "linestyle": "-", "marker": "o", "label": "held-out digits"}),
        )
        for scores, aside, look in looks:
            mean, spread = _mean_and_range(scores)
            axes.errorbar(np.arange(len(sizes)) + aside, mean, yerr=spread, capsize=3, elinewidth=1.3, **look)
        axes.set_xticks(range(len(sizes)), [str(size) for size in sizes])
        axes.set(xlabel=name)
    grid[0].set_ylabel("share read right")
    for axes in grid[1:]:
        axes.set_ylabel("share read right, finer scale")
    fig.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@_house
def response_figure(image: Tensor, filters: Mapping[str, tuple[Tensor, Tensor]]) -> Figure:
    """Draw an image, then for each filter its weights and its answer at every place of the image."""
    fig, grid = figure("wide", 205, columns=1 + 2 * len(filters))
    _image(grid[0], image, "the digit")
    for i, (name, (weights, answer)) in enumerate(filters.items()):
        reach, strongest = float(weights.abs().max()), float(answer.abs().max())
        _image(grid[1 + 2 * i], weights, f"{name}: weights", cmap="PuOr_r", vmin=-reach, vmax=reach)
        _image(grid[2 + 2 * i], answer, "its answer", cmap="PuOr_r", vmin=-strongest, vmax=strongest)
    return fig


@_house
def filters_figure(filters: Tensor, images: Tensor, count: int = 8) -> Figure:
    """Draw 3 × 3 filters, and below each the four patches of different images that it answers to most.

    `filters` has shape (channels, 1, 3, 3), `images` (rows, 1, 8, 8).
    """
    filters = filters.detach()[:count]
    answers = torch.nn.functional.conv2d(images, filters)  # (rows, channels, 6, 6)
    patches = torch.nn.functional.unfold(images, 3).reshape(len(images), 9, 36)
    strongest, where = answers.flatten(2).max(2)  # the best place in each image
    fig, grid = figure("wide", 470, rows=5, columns=count)
    for channel, axes in enumerate(grid.T):
        reach = float(filters[channel].abs().max())
        _image(axes[0], filters[channel], f"filter {channel}", cmap="PuOr_r", vmin=-reach, vmax=reach)
        for place, row in zip(axes[1:], strongest[:, channel].topk(4).indices, strict=True):
            _image(place, patches[row, :, where[row, channel]], vmin=0, vmax=1)
    grid[0, 0].set_ylabel("weights")
    grid[3, 0].set_ylabel("patches it answers to most", y=1.1)
    return fig


@_house
def study_figure(table) -> Figure:
    """Draw the label-count study: mean over seeds with the range, right way and permuted, a panel a network."""
    networks = list(dict.fromkeys(table.network))
    fig, grid = figure("wide", 380, columns=len(networks), sharey=True)
    for axes, network in zip(grid, networks, strict=True):
        for look, (permuted, rows) in enumerate(table[table.network == network].groupby("permuted")):
            scores = rows.groupby("labels").accuracy
            mean = scores.mean()
            spread = [mean - scores.min(), scores.max() - mean]
            places = np.arange(len(mean)) + (0.06 if permuted else -0.06)
            name = "pixels permuted" if permuted else "pixels in place"
            style = {"color": COLOURS[look], "linestyle": LINES[look], "marker": MARKERS[look], "label": name}
            axes.errorbar(places, mean, yerr=spread, capsize=4, elinewidth=1.3, **style)
        axes.set_xticks(range(len(mean)), [f"{n:,}" for n in mean.index])
        axes.set(title=network, xlabel="labels")
    grid[0].set_ylabel("held-out digits read right")
    fig.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@_house
def history_figure(histories: Mapping[str, Sequence[float]]) -> Figure:
    """Draw account histories: a bar a transaction, up for money in, down for money out."""
    fig, grid = figure("wide", 300, columns=len(histories), sharey=True)
    for axes, (name, amounts) in zip(grid, histories.items(), strict=True):
        amounts = np.asarray(amounts)
        for coming, colour, hatch, label in ((True, BLUE, "", "in"), (False, VERMILLION, "//", "out")):
            chosen = np.flatnonzero((amounts > 0) == coming)
            axes.bar(chosen, amounts[chosen], color=colour, hatch=hatch, edgecolor="white", label=label)
        axes.axhline(0, color=INK, linewidth=0.8, linestyle="-")
        axes.set(title=name, xlabel="transaction")
    grid[0].set_ylabel("ether")
    fig.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@_house
def scores_figure(scores: Mapping[str, tuple[Scores, Scores]], names: Sequence[str], guess: float) -> Figure:
    """Draw pairs of bars a model, and the line of guessing: the mean over seeds, and marks from worst to best."""
    fig, axes = figure(height=340)
    places = np.arange(len(scores))
    for i, name in enumerate(names):
        heights, spread = _mean_and_range([pair[i] for pair in scores.values()])
        look = {"color": COLOURS[i], "hatch": ("", "//")[i], "edgecolor": "white"}
        marks = {"yerr": spread, "ecolor": INK, "capsize": 5, "error_kw": {"linestyle": "none"}}
        axes.bar(places + (i - 0.5) * 0.38, heights, 0.36, label=name, **look, **marks)
    axes.axhline(guess, color=INK, linestyle=":", linewidth=1.4, label="guessing")
    axes.set_xticks(places, list(scores))
    axes.set(ylim=(0, 1.05), ylabel="share judged right")
    fig.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


@_house
def reach_figure(graph: Sequence[tuple[str, str]], source: str, heard: Mapping[str, set[str]]) -> Figure:
    """Draw one graph several times; nodes that have heard of `source` are filled and have a thick rim."""
    net = nx.Graph(graph)
    places = nx.kamada_kawai_layout(net)
    fig, grid = figure("wide", 300, columns=len(heard))
    for axes, (title, reached) in zip(grid, heard.items(), strict=True):
        fill = [COLOURS[4] if n == source else COLOURS[5] if n in reached else "#FFFFFF" for n in net]
        rims = [3.0 if n in reached else 0.8 for n in net]
        nx.draw_networkx_edges(net, places, ax=axes, edge_color="#8A8A8A")
        look = {"node_color": fill, "linewidths": rims, "edgecolors": INK, "node_size": 820}
        nx.draw_networkx_nodes(net, places, ax=axes, **look)
        nx.draw_networkx_labels(net, places, ax=axes, font_size=8.5)
        axes.set_title(title)
        axes.margins(0.18)
        axes.axis("off")
    return fig


@_house
def attention_figure(weights: Tensor, which: Tensor, labels: Sequence[str]) -> Figure:
    """Draw where the last step of each row looked, a line a row, with a frame where the answer stood."""
    fig, axes = figure(height=330)
    picture = axes.imshow(weights.numpy(), vmin=0, vmax=1, aspect="auto")
    for row, place in enumerate(which.tolist()):
        frame = {"fill": False, "edgecolor": "#FFFFFF", "linewidth": 2.5, "linestyle": "--"}
        axes.add_patch(Rectangle((place - 0.46, row - 0.46), 0.92, 0.92, **frame))
    axes.set_xticks(range(len(labels)), list(labels))
    axes.set(yticks=range(len(weights)), ylabel="payment", xlabel="looks at invoice")
    axes.grid(False)
    fig.colorbar(picture, label="attention")
    return fig
