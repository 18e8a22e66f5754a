"""Runs at the start of every kernel under test: after each cell it notes the kernel's peak memory (Linux only)."""

import json
import os
from pathlib import Path

from IPython import get_ipython

_first: list[str] = []  # the source of the first cell says which notebook this is


def _note_peak(result) -> None:
    _first[:] = _first or [result.info.raw_cell]
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    note = {"first": _first[0], "peak": int(lines["VmHWM"].split()[0]) * 1024}
    Path(os.environ["NNCHAIN_PEAKS"], f"{os.getpid()}.json").write_text(json.dumps(note))


if os.environ.get("NNCHAIN_PEAKS") and Path("/proc/self/status").exists():
    get_ipython().events.register("post_run_cell", _note_peak)
