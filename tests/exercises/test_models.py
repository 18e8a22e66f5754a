"""A trained model is judged by what it does on data it has not seen, and by its size."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.judge import examine
from nnchain_edu.exercises.models import (
    accuracy,
    has_fewer_parameters_than,
    parameter_count,
    predictions,
    reaches,
)

INPUTS = torch.tensor([[-2.0], [-1.0], [1.0], [2.0]])
TARGETS = torch.tensor([0, 0, 1, 1])


def line(slope, outputs=1):
    model = torch.nn.Linear(1, outputs)
    with torch.no_grad():
        model.weight[:] = torch.linspace(0, slope, outputs).reshape(-1, 1) if outputs > 1 else slope
        model.bias[:] = 0
    return model


JUDGE = Exercise(
    number="91.3",
    title="Split the line",
    objective="train a model",
    kind="model",
    cases=[
        Case("accurate", reaches(0.9, lambda: (INPUTS, TARGETS)), "It does not tell the sides apart."),
        Case("small", has_fewer_parameters_than(10), "It is too large."),
    ],
    hints=["Train.", "Train longer."],
    praise="It holds on new data.",
    needs=("torch",),
)


class Broken(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)

    def forward(self, inputs):
        return self.layer(inputs)


@pytest.mark.parametrize("outputs", [1, 2])
def test_predictions_of_one_logit_and_of_one_each(outputs):
    assert predictions(line(3.0, outputs), INPUTS).tolist() == [0, 0, 1, 1]
    assert accuracy(line(-3.0, outputs), INPUTS, TARGETS) == 0.0


def test_a_flat_output_and_a_scikit_learn_model_count_too():
    flat = torch.nn.Sequential(line(1.0), torch.nn.Flatten(0))
    assert accuracy(flat, INPUTS, TARGETS) == 1.0
    fitted = LogisticRegression().fit(INPUTS.numpy(), TARGETS.numpy())
    assert accuracy(fitted, INPUTS, TARGETS) == 1.0
    assert np.asarray(predictions(fitted, INPUTS)).dtype == np.int64


def test_a_model_is_asked_without_dropout_and_left_as_it_was():
    model = torch.nn.Sequential(line(1.0), torch.nn.Dropout(0.99))
    assert accuracy(model, INPUTS, TARGETS) == 1.0
    assert model.training and model[1].training
    assert all(parameter.grad is None for parameter in model.parameters())


def test_frozen_parameters_are_not_learned():
    model = torch.nn.Linear(3, 4)
    assert parameter_count(model) == 16
    model.bias.requires_grad_(False)
    assert parameter_count(model) == 12


@pytest.mark.parametrize(
    ("model", "verdict", "expected"),
    [
        (line(2.0), "right", "holds on new data"),
        (line(-2.0), "wrong", "tell the sides apart"),
        (torch.nn.Sequential(line(2.0), torch.nn.Identity(), torch.nn.Linear(1, 20)), "wrong", ""),
        (Broken(), "broken", "shapes cannot be multiplied"),
        (torch.nn.Linear(2, 1), "broken", "shapes cannot be multiplied"),
        (torch.nn.Module(), "not attempted", ""),
        (torch.nn.Linear, "wrong", "trained model itself"),
        (lambda x: x, "wrong", "trained model itself"),
        (..., "not attempted", ""),
    ],
)
def test_verdicts_on_models(model, verdict, expected):
    said = examine(JUDGE, model)
    assert (said.verdict, expected in said.message) == (verdict, True), said


def test_what_was_reached_is_shown():
    assert dict(examine(JUDGE, line(-2.0)).details) == {"Accuracy": "0.0%", "Needed": "90.0%"}
    large = torch.nn.Sequential(torch.nn.Linear(1, 50), torch.nn.Linear(50, 1))
    small = replace(JUDGE, cases=JUDGE.cases[1:])
    assert dict(examine(small, large).details) == {"Parameters": "151", "Needed": "fewer than 10"}
