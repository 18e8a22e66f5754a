"""`nnchain-edu reset UNIT`: a fresh lab, and the learner's own kept."""

import json

import pytest

from nnchain_edu import workspace
from nnchain_edu.cli import UNUSABLE, main


@pytest.fixture
def course(tmp_path):
    """A made course with one lab, and a workspace brought up to date from it."""
    lab = tmp_path / "course" / "labs" / "01_architectures.ipynb"
    lab.parent.mkdir(parents=True)
    lab.write_bytes(b"fresh")
    workspace.update(tmp_path / "course", tmp_path / "mine")
    return tmp_path / "course", tmp_path / "mine"


def test_an_edited_lab_is_kept_beside_with_its_date(course):
    (course[1] / "labs/01_architectures.ipynb").write_bytes(b"my work")
    fresh, kept = workspace.reset("01", *course)
    assert fresh.read_bytes() == b"fresh" and kept.read_bytes() == b"my work"
    assert kept.name.startswith("01_architectures.mine-20") and kept.suffix == ".ipynb"


def test_twice_within_a_second_loses_nothing(course):
    lab, kept = course[1] / "labs/01_architectures.ipynb", []
    for work in (b"one", b"two", b"three"):
        lab.write_bytes(work)
        kept.append(workspace.reset("1", *course)[1])
    assert [path.read_bytes() for path in kept] == [b"one", b"two", b"three"]


def test_an_untouched_or_a_missing_lab(course):
    assert workspace.reset("01", *course)[1] is None
    (course[1] / "labs/01_architectures.ipynb").unlink()
    fresh, kept = workspace.reset("01", *course)
    assert fresh.read_bytes() == b"fresh" and kept is None


def test_a_later_update_takes_the_fresh_copy_for_its_own(course):
    (course[1] / "labs/01_architectures.ipynb").write_bytes(b"my work")
    workspace.reset("01", *course)
    (course[0] / "labs/01_architectures.ipynb").write_bytes(b"newer")
    assert workspace.update(*course) == {"updated": 1}
    assert json.loads((course[1] / workspace.MANIFEST).read_text())


@pytest.mark.parametrize("unit", ["77", "", "one", "../01", "001"])
def test_no_such_unit(course, unit):
    with pytest.raises(ValueError, match="there are 01"):
        workspace.reset(unit, *course)


def test_the_command(tmp_path, capsys):
    assert main(["reset", "01", "--workspace", str(tmp_path)]) == 0
    assert "A fresh copy is in" in capsys.readouterr().out
    assert main(["reset", "77", "--workspace", str(tmp_path)]) == UNUSABLE
    assert "there is no lab of unit '77'" in capsys.readouterr().err
