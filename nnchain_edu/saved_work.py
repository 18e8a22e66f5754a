"""A learner's work as one file, for places where nothing stays, such as Binder: packed before, brought back after.

The file is a zip: `my_course/…` holds every file that differs from what the course gave, `progress/…` the log and the
key. Bringing back replaces nothing that was edited here: the other version lies beside it.
"""

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from nnchain_edu.exercises.log import Log, locked, parse, write_whole
from nnchain_edu.workspace import FOLDERS, MANIFEST, ROOT, digest, read_manifest

if TYPE_CHECKING:
    from nnchain_edu.lab.file_exchange import FileExchange

NAME = "nnchain-edu-work.zip"
WORK, PROGRESS = "my_course", "progress"
LOG, KEY = "progress.jsonl", "learner.key"
LARGEST = 50_000_000  # bytes of the packed file
LARGEST_UNPACKED = 200_000_000  # bytes of all that is in it
MOST_FILES = 2000
LONGEST_KEY = 100  # bytes; a key is 64 digits


class WorkError(ValueError):
    """Work that cannot be packed or brought back; the message says why, and nothing was changed."""


@dataclass
class Brought:
    """What became of a packed file: files put in place, those put beside an edited one, those that were here."""

    placed: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    same: int = 0
    progress: str = ""

    def __str__(self) -> str:
        parts = [f"{len(self.placed)} files brought back"]
        parts += [f"{self.same} were here already"] * bool(self.same)
        said = ", ".join(parts) + "."
        if self.beside:
            said += f" You changed these here too, so what you brought lies beside yours: {', '.join(self.beside)}."
        return f"{said} {self.progress}".strip()


def find_workspace(start: Path | None = None) -> Path:
    """The learner's folder around `start` (default: where the notebook runs), else that of the course.

    Raises:
        WorkError: there is none.
    """
    start = Path.cwd() if start is None else start
    for folder in (start, *start.parents):
        if (folder / MANIFEST).is_file() or all((folder / name).is_dir() for name in FOLDERS):
            return folder
    if (ROOT / "my_course" / MANIFEST).is_file():
        return ROOT / "my_course"
    raise WorkError(f"there is no my_course around {start}: open this page from the course's own JupyterLab")


def own_files(workspace: Path) -> Iterator[Path]:
    """The files that differ from what the course gave, in order. Links and hidden files are left out."""
    known = read_manifest(workspace)
    # a checkout (JupyterHub, nbgitpuller) holds more than notebooks, and nothing says which of those were edited
    places = [workspace] if known else [workspace / folder for folder in FOLDERS]
    for folder, folders, names in (found for place in places for found in os.walk(place)):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for path in (Path(folder) / name for name in sorted(names)):
            if path.name.startswith(".") or path.suffix == ".part" or path.is_symlink() or not path.is_file():
                continue
            if digest(path.read_bytes()) != known.get(path.relative_to(workspace).as_posix()):
                yield path


def pack(workspace: Path, progress: Path | None = None) -> bytes:
    """The learner's own files below `workspace`, and the log and key in the folder `progress` (default: the user's).

    Raises:
        WorkError: it would be larger than can be brought back; names the largest file.
        OSError: a file cannot be read.
    """
    progress = Log().folder if progress is None else progress
    found = {f"{WORK}/{path.relative_to(workspace).as_posix()}": path for path in own_files(workspace)}
    found |= {f"{PROGRESS}/{name}": progress / name for name in (LOG, KEY) if (progress / name).is_file()}
    sizes = {name: path.stat().st_size for name, path in found.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in found.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), path.read_bytes(), zipfile.ZIP_DEFLATED)
    content = packed.getvalue()
    if len(content) > LARGEST or sum(sizes.values()) > LARGEST_UNPACKED or len(found) > MOST_FILES:
        largest = max(sizes, key=lambda name: sizes[name])
        raise WorkError(
            f"your work is too large to be brought back: {len(found)} files, {len(content):,} bytes packed (at most"
            f" {MOST_FILES} and {LARGEST:,}). The largest is {largest} with {sizes[largest]:,} bytes; clear its outputs"
        )
    return content


def bring_back(content: bytes, workspace: Path, progress: Path | None = None) -> Brought:
    """Put packed work into `workspace`, and the log and key into the folder `progress`.

    A file that is untouched here is replaced. One that was edited here stays; the one brought lies beside it as
    `NAME.back-DIGEST`. Of two logs no passed exercise is lost; a key that is replaced is kept beside.

    Raises:
        WorkError: it is no packed work, or tries to be more than that; nothing was changed.
        OSError: a file cannot be written; those before it are whole.
    """
    files = unpack(content)
    log, key = files.pop(f"{PROGRESS}/{LOG}", None), files.pop(f"{PROGRESS}/{KEY}", None)
    if log is not None and parse(log).rest:
        raise WorkError("the progress log in it is damaged")
    if key is not None and not (len(key) <= LONGEST_KEY and re.fullmatch(rb"[0-9a-f]{64}\s*", key)):
        raise WorkError("the progress key in it is none")
    known, brought = read_manifest(workspace), Brought()
    files = {name.removeprefix(f"{WORK}/"): data for name, data in files.items()}
    for name in files:
        _check_target(workspace, name)
    for name, data in files.items():
        _place(data, workspace / name, known.get(name), name, brought)
    brought.progress = _merge_progress(log, key, Log().folder if progress is None else progress)
    return brought


def unpack(content: bytes) -> dict[str, bytes]:
    """Every file of packed work by its name, after all of it was found sound.

    Raises:
        WorkError: not a zip, damaged, too large, or with a name that leads elsewhere.
    """
    if len(content) > LARGEST:
        raise WorkError(f"it has {len(content):,} bytes; at most {LARGEST:,} are accepted")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise WorkError(f"it would unpack to more than {MOST_FILES} files or {LARGEST_UNPACKED:,} bytes")
            files: dict[str, bytes] = {}
            for entry in entries:
                if not _is_own(entry) or entry.filename in files:
                    raise WorkError(f"{entry.filename!r} has no place in a learner's work")
                with archive.open(entry) as file:
                    files[entry.filename] = file.read(entry.file_size + 1)
                if len(files[entry.filename]) != entry.file_size:
                    raise WorkError(f"{entry.filename!r} is larger than it says")
    except WorkError:
        raise
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise WorkError(f"it is no file that was made here ({error})") from None
    if not files:
        raise WorkError("there is nothing in it")
    return files


def _is_own(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file in the learner's folder, or the log or the key."""
    name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
    if name in (f"{PROGRESS}/{LOG}", f"{PROGRESS}/{KEY}"):
        return kind in (0, stat.S_IFREG)
    parts = PurePosixPath(name).parts
    plain = all(not part.startswith(".") and not part.endswith((".", " ")) for part in parts)
    odd = re.search(r'[\x00-\x1f\\:*?"<>|]', name) or "//" in name or len(name) > 400
    packing = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return packing and kind in (0, stat.S_IFREG) and len(parts) > 1 and parts[0] == WORK and plain and not odd


def _check_target(workspace: Path, name: str) -> None:
    """Refuse a place that is a folder or a link here, or lies below a link or a file: it could lead elsewhere."""
    target = workspace / name
    above = list(target.parents)[: name.count("/")]
    odd = [path for path in above if path.is_symlink() or (path.exists() and not path.is_dir())]
    if odd or target.is_symlink() or target.is_dir():
        raise WorkError(f"there is no place for {name} here: move {odd[0] if odd else target} away")


def _place(data: bytes, target: Path, given: str | None, name: str, brought: Brought) -> None:
    here = digest(target.read_bytes()) if target.is_file() else None
    if here == digest(data):
        brought.same += 1
        return
    if here not in (None, given):
        target = target.with_name(f"{target.stem}.back-{digest(data)[:8]}{target.suffix}")
        brought.beside.append(str(PurePosixPath(name).with_name(target.name)))
    else:
        brought.placed.append(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data)


def _merge_progress(log: bytes | None, key: bytes | None, folder: Path) -> str:
    """Put log and key in place. What only the log here holds is noted again after the one that was brought."""
    if log is None and key is None:
        return "There was no progress in it."
    folder.mkdir(parents=True, exist_ok=True)
    ours = Log(folder)
    with locked(folder / "progress.lock"):
        here = ours.path.read_bytes() if ours.path.is_file() else b""
        if log is not None and not here.startswith(log):
            if here and not log.startswith(here):
                write_whole(_free(folder, "progress.mine", ".jsonl"), here)
            write_whole(ours.path, log)
        if key is not None:
            _place_key(key, folder)
    for entry in parse(here).entries:
        ours.record(entry["exercise"])
    count = len({entry["exercise"] for entry in ours.read().entries})
    return f"Your progress is back: {count} exercise{'s' * (count != 1)} passed."


def _place_key(key: bytes, folder: Path) -> None:
    path = folder / KEY
    if path.is_file():
        if path.read_bytes().strip() == key.strip():
            return
        os.replace(path, _free(folder, "learner.mine", ".key"))
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)


def _free(folder: Path, stem: str, suffix: str) -> Path:
    number = 1
    while (path := folder / f"{stem}-{number}{suffix}").exists():
        number += 1
    return path


def save_work() -> "FileExchange":
    """Two buttons for a notebook: one downloads the work and the progress, the other brings them back."""
    from nnchain_edu.lab.file_exchange import FileExchange

    return FileExchange(
        title="Save your work",
        name=NAME,
        give=lambda: pack(find_workspace()),
        take=lambda content: str(bring_back(content, find_workspace())),
        largest=LARGEST,
        words={
            "give": "Download my work",
            "take": "Bring my work back",
            "about": "Save your notebooks first (File, Save All). The file holds what you changed, your progress and"
            " its key: keep it to yourself.",
        },
    )
