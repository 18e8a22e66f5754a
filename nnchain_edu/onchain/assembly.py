"""A small assembler for the EVM: numbers become PUSH, names become opcodes, labels become places to jump to.

Gas as in the Prague rules (Ethereum yellow paper, appendix G; EIP-3855 for PUSH0).
"""

from collections.abc import Iterable
from typing import NamedTuple

WORD = 2**256


class Label(NamedTuple):
    """A place in the code. `Label(name)` among the items marks it; `Target(name)` pushes where it is."""

    name: str


class Target(NamedTuple):
    name: str


class Constant(NamedTuple):
    """A number that takes `size` bytes in the code whatever its value, so that it can be put in later."""

    value: int
    size: int


# name: (byte, gas). A dynamic part (memory, copying, cold accounts) is added where it is known.
OPCODES = {
    "STOP": (0x00, 0), "ADD": (0x01, 3), "MUL": (0x02, 5), "SUB": (0x03, 3), "DIV": (0x04, 5), "MOD": (0x06, 5),
    "LT": (0x10, 3), "GT": (0x11, 3), "SLT": (0x12, 3), "SGT": (0x13, 3), "EQ": (0x14, 3), "ISZERO": (0x15, 3),
    "AND": (0x16, 3), "OR": (0x17, 3), "XOR": (0x18, 3), "NOT": (0x19, 3), "BYTE": (0x1A, 3), "SHL": (0x1B, 3),
    "SHR": (0x1C, 3), "SAR": (0x1D, 3), "CALLDATALOAD": (0x35, 3), "CALLDATASIZE": (0x36, 2), "CALLDATACOPY": (0x37, 3),
    "CODECOPY": (0x39, 3), "EXTCODECOPY": (0x3C, 2600), "POP": (0x50, 2), "MLOAD": (0x51, 3), "MSTORE": (0x52, 3),
    "MSTORE8": (0x53, 3), "JUMP": (0x56, 8), "JUMPI": (0x57, 10), "MSIZE": (0x59, 2), "JUMPDEST": (0x5B, 1),
    "PUSH0": (0x5F, 2), "RETURN": (0xF3, 0), "REVERT": (0xFD, 0),
}  # fmt: skip
OPCODES |= {f"DUP{n}": (0x7F + n, 3) for n in range(1, 17)}
OPCODES |= {f"SWAP{n}": (0x8F + n, 3) for n in range(1, 17)}

Item = int | str | Label | Target | Constant


def assemble(items: Iterable[Item]) -> bytes:
    """The code of `items`. Numbers are taken modulo 2**256; a Target takes two bytes of code."""
    code, places, open_targets = bytearray(), {}, []
    for item in items:
        if isinstance(item, Label):
            places[item.name] = len(code)
            code.append(OPCODES["JUMPDEST"][0])
        elif isinstance(item, Target):
            open_targets.append((len(code) + 1, item.name))
            code += bytes([0x61, 0, 0])
        elif isinstance(item, Constant):
            code += bytes([0x5F + item.size]) + item.value.to_bytes(item.size, "big")
        elif isinstance(item, str):
            code.append(OPCODES[item][0])
        elif item % WORD == 0:
            code.append(OPCODES["PUSH0"][0])
        else:
            number = int(item) % WORD
            size = (number.bit_length() + 7) // 8
            code += bytes([0x5F + size]) + number.to_bytes(size, "big")
    for place, name in open_targets:
        code[place : place + 2] = places[name].to_bytes(2, "big")
    return bytes(code)


def straight_gas(items: Iterable[Item]) -> int:
    """Gas of `items` run once each, without what memory costs."""
    total = 0
    for item in items:
        if isinstance(item, str):
            total += OPCODES[item][1]
        elif isinstance(item, Label):
            total += OPCODES["JUMPDEST"][1]
        else:
            total += 2 if isinstance(item, int) and item % WORD == 0 else 3
    return total


def creation_code(runtime: bytes) -> bytes:
    """Code that leaves `runtime` behind as a contract's code when a transaction creates it."""
    head = [Constant(len(runtime), 2), "DUP1", Constant(0, 1), "PUSH0", "CODECOPY", "PUSH0", "RETURN"]
    size = len(assemble(head))
    head[2] = Constant(size, 1)
    return assemble(head) + runtime
