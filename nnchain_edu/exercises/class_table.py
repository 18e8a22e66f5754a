"""A class's hand-ins at a glance: a folder of files and a list of keys become one table."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nnchain_edu.exercises.handin import LARGEST, HandInError, verify
from nnchain_edu.exercises.units import unit, unit_numbers

FORM = (
    "CSV has two columns with a head line: name, key. The hand-in of a learner is the file NAME.json in FOLDER. "
    "The state is sound, refused, unusable, missing, or unlisted (a file that no name belongs to)."
)


@dataclass(frozen=True)
class Row:
    """One learner: `state` as FORM names it, why it is not sound, and the exercises passed (sound hand-ins only)."""

    name: str
    state: str
    why: str = ""
    passed: frozenset[str] = frozenset()


def collect(folder: Path, keys: Path) -> list[Row]:
    """Verify every hand-in of `folder` against the keys that the teacher noted down.

    Raises:
        HandInError: the list of keys has another form, or `folder` is none; the message names the line.
        OSError: the list of keys cannot be read.
    """
    if not folder.is_dir():
        raise HandInError(f"{folder} is no folder.")
    known = read_keys(keys)
    rows = [_row(name, key, folder / f"{name}.json") for name, key in known.items()]
    strangers = sorted(path.name for path in folder.glob("*.json") if path.stem not in known)
    return rows + [Row(name, "unlisted", "no key stands in the list for it") for name in strangers]


def read_keys(path: Path) -> dict[str, str]:
    """The learners' public keys by name."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    if not lines or [field.strip().lower() for field in lines[0]] != ["name", "key"]:
        raise HandInError(f"{path}: line 1 must be: name,key")
    known: dict[str, str] = {}
    for number, line in enumerate(lines[1:], 2):
        if not any(field.strip() for field in line):
            continue
        if len(line) != 2 or not all(field.strip() for field in line):
            raise HandInError(f"{path}: line {number} must hold a name and a key, not {','.join(line)!r}")
        name = line[0].strip()
        if name in known or name != Path(name).name:
            trouble = "stands there twice" if name in known else "cannot be the name of a file"
            raise HandInError(f"{path}: line {number}: the name {name!r} {trouble}")
        known[name] = line[1].strip()
    return known


def _row(name: str, key: str, path: Path) -> Row:
    try:
        with path.open("rb") as file:
            found = verify(file.read(LARGEST + 1), key)
    except FileNotFoundError:
        return Row(name, "missing", f"there is no {path.name}")
    except (HandInError, OSError) as error:
        return Row(name, "unusable", str(error))
    if not found.sound:
        return Row(name, "refused", " ".join(found.faults))
    return Row(name, "sound", passed=frozenset(entry["exercise"] for entry in found.entries))


def as_text(rows: Sequence[Row]) -> str:
    """The table for a terminal: for each learner the state, and how many exercises of each unit are passed."""
    units = [unit(number) for number in unit_numbers()]
    grid = [["name", "state", "passed", *(each.number for each in units), ""]]
    for row in rows:
        counts = [len(row.passed & {e.number for e in each.exercises}) for each in units]
        shown = [f"{n}/{len(each.exercises)}" for n, each in zip(counts, units, strict=True)]
        grid.append(
            [row.name, row.state, str(sum(counts)), *(shown if row.state == "sound" else [""] * len(units)), row.why]
        )
    widths = [max(len(line[place]) for line in grid) for place in range(len(grid[0]))]
    return "\n".join("  ".join(f.ljust(w) for f, w in zip(line, widths, strict=True)).rstrip() for line in grid)


def as_csv(rows: Sequence[Row]) -> str:
    """The table for a spreadsheet: a column an exercise, 1 where it is passed."""
    exercises = [exercise.number for number in unit_numbers() for exercise in unit(number).exercises]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "state", "why", "passed", *exercises])
    for row in rows:
        marks = [int(number in row.passed) for number in exercises] if row.state == "sound" else [""] * len(exercises)
        writer.writerow([_plain(row.name), row.state, _plain(row.why), len(row.passed & set(exercises)), *marks])
    return text.getvalue()


def _plain(text: str) -> str:
    """A spreadsheet takes a field that begins like a formula for one."""
    return "'" + text if text[:1] in "=+-@\t" else text
