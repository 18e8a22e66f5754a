"""Proofs that an account or a storage slot stands in a block's state, checked without any node.

Nothing of py-evm is replaced: the check uses the trie that py-evm uses, not ours, so as not to trust itself.
"""

from dataclasses import dataclass, field
from typing import Any

import rlp
from eth_utils import keccak
from trie import HexaryTrie
from trie.constants import BLANK_NODE_HASH

from .export import Verdict

NO_CODE = keccak(b"")


@dataclass(frozen=True)
class Proof:
    """What a node claims of one account (and of one slot), with the trie nodes that prove it (EIP-1186)."""

    address: str
    balance: int  # wei
    nonce: int
    code_hash: bytes
    storage_root: bytes
    nodes: list[bytes]
    slot: int | None = None
    value: int | None = None
    slot_nodes: list[bytes] = field(default_factory=list)

    @classmethod
    def from_rpc(cls, answer: dict) -> "Proof":
        """From the answer to ``eth_getProof``."""
        slots = [
            {"slot": int(s["key"], 16), "value": int(s["value"], 16), "slot_nodes": _nodes(s["proof"])}
            for s in answer["storageProof"]
        ]
        return cls(
            address=answer["address"],
            balance=int(answer["balance"], 16),
            nonce=int(answer["nonce"], 16),
            code_hash=bytes.fromhex(answer["codeHash"][2:]),
            storage_root=bytes.fromhex(answer["storageHash"][2:]),
            nodes=_nodes(answer["accountProof"]),
            **(slots[0] if slots else {}),
        )

    def __repr__(self) -> str:
        slot = "" if self.slot is None else f", slot {self.slot} = {self.value}"
        nodes = len(self.nodes) + len(self.slot_nodes)
        return f"<Proof: {self.address} has {self.balance} wei, nonce {self.nonce}{slot}; {nodes} trie nodes>"

    def verify(self, state_root: bytes | str) -> Verdict:
        """Whether all of it stands under ``state_root``, the root in a block header that you trust."""
        root = bytes.fromhex(state_root.removeprefix("0x")) if isinstance(state_root, str) else bytes(state_root)
        if len(root) != 32:
            raise ValueError(f"state_root must be 32 bytes, not {len(root)}")
        try:
            leaf = _look_up(root, bytes.fromhex(self.address[2:]), self.nodes)
            stored = rlp.decode(_look_up(self.storage_root, self._key(), self.slot_nodes) or b"\x80")
        except Exception as error:  # forged nodes break the trie in many ways, all of them mean no
            return Verdict(False, f"the nodes do not lead from the root to what is claimed: {error}")
        claimed = [_number(self.nonce), _number(self.balance), self.storage_root, self.code_hash]
        if leaf == b"":
            if self.nonce or self.balance or self.storage_root not in (BLANK_NODE_HASH, bytes(32)):
                return Verdict(False, f"the state holds no account {self.address}, but the proof claims one")
        elif rlp.decode(leaf) != claimed:
            return Verdict(False, f"the state holds other values for {self.address} than the proof claims")
        if self.slot is not None and stored != _number(self.value):
            found = int.from_bytes(stored, "big")
            return Verdict(False, f"slot {self.slot} holds {found}, but the proof claims {self.value}")
        return Verdict(True, f"proven under state root 0x{root.hex()}")

    def _key(self) -> bytes | None:
        return None if self.slot is None else self.slot.to_bytes(32, "big")


def _look_up(root: bytes, key: bytes | None, nodes: list[bytes]) -> bytes:
    if key is None or (root in (BLANK_NODE_HASH, bytes(32)) and not nodes):
        return b""
    return HexaryTrie.get_from_proof(root, keccak(key), [rlp.decode(node) for node in nodes])


def _nodes(proof: list[Any]) -> list[bytes]:
    return [bytes.fromhex(node[2:]) for node in proof]


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")
