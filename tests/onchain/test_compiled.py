import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnchain_edu.chain import Chain
from nnchain_edu.nets import IntegerLayer, QuantisedNetwork, digits, digits_network, quantise, seeded
from nnchain_edu.onchain import (
    NotCompilable,
    calldata_gas,
    compile_network,
    gas_by_class,
    transaction_gas,
    weights_hash,
)
from nnchain_edu.onchain.bytecode import door_of

from .running import traced

CHAIN = Chain()  # here: py-evm changes Python's recursion limit when it is first needed, which hypothesis must not see


def extremes(network: QuantisedNetwork) -> np.ndarray:
    """Nothing, everything, and for each hidden neuron the rows at which its sum is lowest and highest."""
    weights = network.layers[0].weights
    ends = [np.zeros((1, network.inputs)), np.ones((1, network.inputs)), weights > 0, weights < 0]
    return (np.vstack(ends) * network.x_max).astype(np.int64)


@pytest.fixture(scope="module")
def compiled():
    return compile_network(digits_network())


@pytest.fixture(scope="module")
def deployed(compiled):
    return compiled.deploy(Chain())


def test_the_digits_network_to_the_gas(compiled, deployed):
    """The same on every machine, because the whole numbers are committed."""
    assert compiled.gas == 1_182 < compiled.network.products
    assert len(compiled.runtime) == compiled.size == 2_697
    assert weights_hash(compiled.network).startswith("0x26266f268735db95")
    gas, steps = traced(deployed.chain, deployed.address, compiled.encode([15] * 64))
    assert gas == compiled.gas and len(steps) == compiled.instructions


def test_every_test_image_and_ten_thousand_random_inputs(compiled, deployed):
    network, data = compiled.network, digits()
    images = network.integers(data.X_test)
    answers = [deployed.predict(row) for row in images]
    assert answers == network.predict(images).tolist()
    assert sum(a == y for a, y in zip(answers, data.y_test.tolist(), strict=True)) == 435
    drawn = np.random.default_rng(7)
    rows = [extremes(network), drawn.integers(0, 16, (5_000, 64)), 15 * drawn.integers(0, 2, (3_000, 64))]
    rows.append(drawn.integers(0, 16, (1_966, 64)) * (drawn.random((1_966, 64)) < 0.3))
    rows = np.vstack(rows)
    assert len(rows) == 10_000
    wanted = network.predict(rows).tolist()
    assert len(set(wanted)) == 10
    assert [deployed.predict(row) for row in rows] == wanted


def test_no_calldata_is_out_of_range(compiled, deployed):
    """Whatever 32 bytes come, each input's four bits are a number the proof covers; what is missing counts as 0."""
    drawn = np.random.default_rng(1)
    for length in (32,) * 200 + (0, 1, 31, 33, 100):
        data = drawn.bytes(length)
        word = int.from_bytes(data[:32].ljust(32, b"\0"), "big")
        row = [0 if place is None else word >> place[1] & 15 for place in compiled.places]
        assert int.from_bytes(deployed.call(data), "big") == compiled.reference(row)


def test_the_places_say_where_each_pixel_lies(compiled):
    for index, place in enumerate(compiled.places):
        row = [0] * 64
        row[index] = 9
        assert compiled.encode(row) == (0 if place is None else 9 << place[1]).to_bytes(32, "big")
        assert place is None or compiled.pixels[place[1] // 4] == index
    assert compiled.pixels.count(-1) == 64 - 60


def test_a_transaction_pays_what_was_foretold(compiled, deployed):
    row = digits_network().integers(digits().X_test[:1])[0]
    receipt = deployed.send(row)
    assert receipt["gasUsed"] == compiled.transaction_gas(row) == 21_000 + calldata_gas(compiled.encode(row))[0] + 1_182
    assert transaction_gas(1, b"\1" * 100) == 21_000 + 4_000, "the floor of EIP-7623"
    trace = deployed.chain.trace(receipt)
    assert trace["cost"].sum() == compiled.gas
    split = gas_by_class(trace).set_index("class")
    assert split["gas"].sum() == compiled.gas and split.loc["multiply", "gas"] == 5 * split.loc["multiply", "steps"]


def random_network(sizes: list[int], seed: int, x_max: int, weight: int, shift: int, bias: int) -> QuantisedNetwork:
    """Layers of random whole numbers, among them rows and columns of zeros."""
    drawn, layers = np.random.default_rng(seed), []
    for place, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        weights = drawn.integers(-weight, weight + 1, (outputs, inputs)) * (drawn.random((1, inputs)) < 0.8)
        hidden = place < len(sizes) - 2
        biases = drawn.integers(-bias, bias + 1, outputs)
        layers.append(IntegerLayer(weights.astype(np.int64), biases, shift if hidden else 0, hidden))
    return QuantisedNetwork(tuple(layers), x_max)


NETWORKS = {
    "sizes": st.lists(st.integers(1, 25), min_size=2, max_size=4),
    "seed": st.integers(0, 2**16),
    "x_max": st.sampled_from([1, 2, 3, 7, 9, 15, 200]),
    "weight": st.sampled_from([1, 3, 20, 3_000]),
    "shift": st.integers(0, 9),
    "bias": st.sampled_from([0, 1, 50, 20_000]),
    "stored": st.booleans(),
}


@given(**NETWORKS)
@settings(max_examples=60, deadline=None)
def test_compiled_output_equals_the_reference_or_compilation_is_refused(**drawn):
    equal_or_refused(**drawn)


@pytest.mark.slow
@given(**NETWORKS)
@settings(max_examples=1_000, deadline=None)
def test_many_compiled_outputs_equal_the_reference_or_compilation_is_refused(**drawn):
    equal_or_refused(**drawn)


def equal_or_refused(sizes, seed, x_max, weight, shift, bias, stored):
    network = random_network(sizes, seed, x_max, weight, shift, bias)
    try:
        compiled = compile_network(network, data_contracts=stored)
    except NotCompilable as refused:
        assert "layer" in str(refused)
        return
    deployed = compiled.deploy(CHAIN)
    drawn = np.random.default_rng(seed + 1)
    rows = np.vstack([extremes(network), drawn.integers(0, x_max + 1, (6, sizes[0]))])
    assert [deployed.predict(row) for row in rows] == network.predict(rows).tolist()
    assert traced(deployed.chain, deployed.address, compiled.encode(rows[0]))[0] == compiled.gas
    # a field can hold more than x_max, up to whole bits: such input is computed exactly too, never wrapped
    door = door_of(network)
    wide = QuantisedNetwork(network.layers, door)
    row = np.full(sizes[0], door)
    last = compiled.calldata_words - 1
    data = sum(door << (256 * (last - place[0]) + place[1]) for place in compiled.places if place)
    answer = deployed.call(data.to_bytes(32 * compiled.calldata_words, "big"))
    assert int.from_bytes(answer, "big") == wide.predict(row)[0]


def test_few_networks_of_the_property_are_refused():
    """So that the property above does not hold for want of networks."""
    refused = 0
    for seed in range(25):
        drawn = np.random.default_rng(seed)
        sizes = drawn.integers(1, 20, drawn.integers(2, 5)).tolist()
        try:
            compile_network(random_network(sizes, seed, 15, 20, 4, 50))
        except NotCompilable:
            refused += 1
    assert refused <= 2


def test_a_sum_that_might_leave_its_lane_is_refused_with_its_neuron():
    network = digits_network()
    high = int(network.ranges()[0].high.max())
    with pytest.raises(NotCompilable, match=r"layer 0, neuron \d+: its sum may be .*; lanes of 11 bits hold -1,024 to"):
        compile_network(network, lane_bits=11)
    assert high >= 1_024
    full = np.array([[70, -66]], np.int64)  # 1,050 and -990 at most: 12 bits hold it, 11 do not
    small = QuantisedNetwork(
        (
            IntegerLayer(
                full,
                np.array([5]),
            ),
        ),
        15,
    )
    with pytest.raises(NotCompilable, match="layer 0, neuron 0: its sum may be -985 to 1,055; lanes of 11 bits"):
        compile_network(small, lane_bits=11)
    assert compile_network(small).lane_bits == (12,)


def test_a_network_of_several_layers_and_many_classes():
    with seeded(2):
        model = nn.Sequential(nn.Linear(30, 20), nn.ReLU(), nn.Linear(20, 12), nn.ReLU(), nn.Linear(12, 26))
    X = torch.rand(40, 30, generator=torch.Generator().manual_seed(0))
    network = quantise(model, X)
    deployed = compile_network(network).deploy(Chain())
    whole = network.integers(X)
    assert [deployed.predict(row) for row in whole] == network.predict(whole).tolist()


@pytest.mark.parametrize("classes", [26, 100, 150, 256])
def test_many_classes(classes):
    """From some number on the sums lie too deep in the stack, and the network is compiled with data contracts."""
    drawn = np.random.default_rng(classes)
    hidden = IntegerLayer(drawn.integers(-9, 10, (12, 20)), drawn.integers(-9, 10, 12), 3, True)
    network = QuantisedNetwork(
        (hidden, IntegerLayer(drawn.integers(-40, 41, (classes, 12)), np.zeros(classes, int))), 15
    )
    compiled = compile_network(network)
    assert bool(compiled.data) is (classes > 100)
    deployed = compiled.deploy(CHAIN)
    rows = drawn.integers(0, 16, (30, 20))
    wanted = network.predict(rows).tolist()
    assert [deployed.predict(row) for row in rows] == wanted and len(set(wanted)) > 4
    if compiled.data:
        with pytest.raises(NotCompilable, match="too many for the stack"):
            compile_network(network, data_contracts=False)


def test_more_classes_than_a_byte_counts_are_refused():
    network = QuantisedNetwork((IntegerLayer(np.ones((257, 2), np.int64), np.zeros(257, np.int64)),), 15)
    for stored in (False, True):
        with pytest.raises(NotCompilable, match="257 classes; 256 are accepted"):
            compile_network(network, data_contracts=stored)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"lane_bits": 3}, "lane_bits must be a whole number from 6"),
        ({"lane_bits": True}, "lane_bits"),
        ({"lane_bits": 12.0}, "lane_bits"),
    ],
)
def test_arguments_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        compile_network(digits_network(), **arguments)


def test_what_is_no_quantised_network_is_refused():
    with pytest.raises(ValueError, match="Sequential given; a QuantisedNetwork is accepted"):
        compile_network(nn.Sequential(nn.Linear(2, 2)))


def test_inputs_that_are_refused(compiled):
    with pytest.raises(ValueError, match="input 5 is 16"):
        compiled.encode([0] * 5 + [16] + [0] * 58)
    with pytest.raises(ValueError, match="2 rows given"):
        compiled.encode(np.zeros((2, 64)))


def test_a_chain_that_mines_by_hand_is_served_too(compiled):
    chain = Chain(automine=False)
    deployed = compiled.deploy(chain)
    assert deployed.predict([0] * 64) == compiled.reference([0] * 64)


def test_the_report_names_the_figures(compiled):
    report = compiled.report()
    for fact in ("64-16-10", "1,184", "1,182", "2,697 bytes", "proven absent", "12 bits"):
        assert fact in report
