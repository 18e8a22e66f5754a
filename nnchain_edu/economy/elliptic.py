"""Elliptic's public graph of Bitcoin payments, from the three files that the learner downloaded.

Weber et al., "Anti-Money Laundering in Bitcoin: Experimenting with Graph Convolutional Networks for Financial
Forensics" (2019, arXiv 1908.02591). 203,769 transactions in 49 steps of time with 234,355 payments between them; 4,545
are known to be illicit, 42,019 licit. The graph is not shipped.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from .public_tables import MEGABYTE, TableError, a_file, commas_in, text_of

FEATURES_FILE, CLASSES_FILE, EDGES_FILE = (f"elliptic_txs_{name}.csv" for name in ("features", "classes", "edgelist"))
FEATURES = 165  # of a transaction: 93 of its own, 72 of its neighbours'; before them its id and its step
COLUMNS = FEATURES + 2
STEPS = 49
CLASSES = {"1": 1, "2": 0, "unknown": -1}
MOST_BYTES = 2000 * MEGABYTE  # the features' file has 700
MOST_BYTES_SMALL = 100 * MEGABYTE  # of the two other files, which have 5
MOST_ROWS = 1_000_000
ROWS_AT_ONCE = 10_000  # a block of features while it is read: 7 MB


@dataclass(frozen=True)
class Elliptic:
    """n transactions in the features' file's order, and m payments between them.

    `ids`: (n,) the file's numbers. `steps`: (n,) 1 to 49, about two weeks each. `features`: (n, 165) float32, as
    published, without names. `labels`: (n,) 1 illicit, 0 licit, -1 unknown. `edges`: (2, m) positions in `ids`: the
    transaction whose output is spent, above the one that spends it.
    """

    ids: np.ndarray
    steps: np.ndarray
    features: np.ndarray
    labels: np.ndarray
    edges: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        illicit, licit = ((self.labels == label).sum() for label in (1, 0))
        return f"<Elliptic: {len(self)} transactions, {illicit} illicit, {licit} licit, {self.edges.shape[1]} payments>"


def load_elliptic(folder: str | PathLike) -> Elliptic:
    """Read the three CSV files of a folder (each may be packed, as .csv.gz).

    The features' file has no header: id, step, 165 features; the others begin with `txId,class` and `txId1,txId2`.
    Raises TableError, naming file, line and column, for: no folder or file, an empty or too large one, one that is not
    UTF-8; other headers, too few or too many columns, what is no finite number, a step that is not 1 to 49, an id that
    stands there twice; a class that is not 1, 2 or unknown, a transaction with a class and no features or the other way
    round, only one class; a payment of an unknown transaction.
    """
    folder = Path(folder)
    if folder.is_file():
        raise TableError(f"{folder}: a file, where the folder of Elliptic's three files is needed")
    if not folder.is_dir():
        raise TableError(f"{folder}: there is no such folder")
    paths = {name: _path(folder, name) for name in (FEATURES_FILE, CLASSES_FILE, EDGES_FILE)}
    classes = _rows(paths[CLASSES_FILE], ["txId", "class"])
    edges = _rows(paths[EDGES_FILE], ["txId1", "txId2"])
    of_class, labels = _classes(paths[CLASSES_FILE], classes)
    ids, steps, features = _features(paths[FEATURES_FILE])
    index = pd.Index(ids)
    _twice(paths[FEATURES_FILE], index, 1)
    _twice(paths[CLASSES_FILE], of_class, 2)
    place = index.get_indexer(of_class)
    if (place < 0).any():
        at = int((place < 0).argmax())
        raise TableError(
            f"{paths[FEATURES_FILE]}: ends after {len(ids)} lines without transaction {of_class[at]}, which has a "
            f"class ({paths[CLASSES_FILE].name}, line {at + 2}); was the file cut?"
        )
    without = ~index.isin(of_class)
    if without.any():
        at = int(without.argmax())
        raise TableError(f"{paths[CLASSES_FILE]}: no class for transaction {ids[at]} ({FEATURES_FILE}, line {at + 1})")
    in_order = np.empty(len(ids), np.int8)
    in_order[place] = labels
    return Elliptic(ids, steps, features, in_order, _edges(paths[EDGES_FILE], edges, index))


def _path(folder: Path, name: str) -> Path:
    packed = folder / f"{name}.gz"
    path = packed if packed.exists() and not (folder / name).exists() else folder / name
    return a_file(path, MOST_BYTES if name == FEATURES_FILE else MOST_BYTES_SMALL)


def _rows(path: Path, header: list[str]) -> list[list[str]]:
    """The rows under the header, each of two columns."""
    lines = csv.reader(io.StringIO(text_of(path, MOST_BYTES_SMALL), newline=""))
    try:
        first = [name.strip() for name in next(lines, [])]
        commas_in(path, ",".join(first))
        if first != header:
            raise TableError(f"{path}, line 1: the columns must be {','.join(header)}, got {','.join(first)[:80]!r}")
        rows = []
        for row in lines:
            if len(row) != 2:
                raise TableError(f"{path}, line {lines.line_num}: {len(row)} columns instead of 2; was the file cut?")
            if len(rows) == MOST_ROWS:
                raise TableError(f"{path}, line {lines.line_num}: more than {MOST_ROWS} rows")
            rows.append(row)
    except csv.Error as error:
        raise TableError(f"{path}, line {lines.line_num}: {error}") from None
    if not rows:
        raise TableError(f"{path}: there are no rows under the header")
    return rows


def _id(path: Path, line: int, column: str, given: str) -> int:
    try:
        number = int(given)
    except ValueError:
        number = -1
    if not 0 <= number < 2**63:
        raise TableError(f"{path}, line {line}, column {column}: not the number of a transaction: {given[:40]!r}")
    return number


def _classes(path: Path, rows: list[list[str]]) -> tuple[pd.Index, list[int]]:
    labels = []
    for line, (_, given) in enumerate(rows, start=2):
        label = CLASSES.get(given.strip())
        if label is None:
            problem = f"must be 1, 2 or unknown, got {given!r}" if given.strip() else "is missing"
            raise TableError(f"{path}, line {line}, column class: a class {problem}")
        labels.append(label)
    if not {0, 1} <= set(labels):
        raise TableError(f"{path}, column class: transactions of both classes, 1 and 2, are needed")
    ids = pd.Index([_id(path, line, "txId", row[0]) for line, row in enumerate(rows, start=2)])
    return ids, labels


def _twice(path: Path, ids: pd.Index, first_line: int) -> None:
    again = ids.duplicated()
    if again.any():
        at = int(again.argmax())
        raise TableError(f"{path}, line {at + first_line}: transaction {ids[at]} stands there a second time")


def _edges(path: Path, rows: list[list[str]], index: pd.Index) -> np.ndarray:
    ends = []
    for end, column in enumerate(("txId1", "txId2")):
        ids = [_id(path, line, column, row[end]) for line, row in enumerate(rows, start=2)]
        places = index.get_indexer(ids)
        if (places < 0).any():
            at = int((places < 0).argmax())
            raise TableError(f"{path}, line {at + 2}, column {column}: no transaction has the number {ids[at]}")
        ends.append(places)
    return np.array(ends, np.int32)


def _features(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, steps and features, read in blocks. Only when that fails is the file gone through line by line."""
    kinds = {0: np.int64, 1: np.int64} | dict.fromkeys(range(2, COLUMNS), np.float32)
    blocks: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    rows = 0
    try:
        with (
            np.errstate(over="ignore"),  # what is too large for float32 becomes infinite, and is found below
            pd.read_csv(
                path, header=None, dtype=kinds, chunksize=ROWS_AT_ONCE, skip_blank_lines=False, quoting=csv.QUOTE_NONE
            ) as file,
        ):
            for block in file:
                rows += len(block)
                if rows > MOST_ROWS:
                    raise TableError(f"{path}, line {MOST_ROWS + 1}: more than {MOST_ROWS} rows")
                ids, steps = block[0].to_numpy(), block[1].to_numpy()
                values = block.iloc[:, 2:].to_numpy(np.float32)
                sound = block.shape[1] == COLUMNS and np.isfinite(values).all() and (ids >= 0).all()
                if not (sound and (steps >= 1).all() and (steps <= STEPS).all()):
                    _find_fault(path)
                blocks.append((ids, steps.astype(np.uint8), values))
    except TableError:
        raise
    except (ValueError, KeyError, OverflowError, EOFError, OSError, zlib.error, pd.errors.ParserError) as error:
        _find_fault(path)
        raise TableError(f"{path}: {error}") from None
    ids, steps, values = zip(*blocks, strict=True)
    return np.concatenate(ids), np.concatenate(steps), np.concatenate(values)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    line = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for line, content in enumerate(file, start=1):
                yield line, content.decode("utf-8-sig" if line == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise TableError(f"{path}, line {line}: not UTF-8 text (byte 0x{error.object[error.start]:02x})") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise TableError(f"{path}: not a whole gzip file") from None


def _find_fault(path: Path) -> None:
    """Raise TableError for the first line that does not fit."""
    for line, text in _lines(path):
        if line == 1:
            commas_in(path, text)
        row = text.split(",")
        where = f"{path}, line {line}"
        if len(row) != COLUMNS:
            raise TableError(f"{where}: {len(row)} columns instead of {COLUMNS}; was the file cut, or a line broken?")
        _id(path, line, "1 (id)", row[0])
        if not (row[1].strip().isdecimal() and 1 <= int(row[1]) <= STEPS):
            raise TableError(f"{where}, column 2 (step): a step is 1 to {STEPS}, got {row[1][:40]!r}")
        for column, given in enumerate(row[2:], start=3):
            try:
                finite = bool(np.isfinite(np.float32(given)))
            except ValueError:
                raise TableError(f"{where}, column {column}: not a number: {given[:40]!r}") from None
            if not finite:
                raise TableError(f"{where}, column {column}: not a finite number: {given[:40]!r}")
