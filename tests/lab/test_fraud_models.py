"""Every detector in one shape: judged rows in, one finite score each out; labels of other rows are never read."""

import networkx
import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from nnchain_edu.economy import Economy
from nnchain_edu.lab.fraud_figures import (
    LOOKS,
    SIGNS,
    around_the_middle,
    clearance,
    draw_alert,
    draw_bars,
    draw_costs,
    draw_precision_recall,
    surroundings,
)
from nnchain_edu.lab.fraud_models import FITS, heard
from nnchain_edu.lab.money_trail import trail

QUICK = {"random forest": {"leaf": 2}, "gradient boosting": {"rate": 0.1, "rounds": 5}, "MLP": {"epochs": 2},
         "boosting with neighbours": {"rate": 0.1, "rounds": 5}, "GRU": {"width": 4, "epochs": 1},
         "autoencoder": {"epochs": 2}, "GCN": {"width": 4, "steps": 3}, "Skip-GCN": {"width": 4, "steps": 3},
         "logistic regression": {"strength": 1.0}, "rule of thumb": {}}  # fmt: skip


@pytest.fixture(scope="module")
def town():
    return Economy(seed=5, days=20, agents=120).plan()


@pytest.fixture(scope="module")
def known(town):
    return trail(*town, range(10, 17, 2))


@pytest.mark.parametrize("name", FITS)
def test_a_detector_scores_every_judged_row_and_reads_no_label_but_the_trainings(known, name):
    train = known.asked & (known.day <= 12)
    scores = FITS[name](known, train, 0, **QUICK[name])(known)
    assert scores.shape == (known.asked.sum(),) and np.isfinite(scores).all()
    turned = known._replace(label=np.where(train, known.label, ~known.label))
    assert np.array_equal(scores, FITS[name](turned, train, 0, **QUICK[name])(turned))


@pytest.mark.parametrize("name", ["MLP", "GRU", "random forest", "GCN"])
def test_a_later_look_changes_nothing_that_was_learnt(known, name):
    """The same training rows with and without the looks that follow give the same scores of the early rows."""
    early, rows = known.day <= 12, int((known.day <= 12).sum())
    asked = known.asked[early]
    cut = known._replace(table=known.table[early], label=known.label[early], day=known.day[early], asked=asked,
                         edges=known.edges[:, known.edges.max(0) < rows],
                         histories=known.histories[: asked.sum()])  # fmt: skip
    whole = FITS[name](known, known.asked & (known.day <= 12), 0, **QUICK[name])(known)
    alone = FITS[name](cut, cut.asked, 0, **QUICK[name])(cut)
    assert np.allclose(whole[: len(alone)], alone, atol=1e-5)


def test_neighbours_are_heard_once_and_twice(known):
    inputs = np.random.default_rng(0).normal(size=(len(known.table), 3)).astype(np.float32)
    both = heard(known, inputs)
    assert both.shape == (len(inputs), 9) and np.array_equal(both[:, :3], inputs)
    assert not np.allclose(both[:, 3:6], both[:, 6:])


def test_the_surroundings_hold_the_account_and_stop_at_houses(town):
    from nnchain_edu.economy import graph

    frames, truth = town
    roles, around = truth.accounts["role"], graph(frames, 16)
    account = next(name for name in around.nodes if roles.get(name) == "offender")
    nodes, edges, kinds = surroundings(around, account, roles)
    assert nodes[0] == account and kinds[account] == "offender" and 1 < len(nodes) <= 1 + 8 + 64
    assert all(value > 0 and a != b for a, b, value in edges)
    assert {name for name in nodes if roles[name] == "offender"} == {
        n for n, kind in kinds.items() if kind == "offender"
    }
    near, _, _ = surroundings(around, account, roles, hops=1, most=2)
    assert set(near) <= set(nodes) and len(near) <= 5
    assert draw_alert(nodes, edges, account, kinds).axes


def test_the_alert_stands_in_the_middle_and_no_arrow_runs_through_another_account():
    chain = [("payer", "alert"), ("alert", "helper"), ("helper", "last"), ("payer", "last"), ("shop", "alert")]
    places = around_the_middle(networkx.DiGraph(chain), "alert")
    far = {name: float(np.hypot(*place).round(6)) for name, place in places.items()}
    assert far == {"alert": 0, "payer": 1, "helper": 1, "shop": 1, "last": 2}
    assert clearance(places, chain) > 0.1
    assert clearance({"a": np.array([0, 0]), "b": np.array([2, 0]), "c": np.array([1, 0.5])}, [("a", "b")]) == 0.5


def test_each_kind_has_a_sign_of_its_own_and_amounts_stand_beside_the_alert_and_between_offenders():
    assert len({marker for marker, _ in SIGNS.values()}) == len(SIGNS)
    kinds = {"alert": "offender", "helper": "offender", "last": "offender", "exchange": "exchange", "f": "founder"}
    nodes = ["alert", "helper", "last", "exchange", "f", "somebody"]
    edges = [(0, 1, 5.0), (1, 2, 4.0), (2, 3, 3.0), (4, 5, 2.0), (5, 0, 1.0)]
    (ax,) = draw_alert(nodes, edges, "alert", kinds).axes
    assert {text.get_text() for text in ax.texts} - {""} == {"5", "4", "1"}
    signs = {line.get_label(): line.get_marker() for line in ax.get_lines() if not line.get_label().startswith("_")}
    assert len({signs[name] for name in ("offender", "exchange", "founder", "account")}) == 4


def test_the_steps_of_a_curve_enclose_the_average_precision():
    rng = np.random.default_rng(1)
    label, scores = rng.random(300) < 0.2, {"coarse": rng.integers(0, 4, 300), "fine": rng.random(300)}
    lines = draw_precision_recall(label, scores).axes[0].get_lines()
    for name, score in scores.items():
        (line,) = [one for one in lines if one.get_label() == name]
        assert line.get_drawstyle() == "steps-post"  # with a falling recall: the height of each step is its right end's
        recall, precision = line.get_data()
        assert -np.diff(recall) @ precision[:-1] == pytest.approx(average_precision_score(label, score))
        assert precision[-1] == precision[-2]


def test_the_two_graph_networks_share_neither_colour_nor_line():
    assert set(LOOKS) == set(FITS)
    assert not set(map(str, LOOKS["GCN"])) & set(map(str, LOOKS["Skip-GCN"]))


def test_figures_draw_ten_detectors_apart():
    rng = np.random.default_rng(0)
    label = rng.random(200) < 0.1
    scores = {name: rng.random(200) for name in FITS}
    for fig in (draw_precision_recall(label, scores), draw_costs(label, scores)):
        (ax,) = fig.axes
        drawn = [line for line in ax.get_lines() if line.get_label() in scores]
        assert all(line.get_marker() == "" for line in drawn) or ax.get_ylabel() == "ether lost"
        assert len(drawn) == len(FITS) == len({(line.get_color(), line.get_linestyle()) for line in drawn})
    assert draw_bars({"a": (0.2, 0.1), "b": (0.1, 0.0)}, "lost").axes
