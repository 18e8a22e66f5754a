"""What a detector's mistakes cost, and which threshold costs least: unit 09's arithmetic."""

import numpy as np

MISSED, ALARM = 1.0, 0.1  # ether: an offender who goes unnoticed at a look; an honest account that is flagged
BUDGET = 20  # accounts that the clerks can look into at a look


def cost(label: np.ndarray, flagged: np.ndarray, missed: float = MISSED, alarm: float = ALARM) -> float:
    """Ether lost: `missed` for each offender not flagged, `alarm` for each honest account flagged."""
    label, flagged = np.asarray(label, dtype=bool), np.asarray(flagged, dtype=bool)
    if label.shape != flagged.shape:
        raise ValueError(f"flagged: shape {flagged.shape} given; {label.shape}, that of label, is accepted")
    return missed * float((label & ~flagged).sum()) + alarm * float((flagged & ~label).sum())


def costs(label: np.ndarray, scores: np.ndarray, missed: float = MISSED, alarm: float = ALARM):
    """Every threshold that matters, falling, and what each costs; the first flags nobody, the last everybody.

    "Flagged" means a score of at least the threshold. Equal scores are flagged together.
    """
    label, scores = np.asarray(label, dtype=bool), np.asarray(scores, dtype=float)
    if label.shape != scores.shape or not len(label):
        raise ValueError(f"scores: shape {scores.shape} given; that of label, {label.shape}, not empty, is accepted")
    order = np.argsort(-scores, kind="stable")
    hits, last = np.cumsum(label[order]), np.r_[np.diff(scores[order]) != 0, True]
    count = np.arange(1, len(label) + 1)
    paid = missed * (label.sum() - hits) + alarm * (count - hits)
    return np.r_[np.inf, scores[order][last]], np.r_[missed * label.sum(), paid[last]]


def best_threshold(label: np.ndarray, scores: np.ndarray, missed: float = MISSED, alarm: float = ALARM) -> float:
    """The threshold that would have cost least on these rows; infinity where flagging nobody is cheapest."""
    thresholds, paid = costs(label, scores, missed, alarm)
    return float(thresholds[int(paid.argmin())])


def found_within(label: np.ndarray, scores: np.ndarray, day: np.ndarray, budget: int = BUDGET) -> float:
    """Recall when the `budget` highest scores of each look are flagged; the share of the offenders found."""
    found = 0
    for look in np.unique(day):
        now = np.flatnonzero(day == look)
        found += int(label[now[np.argsort(-scores[now], kind="stable")[:budget]]].sum())
    return found / max(1, int(np.sum(label)))
