"""The bench of unit 09 that looks around an alert: who paid whom before it, what the model saw, and what was true.

The alerts lie beside this file (`python -m studies.unit_09_bench` makes them). What is true of an alert is sent to the
browser only when the learner has decided and asks.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nnchain_edu.lab.assets import script, style
from nnchain_edu.lab.controls import Prediction
from nnchain_edu.lab.graph import short

FILE = Path(__file__).with_name("alerts.json")
WIDTH, _MARGIN = 860, 70  # of the drawing, in its own pixels
_STEP, _BELOW = 72, 14  # height that an account needs, and what its last line needs below
FREEZE, RELEASE = "keep it frozen: loot", "release it: honest"
QUESTION = "Would you keep this deposit frozen, or release it?"


@cache
def alerts() -> list[dict[str, Any]]:
    """The alerts of the study, with what is true of them."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def place(alert: dict[str, Any]) -> tuple[list[tuple[int, int]], int]:
    """Where each account of an alert stands, and the height of the picture.

    Five columns, each spread evenly from top to bottom. Next to the middle the earliest payment stands on top; in the
    outer columns an account stands near those it dealt with, so that few arrows cross.
    """
    accounts, arrows = alert["accounts"], alert["arrows"]
    columns = {column: [i for i, a in enumerate(accounts) if a["column"] == column] for column in range(-2, 3)}
    first = {i: min(days[0][0] for *ends, days in arrows if i in ends) for i in range(len(accounts))}
    for column in (-1, 1):
        columns[column].sort(key=lambda i: (first[i], i))
        rank = {i: place for place, i in enumerate(columns[column])}

        def beside(i: int, rank: dict[int, int] = rank) -> tuple[float, int]:
            known = [rank[j] for *ends, _ in arrows if i in ends for j in ends if j in rank]
            return sum(known) / len(known), i

        columns[2 * column].sort(key=beside)
    height = _STEP * max(4, *map(len, columns.values())) + _BELOW
    gap = (WIDTH - 2 * _MARGIN) / 4
    points = {
        i: (round(_MARGIN + (column + 2) * gap), round((height - _BELOW) * (order + 0.5) / len(members)))
        for column, members in columns.items()
        for order, i in enumerate(members)
    }
    return [points[i] for i in range(len(accounts))], height


class AlertGraph(anywidget.AnyWidget):
    """Alerts to decide on: `alert` is the place of the chosen one, `view` what may be known of it so far."""

    _esm = script("accounts", "alert_graph")
    _css = style("graph", "alert_graph")
    frame = traitlets.Dict().tag(sync=True)  # title, question, and all alerts without what is true
    view = traitlets.Dict().tag(sync=True)  # chosen alert, decision, truth if it was asked for, tally
    selected = traitlets.Unicode("").tag(sync=True)  # the chosen account, or ""

    def __init__(self) -> None:
        self.alert = 0
        self.decisions: dict[int, str] = {}
        self.told: set[int] = set()  # alerts whose truth was asked for
        super().__init__(
            frame={
                "title": "The graph around an alert",
                "width": WIDTH,
                "prediction": Prediction(QUESTION, kind="choice", options=(FREEZE, RELEASE)).spec(),
                "alerts": [self._shown(number, alert) for number, alert in enumerate(alerts(), 1)],
            }
        )
        self._refresh()
        self.on_msg(lambda _, content, buffers: self.act(**content))

    def __repr__(self) -> str:
        return f"{self.frame['title']}: {self.text()}"

    def text(self) -> str:
        """One line that says which alert is looked at, and what is known of it."""
        alert = alerts()[self.alert]
        line = f"{self.frame['alerts'][self.alert]['title']}. {_counted(alert['accounts'])}"
        return f"{line} {self.view['truth']['line']}" if self.view.get("truth") else line

    def act(self, do: str, **given: Any) -> None:
        """Do what the learner did: choose an alert, predict (decide), or ask for the truth."""
        message = ""
        if do == "choose" and given.get("alert") in range(len(alerts())):
            self.alert, self.selected = given["alert"], ""
        elif do == "predict":
            try:
                prediction = Prediction(QUESTION, kind="choice", options=(FREEZE, RELEASE)).check(given.get("value"))
            except ValueError as error:
                message = str(error)
            else:
                if self.alert in self.told:
                    message = "The truth is told: your decision stands."
                else:
                    self.decisions[self.alert] = prediction
        elif do == "truth":
            if self.alert in self.decisions:
                self.told.add(self.alert)
            else:
                message = "Decide first."
        self._refresh(message)

    def _refresh(self, message: str = "") -> None:
        alert, decision = alerts()[self.alert], self.decisions.get(self.alert)
        truth = None
        if self.alert in self.told:
            said = "There was loot in this deposit" if alert["loot"] else "This deposit was honest: a false alarm"
            right = (decision == FREEZE) == alert["loot"]
            truth = {
                "line": f"{said}. You were {'right' if right else 'wrong'}.",
                "accounts": [account["truth"] for account in alert["accounts"]],
            }
        self.view = {
            "alert": self.alert,
            "prediction": decision,
            "locked": decision is None,
            "truth": truth,
            "tally": self._tally(),
            "message": message,
        }

    def _tally(self) -> str:
        if not self.told:
            return ""
        right = sum((self.decisions[i] == FREEZE) == alerts()[i]["loot"] for i in self.told)
        loot = sum(alerts()[i]["loot"] for i in self.told)
        told = len(self.told)
        return f"So far you decided {right} of {told} rightly, and the model, which froze all, {loot} of {told}."

    def _shown(self, number: int, alert: dict[str, Any]) -> dict[str, Any]:
        points, height = place(alert)
        who = short(alert["account"])
        return {
            "title": f"Alert {number} of {len(alerts())}: {who} brought {alert['deposit']} ether on day"
            f" {alert['day'] - 1}, score {alert['score']:.2f}",
            "option": f"{number}: day {alert['day'] - 1}, {alert['deposit']} ether, score {alert['score']:.2f}",
            "height": height,
            "last": alert["day"] - 1,
            "features": alert["features"],
            "arrows": alert["arrows"],
            "accounts": [
                {
                    "name": f"{account['known'] or account['address']}{_where(account['column'])}",
                    "label": account["known"] or short(account["address"]),
                    "mark": account["known"],
                    "x": x,
                    "y": y,
                }
                for account, (x, y) in zip(alert["accounts"], points, strict=True)
            ],
        }


def _where(column: int) -> str:
    """The place of an account in words, which also tells apart one that stands on both sides."""
    side = "paid" if column < 0 else "was paid"
    return {0: ", the alert's account"}.get(column, f", {side}, {'one step' if abs(column) == 1 else 'two steps'} away")


def _counted(accounts: list[dict[str, Any]]) -> str:
    payers, payees = (sum(a["column"] == column for a in accounts) for column in (-1, 1))
    return f"{payers} payers and {payees} payees are shown, and whom they got it from or gave it to."
