"""What a check imports is loaded before its limits start, even where the import stands deep in a test."""

import subprocess
import sys
from pathlib import Path

import pytest

import nnchain_edu
from nnchain_edu.exercises.loading import imports_of

ROOT = Path(nnchain_edu.__file__).parents[1]


def test_imports_deep_in_a_module_and_in_those_it_imports_are_found(sample, tmp_path, monkeypatch):
    import nnchain_edu.exercises as exercises

    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(tmp_path)])
    (tmp_path / "unit_92.py").write_text(
        "from nnchain_edu.exercises import unit_92_more\n"
        "from nnchain_edu.exercises.unit_92_more import helper\n"
        "def outer():\n    def test(answer):\n        import decimal\n        from json import decoder\n"
    )
    (tmp_path / "unit_92_more.py").write_text(
        "import nnchain_edu.exercises.unit_92\ndef helper():\n    from fractions import Fraction\n"
    )
    found = imports_of("nnchain_edu.exercises.unit_92")
    assert {("decimal", ""), ("json", "decoder"), ("fractions", "Fraction")} <= found


@pytest.mark.parametrize(
    ("imports", "loaded"),
    [("import colorsys", "colorsys"), ("from nnchain_edu import Chain", "nnchain_edu.chain"), ("", None)],
)
def test_a_check_loads_in_the_kernel_and_not_in_the_child(imports, loaded, tmp_path):
    sample = (ROOT / "tests" / "exercises" / "sample_units" / "unit_91.py").read_text()
    sample = sample.replace("lambda n: n != 12", "not_twelve")
    test = f"\n\ndef not_twelve(n):\n    {imports or 'pass'}\n    return n != 12\n\n\nUNIT ="
    (tmp_path / "unit_91.py").write_text(sample.replace("\n\nUNIT =", test))
    code = (
        "import sys, nnchain_edu.exercises as exercises\n"
        f"exercises.__path__.append({str(tmp_path)!r})\n"
        "exercises.unit('91')\n"
        "before = set(sys.modules)\n"
        "print(exercises.check('91.2', 16).verdict)\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    verdict, new = run.stdout.splitlines()
    assert verdict == "right"
    assert loaded is None or loaded in new.split()
    assert loaded is not None or not {"torch", "web3", "numpy"} & set(new.split())
