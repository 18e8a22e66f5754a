"""`make test-all`: which Pythons it finds, which versions it takes, and that a missing one is said."""

import subprocess
import sys
import tomllib

import pytest

from tests import every_python
from tests.every_python import ROOT, constraints, find_python, lowest, main


def test_the_python_that_runs_this_is_found_and_starts():
    version = ".".join(map(str, sys.version_info[:2]))
    found = find_python(version)
    assert found, "this very Python is neither on the path nor among pyenv's"
    said = subprocess.run([found, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True)
    assert said.stdout.split() == version.split(".")


def test_a_python_that_is_not_there_or_does_not_start_is_none(tmp_path, monkeypatch):
    assert find_python("3.99") is None
    broken = tmp_path / "python3.98"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert find_python("3.98") is None


def test_the_oldest_versions_are_the_lower_bounds():
    given = ["torch>=2.13", "jupyterlab>=4.6.6,<5", "vyper==0.4.3", "x[y]>=3; python_version > '3'"]
    assert lowest(given) == ["torch<=2.13", "jupyterlab<=4.6.6", "vyper==0.4.3", "x<=3"]
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert len(constraints("oldest").splitlines()) == len(needed), "a dependency without a lower bound"
    assert constraints("newest") == "" and "torch==" in constraints("3.12")


def test_a_missing_python_is_said_and_is_no_success(monkeypatch, capsys):
    monkeypatch.setattr(every_python, "find_python", lambda version: None)
    assert main(["3.13"]) == 1
    assert "3.13     missing: no such Python" in capsys.readouterr().out


def test_one_failure_is_the_whole_answer(monkeypatch):
    said = {"3.11": "green in 1.0 min", "3.12": "missing: no", "3.13": "FAILED in 1.0 min"}
    monkeypatch.setattr(every_python, "check", lambda name, arguments: said[name])
    assert main([]) == 1 and main(["3.11", "3.12"]) == 0 and main(["3.12"]) == 1


def test_what_stands_after_the_dashes_goes_to_pytest(monkeypatch):
    asked = []
    monkeypatch.setattr(every_python, "check", lambda *given: asked.append(given) or "green in 0.1 min")
    assert main(["3.12", "--", "tests/chain", "-x"]) == 0 and asked == [("3.12", ["tests/chain", "-x"])]


def test_an_unknown_name_is_refused():
    with pytest.raises(SystemExit, match=r"no '2\.7'; there are 3\.11"):
        main(["2.7"])
