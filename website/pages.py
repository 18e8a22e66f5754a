"""What the website shows: the committed notebooks and texts, laid out as Sphinx wants them.

Nothing is executed. A bench lives only beside a kernel, so a page shows its picture (`docs/benches/`), and says how to
run it.
"""

import base64
import html
import re
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "benches"
TEXTS = ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
WIDGET = "application/vnd.jupyter.widget-view+json"
CELL_LINK = re.compile(r"\[([^\]]+)\]\(([\w-]+)\.ipynb#cell-id=[\w-]+\)")
TERM = re.compile(r'<span id="(term-[\w-]+)"></span>')


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, 4)


def stems(kind: str) -> list[str]:
    """The numbered notebooks of "lessons", "labs" or "solutions", in order."""
    return sorted(path.stem for path in (ROOT / kind).glob("[0-9][0-9]_*.ipynb"))


def benches(stem: str) -> dict[str, str]:
    """The cells of a unit's lab that show a bench: source to the name of its picture.

    Which cells these are, the executed solution tells: their output is a widget.
    """
    found = {}
    labs = [cell.source for cell in read(ROOT / "labs" / f"{stem}.ipynb").cells]
    for cell in read(ROOT / "solutions" / f"{stem}.ipynb").cells:
        shows = any(WIDGET in output.get("data", {}) for output in cell.get("outputs", []))
        if shows and cell.source in labs:
            found[cell.source] = f"{stem[:2]}_{len(found)}.png"
    return found


def picture(name: str, says: str) -> str:
    """A bench's picture with the line that the bench itself reads out, and how to have the live one."""
    data = base64.b64encode((PICTURES / name).read_bytes()).decode()
    return (
        f'<figure class="bench"><img src="data:image/png;base64,{data}" alt="{html.escape(says)}">'
        '<figcaption>A picture. The bench moves when you <a href="../index.html#begin">run the course</a>.'
        "</figcaption></figure>"
    )


def said(outputs: list[NotebookNode]) -> str:
    """The text form of a widget's output."""
    return next((o.data["text/plain"] for o in outputs if "text/plain" in o.get("data", {})), "A bench with controls.")


def page(kind: str, stem: str) -> NotebookNode:
    """One notebook as the website shows it."""
    notebook = read(ROOT / kind / f"{stem}.ipynb")
    solution = ROOT / "solutions" / f"{stem}.ipynb"
    pictures = benches(stem) if kind != "lessons" and solution.exists() else {}
    texts = {c.source: said(c.outputs) for c in read(solution).cells if c.cell_type == "code"} if pictures else {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source in pictures:
            shown = picture(pictures[cell.source], texts[cell.source])
            cell.outputs = [nbformat.v4.new_output("display_data", data={"text/html": shown})]
        elif cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if WIDGET not in o.get("data", {})]
        elif stem == "glossary":
            cell.source = linked(cell.source)
    if kind == "solutions":
        notebook.cells[0].source = notebook.cells[0].source.replace("# Lab:", "# Solution:", 1)
    return notebook


def linked(glossary: str) -> str:
    """JupyterLab finds a cell by its id, a browser finds the term's own anchor."""
    lines = []
    for line in glossary.splitlines():
        term = TERM.search(line)
        lines.append(CELL_LINK.sub(rf'<a href="\2.html#{term[1]}">\1</a>', line) if term else line)
    return "\n".join(lines)


def entry(kind: str, stem: str) -> str:
    """A line of a table of contents: the unit's number, and the notebook's heading without "Lab:"."""
    heading = read(ROOT / kind / f"{stem}.ipynb").cells[0].source.splitlines()[0].removeprefix("# ")
    heading = heading.removeprefix("Lab: ")
    return f"{stem[:2]} · {heading[0].upper()}{heading[1:]} <{kind}/{stem}>"


def contents() -> str:
    """The front page's hidden tables of contents."""
    about = [*(Path(name).stem for name in TEXTS), *sorted(f"docs/{p.stem}" for p in (ROOT / "docs").glob("*.md"))]
    parts = {
        kind.capitalize(): [entry(kind, stem) for stem in stems(kind)] for kind in ("lessons", "labs", "solutions")
    }
    parts["Lessons"].append("lessons/glossary")
    parts["About"] = about
    trees = [
        f"```{{toctree}}\n:hidden:\n:maxdepth: 1\n:caption: {caption}\n\n" + "\n".join(entries) + "\n```"
        for caption, entries in parts.items()
    ]
    return "\n\n".join(trees)


def lay_out(folder: Path) -> None:
    """Write everything that Sphinx reads into `folder`, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    front = (ROOT / "README.md").read_text("utf-8")
    (folder / "index.md").write_text(f"{front}\n\n{contents()}\n", "utf-8")
    for name in TEXTS:
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "docs", folder / "docs")
    for kind in ("lessons", "labs", "solutions"):
        (folder / kind).mkdir()
        for path in sorted((ROOT / kind).glob("*.ipynb")):
            nbformat.write(page(kind, path.stem), folder / kind / path.name)
