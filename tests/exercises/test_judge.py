"""No answer, however hostile, brings the check down, hangs it, or leaves anything behind."""

import asyncio
import decimal
import os
import random
import subprocess
import sys
import time
import warnings
from dataclasses import replace

import numpy as np
import pytest

from nnchain_edu.exercises import limits
from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.judge import examine
from nnchain_edu.exercises.kinds import KINDS, AnswerFailed, Passed, returns
from nnchain_edu.exercises.shown import show

FIVE = Exercise(
    number="91.1",
    title="Give five",
    objective="return a value",
    cases=[
        Case("five", lambda answer: answer() == 5, "It should be five."),
        Case("again", returns(5), "And five again."),
    ],
    hints=["Think.", "Think more."],
    praise="Five.",
    seconds=2.0,
    memory_mb=200,
)
SEEN = []


class Hostile:
    """Everything one can ask of it goes wrong."""

    def __getattribute__(self, name):
        raise KeyboardInterrupt

    def __repr__(self):
        raise SystemExit

    def __bool__(self):
        raise MemoryError

    def __eq__(self, other):
        return self

    __hash__ = None


class Liar(int):
    def __repr__(self):
        return "<b>\x1b[31m\u202e" + "x" * 10**6


class NoText(Exception):
    def __str__(self):
        raise RuntimeError


def raises(error):
    def answer():
        raise error

    return answer


def recursive():
    return recursive()


def changes_things():
    SEEN.append(1)
    os.environ["CHANGED"] = "yes"
    random.seed(7)
    sys.stdout = None
    warnings.warn("look out", stacklevel=1)
    return 5


def asks():
    return input("five? ")


def prints():
    for _ in range(100_000):
        print("no" * 100)
    print("\N{PILE OF POO}", file=sys.stderr)
    return 4


async def later():
    return 5


class Class:
    def __call__(self):
        raise ValueError("from a method")


@pytest.fixture(params=["in a child", "in this process"])
def where(request, monkeypatch):
    for factor in ("IDLE_FACTOR", "CLOCK_FACTOR"):  # how long others keep the processors busy is no verdict
        monkeypatch.setattr(limits, factor, 300)
    if request.param == "in this process":
        monkeypatch.setattr(limits, "_can_fork", lambda: False)
    elif sys.platform != "linux":
        pytest.skip("children are forked on Linux only")
    return request.param


@pytest.mark.filterwarnings("ignore:coroutine 'later' was never awaited")
@pytest.mark.parametrize(
    ("answer", "verdict", "expected"),
    [
        (raises(KeyboardInterrupt()), "broken", "ended the program"),
        (raises(SystemExit(3)), "broken", "SystemExit: 3"),
        (raises(GeneratorExit()), "broken", "GeneratorExit"),
        (raises(BaseException("odd")), "broken", "BaseException: odd"),
        (raises(NoText()), "broken", "NoText"),
        (raises(StopIteration()), "broken", "StopIteration"),
        (raises(MemoryError()), "broken", "more memory"),
        (
            raises(ValueError("\x1b[2J<b>" + "y" * 10**6)),
            "broken",
            "ValueError: \N{REPLACEMENT CHARACTER}[2J<b>y",
        ),
        (raises(NotImplementedError()), "not attempted", "Not written yet"),
        (lambda: ..., "not attempted", "Not written yet"),
        (recursive, "broken", "without an end"),
        (asks, "broken", "take the value as an argument"),
        (Hostile, "broken", "KeyboardInterrupt"),
        (lambda: Hostile(), "broken", "KeyboardInterrupt"),
        (lambda: Liar(4), "wrong", "should be five"),
        (lambda: float("nan"), "wrong", "should be five"),
        (lambda: np.array([5, 5]), "wrong", "should be five"),
        (lambda: np.array([]), "wrong", "should be five"),
        (lambda: 10 ** (10**5), "wrong", "should be five"),
        (lambda: [[[[[[[[5]]]]]]]] * 1000, "wrong", "should be five"),
        (later, "wrong", "coroutine"),
        (prints, "wrong", "should be five"),
        (Class(), "broken", "from a method"),
        (Class, "wrong", "should be five"),
        (asyncio, "wrong", "function itself"),
        (lambda x: x, "broken", "TypeError"),
        (changes_things, "right", "Five"),
        (lambda: np.int64(5), "right", "Five"),
        (lambda: decimal.Decimal(5), "right", "Five"),
        (5, "wrong", "function itself"),
        ("x = ...\n...\n", "not attempted", ""),
        ([1, ...], "not attempted", ""),
        (..., "not attempted", ""),
    ],
)
def test_every_answer_gets_its_verdict(where, answer, verdict, expected):
    out, environment = sys.stdout, dict(os.environ)
    said = examine(FIVE, answer)
    sys.stdout = out
    os.environ.pop("CHANGED", None)
    assert (said.verdict, expected in said.message) == (verdict, True), said
    assert len(repr(said)) < 2500 and len(said._repr_html_()) < 5000
    assert "\x1b" not in repr(said) and "\u202e" not in repr(said) and " at 0x" not in repr(said)
    assert dict(os.environ) == environment


def test_an_object_that_fights_back_gets_its_verdict(where):
    for kind in KINDS:
        said = examine(replace(FIVE, kind=kind), Hostile())
        if kind == "any":
            assert (said.verdict, said.details[0][1]) == ("broken", "raise KeyboardInterrupt")
        else:
            assert (said.verdict, said.details[0][1]) == ("wrong", "<Hostile that cannot be shown>")


def test_a_child_keeps_what_an_answer_changes():
    SEEN.clear()
    state = random.getstate()
    assert examine(FIVE, changes_things).verdict == "right"
    assert (SEEN, random.getstate(), "CHANGED" in os.environ) == ([], state, False)


def test_recursion_ends_early_whatever_a_library_allows(where):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10**6)
    try:
        said = examine(FIVE, recursive)
        assert sys.getrecursionlimit() == 10**6
    finally:
        sys.setrecursionlimit(before)
    assert said.verdict == "broken" and "without an end" in said.message


def test_random_numbers_are_the_same_each_time_and_go_on_afterwards(where):
    random.seed(11)
    expected = random.Random(11).random()
    exercise = replace(
        FIVE,
        cases=[
            Case("seeded", lambda answer: answer() == random.Random(0).random(), "Seeded."),
            Case("each", lambda answer: answer() == random.Random(0).random(), "For each case."),
        ],
    )
    assert examine(exercise, random.random).verdict == "right"
    assert random.random() == expected


def test_what_is_printed_is_shown_in_short(where):
    said = dict(examine(FIVE, prints).details)
    assert said["Printed"].startswith("nono") and len(said["Printed"]) <= 400
    assert "Printed" not in dict(examine(FIVE, lambda: print("no") or 5).details)


def test_the_test_at_fault_is_not_called_the_learners(where):
    bad = Case("sum", lambda answer: answer() + "5" == 1, "It should be text.")
    said = examine(replace(FIVE, cases=[bad]), lambda: 5)
    assert (said.verdict, said.message) == ("wrong", "It should be text.")
    assert "TypeError" in dict(said.details)["The check could not use it"]
    for loose in (
        lambda answer: (x for x in "ab"),
        lambda answer: "yes",
        lambda answer: None,
        lambda answer: 1,
    ):
        assert examine(replace(FIVE, cases=[Case("loose", loose, "No.")]), lambda: 5).verdict == "wrong"


def test_a_test_can_say_that_the_answer_failed_elsewhere(where):
    def compiles(answer):
        raise AnswerFailed("It does not compile.", [("Compiler", "line 1:\n  <x>")])

    said = examine(replace(FIVE, cases=[Case("compiles", compiles, "No.")]), "source")
    assert (said.verdict, said.message) == ("broken", "It does not compile.")
    assert "    line 1" not in repr(said) and "<pre>line 1:\n  &lt;x&gt;</pre>" in said._repr_html_()


def test_a_right_answer_hears_what_its_tests_have_to_tell(where):
    cases = [Case("five", lambda answer: Passed(("Fingers", str(answer()))), "No."), FIVE.cases[1]]
    said = examine(replace(FIVE, cases=cases), lambda: 5)
    assert (said.verdict, said.message, said.details) == ("right", "Five.", (("Fingers", "5"),))
    assert examine(replace(FIVE, cases=cases), lambda: 6).details[-1] == ("Expected", "5")


def test_a_swallowed_stub_is_not_attempted(where):
    def refuses(answer):
        try:
            answer()
        except Exception:
            return True
        return False

    exercise = replace(FIVE, cases=[Case("refuses", refuses, "Refuse.")])
    assert examine(exercise, raises(NotImplementedError())).verdict == "not attempted"
    assert examine(exercise, raises(ValueError())).verdict == "right"


def test_many_calls_cost_little_and_the_last_is_shown(where):
    exercise = replace(
        FIVE,
        seconds=60,
        cases=[Case("all", lambda answer: all(answer(n) == n for n in range(200_000)), "Not all.")],
    )
    started = sum(os.times()[:4])  # of this process and its child: others may keep the processors busy
    said = examine(exercise, lambda n: n if n < 150_000 else -n)
    assert dict(said.details)["Given"] == "answer(150000)" and dict(said.details)["Came out"] == "-150000"
    assert sum(os.times()[:4]) - started < 3


def test_a_missing_library_is_said():
    said = examine(replace(FIVE, needs=("no_such_library",)), lambda: 5)
    assert said.verdict == "not attempted" and "cannot run here" in said.message
    imports = Case("imports", lambda answer: __import__("no_such_library"), "No.")
    said = examine(replace(FIVE, cases=[imports]), lambda: 5)
    assert said.verdict == "not attempted" and "cannot run here" in said.message
    assert examine(FIVE, lambda: __import__("no_such_library")).verdict == "broken"


@pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")
@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (lambda: os._exit(0), None),
        (lambda: os.kill(os.getpid(), 9), None),
        (lambda: __import__("ctypes").string_at(0), "(lambda: __import__"),
    ],
)
def test_an_answer_that_takes_python_down_is_broken(answer, line):
    said = examine(FIVE, answer)
    assert said.verdict == "broken" and "ended Python itself" in said.message
    assert not said.details if line is None else line in said.details[0][1]


@pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")
def test_what_an_answer_starts_ends_with_it():
    own = f"{1000 + os.getpid()}"  # seconds that nobody else sleeps

    def starts():
        subprocess.Popen(["sleep", own])
        return 5

    assert examine(FIVE, starts).verdict == "right"
    until = time.monotonic() + 60
    while f"sleep {own}" in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout:
        assert time.monotonic() < until, "what was killed goes on"  # it ends once it has a turn
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.float64(2.0), "2.0"),
        ([np.float32(0.5), np.int64(3)], "[0.5, 3]"),
        (lambda x: x * x, "lambda x: x * x"),
        (len, "<built-in function len>"),
        (examine, "examine"),
        (Class().__call__, "__call__"),
    ],
    ids=["float", "list", "lambda", "builtin", "function", "method"],
)
def test_values_are_shown_as_one_would_write_them(value, shown):
    assert show(value) == shown


@pytest.mark.parametrize(("lawful", "asked"), [(False, True), (True, False)])
def test_a_forgotten_return_is_asked_for_only_where_none_is_no_answer(lawful, asked):
    verdict = examine(replace(FIVE, may_give_none=lawful), lambda: None)
    assert verdict.verdict == "wrong" and ("forget `return`" in verdict.message) is asked
