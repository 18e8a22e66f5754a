"""The browser's halves of the widgets: plain files beside this one, read as they are; no build step."""

from pathlib import Path

_HERE = Path(__file__).parent


def script(name: str) -> str:
    """The ES module of the widget `name`: what all widgets share, then its own file."""
    return _read("frame.js") + _read(f"{name}.js")


def style(name: str) -> str:
    """The style sheet of the widget `name`: what all widgets share, then its own file."""
    return _read("frame.css") + _read(f"{name}.css")


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")
