"""The methods of JSON-RPC, by name. Names and behaviour are go-ethereum's, those for development Anvil's."""

import inspect
from collections.abc import Callable
from typing import Any

from eth_hash.auto import keccak

from . import rpc_views as views
from .errors import METHOD_NOT_FOUND, InvalidParams, RpcError
from .node import TIP, Node
from .rpc_logs import BlockFilter, Criteria, LogFilter, PendingFilter, block_range
from .rpc_values import address, data, hexed, quantity, word
from .store import Block

METHODS: dict[str, tuple[Callable, int, int]] = {}


def method(*names: str) -> Callable:
    """Register a function of (node, *params) under JSON-RPC `names`, with the number of params it takes."""

    def register(function: Callable) -> Callable:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        least = sum(p.default is p.empty for p in parameters)
        METHODS.update(dict.fromkeys(names, (function, least, len(parameters))))
        return function

    return register


def dispatch(node: Node, name: str, params: Any) -> Any:
    """The result of method `name`; raises `RpcError`."""
    if name not in METHODS:
        raise RpcError(f"the method {name} does not exist/is not available", METHOD_NOT_FOUND)
    function, least, most = METHODS[name]
    if not isinstance(params, list | tuple):
        raise InvalidParams(f"params must be a list, not {type(params).__name__}")
    if len(params) < least:
        raise InvalidParams(f"missing value for required argument {len(params)}")
    if len(params) > most:
        raise InvalidParams(f"too many arguments, want at most {most}")
    return function(node, *params)


# -- the chain as it stands ----------------------------------------------------------------------------------------
def find(node: Node, tag: Any) -> int:
    """The block number that a block parameter means."""
    if isinstance(tag, dict):
        if tag.get("blockHash") is None:
            return find(node, tag.get("blockNumber"))
        tag = hexed(data(tag["blockHash"], "blockHash", 32))
    if tag in (None, "latest", "pending", "safe", "finalized"):
        return node.head.number
    if tag == "earliest":
        return 0
    if (isinstance(tag, str) and len(tag) == 66) or isinstance(tag, bytes):
        number = node.numbers.get(data(tag, "block hash", 32), len(node.blocks))
    else:
        number = quantity(tag, "block number")
    if number >= len(node.blocks):
        raise RpcError("header not found")
    return number


def state_at(node: Node, tag: Any) -> Any:
    """The world state after the block that `tag` means."""
    return node.evm.state(node.root_at(node.blocks[find(node, tag)]))


def found(node: Node, tag: Any) -> Block | None:
    """The block that `tag` (number, name or hash) means, None where there is none."""
    try:
        return node.blocks[find(node, tag)]
    except RpcError as error:
        if isinstance(error, InvalidParams):
            raise
        return None


def nth(node: Node, tag: Any, index: Any) -> tuple[Block, int] | None:
    """A block and the index of a transaction in it, None where there is none."""
    b, i = found(node, tag), quantity(index, "index")
    return (b, i) if b is not None and i < len(b.receipts) else None


def located(node: Node, digest: Any) -> tuple[Block, int] | None:
    """The block and index of a mined transaction, None where there is none."""
    place = node.locations.get(data(digest, "transaction hash", 32))
    return None if place is None else (node.blocks[place[0]], place[1])


# -- the node ------------------------------------------------------------------------------------------------------
@method("web3_clientVersion")
def client_version(node: Node) -> str:
    return "nnchain-edu/py-evm/prague"


@method("web3_sha3")
def sha3(node: Node, value: Any) -> str:
    return hexed(keccak(data(value, "data")))


@method("net_version")
def net_version(node: Node) -> str:
    return str(node.chain_id)


@method("eth_chainId")
def chain_id(node: Node) -> str:
    return hex(node.chain_id)


@method("net_listening", "eth_mining", "eth_syncing")
def no(node: Node) -> bool:
    return False


@method("net_peerCount", "eth_hashrate")
def zero(node: Node) -> str:
    return "0x0"


@method("eth_accounts")
def accounts(node: Node) -> list[str]:
    return [hexed(who) for who in node.keys]


@method("eth_coinbase")
def coinbase(node: Node) -> str:
    return hexed(node.coinbase)


# -- state ---------------------------------------------------------------------------------------------------------
@method("eth_getBalance")
def get_balance(node: Node, who: Any, tag: Any = None) -> str:
    return hex(state_at(node, tag).get_balance(address(who)))


@method("eth_getTransactionCount")
def get_transaction_count(node: Node, who: Any, tag: Any = None) -> str:
    if tag == "pending":
        return hex(node.next_nonce(address(who)))
    return hex(state_at(node, tag).get_nonce(address(who)))


@method("eth_getCode")
def get_code(node: Node, who: Any, tag: Any = None) -> str:
    return hexed(state_at(node, tag).get_code(address(who)))


@method("eth_getStorageAt")
def get_storage_at(node: Node, who: Any, slot: Any, tag: Any = None) -> str:
    return f"0x{state_at(node, tag).get_storage(address(who), word(slot, 'storage slot')):064x}"


@method("eth_getProof")
def get_proof(node: Node, who: Any, slots: Any, tag: Any = None) -> dict[str, Any]:
    if not isinstance(slots, list | tuple):
        raise InvalidParams(f"invalid storage keys: {slots!r} is not a list")
    keys = [word(slot, "storage key") for slot in slots]
    b = node.blocks[find(node, tag)]
    nodes, (nonce, balance, root, code), proofs = node.evm.proof(node.root_at(b), address(who), keys)
    state = state_at(node, tag)
    return {
        "address": hexed(address(who)),
        "accountProof": [hexed(n) for n in nodes],
        "nonce": hex(nonce),
        "balance": hex(balance),
        "storageHash": hexed(root),
        "codeHash": hexed(code),
        "storageProof": [
            {
                "key": hex(key),
                "value": hex(state.get_storage(address(who), key)),
                "proof": [hexed(n) for n in proof],
            }
            for key, proof in zip(keys, proofs, strict=True)
        ],
    }


# -- blocks, transactions, receipts --------------------------------------------------------------------------------
@method("eth_blockNumber")
def block_number(node: Node) -> str:
    return hex(node.head.number)


@method("eth_getBlockByNumber", "eth_getBlockByHash")
def get_block(node: Node, tag: Any, full: bool = False) -> dict[str, Any] | None:
    if tag == "pending":
        return views.pending_block(node, full)
    b = found(node, tag)
    return None if b is None else views.block(node, b, full)


@method("eth_getBlockTransactionCountByNumber", "eth_getBlockTransactionCountByHash")
def count_transactions(node: Node, tag: Any) -> str | None:
    b = found(node, tag)
    return None if b is None else hex(len(b.receipts))


@method("eth_getUncleCountByBlockNumber", "eth_getUncleCountByBlockHash")
def count_uncles(node: Node, tag: Any) -> str | None:
    return None if found(node, tag) is None else "0x0"


@method("eth_getBlockReceipts")
def get_block_receipts(node: Node, tag: Any) -> list[dict[str, Any]] | None:
    b = found(node, tag)
    return None if b is None else [views.receipt(b, i) for i in range(len(b.receipts))]


@method("eth_getTransactionByHash")
def get_transaction(node: Node, digest: Any) -> dict[str, Any] | None:
    place = located(node, digest)
    if place:
        return views.mined_transaction(node, *place)
    waiting = node.pool.get(data(digest, "transaction hash", 32))
    return views.transaction(node, waiting) if waiting else None


@method("eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByBlockHashAndIndex")
def get_transaction_of_block(node: Node, tag: Any, index: Any) -> dict[str, Any] | None:
    place = nth(node, tag, index)
    return views.mined_transaction(node, *place) if place else None


@method("eth_getRawTransactionByBlockNumberAndIndex", "eth_getRawTransactionByBlockHashAndIndex")
def get_raw_transaction_of_block(node: Node, tag: Any, index: Any) -> str | None:
    place = nth(node, tag, index)
    return hexed(place[0].transactions[place[1]]) if place else None


@method("eth_getRawTransactionByHash", "debug_getRawTransaction")
def get_raw_transaction(node: Node, digest: Any) -> str | None:
    place = located(node, digest)
    if place:
        return hexed(place[0].transactions[place[1]])
    waiting = node.pool.get(data(digest, "transaction hash", 32))
    return hexed(waiting.encode()) if waiting else None


@method("debug_getRawHeader")
def get_raw_header(node: Node, tag: Any) -> str:
    return hexed(node.blocks[find(node, tag)].header.encode())


@method("debug_getRawReceipts")
def get_raw_receipts(node: Node, tag: Any) -> list[str]:
    return [hexed(r.encode()) for r in node.blocks[find(node, tag)].receipts]


@method("eth_getTransactionReceipt")
def get_receipt(node: Node, digest: Any) -> dict[str, Any] | None:
    place = located(node, digest)
    return views.receipt(*place) if place else None


@method("txpool_status")
def pool_status(node: Node) -> dict[str, str]:
    ready = len(node.ready(0))
    return {"pending": hex(ready), "queued": hex(len(node.pool) - ready)}


@method("txpool_content")
def pool_content(node: Node) -> dict[str, Any]:
    ready, content = {t.hash for t in node.ready(0)}, {"pending": {}, "queued": {}}
    for t in node.pool.values():
        part = content["pending" if t.hash in ready else "queued"]
        part.setdefault(hexed(t.sender), {})[str(t.nonce)] = views.transaction(node, t)
    return content


# -- fees ----------------------------------------------------------------------------------------------------------
@method("eth_gasPrice")
def gas_price(node: Node) -> str:
    return hex(node.next_header().base_fee_per_gas + TIP)


@method("eth_maxPriorityFeePerGas")
def max_priority_fee(node: Node) -> str:
    return hex(TIP)


@method("eth_blobBaseFee")
def blob_base_fee(node: Node) -> str:
    return "0x1"  # there are no blobs here, so it stays at its least


@method("eth_feeHistory")
def fee_history(node: Node, count: Any, newest: Any, percentiles: Any = None) -> dict[str, Any]:
    last, percentiles = find(node, newest), percentiles or []
    if any(not 0 <= p <= 100 for p in percentiles) or list(percentiles) != sorted(percentiles):
        raise RpcError(f"invalid reward percentile: {percentiles} must rise from 0 to 100")
    first = max(0, last + 1 - min(quantity(count, "block count"), 1024))
    blocks = node.blocks[first : last + 1]
    fees = [b.header.base_fee_per_gas for b in blocks]
    history = {
        "oldestBlock": hex(first),
        "baseFeePerGas": [
            *map(hex, fees),
            hex(node.evm.next_fees(node.blocks[last].header)["base_fee_per_gas"]),
        ],
        "gasUsedRatio": [b.header.gas_used / b.header.gas_limit for b in blocks],
        "baseFeePerBlobGas": ["0x1"] * (len(blocks) + 1),
        "blobGasUsedRatio": [0.0] * len(blocks),
    }
    if percentiles:
        history["reward"] = [[hex(tip) for tip in _tips(b, percentiles)] for b in blocks]
    return history


def _tips(b: Block, percentiles: list[float]) -> list[int]:
    """Tips at `percentiles` of the gas of a block, cheapest gas first."""
    tips = sorted((r.gas_price - b.header.base_fee_per_gas, r.gas_used) for r in b.receipts)
    rewards = []
    for percentile in percentiles:
        tip, gas = 0, 0
        for tip, used in tips:  # noqa: B007
            gas += used
            if gas >= b.header.gas_used * percentile / 100:
                break
        rewards.append(tip)
    return rewards


# -- logs ----------------------------------------------------------------------------------------------------------
@method("eth_getLogs")
def get_logs(node: Node, given: Any) -> list[dict[str, Any]]:
    criteria = Criteria(given)
    return [log for b in block_range(node, given, find) for log in criteria.match(b)]


def _watch(node: Node, watcher: Any) -> str:
    name = hex(next(node.ids))
    node.watchers[name] = watcher
    return name


@method("eth_newFilter")
def new_filter(node: Node, given: Any) -> str:
    return _watch(node, LogFilter(Criteria(given)))


@method("eth_newBlockFilter")
def new_block_filter(node: Node) -> str:
    return _watch(node, BlockFilter())


@method("eth_newPendingTransactionFilter")
def new_pending_filter(node: Node) -> str:
    return _watch(node, PendingFilter())


def _watcher(node: Node, name: Any) -> Any:
    if name not in node.watchers:
        raise RpcError("filter not found")
    return node.watchers[name]


@method("eth_getFilterChanges")
def get_filter_changes(node: Node, name: Any) -> list[Any]:
    watcher = _watcher(node, name)
    changes, watcher.queue = watcher.queue, []
    return changes


@method("eth_getFilterLogs")
def get_filter_logs(node: Node, name: Any) -> list[dict[str, Any]]:
    criteria = _watcher(node, name).criteria
    if criteria is None:
        raise RpcError("filter not found")
    return get_logs(node, criteria.given)


@method("eth_uninstallFilter")
def uninstall_filter(node: Node, name: Any) -> bool:
    return node.watchers.pop(name, None) is not None
