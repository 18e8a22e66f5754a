"""The runner of all notebooks: whose peak memory is whose, and that a kernel notes it at all."""

import json
import subprocess
import sys

import nbformat
import pytest

from nnchain_edu.workspace import FOLDERS
from tests.notebooks.run import ROOT, peaks, peaks_of, prepare


def write(path, *code):
    cells = [nbformat.v4.new_markdown_cell("# Title"), *map(nbformat.v4.new_code_cell, code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def test_peaks_go_to_their_notebooks(tmp_path):
    peaks_of(tmp_path).mkdir(parents=True)
    for kind in FOLDERS:
        (tmp_path / kind).mkdir()
    write(tmp_path / "lessons/a.ipynb", "x = 1", "y = 2")
    write(tmp_path / "labs/a.ipynb", "z = 3")
    write(tmp_path / "lessons/glossary.ipynb")
    for number, (first, peak) in enumerate([("x = 1", 5), ("x = 1", 7), ("other", 9)]):
        (peaks_of(tmp_path) / f"{number}.json").write_text(json.dumps({"first": first, "peak": peak}))
    assert peaks(tmp_path, FOLDERS) == {"lessons/a.ipynb": 7}


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux' /proc")
def test_a_kernel_notes_its_peak_under_its_first_cell(tmp_path):
    prepare(tmp_path)
    code = "from IPython.testing.globalipapp import start_ipython\nshell = start_ipython()\n"
    code += f"exec(open({str(ROOT / 'tests/notebooks/peak_memory.py')!r}).read())\n"
    code += "shell.run_cell('a = 1')\nshell.run_cell('b = b\"x\" * 300_000_000')\n"
    environment = {"NNCHAIN_PEAKS": str(peaks_of(tmp_path)), "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (note,) = peaks_of(tmp_path).glob("*.json")
    said = json.loads(note.read_text())
    assert said["first"] == "a = 1" and 3e8 < said["peak"] < 6e8
