"""Experiments that need many seeds, and the small tables they left: `python -m studies 01` runs unit 01's again.

A module `unit_NN.py` holds `TABLES`: a table's name and the function that gives its columns and rows.
"""

import csv
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

import torch

FOLDER = Path(__file__).parent


def write(unit: str, name: str, about: str, columns: list[str], rows: Iterable[tuple]) -> Path:
    """Write `studies/NAME.csv`; its head says how to make it again and what it was made with."""
    rows = list(rows)
    head = [
        about,
        f"command: python -m studies {unit}",
        f"versions: python {platform.python_version()}, torch {torch.__version__.partition('+')[0]}",
        f"processor: {platform.machine()} with {torch.backends.cpu.get_cpu_capability()}, one thread",
    ]
    path = FOLDER / f"{name}.csv"
    part = path.with_suffix(".part")
    with open(part, "w", newline="", encoding="utf-8") as file:
        file.writelines(f"# {line}\n" for line in head)
        table = csv.writer(file, lineterminator="\n")
        table.writerows([columns, *rows])
    part.replace(path)
    return path


def show_progress(done: int, of: int, what: str) -> None:
    """Say on the terminal how far a study is."""
    print(f"\r{done:4d} of {of}: {what:<60}", end="\n" if done == of else "", file=sys.stderr, flush=True)
