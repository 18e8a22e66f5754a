"""Blocks, transactions, receipts and contracts to be read: a table in a notebook, lines in a terminal.

Names and texts come from strangers (a contract may log anything), so nothing reaches a page unescaped,
invisible characters are spelled out, and long texts are cut.

Nothing of py-evm is replaced: it shows nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from web3.contract import Contract


def visible(text: Any, limit: int = 120) -> str:
    """``text`` on one line: control and direction-changing characters spelled out, cut after ``limit``."""
    text = str(text)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:limit])
    return shown if len(text) <= limit else f"{shown}… ({len(text)} characters)"


def table(caption: str, rows: list[tuple], header: tuple | None = None) -> str:
    """An accessible HTML table. The first cell of each row is its header; ``header`` names the columns."""
    style = ' style="text-align:left"'
    parts = [f"<table><caption{style}>{escape(visible(caption))}</caption>"]
    if header:
        cells = "".join(f'<th scope="col"{style}>{escape(name)}</th>' for name in header)
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    parts.append("<tbody>")
    for first, *others in rows:
        cells = "".join(f"<td{style}>{escape(visible(cell, 400))}</td>" for cell in others)
        parts.append(f'<tr><th scope="row"{style}>{escape(visible(first))}</th>{cells}</tr>')
    return "".join(parts) + "</tbody></table>"


def ether(wei: int) -> str:
    """An amount of wei for reading, exact: in ether from a millionth of one, in gwei from a thousandth."""
    if wei < 10**6:
        return f"{wei} wei"
    unit, digits = ("gwei", 9) if wei < 10**12 else ("ether", 18)
    whole, rest = divmod(wei, 10**digits)
    return f"{whole:,}.{rest:0{digits}}".rstrip("0").rstrip(".") + f" {unit}"


def time(seconds: int) -> str:
    """A block's timestamp in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def spell(name: str | None, args: Mapping, who: Any) -> str:
    """A call or an event as text: ``Raised(who=alice, amount=5)``. ``who`` puts names to addresses."""
    inside = ", ".join(f"{key}={visible(_value(value, who), 80)}" for key, value in args.items())
    return f"{visible(name or 'unknown event', 60)}({inside})"


def _value(value: Any, who: Any) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, str) and value.startswith("0x") and len(value) == 42:
        return who(value)
    return repr(value) if isinstance(value, str) else str(value)


class Record(Mapping):
    """What the node tells, under web3's names: ``receipt.gasUsed`` or ``receipt["gasUsed"]``."""

    def __init__(self, data: Mapping, chain: Any):
        self._data, self._chain = dict(data), chain

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._data:
            raise AttributeError(f"{type(self).__name__.lower()} has no {name!r}; it has {', '.join(self._data)}")
        return self._data[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._data]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        title, rows = self._shown()
        width = max(len(name) for name, _ in rows)
        return "\n".join([title, *(f"  {name:<{width}}  {visible(text, 400)}" for name, text in rows)])

    def _repr_html_(self) -> str:
        return table(*self._shown())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _shown(self) -> tuple[str, list[tuple[str, Any]]]:
        raise NotImplementedError


class Block(Record):
    """One block."""

    def _shown(self) -> tuple[str, list[tuple[str, Any]]]:
        b = self._data
        rows = [
            ("time", time(b["timestamp"])),
            ("transactions", len(b["transactions"])),
            ("gas used", f"{b['gasUsed']:,} of {b['gasLimit']:,}"),
            ("base fee", ether(b.get("baseFeePerGas") or 0)),
            ("hash", b["hash"].to_0x_hex()),
            ("parent", b["parentHash"].to_0x_hex()),
            ("state root", b["stateRoot"].to_0x_hex()),
        ]
        return f"Block {b['number']}", rows


class Transaction(Record):
    """One transaction, in a block or waiting for one. ``call`` is the decoded call, or None."""

    @property
    def call(self) -> Any:
        return self._chain.interfaces.call(self._data.get("to"), self._data["input"])

    def _shown(self) -> tuple[str, list[tuple[str, Any]]]:
        t, who, call = self._data, self._chain.name, self.call
        block = t.get("blockNumber")
        rows = [
            ("hash", t["hash"].to_0x_hex()),
            ("from", who(t["from"])),
            ("to", who(t["to"]) if t.get("to") else "nobody: it creates a contract"),
            ("call", spell(call.name, call.args, who) if call else f"{len(t['input'])} bytes of data"),
            ("value", ether(t["value"])),
            ("nonce", t["nonce"]),
            ("gas limit", f"{t['gas']:,}"),
            ("most per gas", ether(t.get("maxFeePerGas", t.get("gasPrice", 0)))),
        ]
        return "Transaction, waiting" if block is None else f"Transaction in block {block}", rows


class Receipt(Record):
    """What became of a transaction. ``events`` are its decoded log entries, ``fee`` the wei it cost."""

    @property
    def events(self) -> list:
        return [self._chain.interfaces.event(log) for log in self._data["logs"]]

    @property
    def fee(self) -> int:
        return self._data["gasUsed"] * self._data["effectiveGasPrice"]

    def _shown(self) -> tuple[str, list[tuple[str, Any]]]:
        r, who = self._data, self._chain.name
        created = r.get("contractAddress")
        rows = [
            ("transaction", r["transactionHash"].to_0x_hex()),
            ("from", who(r["from"])),
            ("created", who(created)) if created else ("to", who(r["to"])),
            ("gas used", f"{r['gasUsed']:,}"),
            ("fee", ether(self.fee)),
            *((f"event {e.log}", spell(e.name, e.args, who)) for e in self.events),
        ]
        return f"Receipt: {'done' if r['status'] else 'reverted'} in block {r['blockNumber']}", rows


class Deployed(Contract):
    """A web3 contract that says what it offers. ``receipt`` is that of its creation, if we made it."""

    name: str = None
    notices: dict = None
    receipt: Receipt = None

    def _shown(self) -> tuple[str, list[tuple]]:
        rows = []
        for f in sorted((e for e in self.abi if e["type"] == "function"), key=lambda e: e["name"]):
            takes = ", ".join(f"{i['name']}: {i['type']}" for i in f["inputs"])
            gives = ", ".join(o["type"] for o in f.get("outputs", []))
            reads = f["stateMutability"] in ("view", "pure")
            signature = f"{f['name']}({','.join(i['type'] for i in f['inputs'])})"
            how = "call" if reads else "transaction"
            rows.append((f"{f['name']}({takes})", gives, how, (self.notices or {}).get(signature, "")))
        return f"Contract {self.name} at {self.address}", rows

    def __repr__(self) -> str:
        title, rows = self._shown()
        lines = [f"  {name}{' -> ' + gives if gives else ''}  [{how}]" for name, gives, how, _ in rows]
        return "\n".join([visible(title), *(visible(line) for line in lines)])

    def _repr_html_(self) -> str:
        title, rows = self._shown()
        return table(title, rows, ("function", "returns", "used by a", "what it does"))
