"""Sequences and graphs say what the frames say."""

import numpy as np
import pytest

from nnchain_edu.economy import graph, sequences
from nnchain_edu.economy.account_sequences import CHANNELS
from nnchain_edu.economy.behaviour import DAY, ETHER


def test_a_sequence_is_what_the_account_did(lived):
    sent = lived.frames.transactions
    worker = lived.truth.accounts.query("role == 'worker' and joined == 0").index[3]
    values, lengths, accounts = sequences(lived.frames, [worker], length=500)
    assert accounts == [worker] and values.dtype == np.float32
    mine = sent[((sent["sender"] == worker) | (sent["to"] == worker)) & sent["status"] & (sent["value"] != 0)]
    assert lengths[0] == len(mine)
    events = values[0, -lengths[0] :]
    signed = [value if to == worker else -value for value, to in zip(mine["value"], mine["to"], strict=True)]
    told = np.expm1(events[:, 0].astype(float)) - np.expm1(events[:, 1].astype(float))
    np.testing.assert_allclose(told, [value / ETHER for value in signed], rtol=2e-5, atol=1e-6)
    minutes = np.diff(mine["time"].to_numpy()) / 60
    np.testing.assert_allclose(np.expm1(events[1:, 6].astype(float)), minutes, rtol=1e-5, atol=1e-4)
    assert events[0, 6] == 0 and events[0, 9] == 0
    partners = [s if to == worker else to for s, to in zip(mine["sender"], mine["to"], strict=True)]
    assert events[:, 9].tolist() == [float(partner in partners[:i]) for i, partner in enumerate(partners)]


def test_sequences_are_cut_and_padded(lived):
    values, lengths, accounts = sequences(lived.frames, length=8)
    assert values.shape == (len(accounts), 8, len(CHANNELS)) and lengths.max() == 8 and lengths.min() < 8
    whole = sequences(lived.frames, length=600)
    for row, length in zip(whole.values, whole.lengths, strict=True):
        assert not row[: 600 - length].any()
        assert not length or (row[600 - length, 6] == 0 and row[600 - length, 9] == 0)  # nothing came before
    longer = sequences(lived.frames, accounts, length=16).values
    full = lengths == 8
    np.testing.assert_array_equal(longer[full, -8:], values[full])


def test_sequences_know_no_future(lived):
    now = sequences(lived.frames, day=7)
    before = sequences(lived.frames.before(day=7), now.accounts)
    np.testing.assert_array_equal(now.values, before.values)


def test_a_graph_counts_and_sums_exactly(lived):
    sent = lived.frames.transactions[lived.frames.transactions["status"]]
    g = graph(lived.frames)
    ether = g.edges[g.edges["kind"] == "ether"]
    assert ether["count"].sum() == len(sent) and sum(ether["value"]) == sum(sent["value"])
    assert sum(g.edges.query("kind == 'tokens'")["value"]) == sum(lived.frames.transfers["amount"])
    row = ether.loc[ether["count"].idxmax()]
    source, target = g.nodes[row["source"]], g.nodes[row["target"]]
    mine = sent[(sent["sender"] == source) & (sent["to"] == target)]
    assert (len(mine), sum(mine["value"])) == (row["count"], row["value"])
    assert (mine["time"].min(), mine["time"].max()) == (row["first"], row["last"])
    assert g.edge_index().shape == (2, len(g.edges)) and g.edge_index("tokens").shape[1] == len(g.edges) - len(ether)


def test_a_graph_knows_no_future(lived):
    g = graph(lived.frames, day=6)
    assert (g.edges["last"] < lived.frames.start + 6 * DAY).all() and len(g.edges) < len(graph(lived.frames).edges)


def test_the_neighbourhood_of_an_account(lived):
    g = graph(lived.frames)
    account = lived.truth.accounts.query("role == 'offender'").index[0]
    near = g.around(account)
    centre = near.nodes.index(account)
    touching = g.edges[(g.edges["source"] == g.nodes.index(account)) | (g.edges["target"] == g.nodes.index(account))]
    partners = {g.nodes[i] for i in [*touching["source"], *touching["target"]]}
    assert set(near.nodes) == partners
    assert ((near.edges["source"] == centre) | (near.edges["target"] == centre)).sum() == len(touching)
    assert len(g.around(account, hops=3, most=12).nodes) == 12
    with pytest.raises(ValueError, match="has done and got nothing"):
        g.around("0x" + "77" * 20)


def test_bad_arguments_are_refused_at_the_door(lived):
    with pytest.raises(ValueError, match="length must be"):
        sequences(lived.frames, length=0)
