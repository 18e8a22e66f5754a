"""A leakage audit: three ways in which a table knows what it should not, and how each one shows."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas

from .economy import Economy
from .feature_table import snapshots
from .frames import Frames

TOO_GOOD = 0.99  # area under the ROC curve of a single column, from which it is the label in disguise


class Finding(NamedTuple):
    """kind: "future", "proxy" or "duplicate". what: a column, or how many accounts. evidence: in words."""

    kind: str
    what: str
    evidence: str


def audit(
    table: pandas.DataFrame,
    label: pandas.Series,
    train: pandas.Series,
    recompute: Callable[[Frames, list[int]], pandas.DataFrame] | None = None,
    frames: Frames | None = None,
) -> list[Finding]:
    """What leaks in ``table``: rows indexed by (day, account), with the boolean ``label`` and ``train`` of each row.

    future: a column of ``recompute(frames, days)`` that comes out otherwise when the blocks from a row's day on are
    withheld; needs ``recompute``, the code that made the table, and ``frames``. proxy: a single column that all but
    is the label, in training. duplicate: accounts on both sides of a split that is not by time, and equal rows on both
    sides. (Where all training days come before all test days, an account's earlier days are fair knowledge.)
    Clean tables of ours give no finding; see docs/economy.md for what an audit cannot find.
    """
    label, train = (np.asarray(column, dtype=bool) for column in (label, train))
    if not len(table) == len(label) == len(train):
        raise ValueError(f"table, label and train must be equally long, not {len(table)}, {len(label)}, {len(train)}")
    if table.index.nlevels != 2:
        raise ValueError("table must be indexed by (day, account), as snapshots() gives it")
    if (recompute is None) != (frames is None):
        raise ValueError("recompute and frames are of use only together")
    findings = [] if recompute is None else future(table, recompute, frames)
    return findings + proxies(table, label, train) + duplicates(table, train)


def future(table: pandas.DataFrame, recompute: Callable, frames: Frames) -> list[Finding]:
    """Columns whose values on a row's day change when that day and all after it have not happened yet."""
    days = sorted(set(table.index.get_level_values(0)))
    looked = [days[0], days[len(days) // 2]] if len(days) > 1 else days
    changed: dict[str, str] = {}
    for day in dict.fromkeys(looked):
        past = recompute(frames.before(day=int(day)), [int(day)])
        mine = table.loc[[day]]
        for column in mine.columns:
            if column not in past.columns:
                changed.setdefault(column, f"the code does not make it for day {day} from the past alone")
                continue
            then = past[column].reindex(mine.index).to_numpy(dtype=float)
            now = mine[column].to_numpy(dtype=float)
            other = ~((then == now) | (np.isnan(then) & np.isnan(now)))
            if other.any():
                changed.setdefault(column, f"{other.sum()} of {len(mine)} rows of day {day} change without the future")
    return [Finding("future", column, evidence) for column, evidence in changed.items()]


def proxies(table: pandas.DataFrame, label: np.ndarray, train: np.ndarray) -> list[Finding]:
    """Columns that tell the classes apart by themselves, in training."""
    findings = []
    for column in table.columns:
        score = area(table[column].to_numpy(dtype=float)[train], label[train])
        if max(score, 1 - score) >= TOO_GOOD:
            findings.append(Finding("proxy", column, f"alone it sorts the classes: area under its curve {score:.3f}"))
    return findings


def duplicates(table: pandas.DataFrame, train: np.ndarray) -> list[Finding]:
    """Accounts, and equal rows of values, that stand on both sides of the split."""
    accounts = table.index.get_level_values(1)
    both, days = set(accounts[train]) & set(accounts[~train]), table.index.get_level_values(0).to_numpy()
    by_time = not both or days[train].max() < days[~train].min()
    findings = []
    if both and not by_time:
        findings.append(Finding("duplicate", f"{len(both)} accounts", "have rows in training and in the test"))
    rows = pandas.util.hash_pandas_object(table, index=False).to_numpy()
    equal = len(set(rows[train]) & set(rows[~train]))
    if equal:
        findings.append(
            Finding("duplicate", f"{equal} rows", "stand in training and, equal in all values, in the test")
        )
    return findings


def area(score: np.ndarray, label: np.ndarray) -> float:
    """Area under the ROC curve of one column, by ranks, ties shared; NaN counts as least. 0.5 with one class only."""
    positives = int(label.sum())
    if not 0 < positives < len(label):
        return 0.5
    lowest = np.nanmin(score) if not np.isnan(score).all() else 0.0
    _, place, counts = np.unique(np.where(np.isnan(score), lowest - 1, score), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[label].sum() - positives * (positives + 1) / 2) / (positives * (len(label) - positives)))


class Leaky(NamedTuple):
    """A table with three leaks, and what it was made of."""

    table: pandas.DataFrame
    label: pandas.Series
    train: pandas.Series
    recompute: Callable[[Frames, list[int]], pandas.DataFrame]
    frames: Frames


def leaky_table(seed: int = 0, agents: int = 200, days: int = 24) -> Leaky:
    """A table of account-days into which three leaks are planted: for `audit`, and for whoever looks for them.

    ``final_received`` is taken over the whole chain. ``case_number`` was given out when the cases were solved.
    The split is by row, so that accounts stand on both sides.
    """
    frames, truth = Economy(seed, days, agents, difficulty=0.2).plan()
    ends = list(range(6, days, 3))
    rng = np.random.default_rng([seed, 2])
    honest = truth.accounts["campaign"].to_numpy() < 0
    cases = np.where(honest, rng.integers(1, 10**4, len(honest)), rng.integers(10**4, 2 * 10**4, len(honest)))
    numbers = dict(zip(truth.accounts.index, cases, strict=True))

    def recompute(known: Frames, ends: list[int]) -> pandas.DataFrame:
        table = snapshots(known, ends)
        accounts = table.index.get_level_values(1)
        moved = known.transactions
        total = moved[moved["status"]].groupby("to")["value"].sum()
        table["final_received"] = [total.get(account, 0) / 10**18 for account in accounts]
        table["case_number"] = [float(numbers[account]) for account in accounts]
        return table

    table = recompute(frames, ends)
    accounts = table.index.get_level_values(1)
    label = pandas.Series(truth.accounts["illicit"].loc[accounts].to_numpy(), index=table.index, name="illicit")
    train = pandas.Series(rng.random(len(table)) < 0.7, index=table.index, name="train")
    return Leaky(table, label, train, recompute, frames)
