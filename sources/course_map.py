"""The map of the course on its first page, made from the README's table of units: `{map}` in a lesson becomes it."""

import re
from pathlib import Path
from typing import NamedTuple

MARK = "{map}"
ROW = re.compile(
    r"^\| \[?(?P<number>\d\d) (?P<name>[^|\]]+?)(?:\]\([^)]*\))? "
    r"\| (?P<question>[^|]+) \| (?P<minutes>\d*) ?\| \w+ \|$",
    re.M,
)
HEAD = "| lesson | question | minutes | lab |\n|---|---|--:|---|"


class Row(NamedTuple):
    """A unit as the README shows it; minutes are empty where none were measured."""

    number: str
    name: str
    question: str
    minutes: str


def rows(readme: Path) -> list[Row]:
    """The units of the README's table, in its order."""
    return [Row(**row.groupdict()) for row in ROW.finditer(readme.read_text("utf-8"))]


def table(plan: list[Row], lessons: list[str], labs: list[str]) -> str:
    """Markdown for a page in `lessons/`: each unit of `plan`, linked where its lesson and lab are built.

    lessons, labs: the stems (NN_slug) that are built.
    """
    lines = [HEAD]
    for row in plan:
        lesson, lab = (next((s for s in stems if s.startswith(row.number)), None) for stems in (lessons, labs))
        name = f"{row.number} {row.name}"
        name = f"[{name}]({lesson}.ipynb)" if lesson else name
        where = f"[lab {row.number}](../labs/{lab}.ipynb)" if lab else "planned"
        lines.append(f"| {name} | {row.question} | {row.minutes} | {where} |")
    return "\n".join(lines)
