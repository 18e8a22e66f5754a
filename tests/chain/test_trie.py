"""Our tries have the roots of the reference implementation, and their proofs hold."""

import random

import rlp
from eth.db.trie import make_trie_root_and_nodes
from eth_hash.auto import keccak
from trie import HexaryTrie

from nnchain_edu.chain.trie import EMPTY_ROOT, Trie, ordered_root


def test_random_writes_and_deletions_have_the_reference_root():
    rng = random.Random(1)
    for _ in range(15):
        reference, database = HexaryTrie({}), {}
        ours = Trie(database)
        # keys that share long beginnings, so that extensions split and join
        keys = [bytes([rng.choice([0, 1, 17, 255]), rng.randrange(4)]) + rng.randbytes(30) for _ in range(40)]
        keys += [keys[0][:31] + bytes([last]) for last in range(8)]
        for step in range(150):
            key, value = rng.choice(keys), rng.randbytes(rng.choice([0, 0, 1, 3, 33, 80]))
            reference[key] = value
            ours.set(key, value)
            if step % 9 == 0:
                assert ours.root_hash() == reference.root_hash
                if rng.random() < 0.3:
                    ours = Trie(database, ours.root_hash())  # opened again from what is in the database
            assert ours.get(key) == value
        for key in keys:
            ours.set(key, b"")
        assert ours.root_hash() == EMPTY_ROOT


def test_old_roots_stay_readable():
    database = {}
    trie = Trie(database)
    trie.set(keccak(b"a"), b"first")
    old = trie.root_hash()
    trie.set(keccak(b"a"), b"second")
    trie.root_hash()
    assert Trie(database, old).get(keccak(b"a")) == b"first"


def test_proof_is_accepted_by_the_reference_and_a_wrong_key_is_absent():
    trie = Trie({})
    for i in range(300):
        trie.set(keccak(bytes([i % 256, i // 256])), bytes([i % 255 + 1]) * 40)
    for key, value in ((keccak(bytes([7, 0])), bytes([8]) * 40), (keccak(b"nobody"), b"")):
        nodes = [rlp.decode(node) for node in trie.proof(key)]
        assert HexaryTrie.get_from_proof(trie.root_hash(), key, nodes) == value


def test_root_of_a_list_is_the_reference_root():
    rng = random.Random(2)
    for size in (0, 1, 2, 3, 16, 17, 127, 128, 129, 300):
        items = [rng.randbytes(rng.choice([1, 20, 110])) for _ in range(size)]
        assert ordered_root(items) == make_trie_root_and_nodes([_Encoded(item) for item in items])[0], size


class _Encoded:
    """What py-evm's function wants: something with `encode`."""

    def __init__(self, item: bytes):
        self.item = item

    def encode(self) -> bytes:
        return self.item
