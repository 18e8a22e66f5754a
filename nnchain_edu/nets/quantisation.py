"""From a trained network to one of whole numbers, after training or with the rounding in the training loop.

Every neuron has its own scale: as large as it can be while the neuron's sum stays within its bits for every input
(interval arithmetic), because larger weights lose less to rounding. The next layer's weights take the scales back;
the last layer has one scale for all outputs, which must stay comparable. Rounding in the loop is the straight-through
estimator (Bengio, Léonard and Courville 2013, arXiv 1308.3432), per-neuron scales as in Jacob et al. 2018,
arXiv 1712.05877.
"""

from collections.abc import Generator, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nnchain_edu.studies import FOLDER

from .integers import IntegerLayer, QuantisedNetwork
from .models import positive
from .stages import Stage, stages_of
from .training import History, training

SPARE = (
    12  # one part in so many of a hidden sum's range stays free, so that a bias may be added inexactly (onchain/lanes)
)
DIGITS = FOLDER / "digits_network.json"


@dataclass(frozen=True)
class Widths:
    """How many bits there are: the arguments of `quantise`, checked."""

    x_max: int = 15
    lane_bits: int = 12
    hidden_max: int = 31
    logit_bits: int = 16

    def __post_init__(self):
        for name in ("x_max", "hidden_max"):
            positive(name, getattr(self, name))
        for name, least in (("lane_bits", 6), ("logit_bits", 6)):
            if not least <= positive(name, getattr(self, name)) <= 32:
                raise ValueError(f"{name} must be a whole number from {least} to 32, got {getattr(self, name)!r}")

    @property
    def shift(self) -> int:
        """By how many bits a hidden sum is shortened, so that none of lane_bits exceeds hidden_max."""
        shift = 0
        while (2 ** (self.lane_bits - 1) - 1) >> shift > self.hidden_max:
            shift += 1
        return shift


def _rounded(values: Tensor, how: Any = torch.round) -> Tensor:
    """Rounded forwards, untouched backwards: the straight-through estimator."""
    return values + (how(values) - values).detach()


def _scales(weights: Tensor, bias: Tensor, high: Tensor, groups: Tensor, limit: int, half: int) -> Tensor:
    """The largest scale of each neuron at which its rounded sum stays within ±limit for all inputs 0 to `high`.

    Also Σ|w|·high + |b| stays within twice the limit, which is what the lanes below the sum's need.
    """
    top, bottom = bias + weights.clamp(min=0) @ high, bias + weights.clamp(max=0) @ high
    room = torch.minimum((limit - half) / top.clamp(min=1e-9), limit / (-bottom).clamp(min=1e-9))
    room = torch.minimum(room, (2 * limit - half) / (weights.abs() @ high + bias.abs()).clamp(min=1e-9))
    count = int(groups.max()) + 1
    scale = room.new_full((count,), torch.inf).scatter_reduce(0, groups, room, "amin").clamp(max=2.0**20)
    while True:  # rounding may push a neuron over: then a little less
        every = scale[groups]
        w, b = (weights * every[:, None]).round(), (bias * every).round() + half
        over = (b + w.clamp(min=0) @ high > limit) | (-(b + w.clamp(max=0) @ high) > limit)
        if not over.any():
            return every
        scale = torch.where(torch.bincount(groups, over.to(scale.dtype), count) > 0, scale * 0.99, scale)


class _RoundedNetwork(nn.Module):
    """The model as its whole-number self computes, in a form that gradients pass through."""

    def __init__(self, stages: list[Stage], widths: Widths, input_scale: float, seen: Tensor):
        super().__init__()
        self.stages, self.widths, self.input_scale, self.seen = stages, widths, input_scale, seen
        self.trained = nn.ModuleList(stage.module for stage in stages)

    def layers(self) -> Iterator[tuple[Stage, Tensor, Tensor, int, Tensor]]:
        """Each stage with its rounded weights and bias, its shift, and the scale of its sums."""
        widths = self.widths
        unit = self.seen.to(self.trained[0].weight.dtype) * self.input_scale
        high = torch.full_like(unit, widths.x_max)
        for stage in self.stages:
            weights, bias = stage.parameters()
            weights = weights * unit
            shift = widths.shift if stage.hidden else 0
            half = (1 << shift) >> 1  # so that >> rounds to the nearest
            most = 2 ** (widths.lane_bits - 1) if stage.hidden else 2 ** (widths.logit_bits - 1)
            limit = most - most // SPARE - 1 if stage.hidden else most - 1
            with torch.no_grad():
                scale = _scales(weights, bias, high, stage.groups, limit, half)
            weights, bias = _rounded(weights * scale[:, None]), _rounded(bias * scale) + half
            yield stage, weights, bias, shift, scale
            with torch.no_grad():
                high = ((bias + weights.clamp(min=0) @ high).clamp(min=0) / 2**shift).floor()
                unit = 2**shift / scale

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        for stage, weights, bias, shift, scale in self.layers():
            x = x @ weights.T + bias
            x = _rounded(torch.relu(x) / 2**shift, torch.floor) if stage.hidden else x / scale
        return x

    def freeze(self) -> QuantisedNetwork:
        """What it has become, as whole numbers."""
        frozen = []
        with torch.no_grad():
            for stage, weights, bias, shift, _ in self.layers():
                w, b = (t.double().round().numpy().astype(np.int64) for t in (weights, bias))
                frozen.append(IntegerLayer(w, b, shift, stage.hidden, stage.geometry(w)))
        return QuantisedNetwork(tuple(frozen), self.widths.x_max, self.input_scale)


def _prepared(model: nn.Module, X: Tensor, widths: Widths) -> tuple[_RoundedNetwork, Tensor]:
    X = torch.as_tensor(X, dtype=torch.float32)
    if X.ndim < 2 or not len(X):
        raise ValueError(f"X: shape {tuple(X.shape)} given; rows of inputs are accepted")
    if not torch.isfinite(X).all() or X.min() < 0 or X.max() <= 0:
        raise ValueError("X holds a number that is negative or not finite, or nothing but zeros")
    scale = X.max().item() / widths.x_max
    whole = (X / scale).round().clamp(0, widths.x_max).flatten(1)
    stages = stages_of(model, tuple(X.shape[1:]))
    # an input that is zero in every row has learnt nothing; a convolution's kernel is shared, so it keeps its weights
    seen = torch.ones(whole.shape[1], dtype=torch.bool) if stages[0].taps is not None else whole.any(dim=0)
    return _RoundedNetwork(stages, widths, scale, seen), whole


def quantise(
    model: nn.Module, X: Tensor, *, x_max: int = 15, lane_bits: int = 12, hidden_max: int = 31, logit_bits: int = 16
) -> QuantisedNetwork:
    """Round a trained `model` to whole numbers; nothing is trained.

    `model` is an nn.Sequential of Linear or Conv2d layers with ReLU between (Flatten and Unflatten as needed), or the
    course's MLP. `X` (rows, inputs) or (rows, channels, height, width) holds real inputs of at least 0, whose largest
    becomes `x_max`. Hidden sums stay within `lane_bits` bits with their sign and are handed on as 0 to `hidden_max`;
    the last layer's sums stay within `logit_bits`. Weights of an input that is zero in every row become 0. Raises
    ValueError naming the layer that is not accepted.
    """
    widths = Widths(x_max, lane_bits, hidden_max, logit_bits)
    return _prepared(deepcopy(model).double(), X, widths)[0].freeze()


def training_quantised(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    *,
    epochs: int = 30,
    quantised_epochs: int = 30,
    learning_rate: float = 0.005,
    batch_size: int = 64,
    weight_decay: float = 0.0,
    seed: int = 0,
    x_max: int = 15,
    lane_bits: int = 12,
    hidden_max: int = 31,
    logit_bits: int = 16,
) -> Generator[History, None, QuantisedNetwork]:
    """`train_quantised` as a generator that hands back control after every step; the network is what it returns.

    Yields the History of the phase it is in: first of the model as it is, then of the one with every rounding.
    """
    widths = Widths(x_max, lane_bits, hidden_max, logit_bits)
    model = deepcopy(getattr(model, "layers", model)).float()
    network, whole = _prepared(model, X, widths)
    options = {"batch_size": batch_size, "weight_decay": weight_decay, "seed": seed, "decay": True}
    rows = torch.as_tensor(X, dtype=torch.float32)
    # half the rate for the second: the weights are near their place, and a step must not shake what has been rounded
    phases = ((model, rows, epochs, learning_rate), (network, whole, quantised_epochs, learning_rate / 2))
    for trained, inputs, count, rate in phases:
        if not count:
            continue
        for history in training(trained, inputs, y, epochs=count, learning_rate=rate, **options):
            yield history
        if history.diverged:
            raise ValueError(f"learning_rate: at {rate} the loss ran away; a smaller rate is accepted")
    return network.double().freeze()


def train_quantised(model: nn.Module, X: Tensor, y: Tensor, **options: Any) -> QuantisedNetwork:
    """Train a copy of `model` on rows `X` and classes `y`, first as it is, then with every rounding in the loop.

    The options are those of `training_quantised`: epochs=30, quantised_epochs=30, learning_rate=0.005, batch_size=64,
    weight_decay=0, seed=0, and the widths of `quantise`. `epochs` may be 0 for a model that is trained already. The
    given model is left as it was. Raises ValueError for what does not fit, before training.
    """
    steps = training_quantised(model, X, y, **options)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def digits_network() -> QuantisedNetwork:
    """The course's 64-16-10 network of the digits, as committed: the same whole numbers on every machine."""
    return QuantisedNetwork.load(DIGITS)
