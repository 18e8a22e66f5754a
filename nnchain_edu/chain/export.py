"""Blocks as plain data, and a check of them that trusts nobody.

``verify`` shares nothing with the chain that made the blocks: it encodes (``rlp``), hashes, rebuilds tries
(``trie``) and recovers the signers (``eth_keys``) from the readable fields alone. What it cannot see is
whether the state root is right: that takes running every transaction.

Nothing of py-evm is replaced; its validation is not used either, for a check by another code than made the blocks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import rlp
from eth_keys import keys
from eth_utils import keccak, to_checksum_address
from trie import HexaryTrie


def _words(text: str) -> list[str]:
    return text.split()


#: A header's fields in the order of hashing (yellow paper 4.4.3; EIP-1559, 4895, 4844, 4788, 7685).
HEADER = _words(
    """parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom difficulty number
    gasLimit gasUsed timestamp extraData mixHash nonce baseFeePerGas withdrawalsRoot blobGasUsed
    excessBlobGas parentBeaconBlockRoot requestsHash"""
)
REQUIRED = HEADER[:15]  # the others came with later forks
#: Signed fields by transaction type: legacy, then EIP-2930, 1559, 4844, 7702.
SIGNED = {
    0: "nonce gasPrice gas to value input",
    1: "chainId nonce gasPrice gas to value input accessList",
    2: "chainId nonce maxPriorityFeePerGas maxFeePerGas gas to value input accessList",
    3: "chainId nonce maxPriorityFeePerGas maxFeePerGas gas to value input accessList maxFeePerBlobGas "
    "blobVersionedHashes",
    4: "chainId nonce maxPriorityFeePerGas maxFeePerGas gas to value input accessList authorizationList",
}
#: Half the order of secp256k1: of a signature's two forms, s and order - s, only the lower is valid (EIP-2).
HALF_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141 // 2
#: JSON-RPC writes these as hexadecimal quantities; here they are numbers.
QUANTITIES = set(
    _words(
        """number difficulty gasLimit gasUsed timestamp baseFeePerGas blobGasUsed excessBlobGas type nonce
        gasPrice gas value chainId maxPriorityFeePerGas maxFeePerGas maxFeePerBlobGas v r s yParity status
        cumulativeGasUsed"""
    )
)
HEADER_QUANTITIES = QUANTITIES - {"nonce"}  # a header's nonce is eight bytes, a transaction's is a number


@dataclass(frozen=True)
class Verdict:
    """Whether something verified; if not, the first broken block and why. Is true or false in an ``if``."""

    ok: bool
    reason: str
    block: int | None = None

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return self.reason if self.block is None else f"Block {self.block} is broken: {self.reason}"


def export(rpc: Callable[..., Any], numbers: Iterable[int]) -> list[dict]:
    """These blocks with transactions and receipts, as data that JSON can hold. ``rpc`` asks the node."""
    exported = []
    for n in numbers:
        block = rpc("eth_getBlockByNumber", hex(n), True)
        plain = _plain(block, [*HEADER, "hash"], HEADER_QUANTITIES)
        plain["transactions"] = [
            _plain(t, ["hash", "type", "from", *_words(SIGNED[int(t["type"], 16)]), "v", "r", "s", "yParity"])
            for t in block["transactions"]
        ]
        plain["receipts"] = [
            _plain(r, ["type", "status", "cumulativeGasUsed", "logsBloom"])
            | {"logs": [{key: log[key] for key in ("address", "topics", "data")} for log in r["logs"]]}
            for r in rpc("eth_getBlockReceipts", hex(n))
        ]
        exported.append(plain)
    return exported


def _plain(source: dict, names: Iterable[str], numbers: set[str] = QUANTITIES) -> dict:
    present = [name for name in dict.fromkeys(names) if name in source]
    return {n: int(source[n], 16) if n in numbers and source[n] is not None else source[n] for n in present}


def verify(blocks: list[dict], trusted_head: str | None = None) -> Verdict:
    """Check exported blocks, each against the one before, and the last against a ``trusted_head`` hash.

    Any change is found, unless everything after it was made anew; only a hash you trust shows that.
    """
    if not isinstance(blocks, list) or not blocks:
        raise ValueError("blocks must be a list of at least one block, as chain.export() gives it")
    parent = None
    for position, block in enumerate(blocks):
        stated = block.get("number", position) if isinstance(block, dict) else position
        number = stated if parent is None else parent["number"] + 1  # by its place, whatever it calls itself
        try:
            _check(block, parent)
        except _Broken as broken:
            return Verdict(False, str(broken), number)
        except KeyError as error:
            return Verdict(False, f"it has no {error}", number)
        except Exception as error:  # forged data break the libraries in many ways, all of them mean no
            return Verdict(False, f"a field cannot be read ({error})", number)
        parent = block
    if trusted_head is not None and parent["hash"].lower() != _hex(trusted_head).lower():
        reason = f"it fits the blocks before it, but hashes to {parent['hash']}, not to the trusted head"
        return Verdict(False, reason, parent["number"])
    return Verdict(True, f"{len(blocks)} block{'s' * (len(blocks) != 1)} verified, up to {parent['hash']}")


class _Broken(Exception):
    pass


def _must_equal(found: Any, stated: Any, what: str) -> None:
    found, stated = _hex(found), _hex(stated)
    if found != stated:
        raise _Broken(f"{what}: {found}, but it states {stated}")


def _check(block: dict, parent: dict | None) -> None:
    encoded = []
    for i, transaction in enumerate(block["transactions"]):
        raw, signer = _transaction(transaction)
        _must_equal(keccak(raw), transaction["hash"], f"transaction {i} hashes to something else")
        sender = to_checksum_address(transaction["from"])
        _must_equal(signer, sender, f"transaction {i} was signed by somebody else")
        encoded.append(raw)
    _must_equal(_root(encoded), block["transactionsRoot"], "the root of its transactions differs")

    receipts, bloom, gas = block["receipts"], 0, 0
    if len(receipts) != len(encoded):
        raise _Broken(f"it has {len(encoded)} transactions and {len(receipts)} receipts")
    root = _root([_receipt(r) for r in receipts])
    _must_equal(root, block["receiptsRoot"], "the root of its receipts differs")
    for i, receipt in enumerate(receipts):
        own = _bloom(receipt["logs"])
        _must_equal(own.to_bytes(256, "big"), receipt["logsBloom"], f"receipt {i} has another log filter")
        bloom, gas = bloom | own, receipt["cumulativeGasUsed"]
    _must_equal(bloom.to_bytes(256, "big"), block["logsBloom"], "its receipts make another log filter")
    _must_equal(gas, block["gasUsed"], "its receipts add up to other gas used")

    header = _fields(block, [n for n in HEADER if n in block or n in REQUIRED], HEADER_QUANTITIES)
    _must_equal(keccak(rlp.encode(header)), block["hash"], "its header hashes to something else")
    if parent is not None:
        _must_equal(parent["number"] + 1, block["number"], "its number does not follow its parent's")
        _must_equal(parent["hash"], block["parentHash"], "its parent's hash differs")
        # Ethereum wants later, not only no earlier; Anvil lets two blocks share a second
        if block["timestamp"] < parent["timestamp"]:
            raise _Broken(f"its time {block['timestamp']} is before its parent's {parent['timestamp']}")


def _transaction(t: dict) -> tuple[bytes, str]:
    """The bytes of a transaction and the address that signed it."""
    kind, r, s = t["type"], t["r"], t["s"]
    fields = _fields(t, _words(SIGNED[kind]))
    if kind:
        odd = t["yParity"] if "yParity" in t else t["v"]
        prefix, message, v = bytes([kind]), fields, odd
    else:  # EIP-155: v holds the chain id too
        prefix, v = b"", t["v"]
        chain_id, odd = ((v - 35) // 2, (v - 35) % 2) if v >= 35 else (None, v - 27)
        message = fields if chain_id is None else [*fields, _bytes(chain_id), b"", b""]
    digest = keccak(prefix + rlp.encode(message))
    if s > HALF_ORDER:
        raise _Broken("a signature's s is above half the curve's order (EIP-2)")
    try:
        signature = keys.Signature(vrs=(odd, r, s))
        signer = signature.recover_public_key_from_msg_hash(digest).to_checksum_address()
    except Exception as error:  # the back ends of eth_keys raise errors of their own
        raise _Broken(f"a signature fits no key ({type(error).__name__})") from None
    return prefix + rlp.encode([*fields, *map(_bytes, (v, r, s))]), signer


def _receipt(r: dict) -> bytes:
    logs = [[_bytes(log["address"]), _bytes(log["topics"]), _bytes(log["data"])] for log in r["logs"]]
    body = rlp.encode([*_fields(r, ["status", "cumulativeGasUsed", "logsBloom"]), logs])
    return (bytes([r["type"]]) if r["type"] else b"") + body


def _root(items: list[bytes]) -> bytes:
    tree = HexaryTrie({})
    for i, item in enumerate(items):
        tree[rlp.encode(i)] = item
    return tree.root_hash


def _bloom(logs: list[dict]) -> int:
    """The 2,048-bit filter of addresses and topics (yellow paper 4.4.1)."""
    bits = 0
    for log in logs:
        for item in [log["address"], *log["topics"]]:
            digest = keccak(_bytes(item))
            for i in (0, 2, 4):
                bits |= 1 << (int.from_bytes(digest[i : i + 2], "big") & 2047)
    return bits


def _fields(source: dict, names: list[str], numbers: set[str] = QUANTITIES) -> list:
    """Fields as RLP takes them; strict in kind, or the text "30" would pass for the number 48, 0x30."""
    for name in names:
        if (type(source[name]) is int) != (name in numbers) or (source[name] is None and name != "to"):
            raise _Broken(f"its {name} cannot be {source[name]!r}")
    return [_bytes(source[name]) for name in names]


def _bytes(value: Any) -> Any:
    """A field as RLP takes it: numbers without leading zeros, nobody as nothing, structures as lists."""
    if value is None:
        return b""
    if isinstance(value, int):
        return value.to_bytes((value.bit_length() + 7) // 8, "big")
    if isinstance(value, str):
        if not value.startswith("0x"):
            raise ValueError(f"{value!r} does not start with 0x")
        return bytes.fromhex(value[2:])
    if isinstance(value, list | tuple):
        return [_bytes(item) for item in value]
    if "storageKeys" in value:
        return [_bytes(value["address"]), _bytes(value["storageKeys"])]
    order = ("chainId", "address", "nonce", "yParity", "r", "s")  # an authorisation of EIP-7702
    numbers = {name: int(value[name], 16) for name in order if name != "address"}
    return [_bytes((value | numbers)[name]) for name in order]


def _hex(value: Any) -> str:
    return "0x" + bytes(value).hex() if isinstance(value, bytes) else str(value)
