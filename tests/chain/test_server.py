"""The chain over HTTP: what strangers may ask, what they may not, where it listens, and its clock."""

import http.client
import json
import socket
import time
import urllib.error
import urllib.request

import pytest

from nnchain_edu.chain import Chain, ChainError
from nnchain_edu.chain.server import LONGEST, MOST_AT_ONCE

PATIENCE = 60  # seconds, on a machine with other work to do


@pytest.fixture(scope="module")
def served():
    chain = Chain()
    server = chain.serve(port=0, seconds=0.05, extra={"class_add": lambda node, a, b: a + b})
    yield chain, server
    server.close()


def post(url, body, kind="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, {"Content-Type": kind}), timeout=PATIENCE) as answer:
        return json.load(answer)


def ask(url, method, *params):
    return post(url, {"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)})


def test_it_answers_alone_and_in_numbers_as_the_chain_itself_does(served):
    chain, server = served
    alice = chain.accounts["alice"].address
    assert ask(server.url, "eth_chainId") == {"jsonrpc": "2.0", "id": 7, "result": "0x539"}
    requests = [{"id": n, "method": "eth_getBalance", "params": [alice, "latest"]} for n in range(3)]
    answers = post(server.url, requests)
    assert [a["id"] for a in answers] == [0, 1, 2]
    assert {int(a["result"], 16) for a in answers} == {chain.balance("alice")}
    assert ask(server.url, "class_add", 2, 3)["result"] == 5


def test_a_contract_is_read_and_a_signed_transaction_taken_over_the_wire(served):
    chain, server = served
    there = Chain.connect(server.url)
    assert there.w3.eth.chain_id == 1337 and there.balance(chain.accounts["bob"].address) == chain.balance("bob")
    key = chain.accounts["alice"].key
    fields = {"to": chain.accounts["bob"].address, "value": 5, "gas": 21_000, "nonce": 0, "chainId": 1337}
    fields |= {"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 10**9}
    signed = there.w3.eth.account.sign_transaction(fields, key)
    before = chain.balance("bob")
    there.w3.eth.wait_for_transaction_receipt(there.w3.eth.send_raw_transaction(signed.raw_transaction), PATIENCE)
    assert chain.balance("bob") == before + 5


@pytest.mark.parametrize(
    "method",
    [
        *("eth_accounts", "eth_sendTransaction", "eth_sign", "eth_newFilter", "anvil_setBalance", "evm_revert"),
        *("evm_mine", "debug_traceCall", "txpool_content", "no_such"),
    ],
)
def test_nobody_signs_for_strangers_or_turns_the_chain_back(served, method):
    error = ask(served[1].url, method)["error"]
    assert error["code"] == -32601 and method in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"7",
        b"[]",
        b'{"id": 1}',
        b'"eth_chainId"',
        b"\xff\xfe",
        json.dumps([{}] * (MOST_AT_ONCE + 1)).encode(),
    ],
    ids=["half", "empty", "number", "no-request", "no-method", "text", "no-text", "too-many"],
)
def test_what_is_no_request_is_refused_and_the_next_one_answered(served, body):
    assert post(served[1].url, body)["error"]["code"] == -32600
    assert ask(served[1].url, "eth_chainId")["result"] == "0x539"


@pytest.mark.parametrize(("status", "kind", "length"), [(415, "text/plain", 2), (413, "application/json", LONGEST + 1)])
def test_pages_of_others_and_floods_are_turned_away(served, status, kind, length):
    there = http.client.HTTPConnection("127.0.0.1", int(served[1].url.rpartition(":")[2]), timeout=PATIENCE)
    there.putrequest("POST", "/")
    there.putheader("Content-Type", kind)
    there.putheader("Content-Length", str(length))
    there.endheaders(b"{}")
    assert there.getresponse().status == status
    there.close()


def test_a_browser_is_told_that_the_address_is_right(served):
    with urllib.request.urlopen(served[1].url, timeout=PATIENCE) as answer:
        assert b"A chain of the course answers here" in answer.read()


def test_it_listens_on_loopback_alone_unless_asked(served):
    port = int(served[1].url.rpartition(":")[2])
    assert served[1]._http.server_address == ("127.0.0.1", port)
    with socket.socket() as other, pytest.raises(OSError):
        other.settimeout(2)
        other.connect(("127.0.0.2", port))  # the same machine by another address
    everywhere = Chain().serve("0.0.0.0", 0)
    try:
        assert ask(everywhere.url.replace("0.0.0.0", "127.0.0.2"), "eth_chainId")["result"] == "0x539"
    finally:
        everywhere.close()


def test_blocks_come_by_the_clock():
    chain, began = Chain(), int(time.time())
    server = chain.serve(port=0, seconds=0.05)
    until = time.monotonic() + PATIENCE
    while chain.w3.eth.block_number < 5 and time.monotonic() < until:
        time.sleep(0.05)
    times = [chain.w3.eth.get_block(n)["timestamp"] for n in range(1, 6)]
    assert times == sorted(set(times)) and began <= times[0] <= time.time()
    server.close()
    stood = chain.w3.eth.block_number
    time.sleep(0.3)
    assert chain.w3.eth.block_number == stood
    with pytest.raises(urllib.error.URLError):
        ask(server.url, "eth_chainId")


def test_what_cannot_be_served_is_refused(served):
    port = int(served[1].url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        Chain().serve(port=port)
    with pytest.raises(ValueError, match="seconds must be a number above 0, got 0"):
        Chain().serve(port=0, seconds=0)
    with pytest.raises(ChainError, match="on a node elsewhere already"):
        Chain.connect(served[1].url).serve(port=0)
