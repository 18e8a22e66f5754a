"""One training loop for the whole course.

`train` runs to the end. `training` is the same loop as a generator that hands back control after every
step, so that a notebook cell can draw, listen to a Stop button, or walk away.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from math import isfinite, log

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from .models import positive

OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
DIVERGED = 10  # an epoch's loss above so many times that of blind guessing (or of the start, if that was worse)


@dataclass
class History:
    """What happened in training, one entry an epoch.

    `outcome` is "running", then "finished", "stopped early", "cancelled" or "diverged". `accuracy` lists
    are empty when the targets are not classes, the `validation` lists when no validation data was given.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    outcome: str = "running"
    steps: int = 0

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self.loss)

    @property
    def diverged(self) -> bool:
        """True when the loss ran away instead of falling."""
        return self.outcome == "diverged"


def train(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    *,
    epochs: int = 30,
    learning_rate: float = 0.003,
    batch_size: int | None = 32,
    seed: int = 0,
    optimizer: str = "adam",
    weight_decay: float = 0.0,
    decay: bool = False,
    validation: tuple[Tensor, Tensor] | None = None,
    patience: int | None = None,
    progress: Callable[[History], object] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> History:
    """Train `model` in place on rows `X` and targets `y`; return the `History`.

    Whole-number targets are classes (cross-entropy); other targets are values (mean squared error) and
    must have the shape of the model's output. `batch_size=None` takes all rows in every step. `seed`
    shuffles the rows. With `decay`, the learning rate falls in a straight line to zero, so that the last steps
    are small ones. With `patience`, training stops after so many epochs without a better loss (on
    `validation` data where given) and the best weights are put back. `progress` is called with the history
    after each epoch; `cancel` is asked before each step and ends training when it answers True.

    A rate at which the loss runs away is no error: training stops and the outcome is "diverged".
    Raises ValueError, before any weight has changed, for data that does not fit.
    """
    steps = training(
        model,
        X,
        y,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        seed=seed,
        optimizer=optimizer,
        weight_decay=weight_decay,
        decay=decay,
        validation=validation,
        patience=patience,
    )
    reported = 0
    for history in steps:
        if progress is not None and history.epochs > reported:
            reported = history.epochs
            progress(history)
        if cancel is not None and history.outcome == "running" and cancel():
            steps.close()
    return history


def training(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    *,
    epochs: int = 30,
    learning_rate: float = 0.003,
    batch_size: int | None = 32,
    seed: int = 0,
    optimizer: str = "adam",
    weight_decay: float = 0.0,
    decay: bool = False,
    validation: tuple[Tensor, Tensor] | None = None,
    patience: int | None = None,
) -> Iterator[History]:
    """The loop behind `train`, as a generator: yields one and the same `History` before the first step,
    after each step and at the end. Its `close()` cancels. Arguments as for `train`.
    """
    X, y = _rows("X", X), _targets("y", y)
    positive("epochs", epochs)
    rows = len(X) if batch_size is None else positive("batch_size", batch_size)
    if patience is not None:
        positive("patience", patience)
    if not (isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"learning_rate must be a number above 0, got {learning_rate!r}")
    if not (isfinite(weight_decay) and weight_decay >= 0):
        raise ValueError(f"weight_decay must be 0 or more, got {weight_decay!r}")
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {optimizer!r}")
    classes = _check_fit(model, "X", X, "y", y, batch_size)
    if validation is not None:
        validation = _rows("validation X", validation[0]), _targets("validation y", validation[1])
        _check_fit(model, "validation X", validation[0], "validation y", validation[1], batch_size)

    loss_of = cross_entropy if classes else mse_loss
    guessing = log(classes) if classes else y.var(correction=0).item()
    rule = OPTIMIZERS[optimizer](model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    shuffler = torch.Generator().manual_seed(seed)
    all_steps = epochs * -(-len(X) // rows)
    history, best, best_weights, limit = History(), float("inf"), None, 0.0
    try:
        yield history
        for _ in range(epochs):
            model.train()
            loss_sum, right = 0.0, 0
            for batch in torch.randperm(len(X), generator=shuffler).split(rows):
                if decay:
                    rule.param_groups[0]["lr"] = learning_rate * (1 - history.steps / all_steps)
                output = model(X[batch])
                loss = loss_of(output, y[batch])
                rule.zero_grad()
                loss.backward()
                rule.step()
                history.steps += 1
                limit = limit or DIVERGED * max(guessing, loss.item())
                loss_sum += loss.item() * len(batch)
                right += (output.argmax(1) == y[batch]).sum().item() if classes else 0
                if not isfinite(loss_sum):
                    break
                yield history
            history.loss.append(loss_sum / len(X))
            if classes:
                history.accuracy.append(right / len(X))
            if validation is not None:
                _validate(model, *validation, loss_of, classes, history)
            if not isfinite(loss_sum) or history.loss[-1] > limit:
                history.outcome = "diverged"
                break
            if patience is not None:
                watched = history.validation_loss or history.loss
                if watched[-1] < best:
                    best, best_weights = watched[-1], deepcopy(model.state_dict())
                if len(watched) - watched.index(best) > patience:
                    history.outcome = "stopped early"
                    break
        else:
            history.outcome = "finished"
        if best_weights is not None and not history.diverged:
            model.load_state_dict(best_weights)
    finally:
        if history.outcome == "running":
            history.outcome = "cancelled"
        model.eval()
    yield history


def accuracy(model: nn.Module, X: Tensor, y: Tensor) -> float:
    """Return the share of rows whose highest score is at the right class, between 0 and 1."""
    X, y = _rows("X", X), _targets("y", y)
    _check_fit(model, "X", X, "y", y, None)
    with torch.no_grad():
        return (model(X).argmax(1) == y).float().mean().item()


def _validate(model, X, y, loss_of, classes, history) -> None:
    model.eval()
    with torch.no_grad():
        output = model(X)
    history.validation_loss.append(loss_of(output, y).item())
    if classes:
        history.validation_accuracy.append((output.argmax(1) == y).float().mean().item())


def _rows(name: str, data) -> Tensor:
    X = torch.as_tensor(data)
    if X.dim() < 2 or 0 in X.shape:
        raise ValueError(f"{name} must have rows and columns, none of them empty, got shape {tuple(X.shape)}")
    X = X.to(torch.float32)
    if not X.isfinite().all():
        row = int((~X.isfinite()).flatten(1).any(1).nonzero()[0])
        raise ValueError(f"{name} must be finite numbers; row {row} holds a nan or an infinity")
    return X


def _targets(name: str, data) -> Tensor:
    y = torch.as_tensor(data)
    if y.dtype == torch.bool or not y.is_floating_point():
        return y.to(torch.int64)
    if not y.isfinite().all():
        raise ValueError(f"{name} must be finite numbers; it holds a nan or an infinity")
    return y.to(torch.float32)


def _check_fit(model, X_name: str, X: Tensor, y_name: str, y: Tensor, batch_size: int | None) -> int:
    """Return the number of classes, 0 when the targets are values; raise ValueError where shapes clash."""
    if len(X) != len(y):
        raise ValueError(f"{X_name} and {y_name} must have as many rows, got {len(X)} and {len(y)}")
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            output = model(X if batch_size is None else X[:1])
    except (RuntimeError, IndexError) as error:
        raise ValueError(f"{X_name} of shape {tuple(X.shape)} does not fit the model: {error}") from None
    finally:
        model.train(was_training)
    if y.is_floating_point():
        if output.shape[1:] != y.shape[1:]:
            raise ValueError(
                f"{y_name} must have the shape of the model's output, "
                f"{('rows', *output.shape[1:])}, got {tuple(y.shape)}"
            )
        return 0
    if y.dim() != 1 or output.dim() != 2:
        raise ValueError(
            f"{y_name} must be one class a row and the model give (rows, classes), "
            f"got {tuple(y.shape)} and {tuple(output.shape)}"
        )
    if y.min() < 0 or y.max() >= output.shape[1]:
        raise ValueError(f"{y_name} must be classes 0 to {output.shape[1] - 1}, got {int(y.min())} to {int(y.max())}")
    return output.shape[1]
