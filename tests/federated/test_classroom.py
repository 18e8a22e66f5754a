"""A class over one Anvil: eight processes train one model; two are killed, one is hostile; each round ends."""

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.federated import class_command, classroom, fixed_point
from nnchain_edu.federated.class_board import Board
from nnchain_edu.federated.classroom import ETHER, Member, history
from nnchain_edu.federated.light_node import LightNode, NodeError, Wallet, encoded
from nnchain_edu.federated.softmax import PARAMETERS, accuracy, digits, local_update
from tests.chain.engines import PATIENCE, anvil_binary
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PHASE = 120  # seconds for commitments, and for reveals: nobody is late, however slow the machine; `hurry` ends it


@pytest.fixture
def anvil():
    """Anvil with a block a second, as the teacher starts it."""
    binary = anvil_binary()
    if binary is None:
        pytest.skip("Anvil not found")
    port = free_port()
    options = ["--silent", "--block-time", "1", "--hardfork", "prague", "--port", str(port)]
    process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            LightNode(url)
            break
        except NodeError:
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(PATIENCE)


def hurry(board, alive):
    """Let the time of a phase pass as soon as `alive` members have done what it asks for."""
    sight = board.look()
    status, states = sight.status, [place.state for place in sight.places]
    if status.running and sight.now < status.commit_until:
        end, done = status.commit_until, states.count("committed")
    else:
        end, done = status.reveal_until, states.count("revealed")
    if status.running and sight.now < end and done >= alive:
        board.room.node.ask("evm_increaseTime", end - sight.now)
        while board.room.node.now() < end:  # it comes with the next block
            time.sleep(0.1)


def join(url, room, share, of, rounds, *more):
    command = [sys.executable, "-m", "nnchain_edu.cli", "classroom", "join", url, room.contract]
    command += ["--share", str(share), "--of", str(of), "--rounds", str(rounds), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_the_small_model_learns_and_its_file_is_scikit_learns():
    from sklearn.datasets import load_digits

    X, y, X_test, y_test = digits()
    assert sorted(map(tuple, np.vstack([X, X_test]))) == sorted(map(tuple, load_digits().data / 16))
    weights = np.zeros(PARAMETERS)
    for number in range(5):
        weights = weights + local_update(weights, X, y, epochs=1, seed=number)
    assert accuracy(weights, X_test, y_test) > 0.92


def test_a_client_is_small():
    """Neither PyTorch nor web3 nor scikit-learn comes along: thirty clients fit into one machine."""
    code = (
        "import sys; from nnchain_edu.federated import class_command; class_command.share_of(1, 8); "
        "assert not {'torch', 'web3', 'sklearn', 'eth', 'pandas'} & set(sys.modules), set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_as_many_clients_as_a_lane_can_add_up():
    assert fixed_point.most_updates(classroom.BITS) == class_command.MOST_CLIENTS


def test_calldata_is_web3s():
    chain = Chain()
    contract = chain.deploy("federated_round", 11, 41, 4, ETHER, ETHER, 9, 9)
    ours = encoded("reveal(uint256[],bytes32)", [1, 2, 3], b"\1" * 32)
    assert "0x" + ours.hex() == contract.encode_abi("reveal", args=[[1, 2, 3], b"\1" * 32])


@pytest.mark.parametrize("url", ["", "127.0.0.1:8545", None, "ftp://x"])
def test_a_url_that_is_none(url):
    with pytest.raises(NodeError, match="url must start with"):
        LightNode(url)


def test_nobody_answers_and_the_command_says_so(capsys):
    from nnchain_edu.cli import UNUSABLE, main

    assert main(["classroom", "join", "http://127.0.0.1:1", "0x" + "00" * 20, "--share", "1", "--of", "2"]) == UNUSABLE
    assert capsys.readouterr().err.startswith("nnchain-edu: no Ethereum node answers at http://127.0.0.1:1")


def test_members_need_rows_and_shares_are_numbered_from_one():
    with pytest.raises(ValueError, match="needs rows: X has 0"):
        Member(None, None, np.zeros((0, 64)), np.zeros(0))
    for share in (0, 9):
        with pytest.raises(ValueError, match="from 1 to 8"):
            class_command.share_of(share, 8)
    rows = [len(class_command.share_of(n, 8)[0]) for n in range(1, 9)]
    assert sum(rows) == 1347 and max(rows) - min(rows) <= 1


@pytest.mark.slow
def test_two_members_agree_with_the_sum_computed_by_hand(anvil):
    room = class_command.create(anvil, 4, PHASE)
    board = Board(room)
    members = []
    for share in (1, 2):
        X, y = class_command.share_of(share, 2)
        members.append(Member(room, class_command.funded(room.node), X, y, seed=share))
    expected = sum(member.integers(1) for member in members)
    processes = [*members, classroom.Host(room, class_command.funded(room.node))]
    until = time.monotonic() + 600
    while not list(history(room)) and time.monotonic() < until:
        for each in processes:
            class_command.patiently(each.step)
        hurry(board, alive=2)
    (found,) = history(room)
    assert found[:2] == (1, 2)
    assert np.allclose(found[2], expected / 2 / classroom.SCALE, atol=1e-12)
    late = Wallet(room.node)
    with pytest.raises(NodeError):  # without a stake, and without ether
        late.send(room.contract, "commit(bytes32)", b"\1" * 32)


@pytest.mark.slow
def test_eight_processes_two_killed_one_hostile_the_rounds_end_and_nothing_is_lost(anvil):
    rounds, room = 5, class_command.create(anvil, 16, PHASE)
    processes = [join(anvil, room, share, 8, rounds, *["--hostile"] * (share == 8)) for share in range(1, 9)]
    host, chance = classroom.Host(room, class_command.funded(room.node)), random.Random(1)
    # in the second and in the fourth round, some time after it was seen to run
    doomed = {processes[n]: number for n, number in zip(chance.sample(range(7), 2), (2, 4), strict=True)}
    moments, board, started = {}, Board(room), time.monotonic()
    try:
        while room.waiting() < 8:
            assert time.monotonic() - started < 600
            time.sleep(0.3)
        started = time.monotonic()
        while len(list(history(room))) < rounds:
            class_command.patiently(host.step)
            for process in [each for each, number in doomed.items() if room.status().number >= number]:
                moment = moments.setdefault(process, time.monotonic() + chance.uniform(0, 3))
                if time.monotonic() > moment:
                    process.kill()
                    del doomed[process]
            hurry(board, alive=6 + len(doomed))
            assert time.monotonic() - started < 1500
            time.sleep(0.3)
        outputs = [process.communicate(timeout=300)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert not doomed
    counts = [count for _, count, _ in history(room)]
    assert len(counts) == rounds and max(counts) >= 7 and min(counts) >= 4, counts
    assert sum("Done." in text for text in outputs) >= 6, outputs
    # the money: what the contract holds is what it owes, holds at stake and has left for rewards
    chain = Chain.connect(anvil)
    addresses = [place.address for place in board.look().places]  # of the killed, too, whose words may be lost
    read = lambda signature, *a: room.node.call(room.contract, signature, "uint256", *a)  # noqa: E731
    books = read("pot()") + sum(read("stakes(address)", a) + read("owed(address)", a) for a in addresses)
    assert chain.balance(room.contract) == books
