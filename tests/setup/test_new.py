"""`make new`: a unit to start from, which builds and whose check is proven before a word of it is changed."""

import os
import shutil
import subprocess
import sys

import pytest

from sources import new
from sources.build import ROOT


def test_five_files_are_written_and_all_is_python(tmp_path):
    paths = new.write("20", "my_topic", tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in paths) == [
        "nnchain_edu/exercises/unit_20.py",
        "sources/labs/20_my_topic.py",
        "sources/lessons/20_my_topic.py",
        "tests/exercises/answers_20.py",
        "tests/units/test_20.py",
    ]
    for path in paths:
        compile(path.read_text(), path, "exec")
        assert "{number}" not in path.read_text()


@pytest.mark.parametrize(
    "name", [("2", "topic"), ("200", "topic"), ("xx", "topic"), ("20", "My Topic"), ("20", "../x")]
)
def test_strange_names_write_nothing(tmp_path, name):
    with pytest.raises(ValueError, match="must be"):
        new.write(*name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_unit_that_exists_is_left_alone(tmp_path):
    (first, *_) = new.write("20", "my_topic", tmp_path)
    first.write_text("mine")
    for slug in ("my_topic", "another"):
        with pytest.raises(ValueError, match="exists already"):
            new.write("20", slug, tmp_path)
    assert first.read_text() == "mine" and not (tmp_path / "sources/lessons/20_another.py").exists()


@pytest.mark.slow
def test_the_new_unit_builds_and_passes_its_tests(tmp_path):
    copy = tmp_path / "course"
    names = shutil.ignore_patterns(".*", "my_course", "__pycache__", "artifacts")
    shutil.copytree(ROOT, copy, ignore=names)
    environment = dict(os.environ, PYTHONPATH=str(copy), NNCHAIN_EDU_HOME=str(tmp_path / "home"), PYTHONHASHSEED="0")

    def run(*command):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=copy, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("sources.new", "20", "my_topic")
    run("sources.build", "20")
    for kind in ("lessons", "labs", "solutions"):
        assert (copy / kind / "20_my_topic.ipynb").is_file()
    run(
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/units/test_20.py",
        "tests/exercises/test_answers.py",
        "-k",
        "20",
    )
    run("tests.mutate_checks", "20")
    run("tests.notebooks.run", "20")
    run("ruff", "check", "sources", "nnchain_edu", "tests")
    run("ruff", "format", "--check", "nnchain_edu", "tests")
