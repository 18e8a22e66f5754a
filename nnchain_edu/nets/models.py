"""Five small networks, each written so that its shape can be read off the page.

Every network is an ordinary `torch.nn.Module`. Rows go in, one row of scores (logits) a class comes out.
A `seed` fixes the first weights; the same seed gives the same weights on one machine.
"""

import itertools
from collections.abc import Sequence
from contextlib import contextmanager
from math import sqrt

import torch
from torch import Tensor, nn

ACTIVATIONS = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "identity": nn.Identity,
}


@contextmanager
def seeded(seed: int):
    """Draw PyTorch's random numbers from `seed` inside the block, and leave the outer stream as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def parameter_count(model: nn.Module) -> int:
    """Return how many numbers training may change in `model`."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def positive(name: str, value: int) -> int:
    """Return `value` if it is a whole number of at least 1; raise ValueError naming `name` otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
    return value


def _activation(name: str) -> nn.Module:
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {name!r}")
    return ACTIVATIONS[name]()


class MLP(nn.Module):
    """A multilayer perceptron: `MLP(64, 32, 10)` has 64 inputs, one hidden layer of 32 and 10 outputs.

    Input of shape (rows, sizes[0]), or any shape with that many numbers a row; output (rows, sizes[-1]).
    """

    def __init__(self, *sizes: int, activation: str = "relu", seed: int = 0):
        super().__init__()
        if len(sizes) < 2:
            raise ValueError(f"sizes needs at least an input and an output size, got {sizes!r}")
        for i, size in enumerate(sizes):
            positive(f"sizes[{i}]", size)
        layers: list[nn.Module] = [nn.Flatten()]
        with seeded(seed):
            for inputs, outputs in itertools.pairwise(sizes):
                layers += [nn.Linear(inputs, outputs), _activation(activation)]
        self.layers = nn.Sequential(*layers[:-1])  # no activation after the output layer

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class CNN(nn.Module):
    """A convolutional network for square one-channel images; rows may come flat, (rows, side * side).

    Each entry of `channels` is one layer of that many 3 × 3 filters with padding, then batch normalisation
    (Ioffe and Szegedy 2015, arXiv 1502.03167, section 3: a scale and a shift a filter; the filters need no
    bias of their own), then the activation. The `head` decides what becomes of where a pattern was seen:
    "dense" halves the image once, then gives each remaining place its own weights;
    "pooled" averages each filter over all places, so that only "how much of it" is left.
    """

    def __init__(
        self,
        channels: Sequence[int] = (16, 32),
        classes: int = 10,
        head: str = "dense",
        side: int = 8,
        activation: str = "relu",
        seed: int = 0,
    ):
        super().__init__()
        if head not in ("dense", "pooled"):
            raise ValueError(f"head must be 'dense' or 'pooled', got {head!r}")
        if not channels:
            raise ValueError("channels needs at least one entry, got none")
        for i, width in enumerate(channels):
            positive(f"channels[{i}]", width)
        positive("classes", classes)
        if positive("side", side) < 2:
            raise ValueError(f"side must be at least 2, got {side}")
        self.side = side
        layers: list[nn.Module] = []
        with seeded(seed):
            for inputs, outputs in zip([1, *channels], channels, strict=False):
                layers.append(nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False))
                layers += [nn.BatchNorm2d(outputs), _activation(activation)]
            self.filters = nn.Sequential(*layers)
            if head == "dense":
                places = (side // 2) ** 2
                self.head = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(channels[-1] * places, classes))
            else:
                self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels[-1], classes))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.filters(x.reshape(len(x), 1, self.side, self.side)))


class GRU(nn.Module):
    """A recurrent network: reads a sequence step by step, keeps `width` numbers of memory, judges at the end.

    Input (rows, steps, features), output (rows, classes). The gates are those of Cho et al. 2014,
    arXiv 1406.1078, section 2.3.
    """

    def __init__(self, features: int, width: int, classes: int, seed: int = 0):
        super().__init__()
        positive("features", features), positive("width", width), positive("classes", classes)
        with seeded(seed):
            self.memory = nn.GRU(features, width, batch_first=True)
            self.head = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        _, last = self.memory(x)
        return self.head(last[0])


class GraphLayer(nn.Module):
    """One round of messages on a graph: each node mixes its own row with the mean of its neighbours' rows.

    `forward(x, adjacency)`: x (nodes, inputs), adjacency (nodes, nodes) with 1 where two nodes are joined;
    output (nodes, outputs). A node without neighbours hears zeros. This is the mean aggregator of
    Hamilton et al. 2017, arXiv 1706.02216, section 3.3, without its normalisation.
    """

    def __init__(self, inputs: int, outputs: int, seed: int = 0):
        super().__init__()
        positive("inputs", inputs), positive("outputs", outputs)
        with seeded(seed):
            self.own = nn.Linear(inputs, outputs)
            self.heard = nn.Linear(inputs, outputs, bias=False)

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        if adjacency.shape != (len(x), len(x)):
            raise ValueError(f"adjacency must be {len(x)} by {len(x)} for {len(x)} nodes, got {tuple(adjacency.shape)}")
        neighbours = adjacency.sum(1, keepdim=True).clamp(min=1)
        return self.own(x) + self.heard(adjacency @ x / neighbours)


class Attention(nn.Module):
    """One self-attention layer with one head, Vaswani et al. 2017, arXiv 1706.03762, section 3.2.1.

    Input (rows, steps, features), output (rows, steps, width). After a call, `weights` (rows, steps, steps)
    says how much each step looked at each other step; each of its rows sums to 1.
    """

    def __init__(self, features: int, width: int, seed: int = 0):
        super().__init__()
        positive("features", features), positive("width", width)
        with seeded(seed):
            self.query = nn.Linear(features, width)
            self.key = nn.Linear(features, width)
            self.value = nn.Linear(features, width)
        self.weights: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        match = self.query(x) @ self.key(x).transpose(1, 2) / sqrt(self.key.out_features)
        weights = match.softmax(dim=-1)
        self.weights = weights.detach()
        return weights @ self.value(x)
