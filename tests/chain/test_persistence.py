"""A chain kept in a file: the same again after closing, after being killed, and never open twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from nnchain_edu.chain.errors import ChainInUse, WrongChain
from nnchain_edu.chain.node import Node
from nnchain_edu.chain.rpc import dispatch

from .workload import Workload

# Mines transfers of 1 wei from account 0 to 0x1111… without end, and says after each block how many are certain.
MINER = """
import sys
from nnchain_edu.chain.node import Node
node = Node(path=sys.argv[1])
sender = "0x" + list(node.keys)[0].hex()
while True:
    node.send_many([{"from": sender, "to": "0x" + "11" * 20, "value": 1}] * 20)
    print(node.head.number, node.head.hash.hex(), flush=True)
"""
ONE = "0x" + "11" * 20


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "chain.sqlite"


def test_everything_is_there_again(path):
    node = Node(seed=3, path=path)
    workload = Workload(node, 5)
    for _ in range(15):
        workload.block()
    dispatch(node, "anvil_setBalance", [ONE, hex(77)])
    blocks, root = node.blocks, node.root
    receipts = [dispatch(node, "eth_getBlockReceipts", [hex(b.number)]) for b in blocks]
    full = [dispatch(node, "eth_getBlockByNumber", [hex(b.number), True]) for b in blocks]
    codes = {contract: dispatch(node, "eth_getCode", [contract]) for contract in workload.contracts}
    assert sum(code != "0x" for code in codes.values()) > 20  # the rest destroyed themselves, or failed
    node.close()

    again = Node(seed=3, path=path)
    assert again.blocks == blocks and again.root == root
    assert [dispatch(again, "eth_getBlockReceipts", [hex(b.number)]) for b in blocks] == receipts
    assert [dispatch(again, "eth_getBlockByNumber", [hex(b.number), True]) for b in blocks] == full
    assert dispatch(again, "eth_getBalance", [ONE]) == hex(77)
    oldest = next(r for block in receipts for r in block)
    assert dispatch(again, "eth_getTransactionReceipt", [oldest["transactionHash"]]) == oldest
    assert {contract: dispatch(again, "eth_getCode", [contract]) for contract in codes} == codes
    trace = dispatch(again, "debug_traceTransaction", [oldest["transactionHash"]])
    assert trace["gas"] == int(oldest["gasUsed"], 16)
    again.mine()
    again.close()


def test_kept_chain_makes_the_blocks_of_one_in_memory(path):
    kept, free = Node(path=path), Node()
    for node in (kept, free):
        workload = Workload(node, 8)
        for _ in range(6):
            workload.block()
    assert [b.hash for b in kept.blocks] == [b.hash for b in free.blocks]
    kept.close()


def test_reverted_blocks_are_gone_from_the_file(path):
    node = Node(path=path)
    name = node.snapshot()
    node.mine()
    node.revert(name)
    node.close()
    again = Node(path=path)
    assert again.head.number == 0
    again.close()


def test_second_process_is_refused(path):
    node = Node(path=path)
    with pytest.raises(ChainInUse, match="is open in another process"):
        Node(path=path)
    code = f"from nnchain_edu.chain.node import Node\nNode(path={str(path)!r})"
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "ChainInUse" in second.stderr.splitlines()[-1]
    node.mine()  # and the first one does not notice
    node.close()
    Node(path=path).close()


def test_another_chain_is_refused(path):
    Node(seed=1, path=path).close()
    with pytest.raises(WrongChain, match="another beginning"):
        Node(seed=2, path=path)
    Node(seed=1, path=path).close()


@pytest.mark.parametrize("content", [b"not a chain at all, but long enough to be looked at" * 40, b"SQLite"])
def test_other_files_are_refused_and_left_alone(path, content):
    path.write_bytes(content)
    with pytest.raises(WrongChain):
        Node(path=path)
    assert path.read_bytes() == content


def test_missing_folder_is_told(tmp_path):
    with pytest.raises(WrongChain, match="cannot be opened"):
        Node(path=tmp_path / "nowhere" / "chain.sqlite")


def test_full_disk_in_the_middle_of_a_block_loses_that_block_only(path):
    node = Node(path=path)
    node.mine()
    head, root = node.head, node.root
    node.store._file.execute("PRAGMA max_page_count = 1")  # SQLite's way to say that there is no room
    request = {"from": "0x" + next(iter(node.keys)).hex(), "to": ONE, "value": "0x1", "gas": "0x5208"}
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for _ in range(200):
            dispatch(node, "eth_sendTransaction", [request])
            head, root = node.head, node.root
    assert (node.head, node.root) == (head, root)
    node.store._file.execute("PRAGMA max_page_count = 1000000")
    node.mine()
    assert node.head.number == head.number + 1 and len(node.head.receipts) == 1
    node.close()


def kill_and_reopen(path: Path, seconds: float) -> None:
    """Kill a mining process after a while; what it had said is certain is there, whole, and goes on."""
    process = subprocess.Popen([sys.executable, "-c", MINER, str(path)], stdout=subprocess.PIPE, text=True)
    told = process.stdout.readline()
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    told = (told + process.communicate()[0]).strip().splitlines()
    number, digest = told[-1].split()[:2] if len(told[-1]) > 64 else told[-2].split()[:2]

    node = Node(path=path)
    assert node.blocks[int(number)].hash.hex() == digest
    assert node.head.number - int(number) <= 1
    assert all(b.header.parent_hash == a.hash for a, b in zip(node.blocks, node.blocks[1:], strict=False))
    assert dispatch(node, "eth_getBalance", [ONE]) == hex(20 * node.head.number)
    node.mine()
    node.close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def kills(times: int, folder: Path) -> None:
    rng = random.Random(9)
    for i in range(times):
        kill_and_reopen(folder / f"{i}.sqlite", rng.random() * 0.3)


def test_killed_three_times(tmp_path):
    kills(3, tmp_path)


@pytest.mark.slow
def test_killed_fifty_times(tmp_path):
    kills(50, tmp_path)
