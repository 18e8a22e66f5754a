"""Unit 09's detectors in one shape: from what was known and the rows that teach, to a score for every judged row.

`SCORES[name](known, train, seed, **settings)` returns one number a judged row (`known.asked`), higher is more
suspicious. `train` is a boolean mask over the table; nothing else of the labels is read. Nobody weights classes: the
threshold, chosen later on validation rows, is where costs come in. `SETTINGS` were chosen alike, on economies that are
not reported (`studies/unit_09.py`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnchain_edu.economy import Recipe
from nnchain_edu.lab.money_trail import Trail

Score = Callable[..., np.ndarray]


def prepared(known: Trail, train: np.ndarray) -> np.ndarray:
    """Every row of the table as a network takes it, float32; the recipe has seen the training rows only."""
    return Recipe().fit(known.table[train]).transform(known.table)


def rule_of_thumb(known: Trail, train: np.ndarray, seed: int = 0) -> np.ndarray:
    """How many of four warnings an account gives: what any clerk would look for. Nothing is learnt."""
    table = known.table[known.asked]
    warnings = table["passed_on"] > 0.8, table["hold_min"] < 12 * 60, table["age"] < 14 * 24 * 60
    return sum(warning.to_numpy().astype(float) for warning in (*warnings, table["received_max"] > 1))


def flat(make: Callable[..., Any]) -> Score:
    """Any scikit-learn classifier on the prepared features."""

    def score(known: Trail, train: np.ndarray, seed: int = 0, **settings: Any) -> np.ndarray:
        inputs = prepared(known, train)
        model = make(seed, **settings).fit(inputs[train], known.label[train])
        return model.predict_proba(inputs[known.asked])[:, 1]

    return score


def logistic(seed: int, strength: float) -> Any:
    """Logistic regression; the smaller `strength`, the smaller the weights are kept."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000)


def forest(seed: int, leaf: int) -> Any:
    """A random forest of 200 trees."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(200, min_samples_leaf=leaf, random_state=seed)


def boosting(seed: int, rate: float, rounds: int) -> Any:
    """Gradient boosting on trees of at most 15 leaves."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=rate, max_iter=rounds, max_leaf_nodes=15, l2_regularization=1.0, early_stopping=False,
        random_state=seed,
    )  # fmt: skip


def suspicion(model: Any, *inputs: Any) -> np.ndarray:
    """How much more a network believes in class 1 than in class 0, a row."""
    import torch

    with torch.no_grad():
        scores = model(*inputs)
    return (scores[:, 1] - scores[:, 0]).numpy()


def mlp(known: Trail, train: np.ndarray, seed: int = 0, width: int = 32, decay: float = 1e-3, epochs: int = 30) -> Any:
    """The course's multilayer perceptron on the prepared features."""
    import torch

    from nnchain_edu.nets import MLP
    from nnchain_edu.nets import train as fit

    inputs, label = torch.tensor(prepared(known, train)), torch.tensor(known.label).long()
    model = MLP(inputs.shape[1], width, 2, seed=seed)
    options = {"epochs": epochs, "batch_size": 128, "learning_rate": 0.003, "decay": True, "weight_decay": decay}
    fit(model, inputs[train], label[train], seed=seed, **options)
    return suspicion(model, inputs[known.asked])


def gru(known: Trail, train: np.ndarray, seed: int = 0, width: int = 32, decay: float = 1e-3, epochs: int = 15) -> Any:
    """The course's recurrent network on the last events of each account."""
    import torch

    from nnchain_edu.nets import GRU
    from nnchain_edu.nets import train as fit

    histories, taught = torch.tensor(known.histories), train[known.asked]
    model, label = GRU(histories.shape[2], width, 2, seed=seed), torch.tensor(known.label[known.asked]).long()
    options = {"epochs": epochs, "batch_size": 128, "learning_rate": 0.005, "decay": True, "weight_decay": decay}
    fit(model, histories[taught], label[taught], seed=seed, **options)
    return suspicion(model, histories)


def autoencoder(known: Trail, train: np.ndarray, seed: int = 0, middle: int = 8, epochs: int = 30) -> np.ndarray:
    """Learns to repeat a row through a narrow middle, without labels; the score is how badly it repeats one."""
    import torch

    from nnchain_edu.nets import MLP
    from nnchain_edu.nets import train as fit

    inputs = torch.tensor(prepared(known, train))
    model = MLP(inputs.shape[1], 32, middle, 32, inputs.shape[1], seed=seed)
    options = {"epochs": epochs, "batch_size": 128, "learning_rate": 0.003, "decay": True}
    fit(model, inputs[train], inputs[train], seed=seed, **options)
    asked = inputs[known.asked]
    with torch.no_grad():
        return ((model(asked) - asked) ** 2).mean(1).numpy()


def gcn(
    known: Trail, train: np.ndarray, seed: int = 0, skip: bool = False, width: int = 32, decay: float = 1e-3,
    steps: int = 150,
) -> np.ndarray:  # fmt: skip
    """A graph network on the prepared features of all accounts and the edges known at each look, all looks at once.

    Each look is a graph of its own, so no edge leads to another day. The loss is taken on the training rows.
    """
    import torch

    from nnchain_edu.nets.graphs import GCN, normalised

    x, label = torch.tensor(prepared(known, train)), torch.tensor(known.label).long()
    past = known.day <= known.day[train].max()
    now, taught = (known.edges.max(0) < past.sum()), torch.tensor(train[past])  # looks stand in the order of time
    adjacency = normalised(torch.tensor(known.edges[:, now]), int(past.sum()))
    model = GCN(x.shape[1], width, 2, skip=skip, seed=seed)
    rule = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=decay)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(model(x[past], adjacency)[taught], label[past][taught])
        rule.zero_grad()
        loss.backward()
        rule.step()
    return suspicion(model, x, normalised(torch.tensor(known.edges), len(x)))[known.asked]


def skip_gcn(known: Trail, train: np.ndarray, seed: int = 0, **settings: Any) -> np.ndarray:
    """The same with a skip connection."""
    return gcn(known, train, seed, skip=True, **settings)


SCORES: dict[str, Score] = {
    "rule of thumb": rule_of_thumb,
    "logistic regression": flat(logistic),
    "random forest": flat(forest),
    "gradient boosting": flat(boosting),
    "MLP": mlp,
    "GRU": gru,
    "autoencoder": autoencoder,
    "GCN": gcn,
    "Skip-GCN": skip_gcn,
}
#: What was tried for each, four settings a model.
TRIED: dict[str, list[dict[str, Any]]] = {
    "rule of thumb": [{}],
    "logistic regression": [{"strength": c} for c in (0.01, 0.1, 1.0, 10.0)],
    "random forest": [{"leaf": leaf} for leaf in (1, 2, 4, 8)],
    "gradient boosting": [{"rate": rate, "rounds": rounds} for rate in (0.05, 0.1) for rounds in (75, 150)],
    "MLP": [{"width": width, "epochs": epochs} for width in (16, 64) for epochs in (15, 40)],
    "GRU": [{"width": width, "epochs": epochs} for width in (16, 32) for epochs in (20, 40)],
    "autoencoder": [{"middle": middle, "epochs": epochs} for middle in (4, 12) for epochs in (15, 40)],
    "GCN": [{"width": width, "steps": steps} for width in (32, 64) for steps in (100, 300)],
    "Skip-GCN": [{"width": width, "steps": steps} for width in (32, 64) for steps in (100, 300)],
}
#: The best of each on validation days of the seeds 100 and 101 (`studies/fraud_settings.csv`).
SETTINGS: dict[str, dict[str, Any]] = {
    "rule of thumb": {},
    "logistic regression": {"strength": 10.0},
    "random forest": {"leaf": 1},
    "gradient boosting": {"rate": 0.05, "rounds": 150},
    "MLP": {"width": 64, "epochs": 40},
    "GRU": {"width": 32, "epochs": 40},
    "autoencoder": {"middle": 4, "epochs": 40},
    "GCN": {"width": 32, "steps": 300},
    "Skip-GCN": {"width": 32, "steps": 300},
}
