"""The figures of lesson 05 show what they are given, with every axis named."""

import pytest

from nnchain_edu.lab import consensus_figures as figures
from nnchain_edu.lab.figures import png
from nnchain_edu.protocols import pbft_traces
from nnchain_edu.protocols.double_spend import Race, exact


def markers(ax):
    return [line.get_marker() for line in ax.lines if line.get_marker() in ("o", "s") and len(line.get_xdata()) == 1]


def named(fig):
    return len(png(fig, quick=True)) > 5_000 and all(ax.get_xlabel() for ax in fig.axes)


def test_races_stand_at_their_rates_and_those_without_a_success_are_left_out():
    fig = figures.odds_figure(0.3, {0: Race(100, 100), 6: Race(156, 1_000), 20: Race(0, 1_000)})
    ax = fig.axes[0]
    assert named(fig) and ax.get_yscale() == "log"
    points = next(line for line in ax.lines if line.get_marker() == "D").get_xydata().tolist()
    assert points == [[0, 1.0], [6, 0.156]]
    assert ax.lines[0].get_ydata()[6] == pytest.approx(exact(0.3, 6))


def test_what_was_mined_lies_beside_one_curve_for_each_gamma():
    fig = figures.selfish_figure({(0.3, 0.0): 0.27, (0.3, 1.0): 0.38})
    plane, earned = fig.axes
    assert named(fig) and plane.get_ylabel() and earned.get_ylabel()
    assert [text.get_text() for text in earned.get_legend().get_texts()] == [
        *("honest", "selfish, γ = 0", "selfish, γ = 1", "simulated"),
    ]


def test_two_final_blocks_look_different_and_none_has_no_mark():
    runs = [("two", pbft_traces.lost_safety(), 1.5), ("none", pbft_traces.lost_liveness(), 20)]
    fig = figures.messages_figure(runs)
    two, none = fig.axes
    assert named(fig) and sorted(markers(two)) == ["o", "s"] and markers(none) == []
    assert [label.get_text() for label in two.get_yticklabels()] == ["node 0", "node 1", "node 2"]
    kinds = {event.what.split()[0] for _, run, _ in runs for event in run.trace} - {"final"}
    legend = [text.get_text() for text in fig.legends[0].get_texts()]
    assert legend == [figures.KINDS[kind][2] for kind in figures.KINDS] and kinds == set(figures.KINDS)


def test_a_new_leader_is_named_once_and_asked_for_again_in_pale():
    ax = figures.messages_figure([("none", pbft_traces.lost_liveness(), 20)] * 2).axes[0]
    named_at = {text.get_text(): text.get_position()[0] for text in ax.texts if text.get_text()}
    assert named_at == {"view 1": 3, "view 2": 7, "view 3": 15}  # waits of 4 and 8 seconds: each twice the last
    pale = [text.arrow_patch.get_alpha() < 1 for text in ax.texts if not text.get_text()]
    assert True in pale and False in pale


def test_every_rule_has_a_curve():
    fig = figures.difficulty_figure({"a": ([0, 1], [10, 20]), "b": ([0, 1], [10, 11])}, shock_day=0.5)
    assert named(fig) and fig.axes[0].get_ylabel()
    assert [text.get_text() for text in fig.axes[0].get_legend().get_texts()] == ["a", "b"]
