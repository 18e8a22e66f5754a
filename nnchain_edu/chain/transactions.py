"""Signed transactions: made, read from bytes, and judged.

Replaces py-evm's EIP-1559 transaction, which validates each field, encodes itself anew whenever it is asked, and
recovers its sender even where we signed: here it is encoded and hashed once and knows its sender. Gained: signing
costs 60 microseconds, not 250. All other types, and all that come in from outside, are py-evm's own.
"""

from collections.abc import Mapping
from typing import Any

import coincurve
import rlp
from eth.constants import SECPK1_N
from eth.exceptions import UnrecognizedTransactionType
from eth.vm.forks.berlin.transactions import calculate_txn_intrinsic_gas_berlin
from eth.vm.forks.cancun.constants import BLOB_TX_TYPE
from eth.vm.forks.prague import PragueVM
from eth_hash.auto import keccak
from eth_keys import keys
from eth_keys.exceptions import BadSignature
from eth_utils import ValidationError

from .errors import RpcError
from .rpc_values import data
from .trie import rlp_bytes, rlp_int, rlp_list

MAX_INITCODE = 49_152  # bytes of the code that creates a contract, EIP-3860
_BUILDER = PragueVM.get_transaction_builder()


class Transaction:
    """An EIP-1559 transaction, the kind that nearly all are. Attributes are named as py-evm's rules ask for them."""

    type_id = 2
    __slots__ = (
        "access_list", "chain_id", "data", "gas", "hash", "max_fee_per_gas", "max_priority_fee_per_gas",
        "nonce", "r", "raw", "s", "sender", "to", "value", "y_parity",
    )  # fmt: skip

    def __init__(self, sender: bytes, **fields: Any):
        self.sender, self.raw, self.access_list, self.chain_id = sender, b"", (), 0
        for name, value in fields.items():
            setattr(self, name, value)

    def encode(self) -> bytes:
        """The bytes that are hashed, sent and put in a block (EIP-2718)."""
        return self.raw

    @property
    def intrinsic_gas(self) -> int:
        """Gas before the first opcode; py-evm counts the initcode's words (EIP-3860) with the execution."""
        return calculate_txn_intrinsic_gas_berlin(self)


def address_of(key: coincurve.PrivateKey) -> bytes:
    """The address of a private key: last 20 bytes of the hash of the public key."""
    return keccak(key.public_key.format(compressed=False)[1:])[-20:]


def seeded_keys(seed: int) -> dict[bytes, coincurve.PrivateKey]:
    """Ten private keys by address, from `seed`."""
    secrets = [keccak(f"nnchain-edu {seed} {i}".encode()) for i in range(10)]
    return {address_of(key): key for key in map(coincurve.PrivateKey, secrets)}


def read_keys(accounts: Mapping[str, bytes | str]) -> dict[bytes, coincurve.PrivateKey]:
    """Private keys by address; each has to belong to the address it is given for."""
    keys_by_address = {}
    for who, secret in accounts.items():
        key = coincurve.PrivateKey(data(secret, "private key", 32))
        if address_of(key) != data(who, "address", 20):
            raise ValueError(f"accounts: the private key given for {who} belongs to another address")
        keys_by_address[address_of(key)] = key
    return keys_by_address


def sign(key: coincurve.PrivateKey, sender: bytes, chain_id: int, fields: dict[str, Any]) -> Any:
    """Sign `fields` as `sender`: nonce, gas, to, value, data, access_list, and gas_price or both EIP-1559 fees."""
    if "gas_price" in fields:
        return _sign_old(keys.PrivateKey(key.secret), sender, chain_id, fields)
    t = Transaction(sender, chain_id=chain_id, **fields)
    accesses = [
        rlp_list(rlp_bytes(address), rlp_list(*[rlp_bytes(slot.to_bytes(32, "big")) for slot in slots]))
        for address, slots in t.access_list
    ]
    numbers = map(rlp_int, (chain_id, t.nonce, t.max_priority_fee_per_gas, t.max_fee_per_gas, t.gas))
    body = b"".join((*numbers, rlp_bytes(t.to), rlp_int(t.value), rlp_bytes(t.data), rlp_list(*accesses)))
    signature = key.sign_recoverable(keccak(b"\x02" + rlp_list(body)), hasher=None)
    t.r, t.s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    t.y_parity = signature[64]
    t.raw = b"\x02" + rlp_list(body, rlp_int(t.y_parity), rlp_int(t.r), rlp_int(t.s))
    t.hash = keccak(t.raw)
    return t


def _sign_old(key: keys.PrivateKey, sender: bytes, chain_id: int, fields: dict[str, Any]) -> Any:
    """With a gas price: legacy (EIP-155), or with an access list (EIP-2930)."""
    if fields["access_list"]:
        unsigned = _BUILDER.new_unsigned_access_list_transaction(chain_id=chain_id, **fields)
        transaction = unsigned.as_signed_transaction(key)
    else:
        unsigned = _BUILDER.create_unsigned_transaction(**{k: v for k, v in fields.items() if k != "access_list"})
        transaction = unsigned.as_signed_transaction(key, chain_id=chain_id)
    transaction.sender = sender
    return transaction


def decode(raw: bytes, sender: bytes | None = None) -> Any:
    """The transaction in `raw`. Its signature is checked, unless the caller knows the sender already."""
    try:
        transaction = _BUILDER.decode(raw)
        if transaction.type_id == BLOB_TX_TYPE:
            raise RpcError("transaction type not supported: blobs need a consensus layer")
        if sender is None:
            if transaction.s > SECPK1_N // 2:  # its twin n - s names the same signer under another hash (EIP-2)
                raise RpcError("invalid signature: s is above half the curve's order (EIP-2)")
            transaction.validate()
            sender = transaction.sender
    except BadSignature as error:
        raise RpcError(f"invalid sender: {error}") from error
    except (ValidationError, UnrecognizedTransactionType, rlp.exceptions.RLPException, TypeError, ValueError) as error:
        raise RpcError(f"transaction could not be decoded: {error}") from error
    transaction.sender = sender
    return transaction


def refusal(transaction: Any, nonce: int, balance: int, base_fee: int, gas_limit: int) -> RpcError | None:
    """Why `transaction` cannot be the next of its sender, who has `nonce` and `balance`, in go-ethereum's words.

    None if it can. Replaces py-evm's validation for blocks that we build, whose messages are meant for its developers.
    """
    t, who = transaction, "0x" + transaction.sender.hex()
    fee, tip, cost = t.max_fee_per_gas, t.max_priority_fee_per_gas, t.gas * t.max_fee_per_gas + t.value
    floor = 21_000 + 10 * (4 * len(t.data) - 3 * t.data.count(0))  # EIP-7623
    initcode = len(t.data) if t.to == b"" else 0
    intrinsic = t.intrinsic_gas + 2 * ((initcode + 31) // 32)  # EIP-3860
    if t.nonce < nonce:
        problem = f"nonce too low: address {who}, tx: {t.nonce} state: {nonce}"
    elif t.nonce > nonce:
        problem = f"nonce too high: address {who}, tx: {t.nonce} state: {nonce}"
    elif t.gas > gas_limit:
        problem = f"exceeds block gas limit: gas {t.gas}, limit {gas_limit}"
    elif fee < tip:
        problem = f"max priority fee per gas higher than max fee per gas: tip {tip}, max fee {fee}"
    elif fee < base_fee:
        problem = f"max fee per gas less than block base fee: address {who}, maxFeePerGas: {fee}, baseFee: {base_fee}"
    elif balance < cost:
        problem = f"insufficient funds for gas * price + value: address {who} have {balance} want {cost}"
    elif initcode > MAX_INITCODE:
        problem = f"max initcode size exceeded: code size {initcode} limit {MAX_INITCODE}"
    elif t.gas < intrinsic:
        problem = f"intrinsic gas too low: have {t.gas}, want {intrinsic}"
    elif t.gas < floor:
        problem = f"insufficient gas for floor data gas cost: have {t.gas}, want {floor}"
    else:
        return None
    return RpcError(problem)
