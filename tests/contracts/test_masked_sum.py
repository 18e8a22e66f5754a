"""Masks modulo 2**256 in the EVM: they cancel exactly, the missing is given back, and only the right seed counts."""

import numpy as np
import pytest
from eth_utils import keccak

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.federated.fixed_point import pack, unpack
from nnchain_edu.federated.masking import Client, add, recover

NAMES, PARAMETERS, WORDS, THRESHOLD, SECONDS = ("alice", "bob", "carol", "dave"), 40, 3, 3, 100


class Sum:
    def __init__(self):
        self.chain = Chain()
        addresses = [self.chain.accounts[name].address for name in NAMES]
        self.contract = self.chain.deploy("masked_sum", addresses, WORDS, THRESHOLD, SECONDS)
        self.call = self.contract.functions
        self.clients = {n: Client(n, WORDS) for n in range(len(NAMES))}
        for client in self.clients.values():
            client.share_out(self.clients, THRESHOLD)
        self.updates = {n: np.random.default_rng(n).integers(-1000, 1000, PARAMETERS) for n in self.clients}

    def pair_seed(self, n, other):
        return self.clients[n].key.ecdh(self.clients[other].public)

    def upload(self, *who):
        publics = {n: client.public for n, client in self.clients.items()}
        for n in who:
            words = self.clients[n].masked(pack(self.updates[n]), publics)
            hashes = [keccak(self.pair_seed(n, m)) if m != n else bytes(32) for m in self.clients]
            own = keccak(self.clients[n].own.to_bytes(32, "big"))
            self.chain.send(self.call.upload, n, words, own, hashes, sender=NAMES[n])

    def secret(self, kind, about, helpers):
        return recover({n: self.clients[n].give(kind, about) for n in helpers}).to_bytes(32, "big")

    def remove_all(self, who):
        for n in who:
            self.chain.send(self.call.remove_own, n, self.secret("own", n, who[:THRESHOLD]))
        for missing in set(self.clients) - set(who):
            key = type(self.clients[missing].key)(self.secret("key", missing, who[:THRESHOLD]))
            for n in who:
                self.chain.send(self.call.remove_pair, missing, n, key.ecdh(self.clients[n].public))


@pytest.mark.parametrize(
    "who", [[0, 1, 2, 3], [0, 1, 3], [1, 2, 3]], ids=["all", "carol dropped out", "alice dropped out"]
)
def test_masks_cancel_and_the_sum_is_exact(who):
    s = Sum()
    s.upload(*who)
    s.chain.travel(SECONDS)
    assert s.call.words().call() != add(*(pack(s.updates[n]) for n in who))
    s.remove_all(who)
    assert s.call.finished().call()
    assert s.call.words().call() == add(*(pack(s.updates[n]) for n in who))
    total = unpack(s.call.words().call(), PARAMETERS, count=len(who))
    assert (total == sum(s.updates[n] for n in who)).all()


def test_below_the_threshold_no_mask_comes_off():
    s = Sum()
    s.upload(0, 1)
    s.chain.travel(SECONDS)
    with pytest.raises(Reverted, match="too few uploads"):
        s.chain.send(s.call.remove_own, 0, s.clients[0].own.to_bytes(32, "big"))
    with pytest.raises(Reverted, match="too few uploads"):
        s.chain.send(s.call.remove_pair, 2, 0, s.pair_seed(0, 2))
    assert not s.call.finished().call()


def test_each_mask_comes_off_once_and_by_its_own_seed():
    s = Sum()
    s.upload(0, 1, 3)
    own, pair = s.clients[0].own.to_bytes(32, "big"), s.pair_seed(0, 2)
    with pytest.raises(Reverted, match="still taken"):
        s.chain.send(s.call.remove_own, 0, own)
    s.chain.travel(SECONDS)
    for call, arguments, complaint in [
        ("remove_own", (0, bytes(32)), "not the seed"),
        ("remove_own", (2, own), "did not upload"),
        ("remove_own", (99, own), "did not upload"),
        ("remove_pair", (2, 0, bytes(32)), "not the seed"),
        ("remove_pair", (1, 0, s.pair_seed(0, 1)), "its pairs have cancelled"),
        ("remove_pair", (99, 0, pair), "its pairs have cancelled"),
        ("remove_pair", (2, 2, pair), "did not upload"),
    ]:
        with pytest.raises(Reverted, match=complaint):
            s.chain.send(s.call[call], *arguments)
    s.chain.send(s.call.remove_own, 0, own)
    s.chain.send(s.call.remove_pair, 2, 0, pair)
    with pytest.raises(Reverted, match="removed already"):
        s.chain.send(s.call.remove_own, 0, own)
    with pytest.raises(Reverted, match="removed already"):
        s.chain.send(s.call.remove_pair, 2, 0, pair)


def test_one_client_that_posts_a_false_hash_leaves_the_sum_as_noise():
    """Nobody's update is seen, and nobody gets the sum: the contract keeps privacy, and no promise to end well."""
    s = Sum()
    s.upload(0, 1)
    words = s.clients[2].masked(pack(s.updates[2]), {n: client.public for n, client in s.clients.items()})
    pairs = [keccak(s.pair_seed(2, m)) if m != 2 else bytes(32) for m in s.clients]
    s.chain.send(s.call.upload, 2, words, bytes(32), pairs, sender="carol")
    s.chain.travel(SECONDS)
    with pytest.raises(Reverted, match="not the seed"):
        s.remove_all((0, 1, 2))
    assert not s.call.finished().call()


def test_uploads_have_their_sender_their_form_and_their_time():
    s = Sum()
    good = [[0] * WORDS, bytes(32), [bytes(32)] * 4]
    for sender, arguments, complaint in [
        ("judy", (0, *good), "another client's number"),
        ("alice", (1, *good), "another client's number"),
        ("alice", (9, *good), "another client's number"),
        ("alice", (0, [0], *good[1:]), "another length"),
        ("alice", (0, *good[:2], [bytes(32)]), "a hash for each client"),
    ]:
        with pytest.raises(Reverted, match=complaint):
            s.chain.send(s.call.upload, *arguments, sender=sender)
    s.chain.send(s.call.upload, 0, *good, sender="alice")
    with pytest.raises(Reverted, match="uploaded already"):
        s.chain.send(s.call.upload, 0, *good, sender="alice")
    s.chain.travel(SECONDS)
    with pytest.raises(Reverted, match="too late"):
        s.chain.send(s.call.upload, 1, *good, sender="bob")


def test_who_takes_part_is_checked_at_the_start():
    chain = Chain()
    alice, bob = (chain.accounts[name].address for name in ("alice", "bob"))
    carol, dave = (chain.accounts[name].address for name in ("carol", "dave"))
    for arguments in [
        ([alice], 3, 2, 9), ([alice], 3, 1, 9), ([alice, bob], 3, 3, 9), ([alice, bob], 3, 1, 9),
        ([alice, alice], 3, 2, 9), ([alice, bob], 0, 2, 9), ([alice, bob, carol, dave], 3, 2, 9),
    ]:  # fmt: skip
        with pytest.raises(Reverted):
            chain.deploy("masked_sum", *arguments)
