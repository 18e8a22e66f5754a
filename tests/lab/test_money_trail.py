"""Unit 09's data: nothing of the future in any look, edges stay within theirs, and the split keeps its days apart."""

import numpy as np
import pandas
import pytest

from nnchain_edu.economy import Economy, graph, sequences, snapshots
from nnchain_edu.lab.detector import INSTITUTIONS
from nnchain_edu.lab.money_trail import EVERY, LAG, LENGTH, LOOKS, TEST, TRAIN_TO, VALIDATE, split, trail

FEW = range(10, 17, EVERY)


@pytest.fixture(scope="module")
def town():
    return Economy(seed=5, days=20, agents=120).plan()


@pytest.fixture(scope="module")
def known(town):
    return trail(*town, FEW)


def test_rows_are_those_of_people_who_did_something_since_the_last_look(town, known):
    frames, truth = town
    table = snapshots(frames, FEW)
    later = table[table.index.get_level_values("day") > FEW[0]]
    roles = truth.accounts["role"].reindex(later.index.get_level_values("account")).to_numpy()
    later = later[~np.isin(roles, INSTITUTIONS)]
    asked = known.table[known.asked & (known.day > FEW[0])]
    pandas.testing.assert_frame_equal(asked, later)
    assert (known.table[known.asked]["idle"] <= EVERY * 24 * 60).all()


def test_a_look_knows_nothing_of_what_came_after_it(town, known):
    frames, truth = town
    short = trail(frames.before(day=14), truth, range(10, 15, EVERY))
    rows = len(short.table)
    pandas.testing.assert_frame_equal(short.table, known.table[:rows])
    assert np.array_equal(short.edges, known.edges[:, known.edges.max(0) < rows])
    assert np.array_equal(short.histories, known.histories[: len(short.histories)])
    assert np.array_equal(short.label, known.label[:rows]) and np.array_equal(short.asked, known.asked[:rows])


def test_edges_are_those_of_the_graph_of_their_day(town, known):
    frames, _ = town
    first, second = known.edges
    assert (known.day[first] == known.day[second]).all()
    for day in FEW:
        there = graph(frames, day)
        pairs = {(there.nodes[a], there.nodes[b]) for a, b in there.edge_index().T}
        pairs = {pair for pair in pairs if "0x" + "00" * 20 not in pair}
        now = known.day[first] == day
        assert {(known.account[a], known.account[b]) for a, b in known.edges[:, now].T} == pairs
        assert now.sum() == len(pairs)


def test_histories_and_labels_are_those_of_the_day(town, known):
    frames, truth = town
    now = known.asked & (known.day == 12)
    here = sequences(frames, known.account[now], LENGTH, 12).values
    assert np.array_equal(known.histories[known.day[known.asked] == 12], here)
    began = truth.accounts["began"].reindex(known.account).to_numpy()
    illicit = truth.accounts["illicit"].reindex(known.account).to_numpy(dtype=bool)
    assert np.array_equal(known.label, illicit & (began < known.day))
    assert 0 < known.label[known.asked].mean() < 0.5


def test_the_days_of_the_split_leave_time_for_the_labels():
    assert VALIDATE[0] - TRAIN_TO >= LAG and TEST[0] - VALIDATE[1] >= LAG
    assert {TRAIN_TO, *VALIDATE, *TEST} <= set(LOOKS) and LOOKS[-1] == TEST[1]


@pytest.mark.slow
def test_the_split_keeps_days_apart_and_leaves_known_offenders_out():
    known = trail(*Economy(seed=6, agents=300).plan())
    part = split(known)
    assert known.day[part.train].max() == TRAIN_TO
    assert (known.day[part.validation].min(), known.day[part.validation].max()) == VALIDATE
    assert (known.day[part.test].min(), known.day[part.test].max()) == TEST
    teaching = set(known.account[part.train & known.label])
    caught = teaching | set(known.account[part.validation & known.label])
    assert teaching and not teaching & set(known.account[part.validation])
    assert not caught & set(known.account[part.test])
    left_out = known.asked & (known.day >= TEST[0]) & ~part.test
    assert set(known.account[left_out]) <= caught
    assert all(known.label[rows].any() and not known.asked[~known.asked & rows].any() for rows in part)
