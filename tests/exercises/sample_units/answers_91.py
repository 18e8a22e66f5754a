"""The table of answers for the sample unit."""

from tests.exercises.answers import CANNOT_BREAK, Answers


def neuron(inputs, weights, bias):
    return sum(x * w for x, w in zip(inputs, weights, strict=True)) + bias


def by_hand(inputs, weights, bias):
    total = bias
    for place in range(len(inputs)):
        total += inputs[place] * weights[place]
    return total


def sums_all(inputs, weights, bias):
    return sum(inputs) + sum(weights)


def no_bias(inputs, weights, bias):
    return sum(x * w for x, w in zip(inputs, weights, strict=True))


def two_only(inputs, weights, bias):
    return inputs[0] * weights[0] + (inputs[1] * weights[1] if len(inputs) == 2 else 1) + bias


def eats_inputs(inputs, weights, bias):
    total = bias
    while inputs:
        total += inputs.pop() * weights.pop()
    return total


def stub(inputs, weights, bias):
    raise NotImplementedError("your code here")


def broken(inputs, weights, bias):
    return inputs @ weights + bias


ANSWERS = {
    "91.1": Answers(
        right=[neuron, by_hand],
        wrong=[(sums_all, "sum"), (no_bias, "bias"), (two_only, "any length"), (eats_inputs, "pure")],
        stub=stub,
        broken=broken,
    ),
    "91.2": Answers(
        right=[16, 16.0],
        wrong=[(12, "not only weights"), (18, "not inputs"), (17, "exact")],
        stub=...,
        broken=CANNOT_BREAK,
    ),
}
