"""Limits of time and memory on a learner's code, so that no answer can hang or fill the machine.

On Linux the code runs in a forked child: an endless loop, a call blocked in C, a crash of Python or an
allocation without end stops the child, and what the answer changes stays there. Elsewhere it runs in this
process, where an alarm stops loops; what the system cannot limit is left off, with a note.
"""

import contextlib
import faulthandler
import gc
import json
import math
import os
import re
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnchain_edu.exercises.shown import is_learners

IDLE_FACTOR = 3  # a check may wait (sleep, read) three times as long as it may compute
CLOCK_FACTOR = 20  # by the clock it may take twenty times as long: others may keep the processors busy
_GRACE = 10.0  # seconds between asking a child to say where it stands (it does, once it has a turn), and killing it
_MEGABYTE = 1024 * 1024
_FRAME = re.compile(r'^  File "(.*)", line (\d+)', re.MULTILINE)

_known_pools: dict[frozenset, Any] = {}

NO_LIMITS = "Here a check cannot stop an endless loop or a huge allocation: use the stop button."
NO_MEMORY_LIMIT = "Here a check cannot limit memory."


class Stopped(BaseException):
    """Raised inside code that is stopped in this process: by the alarm, or by the learner's stop button."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended: with a value, or stopped.

    Args:
        value: what the job returned (as JSON gives it back), None if it was stopped.
        stopped: "" if it finished, "time" if it took too long, "ended" if it took Python down with it.
        line: file and line of the learner's code where it was stopped, if known.
        note: what could not be limited on this system.
    """

    value: Any = None
    stopped: str = ""
    line: tuple[str, int] | None = None
    note: str = field(default="")


def run(job: Callable[[], Any], seconds: float, memory_mb: int) -> Outcome:
    """Run a job under limits and give back its value, which must fit JSON.

    Args:
        job: called without arguments; it raises nothing but `Stopped`.
        seconds: processor time; a child may wait `IDLE_FACTOR` times that, and last `CLOCK_FACTOR` times that.
            In this process it is `IDLE_FACTOR` times that by the clock.
        memory_mb: memory beyond what the process has now.

    Raises KeyboardInterrupt when the learner presses the stop button (not when the job raises it).
    """
    if not _can_fork():
        return _run_here(job, seconds)
    pools, (reader, writer) = _pools(), os.pipe()
    with _stop_button_held() as listen:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # from 3.12 on, forking beside a kernel's threads warns
                child = os.fork()
        except OSError:  # no memory or no process left
            child = None
        if child == 0:
            _run_as_child(job, seconds, memory_mb, writer, pools)
        os.close(writer)
        if child is not None:
            return _watch(child, reader, seconds, listen)
    os.close(reader)
    return _run_here(job, seconds)


@contextlib.contextmanager
def _stop_button_held() -> Iterator[Callable[[], None]]:
    """Keep the stop button waiting until `listen`, which this gives, is called: nobody would end the child, and a child
    that took it for its own would run on as a second kernel."""
    pressed: list[int] = []
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number)) if in_main else None

    def listen() -> None:
        if before is not None:  # the main thread's, which also hears what other threads of a kernel take
            signal.signal(signal.SIGINT, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if pressed:
            pressed.clear()
            raise KeyboardInterrupt

    try:
        yield listen
    finally:
        listen()


def _can_fork() -> bool:
    """Whether a forked child is safe: not on macOS, whose own libraries break, nor once CUDA is in use."""
    torch = sys.modules.get("torch")
    return sys.platform == "linux" and not (torch and torch.cuda.is_initialized())


# In a child. ----------------------------------------------------------------------------------------------


def _run_as_child(job: Callable[[], Any], seconds: float, memory_mb: int, writer: int, pools: Any) -> None:
    """Everything the child does. It never returns, and leaves alone what belongs to the parent's threads."""
    status = 1
    try:
        gc.freeze()  # the parent's garbage is not ours to finalise: it may close files or remove folders
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the stop button is for the parent, which ends us
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(math.ceil(seconds * CLOCK_FACTOR + _GRACE) + 1)  # if the parent is killed
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        # On SIGPROF the C handler writes where Python stands, even inside a blocked C call, then lets us die.
        faulthandler.enable(writer, all_threads=False)  # a crash of Python, too
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        faulthandler.register(signal.SIGPROF, file=writer, all_threads=False, chain=True)
        _limit_memory(memory_mb)
        _use_one_thread(pools)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        value = job()
        signal.setitimer(signal.ITIMER_PROF, 0)
        rest = b"\0" + json.dumps(value).encode()
        while rest:
            rest = rest[os.write(writer, rest) :]
        status = 0
    finally:
        os._exit(status)


def _limit_memory(memory_mb: int) -> None:
    """Cap private writable memory, the kind that an answer fills; mapped libraries do not count."""
    import resource

    now = re.search(r"^VmData:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    limit = int(now[1]) * 1024 + memory_mb * _MEGABYTE
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _pools() -> Any:
    """The thread pools of the libraries loaded now, found once: a search costs milliseconds."""
    loaded = frozenset(name for name in ("numpy", "scipy", "sklearn", "torch") if name in sys.modules)
    if "threadpoolctl" not in sys.modules:
        return None
    if loaded not in _known_pools:
        _known_pools[loaded] = sys.modules["threadpoolctl"].ThreadpoolController()
    return _known_pools[loaded]


def _use_one_thread(pools: Any) -> None:
    """The parent's worker threads do not exist in a child: waiting for one of them would never end."""
    if pools is not None:
        pools.limit(limits=1)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def _watch(child: int, reader: int, seconds: float, listen: Callable[[], None]) -> Outcome:
    """Read what the child says until it ends; end it when the clock runs out, or when we are interrupted."""
    started, asked = time.monotonic(), 0.0
    open_end, said = True, bytearray()
    os.set_blocking(reader, False)
    try:
        listen()
        while not _has_ended(child):
            lasted = time.monotonic() - started
            if asked and lasted > asked + _GRACE:
                os.kill(child, signal.SIGKILL)
            elif not asked and _is_over(child, lasted, seconds):
                os.kill(child, signal.SIGPROF)
                asked = lasted
            open_end = open_end and _read(reader, said, wait=0.02)
            if not open_end:
                time.sleep(0.001)
        _read(reader, said, wait=0)
    finally:
        os.close(reader)
        _kill_group(child)
        _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0 and b"\0" in said:
        return Outcome(json.loads(said[said.rindex(b"\0") + 1 :]))
    timed_out = bool(asked) or os.waitstatus_to_exitcode(status) in (-signal.SIGPROF, -signal.SIGALRM)
    return Outcome(stopped="time" if timed_out else "ended", line=_last_line(said.decode(errors="replace")))


def _is_over(child: int, lasted: float, seconds: float) -> bool:
    """Whether a child has waited or lasted too long. What it waits for a processor does not count as idle."""
    try:
        times = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]
        busy = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
        queued = int(Path(f"/proc/{child}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):  # no such counters: only the clock is left
        busy = queued = 0.0
    return lasted - busy - queued > seconds * IDLE_FACTOR or lasted > seconds * CLOCK_FACTOR


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _read(reader: int, said: bytearray, wait: float) -> bool:
    """Take in what lies in the pipe; False when its other end is closed."""
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    if not poll.poll(wait * 1000):
        return True
    while True:
        try:
            part = os.read(reader, 65536)
        except BlockingIOError:
            return True
        if not part:
            return False
        said += part


def _kill_group(child: int) -> None:
    """End the child and what it started. It is not reaped yet, so its number cannot belong to another."""
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _last_line(dump: str) -> tuple[str, int] | None:
    """The learner's innermost line in what faulthandler wrote, above our own call of the job."""
    for name, line in _FRAME.findall(dump):
        if name == __file__:
            break
        if is_learners(name):
            return name, int(line)
    return None


# In this process. -----------------------------------------------------------------------------------------


def _run_here(job: Callable[[], Any], seconds: float) -> Outcome:
    """Run the job here, stopped by an alarm where there is one and this is the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return Outcome(json.loads(json.dumps(job())), note=NO_LIMITS)
    pressed, where = [], []

    def interrupt(number, frame):
        pressed.append(number)
        raise Stopped

    def alarm(number, frame):
        while frame is not None and not is_learners(frame.f_code.co_filename):
            frame = frame.f_back if frame.f_code is not _run_here.__code__ else None
        where.append((frame.f_code.co_filename, frame.f_lineno) if frame else None)
        raise Stopped

    handlers = {signal.SIGINT: interrupt, signal.SIGALRM: alarm}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    value = None
    try:
        # Again and again: code that catches everything may swallow the first.
        signal.setitimer(signal.ITIMER_REAL, seconds * IDLE_FACTOR, 0.1)
        try:
            value = job()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
    if pressed:
        raise KeyboardInterrupt
    if where:
        return Outcome(stopped="time", line=where[0], note=NO_MEMORY_LIMIT)
    return Outcome(json.loads(json.dumps(value)), note=NO_MEMORY_LIMIT)
