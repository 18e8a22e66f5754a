"""Everything one can ask of a chain without changing it.

Nothing of py-evm is replaced: all goes through JSON-RPC.
"""

from typing import TYPE_CHECKING, Any

from web3 import Web3
from web3.exceptions import BlockNotFound, TransactionNotFound

from . import export, frames
from .accounts import Accounts
from .decoding import Interfaces
from .proof import Proof
from .refusals import ChainError, NotADevelopmentNode, Refused
from .views import Block, Receipt, Transaction

if TYPE_CHECKING:
    from pandas import DataFrame


NO_METHOD = -32601  # JSON-RPC's code for a method that the node does not have


class Reader:
    """A chain to look at: ``w3`` is web3 over the node, ``accounts`` who is known on it."""

    def __init__(self, w3: Web3, accounts: Accounts, home: str):
        self.w3, self.accounts, self._home = w3, accounts, home
        self.interfaces = Interfaces()
        w3.ens = None  # names are the accounts' own; nothing is looked up on another chain
        w3.middleware_onion.remove("ens_name_to_address")
        if len(accounts):
            w3.eth.default_account = accounts[0].address

    def __repr__(self) -> str:
        return f"<Chain: block {self.w3.eth.block_number}, {len(self.accounts)} accounts, {self._home}>"

    def rpc(self, method: str, *params: Any) -> Any:
        """The node's own answer to a JSON-RPC call. Raises Refused with the node's reason."""
        try:
            answer = self.w3.provider.make_request(method, list(params))
        except (OSError, ValueError) as error:  # no connection, or no JSON
            raise ChainError(f"{self._home} does not answer any more: {str(error)[:160]}") from None
        if "error" in answer:
            raise Refused(method, answer["error"])
        return answer["result"]

    def _develop(self, wish: str, method: str, *params: Any) -> Any:
        try:
            return self.rpc(method, *params)
        except Refused as error:
            if error.code == NO_METHOD or "method" in error.reason.lower():
                raise NotADevelopmentNode(f"cannot {wish}: {self._home} does not let us ({error})") from None
            raise ChainError(f"cannot {wish}: {error.reason}") from None

    def name(self, who: Any) -> str:
        """The account's or contract's name and the start of its address; the address if it has no name."""
        address = self.accounts.address(who)
        name = self.accounts.name_of(address) or self.interfaces.name_of(address)
        return f"{name} ({address[:8]}…)" if name else address

    def balance(self, who: Any) -> int:
        """The wei that ``who`` holds."""
        return self.w3.eth.get_balance(self.accounts.address(who))

    def block(self, number: int | str = "latest") -> Block:
        """One block, by its number or hash; the head without."""
        try:
            return Block(self.w3.eth.get_block(number), self)
        except BlockNotFound:
            raise ChainError(f"there is no block {number}; the head is {self.w3.eth.block_number}") from None

    def transaction(self, which: Any) -> Transaction:
        """A transaction, by its hash or its receipt."""
        return Transaction(self._found(self.w3.eth.get_transaction, which), self)

    def receipt(self, which: Any) -> Receipt:
        """The receipt of a transaction, by its hash."""
        return Receipt(self._found(self.w3.eth.get_transaction_receipt, which), self)

    def _found(self, look: Any, which: Any) -> Any:
        hashed = transaction_hash(which)
        try:
            return look(hashed)
        except TransactionNotFound:
            raise ChainError(f"no block holds a transaction {hashed}") from None

    def _range(self, start: int, end: int | None) -> range:
        head = self.w3.eth.block_number
        end = head if end is None else end
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= head):
            raise ChainError(f"blocks go from 0 to {head}; you asked for {start!r} to {end!r}")
        return range(start, end + 1)

    def blocks(self, start: int = 0, end: int | None = None) -> "DataFrame":
        """Blocks ``start`` to ``end`` (None: the head), one row each: time in UTC, base_fee in wei."""
        asked = self._range(start, end)
        return frames.blocks([self.rpc("eth_getBlockByNumber", hex(n), False) for n in asked])

    def events(self, contract: Any = None, name: str | None = None, start: int = 0) -> "DataFrame":
        """What ``contract`` (None: every contract) has logged since block ``start``, oldest first.

        One column an argument; only events called ``name``, if given.
        """
        wanted = {"fromBlock": hex(self._range(start, None)[0]), "toBlock": "latest"}
        if contract is not None:
            wanted["address"] = self.accounts.address(contract)
            kinds = [e["name"] for e in getattr(contract, "abi", []) if e["type"] == "event"]
            if name is not None and kinds and name not in kinds:
                raise ChainError(f"there is no event {name!r}; this contract logs {', '.join(kinds)}")
            if kinds and self.interfaces.name_of(contract.address) is None:
                self.interfaces.learn(contract.address, "contract", contract.abi)
        decoded = [self.interfaces.event(log) for log in self.rpc("eth_getLogs", wanted)]
        return frames.events([e for e in decoded if name is None or e.name == name])

    def trace(self, which: Any) -> "DataFrame":
        """Each step the EVM took in a transaction: opcode, gas left before, its cost, depth, stack top."""
        options = {"disableStorage": True, "enableMemory": False}
        answer = self._develop("trace", "debug_traceTransaction", transaction_hash(which), options)
        to = self.transaction(which)["to"]
        if not answer["structLogs"] and to and self.w3.eth.get_code(to):
            raise NotADevelopmentNode(f"{self._home} keeps no steps (Anvil does with --steps-tracing)")
        return frames.trace(answer)

    def proof(self, who: Any, slot: int | None = None, block: int | str = "latest") -> Proof:
        """What the state of ``block`` holds for an account (and a storage slot), with its Merkle proof."""
        if slot is not None and not (isinstance(slot, int) and 0 <= slot < 2**256):
            raise ChainError(f"slot must be a whole number from 0 to 2**256 - 1, not {slot!r}")
        slots = [] if slot is None else [f"0x{slot:064x}"]
        number = hex(block) if isinstance(block, int) else block
        return Proof.from_rpc(self.rpc("eth_getProof", self.accounts.address(who), slots, number))

    def export(self, start: int = 0, end: int | None = None) -> list[dict]:
        """Blocks ``start`` to ``end`` as plain data for JSON, for ``verify(blocks)`` or anybody else."""
        return export.export(self.rpc, self._range(start, end))


def transaction_hash(which: Any) -> str:
    """The hash of a transaction that is given as its hash, its receipt or itself."""
    if isinstance(which, Receipt | Transaction):
        which = which.get("transactionHash") or which["hash"]
    text = "0x" + which.hex().removeprefix("0x") if isinstance(which, bytes) else which
    if not isinstance(text, str) or not text.startswith("0x") or len(text) != 66:
        raise ChainError(f"a transaction is given by its hash (0x and 64 digits) or its receipt, not {which!r}")
    return text
