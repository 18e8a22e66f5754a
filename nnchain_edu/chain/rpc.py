"""The table of JSON-RPC methods. Names and behaviour are go-ethereum's, those for development Anvil's.

Nothing of py-evm is replaced: it speaks no JSON-RPC.
"""

import inspect
from collections.abc import Callable
from typing import Any

from eth_hash.auto import keccak

from . import rpc_chain as chain
from . import rpc_logs as logs
from . import rpc_run as run
from .errors import METHOD_NOT_FOUND, InvalidParams, RpcError
from .node import TIP, Node
from .rpc_dev import METHODS as DEVELOPMENT
from .rpc_values import data, hexed


def _both(name: str, method: Callable) -> dict[str, Callable]:
    """`method` under its two names: of a block by number, and by hash."""
    return {name.format("Number"): method, name.format("Hash"): method}


METHODS: dict[str, Callable] = {
    "web3_clientVersion": lambda node: "nnchain-edu/py-evm/prague",
    "web3_sha3": lambda node, value: hexed(keccak(data(value, "data"))),
    "net_version": lambda node: str(node.chain_id),
    "net_listening": lambda node: False,
    "net_peerCount": lambda node: "0x0",
    "eth_chainId": lambda node: hex(node.chain_id),
    "eth_syncing": lambda node: False,
    "eth_mining": lambda node: False,
    "eth_hashrate": lambda node: "0x0",
    "eth_accounts": lambda node: [hexed(who) for who in node.keys],
    "eth_coinbase": lambda node: hexed(node.coinbase),
    "eth_blockNumber": lambda node: hex(node.head.number),
    "eth_getBalance": chain.get_balance,
    "eth_getTransactionCount": chain.get_nonce,
    "eth_getCode": chain.get_code,
    "eth_getStorageAt": chain.get_storage,
    "eth_getProof": chain.get_proof,
    **_both("eth_getBlockBy{}", chain.get_block),
    **_both("eth_getBlockTransactionCountBy{}", chain.count_transactions),
    **_both("eth_getUncleCountByBlock{}", lambda node, tag: "0x0" if chain.find_or_none(node, tag) else None),
    **_both("eth_getTransactionByBlock{}AndIndex", chain.get_transaction_of_block),
    **_both("eth_getRawTransactionByBlock{}AndIndex", chain.get_raw_transaction_of_block),
    "eth_getBlockReceipts": chain.get_block_receipts,
    "eth_getTransactionByHash": chain.get_transaction,
    "eth_getRawTransactionByHash": chain.get_raw_transaction,
    "eth_getTransactionReceipt": chain.get_receipt,
    "debug_getRawTransaction": chain.get_raw_transaction,
    "debug_getRawHeader": lambda node, tag: hexed(chain.find(node, tag).header.encode()),
    "debug_getRawReceipts": lambda node, tag: [hexed(r.encode()) for r in chain.find(node, tag).receipts],
    "txpool_status": chain.pool_status,
    "txpool_content": chain.pool_content,
    "eth_gasPrice": chain.gas_price,
    "eth_maxPriorityFeePerGas": lambda node: hex(TIP),
    "eth_blobBaseFee": lambda node: "0x1",  # there are no blobs here, so it stays at its least
    "eth_feeHistory": chain.fee_history,
    "eth_getLogs": logs.get_logs,
    "eth_newFilter": lambda node, given: logs.watch(node, logs.LogFilter(logs.Criteria(given))),
    "eth_newBlockFilter": lambda node: logs.watch(node, logs.BlockFilter()),
    "eth_newPendingTransactionFilter": lambda node: logs.watch(node, logs.PendingFilter()),
    "eth_getFilterChanges": logs.get_changes,
    "eth_getFilterLogs": logs.get_filter_logs,
    "eth_uninstallFilter": logs.uninstall,
    "eth_call": run.call,
    "eth_estimateGas": run.estimate_gas,
    "eth_createAccessList": run.create_access_list,
    "eth_sendTransaction": run.send_transaction,
    "eth_sendRawTransaction": run.send_raw_transaction,
    "eth_signTransaction": run.sign_transaction,
    "eth_sign": run.sign,
    "eth_signTypedData": run.sign_typed_data,
    "debug_traceTransaction": run.trace_transaction,
    "debug_traceCall": run.trace_call,
    **DEVELOPMENT,
}


def _arity(method: Callable) -> tuple[int, int]:
    """How many params a method needs and takes."""
    given = list(inspect.signature(method).parameters.values())[1:]
    if any(p.kind is p.VAR_POSITIONAL for p in given):
        return len(given) - 1, 99
    return sum(p.default is p.empty for p in given), len(given)


_ARITY = {name: _arity(method) for name, method in METHODS.items()}


def dispatch(node: Node, name: str, params: Any) -> Any:
    """The result of method `name`; raises `RpcError`."""
    if name not in METHODS:
        raise RpcError(f"the method {name} does not exist/is not available", METHOD_NOT_FOUND)
    if not isinstance(params, list | tuple):
        raise InvalidParams(f"params must be a list, not {type(params).__name__}")
    least, most = _ARITY[name]
    if len(params) < least:
        raise InvalidParams(f"missing value for required argument {len(params)}")
    if len(params) > most:
        raise InvalidParams(f"too many arguments, want at most {most}")
    return METHODS[name](node, *params)
