"""The distributions that docs/economy.md states."""

import numpy as np
import pytest

from nnchain_edu.economy.behaviour import DAY, ETHER, HOURS, amount, heavy, times, wei, zipf


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_times_come_at_the_rate_and_grow(rng):
    at = times(rng, 100, 0, 100 * DAY)
    assert len(at) == pytest.approx(100 * 100 * (1 + 0.004 * 49.5), rel=0.05)
    assert (np.diff(at) >= 0).all() and at[0] >= 0 and at[-1] < 100 * DAY
    days = np.bincount(at // DAY)
    assert days[:20].mean() < days[-20:].mean()


def test_times_follow_the_hours_and_the_week(rng):
    at = times(rng, 200, 0, 70 * DAY)
    hours = np.bincount(at // 3600 % 24) / len(at)
    assert abs(hours - HOURS / HOURS.sum()).max() < 0.01
    office = times(rng, 200, 0, 70 * DAY, "office")
    weekend = (office // DAY + 3) % 7 >= 5
    assert weekend.mean() < 0.06
    shifted = np.bincount(times(rng, 200, 0, 70 * DAY, shift=6) // 3600 % 24)
    assert abs(shifted / shifted.sum() - np.roll(HOURS, 6) / HOURS.sum()).max() < 0.01


def test_amounts_have_their_median_and_their_tail(rng):
    drawn = np.array([amount(rng, 2.0, 0.9) for _ in range(4000)]) / ETHER
    assert np.median(drawn) == pytest.approx(2.0, rel=0.08)
    assert np.log(drawn.astype(float)).std() == pytest.approx(0.9, rel=0.06)
    stakes = np.array([heavy(rng, 1.0, 1.6) for _ in range(4000)]) / ETHER
    assert stakes.min() >= 1 and stakes.max() <= 60
    assert (stakes > 10).mean() == pytest.approx(10**-1.6, rel=0.4)


def test_amounts_are_exact_and_round():
    assert wei(0.1) == 10**17 and wei(1234.5678, 3) == 1230 * ETHER and wei(2e-6, 2) == 2 * 10**12


def test_zipf_prefers_the_first(rng):
    first = sum(zipf(rng, list("abcdefgh"), 1) == ["a"] for _ in range(2000)) / 2000
    assert first == pytest.approx(1 / sum(1 / k for k in range(1, 9)), rel=0.12)
    assert zipf(rng, ["a"], 5) == ["a"]


def test_nobody_acts_in_no_time(rng):
    assert len(times(rng, 5, 100, 100)) == 0
