"""Paying twice: Nakamoto's tables, the exact formula, and the race, each held to the others."""

import numpy as np
import pytest
from scipy.special import betainc

from nnchain_edu.protocols.double_spend import PAPER, Race, confirmations, exact, nakamoto, race, race_path


@pytest.mark.parametrize("table, q", [("q=0.1", 0.1), ("q=0.3", 0.3)])
def test_section_11_to_seven_decimals(table, q):
    assert {z: round(nakamoto(q, z), 7) for z in PAPER[table]} == PAPER[table]


def test_the_paper_tables_are_whole():
    assert [len(table) for table in PAPER.values()] == [11, 11, 8]


@pytest.mark.parametrize("q, z", PAPER["P<0.001"].items())
def test_confirmations_below_a_tenth_of_a_percent(q, z):
    assert confirmations(q) == z
    assert nakamoto(q, z) < 0.001 <= nakamoto(q, z - 1)


@pytest.mark.parametrize("q", [0.01, 0.1, 0.3, 0.45])
@pytest.mark.parametrize("z", [1, 2, 6, 50])
def test_the_exact_formula_is_the_incomplete_beta_function(q, z):
    """I_{4pq}(z, 1/2), theorem 1 of Grunspan and Pérez-Marco, computed by other people's code."""
    assert exact(q, z) == pytest.approx(betainc(z, 0.5, 4 * q * (1 - q)), rel=1e-9)


def test_waiting_one_block_is_as_risky_as_twice_the_share():
    assert exact(0.2, 1) == pytest.approx(0.4)  # first block the attacker's, or one behind and made up: q + p·q/p


@pytest.mark.parametrize("q, z", [(0.1, 1), (0.1, 3), (0.3, 6), (0.4, 10)])
def test_the_race_agrees_with_the_exact_formula_and_not_with_the_approximation(q, z):
    run = race(q, z, 100_000, seed=3)
    sigma = (run.rate * (1 - run.rate) / run.races) ** 0.5
    assert abs(run.rate - exact(q, z)) < 4 * sigma
    assert abs(run.rate - nakamoto(q, z)) > 3 * sigma


def test_the_band_holds_the_truth_about_95_times_in_100():
    inside = 0
    for seed in range(100):
        low, high = race(0.2, 3, 1_000, seed).band
        inside += low <= exact(0.2, 3) <= high
    assert 88 <= inside <= 99


def test_races_add_up():
    first, second = race(0.3, 5, 1000, seed=1), race(0.3, 5, 500, seed=2)
    assert first + second == Race(first.wins + second.wins, 1500)
    assert (first + second).rate == (first.wins + second.wins) / 1500


def test_one_seed_one_race():
    assert race(0.3, 5, 1000, seed=1) == race(0.3, 5, 1000, seed=1) != race(0.3, 5, 1000, seed=4)


@pytest.mark.parametrize("q, wins", [(0, 0), (1, 50), (0.9, 50)])
def test_the_ends_of_the_range(q, wins):
    assert race(q, 4, 50, give_up=60).wins == wins


def test_no_confirmations_no_safety():
    assert nakamoto(0.1, 0) == exact(0.1, 0) == nakamoto(0, 0) == race(0, 0, 10).rate == 1
    assert nakamoto(0, 1) == exact(0, 1) == 0


def test_confirmations_by_the_exact_formula_are_more():
    assert [confirmations(q, formula=exact) for q in (0.1, 0.3)] == [6, 32]
    assert exact(0.3, 32) < 0.001 <= exact(0.3, 31)


def test_a_path_moves_by_one_and_ends_when_the_attacker_is_level():
    ends = []
    for seed in range(40):
        path = race_path(0.4, 3, 60, seed)
        assert path[0] == 0 and set(np.abs(np.diff(path))) == {1}
        if len(path) < 61:
            honest = int((np.diff(path) == 1).sum())
            assert honest >= 3 and path[-1] <= 0
        ends.append(len(path) < 61)
    assert any(ends) and not all(ends)


@pytest.mark.parametrize("formula", [nakamoto, exact])
@pytest.mark.parametrize("q", [-0.1, 0.5, 0.7, 1.1, float("nan"), "0.1", True])
def test_shares_out_of_range_are_refused(formula, q):
    with pytest.raises(ValueError, match=r"^q must be .*, got"):
        formula(q, 6)


def test_the_refusal_tells_why_the_formula_ends():
    with pytest.raises(ValueError, match="always wins"):
        nakamoto(0.5, 6)


@pytest.mark.parametrize("z", [-1, 1.5, "6", True])
def test_confirmations_must_be_whole(z):
    with pytest.raises(ValueError, match=r"^z must be a whole number of at least 0, got"):
        exact(0.1, z)
    with pytest.raises(ValueError, match=r"^z must"):
        race(0.1, z)


def test_other_arguments_out_of_range():
    with pytest.raises(ValueError, match=r"^q must"):
        race(1.2, 3)
    with pytest.raises(ValueError, match=r"^races must"):
        race(0.1, 3, 0)
    with pytest.raises(ValueError, match=r"^give_up must"):
        race(0.1, 3, 10, give_up=0)
    with pytest.raises(ValueError, match=r"^risk must"):
        confirmations(0.1, 0)
    with pytest.raises(ValueError, match=r"^q must"):
        confirmations(0.5)
    with pytest.raises(ValueError, match=r"^blocks must"):
        race_path(0.1, 3, 0)
