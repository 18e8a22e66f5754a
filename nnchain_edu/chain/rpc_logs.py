"""Logs and filters: `eth_getLogs`, `eth_newFilter` and what follows from them.

Nothing of py-evm is replaced: it keeps logs within receipts, and has no filters.
"""

from typing import Any

from . import rpc_views as views
from .errors import InvalidParams, RpcError
from .node import Node
from .rpc_chain import find
from .rpc_values import address, data, hexed
from .store import Block


class Criteria:
    """Which logs are wanted: by address, and by topic at each position."""

    def __init__(self, given: Any):
        if not hasattr(given, "get"):
            raise InvalidParams(f"invalid filter: {given!r} is not an object")
        who, topics = given.get("address"), given.get("topics") or []
        if not isinstance(topics, list | tuple) or len(topics) > 4:
            raise InvalidParams(f"invalid topics: {topics!r} is not a list of up to four")
        several = who if isinstance(who, list | tuple) else [who]
        self.addresses = None if who is None or who == [] else {address(one) for one in several}
        self.topics = [self._choice(topic) for topic in topics]
        self.given = given

    @staticmethod
    def _choice(topic: Any) -> set[bytes] | None:
        if topic is None or topic == []:
            return None
        return {data(t, "topic", 32) for t in (topic if isinstance(topic, list | tuple) else [topic])}

    def match(self, b: Block) -> list[dict[str, Any]]:
        """The logs of a block that are wanted, as JSON-RPC shows them."""
        if not any(b.header.bloom):
            return []
        found = []
        for index, position, (who, topics, payload) in views.logs(b):
            if (self.addresses is not None and who not in self.addresses) or len(topics) < len(self.topics):
                continue
            if all(wanted is None or t in wanted for wanted, t in zip(self.topics, topics, strict=False)):
                found.append(views.log(b, index, position, (who, topics, payload)))
        return found


class LogFilter:
    """Collects logs of new blocks."""

    def __init__(self, criteria: Criteria):
        self.criteria, self.queue = criteria, []

    def on_block(self, b: Block) -> None:
        self.queue += self.criteria.match(b)

    def on_pending(self, transaction: Any) -> None:
        """Logs come with blocks."""


class BlockFilter(LogFilter):
    """Collects hashes of new blocks."""

    def __init__(self) -> None:
        self.criteria, self.queue = None, []

    def on_block(self, b: Block) -> None:
        self.queue.append(hexed(b.hash))


class PendingFilter(BlockFilter):
    """Collects hashes of transactions as they arrive."""

    def on_block(self, b: Block) -> None:
        """Only arrivals count."""

    def on_pending(self, transaction: Any) -> None:
        self.queue.append(hexed(transaction.hash))


def get_logs(node: Node, given: Any) -> list[dict[str, Any]]:
    """Logs of the block that a filter object names by `blockHash`, or of those `fromBlock` to `toBlock`."""
    criteria = Criteria(given)
    if given.get("blockHash") is None:
        first, last = (find(node, given.get(edge)).number for edge in ("fromBlock", "toBlock"))
        if first > last:
            raise InvalidParams("invalid block range params")
    elif given.get("fromBlock") or given.get("toBlock"):
        raise InvalidParams("cannot specify both blockHash and fromBlock/toBlock")
    else:
        first = last = find(node, given["blockHash"]).number
    return [log for b in node.blocks[first : last + 1] for log in criteria.match(b)]


def watch(node: Node, watcher: Any) -> str:
    """Install a filter; return its name."""
    name = hex(next(node.ids))
    node.watchers[name] = watcher
    return name


def _watcher(node: Node, name: Any) -> Any:
    watcher = node.watchers.get(name) if isinstance(name, str) else None
    if watcher is None:
        raise RpcError("filter not found")
    return watcher


def uninstall(node: Node, name: Any) -> bool:
    """Take a filter away; False where there is none."""
    return isinstance(name, str) and node.watchers.pop(name, None) is not None


def get_changes(node: Node, name: Any) -> list[Any]:
    """What a filter collected since it was last asked."""
    watcher = _watcher(node, name)
    changes, watcher.queue = watcher.queue, []
    return changes


def get_filter_logs(node: Node, name: Any) -> list[dict[str, Any]]:
    """All logs that a filter is for, old ones too."""
    criteria = _watcher(node, name).criteria
    if criteria is None:
        raise RpcError("filter not found")
    return get_logs(node, criteria.given)
