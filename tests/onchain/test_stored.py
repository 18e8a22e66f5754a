import numpy as np
import pytest
import torch
from torch import nn

from nnchain_edu.chain import Chain
from nnchain_edu.nets import IntegerLayer, QuantisedNetwork, digits_network, quantise, seeded
from nnchain_edu.onchain import NotCompilable, compile_network
from nnchain_edu.onchain.compiled import CODE_LIMIT

from .running import traced


@pytest.fixture(scope="module")
def large():
    with seeded(0):
        model = nn.Sequential(nn.Linear(756, 64), nn.ReLU(), nn.Linear(64, 10))
    X = torch.rand(30, 756, generator=torch.Generator().manual_seed(0))
    network = quantise(model, X, lane_bits=16, hidden_max=255)
    return network, network.integers(X)


def test_a_network_too_large_for_one_contract_is_spread_over_several(large):
    network, rows = large
    compiled = compile_network(network)
    assert len(compiled.data) > 3 and compiled.size > 4 * CODE_LIMIT
    assert all(len(code) <= CODE_LIMIT and code[0] == 0 for code in [*compiled.data, b"\0" + compiled.runtime[1:]])
    assert compiled.gas_per_product < 2.6
    deployed = compiled.deploy(Chain())
    assert [deployed.predict(row) for row in rows] == network.predict(rows).tolist()
    gas, _ = traced(deployed.chain, deployed.address, compiled.encode(rows[0]))
    assert gas == compiled.gas
    assert len(deployed.receipts) == len(compiled.data) + 1


def test_it_may_be_asked_for_or_forbidden(large):
    asked = compile_network(digits_network(), data_contracts=True)
    assert len(asked.data) == 2 and asked.gas > compile_network(digits_network()).gas
    with pytest.raises(NotCompilable, match="too many for the stack"):
        compile_network(large[0], data_contracts=False)


def test_a_data_contract_does_nothing_when_called(large):
    compiled = compile_network(digits_network(), data_contracts=True)
    deployed = compiled.deploy(Chain())
    answer = deployed.chain.rpc("eth_call", {"to": deployed.receipts[0]["contractAddress"]}, "latest")
    assert answer == "0x"


def test_the_addresses_must_be_as_many_as_the_data():
    with pytest.raises(ValueError, match="1 given for 2 data contracts"):
        compile_network(digits_network(), data_contracts=True).linked(["0x" + "11" * 20])


def test_a_straight_network_over_the_code_limit_is_refused_when_data_contracts_are():
    weights = np.random.default_rng(0).integers(-3, 4, (250, 60))
    hidden = IntegerLayer(weights, np.zeros(250, np.int64), 4, True)
    last = IntegerLayer(np.ones((3, 250), np.int64), np.zeros(3, np.int64))
    network = QuantisedNetwork((hidden, last), 15)
    with pytest.raises(NotCompilable, match=r"its code is .* bytes; a contract holds 24,576 \(EIP-170\)"):
        compile_network(network, data_contracts=False)
    assert compile_network(network).data


def test_a_neuron_too_large_for_a_contract_is_refused():
    wide = IntegerLayer(np.ones((2, 13_000), np.int64), np.zeros(2, np.int64))
    with pytest.raises(NotCompilable, match="layer 0: a neuron's weights take 26,048 bytes"):
        compile_network(QuantisedNetwork((wide,), 1))


def test_a_call_that_fits_no_block_is_refused():
    with pytest.raises(NotCompilable, match="one call takes 10,329 gas; a block has 31,000"):
        compile_network(digits_network(), data_contracts=True, block_gas=31_000)
    with pytest.raises(NotCompilable, match="one call takes 1,182 gas; a block has 22,000"):
        compile_network(digits_network(), block_gas=22_000)
