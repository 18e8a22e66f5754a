"""The ready tests: what they accept, and what they say where they refuse."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from nnchain_edu.exercises.kinds import KINDS, Miss, equals, leaves_unchanged, raises, refusal, returns, same


@pytest.mark.parametrize(
    ("actual", "expected", "tolerance"),
    [
        (5, 5.0, 0),
        (np.float32(0.5), 0.5, 0),
        (np.array(5), 5, 0),
        (Decimal("0.5"), Fraction(1, 2), 0),
        (0.1 + 0.2, 0.3, 1e-9),
        (1_000_001, 1_000_000, 1e-6),
        (math.inf, math.inf, 1e-6),
        (1j, 1j + 1e-12, 1e-9),
        ((1, 2), [1, 2], 0),
        (np.array([[1.0, 2.0]]), [[1, 2]], 0),
        ([np.int64(1), 2], (1, 2.0), 0),
        ({"a": 1.0}, {"a": 1}, 0),
        ("text", "text", 0),
        (b"\x01", b"\x01", 0),
        (None, None, 0),
        (True, True, 0),
        (np.bool_(True), True, 0),
        ([], [], 0),
        (10**40, 10**40, 0),
    ],
)
def test_equal_values_in_other_clothes(actual, expected, tolerance):
    assert same(actual, expected, tolerance) is True


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (True, 1),
        (1, True),
        (math.nan, math.nan),
        (math.inf, -math.inf),
        (10**40, 10**40 + 1),
        ("5", 5),
        (5, "5"),
        (b"a", "a"),
        ([1, 2, 3], [1, 2]),
        ([[1], [2]], [1, 2]),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({}, {"a": None}),
        ({1: 1}, {"1": 1}),
        (None, 0),
        ([1], 1),
        (np.array([1.0, np.nan]), [1, 1]),
        ((x for x in (1, 2)), [1, 2]),
        ({1, 2}, [1, 2]),
    ],
)
def test_other_values_miss(actual, expected):
    found = same(actual, expected, 1e-9 if not isinstance(expected, int) else 0)
    assert isinstance(found, Miss) and not found
    assert found.details[0][0] == "Expected"


def test_torch_values_count_like_any():
    import torch

    learned = torch.tensor([1.0, 2.0], requires_grad=True)
    assert same(learned, [1, 2]) is True
    assert same(torch.tensor(3), 3) is True
    assert not same(torch.tensor([1.0, 2.5]), learned, 1e-3)
    assert refusal("array", learned) == "" and refusal("number", torch.tensor(1.5)) == ""
    assert refusal("model", torch.nn.Linear(1, 1)) == "" and refusal("function", torch.nn.Linear(1, 1)) == ""
    assert "trained model itself" in refusal("model", torch.nn.Linear)


def test_lengths_are_told_apart():
    assert dict(same([1], [1, 2]).details) == {"Expected": "[1, 2]", "Length": "1, not 2"}


def test_arguments_are_copies():
    given = [3, 1, 2]

    def sorts(values):
        values.sort()
        return values

    assert returns([1, 2, 3], given)(sorts) is True and given == [3, 1, 2]
    assert returns([1, 2, 3], values=given)(sorts) is True
    assert dict(leaves_unchanged(given)(sorts).details) == {"Arguments afterwards": "[1, 2, 3]"}
    assert leaves_unchanged(given)(sorted) is True
    assert not leaves_unchanged(values=given)(sorts)


def test_expected_exceptions():
    test = raises(ValueError, "x")
    assert test(int) is True
    assert dict(test(lambda text: [][0]).details)["Raised"].startswith("IndexError")
    assert not test(str)
    with pytest.raises(NotImplementedError):
        raises(Exception, "x")(lambda text: exec("raise NotImplementedError"))


def test_a_value_can_be_the_answer():
    assert equals([1, 2], 1e-3)((1.0001, 2)) is True
    assert not equals(3)(4)


@pytest.mark.parametrize(
    ("kind", "accepted", "refused"),
    [
        ("any", [None, 1, print], []),
        ("function", [print, lambda: 1, int], [1, "f", None]),
        ("class", [int], [1, print]),
        (
            "number",
            [1, 1.5, Decimal(1), Fraction(1, 2), np.int8(1), np.array(1)],
            [True, "1", [1], print, None],
        ),
        ("array", [[1], (1,), np.ones(2)], [1, "1", {1}, print, None]),
        ("text", ["a"], [b"a", 1, None]),
        ("contract", ["a: uint256\nb: uint256"], ["counter", 1, None, print]),
        ("model", [], [1, print, None]),
    ],
)
def test_the_door_of_each_kind(kind, accepted, refused):
    assert {kind for kind in KINDS} >= {kind}
    assert [refusal(kind, answer) for answer in accepted] == [""] * len(accepted)
    assert all(refusal(kind, answer) for answer in refused)


def test_the_door_says_what_was_mistaken():
    assert "call it" in refusal("number", lambda: 1)
    assert "`return`" in refusal("text", None)
