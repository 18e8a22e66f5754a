"""The figures of unit 01: each draws what it was given, in the house's colours, and can be shown."""

import pytest
import torch

from nnchain_edu.lab import architecture_figures as figures
from nnchain_edu.lab.figures import show
from nnchain_edu.nets import CNN, MLP
from nnchain_edu.studies import study


def seeded_rows(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


def test_digits_stand_in_named_rows_with_titles_over_the_first():
    fig = figures.digits_figure({"above": seeded_rows(3, 64), "below": seeded_rows(3, 64)}, titles=[4, 5, 6])
    assert [axes.get_title(loc="center") for axes in fig.axes] == ["4", "5", "6", "", "", ""]
    assert [axes.get_ylabel() for axes in fig.axes][::3] == ["above", "below"]


def test_a_network_is_drawn_with_a_line_for_every_weight():
    axes = figures.layers_figure((6, 4, 3), ("in", "hidden", "out")).axes[0]
    assert len(axes.lines) == 6 * 4 + 4 * 3
    assert [text.get_text() for text in axes.texts] == ["in", "hidden", "out"]


def test_activations_are_drawn_with_their_slopes():
    axes = figures.activation_figure({"ReLU": torch.relu, "tanh": torch.tanh}).axes[1]
    output, slope = axes.lines
    assert output.get_ydata() == pytest.approx(torch.linspace(-4, 4, 201).tanh().numpy(), abs=1e-6)
    assert max(slope.get_ydata()) == pytest.approx(1.0) and output.get_linestyle() != slope.get_linestyle()


def test_patches_below_a_filter_are_those_it_answers_to_most():
    edge = torch.tensor([[-1.0, 0, 1]] * 3).reshape(1, 1, 3, 3)
    images = torch.zeros(6, 1, 8, 8)
    for i in range(6):
        images[i, 0, :, 4:] = i / 5  # an upright edge, stronger in each image
    fig = figures.filters_figure(edge.repeat(2, 1, 1, 1), images, count=2)
    strongest = fig.axes[2].images[0].get_array()  # row 1, filter 0
    assert strongest.tolist() == [[0, 1, 1]] * 3 or strongest.tolist() == [[0, 0, 1]] * 3


def test_study_bars_reach_from_the_worst_seed_to_the_best():
    table = study("label_count").assign(accuracy=lambda t: t.right / 450)
    fig = figures.study_figure(table)
    assert [axes.get_title(loc="left") for axes in fig.axes] == ["MLP", "CNN, dense head", "CNN, pooled head"]
    cell = table[(table.network == "MLP") & (table.labels == 100) & ~table.permuted].accuracy
    low, high = fig.axes[0].containers[0].lines[2][0].get_segments()[0][:, 1]
    assert (low, high) == (pytest.approx(cell.min()), pytest.approx(cell.max()))


def test_histories_go_up_for_in_and_down_for_out():
    axes = figures.history_figure({"a": [1.0, -2.0, 3.0], "b": [1.0]}).axes[0]
    heights = [bar.get_height() for container in axes.containers for bar in container]
    assert heights == [1.0, 3.0, -2.0]


def test_every_figure_can_be_shown():
    x = torch.linspace(-1, 1, 20)[:, None]
    rows, labels = seeded_rows(12, 2), torch.arange(12) % 2
    made = [
        figures.map_figure({"net": MLP(2, 4, 2)}, rows, labels, ("x", "y")),
        figures.fit_figure(x, x**2, {"3": x, "9": x**3}),
        figures.size_figure([("width", (2, 4), *[[(0.5, 1.0), (0.9, 0.9)]] * 2), ("depth", (1,), [(0.9,)], [(0.8,)])]),
        figures.response_figure(seeded_rows(8, 8), {"edge": (seeded_rows(3, 3), seeded_rows(6, 6))}),
        figures.filters_figure(CNN((8,)).filters[0].weight, seeded_rows(9, 1, 8, 8)),
        figures.scores_figure({"one": ([0.5, 0.6], [0.4, 0.5]), "two": ([1.0, 1.0], [0.5, 0.4])}, ("real", "not"), 0.5),
        figures.reach_figure([("a", "b"), ("b", "c")], "a", {"1 layer": {"a", "b"}, "2 layers": {"a", "b", "c"}}),
        figures.attention_figure(seeded_rows(3, 4), torch.tensor([0, 1, 2]), list("1234")),
    ]
    for fig in made:
        assert len(show(fig, alt="a figure").picture) > 5_000


def test_sizes_and_scores_are_drawn_as_means_with_their_range():
    panel = ("width", (2, 4), [(0.5, 1.0), (0.9, 0.9)], [(0.2, 0.6), (0.8, 0.8)])
    axes = figures.size_figure([panel, panel]).axes[0]
    lines = [container.lines for container in axes.containers]
    assert [list(line.get_ydata()) for line, _, _ in lines] == [[0.75, 0.9], [0.4, 0.8]]
    worst_to_best = [segment[:, 1].tolist() for segment in lines[1][2][0].get_segments()]
    assert worst_to_best == [pytest.approx([0.2, 0.6]), pytest.approx([0.8, 0.8])]
    axes = figures.scores_figure({"one": ([0.5, 0.7], [0.4, 0.5])}, ("in order", "shuffled"), 0.5).axes[0]
    assert sorted(round(bar.get_height(), 3) for bar in axes.patches) == [0.45, 0.6]
