import itertools

import numpy as np
import pytest
import torch
from torch import nn

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.nets import IntegerLayer, QuantisedNetwork, digits, digits_network, quantise, seeded
from nnchain_edu.onchain import NotCompilable, to_vyper
from nnchain_edu.onchain.ladder import pixel_words

from .test_compiled import extremes


@pytest.fixture(scope="module")
def contract():
    chain = Chain()
    found = chain.deploy(to_vyper(digits_network()))
    found.chain = chain
    return found


def compare(contract, rows: np.ndarray) -> None:
    network = digits_network()
    asked = [contract.functions.predict(*pixel_words(row)).call() for row in rows]
    assert asked == network.predict(rows).tolist()


def test_every_test_image_and_the_extremes(contract):
    network = digits_network()
    compare(contract, network.integers(digits().X_test))
    compare(contract, extremes(network))


@pytest.mark.slow
def test_ten_thousand_random_inputs(contract):
    compare(contract, np.random.default_rng(5).integers(0, 16, (10_000, 64)))


def test_it_takes_less_gas_than_promised(contract):
    receipt = contract.chain.send(contract.functions.predict, *pixel_words([15] * 64))
    trace = contract.chain.trace(receipt)
    assert trace["cost"].sum() == 3_317 <= 4_100


@pytest.mark.parametrize("place", [0, 31, 32, 63])
def test_a_pixel_above_15_reverts(contract, place):
    row = [0] * 64
    row[place] = 16
    with pytest.raises(Reverted, match="an input is above 15"):
        contract.chain.send(contract.functions.predict, *pixel_words(row))


def test_the_source_explains_itself():
    source = to_vyper(digits_network(), title="The digits")
    for words in ("@title The digits, 64-16-10", "@notice", "@param x1 Inputs 32 to 63", "@return", "# Layer 0"):
        assert words in source


@pytest.mark.parametrize("sizes", [(5, 3, 2), (20, 9, 6, 4), (70, 4, 12)], ids=str)
def test_other_networks(sizes):
    with seeded(1):
        layers = [m for a, b in itertools.pairwise(sizes) for m in (nn.Linear(a, b), nn.ReLU())]
    X = torch.rand(30, sizes[0], generator=torch.Generator().manual_seed(0))
    network = quantise(nn.Sequential(*layers[:-1]), X)
    contract = Chain().deploy(to_vyper(network))
    for row in network.integers(X):
        data = bytes(row.tolist()).ljust(-(-sizes[0] // 32) * 32, b"\0")
        words = [int.from_bytes(data[i : i + 32], "big") for i in range(0, len(data), 32)]
        assert contract.functions.predict(*words).call() == network.predict(row)[0]


def layers(weight: int, classes: int = 2) -> tuple[IntegerLayer, IntegerLayer]:
    hidden = IntegerLayer(np.full((2, 3), weight), np.zeros(2, np.int64), 0, True)
    return hidden, IntegerLayer(np.ones((classes, 2), np.int64), np.zeros(classes, np.int64))


@pytest.mark.parametrize(
    "network, message",
    [
        (QuantisedNetwork(layers(800), 15), "layer 0, neuron 0: its sum may be 0 to 36,000"),
        (QuantisedNetwork(layers(1), 200), "inputs to 127"),
        (QuantisedNetwork(layers(1)[1:], 15), "no hidden layer"),
        (QuantisedNetwork(layers(1, 300), 15), "256 classes"),
    ],
    ids=["overflow", "inputs", "one layer", "classes"],
)
def test_networks_that_are_refused(network, message):
    with pytest.raises(NotCompilable, match=message):
        to_vyper(network)
