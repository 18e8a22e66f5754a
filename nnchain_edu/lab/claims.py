"""Claims about an account that bring their own proof, and who believes them: a careful verifier, three careless ones.

The challenge of unit 03. A lender on another chain pays whoever proves a fortune here; it knows one trusted head hash
and nothing else. Each careless verifier leaves out one step of the careful one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import rlp
from eth_utils import keccak

if TYPE_CHECKING:
    from nnchain_edu.chain import Chain

ETHER = 10**18  # wei
FORTUNE = 15_000 * ETHER  # what the lender wants to see proven
STATE_ROOT = 3  # place of the state root in a header (yellow paper 4.4.3)


@dataclass(frozen=True)
class Claim:
    """That `address` holds `balance`, with what is to prove it.

    Args:
        header: the fields of a block header, in the order of hashing, each as bytes.
        address: 20 bytes.
        balance: wei.
        nodes: the trie nodes from the state root down to the account, in RLP (EIP-1186).

    Raises:
        TypeError: where one of them is of another kind, such as an address that is text.
    """

    header: list[bytes]
    address: bytes
    balance: int
    nodes: list[bytes]

    def __post_init__(self) -> None:
        if not isinstance(self.address, bytes) or len(self.address) != 20:
            raise TypeError(
                f"address of a claim must be 20 bytes, not {self.address!r}; of a text that begins with 0x they are "
                "bytes.fromhex(text[2:])"
            )
        for name in ("header", "nodes"):
            given = getattr(self, name)
            if not isinstance(given, list | tuple) or not all(isinstance(each, bytes) for each in given):
                raise TypeError(f"{name} of a claim must be a list of bytes, not {given!r}")
        if type(self.balance) is not int:
            raise TypeError(f"balance of a claim must be a whole number of wei, not {self.balance!r}")

    def __repr__(self) -> str:
        return f"<Claim: 0x{self.address.hex()} holds {self.balance / ETHER:,.3f} ether; {len(self.nodes)} nodes>"


def lenders_chain() -> "Chain":
    """The chain the lender looks at: Judy has given Heidi nearly all that she had. Made anew, the same each time."""
    from nnchain_edu.chain import Chain

    chain = Chain(seed=3)
    chain.send("heidi", value=9_999 * ETHER, sender="judy")
    chain.send("alice", value=1, sender="bob")
    return chain


def header_of(chain: "Chain") -> list[bytes]:
    """The header fields of a chain's newest block."""
    return rlp.decode(bytes.fromhex(chain.rpc("debug_getRawHeader", "latest")[2:]))


# --- the verifiers ------------------------------------------------------------------------------------


def careful(claim: Claim, head: bytes) -> bool:
    """Header, way and balance are all checked against the one hash that is trusted."""
    right_header = keccak(rlp.encode(claim.header)) == head
    proven = balance_at(claim.header[STATE_ROOT], claim.address, claim.nodes)
    return right_header and proven == claim.balance


def trusts_any_way(claim: Claim, head: bytes) -> bool:
    """Header and links are checked, node by node. And which account is it?"""
    above = [claim.header[STATE_ROOT], *claim.nodes]
    linked = all(keccak(node) in up for up, node in zip(above, claim.nodes, strict=False))
    right_header = keccak(rlp.encode(claim.header)) == head
    stated = balance_in(rlp.decode(claim.nodes[-1])[1])
    return right_header and linked and stated == claim.balance


def trusts_any_root(claim: Claim, head: bytes) -> bool:
    """The header is the trusted one, and the nodes fit each other. And the first node?"""
    right_header = keccak(rlp.encode(claim.header)) == head
    proven = balance_at(keccak(claim.nodes[0]), claim.address, claim.nodes)
    return right_header and proven == claim.balance


def trusts_any_header(claim: Claim, head: bytes) -> bool:
    """The proof fits the state root in the header. And the header?"""
    proven = balance_at(claim.header[STATE_ROOT], claim.address, claim.nodes)
    return proven == claim.balance


CARELESS = (trusts_any_way, trusts_any_root, trusts_any_header)


def refusal(verifier: Callable[[Claim, bytes], bool], claim: Claim, head: bytes) -> str:
    """Why a verifier does not accept a claim, "" where it does; one that it cannot even read, it does not."""
    try:
        return "" if verifier(claim, head) else "header, link or balance do not fit"
    except (ValueError, TypeError, IndexError, rlp.exceptions.RLPException) as error:
        return str(error) or "the nodes cannot be read"


def believes(verifier: Callable[[Claim, bytes], bool], claim: Claim, head: bytes) -> bool:
    """Whether a verifier accepts a claim."""
    return not refusal(verifier, claim, head)


# --- the walk down the trie, as in the lesson ---------------------------------------------------------


def balance_at(root: bytes, address: bytes, nodes: list[bytes]) -> int:
    """The balance of `address` under the state root `root`. Raises ValueError where `nodes` prove nothing."""
    expected, way, last = root, _digits(keccak(address)), ""
    for encoded in nodes:
        if last == "leaf" or keccak(encoded) != expected:
            raise ValueError("a node does not have the hash that the one above it states")
        node = rlp.decode(encoded)
        if len(node) == 17:
            last, expected, way = "branch", node[way[0]], way[1:]
            continue
        kind, *piece = _digits(node[0])
        piece = piece if kind % 2 else piece[1:]
        if way[: len(piece)] != piece:
            raise ValueError("the way leads to another account")
        last, expected, way = "leaf" if kind >= 2 else "extension", node[1], way[len(piece) :]
    if last != "leaf" or way:
        raise ValueError("the way does not end at an account")
    return balance_in(expected)


def balance_in(account: bytes) -> int:
    """The balance in an account as the trie holds it: RLP of nonce, balance, storage root, code hash."""
    return int.from_bytes(rlp.decode(account)[1], "big")


def _digits(data: bytes) -> list[int]:
    return [digit for byte in data for digit in (byte >> 4, byte & 15)]
