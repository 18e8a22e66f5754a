"""Blocks, events and traces as data frames. Wei stays an exact Python integer: pandas' own would overflow.

Nothing of py-evm is replaced: what is shown comes from any node.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .decoding import Event, number

if TYPE_CHECKING:
    import pandas

#: Columns whose values fit 64 bits on every chain, so that they can be added and plotted as they are.
SMALL = {"block", "log", "transactions", "gas_used", "gas_limit", "step", "pc", "gas", "cost", "depth"}
#: Columns of events, before and after the arguments.
FIRST, LAST = ("block", "event"), ("log", "transaction", "contract")


def exact(rows: list[dict], columns: Iterable[str], index: str | None = None) -> "pandas.DataFrame":
    """Rows as a frame in which every column holds Python's own objects; small whole numbers become int64."""
    import pandas  # here: 0.3 s and 66 MB that a chain without frames does not pay

    frame = pandas.DataFrame(rows, columns=list(columns), dtype=object)
    for column in SMALL & set(frame.columns):
        frame[column] = frame[column].astype("int64")
    return frame.set_index(index) if index else frame


def blocks(raw: list[dict]) -> "pandas.DataFrame":
    """One row a block, from JSON-RPC blocks: indexed by number, ``time`` in UTC, ``base_fee`` in wei."""
    import pandas

    rows = [
        {
            "block": number(b["number"]),
            "time": number(b["timestamp"]),
            "transactions": len(b["transactions"]),
            "gas_used": number(b["gasUsed"]),
            "gas_limit": number(b["gasLimit"]),
            "base_fee": number(b.get("baseFeePerGas")),
            "hash": b["hash"],
            "parent": b["parentHash"],
            "state_root": b["stateRoot"],
        }
        for b in raw
    ]
    frame = exact(rows, rows[0], "block")
    frame["time"] = pandas.to_datetime(frame["time"].astype("int64"), unit="s", utc=True)
    return frame


def events(decoded: Iterable[Event]) -> "pandas.DataFrame":
    """One row an event, in this order; arguments become columns, empty where an event has no such one."""
    taken = (*FIRST, *LAST)
    rows, names = [], {}
    for e in decoded:
        args = {f"{key}_" if key in taken else key: value for key, value in e.args.items()}
        place = (e.block, e.name, e.log, e.transaction, e.address)
        rows.append(dict(zip(taken, place, strict=True)) | args)
        names |= args
    columns = [*FIRST, *names, *LAST]
    return exact([{column: row.get(column) for column in columns} for row in rows], columns)


def trace(answer: dict) -> "pandas.DataFrame":
    """One row a step, from the answer to ``debug_traceTransaction``; ``top`` is the stack's top before it."""
    rows = [
        {
            "step": i,
            "pc": step["pc"],
            "op": step["op"],
            "gas": step["gas"],
            "cost": step["gasCost"],
            "depth": step["depth"],
            "top": hex(int(step["stack"][-1], 16)) if step["stack"] else "",
        }
        for i, step in enumerate(answer["structLogs"])
    ]
    return exact(rows, ["step", "pc", "op", "gas", "cost", "depth", "top"], "step")
