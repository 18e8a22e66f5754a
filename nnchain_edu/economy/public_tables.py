"""The door for public tables that learners downloaded themselves: what cannot be read is refused, by file and line."""

import gzip
import zlib
from os import PathLike
from pathlib import Path

MEGABYTE = 10**6
TOO_LARGE = "{}: larger than {} megabytes, while the public table is far smaller; give the file as it was published"


class TableError(ValueError):
    """A table that cannot be used. The message names the file and, where there is one, the line and the column."""


def a_file(path: str | PathLike, most_bytes: int) -> Path:
    """Return `path` where it is a file of 1 to `most_bytes` bytes; raise TableError naming it otherwise."""
    path = Path(path)
    if path.is_dir():
        raise TableError(f"{path}: a folder, where a file is needed")
    if not path.exists():
        raise TableError(f"{path}: there is no such file")
    if not path.is_file():
        raise TableError(f"{path}: not a plain file")
    size = path.stat().st_size
    if size == 0:
        raise TableError(f"{path}: the file is empty")
    if size > most_bytes:
        raise TableError(TOO_LARGE.format(path, most_bytes // MEGABYTE))
    return path


def text_of(path: str | PathLike, most_bytes: int) -> str:
    """The text of a file in UTF-8, packed with gzip or not; no more than `most_bytes` are ever read."""
    path = a_file(path, most_bytes)
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise TableError(f"{path}: not a whole gzip file") from None
    except OSError as error:
        raise TableError(f"{path}: {error.strerror or error}") from None
    if len(content) > most_bytes:
        raise TableError(TOO_LARGE.format(path, most_bytes // MEGABYTE))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TableError(f"{path}, line {line}: not UTF-8 text (byte 0x{content[error.start]:02x})") from None


def commas_in(path: Path, header: str) -> None:
    """Raise TableError where the first line is parted by something other than commas."""
    for name, mark in (("semicolons", ";"), ("tabs", "\t"), ("bars", "|")):
        if header.count(mark) > header.count(","):
            raise TableError(f"{path}, line 1: columns are parted by {name}, where commas are needed")
