"""Blocks, transactions, receipts and logs as JSON-RPC shows them, fields and spelling as go-ethereum's.

Nothing of py-evm is replaced: it speaks no JSON-RPC.
"""

from collections.abc import Iterator
from typing import Any

from .node import Node
from .rpc_values import hexed
from .store import Block, Header, bloom
from .transactions import decode


def header(h: Header) -> dict[str, Any]:
    """The fields of a block that are in its header."""
    return {
        "number": hex(h.block_number),
        "parentHash": hexed(h.parent_hash),
        "sha3Uncles": hexed(h.uncles_hash),
        "miner": hexed(h.coinbase),
        "stateRoot": hexed(h.state_root),
        "transactionsRoot": hexed(h.transaction_root),
        "receiptsRoot": hexed(h.receipt_root),
        "logsBloom": hexed(h.bloom),
        "difficulty": hex(h.difficulty),
        "gasLimit": hex(h.gas_limit),
        "gasUsed": hex(h.gas_used),
        "timestamp": hex(h.timestamp),
        "extraData": hexed(h.extra_data),
        "mixHash": hexed(h.mix_hash),
        "nonce": hexed(h.nonce),
        "baseFeePerGas": hex(h.base_fee_per_gas),
        "withdrawalsRoot": hexed(h.withdrawals_root),
        "blobGasUsed": hex(h.blob_gas_used),
        "excessBlobGas": hex(h.excess_blob_gas),
        "parentBeaconBlockRoot": hexed(h.parent_beacon_block_root),
        "requestsHash": hexed(h.requests_hash),
    }


def block(node: Node, b: Block, full: bool) -> dict[str, Any]:
    """A block, with its transactions in `full` or their hashes."""
    if full:
        transactions = [mined_transaction(node, b, i) for i in range(len(b.transactions))]
    else:
        transactions = [hexed(r.transaction_hash) for r in b.receipts]
    size = len(b.header.encode()) + sum(map(len, b.transactions)) + 3
    extra = {"transactions": transactions, "uncles": [], "withdrawals": [], "size": hex(size)}
    return {**header(b.header), "hash": hexed(b.hash), "totalDifficulty": "0x0", **extra}


def pending_block(node: Node, full: bool) -> dict[str, Any]:
    """The block to come, with what waits in the pool run; what only a finished block knows is None."""
    b = node.pending()
    waiting = [node.pool[r.transaction_hash] for r in b.receipts]
    transactions = [transaction(node, t) if full else hexed(t.hash) for t in waiting]
    extra = {"transactions": transactions, "uncles": [], "withdrawals": [], "size": "0x0"}
    unknown = {"hash": None, "nonce": None, "logsBloom": None, "miner": None, "totalDifficulty": "0x0"}
    return {**header(b.header), **unknown, **extra}


def transaction(node: Node, t: Any) -> dict[str, Any]:
    """A transaction that is not in a block yet."""
    kind = t.type_id or 0
    parity = t.y_parity
    view = {
        "blockHash": None,
        "blockNumber": None,
        "transactionIndex": None,
        "hash": hexed(t.hash),
        "from": hexed(t.sender),
        "to": hexed(t.to) if t.to else None,
        "value": hex(t.value),
        "gas": hex(t.gas),
        "input": hexed(t.data),
        "nonce": hex(t.nonce),
        "type": hex(kind),
        "v": hex(parity if kind else t.v),
        "r": hex(t.r),
        "s": hex(t.s),
    }
    if kind or t.v >= 35:
        view["chainId"] = hex(node.chain_id)
    if kind:
        slots = [{"address": hexed(a), "storageKeys": [f"0x{k:064x}" for k in keys]} for a, keys in t.access_list]
        view |= {"accessList": slots, "yParity": hex(parity)}
    if kind >= 2:
        view |= {
            "maxFeePerGas": hex(t.max_fee_per_gas),
            "maxPriorityFeePerGas": hex(t.max_priority_fee_per_gas),
        }
    if kind == 4:
        names = ("chain_id", "nonce", "y_parity", "r", "s")
        shown = ("chainId", "nonce", "yParity", "r", "s")
        view["authorizationList"] = [
            {"address": hexed(a.address)} | {k: hex(getattr(a, n)) for k, n in zip(shown, names, strict=True)}
            for a in t.authorization_list
        ]
    view["gasPrice"] = hex(t.max_fee_per_gas)
    return view


def mined_transaction(node: Node, b: Block, index: int) -> dict[str, Any]:
    """The transaction at `index` of a block."""
    r = b.receipts[index]
    place = {"blockHash": hexed(b.hash), "blockNumber": hex(b.number), "transactionIndex": hex(index)}
    t = decode(b.transactions[index], r.sender)
    return transaction(node, t) | place | {"gasPrice": hex(r.gas_price)}


def receipt(b: Block, index: int) -> dict[str, Any]:
    """The receipt of the transaction at `index` of a block."""
    r = b.receipts[index]
    before = sum(len(earlier.logs) for earlier in b.receipts[:index])
    return {
        "transactionHash": hexed(r.transaction_hash),
        "transactionIndex": hex(index),
        "blockHash": hexed(b.hash),
        "blockNumber": hex(b.number),
        "from": hexed(r.sender),
        "to": hexed(r.to) if r.to else None,
        "contractAddress": hexed(r.contract) if r.contract else None,
        "cumulativeGasUsed": hex(r.cumulative_gas),
        "gasUsed": hex(r.gas_used),
        "effectiveGasPrice": hex(r.gas_price),
        "logs": [log(b, index, before + i, entry) for i, entry in enumerate(r.logs)],
        "logsBloom": hexed(bloom([r])),
        "type": hex(r.kind),
        "status": hex(r.succeeded),
    }


def log(b: Block, index: int, position: int, entry: tuple) -> dict[str, Any]:
    """A log, the one at `position` of all in its block."""
    address, topics, data = entry
    return {
        "address": hexed(address),
        "topics": [hexed(topic) for topic in topics],
        "data": hexed(data),
        "blockHash": hexed(b.hash),
        "blockNumber": hex(b.number),
        "blockTimestamp": hex(b.header.timestamp),
        "transactionHash": hexed(b.receipts[index].transaction_hash),
        "transactionIndex": hex(index),
        "logIndex": hex(position),
        "removed": False,
    }


def logs(b: Block) -> Iterator[tuple[int, int, tuple]]:
    """All logs of a block: index of the transaction, position in the block, (address, topics, data)."""
    position = 0
    for index, r in enumerate(b.receipts):
        for entry in r.logs:
            yield index, position, entry
            position += 1
