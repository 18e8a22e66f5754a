"""Forks without an attacker, and the error bars of counted frequencies."""

import math

import numpy as np
import pytest

from nnchain_edu.protocols.confidence import batch_band, wilson
from nnchain_edu.protocols.forks import fork_rate, simulate_forks

MINERS = {"three": [0.5, 0.3, 0.2], "ten": [0.1] * 10, "one giant": [0.9, 0.05, 0.05], "many": [1 / 500] * 500}


@pytest.mark.parametrize("delay", [2, 60, 600])
@pytest.mark.parametrize("miners", MINERS)
def test_the_formula_lies_within_the_error_bars(miners, delay):
    counted = simulate_forks(MINERS[miners], delay, 600, 100_000, seed=6)
    low, high = counted.band
    assert low <= fork_rate(MINERS[miners], delay, 600) <= high  # as the lesson's verdict: three standard errors
    assert low <= counted.rate <= high


def test_by_hand_for_two_miners():
    """Whoever finds it, the other finds one within the delay with probability 1 − exp(−½·delay/interval)."""
    assert fork_rate([0.5, 0.5], 600, 600) == pytest.approx(1 - math.exp(-0.5))


def test_many_small_miners_give_the_familiar_formula():
    assert fork_rate([1e-4] * 10_000, 12, 600) == pytest.approx(1 - math.exp(-12 / 600), rel=2e-4)


def test_a_single_miner_never_forks_and_no_delay_no_forks():
    assert fork_rate([1.0], 600) == 0 == simulate_forks([1.0], 600, blocks=1000).rate
    assert fork_rate([0.5, 0.5], 0) == 0 == simulate_forks([0.5, 0.5], 0, blocks=1000).rate


def test_the_event_counted_block_by_block():
    """The same draws, judged by the definition instead of by runs of equal miners."""
    p, delay, blocks = [0.6, 0.3, 0.1], 300, 2000
    rng = np.random.default_rng(4)
    miner = rng.choice(3, blocks, p=p)
    found = rng.exponential(600, blocks).cumsum()
    forked = sum(
        any(miner[j] != miner[i] and found[j] - found[i] <= delay for j in range(i + 1, min(i + 60, blocks)))
        for i in range(blocks)
    )
    assert simulate_forks(p, delay, 600, blocks, seed=4).forked == forked > 100


@pytest.mark.parametrize(
    "arguments, name",
    [
        (([0.5, 0.6], 1), "shares must add up to 1"),
        (([1.5, -0.5], 1), r"shares\[0\] must be a number between 0 and 1, got 1.5"),
        (([], 1), "shares must hold at least 1"),
        (([0.5, 0.5], -1), "delay must be a number at least 0, got -1"),
        (([0.5, 0.5], 1, 0), "interval must be a number above 0, got 0"),
        (([0.5, 0.5], 1, -600), "interval must"),
    ],
)
def test_bad_input(arguments, name):
    for function in (fork_rate, simulate_forks):
        with pytest.raises(ValueError, match=f"^{name}"):
            function(*arguments)
    with pytest.raises(ValueError, match=r"^blocks must be a whole number of at least 100"):
        simulate_forks([1.0], 1, blocks=99)


def test_wilson_by_hand():
    """10 of 100 at 95 %, by hand: (0.1 + 0.01921 ± 1.96·√(0.0009 + 0.000096)) / 1.03842."""
    assert wilson(10, 100) == (pytest.approx(0.0552, abs=1e-4), pytest.approx(0.1744, abs=1e-4))
    assert wilson(0, 20)[0] == 0 < wilson(0, 20)[1] < 0.17 and wilson(20, 20)[1] == 1
    assert wilson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match=r"^hits must be a whole number from 0 to 5, got 6"):
        wilson(6, 5)
    with pytest.raises(ValueError, match=r"^trials must"):
        wilson(0, -1)


def test_batches_see_dependence_that_a_plain_error_bar_misses():
    rng = np.random.default_rng(0)
    independent = rng.random(1000)
    repeated = np.repeat(independent, 20)
    low, high = batch_band(repeated)
    plain = 2 * 1.96 * repeated.std() / len(repeated) ** 0.5
    assert high - low > 3 * plain
    assert low < repeated.mean() < high
    with pytest.raises(ValueError, match=r"^values must hold at least 100"):
        batch_band(np.zeros(99))
