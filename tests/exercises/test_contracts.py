"""A contract is judged on a fresh chain, from its source or from the one that a learner deployed."""

import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.exercises.contracts import on_fresh_chain, reverts
from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.judge import examine

COUNTER = """
count: public(uint256)
owner: public(address)

@deploy
def __init__(start: uint256):
    self.count = start
    self.owner = msg.sender

@external
def add(amount: uint256):
    assert amount > 0, "nothing to add"
    self.count += amount
"""


def adds(answer):
    chain, counter = on_fresh_chain(answer, 5)
    chain.send(counter.functions.add, 2, sender="bob")
    return counter.functions.count().call() == 7


def refuses_nothing(answer):
    chain, counter = on_fresh_chain(answer, 5)
    return reverts(lambda: chain.send(counter.functions.add, 0), "nothing")


def has_an_owner(answer):
    chain, counter = on_fresh_chain(answer, 5, sender="carol")
    return counter.functions.owner().call() == chain.accounts["carol"].address


EXERCISE = Exercise(
    number="91.4",
    title="Count on a chain",
    objective="write a contract",
    kind="contract",
    cases=[
        Case("adds", adds, "Each call adds to what is there."),
        Case("refuses", refuses_nothing, "Adding nothing is refused, and says why."),
        Case("owner", has_an_owner, "Whoever deploys it owns it."),
    ],
    hints=["Storage keeps the count.", "Assert with a reason."],
    praise="State changes only through a transaction.",
    seconds=60.0,
)


@pytest.mark.parametrize(
    ("old", "new", "verdict", "case", "expected"),
    [
        ("", "", "right", "", "only through a transaction"),
        ("+=", "=", "wrong", "adds", "Each call adds"),
        ("def add", "def plus", "wrong", "adds", "Each call adds"),
        ("amount > 0", "amount > 100", "wrong", "adds", "Each call adds"),
        ("def add(amount: uint256)", "def add(amount: uint256, more: uint256)", "wrong", "adds", "Each call"),
        ('amount > 0, "nothing to add"', "True", "wrong", "refuses", "Adding nothing"),
        ("nothing to add", "no", "wrong", "refuses", "Adding nothing"),
        ("self.owner = msg.sender", "self.owner = self", "wrong", "owner", "Whoever deploys"),
        ("start: uint256", "start: uint256, more: uint256", "wrong", "adds", "Each call"),
        ("self.count += amount", "self.number += amount", "broken", "", "does not compile"),
        ("self.count += amount", "...", "not attempted", "", ""),
        (COUNTER, "not Vyper\nat all\n", "broken", "", "does not compile"),
        (COUNTER, "counter", "wrong", "kind of answer", "its source as a text"),
    ],
)
def test_verdicts_on_sources(here, old, new, verdict, case, expected):
    said = examine(EXERCISE, COUNTER.replace(old, new) if old else COUNTER)
    assert (said.verdict, said.case, expected in said.message) == (verdict, case, True), said


def test_a_compilers_complaint_names_the_line():
    said = examine(EXERCISE, COUNTER.replace("self.count += amount", "self.number += amount"))
    assert "line 13" in said.details[0][1] and "self.number += amount" in repr(said)


def test_a_reason_of_the_contract_is_shown():
    said = examine(EXERCISE, COUNTER.replace("amount > 0", "amount > 100"))
    assert "nothing to add" in dict(said.details)["The check could not use it"]


@pytest.mark.parametrize("start", [0, 77])
def test_a_deployed_contract_is_deployed_anew(start):
    chain = Chain(seed=3)
    deployed = chain.deploy(COUNTER, start)
    blocks = chain.w3.eth.block_number
    assert examine(EXERCISE, deployed).verdict == "right"
    assert deployed.functions.count().call() == start and chain.w3.eth.block_number == blocks
    wrong = chain.deploy(COUNTER.replace("+=", "="), start)
    assert (examine(EXERCISE, wrong).verdict, examine(EXERCISE, wrong).case) == ("wrong", "adds")


def test_a_deployed_contract_of_unknown_making_asks_for_the_source():
    chain = Chain()
    named = "name: String[5]\n\n@deploy\ndef __init__(name: String[5]):\n    self.name = name\n"
    for contract in (chain.deploy(named, "ab"), chain.contract(COUNTER, chain.deploy(COUNTER, 1).address)):
        said = examine(EXERCISE, contract)
        assert said.verdict == "broken" and "give its source text" in said.message


def test_reverts_tells_the_reasons_apart():
    chain, counter = on_fresh_chain(COUNTER, 1)

    def nothing():
        chain.send(counter.functions.add, 0)

    assert reverts(nothing) is True and reverts(nothing, "nothing to add") is True
    assert dict(reverts(nothing, "too much").details)["Expected the reason"] == "too much"
    assert not reverts(lambda: chain.send(counter.functions.add, 1))
