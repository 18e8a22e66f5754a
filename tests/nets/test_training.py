"""The training loop: it learns, it repeats, it stops when told, and it names what does not fit."""

import pytest
import torch

from nnchain_edu.nets import MLP, accuracy, digits, train, training


@pytest.fixture(scope="module")
def data():
    return digits()


def two_moons_like(rows=200):
    X = torch.rand(rows, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return X, (X[:, 0] * X[:, 1] > 0).long()


def test_learns_classes_and_keeps_a_history():
    X, y = two_moons_like()
    model = MLP(2, 16, 2)
    history = train(model, X, y, epochs=40, learning_rate=0.02, validation=(X[:50], y[:50]))
    assert history.outcome == "finished" and not model.training
    assert history.epochs == 40 and history.steps == 40 * 7
    assert len(history.accuracy) == len(history.validation_loss) == len(history.validation_accuracy) == 40
    assert history.loss[-1] < history.loss[0] / 3
    assert accuracy(model, X, y) > 0.93


def test_learns_values_with_plain_gradient_descent():
    X = torch.linspace(-1, 1, 60)[:, None]
    model = MLP(1, 1)
    history = train(model, X, 3 * X - 1, epochs=200, learning_rate=0.1, optimizer="sgd", batch_size=None)
    assert history.loss[-1] < 1e-4 and history.accuracy == []
    assert model.layers[1].weight.item() == pytest.approx(3, abs=0.05)


def test_same_seed_same_weights_other_seed_other_weights():
    X, y = two_moons_like()
    runs = []
    for seed in (3, 3, 4):
        model = MLP(2, 8, 2)
        train(model, X, y, epochs=2, seed=seed)
        runs.append(model.layers[1].weight.detach())
    assert torch.equal(runs[0], runs[1]) and not torch.equal(runs[0], runs[2])


def test_patience_stops_early_and_puts_the_best_weights_back():
    X, y = two_moons_like(60)
    noise = torch.randint(0, 2, (60,), generator=torch.Generator().manual_seed(1))  # nothing to be learnt
    model = MLP(2, 64, 2)
    history = train(model, X, noise, epochs=500, learning_rate=0.02, validation=(X, y), patience=5)
    assert history.outcome == "stopped early" and history.epochs < 500
    best = min(history.validation_loss)
    assert history.validation_loss.index(best) == history.epochs - 6
    with torch.no_grad():
        assert torch.nn.functional.cross_entropy(model(X), y).item() == pytest.approx(best, rel=1e-5)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_rate_too_high_is_reported_as_diverged(optimizer, data):
    model = MLP(64, 32, 10)
    history = train(model, data.X_train, data.y_train, epochs=20, learning_rate=500.0, optimizer=optimizer)
    assert history.diverged and history.outcome == "diverged"
    assert history.epochs < 20


def test_a_sound_but_rough_rate_is_not_called_diverged(data):
    history = train(MLP(64, 32, 10), data.X_train, data.y_train, epochs=3, learning_rate=0.05)
    assert history.outcome == "finished"


def test_progress_is_called_once_an_epoch_and_cancel_ends_at_once():
    X, y = two_moons_like()
    seen = []
    train(MLP(2, 4, 2), X, y, epochs=3, progress=lambda h: seen.append(h.epochs))
    assert seen == [1, 2, 3]
    history = train(MLP(2, 4, 2), X, y, epochs=1000, cancel=lambda: len(seen) > 4, progress=seen.append)
    assert history.outcome == "cancelled" and history.epochs == 2


def test_the_generator_hands_back_control_after_each_step_and_can_be_closed():
    X, y = two_moons_like()
    steps = training(MLP(2, 4, 2), X, y, epochs=5)
    history = next(steps)
    assert history.steps == 0 and history.outcome == "running"
    next(steps), next(steps)
    assert history.steps == 2
    steps.close()
    assert history.outcome == "cancelled"


def test_an_exception_in_progress_leaves_a_usable_model():
    X, y = two_moons_like()
    model = MLP(2, 4, 2)

    def stop(history):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(model, X, y, progress=stop)
    assert 0 <= accuracy(model, X, y) <= 1


NAN = torch.tensor([[0.0, 1.0], [float("nan"), 0.0]])
X2, Y2 = torch.rand(4, 2), torch.tensor([0, 1, 1, 0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": torch.rand(4, 3)}, r"X of shape \(4, 3\) does not fit the model"),
        ({"X": torch.rand(5, 2)}, "as many rows, got 5 and 4"),
        ({"X": torch.rand(4)}, "rows and columns"),
        ({"X": torch.rand(0, 2), "y": Y2[:0]}, "none of them empty"),
        ({"X": NAN, "y": Y2[:2]}, "row 1 holds a nan"),
        ({"y": Y2 + 1}, "y must be classes 0 to 1, got 1 to 2"),
        ({"y": Y2 - 1}, "got -1 to 0"),
        ({"y": Y2.float()}, "shape of the model's output"),
        ({"y": torch.full((4, 2), float("inf"))}, "y must be finite"),
        ({"y": torch.stack([Y2, Y2], 1)}, "one class a row"),
        ({"epochs": 0}, "epochs must be .* at least 1, got 0"),
        ({"batch_size": -3}, "batch_size"),
        ({"patience": 0}, "patience"),
        ({"learning_rate": 0.0}, "learning_rate must be a number above 0"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"weight_decay": -0.1}, "weight_decay"),
        ({"optimizer": "magic"}, "optimizer must be one of adam, sgd"),
        ({"validation": (torch.rand(4, 3), Y2)}, "validation X of shape"),
        ({"validation": (X2, Y2 + 5)}, "validation y must be classes"),
    ],
)
def test_bad_input_is_named_and_no_weight_changes(change, message):
    model = MLP(2, 3, 2)
    before = model.layers[1].weight.detach().clone()
    with pytest.raises(ValueError, match=message):
        train(model, **{"X": X2, "y": Y2, **change})
    assert torch.equal(model.layers[1].weight, before)


def test_accuracy_counts_and_names_bad_input():
    class Sign(torch.nn.Module):
        def forward(self, x):
            return torch.cat([-x, x], 1)

    X = torch.tensor([[1.0], [-1.0], [2.0], [-2.0]])
    assert accuracy(Sign(), X, torch.tensor([1, 0, 0, 0])) == 0.75
    with pytest.raises(ValueError, match="as many rows"):
        accuracy(Sign(), X, torch.tensor([1]))


def test_digits_are_one_fixed_split(data):
    assert data.X_train.shape == (1347, 64) and data.X_test.shape == (450, 64)
    assert data.X_train.min() == 0 and data.X_train.max() == 1
    assert torch.equal(digits().X_test, data.X_test)
    assert not torch.equal(digits(seed=1).y_test, data.y_test)
    few = digits(labels=100)
    assert torch.equal(few.X_train, data.X_train[:100]) and torch.equal(few.X_test, data.X_test)
    assert len(set(few.y_train.tolist())) == 10
    for wrong in (0, 1348):
        with pytest.raises(ValueError, match="labels must be between 1 and 1347"):
            digits(labels=wrong)


def test_decay_makes_the_last_step_smaller_than_the_first():
    X, y = two_moons_like()
    kept = {}
    for decay in (False, True):
        model = MLP(2, 8, 2)
        steps = training(model, X, y, epochs=2, batch_size=None, learning_rate=0.1, decay=decay)
        moves, weights = [], model.layers[1].weight.detach().clone()
        for _ in steps:
            moves.append((model.layers[1].weight - weights).norm().item())
            weights = model.layers[1].weight.detach().clone()
        kept[decay] = moves
    assert kept[True][1] == kept[False][1]  # the first step is the same
    assert kept[True][2] < 0.7 * kept[False][2]  # the second and last takes half the rate
