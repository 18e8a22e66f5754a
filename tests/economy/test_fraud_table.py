"""`nnchain-edu fraud-table`: what it prints, what it refuses, and that nothing leaks from the rows it is judged on."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from nnchain_edu.cli import main
from nnchain_edu.economy import TableError, load_ethereum_accounts
from nnchain_edu.fraud_command import INTERRUPTED, RANDOM, UNUSABLE
from nnchain_edu.fraud_table import FREQUENT, Inputs, Scores, cross_validate, folds_of, summary
from nnchain_edu.workspace import ROOT

from .made_tables import account_rows, write_accounts

COMMAND = [sys.executable, "-m", "nnchain_edu.cli", "fraud-table"]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_accounts(tmp_path_factory.mktemp("fraud") / "accounts.csv", account_rows(3, 80, 0.5))


def relabelled(path, label_of):
    """The table of a file with other labels, told from its rows."""
    rows = account_rows(3, 240)
    for row in rows:
        row[1] = str(int(label_of(row)))
    return load_ethereum_accounts(write_accounts(path, rows))


def test_it_prints_three_scores_with_their_spread(path, capsys):
    assert main(["fraud-table", str(path)]) == 0
    shown, told = capsys.readouterr()
    lines = shown.splitlines()
    assert lines[0].startswith("80 rows, 76 accounts, ") and lines[-1] == RANDOM and "random" in RANDOM
    assert [line.split()[0] for line in lines[2:5]] == ["accuracy", "F1", "AUC"] and all("±" in x for x in lines[2:5])
    assert [line.split(":")[0] for line in told.splitlines()] == [f"fold {n} of 10" for n in range(1, 11)]


def test_json_is_one_line(path, capsys):
    assert main(["fraud-table", str(path), "--json", "--seed", "1"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    found = json.loads(shown)
    assert (found["folds"], found["rows"], found["accounts"]) == (10, 80, 76)
    for name in ("accuracy", "f1", "auc"):
        assert 0 <= found[name] <= 1 and 0 <= found[f"{name}_spread"] <= 0.5


def test_a_seed_fixes_everything(path):
    table = load_ethereum_accounts(path)
    one, again, other = (list(cross_validate(table, folds=2, seed=seed)) for seed in (0, 0, 1))
    assert one == again != other


@pytest.mark.parametrize("content", [None, b"", b"a;b\n1;2\n", "Address,FLAG\n0x1,0\n".encode("utf-16")])
def test_a_bad_file_is_one_line_and_two(tmp_path, content):
    """Before any training: PyTorch is not even loaded."""
    bad = tmp_path / "bad.csv"
    if content is not None:
        bad.write_bytes(content)
    code = (
        "import sys; from nnchain_edu.cli import main; n = main(sys.argv[1:]);"
        "assert 'torch' not in sys.modules; sys.exit(n)"
    )
    done = subprocess.run([sys.executable, "-c", code, "fraud-table", bad], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == UNUSABLE and done.stdout == ""
    assert done.stderr.startswith(f"nnchain-edu: {bad}") and done.stderr.count("\n") == 1


def test_a_seed_that_is_none_is_refused(path, capsys):
    for seed in ("-1", "x", str(2**31)):
        with pytest.raises(SystemExit) as left:
            main(["fraud-table", str(path), "--seed", seed])
        assert left.value.code == UNUSABLE and "a whole number from 0" in capsys.readouterr().err


def test_an_interrupt_is_130_and_no_traceback(tmp_path):
    path = write_accounts(tmp_path / "long.csv", account_rows(4, 1000))
    with subprocess.Popen(
        [*COMMAND, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as command:
        assert command.stderr.readline().startswith("fold 1 of 10")
        command.send_signal(signal.SIGINT)
        shown, told = command.communicate(timeout=600)
    assert command.returncode == INTERRUPTED and shown == "" and told.splitlines()[-1] == "nnchain-edu: interrupted"
    assert "Traceback" not in told


def test_too_few_accounts_of_a_class(tmp_path, capsys):
    path = tmp_path / "few.csv"
    rows = account_rows(5, 60)
    for number, row in enumerate(rows):
        row[1] = str(int(number < 9))
    write_accounts(path, rows)
    assert main(["fraud-table", str(path)]) == UNUSABLE
    assert "at least 10 fraudulent accounts, FLAG 1; there are 9" in capsys.readouterr().err
    with pytest.raises(TableError, match="at least 100 other accounts, FLAG 0; there are"):
        folds_of(load_ethereum_accounts(path), 100, 0)


def test_no_address_is_on_both_sides_and_every_row_is_judged_once(path):
    table = load_ethereum_accounts(path)
    parts = folds_of(table, 10, 0)
    for fitted, held in parts:
        assert not set(table.addresses[fitted]) & set(table.addresses[held])
        assert abs(table.labels[held].mean() - table.labels.mean()) < 0.2
    assert sorted(np.concatenate([held for _, held in parts])) == list(range(len(table)))


def test_repeated_addresses_with_labels_by_chance_are_not_recognised(tmp_path):
    """Each account stands there twice. Whoever deals rows, not addresses, into folds finds nearly all of them."""
    random = np.random.default_rng(0)
    rows = []
    for row in account_rows(6, 150):
        row[1] = str(random.integers(2))
        rows += [row, row]
    table = load_ethereum_accounts(write_accounts(tmp_path / "twice.csv", rows))
    assert abs(summary(list(cross_validate(table, folds=3)))["auc"] - 0.5) < 0.12


def test_what_rows_become_does_not_depend_on_the_rows_they_are_judged_with(path):
    table = load_ethereum_accounts(path)
    features, tokens = table.features.to_numpy(), table.tokens.to_numpy()
    inputs = Inputs().fit(features[:50], tokens[:50])
    alone = inputs(features[70:71], tokens[70:71])
    assert (inputs(features[50:], tokens[50:])[20] == alone[0]).all()
    assert inputs(features[:50], tokens[:50]).shape[1] == alone.shape[1] > 100


def test_gaps_tails_and_unknown_tokens_become_finite_inputs(path):
    table = load_ethereum_accounts(path)
    features, tokens = table.features.to_numpy(), table.tokens.to_numpy()
    inputs = Inputs().fit(features, tokens)
    strange = np.vstack([features[:1] * 0 + 1.7e308, features[:1] * 0 - 1.7e308, np.full((1, 45), np.nan)])
    found = inputs(strange, np.full((3, 2), "never seen"))
    assert found.isfinite().all() and found.abs().max() <= 1


def test_a_feature_becomes_a_ruler_of_its_training_rows():
    """Thirteen marks at 0, 1, … 12: a value lights the stretches below it, its own one in part, and none beyond."""
    features = np.tile(np.arange(13.0)[:, None], 45)
    nothing = np.full((13, 2), "")
    inputs = Inputs().fit(features, nothing)
    ruler = inputs(np.full((1, 45), 3.25), nothing[:1])[0, :12] + 0.5
    assert ruler.tolist() == [1, 1, 1, 0.25] + [0] * 8
    one_place = Inputs().fit(features * 0, nothing)(features, nothing)
    assert one_place.shape[1] == 4  # a constant feature tells nothing; one token, twice, and its frequency


def test_no_more_inputs_than_frequent_tokens(tmp_path):
    rows = account_rows(7, 100)
    for number, row in enumerate(rows):
        row[-1] = f"coin {number}"
    table = load_ethereum_accounts(write_accounts(tmp_path / "coins.csv", rows))
    inputs = Inputs().fit(table.features.to_numpy(), table.tokens.to_numpy())
    assert len(inputs.frequent[1]) == FREQUENT and len(inputs.frequency[1]) == 100


@pytest.mark.parametrize(
    "label_of, least",
    [
        (lambda row: row[-1] in ("Chip", "Grüße"), 0.85),  # the token tells it
        (lambda row: row[2 + 30] == "", 0.95),  # a gap does
        (lambda row: float(row[5]) > 40, 0.75),  # a feature with a heavy tail
        (lambda row: row[6] == "0", 0.7),  # a zero among many others
    ],
    ids=["token", "gap", "tail", "zero"],
)
def test_each_kind_of_column_is_used(tmp_path, label_of, least):
    table = relabelled(tmp_path / "told.csv", label_of)
    assert table.labels.sum() >= 20
    assert summary(list(cross_validate(table, folds=3)))["auc"] > least


def test_the_summary_is_mean_and_deviation():
    found = summary([Scores(0.8, 0.5, 0.9), Scores(0.9, 0.7, 0.9)])
    assert found["accuracy"] == pytest.approx(0.85) and found["accuracy_spread"] == pytest.approx(0.1 / 2**0.5)
    assert found["auc_spread"] == 0 and summary([Scores(1, 1, 1)])["f1_spread"] == 0


@pytest.mark.slow
def test_the_larger_table_takes_minutes_and_less_than_a_gigabyte(tmp_path):
    path = write_accounts(tmp_path / "large.csv", account_rows(8, 9841, 0.22))
    code = (
        "import resource, sys; from nnchain_edu.cli import main; n = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(n)"
    )
    command = [sys.executable, "-c", code, "fraud-table", path, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=3600)
    found, peak = done.stdout.splitlines()
    assert json.loads(found)["rows"] == 9841
    assert int(peak) * (1 if sys.platform == "darwin" else 1024) < 10**9
