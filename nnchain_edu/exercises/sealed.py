"""An answer that runs in a process of its own, which was started before there was anything to peek at.

The process that judges draws its secrets afterwards, and hands over one question at a time. What the answer can find
in memory is what it was asked. Where a fork is not safe (see `limits`), the answer runs in this process, unsealed.
"""

import contextlib
import json
import os
import pickle
import signal
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from nnchain_edu.exercises import limits
from nnchain_edu.exercises.kinds import AnswerFailed
from nnchain_edu.exercises.shown import find_line, place, show_error

Ask = Callable[[Any], Any]


@contextlib.contextmanager
def sealed(serve: Callable[[Any], Any], seconds: int) -> Iterator[Ask]:
    """Give a function `ask(question)`, which returns what `serve(question)` returns in the other process.

    serve: gives plain data that fit JSON. seconds: processor time of the other process.

    Raises, from `ask`: NotImplementedError where `serve` does; AnswerFailed for every other exception of it.
    """
    if not limits._can_fork():
        yield lambda question: _value(_served(serve, question))
        return
    questions, answers = os.pipe(), os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from 3.12 on, forking beside a kernel's threads warns
        child = os.fork()
    if child == 0:
        os.close(questions[1])
        os.close(answers[0])
        _answer_until_closed(serve, questions[0], answers[1], seconds)
    os.close(questions[0])
    os.close(answers[1])
    with os.fdopen(questions[1], "wb") as out, os.fdopen(answers[0], "rb") as back:

        def ask(question: Any) -> Any:
            try:
                pickle.dump(question, out)
                out.flush()
                line = back.readline()
            except BrokenPipeError:
                line = b""
            if not line.endswith(b"\n"):
                raise AnswerFailed("Your code ended Python itself, or ran too long.")
            return _value(json.loads(line))  # JSON: what comes back can bring no code along

        try:
            yield ask
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            with contextlib.suppress(BrokenPipeError):
                out.close()  # a question that nobody was there to read is in it still


def _answer_until_closed(serve: Callable[[Any], Any], questions: int, answers: int, seconds: int) -> None:
    """All that the sealed process does; it never returns."""
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        with os.fdopen(questions, "rb") as asked, os.fdopen(answers, "wb") as said:
            while True:
                try:
                    question = pickle.load(asked)
                except EOFError:
                    break
                said.write(json.dumps(_served(serve, question)).encode() + b"\n")
                said.flush()
    finally:
        os._exit(0)


def _served(serve: Callable[[Any], Any], question: Any) -> dict[str, Any]:
    """What `serve` gives, or how it failed."""
    try:
        return {"value": serve(question)}
    except NotImplementedError:
        return {"unwritten": True}
    except AnswerFailed as failed:
        return {"failed": failed.message, "details": failed.details}
    except Exception as error:
        line = find_line(error.__traceback__, None)
        return {"failed": f"Your code raised {show_error(error)}", "details": [place(*line)] if line else []}


def _value(said: dict[str, Any]) -> Any:
    if said.get("unwritten"):
        raise NotImplementedError
    if "failed" in said:
        raise AnswerFailed(said["failed"], [tuple(detail) for detail in said["details"]])
    return said["value"]
