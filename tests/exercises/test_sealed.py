"""The sealed process: it answers, it cannot look back, and whatever it does reaches the judge as plain data."""

import os
import signal
import sys
import time

import pytest

from nnchain_edu.exercises import limits
from nnchain_edu.exercises.kinds import AnswerFailed
from nnchain_edu.exercises.sealed import sealed

SECRET = []

forked = pytest.mark.skipif(not limits._can_fork(), reason="nothing is sealed where a fork is not safe")


def ask_one(serve, question=1, seconds=5):
    with sealed(serve, seconds) as ask:
        return ask(question)


def test_it_answers_and_keeps_its_state_between_questions():
    def serve(question, asked=[]):  # noqa: B006
        asked.append(question)
        return asked

    with sealed(serve, 5) as ask:
        ask("a")
        assert ask({"b": 2}) == ["a", {"b": 2}]


@forked
def test_what_is_drawn_after_the_start_is_not_in_its_memory():
    with sealed(lambda question: list(SECRET), 5) as ask:
        SECRET.append("drawn later")
        try:
            assert ask(1) == []
        finally:
            SECRET.clear()


@forked
def test_what_it_changes_stays_there():
    with sealed(lambda question: SECRET.append(question), 5) as ask:
        ask(1)
    assert SECRET == []


@forked
def test_what_comes_back_can_bring_no_code_along():
    class Trap:
        def __reduce__(self):
            return exec, ("SECRET.append('sprung')", globals())

    with pytest.raises(AnswerFailed):
        ask_one(lambda question: Trap())
    assert SECRET == []


def test_failures_are_told_with_their_kind():
    def unwritten(question):
        raise NotImplementedError

    def broken(question):
        return {}["no such key"]

    with pytest.raises(NotImplementedError):
        ask_one(unwritten)
    with pytest.raises(AnswerFailed, match="KeyError"):
        ask_one(broken)


@forked
@pytest.mark.parametrize("end", [lambda question: os._exit(3), lambda question: exit()])
def test_an_end_of_python_is_a_failure(end):
    with pytest.raises(AnswerFailed, match="ended Python"):
        ask_one(end)


@forked
def test_an_endless_loop_is_stopped():
    def endless(question):
        while True:
            pass

    begun = time.monotonic()
    with pytest.raises(AnswerFailed, match="too long"):
        ask_one(endless, seconds=1)
    assert time.monotonic() - begun < 60


@forked
def test_nobody_is_left_behind():
    with sealed(lambda question: os.getpid(), 5) as ask:
        child = ask(1)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_without_a_fork_it_runs_here(monkeypatch):
    monkeypatch.setattr(limits, "_can_fork", lambda: False)
    assert ask_one(lambda question: os.getpid()) == os.getpid()
    with pytest.raises(AnswerFailed, match="ZeroDivisionError"):
        ask_one(lambda question: 1 / 0)


@forked
def test_an_end_between_two_questions_is_a_failure_too():
    with pytest.raises(AnswerFailed, match="ended Python"), sealed(lambda question: os.getpid(), 5) as ask:
        child = ask(1)
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # it is dead, and nobody reads the next question
        ask(2)


@forked
def test_an_end_in_the_middle_of_an_answer_is_a_failure_too():
    def serve(question):
        said = sys._getframe(2).f_locals["said"]
        said.write(b'{"value": 1')
        said.flush()
        os._exit(0)

    with pytest.raises(AnswerFailed, match="ended Python"):
        ask_one(serve)
