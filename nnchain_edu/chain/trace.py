"""What happened inside a call, step by step (structLogs) or call by call (callTracer), as go-ethereum shows
it.

Replaces nothing of py-evm: the tracer is its own loop with a record made before each opcode, so what is
shown is what the stock rules do. It is slower than the loop of `interpreter.py` and used for tracing only.
"""

from typing import Any

from eth.exceptions import Halt, Revert
from eth.vm.logic.invalid import InvalidOpcode

from .depth import PlainComputation

_CALLS = {"CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"}
_CREATIONS = {"CREATE", "CREATE2"}
_RENAMED = {"SHA3": "KECCAK256"}  # what it computes was never the standard's SHA3-256


def step_tracer(options: dict[str, Any]) -> tuple[type, list[dict[str, Any]]]:
    """A computation class that records every opcode, and the list it fills.

    Options, by go-ethereum's names: disableStack, disableStorage, enableMemory.
    """
    steps: list[dict[str, Any]] = []
    with_stack, with_storage = not options.get("disableStack"), not options.get("disableStorage")
    with_memory, seen = options.get("enableMemory"), {}

    class Traced(PlainComputation):
        @classmethod
        def apply_computation(cls, state, message, transaction_context, parent_computation=None):
            with cls(state, message, transaction_context) as c:
                if c.is_origin_computation:
                    c.contracts_created = []
                    if message.is_create:
                        cls.consume_initcode_gas_cost(c)
                if parent_computation is not None:
                    c.contracts_created = parent_computation.contracts_created
                if message.is_create:
                    c.contracts_created.append(message.storage_address)
                precompile = c.precompiles.get(message.code_address)
                if precompile is not None:
                    if not message.is_delegation:
                        precompile(c)
                    return c
                if message.code:
                    record(c)
            return c

    def record(c: PlainComputation) -> None:
        for op in c.code:
            function = c.opcodes.get(op) or InvalidOpcode(op)
            name = getattr(function, "mnemonic", "INVALID")
            name, stack = _RENAMED.get(name, name), [_word(v) for v in c._stack.values]
            before, children = c._gas_meter.gas_remaining, len(c.children)
            step = {
                "pc": c.code.program_counter - 1,
                "op": name if name != "INVALID" or op == 0xFE else f"opcode 0x{op:x} not defined",
                "gas": before,
                "gasCost": 0,
                "depth": c.msg.depth + 1,
            }
            if with_stack:
                step["stack"] = stack
            if with_memory:
                memory = c._memory.read_bytes(0, len(c._memory)).hex()
                step["memory"] = ["0x" + memory[i : i + 64] for i in range(0, len(memory), 64)]
            steps.append(step)
            try:
                function(computation=c)
            except Halt:
                step["gasCost"] = before - c._gas_meter.gas_remaining
                return
            except Exception as error:
                step["gasCost"] = before - c._gas_meter.gas_remaining
                step["error"] = str(error)
                raise
            step["gasCost"] = _cost(name, before, c, c.children[children:])
            if with_storage and name in ("SLOAD", "SSTORE"):
                slots = seen.setdefault((c.msg.storage_address, c.msg.depth), {})
                value = _word(c._stack.values[-1]) if name == "SLOAD" else stack[-2]
                slots[stack[-1]] = value
                step["storage"] = {f"{int(k, 16):064x}": f"{int(v, 16):064x}" for k, v in slots.items()}

    return Traced, steps


def _word(value: int | bytes) -> str:
    return hex(value if type(value) is int else int.from_bytes(value, "big"))


def _cost(name: str, before: int, c: PlainComputation, children: list) -> int:
    """Gas of the opcode itself. As in go-ethereum, a CALL's includes all gas it sends along, a CREATE's none."""
    cost = before - c._gas_meter.gas_remaining
    for child in children:
        if name in _CALLS:
            cost += child.get_gas_remaining()
        elif name in _CREATIONS:
            cost -= child._gas_meter.start_gas - child.get_gas_remaining()
    return cost


def call_tree(computation: Any, gas: int, gas_used: int) -> dict[str, Any]:
    """The calls that `computation` made, nested, in the form of go-ethereum's callTracer."""
    tree = _call(computation, gas, gas_used)
    ahead = [(computation, tree)]
    while ahead:  # no recursion: a thousand levels are many for Python
        parent, above = ahead.pop()
        for child in parent.children:
            below = _call(child, child._gas_meter.start_gas, child.get_gas_used())
            above.setdefault("calls", []).append(below)
            ahead.append((child, below))
    return tree


def _call(computation: Any, gas: int, gas_used: int) -> dict[str, Any]:
    from .rpc_values import hexed

    message = computation.msg
    kind = "CREATE" if message.is_create else "STATICCALL" if message.is_static else "CALL"
    if not message.is_create and message.code_address != message.to:
        kind = "DELEGATECALL"
    tree = {
        "type": kind,
        "from": hexed(message.sender),
        "to": hexed(message.storage_address if message.is_create else message.code_address),
        "value": hex(message.value),
        "gas": hex(gas),
        "gasUsed": hex(gas_used),
        "input": hexed(bytes(message.code if message.is_create else message.data)),
        "output": hexed(bytes(computation.output)),
    }
    if computation.is_error:
        error = computation._error
        tree["error"] = "execution reverted" if isinstance(error, Revert) else str(error)
    return tree
