"""A convolution as multiplications of whole images: the product of two numbers is a convolution of their digits.

Calldata holds the pixels, a byte each, row after row. The word that starts at a row holds that row and the ones below
it; times a word with the kernel's weights in bytes of their own, it holds in each pixel's byte the kernel's sum at
that pixel. One multiplication does all places of several rows. The bytes are read as they come: CALLDATALOAD may
start at any row.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nnchain_edu.nets.integers import QuantisedNetwork

from .assembly import WORD, Label, Target, assemble, creation_code, straight_gas
from .bytecode import DEEPEST, door_of
from .lanes import NotCompilable

if TYPE_CHECKING:
    from nnchain_edu.chain import Chain

LANE, BYTES = 8, 32  # bits of a lane, lanes of a word


@dataclass(frozen=True)
class CompiledConvolution:
    """A contract that gives every sum of a convolutional layer, before its ReLU.

    `encode(x)`: one row of whole numbers as calldata. `decode(output)`: the sums (filters, height, width), exact.
    """

    network: QuantisedNetwork
    items: list = field(repr=False)
    gas: int
    step: int  # rows of output a word
    groups: int  # words a filter
    offsets: tuple[int, ...]  # what was added to each filter's sums, so that none is negative

    @cached_property
    def runtime(self) -> bytes:
        return assemble(self.items)

    @property
    def products(self) -> int:
        return self.network.layers[0].products

    @property
    def gas_per_product(self) -> float:
        return self.gas / self.products

    def encode(self, x: Any) -> bytes:
        """One row of whole numbers, a byte each; a byte above what x_max's bits hold makes the contract revert."""
        return bytes(self.network.checked(x)[0].tolist())

    def reference(self, x: Any) -> np.ndarray:
        """The layer's exact sums for one row: (filters, height, width)."""
        layer = self.network.layers[0]
        return layer.sums(self.network.checked(x))[0].reshape(layer.convolution.output_shape)

    def decode(self, output: bytes) -> np.ndarray:
        """The contract's answer as sums (filters, height, width)."""
        filters, height, width = self.network.layers[0].convolution.output_shape
        across = self.network.layers[0].convolution.input_shape[2]
        words = np.frombuffer(output, np.uint8).reshape(filters, self.groups, BYTES).astype(np.int64)
        found = np.zeros((filters, height, width), np.int64)
        for y in range(height):
            group, row = divmod(y, self.step)
            found[:, y] = words[:, group, row * across : row * across + width] - np.array(self.offsets)[:, None]
        return found

    def deploy(self, chain: "Chain", sender: Any = None) -> str:
        """Create the contract; return its address."""
        from .deployed import send_raw

        return send_raw(chain, {"data": creation_code(self.runtime)}, sender)["contractAddress"]


def compile_convolution(network: QuantisedNetwork) -> CompiledConvolution:
    """Compile the first layer of `network`, a convolution with stride 1 and no padding, to EVM code.

    Every filter's sums must span less than 256 (quantise with x_max=3, lane_bits=8); NotCompilable with the filter
    else.
    """
    layer = network.layers[0]
    geometry, door = layer.convolution, door_of(network)
    if geometry is None or geometry.stride != (1, 1) or geometry.padding != (0, 0):
        raise NotCompilable("layer 0 is no convolution with stride 1 and no padding")
    filters, channels, tall, wide = geometry.kernel.shape
    _, rows, across = geometry.input_shape
    held = BYTES // across  # rows of a word
    if held < tall or door > 255:
        raise NotCompilable(f"a word of 32 bytes holds {held} rows of {across} pixels; the kernel needs {tall}")
    step = held - tall + 1
    groups = -(-(rows - tall + 1) // step)
    count = channels * groups
    if count > DEEPEST - 3:
        raise NotCompilable(f"the image fills {count} words; too many for the stack")
    places = geometry.output_shape[1] * geometry.output_shape[2]
    ones = int.from_bytes(b"\1" * BYTES, "big")
    starts = [across * (channel * rows + group * step) for channel in range(channels) for group in range(groups)]
    items: list = _checked(max(starts) + BYTES, 255 - door)
    for start in starts:
        items += [start, "CALLDATALOAD"]
    offsets = []
    for number in range(filters):
        kernel, bias = geometry.kernel[number], int(layer.bias[number * places])
        low, high = int(np.minimum(kernel, 0).sum()) * door, int(np.maximum(kernel, 0).sum()) * door
        if high - low > 255:
            raise NotCompilable(f"layer 0, filter {number}: its sums span {high - low}; a lane of 8 bits holds 255")
        offsets.append(-low - bias)
        for group in range(groups):
            for channel in range(channels):
                word = sum(
                    int(kernel[channel, dy, dx]) << (LANE * (across * dy + dx))
                    for dy in range(tall)
                    for dx in range(wide)
                )
                depth = count - (channel * groups + group) + (2 if channel else 1)
                items += [word % WORD, f"DUP{depth}", "MUL"] + (["ADD"] if channel else [])
            items += ([-low * ones, "ADD"] if low else []) + [BYTES * (number * groups + group), "MSTORE"]
    total = filters * groups
    items += [BYTES * total, 0, "RETURN", Label("refuse"), 0, 0, "REVERT"]
    gas = straight_gas(items[:-4]) + 3 * total + total**2 // 512
    return CompiledConvolution(network, items, gas, step, groups, tuple(offsets))


def _checked(size: int, high_bits: int) -> list:
    """Items that revert if any of the first `size` bytes of calldata, all that is read, has a high bit set."""
    items: list = []
    for start in range(0, size, BYTES):
        items += [start, "CALLDATALOAD", *(["OR"] if start else [])]
    pattern = int.from_bytes(bytes([high_bits]) * BYTES, "big")
    return [*items, pattern, "AND", Target("refuse"), "JUMPI"] if high_bits else []
