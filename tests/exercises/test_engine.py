"""An exercise that could not be judged is refused where it is declared."""

import pytest

from nnchain_edu.exercises.engine import Case, Exercise, Unit

CASE = Case("one", lambda answer: answer == 1, "It is one.")
OTHER = Case("two", lambda answer: answer != 2, "It is not two.")


def exercise(**change):
    parts = {
        "number": "91.1",
        "title": "Name it",
        "objective": "name a number",
        "cases": [CASE],
        "hints": ["First.", "Second."],
        "praise": "So it is.",
    }
    return Exercise(**parts | change)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"number": "1.1"}, "must look like"),
        ({"title": " "}, "title of exercise '91.1'"),
        ({"objective": None}, "objective"),
        ({"praise": ""}, "praise"),
        ({"cases": []}, "at least one Case"),
        ({"cases": [lambda answer: True]}, "at least one Case"),
        ({"cases": [CASE, CASE]}, "case names"),
        ({"cases": [CASE, Case("uno", OTHER.test, CASE.diagnosis)]}, "diagnoses"),
        ({"hints": ["Only one."]}, "two texts"),
        ({"hints": "ab"}, "two texts"),
        ({"hints": ["First.", ""]}, "hint"),
        ({"kind": "functoin"}, "kind of exercise '91.1' must be one of any, function"),
        ({"needs": "torch"}, "needs"),
    ],
)
def test_what_an_exercise_refuses(change, complaint):
    with pytest.raises((TypeError, ValueError), match=complaint):
        exercise(**change)


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [(("x", "yes", "No."), "test of case 'x'"), (("", len, "No."), "name"), (("x", len, ""), "diagnosis")],
)
def test_what_a_case_refuses(parts, complaint):
    with pytest.raises((TypeError, ValueError), match=complaint):
        Case(*parts)


def test_a_unit_wants_its_exercises_in_order():
    second = exercise(number="91.2")
    assert Unit("91", "sample", "Sample", [exercise(), second]).exercises[1] is second
    for wrong in ([second], [second, exercise()], [exercise(), exercise()]):
        with pytest.raises(ValueError, match="must be numbered"):
            Unit("91", "sample", "Sample", wrong)
    with pytest.raises(ValueError, match="number of a unit"):
        Unit("1", "sample", "Sample", [])
