"""Both public account tables are read alike; each kind of bad file is refused by file, line and column."""

import csv
import gzip

import numpy as np
import pytest

from nnchain_edu.economy import AccountTable, TableError, load_ethereum_accounts
from nnchain_edu.economy.ethereum_accounts import ERC20, ETHER, FEATURES, TOKENS

from .made_tables import LARGE, SMALL, account_rows, write_accounts

ROWS = account_rows()


@pytest.fixture
def path(tmp_path):
    return write_accounts(tmp_path / "accounts.csv", ROWS)


@pytest.mark.parametrize("header", [LARGE, SMALL], ids=["9,841 rows", "4,681 accounts"])
def test_both_variants_give_the_same_table(tmp_path, header):
    table = load_ethereum_accounts(write_accounts(tmp_path / "a.csv", ROWS, header))
    assert isinstance(table, AccountTable) and len(table) == len(ROWS)
    assert list(table.features.columns) == [*ETHER, *ERC20] and len(FEATURES) == 45
    assert list(table.tokens.columns) == list(TOKENS)
    assert list(table.addresses) == [row[0] for row in ROWS]
    assert list(table.labels) == [int(row[1]) for row in ROWS]
    for found, row in zip(table.features.to_numpy(), ROWS, strict=True):
        np.testing.assert_array_equal(found, [float(text) if text.strip() else np.nan for text in row[2:-2]])
    assert table.tokens.to_numpy().tolist() == [[text.strip() for text in row[-2:]] for row in ROWS]


def test_repeated_addresses_are_one_group_and_keep_their_rows(path):
    table = load_ethereum_accounts(path)
    assert table.groups[19] == table.groups[18] and table.groups.max() + 1 == len(set(table.addresses)) == len(ROWS) - 3
    for group in set(table.groups):
        assert len(set(table.addresses[table.groups == group])) == 1
    assert (
        repr(table) == f"<AccountTable: {len(ROWS)} rows, {len(ROWS) - 3} accounts, {table.labels.sum()} rows of fraud>"
    )


def test_blanks_of_either_kind_are_nan(path):
    table = load_ethereum_accounts(path)
    gaps = table.features.isna()
    assert gaps["ERC20 avg val rec"].sum() == sum(row[-3] == "" for row in ROWS) > 0 and not gaps[list(ETHER)].any(
        axis=None
    )


@pytest.mark.parametrize("extra", ["", "Unnamed: 0", "Unnamed: 0.1", "Index", " index ", "id"])
def test_columns_that_number_the_rows_are_left_out(path, extra):
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(f"{extra if i == 0 else i},{line}" for i, line in enumerate(lines)), "utf-8")
    assert load_ethereum_accounts(path).features.shape == (len(ROWS), 45)


def test_the_order_of_columns_does_not_matter(tmp_path, path):
    other = tmp_path / "turned.csv"
    with path.open(encoding="utf-8", newline="") as file, other.open("w", encoding="utf-8", newline="") as turned:
        csv.writer(turned).writerows(row[::-1] for row in csv.reader(file))
    assert load_ethereum_accounts(path).features.equals(load_ethereum_accounts(other).features)


def test_packed_windows_and_marked_files_are_read(tmp_path, path):
    table = load_ethereum_accounts(path)
    packed = tmp_path / "accounts.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    windows = tmp_path / "windows.csv"
    windows.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().rstrip() + b"\r\n\r\n")
    for other in (packed, windows):
        assert load_ethereum_accounts(other).features.equals(table.features)


def changed(path, line, column, text):
    """The file with one field replaced; `line` counts from 1, the header's."""
    rows = [LARGE, *([str(i), str(i), *row] for i, row in enumerate(ROWS))]
    rows = [list(row) for row in rows]
    rows[line - 1][LARGE.index(column)] = text
    return write_accounts(path, [row[2:] for row in rows[1:]], rows[0])


@pytest.mark.parametrize(
    "line, column, text, match",
    [
        (7, "FLAG", "", "line 7, column FLAG: the label is missing"),
        (7, "FLAG", "2", "line 7, column FLAG: a label must be 0 or 1, got '2'"),
        (7, "FLAG", "fraud", "line 7, column FLAG: a label must be 0 or 1"),
        (7, "FLAG", "nan", "line 7, column FLAG: a label must be 0 or 1"),
        (9, "Address", " ", "line 9, column Address"),
        (11, "Sent tnx", "inf", "line 11, column Sent tnx: not a finite number: 'inf'"),
        (11, "Sent tnx", "1e999", "line 11, column Sent tnx: not a finite number"),
        (11, " ERC20 avg val rec", "nan", "line 11, column ERC20 avg val rec: not a finite number"),
        (61, "Received Tnx", "many", "line 61, column Received Tnx: not a number: 'many'"),
        (1, "FLAG", "Flagged", "line 1: 'Flagged' is no column"),
        (1, "Sent tnx", "Received Tnx", "line 1: the column 'Received Tnx' stands there twice"),
        (1, "Sent tnx", "Index", "line 1: the column 'Sent tnx' is missing"),
    ],
)
def test_a_wrong_field_is_named(path, line, column, text, match):
    path = changed(path, line, column, text)
    with pytest.raises(TableError, match=match) as refused:
        load_ethereum_accounts(path)
    assert str(refused.value).startswith(str(path))


def _cut(content):
    return content[: len(content) // 2].rsplit(b",", 3)[0]


BAD = {
    "cut in half": (_cut, r"line \d+: \d+ columns, while line 1 has 51; was the file cut"),
    "semicolons": (lambda c: c.replace(b",", b";"), "line 1: columns are parted by semicolons"),
    "tabs": (lambda c: c.replace(b",", b"\t"), "line 1: columns are parted by tabs"),
    "one field too many": (lambda c: c + b",1", r"line \d+: "),
    "not UTF-8": (lambda c: c.replace("Grüße".encode(), "Grüße".encode("latin-1"), 1), r"line \d+: not UTF-8"),
    "empty": (lambda c: b"", "the file is empty"),
    "blank lines only": (lambda c: b"\n\n", "line 1"),
    "only the header": (lambda c: c.splitlines()[0], "there are no rows"),
    "a picture": (lambda c: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "line 1: not UTF-8"),
    "another table": (lambda c: b"a,b\n1,2\n", "line 1: 'a' is no column"),
}


@pytest.mark.parametrize("change, match", BAD.values(), ids=BAD)
def test_a_wrong_file_is_refused(path, change, match):
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(TableError, match=match) as refused:
        load_ethereum_accounts(path)
    assert str(refused.value).startswith(str(path)) and "\n" not in str(refused.value)


def test_one_class_only_is_refused(tmp_path):
    for label in "01":
        rows = [[row[0], label, *row[2:]] for row in ROWS]
        with pytest.raises(TableError, match=f"column FLAG: all 60 labels are {label}"):
            load_ethereum_accounts(write_accounts(tmp_path / "one.csv", rows))


def test_no_file_a_folder_and_half_a_packed_one(tmp_path, path):
    with pytest.raises(TableError, match="no such file"):
        load_ethereum_accounts(tmp_path / "none.csv")
    with pytest.raises(TableError, match="a folder"):
        load_ethereum_accounts(tmp_path)
    packed = tmp_path / "half.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes())[:-200])
    with pytest.raises(TableError, match="not a whole gzip file"):
        load_ethereum_accounts(packed)
    packed.write_bytes(path.read_bytes())
    with pytest.raises(TableError, match="not a whole gzip file"):
        load_ethereum_accounts(packed)


def test_what_is_huge_is_refused_before_it_is_read(tmp_path, path):
    with pytest.raises(TableError, match="line 12: more than 10 rows"):
        load_ethereum_accounts(path, most_rows=10)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(10**12)  # takes no room on the disk
    with pytest.raises(TableError, match="larger than 100 megabytes"):
        load_ethereum_accounts(huge)
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(bytes(101 * 10**6), 1))
    with pytest.raises(TableError, match="larger than 100 megabytes"):
        load_ethereum_accounts(bomb)
