"""Slides for teachers: `jupyter nbconvert --to slides` turns a lesson into one page, as docs/teaching.md says."""

import re
import subprocess
import sys

import nbformat
import pytest

from nnchain_edu.slides import ByHeading
from sources.build import ROOT, units

OPTION = "--SlidesExporter.preprocessors=nnchain_edu.slides.ByHeading"


def slides(stem, folder):
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "slides", OPTION, f"lessons/{stem}.ipynb"]
    made = subprocess.run([*command, f"--output-dir={folder}"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return (folder / f"{stem}.slides.html").read_text("utf-8")


def check_page(page, stem):
    """Each section is a slide across, its further texts lie below, no cell and no figure is missing."""
    cells = nbformat.read(ROOT / "lessons" / f"{stem}.ipynb", 4).cells
    text = [c.source for c in cells if c.cell_type == "markdown"]
    assert page.count("jp-Cell jp-CodeCell") == len(cells) - len(text)
    headings = len(re.findall("^##? ", "\n".join(text), re.M))
    assert len(re.findall(r"<section>\s*<section", page)) == headings
    assert page.count("<section") >= headings + len(text)
    shown = sum("alt=" in o.get("data", {}).get("text/html", "") for c in cells for o in c.get("outputs", []))
    assert page.count('alt="') >= shown
    return shown


def test_the_first_lesson_becomes_slides(tmp_path):
    assert check_page(slides("00_welcome", tmp_path), "00_welcome") > 0


@pytest.mark.slow
@pytest.mark.parametrize("stem", [stem for stem in units() if stem != "00_welcome"])
def test_every_lesson_becomes_slides(tmp_path, stem):
    check_page(slides(stem, tmp_path), stem)


def test_a_text_is_cut_before_its_headings_and_an_authors_mark_stays():
    new = nbformat.v4
    marked = new.new_code_cell("y", metadata={"slideshow": {"slide_type": "skip"}})
    cells = [new.new_markdown_cell("# A\n\nb"), new.new_code_cell("x"), new.new_markdown_cell("c\n\n## D\n\ne"), marked]
    given = new.new_notebook(cells=cells)
    made, _ = ByHeading().preprocess(given, {})
    kinds = [(c.source, c.metadata.slideshow.slide_type) for c in made.cells]
    expected = [("# A\n\nb", "slide"), ("x", "-"), ("c", "subslide"), ("## D\n\ne", "slide"), ("y", "skip")]
    assert kinds == expected
    assert len({c.id for c in made.cells}) == 5 and len(given.cells) == 4
    nbformat.validate(made)
