"""The glossary: every term that a lesson marks where it first explains it, with the sentence that does so.

A lesson's Markdown marks a term as `<dfn>base fee</dfn>`. `<dfn title="transaction">transactions</dfn>` names it in
another form, `<dfn sentences="2">` takes the next sentence along, and `<dfn means="...">` says itself what the
glossary should, where the sentence leans on those around it. The builder turns the mark into an anchor, and this
module into `lessons/glossary.ipynb`.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

import nbformat
from nbformat import NotebookNode

MARK = re.compile(
    r'<dfn(?: title="(?P<title>[^"]+)")?(?: sentences="(?P<more>\d)")?(?: means="(?P<means>[^"]+)")?>'
    r"(?P<text>[^<]+)</dfn>"
)
BOUNDARY = re.compile(r"(?<=[.!?])\s+(?=[\w*<`\"($])")  # between two sentences
NAME = "glossary"
HEAD = """# Glossary

Each term of the course, as it is explained where it comes first. The link leads there."""


@dataclass(frozen=True)
class Term:
    """A marked term: its name, the lesson (stem) and cell (id) where it stands, and what is said there (Markdown)."""

    name: str
    stem: str
    cell: str
    explanation: str

    @property
    def anchor(self) -> str:
        return anchor(self.name)


def anchor(name: str) -> str:
    """The id of a term's place: `term-base-fee`."""
    return "term-" + "-".join(re.findall(r"\w+", name.lower()))


def anchored(markdown: str) -> str:
    """Marks as they stand in a notebook: the definition's own element, with an id to link to."""
    return MARK.sub(lambda m: f'<dfn id="{anchor(m["title"] or m["text"])}">{m["text"]}</dfn>', markdown)


def marked(stem: str, cell_id: str, markdown: str) -> list[Term]:
    """The terms that a Markdown cell of a source marks.

    Raises:
        ValueError: a mark of another form than those above.
    """
    if markdown.count("<dfn") != len(MARK.findall(markdown)):
        raise ValueError(f"{stem}: a mark is not of the form <dfn title=… sentences=… means=…>term</dfn>: {markdown!r}")
    terms = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|(?m:^#+ .*$)", markdown):
        block = re.sub(r"^\s*(?:[-*]|\d+\.) ", "", " ".join(block.split()))
        sentences = BOUNDARY.split(block)
        for number, sentence in enumerate(sentences):
            for mark in MARK.finditer(sentence):
                said = mark["means"] or " ".join(sentences[number : number + int(mark["more"] or 1)])
                said = MARK.sub(lambda m: m["text"], said).rstrip(":,")
                terms.append(Term(mark["title"] or mark["text"], stem, cell_id, said))
    return terms


def sorting(term: Term) -> str:
    """Alphabetical order that minds neither case nor accents."""
    return unicodedata.normalize("NFKD", term.name).casefold()


def notebook(terms: list[Term], titles: dict[str, str]) -> NotebookNode:
    """The glossary as a notebook of text cells, one a letter; `titles` are the lessons' by stem."""
    cells = [HEAD]
    for letter, group in groupby(sorted(terms, key=sorting), key=lambda term: sorting(term)[0].upper()):
        lines = [
            f'<span id="{t.anchor}"></span>**{t.name}**: {t.explanation} '
            f"[{titles[t.stem]}]({t.stem}.ipynb#cell-id={t.cell})"
            for t in group
        ]
        cells.append(f"## {letter}\n\n" + "\n\n".join(lines))
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(text, id=f"glossary-{n}") for n, text in enumerate(cells)]
    )
    made.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    nbformat.validate(made)
    return made
