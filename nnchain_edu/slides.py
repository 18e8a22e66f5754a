"""Slides from lessons: a heading begins a slide, and each further text goes below it with the code that follows.

`jupyter nbconvert --to slides --SlidesExporter.preprocessors=nnchain_edu.slides.ByHeading lessons/00_welcome.ipynb`
"""

import re
from copy import deepcopy

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode


class ByHeading(Preprocessor):
    """Mark a notebook's cells for reveal.js; cells that their author marked keep their marks."""

    def preprocess(self, notebook: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """The notebook with text cut before each `## ` heading and every cell given its type of slide."""
        notebook = deepcopy(notebook)
        notebook.cells = [part for cell in notebook.cells for part in _cut(cell)]
        for cell in notebook.cells:
            kind = "-"  # stays on the slide of the text before it
            if cell.cell_type == "markdown":
                kind = "slide" if re.match("##? ", cell.source) else "subslide"
            cell.metadata.setdefault("slideshow", NotebookNode(slide_type=kind))
        return notebook, resources


def _cut(cell: NotebookNode) -> list[NotebookNode]:
    texts = re.split(r"^(?=## )", cell.source, flags=re.M) if cell.cell_type == "markdown" else [cell.source]
    parts = [deepcopy(cell) for text in texts if text.strip()]
    for number, (part, text) in enumerate(zip(parts, filter(str.strip, texts), strict=True)):
        part.source = text.strip()
        if number:
            part.id = f"{cell.id}-{number}"
    return parts
