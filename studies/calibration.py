"""How hard the economy is, beside the public table of real accounts: `python -m studies.calibration`.

Two figures of the default were fitted once to the Ethereum fraud account table, then frozen: the share of offenders
(22 %), by `illicit_share`, and about what a logistic regression scores (0.90 to 0.93 accuracy), by `difficulty`. This
measures them again, by the way those tables are scored: whole lives, five random folds. It changes nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from nnchain_edu.economy import Economy, features
from nnchain_edu.lab.detector import INSTITUTIONS
from studies import show_progress, write

DEFAULT, DIFFICULTIES, SEEDS = 0.5, (0.0, 0.25, 0.5, 0.75, 1.0), range(3)
COLUMNS = ["difficulty", "seed", "model", "offenders", "accuracy", "f1", "roc_auc"]
MODELS: dict[str, Callable[[], Any]] = {
    "logistic regression": lambda: LogisticRegression(max_iter=1000),
    "random forest": lambda: RandomForestClassifier(80, random_state=0),
    "gradient boosting": lambda: HistGradientBoostingClassifier(max_iter=100, random_state=0),
    "MLP": lambda: MLPClassifier((32,), alpha=0.01, max_iter=100, random_state=0),
}


def logarithm(values: np.ndarray) -> np.ndarray:
    """sign(x) log(1 + |x|): payments have heavy tails."""
    return np.sign(values) * np.log1p(np.abs(values))


def pipeline(model: Any) -> Pipeline:
    """Gaps filled and marked, tails tamed, scaled: learnt inside each fold."""
    filled = SimpleImputer(add_indicator=True, strategy="median")
    return make_pipeline(filled, FunctionTransformer(logarithm), StandardScaler(), model)


def lives(difficulty: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The features of everybody's whole life, and who was an offender."""
    frames, truth = Economy(seed, difficulty=difficulty).plan()
    table = features(frames)
    people = truth.accounts.loc[table.index]
    kept = ~people["role"].isin(INSTITUTIONS).to_numpy()
    return table.to_numpy()[kept], people["illicit"].to_numpy(dtype=bool)[kept]


def scored(values: np.ndarray, label: np.ndarray, name: str) -> tuple[float, float, float]:
    """Accuracy, F1 and the area under the ROC curve in five random folds."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a hundred epochs are what is asked for
        chance = cross_val_predict(pipeline(MODELS[name]()), values, label, cv=folds, method="predict_proba")[:, 1]
    said = chance > 0.5
    return accuracy_score(label, said), f1_score(label, said), roc_auc_score(label, chance)


def accuracy(difficulty: float, seed: int = 0) -> float:
    """That of the logistic regression."""
    return scored(*lives(difficulty, seed), "logistic regression")[0]


def rows() -> Iterator[tuple]:
    """All models on the default economy, the first two on easier and harder ones."""
    for done, difficulty in enumerate(DIFFICULTIES, 1):
        for seed in SEEDS:
            values, label = lives(difficulty, seed)
            for name in MODELS if difficulty == DEFAULT else list(MODELS)[:2]:
                found = (round(float(value), 4) for value in (label.mean(), *scored(values, label, name)))
                yield difficulty, seed, name, *found
        show_progress(done, len(DIFFICULTIES), f"difficulty {difficulty}")


def main() -> None:
    """Write `calibration.csv`, and print its means; about three minutes."""
    about = (
        "Whole lives of 1,000 agents, five random folds, seeds 0 to 2: share of offenders, accuracy, F1 and ROC AUC by "
        "difficulty. The default is 0.5. Also: python -m studies.calibration"
    )
    found = list(rows())
    write("09", "calibration", about, COLUMNS, found)
    print("difficulty  model                offenders  accuracy  F1     AUC")
    for difficulty, name in dict.fromkeys((row[0], row[2]) for row in found):
        means = np.mean([row[3:] for row in found if (row[0], row[2]) == (difficulty, name)], axis=0)
        print(f"{difficulty:<11} {name:<20} {means[0]:>8.1%}  {means[1]:.3f}     {means[2]:.3f}  {means[3]:.3f}")


if __name__ == "__main__":
    main()
