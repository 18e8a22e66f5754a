"""The bench on paying twice: every end of its controls, races beside the formula, what becomes of a prediction."""

import itertools

import pytest

from nnchain_edu.lab.attack_odds import AttackOdds, shown
from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.protocols.double_spend import exact
from tests.lab.driving import drive


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(AttackOdds)


@pytest.mark.parametrize(("percent", "wait"), [(10, 2), (30, 6), (45, 12), (49, 0)])
def test_the_band_of_the_races_holds_the_exact_odds(percent, wait):
    state = AttackOdds()
    state.set(percent=percent, wait=wait)
    for step in state.steps():
        assert f"{state.races.races:,}" in step.text
    low, high = state.races.band
    assert low <= exact(percent / 100, wait) <= high
    assert "lies inside" in state.text()
    assert high - low < 0.01


def test_nakamotos_approximation_lies_outside_the_band_at_30_percent():
    state = AttackOdds()
    state.set(percent=30, wait=6)
    list(state.steps())
    assert state.nearly < state.races.band[0]


def test_races_without_a_success_can_be_drawn():
    state = AttackOdds()
    state.set(percent=1, wait=30)
    list(itertools.islice(state.steps(), 2))
    assert state.races.wins == 0 and paint(state).axes
    assert "0.0 % succeed" in state.text() or "0.00" in state.text()


def test_other_settings_forget_the_races():
    state = AttackOdds()
    list(itertools.islice(state.steps(), 1))
    state.set(wait=7)
    assert state.races is None and "No races" in state.text()


@pytest.mark.parametrize(
    ("odds", "text"),
    [(1.0, "100.0 %"), (0.1564, "15.6 %"), (0.0051, "0.51 %"), (5.9e-4, "0.05900 %"), (0.0, "0.00000 %")],
)
def test_odds_are_written_with_three_digits(odds, text):
    assert shown(odds) == text


def test_the_bench_asks_first_and_then_compares():
    bench = Bench(AttackOdds())
    assert "2.3 %" not in bench.view["line"]  # the answer is not there before the question
    bench.act("set", values={"wait": 7})
    assert "prediction" in bench.view["message"] and bench.state.wait == 2
    bench.act("predict", value="5")
    bench.act("set", values={"wait": 7})
    assert "set these two" in bench.view["comparison"]
    bench.act("set", values={"wait": 6, "percent": 20})
    assert "it is 2.3 of 100" in bench.view["comparison"]
