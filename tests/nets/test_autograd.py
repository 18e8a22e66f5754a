"""The scalar engine: gradients against torch and finite differences, order and reuse, refusals."""

import math
import random

import pytest
import torch

from nnchain_edu.nets.autograd import Value, ancestors, backward


def expressions():
    """Formulas that numbers, values and tensors all understand, with `f` for tanh, exp, log and relu."""
    return [
        lambda f, a, b, c: a * b + c - a * a,
        lambda f, a, b, c: (a - b) ** 3 / (c * c + 1.5) - 2,
        lambda f, a, b, c: f(f(a * b, "tanh") + c, "exp") * a,
        lambda f, a, b, c: f(a * a + 0.5, "log") * f(b + c, "relu") + (3 - c) * 2 - (-a),
        lambda f, a, b, c: (f(a + b, "tanh") * (a + b) ** 2 - c) ** 2 + (a + b),
    ]


def on_values(value, name):
    return getattr(value, name)()


@pytest.mark.parametrize("formula", expressions())
def test_gradients_equal_torch_and_finite_differences(formula):
    rng, hair = random.Random(0), 1e-5
    for _ in range(50):
        point = [rng.uniform(-1.5, 1.5) for _ in range(3)]
        ours = [Value(p) for p in point]
        theirs = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        result = formula(on_values, *ours)
        backward(result)
        expected = formula(on_values, *theirs)
        expected.backward()
        assert result.data == pytest.approx(expected.item(), abs=1e-9)
        for i in range(3):
            assert ours[i].grad == pytest.approx(theirs.grad[i].item(), abs=1e-6)
            sides = [[p + h * (i == j) for j, p in enumerate(point)] for h in (hair, -hair)]
            up, down = (formula(on_values, *map(Value, side)).data for side in sides)
            assert ours[i].grad == pytest.approx((up - down) / (2 * hair), abs=1e-4)


def test_a_second_sweep_changes_nothing_and_a_shared_input_adds_up():
    x = Value(3.0)
    result = x * x + x
    backward(result)
    backward(result)
    assert (x.grad, result.grad) == (7.0, 1.0)


def test_ancestors_come_youngest_first_and_once():
    x = Value(1.0)
    y = x * 2
    result = y * y + x
    order = ancestors(result)
    assert order[0] is result
    assert len(order) == len(set(order)) == 5  # x, 2, y, y*y, result
    assert [value.birth for value in order] == sorted((value.birth for value in order), reverse=True)


def test_a_chain_longer_than_pythons_recursion_limit():
    x = result = Value(1.0)
    for _ in range(5000):
        result = result + x
    backward(result)
    assert x.grad == 5001


@pytest.mark.parametrize("bad", ["1", None, [1.0], 1j])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(TypeError, match=r"data: .* a number is accepted"):
        Value(bad)


def test_one_slope_for_each_parent():
    with pytest.raises(ValueError, match="slopes: 1 given for 0 parents"):
        Value(1.0, (), (2.0,))


def test_relu_has_slope_0_on_the_left_and_repr_shows_both_numbers():
    x = Value(-2.0)
    backward(x.relu() + 1)
    assert x.grad == 0.0
    assert repr(x) == "Value(-2, grad=0)"
    assert math.isclose(Value(2.0).exp().log().data, 2.0)
