"""What the cases of unit 05 put to an answer: headers to mine, retargets, odds, a selfish miner's states, quorums."""

import hashlib
from functools import cache
from typing import Any

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
    """The next target is that of Bitcoin Core's own test, in compact form."""

    def test(answer: Any) -> bool | Miss:
        found = answer(target_of(bits), first_time, last_time)
        shown = f"{bits_of(found):08x}" if type(found) is int and found > 0 else show(found)
        return shown == f"{expected:08x}" or Miss(("Bitcoin's test", f"{expected:08x}"), ("Yours", shown))

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


def never_enough(answer: Any) -> bool | Miss:
    """From half of the power on, no number of confirmations helps."""
    for q in (0.5, 0.7):
        if (found := answer(q, 0.001)) is not None:
            return Miss(("Share of the attacker", str(q)), ("You gave", show(found)))
    return True


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


def every_quorum(answer: Any) -> bool | Miss:
    """Both numbers are right for every n from 1 to 40."""
    for n in range(1, 41):
        faults = (n - 1) // 3
        expected = faults, (n + faults) // 2 + 1
        if _pair(found := answer(n)) != expected:
            return Miss(("Nodes", str(n)), ("Expected", str(expected)), ("You gave", show(found)))
    return True


def _pair(found: Any) -> tuple[int, int]:
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise TypeError(f"a pair is needed, (faults, quorum); {show(found)} was given")
    return tuple(found)
