"""The runner of all notebooks: which kernel took what, that kernels note it at all, and that too much fails."""

import json
import subprocess
import sys

import nbformat
import pytest

from nnchain_edu.workspace import FOLDERS
from tests.notebooks.run import MOST_SECONDS, ROOT, above, notes_of, prepare, taken


def write(path, *code):
    cells = [nbformat.v4.new_markdown_cell("# Title"), *map(nbformat.v4.new_code_cell, code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def test_what_was_taken_goes_to_their_notebooks(tmp_path):
    notes_of(tmp_path).mkdir(parents=True)
    for kind in FOLDERS:
        (tmp_path / kind).mkdir()
    write(tmp_path / "lessons/a.ipynb", "x = 1", "y = 2")
    write(tmp_path / "labs/a.ipynb", "z = 3")
    write(tmp_path / "lessons/glossary.ipynb")
    for number, (first, peak) in enumerate([("x = 1", 5), ("x = 1", 7), ("other", 9)]):
        (notes_of(tmp_path) / f"{number}.json").write_text(json.dumps({"first": first, "peak": peak, "seconds": 1}))
    assert taken(tmp_path, FOLDERS, "peak") == {"lessons/a.ipynb": 7}
    assert taken(tmp_path, ("lessons",), "seconds") == {"lessons/a.ipynb": 1}


def test_the_longest_are_named_and_what_is_above_the_limit(capsys):
    seconds = {"a": 1.0, "b": MOST_SECONDS + 1.0, "c": 3.0, "d": MOST_SECONDS - 1.0}
    assert above(seconds, MOST_SECONDS, "s of processor time") == ["b"]
    assert capsys.readouterr().out.splitlines() == [
        f"notebooks: b takes up to {MOST_SECONDS + 1} s of processor time",
        f"notebooks: d takes up to {MOST_SECONDS - 1} s of processor time",
        "notebooks: c takes up to 3 s of processor time",
        f"notebooks: more than {MOST_SECONDS} s of processor time: b",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux' /proc")
def test_a_kernel_notes_what_it_takes_with_its_children_under_its_first_cell(tmp_path):
    prepare(tmp_path)
    code = "from IPython.testing.globalipapp import start_ipython\nshell = start_ipython()\n"
    code += f"exec(open({str(ROOT / 'tests/notebooks/taken.py')!r}).read())\n"
    code += "shell.run_cell('a = 1')\nshell.run_cell('b = b\"x\" * 300_000_000')\n"
    busy = "import time\nwhile time.process_time() < 2: pass"
    cell = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    code += f"shell.run_cell({cell!r})\n"
    environment = {"NNCHAIN_TAKEN": str(notes_of(tmp_path)), "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (note,) = notes_of(tmp_path).glob("*.json")
    said = json.loads(note.read_text())
    assert said["first"] == "a = 1" and 3e8 < said["peak"] < 6e8
    assert 2 < said["seconds"] < 12
