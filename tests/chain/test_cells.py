"""The cell magic: it compiles, binds, and names the line of the cell; and how a source shows and takes itself apart."""

import subprocess
import sys

import pytest

from nnchain_edu.chain import Chain, ContractError, ContractSource, disassemble, source

BOX = "x: public(uint256)\n@external\ndef put(v: uint256):\n    self.x = v\n"
SCRIPT = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
import sys
shell.run_cell("from nnchain_edu import Chain; Chain")
for cell in sys.stdin.read().split("=====\\n"):
    print("<<<")
    shell.run_cell(cell)
"""


def run_cells(*cells):
    """What each cell prints in a fresh IPython."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], input="=====\n".join(cells), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("<<<\n")[1:]


def test_the_magic_compiles_binds_and_points_at_lines_of_the_cell():
    outputs = run_cells(
        f"%%contract Box\n{BOX}",
        "chain = Chain()\nbox = chain.deploy(Box)\nchain.send(box.functions.put, 5)\nprint(box.functions.x().call())",
        f"%%contract Box print('after', len(Box) > 0)\n{BOX}",
        f"%%contract Box\n{BOX.replace('self.x', 'self.y')}",
        "%%contract 5\nx: uint256\n",
        "%%contract\nx: uint256\n",
        "%%contract Box\n\n",
        "print(box.name, Box.name)",
    )
    assert outputs[0].startswith("Box: 161 bytes of bytecode")
    assert outputs[1] == "5\n" and outputs[2] == "after True\n"
    # the magic is line 1 of the cell, and so the faulty assignment is line 5
    assert "ContractError: Box, line 5:" in outputs[3] and "   5 |     self.y = v" in outputs[3]
    assert "Name is how Python will call the contract" in outputs[4] and "%%contract 5" in outputs[4]
    assert "Name is how Python will call the contract" in outputs[5]
    assert "the cell is empty" in outputs[6]
    assert not any("Traceback" in text for text in outputs)
    assert outputs[7] == "Box Box\n"


def test_outside_a_notebook_nothing_is_registered_and_ipython_is_not_loaded():
    code = "import nnchain_edu.chain, sys; assert 'IPython' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_source_knows_its_code_interface_and_slots():
    box = ContractSource("a: uint256\n" + BOX + "m: HashMap[address, uint256]\n", "Box")
    assert box.layout == {"a": 0, "x": 1, "m": 2}
    assert {e["name"] for e in box.abi} == {"put", "x"}
    assert box.runtime in box.bytecode and len(box.runtime) < len(box.bytecode)
    chain = Chain()
    assert bytes(chain.w3.eth.get_code(chain.deploy(box).address)) == box.runtime


def test_a_source_shows_itself_as_code_and_stays_harmless():
    evil = ContractSource("# <script>alert(1)</script>\n" + BOX, 'B"x')
    page = evil._repr_html_()
    assert "<script>" not in page and 'class="highlight"' in page and 'B"x' not in page
    assert repr(evil).startswith("# <script>")


def test_one_function_of_a_contract_of_the_course_without_its_documentation():
    text = source("bank_reentrant", "withdraw")
    assert text.startswith("@external\ndef withdraw():\n    amount") and '"""' not in text and "deposit" not in text
    assert source("bank_reentrant") == source("bank_reentrant", None) and "@notice" in source("bank_reentrant")
    assert source("lender", "update").rstrip().endswith("self.updated = block.timestamp")
    assert "log IERC20.Transfer" in source("token", "_move")


def test_an_unknown_function_or_contract_is_refused_with_what_there_is():
    with pytest.raises(ContractError, match=r"'withdrw'; it has deposit, withdraw"):
        source("bank", "withdrw")
    with pytest.raises(ContractError, match="Did you mean 'bank'"):
        source("bonk")


def test_a_disassembly_names_opcodes_and_keeps_the_arguments_of_pushes():
    code = disassemble(bytes.fromhex("5f602a60015461012356fe61"))
    assert code.op.tolist() == ["PUSH0", "PUSH1", "PUSH1", "SLOAD", "PUSH2", "JUMP", "INVALID", "PUSH2"]
    assert code.argument.tolist() == ["", "0x2a", "0x01", "", "0x0123", "", "", "0x"]
    assert code.index.tolist() == [0, 1, 3, 5, 6, 9, 10, 11]
    assert disassemble(bytes.fromhex("20ff")).op.tolist() == ["KECCAK256", "SELFDESTRUCT"]
    assert disassemble(b"\xef").op[0] == "0xef?" and disassemble(b"").empty
