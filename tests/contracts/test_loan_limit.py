"""The number that a model proposes: what its key can do, and what it cannot."""

import pytest

from nnchain_edu.chain import Chain, Reverted

LOW, HIGH, STEP, WAIT, STALE = 30, 75, 10, 3600, 86400


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def limit(chain):
    """Alice is the guardian, bob holds the model's key, judy is a stranger."""
    return chain.deploy("loan_limit", "bob")


def value(limit):
    return limit.functions.percent().call()


def propose(chain, limit, percent, sender="bob"):
    return chain.send(limit.functions.propose, percent, sender=sender)


def carry_out(chain, limit, sender="judy"):
    return chain.send(limit.functions.carry_out, sender=sender)


def change(chain, limit, percent):
    propose(chain, limit, percent)
    chain.travel(WAIT)
    return carry_out(chain, limit)


def test_the_bounds_are_those_of_the_lesson(limit):
    names = ("LOW", "HIGH", "STEP", "WAIT", "STALE")
    assert [limit.functions[name]().call() for name in names] == [LOW, HIGH, STEP, WAIT, STALE]
    assert value(limit) == LOW


def test_a_proposal_waits_and_then_anybody_carries_it_out(chain, limit):
    propose(chain, limit, 40)
    assert value(limit) == LOW
    with pytest.raises(Reverted, match="still waits"):
        carry_out(chain, limit)
    chain.travel(WAIT)
    receipt = carry_out(chain, limit, sender="judy")
    assert value(limit) == 40 and receipt.events[0].args == {"percent": 40}
    with pytest.raises(Reverted, match="nothing is proposed"):
        carry_out(chain, limit)


@pytest.mark.parametrize("percent", [0, LOW - 1, HIGH + 1, 1000, 2**256 - 1])
def test_no_key_leaves_the_bounds(chain, limit, percent):
    with pytest.raises(Reverted):
        propose(chain, limit, percent)
    assert value(limit) == LOW


def test_the_thief_of_the_models_key_needs_five_waits_to_the_top_and_gets_no_further(chain, limit):
    with pytest.raises(Reverted, match="too large a step"):
        propose(chain, limit, LOW + STEP + 1)
    reached = []
    while value(limit) < HIGH:
        reached.append(min(value(limit) + STEP, HIGH))
        change(chain, limit, reached[-1])
    assert reached == [40, 50, 60, 70, 75]
    with pytest.raises(Reverted, match="bounds"):
        propose(chain, limit, HIGH + 1)


def test_at_the_top_a_loan_is_still_smaller_than_its_security(limit):
    assert limit.functions.HIGH().call() < 100


def test_proposals_do_not_pile_up_and_a_new_one_waits_anew(chain, limit):
    propose(chain, limit, 35)
    chain.travel(WAIT - 10)
    propose(chain, limit, 40)
    chain.travel(20)
    with pytest.raises(Reverted, match="still waits"):
        carry_out(chain, limit)
    chain.travel(WAIT)
    carry_out(chain, limit)
    with pytest.raises(Reverted, match="nothing is proposed"):
        carry_out(chain, limit)
    assert value(limit) == 40


@pytest.mark.parametrize("sender", ["judy", "alice"])
def test_strangers_and_even_the_guardian_cannot_propose(chain, limit, sender):
    with pytest.raises(Reverted, match="only the model proposes"):
        propose(chain, limit, 40, sender=sender)


def test_the_models_key_cannot_refuse_replace_or_undo_a_veto(chain, limit):
    propose(chain, limit, 40)
    for call, sender in ((limit.functions.veto(), "bob"), (limit.functions.veto(), "judy")):
        with pytest.raises(Reverted, match="only the guardian"):
            chain.send(call, sender=sender)
    with pytest.raises(Reverted, match="only the guardian"):
        chain.send(limit.functions.replace_model, "bob", sender="bob")
    chain.send(limit.functions.veto, sender="alice")
    chain.travel(WAIT)
    with pytest.raises(Reverted, match="nothing is proposed"):
        carry_out(chain, limit, sender="bob")
    assert value(limit) == LOW


def test_a_replaced_key_is_dead_its_proposal_gone_and_the_value_lowest(chain, limit):
    change(chain, limit, 40)
    propose(chain, limit, 50)
    chain.send(limit.functions.replace_model, "carol", sender="alice")
    assert value(limit) == LOW
    chain.travel(WAIT)
    with pytest.raises(Reverted, match="nothing is proposed"):
        carry_out(chain, limit)
    with pytest.raises(Reverted, match="only the model"):
        propose(chain, limit, 40)
    propose(chain, limit, 40, sender="carol")


def test_silence_closes_the_value_falls_to_the_lowest(chain, limit):
    change(chain, limit, 40)
    chain.travel(STALE - 10)
    assert value(limit) == 40
    chain.travel(20)
    assert value(limit) == LOW


def test_a_step_is_measured_from_what_is_in_force_when_it_is_carried_out(chain, limit):
    change(chain, limit, 40)
    chain.travel(STALE - WAIT)
    propose(chain, limit, 50)  # from 40, which lapses to 30 before the proposal has waited
    chain.travel(WAIT + 10)
    assert value(limit) == LOW
    with pytest.raises(Reverted, match="too large a step by now"):
        carry_out(chain, limit)


def test_an_old_proposal_cannot_be_kept_for_a_better_day(chain, limit):
    propose(chain, limit, 40)
    chain.travel(WAIT + STALE)
    with pytest.raises(Reverted, match="too old"):
        carry_out(chain, limit, sender="bob")


def test_what_the_key_can_do_it_can_hold_the_value_at_either_end(chain, limit):
    """Within the bounds nothing stops it: the bounds must be chosen so that both ends can be lived with."""
    for percent in (40, 50, 60, 70, 75):
        change(chain, limit, percent)
    for percent in (65, 55, 45, 35, 30):
        change(chain, limit, percent)
    assert value(limit) == LOW


def test_what_the_guardians_key_can_do_it_can_keep_the_value_lowest_for_ever(chain, limit):
    change(chain, limit, 40)
    for _ in range(3):
        propose(chain, limit, 50)
        chain.send(limit.functions.veto, sender="alice")
    chain.travel(STALE + 1)
    assert value(limit) == LOW


def test_what_the_guardians_key_can_do_it_can_name_itself_and_is_bound_by_the_same_rules(chain, limit):
    chain.send(limit.functions.replace_model, "alice", sender="alice")
    for percent in (40, 50, 60, 70, 75):
        with pytest.raises(Reverted, match=r"too large a step|bounds"):
            propose(chain, limit, min(percent + STEP + 1, HIGH + 1), sender="alice")
        propose(chain, limit, percent, sender="alice")
        with pytest.raises(Reverted, match="still waits"):
            carry_out(chain, limit, sender="alice")
        chain.travel(WAIT)
        carry_out(chain, limit, sender="alice")
    assert value(limit) == HIGH
