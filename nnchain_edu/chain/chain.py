"""The chain a learner holds in the hand: one object over any Ethereum node, in this process by default."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eth_utils import to_checksum_address
from web3 import Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, Web3RPCError

from . import contracts, frames
from .accounts import Account, Accounts
from .refusals import ChainError, ContractError, NotADevelopmentNode, Reverted

GENESIS_TIME = 1_767_225_600  # 2026-01-01T00:00:00Z: fixed, so that block hashes are
START_BALANCE = 10_000 * 10**18  # wei


class Chain:
    """An Ethereum chain in this process. Same ``seed``, same keys, same block hashes; no clock, no network.

    ``automine``: every transaction gets its block at once. Else transactions wait for ``mine``.
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

    def _open(self, w3: Web3, accounts: Accounts, home: str) -> None:
        self.w3, self.accounts, self._home, self._automine = w3, accounts, home, True
        if len(accounts):
            w3.eth.default_account = accounts[0].address

    def _sign_for(self, account: Account) -> None:
        from web3.middleware import SignAndSendRawMiddlewareBuilder

        self.w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account.key), layer=0)

    def rpc(self, method: str, *params: Any) -> Any:
        """The node's answer to a JSON-RPC call, as it comes. Raises ChainError with the node's reason."""
        try:
            return self.w3.manager.request_blocking(method, list(params))
        except Web3RPCError as error:
            raise ChainError(f"{method}: {error.message}") from None

    def _develop(self, wish: str, method: str, *params: Any) -> Any:
        try:
            return self.rpc(method, *params)
        except ChainError as error:
            raise NotADevelopmentNode(
                f"cannot {wish} here: {self._home} is no development node ({error})"
            ) from None

    # Acting

    def deploy(self, name_or_source: str, *args: Any, sender: Any = None, value: int = 0) -> Contract:
        """Compile a contract (its name in the course, or Vyper source), put it on the chain, and return it."""
        compiled = contracts.load(name_or_source)
        constructor = next((e for e in compiled.abi if e["type"] == "constructor"), {})
        args = contracts.check_arguments(
            f"{compiled.name}'s constructor", constructor, args, self.w3.codec, self.accounts.address
        )
        factory = self.w3.eth.contract(abi=compiled.abi, bytecode=compiled.bytecode)
        data = factory.constructor(*args).data_in_transaction
        receipt = self._transact({"data": data}, sender, value, None)
        return self.contract(name_or_source, receipt["contractAddress"])

    def contract(self, name_or_source: str, address: Any) -> Contract:
        """Bind a contract that already stands at ``address``."""
        compiled = contracts.load(name_or_source)
        return self.w3.eth.contract(address=self.accounts.address(address), abi=compiled.abi)

    def send(self, to: Any, *args: Any, sender: Any = None, value: int = 0, gas: int | None = None) -> Any:
        """Send a transaction and return its receipt: ``send("bob", value=5)`` or ``send(token.functions.mint, 5)``.

        Raises Reverted, with the contract's reason, if it is undone.
        """
        if isinstance(to, ContractFunction):
            if args or to.arguments is None:
                to = to(
                    *contracts.check_arguments(to.name, to.abi, args, self.w3.codec, self.accounts.address)
                )
            transaction = {"to": to.address, "data": to._encode_transaction_data()}
        elif args:
            raise ChainError("a plain transfer takes no arguments: send(who, value=wei)")
        else:
            transaction = {"to": self.accounts.address(to)}
        return self._transact(transaction, sender, value, gas)

    def _transact(self, transaction: dict, sender: Any, value: int, gas: int | None) -> Any:
        if not isinstance(value, int) or not 0 <= value < 2**256:
            raise ChainError(f"value must be a whole number of wei from 0 to 2**256 - 1; you gave {value!r}")
        if sender is None and not len(self.accounts):
            raise ChainError(
                "this node signs for nobody: add an account with accounts.add(name, key), and name the sender"
            )
        sender = self.accounts.address(self.accounts[0] if sender is None else sender)
        transaction |= {"from": sender, "value": value} | ({"gas": gas} if gas is not None else {})
        try:
            hashed = self.w3.eth.send_transaction(transaction)
        except ContractLogicError as error:
            raise Reverted(str(error.message).removeprefix("execution reverted: "), data=error.data) from None
        if not self._automine:
            self.mine()
        receipt = self.w3.eth.wait_for_transaction_receipt(hashed, timeout=120)
        if receipt["status"] == 0:
            raise Reverted(None, receipt)
        return receipt

    # Time

    def mine(self, n: int = 1) -> None:
        """Make ``n`` blocks, with the waiting transactions in the first."""
        if not isinstance(n, int) or n < 1:
            raise ChainError(f"n must be a whole number of blocks, at least 1; you gave {n!r}")
        self._develop("mine", "anvil_mine", hex(n))

    def travel(self, seconds: int) -> None:
        """Let ``seconds`` pass, then make a block, so that contracts see the new time."""
        if not isinstance(seconds, int) or seconds < 1:
            raise ChainError(f"seconds must be a whole number, at least 1; you gave {seconds!r}")
        self._develop("travel in time", "evm_increaseTime", seconds)
        self.mine()

    @contextmanager
    def snapshot(self) -> Iterator["Chain"]:
        """Whatever happens inside ``with chain.snapshot():`` is undone at its end, errors included."""
        number = self._develop("take a snapshot", "evm_snapshot")
        try:
            yield self
        finally:
            self._develop("go back", "evm_revert", number)

    # Looking

    def balance(self, who: Any) -> int:
        """The wei that ``who`` holds."""
        return self.w3.eth.get_balance(self.accounts.address(who))

    def blocks(self, start: int = 0, end: int | None = None) -> Any:
        """Blocks ``start`` to ``end`` (the head, if None), one row a block."""
        last = self.w3.eth.block_number if end is None else end
        return frames.blocks(self.rpc("eth_getBlockByNumber", hex(n), False) for n in range(start, last + 1))

    def events(self, contract: Contract, name: str | None = None) -> Any:
        """What ``contract`` has logged, oldest first, one row an event; of one kind only if ``name`` is given."""
        rows = []
        for kind in [name] if name else [e["name"] for e in contract.abi if e["type"] == "event"]:
            for log in contract.events[kind].get_logs(from_block=0):
                rows.append(
                    {
                        "block": log.blockNumber,
                        "log": log.logIndex,
                        "transaction": log.transactionHash.to_0x_hex(),
                        "event": kind,
                        **log.args,
                    }
                )
        return frames.events(sorted(rows, key=lambda row: (row["block"], row["log"])))
