"""The proof of the checks: every check of every unit, put to the answers of its table."""

import pytest

from nnchain_edu.exercises.units import unit, unit_numbers
from tests.exercises.answers import exercises_with_answers, problems, table

ROWS = [pair for number in unit_numbers() for pair in exercises_with_answers(number)]


@pytest.mark.parametrize(("exercise", "answers"), ROWS, ids=[exercise.number for exercise, _ in ROWS])
def test_every_check_says_what_its_table_says(exercise, answers):
    found = problems(exercise, answers)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("number", unit_numbers())
def test_no_rows_without_an_exercise(number):
    assert set(table(number)) == {exercise.number for exercise in unit(number).exercises}
