"""From a contract's name or Vyper source to something deployable, with errors a learner can act on.

Nothing of py-evm is replaced: it runs bytecode, wherever that comes from.
"""

import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from eth_utils.abi import collapse_if_tuple

from .refusals import ContractError

FOLDER = Path(__file__).parents[1] / "contracts"


class Compiled(NamedTuple):
    """A compiled contract; ``bytecode`` creates it, ``notices`` tell by signature what a function does."""

    name: str
    source: str
    abi: list[dict]
    bytecode: str
    notices: dict[str, str]


def known() -> list[str]:
    """Names of the contracts that come with the course."""
    return sorted(path.stem for path in FOLDER.glob("*.vy"))


def load(name_or_source: str) -> Compiled:
    """Compile a contract of the course by its name, or any Vyper source."""
    if not isinstance(name_or_source, str) or not name_or_source.strip():
        raise ContractError(f"name_or_source must be a contract's name or Vyper source, not {name_or_source!r}")
    if not re.fullmatch(r"[\w.-]+", name_or_source):
        return _compile(getattr(name_or_source, "name", "contract"), str(name_or_source))
    name = name_or_source.removesuffix(".vy")
    if name not in known():
        close = get_close_matches(name, known(), 3, 0.5)
        names = close + [other for other in known() if other not in close]
        meant = f" Did you mean {close[0]!r}?" if close else ""
        raise ContractError(f"no contract is called {name!r}.{meant} There are: {', '.join(names)}.")
    return _compile(name, (FOLDER / f"{name}.vy").read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def _compile(name: str, source: str) -> Compiled:
    from vyper.compiler import (
        compile_code,
    )  # here, since a chain without new contracts does not need the compiler
    from vyper.compiler.input_bundle import FilesystemInputBundle

    try:
        built = compile_code(
            source,
            output_formats=["abi", "bytecode", "userdoc"],
            input_bundle=FilesystemInputBundle([FOLDER]),
        )
    except Exception as error:  # odd sources make the compiler raise more than its own exceptions
        raise ContractError(_explain(name, source, error)) from None
    if not built["abi"]:
        raise ContractError(f"{name}: the source defines nothing that could be used once it is deployed")
    notices = {key: doc.get("notice", "") for key, doc in built["userdoc"].get("methods", {}).items()}
    return Compiled(name, source, built["abi"], built["bytecode"], notices)


def _explain(name: str, source: str, error: Exception) -> str:
    """The compiler's complaint, the line it is about, and a caret under the place."""
    first = (getattr(error, "message", None) or str(error) or "it gives no reason").splitlines()[0]
    places = [a for a in getattr(error, "annotations", None) or () if getattr(a, "lineno", None)]
    message = re.sub(r" \(<unknown>, line \d+\)$| */\*.*", "", first)
    if not places:
        return f"{name}: {type(error).__name__}: {message}"
    number, column = places[0].lineno, getattr(places[0], "col_offset", None) or 0
    lines = source.splitlines() or [""]
    line = lines[min(number, len(lines)) - 1]
    # keep tabs in the padding, so that the caret stands under its character
    padding = "".join("\t" if c == "\t" else " " for c in line[:column])
    hint = f"\n(hint: {error.hint})" if getattr(error, "hint", None) else ""
    shown = f"{number:>4} | {line}\n     | {padding}^"
    return f"{name}, line {number}: {type(error).__name__}: {message}\n{shown}{hint}"


def check_arguments(what: str, abi: dict, arguments: tuple, codec: Any, address: Any) -> list:
    """``arguments`` ready to be encoded for ``abi``, names turned into addresses; else ContractError.

    ``codec`` is web3's, ``address`` a function from whatever names an account to its address.
    """
    inputs = abi.get("inputs", [])
    takes = ", ".join(f"{i['name']} ({collapse_if_tuple(i)})" for i in inputs) or "none"
    if len(arguments) != len(inputs):
        count = f"{len(inputs)} argument{'s' * (len(inputs) != 1)}"
        raise ContractError(f"{what} takes {count}: {takes}. You gave {len(arguments)}.")
    checked = []
    for field, given in zip(inputs, arguments, strict=True):
        kind = collapse_if_tuple(field)
        if kind == "address":
            given = address(given)
        elif kind == "address[]" or re.fullmatch(r"address\[\d+\]", kind):
            given = [address(each) for each in given] if isinstance(given, list | tuple) else given
        elif hasattr(given, "item") and getattr(given, "ndim", 1) == 0:  # a NumPy or PyTorch scalar
            given = given.item()
        if not codec.is_encodable(kind, given):
            raise ContractError(f"{what}: {field['name']} must be {accepted(kind)}; you gave {given!r}")
        checked.append(given)
    return checked


def accepted(kind: str) -> str:
    """The Solidity ABI type ``kind`` in words, with its range."""
    if match := re.fullmatch(r"(u?)int(\d+)", kind):
        unsigned, bits = match[1], int(match[2])
        low, high = ("0", f"2**{bits} - 1") if unsigned else (f"-2**{bits - 1}", f"2**{bits - 1} - 1")
        return f"a whole number from {low} to {high} ({kind})"
    if match := re.fullmatch(r"bytes(\d+)", kind):
        return f"{match[1]} bytes ({kind})"
    words = {"bool": "True or False (bool)", "string": "text (string)", "bytes": "bytes"}
    return words.get(kind, f"a {kind}")
