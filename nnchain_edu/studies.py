"""Reads the tables that the many-seed experiments left in `studies/`, and says how sure their means are.

In the repository they stand in `studies/`, beside the experiments; a wheel brings them along in `nnchain_edu/tables`.
"""

from collections.abc import Iterable
from math import sqrt
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame


def folder() -> Path:
    """Where the tables are: in `tables` beside this module when a wheel was installed, else in the checkout."""
    here = Path(__file__).resolve().parent
    return here / "tables" if (here / "tables").is_dir() else here.parent / "studies"


FOLDER = folder()


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


def t_interval(values: Iterable[float], level: float = 0.95) -> tuple[float, float]:
    """Return `(mean, half)`: Student's interval for the mean of independent runs is mean − half to mean + half.

    `values` is one number a seed, at least two; `level` is the confidence, from 0 to 1. It takes the runs to be near
    normal: with five seeds that is an assumption, not a finding. Where two methods share their seeds, give it the
    seeds' differences.
    """
    from scipy.stats import t

    runs = [float(value) for value in values]
    if len(runs) < 2:
        raise ValueError(f"values must be at least two runs, got {len(runs)}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}")
    return mean(runs), float(t.ppf((1 + level) / 2, len(runs) - 1)) * stdev(runs) / sqrt(len(runs))
