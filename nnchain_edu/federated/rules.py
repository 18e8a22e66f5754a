"""Aggregation rules, all of one shape: `rule(updates, hostile) -> update`.

`updates` is (clients, parameters), `hostile` the number of clients that the rule is to withstand; the result
is (parameters,). Updates that are not finite, or too few clients, are refused before anything is computed.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Rule = Callable[[Tensor, int], Tensor]


def mean(updates: Tensor, hostile: int = 0) -> Tensor:
    """The average: what FedAvg does. One hostile client can move it anywhere, whatever `hostile` says."""
    return checked(updates, hostile, least=1).mean(0)


def median(updates: Tensor, hostile: int = 0) -> Tensor:
    """In each coordinate the middle value; of an even number the mean of the middle two (Yin et al. 2018)."""
    ordered = checked(updates, hostile, least=2 * hostile + 1).sort(dim=0).values
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def trimmed_mean(updates: Tensor, hostile: int = 0) -> Tensor:
    """In each coordinate the mean without the `hostile` lowest and highest values (Yin et al. 2018)."""
    ordered = checked(updates, hostile, least=2 * hostile + 1).sort(dim=0).values
    return ordered[hostile : len(ordered) - hostile].mean(0)


def krum(updates: Tensor, hostile: int = 0) -> Tensor:
    """The one update whose n − f − 2 nearest others are nearest (Blanchard et al. 2017, section 4)."""
    return updates[_scores(updates, hostile).argmin()]


def multi_krum(updates: Tensor, hostile: int = 0) -> Tensor:
    """The mean of the n − f updates with the best Krum scores (Blanchard et al. 2017; m = n − f is ours to choose)."""
    scores = _scores(updates, hostile)
    return updates[scores.argsort(stable=True)[: len(updates) - hostile]].mean(0)


def _scores(updates: Tensor, hostile: int) -> Tensor:
    """Krum's score of each update: the sum of squared distances to its n − f − 2 nearest others."""
    n = len(checked(updates, hostile, least=2 * hostile + 3))
    distances = torch.cdist(updates.double(), updates.double(), compute_mode="donot_use_mm_for_euclid_dist").square()
    return distances.sort(dim=1).values[:, 1 : n - hostile - 1].sum(1)  # the nearest is itself


def checked(updates: Tensor, hostile: int, least: int) -> Tensor:
    """Return `updates`, or raise a ValueError that says what is wrong with them."""
    if not isinstance(updates, Tensor) or updates.ndim != 2 or not updates.is_floating_point():
        shape = tuple(updates.shape) if isinstance(updates, Tensor) else type(updates).__name__
        raise ValueError(f"updates must be a float tensor of shape (clients, parameters), got {shape}")
    if isinstance(hostile, bool) or not isinstance(hostile, int) or hostile < 0:
        raise ValueError(f"hostile must be a whole number of at least 0, got {hostile!r}")
    if len(updates) < max(least, 1):
        raise ValueError(f"{len(updates)} updates are too few to withstand {hostile} hostile ones: at least {least}")
    wrong = (~updates.isfinite().all(1)).nonzero().flatten().tolist()
    if wrong:
        raise ValueError(f"the updates of clients {', '.join(map(str, wrong))} hold values that are not finite")
    return updates


RULES: dict[str, Rule] = {
    "mean": mean,
    "median": median,
    "trimmed mean": trimmed_mean,
    "Krum": krum,
    "Multi-Krum": multi_krum,
}
