"""What a validator of the contract `stake` signs, and with it the evidence against one that signed twice."""

from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage
from eth_utils import to_canonical_address

from .arguments import whole

WORD = 32  # bytes


def block_message(stake: Any, chain_id: int, slot: int, block_hash: bytes) -> SignableMessage:
    """The message for `block_hash` (32 bytes) in `slot`: EIP-191, version 0, for one contract on one chain.

    `stake` is the deployed contract or its address. The contract's `digest(slot, block_hash)` is its Keccak-256.
    """
    if not isinstance(block_hash, bytes) or len(block_hash) != WORD:
        raise ValueError(f"block_hash must be 32 bytes, got {block_hash!r}")
    words = [whole("chain_id", chain_id, 0, 2**256 - 1), whole("slot", slot, 0, 2**256 - 1)]
    body = b"".join(word.to_bytes(WORD) for word in words) + block_hash
    return SignableMessage(b"\x00", to_canonical_address(getattr(stake, "address", stake)), body)


def sign_block(key: bytes, stake: Any, chain_id: int, slot: int, block_hash: bytes) -> bytes:
    """A validator's signature, 65 bytes: r, s, v. `key` is its private key; the rest as for `block_message`."""
    return bytes(Account.sign_message(block_message(stake, chain_id, slot, block_hash), key).signature)
