"""The engines that the same questions are put to: ours, eth-tester, Anvil. All speak JSON-RPC here."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from web3.datastructures import NamedElementOnion

from nnchain_edu.chain import Chain, ChainError
from nnchain_edu.chain.node import Node
from nnchain_edu.chain.provider import EngineProvider
from tests.ports import free_port

LAUNCHER = Path(__file__).parents[2] / ".set-up/npm/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"

PATIENCE = 120  # seconds for Anvil on a machine with other work to do


class Refused(Exception):
    """The error that a node answered with."""

    def __init__(self, code: int | None, message: str, data: Any = None):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.data = code, message, data


class Rpc:
    """One node, asked by `rpc("eth_blockNumber")`; `rpc.wait(hash)` gives a receipt."""

    name = "ours"

    def __init__(self) -> None:
        self.provider = EngineProvider(Node())
        self.accounts: list[str] = self("eth_accounts")

    def __call__(self, method: str, *params: Any) -> Any:
        response = self.ask(method, list(params))
        if response.get("error"):
            error = response["error"]
            if isinstance(error, str):
                raise Refused(None, error)
            raise Refused(error.get("code"), error.get("message", ""), error.get("data"))
        return response["result"]

    def ask(self, method: str, params: list) -> dict:
        return self.provider.make_request(method, params)

    def send(self, **request: Any) -> str:
        """Send a transaction from the first account, numbers as they are; return its hash."""
        request = {"from": self.accounts[0]} | {k.rstrip("_"): v for k, v in request.items()}
        return self("eth_sendTransaction", {k: hex(v) if isinstance(v, int) else v for k, v in request.items()})

    def send_raw(self, raw: bytes) -> str:
        """Send a signed transaction; return its hash."""
        return self.wait(self("eth_sendRawTransaction", "0x" + raw.hex()))

    def wait(self, digest: str) -> str:
        """Until it is in a block: at once."""
        return digest

    def receipt(self, **request: Any) -> dict:
        """Send, and give the receipt."""
        return self("eth_getTransactionReceipt", self.send(**request))

    def close(self) -> None:
        """Nothing runs beside."""


class EthTesterRpc(Rpc):
    name = "eth-tester"

    def __init__(self) -> None:
        from eth_tester import EthereumTester, PyEVMBackend
        from web3 import EthereumTesterProvider, Web3

        provider = EthereumTesterProvider(EthereumTester(PyEVMBackend()))
        # its own middleware is what turns JSON-RPC's hex into the Python values that it takes
        self.request = provider.request_func(Web3(provider), NamedElementOnion([]))
        self.accounts = self("eth_accounts")

    def ask(self, method: str, params: list) -> dict:
        try:
            return self.request(method, params)
        except Exception as error:  # it raises what a node would answer
            raise Refused(None, repr(error)) from error


class AnvilRpc(Rpc):
    """Anvil, started here and reached as a learner reaches it: by `Chain.connect`."""

    name = "anvil"

    def __init__(self, binary: str):
        port = free_port()
        options = ["--silent", "--hardfork", "prague", "--chain-id", "1337", "--steps-tracing", "--port"]
        self.process = subprocess.Popen(
            [binary, *options, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                self.chain = Chain.connect(self.url)
                self.accounts = self("eth_accounts")
                return
            except ChainError:
                time.sleep(0.05)
        self.close()
        raise RuntimeError(f"Anvil did not answer within {PATIENCE} seconds")

    def send(self, **request: Any) -> str:
        """As above; and wait for the block, which comes a moment after the hash."""
        return self.wait(super().send(**request))

    def wait(self, digest: str) -> str:
        """Until the block is made, or nothing is left to go into one: what comes too early waits on, by right."""
        until = time.monotonic() + PATIENCE if self("anvil_getAutomine") else 0.0
        while self("eth_getTransactionReceipt", digest) is None and time.monotonic() < until:
            if not int(self("txpool_status")["pending"], 16):
                break
            time.sleep(0.01)
        return digest

    def ask(self, method: str, params: list) -> dict:
        return self.chain.w3.provider.make_request(method, params)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


def anvil_binary() -> str | None:
    """Where Anvil is: the variable ANVIL, the PATH, or where the launcher puts it."""
    for candidate in (os.environ.get("ANVIL"), shutil.which("anvil"), str(LAUNCHER)):
        if candidate and Path(candidate).is_file():
            return candidate
    return None


def anvil_or_skip() -> str:
    """Where Anvil is; without it the test is skipped, and in CI, which has to have it, fails."""
    binary = anvil_binary()
    if binary is None:
        message = "Anvil not found: set ANVIL, put it on PATH, or install @foundry-rs/anvil with npm"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    return binary
