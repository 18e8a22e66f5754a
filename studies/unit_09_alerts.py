"""The alerts of lab 09's second bench: who paid whom around eight alerts, what the model saw, and what was true."""

import json
from typing import Any

import numpy as np
import pandas
from sklearn.linear_model import LogisticRegression

from nnchain_edu.economy import FEATURES, Economy, Recipe
from nnchain_edu.economy.behaviour import DAY
from nnchain_edu.lab.alert_graph import FILE
from nnchain_edu.lab.held_deposits import DAYS, START, known_rows, world

SEED, AGENTS = 20, 1000
THEFTS, FALSE_ALARMS = 5, 3
ALERT = 0.2  # the cheapest threshold where a theft costs four false alarms
NEAR, FAR = 5, 2  # at most so many payers and payees of an alert's account, and of each of these
HOUSES = ("exchange", "pool", "founder", "contract")  # everybody knows them, and their partners say nothing
SHOWN = 6  # features


def alerts() -> list[dict[str, Any]]:
    """Eight alerts as plain data: different kinds of schemes first, then the strongest false alarms."""
    here = world(SEED, AGENTS)
    frames, truth = Economy(SEED, DAYS, AGENTS).plan()
    people = truth.accounts
    past, asked = known_rows(here), here.day >= START
    recipe = Recipe().fit(here.table[past])
    inputs = recipe.transform(here.table)
    model = LogisticRegression(C=0.3, max_iter=3000).fit(inputs[past], here.label[past])
    score = model.predict_proba(inputs)[:, 1]
    order = [row for row in np.argsort(-score) if asked[row] and score[row] >= ALERT]
    accounts = here.table.index.get_level_values("account")
    picked = _picked([r for r in order if here.label[r]], accounts, people["typology"], THEFTS)
    picked += _picked([r for r in order if not here.label[r]], accounts, people["role"], FALSE_ALARMS)
    picked.sort(key=lambda row: (here.day[row], accounts[row]))  # by day: the order tells nothing
    payments = _payments(frames)
    push = (inputs - inputs[past].mean(0)) * model.coef_[0]
    told = []
    for row in picked:
        account, day = accounts[row], int(here.day[row])
        told.append(
            {
                "account": account,
                "day": day,
                "deposit": _short(here.table["deposit"].iloc[row]),
                "score": round(float(score[row]), 2),
                "loot": bool(here.label[row]),
                "features": _features(here.table, recipe, push[row], row, past),
                **_around(payments[payments["day"] < day], account, people),
            }
        )
    return told


def _picked(rows: list[int], accounts: Any, kind: pandas.Series, most: int) -> list[int]:
    """The first row of each kind of account, then further accounts in the order of `rows`."""
    firsts, others, seen, kinds = [], [], set(), set()
    for row in rows:
        if accounts[row] not in seen:
            seen.add(accounts[row])
            (others if kind[accounts[row]] in kinds else firsts).append(row)
            kinds.add(kind[accounts[row]])
    return (firsts + others)[:most]


def _payments(frames: Any) -> pandas.DataFrame:
    sent = frames.transactions
    sent = sent[sent["status"] & sent["to"].notna() & (sent["sender"] != sent["to"])]
    ether = [value / 10**18 for value in sent["value"]]
    table = pandas.DataFrame({"source": sent["sender"], "target": sent["to"], "ether": ether})
    table["day"] = ((sent["time"] - frames.start) // DAY).to_numpy()
    return table[table["ether"] > 0]


def _features(table: Any, recipe: Recipe, push: np.ndarray, row: int, past: np.ndarray) -> list[list[str]]:
    """Name, value here, median of the past deposits, and what it added to the log-odds, of the strongest."""
    told = []
    for place in np.argsort(-np.abs(push))[:SHOWN]:
        name = recipe.names[place]
        column = name.removesuffix(" missing")
        value, usual = table[column].iloc[row], table[column][past].median()
        unit = "ether" if column == "deposit" else FEATURES.loc[column, "unit"]
        values = (_valued(value, unit), _valued(usual, unit))
        told.append([name.replace("_", " "), *values, f"{push[place]:+.1f}"])
    return told


def _valued(value: float, unit: str) -> str:
    if np.isnan(value):
        return "undefined"
    if unit == "minutes":
        return f"{_short(value / 1440)} days" if value >= 1440 else f"{_short(value / 60)} hours"
    named = unit.removesuffix("s") if value == 1 else unit
    return _short(value) if unit == "share" else f"{_short(value)} {named}"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == round(value) else f"{value:.2g}"


def _around(payments: pandas.DataFrame, account: str, people: pandas.DataFrame) -> dict[str, Any]:
    """Accounts in five columns, payers left and payees right, and the payments between neighbouring columns."""
    nodes: dict[tuple[str, int], int] = {(account, 0): 0}
    edges: dict[tuple[int, int], pandas.DataFrame] = {}

    def widen(ring: list[tuple[str, int]], most: int, way: int) -> list[tuple[str, int]]:
        mine, others = ("target", "source") if way < 0 else ("source", "target")
        found = []
        for name, column in ring:
            if name != account and people["role"].get(name, "") in HOUSES:
                continue
            rows = payments[payments[mine] == name]
            sums = rows.groupby(others)["ether"].sum().sort_values(ascending=False, kind="stable")
            for other in [o for o in sums.index if o != account or column == 0][:most]:
                place = (other, column + way)
                if place not in nodes:
                    nodes[place] = len(nodes)
                    found.append(place)
                ends = (nodes[place], nodes[name, column])
                edges[ends if way < 0 else ends[::-1]] = rows[rows[others] == other]
        return found

    for way in (-1, 1):
        ring = widen([(account, 0)], NEAR, way)
        widen(ring, FAR, way)
    return {
        "accounts": [_account(name, column, people) for name, column in nodes],
        "arrows": [
            [*ends, [[int(d), round(float(e), 3)] for d, e in zip(rows["day"], rows["ether"], strict=True)]]
            for ends, rows in edges.items()
        ],
    }


def _account(name: str, column: int, people: pandas.DataFrame) -> dict[str, Any]:
    person = people.loc[name]
    house = {"contract": "contract", "founder": "named account"}.get(person["role"], person["role"])
    truth = f"offender, {person['typology']}" if person["illicit"] else f"honest, {person['role']}"
    known = house if person["role"] in HOUSES else ""
    return {"address": name, "column": column, "known": known, "truth": truth}


def main() -> None:
    """Write `alerts.json` beside the bench."""
    FILE.write_text(json.dumps(alerts(), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
