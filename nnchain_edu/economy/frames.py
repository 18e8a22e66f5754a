"""What was collected, as tidy frames. Wei and token units stay Python integers: no float rounds them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas

from .behaviour import DAY
from .store import COLUMNS, Rows

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"  # keccak of ERC-20's event
NOBODY = "0x" + "00" * 20  # the zero address
#: Columns that fit 64 bits whatever a node says; all others hold Python's own objects.
SMALL = {"block", "time", "place", "transactions", "gas_used", "input_bytes", "log"}
#: Columns of the ERC-20 transfers, read from the logs.
TRANSFERS = ("block", "time", "log", "hash", "token", "sender", "to", "amount")


@dataclass(frozen=True)
class Frames:
    """One row each, in the order of the chain; addresses in lower case, times in seconds, values in wei.

    blocks: by ``block``: ``time, hash, parent, transactions, gas_used``.
    transactions: ``block, time, place, hash, sender, to`` (None: a creation)``, value, fee, gas_used, nonce, status``
    (True: done)``, created`` (address or None)``, selector`` (first four bytes of the input, or "")``, input_bytes``.
    logs: ``block, time, log, hash, contract, topics`` (tuple)``, data``.
    transfers: of ERC-20 tokens: ``block, time, log, hash, token, sender, to, amount`` (units).
    start: time of the chain's first block. oddities: what is unusual, counted.
    """

    blocks: pandas.DataFrame
    transactions: pandas.DataFrame
    logs: pandas.DataFrame
    transfers: pandas.DataFrame
    start: int

    @classmethod
    def of_rows(cls, rows: Rows) -> "Frames":
        """Frames of what a store holds."""
        blocks = table(rows.blocks, COLUMNS["blocks"]).set_index("block", drop=True)
        times = blocks["time"].to_dict()
        sent = table(rows.transactions, COLUMNS["transactions"])
        for column in ("value", "fee", "nonce"):
            sent[column] = integers(sent[column])
        sent["status"] = sent["status"].astype(bool)
        logs = table(rows.logs, COLUMNS["logs"])
        logs["topics"] = objects([tuple(topics.split()) for topics in logs["topics"]])
        for frame in (sent, logs):
            frame.insert(1, "time", frame["block"].map(times).astype("int64"))
        known = [row for row in transfers(logs) if row]
        start = int(blocks["time"].iloc[0]) if len(blocks) else 0
        return cls(blocks, sent, logs, table(known, TRANSFERS), start)

    @classmethod
    def of_export(cls, blocks: list[dict]) -> "Frames":
        """Frames of blocks as `chain.export` gives them, the first block among them; others may be left out.

        What `verify` has checked is all that is read: transactions, receipts and headers.
        """
        from .read import rows_of_export

        parts = [rows_of_export(block) for block in blocks]
        return cls.of_rows(
            Rows(*([row for part in parts for row in part[table]] for table in range(len(Rows._fields))))
        )

    @cached_property
    def oddities(self) -> dict[str, int]:
        """How often there is what careless readers trip over."""
        sent = self.transactions
        return {
            "empty blocks": int((self.blocks["transactions"] == 0).sum()),
            "failed transactions": int((~sent["status"]).sum()),
            "contract creations": sum(to is None for to in sent["to"]),
            "transfers to oneself": int((sent["sender"] == sent["to"]).sum()),
            "transfers of nothing": sum(not value for value in sent["value"]),
            "values beyond 64 bits": sum(value >= 2**63 for value in [*sent["value"], *self.transfers["amount"]]),
            "Transfer logs of another form": sum(row == () for row in transfers(self.logs)),
        }

    def before(self, day: int | None = None, block: int | None = None) -> "Frames":
        """What was known when ``day`` began (days count from the chain's beginning), or before ``block``."""
        if (day is None) == (block is None):
            raise ValueError("give either day or block")
        if day is not None:
            block = int((self.blocks["time"] < self.start + day * DAY).sum())
            block = int(self.blocks.index[block - 1]) + 1 if block else 0
        parts = (frame[frame["block"] < block] for frame in (self.transactions, self.logs, self.transfers))
        return Frames(self.blocks[self.blocks.index < block], *parts, self.start)

    def of(self, account: str) -> "Frames":
        """Only what ``account`` sent or received, in ether or tokens: the sources of its row of features."""
        account = str(getattr(account, "address", account)).lower()
        sent, moved = self.transactions, self.transfers
        moved = moved[(moved["sender"] == account) | (moved["to"] == account)]
        mine = (sent["sender"] == account) | (sent["to"] == account) | (sent["created"] == account)
        hashes = set(sent["hash"][mine]) | set(moved["hash"])
        logs = self.logs[self.logs["hash"].isin(hashes)]
        return Frames(self.blocks, sent[sent["hash"].isin(hashes)], logs, moved, self.start)

    @property
    def end(self) -> int:
        """The time of the last block."""
        return int(self.blocks["time"].iloc[-1]) if len(self.blocks) else self.start

    @property
    def accounts(self) -> list[str]:
        """Every address that sent, received or was created, sorted; not the zero address."""
        sent, moved = self.transactions, self.transfers
        columns = (sent["sender"], sent["to"], sent["created"], moved["sender"], moved["to"])
        return sorted({address for column in columns for address in column if address and address != NOBODY})

    def __repr__(self) -> str:
        counts = f"{len(self.blocks):,} blocks, {len(self.transactions):,} transactions"
        return f"<Frames: {counts}, {len(self.logs):,} logs, {len(self.transfers):,} token transfers>"


def transfers(logs: pandas.DataFrame) -> list[tuple | None]:
    """Each log as `transfer` reads it."""
    columns = (logs[name] for name in ("block", "time", "log", "hash", "contract", "topics", "data"))
    return [transfer(*row) for row in zip(*columns, strict=True)]


def transfer(block: int, time: int, log: int, hashed: str, token: str, topics: tuple, data: str) -> tuple | None:
    """An ERC-20 Transfer log as a row; () where it only has the name, None where it is another event."""
    if not topics or topics[0] != TRANSFER:
        return None
    plain = len(topics) == 3 and all(topic.startswith("0x" + "0" * 24) for topic in topics[1:])
    if not plain or len(data) != 66:
        return ()
    return block, time, log, hashed, token, "0x" + topics[1][-40:], "0x" + topics[2][-40:], int(data, 16)


def table(rows: list[tuple], columns: tuple[str, ...]) -> pandas.DataFrame:
    """Rows as a frame in which only small whole numbers leave Python's own objects."""
    frame = pandas.DataFrame(rows, columns=list(columns), dtype=object)
    for column in SMALL & set(columns):
        frame[column] = frame[column].astype("int64")
    return frame


def integers(column: Any) -> pandas.Series:
    """Decimal texts as Python integers."""
    return objects([int(text) for text in column])


def objects(values: list) -> pandas.Series:
    """A column of Python's own objects."""
    return pandas.Series(values, dtype=object)
