"""The challenge of unit 04: what a heist takes out of the vault, and what a repaired vault survives."""

from typing import Any
from weakref import WeakKeyDictionary

from nnchain_edu.exercises.hostile import ETHER, MOVER, REENTRANT, address, attempt, keeps, vault_in_the_city
from nnchain_edu.exercises.kinds import Miss, same
from nnchain_edu.exercises.trials_04 import GAS, NOBODY, course

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
    chain, vault, _, token = vault_in_the_city(answer)
    chain.send(vault.functions.withdraw(), sender="bob")
    chain.send(vault.functions.name_keeper(address(chain, "dave")), sender="alice")
    chain.send(vault.functions.spend(address(chain, "dave")), sender="dave")
    chain.travel(1800)
    chain.send(vault.functions.update(), sender="bob")
    chain.send(token.functions.transfer, "carol", 100 * ETHER)
    chain.send(token.functions.approve, vault, 100 * ETHER, sender="carol")
    chain.send(vault.functions.sell(100 * ETHER), sender="carol")
    purses = [vault.functions[purse]().call() for purse in ("reserve", "held", "fund")]
    left = (10 * ETHER, 5 * ETHER, 0)
    return same(sum(purses), chain.balance(vault)) and same(purses, [0, 5 * ETHER, left[0] - ETHER // 10], 0.01)


def keeper_stays(answer: Any) -> bool | Miss:
    chain, vault, *_ = vault_in_the_city(answer)
    attempt(lambda: chain.send(vault.functions.name_keeper(address(chain, "judy")), sender="judy", gas=GAS))
    attempt(lambda: chain.send(vault.functions.spend(address(chain, "judy")), sender="judy", gas=GAS))
    return keeps(chain, vault, 30 * ETHER)


def vault_is_not_reentered(answer: Any) -> bool | Miss:
    chain, vault, *_ = vault_in_the_city(answer)
    thief = chain.deploy(REENTRANT, sender="judy")
    attempt(lambda: chain.send(thief.functions.rob, vault, NOBODY, 10, sender="judy", gas=GAS, value=ETHER))
    return keeps(chain, vault, 30 * ETHER)


def price_cannot_be_moved(looks: bool, wait: int = 1) -> Any:
    def test(answer: Any) -> bool | Miss:
        chain, vault, market, token = vault_in_the_city(answer)
        chain.travel(wait)
        thief = chain.deploy(MOVER, sender="judy")
        call = thief.functions.move
        attempt(
            lambda: chain.send(
                call, vault, market, token, 600 * ETHER, looks, sender="judy", gas=GAS, value=300 * ETHER
            )
        )
        return keeps(chain, vault, 29 * ETHER)

    return test


def price_cannot_be_moved_in_steps(answer: Any) -> bool | Miss:
    chain, vault, market, token = vault_in_the_city(answer)
    chain.travel(1800)
    chain.send(market.functions.buy(), sender="judy", value=300 * ETHER)
    chain.send(token.functions.approve, vault, 600 * ETHER, sender="judy")
    for call in (vault.functions.update(), vault.functions.sell(600 * ETHER)):
        attempt(lambda call=call: chain.send(call, sender="judy", gas=GAS))
    return keeps(chain, vault, 29 * ETHER)
