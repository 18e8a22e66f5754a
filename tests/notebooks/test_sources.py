"""Committed notebooks are what the sources give, no solution leaks into a lab, lessons keep the house's form."""

import json
import re
import statistics
from itertools import takewhile

import nbformat
import pytest

from sources import build, glossary

NOTEBOOKS = build.notebooks()
LESSONS = [stem for stem, kind in NOTEBOOKS if kind == "lessons"]
LABS = build.lab_sources()


def committed(stem, kind):
    return nbformat.read(build.ROOT / kind / f"{stem}.ipynb", 4)


def shape(notebook):
    return [(c.id, c.cell_type, c.source, c.metadata.get("tags", [])) for c in notebook.cells]


def ids(pair):
    return "/".join(reversed(pair))


def test_every_unit_has_three_notebooks_and_no_other_notebook_is_committed():
    assert LABS == LESSONS
    found = {
        (p.stem, p.parent.name) for k in ("lessons", "labs", "solutions") for p in (build.ROOT / k).glob("*.ipynb")
    }
    assert found == {*NOTEBOOKS, (glossary.NAME, "lessons")}


@pytest.mark.parametrize("pair", NOTEBOOKS, ids=ids)
def test_committed_cells_equal_their_source(pair):
    stem, kind = pair
    assert shape(committed(stem, kind)) == shape(build.make(stem, kind)), f"run: make build ARGS={stem[:2]}"


@pytest.mark.parametrize("pair", NOTEBOOKS, ids=ids)
def test_outputs_are_committed_where_they_belong_and_hold_no_warning(pair):
    stem, kind = pair
    code = [c for c in committed(stem, kind).cells if c.cell_type == "code"]
    if kind == "labs":
        assert not any(c.outputs or c.execution_count for c in code)
        return
    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell.outputs:
            assert output.get("name") != "stderr", output.text
            assert output.output_type != "error" or "raises-exception" in cell.metadata.get("tags", [])
            view = output.get("data", {})
            assert "image/png" not in view, f"JupyterLab drops the alternative text of plain figures: {cell.source}"


def solution_lines(source):
    """Every line of a source's solutions that says something, stripped."""
    lines = [line.strip() for match in build.SOLUTION.finditer(source) for line in match["code"].splitlines()]
    return {line for line in lines if len(line) > 8 and not line.startswith("#")}


@pytest.mark.parametrize("stem", LABS)
def test_no_solution_line_leaks_into_the_lab(stem):
    source = build.read(build.ROOT / "sources" / "labs" / f"{stem}.py")
    outside = {line.strip() for line in build.SOLUTION.sub("", source).splitlines()}
    secret = solution_lines(source) - outside
    assert secret, "a lab without anything to solve"
    raw = json.dumps([c.source for c in committed(stem, "labs").cells], ensure_ascii=False)
    lab = {line.strip() for c in committed(stem, "labs").cells for line in c.source.splitlines()}
    assert not secret & lab
    assert "SOLUTION" not in raw


@pytest.mark.parametrize("stem", LABS)
def test_every_exercise_of_the_unit_is_checked_in_its_lab(stem):
    from nnchain_edu.exercises import unit

    source = "\n".join(c.source for c in committed(stem, "labs").cells if c.cell_type == "code")
    asked = set(re.findall(r'check\(\s*"(\d\d\.\w+)"', source))
    assert asked == {exercise.number for exercise in unit(stem[:2]).exercises}


# --- the form of a lesson (house.md) ------------------------------------------------------------------


def words(markdown):
    return len(re.findall(r"\w[\w'’-]*", re.sub(r"<[^>]+>|\]\([^)]*\)", " ", markdown)))


def code_lengths(cells):
    return [sum(bool(line.strip()) for line in c.source.splitlines()) for c in cells if c.cell_type == "code"]


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_keeps_the_form_of_the_house(stem):
    cells = committed(stem, "lessons").cells[:-1]  # the links at the end come from the builder
    text = [c for c in cells if c.cell_type == "markdown"]
    lengths = code_lengths(cells)
    assert text[0].source.startswith("# ") and text[0].source.splitlines()[0].endswith("?")
    assert 25 <= len(cells) <= 45
    assert 1.0 <= len(text) / len(lengths) <= 1.3
    assert statistics.median(lengths) <= 6
    assert sorted(lengths)[int(0.9 * len(lengths))] <= 20
    before = takewhile(lambda c: c.cell_type == "markdown", cells)
    assert sum(words(c.source) for c in before) <= 60


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_asks_five_quiz_questions_and_names_its_sources(stem):
    text = "\n".join(c.source for c in committed(stem, "lessons").cells if c.cell_type == "markdown")
    assert text.count("<strong>Right.</strong>") == 5
    assert "## Sources" in text


@pytest.mark.parametrize("pair", NOTEBOOKS, ids=ids)
def test_links_between_notebooks_lead_somewhere(pair):
    stem, kind = pair
    for cell in committed(stem, kind).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#]+)\)", cell.source):
                if "://" not in target:
                    assert (build.ROOT / kind / target).resolve().exists(), target


@pytest.mark.parametrize("pair", NOTEBOOKS, ids=ids)
def test_cells_that_are_not_compared_are_few(pair):
    stem, kind = pair
    cells = committed(stem, kind).cells
    ignored = [c for c in cells if "nbval-ignore-output" in c.metadata.get("tags", [])]
    assert len(ignored) <= 0.1 * len(cells)
