"""Puts the cases of an exercise to an answer and tells the four verdicts apart."""

import functools
import inspect
import types
from dataclasses import asdict, replace
from typing import Any

from nnchain_edu.exercises import kinds, limits, loading
from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.kinds import AnswerFailed, Miss, Passed
from nnchain_edu.exercises.limits import Stopped
from nnchain_edu.exercises.shown import (
    find_line,
    kind_of,
    passes_through,
    place,
    shorten,
    show,
    show_call,
    show_error,
)
from nnchain_edu.exercises.steady import seed, steady
from nnchain_edu.exercises.verdict import Verdict

_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)
_CALLS_SHOWN_EXACTLY = 1000  # later calls keep their arguments as they are: a text of each costs time
_UNWRITTEN = "Not written yet. Replace the placeholder and run the cell again."


class Calls:
    """Remembers the last call of the answer: what was given, what came out, and whether it raised."""

    def __init__(self) -> None:
        self.count = 0
        self.name = "answer"
        self.given: Any = None
        self.came_out: Any = None
        self.finished = False
        self.unwritten = False
        self.raised: BaseException | None = None

    def watch(self, answer: Any) -> Any:
        """The answer itself, or for a function one that does the same and is remembered."""
        if not isinstance(answer, _FUNCTIONS):
            return answer
        name = getattr(answer, "__name__", "")
        self.name = name if isinstance(name, str) and name.isidentifier() else "answer"

        @functools.wraps(answer)
        def watched(*args, **kwargs):
            self.count += 1
            self.finished, self.raised = False, None
            exact = self.count <= _CALLS_SHOWN_EXACTLY
            self.given = show_call(self.name, args, kwargs) if exact else (args, kwargs)
            try:
                self.came_out = answer(*args, **kwargs)
            except BaseException as error:
                self.raised = error
                self.unwritten = self.unwritten or isinstance(error, NotImplementedError)
                raise
            self.finished = True
            self.unwritten = self.unwritten or self.came_out is ...
            return self.came_out

        return watched

    def details(self) -> list[tuple[str, str]]:
        """Label and text of the last call, and of what came out of it."""
        if self.given is None:
            return []
        given = self.given if isinstance(self.given, str) else show_call(self.name, *self.given)
        return [("Given", given)] + ([("Came out", show(self.came_out))] if self.finished else [])


def examine(exercise: Exercise, answer: Any) -> Verdict:
    """The verdict on an answer, reached under the exercise's limits.

    Raises:
        KeyboardInterrupt: when the learner presses the stop button. Nothing the answer does raises here.
    """
    about = (exercise.number, exercise.title)
    try:
        loading.load_for(exercise)
    except ImportError as error:
        return Verdict(*about, "not attempted", f"This check cannot run here. {show_error(error)}")
    outcome = limits.run(lambda: asdict(judge(exercise, answer)), exercise.seconds, exercise.memory_mb)
    details = (place(*outcome.line),) if outcome.line else ()
    notes = (outcome.note,) if outcome.note else ()
    if outcome.stopped == "time":
        message = "Your code ran too long and was stopped. Does every loop come to an end?"
        return Verdict(*about, "broken", message, details=details, notes=notes)
    if outcome.stopped:
        message = "Your code ended Python itself: it ran out of memory, crashed it, or called for its exit."
        return Verdict(*about, "broken", message, details=details, notes=notes)
    said = outcome.value
    return Verdict(**said | {"details": tuple(map(tuple, said["details"])), "notes": notes})


def judge(exercise: Exercise, answer: Any) -> Verdict:
    """The verdict on an answer, reached in this process. Raises nothing but `Stopped`."""
    with steady() as printed:
        try:
            verdict = _judge(exercise, answer)
        except Stopped:
            raise
        except BaseException as error:  # an object may refuse even to be looked at
            line = find_line(error.__traceback__, None)
            details = (place(*line),) if line else ()
            verdict = Verdict(exercise.number, exercise.title, "broken", _broken(error), details=details)
    if verdict.verdict in ("wrong", "broken") and printed.text.strip():
        text = " ".join(shorten(printed.text, 400).split())
        verdict = replace(verdict, details=(*verdict.details, ("Printed", text)))
    return verdict


def _judge(exercise: Exercise, answer: Any) -> Verdict:

    def verdict(word: str, message: str, details: list[tuple[str, str]] = (), case: str = "") -> Verdict:
        return Verdict(exercise.number, exercise.title, word, message, case, tuple(details))

    if _is_stub(answer):
        return verdict("not attempted", _UNWRITTEN)
    if refusal := kinds.refusal(exercise.kind, answer):
        return verdict("wrong", refusal, [("Your answer", show(answer))], "kind of answer")
    calls = Calls()
    watched, told = calls.watch(answer), []
    for case in exercise.cases:
        calls.given, calls.finished, calls.raised = None, False, None
        error, result = None, None
        seed()
        try:
            result = case.test(watched)
            passed = type(result) is Passed or _is_true(result)
        except Stopped:
            raise
        except BaseException as raised:
            error, passed = raised, False
        if calls.unwritten or isinstance(error, NotImplementedError):
            return verdict("not attempted", _UNWRITTEN)
        if passed:
            told += result.details if type(result) is Passed else []
            continue
        if error is not None and (line := _blame(error, case, calls, answer)) is not None:
            return verdict("broken", _broken(error), line + calls.details())
        if isinstance(error, ImportError):
            return verdict("not attempted", f"This check cannot run here. {show_error(error)}")
        details = calls.details() or _own_value(answer)
        if isinstance(result, Miss):
            details += result.details
        if error is not None and (callable(answer) or exercise.kind != "any"):
            details.append(("The check could not use it", show_error(error)))
        return verdict("wrong", _diagnosis(exercise, case, calls, answer, error), details, case.name)
    return verdict("right", exercise.praise, told)


def _own_value(answer: Any) -> list[tuple[str, str]]:
    """The answer itself where it is a value to look at: not a function, and not a whole source text."""
    source = isinstance(answer, str) and "\n" in answer.strip()
    return [] if callable(answer) or source else [("Your answer", show(answer))]


def _is_stub(answer: Any) -> bool:
    if answer is ...:
        return True
    if type(answer) in (list, tuple):
        return any(part is ... for part in answer)
    if issubclass(type(answer), str):  # a contract of a cell is one; `isinstance` would believe what an object says
        return any(line.strip() == "..." or "your code here" in line for line in str.splitlines(answer))
    return False


def _is_true(result: Any) -> bool:
    """A comparison counts as passed only when it is one truth value: a generator or a text is none."""
    if isinstance(result, bool):
        return result
    return kind_of(result) in ("bool", "bool_", "Tensor", "ndarray") and result.size != 0 and bool(result)


def _blame(error: BaseException, case: Case, calls: Calls, answer: Any) -> list[tuple[str, str]] | None:
    """The learner's line that an exception came from, [] if it has none, None if it came from the test."""
    if isinstance(error, AnswerFailed):
        return error.details
    test = getattr(inspect.unwrap(case.test), "__code__", None)
    line = find_line(error.__traceback__, test)
    if line is not None:
        return [place(*line)]
    if error is calls.raised or passes_through(error.__traceback__, answer, test):
        return []
    return None


def _broken(error: BaseException) -> str:
    if isinstance(error, AnswerFailed):
        return error.message
    text = show_error(error)
    if isinstance(error, RecursionError):
        return f"Your code calls itself without an end. {text}"
    if isinstance(error, MemoryError) or "can't allocate memory" in text:
        return "Your code asked for more memory than a check may take."
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return f"Your code ended the program instead of returning a value. {text}"
    return f"Your code raised {text}"


def _diagnosis(exercise: Exercise, case: Case, calls: Calls, answer: Any, error: BaseException | None) -> str:
    if isinstance(error, TypeError) and not callable(answer) and "not callable" in str(error):
        return kinds.refusal("function", answer) or case.diagnosis
    if calls.finished and calls.came_out is None and not exercise.may_give_none:
        return f"{case.diagnosis} (None came out: did you forget `return`?)"
    if calls.finished and isinstance(calls.came_out, types.GeneratorType | types.CoroutineType):
        return f"{case.diagnosis} (A {kind_of(calls.came_out)} came out: return the values themselves.)"
    return case.diagnosis
