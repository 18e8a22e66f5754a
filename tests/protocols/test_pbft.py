"""PBFT: safe and live with f of 3f + 1, and at 3f nodes one or the other is lost."""

from random import Random

import pytest

from nnchain_edu.protocols.network import Conditions, Outage, Partition
from nnchain_edu.protocols.pbft import PBFT
from nnchain_edu.protocols.pbft_messages import Prepared, ViewChange, locked
from nnchain_edu.protocols.pbft_traces import LIAR, kept, lost_liveness, lost_safety
from nnchain_edu.protocols.proof_of_stake import ProofOfStake
from nnchain_edu.protocols.protocol import simulate
from tests.protocols.test_network import chain


def test_three_nodes_with_quorum_two_lose_safety():
    result = lost_safety()
    assert result.conflicts == (1,) and not result.safe
    assert result.chains[0][0] != result.chains[2][0] and {b[0].proposer for b in result.chains.values()} == {LIAR}
    told = {event.receiver: event.what for event in result.trace if event.what.startswith("propose")}
    assert len(set(told.values())) == 2 and set(told) == {0, 2}  # one story to each
    final = [event.what for event in result.trace if event.what.startswith("final")]
    assert len(final) == 2 and final[0] != final[1]


def test_three_nodes_with_quorum_three_lose_liveness():
    result = lost_liveness()
    assert result.finalised == 0 and result.safe
    views = [event.what for event in result.trace]
    assert {event.sender for event in result.trace} == {0, 2} and "change to view 4" in views
    assert not [what for what in views if what.startswith(("prepare", "commit", "final"))]


@pytest.mark.parametrize("behaviour", ["equivocate", "silent"])
def test_four_nodes_with_the_same_liar_lose_neither(behaviour):
    result = kept(behaviour)
    assert result.safe and result.finalised >= 5
    assert result.caught == ({LIAR} if behaviour == "equivocate" else set())


@pytest.mark.parametrize("f", [1, 2, 3])
def test_n_3f_plus_1_stands_f_liars_and_n_3f_does_not(f):
    liars = {node: "equivocate" for node in range(1, f + 1)}
    good = simulate(PBFT, 3 * f + 1, 60, byzantine=liars)
    assert good.safe and good.finalised >= 20
    bad = simulate(PBFT, 3 * f, 60, byzantine=liars, faults=f, quorum=2 * f)
    assert not bad.safe
    silent = dict.fromkeys(liars, "silent")
    stuck = simulate(PBFT, 3 * f, 60, byzantine=silent, faults=f, quorum=2 * f + 1)
    assert stuck.finalised == 0 and stuck.safe


def test_a_quorum_of_2f_plus_1_is_too_small_for_five_nodes():
    """Two quorums of three out of five may share the liar alone; the default, four, shares an honest node."""
    assert not simulate(PBFT, 5, 60, byzantine={1: "equivocate"}, quorum=3).safe
    assert simulate(PBFT, 5, 60, byzantine={1: "equivocate"}).safe


def test_silent_leaders_cost_a_timeout_and_views_go_on():
    result = simulate(PBFT, 7, 120, byzantine={1: "silent", 2: "silent"}, timeout=2.0)
    slow = [b for b in result.chains[0] if b.slot > 0]
    assert result.safe and slow and max(b.slot for b in slow) == 2  # two silent leaders in a row
    assert not {b.proposer for b in result.chains[0]} & {1, 2}


def test_a_node_that_was_away_catches_up():
    result = simulate(PBFT, 4, 60, Conditions(outages=(Outage(3, 5, 30),)))
    assert result.safe and len(result.chains[3]) > 25


def test_a_prepared_block_is_carried_into_later_views():
    old, new = chain(1), chain(2).at(1)
    changes = tuple(
        (node, ViewChange(1, 3, prepared))
        for node, prepared in enumerate((None, Prepared(0, old, frozenset("abc")), Prepared(2, new, frozenset("abc"))))
    )
    assert locked(changes) is new and locked(changes[:2]) is old and locked(changes[:1]) is None


def storm(seed: int) -> tuple:
    """Random walls and outages in the first half, losses throughout, as many Byzantine nodes as there may be."""
    random = Random(seed)
    nodes = random.choice([4, 5, 6, 7, 10])
    liars = {n: random.choice(["silent", "equivocate"]) for n in random.sample(range(nodes), (nodes - 1) // 3)}
    protocol, time = random.choice([(PBFT, 200.0), (ProofOfStake, 1500.0)])

    def spell():
        start = random.uniform(0, time / 2)
        return start, start + random.uniform(0, time / 10)

    walls = [Partition(*spell(), random.sample(range(nodes), random.randint(1, nodes - 1))) for _ in range(2)]
    outages = [Outage(random.randrange(nodes), *spell()) for _ in range(3)]
    weather = Conditions(random.choice([0.01, 0.1, 1.0]), random.choice([0, 0.05, 0.2]), tuple(walls), tuple(outages))
    return simulate(protocol, nodes, time, weather, liars, seed), liars, time


def stands(seed: int) -> None:
    result, liars, time = storm(seed)
    assert result.safe
    assert max(b.time for blocks in result.chains.values() for b in blocks) > 0.65 * time
    assert result.caught <= set(liars)


@pytest.mark.parametrize("seed", range(8))
def test_two_thirds_stay_safe_and_go_on_after_a_storm(seed):
    stands(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 250))
def test_many_storms(seed):
    stands(seed)
