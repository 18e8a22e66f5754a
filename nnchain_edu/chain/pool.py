"""The pool of transactions that wait for a block.

Nothing of py-evm is replaced: it has no pool.
"""

import heapq
from collections.abc import Callable
from typing import Any

from .errors import RpcError


class Pool(dict):
    """Transactions by hash, in order of arrival."""

    def of(self, sender: bytes) -> dict[int, Any]:
        """The waiting transactions of `sender` by nonce."""
        return {t.nonce: t for t in self.values() if t.sender == sender} if self else {}

    def add(self, transaction: Any) -> None:
        """Take in a transaction. One with the same sender and nonce is replaced, if both fees rise by a tenth."""
        old = self.of(transaction.sender).get(transaction.nonce)
        if old is not None:
            for fee in ("max_fee_per_gas", "max_priority_fee_per_gas"):
                if 10 * getattr(transaction, fee) < 11 * getattr(old, fee):
                    raise RpcError("replacement transaction underpriced")
            del self[old.hash]
        self[transaction.hash] = transaction

    def ready(self, base_fee: int, next_nonce: Callable[[bytes], int]) -> list[Any]:
        """What can go into a block, in its order: dearest tip first, then earliest; each sender's by nonce."""
        queues: dict[bytes, dict[int, tuple[int, Any]]] = {}
        for arrival, t in enumerate(self.values()):
            queues.setdefault(t.sender, {})[t.nonce] = arrival, t
        heads, ordered = [], []

        def offer(sender: bytes, nonce: int) -> None:
            arrival, t = queues[sender].get(nonce, (0, None))
            if t is not None and t.max_fee_per_gas >= base_fee:
                tip = min(t.max_priority_fee_per_gas, t.max_fee_per_gas - base_fee)
                heapq.heappush(heads, (-tip, arrival, t))

        for sender in queues:
            offer(sender, next_nonce(sender))
        while heads:
            t = heapq.heappop(heads)[2]
            ordered.append(t)
            offer(t.sender, t.nonce + 1)
        return ordered
