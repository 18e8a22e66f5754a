"""Right and typically wrong answers of unit 00."""

import numpy as np

from tests.exercises.answers import Answers

SCALE = 65536

CONTRACT = """# pragma version 0.4.3
owner: public(address)
threshold: public(uint256)

@deploy
def __init__():
    self.owner = msg.sender
    self.threshold = 5

@external
def set_threshold(threshold: uint256):
    GUARD
    self.threshold = threshold
"""


def guarded(line):
    return CONTRACT.replace("GUARD", line)


def stub(*arguments):
    raise NotImplementedError("your code here")


def loop_score(weights, bias, features):
    total = bias
    for place in range(len(weights)):
        total += weights[place] * features[place]
    return total


def fixed_by_numpy(number):
    return int(np.rint(number * 2**16))


def truncated_above_zero(number):
    return int(number * SCALE + 0.5)


def misses(weights, bias, features):
    return weights[0] * features[7]


def verdict(weights, bias, features):
    return sum(w * x for w, x in zip(weights, features, strict=True)) > -bias * SCALE


def verdict_numpy(weights, bias, features):
    return bool(np.dot(np.array(weights, dtype=object), np.array(features, dtype=object)) + (bias << 16) > 0)


def products(weights, features):
    return sum(w * x for w, x in zip(weights, features, strict=True))


ANSWERS = {
    "00.1": Answers(
        right=[
            lambda weights, bias, features: sum(w * x for w, x in zip(weights, features, strict=True)) + bias,
            loop_score,
            lambda weights, bias, features: np.dot(weights, features) + bias,
        ],
        wrong=[
            (lambda weights, bias, features: weights[0] + features[0] + bias, "one feature"),
            (lambda weights, bias, features: weights[0] * features[0] + bias, "both features"),
            (lambda weights, bias, features: sum(w * x for w, x in zip(weights, features, strict=True)), "bias"),
            (lambda weights, bias, features: products(weights, features) - bias, "bias"),
            (lambda weights, bias, features: sum(w * x + bias for w, x in zip(weights, features, strict=True)), "bias"),
            (
                lambda weights, bias, features: weights[0] * features[0] + weights[1] * features[1] + bias,
                "any number of features",
            ),
        ],
        stub=stub,
        broken=misses,
    ),
    "00.2": Answers(
        right=[lambda number: round(number * SCALE), fixed_by_numpy],
        wrong=[
            (lambda number: round(number * 1000), "scale"),
            (lambda number: number * SCALE, "whole number"),
            (lambda number: -int(-number * SCALE // 1), "nearest"),
            (lambda number: int(number * SCALE), "nearest is above"),
            (truncated_above_zero, "negative"),
        ],
        stub=stub,
        broken=lambda number: round(number * scale),  # noqa: F821
    ),
    "00.3": Answers(
        right=[
            lambda weights, bias, features: weights[0] * features[0] + weights[1] * features[1] + bias * SCALE > 0,
            verdict,
            verdict_numpy,
        ],
        wrong=[
            (lambda weights, bias, features: products(weights, features) + bias * SCALE, "true or false"),
            (lambda weights, bias, features: products(weights, features) + bias * SCALE < 0, "clear spam"),
            (lambda weights, bias, features: products(weights, features) + bias > 0, "bias scaled twice"),
            (lambda weights, bias, features: products(weights, features) + bias * SCALE >= 0, "zero is not spam"),
            (lambda weights, bias, features: products(weights, features) // SCALE + bias > 0, "just above zero"),
            (
                lambda weights, bias, features: (
                    weights[0] * features[0] / SCALE + weights[1] * features[1] / SCALE + bias > 0
                ),
                "large numbers",
            ),
            (
                lambda weights, bias, features: products(weights, features) / SCALE + bias > 0,
                "large numbers",
            ),
        ],
        stub=stub,
        broken=misses,
    ),
    "00.4": Answers(
        right=[
            guarded('assert msg.sender == self.owner, "only the owner"'),
            guarded('if msg.sender != self.owner:\n        raise "not yours"'),
            guarded("assert self.owner == msg.sender"),
        ],
        wrong=[
            (guarded("assert msg.sender != self.owner"), "owner may"),
            (guarded("assert self.owner != empty(address)"), "stranger may not"),
            (guarded("pass"), "stranger may not"),
            (guarded("if msg.sender != self.owner:\n        return"), "must revert"),
            (guarded("assert tx.origin == self.owner"), "not through a relay"),
        ],
        stub=guarded("# your code here"),
        broken=guarded("assert msg.sender = self.owner"),
    ),
    "00.5": Answers(
        right=[([1, -2], 0), ((2, -3), -1), (np.array([1, -1]), -2)],
        wrong=[
            (([-1, 2], 0), "better than guessing"),
            (([0, 0], 1), "better than guessing"),
            (([1, 0], -5), "better than the rule"),
            (([1, -1], 0), "better than the rule"),
            (([91127, -140000], -61000), "few bits"),
        ],
        stub=...,
        broken=([1.5, -2.5], 0),
    ),
}
