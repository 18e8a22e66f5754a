"""The walk over the table of answers finds what it is there to find, and so does the mutation command."""

from dataclasses import replace

import pytest

from nnchain_edu.exercises.engine import Case
from tests.exercises.answers import CANNOT_BREAK, incomplete, leaks, misjudged, problems
from tests.exercises.sample_units.answers_91 import ANSWERS, broken, neuron, no_bias, sums_all
from tests.mutate_checks import mutations

pytestmark = pytest.mark.usefixtures("here")


def test_a_sound_table_has_no_problems(sample):
    assert [problems(exercise, ANSWERS[exercise.number]) for exercise in sample.exercises] == [[], []]


def test_an_exercise_without_rows_is_a_problem(sample):
    assert problems(sample.exercises[0], None) == ["91.1 has no rows in the table of answers"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"right": [neuron, neuron]}, "written differently"),
        ({"wrong": ANSWERS["91.1"].wrong[:2]}, "three wrong answers"),
        ({"wrong": ANSWERS["91.1"].wrong[:3]}, "case 'pure' refuses no wrong answer"),
        ({"wrong": [*ANSWERS["91.1"].wrong, (sums_all, "other")]}, "names 'other', which is no case"),
        ({"broken": CANNOT_BREAK}, "kind 'function' can break"),
    ],
)
def test_missing_rows_are_named(sample, change, complaint):
    found = incomplete(sample.exercises[0], replace(ANSWERS["91.1"], **change))
    assert any(complaint in each for each in found)


@pytest.mark.parametrize(
    "change",
    [
        {"right": [neuron, no_bias]},
        {"wrong": [(neuron, "sum")]},
        {"wrong": [(no_bias, "sum")]},
        {"wrong": [(broken, "sum")]},
        {"stub": neuron},
        {"stub": broken},
        {"broken": neuron},
        {"broken": sums_all},
    ],
)
def test_each_other_verdict_is_noticed(sample, change):
    assert len(misjudged(sample.exercises[0], replace(ANSWERS["91.1"], **change))) == 1


@pytest.mark.parametrize(
    ("number", "solution", "hint"),
    [
        (0, neuron, "Write sum(x*w for x,w in zip(inputs, weights, strict=True)) + bias and see."),
        (1, 16, "It is 16."),
        (1, "x = 1\nself.total = self.total + amount\n", "Say self.total = self.total + amount there."),
    ],
)
def test_a_hint_with_the_solution_is_noticed(sample, number, solution, hint):
    exercise = sample.exercises[number]
    assert not leaks(exercise, solution)
    assert leaks(replace(exercise, hints=[exercise.hints[0], hint]), solution)


def test_every_deleted_case_is_noticed_and_an_idle_one_is_not(sample):
    exercise, rows = sample.exercises[0], ANSWERS["91.1"]
    assert all(mutation.noticed for mutation in mutations(exercise, rows))
    idle = replace(exercise, cases=[*exercise.cases, Case("idle", lambda answer: True, "Never said.")])
    assert [mutation.case for mutation in mutations(idle, rows) if not mutation.noticed] == ["idle"]
