"""Features: worked out by hand, and beside a slow second way; local, causal, exact, fast."""

import time

import numpy as np
import pandas
import pytest

from nnchain_edu import Chain
from nnchain_edu.economy import FEATURES, Economy, collect, feature_digest, features, snapshots
from nnchain_edu.economy.behaviour import DAY, ETHER


@pytest.fixture(scope="module")
def by_hand() -> pandas.DataFrame:
    """alice pays bob 1.5 and, an hour later, carol 0.25 and herself 1; bob, ten minutes later, passes 0.5 to carol."""
    chain = Chain()
    start = chain.block().timestamp

    def at(minutes: int, *what, **how) -> None:
        chain.rpc("evm_setNextBlockTimestamp", start + 60 * minutes)
        chain.send(*what, **how)

    at(5, "bob", value=15 * 10**17, sender="alice")
    at(65, "carol", value=25 * 10**16, sender="alice")
    at(75, "carol", value=5 * 10**17, sender="bob")
    at(80, "alice", value=ETHER, sender="alice")
    token = chain.deploy("token", "T", "T", 10**21)  # by alice
    at(100, token.functions.transfer, "bob", 3 * ETHER, sender="alice")
    at(110, token.functions.transfer, "carol", 2 * ETHER, sender="bob")
    names = {account.address.lower(): account.name for account in chain.accounts}
    return features(collect(chain)).rename(index=names)


@pytest.mark.parametrize(
    ("who", "feature", "value"),
    [
        ("alice", "sent_count", 5),
        ("alice", "self_count", 1),
        ("alice", "received_count", 0),
        ("alice", "sent_total", 2.75),
        ("alice", "sent_mean", 2.75 / 3),
        ("alice", "sent_median", 1),
        ("alice", "sent_max", 1.5),
        ("alice", "sent_min", 0.25),
        ("alice", "passed_on", np.nan),
        ("alice", "sent_top_share", 1.5 / 2.75),
        ("alice", "round_share", 1),
        ("alice", "partners_to", 3),
        ("alice", "creation_count", 1),
        ("alice", "call_count", 1),
        ("alice", "token_sent_count", 1),
        ("alice", "token_received_count", 1),
        ("alice", "token_received_total", 1000),
        ("alice", "received_gap_mean", np.nan),
        ("alice", "active_days", 1),
        ("alice", "night_share", 1),
        ("alice", "weekend_share", 0),
        ("bob", "received_total", 1.5),
        ("bob", "passed_on", 0.5 / 1.5),
        ("bob", "hold_median", 10),  # tokens ten minutes after tokens, ether seventy after ether
        ("bob", "hold_min", 10),
        ("bob", "sent_gap_mean", 35),
        ("bob", "lifetime", 105),
        ("bob", "age", 105),
        ("bob", "idle", 0),
        ("bob", "token_kinds", 1),
        ("bob", "partners_both", 0),
        ("bob", "busiest_day_share", 1),
        ("carol", "received_count", 2),
        ("carol", "received_gap_mean", 10),
        ("carol", "received_top_share", 2 / 3),
        ("carol", "partners_from", 2),
        ("carol", "sent_count", 0),
        ("carol", "sent_mean", np.nan),
        ("carol", "token_received_total", 2),
    ],
)
def test_worked_out_by_hand(by_hand, who, feature, value):
    np.testing.assert_equal(by_hand.loc[who, feature], value)


def test_balances_agree_with_the_chain(lived):
    table = features(lived.frames)
    people = lived.truth.accounts
    plain = people.index[(people["role"] == "shop") | (people["role"] == "miner")]  # no contract pays these
    for address in plain:
        assert table.loc[address, "balance_change"] == lived.chain.balance(address) / ETHER


def test_beside_a_slow_second_way(lived):
    table, sent = features(lived.frames), lived.frames.transactions
    for address in table.index[:: len(table) // 30]:
        mine = sent[(sent["sender"] == address) & sent["status"]]
        paid = [value for value in mine["value"] if value]
        got = sent[(sent["to"] == address) & (sent["sender"] != address) & sent["status"] & (sent["value"] != 0)]
        gaps = np.diff(mine["time"].to_numpy()) / 60
        expected = {
            "sent_count": len(mine),
            "sent_total": sum(paid) / ETHER,
            "sent_median": sorted(paid)[(len(paid) - 1) // 2] / ETHER if paid else np.nan,
            "received_total": sum(got["value"]) / ETHER,
            "partners_from": got["sender"].nunique(),
            "partners_to": mine[mine["value"] != 0]["to"].nunique(),
            "partners_both": len(set(got["sender"]) & set(mine[mine["value"] != 0]["to"])),
            "sent_gap_min": gaps.min() if len(gaps) else np.nan,
            "sent_gap_median": sorted(gaps)[(len(gaps) - 1) // 2] if len(gaps) else np.nan,
            "failed_count": ((sent["sender"] == address) & ~sent["status"]).sum(),
            "contracts_called": mine[(mine["input_bytes"] > 0) & mine["to"].notna()]["to"].nunique(),
        }
        np.testing.assert_equal(table.loc[address, list(expected)].to_dict(), expected)


def test_a_row_follows_from_its_sources_alone(lived):
    table = features(lived.frames, day=15)
    for address in table.index[:: len(table) // 25]:
        alone = features(lived.frames.of(address), day=15, accounts=[address])
        pandas.testing.assert_frame_equal(alone, table.loc[[address]], check_exact=True)


@pytest.mark.parametrize("window", [None, 5])
def test_the_future_changes_nothing(lived, window):
    known = features(lived.frames.before(day=9), day=9, window=window)
    pandas.testing.assert_frame_equal(known, features(lived.frames, day=9, window=window), check_exact=True)
    assert len(known) < len(features(lived.frames))


def test_before_a_block_is_before_a_block(lived):
    block = int(lived.frames.blocks.index[300])
    known = features(lived.frames, block=block)
    pandas.testing.assert_frame_equal(known, features(lived.frames.before(block=block)), check_exact=True)


def test_a_window_forgets(lived):
    day, table = 12, features(lived.frames, day=12, window=3)
    moved = lived.frames.transactions
    since = lived.frames.start + (day - 3) * DAY
    inside = moved[(moved["time"] >= since) & (moved["time"] < since + 3 * DAY) & moved["status"]]
    assert table["sent_count"].sum() == len(inside)


def test_snapshots_hold_who_was_active(lived):
    table = snapshots(lived.frames, [5, 6, 9])
    for earlier, day in ((5, 6), (6, 9)):
        active = lived.frames.before(day=day)
        since = lived.frames.start + earlier * DAY
        seen = active.transactions[active.transactions["time"] >= since]
        who = set(seen["sender"]) | set(seen.loc[seen["status"] & (seen["value"] != 0), "to"])
        moved = active.transfers[active.transfers["time"] >= since]
        who |= set(moved["sender"]) | set(moved["to"])
        assert set(table.loc[day].index) == who
        pandas.testing.assert_frame_equal(
            table.loc[day].sort_index(), features(lived.frames, day=day).loc[sorted(who)], check_exact=True
        )


def test_midnight_belongs_to_the_day_that_begins():
    chain = Chain()
    start, bob = chain.block().timestamp, chain.accounts["bob"].address.lower()
    for day in (1, 2):
        chain.rpc("evm_setNextBlockTimestamp", start + day * DAY)
        chain.send("carol", value=day, sender="bob")
    frames = collect(chain)
    assert features(frames, day=1).shape[0] == 0
    assert features(frames, day=2).loc[bob, ["sent_count", "idle"]].tolist() == [1, 24 * 60]
    table = snapshots(frames, [1, 2, 3])
    assert bob in table.loc[2].index and table.loc[(3, bob), "sent_count"] == 2


def test_whoever_did_nothing_has_a_row_if_asked_for(lived):
    stranger = "0x" + "12" * 20
    row = features(lived.frames, accounts=[stranger, lived.truth.accounts.index[20]]).loc[stranger]
    assert row["sent_count"] == 0 and row["received_total"] == 0 and np.isnan(row["age"]) and np.isnan(row["sent_mean"])


def test_the_table_of_features_is_whole(lived):
    table = features(lived.frames)
    assert list(table.columns) == list(FEATURES.index) and (table.dtypes == "float64").all()
    assert set(FEATURES["kind"]) == {"count", "value", "time", "partner", "contract", "token"}
    assert FEATURES["meaning"].is_unique and not np.isinf(table.to_numpy()).any()
    undefined = table.columns[table.isna().any()]
    assert set(FEATURES.loc[undefined, "kind"]) <= {"value", "time", "partner"}


def test_the_digest_sees_every_change(lived):
    table = features(lived.frames)
    digest = feature_digest(table)
    assert digest == feature_digest(table.copy()) and len(digest) == 64
    touched, renamed = table.copy(), table.rename(columns={"age": "Age"})
    touched.iloc[3, 4] = np.nextafter(touched.iloc[3, 4], np.inf)
    assert len({digest, feature_digest(touched), feature_digest(renamed), feature_digest(table.iloc[::-1])}) == 4


@pytest.mark.parametrize(
    ("given", "told"),
    [({"day": -1}, "day must be"), ({"window": 2.5}, "window must be"), ({"block": True}, "block must be")],
    ids=["day", "window", "block"],
)
def test_bad_arguments_are_refused_at_the_door(lived, given, told):
    with pytest.raises(ValueError, match=told):
        features(lived.frames, **given)
    for days in ([], [5, 5]):
        with pytest.raises(ValueError, match="days must"):
            snapshots(lived.frames, days)


def test_twenty_thousand_transactions_take_less_than_two_seconds():
    frames, _ = Economy().plan()
    assert len(frames.transactions) > 19_000
    start = time.process_time()
    features(frames)
    assert time.process_time() - start < 2
