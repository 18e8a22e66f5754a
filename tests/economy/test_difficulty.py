"""The default economy is neither trivial nor impossible, by the score of a logistic regression (docs/economy.md)."""

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from nnchain_edu.economy import Economy, features

HOUSES = ["founder", "exchange", "pool", "contract"]


def logarithm(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.log1p(np.abs(values))


def accuracy(difficulty: float, seed: int = 0) -> float:
    """Mean accuracy of a logistic regression in five random folds over the accounts of people."""
    frames, truth = Economy(seed, difficulty=difficulty).plan()
    table = features(frames)
    people = truth.accounts.loc[table.index]
    kept = ~people["role"].isin(HOUSES).to_numpy()
    filled, model = SimpleImputer(add_indicator=True, strategy="median"), LogisticRegression(max_iter=1000)
    pipeline = make_pipeline(filled, FunctionTransformer(logarithm), StandardScaler(), model)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_score(pipeline, table.to_numpy()[kept], people["illicit"].to_numpy()[kept], cv=folds).mean()


@pytest.mark.slow
def test_the_default_is_where_the_published_tables_are():
    assert 0.89 <= accuracy(0.5) <= 0.94


@pytest.mark.slow
def test_harder_is_harder():
    easy, default, hard = accuracy(0.0, 1), accuracy(0.5, 1), accuracy(1.0, 1)
    assert easy > 0.98 and easy > default > hard > 0.82
