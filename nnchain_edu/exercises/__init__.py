"""Checks, hints and progress: `check("01.2", answer)`, `hint("01.2")`, `progress()`."""

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.judge import examine
from nnchain_edu.exercises.kinds import Miss
from nnchain_edu.exercises.verdict import Notice, Table, Verdict

__all__ = ["Case", "Exercise", "Miss", "Notice", "Unit", "Verdict", "check", "hint", "unit", "unit_numbers"]

_NOTHING = object()
_verdicts: dict[str, str] = {}  # this session's last verdict by exercise, for the summary
_last_unit: list[str] = []


def unit_numbers() -> list[str]:
    """The numbers of all units that have checks, such as ["00", "01"]."""
    names = [module.name for module in iter_modules(__path__)]
    return sorted(name[5:] for name in names if re.fullmatch(r"unit_\d\d", name))


@cache
def unit(number: str) -> Unit:
    """The exercises of a unit, loaded on first use."""
    if number not in unit_numbers():
        raise ValueError(f"unit must be one of {', '.join(unit_numbers())}, not {number!r}")
    return import_module(f"nnchain_edu.exercises.unit_{number}").UNIT


def find(number: Any) -> Exercise | Notice:
    """The exercise of this number; a notice that lists the known ones where there is none."""
    match = re.fullmatch(r"(\d{1,2})\.(\d)", number.strip()) if isinstance(number, str) else None
    if match and match[1].zfill(2) in unit_numbers():
        known = unit(match[1].zfill(2)).exercises
        for exercise in known:
            if exercise.number == f"{match[1].zfill(2)}.{match[2]}":
                return exercise
        return Notice(f"No exercise {number}", f"This unit has {', '.join(e.number for e in known)}.")
    units = ", ".join(unit_numbers()) or "none yet"
    return Notice(
        "No such exercise", f'Name it like this: check("00.1", answer). Units with checks: {units}.'
    )


def check(exercise: str | None = None, answer: Any = _NOTHING) -> Verdict | Notice | Table:
    """Judge an answer: `check("01.2", answer)`. Without arguments, a summary of the unit checked last.

    Returns an object with `.verdict` ("not attempted", "broken", "wrong" or "right") and `.message`. It never
    raises, whatever the answer does.
    """
    if exercise is None:
        return _summary()
    found = find(exercise)
    if isinstance(found, Notice):
        return Verdict("", found.heading, "not attempted", found.message)
    if answer is _NOTHING:
        usage = f'Give your answer too: check("{found.number}", answer).'
        return Verdict(found.number, found.title, "not attempted", usage)
    verdict = examine(found, answer)
    _verdicts[found.number] = verdict.verdict
    _last_unit[:] = [found.number[:2]]
    return verdict


def hint(exercise: str, level: int = 1) -> Notice:
    """The first hint of an exercise, or with `level=2` the second, which says more."""
    found = find(exercise)
    if isinstance(found, Notice):
        return found
    if level not in (1, 2):
        return Notice(f"Hint for {found.number}", "There are two hints: level 1 and level 2.")
    more = f' More: hint("{found.number}", 2).' if level == 1 else ""
    return Notice(f"Hint {level} of 2 for {found.number}", found.hints[level - 1] + more)


def _summary() -> Table | Notice:
    if not _last_unit:
        return Notice("Nothing checked yet", 'Check an answer first: check("00.1", answer).')
    last = unit(_last_unit[0])
    rows = [
        (exercise.number, exercise.title, _verdicts.get(exercise.number, "not checked yet"))
        for exercise in last.exercises
    ]
    done = sum(row[2] == "right" for row in rows)
    caption = f"Unit {last.number}, {last.title}: {done} of {len(rows)} right"
    return Table(caption, ("Exercise", "Title", "Verdict"), tuple(rows))
