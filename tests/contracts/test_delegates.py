"""The election by coins, held to the Python rule; and the bribe that buys it, or is robbed."""

from random import Random

import pytest

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.chain.accounts import NAMES
from nnchain_edu.chain.contracts import FOLDER
from nnchain_edu.protocols.delegated import elect

ETHER = 10**18
NOBODY = "0x" + "00" * 20
WEEK = 7 * 86400


@pytest.fixture
def chain():
    return Chain()


def election(chain, seats=2, lock=0, candidates=("alice", "bob", "carol")):
    delegates = chain.deploy("delegates", seats, lock)
    for name in candidates:
        chain.send(delegates.functions.stand, sender=name)
    return delegates


def elected(chain, delegates):
    return [chain.accounts.name_of(address) for address in delegates.functions.producers().call()]


def back(chain, delegates, name):
    return delegates.functions.support(chain.accounts[name].address).call()


def voted(chain, delegates, who, ether, candidate):
    chain.send(delegates.functions.deposit, sender=who, value=ether * ETHER)
    chain.send(delegates.functions.vote, candidate, sender=who)


def test_most_coins_first_and_no_seat_without_coins(chain):
    delegates = election(chain, seats=3)
    assert elected(chain, delegates) == []
    voted(chain, delegates, "dave", 1, "carol")
    voted(chain, delegates, "erin", 3, "bob")
    assert elected(chain, delegates) == ["bob", "carol"]
    voted(chain, delegates, "frank", 2, "carol")
    assert elected(chain, delegates) == ["bob", "carol"]  # three each: who stood first
    chain.send(delegates.functions.deposit, sender="dave", value=1)  # more coins count at once
    assert elected(chain, delegates) == ["carol", "bob"]


def test_a_vote_moves_with_its_coins(chain):
    delegates = election(chain)
    voted(chain, delegates, "dave", 5, "alice")
    chain.send(delegates.functions.vote, "bob", sender="dave")
    assert (back(chain, delegates, "alice"), back(chain, delegates, "bob")) == (0, 5 * ETHER)
    chain.send(delegates.functions.vote, "bob", sender="dave")  # once more changes nothing
    chain.send(delegates.functions.withdraw, 2 * ETHER, sender="dave")
    assert back(chain, delegates, "bob") == 3 * ETHER == chain.balance(delegates)
    chain.send(delegates.functions.vote, NOBODY, sender="dave")
    assert back(chain, delegates, "bob") == 0 and elected(chain, delegates) == []
    chain.send(delegates.functions.withdraw, 3 * ETHER, sender="dave")
    assert chain.balance(delegates) == 0


@pytest.mark.parametrize("seed", range(6))
def test_the_contract_elects_whom_the_rule_elects(chain, seed):
    random = Random(seed)
    delegates = election(chain, seats := random.randint(1, 6), candidates=NAMES)
    stakes = [random.randint(1, 4) for _ in NAMES]
    votes = [random.choice([None, *range(10)]) for _ in NAMES]
    for name, stake, vote in zip(NAMES, stakes, votes, strict=True):
        voted(chain, delegates, name, stake, NOBODY if vote is None else NAMES[vote])
    assert elected(chain, delegates) == [NAMES[candidate] for candidate in elect(stakes, votes, seats)]


def test_refusals(chain):
    delegates = election(chain, lock=WEEK)
    act = delegates.functions
    with pytest.raises(Reverted, match="already a candidate"):
        chain.send(act.stand, sender="alice")
    with pytest.raises(Reverted, match="nothing to deposit"):
        chain.send(act.deposit, sender="dave")
    with pytest.raises(Reverted, match="nothing deposited"):
        chain.send(act.vote, "alice", sender="dave")
    voted(chain, delegates, "dave", 2, "alice")
    with pytest.raises(Reverted, match="not a candidate"):
        chain.send(act.vote, "erin", sender="dave")
    with pytest.raises(Reverted, match="locked since the last vote"):
        chain.send(act.withdraw, ETHER, sender="dave")
    for other in (NOBODY, "bob"):  # nor can the vote be taken back, or sold and then given to another
        with pytest.raises(Reverted, match="locked since the last vote"):
            chain.send(act.vote, other, sender="dave")
    chain.travel(seconds=WEEK)
    for amount in (0, 2 * ETHER + 1):
        with pytest.raises(Reverted, match="not that much deposited"):
            chain.send(act.withdraw, amount, sender="dave")
    with pytest.raises(Reverted, match="not that much deposited"):
        chain.send(act.withdraw, ETHER, sender="erin")
    chain.send(act.withdraw, 2 * ETHER, sender="dave")


@pytest.mark.parametrize("seats", [0, 33])
def test_seats_are_bounded(chain, seats):
    with pytest.raises(Reverted, match="from 1 to 32 seats"):
        chain.deploy("delegates", seats, 0)


def test_thirty_two_candidates_fit_and_all_can_be_elected(chain):
    delegates = chain.deploy("delegates", 32, 0)
    for number in range(32):
        name = f"candidate{number}"
        account = chain.accounts.add(name, bytes(31) + bytes([number + 1]))
        chain.send(name, value=2 * ETHER, sender="alice")
        chain.send(delegates.functions.stand, sender=name)
        chain.send(delegates.functions.deposit, sender=name, value=ETHER + number)
        chain.send(delegates.functions.vote, account.address, sender=name)
    assert elected(chain, delegates) == [f"candidate{number}" for number in reversed(range(32))]
    with pytest.raises(Reverted, match="no room for more candidates"):
        chain.send(delegates.functions.stand, sender="bob")


THIEF = """
interface Delegates:
    def deposit(): payable
    def withdraw(amount: uint256): nonpayable
target: Delegates
again: bool
@deploy
def __init__(target: address):
    self.target = Delegates(target)
@external
@payable
def rob():
    self.again = True
    extcall self.target.deposit(value=msg.value)
    extcall self.target.withdraw(msg.value)
@external
@payable
def __default__():
    if self.again:
        self.again = False
        extcall self.target.withdraw(msg.value)
"""
LOCKED = (FOLDER / "delegates.vy").read_text("utf-8")


@pytest.mark.parametrize("source", [LOCKED, LOCKED.replace("@nonreentrant\n", "")], ids=["both walls", "order alone"])
def test_nobody_withdraws_twice_by_coming_back(chain, source):
    delegates = chain.deploy(source, 2, 0)
    chain.send(delegates.functions.deposit, sender="dave", value=5 * ETHER)
    thief = chain.deploy(THIEF, delegates, sender="judy")
    with pytest.raises(Reverted):
        chain.send(thief.functions.rob, sender="judy", value=ETHER)
    assert chain.balance(delegates) == 5 * ETHER


# Bribery ---------------------------------------------------------------------------------------------------

VOTERS = {"carol": 30, "dave": 25, "erin": 20, "frank": 15, "grace": 10}


def campaign(chain, lock, price=20, pot=10):
    """All vote for alice; then judy's contract pays 2 % of the stake for a vote for bob."""
    delegates = election(chain, seats=1, lock=lock, candidates=("alice", "bob"))
    for name, ether in VOTERS.items():
        voted(chain, delegates, name, ether, "alice")
    assert elected(chain, delegates) == ["alice"]
    chain.travel(seconds=lock + 1)
    bob = chain.accounts["bob"].address
    return delegates, chain.deploy("bribe", delegates, bob, price, sender="judy", value=pot * ETHER)


def sell(chain, delegates, bribe, who):
    chain.send(delegates.functions.vote, "bob", sender=who)
    before = chain.balance(who)
    receipt = chain.send(bribe.functions.collect, sender=who)
    return chain.balance(who) - before + receipt.fee


def test_an_election_is_bought_for_a_fiftieth_of_the_stake_it_takes(chain):
    delegates, bribe = campaign(chain, lock=WEEK)
    cost = 0
    for who in ("grace", "frank", "erin"):
        cost += sell(chain, delegates, bribe, who)
        assert elected(chain, delegates) == ["alice"]
    cost += sell(chain, delegates, bribe, "dave")
    assert elected(chain, delegates) == ["bob"]
    assert cost == 70 * ETHER * 2 // 100 and back(chain, delegates, "bob") == 70 * ETHER
    assert (
        delegates.functions.stakes(chain.accounts["dave"].address).call() == 25 * ETHER
    )  # it cost the sellers nothing


def test_the_bribe_pays_once_and_only_for_the_vote(chain):
    delegates, bribe = campaign(chain, lock=WEEK, pot=1)
    with pytest.raises(Reverted, match="not voting for the candidate"):
        chain.send(bribe.functions.collect, sender="carol")
    with pytest.raises(Reverted, match="not voting for the candidate"):
        chain.send(bribe.functions.collect, sender="heidi")
    sell(chain, delegates, bribe, "carol")
    with pytest.raises(Reverted, match="paid already"):
        chain.send(bribe.functions.collect, sender="carol")
    with pytest.raises(Reverted, match="the bribe is used up"):
        sell(chain, delegates, bribe, "dave")
    chain.send(delegates.functions.deposit, sender="heidi", value=49)
    with pytest.raises(Reverted, match="no stake, no pay"):
        sell(chain, delegates, bribe, "heidi")


@pytest.mark.parametrize("lock", [0, WEEK], ids=["free coins", "locked coins"])
def test_without_a_lock_the_same_coins_collect_again_and_rob_the_briber(chain, lock):
    delegates, bribe = campaign(chain, lock)
    assert sell(chain, delegates, bribe, "carol") == 30 * ETHER * 2 // 100
    if lock:
        with pytest.raises(Reverted, match="locked since the last vote"):
            chain.send(delegates.functions.withdraw, 30 * ETHER, sender="carol")
        with pytest.raises(Reverted, match="locked since the last vote"):
            chain.send(delegates.functions.vote, "alice", sender="carol")
        return
    chain.send(delegates.functions.withdraw, 30 * ETHER, sender="carol")
    chain.send("heidi", value=30 * ETHER, sender="carol")
    chain.send(delegates.functions.deposit, sender="heidi", value=30 * ETHER)
    assert sell(chain, delegates, bribe, "heidi") == 30 * ETHER * 2 // 100
    chain.send(delegates.functions.vote, "alice", sender="heidi")
    assert elected(chain, delegates) == ["alice"]  # paid twice, and the votes are where they were
