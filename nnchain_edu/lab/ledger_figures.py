"""Pictures of the ledger lesson: the avalanche, chains of blocks that hold or break, a Merkle tree with a proof."""

from collections.abc import Callable, Mapping, Sequence
from math import comb
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from nnchain_edu.lab.figures import BLUE, CARD, GREEN, INK, LINES, ORANGE, VERMILLION, blank, figure

_BITS = 256  # of SHA-256 and of Keccak-256
_BIN = 4  # flipped bits that share one bar


def draw_avalanche(counts: Mapping[str, Sequence[int]]) -> Figure:
    """How many of 256 bits flipped, one histogram a hash function, beside what 256 fair coins would give."""
    fig, ax = figure()
    starts = range(96, 160, _BIN)
    for line, (name, bits) in zip(LINES, counts.items(), strict=False):
        ax.hist(bits, bins=[*starts, 160], histtype="step", linewidth=2, linestyle=line, label=name)
    trials = len(next(iter(counts.values())))
    coins = [trials * sum(comb(_BITS, k) for k in range(start, start + _BIN)) / 2**_BITS for start in starts]
    middles = [start + (_BIN - 1) / 2 + 0.5 for start in starts]
    ax.plot(middles, coins, linestyle="none", marker="o", color=INK, label=f"{_BITS} fair coins")
    ax.set(xlabel=f"bits of the hash that flipped, of {_BITS}", ylabel=f"trials, of {trials:,}")
    ax.legend()
    return fig


def draw_chains(books: Mapping[str, Sequence[Mapping[str, Any]]], faults: Callable[[Any], list[str]]) -> Figure:
    """Books of blocks one below the other, each block with its number, payment, hash, and what is wrong with it.

    `faults(blocks)` gives a text for each block, empty where it holds. A block that holds is green and drawn through,
    one that does not is vermillion and dashed.
    """
    fig = blank("wide", 30 + 125 * len(books))
    longest = max(map(len, books.values()))
    ax = _canvas(fig, (-0.1, 2.2 * longest - 0.3), (-2.3 * len(books) + 1.0, 1.0))
    for row, (title, blocks) in enumerate(books.items()):
        y = -2.3 * row
        ax.text(0, y + 0.62, f"{title}, head {blocks[-1]['hash'][:8]}", fontweight="bold")
        for place, (block, fault) in enumerate(zip(blocks, faults(blocks), strict=True)):
            x, colour = 2.2 * place, VERMILLION if fault else GREEN
            _box(ax, x, y - 1.1, 1.75, 1.5, colour, "--" if fault else "-")
            lines = (f"block {block['number']}", str(block["payment"]), f"hash {block['hash'][:8]}", fault or "holds")
            for line, text in enumerate(lines):
                bold = {"color": colour, "fontweight": "bold"} if line == 3 else {}
                ax.text(x + 0.875, y + 0.2 - 0.36 * line, text, ha="center", va="center", fontsize=9.5, **bold)
            if place:
                arrow = {"arrowstyle": "->", "lw": 1.6, "color": INK}
                ax.annotate("", (x - 0.42, y - 0.35), (x - 0.03, y - 0.35), arrowprops=arrow)
    return fig


def draw_merkle(levels: Sequence[Sequence[bytes]], index: int) -> Figure:
    """A Merkle tree, leaves first in `levels`; the path of leaf `index` is blue, its proof's siblings orange.

    An odd node at the end of a level is drawn above itself: it moves up unchanged.
    """
    if not 0 <= index < len(levels[0]):
        raise ValueError(f"index must be from 0 to {len(levels[0]) - 1}; {index!r} was given")
    fig = blank("wide", 70 + 85 * len(levels))
    ax = _canvas(fig, (-0.6, len(levels[0]) - 0.4), (-0.5, len(levels) - 0.5))
    places = [[float(i) for i in range(len(levels[0]))]]
    for level in levels[1:]:
        pairs = [places[-1][2 * i : 2 * i + 2] for i in range(len(level))]
        places.append([sum(pair) / len(pair) for pair in pairs])
    for height, (level, across) in enumerate(zip(levels, places, strict=True)):
        top = height + 1 == len(levels)
        for i, (digest, x) in enumerate(zip(level, across, strict=True)):
            on_path, sibling = i == index >> height, i == (index >> height) ^ 1 and not top
            if not top:
                ax.plot([x, places[height + 1][i // 2]], [height + 0.25, height + 0.75], color=INK, lw=1, ls="-")
            colour, line = (BLUE, "-") if on_path else (ORANGE, "--") if sibling else (INK, ":")
            _box(ax, x - 0.4, height - 0.22, 0.8, 0.44, colour, line)
            word = "root" if top else "on the path" if on_path else "in the proof" if sibling else ""
            ax.text(x, height + (0.07 if word else 0), digest.hex()[:6], ha="center", va="center", family="monospace")
            ax.text(x, height - 0.12, word, ha="center", va="center", fontsize=9)
    return fig


def _canvas(fig: Figure, across: tuple[float, float], up: tuple[float, float]) -> Axes:
    ax = fig.subplots()
    ax.set(xlim=across, ylim=up)
    ax.axis("off")
    return ax


def _box(ax: Axes, x: float, y: float, width: float, height: float, colour: str, line: str) -> None:
    box = FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0.02,rounding_size=0.08", zorder=2)
    box.set(facecolor=CARD, edgecolor=colour, linewidth=2.2, linestyle=line)
    ax.add_patch(box)
