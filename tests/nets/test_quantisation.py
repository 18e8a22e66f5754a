import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnchain_edu.nets import (
    CNN,
    MLP,
    IntegerLayer,
    QuantisedNetwork,
    digits,
    digits_network,
    quantise,
    seeded,
    train_quantised,
    training_quantised,
)


def dense(*sizes: int, seed: int = 0) -> nn.Sequential:
    with seeded(seed):
        layers = [[nn.Linear(a, b), nn.ReLU()] for a, b in itertools.pairwise(sizes)]
    return nn.Sequential(*itertools.chain(*layers)).__getitem__(slice(0, -1))


def rows(count: int, inputs: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, inputs, generator=torch.Generator().manual_seed(seed))


def by_hand(network: QuantisedNetwork, row: list[int]) -> list[int]:
    """The sums in Python's own integers, one product at a time."""
    values = row
    for layer in network.layers:
        sums = []
        for weights, bias in zip(layer.weights.tolist(), layer.bias.tolist(), strict=True):
            total = bias
            for value, weight in zip(values, weights, strict=True):
                total += value * weight
            sums.append(max(total, 0) // 2**layer.shift if layer.relu else total)
        values = sums
    return values


@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=4),
    seed=st.integers(0, 2**16),
    x_max=st.integers(1, 40),
    lane_bits=st.integers(6, 20),
)
@settings(max_examples=40, deadline=None)
def test_forward_int_is_the_products_one_by_one_and_stays_in_its_ranges(sizes, seed, x_max, lane_bits):
    network = quantise(dense(*sizes, seed=seed), rows(30, sizes[0], seed), x_max=x_max, lane_bits=lane_bits)
    X = np.random.default_rng(seed).integers(0, x_max + 1, (8, sizes[0]))
    X[0], X[1] = 0, x_max
    assert network.forward_int(X).tolist() == [by_hand(network, row) for row in X.tolist()]
    values, half = X, 2 ** (lane_bits - 1)
    for layer, found in zip(network.layers, network.ranges(), strict=True):
        sums = layer.sums(values)
        assert (found.low <= sums).all() and (sums <= found.high).all()
        if layer.relu:
            assert (found.low >= -half).all() and (found.high < half).all()
        values = layer.forward(values)


def test_the_ranges_of_the_first_layer_are_reached():
    network = digits_network()
    first, found = network.layers[0], network.ranges()[0]
    for neuron, weights in enumerate(first.weights):
        highest, lowest = (weights > 0) * network.x_max, (weights < 0) * network.x_max
        assert first.sums(highest[None])[0, neuron] == found.high[neuron]
        assert first.sums(lowest[None])[0, neuron] == found.low[neuron]


def test_the_committed_network():
    network, data = digits_network(), digits()
    assert round(network.accuracy(data.X_test, data.y_test) * 450) == 435
    assert (network.inputs, network.outputs, network.products) == (64, 10, 1184)
    assert (network.hidden_int(network.integers(data.X_train)) > 0).any(axis=0).all(), "a hidden neuron never fires"
    unread = np.flatnonzero((network.layers[0].weights == 0).all(axis=0))
    assert set(np.flatnonzero((data.X_train == 0).all(dim=0))) <= set(unread)


@pytest.mark.slow
def test_rounding_in_the_loop_beats_rounding_afterwards_where_bits_are_few():
    data = digits(labels=400)
    few = {"x_max": 3, "lane_bits": 7, "hidden_max": 7, "learning_rate": 0.01}
    gained = 0.0
    for seed in range(3):
        model = dense(64, 16, 10, seed=seed)
        in_loop = train_quantised(model, data.X_train, data.y_train, epochs=20, quantised_epochs=20, **few)
        after = train_quantised(model, data.X_train, data.y_train, epochs=40, quantised_epochs=0, **few)
        gained += in_loop.accuracy(data.X_test, data.y_test) - after.accuracy(data.X_test, data.y_test)
    assert gained / 3 > 0.01


def test_with_many_bits_nothing_is_lost():
    data = digits(labels=300)
    model = dense(64, 16, 10)
    before = [p.clone() for p in model.parameters()]
    network = quantise(model, data.X_train, x_max=255, lane_bits=28, hidden_max=2**16 - 1, logit_bits=32)
    rounded = torch.tensor(network.predict(network.integers(data.X_test)))
    assert (rounded == model(data.X_test).argmax(1)).float().mean() > 0.99
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_the_generator_returns_the_network_that_the_function_gives():
    data = digits(labels=100)
    options = {"epochs": 2, "quantised_epochs": 3, "learning_rate": 0.01}
    model = dense(64, 8, 10)
    steps, epochs = training_quantised(model, data.X_train, data.y_train, **options), []
    try:
        while True:
            epochs.append(next(steps).epochs)
    except StopIteration as end:
        network = end.value
    assert max(epochs) == 3 and epochs.count(0) > 2  # a History a phase
    assert network.weights_bytes() == train_quantised(model, data.X_train, data.y_train, **options).weights_bytes()


def test_an_input_that_is_always_zero_gets_no_weights():
    X = rows(20, 6)
    X[:, 2] = 0
    network = quantise(dense(6, 4, 3), X)
    assert (network.layers[0].weights[:, 2] == 0).all() and (network.layers[0].weights[:, 3] != 0).any()


@pytest.mark.parametrize("stride, padding, channels", [(1, 0, 1), (2, 0, 2), (1, 1, 1), (2, 1, 2)])
def test_a_convolution_is_what_torch_computes(stride, padding, channels):
    with seeded(3):
        convolution = nn.Conv2d(channels, 3, 3, stride=stride, padding=padding)
        side = (6 + 2 * padding - 3) // stride + 1
        model = nn.Sequential(convolution, nn.ReLU(), nn.Flatten(), nn.Linear(3 * side * side, 4))
    X = rows(10, channels * 36).reshape(10, channels, 6, 6)
    network = quantise(model, X)
    layer = network.layers[0]
    whole = network.integers(X)
    kernel = torch.tensor(layer.convolution.kernel, dtype=torch.float64)
    bias = torch.tensor(layer.bias.reshape(3, -1)[:, 0], dtype=torch.float64)
    images = torch.tensor(whole, dtype=torch.float64).reshape(10, channels, 6, 6)
    wanted = nn.functional.conv2d(images, kernel, bias, stride, padding).flatten(1)
    assert np.array_equal(layer.sums(whole), wanted.numpy().astype(np.int64))
    taps = nn.functional.unfold(torch.ones(1, channels, 6, 6), 3, padding=padding, stride=stride).sum()
    assert layer.products == 3 * int(taps)


def test_saved_and_loaded_it_is_the_same(tmp_path):
    with seeded(0):
        model = nn.Sequential(nn.Unflatten(1, (1, 4, 4)), nn.Conv2d(1, 2, 2), nn.ReLU(), nn.Flatten(), nn.Linear(18, 3))
    network = quantise(model, rows(9, 16))
    again = QuantisedNetwork.load(network.save(tmp_path / "network.json", "made here"))
    assert again.weights_bytes() == network.weights_bytes() and again.input_scale == network.input_scale
    assert again.layers[0].convolution.kernel.tolist() == network.layers[0].convolution.kernel.tolist()
    assert "made here" in (tmp_path / "network.json").read_text(encoding="utf-8")


def test_the_courses_mlp_is_taken():
    network = quantise(MLP(12, 5, 3), rows(9, 12))
    assert repr(network) == "<QuantisedNetwork 12-5-3, inputs 0 to 15, 75 products>"


def test_inputs_are_rounded_and_cut():
    network = quantise(dense(2, 3, 2), torch.tensor([[1.0, 0.5], [0.0, 0.25]]), x_max=10)
    assert network.integers([[0.04, 0.06], [-3.0, 7.0]]).tolist() == [[0, 1], [0, 10]]


def broken(value: float) -> nn.Sequential:
    model = dense(4, 3, 2)
    model[2].weight.data[1, 0] = value
    return model


@pytest.mark.parametrize(
    "model, message",
    [
        (CNN(), "CNN given"),
        (broken(torch.nan), r"layer 2 \(Linear\) has a weight that is not finite"),
        (broken(torch.inf), "not finite"),
        (nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)), "layer 1 is Tanh"),
        (nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)), "follows a layer without a ReLU"),
        (nn.Sequential(nn.Linear(4, 3), nn.ReLU()), "layer 1 .ReLU. stands where no hidden"),
        (nn.Sequential(nn.ReLU(), nn.Linear(4, 3)), "layer 0 .ReLU. stands"),
        (nn.Sequential(nn.Linear(5, 3)), "takes 5 inputs, but gets 4"),
        (nn.Sequential(nn.Flatten()), "no layer with weights"),
        (nn.Sequential(nn.Unflatten(1, (1, 2, 2)), nn.Linear(2, 2)), "put nn.Flatten"),
        (nn.Sequential(nn.Conv2d(1, 2, 2)), "put nn.Unflatten"),
        (nn.Sequential(nn.Unflatten(1, (2, 2, 1)), nn.Conv2d(2, 2, 1, groups=2)), "grouped"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_models_that_are_refused(model, message):
    with pytest.raises(ValueError, match=message):
        quantise(model, rows(5, 4))


@pytest.mark.parametrize(
    "X, message",
    [
        (torch.zeros(3, 4), "nothing but zeros"),
        (torch.full((3, 4), torch.nan), "not finite"),
        (-torch.ones(3, 4), "negative"),
        (torch.ones(4), "rows of inputs"),
        (torch.ones(0, 4), "rows of inputs"),
        (torch.ones(3, 5), "but gets 5"),
    ],
)
def test_rows_that_are_refused(X, message):
    with pytest.raises(ValueError, match=message):
        quantise(dense(4, 3, 2), X)


@pytest.mark.parametrize("name, value", [("x_max", 0), ("lane_bits", 5), ("hidden_max", 1.5), ("logit_bits", 33)])
def test_widths_that_are_refused(name, value):
    with pytest.raises(ValueError, match=name):
        quantise(dense(4, 3, 2), rows(5, 4), **{name: value})


@pytest.mark.parametrize(
    "X, message",
    [
        ([[1, 2, 3]], "rows of 3 numbers given; 4 are accepted"),
        ([[1, 2, 3, 16]], "row 0, input 3 is 16"),
        ([[1, 2, 3, 4], [1, -1, 3, 4]], "row 1, input 1 is -1"),
        ([[1, 2.5, 3, 4]], "input 1 is 2.5"),
        ([[1, float("nan"), 3, 4]], "input 1 is nan"),
    ],
)
def test_whole_numbers_that_are_refused(X, message):
    network = quantise(dense(4, 3, 2), rows(5, 4))
    with pytest.raises(ValueError, match=message):
        network.forward_int(X)


def test_a_network_put_together_wrongly_is_refused():
    ones = IntegerLayer(np.ones((2, 3), np.int64), np.zeros(2, np.int64))
    with pytest.raises(ValueError, match="layer 0: a hidden layer needs its ReLU"):
        QuantisedNetwork((ones, ones), 15)
    hidden = IntegerLayer(ones.weights, ones.bias, 0, True)
    with pytest.raises(ValueError, match="layer 1: takes 3 inputs, but the layer before gives 2"):
        QuantisedNetwork((hidden, ones), 15)
    huge = IntegerLayer(ones.weights * 2**61, ones.bias)
    with pytest.raises(ValueError, match="layer 0, neuron 0: its sum may not fit"):
        QuantisedNetwork((huge,), 15)
    with pytest.raises(ValueError, match="x_max"):
        QuantisedNetwork((ones,), 0)


def test_a_rate_at_which_the_loss_runs_away_is_told():
    data = digits(labels=64)
    with pytest.raises(ValueError, match=r"learning_rate: at .* the loss ran away"):
        train_quantised(dense(64, 8, 10), data.X_train, data.y_train, epochs=8, learning_rate=1e9)
