"""Pictures of unit 09: precision and recall, what thresholds cost, what evasion takes, the graph around an alert."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnchain_edu.lab.detector import INSTITUTIONS
from nnchain_edu.lab.figures import BLACK, BLUE, CARD, GREEN, INK, ORANGE, PURPLE, SKY, VERMILLION, figure
from nnchain_edu.lab.fraud_money import ALARM, MISSED, costs

GREY = "#777777"


#: Colour, line and marker of each detector. Trees with and without neighbours share a colour; the two graph networks,
#: whose curves cross, share nothing.
LOOKS = {
    "rule of thumb": (GREY, ":", "v"),
    "logistic regression": (SKY, "-.", "P"),
    "random forest": (BLUE, "--", "s"),
    "gradient boosting": (GREEN, "--", "^"),
    "boosting with neighbours": (GREEN, "-", "^"),
    "MLP": (ORANGE, "-.", "D"),
    "GRU": (PURPLE, (0, (1, 1)), "X"),
    "autoencoder": (GREY, "--", "o"),
    "GCN": (BLACK, (0, (5, 1)), "o"),
    "Skip-GCN": (VERMILLION, "-", "s"),
}


def looks(names: Sequence[str]) -> dict[str, dict]:
    """Colour, line and marker of each detector, as keywords of `plot`; other names take what is left, in turn."""
    free = itertools.cycle([look for name, look in LOOKS.items() if name not in names] or LOOKS.values())
    chosen = {name: LOOKS[name] if name in LOOKS else next(free) for name in names}
    return {name: dict(zip(("color", "linestyle", "marker"), look, strict=True)) for name, look in chosen.items()}


def draw_precision_recall(label: np.ndarray, scores: Mapping[str, np.ndarray]) -> Figure:
    """One curve a detector, from `label` (rows) and its `scores` (rows); the dotted line is flagging at random.

    Steps, as the average precision counts them: precision does not move on a line from one threshold to the next.
    """
    from sklearn.metrics import precision_recall_curve

    fig, ax = figure("wide", 430)
    for name, look in looks(list(scores)).items():
        precision, recall, _ = precision_recall_curve(label, scores[name])
        precision[-1] = precision[-2]  # nothing is flagged there; that this counts as 1 is made up
        ax.plot(recall, precision, label=name, drawstyle="steps-post", **look | {"marker": ""})
    ax.axhline(label.mean(), color=INK, linestyle=":", linewidth=1.2)
    ax.text(0.01, 0.008, "at random", va="bottom", fontsize=10)
    ax.set(xlabel="recall: of the offenders, the share found", ylabel="precision: of the flagged, rightly")
    ax.set(xlim=(0, 1.01), ylim=(0, 1.02))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3.4)
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
        ax.plot(
            flagged,
            paid,
            label=name,
            markevery=[int(paid.argmin())],
            markersize=8,
            markeredgecolor=CARD,
            zorder=3,
            **look,
        )
    ax.axhline(nobody, color=INK, linestyle=":", linewidth=1.2)
    ax.text(len(label) * 0.3, nobody * 1.06, "nobody is flagged", ha="right")
    ax.set(xlabel="rows flagged", ylabel="ether lost", xlim=(0, len(label) * 0.3), ylim=(0, nobody * 1.25))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3.4)
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


#: Marker and colour of each kind of account; others get a cross.
SIGNS = {
    "offender": ("s", VERMILLION),
    "account": ("o", BLUE),
    "shop": ("p", GREEN),
    "exchange": ("^", ORANGE),
    "founder": ("v", SKY),
    "pool": ("D", GREY),
}


def surroundings(
    around: Any, account: str, roles: Mapping[str, str], hops: int = 2, most: int = 4
) -> tuple[list[str], list[tuple[int, int, float]], dict[str, str]]:
    """Who is near `account` in the graph `around`: nodes, edges (ether) and kinds, as `draw_alert` takes them.

    Of each account the `most` largest payers and payees, `hops` steps far. Houses (exchange, pool, …) end the way:
    everybody pays them. `roles` says what each account is; only houses, shops and offenders are told apart.
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
    kinds = {name: roles[name] for name in nodes if roles.get(name) in (*INSTITUTIONS, "shop", "offender")}
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
    """The payments around the account `centre`, which stands in the middle. `edges`: positions in `nodes`, payer first,
    and ether, which is written beside the payments of `centre` and those between two offenders.

    `kinds` says of some nodes what they are, such as "offender" or "exchange"; each kind has a sign of its own.
    """
    fig, ax = figure("wide", 480)
    network = networkx.DiGraph()
    network.add_nodes_from(nodes)
    network.add_edges_from((nodes[a], nodes[b]) for a, b, _ in edges)
    places = around_the_middle(network, centre)
    sizes = {(nodes[a], nodes[b]): value for a, b, value in edges}
    most = max(sizes.values(), default=1.0)
    for (giver, to), value in sizes.items():
        arrow = {"arrowstyle": "-|>", "color": "#777777", "lw": 0.8 + 3.5 * np.sqrt(value / max(most, 1e-9)),
                 "shrinkA": 8, "shrinkB": 8, "mutation_scale": 12}  # fmt: skip
        ax.annotate("", places[to], places[giver], arrowprops=arrow, zorder=1)
        if centre in (giver, to) or kinds.get(giver) == kinds.get(to) == "offender":
            card = {"facecolor": CARD, "edgecolor": "none", "pad": 1}
            middle = (places[giver] + places[to]) / 2
            ax.text(*middle, f"{value:.2g}", ha="center", va="center", fontsize=9, bbox=card, zorder=2)
    dots(ax, places, centre, kinds)
    ax.set_title(title)
    ax.margins(0.12)
    ax.axis("off")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3.4)
    return fig


def around_the_middle(network: networkx.DiGraph, centre: str) -> dict[str, np.ndarray]:
    """A place for each node: `centre` in the middle, the others on rings by their distance, near their neighbours.

    The outer rings are turned a little, so that no arrow runs through a node where that can be had.
    """
    both = network.to_undirected()
    near = networkx.single_source_shortest_path_length(both, centre)
    steps = {name: near.get(name, max(near.values()) + 1) for name in both}
    pull = networkx.spring_layout(both, k=2.6 / np.sqrt(len(both)), iterations=200, seed=4)

    def placed(turn: float) -> dict[str, np.ndarray]:
        places = {centre: np.zeros(2)}
        for ring in sorted(set(steps.values()) - {0}):
            names = [name for name in both if steps[name] == ring]
            names.sort(key=lambda name: np.arctan2(*(pull[name] - pull[centre])[::-1]))
            angles = 2 * np.pi * (np.arange(len(names)) / len(names) + turn * (ring - 1))
            places |= {name: ring * np.array([-np.cos(a), -np.sin(a)]) for name, a in zip(names, angles, strict=True)}
        return places

    return max(map(placed, np.linspace(-0.05, 0.05, 21)), key=lambda places: clearance(places, both.edges))


def clearance(places: Mapping[str, np.ndarray], edges: Iterable[tuple[str, str]]) -> float:
    """The smallest distance between a node and a line between two others."""
    closest = np.inf
    for one, other in edges:
        rest = np.array([place for name, place in places.items() if name not in (one, other)]).reshape(-1, 2)
        way = places[other] - places[one]
        along = np.clip((rest - places[one]) @ way / (way @ way), 0, 1)
        closest = min([closest, *np.hypot(*(rest - places[one] - along[:, None] * way).T)])
    return float(closest)


def dots(ax: Axes, places: Mapping[str, np.ndarray], centre: str, kinds: Mapping[str, str]) -> None:
    """The accounts, by kind: colour and shape say the same."""
    for name in places:
        kind = kinds.get(name, "account")
        marker, colour = SIGNS.get(kind, ("X", PURPLE))
        here = places[name]
        once = f"the alert ({kind})" if name == centre else kind
        known = once in ax.get_legend_handles_labels()[1]
        look = {"marker": marker, "color": colour, "markersize": 15 if name == centre else 9, "linestyle": "none"}
        look |= {"markeredgecolor": INK, "markeredgewidth": 2.5 if name == centre else 0.6}
        ax.plot(*here, zorder=3, label="_" if known else once, **look)
