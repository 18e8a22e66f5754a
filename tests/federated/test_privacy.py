"""ε by Opacus' accountant: published values, and what cannot be kept."""

import math

import pytest
import torch

from nnchain_edu.federated import Federation, iid
from nnchain_edu.federated.privacy import MOST_NOISE, noise_for, spent
from nnchain_edu.nets import MLP, digits


def federation():
    D = digits(0)
    torch.manual_seed(0)
    return Federation(MLP(64, 10), D.X_train, D.y_train, iid(len(D.y_train), 20), (D.X_test, D.y_test))


def test_abadis_noise_spends_less_by_the_newer_conversion():
    assert spent(4.0, 10_000, 0.01) == pytest.approx(1.035, abs=1e-3)  # Abadi and others (2016): 1.26 by the older


def test_one_gaussian_round_by_hand():
    """The Gaussian mechanism's divergence is α/2σ² (Mironov 2017); the best order by the conversion of 2020."""
    bound = lambda a: a / 50 - (math.log(1e-5) + math.log(a)) / (a - 1) + math.log((a - 1) / a)  # noqa: E731
    assert spent(5.0, 1) == pytest.approx(min(bound(a) for a in range(2, 512)), rel=0.01)


def test_more_noise_spends_less_and_more_rounds_more():
    assert spent(1.0, 10, 0.1) > spent(2.0, 10, 0.1) > spent(2.0, 5, 0.1) > spent(2.0, 5, 0.05)
    assert spent(0.0, 1) == math.inf


def test_the_least_noise_that_keeps_epsilon():
    noise = noise_for(2.0, 50, 0.2)
    assert spent(noise, 50, 0.2) <= 2.0 < spent(noise - 0.001, 50, 0.2)


def test_an_epsilon_below_what_is_possible_is_refused_and_the_smallest_named():
    with pytest.raises(ValueError, match=r"epsilon must be at least 0.032 for 100 rounds .* got 0.001"):
        noise_for(0.001, 100)
    assert noise_for(0.032, 100) <= MOST_NOISE


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"epsilon": 0.0}, "epsilon must be a number above 0, got 0.0"),
        ({"epsilon": -1.0}, "epsilon must be a number above 0, got -1.0"),
        ({"epsilon": math.nan}, "epsilon must be a number above 0, got nan"),
        ({"epsilon": math.inf}, "epsilon must be a number above 0, got inf"),
        ({"rounds": 0}, "rounds must be a whole number of at least 1, got 0"),
        ({"sampling_rate": 0.0}, "sampling_rate must be above 0 and at most 1, got 0.0"),
        ({"sampling_rate": 1.5}, "sampling_rate must be above 0 and at most 1, got 1.5"),
        ({"delta": 0.0}, "delta must be between 0 and 1, got 0.0"),
        ({"delta": 1.0}, "delta must be between 0 and 1, got 1.0"),
    ],
    ids=str,
)
def test_numbers_out_of_range_are_named(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        noise_for(**{"epsilon": 1.0, "rounds": 5} | given)
    with pytest.raises(ValueError, match="noise_multiplier must be a number of at least 0, got -1"):
        spent(-1, 5)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"epsilon": 0.001, "clip": 1.0}, "epsilon must be at least"),
        ({"epsilon": 1.0}, "epsilon needs a clip"),
        ({"epsilon": 1.0, "clip": 1.0, "rule": "median"}, "and the rule 'mean'"),
        ({"epsilon": 1.0, "clip": 1.0, "noise_multiplier": 0.5}, "epsilon 1 cannot be kept: 3 rounds with noise"),
    ],
    ids=["too-small", "no-clip", "another-rule", "too-little-noise"],
)
def test_a_federation_refuses_before_the_first_round_and_goes_on_without(more, complaint):
    fed = federation()
    before = fed.weights.clone()
    with pytest.raises(ValueError, match=complaint):
        fed.run(3, participants=5, **more)
    assert torch.equal(fed.weights, before)
    assert len(list(fed.run(1, participants=5))) == 1


def test_a_federation_takes_the_least_noise_that_keeps_epsilon():
    noise = noise_for(8.0, 2, 0.25)
    runs = []
    for how in ({"epsilon": 8.0}, {"noise_multiplier": noise}, {"noise_multiplier": 2 * noise, "epsilon": 8.0}):
        fed = federation()
        list(fed.run(2, participants=5, clip=1.0, **how))
        runs.append(fed.weights)
    assert torch.equal(runs[0], runs[1]) and not torch.equal(runs[0], runs[2])
