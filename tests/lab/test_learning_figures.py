"""Figures about learning: the graph of a computation, nudges, walks, maps, races, layers, gas."""

import pytest

from nnchain_edu.lab.computation import computation_graph, trace
from nnchain_edu.lab.figures import show
from nnchain_edu.lab.learning_figures import gas_figure, layers_figure, map_figure, race_figure, walk_figure
from nnchain_edu.lab.nudge import nudge_picture
from nnchain_edu.lab.race import race
from nnchain_edu.lab.surfaces import RAVINE, SADDLE
from nnchain_edu.nets.autograd import Value, backward


def neuron():
    w, x, b = Value(0.5), Value(2.0), Value(-0.5)
    result = ((w * x + b).tanh() - 1) ** 2
    backward(result)
    return w, x, b, result


def texts(fig):
    return [text.get_text() for axes in fig.axes for text in axes.texts]


def test_the_graph_of_a_neuron_names_its_values_and_shows_gradients_and_slopes():
    w, x, b, result = neuron()
    fig = computation_graph(result, w=w, x=x, b=b, loss=result)
    said = texts(fig)
    assert "w\n0.5\ngrad −1.69" in said and "loss  ^2\n0.289\ngrad 1" in said
    assert said.count("0.786") == 1  # tanh's local slope
    assert sum("grad" in text for text in said) == len(trace(result)) == 9


def test_boxes_lie_inside_the_axes_and_apart():
    *_, result = neuron()
    axes = computation_graph(result).axes[0]
    boxes = [(p.get_x(), p.get_y()) for p in axes.patches if hasattr(p, "get_boxstyle")]
    (left, right), (low, high) = axes.get_xlim(), sorted(axes.get_ylim())
    assert len(boxes) == 9 and all(left < x < right and low < y < high for x, y in boxes)
    assert all(abs(a[0] - b[0]) >= 0.9 or abs(a[1] - b[1]) >= 0.9 for a in boxes for b in boxes if a is not b)


def test_a_value_used_twice_is_one_box_whose_slopes_add_up():
    x = Value(3.0)
    result = x * x
    graph = trace(result)
    assert len(graph) == 2 and graph.edges[x, result]["slope"] == 6.0


def test_a_graph_nobody_could_read_is_refused():
    x = result = Value(1.0)
    for _ in range(40):
        result = result + x
    with pytest.raises(ValueError, match="made from 41 values; at most 40"):
        computation_graph(result)


def test_a_nudge_grows_by_the_local_slopes():
    fig = nudge_picture(("price", 2.0), [("cost", lambda p: 3 * p), ("loss", lambda c: (c - 4) ** 2)], 0.001)
    assert {"× 3", "× 4", "moved by 0.001", "moved by 0.003", "moved by 0.012"} <= set(texts(fig))


def test_walks_and_races_are_drawn_as_they_went():
    fig = walk_figure(lambda x: x * x, [3.0, 1.0, 0.5], "w", "loss")
    assert [tuple(p) for p in fig.axes[0].lines[1].get_xydata()] == [(3, 9), (1, 1), (0.5, 0.25)]
    runs = [race(RAVINE, name, 0.02) for name in ("momentum", "Adam")]
    fig = race_figure([("one", RAVINE, runs), ("two", SADDLE, [race(SADDLE, "Adam", 0.1)])])
    assert [axes.get_title() for axes in fig.axes] == ["one", "two"]
    assert [text.get_text() for text in fig.legends[0].texts] == ["momentum", "Adam"]


def test_a_map_shows_border_points_and_names():
    points, labels = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0)], [-1, 1, 1]
    fig = map_figure({"x": lambda p: p[0] - 0.5}, points, labels, {1: "person", -1: "bot"}, ("a", "b"))
    axes = fig.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("a", "b", "x")
    assert [len(line.get_xdata()) for line in axes.lines] == [2, 1]
    assert [text.get_text() for text in fig.legends[0].texts] == ["person", "bot"]


def test_layers_and_gas():
    fig = layers_figure({"relu": [0.1, 1.0], "tanh": [0.5, 1.0]}, "gradient")
    assert fig.axes[0].get_yscale() == "log" and len(fig.axes[0].get_legend().texts) == 2
    fig = gas_figure({"any transaction": 21_000, "arithmetic": 2_984})
    assert {"21,000", "2,984"} <= set(texts(fig)) and "23,984 in all" in fig.axes[0].get_xlabel()
    assert 'alt="where gas goes"' in show(fig, alt="where gas goes")._repr_html_()
