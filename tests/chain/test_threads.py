"""Eight threads on one chain: nothing is lost, nothing happens twice."""

import sys
import threading

from web3 import Web3

from nnchain_edu.chain.node import Node
from nnchain_edu.chain.provider import EngineProvider

RECEIVER = Web3.to_checksum_address("0x" + "22" * 20)


def test_eight_threads_lose_and_double_nothing():
    node = Node()
    w3 = Web3(EngineProvider(node))
    accounts, sent, failures = w3.eth.accounts, [], []

    def work(i: int) -> None:
        """Sends from an account of its own and from one that all share, reads, and sends many at once."""
        try:
            for _ in range(8):
                for who in (accounts[i], accounts[9]):
                    digest = w3.eth.send_transaction({"from": who, "to": RECEIVER, "value": 1, "gas": 21_000})
                    assert w3.eth.get_transaction_receipt(digest)["status"] == 1
                    sent.append(digest)
                w3.eth.call({"to": RECEIVER})
            sent.extend(node.send_many([{"from": accounts[i], "to": RECEIVER, "value": 1}] * 5))
        except Exception as failure:
            failures.append(failure)

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # threads take turns a hundred times as often as usual
    try:
        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(600)
    finally:
        sys.setswitchinterval(switch)
    assert failures == []
    assert len(sent) == len(set(map(bytes, sent))) == 8 * (16 + 5)
    assert w3.eth.get_balance(RECEIVER) == len(sent)
    assert sum(len(block.receipts) for block in node.blocks) == len(sent)
    assert w3.eth.get_transaction_count(accounts[9]) == 64
    assert all(b.header.parent_hash == a.hash for a, b in zip(node.blocks, node.blocks[1:], strict=False))
