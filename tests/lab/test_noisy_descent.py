"""Noisy descent: repeatable, noise without bias, divergence as infinity, refusals, and a challenge that can be met."""

import math

import pytest

from nnchain_edu.lab.noisy_descent import mean_end, noisy_descent, practice_score
from nnchain_edu.lab.race import race
from nnchain_edu.lab.surfaces import PRACTICE


def constant(rate):
    return lambda step, steps: rate


def test_a_seed_gives_one_walk_and_another_seed_another():
    walk = noisy_descent(constant(0.02), PRACTICE, seed=3)
    assert walk == noisy_descent(constant(0.02), PRACTICE, seed=3)
    assert walk != noisy_descent(constant(0.02), PRACTICE, seed=4)
    assert len(walk) == 201


def test_without_noise_it_is_plain_gradient_descent(monkeypatch):
    monkeypatch.setattr("nnchain_edu.lab.noisy_descent.NOISE", 0.0)
    expected = race(PRACTICE, "gradient descent", 0.02, steps=200).heights
    assert noisy_descent(constant(0.02), PRACTICE) == pytest.approx(expected)


def test_a_constant_rate_ends_the_higher_the_larger_it_is():
    ends = [mean_end(constant(rate), PRACTICE) for rate in (0.01, 0.02, 0.05, 0.09)]
    assert ends == sorted(ends)
    assert ends[1] == pytest.approx(0.258, abs=5e-4)


def test_no_constant_rate_meets_the_challenge():
    best = min(mean_end(constant(k / 1000), PRACTICE) for k in range(2, 40))
    assert best > 0.5 * mean_end(constant(0.02), PRACTICE)


def test_divergence_is_infinite_and_no_error():
    assert noisy_descent(constant(0.5), PRACTICE)[-1] == math.inf
    assert mean_end(constant(0.5), PRACTICE) == math.inf
    assert practice_score(constant(0.5)).endswith("yours diverged.")


def test_the_score_is_said_also_before_there_is_a_schedule():
    def unwritten(step, steps):
        raise NotImplementedError

    assert practice_score(unwritten).endswith("is 0.258, needed 0.129 or less; yours is not written yet.")
    assert practice_score(lambda step, steps: 0.045 * 0.98**step).endswith("yours 0.092.")


@pytest.mark.parametrize("rate", [0, -0.1, math.nan, math.inf])
def test_a_rate_that_is_none_is_named_with_its_step(rate):
    with pytest.raises(ValueError, match=r"schedule: rate .* at step 5"):
        noisy_descent(lambda step, steps: rate if step == 5 else 0.01, PRACTICE)


@pytest.mark.parametrize("steps", [0, -1, 2.5, True])
def test_steps_are_whole_and_above_0(steps):
    with pytest.raises(ValueError, match="steps"):
        noisy_descent(constant(0.01), PRACTICE, steps=steps)
