"""One source, three notebooks: sources/*.py (jupytext percent format) to lessons/, labs/ and solutions/.

`python -m sources.build [UNIT …]` writes the notebooks and executes lessons and solutions. On one machine the same
sources give the same bytes, but for outputs that nbval ignores: a challenge draws anew in each run.
"""

import hashlib
import html
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from sources import course_map, glossary

ROOT = Path(__file__).resolve().parent.parent
BEGIN, STUB, END = "### BEGIN SOLUTION", "### STUB", "### END SOLUTION"
EMPTY_STUB = 'raise NotImplementedError("your code here")'
SOLUTION = re.compile(
    rf"^(?P<indent>[ \t]*){BEGIN}\n(?P<code>.*?)(?:^[ \t]*{STUB}\n(?P<stub>.*?))?^[ \t]*{END}[ \t]*$",
    re.M | re.S,
)
CONTRACT = re.compile(r"^(# %%contract .*\n)((?:#.*\n?)*)", re.M)
CELL_TIMEOUT = 180  # seconds
QUIZ_HEADING = "## Quiz\n\nChoose an answer, then open it: each says why it is right or not.\n\n"


class SourceError(ValueError):
    """A source that cannot become a notebook; names file and cell."""


def read(path: Path) -> str:
    """The text of a source. A `%%contract` cell stands there commented, so that the file is Python; here it is not."""
    return CONTRACT.sub(lambda cell: cell[1] + re.sub(r"^# ?", "", cell[2], flags=re.M), path.read_text("utf-8"))


# --- cells -------------------------------------------------------------------------------------------


def as_stub(match: re.Match[str]) -> str:
    """What the learner finds in place of a solution: its own stub, uncommented, or the usual exception."""
    if match["stub"] is None:
        return match["indent"] + EMPTY_STUB
    return re.sub(r"^([ \t]*)# ?", r"\1", match["stub"], flags=re.M).rstrip("\n")


def solved(match: re.Match[str]) -> str:
    return match["code"].rstrip("\n")


def quiz(source: str, where: str) -> str:
    """Markdown of questions: `? question`, `- wrong choice | why`, `+ right choice | why`; `?` begins the next."""
    first, *questions = re.split(r"^\? ", source, flags=re.M)
    if first.strip() or not questions:
        raise SourceError(f"{where}: a quiz begins with '? ' and a question, not {first.strip() or source!r}")
    return "\n\n<br>\n\n".join(quiz_question(text, where) for text in questions)


def quiz_question(text: str, where: str) -> str:
    question, choices = [], []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith(("- ", "+ ")):
            choice, bar, why = line[2:].partition(" | ")
            if not bar:
                raise SourceError(f"{where}: the choice {choice!r} has no explanation (write: choice | explanation)")
            choices.append((line[0] == "+", choice, why))
        elif choices:
            raise SourceError(f"{where}: a quiz line starts with '? ', '- ' or '+ ', not {line!r}")
        else:
            question.append(line)
    if sum(right for right, _, _ in choices) != 1 or len(choices) < 3:
        raise SourceError(f"{where}: {question[0]!r} needs at least three choices, exactly one marked +")
    parts = ["**" + " ".join(question) + "**"]
    for letter, (right, choice, why) in zip("ABCDEFG", choices, strict=False):
        verdict = "Right." if right else "Not this one."
        why = re.sub(r"^(?:Yes|No)[:,.] (.)", lambda found: found[1].upper(), why)  # the verdict says so already
        parts.append(
            f"<details><summary>{letter}. {inline(choice)}</summary>"
            f"<blockquote><strong>{verdict}</strong> {inline(why)}</blockquote></details>"
        )
    return "\n\n".join(parts)


def inline(text: str) -> str:
    """Escaped text in which `code` stays code: Markdown is not read inside an HTML block."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def transform(cell: NotebookNode, kind: str, where: str) -> NotebookNode | None:
    """The cell as it stands in a `kind` of notebook ("lessons", "labs", "solutions"), or None when it does not."""
    tags = cell.metadata.get("tags", [])
    if ("solution" in tags and kind == "labs") or ("lab" in tags and kind == "solutions"):
        return None
    source = cell.source
    if source.count(BEGIN) != source.count(END) or source.count(BEGIN) != len(SOLUTION.findall(source)):
        raise SourceError(f"{where}: {BEGIN} and {END} do not pair up")
    source = SOLUTION.sub(as_stub if kind == "labs" else solved, source)
    if "quiz" in tags:
        source = quiz(source, where)
    if kind == "lessons" and cell.cell_type == "markdown":
        source = glossary.anchored(source)
        if course_map.MARK in source:
            whole = course_map.table(course_map.rows(ROOT / "README.md"), units(), lab_sources())
            source = source.replace(course_map.MARK, whole)
    tags = [t for t in tags if t not in ("solution", "lab", "quiz")]
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(source, metadata={"tags": tags} if tags else {})
    return nbformat.v4.new_code_cell(source, metadata={"tags": tags} if tags else {})


# --- notebooks ---------------------------------------------------------------------------------------


def units() -> list[str]:
    """The stems NN_slug that have a lesson, in order."""
    return sorted(path.stem for path in (ROOT / "sources" / "lessons").glob("[0-9][0-9]_*.py"))


def title(stem: str) -> str:
    """The first heading of a unit's lesson."""
    text = (ROOT / "sources" / "lessons" / f"{stem}.py").read_text("utf-8")
    return re.search(r"^# # (.+)$", text, re.M)[1]


def navigation(stem: str, kind: str) -> str:
    """The line of links at a notebook's end: lesson, lab, solution, the lessons before and after."""
    stems = units()
    links = {
        "lessons": [("Lab of this unit", f"../labs/{stem}.ipynb")],
        "labs": [
            ("Lesson of this unit", f"../lessons/{stem}.ipynb"),
            ("Solution", f"../solutions/{stem}.ipynb"),
        ],
        "solutions": [
            ("Lesson of this unit", f"../lessons/{stem}.ipynb"),
            ("The lab", f"../labs/{stem}.ipynb"),
        ],
    }[kind]
    at = stems.index(stem)
    if at > 0:
        links.append((f"Before: {title(stems[at - 1])}", f"../lessons/{stems[at - 1]}.ipynb"))
    if at + 1 < len(stems):
        links.append((f"Next: {title(stems[at + 1])}", f"../lessons/{stems[at + 1]}.ipynb"))
    if kind == "lessons":
        links.append(("Glossary", f"{glossary.NAME}.ipynb"))
    return "---\n" + " · ".join(f"[{name}]({target})" for name, target in links)


def make(stem: str, kind: str) -> NotebookNode:
    """The unexecuted notebook `kind`/`stem` from its source.

    Raises:
        SourceError: the source is missing or malformed; names the file and the cell.
    """
    return notebook_and_terms(stem, kind)[0]


def notebook_and_terms(stem: str, kind: str) -> tuple[NotebookNode, list[glossary.Term]]:
    """The unexecuted notebook, and the terms that its source marks for the glossary."""
    source = ROOT / "sources" / ("lessons" if kind == "lessons" else "labs") / f"{stem}.py"
    if not source.exists():
        raise SourceError(f"{source.relative_to(ROOT)} is missing")
    cells, terms, seen, quizzes = [], [], Counter(), 0
    raw = jupytext.reads(read(source), fmt="py:percent").cells
    raw.append(nbformat.v4.new_markdown_cell(navigation(stem, kind)))
    for number, cell in enumerate(raw):
        cell = transform(cell, kind, f"{source.relative_to(ROOT)}, cell {number}")
        if cell is None:
            continue
        if "quiz" in raw[number].metadata.get("tags", []):
            quizzes += 1
            cell.source = (QUIZ_HEADING if quizzes == 1 else "") + cell.source
        key = hashlib.sha256(f"{kind} {cell.cell_type} {cell.source}".encode()).hexdigest()[:12]
        seen[key] += 1
        cell.id = f"{key}-{seen[key]}"  # follows from the text, so that an edit elsewhere changes nothing here
        cells.append(cell)
        if cell.cell_type == "markdown":
            terms += glossary.marked(stem, cell.id, raw[number].source)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook, terms


def make_glossary() -> NotebookNode:
    """The page of all marked terms (`sources/glossary.py`)."""
    terms = [term for stem in units() for term in notebook_and_terms(stem, "lessons")[1]]
    return glossary.notebook(terms, {stem: title(stem) for stem in units()})


def execute(notebook: NotebookNode) -> None:
    """Run every cell in an empty folder and keep outputs that do not change from run to run."""
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=CELL_TIMEOUT, resources=resources, record_timing=False).execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = NotebookNode(name="python")
    models: dict[str, str] = {}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = steady(cell.outputs, models)


def steady(outputs: list[NotebookNode], models: dict[str, str]) -> list[NotebookNode]:
    """Outputs with streams joined (their cuts are chance) and widgets numbered (their ids are random)."""
    result: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and result and result[-1].get("name") == output.name:
            result[-1].text += output.text
            continue
        view = output.get("data", {}).get("application/vnd.jupyter.widget-view+json")
        if view:
            view["model_id"] = models.setdefault(view["model_id"], f"{len(models) + 1:032x}")
        result.append(output)
    return result


def drop_views(notebook: NotebookNode) -> None:
    """Leave a widget's text alone: in a page that was not run yet, its view could only say that it is missing."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


def lab_sources() -> list[str]:
    return [s for s in units() if (ROOT / "sources" / "labs" / f"{s}.py").exists()]


def notebooks() -> list[tuple[str, str]]:
    """Every (stem, kind) that the sources give."""
    labs = lab_sources()
    return [(s, "lessons") for s in units()] + [(s, k) for k in ("labs", "solutions") for s in labs]


def write(stem: str, kind: str, course: Path = ROOT) -> Path:
    """Make, execute (labs stay without outputs) and write one notebook below `course`."""
    notebook = make(stem, kind)
    if kind != "labs":
        execute(notebook)
    if kind == "lessons":
        drop_views(notebook)
    return write_whole(notebook, course / kind / f"{stem}.ipynb")


def write_whole(notebook: NotebookNode, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(nbformat.writes(notebook) + "\n", "utf-8")
    os.replace(part, path)
    return path


def main(wanted: list[str]) -> None:
    unknown = [w for w in wanted if not any(s.startswith(w) for s in units())]
    if unknown:
        sys.exit(f"build: no unit {unknown[0]!r}; there are {', '.join(units())}")
    for stem, kind in notebooks():
        if not wanted or any(stem.startswith(w) for w in wanted):
            print("build:", write(stem, kind).relative_to(ROOT), flush=True)
    path = write_whole(make_glossary(), ROOT / "lessons" / f"{glossary.NAME}.ipynb")
    print("build:", path.relative_to(ROOT), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
