"""The bench on forks: the tree grows as the rule says, forks come as often as the formula has it, a pause keeps all."""

import itertools

import pytest

from nnchain_edu.lab.bench import paint
from nnchain_edu.lab.fork_race import MINERS, RUN, ForkRace, Tree
from nnchain_edu.protocols.forks import fork_rate
from tests.lab.driving import drive

EQUAL = [1 / MINERS] * MINERS


def quick(**values):
    state = ForkRace()
    state.set(speed=200, **values)
    return state


def grown(shares, delay, interval, blocks, seed=0):
    tree = Tree(shares, delay, interval, seed)
    for _ in range(blocks):
        tree.find()
    return tree


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(ForkRace, same=("speed",))  # it only sets the pace


@pytest.mark.parametrize("shares", [EQUAL, [0.5] + [0.5 / 9] * 9], ids=["equal", "one with half"])
def test_forks_come_as_often_as_the_formula_says(shares):
    tree = grown(shares, 2, 12, 20_000)
    forked = sum(block.forked for block in tree.blocks) / 20_000
    assert forked == pytest.approx(fork_rate(shares, 2, 12), abs=0.01)  # about four standard errors


def test_without_delay_there_is_one_chain():
    tree = grown(EQUAL, 0, 12, 500)
    assert [block.height for block in tree.blocks] == list(range(501))
    assert len(tree.main_chain()) == 501 and not any(block.forked for block in tree.blocks)


def test_every_block_stands_on_the_highest_one_its_miner_knew():
    tree = grown(EQUAL, 20, 12, 400)
    for place, block in enumerate(tree.blocks[1:], 1):
        known = [
            earlier
            for earlier in tree.blocks[:place]
            if earlier.miner in (-1, block.miner) or earlier.time + 20 <= block.time
        ]
        assert block.height == max(earlier.height for earlier in known) + 1
        assert tree.blocks[block.parent] in known


def test_a_single_strong_miner_loses_fewer_blocks():
    assert len(grown([0.9] + [0.1 / 9] * 9, 20, 12, 2_000).main_chain()) > 1.5 * len(
        grown(EQUAL, 20, 12, 2_000).main_chain()
    )


def test_a_pause_keeps_the_tree_and_a_finished_run_begins_anew():
    state = quick()
    list(itertools.islice(state.steps(), 5))
    before = list(state.tree.blocks)
    list(itertools.islice(state.steps(), 3))
    assert state.tree.blocks[: len(before)] == before and len(state.tree.blocks) > len(before)
    while len(state.tree.blocks) <= RUN:
        state.one()
    list(itertools.islice(state.steps(), 2))
    assert len(state.tree.blocks) < 5


def test_the_pace_alone_keeps_the_tree_and_another_network_does_not():
    state = quick()
    state.one()
    state.set(speed=100)
    assert len(state.tree.blocks) == 2
    state.set(delay=3)
    assert len(state.tree.blocks) == 1


def test_a_bushy_tree_can_be_drawn():
    state = quick(delay=60)
    for _ in range(200):
        state.one()
    assert paint(state).axes and "outside the longest chain" in state.text()


def test_the_prediction_waits_for_a_hundred_blocks():
    state = ForkRace()
    state.set(delay=6)
    assert "at least 100" in state.compare(10)
    for _ in range(100):
        state.one()
    assert "the formula says 36.2" in state.compare(10)
    state.set(interval=60)
    assert "set 6 s" in state.compare(10)
