"""Blocks and the network under them: chains, mining, delays, losses, walls, outages, equal runs for equal seeds."""

from random import Random

import pytest

from nnchain_edu.protocols.blocks import GENESIS, Block
from nnchain_edu.protocols.network import Conditions, Outage, Partition
from nnchain_edu.protocols.protocol import Protocol, simulate


def chain(length, parent=GENESIS):
    for turn in range(length):
        parent = Block(parent, 0, float(turn), turn + 1)
    return parent


def test_blocks_know_their_chain():
    tip = chain(5)
    assert [b.height for b in tip.chain()] == [5, 4, 3, 2, 1, 0] and tip.at(2).height == 2 and tip.at(-3) == GENESIS
    other = Block(tip.at(3), 1, 9.0, 9)
    assert tip.descends_from(tip) and tip.descends_from(tip.at(3)) and not tip.descends_from(other)
    assert not tip.at(3).descends_from(tip)


def test_equal_content_equal_hash_and_any_difference_another():
    base = Block(GENESIS, 1, 2.0, 3, "x")
    assert base == Block(GENESIS, 1, 2.0, 3, "x") and hash(base) == hash(Block(GENESIS, 1, 2.0, 3, "x"))
    for other in (Block(base, 1, 2.0, 3, "x"), Block(GENESIS, 2, 2.0, 3, "x"), Block(GENESIS, 1, 2.5, 3, "x")):
        assert other != base
    assert Block(GENESIS, 1, 2.0, 4, "x") != base != Block(GENESIS, 1, 2.0, 3, "y")
    assert base.header.previous == GENESIS.digest


def test_mining_a_block_keeps_its_content():
    block, hashes = Block(GENESIS, 1, 2.0, 0, "x").mined(6)
    assert block.header.is_mined and hashes == block.nonce + 1
    assert (block.parent, block.proposer, block.payload, block.zero_bits) == (GENESIS, 1, "x", 6)
    assert not Block(GENESIS, 1, 2.0, 0, "x", 6, block.nonce + 1).header.is_mined or hashes < 64


def test_delays_have_their_mean_and_a_floor():
    random = Random(0)
    delays = [Conditions(latency=2.0).delay(random) for _ in range(20_000)]
    assert min(delays) >= 1 and abs(sum(delays) / len(delays) - 2) < 0.05
    assert {Conditions(latency=2.0, steady=True).delay(random) for _ in range(5)} == {2.0}
    assert Conditions(latency=0).delay(random) == 0


class Talker(Protocol):
    """Every second each node tells all others its number; it notes whom it hears, and when."""

    heard: list = []  # noqa: RUF012 - read by the test

    def start(self):
        self.after(1.0, "propose")

    def propose(self):
        self.broadcast(self.me)
        self.after(1.0, "propose")

    def receive(self, sender, message):
        if sender != self.me:
            self.heard.append((self.now, sender, self.me, message))

    def finalised(self):
        return GENESIS


@pytest.fixture
def talk():
    def run(duration=10.5, **conditions):
        Talker.heard = []
        result = simulate(Talker, 3, duration, Conditions(latency=0.1, steady=True, **conditions))
        return Talker.heard, result

    return run


def test_everybody_hears_everybody(talk):
    heard, result = talk()
    assert len(heard) == result.messages == 10 * 3 * 2
    assert heard[0] == (1.1, 0, 1, 0)


def test_a_wall_stops_messages_both_ways_while_it_stands(talk):
    heard, result = talk(partitions=(Partition(2.5, 5.5, {2}),))
    through = {(sender, receiver) for at, sender, receiver, _ in heard if 2.5 <= at < 5.5}
    assert through == {(0, 1), (1, 0)} and result.messages == 60 and len(heard) == 60 - 3 * 4


def test_an_outage_silences_a_node_and_delays_its_timer(talk):
    heard, _ = talk(outages=(Outage(1, 2.5, 4.2),))
    assert not [1 for at, sender, receiver, _ in heard if 2.6 < at < 4.2 and 1 in (sender, receiver)]
    assert (4.3, 1, 0, 1) in heard  # the timer of second 3 rings when it is back


def test_losses_lose_their_share(talk):
    heard, result = talk(duration=1000.5, loss=0.25)
    assert result.messages == 6000 and abs(len(heard) / 6000 - 0.75) < 0.03


def test_silent_nodes_say_nothing_and_two_faced_ones_are_heard_by_one_half_each():
    Talker.heard = []
    simulate(Talker, 4, 1.5, byzantine={3: "silent"})
    assert {sender for _, sender, _, _ in Talker.heard} == {0, 1, 2}
    Talker.heard = []
    result = simulate(Talker, 4, 1.5, byzantine={3: "equivocate"})
    from_liar = [receiver for _, sender, receiver, _ in Talker.heard if sender == 3]
    assert sorted(from_liar) == [0, 1, 2]  # each honest node hears one of its two stories
    assert result.messages == 3 * 3 + 3


@pytest.mark.parametrize(
    "make, name",
    [
        (lambda: Conditions(latency=-0.1), "latency must be a number at least 0, got -0.1"),
        (lambda: Conditions(loss=1), "loss must be a number at least 0 and below 1, got 1"),
        (lambda: Partition(5, 3, {0}), "end must be a number at least 5, got 3"),
        (lambda: Partition(-1, 3, {0}), "start must"),
        (lambda: Partition(1, 3, {-1}), "group must"),
        (lambda: Outage(0, 5, 3), "end must"),
        (lambda: simulate(Talker, 0), "nodes must"),
        (lambda: simulate(Talker, 3, -1), "duration must be a number above 0, got -1"),
        (lambda: simulate(Talker, 3, byzantine={3: "silent"}), "byzantine must be a whole number from 0 to 2, got 3"),
        (lambda: simulate(Talker, 3, byzantine={1: "evil"}), r"byzantine\[1\] must be one of 'silent', 'equivocate'"),
        (lambda: simulate(Talker, 1, byzantine={0: "silent"}), "byzantine must leave at least one node honest"),
        (lambda: simulate(Talker, 3, conditions=Conditions(outages=(Outage(3, 0, 1),))), "outages must"),
        (lambda: simulate(Talker, 3, conditions=Conditions(partitions=(Partition(0, 1, {3}),))), "partitions must"),
    ],
    ids=range(13),
)
def test_bad_input(make, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        make()
