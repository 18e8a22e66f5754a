"""The command line: `nnchain-edu progress …`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import nnchain_edu
from nnchain_edu.cli import REFUSED, UNUSABLE, main
from nnchain_edu.exercises.log import Log

ROOT = Path(nnchain_edu.__file__).parents[1]


@pytest.fixture
def handin(tmp_path, capsys):
    """A hand-in with two entries and the learner's key."""
    for number in (1, 2):
        Log().record(f"91.{number}")
    assert main(["progress", "export", str(tmp_path / "mine.json")]) == 0
    written, key = capsys.readouterr().out.splitlines()
    assert "mine.json" in written
    return tmp_path / "mine.json", key


def test_show_and_key(handin, capsys):
    assert main(["progress"]) == main(["progress", "show"]) == 0
    assert capsys.readouterr().out.count("Progress: ") == 2
    assert main(["progress", "key"]) == 0
    assert capsys.readouterr().out.strip() == handin[1]


def test_a_sound_hand_in_passes(handin, capsys):
    assert main(["progress", "verify", str(handin[0]), "--key", handin[1]]) == 0
    out = capsys.readouterr().out
    assert "Sound: 2 entries" in out and "91.2" in out and "cannot show who" in out


def test_a_changed_hand_in_is_refused_by_name(handin, capsys):
    path, key = handin
    content = json.loads(path.read_text())
    content["entries"][1]["exercise"] = "91.3"
    path.write_text(json.dumps(content))
    assert main(["progress", "verify", str(path), "--key", key]) == REFUSED
    assert capsys.readouterr().out == "Refused.\n  Entry 2 was edited.\n"


def test_files_and_keys_that_cannot_be_used(handin, tmp_path, capsys):
    path, key = handin
    for arguments, complaint in [
        (["verify", str(tmp_path / "none.json"), "--key", key], "none.json: No such file"),
        (["verify", str(path), "--key", "5"], "KEY must be"),
        (["export", str(tmp_path / "no" / "folder.json")], "No such file"),
    ]:
        assert main(["progress", *arguments]) == UNUSABLE
        said = capsys.readouterr()
        assert complaint in said.err and said.err.count("\n") == 1 and not said.out


def test_export_replaces_a_hand_in_and_nothing_else(handin, tmp_path, capsys):
    Log().record("91.3")
    assert main(["progress", "export", str(handin[0])]) == 0
    assert json.loads(handin[0].read_text())["count"] == 3
    essay = tmp_path / "essay.txt"
    essay.write_text("mine")
    assert main(["progress", "export", str(essay)]) == UNUSABLE
    assert essay.read_text() == "mine" and "left as it is" in capsys.readouterr().err


def test_help_says_what_a_hand_in_cannot_show(capsys):
    for arguments in (["progress", "--help"], ["progress", "verify", "--help"]):
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 0
        assert "the solutions are public" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(SystemExit):
        main([])


def test_it_runs_as_a_program_without_torch_or_web3():
    code = (
        "import sys\n"
        "from nnchain_edu.cli import main\n"
        "main(['progress'])\n"  # reads every unit
        "main(['progress', 'key'])\n"
        "print({'torch', 'web3', 'numpy'} & set(sys.modules))\n"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.stderr == "" and run.stdout.splitlines()[-1] == "set()"
