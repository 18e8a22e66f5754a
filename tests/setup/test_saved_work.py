"""Work packed before a session ends and brought back in the next: all of it, into its place, and nothing else."""

import io
import os
import stat
import subprocess
import sys
import zipfile

import pytest

from nnchain_edu import saved_work
from nnchain_edu.exercises import handin
from nnchain_edu.exercises.log import Log
from nnchain_edu.saved_work import WorkError, bring_back, find_workspace, pack, unpack
from nnchain_edu.workspace import FOLDERS, MANIFEST, update

LAB, LESSON = "labs/00_welcome.ipynb", "lessons/00_welcome.ipynb"


@pytest.fixture
def session(tmp_path):
    """Make a fresh session of one course, as a new Binder would: its workspace and its folder of progress."""
    course = tmp_path / "course"
    for folder in FOLDERS:
        (course / folder).mkdir(parents=True)
        (course / folder / "00_welcome.ipynb").write_text(f"{folder} as given")

    def begin(name):
        mine, progress = tmp_path / name / "my_course", tmp_path / name / "progress"
        update(course, mine)
        progress.mkdir()
        return mine, progress

    return begin


def record(progress, *exercises):
    for exercise in exercises:
        Log(progress).record(exercise)


def passed(progress):
    return {entry["exercise"] for entry in Log(progress).read().entries}


def zipped(entries, **how):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data, **how)
    return made.getvalue()


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_work_comes_back_in_a_fresh_session(session):
    mine, progress = session("first")
    (mine / LAB).write_bytes(b"my answers \xff")
    (mine / "labs/deep").mkdir()
    (mine / "labs/deep/my notes ü.txt").write_text("notes")
    record(progress, "00.1", "00.2")
    key = handin.public_key(progress)
    content = pack(mine, progress)
    wanted, log = tree(mine), Log(progress).path.read_bytes()

    fresh, theirs = session("second")
    brought = bring_back(content, fresh, theirs)
    assert tree(fresh) == wanted
    assert Log(theirs).path.read_bytes() == log and handin.public_key(theirs) == key
    assert handin.verify(handin.export(Log(theirs)), key).sound
    assert str(brought) == "2 files brought back. Your progress is back: 2 exercises passed."
    assert str(bring_back(content, fresh, theirs)).startswith("0 files brought back, 2 were here already.")
    if os.name == "posix":
        assert stat.S_IMODE((theirs / "learner.key").stat().st_mode) == 0o600


def test_what_was_edited_here_stays_and_the_other_lies_beside(session):
    mine, progress = session("first")
    (mine / LAB).write_text("before")
    content = pack(mine, progress)
    fresh, theirs = session("second")
    (fresh / LAB).write_text("already begun again")
    for _ in range(2):
        brought = bring_back(content, fresh, theirs)
        assert (fresh / LAB).read_text() == "already begun again"
        (beside,) = (fresh / "labs").glob("00_welcome.back-*.ipynb")
        assert beside.read_text() == "before" and f"labs/{beside.name}" in str(brought)


def test_work_of_an_older_release_comes_back_over_an_untouched_newer_file(session, tmp_path):
    mine, progress = session("first")
    (mine / LAB).write_text("my answers")
    content = pack(mine, progress)
    (tmp_path / "course" / LAB).write_text("labs, better said")
    fresh, theirs = session("second")
    assert bring_back(content, fresh, theirs).placed == [LAB]
    assert update(tmp_path / "course", fresh) == {"kept": 1}
    assert (fresh / LAB).read_text() == "my answers"


def test_two_logs_and_two_keys_lose_nothing(session):
    mine, progress = session("first")
    record(progress, "00.1", "00.2")
    first_key, first_log = handin.public_key(progress), Log(progress).path.read_bytes()
    content = pack(mine, progress)
    fresh, theirs = session("second")
    record(theirs, "01.1", "00.2")
    handin.public_key(theirs)  # makes a key
    second_log = Log(theirs).path.read_bytes()
    second_key = (theirs / "learner.key").read_bytes()
    assert "3 exercises passed" in str(bring_back(content, fresh, theirs))
    assert passed(theirs) == {"00.1", "00.2", "01.1"} and not Log(theirs).read().rest
    assert Log(theirs).path.read_bytes().startswith(first_log)
    assert (theirs / "progress.mine-1.jsonl").read_bytes() == second_log
    assert handin.public_key(theirs) == first_key
    assert (theirs / "learner.mine-1.key").read_bytes() == second_key


def test_an_older_log_does_not_shorten_a_longer_one(session):
    mine, progress = session("first")
    record(progress, "00.1")
    content = pack(mine, progress)
    record(progress, "00.2")
    before = Log(progress).path.read_bytes()
    bring_back(content, mine, progress)
    assert Log(progress).path.read_bytes() == before and not list(progress.glob("progress.mine*"))


@pytest.mark.parametrize(
    "name",
    [
        "../evil.ipynb", "my_course/../../evil.ipynb", "/etc/evil", "C:/evil", "my_course\\..\\evil", "evil.ipynb",
        "my_course", "my_course/.course.json", "my_course/.ipython/x.py", "my_course//evil", "my_course/a\x01b",
        "progress/../evil", "progress/other.key", "my_course/labs/..", "my_course/con.", "my_course/a:b",
        "my_course/" + "a/" * 300,
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused_whole(session, tmp_path, name):
    fresh, theirs = session("second")
    before = tree(tmp_path)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("my_course/labs/good.ipynb", "good")
        entry = zipfile.ZipInfo("x")
        entry.filename = name if not name.endswith("a/") else name + "x"  # as a writer without scruples would
        archive.writestr(entry, "evil")
    with pytest.raises(WorkError, match="has no place"):
        bring_back(made.getvalue(), fresh, theirs)
    assert tree(tmp_path) == before


def test_a_link_in_the_file_is_refused():
    entry = zipfile.ZipInfo("my_course/labs/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(WorkError, match="has no place"):
        unpack(zipped([(entry, "/etc/passwd")]))


@pytest.mark.skipif(not hasattr(os, "symlink") or sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_on_this_machine_is_not_followed(session, tmp_path):
    fresh, theirs = session("second")
    (tmp_path / "outside").mkdir()
    (fresh / "linked").symlink_to(tmp_path / "outside")
    content = zipped([("my_course/a.ipynb", "a"), ("my_course/linked/evil", "evil")])
    with pytest.raises(WorkError, match=r"move .* away"):
        bring_back(content, fresh, theirs)
    assert not list((tmp_path / "outside").iterdir()) and not (fresh / "a.ipynb").exists()


def test_bombs_are_refused_before_they_unpack(monkeypatch):
    many = zipped([(f"my_course/{n}", "") for n in range(saved_work.MOST_FILES + 1)])
    with pytest.raises(WorkError, match="more than 2000 files"):
        unpack(many)
    monkeypatch.setattr(saved_work, "LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(WorkError, match="more than 2000 files or 1,000,000 bytes"):
        unpack(zipped([("my_course/zeros", bytes(1_000_001))]))
    lying = bytearray(zipped([("my_course/zeros", bytes(2_000_000))]))
    central = lying.rindex(b"PK\x01\x02")
    lying[central + 24 : central + 28] = (1000).to_bytes(4, "little")  # says that it holds 1000 bytes
    with pytest.raises(WorkError):
        unpack(bytes(lying))
    monkeypatch.setattr(saved_work, "LARGEST", 100)
    with pytest.raises(WorkError, match="at most 100 are accepted"):
        unpack(bytes(101))


def test_damage_anywhere_is_one_line_and_changes_nothing(session, tmp_path):
    mine, progress = session("first")
    (mine / LAB).write_text("my answers")
    record(progress, "00.1")
    handin.public_key(progress)
    content = pack(mine, progress)
    fresh, theirs = session("second")
    before, refused = tree(tmp_path), 0
    for place in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        try:
            unpack(bytes(damaged))
        except WorkError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > len(content) / 7 / 2
    wrong = [b"", b"PK", content[: len(content) // 2], zipped([]), b"{}"]
    wrong += [zipped([("progress/progress.jsonl", '{"number": 1}\n')]), zipped([("progress/learner.key", "0x1")])]
    for each in wrong:
        with pytest.raises(WorkError):
            bring_back(each, fresh, theirs)
    assert tree(tmp_path) == before


def test_too_much_work_names_the_largest_file(session, monkeypatch):
    mine, progress = session("first")
    (mine / LAB).write_bytes(os.urandom(2000))
    monkeypatch.setattr(saved_work, "LARGEST", 1000)
    with pytest.raises(WorkError, match=r"The largest is my_course/labs/00_welcome.ipynb with 2,000 bytes"):
        pack(mine, progress)


def test_untouched_hidden_and_linked_files_are_not_packed(session):
    mine, progress = session("first")
    (mine / ".ipynb_checkpoints").mkdir()
    (mine / ".ipynb_checkpoints" / "x.ipynb").write_text("x")
    (mine / LESSON).write_text("edited")
    assert set(unpack(pack(mine, progress))) == {f"my_course/{LESSON}"}


def test_a_checkout_without_a_manifest_gives_its_notebooks(tmp_path):
    for folder in (*FOLDERS, "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.ipynb").write_text("a")
    assert find_workspace(tmp_path / "lessons") == tmp_path
    assert set(unpack(pack(tmp_path, tmp_path / "none"))) == {f"my_course/{folder}/a.ipynb" for folder in FOLDERS}


def test_the_workspace_is_the_folder_around_the_notebook(session, tmp_path, monkeypatch):
    mine, _ = session("first")
    assert (mine / MANIFEST).exists() and find_workspace(mine / "labs") == mine
    monkeypatch.setattr(saved_work, "ROOT", tmp_path)
    with pytest.raises(WorkError, match="there is no my_course around"):
        find_workspace(tmp_path)


def test_the_buttons_load_neither_torch_nor_web3():
    code = "from nnchain_edu.saved_work import save_work; save_work()\nimport sys\n"
    code += "assert not {'torch', 'web3', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
