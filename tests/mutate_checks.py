"""Deletes every case of every check in turn and shows that the table of answers then fails.

    python -m tests.mutate_checks [UNIT ...]

A deleted case is noticed when a wrong answer of the table is accepted without it, or gets another diagnosis.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nnchain_edu.exercises.engine import Exercise
from nnchain_edu.exercises.judge import examine
from nnchain_edu.exercises.units import unit_numbers
from tests.exercises.answers import Answers, exercises_with_answers


@dataclass(frozen=True)
class Mutation:
    """A check without one case, and how many wrong answers are then accepted or diagnosed otherwise."""

    exercise: str
    case: str
    accepted: int
    otherwise: int

    @property
    def noticed(self) -> bool:
        return self.accepted + self.otherwise > 0


def mutations(exercise: Exercise, answers: Answers | None) -> Iterator[Mutation]:
    """Judge the wrong answers of the table by the check without each of its cases."""
    for deleted in exercise.cases:
        rest = replace(exercise, cases=[case for case in exercise.cases if case is not deleted])
        accepted = otherwise = 0
        for answer, name in answers.wrong if answers else []:
            said = examine(rest, answer)
            accepted += said.verdict == "right"
            otherwise += said.verdict != "right" and said.case != name
        yield Mutation(exercise.number, deleted.name, accepted, otherwise)


def main(numbers: list[str]) -> int:
    """Print one line a mutation; the exit code is 1 when one goes unnoticed."""
    done = []
    for number in numbers or unit_numbers():
        for pair in exercises_with_answers(number):
            for mutation in mutations(*pair):
                done.append(mutation)
                found = f"{mutation.accepted} accepted, {mutation.otherwise} diagnosed otherwise"
                word = found if mutation.noticed else "NOT NOTICED"
                print(f"{mutation.exercise}  without {mutation.case!r}: {word}")
    unnoticed = sum(not mutation.noticed for mutation in done)
    print(f"{len(done)} cases deleted, {unnoticed} not noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
