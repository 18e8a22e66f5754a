"""From topics and bytes back to names: events and calls of the contracts that a chain has met.

Nothing of py-evm is replaced: it knows no interfaces of contracts.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from eth_abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils import event_abi_to_log_topic, function_abi_to_4byte_selector, to_checksum_address
from eth_utils.abi import collapse_if_tuple

UNDECODABLE = (DecodingError, UnicodeDecodeError, ValueError, OverflowError)


@dataclass(frozen=True)
class Event:
    """One log entry. ``name`` is None, and ``args`` holds the raw data, where the contract is not known."""

    name: str | None
    args: dict[str, Any]
    address: str
    block: int
    log: int
    transaction: str = field(repr=False)


@dataclass(frozen=True)
class Call:
    """The function that a transaction called, with its arguments by name."""

    name: str
    args: dict[str, Any]


def number(quantity: Any) -> int | None:
    """A JSON-RPC quantity (``"0x1f"``) as an integer; None and integers stay as they are."""
    return int(quantity, 16) if isinstance(quantity, str) else quantity


def octets(data: Any) -> bytes:
    """JSON-RPC data (``"0x…"``) as bytes."""
    return bytes.fromhex(data.removeprefix("0x")) if isinstance(data, str) else bytes(data)


class Interfaces:
    """The interfaces (ABIs) of known contracts, by address."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._events: dict[tuple[str, bytes], dict] = {}
        self._functions: dict[tuple[str, bytes], dict] = {}

    def learn(self, address: str, name: str, abi: list[dict]) -> None:
        """From now on, decode what the contract at the checksummed ``address`` logs and is told."""
        self._names[address] = name
        for element in abi:
            if element["type"] == "event" and not element.get("anonymous"):
                self._events[address, event_abi_to_log_topic(element)] = element
            elif element["type"] == "function":
                self._functions[address, function_abi_to_4byte_selector(element)] = element

    def name_of(self, address: str) -> str | None:
        """What the contract at the checksummed ``address`` is called, or None."""
        return self._names.get(address)

    def event(self, log: Any) -> Event:
        """The event that a JSON-RPC log entry records."""
        address, data = to_checksum_address(log["address"]), octets(log["data"])
        topics = [octets(topic) for topic in log["topics"]]
        abi = self._events.get((address, topics[0])) if topics else None
        name, args = None, {"topics": ["0x" + t.hex() for t in topics], "data": "0x" + data.hex()}
        if abi:
            with suppress(*UNDECODABLE):  # another contract than we think stands there: keep the raw data
                name, args = abi["name"], event_arguments(abi, topics[1:], data)
        block, transaction = number(log["blockNumber"]), "0x" + octets(log["transactionHash"]).hex()
        return Event(name, args, address, block, number(log["logIndex"]), transaction)

    def call(self, to: str | None, data: Any) -> Call | None:
        """The call that ``data`` makes of the contract ``to``, or None where either is not known."""
        data = octets(data)
        abi = self._functions.get((to_checksum_address(to), data[:4])) if to else None
        try:
            return Call(abi["name"], _decode(abi["inputs"], data[4:])) if abi else None
        except UNDECODABLE:
            return None


def revert_reason(data: Any, message: str | None = None) -> str | None:
    """The reason in the bytes that a revert returned, or in the node's message; None if there is none."""
    try:
        returned = octets(data or "0x")
    except (ValueError, TypeError):
        returned = b""
    if returned[:4] == bytes.fromhex("08c379a0"):  # Error(string)
        try:
            return decode(["string"], returned[4:], strict=False)[0]
        except (DecodingError, UnicodeDecodeError):
            return "0x" + returned.hex()
    if returned[:4] == bytes.fromhex("4e487b71"):  # Panic(uint256)
        return f"panic {int.from_bytes(returned[4:36], 'big'):#x}"
    if returned:
        return "0x" + returned.hex()
    stated = (message or "").removeprefix("execution reverted").removeprefix(": ")
    return None if stated in ("", "no data") else stated


def event_arguments(abi: dict, topics: list[bytes], data: bytes) -> dict[str, Any]:
    """Arguments by name; an indexed text or array is only there as its hash, and is given as that."""
    indexed = [i for i in abi["inputs"] if i["indexed"]]
    if len(indexed) != len(topics):
        raise ValueError("the log has another number of topics than the event")
    values = _decode([i for i in abi["inputs"] if not i["indexed"]], data)
    for item, topic in zip(indexed, topics, strict=True):
        hashed = item["type"] in ("string", "bytes", "tuple") or item["type"].endswith("]")
        values[item["name"]] = "0x" + topic.hex() if hashed else _decode([item], topic)[item["name"]]
    return {i["name"]: values[i["name"]] for i in abi["inputs"]}


def _decode(inputs: list[dict], data: bytes) -> dict[str, Any]:
    kinds = [collapse_if_tuple(i) for i in inputs]
    values = decode(kinds, data, strict=False)
    return {
        item["name"] or f"argument{n}": _checksummed(kind, value)
        for n, (item, kind, value) in enumerate(zip(inputs, kinds, values, strict=True))
    }


def _checksummed(kind: str, value: Any) -> Any:
    if kind == "address":
        return to_checksum_address(value)
    flat = kind.startswith("address[") and kind.count("[") == 1
    return tuple(map(to_checksum_address, value)) if flat else value
