"""The log of passed checks: one JSON line an entry, each holding the hash of the one before.

It lies in the user's data folder, or in the folder that NNCHAIN_EDU_HOME names, and never leaves the machine
by itself. A damaged log is kept whole in a file of its own, and goes on after its last good entry.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LONGEST = 1000  # bytes of a line; an entry takes about 250, and deep nesting in more could crash the JSON reader
PATIENCE = 5  # seconds to wait for another kernel that writes
START = "0" * 64  # what the first entry names as the hash before it
_FIELDS = {
    "number": r"[1-9]\d{0,5}",
    "exercise": r"\d\d\.\d",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "previous": r"[0-9a-f]{64}",
    "hash": r"[0-9a-f]{64}",
}


def home() -> Path:
    """The folder of the learner's log and key. It need not exist yet."""
    if named := os.environ.get("NNCHAIN_EDU_HOME"):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("nnchain-edu", appauthor=False)


def canonical(data: Any) -> bytes:
    """The one way these data are written where they are hashed or signed."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def hash_of(entry: dict) -> str:
    """SHA-256 of an entry without its own hash, in hexadecimal."""
    return hashlib.sha256(canonical({key: value for key, value in entry.items() if key != "hash"})).hexdigest()


def is_entry(entry: Any) -> bool:
    """Whether data have exactly the fields of an entry, each in its form (the hashes need not be right)."""
    if not isinstance(entry, dict) or set(entry) != set(_FIELDS):
        return False
    if not isinstance(entry["number"], int) or isinstance(entry["number"], bool):
        return False
    texts = {**entry, "number": str(entry["number"])}
    return all(isinstance(texts[key], str) and re.fullmatch(form, texts[key]) for key, form in _FIELDS.items())


@dataclass(frozen=True)
class Reading:
    """What stands in the log.

    Args:
        entries: the unbroken chain from the start.
        rest: the bytes from the first damage on; empty if there is none.
    """

    entries: tuple[dict, ...]
    rest: bytes

    @property
    def head(self) -> str:
        """The hash of the last entry."""
        return self.entries[-1]["hash"] if self.entries else START


def parse(content: bytes) -> Reading:
    """Read entries as long as each is whole, in its form, rightly hashed, and follows the one before."""
    entries, place = [], 0
    while place < len(content):
        end = content.find(b"\n", place)
        try:
            entry = json.loads(content[place:end]) if 0 <= end <= place + LONGEST else None
        except (ValueError, RecursionError):
            entry = None
        previous = entries[-1]["hash"] if entries else START
        follows = is_entry(entry) and entry["number"] == len(entries) + 1 and entry["previous"] == previous
        if not follows or hash_of(entry) != entry["hash"]:
            break
        entries.append(entry)
        place = end + 1
    return Reading(tuple(entries), content[place:])


class Log:
    """The log in a folder. Its methods raise OSError where the folder cannot be read or written."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = home() if folder is None else folder
        self.path = self.folder / "progress.jsonl"

    def read(self) -> Reading:
        """What stands in the log now; an empty reading if there is none."""
        try:
            return parse(self.path.read_bytes())
        except FileNotFoundError:
            return Reading((), b"")

    def record(self, exercise: str) -> str:
        """Note that an exercise was passed, unless it is noted already. Returns a remark for the learner.

        Raises:
            OSError: when the disk is full or the folder read-only. The log is then as it was.
        """
        if self._already_holds(exercise):
            return ""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "progress.lock"):
            remark = self._set_damage_aside()
            reading = self.read()
            if any(entry["exercise"] == exercise for entry in reading.entries):
                return remark
            entry = {
                "number": len(reading.entries) + 1,
                "exercise": exercise,
                "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "previous": reading.head,
            }
            entry["hash"] = hash_of(entry)
            _append(self.path, canonical(entry) + b"\n")
        return remark

    def _already_holds(self, exercise: str) -> bool:
        reading = self.read()
        return not reading.rest and any(entry["exercise"] == exercise for entry in reading.entries)

    def _set_damage_aside(self) -> str:
        """Where the log is damaged, keep the whole file beside it and go on from the last good entry."""
        reading = self.read()
        if not reading.rest:
            return ""
        number = 1
        while (aside := self.folder / f"progress.damaged-{number}.jsonl").exists():
            number += 1
        write_whole(aside, self.path.read_bytes())
        write_whole(self.path, b"".join(canonical(entry) + b"\n" for entry in reading.entries))
        kept = len(reading.entries)
        return f"Your progress log was damaged after entry {kept}. It is kept as {aside.name}; the log goes on."


def _append(path: Path, line: bytes) -> None:
    """Add a line at the end, entirely or not at all."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    try:
        size = os.fstat(descriptor).st_size
        try:
            if os.write(descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, "the disk is full")
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there entirely or as it was before."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's lock, so that two kernels take turns. Where a folder knows no locks, do without.

    Raises:
        OSError: when the folder is read-only, or another process keeps the lock for `PATIENCE` seconds.
    """
    with open(path, "ab") as file:
        deadline = time.monotonic() + PATIENCE
        while not _try_lock(file):
            if time.monotonic() > deadline:
                raise OSError(errno.EBUSY, "another program keeps the log locked")
            time.sleep(0.01)
        yield


def _try_lock(file: Any) -> bool:
    """Take the lock if it is free; closing the file gives it back."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
    return True
