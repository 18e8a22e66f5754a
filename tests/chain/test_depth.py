"""1,024 calls within calls: whatever the opcode, the engine, the thread's stack, and however deep the caller stands."""

import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.spurious_dragon._utils import collect_touched_accounts

from nnchain_edu.chain.depth import FRAMES, room
from nnchain_edu.chain.evm import Evm
from nnchain_edu.chain.node import Node
from nnchain_edu.chain.rpc import dispatch

from .workload import Workload, creation

LEVELS = 1_025  # the first call, and 1,024 within it
ADD_ONE_AND_LOG = "505f516001015f525f5fa060205ff3"  # returns one more than the call within did
RUNTIMES = {
    "CALL": "60205f5f5f5f305af1" + ADD_ONE_AND_LOG,
    "CALLCODE": "60205f5f5f5f305af2" + ADD_ONE_AND_LOG,
    "DELEGATECALL": "60205f5f5f305af4" + ADD_ONE_AND_LOG,
    "STATICCALL": "60205f5f5f305afa" + ADD_ONE_AND_LOG.replace("5f5fa0", ""),
}
INITCODES = {"CREATE": "385f5f39385f5ff05f5fa000", "CREATE2": "385f5f395f385f5ff55f5fa000"}  # each creates its like


def rich_node(engine: str = "fast") -> Node:
    """63 of 64 parts of the gas go down each level (EIP-150), so the last needs a block as there is none elsewhere."""
    return Node(engine=engine, gas_limit=10**14, balances=10**27)


def descend(node: Node, opcode: str) -> tuple[dict[str, Any], str]:
    """Go all the way down by `opcode` in a transaction; return its receipt and hash."""
    request = {"from": "0x" + next(iter(node.keys)).hex(), "gas": hex(10**14 - 1)}
    if opcode in RUNTIMES:
        digest = dispatch(node, "eth_sendTransaction", [request | {"data": creation(RUNTIMES[opcode])}])
        request["to"] = dispatch(node, "eth_getTransactionReceipt", [digest])["contractAddress"]
        assert int(dispatch(node, "eth_call", [request]), 16) == LEVELS
    else:
        request["data"] = "0x" + INITCODES[opcode]
    digest = dispatch(node, "eth_sendTransaction", [request])
    return dispatch(node, "eth_getTransactionReceipt", [digest]), digest


def assert_all_the_way_down(node: Node, opcode: str) -> None:
    """The transaction succeeds, all its logs are there, and both tracers show every level."""
    receipt, digest = descend(node, opcode)
    assert receipt["status"] == "0x1"
    assert len(receipt["logs"]) == (0 if opcode == "STATICCALL" else LEVELS)
    tree, levels = dispatch(node, "debug_traceTransaction", [digest, {"tracer": "callTracer"}]), 1
    while "calls" in tree:
        levels, tree = levels + 1, tree["calls"][0]
    assert levels == LEVELS
    options = {"disableStack": True, "disableStorage": True}
    steps = dispatch(node, "debug_traceTransaction", [digest, options])["structLogs"]
    assert max(step["depth"] for step in steps) == LEVELS


@pytest.mark.parametrize("opcode", [*RUNTIMES, *INITCODES])
def test_every_opcode_that_calls_goes_down_to_the_last_level(opcode):
    assert_all_the_way_down(rich_node(), opcode)


@pytest.mark.parametrize("opcode", ["CALL", "CREATE"])
def test_the_reference_engine_goes_as_deep(opcode):
    assert_all_the_way_down(rich_node("reference"), opcode)


def in_a_small_thread(work: Callable[[], None]) -> None:
    """Run `work` in a thread whose stack is a thirtieth of the usual."""
    failures, before = [], threading.stack_size(256 * 1024)

    def guarded() -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    try:
        thread = threading.Thread(target=guarded)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("opcode", ["CALL", "CREATE2"])
def test_a_thread_with_little_stack_is_enough(opcode):
    in_a_small_thread(lambda: assert_all_the_way_down(rich_node(), opcode))


def at_depth(levels: int, work: Callable[[], None]) -> None:
    if levels:
        at_depth(levels - 1, work)
    else:
        work()


@pytest.mark.parametrize("thread", [False, True], ids=["main", "thread"])
@pytest.mark.parametrize("levels", [500, 5_000])
def test_a_caller_may_stand_deep_itself(levels, thread):
    """Even with no more room than the caller has taken, as when somebody has lowered Python's limit."""
    before = sys.getrecursionlimit()

    def cramped() -> None:
        sys.setrecursionlimit(levels + 400)
        assert_all_the_way_down(rich_node(), "CREATE2")

    try:
        sys.setrecursionlimit(2 * levels + 1_000)
        (in_a_small_thread if thread else lambda work: work())(lambda: at_depth(levels, cramped))
    finally:
        sys.setrecursionlimit(before)


def test_pythons_limit_is_put_back_and_another_threads_room_stays():
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(3_000)
        with room():
            thread = threading.Thread(target=lambda: assert_all_the_way_down(rich_node(), "CALL"))
            thread.start()
            thread.join()
            assert sys.getrecursionlimit() > FRAMES
        assert sys.getrecursionlimit() == 3_000
        with pytest.raises(ZeroDivisionError), room():
            1 / 0  # noqa: B018
        assert sys.getrecursionlimit() == 3_000
        with room():
            sys.setrecursionlimit(50_000)  # somebody else's wish stands
        assert sys.getrecursionlimit() == 50_000
    finally:
        sys.setrecursionlimit(before)


def test_the_sums_over_the_calls_are_py_evms(monkeypatch):
    """Of every call of a random workload: refunds, logs, accounts to delete, accounts touched."""
    real, seen = Evm._apply, {"refund": 0, "log": 0, "deleted": 0, "within": 0, "failed": 0}

    def compared(evm: Evm, state: Any, transaction: Any) -> Any:
        computation = real(evm, state, transaction)
        tree = [computation]
        for c in tree:  # it grows while it is walked
            tree.extend(c.children)
        ours = [
            (c.get_gas_refund(), set(c.get_accounts_for_deletion()), set(c.get_self_destruct_beneficiaries()),
             c.get_log_entries(), c.touched()) for c in tree
        ]  # fmt: skip
        own = type(computation)
        for c in tree:
            c.__class__ = PragueComputation
        theirs = [
            (c.get_gas_refund(), set(c.get_accounts_for_deletion()), set(c.get_self_destruct_beneficiaries()),
             c.get_log_entries(), collect_touched_accounts(c)) for c in tree
        ]  # fmt: skip
        for c in tree:
            c.__class__ = own
        assert ours == theirs
        seen["refund"] += ours[0][0] > 0
        seen["deleted"] += len(ours[0][1])
        seen["log"] += len(ours[0][3])
        seen["within"] += len(tree) - 1
        seen["failed"] += any(c.is_error for c in tree[1:])
        return computation

    monkeypatch.setattr(Evm, "_apply", compared)
    workload = Workload(Node(), seed=4)
    for _ in range(40):
        workload.block()
    assert all(seen.values()), seen
