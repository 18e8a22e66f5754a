"""The bench around an alert: its data agree with the economy, truth stays hidden till asked, accounts stand apart."""

import itertools
import json
import math

import pytest

from nnchain_edu.economy import Economy
from nnchain_edu.economy.behaviour import DAY
from nnchain_edu.lab.alert_graph import FREEZE, RELEASE, WIDTH, AlertGraph, alerts, place


def test_there_are_right_alerts_of_several_kinds_and_false_ones():
    kinds = {alert["accounts"][0]["truth"] for alert in alerts() if alert["loot"]}
    assert len(alerts()) == 8 and sum(alert["loot"] for alert in alerts()) == 5
    assert len(kinds) >= 4 and all(kind.startswith("offender, ") for kind in kinds)
    assert all(alert["accounts"][0]["truth"].startswith("honest, ") for alert in alerts() if not alert["loot"])
    assert [alert["day"] for alert in alerts()] == sorted(alert["day"] for alert in alerts())


@pytest.mark.parametrize("number", range(8))
def test_accounts_lie_inside_and_apart_and_flow_from_left_to_right(number):
    alert = alerts()[number]
    points, height = place(alert)
    assert all(40 <= x <= WIDTH - 40 and 17 <= y <= height - 40 for x, y in points)
    assert min(math.dist(a, b) for a, b in itertools.combinations(points, 2)) > 60
    assert points[0][0] == WIDTH // 2 and alert["accounts"][0]["column"] == 0
    assert all(points[source][0] < points[target][0] for source, target, _ in alert["arrows"])


def test_every_payment_was_made_before_the_alert_and_every_arrow_has_one():
    for alert in alerts():
        for _, _, payments in alert["arrows"]:
            assert payments and all(day < alert["day"] and ether >= 0 for day, ether in payments)


def test_nothing_true_reaches_the_browser_before_a_decision_and_a_question():
    bench = AlertGraph()
    sent = json.dumps([bench.frame, bench.view])
    assert "offender" not in sent and "honest, " not in sent and "truth" not in json.dumps(bench.frame)
    bench.act("truth")
    assert bench.view["message"] == "Decide first." and bench.view["truth"] is None
    bench.act("predict", value="perhaps")
    assert "Choose one of" in bench.view["message"] and bench.view["locked"]
    bench.act("predict", value=FREEZE)
    assert not bench.view["locked"] and bench.view["truth"] is None and "offender" not in json.dumps(bench.view)
    bench.act("truth")
    assert "loot in this deposit. You were right." in bench.view["truth"]["line"]
    assert len(bench.view["truth"]["accounts"]) == len(alerts()[0]["accounts"])


def test_the_tally_counts_first_decisions_and_the_model():
    bench = AlertGraph()
    false = next(i for i, alert in enumerate(alerts()) if not alert["loot"])
    for number, decision in ((0, RELEASE), (false, RELEASE)):
        bench.act("choose", alert=number)
        bench.act("predict", value=decision)
        bench.act("truth")
    assert bench.view["tally"] == "So far you decided 1 of 2 rightly, and the model, which froze all, 1 of 2."
    bench.act("predict", value=FREEZE)
    assert "stands" in bench.view["message"] and bench.view["prediction"] == RELEASE


def test_another_alert_starts_without_decision_or_choice():
    bench = AlertGraph()
    bench.selected = bench.frame["alerts"][0]["accounts"][0]["name"]
    bench.act("predict", value=FREEZE)
    bench.act("choose", alert=3)
    assert bench.view["alert"] == 3 and bench.view["locked"] and bench.selected == ""
    bench.act("choose", alert=99)
    assert bench.view["alert"] == 3
    assert repr(bench).startswith("The graph around an alert: Alert 4 of 8")


def test_names_tell_accounts_apart_and_houses_are_known():
    for alert in AlertGraph().frame["alerts"]:
        names = [account["name"] for account in alert["accounts"]]
        assert len(set(names)) == len(names)
        assert any(account["mark"] == "exchange" for account in alert["accounts"])
        assert len(alert["features"]) == 6 and all(len(row) == 4 for row in alert["features"])


@pytest.mark.slow
def test_the_payments_are_those_of_the_economy():
    from studies.unit_09_alerts import AGENTS, SEED

    frames, truth = Economy(SEED, 60, AGENTS).plan()
    sent = frames.transactions[frames.transactions["status"]]
    for alert in alerts():
        for source, target, payments in alert["arrows"]:
            ends = (alert["accounts"][source]["address"], alert["accounts"][target]["address"])
            mine = sent[(sent["sender"] == ends[0]) & (sent["to"] == ends[1])]
            mine = mine[mine["value"].map(bool) & (mine["time"] < frames.start + alert["day"] * DAY)]
            assert [ether for _, ether in payments] == [round(value / 10**18, 3) for value in mine["value"]]
        assert truth.accounts.loc[alert["account"], "illicit"] == alert["accounts"][0]["truth"].startswith("offender")
