"""How long a lesson takes, section by section: `python -m sources.timing [UNIT …]` measures and counts.

Running time is measured: each lesson is executed once, here and now, and the seconds of its cells are added up. Reading
time is counted: every word of text and of code, at 200 words a minute. The tables go
into docs/timing.md, where units that were not named keep theirs.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime

import nbformat
from nbformat import NotebookNode

from sources.build import CELL_TIMEOUT, ROOT, title, units

WORDS_PER_MINUTE = 200
BEGINNING = "Beginning"  # the name of what stands before the first heading
PAGE = "docs/timing.md"


@dataclass
class Section:
    """A section of a lesson: its heading, words of text, words of code, seconds that its cells ran."""

    name: str
    text: int = 0
    code: int = 0
    seconds: float = 0.0

    @property
    def minutes(self) -> float:
        """Reading and running, in minutes."""
        return (self.text + self.code) / WORDS_PER_MINUTE + self.seconds / 60


def count_words(text: str) -> int:
    """Words as a reader meets them: tags and the targets of links are none."""
    return len(re.findall(r"\w[\w'’-]*", re.sub(r"<[^>]+>|\]\([^)]*\)", " ", text)))


def sections(lesson: NotebookNode) -> list[Section]:
    """The sections of a lesson by its `## ` headings; seconds count where the cells carry a timed run."""
    found = [Section(BEGINNING)]
    for cell in lesson.cells[:-1]:  # the links at the end come from the builder
        if cell.cell_type == "code":
            found[-1].code += count_words(cell.source)
            found[-1].seconds += seconds(cell)
            continue
        for line in cell.source.splitlines():
            if line.startswith("## "):
                found.append(Section(line[3:].strip()))
            else:
                found[-1].text += count_words(line)
    return found


def seconds(cell: NotebookNode) -> float:
    """How long a cell ran, from the times that the kernel's messages carry; 0 where it was not timed."""
    times = cell.metadata.get("execution", {})
    if "iopub.execute_input" not in times or "shell.execute_reply" not in times:
        return 0.0
    begin, end = (datetime.fromisoformat(times[k]) for k in ("iopub.execute_input", "shell.execute_reply"))
    return (end - begin).total_seconds()


def read(stem: str) -> NotebookNode:
    return nbformat.read(ROOT / "lessons" / f"{stem}.ipynb", 4)


def timed(stem: str) -> NotebookNode:
    """The committed lesson, executed once in an empty folder with the time of each cell."""
    from nbclient import NotebookClient

    lesson = read(stem)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(lesson, timeout=CELL_TIMEOUT, resources={"metadata": {"path": folder}}).execute()
    return lesson


def as_markdown(stem: str, parts: list[Section]) -> str:
    """The table of one unit, with its sum in the last row."""
    whole = Section("**all**", *(sum(getattr(p, what) for p in parts) for what in ("text", "code", "seconds")))
    lines = [f"## {stem[:2]} {title(stem)}", ""]
    lines += ["| section | words of text | words of code | seconds of running | minutes |", "|---|--:|--:|--:|--:|"]
    for part in [*parts, whole]:
        name = part.name.replace("|", "\\|")
        lines.append(f"| {name} | {part.text} | {part.code} | {part.seconds:.1f} | {part.minutes:.1f} |")
    return "\n".join(lines) + "\n"


HEAD = f"""# How long the lessons take

Made by `python -m sources.timing`: every lesson was executed once on two processor cores shared with other work,
without a graphics card, and the seconds of its cells were added up. Reading is counted at {WORDS_PER_MINUTE}
words a minute, text and code alike, quiz and sources included. Nobody was timed while thinking: take these as the
shortest times, and plan with [Teaching](teaching.md).
"""


def tables_of(page: str) -> dict[str, str]:
    """The units' tables as they stand in the page, by the unit's number."""
    return {part[3:5]: part.rstrip("\n") + "\n" for part in re.split(r"^(?=## )", page, flags=re.M)[1:]}


def main(wanted: list[str]) -> None:
    unknown = [w for w in wanted if not any(s.startswith(w) for s in units())]
    if unknown:
        sys.exit(f"timing: no unit {unknown[0]!r}; there are {', '.join(units())}")
    page = ROOT / PAGE
    tables = tables_of(page.read_text("utf-8")) if page.exists() else {}
    for stem in units():
        if not wanted or stem.startswith(tuple(wanted)):
            tables[stem[:2]] = as_markdown(stem, sections(timed(stem)))
            print(tables[stem[:2]], flush=True)
    page.write_text("\n".join([HEAD, *(tables[stem[:2]] for stem in units() if stem[:2] in tables)]), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
