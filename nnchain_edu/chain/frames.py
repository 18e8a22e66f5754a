"""Blocks, events and traces as data frames. Amounts of wei stay exact Python integers (pandas' own would overflow)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


def number(quantity: Any) -> int | None:
    """A JSON-RPC quantity (``"0x1f"``) as an integer; None stays None."""
    return int(quantity, 16) if isinstance(quantity, str) else quantity


def text(data: Any) -> str:
    """JSON-RPC data as ``0x…`` text."""
    return data if isinstance(data, str) else "0x" + bytes(data).hex()


def exact(rows: list[dict], columns: Iterable[str], index: str | None = None) -> "pandas.DataFrame":
    """Rows as a frame in which every column holds Python's own objects; small whole numbers become int64."""
    import pandas  # here: 0.3 s and 66 MB that a chain without frames does not pay

    frame = pandas.DataFrame(rows, columns=list(columns), dtype=object)
    for column in SMALL & set(frame.columns):
        frame[column] = frame[column].astype("int64")
    return frame.set_index(index) if index else frame


#: Columns whose values fit 64 bits on every chain, so that they can be added and plotted as they are.
SMALL = {
    "block",
    "index",
    "log",
    "transactions",
    "gas_used",
    "gas_limit",
    "step",
    "pc",
    "gas",
    "cost",
    "depth",
}


def blocks(raw: Iterable[dict]) -> "pandas.DataFrame":
    """One row a block, indexed by block number, from JSON-RPC blocks. ``time`` is UTC, ``base_fee`` in wei."""
    import pandas

    rows = [
        {
            "block": number(b["number"]),
            "time": number(b["timestamp"]),
            "transactions": len(b["transactions"]),
            "gas_used": number(b["gasUsed"]),
            "gas_limit": number(b["gasLimit"]),
            "base_fee": number(b.get("baseFeePerGas")),
            "hash": text(b["hash"]),
            "parent": text(b["parentHash"]),
            "state_root": text(b["stateRoot"]),
        }
        for b in raw
    ]
    columns = "block time transactions gas_used gas_limit base_fee hash parent state_root".split()
    frame = exact(rows, columns, "block")
    frame["time"] = pandas.to_datetime(frame["time"].astype("int64"), unit="s", utc=True)
    return frame


def events(decoded: list[dict]) -> "pandas.DataFrame":
    """One row an event, oldest first: block, log, transaction, event, then one column an argument."""
    columns = dict.fromkeys(["block", "log", "transaction", "event"])
    for row in decoded:
        columns.update(dict.fromkeys(row))
    return exact(decoded, columns)
