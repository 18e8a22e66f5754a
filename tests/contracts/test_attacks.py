"""Each attack of unit 04 carried out: it takes the money of the dangerous contract, and fails on the repaired one."""

import pytest

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.chain.contracts import FOLDER
from nnchain_edu.lab.city import open_market

ETHER = 10**18


@pytest.fixture
def chain():
    return Chain()


def source(name):
    return (FOLDER / f"{name}.vy").read_text("utf-8")


def cost(chain, who, action):
    """What `who` has more after `action`, which sends one transaction of its own, without that one's fee."""
    before = chain.balance(who)
    receipt = action()
    return chain.balance(who) - before + receipt.fee


# Missing access control -----------------------------------------------------------------------------------


def treasuries(chain, name):
    return chain.deploy(name, sender="alice", value=10 * ETHER), chain.deploy("treasury_thief", sender="judy")


def test_anybody_empties_the_open_treasury_in_one_transaction(chain):
    treasury, thief = treasuries(chain, "treasury_open")
    loot = cost(chain, "judy", lambda: chain.send(thief.functions.rob, treasury, sender="judy"))
    assert loot == 10 * ETHER and chain.balance(treasury) == 0


def test_the_repaired_treasury_refuses_the_thief_and_serves_its_keeper(chain):
    treasury, thief = treasuries(chain, "treasury")
    with pytest.raises(Reverted, match="only the keeper hands on"):
        chain.send(thief.functions.rob, treasury, sender="judy")
    with pytest.raises(Reverted, match="only the keeper spends"):
        chain.send(treasury.functions.spend, "judy", 1, sender="judy")
    assert chain.balance(treasury) == 10 * ETHER
    chain.send(treasury.functions.set_keeper, "bob", sender="alice")
    assert cost(chain, "bob", lambda: chain.send(treasury.functions.spend, "bob", ETHER, sender="bob")) == ETHER
    with pytest.raises(Reverted, match="only the keeper spends"):
        chain.send(treasury.functions.spend, "alice", 1, sender="alice")


# Reentrancy -----------------------------------------------------------------------------------------------

LOCK_ONLY = source("bank_reentrant").replace("@external\n", "@external\n@nonreentrant\n")
ORDER_ONLY = source("bank").replace("@nonreentrant\n", "")


def banks(chain, bank):
    bank = chain.deploy(bank)
    for who in ("alice", "bob"):
        chain.send(bank.functions.deposit, sender=who, value=5 * ETHER)
    return bank, chain.deploy("bank_thief", sender="judy")


def test_the_thief_takes_everybodys_money_from_the_reentrant_bank(chain):
    bank, thief = banks(chain, "bank_reentrant")
    loot = cost(chain, "judy", lambda: chain.send(thief.functions.rob, bank, sender="judy", value=ETHER))
    assert loot == 10 * ETHER and chain.balance(bank) == 0
    assert bank.functions.balances(chain.accounts["alice"].address).call() == 5 * ETHER  # the book still promises it


@pytest.mark.parametrize("repaired", ["bank", LOCK_ONLY, ORDER_ONLY], ids=["both walls", "lock", "order"])
def test_each_wall_by_itself_keeps_the_thief_out_and_honest_people_in(chain, repaired):
    bank, thief = banks(chain, repaired)
    with pytest.raises(Reverted):
        chain.send(thief.functions.rob, bank, sender="judy", value=ETHER)
    assert chain.balance(bank) == 10 * ETHER
    assert cost(chain, "bob", lambda: chain.send(bank.functions.withdraw, sender="bob")) == 5 * ETHER
    with pytest.raises(Reverted, match="nothing to withdraw"):
        chain.send(bank.functions.withdraw, sender="bob")


def test_subtracting_instead_of_zeroing_stops_this_thief_by_vypers_checked_arithmetic(chain):
    subtracting = source("bank_reentrant").replace(
        "self.balances[msg.sender] = 0", "self.balances[msg.sender] -= amount"
    )
    bank, thief = banks(chain, subtracting)
    with pytest.raises(Reverted):
        chain.send(thief.functions.rob, bank, sender="judy", value=ETHER)
    assert chain.balance(bank) == 10 * ETHER


def test_send_gives_the_receiver_too_little_gas_to_come_back(chain):
    sending = source("bank_reentrant").replace('raw_call(msg.sender, b"", value=amount)', "send(msg.sender, amount)")
    bank, thief = banks(chain, sending)
    with pytest.raises(Reverted):
        chain.send(thief.functions.rob, bank, sender="judy", value=ETHER)


# A price that can be moved within one transaction ----------------------------------------------------------


def finance(chain, lender):
    """Market with 100 ether and 100,000 tokens, a lender with 100 ether, a flash lender with 300."""
    token, market = open_market(chain)
    victim = chain.deploy(lender, token, market, value=100 * ETHER)
    flash = chain.deploy("flash_lender")
    chain.send(flash, value=300 * ETHER)
    return token, market, victim, flash


def rob(chain, token, market, victim, flash):
    thief = chain.deploy("lender_thief", flash, market, token, sender="judy")
    return cost(
        chain, "judy", lambda: chain.send(thief.functions.rob, victim, 300 * ETHER, 10_000 * ETHER, sender="judy")
    )


def test_with_no_money_of_its_own_the_thief_borrows_at_a_price_it_made_itself(chain):
    places = finance(chain, "lender_spot")
    loot = rob(chain, *places)
    # 10,000 tokens, worth 10 ether before, fetch 80: price x 16, half of that lent; moving the price costs 11.1
    assert abs(loot - 68_888_888_888_888_888_888) < 10_000
    assert chain.balance(places[2]) == pytest.approx(20 * ETHER, rel=1e-12)
    assert chain.balance(places[3]) == 300 * ETHER


def test_the_average_ignores_a_price_that_stood_for_no_second(chain):
    token, market, victim, flash = finance(chain, "lender")
    chain.travel(1800)
    chain.send(victim.functions.update)
    assert victim.functions.price().call() == ETHER // 1000
    with pytest.raises(Reverted, match="reverted"):
        rob(chain, token, market, victim, flash)
    assert chain.balance(victim) == 100 * ETHER and chain.balance(flash) == 300 * ETHER


def test_the_repaired_lender_still_lends_and_gives_the_security_back(chain):
    token, _, victim, _ = finance(chain, "lender")
    chain.send(token.functions.transfer, "bob", 100 * ETHER)
    chain.send(token.functions.approve, victim, 100 * ETHER, sender="bob")
    with pytest.raises(Reverted, match="no recent average"):
        chain.send(victim.functions.borrow, 100 * ETHER, sender="bob")
    chain.travel(1800)
    chain.send(victim.functions.update)
    lent = cost(chain, "bob", lambda: chain.send(victim.functions.borrow, 100 * ETHER, sender="bob"))
    assert lent == 5 * ETHER // 100
    chain.send(victim.functions.repay, sender="bob", value=lent)
    assert token.functions.balanceOf(chain.accounts["bob"].address).call() == 100 * ETHER
    chain.travel(7201)
    with pytest.raises(Reverted, match="no recent average"):
        chain.send(victim.functions.borrow, 0, sender="bob")


def test_an_update_within_the_attack_changes_nothing_and_cannot_come_early(chain):
    _, market, victim, _ = finance(chain, "lender")
    chain.travel(1800)
    with chain.snapshot():
        chain.send(victim.functions.update)
        honest = victim.functions.price().call()
    chain.send(market.functions.buy, sender="judy", value=300 * ETHER)  # the price x 16 from this block on
    chain.send(victim.functions.update, sender="judy")
    # the raised price stood for one second of 1,800 and a few: it counts for that second and no more
    assert honest <= victim.functions.price().call() < honest * 1.02
    with pytest.raises(Reverted, match="half an hour"):
        chain.send(victim.functions.update, sender="judy")


def test_what_the_repair_does_not_stop_a_price_held_up_for_half_an_hour(chain):
    _, market, victim, _ = finance(chain, "lender")
    chain.send(market.functions.buy, sender="judy", value=300 * ETHER)
    chain.travel(1800)  # here nobody sells against the thief; on a real market somebody would
    chain.send(victim.functions.update, sender="judy")
    assert victim.functions.price().call() > 15 * ETHER // 1000


def test_what_the_repair_does_not_stop_a_much_stronger_push_for_twelve_seconds(chain):
    token, market, victim, _ = finance(chain, "lender")
    before = chain.balance("judy")
    chain.travel(1788)
    with chain.snapshot():
        chain.travel(12)
        chain.send(victim.functions.update, sender="judy")
        honest = victim.functions.price().call()
    chain.send(market.functions.buy, sender="judy", value=2_000 * ETHER)
    assert market.functions.price().call() == pytest.approx(441 * honest, rel=1e-3)
    chain.travel(12)
    chain.send(victim.functions.update, sender="judy")
    believed = victim.functions.price().call()
    assert 3.9 * honest < believed < 4.3 * honest
    held = token.functions.balanceOf(chain.accounts["judy"].address).call()
    left = 200 * ETHER * ETHER // believed
    for spender, amount, call in (
        (victim, left, victim.functions.borrow(left)),
        (market, held - left, market.functions.sell(held - left)),
    ):
        chain.send(token.functions.approve, spender, amount, sender="judy")
        chain.send(call, sender="judy")
    assert chain.balance("judy") > before + 7 * ETHER


def test_the_flash_lender_undoes_everything_when_the_loan_does_not_come_back(chain):
    keeper = """
interface Flash:
    def borrow(amount: uint256): nonpayable

@external
def take(flash: address, amount: uint256):
    extcall Flash(flash).borrow(amount)

@external
@payable
def on_loan(amount: uint256):
    pass
"""
    *_, flash = finance(chain, "lender")
    with pytest.raises(Reverted, match="did not come back"):
        chain.send(chain.deploy(keeper).functions.take, flash, ETHER)
    assert chain.balance(flash) == 300 * ETHER


def test_the_market_keeps_its_product_and_pays_for_every_swap(chain):
    token, market, *_ = finance(chain, "lender")
    product = 100 * ETHER * 100_000 * ETHER
    for step in range(6):
        chain.send(market.functions.buy, sender="bob", value=7 * ETHER + step)
        held = token.functions.balanceOf(chain.accounts["bob"].address).call()
        chain.send(token.functions.approve, market, held // 3, sender="bob")
        chain.send(market.functions.sell, held // 3, sender="bob")
        reserves = market.functions.ether_reserve().call(), market.functions.token_reserve().call()
        assert reserves[0] * reserves[1] >= product
        product = reserves[0] * reserves[1]
        assert chain.balance(market) == reserves[0]
        assert token.functions.balanceOf(market.address).call() == reserves[1]
    for call, text in ((market.functions.open(1), "open"), (market.functions.buy(), "reverted")):
        with pytest.raises(Reverted, match=text):
            chain.send(call, value=0 if "buy" in call.fn_name else 1)
