"""The browser's halves of the widgets: plain files beside this one, read as they are; no build step."""

from pathlib import Path

_HERE = Path(__file__).parent


def script(*names: str) -> str:
    """The ES module of a widget: what all widgets share, then these files, its own last."""
    return "".join(_read(f"{name}.js") for name in ("frame", *names))


def style(*names: str) -> str:
    """The style sheet of a widget: what all widgets share, then these files, its own last."""
    return "".join(_read(f"{name}.css") for name in ("frame", *names))


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")
