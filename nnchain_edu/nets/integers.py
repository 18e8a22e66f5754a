"""A network of whole numbers: what is left of a trained network once its weights are rounded.

Each layer computes z = W x + b in integers. A hidden layer hands on max(0, z) >> shift; the last hands on z.
Nothing here is approximate: `forward_int` is the reference that a contract must equal bit for bit.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

EXACT = 2**62  # sums beyond this would not fit NumPy's 64-bit integers with room to spare


class Convolution(NamedTuple):
    """Where a layer's weights come from, if it is a convolution; shapes are (channels, height, width)."""

    kernel: np.ndarray  # (filters, channels, height, width), whole numbers
    input_shape: tuple[int, int, int]
    output_shape: tuple[int, int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]


class NeuronRanges(NamedTuple):
    """What the neurons of one layer can reach, whatever the input: arrays with one entry a neuron.

    `low` and `high` bound the sum z (interval arithmetic, both reached); `reach` is Σ|w|·x_max + |b|, the simpler
    bound of its size; `inputs_high` says how large each of the layer's inputs can be (their lowest is 0).
    """

    low: np.ndarray
    high: np.ndarray
    reach: np.ndarray
    inputs_high: np.ndarray


@dataclass(frozen=True)
class IntegerLayer:
    """One layer: `weights` (outputs, inputs), `bias` (outputs,), int64. A `relu` layer hands on max(0, z) >> shift."""

    weights: np.ndarray
    bias: np.ndarray
    shift: int = 0
    relu: bool = False
    convolution: Convolution | None = None

    @property
    def inputs(self) -> int:
        return self.weights.shape[1]

    @property
    def outputs(self) -> int:
        return self.weights.shape[0]

    @property
    def products(self) -> int:
        """How many multiplications the layer asks for: a convolution's padding is not counted."""
        if self.convolution is None:
            return self.weights.size
        places = np.zeros(self.convolution.input_shape, np.int64)
        taps = IntegerLayer._taps(self.convolution, places + 1)
        return int(taps.sum()) * len(self.convolution.kernel)

    @staticmethod
    def _taps(geometry: Convolution, image: np.ndarray) -> np.ndarray:
        _, _, height, width = geometry.kernel.shape
        (down, right), (above, beside) = geometry.stride, geometry.padding
        padded = np.pad(image, ((0, 0), (above, above), (beside, beside)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), (1, 2))
        return windows[:, ::down, ::right]

    def sums(self, x: np.ndarray) -> np.ndarray:
        """z = W x + b for rows `x` (rows, inputs)."""
        return x @ self.weights.T + self.bias

    def forward(self, x: np.ndarray) -> np.ndarray:
        """What the layer hands on for rows `x`."""
        z = self.sums(x)
        return np.maximum(z, 0) >> self.shift if self.relu else z

    def ranges(self, inputs_high: np.ndarray) -> NeuronRanges:
        """The neurons' ranges, when input i may be anything from 0 to `inputs_high[i]`."""
        low = self.bias + np.minimum(self.weights, 0) @ inputs_high
        high = self.bias + np.maximum(self.weights, 0) @ inputs_high
        return NeuronRanges(low, high, np.abs(self.weights) @ inputs_high + np.abs(self.bias), inputs_high)


class QuantisedNetwork:
    """A classifier in whole numbers. Inputs are 0 to `x_max`; one of them stands for `input_scale` of the real input.

    The class is the output with the largest sum; of equal ones, the first.
    """

    def __init__(self, layers: tuple[IntegerLayer, ...], x_max: int, input_scale: float = 1.0):
        if not layers:
            raise ValueError("layers: none given; at least one is accepted")
        if isinstance(x_max, bool) or not isinstance(x_max, int) or x_max < 1:
            raise ValueError(f"x_max must be a whole number of at least 1, got {x_max!r}")
        if not np.isfinite(input_scale) or input_scale <= 0:
            raise ValueError(f"input_scale must be a number above 0, got {input_scale!r}")
        self.layers, self.x_max, self.input_scale = tuple(layers), x_max, float(input_scale)
        for place, layer in enumerate(self.layers):
            last = place == len(self.layers) - 1
            if layer.relu is last:
                raise ValueError(
                    f"layer {place}: {'the last layer has no' if last else 'a hidden layer needs its'} ReLU"
                )
            if layer.weights.ndim != 2 or layer.bias.shape != (layer.outputs,):
                shapes = f"{layer.weights.shape} and {layer.bias.shape}"
                raise ValueError(f"layer {place}: weights and bias of shapes {shapes} given; (n, m) and (n,) accepted")
            if place and layer.inputs != self.layers[place - 1].outputs:
                before = self.layers[place - 1].outputs
                raise ValueError(f"layer {place}: takes {layer.inputs} inputs, but the layer before gives {before}")
            if layer.shift < 0:
                raise ValueError(f"layer {place}: shift {layer.shift} given; 0 or more is accepted")
            if layer.weights.dtype != np.int64 or layer.bias.dtype != np.int64:
                raise ValueError(f"layer {place}: weights and bias must be int64")
        high = np.full(self.inputs, float(x_max))
        for place, layer in enumerate(self.layers):
            reach = np.abs(layer.weights.astype(float)) @ high + np.abs(layer.bias.astype(float))
            if reach.max() >= EXACT:
                raise ValueError(f"layer {place}, neuron {reach.argmax()}: its sum may not fit 64 bits")
            high = reach / 2**layer.shift

    @property
    def inputs(self) -> int:
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        return self.layers[-1].outputs

    @property
    def products(self) -> int:
        """Multiplications of one inference, as the architecture counts them (64-16-10: 1,184)."""
        return sum(layer.products for layer in self.layers)

    def __repr__(self) -> str:
        sizes = "-".join(str(n) for n in (self.inputs, *(layer.outputs for layer in self.layers)))
        return f"<QuantisedNetwork {sizes}, inputs 0 to {self.x_max}, {self.products:,} products>"

    def integers(self, X: Any) -> np.ndarray:
        """Real rows `X` (rows, inputs) as whole numbers 0 to `x_max`: round(x / input_scale), cut at both ends."""
        rows = np.asarray(X, dtype=np.float64)
        rows = rows.reshape(len(rows), -1)
        if rows.shape[1] != self.inputs:
            raise ValueError(f"X: rows of {rows.shape[1]} numbers given; {self.inputs} are accepted")
        if not np.isfinite(rows).all():
            raise ValueError("X holds a number that is not finite")
        return np.clip(np.rint(rows / self.input_scale), 0, self.x_max).astype(np.int64)

    def checked(self, X: Any) -> np.ndarray:
        """`X` as int64 rows of `inputs` whole numbers 0 to `x_max`; ValueError saying where it holds anything else."""
        rows = np.atleast_2d(np.asarray(X))
        rows = rows.reshape(len(rows), -1)
        if rows.shape[1] != self.inputs:
            raise ValueError(f"X: rows of {rows.shape[1]} numbers given; {self.inputs} are accepted")
        wrong = ~((rows >= 0) & (rows <= self.x_max) & (rows == np.floor(rows)))
        if wrong.any():
            row, place = np.argwhere(wrong)[0]
            given = rows[row, place].item()
            raise ValueError(
                f"X: row {row}, input {place} is {given!r}; whole numbers from 0 to {self.x_max} are accepted"
            )
        return rows.astype(np.int64)

    def forward_int(self, X: Any) -> np.ndarray:
        """The exact sums of the last layer, int64 (rows, outputs), for rows of whole numbers 0 to `x_max`."""
        x = self.checked(X)
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def hidden_int(self, X: Any, layer: int = 0) -> np.ndarray:
        """What hidden layer `layer` hands on for rows of whole numbers, int64 (rows, neurons)."""
        if not 0 <= layer < len(self.layers) - 1:
            raise ValueError(f"layer: {layer} given; the hidden layers are 0 to {len(self.layers) - 2}")
        x = self.checked(X)
        for each in self.layers[: layer + 1]:
            x = each.forward(x)
        return x

    def predict(self, X: Any) -> np.ndarray:
        """The class of each row of whole numbers; of equal sums the first wins."""
        return self.forward_int(X).argmax(axis=1)

    def accuracy(self, X: Any, y: Any) -> float:
        """The share of real rows `X` that are classed as `y` says."""
        return float((self.predict(self.integers(X)) == np.asarray(y)).mean())

    def ranges(self) -> list[NeuronRanges]:
        """Per layer, what each neuron's sum can reach over all inputs 0 to `x_max`."""
        found, high = [], np.full(self.inputs, self.x_max, np.int64)
        for layer in self.layers:
            found.append(layer.ranges(high))
            high = np.maximum(found[-1].high, 0) >> layer.shift
        return found

    def weights_bytes(self) -> bytes:
        """All whole numbers that make the network, in one order on every machine: big-endian 32-bit, signed.

        x_max; then a layer: outputs, inputs, shift, weights row by row, bias.
        """
        parts = [np.array([self.x_max])]
        for layer in self.layers:
            parts += [np.array([layer.outputs, layer.inputs, layer.shift]), layer.weights.ravel(), layer.bias]
        numbers = np.concatenate(parts)
        if np.abs(numbers).max() >= 2**31:
            raise ValueError("a weight or bias does not fit 32 bits")
        return numbers.astype(">i4").tobytes()

    def save(self, path: str | Path, about: str = "") -> Path:
        """Write the network as JSON, a neuron a line; `about` says how it was made."""
        layers = []
        for layer in self.layers:
            kernel = layer.convolution
            layers.append(
                {
                    "shift": layer.shift,
                    "relu": layer.relu,
                    "bias": layer.bias.tolist(),
                    "weights": layer.weights.tolist(),
                }
                | ({"convolution": {k: np.asarray(v).tolist() for k, v in kernel._asdict().items()}} if kernel else {})
            )
        head = {"about": about, "x_max": self.x_max, "input_scale": self.input_scale, "layers": layers}
        text = json.dumps(head).replace("], [", "],\n[").replace(', "', ',\n"')
        Path(path).write_text(text + "\n", encoding="utf-8")
        return Path(path)

    @classmethod
    def load(cls, path: str | Path) -> "QuantisedNetwork":
        """Read what `save` wrote."""
        told = json.loads(Path(path).read_text(encoding="utf-8"))
        layers = []
        for layer in told["layers"]:
            geometry = layer.get("convolution")
            if geometry:
                shapes = {key: tuple(geometry[key]) for key in geometry if key != "kernel"}
                geometry = Convolution(kernel=np.array(geometry["kernel"], np.int64), **shapes)
            weights, bias = np.array(layer["weights"], np.int64), np.array(layer["bias"], np.int64)
            layers.append(IntegerLayer(weights, bias, layer["shift"], layer["relu"], geometry))
        return cls(tuple(layers), told["x_max"], told["input_scale"])
