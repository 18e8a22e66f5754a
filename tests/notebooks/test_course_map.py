"""The first page's map: it is made of the README's table, and leads to every lesson and lab that is built."""

import re

import nbformat
import pytest

from sources import build, course_map

ROWS = course_map.rows(build.ROOT / "README.md")


def cell_of_the_map():
    page = nbformat.read(build.ROOT / "lessons" / "00_welcome.ipynb", 4)
    (found,) = (c.source for c in page.cells if c.cell_type == "markdown" and "## The map" in c.source)
    return found


def test_the_readme_lists_every_unit_of_the_course_once_and_in_order():
    assert [row.number for row in ROWS] == [f"{n:02}" for n in range(len(ROWS))] and len(ROWS) >= 20
    built = {row.number for row in ROWS if row.minutes}
    assert built == {stem[:2] for stem in build.units()}
    readme = (build.ROOT / "README.md").read_text("utf-8")
    assert all(f"](lessons/{stem}.ipynb) |" in readme for stem in build.units())


@pytest.mark.parametrize("stem", build.units())
def test_the_map_leads_to_the_lesson_and_its_lab(stem):
    line = next(line for line in cell_of_the_map().splitlines() if line.startswith(f"| [{stem[:2]} "))
    targets = re.findall(r"\]\(([^)]+)\)", line)
    assert targets == [f"{stem}.ipynb", f"../labs/{stem}.ipynb"]
    assert all((build.ROOT / "lessons" / target).is_file() for target in targets)
    row = next(row for row in ROWS if row.number == stem[:2])
    assert f"| {row.question} | {row.minutes} |" in line


def test_what_is_planned_stands_in_the_map_without_a_link():
    planned = [row for row in ROWS if not row.minutes]
    lines = cell_of_the_map().splitlines()
    assert all(f"| {row.number} {row.name} | {row.question} |  | planned |" in lines for row in planned)


def test_a_unit_without_a_lab_yet_is_linked_all_the_same():
    rows = [course_map.Row("07", "A network", "can it?", "9"), course_map.Row("08", "Together", "how?", "")]
    assert course_map.table(rows, ["07_net"], []).splitlines()[2:] == [
        "| [07 A network](07_net.ipynb) | can it? | 9 | planned |",
        "| 08 Together | how? |  | planned |",
    ]
