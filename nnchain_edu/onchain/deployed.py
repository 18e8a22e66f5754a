"""A compiled network on a chain."""

from typing import TYPE_CHECKING, Any

from nnchain_edu.chain import ChainError

from .assembly import creation_code
from .compiled import CompiledNetwork, weights_hash

if TYPE_CHECKING:
    from pandas import DataFrame

    from nnchain_edu.chain import Chain
    from nnchain_edu.chain.views import Receipt


def send_raw(chain: "Chain", message: dict, sender: Any = None) -> "Receipt":
    """Send a transaction as it is, let it be mined, return its receipt. Raises ChainError with the reason."""
    fields = {key: "0x" + value.hex() if isinstance(value, bytes) else value for key, value in message.items()}
    fields["from"] = chain.accounts.address(chain.accounts[0] if sender is None else sender)
    if "gas" not in fields:
        fields["gas"] = chain.rpc("eth_estimateGas", fields)
    hashed = chain.rpc("eth_sendTransaction", fields)
    if chain.rpc("eth_getTransactionReceipt", hashed) is None:
        chain.w3.eth.wait_for_transaction_receipt(hashed, timeout=20) if chain._automine else chain.mine()
    receipt = chain.receipt(hashed)
    if not receipt["status"]:
        raise ChainError(f"the transaction failed after {receipt['gasUsed']:,} gas")
    return receipt


def create(compiled: CompiledNetwork, chain: "Chain", sender: Any = None) -> "DeployedNetwork":
    """Deploy the data contracts, then the network's, with their addresses in its code."""
    receipts, addresses = [], []
    for code in compiled.data:
        receipts.append(send_raw(chain, {"data": creation_code(code)}, sender))
        addresses.append(receipts[-1]["contractAddress"])
    receipts.append(send_raw(chain, {"data": creation_code(compiled.linked(addresses))}, sender))
    return DeployedNetwork(compiled, chain, receipts)


class DeployedNetwork:
    """A network's contract on a chain: `predict` asks it, `send` asks it in a transaction that stands in a block."""

    def __init__(self, compiled: CompiledNetwork, chain: "Chain", receipts: list["Receipt"]):
        self.compiled, self.chain, self.receipts = compiled, chain, receipts
        self.address = receipts[-1]["contractAddress"]

    def __repr__(self) -> str:
        weights = weights_hash(self.compiled.network)[:10]
        return f"<DeployedNetwork {self.address}, {self.compiled.gas:,} gas a call, weights {weights}…>"

    @property
    def deployment_gas(self) -> int:
        """Gas of all transactions that put it there."""
        return sum(receipt["gasUsed"] for receipt in self.receipts)

    def call(self, data: bytes) -> bytes:
        """What the contract answers to any calldata, without a transaction."""
        request = {"to": self.address, "data": "0x" + data.hex()}
        return bytes.fromhex(self.chain.rpc("eth_call", request, "latest")[2:])

    def predict(self, x: Any) -> int:
        """The class of one row of whole numbers, computed by the contract, without a transaction."""
        return int.from_bytes(self.call(self.compiled.encode(x)), "big")

    def send(self, x: Any, sender: Any = None) -> "Receipt":
        """Ask about one row in a transaction; return its receipt."""
        return send_raw(self.chain, {"to": self.address, "data": self.compiled.encode(x)}, sender)

    def trace(self, x: Any, sender: Any = None) -> "DataFrame":
        """Every step of the EVM for one row, as `chain.trace` shows it. Sends a transaction."""
        return self.chain.trace(self.send(x, sender))
