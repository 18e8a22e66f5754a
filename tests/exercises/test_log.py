"""The log of passed checks: once an exercise, chained, never torn, never losing what was written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import nnchain_edu
from nnchain_edu import check
from nnchain_edu.exercises.log import START, Log, canonical, hash_of, home, parse
from nnchain_edu.exercises.progress import progress, record
from tests.exercises.sample_units.answers_91 import neuron, no_bias

ROOT = Path(nnchain_edu.__file__).parents[1]


@pytest.fixture
def log(learners_home):
    log = Log()
    assert log.path.parent == learners_home
    for number in range(1, 6):
        assert log.record(f"91.{number}") == ""
    return log


def test_only_right_verdicts_are_noted_and_once(sample):
    for answer in (no_bias, ..., neuron, neuron):
        check("91.1", answer)
    check("91.2", 16)
    entries = Log().read().entries
    assert [(entry["number"], entry["exercise"]) for entry in entries] == [(1, "91.1"), (2, "91.2")]
    assert entries[0]["previous"] == START and entries[1]["previous"] == entries[0]["hash"]
    assert all(entry["hash"] == hash_of(entry) for entry in entries)


def test_progress_is_a_table_without_times(sample):
    check("91.2", 16)
    table = progress()
    assert table.caption.startswith("Progress: 1 of ")
    ours = [row for row in table.rows if row[0].startswith("91")]
    assert [(row[0], row[3]) for row in ours] == [("91.1", "open"), ("91.2", "passed")]
    assert Log().read().entries[0]["time"] not in repr(table) + table._repr_html_()
    assert "&lt;checks&gt;" in table._repr_html_() and not table.notes


def test_the_folder_is_the_users_unless_named(monkeypatch, tmp_path):
    assert home() == tmp_path / "home"
    monkeypatch.delenv("NNCHAIN_EDU_HOME")
    assert home().name == "nnchain-edu" and home().is_absolute()


def damage_torn(content):
    return content[:-7], 4


def damage_no_newline(content):
    return content[:-1], 4


def damage_text(content):
    return content + b"\xff\xfe not json\n", 5


def damage_edited(content):
    return content.replace(b'"exercise":"91.3"', b'"exercise":"91.9"'), 2


def damage_removed(content):
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:1] + lines[2:]), 1


def damage_swapped(content):
    lines = content.splitlines(keepends=True)
    return b"".join([lines[1], lines[0], *lines[2:]]), 0


def damage_zeros(content):
    return b"\0" * len(content), 0


def damage_deep(content):
    return content + b"[" * 100_000 + b"\n", 5


def damage_number(content):
    entry = json.loads(content.splitlines()[0]) | {"number": True}
    return canonical(entry | {"hash": hash_of(entry)}) + b"\n", 0


@pytest.mark.parametrize("damage", [value for name, value in sorted(globals().items()) if name[:7] == "damage_"])
def test_damage_is_set_aside_and_said(log, damage, sample):
    content, good = damage(log.path.read_bytes())
    log.path.write_bytes(content)
    assert len(log.read().entries) == good
    assert f"damaged after entry {good}" in progress().notes[0]
    remark = record("91.6")
    assert f"damaged after entry {good}" in remark and "progress.damaged-1.jsonl" in remark
    assert (log.folder / "progress.damaged-1.jsonl").read_bytes() == content
    after = log.read()
    assert len(after.entries) == good + 1 and after.rest == b"" and after.entries[-1]["exercise"] == "91.6"
    assert record("91.7") == "" and not progress().notes


def test_a_second_damage_does_not_replace_the_first(log):
    for number in (1, 2):
        log.path.write_bytes(log.path.read_bytes() + b"x")
        log.record(f"92.{number}")
    assert len(list(log.folder.glob("progress.damaged-*.jsonl"))) == 2
    assert len(log.read().entries) == 7


def test_damage_is_said_to_a_learner_who_passes(log, sample):
    log.path.write_bytes(log.path.read_bytes() + b"x")
    said = check("91.1", neuron)
    assert said.verdict == "right" and "damaged after entry 5" in said.notes[0]


@pytest.mark.parametrize("obstacle", ["a file for a folder", "a folder for a file"])
def test_a_place_that_cannot_be_used_is_a_note(obstacle, learners_home, sample):
    if obstacle == "a file for a folder":
        learners_home.write_text("in the way")
    else:
        (learners_home / "progress.jsonl").mkdir(parents=True)
    said = check("91.1", neuron)
    assert said.verdict == "right" and said.notes[0].startswith("Your progress could not be saved")
    assert "could not be read" in progress().notes[0] or obstacle == "a file for a folder"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size")
def test_a_full_disk_leaves_the_log_as_it_was(log):
    before = log.path.read_bytes()
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 20}, resource.RLIM_INFINITY))\n"
        "from nnchain_edu.exercises.progress import record\n"
        "print(record('92.1'))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.startswith("Your progress could not be saved: ")
    assert log.path.read_bytes() == before
    assert record("92.1") == "" and len(log.read().entries) == 6


def test_two_kernels_take_turns(learners_home):
    code = (
        "import sys\n"
        "from nnchain_edu.exercises import log\n"
        "from nnchain_edu.exercises.progress import record\n"
        "log.PATIENCE = 600\n"  # the disk may be slow, and who waits is not served in turn
        "for number in range(10):\n"
        "    for unit in (int(sys.argv[1]), 50):\n"
        "        assert record(f'{unit}.{number}') == ''\n"
    )
    kernels = [
        subprocess.Popen([sys.executable, "-c", code, unit], cwd=ROOT, stderr=subprocess.PIPE)
        for unit in ("51", "52", "53")
    ]
    assert [kernel.communicate()[1] for kernel in kernels] == [b""] * 3
    reading = Log().read()
    names = [entry["exercise"] for entry in reading.entries]
    assert len(names) == len(set(names)) == 40 and reading.rest == b""
    assert not list(learners_home.glob("*damaged*"))


def test_a_log_cut_anywhere_keeps_its_whole_entries(log):
    content = log.path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(content) if byte == ord("\n")]
    for cut in range(len(content)):
        assert len(parse(content[:cut]).entries) == sum(end <= cut for end in ends)


@pytest.mark.skipif(os.name == "nt", reason="no such rights there")
def test_the_log_is_the_learners_own(log):
    assert log.path.stat().st_mode & 0o777 == 0o600
