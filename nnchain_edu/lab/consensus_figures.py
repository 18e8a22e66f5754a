"""Figures of lesson 05: the attacker's odds, selfish mining, messages of PBFT, difficulty after a shock."""

from collections.abc import Mapping, Sequence

from matplotlib import rc_context
from matplotlib.figure import Figure

from nnchain_edu.lab.attack_odds import draw_odds
from nnchain_edu.lab.figures import BLUE, COLOURS, GREEN, INK, LINES, ORANGE, PURPLE, STYLE, VERMILLION, figure
from nnchain_edu.lab.selfish_plane import draw_plane, draw_revenue
from nnchain_edu.protocols.double_spend import Race
from nnchain_edu.protocols.protocol import Result


@rc_context(STYLE)
def odds_figure(q: float, races: Mapping[int, Race]) -> Figure:
    """The odds of an attacker with share `q` by both formulas, and races by confirmations with their 95 % bands."""
    fig, ax = figure("text", 360)
    draw_odds(ax, q)
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
    plane.set_title("Where selfish mining pays (brighter: more)")
    draw_revenue(earned, tuple(sorted({gamma for _, gamma in simulated})))
    places = [100 * alpha for alpha, _ in simulated]
    shares = [100 * share for share in simulated.values()]
    earned.plot(places, shares, "D", color=INK, markersize=6, linestyle="none", label="simulated", zorder=5)
    earned.set_title("What the pool earns")
    earned.legend()
    return fig


KINDS = {"propose": (BLUE, "-"), "prepare": (ORANGE, "--"), "commit": (GREEN, "-."), "change": (PURPLE, ":")}


@rc_context(STYLE)
def messages_figure(runs: Sequence[tuple[str, Result, float]]) -> Figure:
    """Messages of PBFT runs, one panel for each (title, run, last second): a line a node, an arrow a message.

    Time runs to the right. A disc or square is a block that a node holds final, alike for the same block.
    """
    fig, panels = figure("wide", 340, columns=len(runs))
    for ax, (title, result, until) in zip(panels, runs, strict=True):
        blocks: dict[str, int] = {}
        for event in result.trace:
            kind, name = event.what.split()[:2]
            if event.sent > until:
                continue
            if kind == "final":
                number = blocks.setdefault(name, len(blocks)) % 2
                colour, marker = (BLUE, VERMILLION)[number], "os"[number]
                ax.plot(event.sent, event.receiver, marker, color=colour, markersize=13, zorder=6, clip_on=False)
                label = {"xytext": (11, 0), "textcoords": "offset points", "va": "center", "fontsize": 10}
                ax.annotate(f"final: {name}", (event.sent, event.receiver), color=colour, **label)
                continue
            colour, line = KINDS[kind]
            width = 3.2 if kind == "propose" else 1.3  # it travels together with the leader's own vote
            arrow = {"arrowstyle": "->", "color": colour, "linestyle": line, "lw": width, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (event.arrived or event.sent, event.receiver), (event.sent, event.sender), arrowprops=arrow)
        first = min(event.sent for event in result.trace)
        ax.set(xlim=(first - 0.05 * (until - first), until), ylim=(result.nodes - 0.5, -0.6), xlabel="seconds")
        ax.set_yticks(range(result.nodes), [f"node {node}" for node in range(result.nodes)])
        ax.set_title(title)
    keys = [
        panels[0].plot([], [], color=colour, linestyle=line, label=kind)[0] for kind, (colour, line) in KINDS.items()
    ]
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
