"""Pictures of unit 09: precision and recall, what thresholds cost, what evasion takes, the graph around an alert."""

from collections.abc import Mapping, Sequence
from typing import Any

import networkx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnchain_edu.lab.detector import INSTITUTIONS
from nnchain_edu.lab.figures import BLUE, COLOURS, INK, LINES, MARKERS, ORANGE, VERMILLION, figure
from nnchain_edu.lab.fraud_money import ALARM, MISSED, costs

GREY = "#777777"


def looks(names: Sequence[str]) -> dict[str, dict]:
    """A colour, a line and a marker for each name; ten names stay apart, if in pairs of one colour by their lines."""
    return {
        name: {
            "color": (GREY, *COLOURS[:6], GREY, COLOURS[6], COLOURS[6])[i % 10],
            "linestyle": LINES[(i + i // 7) % 7],
            "marker": MARKERS[(i + 2 * (i // 7)) % 7],
        }
        for i, name in enumerate(names)
    }


def draw_precision_recall(label: np.ndarray, scores: Mapping[str, np.ndarray]) -> Figure:
    """One curve a detector, from `label` (rows) and its `scores` (rows); the dotted line is flagging at random.

    Steps, as the average precision counts them: precision does not move on a line from one threshold to the next.
    """
    from sklearn.metrics import precision_recall_curve

    fig, ax = figure("wide", 430)
    for name, look in looks(list(scores)).items():
        precision, recall, _ = precision_recall_curve(label, scores[name])
        precision[-1] = precision[-2]  # nothing is flagged there; that this counts as 1 is made up
        steps = {"drawstyle": "steps-post", "markevery": max(1, len(recall) // 8), "markersize": 5}
        ax.plot(recall, precision, label=name, **steps, **look)
    ax.axhline(label.mean(), color=INK, linestyle=":", linewidth=1.2)
    ax.text(0.01, 0.008, "at random", va="bottom", fontsize=10)
    ax.set(xlabel="recall: of the offenders, the share found", ylabel="precision: of the flagged, rightly")
    ax.set(xlim=(0, 1.01), ylim=(0, 1.02))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig


def draw_costs(
    label: np.ndarray, scores: Mapping[str, np.ndarray], missed: float = MISSED, alarm: float = ALARM
) -> Figure:
    """Ether lost against the number of rows flagged, one curve a detector; a dot marks the cheapest point."""
    fig, ax = figure("wide", 400)
    nobody = missed * label.sum()
    for name, look in looks(list(scores)).items():
        thresholds, paid = costs(label, scores[name], missed, alarm)
        flagged = np.array([(scores[name] >= threshold).sum() for threshold in thresholds])
        ax.plot(flagged, paid, label=name, markevery=[int(paid.argmin())], markersize=8, **look)
    ax.axhline(nobody, color=INK, linestyle=":", linewidth=1.2)
    ax.text(len(label) * 0.3, nobody * 1.06, "nobody is flagged", ha="right")
    ax.set(xlabel="rows flagged", ylabel="ether lost", xlim=(0, len(label) * 0.3), ylim=(0, nobody * 1.25))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig


def draw_bars(values: Mapping[str, tuple[float, float]], label: str, title: str = "") -> Figure:
    """Means with their half intervals as bars from 0, the largest on top."""
    names = sorted(values, key=lambda name: values[name][0])
    fig, ax = figure("text", 90 + 30 * len(names))
    ax.barh(names, [values[name][0] for name in names], xerr=[values[name][1] for name in names], color=BLUE,
            error_kw={"ecolor": INK, "capsize": 3})  # fmt: skip
    ax.set(xlabel=label)
    ax.set_title(title)
    ax.grid(axis="y", visible=False)
    return fig


def surroundings(
    around: Any, account: str, roles: Mapping[str, str], hops: int = 2, most: int = 4
) -> tuple[list[str], list[tuple[int, int, float]], dict[str, str]]:
    """Who is near `account` in the graph `around`: nodes, edges (ether) and kinds, as `draw_alert` takes them.

    Of each account the `most` largest payers and payees, `hops` steps far. Houses (exchange, pool, …) end the way:
    everybody pays them. `roles` says what each account is; only houses and offenders are told apart.
    """
    table = around.edges[around.edges["kind"] == "ether"]
    ends = [(around.nodes[a], around.nodes[b]) for a, b in zip(table["source"], table["target"], strict=True)]
    paid = {
        pair: value / 10**18 for pair, value in zip(ends, table["value"], strict=True) if pair[0] != pair[1] and value
    }
    nodes, ring = [account], [account]
    for _ in range(hops):
        found = []
        for name in ring:
            for way in (0, 1):
                near = sorted((pair for pair in paid if pair[way] == name), key=lambda pair: (-paid[pair], pair))[:most]
                found += [pair[1 - way] for pair in near]
        ring = [name for name in dict.fromkeys(found) if name not in nodes]
        nodes += ring
        ring = [name for name in ring if roles.get(name) not in INSTITUTIONS]
    kinds = {name: roles[name] for name in nodes if roles.get(name) in (*INSTITUTIONS, "offender")}
    place, inner = {name: i for i, name in enumerate(nodes)}, set(nodes)
    shown = [(place[a], place[b], value) for (a, b), value in paid.items() if a in inner and b in inner]
    return nodes, [edge for edge in shown if not {nodes[edge[0]], nodes[edge[1]]} <= houses_of(kinds)], kinds


def houses_of(kinds: Mapping[str, str]) -> set[str]:
    """The nodes that are houses."""
    return {name for name, kind in kinds.items() if kind in INSTITUTIONS}


def draw_alert(
    nodes: Sequence[str],
    edges: Sequence[tuple[int, int, float]],
    centre: str,
    kinds: Mapping[str, str],
    title: str = "The graph around an alert",
) -> Figure:
    """The payments around the account `centre`. `edges`: positions in `nodes`, payer first, and ether.

    `kinds` says of some nodes what they are: "offender" (a square), or a house such as "exchange" (a triangle).
    """
    fig, ax = figure("wide", 480)
    network = networkx.DiGraph()
    network.add_nodes_from(nodes)
    network.add_edges_from((nodes[a], nodes[b]) for a, b, _ in edges)
    places = networkx.spring_layout(network.to_undirected(), k=2.6 / np.sqrt(len(nodes)), iterations=200, seed=4)
    sizes = {(nodes[a], nodes[b]): value for a, b, value in edges}
    most = max(sizes.values(), default=1.0)
    for (giver, to), value in sizes.items():
        arrow = {"arrowstyle": "-|>", "color": "#777777", "lw": 0.8 + 3.5 * np.sqrt(value / max(most, 1e-9)),
                 "shrinkA": 8, "shrinkB": 8, "mutation_scale": 12}  # fmt: skip
        ax.annotate("", places[to], places[giver], arrowprops=arrow, zorder=1)
    dots(ax, places, centre, kinds)
    ax.set_title(title)
    ax.margins(0.12)
    ax.axis("off")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig


def dots(ax: Axes, places: Mapping[str, np.ndarray], centre: str, kinds: Mapping[str, str]) -> None:
    """The accounts, by kind: colour and shape say the same."""
    shapes = {"offender": ("s", VERMILLION), "account": ("o", BLUE)}
    for name in places:
        kind = kinds.get(name, "account")
        marker, colour = shapes.get(kind, ("^", ORANGE))
        here = places[name]
        once = f"the alert ({kind})" if name == centre else kind
        known = once in ax.get_legend_handles_labels()[1]
        look = {"marker": marker, "color": colour, "markersize": 15 if name == centre else 9, "linestyle": "none"}
        look |= {"markeredgecolor": INK, "markeredgewidth": 2.5 if name == centre else 0.6}
        ax.plot(*here, zorder=3, label="_" if known else once, **look)


def draw_lines(series: Mapping[str, Sequence[float]], places: Sequence, across: str, up: str, title: str) -> Figure:
    """One line a name over the same places."""
    fig, ax = figure("text", 360)
    for name, look in looks(list(series)).items():
        ax.plot(places, series[name], label=name, **look)
    ax.set(xlabel=across, ylabel=up, ylim=(0, 1.02))
    ax.set_title(title)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=3)
    return fig
