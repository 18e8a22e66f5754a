"""The audit finds the three planted leaks, each one alone, and nothing where nothing leaks."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from nnchain_edu.economy import audit, leaky_table, snapshots
from nnchain_edu.economy.leakage import area

PLANTED = ["final_received", "case_number"]


@pytest.fixture(scope="module")
def leaky():
    return leaky_table(1)


def by_time(table):
    return table.index.get_level_values(0) < 15


def test_the_three_planted_leaks_are_found(leaky):
    found = audit(leaky.table, leaky.label, leaky.train, leaky.recompute, leaky.frames)
    assert {(f.kind, f.what) for f in found if f.kind != "duplicate"} == {
        ("future", "final_received"), ("proxy", "case_number"),
    }  # fmt: skip
    assert [f.what.split()[1] for f in found if f.kind == "duplicate"] == ["accounts"]


def test_a_clean_table_gives_nothing(leaky):
    clean = leaky.table.drop(columns=PLANTED)
    assert audit(clean, leaky.label, by_time(clean), snapshots, leaky.frames) == []


@pytest.mark.parametrize(("column", "kind"), [("final_received", "future"), ("case_number", "proxy")], ids=PLANTED)
def test_each_column_is_found_alone(leaky, column, kind):
    table = leaky.table.drop(columns=[name for name in PLANTED if name != column])
    found = audit(table, leaky.label, by_time(table), leaky.recompute, leaky.frames)
    assert [(f.kind, f.what) for f in found] == [(kind, column)]


def test_equal_rows_on_both_sides_are_found(leaky):
    table = leaky.table.drop(columns=PLANTED)
    train = by_time(table)
    copied = table.copy()
    copied.iloc[-1] = table.iloc[0]
    assert [f.what for f in audit(copied, leaky.label, train)] == ["1 rows"]


def test_scaling_over_the_whole_chain_is_the_future_too(leaky):
    def scaled(frames, days):
        table = snapshots(frames, days)
        return table / snapshots(frames, [24]).max().replace(0, 1)

    table = scaled(leaky.frames, sorted(set(leaky.table.index.get_level_values(0))))
    kinds = {f.kind for f in audit(table, leaky.label, by_time(table), scaled, leaky.frames)}
    assert kinds == {"future"}


def test_a_proxy_is_looked_for_in_training_only(leaky):
    table = leaky.table.drop(columns=PLANTED)
    train = by_time(table)
    table["told"] = np.where(train, leaky.label, 0.0)
    assert [(f.kind, f.what) for f in audit(table, leaky.label, train)] == [("proxy", "told")]
    table["told"] = np.where(train, 0.0, leaky.label)
    assert audit(table, leaky.label, train) == []


def test_the_area_is_the_one_of_scikit_learn():
    rng = np.random.default_rng(0)
    score, label = rng.integers(0, 9, 200).astype(float), rng.random(200) < 0.3
    assert area(score, label) == pytest.approx(roc_auc_score(label, score))
    score[::7] = np.nan
    assert area(score, label) == pytest.approx(roc_auc_score(label, np.nan_to_num(score, nan=-1)))
    assert area(score, np.zeros(200, bool)) == 0.5 and area(np.full(200, np.nan), label) == 0.5


def test_bad_arguments_are_refused_at_the_door(leaky):
    with pytest.raises(ValueError, match="equally long"):
        audit(leaky.table, leaky.label[:-1], leaky.train)
    with pytest.raises(ValueError, match="indexed by"):
        audit(leaky.table.droplevel(0), leaky.label, leaky.train)
    with pytest.raises(ValueError, match="only together"):
        audit(leaky.table, leaky.label, leaky.train, frames=leaky.frames)
