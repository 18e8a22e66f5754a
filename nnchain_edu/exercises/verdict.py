"""What a check says, in HTML that screen readers can follow and in plain text."""

from dataclasses import dataclass
from html import escape

# Okabe-Ito colours; sign and word carry the meaning, so the colour is never alone.
_LOOK = {
    "not attempted": ("\N{WHITE CIRCLE}", "#56B4E9"),
    "broken": ("!", "#CC79A7"),
    "wrong": ("\N{HEAVY BALLOT X}", "#D55E00"),
    "right": ("\N{HEAVY CHECK MARK}", "#009E73"),
    "": ("\N{INFORMATION SOURCE}", "#0072B2"),
}
_LEFT = 'style="text-align:left"'
_BOX = "border-left:4px solid {colour};padding:2px 0 2px 10px;margin:4px 0"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check.

    Args:
        exercise: number of the exercise, "" where no such exercise exists.
        title: title of the exercise.
        verdict: "not attempted", "broken", "wrong" or "right".
        message: what to learn from it.
        case: name of the case that refused the answer, for *wrong*.
        details: pairs (label, code or value), such as ("Line 2 of the cell", "return w * x").
        notes: remarks beside the verdict, such as a limit that this system cannot enforce.
    """

    exercise: str
    title: str
    verdict: str
    message: str
    case: str = ""
    details: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        sign, _ = _LOOK[self.verdict]
        heading = " ".join(part for part in (self.exercise, self.title) if part)
        lines = [
            f"{sign} {heading}: {self.verdict}" if heading else f"{sign} {self.verdict}",
            f"  {self.message}",
        ]
        lines += [f"  {label}: {text}".replace("\n", "\n    ") for label, text in self.details]
        lines += [f"  Note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        sign, colour = _LOOK[self.verdict]
        heading = escape(f"{self.exercise} {self.title}".strip())
        word = f'<span aria-hidden="true">{sign}</span> <strong>{escape(self.verdict)}</strong>'
        rows = "".join(_detail_html(label, text) for label, text in self.details)
        notes = "".join(f"<div><small>Note: {escape(note)}</small></div>" for note in self.notes)
        return (
            f'<div role="status" style="{_BOX.format(colour=colour)}">'
            f"<div>{word} {heading}</div><div>{escape(self.message)}</div>{rows}{notes}</div>"
        )


def _detail_html(label: str, text: str) -> str:
    if "\n" in text:
        return f"<div>{escape(label)}:</div><pre>{escape(text)}</pre>"
    return f"<div>{escape(label)}: <code>{escape(text)}</code></div>"


@dataclass(frozen=True)
class Notice:
    """A text from the course that judges nothing: a hint, or how to use `check`."""

    heading: str
    message: str

    def __repr__(self) -> str:
        return f"{self.heading}\n  {self.message}"

    def _repr_html_(self) -> str:
        _, colour = _LOOK[""]
        return (
            f'<div role="note" style="{_BOX.format(colour=colour)}"><strong>{escape(self.heading)}</strong>'
            f"<div>{escape(self.message)}</div></div>"
        )


@dataclass(frozen=True)
class Table:
    """Rows of text under a caption, for the summary of a unit and for progress."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        grid = [self.columns, *self.rows]
        widths = [max(len(row[place]) for row in grid) for place in range(len(self.columns))]
        lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in grid]
        return "\n".join(line.rstrip() for line in [self.caption, *lines, *self.notes])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="text-align:left">{escape(text)}</th>' for text in self.columns)
        body = "".join(
            f'<tr><th scope="row" {_LEFT}>{escape(row[0])}</th>'
            + "".join(f"<td {_LEFT}>{escape(text)}</td>" for text in row[1:])
            + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<div><small>{escape(note)}</small></div>" for note in self.notes)
        return (
            f"<div><table><caption {_LEFT}>{escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}</div>"
        )
