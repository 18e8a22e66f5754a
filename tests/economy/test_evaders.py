"""Evaders change their behaviour; everything else stays, and what an observer computes follows from their payments."""

import pandas
import pytest

from nnchain_edu.economy import Economy, features
from nnchain_edu.economy.evaders import FIRST_NUMBER, Behaviour, EvadedEconomy, loot_left, prices

HERE = {"seed": 3, "days": 20, "agents": 120}


def planned(*behaviours, draw=0):
    return EvadedEconomy(chains=[(b, 8.0) for b in behaviours], draw=draw, **HERE).plan()


def chain_of(truth, number=FIRST_NUMBER):
    return truth.accounts[truth.accounts["campaign"] == number]


@pytest.fixture(scope="module")
def usual():
    return planned(Behaviour())


def test_without_chains_it_is_the_economy_itself():
    frames, _ = EvadedEconomy(**HERE).plan()
    assert frames.transactions.equals(Economy(**HERE).plan()[0].transactions)


def test_a_chain_is_labelled_and_the_others_keep_their_accounts(usual):
    _, truth = usual
    chain = chain_of(truth)
    assert 6 <= len(chain) <= 12 and set(chain["began"]) == {8} and chain["illicit"].all()
    _, plain = Economy(**HERE).plan()
    assert truth.accounts.drop(chain.index)["name"].tolist() == plain.accounts["name"].tolist()


def test_the_same_draw_is_the_same_chain_and_another_is_fresh(usual):
    again, fresh = planned(Behaviour())[0], planned(Behaviour(), draw=1)[0]
    assert again.transactions.equals(usual[0].transactions)
    assert not fresh.transactions.equals(usual[0].transactions)


def test_each_lever_moves_what_it_says(usual):
    left, hours, count = prices(*usual, [Behaviour()])
    assert 0 < left < 0.3  # a hundredth to a tenth at each account
    slow = prices(*planned(Behaviour(wait=3)), [Behaviour(wait=3)])
    assert slow[1] == pytest.approx(3 * hours, rel=0.2)
    kept = prices(*planned(Behaviour(keep=0.4)), [Behaviour(keep=0.4)])
    assert left + 0.3 < kept[0] < 1 and kept[1] == pytest.approx(hours, rel=0.01)
    shopping = prices(*planned(Behaviour(shopping=2)), [Behaviour(shopping=2)])
    assert count < shopping[2] <= count + 2 * 12
    small = prices(*planned(Behaviour(size=0.5)), [Behaviour(size=0.5)])
    assert small[2] == pytest.approx(2 * count, rel=0.2)


def test_what_is_left_of_the_loot_by_hand():
    payments = pandas.DataFrame(
        [("victim", "a", 6, "theft"), ("boss", "a", 2, "salary"), ("a", "b", 4, "layering"), ("b", "shop", 4, "buy"),
         ("a", "b", 2, "layering")],
        columns=["sender", "to", "value", "kind"],
    )  # fmt: skip
    # a holds 8, of which 6 are loot: 4 to b take 3 of it along, and b spends them; a keeps 1.5, b gets 1.5 more
    assert loot_left(payments, {"a", "b"}) == pytest.approx(0.5)
    assert loot_left(payments[:2], {"a", "b"}) == 1.0 and loot_left(payments[:0], {"a", "b"}) == 0.0


def test_the_features_are_computed_from_the_new_payments(usual):
    frames, truth = usual
    greedy, careful = features(frames), features((other := planned(Behaviour(keep=0.4)))[0])
    names = chain_of(truth).index.intersection(chain_of(other[1]).index)
    assert len(names) == len(chain_of(truth))
    assert careful.loc[names, "passed_on"].median() < greedy.loc[names, "passed_on"].median()


@pytest.mark.parametrize(
    ("given", "message"),
    [({"wait": 0}, "wait"), ({"size": 0}, "size"), ({"keep": 1.0}, "keep"), ({"shopping": -1}, "shopping")],
)
def test_bad_behaviour_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        Behaviour(**given)


def test_a_chain_begins_within_the_days():
    with pytest.raises(ValueError, match="chains: day 20"):
        EvadedEconomy(chains=[(Behaviour(), 20)], **HERE)
