"""Automatic differentiation of single numbers: the engine that lesson 02 builds, for its lab and its tests.

Reverse mode (Griewank and Walther, *Evaluating Derivatives*, chapter 3): every `Value` keeps the values it was
made from and its local slope with respect to each; `backward` multiplies slopes along every path and adds the paths.
"""

import itertools
import math
import numbers

_births = itertools.count()


class Value:
    """A number that remembers which numbers made it, and how strongly each of them moves it.

    `parents` are the values it was computed from and `slopes[i]` is d self / d parents[i] at their present data.
    `grad` is filled in by `backward`.
    """

    def __init__(self, data, parents=(), slopes=(), operation=""):
        if not isinstance(data, numbers.Real):
            raise TypeError(f"data: {data!r} given; a number is accepted")
        if len(parents) != len(slopes):
            raise ValueError(f"slopes: {len(slopes)} given for {len(parents)} parents; one for each is accepted")
        self.data, self.grad = data, 0.0
        self.parents, self.slopes, self.operation = parents, slopes, operation
        self.birth = next(_births)

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "×")

    def __sub__(self, other):
        other = as_value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0), "−")

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"^{exponent}")

    def __rsub__(self, other):
        return as_value(other) - self

    def __neg__(self):
        return 0 - self

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    __radd__, __rmul__ = __add__, __mul__

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,), "tanh")

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (1.0 if self.data > 0 else 0.0,), "relu")

    def exp(self):
        e = math.exp(self.data)
        return Value(e, (self,), (e,), "exp")

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,), "log")

    def __repr__(self):
        return f"Value({self.data:.4g}, grad={self.grad:.4g})"


def as_value(number: "Value | float") -> Value:
    """The number as a `Value`; a `Value` stays what it is."""
    return number if isinstance(number, Value) else Value(number)


def ancestors(result: Value) -> list[Value]:
    """`result` and everything it was made from, youngest first.

    A value is always younger than its parents, so the order of birth is an order in which each value comes after
    all that depend on it.
    """
    family, waiting = {result}, [result]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in family:
                family.add(parent)
                waiting.append(parent)
    return sorted(family, key=lambda value: value.birth, reverse=True)


def backward(result: Value) -> None:
    """Set `.grad` of `result` and of all its ancestors to d result / d value."""
    order = ancestors(result)
    for value in order:
        value.grad = 0.0
    result.grad = 1.0
    for value in order:
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad
