"""What lesson 01 says: its own code is run here with other seeds than the lesson's."""

from itertools import pairwise
from pathlib import Path

import jupytext
import numpy as np
import pytest
import torch

from nnchain_edu.nets import CNN, GRU, MLP, Attention, accuracy, digits, parameter_count, train

SOURCE = Path(__file__).parents[2] / "sources" / "lessons" / "01_architectures.py"
CELLS = [cell.source for cell in jupytext.read(SOURCE, fmt="py:percent").cells if cell.cell_type == "code"]


def run_cell(mark, **names):
    """Run the lesson's one cell that contains this text, with these names; return all names."""
    (cell,) = [cell for cell in CELLS if mark in cell]
    exec(compile(cell, SOURCE.name, "exec"), names)
    return names


def mean_over_splits(make, **options):
    scores = []
    for seed in range(5):
        data, model = digits(seed=seed), make(seed)
        train(model, data.X_train, data.y_train, seed=seed, learning_rate=0.01, decay=True, **options)
        scores.append(accuracy(model, data.X_test, data.y_test))
    return sum(scores) / 5


def test_the_lessons_mlp_reads_97_percent():
    assert mean_over_splits(lambda seed: MLP(64, 64, 10, seed=seed), epochs=20) >= 0.97


def test_the_lessons_cnn_reads_98_5_percent():
    assert mean_over_splits(lambda seed: CNN((16, 32), seed=seed), epochs=12) >= 0.985


def test_the_nearest_neighbour_reads_446_here_and_98_7_percent_over_the_studys_splits(capsys):
    right = []
    for seed in range(8):
        X_train, y_train, X_test, y_test = digits(seed=seed)
        names = run_cell("nearest neighbour:", X_train=X_train, y_train=y_train, X_test=X_test, y_test=y_test)
        nearest = names["y_train"][names["distance"].argmin(1)]
        right.append((nearest == y_test).sum().item())
    assert right[0] == 446 and sum(right) / 8 / 450 == pytest.approx(0.987, abs=0.0005)


def test_the_margins_of_error_are_the_binomials(capsys):
    run_cell("to tell 97.0%")
    said = capsys.readouterr().out
    rng = np.random.default_rng(0)
    for p, margin in ((0.95, 2.1), (0.97, 1.6), (0.99, 0.9)):
        assert f"± {margin}%" in said
        shares = rng.binomial(450, p, 20_000) / 450
        assert np.mean(abs(shares - p) <= margin / 100 + 1e-9) == pytest.approx(0.95, abs=0.03)


def test_a_filter_slides_as_pytorch_slides_it(capsys):
    X_test = digits().X_test
    names = run_cell("def slide", torch=torch, X_test=X_test, figures=_Figures, show=lambda *a, **k: None)
    ours = names["slide"](names["image"], names["upright"])
    theirs = torch.nn.functional.conv2d(names["image"][None, None], names["upright"][None, None])
    assert torch.allclose(ours, theirs[0, 0], atol=1e-5)


def test_frozen_at_random_the_first_filters_serve_as_well():
    def frozen(seed):
        model = CNN((16, 32), seed=seed)
        model.filters[0].weight.requires_grad_(False)
        return model

    assert mean_over_splits(frozen, epochs=12) >= 0.985


def test_in_the_narrowest_networks_units_are_dead(capsys):
    X_train, y_train, X_test, _ = digits()

    def dead(width, seed):
        model = MLP(64, width, 10, seed=seed)
        train(model, X_train, y_train, epochs=12, learning_rate=0.01, decay=True, seed=seed)
        return int((model.layers[1](X_test) <= 0).all(0).sum())

    assert [dead(2, seed) for seed in range(3)] == [1, 1, 1]
    assert [dead(4, seed) for seed in range(3)] == [1, 0, 2]


def test_a_line_with_twenty_kinks_stays_within_0_12_of_the_lessons_curve():
    x = np.linspace(-3, 3, 2001)
    curve = np.sin(2 * x) + 0.4 * np.cos(4 * x)
    kinks = np.linspace(-3, 3, 21)
    assert 0.1 < abs(np.interp(x, kinks, np.sin(2 * kinks) + 0.4 * np.cos(4 * kinks)) - curve).max() < 0.12


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"learning_rate": 0.003}, {"learning_rate": 0.03}, {"weight_decay": 0.01}, {"width": 128}]
)
def test_no_usual_setting_brings_the_mlp_near_the_cnn_with_100_labels(settings):
    """So that the study's lead of the CNNs with few labels is not a matter of one rate for all."""
    options = {"learning_rate": 0.01} | settings
    width, scores = options.pop("width", 64), []
    for seed in range(8):
        data, model = digits(seed=seed, labels=100), MLP(64, width, 10, seed=seed)
        train(model, data.X_train, data.y_train, seed=seed, epochs=161, decay=True, **options)
        scores.append(accuracy(model, data.X_test, data.y_test))
    assert sum(scores) / 8 < 0.91  # the CNNs: 0.928 and 0.931


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{"learning_rate": 0.003, "epochs": 100}, {"learning_rate": 0.03}, {"width": 128}])
def test_no_usual_setting_brings_the_mlp_on_the_row_near_the_gru(settings):
    options = {"learning_rate": 0.01, "epochs": 40} | settings
    width = options.pop("width", 32)
    for seed in (1, 2):
        plans, is_pipe = histories(seed)
        model = MLP(16, width, 2, seed=seed)
        train(model, plans[:240] / 5, is_pipe[:240], decay=True, seed=seed, **options)
        assert accuracy(model, plans[240:] / 5, is_pipe[240:]) < 0.95


class _Figures:
    """The lesson's figures are tested on their own."""

    @staticmethod
    def response_figure(*args):
        return None


def histories(seed, rows=400):
    names = {"torch": torch}
    (cell,) = [cell for cell in CELLS if "def plan" in cell]
    exec(compile(cell.replace("default_rng(0)", f"default_rng({seed})"), SOURCE.name, "exec"), names)
    return torch.tensor(np.array(names["plans"]), dtype=torch.float32), names["is_pipe"]


def test_pipes_and_shops_differ_in_order_only():
    plans, is_pipe = histories(1)
    large = [["large in" if x > 2 else "large out" if x < -2 else "small" for x in row] for row in plans]
    passed_on = torch.tensor([("large in", "large out") in pairwise(row) for row in large])
    assert torch.equal(passed_on, is_pipe.bool())
    assert all(row.count("large in") == row.count("large out") == 2 for row in large)
    totals = plans.clamp(min=0).sum(1)
    assert abs(totals[is_pipe == 1].mean() - totals[is_pipe == 0].mean()) < 0.3


@pytest.mark.parametrize("seed", [1, 2])
def test_a_gru_beats_an_mlp_in_order_and_nobody_sees_anything_shuffled(seed):
    plans, is_pipe = histories(seed)
    order = np.random.default_rng(seed)
    shuffled = torch.stack([row[torch.tensor(order.permutation(16))] for row in plans])

    def judged(model, rows):
        train(model, rows[:240] / 5, is_pipe[:240], epochs=40, learning_rate=0.01, decay=True, seed=seed)
        return accuracy(model, rows[240:] / 5, is_pipe[240:])

    gru, mlp = judged(GRU(1, 24, 2, seed=seed), plans[:, :, None]), judged(MLP(16, 32, 2, seed=seed), plans)
    assert gru > 0.95 and mlp < 0.95 and gru - mlp > 0.03
    assert judged(GRU(1, 24, 2, seed=seed), shuffled[:, :, None]) < 0.65


def test_attention_finds_the_invoice_and_with_far_fewer_parameters_than_the_mlp_that_does_not():
    (cell,) = [cell for cell in CELLS if "class Cashier" in cell]
    definitions = cell[: cell.index("(seen, due, _)")]
    names = {"torch": torch, "MLP": MLP}
    exec(compile(definitions, SOURCE.name, "exec"), names)
    (seen, due, _), (new, due_new, which) = names["invoices"](500, 7), names["invoices"](500, 8)
    cashier, flat = names["Cashier"](), MLP(84, 64, 4)
    train(cashier, seen, due, epochs=20, learning_rate=0.02, decay=True)
    train(flat, seen, due, epochs=20, learning_rate=0.01, decay=True)
    assert (parameter_count(cashier), parameter_count(flat)) == (692, 5700)
    assert accuracy(cashier, new, due_new) > 0.9 and accuracy(flat, new, due_new) < 0.6
    assert isinstance(cashier.attention, Attention)
    assert (cashier.attention.weights[:, -1].argmax(1) == which).float().mean() > 0.8
