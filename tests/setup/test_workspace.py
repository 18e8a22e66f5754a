"""The learner's files: copied once, updated while untouched, never overwritten once edited."""

import json
import os
import socket
from pathlib import Path

import pytest

from nnchain_edu import workspace
from nnchain_edu.workspace import MANIFEST, SETTINGS, choose_port, jupyterlab_arguments, update
from tests.ports import free_port

LESSON = "lessons/00_welcome.ipynb"


@pytest.fixture
def course(tmp_path):
    """A course of one unit in its first release."""
    for folder in workspace.FOLDERS:
        (tmp_path / "course" / folder).mkdir(parents=True)
        (tmp_path / "course" / folder / "00_welcome.ipynb").write_text(f"{folder} 1")
    return tmp_path / "course"


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def release(course, number, name=LESSON):
    (course / name).write_text(f"release {number}")


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_the_first_start_copies_everything_and_the_second_nothing(course, mine):
    assert update(course, mine) == {"added": 3}
    first = contents(mine)
    assert update(course, mine) == {} and contents(mine) == first


def test_an_untouched_file_follows_the_course(course, mine):
    update(course, mine)
    release(course, 2)
    assert update(course, mine) == {"updated": 1}
    assert (mine / LESSON).read_text() == "release 2"


def test_an_edited_file_is_never_overwritten_over_three_releases(course, mine):
    update(course, mine)
    (mine / LESSON).write_text("my work")
    for number in (2, 3):
        release(course, number)
        assert update(course, mine) == {"beside": 1}
        assert update(course, mine) == {"kept": 1}
    assert (mine / LESSON).read_text() == "my work"
    beside = sorted(p.read_text() for p in (mine / "lessons").glob("*.new-*.ipynb"))
    assert beside == ["release 2", "release 3"]


def test_a_new_version_that_the_learner_edited_is_not_overwritten_either(course, mine):
    update(course, mine)
    (mine / LESSON).write_text("my work")
    release(course, 2)
    update(course, mine)
    (beside,) = (mine / "lessons").glob("*.new-*.ipynb")
    beside.write_text("my work on release 2")
    (mine / MANIFEST).unlink()
    update(course, mine)
    assert beside.read_text() == "my work on release 2" and (mine / LESSON).read_text() == "my work"


def test_a_new_unit_is_added_and_a_deleted_file_comes_back(course, mine):
    update(course, mine)
    (mine / LESSON).unlink()
    (course / "labs" / "01_next.ipynb").write_text("new")
    assert update(course, mine) == {"added": 2}


@pytest.mark.parametrize("damage", ["", "{", "[]", "\x00"])
def test_a_damaged_manifest_costs_no_work(course, mine, damage):
    update(course, mine)
    (mine / LESSON).write_text("my work")
    (mine / MANIFEST).write_text(damage)
    release(course, 2)
    assert update(course, mine) == {"beside": 1}
    assert (mine / LESSON).read_text() == "my work"
    assert json.loads((mine / MANIFEST).read_text())[LESSON]


def test_a_disk_that_fills_up_leaves_whole_files_and_a_true_manifest(course, mine, monkeypatch):
    update(course, mine)
    for folder in workspace.FOLDERS:
        release(course, 2, f"{folder}/00_welcome.ipynb")
    written, replace = [], os.replace

    def full_disk(source, target):
        if len(written) == 1 and Path(target).name != MANIFEST:
            raise OSError(28, "No space left on device", str(target))
        written.append(target)
        replace(source, target)

    monkeypatch.setattr(workspace.os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        update(course, mine)
    monkeypatch.setattr(workspace.os, "replace", replace)
    texts = {k: v for k, v in contents(mine).items() if k.endswith(".ipynb")}
    assert sorted(texts.values()) == ["lessons 1", "release 2", "solutions 1"]
    assert update(course, mine) == {"updated": 2}


def test_the_checkout_is_not_touched(course, mine):
    before = contents(course)
    update(course, mine)
    assert contents(course) == before


def test_a_folder_without_notebooks_is_refused_and_nothing_is_written(tmp_path, mine):
    with pytest.raises(ValueError, match=r"course: .*empty holds no notebooks; a folder with lessons, labs"):
        update(tmp_path / "empty", mine)
    assert not mine.exists()


def test_the_course_is_where_the_package_stands_else_around_the_current_folder(course, tmp_path, monkeypatch):
    assert workspace.find_course(tmp_path) == workspace.ROOT
    monkeypatch.setattr(workspace, "ROOT", tmp_path / "site-packages")
    (course / "course.py").write_text("the launcher")
    assert workspace.find_course(course / "labs") == course
    monkeypatch.chdir(course / "lessons")
    assert update() == {"added": 3} and (course / "my_course" / LESSON).is_file()
    monkeypatch.chdir(tmp_path)
    for call in (update, lambda: workspace.reset("00")):
        with pytest.raises(ValueError, match=r"there is no course at .*site-packages or around .*Clone the repository"):
            call()
    with pytest.raises(SystemExit, match=r"^course: there is no course"):
        workspace.main([])


# --- the arguments of JupyterLab ----------------------------------------------------------------------


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("form", ["--port={}", "--port {}", "--ServerApp.port={}"])
def test_a_port_in_use_is_one_clear_line(taken, form):
    with pytest.raises(SystemExit, match=f"port {taken} is in use"):
        choose_port(form.format(taken).split())


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", ""])
def test_a_port_that_is_none_is_named(text):
    with pytest.raises(SystemExit, match="from 1 to 65535"):
        choose_port([f"--port={text}"])


def test_without_a_port_the_next_free_one_is_taken(taken, monkeypatch, capsys):
    monkeypatch.setattr(workspace, "DEFAULT_PORT", taken)
    assert choose_port(["--no-browser"]) > taken
    assert "in use" in capsys.readouterr().out


def test_arguments_are_passed_on_and_the_token_stays(mine):
    given = ["--no-browser", f"--port={free_port()}"]
    arguments = jupyterlab_arguments(mine, given)
    assert arguments[-2:] == given
    assert not any("token" in a or "password" in a or "ip=" in a for a in arguments)


def test_jupyterlab_finds_the_courses_settings(monkeypatch):
    from jupyterlab_server.settings_utils import _get_overrides

    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(SETTINGS))
    overrides, error = _get_overrides("")
    assert not error
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
