"""From a key press to the answer on the page, in milliseconds, taken by the page itself."""

import contextlib
import itertools
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import psutil
from playwright.sync_api import Locator

from tests.browser.lab_page import LabPage

# the time from a key press until what `see` gives has changed
TIMED = """(element) => {
  const see = SEE;
  const before = see(element);
  window.answer = null;
  document.addEventListener("keydown", () => {
    const pressed = performance.now();
    const look = () => {
      if (see(element) !== before) window.answer = performance.now() - pressed;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, {capture: true, once: true});
}"""
WATCH = TIMED.replace("SEE", "(image) => image.complete && image.naturalWidth ? image.src : before")
WATCH_BLOCK = TIMED.replace("SEE", "(detail) => detail.querySelector('h4').textContent")


class Answer(NamedTuple):
    """Medians in milliseconds: by the clock, and without what was waited for a processor."""

    all_of_it: float
    without_waiting: float


def stations(lab: LabPage) -> dict[str, list[int]]:
    """The processes that a report passes on its way, each with its like: kernel, server, browser."""
    found = {"kernel": [int(lab.execute("import os; print(os.getpid())"))], "server": [], "browser": []}
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has ended
            if "chrom" in process.name():
                found["browser"].append(process.pid)
            elif "jupyterlab" in process.cmdline():
                found["server"].append(process.pid)
    assert found["server"] and found["browser"]
    return found


def waited(processes: Iterable[int]) -> dict[Path, float]:
    """Milliseconds that each thread of them was ready to run but got no processor, where the system tells."""
    found = {}
    for task in (path for process in processes for path in Path(f"/proc/{process}/task").glob("*/schedstat")):
        with contextlib.suppress(OSError, ValueError):  # the thread has ended, or the system does not count
            found[task] = int(task.read_text().split()[1]) / 1e6
    return found


def milliseconds(
    lab: LabPage, watch: str, element: Locator, control: Locator, key: str, passed: dict[str, list[int]]
) -> tuple[float, float]:
    """From key press to answer: all of it, and without what was waited for a processor.

    On a busy machine everybody waits for one, which says nothing about the bench: at each station on the way (`passed`)
    what the thread that waited longest spent so is not counted.
    """
    control.focus()
    element.evaluate(watch)
    before = {name: waited(processes) for name, processes in passed.items()}
    lab.page.keyboard.press(key)
    lab.page.wait_for_function("() => window.answer !== null")
    after = {name: waited(processes) for name, processes in passed.items()}
    took, idle = lab.page.evaluate("() => window.answer"), 0.0
    for name, tasks in after.items():
        idle += max((spent - before[name].get(task, 0) for task, spent in tasks.items()), default=0)
    return took, took - idle


def answers(
    lab: LabPage,
    watch: str,
    element: Locator,
    control: Locator,
    *keys: str,
    before_each: Callable[[], object] = lambda: None,
) -> Answer:
    """Medians from key press to answer, of 15 after one to warm up; `keys` are pressed in turn."""
    passed, times = stations(lab), []
    for key in itertools.islice(itertools.cycle(keys), 16):
        before_each()
        times.append(milliseconds(lab, watch, element, control, key, passed))
        lab.page.wait_for_timeout(30)
    found = Answer(*(statistics.median(column) for column in zip(*times[1:], strict=True)))
    print(f"key press to answer: {found.all_of_it:.0f} ms, {found.without_waiting:.0f} ms without waiting")
    return found
