"""The challenge of unit 04: what a heist takes out of the vault, and what a repaired vault survives."""

from typing import Any
from weakref import WeakKeyDictionary

from nnchain_edu.exercises.hostile import ETHER, GAS, MOVER, REENTRANT, address, attempt, keeps, lure, vault_in_the_city
from nnchain_edu.exercises.kinds import Miss, same
from nnchain_edu.exercises.trials_04 import NOBODY, course

_heists: WeakKeyDictionary = WeakKeyDictionary()  # one heist serves all cases of a check


def _heist(answer: Any) -> tuple[Any, Any]:
    if answer not in _heists:
        _heists[answer] = _carry_out(answer)
    return _heists[answer]


def _carry_out(answer: Any) -> tuple[Any, Any]:
    chain, vault, market, token = vault_in_the_city(course("vault_with_holes"))
    start = chain.w3.eth.block_number
    answer(chain, vault, market, token)
    senders = {
        t["from"]
        for number in range(start + 1, chain.w3.eth.block_number + 1)
        for t in chain.w3.eth.get_block(number, full_transactions=True)["transactions"]
    }
    if senders - {address(chain, "judy")}:
        raise ValueError("somebody else than judy sent a transaction")
    return chain, vault


def purse_empties(purse: str) -> Any:
    def test(answer: Any) -> bool | Miss:
        chain, vault = _heist(answer)
        left = vault.functions[purse]().call()
        score = 30 * ETHER - chain.balance(vault)
        taken = (
            (f"{purse} still holds", f"{left / ETHER:g} ether"),
            ("Taken so far", f"{score / ETHER:.2f} of 30 ether"),
        )
        return left < ETHER // 10 or Miss(*taken)

    return test


def thief_profits(answer: Any) -> bool | Miss:
    chain, _ = _heist(answer)
    gained = chain.balance("judy") - 10_000 * ETHER
    return gained > 25 * ETHER or Miss(("Judy's gain", f"{gained / ETHER:.2f} ether"))


def vault_works(answer: Any) -> bool | Miss:
    chain, vault, *_ = vault_in_the_city(answer)
    chain.send(vault.functions.withdraw(), sender="bob")
    chain.send(vault.functions.name_keeper(address(chain, "dave")), sender="alice")
    chain.send(vault.functions.spend(address(chain, "dave")), sender="dave")
    chain.travel(1800)
    chain.send(vault.functions.update(), sender="bob")
    purses = {purse: vault.functions[purse]().call() / ETHER for purse in ("reserve", "held", "fund")}
    return same(purses, {"reserve": 0.0, "held": 5.0, "fund": 10.0}) and same(chain.balance(vault), 15 * ETHER)


def seller_is_paid(looks: int) -> Any:
    """Carol sells 100 tokens, worth 0.1 ether, after the vault has looked so many times at a price that stands."""

    def test(answer: Any) -> bool | Miss:
        chain, vault, _, token = vault_in_the_city(answer)  # which is the first look
        for _ in range(looks - 1):
            chain.travel(1800)
            chain.send(vault.functions.update(), sender="bob")
        chain.send(token.functions.transfer, "carol", 100 * ETHER)
        chain.send(token.functions.approve, vault, 100 * ETHER, sender="carol")
        before = chain.balance(vault)
        chain.send(vault.functions.sell(100 * ETHER), sender="carol")
        paid = (before - chain.balance(vault)) / ETHER
        return 0.099 < paid < 0.101 or Miss(("For tokens worth 0.1 ether the vault paid", f"{paid:g} ether"))

    return test


def keeper_stays(answer: Any) -> bool | Miss:
    chain, vault, *_ = vault_in_the_city(answer)
    attempt(lambda: chain.send(vault.functions.name_keeper(address(chain, "judy")), sender="judy", gas=GAS))
    return _reserve_stays(chain, vault)


def keeper_cannot_be_lured(answer: Any) -> bool | Miss:
    chain, vault, *_ = vault_in_the_city(answer)
    lure(chain, "alice", vault.functions.name_keeper(address(chain, "judy")))
    return _reserve_stays(chain, vault)


def _reserve_stays(chain: Any, vault: Any) -> bool | Miss:
    attempt(lambda: chain.send(vault.functions.spend(address(chain, "judy")), sender="judy", gas=GAS))
    return keeps(chain, vault, 30 * ETHER)


def vault_is_not_reentered(answer: Any) -> bool | Miss:
    for rounds in (1, 10):
        chain, vault, *_ = vault_in_the_city(answer)
        thief = chain.deploy(REENTRANT, sender="judy")
        rob = thief.functions.rob(vault.address, NOBODY, rounds)
        attempt(lambda chain=chain, rob=rob: chain.send(rob, sender="judy", gas=GAS, value=ETHER))
        if not (kept := keeps(chain, vault, 30 * ETHER)):
            return kept
    return True


def price_cannot_be_moved(answer: Any) -> bool | Miss:
    chain, vault, market, token = vault_in_the_city(answer)
    chain.travel(1800)
    thief = chain.deploy(MOVER, sender="judy")
    move = thief.functions.move(vault.address, market.address, token.address, 600 * ETHER)
    attempt(lambda: chain.send(move, sender="judy", gas=GAS, value=300 * ETHER))
    return keeps(chain, vault, 29 * ETHER)


def price_cannot_be_moved_in_steps(first_look: bool = False, wait: int = 0) -> Any:
    """Judy lifts the price in one block, lets it stand for `wait` seconds, has the vault look, and sells to it.

    With `first_look` she has had the vault look just before, so that the next average begins with her price.
    """

    def test(answer: Any) -> bool | Miss:
        chain, vault, market, token = vault_in_the_city(answer)
        chain.travel(1800)
        if first_look:
            attempt(lambda: chain.send(vault.functions.update(), sender="judy", gas=GAS))
        chain.send(market.functions.buy(), sender="judy", value=300 * ETHER)
        chain.send(token.functions.approve, vault, 600 * ETHER, sender="judy")
        if wait:
            chain.travel(wait)
        for call in (vault.functions.update(), vault.functions.sell(600 * ETHER)):
            attempt(lambda call=call: chain.send(call, sender="judy", gas=GAS))
        return keeps(chain, vault, 29 * ETHER)

    return test
