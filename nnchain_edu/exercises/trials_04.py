"""What unit 04 puts answers through: slots that the chain confirms, and contracts that meet hostile callers."""

from typing import Any

from nnchain_edu.exercises.contracts import on_fresh_chain, reverts
from nnchain_edu.exercises.hostile import (
    ETHER,
    GAS,
    REENTRANT,
    WALLET,
    address,
    attempt,
    bank_with_savings,
    keeps,
    lure,
    something,
)
from nnchain_edu.exercises.kinds import Miss, same

NOBODY = "0x" + "00" * 20
ALICE = "0x00000000000000000000000000000000000a11ce"

# 04.1: the slot of a mapping's entry -----------------------------------------------------------------------


def hashed(data: bytes) -> int:
    from eth_utils import keccak

    return int.from_bytes(keccak(data), "big")


def not_the_slot(make: Any) -> Any:
    """A test that the answer is another number than the mistaken `make(slot, key)`; both ways as bytes count."""

    def test(answer: Any) -> bool:
        found = answer(3, ALICE)
        found = int.from_bytes(found, "big") if isinstance(found, bytes) else found
        return found != make(3, bytes.fromhex(ALICE[2:]))

    return test


def sha3(slot: int, key: bytes) -> int:
    import hashlib

    return int.from_bytes(hashlib.sha3_256(slot.to_bytes(32, "big") + key.rjust(32, b"\0")).digest(), "big")


def finds_what_the_chain_stores(slot_of: Any) -> bool | Miss:
    chain, bank = bank_with_savings(course("bank"))
    chain.send(bank.functions.deposit(), sender="judy", value=7)
    slot = slot_of(0, address(chain, "judy"))
    return same(int.from_bytes(chain.w3.eth.get_storage_at(bank.address, slot), "big"), 7)


def course(name: str) -> str:
    """The source of a contract of the course."""
    from nnchain_edu.chain.contracts import load

    return load(name).source


# 04.3: a jar that only its owner empties -------------------------------------------------------------------


def _jar(answer: Any) -> tuple[Any, Any]:
    chain, jar = on_fresh_chain(answer, sender="alice")
    chain.send(jar.functions.pay_in(), sender="bob", value=3 * ETHER)
    return chain, jar


def logs_what_came_in(answer: Any) -> bool | Miss:
    chain, jar = on_fresh_chain(answer)
    chain.send(jar.functions.pay_in(), sender="bob", value=5)
    seen = jar.events.PaidIn().get_logs(from_block=0)
    wanted = {"who": address(chain, "bob"), "amount": 5}
    return len(seen) == 1 and same(dict(seen[0]["args"]), wanted)


def owner_is_paid(answer: Any) -> bool | Miss:
    chain, jar = _jar(answer)
    before = chain.balance("carol")
    chain.send(jar.functions.pay_out(address(chain, "carol")), sender="alice")
    return same(chain.balance("carol") - before, 3 * ETHER)


def strangers_are_refused(answer: Any) -> bool | Miss:
    chain, jar = _jar(answer)
    return reverts(lambda: chain.send(jar.functions.pay_out(address(chain, "judy")), sender="judy"))


def no_other_door(answer: Any) -> bool | Miss:
    """Judy calls whatever else there is, twice, with herself as every address, and tries again."""
    chain, jar = _jar(answer)
    judy = address(chain, "judy")
    doors = [e for e in jar.abi if e["type"] == "function" and e["name"] != "pay_in"]
    for door in doors * 2:
        call = jar.functions[door["name"]](*(something(each, judy) for each in door["inputs"]))
        paid = 1 if door["stateMutability"] == "payable" else 0
        attempt(lambda call=call, paid=paid: chain.send(call, sender="judy", value=paid))
    attempt(lambda: chain.send(jar.functions.pay_out(judy), sender="judy"))
    return keeps(chain, jar, 3 * ETHER)


def owner_cannot_be_lured(answer: Any) -> bool | Miss:
    chain, jar = _jar(answer)
    lure(chain, "alice", jar.functions.pay_out(address(chain, "judy")))
    return keeps(chain, jar, 3 * ETHER)


# 04.4: a bank that survives its customers ------------------------------------------------------------------


def bank_works(answer: Any) -> bool | Miss:
    chain, bank = bank_with_savings(answer)
    chain.send(bank.functions.give(address(chain, "carol"), 2 * ETHER), sender="alice")
    before = chain.balance("carol")
    receipt = chain.send(bank.functions.withdraw(), sender="carol")
    gained = chain.balance("carol") - before + receipt["gasUsed"] * receipt["effectiveGasPrice"]
    refused = reverts(lambda: chain.send(bank.functions.withdraw(), sender="carol"))
    return same([gained, bool(refused)], [2 * ETHER, True]) and keeps(chain, bank, 8 * ETHER)


def withdrawing_again_fails(answer: Any) -> bool | Miss:
    """Once and ten times: where the last of ten is refused, all ten are undone, and the first hides."""
    for rounds in (1, 10):
        chain, bank = bank_with_savings(answer)
        thief = chain.deploy(REENTRANT, sender="judy")
        rob = thief.functions.rob(bank.address, NOBODY, rounds)
        attempt(lambda chain=chain, rob=rob: chain.send(rob, sender="judy", gas=GAS, value=ETHER))
        if not (kept := keeps(chain, bank, 10 * ETHER)):
            return kept
    return True


def giving_while_being_paid_fails(answer: Any) -> bool | Miss:
    chain, bank = bank_with_savings(answer)
    thief = chain.deploy(REENTRANT, sender="judy")
    attempt(lambda: chain.send(thief.functions.rob, bank, "ivan", 1, sender="judy", gas=GAS, value=5 * ETHER))
    attempt(lambda: chain.send(bank.functions.withdraw(), sender="ivan"))
    return keeps(chain, bank, 10 * ETHER)


def pays_contracts_that_book(answer: Any) -> bool | Miss:
    chain, bank = bank_with_savings(answer)
    wallet = chain.deploy(WALLET, sender="carol")
    chain.send(wallet.functions.save, bank, sender="carol", value=ETHER)
    chain.send(wallet.functions.take, bank, sender="carol")
    return same(wallet.functions.received().call(), ETHER)


# 04.5: a number that a model proposes ----------------------------------------------------------------------


class Limit:
    """A learner's contract with bob's key as the model's, called with names that read like the lesson."""

    def __init__(self, answer: Any):
        from nnchain_edu.chain import Chain

        self.chain, self.contract = on_fresh_chain(answer, address(Chain(), "bob"))

    @property
    def percent(self) -> int:
        return self.contract.functions.percent().call()

    def propose(self, percent: int, sender: str = "bob") -> None:
        self.chain.send(self.contract.functions.propose(percent), sender=sender)

    def carry_out(self) -> None:
        self.chain.send(self.contract.functions.carry_out(), sender="judy")

    def change(self, percent: int) -> "Limit":
        self.propose(percent)
        self.chain.travel(3600)
        self.carry_out()
        return self


def begins_at_30(answer: Any) -> bool | Miss:
    return _in_force(Limit(answer), 30, "nothing")


def takes_effect(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    for percent in (75, 31, 40, 30):
        attempt(lambda percent=percent: limit.change(percent))
        if not (done := _in_force(limit, percent, f"{percent}, and an hour later carried out")):
            return done
    return True


def _in_force(limit: Limit, expected: int, proposed: str) -> bool | Miss:
    found = limit.percent
    return found == expected or Miss(("Proposed", proposed), ("In force", f"{found}, not {expected}"))


def nothing_comes_of_nothing(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    attempt(limit.carry_out)
    return _in_force(limit, 30, "nothing, and carried out") and reverts(limit.carry_out)


def only_the_model(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    return reverts(lambda: limit.propose(50, sender="judy"))


def model_cannot_be_lured(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    lure(limit.chain, "bob", limit.contract.functions.propose(75))
    limit.chain.travel(3600)
    attempt(limit.carry_out)
    return _in_force(limit, 30, "75, by a page of Judy's that bob visited")


def stays_in_bounds(answer: Any) -> bool | Miss:
    for percent in (29, 76, 0, 2**256 - 1):
        limit = Limit(answer)
        attempt(lambda limit=limit, percent=percent: limit.change(percent))
        if not 30 <= limit.percent <= 75:
            return Miss(("Proposed", str(percent)), ("In force", str(limit.percent)))
    return True


def waits(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    limit.propose(50)
    limit.chain.travel(3_598)  # and a second more, since each block is a second younger
    attempt(limit.carry_out)
    return _in_force(limit, 30, "50, and 3,599 seconds later carried out")


def a_new_proposal_replaces(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    limit.propose(31)
    attempt(lambda: limit.propose(75))
    limit.chain.travel(3_600)
    attempt(limit.carry_out)
    return _in_force(limit, 75, "31, then 75, and an hour later carried out")


def a_new_proposal_waits_anew(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    limit.propose(31)
    limit.chain.travel(3_590)
    limit.propose(75)
    limit.chain.travel(60)
    attempt(limit.carry_out)
    return _in_force(limit, 30, "31, then 75, and a minute later carried out")


def nothing_is_carried_out_twice(answer: Any) -> bool | Miss:
    limit = Limit(answer).change(60)
    limit.chain.travel(3_600)
    return reverts(limit.carry_out)


def old_proposals_lapse(answer: Any) -> bool | Miss:
    limit = Limit(answer)
    limit.propose(75)
    limit.chain.travel(100_000)
    attempt(limit.carry_out)
    return _in_force(limit, 30, "75, and 100,000 seconds later carried out")


def silence_closes(answer: Any) -> bool | Miss:
    limit = Limit(answer).change(60)
    for seconds, expected in ((86_400, 60), (1, 30)):
        limit.chain.travel(seconds)
        if not (found := _in_force(limit, expected, "60, carried out, and then nothing for a day")):
            return found
    return True
