"""The digits: 1,797 scanned digits of 8 × 8 pixels, bundled with scikit-learn, so that no network is needed.

Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (its test part).
"""

from typing import NamedTuple

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor

HELD_OUT = 450  # a quarter of 1,797 images, rounded up


class Digits(NamedTuple):
    """Pixels as (rows, 64) between 0 and 1, labels as whole numbers 0 to 9."""

    X_train: Tensor
    y_train: Tensor
    X_test: Tensor
    y_test: Tensor


def digits(seed: int = 0, labels: int | None = None) -> Digits:
    """Return the digits, a quarter of them (450 images) held out for testing.

    `seed` shuffles before the split: one seed, one split, on every machine. `labels` keeps only so many
    of the 1,347 training images; the held-out ones stay the same, so that results can be compared.
    """
    data = load_digits()
    order = np.random.default_rng(seed).permutation(len(data.target))
    train, test = order[HELD_OUT:], order[:HELD_OUT]
    if labels is not None:
        if not 1 <= labels <= len(train):
            raise ValueError(f"labels must be between 1 and {len(train)}, got {labels!r}")
        train = train[:labels]
    X = torch.tensor(data.data / 16, dtype=torch.float32)
    y = torch.tensor(data.target, dtype=torch.int64)
    return Digits(X[train], y[train], X[test], y[test])
