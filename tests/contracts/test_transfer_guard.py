"""The transfer guard: what each role may do, what nobody can do, and that no money stays for ever."""

import re
from collections import Counter
from dataclasses import dataclass

import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.chain.contracts import FOLDER
from nnchain_edu.economy.guard import score_message, sign_score

ETHER = 10**18
HOUR, DAY = 3600, 86_400
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1
NOBODY = "0x" + "00" * 20
FREE, PRICE, APPEAL = 2 * ETHER, ETHER // 10, ETHER // 100
TERMS = [HOUR, 2 * DAY, 3 * DAY]
WAITING, FROZEN, APPEALED, SENT, RETURNED, KEPT = range(1, 7)
SOURCE = (FOLDER / "transfer_guard.vy").read_text("utf-8")


@dataclass
class Guard:
    """Alice is guarded, her safe is Frank; Dave's key scores, Carol operates, Erin judges; Bob is paid."""

    chain: Chain
    contract: object

    @classmethod
    def new(cls, bond=ETHER, deposit=10 * ETHER, source="transfer_guard", **changes):
        chain = Chain()
        address = {name: chain.accounts[name].address for name in ("dave", "erin", "frank")}
        given = {
            "model": address["dave"], "arbiter": address["erin"], "threshold": FREE, "period": DAY, "flag_at": 8000,
            "price": PRICE, "appeal_bond": APPEAL, "terms": TERMS,
        } | changes  # fmt: skip
        contract = chain.deploy(source, *given.values(), sender="carol", value=bond)
        guard = cls(chain, contract)
        if deposit:
            guard("deposit", address["frank"], value=deposit)
        return guard

    def __call__(self, name, *arguments, sender="alice", **more):
        return self.chain.send(getattr(self.contract.functions, name), *arguments, sender=sender, **more)

    def read(self, name, *arguments):
        return getattr(self.contract.functions, name)(*arguments).call()

    def address(self, name):
        return self.chain.accounts[name].address

    def ask(self, amount=5 * ETHER, recipient="bob", sender="alice"):
        self("request", self.address(recipient) if recipient in _NAMES else recipient, amount, sender=sender)
        return self.read("request_count")

    def sign(self, number, score, key="dave"):
        return sign_score(self.chain.accounts[key].key, self.contract, number, score)

    def score(self, number, score=9000, sender="judy"):
        return self("post", number, score, self.sign(number, score), sender=sender)

    def state(self, number=1):
        return self.read("requests", number)[3]

    def wait(self, seconds):
        self.chain.travel(seconds=seconds)

    def balance(self, name):
        return self.chain.balance(name)

    def gain(self, who, action):
        """What `who` has more after `action`, without the fee of a transaction of its own."""
        before = self.balance(who)
        receipt = action()
        paid = receipt.fee if receipt["from"] == self.address(who) else 0
        return self.balance(who) - before + paid

    def frozen(self):
        number = self.ask()
        self.score(number)
        return number

    def appealed(self):
        number = self.frozen()
        self("appeal", number, value=APPEAL)
        return number

    def whole(self, *owners):
        """The wei in the contract are those of balances, of open requests, of open appeals and of the bond."""
        books = self.read("bond")
        books += sum(self.read("balances", self.address(name)) for name in owners or ("alice",))
        for number in range(1, self.read("request_count") + 1):
            _, _, amount, state, _, _ = self.read("requests", number)
            books += amount * (state <= APPEALED) + self.read("appeal_bond") * (state == APPEALED)
        return self.chain.balance(self.contract) == books


_NAMES = {"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"}


@pytest.fixture
def guard():
    return Guard.new()


# The ways a request can go ---------------------------------------------------------------------------------


def test_within_the_allowance_money_goes_at_once(guard):
    assert guard.gain("bob", lambda: guard("request", guard.address("bob"), FREE)) == FREE
    assert guard.state() == SENT and guard.read("free_now", guard.address("alice")) == 0 and guard.whole()


def test_a_low_score_lets_it_go_and_a_high_one_freezes(guard):
    one, two = guard.ask(), guard.ask(3 * ETHER)
    assert guard.gain("bob", lambda: guard.score(one, 7999)) == 5 * ETHER
    assert guard.gain("bob", lambda: guard.score(two, 8000)) == 0
    assert (guard.state(one), guard.state(two)) == (SENT, FROZEN)
    assert guard.read("reserved") == PRICE and guard.whole()
    scored = guard.chain.events(guard.contract).query("event == 'Scored'")
    assert list(scored.frozen) == [False, True] and list(scored.score) == [7999, 8000]


def test_a_rightful_appeal_pays_the_recipient_and_the_price(guard):
    number = guard.appealed()
    safe = guard.balance("frank")
    assert guard.gain("bob", lambda: guard("rule", number, True, sender="erin")) == 5 * ETHER
    assert guard.balance("frank") - safe == APPEAL + PRICE
    assert guard.read("bond") == ETHER - PRICE and guard.read("reserved") == 0
    assert guard.state() == SENT and guard.whole()


def test_a_lost_appeal_returns_the_money_and_costs_the_bond(guard):
    number = guard.appealed()
    assert guard.gain("frank", lambda: guard("rule", number, False, sender="erin")) == 5 * ETHER
    assert guard.read("bond") == ETHER + APPEAL and guard.read("reserved") == 0
    assert guard.state() == RETURNED and guard.whole()


@pytest.mark.parametrize(
    "way, term, receiver, extra, state",
    [("ask", HOUR, "bob", 0, SENT), ("frozen", 2 * DAY, "frank", 0, RETURNED), ("appealed", 3 * DAY, "bob", 0, SENT)],
    ids=["the model is silent", "nobody appeals", "the arbiter is silent"],
)
def test_silence_ends_with_the_term(guard, way, term, receiver, extra, state):
    number = getattr(guard, way)()
    with pytest.raises(Reverted, match="not over"):
        guard("settle", number, sender="judy")
    guard.wait(term)
    safe = guard.balance("frank")
    assert guard.gain(receiver, lambda: guard("settle", number, sender="judy")) == 5 * ETHER
    assert guard.state() == state and guard.read("reserved") == 0
    assert guard.read("bond") == ETHER and guard.whole()
    if way == "appealed":
        assert guard.balance("frank") - safe == APPEAL  # the bond comes back; nothing was proven, so no price
    with pytest.raises(Reverted, match="not open"):
        guard("settle", number, sender="judy")


@pytest.mark.parametrize("who", ["alice", "frank"])
@pytest.mark.parametrize("way, lost", [("ask", 0), ("frozen", 0), ("appealed", APPEAL)])
def test_owner_and_safe_call_a_request_off_and_the_money_goes_to_the_safe(guard, way, lost, who):
    number = getattr(guard, way)()
    assert guard.gain("frank", lambda: guard("cancel", number, sender=who)) == 5 * ETHER
    assert guard.read("bond") == ETHER + lost and guard.read("reserved") == 0
    assert guard.state() == RETURNED and guard.whole()
    with pytest.raises(Reverted, match="not open"):
        guard("cancel", number, sender=who)


def test_the_safe_may_appeal_and_may_be_the_owner():
    guard = Guard.new()
    guard.frozen()
    guard("appeal", 1, value=APPEAL, sender="frank")
    assert guard.state() == APPEALED
    guard("deposit", guard.address("grace"), value=4 * ETHER, sender="grace")  # her own safe
    guard("request", guard.address("bob"), 3 * ETHER, sender="grace")
    assert guard.gain("grace", lambda: guard("cancel", 2, sender="grace")) == 3 * ETHER


# Who may do what, and when ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(_NAMES - {"erin"}))
def test_only_the_arbiter_rules(guard, who):
    number = guard.appealed()
    with pytest.raises(Reverted, match="arbiter rules"):
        guard("rule", number, True, sender=who)


@pytest.mark.parametrize("who", sorted(_NAMES - {"alice", "frank"}))
def test_only_owner_and_safe_cancel_and_appeal(guard, who):
    number = guard.frozen()
    with pytest.raises(Reverted, match="owner or the safe appeals"):
        guard("appeal", number, sender=who, value=APPEAL)
    with pytest.raises(Reverted, match="owner or the safe cancels"):
        guard("cancel", number, sender=who)


def test_each_act_has_its_time(guard):
    number = guard.ask()
    signature = guard.sign(number, 9000)
    guard.wait(HOUR)
    with pytest.raises(Reverted, match="score comes too late"):
        guard("post", number, 9000, signature)
    guard("settle", number)
    number = guard.frozen()
    with pytest.raises(Reverted, match="no appeal is open"):
        guard("rule", number, True, sender="erin")
    with pytest.raises(Reverted, match="exactly the appeal bond"):
        guard("appeal", number, value=APPEAL - 1)
    guard.wait(2 * DAY)
    with pytest.raises(Reverted, match="appeal comes too late"):
        guard("appeal", number, value=APPEAL)
    guard("settle", number)
    guard("deposit", guard.address("frank"), value=10 * ETHER)
    number = guard.appealed()
    with pytest.raises(Reverted, match="appealed already"):
        guard("appeal", number, value=APPEAL)
    guard.wait(3 * DAY)
    with pytest.raises(Reverted, match="ruling comes too late"):
        guard("rule", number, False, sender="erin")


@pytest.mark.parametrize(
    "name, arguments, more, match",
    [
        ("request", (NOBODY, 1), {}, "no recipient"),
        ("request", ("bob", 0), {}, "nothing to send"),
        ("request", ("bob", 10 * ETHER + 1), {}, "more than the balance"),
        ("request", ("bob", 1), {"sender": "bob"}, "more than the balance"),
        ("deposit", ("frank",), {}, "nothing was sent"),
        ("deposit", ("judy",), {"value": 1}, "another safe"),
        ("deposit", (NOBODY,), {"value": 1}, "name a safe"),
        ("settle", (1,), {}, "not open"),
        ("cancel", (1,), {}, "not open"),
        ("post", (1, 9000, bytes(65)), {}, "does not wait"),
        ("withdraw_bond", (1,), {}, "operator's bond"),
        ("withdraw_bond", (ETHER + 1,), {"sender": "carol"}, "open freezes"),
    ],
)
def test_what_is_refused_says_why(guard, name, arguments, more, match):
    arguments = [guard.address(a) if a in _NAMES else a for a in arguments]
    with pytest.raises(Reverted, match=match):
        guard(name, *arguments, **more)


@pytest.mark.parametrize(
    "changes, match",
    [
        ({"model": NOBODY}, "a model"), ({"arbiter": NOBODY}, "arbiter"), ({"period": 0}, "period"),
        ({"flag_at": 0}, "flagging"), ({"flag_at": 10_001}, "flagging"), ({"terms": [0, 1, 1]}, "term"),
        ({"terms": [1, 1, 30 * DAY + 1]}, "term"),
    ],
    ids=str,
)  # fmt: skip
def test_a_guard_that_could_not_work_is_not_deployed(changes, match):
    with pytest.raises(Reverted, match=match):
        Guard.new(**changes)


@pytest.mark.parametrize("who", ["carol", "dave"])
def test_operator_and_model_are_not_their_own_judge(who):
    with pytest.raises(Reverted, match="arbiter judges"):
        Guard.new(arbiter=Chain().accounts[who].address)


# The allowance ---------------------------------------------------------------------------------------------


def test_threshold_zero_scores_everything_and_a_huge_one_nothing():
    guard = Guard.new(threshold=0)
    assert guard.state(guard.ask(1)) == WAITING
    guard = Guard.new(threshold=2**256 - 1)
    assert guard.gain("bob", lambda: guard("request", guard.address("bob"), 10 * ETHER)) == 10 * ETHER


def test_small_payments_add_up_so_a_peel_chain_meets_the_allowance():
    guard = Guard.new()
    states = [guard.state(guard.ask(FREE // 4)) for _ in range(6)]
    assert states == [SENT] * 4 + [WAITING] * 2
    guard.wait(DAY)  # into the next period
    assert guard.state(guard.ask(FREE // 4)) == SENT


def test_what_was_scored_does_not_count(guard):
    guard.score(guard.ask(), 0)
    assert guard.read("free_now", guard.address("alice")) == FREE


# The model's key -------------------------------------------------------------------------------------------


def test_the_digest_is_eip_712_and_the_key_signs_it(guard):
    number = guard.ask()
    asked = guard.read("requests", number)
    message = score_message(guard.contract, 1337, number, asked, 9000)
    assert Account.recover_message(message, signature=guard.sign(number, 9000)) == guard.address("dave")
    raw = Account.unsafe_sign_hash(guard.read("digest", number, 9000), guard.chain.accounts["dave"].key)
    assert bytes(raw.signature) == guard.sign(number, 9000)


def test_a_score_counts_for_one_request_of_one_contract_on_one_chain(guard):
    one, two = guard.ask(4 * ETHER), guard.ask(4 * ETHER)  # alike but for the number
    asked = guard.read("requests", two)
    key = guard.chain.accounts["dave"].key
    twin = Guard.new().contract
    wrong = {
        "another request": guard.sign(one, 0),
        "another score": guard.sign(two, 1),
        "another key": guard.sign(two, 0, key="judy"),
        "another chain": Account.sign_message(score_message(guard.contract, 1, two, asked, 0), key).signature,
        "another contract": Account.sign_message(score_message(NOBODY, 1337, two, asked, 0), key).signature,
        "nothing": bytes(65),
        "short": guard.sign(two, 0)[:64],
    }
    assert twin.address == guard.contract.address  # so a name alone would not tell two chains apart
    for signature in wrong.values():
        with pytest.raises(Reverted, match="signature"):
            guard("post", two, 0, bytes(signature))
    good = guard.sign(two, 0)
    high_s = good[:32] + (ORDER - int.from_bytes(good[32:64])).to_bytes(32) + bytes([55 - good[64]])
    with pytest.raises(Reverted, match="lower s"):
        guard("post", two, 0, high_s)
    guard("post", two, 0, good)
    with pytest.raises(Reverted, match="does not wait"):  # and once
        guard("post", two, 0, good)
    assert guard.state(one) == WAITING


def test_the_first_score_counts(guard):
    number = guard.ask()
    guard.score(number, 9000)
    with pytest.raises(Reverted, match="does not wait"):
        guard.score(number, 0)


def test_no_score_above_the_scale(guard):
    number = guard.ask()
    with pytest.raises(ValueError, match="score must be"):
        guard.sign(number, 10_001)
    with pytest.raises(Reverted, match="0 to 10000"):
        guard("post", number, 10_001, bytes(65))
    with pytest.raises(ValueError, match="request must be"):
        guard.sign(99, 1)


def test_there_are_never_more_freezes_than_the_bond_pays_for():
    guard = Guard.new(bond=2 * PRICE)
    for _ in range(2):
        guard.score(guard.ask(3 * ETHER))
    third = guard.ask(3 * ETHER)
    with pytest.raises(Reverted, match="another freeze"):
        guard.score(third)
    with pytest.raises(Reverted, match="open freezes"):
        guard("withdraw_bond", 1, sender="carol")
    guard("fund", value=PRICE, sender="judy")
    guard.score(third)
    assert guard.read("reserved") == guard.read("bond") == 3 * PRICE and guard.whole()
    guard.wait(2 * DAY)
    for number in (1, 2, 3):
        guard("settle", number)
    assert guard.gain("carol", lambda: guard("withdraw_bond", 3 * PRICE, sender="carol")) == 3 * PRICE


def test_a_small_request_binds_and_earns_a_tenth_of_it():
    guard = Guard.new(threshold=0)
    number = guard.ask(1)
    guard.score(number)
    assert guard.read("reserved") == 0
    guard("cancel", number)
    number = guard.ask(PRICE)
    guard.score(number)
    assert guard.read("reserved") == PRICE // 10
    guard("appeal", number, value=APPEAL)
    assert guard.gain("frank", lambda: guard("rule", number, True, sender="erin")) == APPEAL + PRICE // 10
    assert guard.read("bond") == ETHER - PRICE // 10 and guard.read("reserved") == 0 and guard.whole()


def test_who_holds_the_models_key_and_an_account_earns_prices_but_nobody_elses_money():
    guard = Guard.new()
    guard("deposit", guard.address("judy"), value=5 * ETHER, sender="judy")  # Judy has Dave's key
    number = guard.ask(5 * ETHER, "bob", sender="judy")
    guard.score(number)
    guard("appeal", number, value=APPEAL, sender="judy")
    assert guard.gain("judy", lambda: guard("rule", number, True, sender="erin")) == APPEAL + PRICE
    assert guard.read("bond") == ETHER - PRICE and guard.read("balances", guard.address("alice")) == 10 * ETHER


def test_a_price_of_nothing_makes_freezing_free():
    guard = Guard.new(bond=0, price=0, appeal_bond=0)
    for number in (guard.ask(3 * ETHER), guard.ask(3 * ETHER)):
        guard.score(number)
        guard("appeal", number)
        guard("rule", number, number == 1, sender="erin")
    assert (guard.state(1), guard.state(2)) == (SENT, RETURNED) and guard.whole()


def test_a_hostile_model_and_a_hostile_arbiter_together_still_pay_only_recipient_and_safe():
    guard = Guard.new()
    hostile = [guard.balance(name) for name in ("dave", "erin")]
    for _ in range(2):
        number = guard.appealed()
        guard("rule", number, False, sender="erin")
    assert guard.read("balances", guard.address("alice")) == 0
    assert guard.read("bond") == ETHER + 2 * APPEAL  # of all that she had, two bonds are gone
    assert [guard.balance("dave"), guard.balance("erin")] <= hostile


def test_a_thief_with_the_owners_key_gets_the_allowance_and_what_the_model_lets_pass():
    guard = Guard.new()
    assert guard.gain("judy", lambda: guard("request", guard.address("judy"), FREE)) == FREE
    number = guard.ask(8 * ETHER, "judy")
    guard.score(number)
    guard("appeal", number, value=APPEAL)  # the thief protests; the safe's key ends it
    assert guard.gain("frank", lambda: guard("cancel", number, sender="frank")) == 8 * ETHER


# Receivers that make trouble -------------------------------------------------------------------------------

REFUSES = """
@external
@payable
def __default__():
    raise "no"
"""
BURNS = """
n: uint256
@external
@payable
def __default__():
    for i: uint256 in range(1000000):
        self.n += i
"""
COMES_BACK = """
interface Guard:
    def request(recipient: address, amount: uint256) -> uint256: nonpayable
    def deposit(safe: address): payable
    def appeal(number: uint256): payable
guard: Guard
tries: public(uint256)
@deploy
def __init__(guard: address):
    self.guard = Guard(guard)
@external
@payable
def enter():
    extcall self.guard.deposit(self, value=msg.value)
@external
def leave(amount: uint256):
    extcall self.guard.request(self, amount)
@external
@payable
def appeal(number: uint256):
    extcall self.guard.appeal(number, value=msg.value)
@external
@payable
def __default__():
    self.tries += 1
    call: Bytes[68] = abi_encode(convert(1, uint256), True, method_id=method_id("ACT(uint256)"))
    done: bool = raw_call(self.guard.address, call, gas=60000, revert_on_failure=False)
"""


@pytest.mark.parametrize("source", [REFUSES, BURNS], ids=["refuses", "burns all gas"])
def test_a_recipient_that_takes_nothing_blocks_nobody(guard, source):
    trouble = guard.chain.deploy(source)
    small, large = guard.ask(ETHER, trouble.address), guard.ask(5 * ETHER, trouble.address)
    guard.wait(HOUR)
    guard("settle", large, sender="judy")
    assert guard.state(small) == guard.state(large) == KEPT
    assert guard.read("balances", guard.address("alice")) == 10 * ETHER and guard.whole()


def test_a_safe_that_takes_nothing_leaves_the_money_in_the_balance():
    guard = Guard.new(deposit=0)
    guard("deposit", guard.chain.deploy(REFUSES).address, value=10 * ETHER)
    number = guard.appealed()
    guard("rule", number, True, sender="erin")
    assert guard.read("balances", guard.address("alice")) == 5 * ETHER + APPEAL + PRICE and guard.whole()


def test_too_little_gas_does_not_make_a_payment_fail(guard):
    number = guard.ask()
    guard.wait(HOUR)
    outcomes = set()
    for gas in range(40_000, 300_000, 20_000):
        with guard.chain.snapshot():
            try:
                guard("settle", number, sender="judy", gas=gas)
            except Exception as error:  # refused or out of gas: then nothing has changed
                assert guard.state() == WAITING, error
            outcomes.add(guard.state())
    assert outcomes == {WAITING, SENT}


WALLS = {"both walls": SOURCE, "order alone": SOURCE.replace("@nonreentrant\n", "")}


@pytest.mark.parametrize("source", WALLS.values(), ids=WALLS)
@pytest.mark.parametrize("act", ["settle", "cancel", "rule"])
def test_an_owner_recipient_and_arbiter_in_one_that_comes_back_gets_nothing_more(source, act):
    """The thief is the owner, the recipient and the safe; for "rule", even the arbiter's call comes from inside."""
    guard = Guard.new(source=source)
    back = COMES_BACK.replace("ACT(uint256)", "rule(uint256,bool)" if act == "rule" else f"{act}(uint256)")
    thief = guard.chain.deploy(back, guard.contract.address, sender="judy")
    guard.chain.send(thief.functions.enter, value=5 * ETHER, sender="judy")
    guard.chain.send(thief.functions.leave, 5 * ETHER, sender="judy")
    guard.score(1)
    guard.chain.send(thief.functions.appeal, 1, value=APPEAL, sender="judy")
    guard("rule", 1, True, sender="erin")
    assert thief.functions.tries().call() == 2  # paid twice, the amount and the bond with the price: tried twice
    assert guard.state() == SENT and guard.chain.balance(thief) == 5 * ETHER + APPEAL + PRICE
    assert guard.read("balances", guard.address("alice")) == 10 * ETHER and guard.whole()


def test_every_act_is_locked():
    for act in re.findall(r"((?:@\w+\n)+)def (\w+)\(", SOURCE):
        if "@external" in act[0] and "@view" not in act[0]:
            assert "@nonreentrant" in act[0], act[1]


# Random histories ------------------------------------------------------------------------------------------

OWNERS = ("alice", "bob", "grace")
ACTS = st.one_of(
    st.tuples(st.just("deposit"), st.sampled_from(OWNERS), st.integers(1, 5)),
    st.tuples(st.just("request"), st.sampled_from(OWNERS), st.integers(0, 4)),
    st.tuples(st.just("judged"), st.sampled_from(OWNERS), st.integers(0, 4)),
    st.tuples(st.just("protest"), st.sampled_from(OWNERS), st.integers(0, 4)),
    st.tuples(st.just("ruled"), st.sampled_from(OWNERS), st.integers(0, 4)),
    st.tuples(st.just("post"), st.integers(0, 1), st.sampled_from([0, 7999, 8000, 10_000])),
    st.tuples(st.just("appeal"), st.integers(0, 1), st.booleans()),
    st.tuples(st.just("rule"), st.integers(0, 1), st.booleans()),
    st.tuples(st.just("cancel"), st.integers(0, 2), st.booleans()),
    st.tuples(st.just("settle"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("bond"), st.sampled_from(["fund", "withdraw_bond"]), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.sampled_from([HOUR // 2, HOUR, DAY, 3 * DAY]), st.just(0)),
)


def play(guard, refuser, act, one, two):
    """One act of the history; what the contract refuses changes nothing. Numbers count back from the last request."""
    safe = {"alice": guard.address("frank"), "bob": guard.address("bob"), "grace": refuser}
    recipients = [refuser, *(guard.address(name) for name in ("heidi", "alice", "ivan", "frank"))]
    number = guard.read("request_count") - one if isinstance(one, int) else 0
    owner = guard.read("requests", number)[0] if number > 0 else NOBODY
    try:
        if act == "deposit":
            guard(act, safe[one], value=two * ETHER, sender=one)
        elif act in ("request", "judged", "protest", "ruled"):
            guard("request", recipients[two], (two + 2) * ETHER // 2, sender=one)
            if act != "request":
                guard.score(guard.read("request_count"), 9000)
            if act in ("protest", "ruled"):
                guard("appeal", guard.read("request_count"), sender=one, value=APPEAL)
            if act == "ruled":
                guard("rule", guard.read("request_count"), two % 2 == 0, sender="erin")
        elif act == "bond":
            guard(one, *(() if one == "fund" else (two * PRICE,)), sender="carol", value=two * PRICE * (one == "fund"))
        elif act == "wait":
            guard.wait(one)
        elif owner != NOBODY and act in ("appeal", "cancel"):
            name = next(name for name in OWNERS if guard.address(name) == owner)
            sender = "frank" if two and name == "alice" else name
            guard(act, number, sender=sender, value=APPEAL * (act == "appeal"))
        elif owner != NOBODY and act == "post":
            guard.score(number, two)
        elif owner != NOBODY:
            guard(act, number, *((two,) if act == "rule" else ()), sender="erin")
    except Reverted:
        pass


def histories(count, least, **more):
    """So many random histories; how often the contract came to each of its ways to move money, before the end."""
    reached = Counter()

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), **more)
    @given(st.lists(ACTS, min_size=least, max_size=30))
    def each(history):
        reached.update(check_history(history))

    Guard.new()  # the first chain sets Python's recursion limit, which Hypothesis wants to see stand still
    each()
    return reached


WAYS = ("frozen", "released", "stopped", SENT, RETURNED, KEPT)


@pytest.mark.slow
def test_random_histories_keep_every_wei_and_end():
    reached = histories(60, 15)
    assert min(reached[way] for way in WAYS) >= 5, reached


def test_a_few_random_histories():
    reached = histories(5, 20, derandomize=True)
    assert min(reached[way] for way in WAYS) >= 1, reached


def ways(guard):
    """What the history came to, by the contract's own events."""
    told = {"Scored": "frozen", "Ruled": "released", "Settled": "state"}
    scored, ruled, settled = (
        list(guard.chain.events(guard.contract, event).get(column, [])) for event, column in told.items()
    )
    return Counter(settled) + Counter(frozen=sum(scored), released=sum(ruled), stopped=len(ruled) - sum(ruled))


def check_history(history):
    """After each act the books hold; after the last term all is at recipients and safes, or may be asked for again."""
    guard = Guard.new(deposit=0, bond=3 * PRICE, threshold=ETHER)
    refuser = guard.chain.deploy(REFUSES).address
    for name in OWNERS:
        play(guard, refuser, "deposit", name, 5)
    for act in history:
        play(guard, refuser, *act)
        assert guard.whole(*OWNERS)
        assert guard.read("reserved") <= guard.read("bond")
    reached = ways(guard)
    for term in TERMS:  # nobody does anything any more, but for a stranger who settles
        guard.wait(term)
    for number in range(1, guard.read("request_count") + 1):
        if guard.state(number) <= APPEALED:
            guard("settle", number, sender="judy")
    assert guard.read("reserved") == 0 and guard.whole(*OWNERS)
    for name in OWNERS:  # what lies in balances goes out with a silent model
        left = guard.read("balances", guard.address(name))
        if left:
            number = guard.ask(left, "heidi", sender=name)
            if guard.state(number) == WAITING:
                guard.wait(HOUR)
                guard("settle", number, sender="judy")
            assert guard.state(number) == SENT
    if guard.read("bond"):
        guard("withdraw_bond", guard.read("bond"), sender="carol")
    assert guard.chain.balance(guard.contract) == 0
    return reached
