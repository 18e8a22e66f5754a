"""Time and memory end where they should, and the stop button works, wherever a check runs."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from nnchain_edu.exercises import limits
from nnchain_edu.exercises.limits import NO_LIMITS, NO_MEMORY_LIMIT, run

linux = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")


def endless():
    while True:
        pass


def stubborn():
    while True:
        try:
            time.sleep(60)
        except BaseException:
            continue


def blocked_in_c():
    return sum(range(10**13))


def asleep():
    time.sleep(60)


@linux
@pytest.mark.parametrize(
    ("job", "line"),
    [(endless, None), (stubborn, 3), (blocked_in_c, 1), (asleep, 1)],
    ids=["endless", "stubborn", "blocked in C", "asleep"],
)
def test_a_child_is_stopped_and_says_where(job, line):
    started = time.perf_counter()
    outcome = run(job, 0.3, 200)
    assert (outcome.value, outcome.stopped, outcome.note) == (None, "time", "")
    assert time.perf_counter() - started < 0.3 * limits.CLOCK_FACTOR
    filename, number = outcome.line
    assert filename == __file__
    assert number - job.__code__.co_firstlineno in ((1, 2) if line is None else (line,))


@linux
@pytest.mark.slow
def test_waiting_for_a_processor_is_not_idling(monkeypatch):
    monkeypatch.setattr(limits, "IDLE_FACTOR", 1)
    monkeypatch.setattr(limits, "CLOCK_FACTOR", 100)
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3 * os.cpu_count())]
    try:

        def job():
            spent = time.process_time() + 0.3
            while time.process_time() < spent:
                pass
            return "finished"

        started = time.perf_counter()
        assert run(job, 0.5, 200).value == "finished"
        assert time.perf_counter() - started > 0.5
    finally:
        for other in others:
            other.kill()
            other.wait()


@linux
@pytest.mark.parametrize("take", [lambda: bytearray(50 * 10**9), lambda: [bytearray(10**6) for _ in range(10**6)]])
def test_memory_ends_in_a_child(take):
    def job():
        try:
            take()
        except MemoryError:
            return "stopped"

    assert run(job, 10, 100).value == "stopped"
    assert run(lambda: len(bytearray(50 * 10**6)), 10, 100).value == 50 * 10**6


@linux
def test_torch_and_scikit_learn_work_in_a_child_of_a_process_with_their_threads():
    import numpy
    import torch
    from sklearn.ensemble import HistGradientBoostingClassifier

    table = numpy.random.default_rng(0).random((200, 3))
    HistGradientBoostingClassifier(max_iter=2).fit(table, table[:, 0] > 0.5)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        square = torch.rand(600, 600)
        (square @ square).sum()  # starts torch's threads here; they do not exist in the child

        def job():
            model = torch.nn.Linear(600, 600)
            loss = (model(square) @ square).square().mean()
            loss.backward()
            HistGradientBoostingClassifier(max_iter=2).fit(table, table[:, 0] > 0.5)
            return bool(model.weight.grad.isfinite().all()) and torch.get_num_threads() == 1

        assert run(job, 10, 768).value is True
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


@linux
def test_a_child_leaves_no_descriptor_and_no_process_behind():
    before = len(os.listdir("/proc/self/fd"))
    for job in (lambda: 1, lambda: os._exit(3), endless):
        run(job, 0.1, 100)
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@linux
def test_a_child_works_from_another_thread():
    found = []
    thread = threading.Thread(target=lambda: found.extend([run(endless, 0.2, 100), run(lambda: 5, 1, 100)]))
    thread.start()
    thread.join()
    assert [(outcome.stopped, outcome.value) for outcome in found] == [("time", None), ("", 5)]


@pytest.mark.parametrize("job", [endless, stubborn, asleep])
def test_an_alarm_stops_code_in_this_process(here, job):
    handlers = [signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGINT)]
    if job is stubborn:

        def job():
            for _ in range(5):
                try:
                    time.sleep(60)
                except BaseException:
                    continue

    started = time.perf_counter()
    outcome = run(job, 0.1, 200)
    assert (outcome.stopped, outcome.note) == ("time", NO_MEMORY_LIMIT)
    assert outcome.line[0] == __file__
    assert time.perf_counter() - started < 3
    assert [signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGINT)] == handlers
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_alarm_in_our_own_code_names_no_line(here):
    outcome = run(eval("lambda: __import__('time').sleep(60)"), 0.1, 200)
    assert (outcome.stopped, outcome.line) == ("time", None)


def test_where_nothing_can_be_limited_the_job_runs_with_a_note(here):
    found = []
    thread = threading.Thread(target=lambda: found.append(run(lambda: 5, 1, 100)))
    thread.start()
    thread.join()
    assert found == [limits.Outcome(5, note=NO_LIMITS)]


def test_without_an_alarm_the_job_runs_with_a_note(here, monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    assert run(lambda: 5, 1, 100) == limits.Outcome(5, note=NO_LIMITS)


@linux
def test_where_no_child_can_be_made_the_job_runs_here(monkeypatch):
    def refuse():
        raise BlockingIOError(11, "no process left")

    before = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "fork", refuse)
    assert run(lambda: 5, 1, 100) == limits.Outcome(5, note=NO_MEMORY_LIMIT)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("place", ["child", "here"])
def test_the_stop_button_is_not_the_answers(place, monkeypatch):
    if place == "here" or sys.platform != "linux":
        monkeypatch.setattr(limits, "_can_fork", lambda: False)
    press = threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT))
    press.start()
    started = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        run(asleep, 20, 200)
    press.join()
    assert time.perf_counter() - started < 5
