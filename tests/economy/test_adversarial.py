"""Chain data that nobody wished for: counted, kept exact, never a crash."""

import numpy as np
import pandas
import pytest

from nnchain_edu import Chain
from nnchain_edu.economy import collect, deduplicate, feature_digest, features, graph, sequences, snapshots

HTML = "<img src=x onerror=alert(1)><script>"
#: A contract that logs whatever it is told, under the name of Transfer if it likes.
SHOUTER = """
@external
def shout(topics: uint256, payload: Bytes[64]):
    if topics == 1:
        raw_log([0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef], payload)
    elif topics == 2:
        raw_log(
            [
                0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef,
                0x000000000000000000000000000000000000000000000000000000000000beef,
                0x000000000000000000000000000000000000000000000000000000000000dead,
            ],
            payload,
        )
    else:
        raw_log(
            [
                0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef,
                0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,
                0x000000000000000000000000000000000000000000000000000000000000dead,
            ],
            payload,
        )

@external
@view
def name() -> String[40]:
    return "<img src=x onerror=alert(1)><script>"
"""


@pytest.fixture(scope="module")
def hostile():
    chain = Chain()
    chain.rpc("anvil_setBalance", chain.accounts["bob"].address, hex(2**200))
    chain.send("carol", value=2**190 + 1, sender="bob")
    chain.send("dave", value=2**64 + 3, sender="dave")  # to oneself
    chain.send("erin", value=0)
    token = chain.deploy("token", HTML[:32], "<b>", 2**256 - 1)
    chain.send(token.functions.transfer, "bob", 2**255 + 1)
    failed = {"to": token.functions.transfer, "args": ("bob", 1), "sender": "judy"}
    chain.send_many([failed])
    shouter = chain.deploy(SHOUTER)
    chain.send(shouter.functions.shout, 1, b"")
    chain.send(shouter.functions.shout, 3, b"\x01" * 32)
    chain.send(shouter.functions.shout, 2, b"\x01" * 64)  # an amount of 64 bytes
    chain.send_many([{"to": shouter.functions.shout, "args": (1, b""), "sender": "judy", "value": 9}])  # takes no ether
    chain.mine(3)
    frames = collect(chain)
    return chain, frames, {account.name: account.address.lower() for account in chain.accounts}


def test_everything_odd_is_counted(hostile):
    _, frames, _ = hostile
    assert frames.oddities == {
        "empty blocks": 4,
        "failed transactions": 2,
        "contract creations": 2,
        "transfers to oneself": 1,
        "transfers of nothing": 8,
        "values beyond 64 bits": 4,
        "Transfer logs of another form": 3,
    }


def test_huge_amounts_stay_exact(hostile):
    _, frames, names = hostile
    sent = frames.transactions
    assert {2**190 + 1, 2**64 + 3} <= set(sent["value"]) and all(type(value) is int for value in sent["value"])
    assert list(frames.transfers["amount"]) == [2**256 - 1, 2**255 + 1]
    assert sum(frames.transfers["amount"]) == 2**256 + 2**255
    g = graph(frames)
    edge = g.edges[
        (g.edges["source"] == g.nodes.index(names["bob"])) & (g.edges["target"] == g.nodes.index(names["carol"]))
    ]
    assert edge["value"].tolist() == [2**190 + 1]


def test_huge_amounts_become_finite_features(hostile):
    _, frames, names = hostile
    table = features(frames)
    assert table.loc[names["carol"], "received_total"] == (2**190 + 1) / 10**18
    assert table.loc[names["bob"], "token_received_total"] == (2**255 + 1) / 10**18
    assert table.loc[names["dave"], ["self_count", "received_count", "sent_count"]].tolist() == [1, 0, 1]
    assert table.loc[names["judy"], ["sent_count", "failed_count"]].tolist() == [0, 2]
    shouter = frames.logs["contract"].iloc[-1]
    assert table.loc[shouter, "received_count"] == 0  # what failed has not arrived
    assert not np.isinf(table.to_numpy()).any()
    assert np.isfinite(sequences(frames).values).all()
    assert "0x" + "00" * 20 not in table.index


def test_names_in_html_stay_out_of_the_frames(hostile):
    _, frames, _ = hostile
    for frame in (frames.transactions, frames.logs, frames.transfers):
        assert "<script" not in frame.to_html() and "<img" not in frame._repr_html_()


@pytest.mark.parametrize("blocks", [0, 3], ids=["genesis only", "empty blocks"])
def test_a_chain_where_nothing_happened(blocks):
    chain = Chain()
    if blocks:
        chain.mine(blocks)
    frames = collect(chain)
    assert len(frames.blocks) == blocks + 1 and len(frames.transactions) == 0 and frames.accounts == []
    assert features(frames).shape == (0, 51) and features(frames, day=3, window=1).shape == (0, 51)
    assert features(frames, accounts=["0x" + "11" * 20])["sent_count"].tolist() == [0]
    assert sequences(frames).values.shape == (0, 32, 10) and len(graph(frames).edges) == 0
    assert graph(frames).edge_index().shape == (2, 0)
    assert len(feature_digest(features(frames))) == 64 and len(deduplicate(features(frames))) == 0
    assert frames.before(day=0).end == frames.start and len(snapshots(frames, [1, 2])) == 0
    assert sum(frames.oddities.values()) == blocks + 1


def test_a_chain_with_one_account():
    chain = Chain()
    for i in range(3):
        chain.send("alice", value=5 + i, sender="alice")
    frames = collect(chain)
    table = features(frames)
    assert len(table) == 1
    row = table.iloc[0]
    assert (row["sent_count"], row["self_count"], row["received_count"]) == (3, 3, 0)
    assert (row["sent_total"], row["partners_to"]) == (18e-18, 1)
    assert graph(frames).edges[["source", "target", "count", "value"]].to_numpy().tolist() == [[0, 0, 3, 18]]


def test_a_failed_creation_and_a_creation_with_ether():
    chain = Chain()
    payable = "@deploy\n@payable\ndef __init__(): pass\n\n@external\ndef nothing(): pass\n"
    box = chain.deploy(payable, value=7)
    chain.rpc("eth_sendTransaction", {"from": chain.accounts[0].address, "data": "0xfe", "gas": hex(100_000)})
    frames = collect(chain)
    assert frames.oddities["contract creations"] == 2 and frames.oddities["failed transactions"] == 1
    table = features(frames)
    assert table.loc[box.address.lower(), "received_total"] == 7e-18
    assert table.loc[chain.accounts[0].address.lower(), ["creation_count", "failed_count"]].tolist() == [1, 1]


def test_a_day_before_the_first_and_far_after_the_last(lived):
    assert features(lived.frames, day=0).shape[0] == 0
    late = features(lived.frames, day=3000)
    pandas.testing.assert_series_equal(late["sent_total"], features(lived.frames)["sent_total"])
    assert late["idle"].min() > 2900 * 24 * 60
