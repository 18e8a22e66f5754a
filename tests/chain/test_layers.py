"""Which modules know py-evm, and that each says in its first lines what of py-evm it replaces."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "nnchain_edu"
CHAIN = sorted(path.name for path in (PACKAGE / "chain").glob("*.py"))
KNOWING = {"depth.py", "evm.py", "interpreter.py", "trace.py", "transactions.py"}


def imported(path: Path) -> set[str]:
    """The packages that a module imports, also within its functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def test_py_evm_is_known_to_five_modules_only():
    knowing = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if "eth" in imported(path)}
    assert knowing == {f"chain/{name}" for name in KNOWING}
    told = ast.get_docstring(ast.parse((PACKAGE / "chain/evm.py").read_text("utf-8")))
    assert all(f"`{name}`" in told for name in KNOWING - {"evm.py"})


@pytest.mark.parametrize("name", CHAIN)
def test_first_lines_say_what_of_py_evm_is_replaced(name):
    told = ast.get_docstring(ast.parse((PACKAGE / "chain" / name).read_text("utf-8")))
    assert "py-evm" in told
    if "Replaces py-evm" in told:
        assert "Gained:" in told, "what was it good for?"
