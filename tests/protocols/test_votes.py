"""What one validator, and one producer's neighbour, do with a message: the rules of the page, one by one."""

import pytest

from nnchain_edu.protocols.blocks import GENESIS, Block
from nnchain_edu.protocols.delegated import DelegatedProofOfStake
from nnchain_edu.protocols.network import Conditions, Network
from nnchain_edu.protocols.pbft import PBFT
from nnchain_edu.protocols.pbft_messages import Commit, Prepare, Prepared, Propose, ViewChange
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


# PBFT: node 0 of four, f = 1, quorum 3; node 1 leads height 1, node 2 its view 1, node 3 its view 2.

A, B = (Block(GENESIS, 1, 1.0, 0, payload) for payload in "ab")


def asked(view, prepared=None):
    return tuple((node, ViewChange(1, view, prepared)) for node in (1, 2, 3))


def test_a_replica_votes_for_its_leaders_first_proposal_only():
    node = started(PBFT)
    node.receive(2, Propose(1, 0, A))  # not the leader
    assert not node.promised
    node.receive(1, Propose(1, 0, A))
    node.receive(1, Propose(1, 0, B))
    assert node.promised == {0: A} and node.caught == {1}


def test_a_later_view_needs_its_proof_and_keeps_what_was_prepared():
    three, two = frozenset({1, 2, 3}), frozenset({1, 2})
    for proof in ((), asked(1)[:2], asked(2), asked(1, Prepared(0, B, three)), asked(1, Prepared(0, A, two))):
        node = started(PBFT)
        node.receive(2, Propose(1, 1, A, proof))
        assert not node.promised and node.view == 0
    node = started(PBFT)
    node.receive(2, Propose(1, 1, A, asked(1, Prepared(0, A, three))))
    assert node.promised == {1: A} and node.view == 1


def test_first_votes_of_a_view_left_behind_commit_nothing():
    node = started(PBFT)
    node.receive(1, Propose(1, 0, A))
    node.ask_for(1)
    for voter in (1, 2, 3):
        node.receive(voter, Prepare(1, 0, A))
    assert not node.committed and node.prepared is None


def test_one_impatient_node_may_lie_two_are_believed():
    node = started(PBFT)
    node.receive(3, ViewChange(1, 2, None))
    assert node.view == 0
    node.receive(2, ViewChange(1, 2, None))
    assert node.view == 2


def test_messages_for_the_next_height_are_kept_until_it_begins():
    node = started(PBFT)
    later = Block(A, 2, 2.0)
    node.receive(2, Propose(2, 0, later))
    for voter in (1, 2, 3):
        node.receive(voter, Commit(1, 0, A))
    assert node.final == A and node.promised == {0: later}
