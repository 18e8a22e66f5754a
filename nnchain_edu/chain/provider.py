"""The node as a web3 provider: JSON-RPC without a socket, a process or JSON in between.

Nothing of py-evm is replaced, but eth-tester and its provider, which stand between py-evm and web3 elsewhere.
"""

from typing import Any

from web3.providers.base import JSONBaseProvider

from .errors import INTERNAL_ERROR, RpcError
from .node import Node
from .rpc import dispatch


class EngineProvider(JSONBaseProvider):
    """`Web3(EngineProvider(node))` talks to `node`. Requests of several threads wait for each other."""

    def __init__(self, node: Node, **options: Any):
        super().__init__(**options)
        self.node = node

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Always: the node is in this process."""
        return True

    def make_request(self, method: str, params: Any) -> dict[str, Any]:
        """Answer one JSON-RPC request; what the node refuses comes back as `error`, never as an exception."""
        response: dict[str, Any] = {"jsonrpc": "2.0", "id": 1}
        try:
            with self.node.lock:
                response["result"] = dispatch(self.node, method, params)
        except RpcError as error:
            response["error"] = error.view()
        except Exception as error:  # a fault of ours, which must not end the caller's loop
            response["error"] = RpcError(f"internal error: {error!r}", INTERNAL_ERROR).view()
        return response

    def make_batch_request(self, requests: list[tuple[str, Any]]) -> list[dict[str, Any]]:
        """Answer several requests in order."""
        return [self.make_request(method, params) for method, params in requests]
