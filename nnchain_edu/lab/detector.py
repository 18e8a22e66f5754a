"""The fraud detector of unit 06: rows (account, day) from collected frames, a small network, and how good it is.

A row is an account as it was known when a day began; its label says whether it had begun to work for a scheme by then.
Bench, study and challenge use these few functions; the lesson writes out what it teaches.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas

#: What the detector looks at: 24 of the economy's features.
COLUMNS = (
    *("sent_count", "received_count", "sent_median", "sent_max", "received_median", "received_max", "passed_on"),
    *("sent_top_share", "received_top_share", "round_share", "sent_gap_median", "received_gap_median", "hold_median"),
    *("hold_min", "lifetime", "age", "active_days", "busiest_day_share", "partners_to", "partners_from"),
    *("top_partner_share", "call_count", "token_sent_count", "token_received_count"),
)
HIDDEN = 8  # hidden units of the network
FIRST_DAY = 6  # before that nobody has a history
INSTITUTIONS = ("contract", "exchange", "founder", "pool")  # known to everybody: nobody looks for fraud there


class Rows(NamedTuple):
    """A table with one row a (day, account), its labels (True: works for a scheme) and its days."""

    table: "pandas.DataFrame"
    label: np.ndarray
    day: np.ndarray

    def where(self, mask: np.ndarray) -> "Rows":
        """The rows where `mask` is true."""
        return Rows(self.table[mask], self.label[mask], self.day[mask])


class Measure(NamedTuple):
    """How good a detector is: precision (of the flagged, how many rightly), recall (of the offenders, how many), F1."""

    precision: float
    recall: float
    f1: float
    offenders: int  # rows labelled True


def rows_of(frames: Any, truth: Any, first: int, last: int) -> Rows:
    """The rows of `first` to `last` day: of each day those accounts of people that did something the day before.

    `frames` as `economy.collect` gives them, `truth` as `Economy.run` does.
    """
    from nnchain_edu.economy import snapshots

    table = snapshots(frames, range(first - 1, last + 1))
    known = truth.accounts
    people = known.index[~known["role"].isin(INSTITUTIONS)]
    days, accounts = table.index.get_level_values(0), table.index.get_level_values(1)
    table = table[accounts.isin(people) & (days >= first)]
    day, account = table.index.get_level_values(0).to_numpy(), table.index.get_level_values(1)
    began = known["began"].reindex(account).to_numpy()
    return Rows(table, (began >= 0) & (began < day), day)


def measure(label: np.ndarray, flagged: np.ndarray) -> Measure:
    """Precision, recall and F1 of `flagged` against `label`, both True or False a row; 0 where nothing is flagged."""
    label, flagged = np.asarray(label, dtype=bool), np.asarray(flagged, dtype=bool)
    if label.shape != flagged.shape:
        raise ValueError(f"flagged: shape {flagged.shape} given; {label.shape}, that of label, is accepted")
    both = int((label & flagged).sum())
    precision, recall = both / max(1, int(flagged.sum())), both / max(1, int(label.sum()))
    return Measure(precision, recall, 2 * both / max(1, int(flagged.sum() + label.sum())), int(label.sum()))


def balanced(label: np.ndarray) -> np.ndarray:
    """Positions of rows to train on: all of them, and offenders repeated until they are about a third.

    Offenders are few; a network that never calls anybody one would be right nearly always.
    """
    few = np.flatnonzero(label)
    if not len(few):
        raise ValueError("label: no offender among the rows; at least one is needed to learn from")
    times = max(0, round((len(label) - len(few)) / (2 * len(few))) - 1)
    return np.concatenate([np.arange(len(label)), np.tile(few, times)])


def fit(inputs: np.ndarray, label: np.ndarray, seed: int = 0, epochs: int = 12) -> Any:
    """Train an `MLP(inputs, 8, 2)` on rows (rows, inputs) of prepared features; class 1 is "works for a scheme"."""
    import torch

    from nnchain_edu.nets import MLP, train

    picked = balanced(label)
    model = MLP(inputs.shape[1], HIDDEN, 2, seed=seed)
    X, y = torch.tensor(inputs[picked], dtype=torch.float32), torch.tensor(label[picked].astype(np.int64))
    options = {"batch_size": 128, "learning_rate": 0.01, "weight_decay": 0.001, "decay": True}
    train(model, X, y, epochs=epochs, seed=seed, **options)
    return model


def flagged(model: Any, inputs: np.ndarray) -> np.ndarray:
    """Which rows the network calls offenders."""
    import torch

    with torch.no_grad():
        scores = model(torch.tensor(inputs, dtype=torch.float32))
    return (scores[:, 1] > scores[:, 0]).numpy()
