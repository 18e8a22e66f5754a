"""The four protocols under one network: what each keeps, what each loses, and when."""

import pytest

from nnchain_edu.protocols.blocks import GENESIS
from nnchain_edu.protocols.delegated import DelegatedProofOfStake, elect
from nnchain_edu.protocols.energy import comparison, ethereum_joules, server_joules, work_joules
from nnchain_edu.protocols.network import Conditions, Outage, Partition
from nnchain_edu.protocols.pbft import PBFT
from nnchain_edu.protocols.proof_of_stake import ProofOfStake
from nnchain_edu.protocols.proof_of_work import ProofOfWork
from nnchain_edu.protocols.protocol import simulate

#: Seconds in which each makes about 60 blocks.
TIMES = {ProofOfWork: 36_000, ProofOfStake: 720, DelegatedProofOfStake: 60, PBFT: 80}
all_four = pytest.mark.parametrize("protocol", TIMES, ids=lambda protocol: protocol.__name__)
LOSSY = Conditions(loss=0.1)
AWAY = Conditions(outages=(Outage(0, 10, 30), Outage(2, 20, 40)))


def goes_on(result):
    """Honest nodes still finalise what was made in the last third."""
    return all(blocks[-1].time > 0.6 * result.duration for blocks in result.chains.values())


BYZANTINE = pytest.mark.parametrize(
    "byzantine", [{}, {1: "silent"}, {1: "equivocate"}], ids=["honest", "silent", "liar"]
)


@all_four
@pytest.mark.parametrize("conditions", [Conditions(), LOSSY], ids=["calm", "lossy"])
@BYZANTINE
def test_all_are_safe_and_live_with_one_of_four_byzantine(protocol, conditions, byzantine):
    """But for delegated proof of stake: with messages lost, a liar's two blocks can each find their followers."""
    result = simulate(protocol, 4, TIMES[protocol], conditions, byzantine, seed=5)
    assert goes_on(result) and result.finalised >= 10
    assert result.caught <= set(byzantine)
    if protocol is not DelegatedProofOfStake or not (byzantine and conditions is LOSSY):
        assert result.safe


@all_four
def test_two_of_four_away_at_once_are_waited_for(protocol):
    result = simulate(protocol, 4, TIMES[protocol], AWAY, seed=5)
    assert goes_on(result) and result.finalised >= 10 and result.safe and not result.caught


@all_four
@BYZANTINE
def test_all_are_safe_and_live_with_one_of_seven_byzantine_while_another_is_away(protocol, byzantine):
    """Seven bear two faults: node 1 lies or is silent, and of two honest nodes one after the other is away."""
    time = TIMES[protocol]
    churn = Conditions(outages=(Outage(0, time * 0.1, time * 0.3), Outage(2, time * 0.35, time * 0.55)))
    result = simulate(protocol, 7, time, churn, byzantine, seed=5)
    assert goes_on(result) and result.finalised >= 10
    assert result.caught <= set(byzantine) and result.safe


@all_four
def test_the_chain_is_one_chain(protocol):
    result = simulate(protocol, 4, TIMES[protocol], LOSSY, seed=2)
    longest = max(result.chains.values(), key=len)
    for blocks in result.chains.values():
        assert blocks == longest[: len(blocks)]
        assert [b.height for b in blocks] == list(range(1, len(blocks) + 1))
        assert all(b.parent == before for before, b in zip((GENESIS, *blocks), blocks, strict=False))
    assert result.finalised == min(map(len, result.chains.values())) == len(result.finality)
    assert all(seconds > 0 for seconds in result.finality)
    assert result.made >= result.finalised + result.stale


@all_four
def test_one_seed_one_history(protocol):
    run = [simulate(protocol, 4, TIMES[protocol] / 4, LOSSY, {1: "equivocate"}, seed=s, trace=True) for s in (3, 3, 4)]
    assert run[0] == run[1] != run[2]


@all_four
def test_after_a_partition_all_go_on_and_only_proof_of_work_takes_back(protocol):
    time = TIMES[protocol] * 3
    wall = Conditions(partitions=(Partition(time * 0.2, time * 0.6, {0, 1, 2}),))
    result = simulate(protocol, 7, time, wall, seed=1)
    assert max(b.time for b in result.chains[0]) > 0.8 * time and max(b.time for b in result.chains[6]) > 0.8 * time
    if protocol is ProofOfWork:
        assert result.conflicts and result.reverted and not result.safe
    else:
        within = [b for b in result.chains[0] if time * 0.25 < b.time < time * 0.55]
        assert result.safe
        assert not within or max(result.finality) > time * 0.3  # they wait instead


@all_four
def test_messages_grow_with_nodes_as_the_protocol_says(protocol):
    per_block = {n: simulate(protocol, n, TIMES[protocol], seed=1).messages_per_block for n in (4, 8)}
    square = protocol in (ProofOfStake, PBFT)
    assert per_block[8] / per_block[4] == pytest.approx((8 * 7) / (4 * 3) if square else 7 / 3, rel=0.15)


# Proof of work ---------------------------------------------------------------------------------------------


def test_work_is_really_done_and_forged_blocks_are_ignored():
    result = simulate(ProofOfWork, 4, 36_000, zero_bits=7, seed=8)
    assert all(b.header.is_mined and b.zero_bits == 7 for b in result.chains[0])
    assert 90 < result.hashes / result.made < 170  # 128 on average
    miner = simulate_one(ProofOfWork)
    forged = result.chains[0][0]
    easy = type(forged)(forged.parent, 0, forged.time)
    miner.receive(1, easy)
    assert miner.head == GENESIS
    miner.receive(1, forged)
    assert miner.head == forged


def simulate_one(protocol, **settings):
    """A single started node outside any run."""
    from nnchain_edu.protocols.network import Network

    network = Network(Conditions(), 0, {n: 1 for n in range(4)})
    node = protocol(0, 4, network, **settings)
    node.start()
    return node


def test_blocks_follow_the_shares_and_confirmations_set_finality():
    result = simulate(ProofOfWork, 3, 600 * 900, miners=[0.7, 0.3, 0.0], confirmations=2, zero_bits=0, seed=1)
    made = [b.proposer for b in result.chains[0]]
    assert abs(made.count(0) / len(made) - 0.7) < 0.06 and 2 not in made
    assert result.mean_finality == pytest.approx(2 * 600, rel=0.15)


def test_finality_is_reached_when_the_last_honest_node_has_it():
    """Whoever finds a block holds it final at once where none need follow; the other five seconds later."""
    run = simulate(ProofOfWork, 2, 36_000, Conditions(latency=5, steady=True), confirmations=0)
    assert len(run.finality) > 30 and min(run.finality) == pytest.approx(5)


def test_long_delays_fork_proof_of_work():
    stale = [simulate(ProofOfWork, 10, 120_000, Conditions(latency=s), seed=1).stale for s in (0.1, 60, 300)]
    assert stale[0] < stale[1] < stale[2]


def test_two_stories_cost_a_miner_half_of_its_power_for_each():
    result = simulate(ProofOfWork, 4, 600 * 800, byzantine={1: "equivocate"}, zero_bits=0, seed=2)
    share = sum(b.proposer == 1 for b in result.chains[0]) / len(result.chains[0])
    assert share < 0.25 and not result.caught  # honest it would have had 0.25; nobody can be punished


# Proof of stake --------------------------------------------------------------------------------------------


def test_stake_draws_the_proposers():
    result = simulate(ProofOfStake, 4, 12 * 400, stakes=[4, 3, 3, 0], seed=1)
    made = [b.proposer for b in result.chains[0]]
    assert abs(made.count(0) / len(made) - 0.4) < 0.08 and 3 not in made


def test_a_third_of_the_stake_that_lies_breaks_safety_and_is_caught():
    """Accountable safety: two different finalised blocks mean that a third of the stake can be proven to have lied."""
    result = simulate(ProofOfStake, 4, 1200, byzantine={1: "equivocate", 2: "equivocate"}, seed=3)
    assert result.conflicts and result.caught == {1, 2}


def test_a_third_of_the_stake_that_is_silent_stops_finality():
    result = simulate(ProofOfStake, 3, 600, byzantine={1: "silent"}, seed=1)
    assert result.finalised == 0 and result.made > 20 and result.safe


# Delegated proof of stake ----------------------------------------------------------------------------------


def test_elections():
    assert elect([5, 3, 2, 2], [1, 0, 0, 2], 2) == [0, 1]  # 0 and 1 have five each: the lower number first
    assert elect([5, 3, 2, 2], [1, 0, 0, 2], 9) == [0, 1, 2]
    assert elect([1, 0, 4], [None, 7, 3], 3) == [3]


def test_only_the_elected_produce_in_turn():
    result = simulate(DelegatedProofOfStake, 5, 60, stakes=[1, 5, 4, 3, 2], votes=[1, 1, 2, 3, 3], seats=3)
    assert [b.proposer for b in result.chains[0]][:6] == [
        3,
        2,
        1,
        3,
        2,
        1,
    ]  # slots 1, 2, 3: places 1, 2, 0 of [1, 3, 2]


@pytest.mark.parametrize("bought", [2, 3])
def test_bought_votes_break_it_once_they_fill_more_than_two_thirds_of_the_seats(bought):
    """Nodes 0, 1, 2 lie. Votes for them are bought, and with three of four seats they show each half its own chain."""
    liars = {0: "equivocate", 1: "equivocate", 2: "equivocate"}
    votes = [*range(bought), *range(3, 7 - bought)] * 2
    result = simulate(DelegatedProofOfStake, 8, 60, votes=votes, seats=4, byzantine=liars)
    assert result.safe == (bought == 2) and result.caught == set(range(bought)) and result.finalised > 30


# The table -------------------------------------------------------------------------------------------------


def test_the_table_has_four_measured_rows():
    rows = {row.protocol: row for row in comparison(nodes=4, blocks=60)}
    assert list(rows) == [protocol.__name__ for protocol in TIMES]
    assert rows["ProofOfWork"].hashes > 40 and {rows[name].hashes for name in list(rows)[1:]} == {0}
    assert rows["PBFT"].finality < rows["DelegatedProofOfStake"].finality < rows["ProofOfStake"].finality
    assert rows["ProofOfStake"].finality < rows["ProofOfWork"].finality
    assert rows["PBFT"].messages > rows["ProofOfStake"].messages > rows["ProofOfWork"].messages
    assert all(0 < row.joules[0] < row.joules[1] and row.of and row.assumes and row.breaks for row in rows.values())


@pytest.mark.parametrize("protocol, seconds", [(DelegatedProofOfStake, 1), (PBFT, 1.3)], ids=["delegated", "pbft"])
def test_servers_are_charged_for_what_a_final_block_took(protocol, seconds):
    run = simulate(protocol, 4, 60 * seconds, seed=0)
    row = next(row for row in comparison(nodes=4, blocks=60) if row.protocol == protocol.__name__)
    assert row.joules == server_joules(4, run.duration / run.finalised)
    assert f"{run.duration / run.finalised:.2f} s a block, measured" in row.of


def test_joules_by_hand():
    assert work_joules(1e12) == (17.5, 29.5)
    assert ethereum_joules()[0] == pytest.approx(2.6e6 * 3.6e6 / 2_629_800)  # 2,600 MWh over a year's slots
    assert server_joules(4, 3) == (600, 6000)


@pytest.mark.parametrize(
    "protocol, settings, name",
    [
        (ProofOfWork, {"miners": [0.5, 0.6, 0, 0]}, "miners must add up to 1"),
        (ProofOfWork, {"miners": [1.0]}, "miners must hold at least 4 shares, got 1"),
        (ProofOfWork, {"interval": -600}, "interval must be a number above 0, got -600"),
        (ProofOfWork, {"zero_bits": 21}, "zero_bits must"),
        (ProofOfWork, {"confirmations": -1}, "confirmations must"),
        (ProofOfStake, {"stakes": [1, 1, 1]}, "stakes must hold 4 numbers, not all 0"),
        (ProofOfStake, {"stakes": [0, 0, 0, 0]}, "stakes must hold 4 numbers, not all 0"),
        (ProofOfStake, {"stakes": [1, 1, 1, -1]}, r"stakes\[3\] must be a number at least 0, got -1"),
        (ProofOfStake, {"slot": 0}, "slot must"),
        (DelegatedProofOfStake, {"votes": [0, 1]}, "votes must hold one vote for each of 4 stakes, got 2"),
        (DelegatedProofOfStake, {"votes": [0, 1, 2, 4]}, r"votes\[3\] must be a whole number from 0 to 3, got 4"),
        (DelegatedProofOfStake, {"votes": [None] * 4}, "votes must elect at least one producer"),
        (DelegatedProofOfStake, {"seats": 0}, "seats must"),
        (DelegatedProofOfStake, {"slot": -1}, "slot must"),
        (PBFT, {"faults": 2}, r"nodes must be at least 3·faults \+ 1 = 7, got 4"),
        (PBFT, {"faults": -1}, "faults must"),
        (PBFT, {"faults": True}, "faults must be a whole number of at least 0, got True"),
        (PBFT, {"pause": False}, "pause must be a number at least 0, got False"),
        (PBFT, {"timeout": True}, "timeout must be a number above 0, got True"),
        (PBFT, {"quorum": 0}, "quorum must"),
        (PBFT, {"timeout": 0}, "timeout must"),
        (PBFT, {"pause": -1}, "pause must"),
    ],
    ids=range(22),
)
def test_bad_settings(protocol, settings, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        simulate(protocol, 4, **settings)
