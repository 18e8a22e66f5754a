"""The game of unit 09's challenge: what a detector may know, how it is settled, and what the baselines save."""

import numpy as np
import pytest

from nnchain_edu.economy import Economy, features
from nnchain_edu.economy.behaviour import DAY
from nnchain_edu.lab.held_deposits import (
    ALARM,
    BASELINES,
    DAYS,
    LAG,
    START,
    Refused,
    flags,
    known_rows,
    nothing,
    play,
    report,
    settle,
    world,
)

AGENTS = 300


@pytest.fixture(scope="module")
def here():
    return world(5, AGENTS)


def test_a_row_is_what_was_known_that_morning_and_nothing_later(here):
    frames, truth = Economy(5, DAYS, AGENTS).plan()
    exchange = truth.accounts.index[truth.accounts["role"] == "exchange"][0]
    for day in (12, 40):
        rows = here.table.loc[day]
        past = frames.before(day=day)
        again = features(past, day, accounts=rows.index)
        assert again.equals(rows[list(again.columns)])
        sent = past.transactions
        yesterday = sent[(sent["to"] == exchange) & sent["status"] & (sent["time"] >= frames.start + (day - 1) * DAY)]
        sums = yesterday.groupby("sender")["value"].agg(lambda values: sum(values) / 10**18)
        assert set(sums.index) == set(rows.index)
        assert np.allclose(sums.reindex(rows.index), rows["deposit"])


def test_loot_is_what_the_truth_calls_illicit(here):
    assert (here.label == (here.loot > 0)).all() and (here.loot <= here.table["deposit"].to_numpy() + 1e-9).all()
    assert 0.03 < here.label.mean() < 0.25
    illicit = Economy(5, DAYS, AGENTS).plan()[1].accounts["illicit"]
    accounts = here.table.index.get_level_values("account")[here.label]
    assert illicit.reindex(accounts).all()


def test_a_detector_gets_known_labels_then_one_morning_at_a_time(here):
    asked = []

    def spy(table, label, alarm):
        assert table.index.get_level_values("day").max() <= START - LAG and len(table) == len(label)
        assert alarm == ALARM and label.any() and list(table.columns) == list(here.table.columns)
        table.iloc[:], label[:] = 0, True  # what it does to its copies must not matter

        def freeze(today):
            asked.append(today.index.get_level_values("day").unique().tolist())
            today.iloc[:] = 0
            return [False] * len(today)

        return freeze

    before = here.table.copy(), here.label.copy()
    assert play(spy, here).frozen == 0
    assert here.table.equals(before[0]) and (here.label == before[1]).all()
    days = [day for each in asked for day in each]
    assert days == sorted(set(here.day[here.day >= START].tolist()))


def test_frozen_loot_is_saved_once_and_false_alarms_cost(here):
    later = here.day >= START
    everybody = settle(here, np.ones(len(here.day), dtype=bool))
    assert everybody.saved == pytest.approx(here.loot[later].sum() - ALARM * (~here.label[later]).sum())
    assert settle(here, here.label).saved == pytest.approx(everybody.loot) == pytest.approx(here.loot[later].sum())
    assert settle(here, ~later) == (0.0, everybody.loot, 0, 0)
    assert play(nothing, here).saved == 0


@pytest.mark.parametrize("said", [[True], [0.2, 0.7, 0.1], "yes", None])
def test_what_is_no_decision_is_refused(said):
    with pytest.raises(Refused, match="freeze must give True or False for each of the 3 rows"):
        flags(said, 3)


def test_decisions_come_in_many_forms():
    import torch

    for said in ([True, False], (1, 0), np.array([1, 0]), torch.tensor([True, False])):
        assert flags(said, 2) == [True, False]


def test_a_detector_must_return_a_function(here):
    with pytest.raises(Refused, match="detector must return a function"):
        play(lambda table, label, alarm: None, here)


def test_the_report_survives_what_learners_write():
    def unwritten(table, label, alarm):
        raise NotImplementedError

    def broken(table, label, alarm):
        return lambda today: today["no such column"]

    assert report(unwritten, 5).endswith("yours: not written yet")
    assert report(broken, 5).splitlines()[-1].startswith("yours: raised KeyError")


def test_known_rows_end_when_labels_do(here):
    assert here.day[known_rows(here)].max() <= 32 and here.day[~known_rows(here)].min() > 32


@pytest.mark.slow
def test_both_baselines_save_ether_over_eight_economies():
    saved = {name: [] for name in BASELINES}
    for seed in range(8):
        here = world(seed)
        for name, detector in BASELINES.items():
            saved[name].append(play(detector, here).saved)
    assert saved["nothing"] == [0] * 8
    assert sum(saved["logistic regression"]) > 0 and sum(saved["rule of thumb"]) > 0
