"""The commitment to an update, computed at home: `federated_round.vy` computes the same from what is revealed."""

import secrets
from collections.abc import Sequence

from eth_abi import encode
from eth_utils import keccak, to_canonical_address

SHORTEST_SALT = 2**128


def new_salt() -> bytes:
    """32 bytes from the system's random source, which nobody can guess."""
    return (SHORTEST_SALT + secrets.randbelow(2**256 - SHORTEST_SALT)).to_bytes(32, "big")


def commitment(words: Sequence[int], salt: bytes, sender: str, number: int, contract: str, chain_id: int) -> bytes:
    """Keccak-256 over update, salt, sender, round, contract and chain id.

    Raises ValueError for a salt that is not 32 bytes or below 2**128: an update can be guessed, salt and update cannot.
    """
    if len(salt) != 32 or int.from_bytes(salt, "big") < SHORTEST_SALT:
        raise ValueError(f"salt must be 32 bytes, as a number at least 2**128; got {salt.hex() or 'nothing'}")
    types = ["uint256[]", "bytes32", "address", "uint256", "address", "uint256"]
    values = [list(words), salt, to_canonical_address(sender), number, to_canonical_address(contract), chain_id]
    return keccak(encode(types, values))
