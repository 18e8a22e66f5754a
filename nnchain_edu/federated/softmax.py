"""The classroom's model, in NumPy alone: one layer from 64 pixels to 10 classes, 650 parameters, 41 words.

A client that imports nothing heavier fits thirty times into one machine. Weights are one vector: 640 weights, pixel by
pixel, then ten biases.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

PIXELS, CLASSES, HELD_OUT = 64, 10, 450
PARAMETERS = PIXELS * CLASSES + CLASSES


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """scikit-learn's digits as X, y to learn from (1,347 rows) and X, y held out (450), read from its file directly."""
    folder = Path(find_spec("sklearn").origin).parent
    table = np.loadtxt(folder / "datasets" / "data" / "digits.csv.gz", delimiter=",")
    order = np.random.default_rng(0).permutation(len(table))
    X, y = table[order, :PIXELS] / 16, table[order, PIXELS].astype(int)
    return X[HELD_OUT:], y[HELD_OUT:], X[:HELD_OUT], y[:HELD_OUT]


def probabilities(weights: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Softmax of the scores: (rows, 10)."""
    scores = X @ weights[: PIXELS * CLASSES].reshape(PIXELS, CLASSES) + weights[PIXELS * CLASSES :]
    grown = np.exp(scores - scores.max(1, keepdims=True))
    return grown / grown.sum(1, keepdims=True)


def local_update(
    weights: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int = 5,
    rate: float = 0.2,
    batch: int = 10,
    seed: int = 0,
) -> np.ndarray:
    """The change of `weights` (650,) after `epochs` of gradient descent on cross-entropy over the rows X (rows, 64)."""
    mine, random = weights.copy(), np.random.default_rng(seed)
    for _ in range(epochs):
        order = random.permutation(len(X))
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            error = probabilities(mine, X[rows])
            error[np.arange(len(rows)), y[rows]] -= 1
            slope = np.concatenate([(X[rows].T @ error).ravel(), error.sum(0)]) / len(rows)
            mine -= rate * slope
    return mine - weights


def accuracy(weights: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    """The share of the rows whose highest score is their class's."""
    return float((probabilities(weights, X).argmax(1) == y).mean())
