"""What a check is: cases with a diagnosis each, gathered in exercises and units.

A unit's module is `unit_NN.py` and holds `UNIT = Unit(...)`. It imports nothing heavy at its top, since the
table of progress reads all units: what a case needs (torch, a chain) it imports inside the test. All such
imports are done before a check's time starts.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nnchain_edu.exercises.kinds import KINDS


@dataclass(frozen=True)
class Case:
    """One thing that a right answer does.

    Args:
        name: short and unique within the exercise; the proof table refers to the case by it.
        test: `test(answer)` is True when the case passes. What it raises counts as *broken* where it comes
            from the learner's code, and as not passed where it comes from the test (a text where a number was
            needed). Instead of False it may return a `Miss`, which says what differs; instead of True a `Passed`,
            which says what is worth knowing about a right answer.
        diagnosis: the misconception behind a failure, in words for the learner; another in each case.
    """

    name: str
    test: Callable[[Any], Any]
    diagnosis: str

    def __post_init__(self) -> None:
        if not callable(self.test):
            raise TypeError(f"test of case {self.name!r} must be a function of the answer, not {self.test!r}")
        for name, text in (("name", self.name), ("diagnosis", self.diagnosis)):
            _text(name, text, f"case {self.name!r}")


@dataclass(frozen=True)
class Exercise:
    """One task of a lab and the check that belongs to it.

    Args:
        number: unit and position, as in "01.2".
        title: one imperative sentence.
        objective: which "you will be able to …" of the lesson it serves.
        cases: run in order; the first that fails gives the diagnosis, so the simplest stand first.
        hints: exactly two; the first points, the second explains. Neither contains the solution.
        praise: said when all cases pass: what to notice about the answer.
        kind: what is accepted as an answer, by its name in `kinds.KINDS`: "function", "number", "contract", …
        seconds: processor time the whole check may take. It may take three times as long by the clock.
        memory_mb: memory the check may take beyond what the kernel already has.
        may_give_none: None is a lawful result of the answer, so nobody is asked whether a `return` was forgotten.
        needs: modules loaded before the limits start, beside those that the unit's own module imports anywhere.
    """

    number: str
    title: str
    objective: str
    cases: Sequence[Case]
    hints: Sequence[str]
    praise: str
    kind: str = "any"
    seconds: float = 5.0
    memory_mb: int = 768
    may_give_none: bool = False
    needs: Sequence[str] = field(default=())

    def __post_init__(self) -> None:
        where = f"exercise {self.number!r}"
        if not re.fullmatch(r"\d\d\.\d", self.number):
            raise ValueError(f'number of an exercise must look like "01.2", not {self.number!r}')
        for name in ("title", "objective", "praise"):
            _text(name, getattr(self, name), where)
        if not self.cases or not all(isinstance(case, Case) for case in self.cases):
            raise TypeError(f"cases of {where} must be at least one Case, not {self.cases!r}")
        names = [case.name for case in self.cases]
        if len(set(names)) < len(names):
            raise ValueError(f"case names of {where} must differ, not {names}")
        if len({case.diagnosis for case in self.cases}) < len(names):
            raise ValueError(f"diagnoses of {where} must differ from case to case")
        if isinstance(self.hints, str) or len(self.hints) != 2:
            raise ValueError(f"hints of {where} must be two texts, not {self.hints!r}")
        for hint in self.hints:
            _text("hint", hint, where)
        if self.kind not in KINDS:
            raise ValueError(f"kind of {where} must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if isinstance(self.needs, str):
            raise TypeError(f"needs of {where} must be a sequence of module names, not {self.needs!r}")


@dataclass(frozen=True)
class Unit:
    """The exercises of one unit, in the order of the lab."""

    number: str
    slug: str
    title: str
    exercises: Sequence[Exercise]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d\d", self.number):
            raise ValueError(f'number of a unit must look like "01", not {self.number!r}')
        expected = [f"{self.number}.{place}" for place in range(1, len(self.exercises) + 1)]
        found = [exercise.number for exercise in self.exercises]
        if found != expected:
            raise ValueError(f"exercises of unit {self.number} must be numbered {expected}, not {found}")


def _text(name: str, value: Any, where: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} of {where} must be a text, not {value!r}")
