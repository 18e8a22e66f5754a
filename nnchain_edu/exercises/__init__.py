"""Checks, hints and progress: `check("01.2", answer)`, `hint("01.2")`, `progress()`."""

from dataclasses import replace
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.judge import examine
from nnchain_edu.exercises.kinds import Miss
from nnchain_edu.exercises.progress import passed, progress, record
from nnchain_edu.exercises.units import find, unit, unit_numbers
from nnchain_edu.exercises.verdict import Notice, Table, Verdict

__all__ = ["Case", "Exercise", "Miss", "Unit", "check", "hint", "progress", "unit", "unit_numbers"]

_NOTHING = object()
_verdicts: dict[str, str] = {}  # this session's last verdict by exercise, for the summary
_last_unit: list[str] = []
_said: set[str] = set()  # remarks about this system are made once a session


def check(exercise: str | None = None, answer: Any = _NOTHING) -> Verdict | Table | Notice:
    """Judge an answer: `check("01.2", answer)`. Without arguments, a summary of the unit checked last.

    Returns an object with `.verdict` ("not attempted", "broken", "wrong" or "right") and `.message`. Whatever
    the answer does, it raises nothing but KeyboardInterrupt when you press the stop button.
    """
    if exercise is None:
        return _summary()
    found = find(exercise)
    if isinstance(found, str):
        return Verdict("", "No such exercise", "not attempted", found)
    if answer is _NOTHING:
        usage = f'Give your answer too: check("{found.number}", answer).'
        return Verdict(found.number, found.title, "not attempted", usage)
    verdict = examine(found, answer)
    notes = [note for note in verdict.notes if note not in _said]
    _said.update(notes)
    if verdict.verdict == "right" and (remark := record(found.number)):
        notes.append(remark)
    _verdicts[found.number] = verdict.verdict
    _last_unit[:] = [found.number[:2]]
    return replace(verdict, notes=tuple(notes))


def hint(exercise: str, level: int = 1) -> Notice:
    """The first hint of an exercise, or with `level=2` the second, which says more."""
    found = find(exercise)
    if isinstance(found, str):
        return Notice("No such exercise", found)
    if level not in (1, 2):
        return Notice(f"Hint for {found.number}", "There are two hints: level 1 and level 2.")
    more = f' More: hint("{found.number}", 2).' if level == 1 else ""
    return Notice(f"Hint {level} of 2 for {found.number}", found.hints[level - 1] + more)


def _summary() -> Table | Notice:
    if not _last_unit:
        return Notice("Nothing checked yet", 'Check an answer first: check("00.1", answer).')
    last = unit(_last_unit[0])
    before = passed()
    rows, done = [], 0
    for each in last.exercises:
        verdict = _verdicts.get(each.number, "not checked yet")
        solved = verdict == "right" or each.number in before
        rows.append(
            (each.number, each.title, verdict if verdict == "right" or not solved else f"{verdict}; right before")
        )
        done += solved
    caption = f"Unit {last.number}, {last.title}: {done} of {len(rows)} right"
    return Table(caption, ("Exercise", "Title", "Verdict now"), tuple(rows))
