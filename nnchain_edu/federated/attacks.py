"""Attacks, all of one shape: `attack(honest, hostile, generator) -> updates` of the hostile clients.

`honest` is (clients, parameters): the attacker is taken to know all honest updates, the strongest case. The
result is (hostile, parameters). What poisons data instead of updates (`flip_labels`) acts before training.
"""

from collections.abc import Callable
from statistics import NormalDist

import torch
from torch import Generator, Tensor

Attack = Callable[[Tensor, int, Generator], Tensor]


def sign_flip(honest: Tensor, hostile: int, generator: Generator, factor: float = 5.0) -> Tensor:
    """The honest mean, turned around and `factor` times as long."""
    return (-factor * honest.mean(0)).expand(hostile, -1).clone()


def scaling(honest: Tensor, hostile: int, generator: Generator, factor: float = 10.0) -> Tensor:
    """In the right direction, but `factor` times as long."""
    return (factor * honest.mean(0)).expand(hostile, -1).clone()


def noise(honest: Tensor, hostile: int, generator: Generator, factor: float = 10.0) -> Tensor:
    """Gaussian noise, in each coordinate `factor` times the spread of the honest updates around zero."""
    drawn = torch.randn(hostile, honest.shape[1], generator=generator, dtype=honest.dtype)
    return factor * honest.square().mean().sqrt() * drawn


def alie(honest: Tensor, hostile: int, generator: Generator) -> Tensor:
    """A little is enough (Baruch, Baruch and Goldberg 2019, algorithm 3): all hostile clients agree on the honest mean
    minus z standard deviations, z so small that enough honest updates lie farther out."""
    n = len(honest) + hostile
    needed = n // 2 + 1 - hostile  # honest clients that must look more extreme
    share = (n - hostile - needed) / (n - hostile)
    z = NormalDist().inv_cdf(min(max(share, 1e-6), 1 - 1e-6))
    return (honest.mean(0) - z * honest.std(0, unbiased=False)).expand(hostile, -1).clone()


def inner_product(honest: Tensor, hostile: int, generator: Generator, factor: float = 0.5) -> Tensor:
    """A short step backwards (Xie, Koyejo and Gupta 2019, Fall of Empires): all hostile clients hand in the honest mean
    turned around and shortened. Where honest updates are spread wider about their mean than 1 + `factor` times its
    length (two shards, not IID), it lies nearer to them than they to each other, on average."""
    return (-factor * honest.mean(0)).expand(hostile, -1).clone()


def copying(honest: Tensor, hostile: int, generator: Generator) -> Tensor:
    """Free-riding: hand in what some honest client has computed."""
    return honest[torch.randint(len(honest), (hostile,), generator=generator)].clone()


def flip_labels(labels: Tensor, classes: int = 10) -> Tensor:
    """Labels turned around: 0 becomes 9, 1 becomes 8, and so on (for `classes` = 10)."""
    return classes - 1 - labels


ATTACKS: dict[str, Attack] = {
    "sign flip": sign_flip,
    "scaling": scaling,
    "noise": noise,
    "ALIE": alie,
    "inner product": inner_product,
    "copying": copying,
}
