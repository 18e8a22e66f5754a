"""Collection: the same rows in one go or in many, after a kill, after a reorganisation, and from a node elsewhere."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas
import pytest

from nnchain_edu import Chain
from nnchain_edu.economy import Frames, Indexer, collect
from nnchain_edu.economy.read import Moved
from tests.chain.engines import AnvilRpc, anvil_binary


def same(first: Frames, second: Frames) -> None:
    for name in ("blocks", "transactions", "logs", "transfers"):
        pandas.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def busy_chain(transactions: int = 30) -> Chain:
    chain = Chain(seed=9)
    token = chain.deploy("token", "T", "T", 10**24)
    for i in range(transactions):
        chain.send("bob", value=10**18 + i, sender="alice") if i % 3 else chain.send(
            token.functions.transfer, "carol", i
        )
    return chain


def test_rows_are_what_the_chain_says(lived):
    sent = lived.frames.transactions
    assert len(lived.frames.blocks) == lived.chain.w3.eth.block_number + 1
    assert (lived.frames.blocks["parent"].to_numpy()[1:] == lived.frames.blocks["hash"].to_numpy()[:-1]).all()
    for i in range(0, len(sent), len(sent) // 12):
        row = sent.iloc[i]
        told, receipt = lived.chain.transaction(row["hash"]), lived.chain.receipt(row["hash"])
        assert (told["from"].lower(), told["value"], told["nonce"]) == (row["sender"], row["value"], row["nonce"])
        assert (receipt.fee, receipt["status"], receipt["gasUsed"]) == (row["fee"], row["status"], row["gas_used"])
        assert (told.get("to") or "").lower() == (row["to"] or "")
    events = lived.chain.events(lived.truth.contracts["token"], "Transfer")
    assert list(events["value"]) == list(lived.frames.transfers["amount"])


def test_exported_blocks_make_the_same_frames(lived):
    blocks = lived.chain.export()
    same(Frames.of_export(blocks), lived.frames)
    some = [blocks[0], *blocks[5:9]]
    found = Frames.of_export(some)
    assert found.start == lived.frames.start and found.blocks.index.tolist() == [0, 5, 6, 7, 8]


def test_an_exported_value_that_was_changed_reaches_the_frames():
    chain = busy_chain(3)
    blocks = chain.export()
    blocks[-1]["transactions"][0]["value"] += 1
    assert Frames.of_export(blocks).transactions["value"].iloc[-1] == collect(chain).transactions["value"].iloc[-1] + 1


def test_in_many_steps_as_in_one(tmp_path):
    chain = busy_chain()
    path, told = tmp_path / "blocks.sqlite", []
    for until in (0, 4, 4, 17, None):
        with Indexer(chain, path) as indexer:
            told.append(indexer.update(until, batch=3))
    assert [step.blocks for step in told] == [1, 4, 0, 13, chain.w3.eth.block_number - 17]
    assert sum(step.transactions for step in told) == 31
    same(collect(chain, path), collect(chain))


def test_progress_reaches_the_end():
    told = []
    with Indexer(busy_chain(10)) as indexer:
        indexer.update(batch=4, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(4, 12), (8, 12), (12, 12)]


KILLED = """
import sys, time
from nnchain_edu.economy import Indexer
from tests.economy.test_indexer import busy_chain

def slowly(done, whole):
    print(done, flush=True)
    time.sleep(0.05 if done < 50 else 3600)  # it is killed before the end, however late

Indexer(busy_chain(60), sys.argv[1]).update(batch=2, progress=slowly)
"""


@pytest.mark.parametrize("batches", [1, 7], ids=["early", "late"])
def test_a_kill_leaves_no_gaps_and_no_doubles(tmp_path, batches):
    path = tmp_path / "blocks.sqlite"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    child = subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, env=environment)
    for _ in range(batches):
        child.stdout.readline()
    time.sleep(0.03)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with sqlite3.connect(path) as file:
        kept = [number for (number,) in file.execute("SELECT block FROM blocks ORDER BY block")]
    file.close()
    assert kept == list(range(len(kept))) and 2 * batches <= len(kept) < 62
    chain = busy_chain(60)
    with Indexer(chain, path) as indexer:
        assert indexer.update().blocks == 62 - len(kept)
        same(indexer.frames(), collect(chain))


def test_half_a_batch_is_no_batch(tmp_path):
    chain = busy_chain(10)
    with Indexer(chain, tmp_path / "blocks.sqlite") as indexer:
        indexer.update(until=3)
        rows = indexer._read(4, 6)
        rows.logs.append(rows.logs[-1])  # the last row of the batch is refused
        with pytest.raises(sqlite3.IntegrityError):
            indexer._store.append(rows)
        assert indexer._store.head()[0] == 3 and len(indexer.frames().transactions) == 3
        indexer.update()
        same(indexer.frames(), collect(chain))


def test_a_reorganisation_is_rolled_back():
    chain = busy_chain(12)
    indexer = Indexer(chain)
    with chain.snapshot():
        for i in range(5):
            chain.send("dave", value=7 + i, sender="erin")
        indexer.update()
        assert len(indexer.frames().transactions) == 18
    for i in range(3):  # another branch, shorter
        chain.send("frank", value=100 + i, sender="grace")
    assert indexer.update() == (3, 3, 5)
    same(indexer.frames(), collect(chain))
    assert indexer.update() == (0, 0, 0)
    indexer.close()


def test_a_chain_that_only_went_back_is_followed():
    chain = busy_chain(6)
    indexer = Indexer(chain)
    with chain.snapshot():
        chain.mine(4)
        indexer.update()
    assert indexer.update() == (0, 0, 4)
    same(indexer.frames(), collect(chain))
    indexer.close()


def test_a_reorganisation_while_reading(monkeypatch):
    chain = busy_chain(12)
    indexer, ask, asked = Indexer(chain), chain.rpc, []
    mark = ask("evm_snapshot")
    for i in range(6):
        chain.send("dave", value=7 + i, sender="erin")

    def rpc(method, *params):
        if method == "eth_getBlockByNumber" and params[0] == hex(16) and not asked:
            asked.append(ask("evm_revert", mark))
            for i in range(8):
                chain.send("frank", value=100 + i, sender="grace")
        return ask(method, *params)

    monkeypatch.setattr(chain, "rpc", rpc)
    indexer.update(batch=50)
    assert asked == [True]
    same(indexer.frames(), collect(chain))
    indexer.close()


def test_a_reorganisation_between_a_block_and_its_receipts(monkeypatch):
    chain = busy_chain(4)
    ask, asked, mark = chain.rpc, [], chain.rpc("evm_snapshot")
    chain.send("dave", value=7, sender="erin")

    def rpc(method, *params):
        if method == "eth_getBlockReceipts" and params[0] == hex(6) and not asked:
            asked.append(ask("evm_revert", mark))
            chain.send("frank", value=100, sender="grace")  # as many transactions in the same place
        return ask(method, *params)

    monkeypatch.setattr(chain, "rpc", rpc)
    frames = collect(chain)
    assert asked == [True]
    same(frames, collect(chain))


def test_a_restless_chain_is_given_up(monkeypatch):
    def moved(chain, number):
        raise Moved

    monkeypatch.setattr("nnchain_edu.economy.indexer.read_block", moved)
    with Indexer(busy_chain(2)) as indexer, pytest.raises(RuntimeError, match="changed 21 times"):
        indexer.update()


def test_the_store_of_another_chain_is_refused_and_kept(tmp_path):
    path = tmp_path / "blocks.sqlite"
    collect(busy_chain(3), path)
    with pytest.raises(ValueError, match="holds another chain"):
        collect(Chain(seed=1), path)
    assert len(collect(busy_chain(3), path).blocks) == 5


def test_what_is_no_store_is_refused(tmp_path):
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("not a database, but long enough to be looked at as one, if anybody cares to look\n" * 9)
    with sqlite3.connect(other) as file:
        file.execute("CREATE TABLE blocks (height INTEGER)")
    file.close()
    for path in (text, other):
        with pytest.raises(ValueError, match="is no store of blocks"):
            Indexer(Chain(), path)


@pytest.mark.parametrize(("given", "told"), [({"batch": 0}, "batch must be"), ({"until": -1}, "until must be")],
                         ids=["batch", "until"])  # fmt: skip
def test_bad_arguments_are_refused_at_the_door(given, told):
    with Indexer(Chain()) as indexer, pytest.raises(ValueError, match=told):
        indexer.update(**given)


def test_without_receipts_by_block_they_are_asked_one_by_one(monkeypatch):
    from nnchain_edu.chain import Refused

    chain = busy_chain(6)
    whole, ask = collect(chain), chain.rpc

    def rpc(method, *params):
        if method == "eth_getBlockReceipts":
            raise Refused(method, {"code": -32601, "message": "the method does not exist"})
        return ask(method, *params)

    monkeypatch.setattr(chain, "rpc", rpc)
    same(collect(chain), whole)


@pytest.mark.skipif(not anvil_binary(), reason="Anvil is not here")
def test_over_a_node_elsewhere(tmp_path):
    node = AnvilRpc(anvil_binary())
    try:
        chain, path = Chain.connect(node.url), tmp_path / "blocks.sqlite"
        token = chain.deploy("token", "T", "T", 10**24)
        chain.send("bob", value=3 * 10**19, sender="alice")
        collect(chain, path)
        with chain.snapshot():
            chain.send(token.functions.transfer, "carol", 2**70)
            chain.send("carol", value=1, sender="bob")
            assert len(collect(chain, path).transactions) == 4
        chain.send(token.functions.transfer, "dave", 2**71)
        frames = collect(chain, path)
        same(frames, collect(chain))
        assert list(frames.transfers["amount"]) == [10**24, 2**71]
        assert list(frames.transactions["value"]) == [0, 3 * 10**19, 0]
    finally:
        node.close()
