"""One block as rows: what a node tells about it, its receipts and its logs, exact."""

from typing import Any

import rlp
from eth_utils import keccak

from ..chain.refusals import Refused
from .store import Rows

MOST_SECONDS = 2**62  # a later block time is no time


class Moved(Exception):
    """The chain was reorganised while it was read."""


def read_block(chain: Any, number: int) -> Rows:
    """Block ``number`` of ``chain``. Raises Moved where it is not there any more, or its receipts are of another."""
    block = chain.rpc("eth_getBlockByNumber", hex(number), True)
    if block is None:
        raise Moved
    receipts = read_receipts(chain, block)
    rows = Rows([], [], [])
    time = int(block["timestamp"], 16)
    if time >= MOST_SECONDS:
        raise ValueError(f"block {number}: its time, {time} seconds, is beyond any clock")
    count = len(block["transactions"])
    rows.blocks.append((number, time, block["hash"], block["parentHash"], count, int(block["gasUsed"], 16)))
    for place, (sent, receipt) in enumerate(zip(block["transactions"], receipts, strict=True)):
        data, used = sent["input"], int(receipt["gasUsed"], 16)
        fee = used * int(receipt["effectiveGasPrice"], 16)
        rows.transactions.append((
            number, place, sent["hash"], sent["from"].lower(), lower(sent.get("to")), str(int(sent["value"], 16)),
            str(fee), used, str(int(sent["nonce"], 16)), int(receipt["status"], 16), lower(receipt["contractAddress"]),
            data[:10] if len(data) >= 10 else "", len(data) // 2 - 1,
        ))  # fmt: skip
        for log in receipt["logs"]:
            where = number, int(log["logIndex"], 16), sent["hash"], log["address"].lower()
            rows.logs.append((*where, " ".join(log["topics"]), log["data"]))
    return rows


def rows_of_export(block: dict) -> Rows:
    """An exported block (`chain.export`) as the same rows. What a node tells beside is worked out from its fields:
    gas by the receipts' running sum, the price by EIP-1559, a new contract's address from sender and nonce."""
    number, before, log = block["number"], 0, 0
    rows = Rows([], [], [])
    count = len(block["transactions"])
    rows.blocks.append((number, block["timestamp"], block["hash"], block["parentHash"], count, block["gasUsed"]))
    for place, (sent, receipt) in enumerate(zip(block["transactions"], block["receipts"], strict=True)):
        used, before = receipt["cumulativeGasUsed"] - before, receipt["cumulativeGasUsed"]
        base = block.get("baseFeePerGas", 0)
        tip = min(sent["maxPriorityFeePerGas"], sent["maxFeePerGas"] - base) if "maxFeePerGas" in sent else None
        price = sent["gasPrice"] if tip is None else base + tip
        sender, data, created = sent["from"].lower(), sent["input"], None
        if not sent["to"]:
            created = "0x" + keccak(rlp.encode([bytes.fromhex(sender[2:]), sent["nonce"]]))[-20:].hex()
        rows.transactions.append((
            number, place, sent["hash"], sender, lower(sent["to"]), str(sent["value"]), str(used * price), used,
            str(sent["nonce"]), receipt["status"], created, data[:10] if len(data) >= 10 else "", len(data) // 2 - 1,
        ))  # fmt: skip
        for entry in receipt["logs"]:
            where = number, log, sent["hash"], entry["address"].lower()
            rows.logs.append((*where, " ".join(entry["topics"]), entry["data"]))
            log += 1
    return rows


def read_receipts(chain: Any, block: dict) -> list[dict]:
    """The receipts of a block in its order; one by one where the node does not give them at once."""
    try:
        receipts = chain.rpc("eth_getBlockReceipts", block["number"])
    except Refused:
        receipts = [chain.rpc("eth_getTransactionReceipt", sent["hash"]) for sent in block["transactions"]]
    if receipts is None or len(receipts) != len(block["transactions"]):
        raise Moved
    if any(receipt is None or receipt["blockHash"] != block["hash"] for receipt in receipts):
        raise Moved
    return receipts


def lower(address: str | None) -> str | None:
    """An address in lower case; None where there is none."""
    return address.lower() if address else None
