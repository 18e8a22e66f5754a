"""A class on the course's own node: nobody breaks a round, the dashboard sees all, the commands say what is wrong."""

import threading
import time

import numpy as np
import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.cli import UNUSABLE, main
from nnchain_edu.federated import class_command, class_node
from nnchain_edu.federated.class_board import Board, short, table
from nnchain_edu.federated.class_command import funded, patiently, share_of
from nnchain_edu.federated.classroom import BITS, ETHER, WORDS, Class, Host, Member, history
from nnchain_edu.federated.commitment import commitment
from nnchain_edu.federated.fixed_point import pack
from nnchain_edu.federated.light_node import LightNode, NodeError, Unfunded, Unreachable, Wallet

PHASE = 10_000  # seconds of the chain: no phase ends before a test says so
SALT = b"\1" * 32


@pytest.fixture
def room():
    server, room = class_node.serve(8, PHASE, port=0, block_seconds=0.05)
    room.server = server
    yield room
    server.close()


class Hand:
    """A wallet that plays by hand: commits to what it likes."""

    def __init__(self, room):
        self.room, self.wallet = room, funded(room.node)
        self.me = self.wallet.address
        self.send("register()", value=room.stake)

    def send(self, signature, *arguments, value=0):
        return self.wallet.send(self.room.contract, signature, *arguments, value=value)

    def seal(self, words, salt=SALT, number=1):
        return commitment(words, salt, self.me, number, self.room.contract, self.room.node.chain_id)

    def reveal(self, words, salt=SALT):
        return self.send("reveal(uint256[],bytes32)", words, salt)


def member(room, share=1, of=3, **more):
    return Member(room, funded(room.node), *share_of(share, of), seed=share, **more)


def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def leap(room, moment):
    """Make a block at `moment` of the chain's time."""
    node = room.server.node
    with node.lock:
        node.next_timestamp = max(moment, node.head.header.timestamp + 1)
        node.mine()


def at_reveals(room):
    leap(room, room.status().commit_until)


def at_the_end(room):
    leap(room, room.status().reveal_until)


def close(room):
    at_the_end(room)
    host = Host(room, funded(room.node))
    until(lambda: patiently(host.step) == "closed")


def test_everybody_gets_one_purse_and_nobody_two(room):
    wallet = funded(room.node)
    assert room.node.balance(wallet.address) == class_node.PURSE
    with pytest.raises(NodeError, match="has ether already"):
        room.node.ask("class_purse", wallet.address)
    for who in ("0x12", None, room.contract[:-1]):
        with pytest.raises(NodeError):
            room.node.ask("class_purse", who)


def test_a_hostile_crowd_is_refused_by_name_and_the_round_goes_on(room):
    """Out of range, another length, a copied commitment, another's reveal, a replayed one: only the honest count."""
    honest = member(room)
    huge, long, thief, third = (Hand(room) for _ in range(4))
    assert patiently(honest.step) == "registered"
    Host(room, funded(room.node)).step()
    plain = pack(np.zeros(16 * WORDS, dtype=int), BITS)
    too_large = [*plain[:-1], 2**16 - 1]
    assert patiently(honest.step) == "committed"
    sealed = room.commitment_of(1, honest.wallet.address)
    huge.send("commit(bytes32)", huge.seal(too_large))
    long.send("commit(bytes32)", long.seal([*plain, plain[0]]))
    thief.send("commit(bytes32)", sealed)
    third.send("commit(bytes32)", third.seal(plain))
    words, salt, _ = honest.secrets[1]
    at_reveals(room)
    third.reveal(plain)
    assert patiently(honest.step) == "revealed"
    expected = honest.integers(1)
    for who, what, complaint in [
        (huge, too_large, "a number out of range"),
        (long, [*plain, plain[0]], "an update of another length"),
        (third, plain, "nothing to open"),  # a second time
    ]:
        with pytest.raises(NodeError, match=complaint):
            who.reveal(what)
    with pytest.raises(NodeError, match="it does not open the commitment"):
        thief.reveal(words, salt)  # what the honest one has shown to all
    with pytest.raises(NodeError, match="nothing to open"):
        funded(room.node).send(room.contract, "reveal(uint256[],bytes32)", words, salt)
    sight = Board(room).look()
    states = {place.address: place.state for place in sight.places}
    assert states[honest.wallet.address] == states[third.me] == "revealed" and states[thief.me] == "committed"
    close(room)
    ((number, count, weights),) = history(room)
    assert (number, count) == (1, 2) and np.allclose(weights, expected / 2 / 1000, atol=1e-12)
    sight = Board(room).look()
    assert sight.counted() == "5 members: 2 revealed, 3 slashed" and sight.balanced
    # and the next round takes no commitment of the last
    Host(room, funded(room.node)).step()
    third.send("commit(bytes32)", third.seal(plain))  # sealed for round 1
    at_reveals(room)
    with pytest.raises(NodeError, match="it does not open the commitment"):
        third.reveal(plain)
    close(room)
    assert room.update_of(2)[0] == 0 and Board(room).look().balanced


def test_rows_that_give_no_number_are_refused_before_anything_is_at_stake_in_the_round(room):
    X, y = share_of(1, 3)
    broken = Member(room, funded(room.node), np.full_like(X, np.nan), y)
    broken.step()
    Host(room, funded(room.node)).step()
    with pytest.raises(ValueError, match="update holds 650 values that are not finite"):
        broken.step()
    assert not any(room.commitment_of(1, broken.wallet.address)) and not broken.secrets
    close(room)
    assert room.stake_of(broken.wallet.address) == room.stake


def test_a_round_without_clients_ends_and_changes_nothing(room):
    Host(room, funded(room.node)).step()
    close(room)
    ((number, count, weights),) = history(room)
    assert (number, count) == (1, 0) and not weights.any()
    sight = Board(room).look()
    assert sight.phase == "closed" and not sight.places and sight.balanced and sight.rounds[1][0] == 0
    assert "Nobody has registered" in table(sight, room)


def test_a_step_whose_answer_is_lost_is_no_harm(room):
    """The commitment goes through, the receipt does not come back: the reveal works all the same."""
    one = member(room)
    one.step()
    Host(room, funded(room.node)).step()
    send = one.wallet.send

    def lossy(*arguments, **more):
        send(*arguments, **more)
        raise Unreachable("cable pulled")

    one.wallet.send = lossy
    with pytest.raises(Unreachable):
        one.step()
    one.wallet.send = send
    assert one.step() == ""  # it is committed, and knows
    at_reveals(room)
    assert one.step() == "revealed"


def test_who_cannot_pay_the_stake_is_told_so(room):
    poor = Member(room, Wallet(room.node), *share_of(1, 3))
    with pytest.raises(Unfunded, match=r"has 0.000 ether, and the stake is 1"):
        patiently(poor.step)


def test_the_board_tells_the_six_states_and_all_money_apart(room):
    board = Board(room)
    revealed, committed, registered, gone = (member(room, share, 4) for share in (1, 2, 3, 4))
    for each in (revealed, committed, registered, gone):
        each.step()
    board.names = {gone.wallet.address: "Grace"}
    Host(room, funded(room.node)).step()
    assert board.look().counted() == "4 members: 4 registered" and board.look().phase.startswith("commitments, ")
    assert [revealed.step(), committed.step()] == ["committed", "committed"]
    assert gone.leave() == room.stake
    assert board.look().counted() == "4 members: 1 registered, 2 committed, 1 left"
    at_reveals(room)
    assert revealed.step() == "revealed"
    assert board.look().counted() == "4 members: 1 committed, 1 revealed, 1 late, 1 left"
    at_the_end(room)
    assert board.look().counted() == "4 members: 1 revealed, 2 late, 1 left" and board.look().phase == "to be closed"
    close(room)
    sight = board.look()
    assert sight.counted() == "4 members: 1 registered, 1 revealed, 1 slashed, 1 left" and sight.balanced
    by_name = {place.name: place for place in sight.places}
    assert by_name["Grace"].paid == 1 and by_name["Grace"].purse > 9.9
    paid = by_name[short(revealed.wallet.address)]
    assert (paid.stake, paid.owed, paid.state) == (1, 1, "revealed")
    lost = by_name[short(committed.wallet.address)]
    assert (lost.stake, lost.owed, lost.paid, lost.state) == (0, 0, 0, "slashed")
    assert sight.held == sight.pot + 3 and sight.pot == 100 + 1 - 1  # two stakes and what is owed; slashed, paid
    text = table(sight, room)
    assert "Grace" in text and "as it must be" in text and " 1         1 " in text
    committed.step()
    assert board.look().counted() == "4 members: 2 registered, 1 revealed, 1 left"  # back again, with a new stake


def test_addresses_that_lead_nowhere_are_explained(room):
    empty = "0x" + "11" * 20
    with pytest.raises(NodeError, match=rf"no class at {empty} on chain 1337 \(http://127.*teacher's node\?"):
        Class(room.node, empty)
    for what in ("", "0x12", None, room.contract[:-1] + "z"):
        with pytest.raises(NodeError, match="contract must be an address, 0x and 40 hexadecimal digits"):
            Class(room.node, what)
    with pytest.raises(ValueError, match="names must be by address"):
        Board(room, {"Ada": empty})
    chain = Chain()
    other = chain.deploy("federated_round", BITS, 3, 4, ETHER, ETHER, 9, 9).address
    server = chain.serve(port=0)
    try:
        with pytest.raises(NodeError, match="is for another model"):
            Class(LightNode(server.url), other)
    finally:
        server.close()


def test_a_chain_that_became_another_is_noticed(room):
    board = Board(room)
    board.look()
    room.node.chain_id = 1
    with pytest.raises(NodeError, match="is on chain 1337 now; this class is on chain 1"):
        board.look()


def test_a_node_that_falls_silent_is_asked_again_and_one_that_stays_silent_given_up(monkeypatch):
    said, turns = [], iter([Unreachable("no answer"), Unreachable("no answer"), False, True])

    def turn():
        now = next(turns)
        if isinstance(now, Exception):
            raise now
        return now

    monkeypatch.setattr(class_command, "PAUSE", 0.01)
    class_command.persistently(turn, said.append)
    assert said == ["no answer. Trying again for 120 seconds …"]
    monkeypatch.setattr(class_command, "STUBBORN", 0.05)
    turns = iter([Unreachable("no answer")] * 100)
    with pytest.raises(Unreachable):
        class_command.persistently(turn, said.append)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["host", "--clients", "0"], "--clients: must be a whole number from 1 to 32, got '0'"),
        (["host", "--clients", "33"], "--clients: must be a whole number from 1 to 32, got '33'"),
        (["host", "--rounds", "0"], "--rounds: must be a whole number of at least 1, got '0'"),
        (["host", "--seconds", "x"], "--seconds: must be a whole number of at least 1, got 'x'"),
        (["host", "--wait", "0"], "--wait: must be a whole number from 1 to 32, got '0'"),
        (["host", "--port", "70000"], "--port: must be a whole number from 0 to 65535, got '70000'"),
        (["host", "http://127.0.0.1:1", "--bind", "0.0.0.0"], "--bind and --port are for the own node"),
        (["join", "http://127.0.0.1:1", "0x", "--share", "1", "--of", "2", "--rounds", "-1"], "--rounds: must be"),
    ],
    ids=lambda value: " ".join(value[-3:]) if isinstance(value, list) else "",
)
def test_numbers_that_cannot_be_are_named(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["classroom", *arguments])
    assert ended.value.code == 2 and complaint in capsys.readouterr().err


def test_where_no_node_can_listen(room, capsys):
    port = room.node.url.rpartition(":")[2]
    assert main(["classroom", "host", "--port", port]) == UNUSABLE
    assert f"a node cannot listen at 127.0.0.1, port {port}: Address already in use" in capsys.readouterr().err
    assert main(["classroom", "host", "--bind", "192.0.2.1", "--port", "0"]) == UNUSABLE
    assert "cannot listen at 192.0.2.1" in capsys.readouterr().err
    for action in (["watch"], ["join", "--share", "1", "--of", "3"]):
        assert main(["classroom", action[0], room.node.url, "0x" + "11" * 20, *action[1:]]) == UNUSABLE
        assert "no class at 0x1111" in capsys.readouterr().err


@pytest.mark.slow
def test_one_command_starts_node_and_class_and_says_how_to_reach_it():
    """As the teacher does it, but ended by us: host, two who join, the node until Ctrl-C."""
    said, joined = [], []

    def say(line):
        said.append(line)
        if "rounds are done" in line:
            for thread in joined:
                thread.join(600)
            raise KeyboardInterrupt  # Ctrl-C

    def host():
        with pytest.raises(KeyboardInterrupt):
            class_command.run_host(None, 1, 4, 20, 2, "127.0.0.1", 0, say)

    hosting = threading.Thread(target=host, daemon=True)
    hosting.start()
    until(lambda: len(said) > 3, 240)
    url, contract = next(line for line in said if "join http" in line).split()[3:5]
    assert "listens on this machine alone" in said[0] and "--bind" in said[0] and url.startswith("http://127.0.0.1:")
    told = {1: [], 2: []}
    for n in told:
        asked = (url, contract, n, 2, 1, False, n == 2, told[n].append)
        joined.append(threading.Thread(target=class_command.run_member, args=asked, daemon=True))
    for thread in joined:
        thread.start()
    hosting.join(900)
    assert any("round 1: 2 revealed" in line for line in said), said
    assert "Done. 0.500 ether are owed to you, 1 at stake." in told[1], told
    assert told[2][-1] == "Done. 1.500 ether are yours again."
    with pytest.raises(Unreachable, match="the connection was refused; does the node run"):
        LightNode(url)
