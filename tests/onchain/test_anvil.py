"""The same contracts in an engine of other hands: the same answers, the same gas."""

import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.nets import digits, digits_network
from nnchain_edu.onchain import compile_convolution, compile_network, ladder
from tests.chain.engines import AnvilRpc, anvil_binary

from .running import traced
from .test_convolution import convolutional


@pytest.fixture(scope="module")
def elsewhere():
    if not (binary := anvil_binary()):
        pytest.skip("no Anvil: the variable ANVIL, the PATH and .set-up/npm have none")
    anvil = AnvilRpc(binary)
    yield Chain.connect(anvil.url)
    anvil.close()


@pytest.mark.parametrize("rung", ladder(digits_network()), ids=lambda rung: rung.name.replace(" ", "-"))
def test_every_rung_costs_and_answers_alike(elsewhere, rung):
    here, there = rung.deploy(Chain()), rung.deploy(elsewhere)
    rows = digits_network().integers(digits().X_test[:3])
    assert [there.predict(row) for row in rows] == [here.predict(row) for row in rows]
    assert there.gas(rows[0]) == here.gas(rows[0])
    assert there.size == here.size
    assert [r["gasUsed"] for r in there.receipts] == [r["gasUsed"] for r in here.receipts]


def test_a_network_with_data_contracts_costs_and_answers_alike(elsewhere):
    network = digits_network()
    deployed = compile_network(network, data_contracts=True).deploy(elsewhere)
    row = network.integers(digits().X_test[:1])[0]
    assert deployed.predict(row) == network.predict(row)[0]
    assert deployed.send(row)["gasUsed"] == deployed.compiled.transaction_gas(row)
    assert deployed.trace(row)["cost"].sum() == deployed.compiled.gas


def test_a_convolution_costs_and_answers_alike(elsewhere):
    compiled = compile_convolution(convolutional(1, 8, 8, 8, 3))
    address = compiled.deploy(elsewhere)
    row = [i % 4 for i in range(64)]
    answer = elsewhere.rpc("eth_call", {"to": address, "data": "0x" + compiled.encode(row).hex()}, "latest")
    assert (compiled.decode(bytes.fromhex(answer[2:])) == compiled.reference(row)).all()
    assert traced(elsewhere, address, compiled.encode(row))[0] == compiled.gas
