"""From a key press to the answer on the page, in milliseconds, taken by the page itself."""

import contextlib
import itertools
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

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
    """Medians in milliseconds: by the clock, and without what the kernel waited for a processor."""

    all_of_it: float
    without_waiting: float


def waited(process: int) -> dict[Path, float]:
    """Milliseconds that each thread of a process was ready to run but got no processor, where the system tells."""
    found = {}
    for task in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, ValueError):  # the thread has ended, or the system does not count
            found[task] = int(task.read_text().split()[1]) / 1e6
    return found


def answers(
    lab: LabPage,
    watch: str,
    element: Locator,
    control: Locator,
    *keys: str,
    before_each: Callable[[], object] = lambda: None,
) -> Answer:
    """Medians from key press to answer, of 15 after one to warm up; `keys` are pressed in turn.

    On a busy machine the kernel waits for a processor, which says nothing about the bench: what the thread that waited
    longest spent so is not counted in the second.
    """
    kernel = int(lab.execute("import os; print(os.getpid())"))
    times, own = [], []
    for key in itertools.islice(itertools.cycle(keys), 16):
        control.focus()
        before_each()
        element.evaluate(watch)
        before = waited(kernel)
        lab.page.keyboard.press(key)
        lab.page.wait_for_function("() => window.answer !== null", timeout=10_000)
        after = waited(kernel)
        times.append(lab.page.evaluate("() => window.answer"))
        own.append(times[-1] - max((after[task] - before.get(task, 0) for task in after), default=0))
        lab.page.wait_for_timeout(30)
    found = Answer(statistics.median(times[1:]), statistics.median(own[1:]))
    print(f"key press to answer: {found.all_of_it:.0f} ms, {found.without_waiting:.0f} ms without waiting")
    return found
