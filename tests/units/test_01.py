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


def test_the_nearest_neighbour_reads_446_here_and_98_8_percent_over_five_splits(capsys):
    right = []
    for seed in range(5):
        X_train, y_train, X_test, y_test = digits(seed=seed)
        names = run_cell("nearest neighbour:", X_train=X_train, y_train=y_train, X_test=X_test, y_test=y_test)
        nearest = names["y_train"][names["distance"].argmin(1)]
        right.append((nearest == y_test).sum().item())
    assert right[0] == 446 and sum(right) / 5 / 450 == pytest.approx(0.988, abs=0.0005)


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
