"""The dashboard in its bench: live until Stop, in words as in the figure, and every trouble in plain words."""

import time

import pytest

from nnchain_edu.federated import class_node
from nnchain_edu.federated.class_board import Place, Sight
from nnchain_edu.federated.classroom import Host, Status
from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.class_board import ClassBoard
from nnchain_edu.lab.class_member import ClassMember
from tests.federated.test_class_node import PHASE, at_reveals, funded, member

NOBODY = "http://127.0.0.1:1", "0x" + "11" * 20


@pytest.fixture
def served():
    server, room = class_node.serve(8, PHASE, port=0, block_seconds=0.05)
    room.server = server
    yield server, room
    server.close()


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def test_it_watches_while_the_kernel_is_free_until_stop(served):
    server, room = served
    bench = Bench(ClassBoard(server.url, room.contract))
    assert bench.view["line"].startswith("No round has begun; nobody has registered; the contract holds 100.000 ether")
    bench.act("start")
    assert bench.running  # and this goes on, though the watch has no end
    one = member(room)
    one.step()
    wait_for(lambda: "1 member: 1 registered" in bench.view["line"])
    Host(room, funded(room.node)).step()
    one.step()
    wait_for(lambda: "Round 1: commitments; 1 member: 1 committed" in bench.view["line"])
    assert 0 <= bench.progress["fraction"] < 0.5 and "round 1: " in bench.progress["text"]
    bench.act("stop")
    bench.wait(120)
    assert not bench.running and bench.progress["text"] == "stopped" and bench.view["message"] == ""
    bench.act("set", values={"each": True})
    address = one.wallet.address
    assert f"; {address[:6]}…{address[-4:]} committed, 1 at stake, 0.000 owed, 0.000 paid, " in bench.view["line"]


def test_a_node_that_falls_silent_is_asked_on_and_the_last_sight_kept(served):
    server, room = served
    bench = Bench(ClassBoard(server.url, room.contract))
    bench.act("start")
    server.close()
    wait_for(lambda: "does not answer; trying again" in bench.progress["text"])
    assert bench.running and "the contract holds 100.000 ether" in bench.view["line"]
    bench.stop()


@pytest.mark.parametrize(
    ("url", "contract", "complaint"),
    [
        (*NOBODY, "no Ethereum node answers at http://127.0.0.1:1: the connection was refused; does the node run"),
        ("ftp://x", NOBODY[1], "url must start with http:// or https://, not 'ftp://x'"),
        (None, "0x12", "contract must be an address, 0x and 40 hexadecimal digits; got '0x12'"),
        (None, NOBODY[1], "no class at 0x1111111111111111111111111111111111111111 on chain 1337"),
    ],
    ids=["no-node", "no-url", "no-address", "no-class"],
)
def test_troubles_are_told_in_plain_words(served, url, contract, complaint):
    for state in (ClassBoard(url or served[0].url, contract), ClassMember(url or served[0].url, contract, 1, 3, 2)):
        bench = Bench(state)
        assert complaint in bench.view["line"] and "to try again" in bench.view["line"]
        assert bench.view["picture"] and bench.view["message"] == ""
        bench.act("start")
        bench.wait(120)
        assert complaint in bench.view["message"] and "Error" not in bench.view["message"]
    bench.act("press", name="leave")
    assert complaint in bench.view["message"]


def test_who_runs_the_cell_again_keeps_key_and_commitment(served):
    server, room = served
    first, again = (ClassMember(server.url, room.contract, 2, 3, 1) for _ in range(2))
    other = ClassMember(server.url, room.contract, 1, 3, 1)
    assert first.member is again.member and first.member.wallet.address != other.member.wallet.address


def test_leaving_pays_out_and_joining_begins_anew(served):
    server, room = served
    bench = Bench(ClassMember(server.url, room.contract, 3, 3, 1))
    mine = bench.state.member
    assert mine.step() == "registered"
    Host(room, funded(room.node)).step()
    assert mine.step() == "committed"
    bench.act("press", name="leave")
    assert bench.view["message"].startswith("You cannot leave now: open your commitment first")
    at_reveals(room)
    assert mine.step() == "revealed"
    bench.act("press", name="leave")
    assert bench.view["message"] == "" and "0 ether at stake, and 0.000 owed" in bench.view["line"]
    assert room.node.balance(mine.wallet.address) > 9.9 * 10**18
    assert mine.step() == "registered"


@pytest.mark.parametrize("members", [0, 1, 32])
def test_every_member_has_a_line_of_the_figure(members):
    state = ClassBoard(*NOBODY)
    states = ("registered", "committed", "revealed", "late", "slashed", "left")
    places = tuple(Place(f"0x{n:040x}", f"pupil {n}", states[n % 6], 1.0, 0.5, 0.0, 8.9) for n in range(members))
    rounds = {n: (members, 0.9) for n in range(1, 31)}
    state.sight = Sight(Status(31, True, 20, 30, 0), 60, 15, places, rounds, 50.0, 50 + 1.5 * members)
    fig = paint(state)
    chart, below = fig.axes
    assert [text.get_text() for text in below.texts if "pupil" in text.get_text()] == [p.name for p in places]
    assert len(chart.texts) == 30 and chart.get_title(loc="left") == "Round 31: commitments, 5 s left"
    low, high = sorted(below.get_ylim())
    assert all(low < text.get_position()[1] < high for text in below.texts)
    assert "the books balance" in state.text()
