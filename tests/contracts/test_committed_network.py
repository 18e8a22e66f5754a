"""A network with a commitment: what a swapped weight changes, who may upgrade, and when."""

import pytest
from eth_utils import keccak
from web3.exceptions import ContractLogicError

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.lab.gas_contest import place_code

DAY = 24 * 60 * 60
WEIGHTS = bytes(range(1, 200))
NOBODY = "0x" + "0" * 40


def network(answer):
    """Code that answers any call data with the first byte of it plus `answer`."""
    return bytes.fromhex("5f355f1a60") + bytes([answer]) + bytes.fromhex("015f5260205ff3")


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def committed(chain):
    """Alice owns it; the first version adds 1."""
    return chain.deploy("committed_network", place_code(chain, network(1)), keccak(WEIGHTS))


def propose(chain, committed, answer=2, weights=b"others", sender="alice"):
    return chain.send(committed.functions.propose, place_code(chain, network(answer)), keccak(weights), sender=sender)


def test_it_answers_what_the_network_answers(committed):
    assert [committed.functions.classify(bytes([x])).call() for x in (0, 7, 200)] == [1, 8, 201]


def test_the_weights_are_known_by_their_hash_and_every_swapped_byte_is_caught(committed):
    assert committed.functions.made_from(WEIGHTS).call()
    for place in range(len(WEIGHTS)):
        swapped = WEIGHTS[:place] + bytes([WEIGHTS[place] ^ 1]) + WEIGHTS[place + 1 :]
        assert not committed.functions.made_from(swapped).call()
    for other in (b"", WEIGHTS[:-1], WEIGHTS + b"\0"):
        assert not committed.functions.made_from(other).call()


def test_the_code_hash_is_that_of_the_running_code(committed):
    version = committed.functions.current().call()
    assert version[1] == keccak(network(1)) and version[2] == keccak(WEIGHTS)


def test_an_upgrade_waits_a_day_and_then_anybody_carries_it_out(chain, committed):
    receipt = propose(chain, committed)
    assert receipt.events[0].args["earliest"] == chain.block().timestamp + DAY
    with pytest.raises(Reverted, match="still waits"):
        chain.send(committed.functions.carry_out, sender="judy")
    assert committed.functions.classify(b"\7").call() == 8
    chain.travel(DAY)
    chain.send(committed.functions.carry_out, sender="judy")
    assert committed.functions.classify(b"\7").call() == 9
    assert committed.functions.made_from(b"others").call() and not committed.functions.made_from(WEIGHTS).call()
    with pytest.raises(Reverted, match="nothing is proposed"):
        chain.send(committed.functions.carry_out)


def test_a_new_proposal_starts_the_wait_anew(chain, committed):
    propose(chain, committed, 2)
    chain.travel(DAY - 100)
    propose(chain, committed, 3)
    chain.travel(200)
    with pytest.raises(Reverted, match="still waits"):
        chain.send(committed.functions.carry_out)


def test_only_the_owner_proposes_and_freezes(chain, committed):
    with pytest.raises(Reverted, match="only the owner may propose"):
        propose(chain, committed, sender="judy")
    with pytest.raises(Reverted, match="only the owner may freeze"):
        chain.send(committed.functions.freeze, sender="judy")


def test_frozen_for_ever_a_waiting_proposal_included(chain, committed):
    propose(chain, committed)
    chain.send(committed.functions.freeze)
    chain.travel(2 * DAY)
    with pytest.raises(Reverted, match="nothing is proposed"):
        chain.send(committed.functions.carry_out)
    with pytest.raises(Reverted, match="only the owner may propose"):
        propose(chain, committed)
    assert committed.functions.owner().call() == NOBODY
    assert committed.functions.classify(b"\7").call() == 8


def test_other_code_at_the_address_is_not_asked(chain, committed):
    where = committed.functions.current().call()[0]
    chain.rpc("anvil_setCode", where, "0x" + network(5).hex())
    with pytest.raises(ContractLogicError, match="another code stands"):
        committed.functions.classify(b"\7").call()


def test_an_address_without_code_is_refused(chain, committed):
    with pytest.raises(Reverted, match="no contract at that address"):
        chain.send(committed.functions.propose, chain.accounts["bob"].address, bytes(32))
    with pytest.raises(Reverted, match="no contract at that address"):
        chain.deploy("committed_network", chain.accounts["bob"].address, bytes(32))


@pytest.mark.parametrize("code, why", [("60085ff3", "no class came back"), ("5f5ffd", "execution reverted")])
def test_what_answers_less_than_a_word_is_no_network(chain, code, why):
    committed = chain.deploy("committed_network", place_code(chain, bytes.fromhex(code)), bytes(32))
    with pytest.raises(ContractLogicError, match=why):
        committed.functions.classify(b"\7").call()
