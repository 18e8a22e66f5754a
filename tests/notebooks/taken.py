"""Runs at the start of every kernel under test: after each cell it notes what the kernel has taken (Linux only).

That is its peak memory, and its processor seconds with those of the processes that it started.
"""

import json
import os
from pathlib import Path

import psutil
from IPython import get_ipython

_first: list[str] = []  # the source of the first cell says which notebook this is


def _processor_seconds() -> float:
    """Of this process, of its children that have ended, and of those that are still there."""
    seconds = sum(os.times()[:4])
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:  # it has just ended
            continue
        seconds += times.user + times.system + times.children_user + times.children_system
    return seconds


def _note(result) -> None:
    _first[:] = _first or [result.info.raw_cell]
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(lines["VmHWM"].split()[0]) * 1024
    note = {"first": _first[0], "peak": peak, "seconds": _processor_seconds()}
    Path(os.environ["NNCHAIN_TAKEN"], f"{os.getpid()}.json").write_text(json.dumps(note))


if os.environ.get("NNCHAIN_TAKEN") and Path("/proc/self/status").exists():
    get_ipython().events.register("post_run_cell", _note)
