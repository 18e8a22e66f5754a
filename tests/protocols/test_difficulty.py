"""Rules of difficulty under a steady and a shaken hash rate."""

import numpy as np
import pytest

from nnchain_edu.protocols.difficulty import (
    WINDOWS,
    Adjusted,
    average_rule,
    bitcoin_rule,
    features,
    hash_rates,
    run,
    training_set,
)

STEADY = np.ones(24 * 14)


def test_a_series_has_its_shock_and_only_there():
    rates = hash_rates(100, shock=0.25, shock_hour=60, noise=0)
    assert (rates[:60] == 1).all() and np.allclose(rates[60:], 0.25)
    assert np.allclose(hash_rates(100, shock=1, noise=0, trend=0.01)[-1], np.exp(1))
    assert (hash_rates(50, seed=1) == hash_rates(50, seed=1)).all() and (
        hash_rates(50, seed=1) != hash_rates(50, seed=2)
    ).any()


@pytest.mark.parametrize("rule", [bitcoin_rule, average_rule(144)], ids=["bitcoin", "average"])
def test_a_steady_rate_keeps_ten_minutes(rule):
    kept = run(STEADY, rule, seed=3)
    gaps = np.diff(kept.times)
    assert abs(gaps.mean() - 600) < 60 and kept.error < 0.2


def test_bitcoins_rule_changes_every_2016_blocks_only_and_by_four_at_most():
    kept = run(hash_rates(24 * 40, shock=32, shock_hour=1, noise=0), bitcoin_rule)
    steps = kept.difficulties[1:] / kept.difficulties[:-1]
    changes = np.flatnonzero(steps != 1)
    assert len(changes) >= 3 and set(np.diff(changes)) == {2016}
    assert steps.max() == 4
    assert kept.difficulties[-1] == pytest.approx(32, rel=0.1)


def test_the_day_average_recovers_long_before_bitcoins_rule():
    rates = hash_rates(24 * 60, shock=0.5, noise=0)
    slow, quick = (run(rates, rule).recovery(24 * 30) for rule in (bitcoin_rule, average_rule()))
    assert quick < 72 < 24 * 7 < slow


def test_a_short_window_is_noisier_than_a_long_one():
    assert run(STEADY, average_rule(6)).error > 2 * run(STEADY, average_rule(144)).error


def test_expected_error_and_recovery_by_hand():
    kept = Adjusted(np.arange(300) * 600.0, np.ones(300), np.repeat([0.5, 1.0], [30, 270]))
    assert set(kept.expected) == {1200.0, 600.0}
    assert kept.error == pytest.approx(0.1)
    assert kept.recovery(0) == 5.0  # 30 blocks of ten minutes
    assert kept.recovery(40) == float("inf")  # less than a day is left


def test_features_see_the_rate():
    times, difficulties = (np.arange(3000) * 300.0).tolist(), [1.0] * 3000
    assert features(times, difficulties) == pytest.approx(np.ones(len(WINDOWS)))  # twice the rate: log₂ 2


def test_the_training_set_can_be_learnt_from():
    X, y = training_set(series=4, hours=24 * 7, seed=1)
    assert X.shape == (len(y), len(WINDOWS)) and X.dtype == y.dtype == np.float32 and len(y) > 100
    assert np.isfinite(X).all() and y.std() > 0.1
    weights = np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0]
    fitted = np.c_[X, np.ones(len(X))] @ weights
    assert ((fitted - y) ** 2).mean() < ((X[:, 4] - y) ** 2).mean()  # better than the day's average alone
    again_X, again_y = training_set(series=4, hours=24 * 7, seed=1)
    assert (again_X == X).all() and (again_y == y).all()


def test_bad_input():
    with pytest.raises(ValueError, match=r"^shock must be a number above 0, got 0"):
        hash_rates(shock=0)
    with pytest.raises(ValueError, match=r"^noise must"):
        hash_rates(noise=-0.1)
    with pytest.raises(ValueError, match=r"^hours must"):
        hash_rates(0)
    with pytest.raises(ValueError, match=r"^shock_hour must be a whole number from 0 to 9, got 10"):
        hash_rates(10, shock_hour=10)
    with pytest.raises(ValueError, match=r"^window must"):
        average_rule(0)
    with pytest.raises(ValueError, match=r"^rates\[1\] must"):
        run(np.array([1.0, -1.0]), bitcoin_rule)
    with pytest.raises(ValueError, match=r"^the rule's difficulty must be a number above 0, got nan"):
        run(STEADY, lambda times, difficulties: float("nan"))
    with pytest.raises(ValueError, match=r"^series must"):
        training_set(0)
