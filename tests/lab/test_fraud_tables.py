"""Means with intervals, and differences in pairs, against Student's table."""

import pandas
import pytest

from nnchain_edu.lab.fraud_tables import compared, mean_and_half, with_control, with_interval

RUNS = pandas.DataFrame({"seed": [0, 1, 2] * 2, "model": ["a"] * 3 + ["b"] * 3, "score": [1, 2, 3, 1.5, 2.5, 3.5]})


def test_the_interval_is_students():
    mean, half = mean_and_half([1, 2, 3])
    assert mean == 2 and half == pytest.approx(4.303 / 3**0.5, abs=1e-3)  # t with two degrees of freedom: 4.303


def test_the_best_stands_on_top():
    table = with_interval(RUNS, "model", ["score"])
    assert list(table.index) == ["b", "a"] and table["score"]["a"] == "2.000 ± 2.484"


def test_pairs_cancel_what_all_share():
    table = compared(RUNS, "model", "score", "a")
    assert table.loc["b"].tolist() == ["+0.500 ± 0.000", "3 of 3"]


@pytest.fixture
def found():
    """Two economies, each with three trainings of one model; another behaviour that must not be counted."""
    shares = {"plain": (0.4, 0.6), "usual": (0.3, 0.5), "evaders": (0.8, 0.8)}
    rows = [(seed, "a", how, 4, 1, 0.6, 0, shares[how][seed]) for how in shares for seed in (0, 1)]
    rows += [(seed, "a", how, 4, 1, 0.6, 3, 0.0) for how in shares for seed in (0, 1)]
    return pandas.DataFrame(rows, columns=["seed", "model", "training", "wait", "size", "keep", "shopping", "found"])


def test_the_control_is_compared_in_pairs(found):
    table = with_control(found)
    assert table.loc["a", "none added"].startswith("0.500 ± ")
    assert table.loc["a", "usual less none"] == "-0.100 ± 0.000"
    assert (
        table.loc["a", "evading less usual"] == "+0.400 ± 1.271"
    )  # 12.706 deviations of 0.1: t, one degree of freedom


def test_bad_input_is_named(found):
    with pytest.raises(ValueError, match="wait, size, keep: "):
        with_control(found, wait=5)
    with pytest.raises(ValueError, match="values"):
        mean_and_half([1.0])
    with pytest.raises(ValueError, match="rival must be one of a, b"):
        compared(RUNS, "model", "score", "c")
