"""What unit 04 says about contracts, held against the compiler, the chain and the committed notebooks."""

import re

import nbformat
import pytest
from eth_utils import keccak

from nnchain_edu.chain import Chain, ContractSource, Reverted
from nnchain_edu.chain.contracts import FOLDER
from sources import build

STEM = "04_smart_contracts"


def word(number):
    return number.to_bytes(32, "big")


def entry(slot, *keys):
    for key in keys:
        slot = int.from_bytes(keccak(word(slot) + word(int(key, 16))), "big")
    return slot


def test_vyper_hashes_the_slot_before_the_key_level_by_level():
    chain = Chain()
    token = chain.deploy("token", "Gold", "GLD", 1_000)
    chain.send(token.functions.approve, "bob", 77)
    alice, bob = (chain.accounts[name].address for name in ("alice", "bob"))
    slots = ContractSource((FOLDER / "token.vy").read_text("utf-8"), "token").layout

    def stored(slot):
        return int.from_bytes(chain.w3.eth.get_storage_at(token.address, slot), "big")

    assert stored(entry(slots["balanceOf"], alice)) == 1_000
    assert stored(entry(slots["allowance"], alice, bob)) == 77
    solidity = int.from_bytes(keccak(word(int(alice, 16)) + word(slots["balanceOf"])), "big")
    assert stored(solidity) == 0


LOCKS = """{pragma}
interface Caller:
    def called(): nonpayable

n: public(uint256)

@external
@nonreentrant
def locked_call():
    extcall Caller(msg.sender).called()

@external
{lock}
def other():
    self.n += 1
"""
CALLER = """
interface Locks:
    def locked_call(): nonpayable
    def other(): nonpayable

target: address

@external
def go(target: address):
    self.target = target
    extcall Locks(target).locked_call()

@external
def called():
    extcall Locks(self.target).other()
"""


@pytest.mark.parametrize(
    "pragma, lock, enters",
    [
        ("# no pragma", "", True),  # in Vyper 0.4.3 the lock is opt-in
        ("# no pragma", "@nonreentrant", False),  # and one lock for all functions that carry it
        ("# pragma nonreentrancy on", "", False),
        ("# pragma nonreentrancy on", "@reentrant", True),
    ],
)
def test_the_lock_stands_where_it_is_written(pragma, lock, enters):
    source = LOCKS.format(pragma=pragma, lock=lock)
    if "pragma nonreentrancy" in source:
        source = source.replace("@nonreentrant\n", "")
    chain = Chain()
    locks, caller = chain.deploy(source), chain.deploy(CALLER)
    if enters:
        chain.send(caller.functions.go, locks)
        assert locks.functions.n().call() == 1
    else:
        with pytest.raises(Reverted):
            chain.send(caller.functions.go, locks)


def read(kind):
    return nbformat.read(build.ROOT / kind / f"{STEM}.ipynb", 4)


def squeezed(text):
    return re.sub(r"\s+", " ", text)


def test_every_piece_of_vyper_in_the_lessons_prose_stands_in_a_contract():
    contracts = [squeezed(re.sub(r'"""[\s\S]*?"""', "", path.read_text("utf-8"))) for path in FOLDER.glob("*.vy")]
    pieces = re.findall(r"```python\n(.*?)```", "\n".join(c.source for c in read("lessons").cells), re.S)
    assert len(pieces) == 7
    for piece in pieces:
        assert any(squeezed(piece).strip() in contract for contract in contracts), piece


def test_the_price_list_agrees_in_every_row():
    outputs = [o["data"]["text/plain"] for c in read("lessons").cells for o in c.get("outputs", []) if "data" in o]
    table = next(text for text in outputs if "verdict" in text)
    assert table.count("same") == 13 and "differs" not in table


def test_the_lesson_prints_what_it_says():
    printed = "\n".join(o.text for c in read("lessons").cells for o in c.get("outputs", []) if "text" in o)
    for said in (
        "holds 250",
        "reverted: only the owner collects | gas used: 23487",
        "left in the treasury: 0",
        "left in the bank: 0",
        "judy won 68.89 ether",
        "left with the lender: 100 ether",
        "never below 30 or above 75: True",
    ):
        assert said in printed
    assert "False" not in printed


def test_the_solution_is_right_seven_times():
    texts = [o["data"]["text/plain"] for c in read("solutions").cells for o in c.get("outputs", []) if "data" in o]
    verdicts = [text for text in texts if re.search(r"04\.\d .*: right\n", text)]
    assert len(verdicts) == 7 and any("7 of 7 right" in text for text in texts)
