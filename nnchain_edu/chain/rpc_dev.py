"""Methods of development nodes: snapshots, mining, time, edits, impersonation. Names are Anvil's and
Hardhat's.

Nothing of py-evm is replaced: it cannot go back, and its time and state are set by whoever builds the block.
"""

from collections.abc import Callable
from typing import Any

from .errors import InvalidParams
from .node import Node
from .rpc_values import address, data, quantity, word


def set_automine(node: Node, on: Any) -> bool:
    if not isinstance(on, bool):
        raise InvalidParams(f"invalid automine: {on!r} is not true or false")
    node.automine = on
    return True


def mine(node: Node, options: Any = None) -> str:
    """One block; or as many as `blocks` says, the first at `timestamp`."""
    blocks = 1
    if isinstance(options, dict):
        blocks, options = quantity(options.get("blocks") or 1, "blocks"), options.get("timestamp")
    if options is not None:
        set_next_timestamp(node, options)
    for _ in range(blocks):
        node.mine()
    return "0x0"


def mine_many(node: Node, blocks: Any = 1, interval: Any = None) -> None:
    """`blocks` blocks, `interval` seconds apart."""
    seconds = None if interval is None else quantity(interval, "interval")
    for i in range(quantity(blocks, "number of blocks")):
        if i and seconds:
            node.elapsed = seconds
        node.mine()


def increase_time(node: Node, seconds: Any) -> int:
    """The next block comes `seconds` later than the last (EIP-less, as in Hardhat); returns all seconds so far."""
    seconds = quantity(seconds, "seconds")
    node.elapsed, node.travelled = node.elapsed + seconds, node.travelled + seconds
    return node.travelled


def set_next_timestamp(node: Node, timestamp: Any) -> None:
    timestamp, now = quantity(timestamp, "timestamp"), node.head.header.timestamp
    if timestamp <= now:
        raise InvalidParams(f"invalid timestamp: {timestamp} is not after the latest block's {now}")
    node.next_timestamp = timestamp


def set_block_time(node: Node, seconds: Any) -> None:
    node.block_time = quantity(seconds, "seconds")
    if node.block_time < 1:
        node.block_time = 1


def editing(name: str, *readers: Callable) -> Callable:
    """A method that reads (address, ...) with `readers` and calls the state's `name` with them."""

    def edit(node: Node, who: Any, *values: Any) -> bool:
        if len(values) != len(readers):
            raise InvalidParams(f"wrong number of arguments: {len(values) + 1}, want {len(readers) + 1}")
        read = [address(who), *(reader(value, name) for reader, value in zip(readers, values, strict=True))]
        node.edit(lambda state: getattr(state, name)(*read))
        return True

    return edit


def drop_transaction(node: Node, digest: Any) -> str | None:
    return digest if node.pool.pop(data(digest, "transaction hash", 32), None) else None


METHODS: dict[str, Callable] = {
    "evm_snapshot": lambda node: node.snapshot(),
    "evm_revert": lambda node, name: node.revert(hex(quantity(name, "snapshot"))),
    "evm_setAutomine": set_automine,
    "evm_mine": mine,
    "evm_increaseTime": increase_time,
    "evm_setNextBlockTimestamp": set_next_timestamp,
    "anvil_getAutomine": lambda node: node.automine,
    "anvil_mine": mine_many,
    "anvil_setBlockTimestampInterval": set_block_time,
    "anvil_setNextBlockBaseFeePerGas": lambda node, wei: setattr(node, "forced_base_fee", quantity(wei, "base fee")),
    "anvil_setCoinbase": lambda node, who: setattr(node, "coinbase", address(who)),
    "anvil_setBalance": editing("set_balance", quantity),
    "anvil_setNonce": editing("set_nonce", quantity),
    "anvil_setCode": editing("set_code", data),
    "anvil_setStorageAt": editing("set_storage", word, word),
    "anvil_impersonateAccount": lambda node, who: node.impersonated.add(address(who)),
    "anvil_stopImpersonatingAccount": lambda node, who: node.impersonated.discard(address(who)),
    "anvil_autoImpersonateAccount": lambda node, on: setattr(node, "impersonate_all", bool(on)),
    "anvil_dropTransaction": drop_transaction,
    "anvil_dropAllTransactions": lambda node: node.pool.clear(),
}
METHODS |= {name.replace("anvil_", "hardhat_"): method for name, method in METHODS.items()}
