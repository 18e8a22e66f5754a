"""Which detector finds the most: every one on the same accounts, labels and days, in five economies."""

from collections.abc import Iterator

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve, roc_auc_score

from nnchain_edu.economy import Economy
from nnchain_edu.lab.fraud_models import FITS, SETTINGS, TRIED
from nnchain_edu.lab.fraud_money import BUDGET, best_threshold, cost, found_within
from nnchain_edu.lab.money_trail import Trail, split, trail
from studies import show_progress

SEEDS, CHOICE_SEEDS = range(5), (100, 101)
SETTINGS_COLUMNS = ["model", "settings", "seed", "average_precision"]
COLUMNS = [
    "seed", "model", "average_precision", "found_in_budget", "cost", "f1", "roc_auc", "accuracy", "honest_accuracy",
]  # fmt: skip
SPLIT_COLUMNS = ["seed", "model", "split", "average_precision", "roc_auc", "recall_at_2_percent"]
SPLITS = ("at random", "by account", "by time", "by time, known ones left out")
SPLIT_MODELS = ("logistic regression", "random forest", "gradient boosting", "MLP")


def economy(seed: int) -> Trail:
    """The calibrated default: 1,000 agents, 60 days, difficulty 0.5."""
    return trail(*Economy(seed).plan())


def choice_rows() -> Iterator[tuple]:
    """Average precision on validation days of every setting tried, on economies that are not reported."""
    tries = [(name, settings) for name, several in TRIED.items() for settings in several]
    for seed in CHOICE_SEEDS:
        known = economy(seed)
        part = split(known)
        chosen = part.validation[known.asked]
        label = known.label[part.validation]
        for done, (name, settings) in enumerate(tries, 1):
            scores = FITS[name](known, part.train, seed, **settings)(known)
            yield name, str(settings), seed, round(average_precision_score(label, scores[chosen]), 4)
            show_progress(done, len(tries), f"settings, seed {seed}: {name}")


def measured(known: Trail, scores: np.ndarray) -> tuple[float, ...]:
    """`COLUMNS` from the average precision on: on test days; thresholds come from validation days."""
    part = split(known)
    before, after = part.validation[known.asked], part.test[known.asked]
    label_before, label = known.label[part.validation], known.label[part.test]
    said = scores[after] >= best_threshold(label_before, scores[before])
    precision, recall, levels = precision_recall_curve(label_before, scores[before])
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    flagged = scores[after] >= levels[int(f1[:-1].argmax())]
    return (
        average_precision_score(label, scores[after]),
        found_within(label, scores[after], known.day[part.test], BUDGET),
        cost(label, said) / cost(label, np.zeros(len(label), dtype=bool)),
        f1_score(label, flagged),
        roc_auc_score(label, scores[after]),
        (flagged == label).mean(),
        1 - label.mean(),
    )


def model_rows() -> Iterator[tuple]:
    """A row a seed and model."""
    for seed in SEEDS:
        known = economy(seed)
        train = split(known).train
        for done, name in enumerate(FITS, 1):
            scores = FITS[name](known, train, seed, **SETTINGS[name])(known)
            yield seed, name, *(round(float(value), 4) for value in measured(known, scores))
            show_progress(done, len(FITS), f"models, seed {seed}: {name}")


def taught(known: Trail, how: str, seed: int) -> np.ndarray:
    """Which rows teach: as many as in the split by time; of whole accounts about as many."""
    train, rng = split(known).train, np.random.default_rng(seed)
    rows = np.flatnonzero(known.asked)
    if how == "at random":
        chosen = np.zeros(len(train), dtype=bool)
        chosen[rng.permutation(rows)[: train.sum()]] = True
        return chosen
    if how == "by account":
        everybody = np.unique(known.account[rows])
        some = rng.permutation(everybody)[: round(len(everybody) * train.sum() / len(rows))]
        return known.asked & np.isin(known.account, some)
    return train


def split_rows() -> Iterator[tuple]:
    """The same models, taught by four ways to split, counted on the days of the test."""
    for seed in SEEDS:
        known = economy(seed)
        part = split(known)
        last = known.asked & (known.day >= known.day[part.test].min())
        for done, (name, how) in enumerate([(name, how) for name in SPLIT_MODELS for how in SPLITS], 1):
            train = taught(known, how, seed)
            counted = part.test if how == SPLITS[-1] else last & ~train
            label = known.label[counted]
            scores = FITS[name](known, train, seed, **SETTINGS[name])(known)[counted[known.asked]]
            level = np.quantile(scores[~label], 0.98, method="higher")
            recall = (scores[label] > level).mean()
            values = average_precision_score(label, scores), roc_auc_score(label, scores), recall
            yield seed, name, how, *(round(float(value), 4) for value in values)
            show_progress(done, len(SPLIT_MODELS) * len(SPLITS), f"splits, seed {seed}: {name}")
