"""Merkle proofs of accounts and slots, true and forged."""

from dataclasses import replace

import pytest

from nnchain_edu import Chain
from nnchain_edu.chain import ChainError


@pytest.fixture(scope="module")
def chain():
    chain = Chain()
    chain.counter = chain.deploy("counter", 2**200)
    chain.send("bob", value=5)
    return chain


def root(chain):
    return chain.block().stateRoot


@pytest.mark.parametrize("who", ["alice", "bob", "0x" + "ab" * 20])
def test_accounts_are_proven(chain, who):
    proof = chain.proof(who)
    assert proof.balance == chain.balance(who) and proof.verify(root(chain))
    assert proof.verify("0x" + root(chain).hex())


def test_slots_are_proven(chain):
    full, empty = chain.proof(chain.counter, 0), chain.proof(chain.counter, 2**256 - 1)
    assert full.value == 2**200 and full.verify(root(chain))
    assert empty.value == 0 and empty.verify(root(chain))
    assert chain.proof("alice", 3).verify(root(chain))


def test_old_blocks_have_their_own_proofs(chain):
    old, new = chain.proof("bob", block=1), chain.proof("bob")
    assert new.balance - old.balance == 5
    assert old.verify(chain.block(1).stateRoot) and not old.verify(root(chain))


@pytest.mark.parametrize(
    "lie",
    [
        {"balance": 1},
        {"nonce": 9},
        {"code_hash": bytes(32)},
        {"storage_root": bytes(32)},
        {"value": 7},
        {"slot": 5},
        {"address": "0x" + "cd" * 20},
        {"nodes": []},
        {"slot_nodes": []},
        {"nodes": [b"\x00"]},
        {"nodes": [b""]},
        {"slot_nodes": [b"\xc0"]},
    ],
)
def test_a_lie_is_found(chain, lie):
    proof = chain.proof(chain.counter, 0)
    verdict = replace(proof, **lie).verify(root(chain))
    assert not verdict and verdict.reason
    assert proof.verify(root(chain))


def test_absent_account_cannot_be_claimed_rich(chain):
    nobody = chain.proof("0x" + "ab" * 20)
    assert "holds no account" in replace(nobody, balance=10).verify(root(chain)).reason


def test_bad_questions(chain):
    for slot in (-1, 2**256, "0", 1.5):
        with pytest.raises(ChainError, match="slot must be a whole number"):
            chain.proof("alice", slot)
    with pytest.raises(ValueError, match="state_root must be 32 bytes"):
        chain.proof("alice").verify(b"short")
    with pytest.raises(ChainError):
        chain.proof("alice", block=99)
