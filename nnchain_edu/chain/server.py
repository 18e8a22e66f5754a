"""The chain over HTTP: JSON-RPC for other processes and machines, and a block by the clock.

Only what strangers may ask is answered: reading, and transactions that they have signed themselves. What a development
node would do for anybody (sign with its own accounts, set balances, go back in time) is not. On loopback unless told
otherwise.

Nothing of py-evm is replaced: it is no server.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .errors import INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, RpcError
from .node import Node
from .rpc import METHODS, dispatch

_SIGNING = {"eth_accounts", "eth_sendTransaction", "eth_signTransaction", "eth_sign", "eth_signTypedData"}
_REMEMBERED = {name for name in METHODS if "Filter" in name}  # they would pile up
PUBLIC = frozenset(n for n in METHODS if n.startswith(("eth_", "net_", "web3_")) and n not in _SIGNING | _REMEMBERED)
LONGEST, MOST_AT_ONCE = 1_000_000, 500  # bytes of a request, calls in it
ATTENTION = 0.1  # seconds until the listener notices that it is to end
PATIENCE = 30  # seconds that a connection may keep silent


class Server:
    """`node` at http://`host`:`port` from now until `close`. Port 0 takes any that is free; `url` tells which.

    extra: further methods by name, called with the node and the request's parameters while nobody else is at the node.
    seconds: between two blocks. Their time is this machine's clock; `node.automine` is switched off.

    Raises OSError where the address is not this machine's or the port is taken.
    """

    def __init__(
        self,
        node: Node,
        host: str = "127.0.0.1",
        port: int = 8545,
        extra: Mapping[str, Callable[..., Any]] | None = None,
        seconds: float = 1.0,
    ):
        if not 0 < seconds < float("inf"):
            raise ValueError(f"seconds must be a number above 0, got {seconds!r}")
        self.node, self.extra, self.seconds = node, dict(extra or {}), seconds
        self._http = _Listener((host, port), _Handler)
        self._http.answer = self.answer
        self.url = f"http://{host}:{self._http.server_address[1]}"
        self._ended = threading.Event()
        node.automine = False
        self._threads = [
            threading.Thread(target=work, args=given, daemon=True, name=name)
            for name, work, given in (
                ("node's listener", self._http.serve_forever, (ATTENTION,)),
                ("node's clock", self._tick, ()),
            )
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop listening and making blocks."""
        self._ended.set()
        self._http.shutdown()
        self._http.server_close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _tick(self) -> None:
        due = time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            due = max(due + self.seconds, time.monotonic())  # what was missed is not made up for
            with self.node.lock:
                self.node.next_timestamp = max(int(time.time()), self.node.head.header.timestamp + 1)
                self.node.mine()

    def answer(self, request: Any) -> dict[str, Any]:
        """The answer to one JSON-RPC request; what is refused comes as `error`."""
        number = request.get("id") if isinstance(request, dict) else None
        said: dict[str, Any] = {"jsonrpc": "2.0", "id": number}
        try:
            if not isinstance(request, dict) or not isinstance(request.get("method"), str):
                raise RpcError("invalid request: it needs a method", INVALID_REQUEST)
            method, params = request["method"], request.get("params", [])
            with self.node.lock:
                said["result"] = self._do(method, params)
        except RpcError as error:
            said["error"] = error.view()
        except Exception as error:  # a fault of ours, which must not end the listener
            said["error"] = RpcError(f"internal error: {error!r}", INTERNAL_ERROR).view()
        return said

    def _do(self, method: str, params: Any) -> Any:
        if method in self.extra:
            return self.extra[method](self.node, *params)
        if method not in PUBLIC:
            raise RpcError(f"the method {method} does not exist/is not available", METHOD_NOT_FOUND)
        return dispatch(self.node, method, params)


class _Listener(ThreadingHTTPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 128
    answer: Callable[[Any], dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    timeout = PATIENCE

    def do_GET(self) -> None:
        """A line for who opens the address in a browser, to see whether it can be reached."""
        self._send(200, b"A chain of the course answers here. Programs ask it by POST, in JSON-RPC.\n", "text/plain")

    def do_POST(self) -> None:
        # a page in somebody's browser cannot send this type to another origin without asking first
        if self.headers.get_content_type() != "application/json":
            return self._send(415, b"Content-Type must be application/json\n", "text/plain")
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST:
            return self._send(413, f"a request has 0 to {LONGEST} bytes\n".encode(), "text/plain")
        try:
            asked = json.loads(self.rfile.read(int(length)))
        except ValueError:
            asked = None
        if isinstance(asked, list) and 0 < len(asked) <= MOST_AT_ONCE:
            said: Any = [self.server.answer(request) for request in asked]
        else:
            said = self.server.answer(asked)
        self._send(200, json.dumps(said).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is written down about who asked."""
