"""Timing per section: what is counted, what is measured, and that the committed page is about these lessons."""

import re

import nbformat
import pytest

from sources import timing
from sources.build import ROOT, units


def lesson():
    """Two sections; the second cell ran for one and a half seconds."""
    new = nbformat.v4
    return new.new_notebook(
        cells=[
            new.new_markdown_cell("# What is it?\n\nThree more words."),
            new.new_code_cell("x = 1  # one"),
            new.new_markdown_cell("A [link](far/away.md).\n\n## Second\n\n<b>Bold</b> words"),
            new.new_code_cell("slow()", metadata={timing.SECONDS: 1.5}),
            new.new_markdown_cell("the links of the builder"),
        ]
    )


def test_a_cell_is_charged_what_it_and_its_processes_compute_and_not_what_it_waits():
    child = "import time\nwhile time.process_time() < 0.5: pass"
    codes = [
        "import subprocess, sys, time",
        "time.sleep(1.5)",
        f"subprocess.run([sys.executable, '-c', {child!r}])",
    ]
    run = timing.timed(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes]))
    _, waited, computed = (cell.metadata[timing.SECONDS] for cell in run.cells)
    assert waited < 0.4 < 0.45 <= computed < 2  # 0.5, in ticks of a hundredth of a second


def test_words_and_seconds_fall_to_their_sections():
    first, second = timing.sections(lesson())
    assert (first.name, first.text, first.code, first.seconds) == ("Beginning", 8, 3, 0.0)
    assert (second.name, second.text, second.code, second.seconds) == ("Second", 2, 1, 1.5)
    assert second.minutes == pytest.approx(3 / 200 + 1.5 / 60)


def test_the_table_ends_with_its_sum():
    last = timing.as_markdown("00_welcome", timing.sections(lesson())).splitlines()[-1]
    assert last == "| **all** | 10 | 4 | 1.5 | 0.1 |"


def test_a_page_is_taken_apart_into_its_tables():
    tables = [timing.as_markdown(stem, timing.sections(lesson())) for stem in ("00_welcome", "03_ledger")]
    assert timing.tables_of("\n".join([timing.HEAD, *tables])) == {"00": tables[0], "03": tables[1]}


@pytest.mark.parametrize("stem", units())
def test_the_committed_page_knows_the_lesson_about_as_long_as_it_is(stem):
    table = timing.tables_of((ROOT / timing.PAGE).read_text("utf-8")).get(stem[:2])
    assert table, f"run: python -m sources.timing {stem[:2]}"
    _, text, code, *_ = table.splitlines()[-1].strip("| ").split(" | ")
    words = sum(part.text + part.code for part in timing.sections(timing.read(stem)))
    assert words == pytest.approx(int(text) + int(code), rel=0.25), f"run: python -m sources.timing {stem[:2]}"


def test_the_readmes_minutes_are_the_measured_ones():
    page = (ROOT / "docs" / "timing.md").read_text("utf-8")
    measured = dict(re.findall(r"^## (\d\d) [\s\S]*?^\| \*\*all\*\* .* \| ([\d.]+) \|$", page, re.M))
    told = dict(re.findall(r"^\| \[(\d\d) .*\| (\d+) \| built \|$", (ROOT / "README.md").read_text("utf-8"), re.M))
    assert told == {unit: str(round(float(minutes))) for unit, minutes in measured.items()}


@pytest.mark.parametrize("stem", units())
def test_a_lessons_head_tells_the_readmes_minutes_and_the_plan_for_teachers(stem):
    unit = stem[:2]
    measured = re.search(rf"^\| \[{unit} .*\| (\d+) \| built \|$", (ROOT / "README.md").read_text("utf-8"), re.M)
    plan = re.search(rf"^\| {unit} (?:\| [^|]+){{2}}\| (\d+) \| \d+ \|$", teaching(), re.M)
    text = "\n".join(cell.source for cell in timing.read(stem).cells if cell.cell_type == "markdown")
    told = re.findall(
        r"\*\*Time\*\*: (\d+) minutes to read and run \(measured[^)]*\), about (\d+) with thinking \(a guess\)\.", text
    )
    ((minutes, thinking),) = told
    assert abs(int(minutes) - int(measured[1])) <= 2, "a text may change a little between two measurements"
    assert thinking == plan[1]


def test_the_teachers_table_is_the_measured_one():
    whole = r"^## (\d\d) [\s\S]*?^\| \*\*all\*\* \| (\d+) \| (\d+) \| ([\d.]+) \| [\d.]+ \|$"
    measured = re.findall(whole, (ROOT / timing.PAGE).read_text("utf-8"), re.M)
    told = re.findall(r"^\| (\d\d) \| (\d+) \| (\d+) s \| \d+ \| \d+ \|$", teaching(), re.M)
    assert told == [
        (unit, str(round((int(text) + int(code)) / timing.WORDS_PER_MINUTE)), str(round(float(seconds))))
        for unit, text, code, seconds in measured
    ]


def teaching():
    return (ROOT / "docs" / "teaching.md").read_text("utf-8")
