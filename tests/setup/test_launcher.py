"""The launcher: what it refuses at the door, and that its commands are the Makefile's."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections import namedtuple
from pathlib import Path

import pytest

import course

ROOT = Path(course.__file__).parent


def launcher(*arguments):
    return subprocess.run([sys.executable, "course.py", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_the_makefile_has_the_launchers_commands():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^([a-z -]+):\n\t@\$\(PYTHON\) course.py \$@", makefile, re.M)[1].split()
    assert "\nnew:\n\t@$(PYTHON) course.py new $(UNIT) $(SLUG)\n" in makefile
    assert sorted([*targets, "new"]) == sorted(course.COMMANDS)


def test_without_a_command_it_lists_them():
    answer = launcher()
    assert answer.returncode == 0 and all(name in answer.stdout for name in course.COMMANDS)


def test_an_unknown_command_is_named():
    answer = launcher("lap")
    assert answer.returncode == 2 and "'lap'" in answer.stdout


def test_too_old_a_python_is_one_line(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        course.check_machine()


@pytest.mark.parametrize("name", ["python3.8", "python3.9", "python3.10"])
def test_a_real_old_python_gets_that_line_too(name):
    if not shutil.which(name) or subprocess.run([name, "--version"], capture_output=True).returncode:
        pytest.skip(f"{name} is not on this machine")
    answer = subprocess.run([name, "course.py", "lab"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 1 and answer.stderr.count("\n") == 1 and "3.11 or newer" in answer.stderr


def test_a_python_without_venv_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="no venv module"):
        course.check_machine()


def test_a_full_disk_is_one_line(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(course.shutil, "disk_usage", lambda path: usage(10**12, 10**12 - 10**8, 10**8))
    monkeypatch.setattr(course, "is_set_up", lambda group: False)
    with pytest.raises(SystemExit, match=r"0\.1 GB are free"):
        course.check_machine()


def test_a_failing_install_says_pips_reason(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "venv_python", lambda: sys.executable)
    monkeypatch.setattr(course, "SET_UP", str(tmp_path))
    with pytest.raises(SystemExit, match=r"failed: ERROR: .*nnchain-no-such-package"):
        course.pip("a test package", "--no-index", "--find-links", "no-such-index", "nnchain-no-such-package")


def test_an_environment_is_made_anew_when_its_recipe_changes(monkeypatch):
    before = course.recipe("lab")
    assert before == course.recipe("lab") != course.recipe("test")
    monkeypatch.setenv("COURSE_CUDA", "1")
    assert course.recipe("lab") != before


def test_every_dependency_is_pinned_in_the_constraints():
    pins = {re.split("[=<>]", line)[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = project["dependencies"] + [
        r for group in ("test", "book") for r in project["optional-dependencies"][group]
    ]
    wanted = {re.match("[A-Za-z0-9_.-]+", requirement)[0].lower() for requirement in listed} - {project["name"]}
    assert len(wanted) > 10 and not wanted - pins


def test_no_constraint_names_a_place():
    lines = (ROOT / "constraints.txt").read_text().splitlines()[1:]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+!-]+", line) for line in lines)
