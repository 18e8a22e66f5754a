"""Ready tests for the usual kinds of answers: functions, numbers and arrays.

Most return a *test*, a function of the answer for `Case(name, test, diagnosis)`. torch and the chain are
imported only where an answer of that kind is tested. Contracts and trained models have their own in
`contracts` and `models`.
"""

import copy
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from nnchain_edu.exercises.shown import show, show_error

Test = Callable[[Any], Any]


class Miss:
    """A test that did not pass, and in what: it counts as false, and its details reach the learner."""

    def __init__(self, *details: tuple[str, str]) -> None:
        self.details = list(details)

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"Miss({', '.join(f'{label}: {text}' for label, text in self.details)})"


class Passed:
    """A test that passed, and what is worth telling about it: its details stand below the verdict *right*."""

    def __init__(self, *details: tuple[str, str]) -> None:
        self.details = list(details)


class AnswerFailed(Exception):
    """Raised by a test where the answer fails outside Python, such as a contract that does not compile."""

    def __init__(self, message: str, details: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)


# What the door says to an answer of another kind. ---------------------------------------------------------


def _is_number(answer: Any) -> bool:
    if isinstance(answer, bool):
        return False
    return isinstance(answer, numbers.Number | Decimal) or getattr(answer, "shape", None) == ()


def _is_array(answer: Any) -> bool:
    return isinstance(answer, list | tuple) or (hasattr(answer, "shape") and not callable(answer))


def _is_contract(answer: Any) -> bool:
    """Source text or a deployed contract, and not a contract's name: that would be the course's own."""
    if isinstance(answer, str):
        return "\n" in answer.strip()
    return hasattr(answer, "abi") and hasattr(answer, "address")


def _is_model(answer: Any) -> bool:
    trained = hasattr(answer, "parameters") or hasattr(answer, "predict")
    return trained and not isinstance(answer, type)


KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "any": (lambda answer: True, ""),
    "function": (callable, "The check needs the function itself, without brackets: not `f(2)` but `f`."),
    "class": (
        lambda answer: isinstance(answer, type),
        "The check needs the class, not an object of it.",
    ),
    "number": (_is_number, "The check needs one number."),
    "array": (_is_array, "The check needs a list, an array or a tensor."),
    "text": (lambda answer: isinstance(answer, str), "The check needs a text, in quotes."),
    "contract": (
        _is_contract,
        "The check needs the contract: its source as a text, or deployed.",
    ),
    "model": (_is_model, "The check needs the trained model itself."),
}


def refusal(kind: str, answer: Any) -> str:
    """What to say to an answer that is not of the kind the exercise asks for; "" when it is."""
    accepts, message = KINDS[kind]
    try:
        if accepts(answer):
            return ""
    except BaseException:  # an answer may be hostile even here
        return message
    if answer is None:
        return f"{message} Your answer is None: a function without `return` gives None."
    if callable(answer) and not isinstance(answer, type):
        return f"{message} Your answer is a function: call it, and give what comes out."
    return message


# Numbers and arrays. --------------------------------------------------------------------------------------


def same(actual: Any, expected: Any, tolerance: float = 0.0) -> bool | Miss:
    """Whether two values are equal; numbers within `tolerance`, relative for magnitudes above 1.

    Lists, tuples, arrays and tensors of equal shape count as equal when their elements do; so does a NumPy or
    torch number and the plain one. True is not 1, and NaN equals nothing.
    """
    wanted = expected if isinstance(expected, tuple) else _plain(expected)
    actual, expected = _plain(actual), _plain(expected)
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping) or set(actual) != set(expected):
            return Miss(("Expected", show(wanted)))
        return _all_same([(actual[key], expected[key]) for key in expected], wanted, tolerance)
    if isinstance(expected, list):
        if not isinstance(actual, list):
            return Miss(("Expected", show(wanted)))
        if len(actual) != len(expected):
            return Miss(("Expected", show(wanted)), ("Length", f"{len(actual)}, not {len(expected)}"))
        return _all_same(list(zip(actual, expected, strict=True)), wanted, tolerance)
    if isinstance(expected, bool) or isinstance(actual, bool):
        equal = isinstance(expected, bool) and isinstance(actual, bool) and actual == expected
    elif _is_number(expected):
        equal = _is_number(actual) and _near(actual, expected, tolerance)
    else:
        equal = type(actual) is type(expected) and actual == expected
    return bool(equal) or Miss(("Expected", show(expected)))


def _all_same(pairs: list[tuple[Any, Any]], expected: Any, tolerance: float) -> bool | Miss:
    return all(bool(same(*pair, tolerance)) for pair in pairs) or Miss(("Expected", show(expected)))


def _near(actual: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(actual, complex) or isinstance(expected, complex):
        return abs(complex(actual) - complex(expected)) <= tolerance * max(1.0, abs(complex(expected)))
    if tolerance == 0 or math.isinf(expected) or math.isinf(actual):
        return bool(actual == expected)
    return abs(float(actual) - float(expected)) <= tolerance * max(1.0, abs(float(expected)))


def _plain(value: Any) -> Any:
    """NumPy and torch values as Python's own, tuples as lists."""
    if hasattr(value, "detach") and hasattr(value, "tolist"):
        value = value.detach().cpu()
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        value = value.tolist()
    return list(value) if isinstance(value, list | tuple) else value


def equals(expected: Any, tolerance: float = 0.0) -> Test:
    """A test that the answer itself is this number, text, list, array or tensor."""
    return lambda answer: same(answer, expected, tolerance)


# Functions. -----------------------------------------------------------------------------------------------


def returns(expected: Any, *args: Any, tolerance: float = 0.0, **kwargs: Any) -> Test:
    """A test that the answer, called with these arguments (copies of them), returns this value."""

    def test(answer: Any) -> bool | Miss:
        given, named = copy.deepcopy((args, kwargs))
        return same(answer(*given, **named), expected, tolerance)

    return test


def raises(exception: type[Exception], *args: Any, **kwargs: Any) -> Test:
    """A test that the answer, called with these arguments, raises this exception."""

    def test(answer: Any) -> bool | Miss:
        try:
            answer(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        except NotImplementedError:
            raise
        except exception:
            return True
        except Exception as error:
            return Miss(("Expected", exception.__name__), ("Raised", show_error(error)))
        return Miss(("Expected", exception.__name__))

    return test


def leaves_unchanged(*args: Any, **kwargs: Any) -> Test:
    """A test that the answer, called with these arguments, changes none of them."""

    def test(answer: Any) -> bool | Miss:
        given, named = copy.deepcopy((args, kwargs))
        answer(*given, **named)
        after = [*given, *named.values()]
        return all(bool(same(*pair)) for pair in zip(after, [*args, *kwargs.values()], strict=True)) or Miss(
            ("Arguments afterwards", ", ".join(show(value) for value in after))
        )

    return test
