"""The same object over nodes elsewhere: ours behind HTTP, one that is no development node, Anvil, none."""

import contextlib
import json
import socket
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from nnchain_edu import Chain
from nnchain_edu.chain import ChainError, NotADevelopmentNode, Reverted, verify
from nnchain_edu.chain.connect import PATIENCE
from tests.ports import free_port

from .engines import anvil_or_skip

DEVELOPMENT = ("evm_", "anvil_", "hardhat_", "debug_")


def serve(answer):
    """An HTTP server on a free port of this machine that answers POST by ``answer(request) -> bytes``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def node():
    """Serves a chain of ours; ``node(False)`` without the methods of a development node."""
    servers = []

    def start(development=True, accounts=True):
        provider = Chain().w3.provider

        def answer(request):
            method = request["method"]
            if not development and method.startswith(DEVELOPMENT):
                return json.dumps(
                    {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no such method"}}
                ).encode()
            if not accounts and method == "eth_accounts":
                return b'{"jsonrpc": "2.0", "id": 1, "result": []}'
            return json.dumps({**provider.make_request(method, request["params"]), "id": request["id"]}).encode()

        servers.append(serve(answer))
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def use(chain):
    """What every node must do, through the facade."""
    counter = chain.deploy("counter", 3)
    receipt = chain.send(counter.functions.raise_by, 4, sender="bob")
    assert receipt.events[0].args["total"] == 7 and counter.functions.total().call() == 7
    with pytest.raises(Reverted, match="only the owner may reset"):
        chain.send(counter.functions.reset(), sender="bob")
    with pytest.raises(Reverted, match=r"nothing to add|without a reason") as caught:
        chain.send(counter.functions.raise_by(0), gas=100_000)
    assert caught.value.receipt.status == 0
    assert list(chain.events(counter)["amount"]) == [4]
    assert verify(chain.export())
    assert chain.proof(counter, 0).verify(chain.block().stateRoot)
    return counter, receipt


def use_development(chain):
    """What a development node does besides."""
    counter, receipt = use(chain)
    head = chain.block()
    with chain.snapshot():
        assert chain.mine(3).number == head.number + 3
        before = chain.block().timestamp
        assert 3600 <= chain.travel(seconds=3600).timestamp - before <= 3602
        hashes = chain.send_many([{"to": "bob", "value": 1}, counter.functions.raise_by(1)])
        assert len(chain.block().transactions) == 2 == len(hashes)
        assert counter.functions.total().call() == 8
        with pytest.raises(ChainError, match="none of the 2 transactions is sent: "):
            chain.send_many([{"to": "bob", "value": 1}, {"to": "bob", "value": 10**30, "sender": "carol"}])
        assert chain.mine().transactions == []
    assert chain.block().hash == head.hash
    assert "SSTORE" in set(chain.trace(receipt)["op"])


def test_our_own_node_behind_http(node):
    url = node()
    chain = Chain.connect(url)
    assert [a.name for a in chain.accounts][:2] == ["alice", "bob"] and url in repr(chain)
    use_development(chain)
    with pytest.raises(ChainError, match="keeps the private key of alice"):
        _ = chain.accounts["alice"].key


def test_no_development_node(node):
    chain = Chain.connect(node(development=False))
    use(chain)
    for wish, what in (
        (lambda: chain.mine(), "mine"),
        (lambda: chain.travel(seconds=5), "travel in time"),
        (lambda: chain.snapshot().__enter__(), "take a snapshot"),
        (lambda: chain.trace("0x" + "00" * 32), "trace"),
        (lambda: chain.send_many([{"to": "bob"}]), "send many"),
    ):
        with pytest.raises(NotADevelopmentNode, match=rf"cannot {what}.*http://127.*no such method"):
            wish()


def test_node_without_accounts_takes_our_key(node):
    chain = Chain.connect(node(development=False, accounts=False))
    with pytest.raises(ChainError, match="signs for nobody"):
        chain.send("0x" + "11" * 20, value=1)
    rich = chain.accounts.add("me", Chain().accounts["alice"].key)
    assert chain.send("0x" + "11" * 20, value=7).status == 1
    assert chain.deploy("counter", 1, sender=rich).functions.total().call() == 1
    assert chain.balance("0x" + "11" * 20) == 7


def test_node_that_goes_away(node):
    server = serve(lambda request: b'{"jsonrpc": "2.0", "id": 1, "result": "0x1"}')
    chain = Chain.connect(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    with pytest.raises(ChainError, match="does not answer"):
        chain.rpc("eth_chainId")


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"{}", b"[]", b'{"result": 5}', b"\xff\xfe"])
def test_something_else_answers(body):
    server = serve(lambda request: body)
    with pytest.raises(ChainError, match=r"as an Ethereum node does|no Ethereum node"):
        Chain.connect(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def within_five_seconds():
    """What is waited for and what is worked together; how long others kept the processors busy does not count."""
    began, worked = time.monotonic(), time.thread_time()
    yield
    assert PATIENCE + time.thread_time() - worked < 5
    assert time.monotonic() - began < 45, "the provider's own patience of 60 seconds was waited for"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:1", "refused"),
        ("http://no.such.host.invalid:8545", "no Ethereum node answers"),
        ("ws://127.0.0.1:8545", "must start with http://"),
        ("localhost:8545", "must start with http://"),
        ("", "url must be a text"),
        (None, "url must be a text"),
        ("http://", "no Ethereum node answers"),
    ],
)
def test_unreachable_is_one_line(url, told):
    with within_five_seconds(), pytest.raises(ChainError, match=told) as caught:
        Chain.connect(url)
    assert "\n" not in str(caught.value)


def test_silent_host_is_given_up_within_five_seconds():
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    with silent, within_five_seconds(), pytest.raises(ChainError, match=r"silent for 4\.5 seconds"):
        Chain.connect(url)


def test_anvil():
    port = free_port()
    arguments = [anvil_or_skip(), "--port", str(port), "--hardfork", "prague", "--steps-tracing", "--silent"]
    anvil = subprocess.Popen(arguments)
    try:
        for _ in range(600):
            try:
                chain = Chain.connect(f"http://127.0.0.1:{port}")
                break
            except ChainError:
                time.sleep(0.1)
        alice = chain.accounts["alice"]
        assert chain.w3.eth.account.from_key(alice.key).address == alice.address
        use_development(chain)
    finally:
        anvil.terminate()
        anvil.wait()
