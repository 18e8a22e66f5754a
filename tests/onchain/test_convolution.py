import numpy as np
import pytest
import torch
from torch import nn

from nnchain_edu.chain import Chain, ChainError
from nnchain_edu.nets import digits_network, quantise, seeded
from nnchain_edu.onchain import NotCompilable, compile_convolution, compile_network

from .running import call, traced


def convolutional(channels, height, width, filters, kernel, **options):
    """A quantised network whose first layer is a convolution."""
    with seeded(4):
        convolution = nn.Conv2d(channels, filters, kernel, **options.pop("layer", {}))
        places = convolution(torch.zeros(1, channels, height, width))[0].numel()
        shape = nn.Unflatten(1, (channels, height, width))
        model = nn.Sequential(shape, convolution, nn.ReLU(), nn.Flatten(), nn.Linear(places, 10))
    X = torch.rand(20, channels * height * width, generator=torch.Generator().manual_seed(0))
    return quantise(model, X, **{"x_max": 3, "lane_bits": 8, **options})


SHAPES = [(1, 8, 8, 8, 3), (2, 6, 8, 4, 3), (1, 5, 16, 3, 2), (1, 9, 5, 2, 3), (1, 7, 6, 2, (2, 3))]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_sum_is_exact(shape):
    network = convolutional(*shape)
    compiled, chain = compile_convolution(network), Chain()
    drawn = np.random.default_rng(0).integers(0, 4, (30, network.inputs))
    drawn[0], drawn[1] = 0, 3
    for row in drawn:
        answer = call(chain, compiled.runtime, compiled.encode(row))
        assert np.array_equal(compiled.decode(answer), compiled.reference(row))


def test_its_gas():
    compiled = compile_convolution(convolutional(1, 8, 8, 8, 3))
    chain = Chain()
    address = compiled.deploy(chain)
    assert traced(chain, address, compiled.encode([3] * 64))[0] == compiled.gas == 679
    assert compiled.products == 8 * 36 * 9 and round(compiled.gas_per_product, 2) == 0.26  # as lesson 07 says


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("where", [0, 17, -1])
def test_a_pixel_out_of_range_reverts_wherever_it_is_read(shape, where):
    network = convolutional(*shape)
    compiled = compile_convolution(network)
    data = bytearray(compiled.encode([1] * network.inputs))
    data[where] = 4
    with pytest.raises(ChainError, match="revert"):
        call(Chain(), compiled.runtime, bytes(data))


def test_more_calldata_than_pixels_changes_no_sum():
    network = convolutional(1, 9, 5, 2, 3)
    compiled, row = compile_convolution(network), [2] * 45
    for more in (b"", bytes(40), b"\3" * 40):
        answer = call(Chain(), compiled.runtime, compiled.encode(row) + more)
        assert np.array_equal(compiled.decode(answer), compiled.reference(row))


def test_the_whole_network_is_compiled_too():
    network = convolutional(1, 6, 6, 2, 3)
    deployed = compile_network(network).deploy(Chain())
    rows = np.random.default_rng(2).integers(0, 4, (20, 36))
    assert [deployed.predict(row) for row in rows] == network.predict(rows).tolist()


@pytest.mark.parametrize(
    "network, message",
    [
        (digits_network(), "no convolution"),
        (convolutional(1, 6, 6, 2, 3, layer={"stride": 2}), "stride 1"),
        (convolutional(1, 6, 6, 2, 3, layer={"padding": 1}), "no padding"),
        (convolutional(1, 6, 20, 2, 3), "the kernel needs 3"),
        (convolutional(1, 8, 8, 2, 3, x_max=15, lane_bits=12), "filter 0: its sums span"),
        (convolutional(5, 8, 8, 2, 3), "too many for the stack"),
    ],
    ids=["dense", "stride", "padding", "wide", "span", "stack"],
)
def test_what_is_refused(network, message):
    with pytest.raises(NotCompilable, match=message):
        compile_convolution(network)
