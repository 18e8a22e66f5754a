"""`nnchain-edu elliptic`: five models on a made graph; what they learn, what is refused, what it costs."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from nnchain_edu.cli import main
from nnchain_edu.economy import TableError
from nnchain_edu.economy.elliptic import Elliptic
from nnchain_edu.elliptic_table import PUBLISHED, compare, split
from nnchain_edu.fraud_command import UNUSABLE
from nnchain_edu.workspace import ROOT

from .made_tables import write_elliptic, write_full_elliptic


def made(seed=0, n=1_000, told=1.0, by_partner=False):
    """Pairs that pay each other. An illicit one has a larger first feature: its own, or its partner's."""
    random = np.random.default_rng(seed)
    steps = np.sort(random.integers(1, 50, n // 2)).repeat(2)
    labels = np.where(random.random(n) < 0.2, 1, 0)
    features = np.zeros((n, 165), np.float32)
    features[:, :5] = random.normal(size=(n, 5))
    illicit = np.flatnonzero(labels)
    features[illicit ^ 1 if by_partner else illicit, 0] += 4 * told
    labels = np.where(random.random(n) < 0.3, -1, labels)
    edges = np.arange(n, dtype=np.int32).reshape(-1, 2).T
    return Elliptic(np.arange(n), steps.astype(np.uint8), features, labels.astype(np.int8), edges)


def f1_of(graph, epochs=30):
    return {found.model: found.f1 for found in compare(graph, epochs)}


def test_what_can_be_learnt_is_learnt_and_nothing_else():
    told, chance = f1_of(made()), f1_of(made(told=0))
    assert list(told) == list(PUBLISHED)
    assert min(told[name] for name in told if name != "GCN") > 0.6  # which sees nobody unmixed
    assert max(chance.values()) < 0.4  # to call everything illicit would give 0.33


def test_only_a_graph_network_sees_neighbours():
    """The GCN without a skip connection sees the pair, but not which of the two it is."""
    found = f1_of(made(n=2_000, by_partner=True), 60)
    assert found["Skip-GCN"] > 0.7 and max(found["MLP"], found["random forest"]) < 0.4
    assert found["MLP"] < found["GCN"] < found["Skip-GCN"]


def test_the_past_teaches_the_future_judges():
    """What is learnt changes with nothing of the later steps, and the scale neither."""
    graph = made()
    early, late = split(graph)
    assert len(early.labels) == (graph.steps <= 34).sum() and len(early.labels) + len(late.labels) == len(graph)
    changed = graph.features.copy()
    changed[graph.steps > 34] *= 1_000
    again, _ = split(Elliptic(graph.ids, graph.steps, changed, graph.labels, graph.edges))
    assert (again.inputs == early.inputs).all() and abs(early.inputs.mean()) < 1e-4
    unknown = graph.labels == -1
    assert set(early.labels[early.known]) == {0, 1} and len(early.known) == (~unknown & (graph.steps <= 34)).sum()


def test_a_seed_fixes_everything():
    graph = made(n=400)
    assert list(compare(graph, 3)) == list(compare(graph, 3)) != list(compare(graph, 3, seed=1))


def test_features_as_large_as_they_come_stay_finite():
    graph = made(n=400)
    graph.features[::7, 3], graph.features[:, 4] = 3e38, 1
    assert all(part.inputs.isfinite().all() for part in split(graph))


def test_it_prints_a_table_and_one_line_of_json(tmp_path, capsys):
    folder = write_elliptic(tmp_path / "elliptic", transactions=490, payments=700)
    assert main(["elliptic", str(folder), "--epochs", "12"]) == 0
    shown, told = capsys.readouterr()
    for name, published in PUBLISHED.items():
        assert re.search(rf"{name} +[01]\.\d+ +[01]\.\d+ +[01]\.\d+ +{published}", shown)
    assert told.startswith("<Elliptic: 490 transactions") and "Skip-GCN: epoch 12 of 12" in told
    assert main(["elliptic", str(folder), "--epochs", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["epochs"] == 2 and all(0 <= found[name]["f1"] <= 1 for name in PUBLISHED)


@pytest.mark.parametrize("epochs", ["0", "-1", "ten", "10001"])
def test_epochs_that_are_none_are_refused(tmp_path, capsys, epochs):
    with pytest.raises(SystemExit) as left:
        main(["elliptic", str(tmp_path), "--epochs", epochs])
    assert left.value.code == UNUSABLE and "from 1 to 10000" in capsys.readouterr().err


def test_a_bad_folder_and_a_missing_class_are_one_line(tmp_path, capsys):
    assert main(["elliptic", str(tmp_path / "none")]) == UNUSABLE
    assert capsys.readouterr().err.startswith(f"nnchain-edu: {tmp_path / 'none'}")
    graph = made(n=400)
    graph.labels[(graph.steps > 34) & (graph.labels == 1)] = 0
    with pytest.raises(TableError, match="both classes, 1 and 2, are needed in the steps 35 to 49"):
        split(graph)


@pytest.mark.slow
def test_the_real_size_is_done_on_a_small_machine(tmp_path):
    write_full_elliptic(tmp_path)
    code = (
        "import resource, sys; from nnchain_edu.cli import main; main(['elliptic', sys.argv[1], '--json']);"
        "used = resource.getrusage(resource.RUSAGE_SELF); print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found, used = done.stdout.splitlines()
    seconds, peak = map(float, used.split())
    assert set(PUBLISHED) < set(json.loads(found))
    assert seconds < 300 and peak * (1 if sys.platform == "darwin" else 1024) < 3e9, (seconds, peak)
