"""The observer's own copy of a chain: an SQLite file in which a batch of blocks is there wholly or not at all."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS blocks (block INTEGER PRIMARY KEY, time INTEGER, hash TEXT, parent TEXT,
    transactions INTEGER, gas_used INTEGER);
CREATE TABLE IF NOT EXISTS transactions (block INTEGER, place INTEGER, hash TEXT, sender TEXT, receiver TEXT,
    value TEXT, fee TEXT, gas_used INTEGER, nonce TEXT, status INTEGER, created TEXT, selector TEXT,
    input_bytes INTEGER, PRIMARY KEY (block, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS logs (block INTEGER, log INTEGER, hash TEXT, contract TEXT, topics TEXT, data TEXT,
    PRIMARY KEY (block, log)) WITHOUT ROWID;
"""
#: Columns by table, as the rows of `read.py` come. What may pass 64 bits is text in the file: SQLite would round it.
COLUMNS = {
    "blocks": ("block", "time", "hash", "parent", "transactions", "gas_used"),
    "transactions": (
        "block", "place", "hash", "sender", "to", "value", "fee", "gas_used", "nonce", "status", "created", "selector",
        "input_bytes",
    ),
    "logs": ("block", "log", "hash", "contract", "topics", "data"),
}  # fmt: skip


class Rows(NamedTuple):
    """Some blocks with all that they hold: one tuple a row, its columns as in `COLUMNS`."""

    blocks: list[tuple]
    transactions: list[tuple]
    logs: list[tuple]


class Store:
    """The three tables at ``path`` (None: in memory). Raises ValueError where the file is no such store."""

    def __init__(self, path: str | Path | None = None):
        self.path = path
        self._file = sqlite3.connect(":memory:" if path is None else str(path))
        try:
            with self._file:
                self._file.executescript(SCHEMA)
                for table, columns in COLUMNS.items():
                    found = len(self._file.execute(f"PRAGMA table_info({table})").fetchall())
                    if found != len(columns):
                        raise sqlite3.DatabaseError(f"its table {table} has {found} columns, not {len(columns)}")
        except sqlite3.DatabaseError as error:
            self._file.close()
            raise ValueError(f"path: {path} is no store of blocks: {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def head(self) -> tuple[int, str] | None:
        """Number and hash of the last block here; None where there is none."""
        return self._file.execute("SELECT block, hash FROM blocks ORDER BY block DESC LIMIT 1").fetchone()

    def hash_of(self, block: int) -> str | None:
        """The hash of a block that is here."""
        found = self._file.execute("SELECT hash FROM blocks WHERE block = ?", (block,)).fetchone()
        return found and found[0]

    def append(self, rows: Rows) -> None:
        """Take in some blocks, all or none."""
        with self._file:
            for table, new in zip(COLUMNS, rows, strict=True):
                marks = ", ".join("?" * len(COLUMNS[table]))
                self._file.executemany(f"INSERT INTO {table} VALUES ({marks})", new)

    def cut(self, block: int) -> None:
        """Forget the blocks after ``block``."""
        with self._file:
            for table in COLUMNS:
                self._file.execute(f"DELETE FROM {table} WHERE block > ?", (block,))

    def rows(self, table: str) -> Iterable[tuple]:
        """All rows of a table in the order of the chain."""
        second = {"blocks": "block", "transactions": "place", "logs": "log"}[table]
        return self._file.execute(f"SELECT * FROM {table} ORDER BY block, {second}")
