"""The bench on partitions: which side goes on under which protocol, what a healed wall costs, the prediction."""

import pytest

from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.partition import NODES, PROTOCOLS, HealPartition, story
from tests.lab.driving import drive

VOTING = [name for name in PROTOCOLS if name != "proof of work"]


def set_up(**values):
    state = HealPartition()
    state.set(**values)
    return state


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(HealPartition, same=("apart",))  # it counts once the wall falls
    assert set_up(healed=True, apart=5).text() != set_up(healed=True, apart=40).text()


@pytest.mark.parametrize("healed", [False, True])
@pytest.mark.parametrize("left", range(1, NODES))
@pytest.mark.parametrize("name", VOTING)
def test_votes_go_on_only_with_five_of_seven_and_never_contradict(name, left, healed):
    state = set_up(protocol=name, left=left, healed=healed)
    large = ["left"] if left >= 5 else ["right"] if left <= 2 else []
    assert state.went_on() == large
    assert state.story.twice == 0 and state.story.taken_back == {"left": 0, "right": 0}


@pytest.mark.parametrize("left", [2, 3, 4, 5])
def test_work_goes_on_at_both_sides_and_final_blocks_are_taken_back(left):
    state = set_up(protocol="proof of work", left=left, healed=True)
    assert state.went_on() == ["left", "right"]
    lost = state.story.taken_back
    assert sorted(lost.values())[0] == 0 and max(lost.values()) == state.story.twice > 0
    assert f"{max(lost.values())} on the" in state.text() and paint(state).axes


def test_after_the_wall_both_sides_hold_the_same_chain():
    for name in PROTOCOLS:
        held = story(name, 3, 20, True).held
        left, right = held["left"][-1][1], held["right"][-1][1]
        assert left.descends_from(right) or right.descends_from(left)
        assert min(left.height, right.height) > 10


def test_the_prediction_is_about_pbft_four_to_three():
    bench = Bench(HealPartition())
    assert "PBFT" not in bench.view["line"]
    bench.act("set", values={"left": 5})
    assert "prediction" in bench.view["message"]
    bench.act("predict", value="the four")
    bench.act("set", values={"left": 5})
    assert "Choose PBFT and four" in bench.view["comparison"]
    bench.act("set", values={"protocol": "PBFT", "left": 4})
    assert "It was: neither" in bench.view["comparison"]
