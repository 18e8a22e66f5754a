"""Unit 09's detectors in one shape: from what was known and the rows that teach, to a judge of any rows.

`FITS[name](known, train, seed, **settings)` returns a function from a `Trail` to one number a judged row (`asked`):
higher is more suspicious. `train` is a boolean mask over the table; of the labels nothing else is read. Nobody weights
classes: the threshold, chosen later on validation rows, is where costs come in. `SETTINGS` were chosen alike, on
economies that are not reported (`studies/unit_09_models.py`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnchain_edu.economy import Recipe
from nnchain_edu.lab.money_trail import Trail

Judge = Callable[[Trail], np.ndarray]
Fit = Callable[..., Judge]


def recipe_of(known: Trail, train: np.ndarray) -> Recipe:
    """How features become inputs, learnt from the training rows only."""
    return Recipe().fit(known.table[train])


def prepared(known: Trail, train: np.ndarray) -> np.ndarray:
    """Every row of the table as a network takes it, float32."""
    return recipe_of(known, train).transform(known.table)


def rule_of_thumb(known: Trail, train: np.ndarray, seed: int = 0) -> Judge:
    """How many of four warnings an account gives: what any clerk would look for. Nothing is learnt."""

    def judge(met: Trail) -> np.ndarray:
        table = met.table[met.asked]
        quick = (table["passed_on"] > 0.8), (table["hold_min"] < 12 * 60)  # a share; minutes
        others = (table["age"] < 14 * 24 * 60), (table["received_max"] > 1)  # minutes; ether
        return sum(warning.to_numpy().astype(float) for warning in (*quick, *others))

    return judge


def flat(make: Callable[..., Any]) -> Fit:
    """Any scikit-learn classifier on the prepared features."""

    def fit(known: Trail, train: np.ndarray, seed: int = 0, **settings: Any) -> Judge:
        recipe = recipe_of(known, train)
        model = make(seed, **settings).fit(recipe.transform(known.table[train]), known.label[train])
        return lambda met: model.predict_proba(recipe.transform(met.table[met.asked]))[:, 1]

    return fit


def heard(known: Trail, inputs: np.ndarray) -> np.ndarray:
    """Each row beside the mean of its neighbours and itself, as a graph network mixes them, once and twice."""
    import torch

    from nnchain_edu.nets import normalised

    adjacency, x = normalised(torch.tensor(known.edges), len(inputs)), torch.tensor(inputs)
    once = torch.sparse.mm(adjacency, x)
    return torch.cat([x, once, torch.sparse.mm(adjacency, once)], dim=1).numpy()


def with_neighbours(known: Trail, train: np.ndarray, seed: int = 0, **settings: Any) -> Judge:
    """Gradient boosting on the features of an account and on its neighbours': what the graph network sees."""
    recipe = recipe_of(known, train)
    model = boosting(seed, **settings).fit(heard(known, recipe.transform(known.table))[train], known.label[train])
    return lambda met: model.predict_proba(heard(met, recipe.transform(met.table))[met.asked])[:, 1]


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


def mlp(known: Trail, train: np.ndarray, seed: int = 0, width: int = 32, epochs: int = 30) -> Judge:
    """The course's multilayer perceptron on the prepared features."""
    import torch

    from nnchain_edu.nets import MLP
    from nnchain_edu.nets import train as teach

    recipe = recipe_of(known, train)
    inputs, label = torch.tensor(recipe.transform(known.table[train])), torch.tensor(known.label[train]).long()
    model = MLP(inputs.shape[1], width, 2, seed=seed)
    options = {"epochs": epochs, "batch_size": 128, "learning_rate": 0.003, "decay": True, "weight_decay": 1e-3}
    teach(model, inputs, label, seed=seed, **options)
    return lambda met: suspicion(model, torch.tensor(recipe.transform(met.table[met.asked])))


def gru(known: Trail, train: np.ndarray, seed: int = 0, width: int = 32, epochs: int = 15) -> Judge:
    """The course's recurrent network on the last events of each account."""
    import torch

    from nnchain_edu.nets import GRU
    from nnchain_edu.nets import train as teach

    histories, label = torch.tensor(known.histories[train[known.asked]]), torch.tensor(known.label[train]).long()
    model = GRU(histories.shape[2], width, 2, seed=seed)
    options = {"epochs": epochs, "batch_size": 128, "learning_rate": 0.005, "decay": True, "weight_decay": 1e-3}
    teach(model, histories, label, seed=seed, **options)

    def judge(met: Trail) -> np.ndarray:
        parts = torch.tensor(met.histories).split(1_000)  # all at once, the gates of all steps would take 200 MB
        return np.concatenate([suspicion(model, part) for part in parts])

    return judge


def autoencoder(known: Trail, train: np.ndarray, seed: int = 0, middle: int = 8, epochs: int = 30) -> Judge:
    """Learns to repeat a row through a narrow middle, without labels; the score is how badly it repeats one."""
    import torch

    from nnchain_edu.nets import MLP
    from nnchain_edu.nets import train as teach

    recipe = recipe_of(known, train)
    inputs = torch.tensor(recipe.transform(known.table[train]))
    model = MLP(inputs.shape[1], 32, middle, 32, inputs.shape[1], seed=seed)
    options = {"epochs": epochs, "batch_size": 128, "learning_rate": 0.003, "decay": True}
    teach(model, inputs, inputs, seed=seed, **options)

    def judge(met: Trail) -> np.ndarray:
        asked = torch.tensor(recipe.transform(met.table[met.asked]))
        with torch.no_grad():
            return ((model(asked) - asked) ** 2).mean(1).numpy()

    return judge


def gcn(known: Trail, train: np.ndarray, seed: int = 0, skip: bool = False, width: int = 32, steps: int = 150) -> Judge:
    """A graph network on the prepared features of all accounts and the edges known at each look, all looks at once.

    Each look is a graph of its own: no edge leads to another day. The loss is taken on the training rows.
    """
    import torch

    from nnchain_edu.nets import GCN, normalised

    recipe = recipe_of(known, train)
    last = int((known.day <= known.day[train].max()).sum())  # looks stand in the order of time
    x, label = torch.tensor(recipe.transform(known.table[:last])), torch.tensor(known.label[:last]).long()
    adjacency = normalised(torch.tensor(known.edges[:, known.edges.max(0) < last]), last)
    taught, model = torch.tensor(train[:last]), GCN(x.shape[1], width, 2, skip=skip, seed=seed)
    adam = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=1e-3)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(model(x, adjacency)[taught], label[taught])
        adam.zero_grad()
        loss.backward()
        adam.step()

    def judge(met: Trail) -> np.ndarray:
        inputs = torch.tensor(recipe.transform(met.table))
        return suspicion(model, inputs, normalised(torch.tensor(met.edges), len(inputs)))[met.asked]

    return judge


def skip_gcn(known: Trail, train: np.ndarray, seed: int = 0, **settings: Any) -> Judge:
    """The same with a skip connection."""
    return gcn(known, train, seed, skip=True, **settings)


FITS: dict[str, Fit] = {
    "rule of thumb": rule_of_thumb,
    "logistic regression": flat(logistic),
    "random forest": flat(forest),
    "gradient boosting": flat(boosting),
    "boosting with neighbours": with_neighbours,
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
    "boosting with neighbours": [{"rate": rate, "rounds": rounds} for rate in (0.05, 0.1) for rounds in (75, 150)],
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
    "boosting with neighbours": {"rate": 0.1, "rounds": 150},
    "MLP": {"width": 16, "epochs": 40},
    "GRU": {"width": 32, "epochs": 40},
    "autoencoder": {"middle": 4, "epochs": 40},
    "GCN": {"width": 64, "steps": 300},
    "Skip-GCN": {"width": 64, "steps": 300},
}
