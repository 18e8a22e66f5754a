"""Elliptic's three files: read as published; each kind of bad file is refused by file, line and column."""

import gzip
import subprocess
import sys

import numpy as np
import pytest

from nnchain_edu.economy import TableError, load_elliptic
from nnchain_edu.economy.elliptic import CLASSES_FILE, EDGES_FILE, FEATURES_FILE

from .made_tables import write_elliptic, write_full_elliptic

NAMES = (FEATURES_FILE, CLASSES_FILE, EDGES_FILE)


@pytest.fixture
def folder(tmp_path):
    return write_elliptic(tmp_path / "elliptic")


def lines(folder, name):
    return (folder / name).read_text().splitlines()


def test_everything_is_where_it_was_published(folder):
    graph = load_elliptic(folder)
    rows = [line.split(",") for line in lines(folder, FEATURES_FILE)]
    assert graph.ids.tolist() == [int(row[0]) for row in rows]
    assert graph.steps.tolist() == [int(row[1]) for row in rows] and set(graph.steps) == set(range(1, 50))
    np.testing.assert_array_equal(graph.features, np.array([row[2:] for row in rows]).astype(np.float32))
    classes = dict(line.split(",") for line in lines(folder, CLASSES_FILE)[1:])
    names = {1: "1", 0: "2", -1: "unknown"}
    assert [names[label] for label in graph.labels] == [classes[row[0]] for row in rows]
    payments = [line.split(",") for line in lines(folder, EDGES_FILE)[1:]]
    assert graph.ids[graph.edges].T.tolist() == [[int(a), int(b)] for a, b in payments]
    assert (graph.features.dtype, graph.features.shape) == (np.float32, (98, 165)) and len(graph) == 98
    assert repr(graph).startswith("<Elliptic: 98 transactions, ") and repr(graph).endswith(" licit, 150 payments>")


def test_packed_files_are_read(folder):
    graph = load_elliptic(folder)
    for name in NAMES:
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
        (folder / name).unlink()
    packed = load_elliptic(folder)
    assert (packed.features == graph.features).all() and (packed.edges == graph.edges).all()


def spoil(folder, name, line, column, text):
    """Replace a field; `line` and `column` count from 1."""
    rows = [row.split(",") for row in lines(folder, name)]
    rows[line - 1][column - 1] = text
    (folder / name).write_text("\n".join(map(",".join, rows)) + "\n")


@pytest.mark.parametrize(
    "name, line, column, text, match",
    [
        (FEATURES_FILE, 50, 9, "inf", "line 50, column 9: not a finite number: 'inf'"),
        (FEATURES_FILE, 50, 9, "nan", "line 50, column 9: not a finite number"),
        (FEATURES_FILE, 50, 9, "", "line 50, column 9: not a number"),
        (FEATURES_FILE, 50, 9, "1e99", "line 50, column 9: not a finite number"),
        (FEATURES_FILE, 50, 9, "x", "line 50, column 9: not a number: 'x'"),
        (FEATURES_FILE, 50, 2, "50", r"line 50, column 2 \(step\): a step is 1 to 49, got '50'"),
        (FEATURES_FILE, 50, 2, "0", "column 2"),
        (FEATURES_FILE, 50, 2, "1.5", "column 2"),
        (FEATURES_FILE, 50, 1, "one", r"line 50, column 1 \(id\)"),
        (FEATURES_FILE, 1, 1, "txId", r"line 1, column 1 \(id\)"),
        (CLASSES_FILE, 5, 2, "3", "line 5, column class: a class must be 1, 2 or unknown, got '3'"),
        (CLASSES_FILE, 5, 2, "", "line 5, column class: a class is missing"),
        (CLASSES_FILE, 5, 1, "-7", "line 5, column txId: not the number"),
        (CLASSES_FILE, 1, 2, "label", "line 1: the columns must be txId,class"),
        (EDGES_FILE, 5, 2, "999999999999", "line 5, column txId2: no transaction has the number"),
        (EDGES_FILE, 5, 1, "what", "line 5, column txId1: not the number"),
        (EDGES_FILE, 1, 1, "from", "line 1: the columns must be txId1,txId2"),
    ],
)
def test_a_wrong_field_is_named(folder, name, line, column, text, match):
    spoil(folder, name, line, column, text)
    with pytest.raises(TableError, match=match) as refused:
        load_elliptic(folder)
    assert str(refused.value).startswith(str(folder / name))


@pytest.mark.parametrize("name", [FEATURES_FILE, CLASSES_FILE])
def test_a_transaction_that_stands_there_twice_is_named(folder, name):
    rows = lines(folder, name)
    (folder / name).write_text("\n".join([*rows, rows[7]]) + "\n")
    with pytest.raises(
        TableError, match=rf"{name}, line {len(rows) + 1}: transaction {rows[7].split(',')[0]} .*second time"
    ):
        load_elliptic(folder)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "change, match",
    [
        (lambda c: c[: len(c) // 2].rsplit(b"\n", 1)[0] + b"\n1234", "columns instead of"),
        (lambda c: c.replace(b",", b";"), "line 1: columns are parted by semicolons"),
        (lambda c: b"", "empty"),
        (lambda c: c[:300] + b"\xff" + c[300:], "not UTF-8"),
        (lambda c: c.rstrip() + b",1\n", "columns instead of"),
    ],
    ids=["cut in a line", "semicolons", "empty", "not UTF-8", "a field too many"],
)
def test_a_wrong_file_is_refused(folder, name, change, match):
    path = folder / name
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(TableError, match=match) as refused:
        load_elliptic(folder)
    assert str(refused.value).startswith(str(path)) and "\n" not in str(refused.value)


def test_files_cut_between_lines_are_told_by_the_others(folder):
    features, classes = lines(folder, FEATURES_FILE), lines(folder, CLASSES_FILE)
    (folder / FEATURES_FILE).write_text("\n".join(features[:40]) + "\n")
    with pytest.raises(
        TableError, match=f"{FEATURES_FILE}: ends after 40 lines without transaction .*was the file cut"
    ):
        load_elliptic(folder)
    (folder / FEATURES_FILE).write_text("\n".join(features) + "\n")
    (folder / CLASSES_FILE).write_text("\n".join(classes[:-1]) + "\n")
    with pytest.raises(TableError, match=f"{CLASSES_FILE}: no class for transaction {classes[-1].split(',')[0]}"):
        load_elliptic(folder)


def test_one_class_only_and_no_rows(folder):
    classes = (folder / CLASSES_FILE).read_text()
    for label in "12":
        (folder / CLASSES_FILE).write_text(classes.replace(f",{label}\n", ",unknown\n"))
        with pytest.raises(TableError, match="both classes, 1 and 2, are needed"):
            load_elliptic(folder)
    (folder / CLASSES_FILE).write_text("txId,class\n")
    with pytest.raises(TableError, match="no rows under the header"):
        load_elliptic(folder)


def test_no_folder_a_file_and_a_missing_file(tmp_path, folder):
    with pytest.raises(TableError, match="no such folder"):
        load_elliptic(tmp_path / "none")
    with pytest.raises(TableError, match="a file, where the folder"):
        load_elliptic(folder / EDGES_FILE)
    (folder / EDGES_FILE).unlink()
    with pytest.raises(TableError, match=f"{EDGES_FILE}: there is no such file"):
        load_elliptic(folder)
    (folder / EDGES_FILE).mkdir()
    with pytest.raises(TableError, match="a folder, where a file"):
        load_elliptic(folder)


def test_what_is_huge_is_refused_before_it_is_read(folder):
    with (folder / FEATURES_FILE).open("r+b") as file:
        file.truncate(10**12)
    with pytest.raises(TableError, match="larger than 2000 megabytes"):
        load_elliptic(folder)


FULL = """
import resource, sys, time
from nnchain_edu.economy import load_elliptic
graph = load_elliptic(sys.argv[1])
print(len(graph), graph.edges.shape[1], graph.features.nbytes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_table_of_the_real_size_fits_a_small_machine(tmp_path):
    rows, payments = write_full_elliptic(tmp_path)
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=3600)
    found, edges, size, peak = map(int, done.stdout.split())
    assert (found, edges, size) == (rows, payments, rows * 165 * 4)
    assert peak * (1 if sys.platform == "darwin" else 1024) < 10**9  # bytes; measured: 0.5
