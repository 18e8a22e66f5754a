"""Finds the units: each module `unit_NN` beside this one holds `UNIT`, and is loaded on first use."""

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from nnchain_edu.exercises.engine import Exercise, Unit


def unit_numbers() -> list[str]:
    """The numbers of all units that have checks, such as ["00", "01"]."""
    names = [module.name for module in iter_modules(import_module(__package__).__path__)]
    return sorted(name[5:] for name in names if re.fullmatch(r"unit_\d\d", name))


@cache
def unit(number: str) -> Unit:
    """The exercises of a unit."""
    if number not in unit_numbers():
        raise ValueError(f"unit must be one of {', '.join(unit_numbers())}, not {number!r}")
    found = import_module(f"nnchain_edu.exercises.unit_{number}").UNIT
    if found.number != number:
        raise ValueError(f"unit_{number} calls itself unit {found.number}")
    return found


def find(number: Any) -> Exercise | str:
    """The exercise of this number; where there is none, a text that lists the known ones."""
    match = re.fullmatch(r"(\d{1,2})\.(\d)", number.strip()) if isinstance(number, str) else None
    if match is None or match[1].zfill(2) not in unit_numbers():
        known = ", ".join(unit_numbers()) or "none yet"
        return f'Name an exercise like this: "00.1". Units with checks: {known}.'
    exercises = unit(match[1].zfill(2)).exercises
    for exercise in exercises:
        if exercise.number == f"{match[1].zfill(2)}.{match[2]}":
            return exercise
    return f"Unit {match[1].zfill(2)} has the exercises {', '.join(each.number for each in exercises)}."
