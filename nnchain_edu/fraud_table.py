"""The course's multilayer perceptron on a public table of Ethereum accounts, cross-validated without a leak.

Everything that is learnt from data (medians, quantiles, which tokens are frequent, the weights) is learnt inside a
fold, from its training rows; rows of one address are in one fold. The folds are random: the tables say nothing of time,
and the published figures were made so. For a detector that will be asked about tomorrow, such figures are too high.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from nnchain_edu.economy.ethereum_accounts import AccountTable
from nnchain_edu.economy.public_tables import TableError
from nnchain_edu.nets import MLP, train

FOLDS = 10
NETWORKS = 5  # whose probabilities are averaged: they differ by their first weights and the order of rows
HIDDEN = (64, 32)
EPOCHS, RATE, BATCH, WEIGHT_DECAY = 25, 0.003, 64, 1e-3
STRETCHES = 12  # of a feature's ruler
FARTHEST = 1e300  # so that no difference of two features overflows
FREQUENT = 20  # tokens of each column that get an input of their own


@dataclass(frozen=True)
class Scores:
    """What one fold's rows, which the networks never saw, were told to be."""

    accuracy: float
    f1: float
    auc: float


class Inputs:
    """From a table's columns to what a network reads; `fit` learns from training rows alone.

    Each feature's gaps are filled with its median. Then it becomes a ruler (Gorishniy, Rubachev and Babenko 2022, arXiv
    2203.05556, section 3.2.1): quantiles of the training rows mark stretches, each an input that rises from 0 to 1
    along its stretch. A whale is at the end of the ruler, not a million times as far, the many zeros are one mark, and
    a threshold is a single weight. Gaps get an input of their own, since who has no token data at all is no accident
    in these tables. A frequent token is an input of 0 and 1; of every token there is one more, how frequent it was in
    training (its logarithm).
    """

    def fit(self, features: np.ndarray, tokens: np.ndarray) -> "Inputs":
        """Learn from rows of features (NaN where blank) and of tokens (text)."""
        known = ~np.isnan(features)
        self.median = np.array([np.median(c[k]) if k.any() else 0 for c, k in zip(features.T, known.T, strict=True)])
        gappy = np.flatnonzero(~known.all(axis=0))
        # of columns that are blank together, one
        self.gaps = gappy[np.unique(~known[:, gappy], axis=1, return_index=True)[1]]
        shares = np.linspace(0, 1, STRETCHES + 1)
        self.marks = [np.unique(np.quantile(column, shares)) for column in self._filled(features).T]
        self.rows = len(features)
        self.frequency = [dict(zip(*np.unique(c, return_counts=True), strict=True)) for c in tokens.T]
        self.frequent = [sorted(f, key=lambda name: (-f[name], name))[:FREQUENT] for f in self.frequency]
        return self

    def __call__(self, features: np.ndarray, tokens: np.ndarray) -> torch.Tensor:
        """Inputs of the same rows, (rows, inputs), float32."""
        columns = [np.isnan(features[:, self.gaps])]
        for column, marks in zip(self._filled(features).T, self.marks, strict=True):
            low, high = marks[:-1], marks[1:]
            columns.append(((column[:, None].clip(low, high) - low) / (high - low)) - 0.5)
        for names, frequent, frequency in zip(tokens.T, self.frequent, self.frequency, strict=True):
            columns.append(np.array([[name == token for token in frequent] for name in names]))
            columns.append(np.log1p([[frequency.get(name, 0)] for name in names]) / np.log1p(self.rows))
        return torch.tensor(np.hstack(columns).astype(np.float32))

    def _filled(self, features: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(features), self.median, features).clip(-FARTHEST, FARTHEST)


def probabilities(inputs: torch.Tensor, labels: np.ndarray, asked: torch.Tensor, seed: int) -> np.ndarray:
    """Train the networks on `inputs` (n, k) and `labels` (n,); the mean probability of fraud of the rows `asked`."""
    total = torch.zeros(len(asked), dtype=torch.float64)
    for number in range(NETWORKS):
        model = MLP(inputs.shape[1], *HIDDEN, 2, seed=seed + number)
        train(
            model, inputs, torch.tensor(labels), epochs=EPOCHS, learning_rate=RATE, batch_size=BATCH, decay=True,
            weight_decay=WEIGHT_DECAY, seed=seed + number,
        )  # fmt: skip
        with torch.no_grad():
            total += torch.softmax(model(asked).double(), dim=1)[:, 1]
    return (total / NETWORKS).numpy()


def folds_of(table: AccountTable, folds: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Training and test rows of each fold: about as much fraud in each, no address on both sides.

    Raises TableError for a table with too few accounts of a class.
    """
    for label, name in ((0, "other"), (1, "fraudulent")):
        found = len(set(table.groups[table.labels == label]))
        if found < folds:
            raise TableError(f"{folds} folds need at least {folds} {name} accounts, FLAG {label}; there are {found}")
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    parts = list(splitter.split(table.features, table.labels, table.groups))
    if any(len(set(table.labels[rows])) < 2 for part in parts for rows in part):
        raise TableError(f"the accounts cannot be dealt into {folds} folds with both classes in each")
    return parts


def cross_validate(table: AccountTable, folds: int = FOLDS, seed: int = 0) -> Iterator[Scores]:
    """The scores of each fold, one after the other. The same seed gives the same ones on one machine."""
    features, tokens = table.features.to_numpy(), table.tokens.to_numpy()
    for fitted, held in folds_of(table, folds, seed):
        inputs = Inputs().fit(features[fitted], tokens[fitted])
        rows, asked = (inputs(features[part], tokens[part]) for part in (fitted, held))
        fraud, labels = probabilities(rows, table.labels[fitted], asked, seed), table.labels[held]
        guess = fraud >= 0.5
        yield Scores(
            float(accuracy_score(labels, guess)),
            float(f1_score(labels, guess, zero_division=0.0)),
            float(roc_auc_score(labels, fraud)),
        )


def summary(scores: Sequence[Scores]) -> dict[str, float]:
    """Mean of each score over the folds, and under `..._spread` the standard deviation."""
    result = {}
    for name in ("accuracy", "f1", "auc"):
        values = [getattr(score, name) for score in scores]
        result[name] = float(np.mean(values))
        result[f"{name}_spread"] = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return result
