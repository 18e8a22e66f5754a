"""Collection: an observer who follows a chain block by block and keeps what it saw."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from .frames import Frames
from .read import Moved, read_block
from .store import Rows, Store

TRIES = 20  # reorganisations in a row, while reading, after which the chain is called restless


class Progress(NamedTuple):
    """What an update did: blocks and transactions taken in, and blocks forgotten because the chain left them."""

    blocks: int
    transactions: int
    rolled_back: int


class Indexer:
    """Follows ``chain`` (ours, or one over ``Chain.connect``); keeps its blocks in an SQLite file, or in memory.

    An update may be killed at any moment: the next one goes on after the last whole batch, without gaps or doubles.
    Usable in a ``with`` statement. Raises ValueError where the file is no such store or holds another chain.
    """

    def __init__(self, chain: Any, path: str | Path | None = None):
        self.chain, self._store = chain, Store(path)
        stored, genesis = self._store.hash_of(0), self._hash(0)
        if stored not in (None, genesis):
            self._store.close()
            raise ValueError(f"path: {path} holds another chain: its first block is {stored}, here it is {genesis}")

    def __enter__(self) -> "Indexer":
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def update(
        self, until: int | None = None, batch: int = 200, progress: Callable[[int, int], None] | None = None
    ) -> Progress:
        """Take in what is new, up to block ``until`` (None: the head), ``batch`` blocks at a time.

        Blocks that the chain has left since (another hash stands in their place) are forgotten first.
        ``progress(done, all)`` is called after every batch, in blocks.
        """
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch must be a whole number of blocks from 1, not {batch!r}")
        if until is not None and (not isinstance(until, int) or until < 0):
            raise ValueError(f"until must be None or a block number from 0, not {until!r}")
        rolled_back = self._agree()
        last = self._last(until)
        first = following = self._next()
        transactions, tries = 0, 0
        while following <= last:
            try:
                rows = self._read(following, min(following + batch - 1, last))
            except Moved:
                tries += 1
                if tries > TRIES:
                    raise RuntimeError(f"the chain changed {tries} times while it was read; try again later") from None
                rolled_back += self._agree()
                last, following = self._last(until), self._next()
                first = min(first, following)
                continue
            self._store.append(rows)
            following, tries, transactions = following + len(rows.blocks), 0, transactions + len(rows.transactions)
            if progress:
                progress(following - first, last + 1 - first)
        return Progress(max(0, following - first), transactions, rolled_back)

    def frames(self) -> Frames:
        """All that was taken in, as tidy frames."""
        return Frames.of_rows(Rows(*(list(self._store.rows(table)) for table in Rows._fields)))

    def _hash(self, number: int) -> str | None:
        block = self.chain.rpc("eth_getBlockByNumber", hex(number), False)
        return block and block["hash"]

    def _last(self, until: int | None) -> int:
        head = int(self.chain.rpc("eth_blockNumber"), 16)
        return head if until is None else min(until, head)

    def _next(self) -> int:
        head = self._store.head()
        return head[0] + 1 if head else 0

    def _agree(self) -> int:
        """Forget blocks from the top until the last one stands on the chain; return how many."""
        head = self._store.head()
        if head is None:
            return 0
        number = head[0]
        while number >= 0 and self._store.hash_of(number) != self._hash(number):
            number -= 1
        if number < 0:
            raise ValueError("chain: not even the first block is the one that was taken in: it is another chain")
        if number < head[0]:
            self._store.cut(number)
        return head[0] - number

    def _read(self, first: int, last: int) -> Rows:
        rows, parent = Rows([], [], []), self._store.hash_of(first - 1)
        for number in range(first, last + 1):
            block = read_block(self.chain, number)
            if number and block.blocks[0][3] != parent:
                raise Moved
            parent = block.blocks[0][2]
            for whole, part in zip(rows, block, strict=True):
                whole.extend(part)
        return rows


def collect(chain: Any, path: str | Path | None = None, progress: Callable[[int, int], None] | None = None) -> Frames:
    """The whole chain as tidy frames; with ``path``, only what is new is asked of the node."""
    with Indexer(chain, path) as indexer:
        indexer.update(progress=progress)
        return indexer.frames()
