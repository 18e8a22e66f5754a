"""What a drift does to a frozen detector and to one that is trained again; and whether a random split flatters.

Two controls: the same economies without a drift, since a model ages anyway; and a split at random by account, which
tells whether it is the accounts on both sides that flatter.

Each seed is an economy of 800 agents over 60 days, planned without a chain (`Economy.plan` gives what an indexer would
collect, to the wei). The offenders change their ways on day 30. The seed also draws the first weights and the split.
"""

import numpy as np

from nnchain_edu.economy import Economy, Recipe
from nnchain_edu.lab import drift_watch
from nnchain_edu.lab.detector import COLUMNS, FIRST_DAY, Rows, fit, flagged, measure, rows_of
from studies import show_progress, write

SEEDS = range(5)
DAYS, AGENTS, DIFFICULTY, DRIFT_DAY = 60, 800, 0.3, 30
TRAINED_TO = 20
RETRAINED_ON = (36, 42, 48, 54)
LAG = 3  # days until labels are known


def economy(seed: int, drift_day: int | None = DRIFT_DAY, agents: int = AGENTS) -> Rows:
    """The rows of one economy."""
    frames, truth = Economy(seed=seed, days=DAYS, agents=agents, difficulty=DIFFICULTY, drift_day=drift_day).plan()
    return rows_of(frames, truth, FIRST_DAY, DAYS - 1)


def prepared(rows: Rows, train: np.ndarray) -> np.ndarray:
    """The network's inputs, by a recipe that has seen the rows `train` only."""
    recipe = Recipe(columns=COLUMNS, indicators=False).fit(rows.table[train])
    return recipe.transform(rows.table)


def split(rows: Rows, seed: int, how: str) -> tuple[float, float, float]:
    """Precision, recall and F1 on days before the drift, with as many training rows (by account: about as many)."""
    train = rows.day <= TRAINED_TO
    calm = np.flatnonzero(rows.day < DRIFT_DAY)
    if how == "at random":
        size, train = train.sum(), np.zeros(len(rows.day), dtype=bool)
        train[np.random.default_rng(seed).permutation(calm)[:size]] = True
    elif how == "by account":
        accounts = rows.table.index.get_level_values(1)
        everybody = np.array(sorted(set(accounts[calm])))
        some = np.random.default_rng(seed).permutation(everybody)[: round(len(everybody) * train.sum() / len(calm))]
        train = accounts.isin(some) & (rows.day < DRIFT_DAY)
    test = (rows.day < DRIFT_DAY) & ~train
    inputs = prepared(rows, train)
    model = fit(inputs[train], rows.label[train], seed)
    return measure(rows.label[test], flagged(model, inputs[test]))[:3]


def by_day(rows: Rows, seed: int, retrained_on: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Day, offenders, offenders found, accounts flagged; then those offenders whose account was no offender in the
    detector's training rows, and how many of them it found; for each day after the first training.

    The recipe stays the first one, as the contract wants it. Of the first training's last days the labels are taken
    as known at once.
    """
    train, counts = rows.day <= TRAINED_TO, []
    accounts = rows.table.index.get_level_values(1)
    new = ~accounts.isin(accounts[train & rows.label])
    inputs = prepared(rows, train)
    model = fit(inputs[train], rows.label[train], seed)
    for day in range(TRAINED_TO + 1, DAYS):
        if day in retrained_on:
            known = rows.day <= day - LAG
            model = fit(inputs[known], rows.label[known], seed)
            new = ~accounts.isin(accounts[known & rows.label])
        now = rows.day == day
        said, label = flagged(model, inputs[now]), rows.label[now]
        parts = label, said & label, said, label & new[now], said & label & new[now]
        counts.append((day, *(int(part.sum()) for part in parts)))
    return counts


def period(day: int) -> str:
    """Before the drift, between drift and first retraining, or later."""
    last = RETRAINED_ON[0]
    return "days 21 to 29" if day < DRIFT_DAY else f"days 30 to {last - 1}" if day < last else f"days {last} to 59"


def main() -> None:
    """Write `split_flatters.csv`, `drift_recovery.csv` and the challenge's `drift_days.npz`; about three minutes."""
    drifts, splits, said = [], [], f"Economies of {AGENTS} agents, seeds {SEEDS[0]} to {SEEDS[-1]}"
    for done, seed in enumerate(SEEDS, 1):
        rows = economy(seed)
        for name in ("by time", "at random", "by account"):
            splits.append((seed, name, *(round(share, 4) for share in split(rows, seed, name))))
        calm = economy(seed, drift_day=None)
        for name, lived, again in (("frozen", rows, ()), ("retrained", rows, RETRAINED_ON), ("no drift", calm, ())):
            drifts += [(seed, name, period(day), day, *counts) for day, *counts in by_day(lived, seed, again)]
        show_progress(done, len(SEEDS), f"seed {seed}")
    about = f"{said}: precision, recall and F1 of a detector on days before the drift, split by time, at random,"
    about += " or at random by account."
    write("06", "split_flatters", about, ["seed", "split", "precision", "recall", "f1"], splits)
    about = (
        f"{said}: offenders active, found, and accounts flagged by day; the offenders change on day {DRIFT_DAY}, and"
    )
    about += (
        f" one detector is trained again on days {', '.join(map(str, RETRAINED_ON))}. 'no drift': a frozen one where"
    )
    about += " they never change. new, new_found: offenders whose account was none in the detector's training rows."
    columns = ["seed", "detector", "period", "day", "offenders", "found", "flagged", "new", "new_found"]
    write("06", "drift_recovery", about, columns, drifts)
    challenge()


def challenge() -> None:
    """Write the days of the challenge's economies."""
    stored = {}
    for done, (name, (seed, drift_day)) in enumerate(drift_watch.WORLDS.items(), 1):
        rows = economy(seed, drift_day, agents=500)
        inputs = prepared(rows, rows.day < drift_watch.START)
        stored[f"{name}_x"] = np.clip(np.rint(inputs * drift_watch.SCALE), -127, 127).astype(np.int8)
        stored[f"{name}_label"], stored[f"{name}_day"] = rows.label, rows.day.astype(np.uint8)
        show_progress(done, len(drift_watch.WORLDS), f"challenge, {name}")
    np.savez_compressed(drift_watch.FILE, **stored)
