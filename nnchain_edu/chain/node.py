"""The node: blocks, the pool of pending transactions, mining, snapshots, time.

Replaces py-evm's `Chain` and `MiningChain`, which know one block at a time, no pool, no accounts and no
going back. No wall clock is read: blocks are `block_time` seconds apart unless told otherwise, so the same
seed and the same transactions give the same block hashes everywhere. Gained: all that a local node does, without a
copy of the state for each snapshot: a mark is a number and a root.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import coincurve
from eth_hash.auto import keccak

from . import bulk
from .errors import RpcError, WrongChain
from .evm import EMPTY_REQUESTS, EMPTY_UNCLES, Evm
from .pool import Pool
from .rpc_values import data
from .store import Block, Header, Store
from .transactions import read_keys, refusal, seeded_keys, sign
from .trie import EMPTY_ROOT

GENESIS_TIME = 1_767_225_600  # seconds: 1 January 2026, 00:00 UTC
ETHER = 10**18  # wei
TIP = 10**9  # wei per gas offered to the block producer unless told otherwise: 1 gwei


class Node:
    """A chain of one node, in this process.

    seed: block randomness (PREVRANDAO) and, where `accounts` is missing, ten private keys.
    accounts: address to private key (32 bytes, or hex); the node signs for these.
    balances: wei per address at the start, or one number for each account.
    engine: "fast", or "reference" for py-evm's own state and loop.
    path: keep the chain in this SQLite file.
    gas_limit: gas of a block; `send_many` fills blocks to half of it, so that the base fee stands still.
    """

    def __init__(
        self,
        seed: int = 0,
        accounts: Mapping[str, bytes | str] | None = None,
        balances: Mapping[str, int] | int = 10_000 * ETHER,
        engine: str = "fast",
        path: str | Path | None = None,
        automine: bool = True,
        timestamp: int = GENESIS_TIME,
        chain_id: int = 1337,
        gas_limit: int = 60_000_000,
        base_fee: int = 10**9,
        block_time: int = 1,
    ):
        self.lock = threading.RLock()  # held by whoever calls in: the provider for a request, `send_many`, `close`
        self.seed, self.chain_id, self.gas_limit, self.block_time = seed, chain_id, gas_limit, block_time
        self.automine, self.coinbase = automine, bytes(20)
        self.keys = seeded_keys(seed) if accounts is None else read_keys(accounts)
        self.impersonated: set[bytes] = set()
        self.impersonate_all = False
        self.pool = Pool()
        self.watchers: dict[str, Any] = {}  # filters: told of every block and every pending transaction
        self.snapshots: dict[str, tuple] = {}
        self.ids = itertools.count(1)
        self.next_timestamp: int | None = None
        self.forced_base_fee: int | None = None
        self.elapsed = 0  # seconds to add to the next block's time
        self.travelled = 0  # seconds added so far
        self.store = Store(path)
        self.evm = Evm(self.store, chain_id, engine)
        self.blocks: list[Block] = []
        self.numbers: dict[bytes, int] = {}  # block hash to number
        self.locations: dict[bytes, tuple[int, int]] = {}  # transaction hash to block number and index
        if not isinstance(balances, Mapping):
            balances = {"0x" + who.hex(): balances for who in self.keys}
        try:
            self._open(self._genesis(balances, timestamp, base_fee))
        except BaseException:
            self.store.close()
            raise

    def close(self) -> None:
        """Let go of the chain's file."""
        with self.lock:
            self.store.close()

    # -- opening
    def _genesis(self, balances: Mapping[str, int], timestamp: int, base_fee: int) -> Block:
        def endow(state: Any) -> None:
            for who, wei in balances.items():
                state.set_balance(data(who, "address", 20), wei)

        root = self.evm.edit(EMPTY_ROOT, endow)
        zero = bytes(32)
        header = Header(
            parent_hash=zero, uncles_hash=EMPTY_UNCLES, coinbase=self.coinbase, state_root=root,
            transaction_root=EMPTY_ROOT, receipt_root=EMPTY_ROOT, bloom=bytes(256), difficulty=0, block_number=0,
            gas_limit=self.gas_limit, gas_used=0, timestamp=timestamp, extra_data=b"", mix_hash=self._random(0),
            nonce=bytes(8), base_fee_per_gas=base_fee, withdrawals_root=EMPTY_ROOT, blob_gas_used=0,
            excess_blob_gas=0, parent_beacon_block_root=zero, requests_hash=EMPTY_REQUESTS,
        )  # fmt: skip
        return Block(header, keccak(header.encode()), EMPTY_ROOT, (), ())

    def _open(self, genesis: Block) -> None:
        blocks, facts = self.store.load()
        if blocks and blocks[0].hash != genesis.hash:
            raise WrongChain("the file holds a chain with another beginning: other seed, accounts or settings")
        if facts and facts["chain_id"] != str(self.chain_id):
            raise WrongChain(f"the file holds a chain with id {facts['chain_id']}, not {self.chain_id}")
        self.root = facts["root"] if blocks else genesis.header.state_root
        if not blocks:
            self.store.save(self._facts(self.root), genesis)
        for block in blocks or [genesis]:
            self._index(block)

    def _facts(self, root: bytes) -> dict[str, Any]:
        return {"root": root, "chain_id": str(self.chain_id)}

    def _random(self, number: int) -> bytes:
        return keccak(f"nnchain-edu {self.seed} block {number}".encode())

    # -- reading
    @property
    def head(self) -> Block:
        """The newest block."""
        return self.blocks[-1]

    def root_at(self, block: Block) -> bytes:
        """The state root after `block`; at the head with all edits since."""
        return self.root if block.number == self.head.number else block.header.state_root

    def ancestors(self, number: int) -> Iterator[bytes]:
        """Hashes of the blocks before `number`, nearest first, as many as BLOCKHASH may ask for."""
        return (self.blocks[n].hash for n in range(number - 1, max(-1, number - 257), -1))

    def next_base_fee(self) -> int:
        """Wei per gas that the block to come burns (EIP-1559)."""
        if self.forced_base_fee is not None:
            return self.forced_base_fee
        return self.evm.next_fees(self.head.header)["base_fee_per_gas"]

    def next_header(self) -> Header:
        """The header of the block to come, its roots still the parent's."""
        parent = self.head
        number = parent.number + 1
        timestamp = self.next_timestamp or parent.header.timestamp + (self.elapsed or self.block_time)
        fees = self.evm.next_fees(parent.header) | {"base_fee_per_gas": self.next_base_fee()}
        return parent.header._replace(
            parent_hash=parent.hash, coinbase=self.coinbase, block_number=number, gas_limit=self.gas_limit,
            timestamp=timestamp, mix_hash=self._random(number), blob_gas_used=0, **fees,
        )  # fmt: skip

    def next_nonce(self, sender: bytes) -> int:
        """The nonce after those in the state and in the pool."""
        nonce, waiting = self.evm.state(self.root).get_nonce(sender), self.pool.of(sender)
        while nonce in waiting:
            nonce += 1
        return nonce

    # -- sending
    def sign(self, fields: dict[str, Any]) -> Any:
        """Sign a transaction with the key of its sender; what `fields` leave open is filled in."""
        fields = dict(fields)
        sender = fields.pop("sender", None)
        key = self.keys.get(sender)
        if key is None:
            if sender is None or (sender not in self.impersonated and not self.impersonate_all):
                raise RpcError("unknown account" if sender is None else f"unknown account 0x{sender.hex()}")
            key = coincurve.PrivateKey(keccak(sender))  # no valid signature exists: the node vouches for the sender
        if fields.pop("chain_id", self.chain_id) != self.chain_id:
            raise RpcError(f"invalid chain id for signer: the transaction names another than {self.chain_id}")
        if "nonce" not in fields:
            fields["nonce"] = self.next_nonce(sender)
        if "gas_price" not in fields:
            given = fields.get("max_fee_per_gas")
            tip = fields.setdefault("max_priority_fee_per_gas", TIP if given is None else min(TIP, given))
            fields.setdefault("max_fee_per_gas", 2 * self.next_base_fee() + tip)
        return sign(key, sender, self.chain_id, fields)

    def submit(self, t: Any) -> bytes:
        """Take a signed transaction into the pool, and mine where blocks come at once; return its hash."""
        state, base_fee = self.evm.state(self.root), self.next_base_fee()
        if t.hash in self.pool or t.hash in self.locations:
            raise RpcError("already known")
        if t.chain_id not in (None, self.chain_id):
            raise RpcError(f"invalid chain id for signer: have {t.chain_id} want {self.chain_id}")
        # one with a later nonce may wait in the pool; one with a low fee, where blocks do not come at once
        nonce, least = max(state.get_nonce(t.sender), t.nonce), base_fee if self.automine else 0
        problem = refusal(t, nonce, state.get_balance(t.sender), least, self.gas_limit)
        if problem:
            raise problem
        self.pool.add(t)
        for watcher in self.watchers.values():
            watcher.on_pending(t)
        if self.automine and self.ready(base_fee):
            refused = self.mine()
            if t.hash in refused:
                raise refused[t.hash]
        return t.hash

    def send_many(self, transactions: Iterable[Mapping[str, Any]]) -> list[bytes]:
        """Sign and mine many transactions, in as few blocks as hold them at half the gas limit; return the hashes.

        All or nothing: where one is refused (not: reverts), none happened. Each names `from`; the nonces follow from
        the order; without `gas` a transfer gets 21,000 and a call 500,000.
        """
        with self.lock:
            return bulk.send_many(self, transactions)

    # -- mining
    def mine(self) -> dict[bytes, RpcError]:
        """Make a block of what is ready in the pool. Returns why some were thrown out of the pool, by hash."""
        base_fee = self.next_base_fee()
        block, refused = self.seal(self.ready(base_fee), self.gas_limit)
        for receipt in block.receipts:
            self.pool.pop(receipt.transaction_hash, None)
        for name in refused:
            self.pool.pop(name, None)
        return refused

    def ready(self, base_fee: int) -> list[Any]:
        """The transactions of the pool that can go into a block, in its order."""
        return self.pool.ready(base_fee, self.evm.state(self.root).get_nonce)

    def pending(self) -> Block:
        """The block that `mine` would make now. It is run, and kept nowhere."""
        return self._run(self.ready(self.next_base_fee()), self.gas_limit)[0]

    def seal(self, transactions: Iterable[Any], fill: int) -> tuple[Block, dict[bytes, RpcError]]:
        """Run `transactions` until `fill` gas is used, and append the block. Returns it, and why some were refused."""
        block, refused = self._run(transactions, fill)
        header = block.header
        self.store.save(self._facts(header.state_root), block)
        self.root, self.elapsed, self.next_timestamp, self.forced_base_fee = header.state_root, 0, None, None
        self._index(block)
        for watcher in self.watchers.values():
            watcher.on_block(block)
        return block, refused

    def _run(self, transactions: Iterable[Any], fill: int) -> tuple[Block, dict[bytes, RpcError]]:
        header = self.next_header()
        result = self.evm.run_block(self.root, header, self.ancestors(header.block_number), transactions, fill)
        header, included, receipts, refused = result
        encoded = tuple(t.encode() for t in included)
        return Block(header, keccak(header.encode()), self.root, encoded, tuple(receipts)), refused

    def _index(self, block: Block) -> None:
        self.numbers[block.hash] = block.number
        for i, receipt in enumerate(block.receipts):
            self.locations[receipt.transaction_hash] = block.number, i
        self.blocks.append(block)

    # -- editing and going back
    def edit(self, change: Callable[[Any], None]) -> None:
        """Change the state at the head outside of any transaction. The next block is built on the edited state."""
        root = self.evm.edit(self.root, change)
        self.store.save(self._facts(root))
        self.root = root

    def snapshot(self) -> str:
        """Remember the chain as it is; return a name for `revert`."""
        name = hex(next(self.ids))
        self.snapshots[name] = self.mark()
        return name

    def revert(self, name: str) -> bool:
        """Go back to a snapshot; it and those after it are used up. False where there is none of that name."""
        if name not in self.snapshots:
            return False
        self.go_back(self.snapshots[name])
        for later in list(itertools.dropwhile(lambda other: other != name, self.snapshots)):
            del self.snapshots[later]
        return True

    def mark(self) -> tuple:
        """All that `go_back` needs to bring the chain back to here."""
        clock = self.elapsed, self.travelled, self.next_timestamp, self.forced_base_fee
        return self.head.number, self.root, Pool(self.pool), clock

    def go_back(self, mark: tuple) -> None:
        """Forget every block and every edit since `mark`."""
        number, root, pool, clock = mark
        self.store.save(self._facts(root), cut=number + 1)
        for block in self.blocks[number + 1 :]:
            del self.numbers[block.hash]
            for receipt in block.receipts:
                del self.locations[receipt.transaction_hash]
        del self.blocks[number + 1 :]
        self.root, self.pool = root, Pool(pool)
        self.elapsed, self.travelled, self.next_timestamp, self.forced_base_fee = clock
