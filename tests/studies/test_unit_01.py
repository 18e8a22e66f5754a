"""The label-count study: complete, made as its head says, and found again when sampled rows are run anew."""

import random
from statistics import mean

import pytest

from nnchain_edu.studies import study
from studies import unit_01

TABLE = study("label_count")
MEAN = TABLE.assign(accuracy=TABLE.right / 450).groupby(["network", "labels", "permuted"]).accuracy.mean()


def test_every_cell_of_the_grid_is_there_once_and_the_head_says_how_it_was_made():
    grid = set(zip(TABLE.network, TABLE.labels, TABLE.permuted, TABLE.seed, strict=True))
    assert len(grid) == len(TABLE) == 3 * 3 * 2 * len(unit_01.SEEDS)
    assert list(TABLE.columns) == unit_01.COLUMNS and TABLE.right.between(0, 450).all()
    made = "\n".join(TABLE.attrs["made"])
    for said in ("command: python -m studies 01", "Seeds 0 to 7", "torch 2.", "python 3."):
        assert said in made


def test_what_the_lesson_says_about_the_study_stands_in_it():
    assert MEAN["MLP", 1347, False] >= 0.97 and MEAN["CNN, dense head", 1347, False] >= 0.985
    assert abs(MEAN["MLP", 1347, False] - MEAN["MLP", 1347, True]) < 0.002
    for head in ("CNN, dense head", "CNN, pooled head"):
        assert 0.03 <= MEAN[head, 100, False] - MEAN["MLP", 100, False] <= 0.04
        assert 0.015 <= MEAN[head, 1347, False] - MEAN["MLP", 1347, False] <= 0.02
    assert MEAN["MLP", 100, True] - MEAN["CNN, pooled head", 100, True] > 0.05
    assert 0.01 <= MEAN["CNN, dense head", 1347, False] - MEAN["CNN, dense head", 1347, True] < 0.0125


def test_permuting_harms_the_cnns_in_pairs_and_leaves_the_dense_one_a_lead_over_the_mlp():
    pairs = TABLE.pivot_table("right", ["network", "seed"], ["labels", "permuted"])
    harmed = {n: (pairs[n, False] > pairs[n, True]).groupby("network").sum() for n in (100, 300, 1347)}
    assert all(harmed[n][head] == 8 for n in (100, 300) for head in ("CNN, dense head", "CNN, pooled head"))
    assert 0.04 < MEAN["CNN, dense head", 100, False] - MEAN["CNN, dense head", 100, True] < 0.05
    assert 0.085 < MEAN["CNN, pooled head", 100, False] - MEAN["CNN, pooled head", 100, True] < 0.095
    assert 0.015 < MEAN["CNN, pooled head", 1347, False] - MEAN["CNN, pooled head", 1347, True] < 0.025
    lead = pairs[1347, True]["CNN, dense head"] - pairs[1347, True]["MLP"]
    assert (lead > 0).sum() >= 7 and 0.005 < lead.mean() / 450 < 0.008


def test_an_unknown_study_is_named():
    with pytest.raises(ValueError, match=r"no study 'labels'; there are: .*label_count"):
        study("labels")


def permuting_costs(network, labels, seed):
    """Digits fewer that the network reads once its pixels are permuted; both runs share all their draws."""
    return unit_01.right(network, labels, False, seed) - unit_01.right(network, labels, True, seed)


@pytest.mark.slow
@pytest.mark.parametrize("labels", unit_01.LABELS)
@pytest.mark.parametrize("network", ["CNN, dense head", "CNN, pooled head"], ids=["dense", "pooled"])
def test_what_permuting_costs_comes_out_again_in_sampled_seeds(network, labels):
    """The effect that the lesson reports, in pairs. Other processors round differently, so that single rows move by
    some per cent with few labels; the mean over pairs moves by less than half of the effect.
    """
    table = TABLE.set_index(["network", "labels", "permuted", "seed"]).right.sort_index()
    costs = table[network, labels, False] - table[network, labels, True]
    seeds = random.Random(f"{network} {labels}").sample(list(unit_01.SEEDS), 3)
    again = [permuting_costs(network, labels, seed) for seed in seeds]
    assert abs(mean(again) - costs[seeds].mean()) < costs.mean() / 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", random.Random(1).sample(list(unit_01.SEEDS), 2))
def test_the_mlp_comes_out_again_in_sampled_seeds_with_all_labels(seed):
    table = TABLE.set_index(["network", "labels", "permuted", "seed"]).right.sort_index()
    for permuted in (False, True):
        assert abs(unit_01.right("MLP", 1347, permuted, seed) - table["MLP", 1347, permuted, seed]) <= 4
