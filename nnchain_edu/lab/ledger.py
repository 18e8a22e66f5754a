"""What the block explorer shows, as text and numbers: of a running chain, or of blocks as plain data.

A source gives `strip()`, one light row a block, and `detail(position)`, all of one block. Both hold only what
JSON can, and every amount is written out exactly here, since the browser's numbers end at 2**53.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

VALID, BROKEN, AFTER = "valid", "broken", "after"
_SHOWN_FIRST = (
    "number",
    "timestamp",
    "hash",
    "parentHash",
    "parent",
    "gasUsed",
    "baseFeePerGas",
    "stateRoot",
)
_OWN_TABLES = ("transactions", "receipts", "accounts", "logsBloom")
_PARENTS = {"parent", "parentHash"}
_LISTED = 100  # transactions of one block that are shown, and accounts
_NOWHERE = {"blockNumber": 0, "logIndex": 0, "transactionHash": "0x"}  # exported logs do not say
_PARTIES = ("from", "to", "value", "hash")


def plain(value: Any, limit: int = 200) -> str:
    """Any value as one line of text: bytes as hex, characters that hide or turn text spelled out."""
    if isinstance(value, bytes | bytearray):
        value = "0x" + bytes(value).hex()
    elif isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:,}"
    elif isinstance(value, Mapping):
        value = ", ".join(f"{key}={plain(each)}" for key, each in value.items())
    elif isinstance(value, list | tuple):
        value = "[" + ", ".join(map(plain, value)) + "]"
    text = str(value)
    if len(text) > limit:
        text = f"{text[: limit - 1]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class ChainSource:
    """A chain of `nnchain_edu.Chain`: read when asked, so that a long chain opens at once."""

    can_tamper = can_seal = False
    live = True

    def __init__(self, chain: Any):
        self.chain, self._headers = chain, []

    def strip(self) -> list[dict[str, Any]]:
        """One row a block; only blocks that are new since the last call are read."""
        eth = self.chain.w3.eth
        while self._headers and not self._still_there(self._headers[-1]):
            self._headers.pop()
        for number in range(len(self._headers), eth.block_number + 1):
            block = eth.get_block(number)
            self._headers.append(
                {
                    "number": number,
                    "hash": _text(block["hash"]),
                    "parent": _text(block["parentHash"]),
                    "transactions": len(block["transactions"]),
                }
            )
        return _linked(self._headers, [None] * len(self._headers))

    def _still_there(self, header: dict) -> bool:
        number, eth = header["number"], self.chain.w3.eth
        return number <= eth.block_number and _text(eth.get_block(number)["hash"]) == header["hash"]

    def detail(self, position: int) -> dict[str, Any]:
        """Header, transactions with decoded calls and events, and the touched accounts before and after."""
        eth = self.chain.w3.eth
        block = eth.get_block(position, full_transactions=True)
        listed = block["transactions"][:_LISTED]
        receipts = [eth.get_transaction_receipt(each["hash"]) for each in listed]
        touched = {}
        for sent, receipt in zip(listed, receipts, strict=True):
            found = (sent["from"], sent.get("to"), receipt.get("contractAddress"))
            touched.update(dict.fromkeys([*found, *(log["address"] for log in receipt["logs"])]))
        touched = dict.fromkeys([*filter(None, touched), block["miner"]])  # who got the fees comes last
        return {
            "number": position,
            **_fields(block),
            "transactions": _transactions(listed, receipts, self.chain),
            "accounts": [self._before_and_after(who, position) for who in [*touched][:_LISTED]],
            "unlisted": len(block["transactions"]) - len(listed),
        }

    def _before_and_after(self, address: str, number: int) -> dict[str, Any]:
        from nnchain_edu.chain.views import ether  # where there is a chain, its room is loaded already

        eth = self.chain.w3.eth
        looks = (
            ("balance", lambda n: ether(eth.get_balance(address, n))),
            ("nonce", lambda n: plain(eth.get_transaction_count(address, n))),
            ("code", lambda n: f"{len(eth.get_code(address, n)):,} bytes"),
        )
        rows = [[what, look(number - 1) if number else "", look(number)] for what, look in looks]
        shown = [row for row in rows if row[0] != "code" or row[2] != "0 bytes"]
        return {"name": self.chain.name(address), "address": address, "rows": shown}


class PlainSource:
    """Blocks as plain data: what `chain.export()` gives, or own dictionaries with a "hash" and a "parent".

    `seal(block)` gives the hash a block should have; `verify([block])` something false, with a `reason`,
    for a broken block. `chain` decodes calls and names accounts. The blocks given are never changed.
    """

    live = False

    def __init__(
        self,
        blocks: Sequence[Mapping],
        seal: Callable[[dict], Any] | None = None,
        verify: Callable[[list[dict]], Any] | None = None,
        tamper: bool = False,
        chain: Any = None,
    ):
        for i, block in enumerate(blocks):
            if not isinstance(block, Mapping) or "hash" not in block or not _PARENTS & set(block):
                raise ValueError(f"blocks[{i}] must be a dictionary with 'hash' and 'parent' or 'parentHash'")
            if not isinstance(block.get("number", i), int):
                raise ValueError(f"blocks[{i}]['number'] must be a whole number; {block['number']!r} was given")
        self._given = [dict(block) for block in copy.deepcopy(list(blocks))]
        self.seal, self.verify, self.chain, self.can_tamper = seal, verify, chain, tamper
        self.can_seal = tamper and seal is not None
        self.restore()

    def restore(self) -> None:
        """Undo all tampering."""
        self.blocks = copy.deepcopy(self._given)
        self._reasons = [self._reason(block) for block in self.blocks]

    def _reason(self, block: dict) -> str | None:
        """Why this block, looked at alone, is broken."""
        try:
            if self.seal is not None:
                sealed = _text(self.seal({k: v for k, v in block.items() if k != "hash"}))
                if sealed != _text(block["hash"]):
                    return f"its content hashes to {_short(sealed)}, but it states {_short(_text(block['hash']))}"
            if self.verify is not None and not (verdict := self.verify([block])):
                return str(getattr(verdict, "reason", "it does not verify"))
        except Exception as error:  # the learner's own seal or verify
            return f"it cannot be verified ({type(error).__name__}: {error})"
        return None

    def tamper(self, position: int, transaction: int, value: str) -> None:
        """Write another value into a transaction of the copy."""
        sent = self.blocks[position]["transactions"][transaction]
        kind = type(sent.get("value", 0))
        try:
            sent["value"] = kind(value.strip().replace(",", ""))
        except ValueError:
            raise ValueError(f"a value here is a number ({kind.__name__}); you wrote {value!r}") from None
        self._reasons[position] = self._reason(self.blocks[position])

    def reseal(self, position: int) -> None:
        """Link a block to the one before as that is now, and give it the hash of its content: the next link breaks."""
        block = self.blocks[position]
        if position:
            block["parentHash" if "parentHash" in block else "parent"] = self.blocks[position - 1]["hash"]
        block["hash"] = self.seal({k: v for k, v in block.items() if k != "hash"})
        self._reasons[position] = self._reason(block)

    def strip(self) -> list[dict[str, Any]]:
        """One row a block."""
        headers = [
            {
                "number": block.get("number", i),
                "hash": _text(block["hash"]),
                "parent": _text(block.get("parentHash", block.get("parent"))),
                "transactions": len(block.get("transactions", ())),
            }
            for i, block in enumerate(self.blocks)
        ]
        return _linked(headers, self._reasons)

    def detail(self, position: int) -> dict[str, Any]:
        """Header and transactions; accounts where the block has `accounts`: {name: (before, after)}."""
        block, original = self.blocks[position], self._given[position]
        sent = [t if isinstance(t, Mapping) else {"text": t} for t in block.get("transactions", ())]
        unlisted, sent = len(sent[_LISTED:]), sent[:_LISTED]
        rows = _transactions(sent, (block.get("receipts") or [{}] * len(sent))[:_LISTED], self.chain)
        for row, each, before in zip(rows, sent, original.get("transactions", ())[:_LISTED], strict=True):
            if self.can_tamper and "value" in each:
                row["edit"], row["unit"] = str(each["value"]), "wei" if "gas" in each else ""  # or a learner's own unit
                row["changed"] = each["value"] != before["value"]
        accounts = [
            {"name": plain(name), "address": "", "rows": [["balance", plain(before), plain(after)]]}
            for name, (before, after) in dict(block.get("accounts", {})).items()
        ]
        number = block.get("number", position)
        return {
            "number": number,
            **_fields(block),
            "transactions": rows,
            "accounts": accounts,
            "unlisted": unlisted,
        }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "0x" + bytes(value).hex() if isinstance(value, bytes) else str(value)


def _short(hashed: str) -> str:
    return hashed if len(hashed) <= 14 else f"{hashed[:6]}…{hashed[-4:]}"


def _linked(headers: Iterable[dict], reasons: Iterable[str | None]) -> list[dict[str, Any]]:
    """Add to each row whether it is valid, broken or built on something broken, and why."""
    rows, previous, whole = [], None, True
    for header, why in zip(headers, reasons, strict=True):
        linked = previous is None or header["parent"] == previous["hash"]
        if why is None and not linked:
            stated, found = _short(header["parent"]), _short(previous["hash"])
            why = f"its parent is {stated}, but the hash of block {previous['number']} is {found}"
        status = BROKEN if why else VALID if whole else AFTER
        whole = whole and why is None
        note = why or ("" if status == VALID else "it builds on a broken block")
        rows.append({**header, "linked": linked, "status": status, "why": plain(note, 400)})
        previous = header
    return rows


def _fields(block: Mapping) -> dict[str, list[list[str]]]:
    """The fields of a header, the telling ones first; those of a long header that tell less are `further`."""
    names = [name for name in block if name not in _OWN_TABLES]
    first = [name for name in _SHOWN_FIRST if name in names]
    rest = [name for name in names if name not in first]
    shown, further = ([*first, *rest], []) if len(names) <= 12 else (first, rest)
    return {
        "fields": [[plain(name), _field(name, block[name])] for name in shown],
        "further": [[plain(name), _field(name, block[name])] for name in further],
    }


def _field(name: str, value: Any) -> str:
    if name == "timestamp" and isinstance(value, int) and 0 <= value < 2**36:
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC ({value})"
    return f"{plain(value)} wei" if name == "baseFeePerGas" else plain(value)


def _transactions(sent: Sequence[Mapping], receipts: Sequence[Mapping], chain: Any) -> list[dict[str, Any]]:
    who = chain.name if chain is not None else plain
    rows = []
    for each, receipt in zip(sent, receipts, strict=True):
        to, created = each.get("to"), receipt.get("contractAddress")
        call = chain.interfaces.call(to, each["input"]) if chain is not None else None
        row = {
            "hash": _text(each["hash"]) if "hash" in each else "",
            "from": who(each["from"]) if "from" in each else "",
            "to": who(to) if to else f"creates {who(created)}" if created else "",
            "value": _value(each),
            "call": _spell(call, who) if call else "",
            "status": {None: "", 1: "done", 0: "reverted"}[receipt.get("status")],
            "gas": plain(receipt["gasUsed"]) if "gasUsed" in receipt else "",
            "events": [_event(log, chain, who) for log in receipt.get("logs", ())],
        }
        if not call:  # a learner's own transactions may hold anything
            others = {k: v for k, v in each.items() if k not in _PARTIES} if "gas" not in each else {}
            row["call"] = ", ".join(f"{plain(k)}: {plain(v)}" for k, v in others.items())
        rows.append(row)
    return rows


def _value(sent: Mapping) -> str:
    if "value" not in sent:
        return ""
    if "gas" not in sent:  # a learner's own unit
        return plain(sent["value"])
    from nnchain_edu.chain.views import ether

    return ether(sent["value"])


def _event(log: Mapping, chain: Any, who: Callable[[str], str]) -> str:
    if chain is None:
        return f"log of {who(log['address'])}: {plain(log['data'], 80)}"
    return _spell(chain.interfaces.event({**_NOWHERE, **log}), who)


def _spell(said: Any, who: Callable[[str], str]) -> str:
    from nnchain_edu.chain.views import spell

    return spell(said.name, said.args, who)
