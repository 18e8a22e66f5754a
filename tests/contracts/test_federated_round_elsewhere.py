"""The round contract on a node of other hands, through `Chain.connect`: the same sum, the same money, the same gas."""

import time

import numpy as np
import pytest

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.federated.commitment import commitment
from nnchain_edu.federated.fixed_point import pack, to_integers, unpack
from nnchain_edu.federated.softmax import PARAMETERS, digits, local_update
from tests.chain.engines import AnvilRpc, anvil_binary

ETHER = 10**18
BITS, WORDS, SCALE = 11, 41, 2000
NAMES = ("alice", "bob", "carol", "dave")
SALT = (2**200 + 7).to_bytes(32, "big")  # of a test: what anybody can read


@pytest.fixture(scope="module")
def elsewhere():
    if not (binary := anvil_binary()):
        pytest.skip("no Anvil: the variable ANVIL, the PATH and .set-up/npm have none")
    anvil = AnvilRpc(binary)
    yield Chain.connect(anvil.url)
    anvil.close()


@pytest.fixture(scope="module")
def updates():
    """What each client learns from its quarter of the digits, as whole numbers."""
    X, y, _, _ = digits()
    found = [local_update(np.zeros(PARAMETERS), X[n::4], y[n::4], epochs=1, seed=n) for n in range(4)]
    return {name: to_integers(update, SCALE, BITS) for name, update in zip(NAMES, found, strict=True)}


class Round:
    """One round of everybody in `updates`, of whom `silent` do not reveal. `wait(s)` lets `s` seconds pass.

    commit, reveal: seconds of the two phases.
    """

    def __init__(self, chain, updates, commit, reveal, wait, silent=()):
        self.chain, self.gas = chain, []
        self.contract = chain.deploy("federated_round", BITS, WORDS, 4, ETHER, ETHER, commit, reveal)
        call, chain_id = self.contract.functions, chain.w3.eth.chain_id
        self.send(call.fund, value=2 * ETHER)
        for name in updates:
            self.send(call.register, sender=name, value=ETHER)
        self.send(call.open)
        for name, numbers in updates.items():
            address = chain.accounts[name].address
            seal = commitment(pack(numbers, BITS), SALT, address, 1, self.contract.address, chain_id)
            self.send(call.commit, seal, sender=name)
            self.gas[-1] += 12 * seal.count(0)  # a zero byte of calldata is 12 gas cheaper (EIP-2028)
        wait(commit + 1)
        for name, numbers in updates.items():
            if name not in silent:
                self.send(call.reveal, pack(numbers, BITS), SALT, sender=name)
        if silent:
            with pytest.raises(Reverted, match="still time"):
                chain.send(call.close)
            wait(reveal + 1)
        self.send(call.close, sender="judy")
        for name in updates:
            if name not in silent:
                self.send(call.withdraw, sender=name)
        self.words, self.count = call.aggregate(1).call(), call.counts(1).call()
        self.stakes = {name: call.stakes(chain.accounts[name].address).call() for name in updates}
        self.pot, self.balance = call.pot().call(), chain.balance(self.contract.address)

    def send(self, function, *arguments, sender="judy", **more):
        self.gas.append(self.chain.send(function, *arguments, sender=sender, **more).gasUsed)


def test_anvil_adds_up_pays_and_charges_as_the_course_does(elsewhere, updates):
    rounds = []
    for chain in (Chain(), elsewhere):
        travel = lambda seconds, chain=chain: chain.travel(seconds=seconds)  # noqa: E731
        rounds.append(Round(chain, updates, 600, 600, travel, silent=["dave"]))
    here, there = rounds
    revealed = sum(updates[name] for name in NAMES[:3])
    assert (unpack(there.words, PARAMETERS, there.count, BITS) == revealed).all()
    assert there.words == here.words and there.count == here.count == 3
    assert there.gas == here.gas
    assert there.stakes == here.stakes and there.stakes["dave"] == 0
    assert there.pot == here.pot and there.balance == here.balance == there.pot + 3 * ETHER


def test_a_node_whose_clock_nobody_moves(elsewhere, updates):
    """Nothing that only a development node can: the time for commitments passes by itself."""
    found = Round(elsewhere, updates, 12, 600, time.sleep)
    assert (unpack(found.words, PARAMETERS, 4, BITS) == sum(updates.values())).all()
    assert found.pot == ETHER and found.balance == ETHER + 4 * ETHER
