"""How long every control of every lab takes from key press to new picture, in a real browser (minutes).

`python -m tests.bench answers`; the table stands in docs/versions.md. Some units only, into a file:
`python -m tests.browser.answer_times FILE 05 07`.
"""

import tempfile
from pathlib import Path

from tests.browser import answer_times


def main() -> None:
    """Print medians of 15 in milliseconds; 200 is the limit."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.md"
        table.write_text("| unit | bench | control | ms | ms without waiting |\n|---|---|---|--:|--:|\n")
        answer_times.main([], table)
        print(table.read_text(encoding="utf-8"), end="")
