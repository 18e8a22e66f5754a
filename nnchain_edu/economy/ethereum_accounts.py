"""The public table of Ethereum accounts, fraudulent ones and others, from a file that the learner downloaded.

Farrugia, Ellul and Azzopardi, "Detection of illicit accounts over the Ethereum blockchain", Expert Systems with
Applications 150 (2020) 113318, published 4,681 accounts; a later table of the same columns has 9,841 rows. Their column
names differ by spaces, underscores and index columns; both are read here under one set of names. Neither is shipped.
"""

import csv
import io
import re
from dataclasses import dataclass
from math import isfinite
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from .public_tables import MEGABYTE, TableError, commas_in, text_of

MOST_BYTES = 100 * MEGABYTE  # the larger of the two tables has 3
MOST_ROWS = 200_000

ETHER = (
    "Avg min between sent tnx", "Avg min between received tnx", "Time Diff between first and last (Mins)", "Sent tnx",
    "Received Tnx", "Number of Created Contracts", "Unique Received From Addresses", "Unique Sent To Addresses",
    "min value received", "max value received", "avg val received", "min val sent", "max val sent", "avg val sent",
    "min value sent to contract", "max val sent to contract", "avg value sent to contract",
    "total transactions (including tnx to create contract)", "total Ether sent", "total ether received",
    "total ether sent contracts", "total ether balance",
)  # fmt: skip
ERC20 = (
    "Total ERC20 tnxs", "ERC20 total Ether received", "ERC20 total ether sent", "ERC20 total Ether sent contract",
    "ERC20 uniq sent addr", "ERC20 uniq rec addr", "ERC20 uniq sent addr.1", "ERC20 uniq rec contract addr",
    "ERC20 avg time between sent tnx", "ERC20 avg time between rec tnx", "ERC20 avg time between rec 2 tnx",
    "ERC20 avg time between contract tnx", "ERC20 min val rec", "ERC20 max val rec", "ERC20 avg val rec",
    "ERC20 min val sent", "ERC20 max val sent", "ERC20 avg val sent", "ERC20 min val sent contract",
    "ERC20 max val sent contract", "ERC20 avg val sent contract", "ERC20 uniq sent token name",
    "ERC20 uniq rec token name",
)  # fmt: skip
FEATURES = ETHER + ERC20
TOKENS = ("ERC20 most sent token type", "ERC20 most rec token type")
INDEX = {"", "index", "id", "level0", "unnamed0", "unnamed01"}  # columns that number the rows and mean nothing


def _key(name: str) -> str:
    """What two spellings of a column's name have in common: its letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


_KNOWN = {_key(name): name for name in ("Address", "FLAG", *FEATURES, *TOKENS)}
_TWICE = _key("ERC20 uniq sent addr")  # one table gives two columns this name; the other calls the second ".1"


@dataclass(frozen=True)
class AccountTable:
    """The rows of the file in their order, n of them.

    `addresses`: (n,) text in lower case; some stand on several rows. `labels`: (n,) 0 or 1, 1 for fraud. `features`: n
    rows of the 45 columns `FEATURES`, float64, NaN where the file is blank. `tokens`: n rows of the two columns
    `TOKENS`, the most frequent ERC-20 token sent and received, as text without outer spaces; "" is a blank, "0" and
    "None" stand there as in the file. `groups`: (n,) whole numbers, equal for equal addresses.
    """

    addresses: np.ndarray
    labels: np.ndarray
    features: pd.DataFrame
    tokens: pd.DataFrame
    groups: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"<AccountTable: {len(self)} rows, {self.groups.max() + 1} accounts, {self.labels.sum()} rows of fraud>"


def load_ethereum_accounts(path: str | PathLike, *, most_rows: int = MOST_ROWS) -> AccountTable:
    """Read either public table from a CSV file (or one packed as .csv.gz).

    Names of columns are compared by their letters and digits only; columns that number the rows are left out.
    Raises TableError, naming file, line and column, for: no file, an empty one, one that is not UTF-8, more than 100 MB
    or `most_rows` rows; other columns, another delimiter, a line with too few or too many; a label that is missing or
    not 0 or 1, an address that is missing, a feature that is no finite number; fewer than two classes. A file that was
    cut exactly between two lines cannot be told from a whole one.
    """
    path = Path(path)
    rows = csv.reader(io.StringIO(text_of(path, MOST_BYTES), newline=""))
    addresses, labels, numbers, words = [], [], [], []
    try:
        header = next(rows, [])
        places = _places(path, header)
        order = [places[name] for name in FEATURES]
        for row in rows:
            if not row:
                continue
            if len(labels) == most_rows:
                raise TableError(f"{path}, line {rows.line_num}: more than {most_rows} rows")
            if len(row) != len(header):
                raise TableError(
                    f"{path}, line {rows.line_num}: {len(row)} columns, while line 1 has {len(header)}; "
                    "was the file cut, or a line broken?"
                )
            address = row[places["Address"]].strip().lower()
            if not address:
                raise TableError(f"{path}, line {rows.line_num}, column Address: there is no address")
            addresses.append(address)
            labels.append(_label(path, rows.line_num, row[places["FLAG"]].strip()))
            numbers.append(_numbers(path, rows.line_num, row, order))
            words.append([row[places[name]].strip() for name in TOKENS])
    except csv.Error as error:
        raise TableError(f"{path}, line {rows.line_num}: {error}") from None
    if len(set(labels)) < 2:
        found = f"all {len(labels)} labels are {labels[0]}" if labels else "there are no rows"
        raise TableError(f"{path}, column FLAG: {found}; accounts of both classes, 0 and 1, are needed")
    return AccountTable(
        addresses=np.array(addresses),
        labels=np.array(labels, np.int8),
        features=pd.DataFrame(np.array(numbers, np.float64), columns=list(FEATURES)),
        tokens=pd.DataFrame(words, columns=list(TOKENS), dtype=object),
        groups=np.unique(addresses, return_inverse=True)[1].astype(np.int64),
    )


def _places(path: Path, header: list[str]) -> dict[str, int]:
    """Where each column stands."""
    commas_in(path, ",".join(header))
    places: dict[str, int] = {}
    for place, given in enumerate(header):
        key = _key(given)
        if key == _TWICE and _KNOWN[key] in places:
            key += "1"
        name = _KNOWN.get(key)
        if name is None and key not in INDEX:
            raise TableError(f"{path}, line 1: {given!r} is no column of the Ethereum account table")
        if name in places:
            raise TableError(f"{path}, line 1: the column {given!r} stands there twice")
        if name is not None:
            places[name] = place
    missing = [name for name in _KNOWN.values() if name not in places]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise TableError(f"{path}, line 1: the column {missing[0]!r}{more} is missing")
    return places


def _label(path: Path, line: int, given: str) -> int:
    if not given:
        raise TableError(f"{path}, line {line}, column FLAG: the label is missing")
    try:
        label = float(given)
    except ValueError:
        label = None
    if label not in (0, 1):
        raise TableError(f"{path}, line {line}, column FLAG: a label must be 0 or 1, got {given!r}")
    return int(label)


def _numbers(path: Path, line: int, row: list[str], order: list[int]) -> list[float]:
    numbers = []
    for name, place in zip(FEATURES, order, strict=True):
        given = row[place].strip()
        try:
            number = float(given) if given else np.nan
        except ValueError:
            raise TableError(f"{path}, line {line}, column {name}: not a number: {given!r}") from None
        if given and not isfinite(number):
            raise TableError(f"{path}, line {line}, column {name}: not a finite number: {given!r}")
        numbers.append(number)
    return numbers
