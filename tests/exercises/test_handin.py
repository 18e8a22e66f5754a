"""A hand-in is signed, and a teacher who knows the learner's key is told which entry was touched."""

import copy
import json
import os
import random

import pytest
from coincurve import PrivateKey

from nnchain_edu.exercises.handin import LIMITS, HandInError, export, learners_key, public_key, verify
from nnchain_edu.exercises.log import Log, hash_of


@pytest.fixture
def log():
    log = Log()
    for number in range(1, 7):
        log.record(f"91.{number}")
    return log


@pytest.fixture
def handin(log):
    return json.loads(export(log))


def faults(handin, key):
    return list(verify(json.dumps(handin).encode(), key).faults)


def rebuild(handin):
    """What somebody does who edits a hand-in and makes all hashes fit again, but has no key."""
    before = "0" * 64
    for number, entry in enumerate(handin["entries"], 1):
        entry.update(number=number, previous=before)
        bare = {name: value for name, value in entry.items() if name != "signature"}
        entry["hash"] = before = hash_of(bare)
    handin.update(head=before, count=len(handin["entries"]))


def test_an_untouched_hand_in_is_sound(log, handin):
    found = verify(json.dumps(handin).encode(), public_key(log.folder))
    assert found.sound and [entry["exercise"] for entry in found.entries] == [f"91.{n}" for n in range(1, 7)]
    assert LIMITS in str(found) and "cannot show who" in LIMITS
    assert verify(export(log), "0x" + public_key(log.folder).upper()).sound


def test_an_empty_log_can_be_handed_in(tmp_path):
    log = Log(tmp_path / "new")
    assert verify(export(log), public_key(log.folder)).sound


@pytest.mark.parametrize("place", [0, 2, 5])
def test_an_edited_entry_is_named(log, handin, place):
    key = public_key(log.folder)
    for change in ({"exercise": "92.1"}, {"time": "2020-01-01T00:00:00Z"}, {"hash": "0" * 64}, {"more": 1}):
        edited = copy.deepcopy(handin)
        edited["entries"][place].update(change)
        assert faults(edited, key) == [f"Entry {place + 1} was edited."]
    edited = copy.deepcopy(handin)
    edited["entries"][place]["exercise"] = "92.1"
    rebuild(edited)
    assert f"Entry {place + 1} was edited." in faults(edited, key)


@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_removed_entry_is_named(log, handin, place):
    key = public_key(log.folder)
    del handin["entries"][place]
    assert faults(handin, key) == [f"Entry {place + 1} was removed."]
    handin["count"] = 5
    found = faults(handin, key)
    assert "The count or the head" in found[-1]
    assert place == 5 or f"Entry {place + 1} was removed." in found
    rebuild(handin)
    assert faults(handin, key)


def test_reordered_repeated_and_added_entries_are_named(log, handin):
    key = public_key(log.folder)
    entries = handin["entries"]
    swapped = handin | {"entries": [entries[0], entries[3], entries[2], entries[1], *entries[4:]]}
    assert faults(swapped, key) == [
        "Entry 4 is not in its place: entries were re-ordered.",
        "Entry 2 is not in its place: entries were re-ordered.",
    ]
    assert faults(handin | {"entries": [*entries, entries[1]]}, key) == ["Entry 2 stands there more than once."]
    added = copy.deepcopy(entries[5]) | {"number": 7, "exercise": "92.1"}
    assert faults(handin | {"entries": [*entries, added]}, key) == ["Entry 7 was added or edited."]


def test_head_and_count_are_signed(log, handin):
    key = public_key(log.folder)
    for change in ({"head": "0" * 64}, {"count": 7}, {"signature": "00"}, {"signature": "x"}):
        assert any("count or the head" in fault for fault in faults(handin | change, key)), change


def test_another_key_is_refused(log, handin):
    other = PrivateKey().public_key.format().hex()
    assert faults(handin, other) == ["It is signed with another key than the one you gave."]
    assert faults(handin | {"public_key": other}, public_key(log.folder))
    assert faults(handin | {"public_key": other}, other)


def test_parts_of_two_logs_are_no_chain(log, handin, tmp_path):
    other = Log(tmp_path / "other")
    other.folder.mkdir()
    (other.folder / "learner.key").write_bytes((log.folder / "learner.key").read_bytes())
    for number in range(1, 4):
        other.record(f"93.{number}")
    mixed = json.loads(export(other))
    mixed["entries"][:2] = handin["entries"][:2]
    assert faults(mixed, public_key(log.folder)) == ["Entry 3 does not follow the one before it."]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b"[" * 200_000,
        b'{"format": "nnchain-edu progress 1"}',
        b'{"format": "other"}',
        b" " * 10_000_001,
    ],
)
def test_what_is_no_hand_in_is_refused(log, content):
    with pytest.raises(HandInError, match="no hand-in"):
        verify(content, public_key(log.folder))


@pytest.mark.parametrize("key", ["", "00", "zz", "0x" + "ff" * 33, "é"])
def test_what_is_no_key_is_refused(handin, key):
    with pytest.raises(HandInError, match="KEY must be"):
        verify(json.dumps(handin).encode(), key)


def test_no_random_change_passes_and_none_brings_it_down(log):
    content, key, dice = export(log), public_key(log.folder), random.Random(0)
    for _ in range(300):
        changed = bytearray(content)
        for _ in range(dice.randint(1, 3)):
            changed[dice.randrange(len(changed))] = dice.choice(b'0aZ"{}[],:- \x00\xff')
        if json_or_none(changed) == json.loads(content):
            continue
        try:
            found = verify(bytes(changed), key)
        except HandInError:
            continue
        assert found.faults and str(found).startswith("Refused.")


def json_or_none(content):
    try:
        return json.loads(content)
    except ValueError:
        return None


@pytest.mark.parametrize("junk", [None, 5, "x", [], {}, {"number": -1}, {"number": 10**9}, {"number": "1"}])
def test_entries_of_any_form_are_refused(log, handin, junk):
    handin["entries"][1] = junk
    assert "Entry 2 was edited." in faults(handin, public_key(log.folder))


def test_the_key_is_made_once_and_for_its_owner_only(log):
    path = log.folder / "learner.key"
    first = public_key(log.folder)
    assert public_key(log.folder) == first
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o600
    assert learners_key(log.folder).to_hex() == path.read_text().strip()


def test_a_damaged_key_or_log_is_said_and_left_alone(log):
    public_key(log.folder)
    path = log.folder / "learner.key"
    path.write_text("not a key")
    with pytest.raises(HandInError, match="holds no key"):
        export(log)
    assert path.read_text() == "not a key"
    path.unlink()
    log.path.write_bytes(log.path.read_bytes()[:-3])
    with pytest.raises(HandInError, match="damaged after entry 5"):
        export(log)
