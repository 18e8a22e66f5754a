"""Timing per section: what is counted, what is measured, and that the committed page is about these lessons."""

import re

import nbformat
import pytest

from sources import timing
from sources.build import ROOT, units


def lesson():
    """Two sections; the second cell ran for one and a half seconds."""
    times = {"iopub.execute_input": "2026-01-01T00:00:00.5Z", "shell.execute_reply": "2026-01-01T00:00:02.0Z"}
    new = nbformat.v4
    return new.new_notebook(
        cells=[
            new.new_markdown_cell("# What is it?\n\nThree more words."),
            new.new_code_cell("x = 1  # one"),
            new.new_markdown_cell("A [link](far/away.md).\n\n## Second\n\n<b>Bold</b> words"),
            new.new_code_cell("slow()", metadata={"execution": times}),
            new.new_markdown_cell("the links of the builder"),
        ]
    )


def test_words_and_seconds_fall_to_their_sections():
    first, second = timing.sections(lesson())
    assert (first.name, first.text, first.code, first.seconds) == ("Beginning", 8, 3, 0.0)
    assert (second.name, second.text, second.code, second.seconds) == ("Second", 2, 1, 1.5)
    assert second.minutes == pytest.approx(3 / 200 + 1.5 / 60)


def test_the_table_ends_with_its_sum():
    last = timing.as_markdown("00_welcome", timing.sections(lesson())).splitlines()[-1]
    assert last == "| **all** | 10 | 4 | 1.5 | 0.1 |"


@pytest.mark.parametrize("stem", units())
def test_the_committed_page_has_every_section_about_as_long(stem):
    page = (ROOT / timing.PAGE).read_text("utf-8")
    found = re.search(rf"^## {stem[:2]} .*?\n\n(.*?)\n(?:\n|\Z)", page, re.M | re.S)
    assert found, f"run: python -m sources.timing > {timing.PAGE}"
    rows = {cells[0]: cells for line in found[1].splitlines()[2:] for cells in [line.strip("| ").split(" | ")]}
    parts = timing.sections(timing.read(stem))
    assert [*rows] == [*(p.name.replace("|", "\\|") for p in parts), "**all**"]
    words = sum(p.text + p.code for p in parts)
    assert words == pytest.approx(int(rows["**all**"][1]) + int(rows["**all**"][2]), rel=0.1)
