"""A node elsewhere, over JSON-RPC with Python's own library: for clients that must stay small.

`Chain.connect` can do more; it brings web3 along, 100 MB that thirty clients on one machine would each pay for.
"""

import json
import socket
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from eth_abi import decode, encode
from eth_account import Account
from eth_utils import keccak, to_checksum_address

PATIENCE = 30  # seconds to wait for a transaction to be in a block
SILENCE = 10  # seconds to wait for an answer
GLANCE = 0.2  # seconds between two looks for a receipt
GWEI = 10**9


class NodeError(Exception):
    """What a node answered with; `code` is JSON-RPC's where it gave one."""

    def __init__(self, message: str, code: int | None = None):
        super().__init__(message)
        self.code = code

    @property
    def reverted(self) -> bool:
        """Whether a contract refused: its rules, not the node or the network, stood against it."""
        return self.code == 3 or "revert" in str(self)


class Unreachable(NodeError):
    """Nobody answers at the address, or what answers is no Ethereum node."""


class Unfunded(NodeError):
    """The account has not got what it would have to pay."""


class LightNode:
    """One node at `url`, such as "http://192.168.1.10:8545"."""

    def __init__(self, url: str):
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise NodeError(f"url must start with http:// or https://, not {url!r}")
        self.url = url
        self.chain_id = self.ask_chain_id()

    def ask_chain_id(self) -> int:
        """The number that tells chains apart, as the node says it now."""
        said = self.ask("eth_chainId")
        try:
            return int(said, 16)
        except (TypeError, ValueError):
            raise self._stranger(f"its chain id is {said!r}") from None

    def ask(self, method: str, *params: Any) -> Any:
        """One request. Raises NodeError with what the node said, Unreachable with why there is no answer."""
        return self._result(self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}))

    def ask_all(self, *requests: tuple) -> list:
        """Several requests, each a method and its parameters, in one go; their results in the same order."""
        if not requests:
            return []
        body = [
            {"jsonrpc": "2.0", "id": n, "method": method, "params": params}
            for n, (method, *params) in enumerate(requests)
        ]
        said = self._post(body)
        if not isinstance(said, list):
            self._result(said)  # an error about the whole
            raise self._stranger(said)
        by_number = {each.get("id"): each for each in said if isinstance(each, dict)}
        return [self._result(by_number.get(n)) for n in range(len(body))]

    def _post(self, body: Any) -> Any:
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=SILENCE) as answer:
                return json.load(answer)
        except (urllib.error.URLError, OSError, HTTPException, ValueError) as error:
            raise Unreachable(f"no Ethereum node answers at {self.url}: {_reason(error)}") from None

    def _stranger(self, said: Any) -> Unreachable:
        return Unreachable(f"{self.url} answers, but not as an Ethereum node does: {str(said)[:120]}")

    def _result(self, said: Any) -> Any:
        if not isinstance(said, dict):
            raise self._stranger(said)
        if error := said.get("error"):
            error = error if isinstance(error, dict) else {"message": error}
            raise NodeError(str(error.get("message", error)), error.get("code"))
        return said.get("result")

    def call(self, contract: str, signature: str, results: str = "", *arguments: Any) -> Any:
        """Ask a contract: `call(address, "stakes(address)", "uint256", who)`. Several results come as a tuple."""
        return self.call_all(contract, (signature, results, *arguments))[0]

    def call_all(self, contract: str, *questions: tuple) -> list:
        """Ask a contract several things in one request, each a signature, its results and the arguments."""
        asked = [
            ("eth_call", {"to": contract, "data": "0x" + encoded(signature, *arguments).hex()}, "latest")
            for signature, _, *arguments in questions
        ]
        found = []
        for (signature, results, *_), answer in zip(questions, self.ask_all(*asked), strict=True):
            answer = bytes.fromhex(answer[2:])
            if results and not answer:
                raise NodeError(f"there is no contract with {signature} at {contract}")
            values = decode(results.split(" "), answer) if results else (None,)
            found.append(values[0] if len(values) == 1 else values)
        return found

    def now(self) -> int:
        """The time of the newest block, in seconds."""
        return int(self.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def balance(self, who: str) -> int:
        """Wei of an account."""
        return int(self.ask("eth_getBalance", who, "latest"), 16)


def as_sentence(problem: object) -> str:
    """The words of an error, ended so that another sentence can follow."""
    text = str(problem)
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", error)
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused; does the node run, and is that its port?"
    if isinstance(cause, TimeoutError):
        return f"silence for {SILENCE} seconds; is that its address, and does a firewall let you through?"
    if isinstance(cause, socket.gaierror):
        return "nobody knows that host name"
    return str(getattr(cause, "strerror", None) or cause)


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
            time.sleep(GLANCE)
        if int(receipt["status"], 16) != 1:
            raise NodeError(f"{signature} reverted in transaction {digest}")
        return receipt


def encoded(signature: str, *arguments: Any) -> bytes:
    """Calldata: four bytes of the signature's Keccak-256, then the arguments (flat types only)."""
    types = [kind for kind in signature[signature.index("(") + 1 : -1].split(",") if kind]
    return keccak(text=signature)[:4] + encode(types, arguments)
