"""Bad input gets the error of a real node, and leaves the chain as it was and in use."""

import random

import pytest

from nnchain_edu.chain.errors import RpcError
from nnchain_edu.chain.node import Node
from nnchain_edu.chain.rpc import METHODS, dispatch

from .workload import creation

STRANGER = "0x" + "ab" * 20


@pytest.fixture
def node():
    """A node that has to have the same head and state after the test, and to take a transaction."""
    node = Node()
    yield node
    before = node.head.number
    dispatch(node, "eth_sendTransaction", [{"from": who(node), "to": STRANGER, "value": "0x1"}])
    assert node.head.number == before + 1 and node.head.receipts[0].succeeded


def who(node: Node, i: int = 0) -> str:
    return "0x" + list(node.keys)[i].hex()


def error(node: Node, method: str, *params: object) -> RpcError:
    head, root = node.head.hash, node.root
    with pytest.raises(RpcError) as caught:
        dispatch(node, method, list(params))
    assert (node.head.hash, node.root, len(node.pool)) == (head, root, 0)
    return caught.value


def deploy(node: Node, runtime: str) -> str:
    request = {"from": who(node), "data": creation(runtime), "gas": hex(500_000)}
    digest = dispatch(node, "eth_sendTransaction", [request])
    return dispatch(node, "eth_getTransactionReceipt", [digest])["contractAddress"]


@pytest.mark.parametrize(
    ("method", "params", "code", "words"),
    [
        ("eth_nothing", [], -32601, "the method eth_nothing does not exist"),
        ("eth_getBalance", [], -32602, "missing value for required argument 0"),
        ("eth_getBalance", [STRANGER, "latest", 1, 2], -32602, "too many arguments, want at most 2"),
        ("eth_getBalance", ["0x12", "latest"], -32602, "invalid address: '0x12' is not '0x' and 40 hex digits"),
        ("eth_getBalance", [None], -32602, "invalid address"),
        ("eth_getBalance", [STRANGER, "newest"], -32602, "invalid block number: 'newest'"),
        ("eth_getBalance", [STRANGER, "0x99"], -32000, "header not found"),
        ("eth_getBalance", [STRANGER, {"blockHash": "0x12"}], -32602, "invalid blockHash"),
        ("eth_getBlockByNumber", ["0xzz"], -32602, "invalid block number"),
        ("eth_getTransactionByHash", ["0x1234"], -32602, "is not '0x' and 64 hex digits"),
        ("eth_getStorageAt", [STRANGER, "first"], -32602, "invalid storage slot"),
        ("eth_getProof", [STRANGER, "0x0"], -32602, "invalid storage keys"),
        ("eth_call", ["me"], -32602, "invalid transaction"),
        ("eth_call", [{"to": STRANGER, "data": "0x123"}], -32602, "invalid data"),
        ("eth_call", [{"to": STRANGER, "data": "1234"}], -32602, "invalid data"),
        ("eth_call", [{"to": STRANGER, "value": "0x" + "f" * 65}], -32602, "invalid value"),
        ("eth_call", [{"to": STRANGER, "colour": "red"}], -32602, "colour not supported"),
        ("eth_call", [{"to": STRANGER}, "latest", {STRANGER: {"colour": "0x1"}}], -32602, "invalid state override"),
        ("eth_call", [{"to": STRANGER}, "latest", {}, {"colour": "0x1"}], -32602, "invalid block override"),
        ("eth_call", [{"to": STRANGER, "gas": "0x1"}], -32000, "intrinsic gas too low: have 1, want 21000"),
        ("eth_call", [{"from": STRANGER, "to": STRANGER, "value": "0x1"}], -32000, "insufficient funds"),
        ("eth_sendRawTransaction", ["0x"], -32000, "could not be decoded"),
        ("eth_sendRawTransaction", ["0x02c0"], -32000, "could not be decoded"),
        ("eth_sendRawTransaction", ["0x03c0"], -32000, "could not be decoded"),
        ("eth_sendTransaction", [{"to": STRANGER, "gas": "0x5208"}], -32000, "unknown account"),
        ("eth_sendTransaction", [{"from": STRANGER, "to": STRANGER, "gas": "0x5208"}], -32000, "unknown account"),
        ("eth_getLogs", ["all"], -32602, "invalid filter"),
        ("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "0x9"}], -32000, "header not found"),
        ("eth_getLogs", [{"topics": ["0x12"]}], -32602, "invalid topic"),
        ("eth_getFilterChanges", ["0x77"], -32000, "filter not found"),
        ("eth_feeHistory", ["0x1", "latest", [90, 10]], -32000, "invalid reward percentile"),
        ("debug_traceTransaction", ["0x" + "00" * 32], -32000, "transaction not found"),
        ("debug_traceCall", [{"to": STRANGER}, "latest", {"tracer": "x"}], -32602, "tracer 'x' not found"),
        ("evm_revert", ["yesterday"], -32602, "invalid snapshot"),
        ("evm_setAutomine", ["yes"], -32602, "invalid automine"),
        ("evm_setNextBlockTimestamp", ["0x1"], -32602, "is not after the latest block's"),
        ("anvil_setBalance", [STRANGER, "-0x1"], -32602, "set_balance"),
        ("eth_sign", [STRANGER, "0x00"], -32000, "unknown account"),
        ("eth_signTypedData", [STRANGER, {}], -32000, "unknown account"),
    ],
)
def test_bad_requests(node, method, params, code, words):
    caught = error(node, method, *params)
    assert caught.code == code and words in caught.message, caught.message


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"nonce": hex(0), "value": hex(10**30)}, "insufficient funds for gas * price + value"),
        ({"gas": hex(10**9)}, "exceeds block gas limit"),
        ({"gas": hex(20_999)}, "intrinsic gas too low: have 20999, want 21000"),
        ({"data": "0x" + "01" * 1000, "gas": hex(40_000)}, "floor data gas cost: have 40000, want 61000"),
        ({"maxFeePerGas": "0x1", "maxPriorityFeePerGas": "0x1"}, "max fee per gas less than block base fee"),
        ({"maxFeePerGas": hex(10**10), "maxPriorityFeePerGas": hex(10**11)}, "higher than max fee per gas"),
        ({"to": None, "data": "0x" + "00" * 49_153, "gas": hex(5_000_000)}, "max initcode size exceeded"),
        ({"chainId": "0x1"}, "invalid chain id"),
    ],
)
def test_transactions_that_cannot_be(node, fields, words):
    caught = error(node, "eth_sendTransaction", {"from": who(node), "to": STRANGER, "gas": hex(21_000)} | fields)
    assert caught.code == -32000 and words in caught.message, caught.message


def test_nonce_that_is_used_up(node):
    request = {"from": who(node), "to": STRANGER, "gas": hex(21_000), "nonce": "0x0"}
    dispatch(node, "eth_sendTransaction", [request])
    assert "nonce too low: address" in error(node, "eth_sendTransaction", request).message


def test_transaction_sent_twice(node):
    signed = dispatch(node, "eth_signTransaction", [{"from": who(node), "to": STRANGER, "gas": hex(21_000)}])
    dispatch(node, "eth_sendRawTransaction", [signed["raw"]])
    assert error(node, "eth_sendRawTransaction", signed["raw"]).message == "already known"


HOSTILE = {
    "infinite loop": ("5b5f56", "out of gas"),
    "memory bomb": ("6001630fffffff52", "out of gas"),
    "memory beyond all gas": ("60015f1952", "out of gas"),
    "deep recursion": (
        "5f5f5f5f5f305af15f52602060fff3",
        None,
    ),  # each level calls itself; at the bottom it just returns
    "endless pushes": ("5f" * 1025, "stack limit reached 1024"),
    "stack underflow": ("01", "stack underflow"),
    "jump into data": ("600456605b", "invalid jump destination"),
    "invalid opcode": ("fe", "invalid opcode"),
    "unknown opcode": ("0c", "invalid opcode"),
    "write in a static call": ("5f5f5f5f305afa" + "5f5260205ff3", None),
    "return data out of bounds": ("60205f5f3e", "return data out of bounds"),
    "creates itself without end": ("363d3d37363d34f0" + "5f5260205ff3", None),
    "self-destruct": ("33ff", None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_contracts(node, name):
    runtime, words = HOSTILE[name]
    contract = deploy(node, runtime)
    call = {"from": who(node), "to": contract, "gas": hex(3_000_000)}
    if words is None:
        dispatch(node, "eth_call", [call])
    else:
        caught = error(node, "eth_call", call)
        assert caught.code == -32000 and words in caught.message, caught.message
    digest = dispatch(node, "eth_sendTransaction", [call])
    receipt = dispatch(node, "eth_getTransactionReceipt", [digest])
    assert receipt["status"] == ("0x1" if words is None else "0x0")
    if words is not None:
        assert int(receipt["gasUsed"], 16) == 3_000_000


def test_recursion_with_all_the_gas_there_is(node):
    """63 of 64 parts of the gas go down each level (EIP-150): hundreds of levels, and still no trouble here."""
    contract = deploy(node, HOSTILE["deep recursion"][0])
    tree = dispatch(node, "debug_traceCall", [{"to": contract}, "latest", {"tracer": "callTracer"}])
    depth = 0
    while "calls" in tree:
        depth, tree = depth + 1, tree["calls"][0]
    assert depth > 400


def test_revert_with_a_broken_reason_is_still_told(node):
    contract = deploy(node, "6308c379a060e01b5f5260045ff3".replace("5ff3", "5ffd"))  # Error(string) without a string
    caught = error(node, "eth_call", {"to": contract})
    assert (caught.code, caught.message, caught.data) == (3, "execution reverted", "0x08c379a0")


def test_keyboard_interrupt_in_the_middle_of_a_block(node, monkeypatch):
    """A learner presses Stop: the transaction stays in the pool, the state is the old one, the next block good."""
    request = {"from": who(node), "to": STRANGER, "value": "0x1", "gas": "0x5208"}
    real = node.evm._apply

    def interrupted(state, transaction):
        real(state, transaction)
        raise KeyboardInterrupt

    root = node.root
    monkeypatch.setattr(node.evm, "_apply", interrupted)
    with pytest.raises(KeyboardInterrupt):
        dispatch(node, "eth_sendTransaction", [request])
    monkeypatch.undo()
    assert (node.head.number, node.root) == (0, root)
    assert dispatch(node, "eth_getBalance", [STRANGER]) == "0x0"
    dispatch(node, "evm_mine", [])
    assert dispatch(node, "eth_getBalance", [STRANGER]) == "0x1"


def test_send_many_undoes_all_when_interrupted(monkeypatch):
    node = Node(gas_limit=30_000_000)
    many = [{"from": who(node), "to": STRANGER, "value": 1} for _ in range(900)]  # two blocks
    real, blocks = node.evm.run_block, []

    def interrupted(*args):
        blocks.append(1)
        if len(blocks) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(node.evm, "run_block", interrupted)
    with pytest.raises(KeyboardInterrupt):
        node.send_many(many)
    monkeypatch.undo()
    assert node.head.number == 0 and dispatch(node, "eth_getBalance", [STRANGER]) == "0x0"
    node.send_many(many)
    assert dispatch(node, "eth_getBalance", [STRANGER]) == hex(900)


@pytest.mark.parametrize("bad", [{"nonce": 3}, {"value": 10**30}, {"from": STRANGER}, {"to": "0x12"}, {"gas": 20_000}])
def test_send_many_is_all_or_nothing(node, bad):
    good = {"from": who(node), "to": STRANGER, "value": 1}
    with pytest.raises(RpcError):
        node.send_many([good, good, good | bad, good])
    assert node.head.number == 0 and dispatch(node, "eth_getBalance", [STRANGER]) == "0x0"


def test_nonsense_for_every_method_is_a_json_rpc_error_and_never_a_fault_of_ours():
    rng, node = random.Random(5), Node()
    values = [
        None, True, 0, -1, 2**300, 1.5, "", "0x", "0x0", "0xg", "latest", STRANGER, "0x" + "00" * 32, [], [[]], {},
        {"to": STRANGER}, {"from": who(node), "gas": "0x5208"}, {"blockHash": None}, {"topics": [[None]]}, b"\x00", "é",
        {"fromBlock": []}, {"accessList": [{}]}, {STRANGER: {}}, {STRANGER: None}, ["0x0"], {"tracer": []},
        {"types": {}, "primaryType": "X", "domain": {}, "message": {}},
    ]  # fmt: skip
    for name in METHODS:
        for _ in range(40):
            params = [rng.choice(values) for _ in range(rng.randrange(5))]
            if name in ("anvil_mine", "hardhat_mine", "evm_mine") and params:
                params[0] = rng.choice([None, "0x1", "x", [], {}])
            try:
                dispatch(node, name, params)
            except RpcError:
                continue
            except Exception as fault:
                raise AssertionError(f"{name}{params}: {fault!r}") from fault


def test_garbage_bytes_are_no_transaction():
    rng, node = random.Random(6), Node()
    good = bytes.fromhex(
        dispatch(node, "eth_signTransaction", [{"from": who(node), "to": STRANGER, "gas": hex(21_000)}])["raw"][2:]
    )
    for _ in range(300):
        raw = bytearray(good) if rng.random() < 0.7 else bytearray(rng.randbytes(rng.randrange(1, 120)))
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        with pytest.raises(RpcError):
            dispatch(node, "eth_sendRawTransaction", ["0x" + raw.hex()])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"engine": "quick"}, "engine must be 'fast' or 'reference', not 'quick'"),
        ({"accounts": {STRANGER: "0x" + "11" * 32}}, "belongs to another address"),
        ({"accounts": {STRANGER: "0x11"}}, "private key"),
        ({"balances": {"0x12": 1}}, "invalid address"),
    ],
)
def test_bad_settings(arguments, words):
    with pytest.raises((ValueError, RpcError), match=words):
        Node(**arguments)
