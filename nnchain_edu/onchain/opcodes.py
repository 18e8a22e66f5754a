"""Which gas goes where: the opcodes of a trace, sorted into classes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

_CLASSES = {
    "multiply": ("MUL", "MULMOD", "DIV", "SDIV", "MOD", "SMOD", "EXP"),
    "add": ("ADD", "SUB", "ADDMOD", "SIGNEXTEND"),
    "bits": ("AND", "OR", "XOR", "NOT", "BYTE", "SHL", "SHR", "SAR"),
    "compare": ("LT", "GT", "SLT", "SGT", "EQ", "ISZERO"),
    "memory": ("MLOAD", "MSTORE", "MSTORE8", "MSIZE", "MCOPY", "RETURN", "REVERT", "KECCAK256"),
    "storage": ("SLOAD", "SSTORE", "TLOAD", "TSTORE"),
    "calldata": ("CALLDATALOAD", "CALLDATASIZE", "CALLDATACOPY"),
    "code": ("CODECOPY", "CODESIZE", "EXTCODECOPY", "EXTCODESIZE", "EXTCODEHASH"),
    "jumps": ("JUMP", "JUMPI", "JUMPDEST", "PC"),
    "stack": ("POP",),
}
_OF = {name: kind for kind, names in _CLASSES.items() for name in names}
CLASSES = (*_CLASSES, "other")


def opcode_class(name: str) -> str:
    """The class of an opcode by its name: PUSH, DUP and SWAP are "stack"; one of CLASSES."""
    if name.startswith(("PUSH", "DUP", "SWAP")):
        return "stack"
    return _OF.get(name, "other")


def gas_by_class(trace: "DataFrame") -> "DataFrame":
    """Steps and gas of a trace (`chain.trace`) per opcode class, dearest first: columns class, steps, gas, share.

    `share` is a part of 1. A call's cost includes what it sends along, so it is told only for traces without calls.
    """
    missing = {"op", "cost", "depth"} - set(trace.columns)
    if missing:
        raise ValueError(f"trace: a frame without {', '.join(sorted(missing))} given; one of chain.trace is accepted")
    if trace["depth"].nunique() > 1:
        raise ValueError("trace: it holds calls to other contracts; a trace of one contract is accepted")
    kinds = trace["op"].map(opcode_class)
    found = trace.groupby(kinds)["cost"].agg(["size", "sum"]).rename(columns={"size": "steps", "sum": "gas"})
    found = found.sort_values("gas", ascending=False).rename_axis("class").reset_index()
    found["share"] = found["gas"] / found["gas"].sum()
    return found
