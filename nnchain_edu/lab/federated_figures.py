"""Figures of unit 08: rounds saved by local training, and rules against attacks, both from the studies."""

import pandas as pd
from matplotlib.figure import Figure

from nnchain_edu.lab.figures import COLOURS, MARKERS, figure


def rounds_figure(table: pd.DataFrame) -> Figure:
    """Draw for each kind of shares the rounds to 95 % against the learning rate, a line a method, a mark a seed.

    `table` is the study `federated_rounds`; runs that did not arrive have no mark, and lines join the means of the
    rates at which all arrived.
    """
    fig, grid = figure("wide", 360, columns=2, sharey=True, squeeze=False)
    for axes, (shares, part) in zip(grid[0], table.groupby("shares"), strict=True):
        methods = part.dropna(subset="to_95").groupby("method")
        for (method, runs), colour, marker in zip(methods, COLOURS, MARKERS, strict=False):
            axes.plot(runs.learning_rate, runs.to_95, marker, color=colour, linestyle="none", alpha=0.5)
            whole = runs.groupby("learning_rate").filter(lambda rate: len(rate) == table.seed.nunique())
            mean = whole.groupby("learning_rate").to_95.mean()
            axes.plot(mean.index, mean, color=colour, marker=marker, label=method)
        axes.set(title=shares, xlabel="learning rate", xscale="log", yscale="log")
        axes.set_xticks([0.05, 0.1, 0.2, 0.4, 1.0], ["0.05", "0.1", "0.2", "0.4", "1"])
        axes.set_yticks([5, 10, 20, 50, 100, 200], ["5", "10", "20", "50", "100", "200"])
        axes.minorticks_off()
    grid[0][0].set_ylabel("rounds to 95 %")
    fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


def attacks_figure(table: pd.DataFrame) -> Figure:
    """Draw for each kind of shares a map of attack by rule: per cent of the held-out digits read, mean of the seeds.

    `table` is the study `federated_attacks`.
    """
    attacks, rules = list(table.attack.unique()), list(table.rule.unique())
    fig, grid = figure("wide", 400, columns=2, sharey=True, squeeze=False)
    for axes, (shares, part) in zip(grid[0], table.groupby("shares"), strict=True):
        means = part.pivot_table(index="attack", columns="rule", values="right").loc[attacks, rules] / 4.5
        axes.imshow(means, cmap="cividis", vmin=0, vmax=100, aspect="auto")
        for down, row in enumerate(means.to_numpy()):
            for along, value in enumerate(row):
                axes.text(along, down, f"{value:.0f}", ha="center", va="center", color="k" if value > 55 else "w")
        axes.set_xticks(range(len(rules)), [rule.replace(" ", "\n") for rule in rules])
        axes.set_yticks(range(len(attacks)), attacks)
        axes.set_title(f"{shares}, % right")
        axes.grid(False)
    return fig
