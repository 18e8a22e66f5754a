"""The chain a learner holds in the hand: one object over any Ethereum node, in this process by default."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from web3 import Web3
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, TimeExhausted, TransactionNotFound, Web3RPCError

from . import contracts, export, frames
from .accounts import Account, Accounts
from .connect import open_node
from .decoding import Interfaces, revert_reason
from .proof import Proof
from .refusals import ChainError, NotADevelopmentNode, Reverted
from .views import Block, Deployed, Receipt, Transaction

if TYPE_CHECKING:
    from pandas import DataFrame

GENESIS_TIME = 1_767_225_600  # 2026-01-01T00:00:00Z: fixed, so that block hashes are
START_BALANCE = 10_000 * 10**18  # wei
PATIENCE = 60  # seconds for a node elsewhere to take a transaction into a block


class Chain:
    """An Ethereum chain in this process. Same ``seed``, same keys, same block hashes; no clock, no network.

    ``engine``: "fast", or "reference" for py-evm's own state. ``path``: keep the chain in this file. ``automine``:
    every transaction gets its block at once; else transactions wait for ``mine``. Accounts are given everywhere as
    an account, a name or an address; amounts are wei.
    """

    def __init__(self, seed: int = 0, engine: str = "fast", path: str | None = None, automine: bool = True):
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise ChainError(f"seed must be a whole number, not {seed!r}")
        if engine not in ("fast", "reference"):
            raise ChainError(f"engine must be 'fast' or 'reference', not {engine!r}")
        from ._tester import TesterProvider

        accounts = Accounts.seeded(seed, self._sign_for)
        keys = [account.key for account in accounts]
        self._open(
            Web3(TesterProvider(keys, START_BALANCE, GENESIS_TIME, automine)), accounts, f"{engine} engine"
        )
        self._automine = automine

    @classmethod
    def connect(cls, url: str) -> "Chain":
        """The same object over the node at ``url``, http(s):// or an IPC socket. Raises within 5 seconds."""
        chain = cls.__new__(cls)
        w3 = open_node(url)
        chain._open(
            w3,
            Accounts.of_node(w3.provider.make_request("eth_accounts", []).get("result", []), chain._sign_for),
            url,
        )
        with suppress(ChainError):  # any other node makes its blocks itself
            chain._automine = chain.rpc("anvil_getAutomine")
        return chain

    def _open(self, w3: Web3, accounts: Accounts, home: str) -> None:
        self.w3, self.accounts, self._home, self._automine = w3, accounts, home, True
        self.interfaces = Interfaces()
        w3.ens = None  # no names are looked up on another chain
        w3.middleware_onion.remove("ens_name_to_address")
        if len(accounts):
            w3.eth.default_account = accounts[0].address

    def _sign_for(self, account: Account) -> None:
        from web3.middleware import SignAndSendRawMiddlewareBuilder

        self.w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account.key), layer=0)

    def __repr__(self) -> str:
        return f"<Chain: block {self.w3.eth.block_number}, {len(self.accounts)} accounts, {self._home}>"

    def rpc(self, method: str, *params: Any) -> Any:
        """The node's own answer to a JSON-RPC call. Raises ChainError with the node's reason."""
        try:
            request = self.w3.provider.make_request
            if type(self.w3.provider).__name__ == "TesterProvider":
                request = self.w3.provider.request_func(self.w3, self.w3.middleware_onion)
            answer = request(method, list(params))
        except OSError as error:
            raise ChainError(f"{self._home} does not answer any more: {str(error)[:160]}") from None
        if "error" in answer:
            raise ChainError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _develop(self, wish: str, method: str, *params: Any) -> Any:
        try:
            return self.rpc(method, *params)
        except ChainError as error:
            raise NotADevelopmentNode(
                f"cannot {wish}: {self._home} is no development node ({error})"
            ) from None

    def name(self, who: Any) -> str:
        """The account's or contract's name with the start of its address; the whole address where it has none."""
        address = self.accounts.address(who)
        name = self.accounts.name_of(address) or self.interfaces.name_of(address)
        return f"{name} ({address[:8]}…)" if name else address

    # Acting

    def deploy(self, name_or_source: str, *args: Any, sender: Any = None, value: int = 0) -> Deployed:
        """Compile a contract (its name in the course, or Vyper source), put it on the chain, and return it."""
        compiled = contracts.load(name_or_source)
        constructor = next((e for e in compiled.abi if e["type"] == "constructor"), {})
        args = self._checked(f"{compiled.name}'s constructor", constructor, args)
        factory = self.w3.eth.contract(abi=compiled.abi, bytecode=compiled.bytecode)
        result = self._transact({"data": factory.constructor(*args).data_in_transaction}, sender, value)
        if isinstance(result, Transaction):  # a contract is of use only once it is there
            self.mine()
            result = self._arrived(result["hash"])
        contract = self.contract(name_or_source, result["contractAddress"])
        contract.receipt = result
        return contract

    def contract(self, name_or_source: str, address: Any) -> Deployed:
        """The contract that already stands at ``address``, if it is this one's bytecode's work: take care."""
        compiled, address = contracts.load(name_or_source), self.accounts.address(address)
        self.interfaces.learn(address, compiled.name, compiled.abi)
        factory = self.w3.eth.contract(abi=compiled.abi, ContractFactoryClass=Deployed)
        factory.name, factory.notices = compiled.name, compiled.notices
        return factory(address)

    def send(
        self, to: Any, *args: Any, sender: Any = None, value: int = 0, gas: int | None = None
    ) -> Receipt:
        """Send a transaction and return its receipt: ``send("bob", value=5)`` or ``send(token.functions.mint, 5)``.

        Raises Reverted with the contract's reason; with ``gas`` given, the failed transaction stands in a block.
        Without ``automine`` it returns the waiting Transaction.
        """
        return self._transact(self._message(to, args), sender, value, gas)

    def _message(self, to: Any, args: tuple) -> dict:
        if isinstance(to, ContractFunction):
            if args or to.arguments is None:
                to = to(*self._checked(to.name, to.abi, args))
            return {"to": to.address, "data": to._encode_transaction_data()}
        if args:
            raise ChainError("a plain transfer takes no arguments but the receiver: send(who, value=wei)")
        return {"to": self.accounts.address(to)}

    def _checked(self, what: str, abi: dict, args: tuple) -> list:
        return contracts.check_arguments(what, abi, args, self.w3.codec, self.accounts.address)

    def _transact(
        self, message: dict, sender: Any, value: int, gas: int | None = None
    ) -> Receipt | Transaction:
        for name, given, most in (("value", value, 2**256), ("gas", gas or 0, 2**64)):
            if not isinstance(given, int) or not 0 <= given < most:
                raise ChainError(
                    f"{name} must be a whole number from 0 to below 2**{most.bit_length() - 1}, not {given!r}"
                )
        if sender is None and not len(self.accounts):
            raise ChainError(
                "this node signs for nobody: give accounts.add(name, key) a key, and name the sender"
            )
        sender = self.accounts.address(self.accounts[0] if sender is None else sender)
        message |= {"from": sender, "value": value} | ({} if gas is None else {"gas": gas})
        try:
            hashed = self.w3.eth.send_transaction(message)
        except ContractLogicError as error:
            raise Reverted(revert_reason(error.data, error.message), data=error.data) from None
        except Web3RPCError as error:
            reason = (error.rpc_response or {}).get("error", {}).get("message", error)
            raise ChainError(f"the transaction of {self.name(sender)} is refused: {reason}") from None
        return self._arrived(hashed) if self._automine else self.transaction(hashed)

    def _arrived(self, hashed: Any) -> Receipt:
        try:
            receipt = Receipt(self.w3.eth.wait_for_transaction_receipt(hashed, timeout=PATIENCE), self)
        except TimeExhausted:
            raise ChainError(f"no block took the transaction in within {PATIENCE} seconds") from None
        if receipt["status"] == 0:
            raise Reverted(self._why(receipt), receipt)
        return receipt

    def _why(self, receipt: Receipt) -> str | None:
        sent = self.transaction(receipt)
        if sent["gas"] == receipt["gasUsed"]:
            return f"out of gas: all {sent['gas']:,} were used"
        try:
            return revert_reason(
                self.rpc("debug_traceTransaction", _hash(receipt), {"disableStorage": True})["returnValue"]
            )
        except ChainError:
            return None  # a node without traces keeps the reason to itself

    # Time

    def mine(self, n: int = 1) -> Block:
        """Make ``n`` blocks, the waiting transactions in the first, and return the last."""
        self._develop("mine", "anvil_mine", hex(_positive("n", n)))
        return self.block()

    def travel(self, seconds: int) -> Block:
        """Let ``seconds`` pass, then make a block, so that contracts see the new time. Returns the block."""
        self._develop("travel in time", "evm_increaseTime", _positive("seconds", seconds))
        return self.mine()

    @contextmanager
    def snapshot(self) -> Iterator["Chain"]:
        """Whatever happens inside ``with chain.snapshot():`` is undone at its end, errors included."""
        number = self._develop("take a snapshot", "evm_snapshot")
        try:
            yield self
        finally:
            self._develop("go back to the snapshot", "evm_revert", number)

    # Looking

    def balance(self, who: Any) -> int:
        """The wei that ``who`` holds."""
        return self.w3.eth.get_balance(self.accounts.address(who))

    def block(self, number: int | str = "latest") -> Block:
        """One block, by its number or hash; the head without."""
        return Block(self.w3.eth.get_block(number), self)

    def transaction(self, which: Any) -> Transaction:
        """A transaction, by its hash or its receipt."""
        return Transaction(self._found(self.w3.eth.get_transaction, which), self)

    def receipt(self, which: Any) -> Receipt:
        """The receipt of a transaction, by its hash."""
        return Receipt(self._found(self.w3.eth.get_transaction_receipt, which), self)

    def _found(self, look: Any, which: Any) -> Any:
        try:
            return look(_hash(which))
        except TransactionNotFound:
            raise ChainError(f"no block holds a transaction {_hash(which)}") from None

    def _range(self, start: int, end: int | None) -> range:
        head = self.w3.eth.block_number
        end = head if end is None else end
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= head):
            raise ChainError(f"blocks go from 0 to {head}; you asked for {start!r} to {end!r}")
        return range(start, end + 1)

    def blocks(self, start: int = 0, end: int | None = None) -> "DataFrame":
        """Blocks ``start`` to ``end`` (None: the head), one row each: time in UTC, base_fee in wei."""
        return frames.blocks(
            [self.rpc("eth_getBlockByNumber", hex(n), False) for n in self._range(start, end)]
        )

    def events(self, contract: Any = None, name: str | None = None, start: int = 0) -> "DataFrame":
        """What ``contract`` (or every contract) has logged since block ``start``, oldest first.

        One column an argument; of one kind only if the event's ``name`` is given.
        """
        wanted = {"fromBlock": hex(start), "toBlock": "latest"}
        if contract is not None:
            wanted["address"] = self.accounts.address(contract)
            kinds = [e["name"] for e in getattr(contract, "abi", []) if e["type"] == "event"]
            if name is not None and kinds and name not in kinds:
                raise ChainError(f"there is no event {name!r}; the contract logs {', '.join(kinds)}")
            if kinds and self.interfaces.name_of(contract.address) is None:
                self.interfaces.learn(contract.address, "contract", contract.abi)
        decoded = [self.interfaces.event(log) for log in self.rpc("eth_getLogs", wanted)]
        return frames.events([e for e in decoded if name is None or e.name == name])

    def trace(self, which: Any) -> "DataFrame":
        """Every step the EVM took in a transaction: opcode, gas left before it, its cost, call depth, stack top."""
        options = {"disableStorage": True, "enableMemory": False}
        return frames.trace(self._develop("trace", "debug_traceTransaction", _hash(which), options))

    def proof(self, who: Any, slot: int | None = None, block: int | str = "latest") -> Proof:
        """What stands in the state of ``block`` for an account (and a storage slot), with its Merkle proof."""
        if slot is not None and not (isinstance(slot, int) and 0 <= slot < 2**256):
            raise ChainError(f"slot must be a whole number from 0 to 2**256 - 1, not {slot!r}")
        slots = [] if slot is None else [f"0x{slot:064x}"]
        number = hex(block) if isinstance(block, int) else block
        return Proof.from_rpc(self.rpc("eth_getProof", self.accounts.address(who), slots, number))

    def export(self, start: int = 0, end: int | None = None) -> list[dict]:
        """Blocks ``start`` to ``end`` as plain data that JSON can hold, for ``verify(blocks)`` or anybody else."""
        return export.export(self.rpc, self._range(start, end))


def _positive(name: str, given: Any) -> int:
    if not isinstance(given, int) or given < 1:
        raise ChainError(f"{name} must be a whole number, at least 1; you gave {given!r}")
    return given


def _hash(which: Any) -> str:
    """The hash of a transaction given as hash, receipt or transaction."""
    if isinstance(which, Receipt | Transaction):
        which = which.get("transactionHash") or which["hash"]
    text = "0x" + which.hex().removeprefix("0x") if isinstance(which, bytes) else which
    if not isinstance(text, str) or not text.startswith("0x") or len(text) != 66:
        raise ChainError(
            f"a transaction is given by its hash (0x and 64 digits) or its receipt, not {which!r}"
        )
    return text
