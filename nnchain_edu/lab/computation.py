"""The computational graph of a result, drawn: what was made from what, with slopes on the arrows."""

from typing import Any

import networkx as nx
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from nnchain_edu.lab.figures import figure

FILLS = {"leaf": "#FBE7C6", "operation": "#DCEBF7", "result": "#CDEDE2"}
HALF = (0.29, 0.38)  # half a box, in columns and rows
MOST = 40  # boxes that can still be read in one figure


def trace(result: Any) -> nx.DiGraph:
    """Return the graph of `result`: one node a value, one edge from each parent, with its local slope.

    `result` is any object with `data`, `grad`, `parents`, `slopes` and `operation`, as lesson 02 builds them.
    An edge's `slope` adds up the slopes of a parent that was used twice, as in `x * x`.
    """
    graph, waiting = nx.DiGraph(), [result]
    graph.add_node(result)
    while waiting:
        value = waiting.pop()
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            if parent not in graph:
                waiting.append(parent)
            if graph.has_edge(parent, value):
                graph.edges[parent, value]["slope"] += slope
            else:
                graph.add_edge(parent, value, slope=slope)
    return graph


def _columns(graph: nx.DiGraph) -> dict[Any, int]:
    """The column of every value: operations by the longest way from a leaf, leaves just before their first use."""
    column: dict[Any, int] = {}
    for value in nx.topological_sort(graph):
        column[value] = max((column[parent] + 1 for parent in graph.predecessors(value)), default=0)
    for value in graph:
        if graph.in_degree(value) == 0 and graph.out_degree(value):
            column[value] = min(column[child] for child in graph.successors(value)) - 1
    return column


def _with_bends(graph: nx.DiGraph, column: dict[Any, int]) -> nx.DiGraph:
    """The same graph with a bend in every column that an arrow passes, so that room is kept for it between boxes."""
    bent = nx.DiGraph()
    bent.add_nodes_from(graph)
    for parent, value in graph.edges:
        way = [parent, *((parent, value, c) for c in range(column[parent] + 1, column[value])), value]
        column.update({bend: bend[2] for bend in way[1:-1]})
        nx.add_path(bent, way)
    return bent


def _places(graph: nx.DiGraph, column: dict[Any, int]) -> dict[Any, tuple[float, float]]:
    """Columns from left to right; within a column everything as near to the middle of its children as room allows."""
    places: dict[Any, tuple[float, float]] = {}
    for c in range(max(column.values()), -1, -1):
        members = [value for value in graph if column[value] == c]
        wish = {}
        for value in members:
            rows = [places[child][1] for child in graph.successors(value)]
            wish[value] = sum(rows) / len(rows) if rows else 0.0
        members.sort(key=wish.get)  # stable: equal wishes keep the order of the expression
        rows = [wish[value] for value in members]
        for i in range(1, len(rows)):
            rows[i] = max(rows[i], rows[i - 1] + 1)
        shift = (sum(rows) - sum(wish.values())) / max(len(rows), 1)
        places.update({value: (float(c), row - shift) for value, row in zip(members, rows, strict=True)})
    return places


def _number(number: float) -> str:
    """Three significant digits, a true minus sign."""
    return f"{number:.3g}".replace("-", "−")


def computation_graph(result: Any, width: str = "wide", height: int | None = None, **names: Any) -> Figure:
    """Draw how `result` was computed. `names` labels values: `computation_graph(loss, w=w, x=x)`.

    Each box gives a value's name or operation, its data and its gradient; each arrow the local slope. Inputs have
    sharp corners, operations round ones. Raises ValueError beyond 40 boxes, which nobody could read.
    """
    graph = trace(result)
    if len(graph) > MOST:
        raise ValueError(f"result: made from {len(graph)} values; at most {MOST} are accepted, more cannot be read")
    called = {value: name for name, value in names.items()}
    column = _columns(graph)
    bent = _with_bends(graph, column)
    places = _places(bent, column)
    fig, axes = figure(width, height)
    axes.axis("off")
    for parent, value, slope in graph.edges(data="slope"):
        bends = [places[parent, value, c] for c in range(column[parent] + 1, column[value])]
        way = [places[parent], *bends, places[value]]
        way[0], way[-1] = (way[0][0] + HALF[0], way[0][1]), (way[-1][0] - HALF[0], way[-1][1])
        axes.plot(*zip(*way[:-1], strict=True), color="#444444", linestyle="-", linewidth=1.2)
        arrow = {"arrowstyle": "-|>", "color": "#444444", "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", way[-1], way[-2], arrowprops=arrow)
        (x0, y0), (x1, y1) = way[-2:]
        label = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        x, y = x0 + 0.42 * (x1 - x0), y0 + 0.42 * (y1 - y0)
        axes.text(x, y, _number(slope), ha="center", va="center", fontsize=9, style="italic", bbox=label)
    for value in graph:
        x, y = places[value]
        kind = "result" if value is result else "operation" if value.parents else "leaf"
        corners = "square,pad=0" if kind == "leaf" else "round,pad=0,rounding_size=0.08"
        corner, size = (x - HALF[0], y - HALF[1]), (2 * HALF[0], 2 * HALF[1])
        axes.add_patch(FancyBboxPatch(corner, *size, boxstyle=corners, facecolor=FILLS[kind], edgecolor="#333333"))
        title = "  ".join(part for part in (called.get(value, ""), value.operation) if part) or "number"
        lines = f"{title}\n{_number(value.data)}\ngrad {_number(value.grad)}"
        axes.text(x, y, lines, ha="center", va="center", fontsize=9.5, linespacing=1.3)
    columns, rows = zip(*places.values(), strict=True)
    axes.set(xlim=(min(columns) - 0.45, max(columns) + 0.45), ylim=(max(rows) + 0.6, min(rows) - 0.6))
    return fig
