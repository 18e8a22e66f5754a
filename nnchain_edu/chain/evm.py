"""The rules of the Prague fork, applied to calls and to blocks of transactions: `Evm` is the one class through which
the node runs anything.

Kept from py-evm: every rule (transactions, messages, precompiles, gas, fees). Replaced: its state
(`state.py`), its loop (`interpreter.py`), and around them its block building, where each transaction
formats log strings for a logger that is off, recovers a sender we know because we signed, and re-reads the
state from the database. Headers, receipts and signed transactions are plain records that are encoded once.
`Evm(engine="reference")` runs the stock state and loop.

Five files import py-evm, and no other may (a test sees to it): this one; `depth.py`, `interpreter.py` and `trace.py`,
which are parts of its machine and could not be written apart from it; and `transactions.py`, since the kinds of
transaction and their intrinsic gas are rules, too. `state.py` has the methods that its rules call, without an import.
Another implementation of the rules takes their place if it offers what the rest asks for: of `Evm` the methods `state`
(`get_balance`, `get_nonce`, `get_code`, `get_storage`), `edit` (their setters), `run_block`, `call`, `replay`, `proof`
and `next_fees`; `step_tracer` and `call_tree` of `trace.py`, which belong to the same machine; the functions of
`transactions.py`; and errors named as `errors.failure` knows them.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import rlp
from eth._utils.address import generate_contract_address
from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.db.atomic import AtomicDB
from eth.db.backends.memory import MemoryDB
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.london.headers import calculate_expected_base_fee_per_gas
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.headers import calc_excess_blob_gas_prague
from eth.vm.forks.prague.state import PragueState
from eth.vm.message import Message
from eth_hash.auto import keccak

from .depth import PlainComputation, PlainExecutor, room
from .errors import RpcError
from .interpreter import FastComputation
from .state import EMPTY_CODE, FlatAccounts
from .store import Header, Receipt, bloom
from .transactions import Transaction, decode, refusal
from .trie import EMPTY_ROOT, Trie, ordered_root

EMPTY_UNCLES = keccak(b"\xc0")
EMPTY_REQUESTS = sha256(b"").digest()  # no deposits, withdrawals or consolidations: EIP-7685


class Outcome(NamedTuple):
    """What an execution came to."""

    output: bytes
    error: Exception | None
    gas_used: int
    gas_needed: int  # before the refund: the least gas that may do
    computation: Any  # the tree of calls, for tracers
    touched: set  # addresses and (address, slot) that were accessed: EIP-2930


class FastExecutor(PlainExecutor):
    def build_evm_message(self, transaction: Any) -> Message:
        """As upstream, without the log strings."""
        state, sender, to = self.vm_state, transaction.sender, transaction.to
        state.delta_balance(sender, -transaction.gas * state.get_gas_price(transaction))
        state.increment_nonce(sender)
        refund, delegate, created = self.calc_message_refund(transaction), None, None
        data, code = transaction.data, b""
        if to == CREATE_CONTRACT_ADDRESS:
            created = generate_contract_address(sender, state.get_nonce(sender) - 1)
            data, code = b"", transaction.data
        else:
            code, delegate = self.get_code_at_address(to)
        return Message(
            gas=transaction.gas - transaction.intrinsic_gas, to=to, sender=sender, value=transaction.value,
            data=data, code=code, create_address=created, refund=refund, is_delegation=delegate is not None,
        )  # fmt: skip


class ReferenceState(PragueState):
    """py-evm's own state and loop."""

    computation_class = PlainComputation
    transaction_executor_class = PlainExecutor


class FastState(PragueState):
    account_db_class = FlatAccounts
    computation_class = FastComputation
    transaction_executor_class = FastExecutor

    def set_system_contracts(self) -> None:
        """Upstream's never sets any (a double negation), but reads the trie twice to find out."""


class Evm:
    """Prague's rules over `database`, a mapping of hash to trie node or code."""

    def __init__(self, database: dict[bytes, bytes], chain_id: int, engine: str = "fast"):
        if engine not in ("fast", "reference"):
            raise ValueError(f"engine must be 'fast' or 'reference', not {engine!r}")
        self._database, self._chain_id, self._fast = database, chain_id, engine == "fast"
        self._stock_database = AtomicDB(MemoryDB(database))
        self._live: FastState | None = None  # the state at the head, kept from block to block

    # -- state
    def state(self, root: bytes) -> PragueState:
        """The world state at `root`, to read from."""
        if not self._fast:
            return ReferenceState(self._stock_database, None, root)
        if self._live is not None and self._live.state_root == root:
            return self._live
        return FastState(self._database, None, root)

    def edit(self, root: bytes, change: Callable[[PragueState], None]) -> bytes:
        """Apply `change` to the state at `root` outside of any transaction; return the new root."""
        state = self._take(root)
        state.lock_changes()
        change(state)
        return self._put_back(state)

    def _take(self, root: bytes) -> PragueState:
        """The state at `root`, to write to. If the writer fails, what it did is forgotten with the object."""
        state, self._live = self.state(root), None
        return state

    def _put_back(self, state: PragueState) -> bytes:
        state.persist()
        if self._fast:
            self._live = state
        return state.state_root

    def proof(self, root: bytes, address: bytes, slots: Sequence[int]) -> tuple[list, tuple, list]:
        """Merkle proofs (EIP-1186): nodes of the account, (nonce, balance, storage root, code hash), nodes per slot."""
        trie = Trie(self._database, root)
        encoded = trie.get(keccak(address))
        nonce, balance, storage_root, code = rlp.decode(encoded) if encoded else (b"", b"", EMPTY_ROOT, EMPTY_CODE)
        storage = Trie(self._database, storage_root)
        account = int.from_bytes(nonce, "big"), int.from_bytes(balance, "big"), storage_root, code
        slot_keys = [keccak(slot.to_bytes(32, "big")) for slot in slots]
        return trie.proof(keccak(address)), account, [storage.proof(key) for key in slot_keys]

    # -- execution
    def next_fees(self, parent: Header) -> dict[str, int]:
        """Base fee (EIP-1559) and excess blob gas (EIP-4844) of the block after `parent`."""
        return {
            "base_fee_per_gas": calculate_expected_base_fee_per_gas(parent),
            "excess_blob_gas": calc_excess_blob_gas_prague(parent),
        }

    @room()
    def run_block(
        self, root: bytes, header: Header, ancestors: Iterable[bytes], transactions: Iterable[Any], fill: int
    ) -> tuple[Header, list[Any], list[Receipt], dict[bytes, RpcError]]:
        """Run `transactions` on the state at `root` as the block of `header`, until `fill` gas is used.

        Returns the finished header, what went in, its receipts, and by hash why others did not. A transaction that is
        only too early or finds the block full is in neither. Nothing is changed when this raises.
        """
        state = self._take(root)
        state.execution_context = self._context(header, ancestors)
        gas, included, receipts, refused = 0, [], [], {}
        for transaction in transactions:
            if gas >= fill or gas + transaction.gas > header.gas_limit >= transaction.gas:
                break
            nonce, balance = state.get_nonce(transaction.sender), state.get_balance(transaction.sender)
            problem = refusal(transaction, nonce, balance, header.base_fee_per_gas, header.gas_limit)
            if problem:
                if transaction.nonce <= nonce:
                    refused[transaction.hash] = problem
                continue
            state.lock_changes()
            if self._fast:
                computation = self._apply(state, transaction)
            else:
                computation = state.apply_transaction(decode(transaction.encode(), transaction.sender))
            used = PragueVM.finalize_gas_used(transaction, computation)
            gas += used
            included.append(transaction)
            receipts.append(self._receipt(transaction, computation, used, gas, header.base_fee_per_gas))
        root = self._put_back(state)
        header = header._replace(
            state_root=root,
            transaction_root=ordered_root([t.encode() for t in included]),
            receipt_root=ordered_root([r.encode() for r in receipts]),
            bloom=bloom(receipts),
            gas_used=gas,
        )
        return header, included, receipts, refused

    @room()
    def call(
        self,
        root: bytes,
        header: Header,
        ancestors: Iterable[bytes],
        sender: bytes,
        fields: dict[str, Any],
        overrides: dict[bytes, dict[str, Any]],
        tracer: type | None = None,
    ) -> Outcome:
        """Execute an unsigned message on the state at `root` and undo it. `overrides` replace parts of accounts."""
        state = self._take(root)
        state.execution_context = self._context(header, ancestors)
        state.lock_changes()
        start = state.snapshot()
        try:
            for address, account in overrides.items():
                self._override(state, address, account)
            nonce, balance = state.get_nonce(sender), state.get_balance(sender)
            transaction = Transaction(sender, nonce=nonce, **fields)
            problem = refusal(transaction, nonce, balance, header.base_fee_per_gas, transaction.gas)
            if problem:
                raise problem
            outcome = self._outcome(state, transaction, tracer)
        except RpcError:
            self._undo(state, start)
            raise
        self._undo(state, start)
        return outcome

    def _undo(self, state: PragueState, start: Any) -> None:
        if self._fast:
            state.revert(start)
            state.lock_changes()
            self._live = state

    @room()
    def replay(
        self,
        root: bytes,
        header: Header,
        ancestors: Iterable[bytes],
        transactions: Sequence[Any],
        tracer: type,
    ) -> Outcome:
        """Run the transactions of a block on the state it began with, the last one under `tracer`."""
        state = FastState(self._database, None, root) if self._fast else self.state(root)
        state.execution_context = self._context(header, ancestors)
        for transaction in transactions[:-1]:
            state.lock_changes()
            self._apply(state, transaction)
        state.lock_changes()
        return self._outcome(state, transactions[-1], tracer)

    def _outcome(self, state: PragueState, transaction: Any, tracer: type | None) -> Outcome:
        if tracer:
            state.computation_class = tracer
        computation = self._apply(state, transaction)
        state.computation_class = type(state).computation_class
        used = PragueVM.finalize_gas_used(transaction, computation)  # EIP-7623's floor for calldata included
        return Outcome(
            computation.output,
            computation._error,
            used,
            max(used, transaction.gas - computation.get_gas_remaining()),
            computation,
            set(getattr(state._account_db, "warm", ())),
        )

    def _apply(self, state: PragueState, transaction: Any) -> Any:
        """py-evm's transaction executor without its validation, which `refusal` and `decode` have done in words."""
        executor = state.get_transaction_executor()
        computation = executor.build_computation(executor.build_evm_message(transaction), transaction)
        executor.finalize_computation(transaction, computation)
        state.clear_transient_storage()
        return computation

    def _receipt(self, transaction: Any, computation: Any, used: int, gas: int, base_fee: int) -> Receipt:
        tip = min(transaction.max_priority_fee_per_gas, transaction.max_fee_per_gas - base_fee)
        created = computation.msg.storage_address if computation.msg.is_create else b""
        logs = tuple(
            (address, tuple(topic.to_bytes(32, "big") for topic in topics), bytes(data))
            for address, topics, data in computation.get_log_entries()
        )
        return Receipt(
            transaction.hash, transaction.sender, transaction.to, transaction.type_id or 0,
            0 if computation.is_error else 1, used, gas, base_fee + tip, created, logs,
        )  # fmt: skip

    def _context(self, header: Header, ancestors: Iterable[bytes]) -> ExecutionContext:
        return ExecutionContext(
            coinbase=header.coinbase, timestamp=header.timestamp, block_number=header.block_number, difficulty=0,
            mix_hash=header.mix_hash, gas_limit=header.gas_limit, prev_hashes=ancestors, chain_id=self._chain_id,
            base_fee_per_gas=header.base_fee_per_gas, excess_blob_gas=header.excess_blob_gas,
        )  # fmt: skip

    @staticmethod
    def _override(state: PragueState, address: bytes, account: dict[str, Any]) -> None:
        if "balance" in account:
            state.set_balance(address, account["balance"])
        if "nonce" in account:
            state.set_nonce(address, account["nonce"])
        if "code" in account:
            state.set_code(address, account["code"])
        if "state" in account:
            state.delete_storage(address)
        for slot, value in {**account.get("state", {}), **account.get("stateDiff", {})}.items():
            state.set_storage(address, slot, value)
