"""The people of the course: named accounts whose keys follow from the seed.

Nothing of py-evm is replaced: it knows no accounts with names or keys.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from eth_account import Account as Signer
from eth_utils import is_address, keccak, to_checksum_address

from .refusals import ChainError

NAMES = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy")
#: The phrase from which Anvil and Hardhat derive their ten funded accounts, known to everybody.
DEVELOPMENT_PHRASE = "test test test test test test test test test test test junk"
_ADDRESS = re.compile(r"(?:0[xX])?([0-9a-fA-F]{40})")


def seeded_key(seed: int, name: str) -> bytes:
    """32-byte private key of ``name`` on the chain with ``seed``. Anybody can compute it: play money only."""
    return keccak(text=f"nnchain_edu/{seed}/{name}")


def checksummed(digits: str) -> str:
    """The address with these 40 small hexadecimal digits, capitals where the hash says so (EIP-55)."""
    large = keccak(text=digits).hex()
    return "0x" + "".join(d.upper() if h >= "8" else d for d, h in zip(digits, large, strict=False))


@dataclass(frozen=True)
class Account:
    """One account: its name, its checksummed address, and its private key where we hold it."""

    name: str
    address: str
    _key: bytes | None = field(default=None, repr=False)

    @property
    def key(self) -> bytes:
        """The 32-byte private key. Raises ChainError where the node keeps it for itself."""
        if self._key is None:
            raise ChainError(f"the node keeps the private key of {self.name} ({self.address}) for itself")
        return self._key

    def __str__(self) -> str:
        return self.address


class Accounts:
    """Accounts by name (``accounts["alice"]``) and by position (``accounts[0]``)."""

    def __init__(self, accounts: list[Account], on_add: Callable[[Account], None] = lambda account: None):
        self._accounts, self._on_add = list(accounts), on_add
        self._by_name = {account.name: account for account in accounts}
        self._names = {account.address: account.name for account in accounts}

    @classmethod
    def seeded(cls, seed: int, on_add: Callable[[Account], None]) -> "Accounts":
        """The ten named accounts of the chain with ``seed``."""
        keys = [seeded_key(seed, name) for name in NAMES]
        return cls([Account(n, Signer.from_key(k).address, k) for n, k in zip(NAMES, keys, strict=True)], on_add)

    @classmethod
    def of_node(cls, addresses: list[str], on_add: Callable[[Account], None]) -> "Accounts":
        """The accounts a node signs for, named in their order; with the keys where everybody knows them."""
        found = [to_checksum_address(address) for address in addresses if is_address(address)]
        known = development_keys(found)
        names = [*NAMES, *(f"account{i}" for i in range(len(NAMES), len(found)))]
        return cls([Account(n, a, known.get(a)) for n, a in zip(names, found, strict=False)], on_add)

    def add(self, name: str, key: bytes | str) -> Account:
        """Take in another account with its private key; the chain then signs for it."""
        if not isinstance(name, str) or not name or name in self._by_name:
            raise ChainError(f"name must be a new, non-empty text; {name!r} is taken or is none")
        try:
            signer = Signer.from_key(key)
        except Exception:
            raise ChainError(f"key must be 32 bytes (or their hex text), for {name!r}") from None
        account = Account(name, signer.address, bytes(signer.key))
        self._on_add(account)
        self._accounts.append(account)
        self._by_name[name] = account
        self._names[account.address] = name
        return account

    def __getitem__(self, which: str | int) -> Account:
        if isinstance(which, str):
            if which in self._by_name:
                return self._by_name[which]
            close = get_close_matches(which, self._by_name, 1)
            meant = f" Did you mean {close[0]!r}?" if close else ""
            raise ChainError(f"no account is called {which!r}.{meant} There are: {', '.join(self._by_name) or 'none'}.")
        try:
            return self._accounts[which]
        except IndexError:
            raise IndexError(f"account {which}: there are {len(self)}, from 0 to {len(self) - 1}") from None

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts)

    def __len__(self) -> int:
        return len(self._accounts)

    def __repr__(self) -> str:
        return f"<Accounts: {', '.join(self._by_name) or 'none'}>"

    def name_of(self, address: str) -> str | None:
        """The name of the account at a checksummed address, or None."""
        return self._names.get(address)

    def address(self, who: Any) -> str:
        """The checksummed address of an account, a contract, a name, or an address in any writing."""
        if hasattr(who, "address"):
            return who.address
        if isinstance(who, bytes) and len(who) == 20:
            return checksummed(who.hex())
        if isinstance(who, str) and (digits := _ADDRESS.fullmatch(who)):
            return checksummed(digits[1].lower())
        if isinstance(who, str):
            if who.startswith("0x"):
                raise ChainError(
                    f"{who!r} is no address: one has 0x and 40 hexadecimal digits, this has {len(who) - 2}"
                )
            return self[who].address
        raise ChainError(f"{who!r} is no account: give an account, its name, a contract or an address")


def development_keys(addresses: list[str]) -> dict[str, bytes]:
    """Private keys by address, if these are the accounts that Anvil and Hardhat start with; else nothing."""
    Signer.enable_unaudited_hdwallet_features()
    keys: dict[str, bytes] = {}
    for i, address in enumerate(addresses):
        signer = Signer.from_mnemonic(DEVELOPMENT_PHRASE, account_path=f"m/44'/60'/0'/0/{i}")
        if signer.address != address:
            break
        keys[signer.address] = bytes(signer.key)
    return keys
