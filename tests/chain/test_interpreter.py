"""Our loop against py-evm's: every opcode at its edges, and programs of nothing in particular."""

import random

import pytest

from nnchain_edu.chain.evm import Outcome
from nnchain_edu.chain.node import Node
from nnchain_edu.chain.rpc import dispatch
from nnchain_edu.chain.rpc_run import execute

from .workload import RUNTIMES, creation

HERE = "0x" + "cc" * 20
EDGES = [0, 1, 2, 7, 30, 31, 32, 33, 255, 256, 257, 2**128, 2**255 - 1, 2**255, 2**255 + 1, 2**256 - 2, 2**256 - 1]
BINARY = [*range(0x01, 0x08), 0x0A, 0x0B, *range(0x10, 0x15), 0x16, 0x17, 0x18, *range(0x1A, 0x1E)]
UNARY = [0x15, 0x19, 0x35]


@pytest.fixture(scope="module")
def nodes() -> tuple[Node, Node]:
    return Node(engine="fast"), Node(engine="reference")


def outcomes(nodes: tuple[Node, Node], code: bytes, data: bytes = b"", gas: int = 1_000_000) -> list[tuple]:
    """What each engine makes of `code`: output, gas, how it ended, and the gas that was left over."""

    def summary(outcome: Outcome) -> tuple:
        ending = None if outcome.error is None else type(outcome.error).__name__ == "Revert"
        return (
            bytes(outcome.output),
            outcome.gas_used,
            outcome.gas_needed,
            ending,
            outcome.computation.get_log_entries(),
        )

    call = {"to": HERE, "data": "0x" + data.hex(), "gas": hex(gas)}
    accounts = {HERE: {"code": "0x" + code.hex(), "balance": "0x9"}}
    return [summary(execute(node, call, "latest", accounts)) for node in nodes]


def push(number: int) -> bytes:
    return b"\x7f" + number.to_bytes(32, "big")


def keep(offset: int) -> bytes:
    """Store the top of the stack at `offset` of the memory."""
    return b"\x61" + offset.to_bytes(2, "big") + b"\x52"


def give(size: int) -> bytes:
    """Return that much memory."""
    return b"\x61" + size.to_bytes(2, "big") + b"\x5f\xf3"


@pytest.mark.parametrize("op", BINARY, ids=hex)
def test_every_pair_of_edges(nodes, op):
    pairs = [(a, b) for a in EDGES for b in EDGES]
    code = b"".join(push(b) + push(a) + bytes((op,)) + keep(32 * i) for i, (a, b) in enumerate(pairs))
    fast, reference = outcomes(nodes, code + give(32 * len(pairs)))
    assert fast == reference and fast[3] is None and len(fast[0]) == 32 * len(pairs)


@pytest.mark.parametrize("op", UNARY, ids=hex)
def test_every_edge(nodes, op):
    code = b"".join(push(a) + bytes((op,)) + keep(32 * i) for i, a in enumerate(EDGES))
    fast, reference = outcomes(nodes, code + give(32 * len(EDGES)), data=bytes(range(1, 60)))
    assert fast == reference and fast[3] is None


@pytest.mark.parametrize("op", range(256), ids=hex)
def test_each_opcode_on_stacks_of_every_height(nodes, op):
    """Too few values, enough, and so many that one more does not fit; large values, small ones, and little gas."""
    one = bytes((op,)) + (b"" if op in (0x56, 0x57) else b"\x5b\x5f\x52\x60\x20\x5f\xf3")
    for height in (0, 1, 2, 3, 6, 7, 17, 1023, 1024):
        for value in (b"\x5f", b"\x60\x40") if height < 100 else (b"\x5f",):
            for gas in (1_000_000, 21_000 + 3 * height + 4):
                fast, reference = outcomes(nodes, value * height + one, gas=gas)
                assert fast == reference, (hex(op), height, value.hex(), gas)


def test_programs_of_nothing_in_particular(nodes):
    rng, endings = random.Random(3), set()
    common = [*range(0x50, 0x60), *range(0x80, 0x84), *range(0x90, 0x93), *range(0x01, 0x1E), 0x20, 0x35, 0x54, 0x55]
    for _ in range(1_500):
        body = b"".join(
            rng.choice((push(rng.choice(EDGES)), bytes((0x60, rng.randrange(96))), bytes((rng.choice(common),))))
            for _ in range(rng.randrange(2, 60))
        )
        fast, reference = outcomes(nodes, body + b"\x59\x5f\xf3", data=rng.randbytes(40), gas=120_000)
        assert fast == reference, body.hex()
        endings.add(fast[3])
    assert None in endings and False in endings  # some came to their end, some failed


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_only_contracts_of_the_same_transaction_are_destroyed(engine):
    """EIP-6780, for a contract that another one made in an earlier transaction."""
    node = Node(engine=engine)

    def send(**request: str) -> dict:
        request = {"from": "0x" + next(iter(node.keys)).hex(), "gas": hex(400_000), **request}
        return dispatch(node, "eth_getTransactionReceipt", [dispatch(node, "eth_sendTransaction", [request])])

    code = RUNTIMES["creates a contract, and later has it destroy itself"]
    parent = send(data=creation(code))["contractAddress"]
    send(to=parent)
    child = "0x" + dispatch(node, "eth_getStorageAt", [parent, "0x0"])[-40:]
    assert dispatch(node, "eth_getCode", [child]) == "0x33ff"
    digest = send(to=parent)["transactionHash"]
    steps = dispatch(node, "debug_traceTransaction", [digest])["structLogs"]
    assert [step["op"] for step in steps if step["depth"] == 2] == ["CALLER", "SELFDESTRUCT"]
    assert dispatch(node, "eth_getCode", [child]) == "0x33ff"
