"""A two-layer network in whole numbers: every machine, and a contract, gets the same score to the last digit.

Floats differ from processor to processor, so two honest scorers could disagree about a row near the boundary. Here a
trained `MLP(inputs, hidden, 2)` is rounded once; from then on there is only integer arithmetic:

    score = output.weight · relu(hidden.weight · x + hidden.bias) + output.bias,   "yes" where score > 0

Fixed point: an entry of x is a feature times 2**8, a weight is times 2**10, so hidden sums are times 2**18 and the
score is times 2**28. The same numbers are computed by the contract `model_registry`.
"""

import numpy as np
import torch
from torch import Tensor

from .models import MLP

FEATURE_BITS, WEIGHT_BITS = 8, 10
LARGEST_FEATURE = 127.0  # what lies beyond is cut off: 127 * 2**8 fits 16 bits
FORM = {
    "hidden.bias": torch.int32,
    "hidden.weight": torch.int16,
    "output.bias": torch.int64,
    "output.weight": torch.int16,
}


def whole_rows(rows: np.ndarray | Tensor) -> np.ndarray:
    """Features (rows, inputs) as int16, times 2**8, rounded half to even; beyond ±127 they are cut off.

    Raises ValueError where one is not finite: missing values are the feature recipe's task.
    """
    numbers = np.asarray(rows, dtype=np.float64)
    if numbers.ndim != 2 or not np.isfinite(numbers).all():
        raise ValueError(f"rows: shape {numbers.shape}, or not finite; a table of finite numbers is accepted")
    return np.rint(np.clip(numbers, -LARGEST_FEATURE, LARGEST_FEATURE) * 2**FEATURE_BITS).astype(np.int16)


def whole_network(model: MLP) -> dict[str, Tensor]:
    """Round a trained `MLP(inputs, hidden, 2)` with ReLU to the four whole-number tensors named in `FORM`.

    The two outputs become one score, the second less the first. Raises ValueError where a weight does not fit 16 bits
    (±31.99), naming the tensor.
    """
    layers = [layer for layer in model.layers if isinstance(layer, torch.nn.Linear)]
    relu = sum(isinstance(layer, torch.nn.ReLU) for layer in model.layers)
    if len(layers) != 2 or relu != 1 or layers[1].out_features != 2:
        raise ValueError("model: another network given; an MLP(inputs, hidden, 2) with relu is accepted")
    first, second = layers
    exact = {
        "hidden.bias": first.bias.detach().double() * 2 ** (FEATURE_BITS + WEIGHT_BITS),
        "hidden.weight": first.weight.detach().double() * 2**WEIGHT_BITS,
        "output.bias": (second.bias[1:] - second.bias[:1]).detach().double() * 2 ** (FEATURE_BITS + 2 * WEIGHT_BITS),
        "output.weight": (second.weight[1] - second.weight[0]).detach().double() * 2**WEIGHT_BITS,
    }
    for name, numbers in exact.items():
        limits = torch.iinfo(FORM[name])
        if not (numbers.isfinite().all() and (numbers.abs() <= limits.max).all()):
            raise ValueError(f"model: {name} reaches {numbers.abs().max():.0f}; at most {limits.max} fits {FORM[name]}")
    return {name: numbers.round().to(FORM[name]) for name, numbers in exact.items()}


def whole_scores(weights: dict[str, Tensor], rows: np.ndarray) -> list[int]:
    """The exact score of each row of `whole_rows`; above 0 means "yes". Python's integers, so nothing overflows.

    Raises ValueError for tensors of another form, or rows of another width.
    """
    if set(weights) != set(FORM) or any(weights[name].dtype != dtype for name, dtype in FORM.items()):
        raise ValueError(f"weights: {sorted(weights)} given; the tensors of a whole network are {', '.join(FORM)}")
    inputs = weights["hidden.weight"].shape[1]
    if rows.ndim != 2 or rows.shape[1] != inputs or rows.dtype != np.int16:
        raise ValueError(f"rows: {rows.dtype} of shape {rows.shape} given; int16 of {inputs} columns is accepted")
    sums = rows.astype(np.int64) @ weights["hidden.weight"].numpy().astype(np.int64).T  # below 2**37: exact
    sums = np.maximum(sums + weights["hidden.bias"].numpy(), 0)
    parts = sums @ weights["output.weight"].numpy().astype(np.int64)  # below 2**58: exact
    bias = int(weights["output.bias"][0])
    return [int(part) + bias for part in parts]
