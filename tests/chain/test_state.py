"""The flat state against py-evm's: random reads, writes, deletions and undoings have the same values and roots."""

import random

import pytest
from eth.db.account import AccountDB
from eth.db.atomic import AtomicDB
from eth.db.backends.memory import MemoryDB

from nnchain_edu.chain.state import FlatAccounts
from nnchain_edu.chain.trie import EMPTY_ROOT

ADDRESSES = [bytes([i]) * 20 for i in range(1, 7)]


def same(ours: FlatAccounts, stock: AccountDB, originals: bool = True) -> None:
    for address in ADDRESSES:
        for read in ("account_exists", "account_is_empty", "account_has_code_or_nonce", "get_balance", "get_nonce"):
            assert getattr(ours, read)(address) == getattr(stock, read)(address), read
        assert ours.get_code(address) == stock.get_code(address)
        assert ours.get_code_hash(address) == stock.get_code_hash(address)
        assert ours.is_address_warm(address) == stock.is_address_warm(address)
        for slot in range(4):
            assert ours.get_storage(address, slot) == stock.get_storage(address, slot)
            if originals:  # no slot is written between a deletion and the end of its transaction
                assert ours.get_storage(address, slot, False) == stock.get_storage(address, slot, False)
            assert ours.is_storage_warm(address, slot) == stock.is_storage_warm(address, slot)


def change(rng: random.Random, states: tuple) -> None:
    address, slot, value = rng.choice(ADDRESSES), rng.randrange(4), rng.choice((0, 0, 1, 2**256 - 1))
    name, *arguments = rng.choice(
        (
            ("set_balance", address, value),
            ("set_nonce", address, rng.randrange(3)),
            ("increment_nonce", address),
            ("set_code", address, rng.choice((b"", b"\x00", b"\x60\x00"))),
            ("set_storage", address, slot, value),
            ("set_storage", address, slot, value),
            ("set_storage", address, slot, value),
            ("touch_account", address),
            ("mark_address_warm", address),
            ("mark_storage_warm", address, slot),
        )
    )
    for state in states:
        getattr(state, name)(*arguments)


@pytest.mark.parametrize("seed", range(6))
def test_random_histories(seed):
    rng, database, stock_database = random.Random(seed), {}, AtomicDB(MemoryDB())
    ours, stock = FlatAccounts(database, EMPTY_ROOT), AccountDB(stock_database, EMPTY_ROOT)
    roots = []
    for _ in range(25):  # blocks
        for _ in range(rng.randrange(1, 4)):  # transactions
            for state in (ours, stock):
                state.lock_changes()
            checkpoints = []
            for _ in range(rng.randrange(30)):
                if rng.random() < 0.15:
                    checkpoints.append((ours.record(), stock.record()))
                elif checkpoints and rng.random() < 0.2:
                    end = rng.choice(("commit", "discard"))
                    for state, checkpoint in zip((ours, stock), checkpoints.pop(), strict=True):
                        getattr(state, end)(checkpoint)
                else:
                    change(rng, (ours, stock))
            same(ours, stock)
            if rng.random() < 0.5:  # the rules delete when a transaction ends
                address = rng.choice(ADDRESSES)
                for state in (ours, stock):
                    state.delete_account(address)
        same(ours, stock, originals=False)
        ours.persist()
        stock.persist()
        assert ours.state_root == stock.state_root
        roots.append(ours.state_root)
        if rng.random() < 0.3:  # opened again from what is in the database
            ours, stock = FlatAccounts(database, roots[-1]), AccountDB(stock_database, roots[-1])
    old = rng.choice(roots)
    same(FlatAccounts(database, old), AccountDB(stock_database, old))
