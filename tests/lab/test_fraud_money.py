"""Costs, thresholds and budgets, against counting by hand."""

import numpy as np
import pytest

from nnchain_edu.lab.fraud_money import best_threshold, cost, costs, found_within

LABEL = np.array([True, False, True, False, False])
SCORES = np.array([0.9, 0.9, 0.4, 0.3, 0.1])


def test_cost_counts_both_mistakes():
    assert cost(LABEL, SCORES > 0.5, missed=1, alarm=0.1) == pytest.approx(1.1)
    assert cost(LABEL, ~LABEL, missed=2, alarm=0.5) == pytest.approx(4 + 1.5)
    assert cost(LABEL, LABEL) == 0


def test_every_threshold_has_the_cost_of_its_flags_and_ties_go_together():
    thresholds, paid = costs(LABEL, SCORES, 1, 0.1)
    assert thresholds.tolist() == [np.inf, 0.9, 0.4, 0.3, 0.1]
    assert paid == pytest.approx([cost(LABEL, level <= SCORES, 1, 0.1) for level in thresholds])


def test_the_best_threshold_is_cheapest_and_follows_the_prices():
    assert best_threshold(LABEL, SCORES, 1, 0.1) == 0.4
    assert best_threshold(LABEL, SCORES, 0.1, 1) == np.inf  # alarms are dear: flag nobody
    assert best_threshold(LABEL, np.zeros(5), 1, 0.1) == 0  # all alike: everybody or nobody


def test_random_scores_are_never_cheaper_than_the_best_threshold():
    rng = np.random.default_rng(0)
    for _ in range(20):
        label, scores = rng.random(50) < 0.2, rng.integers(0, 8, 50) / 8
        best = cost(label, scores >= best_threshold(label, scores))
        assert best == pytest.approx(min(cost(label, scores >= level) for level in [*scores, np.inf]))


def test_a_budget_is_a_look():
    label, day = np.array([True, False, True, True, False]), np.array([1, 1, 1, 2, 2])
    scores = np.array([0.9, 0.8, 0.7, 0.1, 0.2])
    assert found_within(label, scores, day, 1) == pytest.approx(1 / 3)
    assert found_within(label, scores, day, 2) == pytest.approx(2 / 3)
    assert found_within(label, scores, day, 3) == 1


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="flagged"):
        cost(LABEL, LABEL[:3])
    with pytest.raises(ValueError, match="scores"):
        costs(LABEL, SCORES[:3])
    with pytest.raises(ValueError, match="scores"):
        costs(LABEL[:0], SCORES[:0])
