"""Contracts written in a cell: `%%contract Name` compiles the cell's Vyper and binds it for `chain.deploy(Name)`.

Vyper is written like Python, so JupyterLab highlights such a cell as it does any other.

Nothing of py-evm is replaced: it compiles nothing.
"""

import re
import sys
from html import escape
from typing import TYPE_CHECKING, Any

from . import contracts
from .refusals import ContractError

if TYPE_CHECKING:
    import pandas

USAGE = "the first line is %%contract Name, and Name is how Python will call the contract"


class ContractSource(str):
    """The Vyper source of one contract, with its name: a text that shows itself as code and can be compiled."""

    name: str

    def __new__(cls, text: str, name: str) -> "ContractSource":
        made = super().__new__(cls, text)
        made.name = name
        return made

    @property
    def abi(self) -> list[dict]:
        """The interface: functions, events and their types, as web3 reads it."""
        return contracts.load(self).abi

    @property
    def bytecode(self) -> bytes:
        """The code that runs once and creates the contract."""
        return bytes.fromhex(contracts.load(self).bytecode.removeprefix("0x"))

    @property
    def runtime(self) -> bytes:
        """The code that stays on the chain and answers calls."""
        return bytes.fromhex(self._compiled("bytecode_runtime").removeprefix("0x"))

    @property
    def layout(self) -> dict[str, int]:
        """The storage slot of each variable, by name."""
        return {key: entry["slot"] for key, entry in self._compiled("layout").get("storage_layout", {}).items()}

    def _compiled(self, output: str) -> Any:
        from vyper.compiler import compile_code
        from vyper.compiler.input_bundle import FilesystemInputBundle

        contracts.load(self)  # errors with their line come from there
        bundle = FilesystemInputBundle([contracts.FOLDER])
        return compile_code(str(self), output_formats=[output], input_bundle=bundle)[output]

    def __repr__(self) -> str:
        return self.strip("\n")

    def _repr_html_(self) -> str:
        return f'<pre class="highlight" aria-label="Vyper source of {escape(self.name)}">{_coloured(self)}</pre>'

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def source(name: str, function: str | None = None) -> ContractSource:
    """The source of a contract of the course; of one function only, without its documentation, if it is named.

    Raises ContractError, with the names there are, where there is no such contract or function.
    """
    text = contracts.load(name).source
    if function is None:
        return ContractSource(text, name)
    parts = re.findall(r"(?:^@.+\n)+^def (\w+)\((?:.*\n)(?:(?:^[ \t].*)?\n)*", text, re.M)
    match = re.search(rf"(?:^@.+\n)+^def {re.escape(function)}\(.*\n(?:(?:^[ \t].*)?\n)*", text + "\n", re.M)
    if match is None:
        raise ContractError(f"{name} has no function {function!r}; it has {', '.join(parts)}")
    brief = re.sub(r'^[ \t]+"""[\s\S]*?"""\n', "", match[0], flags=re.M)
    return ContractSource(brief.strip("\n") + "\n", name)


def disassemble(code: bytes) -> "pandas.DataFrame":
    """Bytecode as instructions, one row each: `op`, and the `argument` of a PUSH in hex; indexed by `pc`.

    `pc` is the position in bytes. Data behind the code is read as instructions too, since nothing marks its start.
    """
    import pandas
    from vyper.evm.opcodes import get_opcodes

    names = {entry[0]: op for op, entry in get_opcodes().items() if entry[0] is not None}
    names[0x20] = "KECCAK256"  # the compiler still calls it SHA3
    rows, pc = [], 0
    while pc < len(code):
        size = max(0, code[pc] - 0x5F) if 0x5F <= code[pc] <= 0x7F else 0
        argument = "0x" + code[pc + 1 : pc + 1 + size].hex() if size else ""
        rows.append({"pc": pc, "op": names.get(code[pc], f"0x{code[pc]:02x}?"), "argument": argument})
        pc += 1 + size
    return pandas.DataFrame(rows, columns=["pc", "op", "argument"]).set_index("pc")


def _coloured(text: str) -> str:
    """HTML in the classes that JupyterLab colours in both of its themes; plain where Pygments has no Vyper."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return highlight(text.strip("\n"), get_lexer_by_name("vyper"), HtmlFormatter(nowrap=True))
    except ClassNotFound:
        return escape(text.strip("\n"))


def contract(line: str, cell: str) -> Any:
    """The magic `%%contract Name`, or `%%contract Name expression` with Python to be worked out afterwards."""
    name, _, expression = line.strip().partition(" ")
    if not name.isidentifier():
        raise ContractError(f"{USAGE}; you wrote {('%%contract ' + line).strip()!r}")
    if not cell.strip():
        raise ContractError(f"{name}: the cell is empty below its first line")
    # The cell's first line is the magic: an empty one in its place, and every error names the cell's own line.
    made = ContractSource("\n" + cell, name)
    size = len(made.bytecode)
    shell = sys.modules["IPython"].get_ipython()
    shell.user_ns[name] = made
    if expression.strip():
        return shell.ev(expression)
    print(f"{name}: {size} bytes of bytecode")
    return None


def register() -> None:
    """Make the magic known to the notebook this runs in; nothing happens outside of one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        from IPython.core.magic import no_var_expand

        shell.register_magic_function(no_var_expand(contract), "cell", "contract")
