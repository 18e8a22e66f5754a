"""The table of answers for unit 05: each check accepts two right answers and refuses each misconception by its case."""

import math
from fractions import Fraction
from hashlib import sha256

from nnchain_edu.protocols import selfish_mining
from tests.exercises.answers import Answers


def unwritten(*arguments):
    raise NotImplementedError("your code here")


# --- 05.1 ---------------------------------------------------------------------------------------------


def mine(header, target):
    for nonce in range(2**32):
        digest = sha256(sha256(header + nonce.to_bytes(4, "little")).digest()).digest()
        if int.from_bytes(digest, "little") <= target:
            return nonce


def mine_backwards_bytes(header, target):
    goal, nonce = target.to_bytes(32, "big"), 0
    while sha256(sha256(header + nonce.to_bytes(4, "big")[::-1]).digest()).digest()[::-1] > goal:
        nonce += 1
    return nonce


def _search(
    header, target, rounds=2, order="little", written="little", start=0, enough=lambda work, goal: work <= goal
):
    nonce = start
    while True:
        digest = header + nonce.to_bytes(4, written)
        for _ in range(rounds):
            digest = sha256(digest).digest()
        if enough(int.from_bytes(digest, order), target):
            return nonce
        nonce += 1


def hashes_once(header, target):
    return _search(header, target, rounds=1)


def reads_big(header, target):
    return _search(header, target, order="big")


def writes_big(header, target):
    return _search(header, target, written="big")


def next_but_one(header, target):
    return _search(header, target) + 1


def begins_at_one(header, target):
    return _search(header, target, start=1)


def must_be_below(header, target):
    return _search(header, target, enough=lambda work, goal: work < goal)


def broken_mine(header, target):
    return sha256(header + target).digest()


# --- 05.2 ---------------------------------------------------------------------------------------------

FORTNIGHT = 14 * 24 * 3600
EASIEST = 0xFFFF << 208


def next_target(target, first_time, last_time):
    seconds = min(max(last_time - first_time, FORTNIGHT // 4), 4 * FORTNIGHT)
    return min(target * seconds // FORTNIGHT, EASIEST)


def next_target_by_fraction(target, first_time, last_time):
    factor = Fraction(last_time - first_time, 2016 * 600)
    if factor < Fraction(1, 4):
        factor = Fraction(1, 4)
    elif factor > 4:
        factor = Fraction(4)
    found = math.floor(target * factor)
    return EASIEST if found > EASIEST else found


def upside_down(target, first_time, last_time):
    seconds = min(max(last_time - first_time, FORTNIGHT // 4), 4 * FORTNIGHT)
    return min(target * FORTNIGHT // seconds, EASIEST)


def no_floor(target, first_time, last_time):
    return min(target * min(last_time - first_time, 4 * FORTNIGHT) // FORTNIGHT, EASIEST)


def no_ceiling(target, first_time, last_time):
    return min(target * max(last_time - first_time, FORTNIGHT // 4) // FORTNIGHT, EASIEST)


def no_easiest(target, first_time, last_time):
    return target * min(max(last_time - first_time, FORTNIGHT // 4), 4 * FORTNIGHT) // FORTNIGHT


def by_float(target, first_time, last_time):
    seconds = min(max(last_time - first_time, FORTNIGHT // 4), 4 * FORTNIGHT)
    return min(int(target * (seconds / FORTNIGHT)), EASIEST)


def divides_first(target, first_time, last_time):
    seconds = min(max(last_time - first_time, FORTNIGHT // 4), 4 * FORTNIGHT)
    return min(target // FORTNIGHT * seconds, EASIEST)


def broken_target(target, first_time, last_time):
    return target * (last_time - first_time) // FORTNIGHTS  # noqa: F821


# --- 05.3 ---------------------------------------------------------------------------------------------


def catches_up(q, z):
    p = 1 - q
    return 1 - sum(math.comb(k + z - 1, k) * (p**z * q**k - q**z * p**k) for k in range(z))


def blocks_to_wait(q, risk):
    if q >= 0.5:
        return None
    z = 0
    while catches_up(q, z) >= risk:
        z += 1
    return z


def blocks_to_wait_twice_ahead(q, risk):
    """Twice the odds of finding z blocks before the honest miners do, term by term."""
    if 2 * q >= 1:
        return None
    for z in range(1, 100_000):
        term, total = q**z, 0.0
        for k in range(z):
            total, term = total + term, term * (1 - q) * (k + z) / (k + 1)
        if 2 * total < risk:
            return z


def equal_will_do(q, risk):
    return None if q >= 0.5 else next(z for z in range(1000) if catches_up(q, z) <= risk)


def nakamoto(q, z):
    ratio = q / (1 - q)
    poisson = [math.exp(-z * ratio) * (z * ratio) ** k / math.factorial(k) for k in range(z + 1)]
    return 1 - sum(share * (1 - ratio ** (z - k)) for k, share in enumerate(poisson))


def by_poisson(q, risk):
    return None if q >= 0.5 else next(z for z in range(10_000) if nakamoto(q, z) < risk)


def six_is_enough(q, risk):
    return None if q >= 0.5 else min(6, blocks_to_wait(q, risk))


def six_at_least(q, risk):
    return None if q >= 0.5 else max(6, blocks_to_wait(q, risk))


def two_at_least(q, risk):
    return None if q >= 0.5 else max(2, blocks_to_wait(q, risk))


def never_gives_up(q, risk):
    return 10_000 if q >= 0.5 else blocks_to_wait(q, risk)


def only_half_is_too_much(q, risk):
    return None if q == 0.5 else blocks_to_wait(min(q, 0.4), risk)


def a_hundred_at_most(q, risk):
    found = blocks_to_wait(q, risk)
    return found and min(100, found)


def broken_wait(q, risk):
    return math.comb(q, risk)


# --- 05.4 ---------------------------------------------------------------------------------------------


def step(lead, tie, finder):
    if tie:
        pool = {"pool": 2, "others on the pool's block": 1, "others": 0}[finder]
        return 0, False, pool, 2 - pool
    if finder == "pool":
        return lead + 1, False, 0, 0
    if lead == 0:
        return 0, False, 0, 1
    if lead == 1:
        return 0, True, 0, 0
    if lead == 2:
        return 0, False, 2, 0
    return lead - 1, False, 1, 0


TABLE = {
    (0, True, "pool"): [0, False, 2, 0],
    (0, True, "others"): [0, False, 0, 2],
    (0, True, "others on the pool's block"): [0, False, 1, 1],
    (0, False, "others"): [0, False, 0, 1],
    (1, False, "others"): [0, True, 0, 0],
    (2, False, "others"): [0, False, 2, 0],
}


def step_by_table(lead, tie, finder):
    if (lead, tie, finder) in TABLE:
        return TABLE[lead, tie, finder]
    return [lead + 1, False, 0, 0] if finder == "pool" else [lead - 1, False, 1, 0]


def _unless(given, instead):
    """The right step, but something else in one situation."""

    def answer(lead, tie, finder):
        return instead(lead) if given(lead, tie, finder) else step(lead, tie, finder)

    return answer


pays_at_once = _unless(lambda lead, tie, who: who == "pool" and not tie, lambda lead: (lead + 1, False, 1, 0))
lead_below_zero = _unless(lambda *s: s == (0, False, "others"), lambda lead: (-1, False, 0, 1))
publishes_the_second = _unless(lambda *s: s == (1, False, "pool"), lambda lead: (0, False, 2, 0))
gives_up_at_one = _unless(lambda *s: s == (1, False, "others"), lambda lead: (0, False, 0, 1))
keeps_two = _unless(lambda *s: s == (2, False, "others"), lambda lead: (1, False, 1, 0))
all_at_once = _unless(lambda lead, tie, who: lead > 2 and who == "others", lambda lead: (0, False, lead, 0))
tie_goes_on = _unless(lambda *s: s == (0, True, "pool"), lambda lead: (1, True, 0, 0))
one_each = _unless(lambda *s: s == (0, True, "others"), lambda lead: (0, False, 1, 1))
all_to_the_others = _unless(lambda *s: s == (0, True, "others on the pool's block"), lambda lead: (0, False, 0, 2))


def broken_step(lead, tie, finder):
    return {"pool": 1}[finder + "s"]


# --- 05.5 ---------------------------------------------------------------------------------------------

STAKE = """# pragma version 0.4.3
struct Signature:
    v: uint256
    r: uint256
    s: uint256

stakes: public(HashMap[address, uint256])

@external
@payable
def deposit():
    self.stakes[msg.sender] += msg.value

@internal
@pure
def signer_of(slot: uint256, root: bytes32, signature: Signature) -> address:
    digest: bytes32 = keccak256(concat(convert(slot, bytes32), root))
    return ecrecover(digest, signature.v, signature.r, signature.s)

@external
def slash(slot: uint256, first: bytes32, signature: Signature, second: bytes32, other: Signature):
"""


def contract(*lines):
    return STAKE + "\n".join(f"    {line}" for line in lines) + "\n"


CHEAT = "cheat: address = self.signer_of(slot, first, signature)"
ROOTS = "assert first != second"
SIGNERS = "assert self.signer_of(slot, second, other) == cheat"
STAKED = "assert self.stakes[cheat] > 0"
TAKE = ("amount: uint256 = self.stakes[cheat]", "self.stakes[cheat] = 0")
PAY = 'raw_call(msg.sender, b"", value=amount // 10)'

slash = contract(CHEAT, ROOTS, SIGNERS, STAKED, *TAKE, PAY)
slash_otherwise = contract(
    'if first == second: raise "one block"',
    "a: address = self.signer_of(slot, first, signature)",
    "b: address = self.signer_of(slot, second, other)",
    "due: uint256 = self.stakes[a] // 10",
    'assert a == b and due != 0, "no evidence"',
    "self.stakes[a] = empty(uint256)",
    "send(msg.sender, due)",
)
members_for_ever = (
    contract(CHEAT, ROOTS, SIGNERS, "assert self.member[cheat]", *TAKE, PAY)
    .replace("stakes:", "member: HashMap[address, bool]\nstakes:", 1)
    .replace("+= msg.value", "+= msg.value\n    self.member[msg.sender] = True", 1)
)
FOR_ITS_OWN_SLOT = (
    "assert self.signer_of(slot, second, other) == cheat or self.signer_of(slot + 1, second, other) == cheat"
)


# --- 05.6 ---------------------------------------------------------------------------------------------


def quorum(n):
    faults = (n - 1) // 3
    return faults, (n + faults) // 2 + 1


def quorum_by_search(n):
    f = max(f for f in range(n) if n >= 3 * f + 1)
    return [f, next(q for q in range(1, n + 1) if 2 * q - n > f)]


def third(n):
    return n // 3, quorum(n)[1]


def three_at_least(n):
    return max(1, quorum(n)[0]), quorum(n)[1]


def twice_and_one(n):
    faults = (n - 1) // 3
    return faults, 2 * faults + 1


def majority(n):
    return (n - 1) // 3, n // 2 + 1


def rounded_up(n):
    faults = (n - 1) // 3
    return faults, -(-(n + faults) // 2)


def all_but_the_faulty(n):
    faults = (n - 1) // 3
    return faults, n - faults


def a_quarter(n):
    return n // 4, quorum(n)[1]


def two_thirds(n):
    return (n - 1) // 3, 2 * n // 3


def broken_quorum(n):
    return n.faults


# --- 05.7 ---------------------------------------------------------------------------------------------


def strategy(a, h, fork, alpha, gamma):
    if alpha <= (1 - gamma) / (3 - 2 * gamma):
        return selfish_mining.honest(a, h, fork)
    if h > a:
        return "wait" if h == a + 1 and a >= 1 else "adopt"
    if fork == "relevant" and h >= 1 and (gamma > 0 or a == h):
        return "match"
    if h >= 1 and a == h + 1 and (gamma == 0 or fork == "active"):
        return "override"
    return "wait"


def strategy_in_steps(a, h, fork, alpha, gamma):
    pays = alpha * (3 - 2 * gamma) > 1 - gamma
    ahead, may_match = a - h, fork == "relevant" and 1 <= h <= a
    if not pays:
        return "override" if ahead > 0 else "adopt" if ahead < 0 else "wait"
    if ahead < (-1 if a else 0):
        return "adopt"
    if may_match and gamma:
        return "match"
    return "override" if ahead == 1 and h and not (gamma and fork != "active") else "wait"


def impossible(a, h, fork, alpha, gamma):
    return "match" if a >= h else "adopt"


def always_withholds(a, h, fork, alpha, gamma):
    return strategy(a, h, fork, 0.45, gamma)


def plain(a, h, fork, alpha, gamma):
    if alpha <= selfish_mining.threshold(gamma):
        return selfish_mining.honest(a, h, fork)
    return selfish_mining.selfish(a, h, fork)


def only_trails(a, h, fork, alpha, gamma):
    if alpha <= selfish_mining.threshold(gamma):
        return selfish_mining.honest(a, h, fork)
    return selfish_mining.trail_stubborn(a, h, fork) if gamma == 0 else selfish_mining.selfish(a, h, fork)


def for_the_practice_only(a, h, fork, alpha, gamma):
    return strategy(a, h, fork, alpha, gamma) if (alpha, gamma) != (0.45, 0.3) else plain(a, h, fork, alpha, gamma)


def broken_strategy(a, h, fork, alpha, gamma):
    return fork.upper(a)


ANSWERS = {
    "05.1": Answers(
        right=[mine, mine_backwards_bytes],
        wrong=[
            (hashes_once, "hashed twice"),
            (reads_big, "hash as a number"),
            (writes_big, "nonce as bytes"),
            (next_but_one, "good enough"),
            (begins_at_one, "first one"),
            (must_be_below, "equal counts"),
        ],
        stub=unwritten,
        broken=broken_mine,
    ),
    "05.2": Answers(
        right=[next_target, next_target_by_fraction],
        wrong=[
            (upside_down, "direction"),
            (no_floor, "a quarter"),
            (no_ceiling, "four times"),
            (no_easiest, "easiest"),
            (by_float, "exact"),
            (divides_first, "exact"),
        ],
        stub=unwritten,
        broken=broken_target,
    ),
    "05.3": Answers(
        right=[blocks_to_wait, blocks_to_wait_twice_ahead],
        wrong=[
            (by_poisson, "one in ten"),
            (six_is_enough, "one in five"),
            (six_at_least, "little risk"),
            (equal_will_do, "strictly below"),
            (two_at_least, "nobody"),
            (never_gives_up, "half"),
            (only_half_is_too_much, "half"),
            (a_hundred_at_most, "many"),
        ],
        stub=unwritten,
        broken=broken_wait,
    ),
    "05.4": Answers(
        right=[step, step_by_table],
        wrong=[
            (pays_at_once, "hide"),
            (publishes_the_second, "hide"),
            (lead_below_zero, "nothing hidden"),
            (gives_up_at_one, "tie"),
            (keeps_two, "lead of two"),
            (all_at_once, "long lead"),
            (tie_goes_on, "tie won"),
            (one_each, "tie lost"),
            (all_to_the_others, "tie shared"),
        ],
        stub=unwritten,
        broken=broken_step,
    ),
    "05.5": Answers(
        right=[slash, slash_otherwise],
        wrong=[
            (contract(CHEAT, ROOTS, SIGNERS, STAKED, "self.stakes[cheat] //= 2"), "slashes"),
            (contract(CHEAT, ROOTS, SIGNERS, STAKED, *TAKE, PAY.replace(" // 10", "")), "a tenth"),
            (contract(CHEAT, SIGNERS, STAKED, *TAKE, PAY), "one block"),
            (contract(CHEAT, "assert signature.r != other.r", SIGNERS, STAKED, *TAKE, PAY), "signed again"),
            (contract(CHEAT, ROOTS, STAKED, *TAKE, PAY), "two signers"),
            (contract(CHEAT, ROOTS, FOR_ITS_OWN_SLOT, STAKED, *TAKE, PAY), "two slots"),
            (contract(CHEAT, ROOTS, SIGNERS, "assert cheat != empty(address)", *TAKE, PAY), "no stake"),
            (
                contract(CHEAT, ROOTS, SIGNERS, "assert self.stakes[cheat] > 0 or cheat == empty(address)", *TAKE, PAY),
                "no signature",
            ),
            (members_for_ever, "once"),
            (contract(CHEAT, ROOTS, SIGNERS, STAKED, TAKE[0], PAY, TAKE[1]), "while being paid"),
        ],
        stub=contract("pass  # your code here"),
        broken=contract("assert unknown != second"),
    ),
    "05.6": Answers(
        right=[quorum, quorum_by_search],
        wrong=[
            (two_thirds, "four"),
            (third, "three"),
            (twice_and_one, "six"),
            (majority, "seven"),
            (rounded_up, "five"),
            (all_but_the_faulty, "not more than needed"),
            (a_quarter, "any number"),
        ],
        stub=unwritten,
        broken=broken_quorum,
    ),
    "05.7": Answers(
        right=[strategy, strategy_in_steps],
        wrong=[
            (impossible, "possible"),
            (always_withholds, "weak pool"),
            (plain, "nobody listens"),
            (only_trails, "half listen"),
            (for_the_practice_only, "any share"),
        ],
        stub=unwritten,
        broken=broken_strategy,
    ),
}
