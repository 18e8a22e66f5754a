"""Reads the tables that the many-seed experiments left in `studies/`."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

FOLDER = Path(__file__).resolve().parent.parent / "studies"


def study(name: str) -> "DataFrame":
    """Return the table `studies/NAME.csv`. How it was made stands in the frame's `attrs["made"]`, a line a fact.

    Raises ValueError naming the tables there are.
    """
    import pandas

    path = FOLDER / f"{name}.csv"
    if not name.isidentifier() or not path.is_file():
        there = ", ".join(sorted(p.stem for p in FOLDER.glob("*.csv"))) or "none"
        raise ValueError(f"there is no study {name!r}; there are: {there}")
    table = pandas.read_csv(path, comment="#")
    lines = path.read_text(encoding="utf-8").splitlines()
    table.attrs["made"] = [line[2:] for line in lines if line.startswith("# ")]
    return table
