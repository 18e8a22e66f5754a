"""How long a lesson takes, section by section: `python -m sources.timing [UNIT …]` measures and counts.

Running time is measured: each lesson is executed once, here and now, and the processor seconds of its cells are added
up, those of the processes that they start included. So the tables do not depend on what else the machine does. Reading
time is counted: every word of text and of code, at 200 words a minute. The tables go into docs/timing.md, where units
that were not named keep theirs.
"""

import re
import sys
import tempfile
from dataclasses import dataclass

import nbformat
import psutil
from nbformat import NotebookNode

from sources.build import CELL_TIMEOUT, ROOT, title, units

WORDS_PER_MINUTE = 200
SECONDS = "processor_seconds"  # where a timed run leaves them in a cell's metadata
BEGINNING = "Beginning"  # the name of what stands before the first heading
PAGE = "docs/timing.md"


@dataclass
class Section:
    """A section of a lesson: its heading, words of text, words of code, processor seconds of its cells."""

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
            found[-1].seconds += cell.metadata.get(SECONDS, 0.0)
            continue
        for line in cell.source.splitlines():
            if line.startswith("## "):
                found.append(Section(line[3:].strip()))
            else:
                found[-1].text += count_words(line)
    return found


def processor_seconds(process: psutil.Process) -> float:
    """What a process has taken, with its children: those that have ended and those that are still there."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.Error:  # it has just ended, and its parent counts it
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def read(stem: str) -> NotebookNode:
    return nbformat.read(ROOT / "lessons" / f"{stem}.ipynb", 4)


def timed(lesson: NotebookNode) -> NotebookNode:
    """The lesson, executed once in an empty folder; its cells then hold their `SECONDS`."""
    from nbclient import NotebookClient

    before = 0.0

    def taken() -> float:
        return processor_seconds(psutil.Process(client.km.provisioner.pid))

    def begin(cell: NotebookNode, cell_index: int) -> None:
        nonlocal before
        before = taken()

    def end(cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        cell.metadata[SECONDS] = taken() - before

    with tempfile.TemporaryDirectory() as folder:
        options = {"timeout": CELL_TIMEOUT, "resources": {"metadata": {"path": folder}}}
        client = NotebookClient(lesson, on_cell_execute=begin, on_cell_executed=end, **options)
        client.execute()
    return lesson


def as_markdown(stem: str, parts: list[Section]) -> str:
    """The table of one unit, with its sum in the last row."""
    whole = Section("**all**", *(sum(getattr(p, what) for p in parts) for what in ("text", "code", "seconds")))
    lines = [f"## {stem[:2]} {title(stem)}", ""]
    lines += ["| section | words of text | words of code | processor seconds | minutes |", "|---|--:|--:|--:|--:|"]
    for part in [*parts, whole]:
        name = part.name.replace("|", "\\|")
        lines.append(f"| {name} | {part.text} | {part.code} | {part.seconds:.1f} | {part.minutes:.1f} |")
    return "\n".join(lines) + "\n"


HEAD = f"""# How long the lessons take

Made by `python -m sources.timing`: every lesson was executed once without a graphics card, and the processor seconds
of its cells were added up (one thread, and the processes that cells start). Reading is counted at {WORDS_PER_MINUTE}
words a minute, text and code alike, quiz and sources included. Nobody was timed while thinking: take these as the
shortest times, and plan with [Teaching](teaching.md). `make test` fails when a lesson takes half
as much again as its minute of processor time.
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
            tables[stem[:2]] = as_markdown(stem, sections(timed(read(stem))))
            print(tables[stem[:2]], flush=True)
    page.write_text("\n".join([HEAD, *(tables[stem[:2]] for stem in units() if stem[:2] in tables)]), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
