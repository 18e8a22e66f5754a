"""What the cases of unit 05 put to an answer: headers to mine, retargets, odds, a selfish miner's states, evidence."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from nnchain_edu.exercises.contracts import on_fresh_chain, reverts
from nnchain_edu.exercises.kinds import Miss, Test
from nnchain_edu.exercises.shown import show

# 05.1: mine a block ----------------------------------------------------------------------------------------

HEADER = bytes(range(76))
TARGET = 2**247  # one hash in 512


def work(header: bytes, nonce: int, order: str = "little", rounds: int = 2, written: str = "little") -> int:
    """The hash of a header with a nonce, as a number: Bitcoin's way, or with one thing done differently."""
    digest = header + nonce.to_bytes(4, written)
    for _ in range(rounds):
        digest = hashlib.sha256(digest).digest()
    return int.from_bytes(digest, order)


@cache
def first_nonce(header: bytes = HEADER, target: int = TARGET, **differently: Any) -> int:
    """The first nonce whose hash is at most the target."""
    nonce = 0
    while work(header, nonce, **differently) > target:
        nonce += 1
    return nonce


def not_the_nonce(**differently: Any) -> Test:
    """A test that the answer did not find the nonce of one who does one thing differently."""

    def test(answer: Any) -> bool | Miss:
        nonce = answer(HEADER, TARGET)
        return nonce != first_nonce(**differently) or Miss(("You found the nonce", show(nonce)))

    return test


def a_nonce_that_works(answer: Any) -> bool | Miss:
    """Some nonce whose hash is at most the target is found."""
    nonce = answer(HEADER, TARGET)
    good = type(nonce) is int and 0 <= nonce < 2**32 and work(HEADER, nonce) <= TARGET
    return good or Miss(("You gave", show(nonce)))


def first_one(answer: Any) -> bool | Miss:
    """Nonce 0 counts, where the target is so high that every hash is below it; and the first is taken."""
    found = answer(HEADER, 2**256 - 1), answer(HEADER, TARGET)
    right = found == (0, first_nonce())
    return right or Miss(("With every hash allowed", show(found[0])), ("With one in 512", show(found[1])))


def equal_counts(answer: Any) -> bool | Miss:
    """A hash that equals the target is good enough."""
    exactly = work(HEADER, first_nonce())
    nonce = answer(HEADER, exactly)
    return nonce == first_nonce() or Miss(("Expected", str(first_nonce())), ("You gave", show(nonce)))


# 05.2: retarget --------------------------------------------------------------------------------------------

FORTNIGHT = 14 * 24 * 3600
EASIEST = 0xFFFF << 208


def target_of(bits: int) -> int:
    """The target that a header's compact `bits` stand for."""
    return (bits & 0xFFFFFF) << 8 * ((bits >> 24) - 3)


def bits_of(target: int) -> int:
    """The compact form: how many bytes, then the first three, the highest of which is below 0x80."""
    size = (target.bit_length() + 7) // 8
    mantissa = target >> 8 * (size - 3) if size > 3 else target << 8 * (3 - size)
    if mantissa & 0x800000:
        size, mantissa = size + 1, mantissa >> 8
    return size << 24 | mantissa


def retargets(bits: int, first_time: int, last_time: int, expected: int) -> Test:
    """The next target is that of Bitcoin's chain, in compact form."""

    def test(answer: Any) -> bool | Miss:
        found = answer(target_of(bits), first_time, last_time)
        shown = f"{bits_of(found):08x}" if type(found) is int and found > 0 else show(found)
        return shown == f"{expected:08x}" or Miss(("Bitcoin's header", f"{expected:08x}"), ("Yours", shown))

    return test


def retargets_exactly(answer: Any) -> bool | Miss:
    """All digits of the target are right, which a float cannot hold."""
    target = (EASIEST >> 20) + 12345
    expected = target * 1_000_003 // FORTNIGHT
    found = answer(target, 10**9, 10**9 + 1_000_003)
    return (type(found) is int and found == expected) or Miss(("Expected", show(expected)), ("You gave", show(found)))


# 05.3: how long to wait ------------------------------------------------------------------------------------


def waits(expected: int | None, q: float, risk: float) -> Test:
    """So many confirmations are needed."""

    def test(answer: Any) -> bool | Miss:
        found = answer(q, risk)
        right = found is None if expected is None else type(found) is int and found == expected
        return right or Miss(("Expected", show(expected)), ("You gave", show(found)))

    return test


# 05.4: the selfish miner's states --------------------------------------------------------------------------


def steps(*moves: tuple[tuple[int, bool, str], tuple[int, bool, int, int]]) -> Test:
    """Each state and finder leads to this state and these blocks."""

    def test(answer: Any) -> bool | Miss:
        for given, expected in moves:
            found = answer(*given)
            if not isinstance(found, tuple | list) or tuple(found) != expected:
                call = f"step({', '.join(map(repr, given))})"
                return Miss(("Called", call), ("Expected", repr(expected)), ("You gave", show(found)))
        return True

    return test


# 05.5: evidence --------------------------------------------------------------------------------------------

ETHER = 10**18
BLOCK_A, BLOCK_B = (hashlib.sha256(name).digest() for name in (b"block A", b"block B"))
OTHER_KEY = 7  # somebody without a stake


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
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    v, r, s = sign(chain, "bob", 5, BLOCK_A)
    return 55 - v, r, order - s


def same_block_twice(chain: Any, stake: Any) -> Any:
    return report(chain, stake, 5, ("bob", BLOCK_A), (twin(chain), BLOCK_A))


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


# 05.6: quorums ---------------------------------------------------------------------------------------------


def bears(n: int, faults: int) -> Test:
    """A test that n nodes bear so many faults."""

    def test(answer: Any) -> bool | Miss:
        found = _pair(answer(n))
        return found[0] == faults or Miss(("Nodes", str(n)), ("Expected faults", str(faults)))

    return test


def shares_enough(n: int, faults: int) -> Test:
    """A test that two quorums among n nodes have more nodes in common than may be faulty."""

    def test(answer: Any) -> bool | Miss:
        shared = 2 * _pair(answer(n))[1] - n
        return shared > faults or Miss(("Two quorums share at least", f"{max(0, shared)} of {n} nodes"))

    return test


def quorum_is(n: int, faults: int, quorum: int) -> Test:
    """A test that for n nodes so many faults are borne and so many votes are needed."""

    def test(answer: Any) -> bool | Miss:
        right = _pair(answer(n)) == (faults, quorum)
        return right or Miss(("Nodes", str(n)), ("Expected", f"({faults}, {quorum})"))

    return test


def _pair(found: Any) -> tuple[int, int]:
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise TypeError(f"a pair is needed, (faults, quorum); {show(found)} was given")
    return tuple(found)
