"""Local training of many clients at once: every client's weights are one row, every step one batch of batches.

Each client starts a round from the common weights, takes its own steps of plain gradient descent on its own
rows, and hands in the change of its weights. PyTorch's `vmap` runs all of them in one go; the result is that of
one client after the other.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.func import functional_call, grad, vmap
from torch.nn.functional import cross_entropy


class Clients:
    """`shares` are the row numbers of `X` (rows, …) and `y` (rows,) that each client holds (see `shares.py`)."""

    def __init__(self, model: nn.Module, X: Tensor, y: Tensor, shares: Sequence[np.ndarray]):
        if len(X) != len(y):
            raise ValueError(f"X and y must have as many rows, got {len(X)} and {len(y)}")
        if not X.isfinite().all():
            raise ValueError("X holds values that are not finite")
        if not shares:
            raise ValueError("shares must name the rows of at least one client")
        for number, share in enumerate(shares):
            if not len(share) or min(share) < 0 or max(share) >= len(X):
                raise ValueError(f"share {number} must hold at least one row number from 0 to {len(X) - 1}")
        self.model, self.X, self.y = model, X, y
        self.sizes = torch.tensor([len(share) for share in shares])
        self.rows = torch.zeros(len(shares), int(self.sizes.max()), dtype=torch.int64)
        for number, share in enumerate(shares):
            self.rows[number, : len(share)] = torch.as_tensor(np.asarray(share))
        self._names = [(name, p.shape, p.numel()) for name, p in model.named_parameters()]
        self._steps = vmap(grad(self._loss), in_dims=(0, 0, 0, 0))

    def __len__(self) -> int:
        return len(self.sizes)

    def unpack(self, weights: Tensor) -> dict[str, Tensor]:
        """The weights by name, from one vector of all."""
        parts = weights.split([size for _, _, size in self._names])
        return {name: part.view(shape) for (name, shape, _), part in zip(self._names, parts, strict=True)}

    def _loss(self, weights: Tensor, x: Tensor, y: Tensor, counts: Tensor) -> Tensor:
        """Mean cross-entropy over the rows that count (1, not 0); the others fill the batch up."""
        losses = cross_entropy(functional_call(self.model, self.unpack(weights), x), y, reduction="none")
        return (losses * counts).sum() / counts.sum().clamp(min=1)

    def updates(
        self,
        weights: Tensor,
        who: Sequence[int],
        *,
        epochs: int,
        batch_size: int | None,
        learning_rate: float,
        generator: Generator,
        labels: Tensor | None = None,
    ) -> Tensor:
        """The changes of `weights` (parameters,) that the clients `who` compute: (len(who), parameters).

        `batch_size=None` takes all rows of a client in one step. `labels` (rows,) replace `y`, for clients that
        learn from wrong ones.
        """
        rows, sizes = self.rows[list(who)], self.sizes[list(who)]
        width = rows.shape[1]
        batch = width if batch_size is None else min(batch_size, width)
        real = torch.arange(width) < sizes[:, None]
        y, mine = self.y if labels is None else labels, weights.expand(len(rows), -1).clone()
        for _ in range(epochs):
            order = torch.rand(rows.shape, generator=generator).masked_fill(~real, 2.0).argsort(1)  # real ones first
            for start in range(0, width, batch):
                chosen = order[:, start : start + batch]
                batches, counts = rows.gather(1, chosen), real.gather(1, chosen)
                if not counts.any():
                    break
                slopes = self._steps(mine, self.X[batches], y[batches], counts.to(weights.dtype))
                mine = mine - learning_rate * slopes
        return mine - weights
