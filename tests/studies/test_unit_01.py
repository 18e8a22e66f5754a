"""The label-count study: complete, made as its head says, and found again when sampled rows are run anew."""

import random

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


@pytest.mark.slow
@pytest.mark.parametrize("row", random.Random(1).sample(range(len(TABLE)), 8))
def test_a_sampled_row_comes_out_again(row):
    """Other processors round differently: with few labels a run may differ by some per cent, with all by less."""
    network, labels, permuted, seed, right = TABLE.iloc[row]
    tolerance = {100: 18, 300: 12, 1347: 8}[labels]  # digits of 450
    assert abs(unit_01.right(network, int(labels), bool(permuted), int(seed)) - right) <= tolerance
