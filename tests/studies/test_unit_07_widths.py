"""The study of bits and neurons: complete, made as its head says, and found again when a sampled row is run anew."""

import random

import pytest

from nnchain_edu.nets import digits
from nnchain_edu.onchain import compile_network
from nnchain_edu.studies import study
from studies import unit_07_widths as made

TABLE = study("quantisation")


def test_every_cell_of_the_grid_is_there_once_and_the_head_says_how_it_was_made():
    grid = set(zip(TABLE.neurons, TABLE.bits, TABLE.rounding, TABLE.seed, strict=True))
    assert len(grid) == len(TABLE) == len(made.NEURONS) * len(made.BITS) * 2 * len(made.SEEDS)
    assert list(TABLE.columns) == made.COLUMNS and TABLE.right.between(0, 450).all()
    said = "\n".join(TABLE.attrs["made"])
    for part in ("command: python -m studies 07", "Seeds 0 to 2", "torch 2.", "python 3."):
        assert part in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "neurons, seed", random.Random(3).sample([(n, s) for n in made.NEURONS for s in made.SEEDS], 2)
)
def test_a_sampled_training_comes_out_again(neurons, seed):
    data = digits()
    for bits, rounding, network in made.networks(neurons, seed):
        row = TABLE.set_index(["neurons", "bits", "rounding", "seed"]).loc[(neurons, bits, rounding, seed)]
        right = round(network.accuracy(data.X_test, data.y_test) * 450)
        assert abs(right - row.right) <= (8 if bits >= 10 else 120)  # another processor rounds otherwise
        assert abs(compile_network(network).gas - row.gas) <= 0.1 * row.gas
