"""What exercise 05.5 puts to a contract that slashes: votes that convict, votes that must not, a greedy reporter."""

import hashlib
from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.contracts import on_fresh_chain, reverts
from nnchain_edu.exercises.kinds import Miss, Test
from nnchain_edu.exercises.shown import show

ETHER = 10**18
BLOCK_A, BLOCK_B = (hashlib.sha256(name).digest() for name in (b"block A", b"block B"))
OTHER_KEY = 7  # somebody without a stake
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1's points


def staked(answer: Any) -> tuple[Any, Any]:
    """The learner's contract on a fresh chain, with ten ether of Bob's and twenty of Carol's in it."""
    chain, stake = on_fresh_chain(answer)
    chain.send(stake.functions.deposit(), sender="bob", value=10 * ETHER)
    chain.send(stake.functions.deposit(), sender="carol", value=20 * ETHER)
    return chain, stake


def sign(chain: Any, who: str | int, slot: int, root: bytes) -> tuple[int, int, int]:
    """(v, r, s) of somebody's vote for the block `root` in a slot; a number stands for a private key."""
    from eth_keys import keys
    from eth_utils import keccak

    key = chain.accounts[who].key if isinstance(who, str) else who.to_bytes(32, "big")
    v, r, s = keys.PrivateKey(bytes(key)).sign_msg_hash(keccak(slot.to_bytes(32, "big") + root)).vrs
    return 27 + v, r, s


def sign_with(chain: Any, who: str, slot: int, root: bytes, drawn: int) -> tuple[int, int, int]:
    """As `sign`, with a random number of one's own choice (SEC 1, version 2.0, section 4.1.3)."""
    from coincurve import PrivateKey
    from eth_utils import keccak

    x, y = PrivateKey.from_int(drawn).public_key.point()
    digest = int.from_bytes(keccak(slot.to_bytes(32, "big") + root), "big")
    s = pow(drawn, -1, ORDER) * (digest + x * int.from_bytes(bytes(chain.accounts[who].key), "big")) % ORDER
    low = s <= ORDER // 2
    return 27 + (y % 2 if low else 1 - y % 2), x, s if low else ORDER - s


def report(chain: Any, stake: Any, slot: int, first: tuple, second: tuple, sender: str = "alice") -> Any:
    """Send two votes, each (signer, root) or (signer, root, the slot that was signed), as evidence."""
    votes = []
    for who, root, *signed_slot in (first, second):
        signature = who if isinstance(who, tuple) else sign(chain, who, signed_slot[0] if signed_slot else slot, root)
        votes += [root, signature]
    return chain.send(stake.functions.slash(slot, *votes), sender=sender)


def slashes(answer: Any) -> bool | Miss:
    """Two votes of Bob's for one slot take his stake, and nobody else's."""
    chain, stake = staked(answer)
    report(chain, stake, 5, ("bob", BLOCK_A), ("bob", BLOCK_B))
    left = [stake.functions.stakes(chain.accounts[name].address).call() for name in ("bob", "carol")]
    return left == [0, 20 * ETHER] or Miss(("Left of Bob's and Carol's stakes, in wei", show(left)))


def rewards_a_tenth(answer: Any) -> bool | Miss:
    """Whoever reports gets a tenth of the stake, the rest is burned in the contract."""
    chain, stake = staked(answer)
    before = chain.balance("alice")
    receipt = report(chain, stake, 5, ("bob", BLOCK_A), ("bob", BLOCK_B))
    paid = chain.balance("alice") - before + receipt.fee
    return paid == ETHER or Miss(("Expected", f"{ETHER:,} wei"), ("Paid to Alice", f"{paid:,} wei"))


def refused(evidence: Callable[[Any, Any], Any]) -> Test:
    """This evidence reverts."""

    def test(answer: Any) -> bool | Miss:
        chain, stake = staked(answer)
        return reverts(lambda: evidence(chain, stake))

    return test


def twin(chain: Any) -> tuple[int, int, int]:
    """The other signature that fits Bob's vote for block A (unit 03): made without his key."""
    v, r, s = sign(chain, "bob", 5, BLOCK_A)
    return 55 - v, r, ORDER - s


def same_block_twice(chain: Any, stake: Any) -> Any:
    return report(chain, stake, 5, ("bob", BLOCK_A), (twin(chain), BLOCK_A))


def signed_again(chain: Any, stake: Any) -> Any:
    """Bob's wallet drew another random number for the same vote: another r, and no second vote."""
    return report(chain, stake, 5, ("bob", BLOCK_A), (sign_with(chain, "bob", 5, BLOCK_A, drawn=3**100), BLOCK_A))


def two_signers(chain: Any, stake: Any) -> Any:
    return report(chain, stake, 5, ("bob", BLOCK_A), ("carol", BLOCK_B))


def two_slots(chain: Any, stake: Any) -> Any:
    return report(chain, stake, 5, ("bob", BLOCK_A), ("bob", BLOCK_B, 6))


def no_signature(chain: Any, stake: Any) -> Any:
    """`ecrecover` answers the zero address to what is no signature at all."""
    return report(chain, stake, 5, ((27, 0, 0), BLOCK_A), ((27, 0, 0), BLOCK_B))


def without_stake(chain: Any, stake: Any) -> Any:
    return report(chain, stake, 5, (OTHER_KEY, BLOCK_A), (OTHER_KEY, BLOCK_B))


def not_twice(answer: Any) -> bool | Miss:
    """Evidence that was used pays nobody again."""
    chain, stake = staked(answer)
    report(chain, stake, 5, ("bob", BLOCK_A), ("bob", BLOCK_B))
    again = reverts(lambda: report(chain, stake, 5, ("bob", BLOCK_B), ("bob", BLOCK_A), sender="dave"))
    left = stake.functions.stakes(chain.accounts["bob"].address).call()
    return again and (left == 0 or Miss(("Left of Bob's stake", show(left))))


# Reports, and reports again while it is being paid; content with one payment if the second report fails.
REPORTER = """
struct Signature:
    v: uint256
    r: uint256
    s: uint256

interface Stake:
    def slash(slot: uint256, first: bytes32, signature: Signature, second: bytes32, other: Signature): nonpayable

again: bool
evidence: Bytes[292]

@external
def report(stake: address, evidence: Bytes[292]):
    self.evidence = evidence
    self.again = True
    raw_call(stake, evidence)

@external
@payable
def __default__():
    if self.again:
        self.again = False
        done: bool = raw_call(msg.sender, self.evidence, revert_on_failure=False)
"""


def not_while_paid(answer: Any) -> bool | Miss:
    """A contract that reports again from within its payment gets one tenth, or nothing."""
    from nnchain_edu.chain import ChainError

    chain, stake = staked(answer)
    reporter = chain.deploy(REPORTER)
    votes = [part for root in (BLOCK_A, BLOCK_B) for part in (root, sign(chain, "bob", 5, root))]
    evidence = bytes.fromhex(stake.encode_abi("slash", [5, *votes]).removeprefix("0x"))
    try:
        chain.send(reporter.functions.report(stake.address, evidence), sender="judy", gas=3_000_000)
    except ChainError:  # `send` leaves a contract no gas to be paid with: nothing is lost by that
        return True
    paid = chain.balance(reporter)
    return paid <= ETHER or Miss(("Expected at most", f"{ETHER:,} wei"), ("Paid", f"{paid:,} wei"))
