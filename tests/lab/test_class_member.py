"""A learner's place in a class, over one Anvil: joins, is paid, is stopped, comes back."""

import threading
import time

import pytest

from nnchain_edu.federated.class_board import Board
from nnchain_edu.federated.class_command import create, funded
from nnchain_edu.federated.classroom import Host
from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.class_member import ClassMember
from tests.federated.test_classroom import PHASE, anvil, hurry  # noqa: F401


def host(room, rounds, done):
    """Open and close rounds of three until so many are closed or the test is over."""
    teacher, board = Host(room, funded(room.node)), Board(room)
    while not done.is_set() and (room.status().number < rounds or room.status().running):
        if room.waiting():
            teacher.step()
            hurry(board, alive=3)
        time.sleep(0.3)


@pytest.mark.slow
def test_three_pages_at_once_one_is_stopped_and_comes_back(anvil):  # noqa: F811
    room, done = create(anvil, 8, PHASE), threading.Event()
    pages = [Bench(ClassMember(anvil, room.contract, share, 3, rounds=2)) for share in (1, 2, 3)]
    for page in pages:
        page.act("start")
    teacher = threading.Thread(target=host, args=(room, 2, done), daemon=True)
    teacher.start()
    try:
        until = time.monotonic() + 300
        while pages[2].state.did != "registered" and time.monotonic() < until:
            time.sleep(0.1)
        pages[2].act("stop")
        pages[2].wait(120)
        assert not pages[2].running and pages[2].progress["text"] == "stopped"
        pages[2].act("start")
        for page in pages:
            page.wait(600)
            assert page.progress["text"] == "done", page.view["message"]
    finally:
        done.set()
        teacher.join(120)
    for page in pages:
        state = page.state
        assert set(state.seen) == {1, 2} and state.seen[2][1] > 0.5
        assert state.owed > 0 and state.stake == 1 and "Round 2 (closed)" in state.text()
        assert len(paint(state).axes[0].texts) == 2
    assert sum(page.state.owed for page in pages) == pytest.approx(2)


def test_a_share_that_does_not_exist_is_named():
    for share in (0, 9):
        with pytest.raises(ValueError, match=f"from 1 to 8, got {share}"):
            ClassMember("http://127.0.0.1:1", "0x" + "11" * 20, share, 8, 5)
