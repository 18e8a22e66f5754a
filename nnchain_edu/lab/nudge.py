"""The chain rule as a picture: a small nudge travels through one calculation after another."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from nnchain_edu.lab.figures import BLUE, INK, VERMILLION, figure


def nudge_picture(
    start: tuple[str, float], stages: Sequence[tuple[str, Callable[[float], float]]], nudge: float
) -> Figure:
    """Draw one number line a stage, the value on it before (dot) and after (square) `start` is moved by `nudge`.

    `start` is a label and a number; each stage is a label and what is done to the number before it. Between two
    lines stands by how much the nudge grew: the local slope. All lines have the same scale, each about its own value.
    """
    labels = [start[0], *(label for label, _ in stages)]
    before, after = [start[1]], [start[1] + nudge]
    for _, stage in stages:
        before.append(stage(before[-1]))
        after.append(stage(after[-1]))
    moves = [b - a for a, b in zip(before, after, strict=True)]
    reach = max(map(abs, moves))
    fig, axes = figure("text", 90 * len(labels) + 20)
    axes.axis("off")
    for row, (label, value, move) in enumerate(zip(labels, before, moves, strict=True)):
        axes.plot([-0.35 * reach, 1.45 * reach], [row, row], color=INK, linestyle="-", linewidth=1)
        axes.plot(0, row, "o", color=BLUE, markersize=9)
        axes.annotate("", (move, row), (0, row), arrowprops={"arrowstyle": "-", "color": VERMILLION, "lw": 4})
        axes.plot(move, row, "s", color=VERMILLION, markersize=8)
        axes.text(-0.4 * reach, row, label, ha="right", va="center", fontsize=11)
        axes.text(0, row - 0.16, f"{value:g}", ha="center", va="bottom", color=BLUE)
        axes.text(1.5 * reach, row, f"moved by {move:.3g}", ha="left", va="center", color=VERMILLION)
        if row:
            axes.annotate(
                f"× {moves[row] / moves[row - 1]:.3g}",
                xy=(-0.2 * reach, row - 0.1),
                xytext=(-0.2 * reach, row - 0.5),
                ha="center",
                va="center",
                arrowprops={"arrowstyle": "->", "color": INK},
            )
    axes.set(xlim=(-1.35 * reach, 2.1 * reach), ylim=(len(labels) - 0.6, -0.55))
    return fig
