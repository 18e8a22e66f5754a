"""Methods of development nodes: snapshots, mining, time, edits, impersonation. Names are Anvil's and Hardhat's."""

from typing import Any

from .errors import InvalidParams
from .node import Node
from .rpc import method
from .rpc_values import address, data, quantity, word


def _everywhere(name: str) -> tuple[str, str]:
    return f"anvil_{name}", f"hardhat_{name}"


@method("evm_snapshot")
def snapshot(node: Node) -> str:
    return node.snapshot()


@method("evm_revert")
def revert(node: Node, name: Any) -> bool:
    return node.revert(hex(quantity(name, "snapshot")))


@method("evm_setAutomine")
def set_automine(node: Node, on: Any) -> bool:
    if not isinstance(on, bool):
        raise InvalidParams(f"invalid automine: {on!r} is not true or false")
    node.automine = on
    return True


@method("anvil_getAutomine", "hardhat_getAutomine")
def get_automine(node: Node) -> bool:
    return node.automine


@method("evm_mine")
def mine(node: Node, options: Any = None) -> str:
    blocks = 1
    if isinstance(options, dict):
        blocks, options = quantity(options.get("blocks") or 1, "blocks"), options.get("timestamp")
    if options is not None:
        set_next_timestamp(node, options)
    for _ in range(blocks):
        node.mine()
    return "0x0"


@method(*_everywhere("mine"))
def mine_many(node: Node, blocks: Any = 1, interval: Any = None) -> None:
    for i in range(quantity(blocks, "number of blocks")):
        if i and interval is not None:
            node.elapsed = quantity(interval, "interval")
        node.mine()


@method("evm_increaseTime")
def increase_time(node: Node, seconds: Any) -> int:
    seconds = quantity(seconds, "seconds")
    node.elapsed, node.travelled = node.elapsed + seconds, node.travelled + seconds
    return node.travelled


@method("evm_setNextBlockTimestamp")
def set_next_timestamp(node: Node, timestamp: Any) -> None:
    timestamp, now = quantity(timestamp, "timestamp"), node.head.header.timestamp
    if timestamp <= now:
        raise InvalidParams(f"invalid timestamp: {timestamp} is not after the latest block's {now}")
    node.next_timestamp = timestamp


@method("anvil_setBlockTimestampInterval")
def set_block_time(node: Node, seconds: Any) -> None:
    seconds = quantity(seconds, "seconds")
    if seconds < 1:
        raise InvalidParams("invalid seconds: blocks are at least one second apart")
    node.block_time = seconds


@method(*_everywhere("setNextBlockBaseFeePerGas"))
def set_next_base_fee(node: Node, wei: Any) -> None:
    node.next_base_fee = quantity(wei, "base fee")


@method(*_everywhere("setCoinbase"))
def set_coinbase(node: Node, who: Any) -> None:
    node.coinbase = address(who)


@method(*_everywhere("setBalance"))
def set_balance(node: Node, who: Any, wei: Any) -> None:
    who, wei = address(who), quantity(wei, "balance")
    node.edit(lambda state: state.set_balance(who, wei))


@method(*_everywhere("setNonce"))
def set_nonce(node: Node, who: Any, nonce: Any) -> None:
    who, nonce = address(who), quantity(nonce, "nonce")
    node.edit(lambda state: state.set_nonce(who, nonce))


@method(*_everywhere("setCode"))
def set_code(node: Node, who: Any, code: Any) -> None:
    who, code = address(who), data(code, "code")
    node.edit(lambda state: state.set_code(who, code))


@method(*_everywhere("setStorageAt"))
def set_storage(node: Node, who: Any, slot: Any, value: Any) -> bool:
    who, slot, value = address(who), word(slot, "storage slot"), word(value, "storage value")
    node.edit(lambda state: state.set_storage(who, slot, value))
    return True


@method(*_everywhere("impersonateAccount"))
def impersonate(node: Node, who: Any) -> None:
    node.impersonated.add(address(who))


@method(*_everywhere("stopImpersonatingAccount"))
def stop_impersonating(node: Node, who: Any) -> None:
    node.impersonated.discard(address(who))


@method("anvil_autoImpersonateAccount")
def impersonate_all(node: Node, on: Any) -> None:
    node.impersonate_all = bool(on)


@method(*_everywhere("dropTransaction"))
def drop_transaction(node: Node, digest: Any) -> str | None:
    return digest if node.pool.pop(data(digest, "transaction hash", 32), None) else None


@method("anvil_dropAllTransactions")
def drop_all_transactions(node: Node) -> None:
    node.pool.clear()
