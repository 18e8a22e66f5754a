"""Elliptic's published comparison, run again: who finds the illicit transactions of steps that came later?

Weber et al. 2019 (arXiv 1908.02591, sections 3 and 4): train on steps 1 to 34, judge 35 to 49, F1 of the illicit class.
As there, the loss counts an illicit transaction 0.7 and a licit one 0.3, the forest has 50 trees that look at
50 features each, and a graph network has 100 hidden units. Not as there: a rate of 0.01 that falls to 0 over few epochs
(there 0.001 over 1,000), so that a run ends in minutes on a small machine. Unlabelled transactions teach nothing, but
stand in the graph. Payments never leave their step, so the two graphs share nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score
from torch import Tensor, nn

from nnchain_edu.economy.elliptic import Elliptic
from nnchain_edu.economy.public_tables import TableError
from nnchain_edu.nets import GCN, MLP, normalised

LAST_TRAINING_STEP = 34
EPOCHS, RATE, HIDDEN = 60, 0.01, 100
LOSS_WEIGHTS = (0.3, 0.7)  # of licit, of illicit
TREES = TREE_FEATURES = 50
PUBLISHED = {  # F1 of the illicit class, table 1 of the paper
    "logistic regression": 0.481, "MLP": 0.653, "GCN": 0.628, "Skip-GCN": 0.705, "random forest": 0.788,
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """How one model judged the labelled transactions of the later steps: of the illicit class, each 0 to 1."""

    model: str
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Part:
    """The transactions of some steps: inputs (n, 165), labels (n,) with -1 for unknown, the graph among them."""

    inputs: Tensor
    labels: np.ndarray
    adjacency: Tensor

    @property
    def known(self) -> np.ndarray:
        return np.flatnonzero(self.labels >= 0)


def split(graph: Elliptic) -> tuple[Part, Part]:
    """What teaches (steps 1 to 34) and what is judged (35 to 49), scaled by the former.

    Raises TableError where one of them lacks a class.
    """
    early = graph.steps <= LAST_TRAINING_STEP
    for name, rows in ((f"1 to {LAST_TRAINING_STEP}", early), (f"{LAST_TRAINING_STEP + 1} to 49", ~early)):
        if not {0, 1} <= set(graph.labels[rows].tolist()):
            raise TableError(f"both classes, 1 and 2, are needed in the steps {name}")
    # in float64, where no square of a float32 overflows
    mean, deviation = (f(graph.features[early], axis=0, dtype=np.float64) for f in (np.mean, np.std))
    return tuple(_part(graph, rows, mean, np.where(deviation > 0, deviation, 1)) for rows in (early, ~early))


def _part(graph: Elliptic, rows: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> Part:
    place = np.cumsum(rows) - 1
    inside = rows[graph.edges].all(axis=0)
    edges = torch.tensor(place[graph.edges[:, inside]])
    inputs = ((graph.features[rows] - mean) / deviation).astype(np.float32)
    return Part(torch.from_numpy(inputs), graph.labels[rows], normalised(edges, int(rows.sum())))


def _network(
    model: nn.Module, early: Part, late: Part, on_graph: bool, epochs: int, progress: Callable[[int], None]
) -> np.ndarray:
    """One step of gradient descent an epoch, over everything; the guesses for the late transactions."""

    def scores(part: Part) -> Tensor:
        if on_graph:
            return model(part.inputs, part.adjacency)[part.known]
        return model(part.inputs[part.known])

    wanted = torch.tensor(early.labels[early.known]).long()
    loss = nn.CrossEntropyLoss(torch.tensor(LOSS_WEIGHTS))
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for epoch in range(1, epochs + 1):
        optimizer.zero_grad()
        loss(scores(early), wanted).backward()
        optimizer.step()
        falling.step()
        progress(epoch)
    with torch.no_grad():
        return scores(late).argmax(dim=1).numpy()


def _plain(model: ClassifierMixin, early: Part, late: Part) -> np.ndarray:
    """The guesses of a scikit-learn model."""
    model.fit(early.inputs[early.known].numpy(), early.labels[early.known])
    return model.predict(late.inputs[late.known].numpy())


def compare(
    graph: Elliptic, epochs: int = EPOCHS, seed: int = 0, progress: Callable[[str, int], None] = lambda *_: None
) -> Iterator[Found]:
    """Train the five models one after the other. `progress(model, epoch)` is called after each epoch of a network.

    Raises TableError where a class is missing among the early or the late steps.
    """
    early, late = split(graph)
    inputs, truth = graph.features.shape[1], late.labels[late.known]
    networks = (
        ("MLP", MLP(inputs, HIDDEN // 2, 2, seed=seed), False),
        ("GCN", GCN(inputs, HIDDEN, 2, seed=seed), True),
        ("Skip-GCN", GCN(inputs, HIDDEN, 2, skip=True, seed=seed), True),
    )
    logistic = LogisticRegression(class_weight=dict(enumerate(LOSS_WEIGHTS)), max_iter=1000)
    yield _found("logistic regression", truth, _plain(logistic, early, late))
    for name, model, on_graph in networks:
        yield _found(name, truth, _network(model, early, late, on_graph, epochs, partial(progress, name)))
    forest = RandomForestClassifier(TREES, max_features=TREE_FEATURES, random_state=seed)
    yield _found("random forest", truth, _plain(forest, early, late))


def _found(name: str, truth: np.ndarray, guess: np.ndarray) -> Found:
    measures = (precision_score, recall_score, f1_score)
    return Found(name, *(float(measure(truth, guess, zero_division=0.0)) for measure in measures))
