"""A node elsewhere, over JSON-RPC with Python's own library: for clients that must stay small.

`Chain.connect` can do more; it brings web3 along, 100 MB that thirty clients on one machine would each pay for.
"""

import json
import time
import urllib.error
import urllib.request
from typing import Any

from eth_abi import decode, encode
from eth_account import Account
from eth_utils import keccak, to_checksum_address

PATIENCE = 30  # seconds to wait for an answer, and for a transaction to be in a block
GWEI = 10**9


class NodeError(Exception):
    """What a node answered with, or that it did not answer; `code` is JSON-RPC's where it gave one."""

    def __init__(self, message: str, code: int | None = None):
        super().__init__(message)
        self.code = code


class LightNode:
    """One node at `url`, such as "http://192.168.1.10:8545"."""

    def __init__(self, url: str):
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise NodeError(f"url must start with http:// or https://, not {url!r}")
        self.url = url
        self.chain_id = int(self.ask("eth_chainId"), 16)

    def ask(self, method: str, *params: Any) -> Any:
        """One request. Raises NodeError with what the node said, or why it could not be reached."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                said = json.load(answer)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise NodeError(f"no Ethereum node answers at {self.url}: {getattr(error, 'reason', error)}") from None
        if not isinstance(said, dict) or said.get("error"):
            error = said.get("error") if isinstance(said, dict) else {"message": f"an answer that is none: {said!r}"}
            raise NodeError(str(error.get("message", error)), error.get("code"))
        return said.get("result")

    def call(self, contract: str, signature: str, results: str = "", *arguments: Any) -> Any:
        """Ask a contract: `call(address, "stakes(address)", "uint256", who)`. Several results come as a tuple."""
        data = "0x" + encoded(signature, *arguments).hex()
        answer = bytes.fromhex(self.ask("eth_call", {"to": contract, "data": data}, "latest")[2:])
        if not results:
            return None
        if not answer:
            raise NodeError(f"there is no contract with {signature} at {contract}")
        found = decode(results.split(" "), answer)
        return found[0] if len(found) == 1 else found

    def now(self) -> int:
        """The time of the newest block, in seconds."""
        return int(self.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def balance(self, who: str) -> int:
        """Wei of an account."""
        return int(self.ask("eth_getBalance", who, "latest"), 16)


class Wallet:
    """A key, made here or given, and transactions signed with it. The key never leaves this process."""

    def __init__(self, node: LightNode, key: bytes | None = None):
        self.node = node
        self._account = Account.create() if key is None else Account.from_key(key)
        self.address = to_checksum_address(self._account.address)

    def send(self, contract: str, signature: str, *arguments: Any, value: int = 0) -> dict:
        """A transaction that calls a contract; waits for its receipt. Raises NodeError if it fails."""
        fields = {"to": contract, "data": "0x" + encoded(signature, *arguments).hex(), "value": value}
        ask = self.node.ask
        shown = {**fields, "from": self.address, "value": hex(value)}
        gas = int(ask("eth_estimateGas", shown), 16)
        base = int(ask("eth_getBlockByNumber", "latest", False)["baseFeePerGas"], 16)
        signed = self._account.sign_transaction(
            {
                **fields,
                "nonce": int(ask("eth_getTransactionCount", self.address, "pending"), 16),
                "gas": gas * 5 // 4,  # others may change what this call finds
                "maxFeePerGas": 3 * base + GWEI,
                "maxPriorityFeePerGas": GWEI,
                "chainId": self.node.chain_id,
                "type": 2,
            }
        )
        digest = ask("eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex())
        until = time.monotonic() + PATIENCE
        while (receipt := ask("eth_getTransactionReceipt", digest)) is None:
            if time.monotonic() > until:
                raise NodeError(f"transaction {digest} is in no block after {PATIENCE} seconds")
            time.sleep(0.05)
        if int(receipt["status"], 16) != 1:
            raise NodeError(f"{signature} reverted in transaction {digest}")
        return receipt


def encoded(signature: str, *arguments: Any) -> bytes:
    """Calldata: four bytes of the signature's Keccak-256, then the arguments (flat types only)."""
    types = [kind for kind in signature[signature.index("(") + 1 : -1].split(",") if kind]
    return keccak(text=signature)[:4] + encode(types, arguments)
