"""Figures of lesson 05: the attacker's odds, selfish mining, messages of PBFT, difficulty after a shock."""

from collections.abc import Mapping, Sequence
from math import floor, log10

from matplotlib import rc_context
from matplotlib.figure import Figure

from nnchain_edu.lab.attack_odds import MOST, draw_odds
from nnchain_edu.lab.figures import BLUE, COLOURS, GREEN, INK, LINES, ORANGE, PURPLE, STYLE, VERMILLION, figure
from nnchain_edu.lab.selfish_plane import draw_plane, draw_revenue
from nnchain_edu.protocols.double_spend import Race, exact
from nnchain_edu.protocols.protocol import Result


@rc_context(STYLE)
def odds_figure(q: float, races: Mapping[int, Race]) -> Figure:
    """The odds of an attacker with share `q` by both formulas, and races by confirmations with their 95 % bands."""
    fig, ax = figure("text", 360)
    draw_odds(ax, q)
    ax.set_ylim(10 ** floor(log10(exact(q, MOST))), 2)
    won = {z: race for z, race in races.items() if race.wins}
    rates = [race.rate for race in won.values()]
    below, above = ([abs(race.band[end] - race.rate) for race in won.values()] for end in (0, 1))
    look = {"fmt": "D", "color": INK, "markersize": 6, "capsize": 6, "zorder": 5, "label": "races, 95 % band"}
    ax.errorbar(list(won), rates, yerr=[below, above], **look)
    ax.set_title(f"Odds of an attacker with {100 * q:g} % of the hash rate")
    ax.legend()
    return fig


@rc_context(STYLE)
def selfish_figure(simulated: Mapping[tuple[float, float], float]) -> Figure:
    """The α–γ plane; beside it revenue by formula for each γ, and what was simulated at (α, γ)."""
    fig, (plane, earned) = figure("wide", 400, columns=2)
    draw_plane(plane)
    plane.set_title("Where selfish mining pays (orange) or costs")
    draw_revenue(earned, tuple(sorted({gamma for _, gamma in simulated})))
    places = [100 * alpha for alpha, _ in simulated]
    shares = [100 * share for share in simulated.values()]
    earned.plot(places, shares, "D", color=INK, markersize=6, linestyle="none", label="simulated", zorder=5)
    earned.set_title("What the pool earns")
    earned.legend()
    return fig


KINDS = {  # colour, line, name in the lesson, and how far beside the others it is drawn, in parts of the panel
    "propose": (BLUE, "-", "a leader's block", 0.0),
    "prepare": (ORANGE, "--", "first vote (prepare)", 0.012),
    "commit": (GREEN, "-.", "second vote (commit)", 0.024),
    "change": (PURPLE, ":", "new leader, please (change)", 0.0),
}


@rc_context(STYLE)
def messages_figure(runs: Sequence[tuple[str, Result, float]]) -> Figure:
    """Messages of PBFT runs, one panel for each (title, run, last second): a line a node, an arrow a message.

    Time runs to the right. A disc or square is a block that a node holds final, alike for the same block. What is said
    again is pale. Votes that travel together are drawn side by side.
    """
    fig, panels = figure("wide", 340, columns=len(runs))
    for ax, (title, result, until) in zip(panels, runs, strict=True):
        blocks: dict[str, int] = {}
        said: set[tuple[int, int, str]] = set()
        views: dict[str, float] = {}
        first = min(event.sent for event in result.trace)
        for event in result.trace:
            kind, name = event.what.split()[:2]
            if event.sent > until:
                continue
            if kind == "final":
                number = blocks.setdefault(name, len(blocks)) % 2
                colour, marker = (BLUE, VERMILLION)[number], "os"[number]
                ax.plot(event.sent, event.receiver, marker, color=colour, markersize=13, zorder=6, clip_on=False)
                card = {"facecolor": "white", "edgecolor": "none", "pad": 1}
                label = {"xytext": (11, 0), "textcoords": "offset points", "va": "center", "fontsize": 10, "bbox": card}
                ax.annotate(f"final: {name}", (event.sent, event.receiver), color=colour, **label)
                continue
            colour, line, _, beside = KINDS[kind]
            again = (event.sender, event.receiver, event.what) in said
            said.add((event.sender, event.receiver, event.what))
            if kind == "change":
                views.setdefault(event.what.partition("to ")[2], event.sent)
            arrow = {"arrowstyle": "->", "color": colour, "linestyle": line, "shrinkA": 0, "shrinkB": 0}
            arrow |= {"lw": 1.0 if again else 1.7, "alpha": 0.4 if again else 1}
            sent, arrived = (time + beside * (until - first) for time in (event.sent, event.arrived or event.sent))
            ax.annotate("", (arrived, event.receiver), (sent, event.sender), arrowprops=arrow)
        for view, time in views.items():
            ax.text(time, -0.15, view, color=INK, ha="left", fontsize=10)
        ax.set(xlim=(first - 0.05 * (until - first), until), ylim=(result.nodes - 0.5, -0.6), xlabel="seconds")
        ax.set_yticks(range(result.nodes), [f"node {node}" for node in range(result.nodes)])
        ax.set_title(title)
    keys = [panels[0].plot([], [], color=look[0], linestyle=look[1], label=look[2])[0] for look in KINDS.values()]
    fig.legend(handles=keys, loc="outside lower center", ncols=len(keys))
    return fig


@rc_context(STYLE)
def difficulty_figure(expected: Mapping[str, tuple[Sequence[float], Sequence[float]]], shock_day: float) -> Figure:
    """Expected minutes between blocks, day by day, under several rules: pairs (days, minutes) by the rule's name."""
    fig, ax = figure("text", 340)
    for (name, (days, minutes)), colour, line in zip(expected.items(), COLOURS, LINES, strict=False):
        ax.plot(days, minutes, color=colour, linestyle=line, linewidth=1.5, label=name)
    ax.axhline(10, color=INK, linewidth=0.8, linestyle=":")
    ax.axvline(shock_day, color=INK, linewidth=0.8)
    ax.set(xlabel="day", ylabel="expected minutes to a block", ylim=(0, None))
    ax.legend()
    return fig
