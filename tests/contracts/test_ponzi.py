"""The Ponzi contract: the early are paid by the late, in order, while the money lasts; nobody holds it up."""

import pytest

from nnchain_edu import Chain
from nnchain_edu.chain import Reverted
from nnchain_edu.economy.books import GAS

REFUSER = """
interface Scheme:
    def invest(): payable

@external
@payable
def join(scheme: address):
    extcall Scheme(scheme).invest(value=msg.value)
"""


@pytest.fixture
def chain() -> Chain:
    return Chain()


def test_the_early_are_paid_by_the_late(chain):
    ponzi = chain.deploy("ponzi", sender="alice")
    start = {name: chain.balance(name) for name in ("alice", "bob")}
    bobs = chain.send(ponzi.functions.invest, sender="bob", value=100)
    assert chain.balance("alice") == start["alice"] + 10 and ponzi.functions.claims(0).call()[1] == 150
    chain.send(ponzi.functions.invest, sender="carol", value=50)
    assert ponzi.functions.next_paid().call() == 0  # 135 are there, 150 are owed
    receipt = chain.send(ponzi.functions.invest, sender="dave", value=80)
    assert [event.name for event in receipt.events] == ["Invested", "Paid"]
    assert chain.balance("bob") == start["bob"] - 100 + 150 - bobs.fee
    assert ponzi.functions.next_paid().call() == 1 and chain.balance(ponzi) == 57  # carol's 75 are not there


def test_at_most_five_are_paid_at_once_within_the_gas_that_agents_give(chain):
    ponzi = chain.deploy("ponzi", sender="alice")
    for i in range(18):
        chain.send(ponzi.functions.invest, sender=chain.accounts[1 + i % 8], value=10)
    assert 18 - ponzi.functions.next_paid().call() > 5
    receipt = chain.send(ponzi.functions.invest, sender="judy", value=10**6, gas=GAS["invest"])
    assert sum(event.name == "Paid" for event in receipt.events) == 5
    assert receipt.gasUsed < GAS["invest"]


def test_who_cannot_be_paid_holds_nobody_up(chain):
    ponzi, refuser = chain.deploy("ponzi", sender="alice"), chain.deploy(REFUSER)
    chain.send(refuser.functions.join, ponzi.address, sender="bob", value=100)
    before = chain.balance("carol")
    receipt = chain.send(ponzi.functions.invest, sender="carol", value=100)
    assert chain.balance(refuser) == 0 and ponzi.functions.next_paid().call() == 2
    assert chain.balance("carol") == before - 100 + 150 - receipt.fee


def test_nothing_is_no_stake(chain):
    ponzi = chain.deploy("ponzi")
    with pytest.raises(Reverted, match="nothing was sent"):
        chain.send(ponzi.functions.invest)
