"""How JSON-RPC writes values: quantities, bytes, addresses, transactions. Read at the door, or refused by
name.

Nothing of py-evm is replaced: it takes Python's values.
"""

from typing import Any

from .errors import InvalidParams

_TRANSACTION = {
    "from", "to", "value", "data", "input", "gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "nonce",
    "chainId", "accessList", "type",
}  # fmt: skip


def quantity(value: Any, name: str) -> int:
    """A number, written "0x1f"; plain ints are taken too."""
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, str) and value.startswith("0x"):
        try:
            number = int(value, 16)
        except ValueError:
            number = 1 << 256
        if number < 1 << 256:
            return number
    raise InvalidParams(f"invalid {name}: {value!r} is not a number of up to 256 bits such as '0x1f'")


def data(value: Any, name: str, size: int | None = None) -> bytes:
    """Bytes, written "0x" and two hex digits each; `size` of them where given."""
    decoded = bytes(value) if isinstance(value, bytes | bytearray) else None
    if isinstance(value, str) and value[:2] in ("0x", "0X"):
        try:
            decoded = bytes.fromhex(value[2:])
        except ValueError:
            decoded = None
    if decoded is None or (size is not None and len(decoded) != size):
        wanted = "hex digits in pairs after '0x'" if size is None else f"'0x' and {2 * size} hex digits"
        raise InvalidParams(f"invalid {name}: {value!r} is not {wanted}")
    return decoded


def address(value: Any, name: str = "address") -> bytes:
    """An address of 20 bytes."""
    return data(value, name, 20)


def word(value: Any, name: str) -> int:
    """A storage key or value: up to 32 bytes, leading zeros welcome."""
    return int.from_bytes(value, "big") if isinstance(value, bytes) else quantity(value, name)


def hexed(value: bytes) -> str:
    """Bytes as JSON-RPC writes them."""
    return "0x" + value.hex()


def access_list(entries: Any) -> list[tuple[bytes, list[int]]]:
    """An access list (EIP-2930)."""
    if not isinstance(entries, list | tuple):
        raise InvalidParams(f"invalid accessList: {entries!r} is not a list")
    try:
        return [(address(e["address"]), [word(k, "storage key") for k in e.get("storageKeys") or ()]) for e in entries]
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidParams("invalid accessList: each entry has an address and storageKeys") from error


def transaction(request: Any) -> dict[str, Any]:
    """The fields that a transaction object gives, by the names the node uses; absent ones are absent."""
    if not isinstance(request, dict) and not hasattr(request, "keys"):
        raise InvalidParams(f"invalid transaction: {request!r} is not an object")
    given = {name: request[name] for name in request if request[name] is not None}
    unknown = given.keys() - _TRANSACTION
    if unknown:
        raise InvalidParams(f"invalid transaction: {', '.join(sorted(unknown))} not supported here")
    fields: dict[str, Any] = {"to": b"", "value": 0, "data": b"", "access_list": []}
    if "gasPrice" in given and ("maxFeePerGas" in given or "maxPriorityFeePerGas" in given):
        raise InvalidParams("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified")
    if "data" in given and "input" in given and data(given["data"], "data") != data(given["input"], "input"):
        raise InvalidParams('both "data" and "input" are set and not equal')
    for name, field, read in (
        ("from", "sender", address), ("to", "to", address), ("value", "value", quantity), ("data", "data", data),
        ("input", "data", data), ("gas", "gas", quantity), ("gasPrice", "gas_price", quantity),
        ("maxFeePerGas", "max_fee_per_gas", quantity), ("nonce", "nonce", quantity),
        ("maxPriorityFeePerGas", "max_priority_fee_per_gas", quantity), ("chainId", "chain_id", quantity),
    ):  # fmt: skip
        if name in given and not (name == "to" and given["to"] in ("", "0x", b"")):
            fields[field] = read(given[name], name)
    if "accessList" in given:
        fields["access_list"] = access_list(given["accessList"])
    return fields


def overrides(accounts: Any) -> dict[bytes, dict[str, Any]]:
    """State overrides of eth_call: by address its balance, nonce, code, state or stateDiff."""
    readers = {
        "balance": quantity,
        "nonce": quantity,
        "code": data,
        "state": lambda slots, name: {word(k, name): word(v, name) for k, v in slots.items()},
    }
    readers["stateDiff"] = readers["state"]
    try:
        return {
            address(who): {name: readers[name](value, name) for name, value in account.items()}
            for who, account in (accounts or {}).items()
        }
    except (KeyError, AttributeError) as error:
        raise InvalidParams(f"invalid state override: {error}; accepted are {', '.join(readers)}") from error
