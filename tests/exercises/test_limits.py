"""Time and memory end where they should, and the stop button works, wherever a check runs."""

import gc
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

ENDLESS = 60  # seconds that a job sleeps which nobody stops


def endless():
    while True:
        pass


def stubborn():
    while True:
        try:
            time.sleep(ENDLESS)
        except BaseException:
            continue


def blocked_in_c():
    return sum(range(10**13))


def asleep():
    time.sleep(ENDLESS)


@linux
@pytest.mark.parametrize(
    ("job", "line"),
    [(endless, None), (stubborn, 3), (blocked_in_c, 1), (asleep, 1)],
    ids=["endless", "stubborn", "blocked in C", "asleep"],
)
def test_a_child_is_stopped_and_says_where(job, line, monkeypatch):
    monkeypatch.setattr(limits, "CLOCK_FACTOR", 1000)  # so that it is not the clock that stops it
    started, worked = time.perf_counter(), sum(os.times()[2:4])
    outcome = run(job, 0.3, 200)
    assert (outcome.value, outcome.stopped, outcome.note) == (None, "time", "")
    assert sum(os.times()[2:4]) - worked < 3, "processor seconds of a child that may have 0.3"
    assert time.perf_counter() - started < ENDLESS
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
def test_a_child_leaves_no_descriptor_and_no_process_behind(monkeypatch):
    fork, made = os.fork, []

    def noted():
        if child := fork():
            made.append(child)
        return child

    monkeypatch.setattr(os, "fork", noted)  # other tests of this process may have children of their own
    gc.collect()  # and files that wait to be closed
    before = len(os.listdir("/proc/self/fd"))
    for job in (lambda: 1, lambda: os._exit(3), endless):
        run(job, 0.1, 100)
    assert len(os.listdir("/proc/self/fd")) == before
    for child in made:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)
    assert len(made) == 3


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
                    time.sleep(ENDLESS)
                except BaseException:
                    continue

    started = time.perf_counter()
    outcome = run(job, 0.1, 200)
    assert (outcome.stopped, outcome.note) == ("time", NO_MEMORY_LIMIT)
    assert outcome.line[0] == __file__
    assert time.perf_counter() - started < ENDLESS
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
def test_the_stop_button_is_not_the_answers(place, monkeypatch, tmp_path):
    if place == "here" or sys.platform != "linux":
        monkeypatch.setattr(limits, "_can_fork", lambda: False)
    begun, started = tmp_path / "begun", time.perf_counter()

    def job():
        begun.touch()
        asleep()

    def press():
        while not begun.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    learner = threading.Thread(target=press, daemon=True)
    with pytest.raises(KeyboardInterrupt):
        learner.start()
        run(job, 30, 200)
    learner.join()
    assert time.perf_counter() - started < ENDLESS


@linux
def test_a_stop_button_pressed_while_the_child_is_made_is_the_parents_alone(monkeypatch):
    """In a kernel it goes to all processes of the group, the newborn too, which must not run on as a second kernel."""
    fork, here, mask, made = os.fork, os.getpid(), signal.pthread_sigmask(signal.SIG_BLOCK, ()), []

    def pressed_at_once():
        made.append(fork())
        os.kill(os.getpid(), signal.SIGINT)
        return made[0]

    monkeypatch.setattr(os, "fork", pressed_at_once)
    with pytest.raises(KeyboardInterrupt):
        run(asleep, 30, 200)
    if os.getpid() != here:
        os._exit(1)
    with pytest.raises(ChildProcessError):  # the child is ended and gone
        os.waitpid(made[0], 0)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == mask
