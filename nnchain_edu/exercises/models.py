"""Ready tests for trained models: what they do on data they have not seen, and how large they are."""

from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.kinds import Miss, Test


def parameter_count(model: Any) -> int:
    """How many numbers a torch model learns (those that training may change)."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def predictions(model: Any, inputs: Any) -> Any:
    """The class a model gives to each row of `inputs`, as an integer tensor of shape (rows,).

    The model's output is either one logit a row, positive meaning class 1, or one logit a class. Models with
    `predict`, as scikit-learn has them, are asked for their own choice. The model is left as it was.
    """
    import torch

    if not hasattr(model, "parameters"):
        return torch.as_tensor(model.predict(inputs.numpy())).long()
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            logits = model(inputs)
    finally:
        model.train(was_training)
    if logits.dim() == 1 or logits.shape[1] == 1:
        return (logits.reshape(-1) > 0).long()
    return logits.argmax(1)


def accuracy(model: Any, inputs: Any, targets: Any) -> float:
    """The share of rows whose class the model gives right, from 0 to 1."""
    chosen = predictions(model, inputs)
    if chosen.shape != targets.shape:
        raise ValueError(f"{tuple(chosen.shape)} predictions came out for {tuple(targets.shape)} rows")
    return float((chosen == targets).double().mean())


def reaches(least: float, held_out: Callable[[], tuple[Any, Any]]) -> Test:
    """A test that a model's accuracy on `held_out()`, which gives inputs and targets, is at least `least`."""

    def test(model: Any) -> bool | Miss:
        reached = accuracy(model, *held_out())
        # One decimal of a percent: the last digits differ from processor to processor.
        return reached >= least or Miss(("Accuracy", f"{reached:.1%}"), ("Needed", f"{least:.1%}"))

    return test


def has_fewer_parameters_than(limit: int) -> Test:
    """A test that a torch model has fewer than `limit` numbers to learn."""

    def test(model: Any) -> bool | Miss:
        count = parameter_count(model)
        return count < limit or Miss(("Parameters", f"{count:,}"), ("Needed", f"fewer than {limit:,}"))

    return test
