"""A claimed sum: a wrong word costs the bond, a right claim cannot be shaken, and only what is burnt stays behind."""

import pytest

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.federated.masking import add
from nnchain_edu.federated.word_tree import filled, word_path, word_root

NAMES, BOND, SECONDS = ("alice", "bob", "carol"), 10**18, 100
UPDATES = {"alice": [1, 2, 3, 4, 5], "bob": [10, 20, 30, 40, 2**256 - 1], "carol": [0, 0, 7, 0, 9]}
UPDATES = {name: filled(words) for name, words in UPDATES.items()}  # eight words, depth 3
SUM = add(*UPDATES.values())


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def call(chain):
    """Three clients have joined, and a claim can be made."""
    functions = chain.deploy("challenged_sum", 3, BOND, SECONDS, SECONDS).functions
    for name, words in UPDATES.items():
        chain.send(functions.join, word_root(words), sender=name)
    chain.travel(SECONDS)
    return functions


def arguments(place, claimed, updates=UPDATES):
    words = [words[place] for words in updates.values()]
    return place, words, [word_path(w, place) for w in updates.values()], claimed[place], word_path(claimed, place)


@pytest.mark.parametrize("place", range(8))
def test_one_wrong_word_is_found_and_half_the_bond_goes_to_who_shows_it(chain, call, place):
    wrong = [*SUM]
    wrong[place] ^= 1
    chain.send(call.claim, word_root(wrong), sender="dave", value=BOND)
    chain.send(call.challenge, *arguments(place, wrong), sender="erin")
    assert call.owed(chain.accounts["erin"].address).call() == BOND // 2 and not call.final().call()
    chain.send(call.withdraw, sender="erin")
    chain.send(call.claim, word_root(SUM), sender="frank", value=BOND)
    chain.travel(SECONDS)
    assert call.final().call() and call.root().call() == word_root(SUM)
    chain.send(call.settle)
    chain.send(call.withdraw, sender="frank")
    assert chain.balance(call.claim.address) == call.burnt().call() == BOND // 2


def test_who_challenges_its_own_wrong_claim_loses_money_each_time(chain, call):
    """Seeing a challenge come, the claimant sends it first, to keep the bond and to claim anew: half of it is gone."""
    wrong = [SUM[0] + 1, *SUM[1:]]
    for times in (1, 2):
        chain.send(call.claim, word_root(wrong), sender="dave", value=BOND)
        chain.send(call.challenge, *arguments(0, wrong), sender="dave")
        with pytest.raises(Reverted, match="no claim stands"):
            chain.send(call.challenge, *arguments(0, wrong), sender="erin")
        assert call.owed(chain.accounts["dave"].address).call() == times * (BOND // 2)
        assert call.burnt().call() == times * (BOND // 2)


def test_one_client_that_keeps_its_words_back_makes_every_challenge_impossible(chain):
    """What the contract cannot see to: a root that nobody knows the words of, and a wrong sum stands."""
    functions = chain.deploy("challenged_sum", 3, BOND, SECONDS, SECONDS).functions
    chain.send(functions.join, word_root(UPDATES["alice"]), sender="alice")
    chain.send(functions.join, bytes(range(32)), sender="judy")
    chain.travel(SECONDS)
    wrong = [99] * 8
    chain.send(functions.claim, word_root(wrong), sender="judy", value=BOND)
    place, words, paths, claimed, path = arguments(0, wrong, {"alice": UPDATES["alice"], "judy": [0] * 8})
    with pytest.raises(Reverted, match="not a word of that client"):
        chain.send(functions.challenge, place, words, paths, claimed, path, sender="alice")
    with pytest.raises(Reverted, match="of every client"):
        chain.send(functions.challenge, place, words[:1], paths[:1], claimed, path, sender="alice")
    chain.travel(SECONDS)
    assert functions.final().call()


def test_a_bond_of_which_no_half_can_be_paid_is_refused(chain):
    with pytest.raises(Reverted, match="half of the bond"):
        chain.deploy("challenged_sum", 3, 1, SECONDS, SECONDS)


def test_a_right_claim_stands(chain, call):
    chain.send(call.claim, word_root(SUM), sender="dave", value=BOND)
    for place in range(8):
        with pytest.raises(Reverted, match="the claim is right"):
            chain.send(call.challenge, *arguments(place, SUM), sender="erin")


def test_a_challenge_needs_the_true_words(chain, call):
    chain.send(call.claim, word_root(SUM), sender="dave", value=BOND)
    place, words, paths, claimed, path = arguments(2, SUM)
    for bad, complaint in [
        ((place, [99, *words[1:]], paths, claimed, path), "not a word of that client"),
        ((place, words, paths, claimed + 1, path), "not a word of the claimed sum"),
        ((place, words[::-1], paths, claimed, path), "not a word of that client"),
        ((place, words[:2], paths[:2], claimed, path), "of every client"),
        ((place, words, paths[:2], claimed, path), "of every client"),
        ((place, words, [paths[0][:2], *paths[1:]], claimed, path), "another length"),
        ((place, words, paths, claimed, path[:2]), "another length"),
        ((8, words, paths, claimed, path), "no such word"),
    ]:
        with pytest.raises(Reverted, match=complaint):
            chain.send(call.challenge, *bad, sender="erin")


def test_a_wrong_sum_that_nobody_challenges_becomes_final(chain, call):
    """What optimistic means, and why somebody must look."""
    wrong = [SUM[0] + 1, *SUM[1:]]
    chain.send(call.claim, word_root(wrong), sender="dave", value=BOND)
    chain.travel(SECONDS)
    with pytest.raises(Reverted, match="final"):
        chain.send(call.challenge, *arguments(0, wrong), sender="erin")
    assert call.final().call()


def test_each_step_has_its_time(chain):
    functions = chain.deploy("challenged_sum", 3, BOND, SECONDS, SECONDS).functions
    chain.send(functions.join, bytes(32), sender="alice")
    with pytest.raises(Reverted, match="joined already"):
        chain.send(functions.join, bytes(32), sender="alice")
    with pytest.raises(Reverted, match="may still join"):
        chain.send(functions.claim, bytes(32), value=BOND)
    chain.travel(SECONDS)
    with pytest.raises(Reverted, match="too late to join"):
        chain.send(functions.join, bytes(32), sender="bob")
    with pytest.raises(Reverted, match="exactly the bond"):
        chain.send(functions.claim, bytes(32), value=BOND - 1)
    with pytest.raises(Reverted, match="no claim stands"):
        chain.send(functions.challenge, *arguments(0, SUM))
    chain.send(functions.claim, bytes(32), value=BOND)
    with pytest.raises(Reverted, match="a claim stands"):
        chain.send(functions.claim, bytes(32), value=BOND)
    with pytest.raises(Reverted, match="no claim is final"):
        chain.send(functions.settle)
    chain.travel(SECONDS)
    chain.send(functions.settle)
    with pytest.raises(Reverted, match="settled already"):
        chain.send(functions.settle)


def test_nobody_joined(chain):
    functions = chain.deploy("challenged_sum", 3, BOND, SECONDS, SECONDS).functions
    chain.travel(SECONDS)
    with pytest.raises(Reverted, match="nobody joined"):
        chain.send(functions.claim, bytes(32), value=BOND)


def test_the_tree_refuses_what_is_no_power_of_two():
    assert filled([1, 2, 3]) == [1, 2, 3, 0] and filled([5]) == [5]
    with pytest.raises(ValueError, match="power of two, got 3"):
        word_root([1, 2, 3])
    with pytest.raises(ValueError, match="from 0 to 1, got 2"):
        word_path([1, 2], 2)
