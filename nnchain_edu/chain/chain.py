"""The chain a learner holds in the hand: one object over any Ethereum node, in this process by default.

Nothing of py-evm is replaced: all goes through JSON-RPC, so that a node elsewhere serves as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from coincurve import PrivateKey
from eth_utils import function_abi_to_4byte_selector
from eth_utils.abi import collapse_if_tuple
from web3 import Web3
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, TimeExhausted, Web3RPCError

from . import contracts
from .accounts import Account, Accounts
from .connect import open_node
from .decoding import number, revert_reason
from .errors import ChainInUse, RpcError, WrongChain
from .reader import Reader, transaction_hash
from .refusals import ChainError, Refused, Reverted
from .views import Block, Deployed, Receipt, Transaction

if TYPE_CHECKING:
    from .server import Server

GENESIS_TIME = 1_767_225_600  # 2026-01-01T00:00:00Z: fixed, so that block hashes are
START_BALANCE = 10_000 * 10**18  # wei
SPARE_GAS = 100_000
PATIENCE = 60  # seconds for a node elsewhere to take a transaction into a block


class Chain(Reader):
    """An Ethereum chain in this process. Same ``seed``, same keys, same block hashes; no clock, no network.

    ``engine``: "fast", or "reference" for py-evm's own state. ``path``: keep the chain in this file.
    ``automine``: every transaction gets its block at once; else transactions wait for ``mine``.
    People are given everywhere as an account, a name, a contract or an address; amounts are wei.
    """

    def __init__(self, seed: int = 0, engine: str = "fast", path: str | None = None, automine: bool = True):
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise ChainError(f"seed must be a whole number, not {seed!r}")
        if engine not in ("fast", "reference"):
            raise ChainError(f"engine must be 'fast' or 'reference', not {engine!r}")
        from .node import Node  # here: a chain elsewhere needs no engine
        from .provider import EngineProvider

        accounts = Accounts.seeded(seed, self._sign_for)
        keys = {account.address: account.key for account in accounts}
        try:
            self._node = Node(seed, keys, START_BALANCE, engine, path, automine, GENESIS_TIME)
        except (ChainInUse, WrongChain) as error:
            raise ChainError(str(error)) from None
        w3 = Web3(EngineProvider(self._node))
        # the node checks the chain id itself, once and not three times a transaction
        w3.middleware_onion.remove("validation")
        super().__init__(w3, accounts, f"{engine} engine" + (f", kept in {path}" if path else ""))
        self._automine, self._signed_here = automine, set()

    def close(self) -> None:
        """Let go of the chain's file, so that another process may open it."""
        if self._node is not None:
            self._node.close()

    def serve(self, host: str = "127.0.0.1", port: int = 8545, **more: Any) -> "Server":
        """Put this chain up at http://host:port for others, with a block a second; see `server.Server`."""
        from .server import Server

        if self._node is None:
            raise ChainError("this chain is on a node elsewhere already: give its address on")
        self._automine = False
        return Server(self._node, host, port, **more)

    @classmethod
    def connect(cls, url: str) -> "Chain":
        """The same object over the node at ``url`` (http(s):// or an IPC socket). Raises within 5 seconds."""
        chain, w3 = cls.__new__(cls), open_node(url)
        theirs = w3.provider.make_request("eth_accounts", []).get("result", [])
        Reader.__init__(chain, w3, Accounts.of_node(theirs, chain._sign_for), url)
        chain._automine, chain._node, chain._signed_here = True, None, set()
        with suppress(ChainError):  # any other node makes its blocks itself
            chain._automine = chain.rpc("anvil_getAutomine")
        return chain

    def _sign_for(self, account: Account) -> None:
        if self._node is not None:
            self._node.keys[bytes.fromhex(account.address[2:])] = PrivateKey(account.key)
            return
        from web3.middleware import SignAndSendRawMiddlewareBuilder

        self._signed_here.add(account.address)
        signing = SignAndSendRawMiddlewareBuilder.build(account.key)
        self.w3.middleware_onion.inject(signing, account.address, layer=0)

    # Acting

    def deploy(self, name_or_source: str, *args: Any, sender: Any = None, value: int = 0) -> Deployed:
        """Compile a contract (its name in the course, or Vyper source), create it on the chain, return it."""
        compiled = contracts.load(name_or_source)
        constructor = next((e for e in compiled.abi if e["type"] == "constructor"), {})
        arguments = self._encoded(f"{compiled.name}'s constructor", constructor, args)
        result = self._transact({"data": compiled.bytecode + arguments.hex()}, sender, value)
        if isinstance(result, Transaction):  # a contract is of use only once it is there
            self.mine()
            result = self._arrived(result["hash"])
        contract = self.contract(name_or_source, result["contractAddress"])
        contract.receipt = result
        return contract

    def contract(self, name_or_source: str, address: Any) -> Deployed:
        """A contract that stands at ``address`` already, seen through the interface of this one."""
        compiled, address = contracts.load(name_or_source), self.accounts.address(address)
        self.interfaces.learn(address, compiled.name, compiled.abi)
        factory = self.w3.eth.contract(abi=compiled.abi, ContractFactoryClass=Deployed)
        factory.name, factory.notices = compiled.name, compiled.notices
        return factory(address)

    def send(self, to: Any, *args: Any, sender: Any = None, value: int = 0, gas: int | None = None) -> Receipt:
        """Send a transaction, return its receipt: ``send("bob", value=5)`` or ``send(box.functions.put, 5)``.

        Raises Reverted with the contract's reason; if ``gas`` is given, the failed transaction stands in a
        block. Without ``automine`` this returns the waiting Transaction.
        """
        return self._transact(self._message(to, args), sender, value, gas)

    def _message(self, to: Any, args: tuple) -> dict:
        if isinstance(to, ContractFunction):
            if args and to.arguments is not None:
                raise ChainError(f"{to.name} has its arguments already: {to.arguments}")
            arguments = self._encoded(to.name, to.abi, args or to.arguments or ())
            selector = function_abi_to_4byte_selector(to.abi)
            return {"to": to.address, "data": "0x" + (selector + arguments).hex()}
        if args:
            raise ChainError("a plain transfer takes no arguments but the receiver: send(who, value=wei)")
        return {"to": self.accounts.address(to)}

    def _encoded(self, what: str, abi: dict, args: tuple) -> bytes:
        checked = contracts.check_arguments(what, abi, args, self.w3.codec, self.accounts.address)
        return self.w3.codec.encode([collapse_if_tuple(i) for i in abi.get("inputs", [])], checked)

    def _transact(self, message: dict, sender: Any, value: int, gas: int | None = None) -> Receipt | Transaction:
        message = self._complete(message, sender, value, gas)
        try:
            hashed = self._submit(message)
        except Refused as error:
            if error.code == 3 or "revert" in error.reason:
                raise Reverted(revert_reason(error.data, error.reason), data=error.data) from None
            sender = self.name(message["from"])
            raise ChainError(f"the transaction of {sender} is refused: {error.reason}") from None
        return self._arrived(hashed) if self._automine else self.transaction(hashed)

    def _submit(self, message: dict) -> Any:
        if message["from"] in self._signed_here:
            try:
                return self.w3.eth.send_transaction(message)
            except (ContractLogicError, Web3RPCError) as error:
                told = (getattr(error, "rpc_response", None) or {}).get("error")
                code = 3 if isinstance(error, ContractLogicError) else None
                reverted = {"code": code, "message": error.message, "data": getattr(error, "data", None)}
                raise Refused("send", told or reverted) from None
        message = {key: hex(v) if isinstance(v, int) else v for key, v in message.items()}
        if "gas" not in message:
            # room above the estimate, as web3 leaves it: the next block's time or state may cost more
            least = number(self.rpc("eth_estimateGas", message))
            limit = number(self.rpc("eth_getBlockByNumber", "latest", False)["gasLimit"])
            message["gas"] = hex(max(least, min(least + SPARE_GAS, limit)) if least > 21_000 else least)
        return self.rpc("eth_sendTransaction", message)

    def _complete(self, message: dict, sender: Any = None, value: int = 0, gas: int | None = None) -> dict:
        if sender is None and not len(self.accounts):
            raise ChainError("this node signs for nobody: name the sender, after accounts.add(name, key)")
        message["from"] = self.accounts.address(self.accounts[0] if sender is None else sender)
        message["value"] = _whole("value", value, 0, 256)
        return message if gas is None else message | {"gas": _whole("gas", gas, 1, 64)}

    def _arrived(self, hashed: Any) -> Receipt:
        try:
            receipt = Receipt(self.w3.eth.wait_for_transaction_receipt(hashed, timeout=PATIENCE), self)
        except TimeExhausted:
            raise ChainError(f"no block took the transaction in within {PATIENCE} seconds") from None
        if receipt["status"] == 0:
            raise Reverted(self._why(receipt), receipt)
        return receipt

    def _why(self, receipt: Receipt) -> str | None:
        allowed = self.transaction(receipt)["gas"]
        if allowed == receipt["gasUsed"]:
            return f"out of gas: all {allowed:,} were used"
        with suppress(ChainError):  # a node without traces keeps the reason to itself
            options = {"disableStorage": True, "disableStack": True}
            answer = self.rpc("debug_traceTransaction", transaction_hash(receipt), options)
            return revert_reason(answer["returnValue"])
        return None

    def send_many(self, transactions: Iterable[Any]) -> list[str]:
        """Send many transactions at once, into as few blocks as hold them; return their hashes in order.

        Each is a contract's function with its arguments, or a dict of what ``send`` takes:
        ``{"to": "bob", "value": 5, "sender": "carol"}``, ``args``, ``gas``. If one is refused, none is sent.
        One that reverts raises nothing here: its receipt says so.
        """
        messages = [self._listed(place, item) for place, item in enumerate(transactions)]
        if self._node is not None:
            try:
                return ["0x" + hashed.hex() for hashed in self._node.send_many(messages)]
            except RpcError as error:
                raise ChainError(f"none of the {len(messages)} transactions is sent: {error}") from None
        self._develop("send many at once", "evm_setAutomine", False)
        try:
            hashes = [self._submit(message) for message in messages]
            self.mine()
        except Refused as error:
            self._develop("forget those sent before", "anvil_dropAllTransactions")
            raise ChainError(f"none of the {len(messages)} transactions is sent: {error.reason}") from None
        finally:
            self._develop("mine at once again", "evm_setAutomine", self._automine)
        return hashes

    def _listed(self, place: int, item: Any) -> dict:
        wanted = {"to": item} if isinstance(item, ContractFunction) else item
        known = {"to", "args", "sender", "value", "gas"}
        if not isinstance(wanted, Mapping) or "to" not in wanted or not wanted.keys() <= known:
            kinds = f"a function with its arguments, or a dict with 'to' and any of {sorted(known - {'to'})}"
            raise ChainError(f"transaction {place} must be {kinds}; you gave {item!r}")
        wanted = dict(wanted)
        message = self._message(wanted.pop("to"), tuple(wanted.pop("args", ())))
        return self._complete(message, **wanted)

    # Time

    def mine(self, n: int = 1) -> Block:
        """Make ``n`` blocks, the waiting transactions in the first, and return the last."""
        self._develop("mine", "anvil_mine", hex(_whole("n", n, 1, 32)))
        return self.block()

    def travel(self, seconds: int) -> Block:
        """Let ``seconds`` pass, then make a block, so that contracts see the new time. Returns the block."""
        self._develop("travel in time", "evm_increaseTime", _whole("seconds", seconds, 1, 40))
        return self.mine()

    @contextmanager
    def snapshot(self) -> Iterator["Chain"]:
        """Whatever happens inside ``with chain.snapshot():`` is undone at its end, errors included."""
        number = self._develop("take a snapshot", "evm_snapshot")
        try:
            yield self
        finally:
            self._develop("go back to the snapshot", "evm_revert", number)


def _whole(name: str, given: Any, least: int, bits: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given < 2**bits:
        raise ChainError(f"{name} must be a whole number from {least} to 2**{bits} - 1; you gave {given!r}")
    return given
