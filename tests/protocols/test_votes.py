"""What one validator, and one producer's neighbour, do with a message: the rules of the page, one by one."""

import pytest

from nnchain_edu.protocols.blocks import GENESIS, Block
from nnchain_edu.protocols.delegated import DelegatedProofOfStake
from nnchain_edu.protocols.network import Conditions, Network
from nnchain_edu.protocols.proof_of_stake import Link, ProofOfStake, Vote


def started(protocol):
    """Node 0 of four, its neighbours there but still."""
    network = Network(Conditions(), 0, {node: 1 for node in range(4)})
    for node in range(4):
        network.processes[node, 0] = protocol(node, 4, network)
        network.processes[node, 0].start()
    return network.processes[0, 0]


@pytest.fixture
def validator():
    return started(ProofOfStake)


def proposed(node, parent, slot, payload=""):
    return Block(parent, node.proposer(slot), float(slot), slot, payload)


def hear(node, source, target, voters=(1, 2, 3), before=None, signers=()):
    for voter in voters:
        node.receive(voter, Vote(Link(source, target), before, frozenset(signers)))


def test_one_vote_a_height(validator):
    first, second = proposed(validator, GENESIS, 1), proposed(validator, GENESIS, 2)
    hear(validator, GENESIS, first, [1])
    hear(validator, GENESIS, second, [2])
    assert validator.voted == Link(GENESIS, first)
    hear(validator, GENESIS, proposed(validator, second, 3), [2])
    assert validator.voted.target.height == 2


def test_justified_by_more_than_two_thirds_and_final_with_a_direct_child(validator):
    one = proposed(validator, GENESIS, 1)
    hear(validator, GENESIS, one, [1])  # with its own vote two of four
    assert validator.justified == GENESIS
    hear(validator, GENESIS, one, [2])
    assert validator.justified == one and validator.final == GENESIS
    two = proposed(validator, one, 2)
    three = proposed(validator, two, 3)
    hear(validator, one, three)
    assert validator.justified == three and validator.final == GENESIS  # three is no direct child of one
    hear(validator, three, proposed(validator, three, 4))
    assert validator.final == three


def test_no_vote_from_a_source_that_nobody_justified(validator):
    one = proposed(validator, GENESIS, 1)
    two = proposed(validator, one, 2)
    hear(validator, one, two, [1])
    assert validator.voted == Link(GENESIS, GENESIS)
    hear(validator, one, proposed(validator, two, 3), [1], before=Link(GENESIS, one), signers=[1, 2, 3])
    assert validator.justified == one and validator.voted.target.slot == 3  # now with the proof


def test_no_vote_around_an_older_one_nor_beside_the_justified(validator):
    one = proposed(validator, GENESIS, 1)
    hear(validator, GENESIS, one)
    two = proposed(validator, one, 2)
    hear(validator, one, two, [1])
    assert validator.voted == Link(one, two)
    three = proposed(validator, two, 3)
    hear(validator, GENESIS, three, [1])  # would surround one -> two
    assert validator.voted == Link(one, two)
    beside = proposed(validator, proposed(validator, proposed(validator, GENESIS, 4), 5), 6)
    hear(validator, GENESIS, beside, [1])
    assert validator.voted == Link(one, two)


def test_a_proposer_does_not_vote_twice_for_the_sake_of_its_block(validator):
    taller = proposed(validator, proposed(validator, GENESIS, 1), 2)
    hear(validator, GENESIS, taller, [1])
    other = proposed(validator, GENESIS, 3, "heavier")
    hear(validator, GENESIS, other, [1, 2, 3])
    slot = next(slot for slot in range(4, 99) if validator.proposer(slot) == 0)
    validator.justified = other  # head is now lower than what it voted for
    validator._network.now = 12.0 * slot
    validator.propose()
    assert validator.voted.target == taller and validator.head() == other


def test_the_head_follows_the_stake(validator):
    light, heavy = proposed(validator, GENESIS, 1), proposed(validator, GENESIS, 2)
    for few, many in ((light, heavy), (heavy, light)):
        node = started(ProofOfStake)
        hear(node, GENESIS, few, [1])
        hear(node, GENESIS, many, [2, 3])
        node.latest.pop(0, None)  # its own vote went to the first
        assert node.head() == many


def test_two_votes_of_one_height_are_evidence(validator):
    hear(validator, GENESIS, proposed(validator, GENESIS, 1), [2])
    hear(validator, GENESIS, proposed(validator, GENESIS, 2), [2])
    assert validator.caught == {2}


def test_a_producer_out_of_turn_is_ignored_and_the_final_stays():
    node = started(DelegatedProofOfStake)
    tip = GENESIS
    node.receive(1, Block(GENESIS, node.producer(2), 1.0, 1))
    assert node.head == GENESIS
    for slot in range(1, 6):
        tip = Block(tip, node.producer(slot), float(slot), slot)
        node.receive(tip.proposer, tip)
    assert node.head == tip and node.final.height == 3  # three of four have built on it
    longer = GENESIS
    for slot in range(6, 20):
        longer = Block(longer, node.producer(slot), float(slot), slot)
    node.receive(longer.proposer, longer)
    assert node.head == tip
