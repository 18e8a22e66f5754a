"""Key press to new picture, of every control of every lab that does not train: `make bench ARGS=answers`."""

import itertools
import os
import sys
from pathlib import Path

import pytest

from tests.browser.driver import predict, reset
from tests.browser.stopwatch import WATCH, WATCH_BLOCK, answers

LABS = sorted(path.name for path in (Path(__file__).parents[2] / "labs").glob("[0-9][0-9]_*.ipynb"))
KEYS = {  # by the kind of control; two that undo each other, for those that have ends
    "range": ("ArrowRight", "ArrowLeft"),
    "select": ("ArrowDown", "ArrowUp"),
    "checkbox": ("Space",),
    "text": ("Enter",),
    "button": ("Enter",),
}
_KIND = "e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()"


@pytest.mark.browser
@pytest.mark.parametrize("name", LABS)
def test_times(open_lab, name):
    lab, rows = open_lab(name), []
    lab.run_all()
    for bench in lab.benches():
        predict(lab, bench)
        for control in bench.locator("[data-control]").all():
            kind = control.evaluate(_KIND)
            if kind in ("range", "select"):
                lab.press(control, "Home")
                lab.settle(bench)
            writes = itertools.cycle((" ", "")) if kind == "text" else None

            def before_each(control=control, writes=writes):
                if writes:
                    control.fill(control.input_value().strip() + next(writes))

            took = answers(lab, WATCH, bench.locator("img"), control, *KEYS[kind], before_each=before_each)
            rows.append((bench.get_attribute("aria-label"), control.get_attribute("data-control"), took))
            reset(lab, bench)
    for explorer in lab.page.locator(".nn-explorer").all():
        strip = explorer.locator(".nn-strip")
        took = answers(lab, WATCH_BLOCK, explorer.locator(".nn-detail"), strip, "ArrowLeft", "ArrowRight")
        rows.append((explorer.get_attribute("aria-label"), "block", took))
    with Path(os.environ["ANSWER_TIMES"]).open("a", encoding="utf-8") as table:
        for title, control, took in rows:
            table.write(f"| {name[:2]} | {title} | {control} | {took.all_of_it:.0f} | {took.without_waiting:.0f} |\n")


def main(units: list[str], table: Path) -> int:
    """Time the labs whose names begin with one of `units`, all without any; rows are added to the file `table`."""
    os.environ["ANSWER_TIMES"] = str(table)
    wanted = [f"{__file__}::test_times[{name}]" for name in LABS if name.startswith(tuple(units or [""]))]
    return pytest.main(["-q", "-m", "browser", "-p", "no:cacheprovider", *wanted])


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], Path(sys.argv[1])))
