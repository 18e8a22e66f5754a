"""Methods that read the chain: blocks, transactions, receipts, state, proofs, fees, the pool.

Nothing of py-evm is replaced: it speaks no JSON-RPC.
"""

from typing import Any

from . import rpc_views as views
from .errors import InvalidParams, RpcError
from .node import TIP, Node
from .rpc_values import address, data, hexed, quantity, word
from .store import Block


def find(node: Node, tag: Any) -> Block:
    """The block that a block parameter (number, name, hash, or EIP-1898 object) means.

    "pending" is the block to come, with what waits in the pool run.
    """
    if isinstance(tag, dict):
        digest = tag.get("blockHash")
        tag = tag.get("blockNumber") if digest is None else data(digest, "blockHash", 32)
    if tag == "pending":
        return node.pending()
    if tag in (None, "latest", "safe", "finalized"):
        return node.head
    if tag == "earliest":
        return node.blocks[0]
    if isinstance(tag, bytes) or (isinstance(tag, str) and len(tag) == 66):
        number = node.numbers.get(data(tag, "block hash", 32), len(node.blocks))
    else:
        number = quantity(tag, "block number")
    if number >= len(node.blocks):
        raise RpcError("header not found")
    return node.blocks[number]


def find_or_none(node: Node, tag: Any) -> Block | None:
    """As `find`, None where there is no such block."""
    try:
        return find(node, tag)
    except InvalidParams:
        raise
    except RpcError:
        return None


def nth(node: Node, tag: Any, index: Any) -> tuple[Block, int] | None:
    """A block and the index of a transaction in it, None where there is none."""
    block, i = find_or_none(node, tag), quantity(index, "index")
    return (block, i) if block is not None and i < len(block.receipts) else None


def located(node: Node, digest: Any) -> tuple[Block, int] | None:
    """The block and index of a mined transaction, None where there is none."""
    place = node.locations.get(data(digest, "transaction hash", 32))
    return None if place is None else (node.blocks[place[0]], place[1])


# -- blocks, transactions, receipts
def get_block(node: Node, tag: Any, full: bool = False) -> dict[str, Any] | None:
    if tag == "pending":
        return views.pending_block(node, full)
    block = find_or_none(node, tag)
    return None if block is None else views.block(node, block, full)


def count_transactions(node: Node, tag: Any) -> str | None:
    block = find_or_none(node, tag)
    return None if block is None else hex(len(block.receipts))


def get_block_receipts(node: Node, tag: Any) -> list[dict[str, Any]] | None:
    block = find_or_none(node, tag)
    return None if block is None else [views.receipt(block, i) for i in range(len(block.receipts))]


def get_transaction(node: Node, digest: Any) -> dict[str, Any] | None:
    place, waiting = located(node, digest), node.pool.get(data(digest, "transaction hash", 32))
    if place is None:
        return views.transaction(node, waiting) if waiting else None
    return views.mined_transaction(node, *place)


def get_transaction_of_block(node: Node, tag: Any, index: Any) -> dict[str, Any] | None:
    place = nth(node, tag, index)
    return views.mined_transaction(node, *place) if place else None


def get_raw_transaction_of_block(node: Node, tag: Any, index: Any) -> str | None:
    place = nth(node, tag, index)
    return hexed(place[0].transactions[place[1]]) if place else None


def get_raw_transaction(node: Node, digest: Any) -> str | None:
    place, waiting = located(node, digest), node.pool.get(data(digest, "transaction hash", 32))
    if place is None:
        return hexed(waiting.encode()) if waiting else None
    return hexed(place[0].transactions[place[1]])


def get_receipt(node: Node, digest: Any) -> dict[str, Any] | None:
    place = located(node, digest)
    return views.receipt(*place) if place else None


def pool_status(node: Node) -> dict[str, str]:
    ready = len(node.ready(0))
    return {"pending": hex(ready), "queued": hex(len(node.pool) - ready)}


def pool_content(node: Node) -> dict[str, Any]:
    ready, content = {t.hash for t in node.ready(0)}, {"pending": {}, "queued": {}}
    for t in node.pool.values():
        part = content["pending" if t.hash in ready else "queued"]
        part.setdefault(hexed(t.sender), {})[str(t.nonce)] = views.transaction(node, t)
    return content


# -- state
def state_at(node: Node, tag: Any) -> Any:
    """The world state after the block that `tag` means."""
    return node.evm.state(node.root_at(find(node, tag)))


def get_balance(node: Node, who: Any, tag: Any = None) -> str:
    return hex(state_at(node, tag).get_balance(address(who)))


def get_nonce(node: Node, who: Any, tag: Any = None) -> str:
    pending = tag == "pending"
    return hex(node.next_nonce(address(who)) if pending else state_at(node, tag).get_nonce(address(who)))


def get_code(node: Node, who: Any, tag: Any = None) -> str:
    return hexed(state_at(node, tag).get_code(address(who)))


def get_storage(node: Node, who: Any, slot: Any, tag: Any = None) -> str:
    return f"0x{state_at(node, tag).get_storage(address(who), word(slot, 'storage slot')):064x}"


def get_proof(node: Node, who: Any, slots: Any, tag: Any = None) -> dict[str, Any]:
    if not isinstance(slots, list | tuple):
        raise InvalidParams(f"invalid storage keys: {slots!r} is not a list")
    who, keys, state = address(who), [word(slot, "storage key") for slot in slots], state_at(node, tag)
    root = node.root_at(find(node, tag))
    account_proof, (nonce, balance, storage_root, code), proofs = node.evm.proof(root, who, keys)
    storage = [
        {"key": hex(k), "value": hex(state.get_storage(who, k)), "proof": [hexed(n) for n in proof]}
        for k, proof in zip(keys, proofs, strict=True)
    ]
    return {
        "address": hexed(who),
        "accountProof": [hexed(n) for n in account_proof],
        "nonce": hex(nonce),
        "balance": hex(balance),
        "storageHash": hexed(storage_root),
        "codeHash": hexed(code),
        "storageProof": storage,
    }


# -- fees
def gas_price(node: Node) -> str:
    return hex(node.next_base_fee() + TIP)


def fee_history(node: Node, count: Any, newest: Any, percentiles: Any = None) -> dict[str, Any]:
    """Oldest block first (eth-tester's comes backwards)."""
    last, percentiles = find(node, "latest" if newest == "pending" else newest), percentiles or []
    if not isinstance(percentiles, list | tuple) or not all(isinstance(p, int | float) for p in percentiles):
        raise InvalidParams(f"invalid reward percentiles: {percentiles!r} is not a list of numbers")
    if list(percentiles) != sorted(percentiles) or any(not 0 <= p <= 100 for p in percentiles):
        raise RpcError(f"invalid reward percentile: {percentiles} must rise from 0 to 100")
    first = max(0, last.number + 1 - min(quantity(count, "block count"), 1024))
    headers = [b.header for b in node.blocks[first : last.number + 1]]
    after = node.evm.next_fees(last.header)["base_fee_per_gas"]
    history = {
        "oldestBlock": hex(first),
        "baseFeePerGas": [*(hex(h.base_fee_per_gas) for h in headers), hex(after)],
        "gasUsedRatio": [h.gas_used / h.gas_limit for h in headers],
        "baseFeePerBlobGas": ["0x1"] * (len(headers) + 1),  # there are no blobs here
        "blobGasUsedRatio": [0.0] * len(headers),
    }
    if percentiles:
        history["reward"] = [_tips(node.blocks[h.block_number], percentiles) for h in headers]
    return history


def _tips(block: Block, percentiles: list[float]) -> list[str]:
    """Tips at `percentiles` of the gas of a block, cheapest gas first."""
    tips = sorted((r.gas_price - block.header.base_fee_per_gas, r.gas_used) for r in block.receipts)
    rewards = []
    for percentile in percentiles:
        tip, gas = 0, 0
        for tip, used in tips:  # noqa: B007
            gas += used
            if gas >= block.header.gas_used * percentile / 100:
                break
        rewards.append(hex(tip))
    return rewards
