"""The form of the proof tables: `answers_NN.py` beside this file holds `ANSWERS = {"NN.1": Answers(...)}`.

`problems` walks the table of one exercise. It is used by the test over all units and by the mutation command.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from nnchain_edu.exercises.engine import Exercise
from nnchain_edu.exercises.judge import examine
from nnchain_edu.exercises.units import unit

CANNOT_BREAK = object()  # for `broken`, where an answer is a plain value that cannot raise
_PLAIN = ("number", "array", "text")


@dataclass(frozen=True)
class Answers:
    """What the check of one exercise must say to which answer.

    Args:
        right: the lab's solution first, then at least one right answer written differently.
        wrong: pairs (answer, name of the case that must refuse it); at least three, naming different cases,
            and every case of the exercise is named by one.
        stub: the answer as it stands in the untouched lab: must be *not attempted*.
        broken: an answer that raises an exception of its own: must be *broken*. `CANNOT_BREAK` for a number,
            an array or a text.
    """

    right: list[Any]
    wrong: list[tuple[Any, str]]
    stub: Any
    broken: Any


def table(number: str) -> dict[str, Answers]:
    """The answers to the exercises of a unit."""
    return import_module(f"tests.exercises.answers_{number}").ANSWERS


def exercises_with_answers(number: str) -> Iterator[tuple[Exercise, Answers | None]]:
    """Each exercise of a unit with its rows, None where it has none."""
    rows = table(number)
    for exercise in unit(number).exercises:
        yield exercise, rows.get(exercise.number)


def problems(exercise: Exercise, answers: Answers | None) -> list[str]:
    """What is wrong with an exercise, its table, or the check's verdicts on it. Empty is as it should be."""
    if answers is None:
        return [f"{exercise.number} has no rows in the table of answers"]
    return [*incomplete(exercise, answers), *leaks(exercise, answers.right[0]), *misjudged(exercise, answers)]


def incomplete(exercise: Exercise, answers: Answers) -> list[str]:
    """Rows that are missing from the table."""
    found, names = [], [case.name for case in exercise.cases]
    named = {name for _, name in answers.wrong}
    if len({_written(answer) for answer in answers.right}) < 2:
        found.append("needs the solution and a right answer written differently")
    if len(named & set(names)) < 3:
        found.append("needs three wrong answers that name different cases")
    found += [f"case {name!r} refuses no wrong answer in the table" for name in names if name not in named]
    found += [f"a wrong answer names {name!r}, which is no case" for name in named - set(names)]
    if answers.broken is CANNOT_BREAK and exercise.kind not in _PLAIN:
        found.append(f"an answer of kind {exercise.kind!r} can break: give one that does")
    return found


def leaks(exercise: Exercise, solution: Any) -> list[str]:
    """Hints that give the solution away."""
    said = " ".join(_squeezed(hint) for hint in exercise.hints)
    if isinstance(solution, int | float):
        given = re.search(rf"(?<![\w.]){re.escape(str(solution))}(?![\w.]*\d)", " ".join(exercise.hints))
        return [f"a hint contains the answer {solution}"] if given else []
    lines = [line.strip().removeprefix("return ") for line in _written(solution).splitlines()[1:]]
    telling = [line for line in lines if len(_squeezed(line)) >= 8 and not line.startswith(('"""', "#", "@"))]
    return [f"a hint contains the line {line!r}" for line in telling if _squeezed(line) in said]


def misjudged(exercise: Exercise, answers: Answers) -> list[str]:
    """Answers on which the check says something else than the table."""
    diagnoses = {case.name: case.diagnosis for case in exercise.cases}
    expected = [(answer, "right", "", exercise.praise) for answer in answers.right]
    expected += [(answer, "wrong", name, diagnoses.get(name, "")) for answer, name in answers.wrong]
    expected += [(answers.stub, "not attempted", "", "")]
    if answers.broken is not CANNOT_BREAK:
        expected += [(answers.broken, "broken", "", "")]
    found = []
    for answer, verdict, case, message in expected:
        said = examine(exercise, answer)
        if (said.verdict, said.case) != (verdict, case) or message not in said.message:
            found.append(f"{answer!r} should be {verdict} {case!r}, but:\n{said}")
    return found


def _written(answer: Any) -> str:
    """An answer as somebody wrote it."""
    try:
        return inspect.getsource(answer)
    except (TypeError, OSError):
        return answer if isinstance(answer, str) else repr(answer)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
