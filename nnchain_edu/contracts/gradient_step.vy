# pragma version 0.4.3
"""
@title A neuron that learns on the chain
@license MIT
@notice Holds one linear neuron with two inputs, output = w0*x0 + w1*x1 + bias, and improves it by gradient
        descent on the squared error (output - target)^2 / 2, one example at a time.
@dev Fixed point: an integer v stands for the number v / 2**16. Every step multiplies first and divides once, at
     the end, so that each new parameter is rounded once. Where that rounding goes:
     `//` on int256 truncates toward zero (EVM SDIV), `>>` on int256 goes down to the floor (EVM SAR).
     All numbers that come in lie in -2**48 .. 2**48, so that no product exceeds 2**163 and nothing overflows.
"""

event Learned:
    inputs: int256[2]
    target: int256
    output: int256      # the neuron's answer before the step


BITS: constant(uint256) = 16
ONE: constant(int256) = 2**16
LIMIT: constant(int256) = 2**48

# Only the teacher may call `learn`: whoever chooses the examples chooses what the neuron believes.
teacher: public(immutable(address))

weights: public(int256[2])
bias: public(int256)
rate: public(int256)


@deploy
def __init__(rate: int256):
    """
    @notice Starts with both weights and the bias at zero.
    @param rate The learning rate, in units of 2**-16; above zero and at most 1.
    """
    assert 0 < rate and rate <= ONE, "learning rate outside (0, 1]"
    teacher = msg.sender
    self.rate = rate


@internal
@pure
def _check(v: int256):
    assert -LIMIT <= v and v <= LIMIT, "number outside -2**48 .. 2**48"


@internal
@pure
def _scaled_error(weights: int256[2], bias: int256, inputs: int256[2], target: int256, rate: int256) -> int256:
    """
    @dev rate * (output - target) in units of 2**-48: the bias's change. Times an input, that weight's change.
    """
    self._check(weights[0])
    self._check(weights[1])
    self._check(bias)
    self._check(inputs[0])
    self._check(inputs[1])
    self._check(target)
    assert 0 < rate and rate <= ONE, "learning rate outside (0, 1]"
    return rate * (weights[0] * inputs[0] + weights[1] * inputs[1] + (bias - target) * ONE)


@internal
@pure
def _descend(weights: int256[2], bias: int256, inputs: int256[2], target: int256, rate: int256) -> (int256[2], int256):
    change: int256 = self._scaled_error(weights, bias, inputs, target, rate)
    return (
        [
            weights[0] - (change * inputs[0]) // ONE**3,
            weights[1] - (change * inputs[1]) // ONE**3,
        ],
        bias - change // ONE**2,
    )


@external
@pure
def descend(weights: int256[2], bias: int256, inputs: int256[2], target: int256, rate: int256) -> (int256[2], int256):
    """
    @notice One step of gradient descent; anyone may compute it, nothing is stored.
    @return The new weights and the new bias; each change is truncated toward zero.
    """
    return self._descend(weights, bias, inputs, target, rate)


@external
@pure
def descend_floor(weights: int256[2], bias: int256, inputs: int256[2], target: int256, rate: int256) -> (int256[2], int256):
    """
    @notice The same step with arithmetic shifts: each change goes down to the floor.
    """
    change: int256 = self._scaled_error(weights, bias, inputs, target, rate)
    return (
        [
            weights[0] - ((change * inputs[0]) >> (3 * BITS)),
            weights[1] - ((change * inputs[1]) >> (3 * BITS)),
        ],
        bias - (change >> (2 * BITS)),
    )


@external
def learn(inputs: int256[2], target: int256):
    """
    @notice One step on the stored neuron. The teacher only.
    @dev A step that throws a parameter out of range is refused whole: on a chain, divergence is a revert.
    """
    assert msg.sender == teacher, "only the teacher"
    weights: int256[2] = self.weights
    bias: int256 = self.bias
    new_weights: int256[2] = [0, 0]
    new_bias: int256 = 0
    new_weights, new_bias = self._descend(weights, bias, inputs, target, self.rate)
    self._check(new_weights[0])
    self._check(new_weights[1])
    self._check(new_bias)
    self.weights = new_weights
    self.bias = new_bias
    output: int256 = (weights[0] * inputs[0] + weights[1] * inputs[1] + bias * ONE) // ONE
    log Learned(inputs=inputs, target=target, output=output)


@external
@view
def predict(inputs: int256[2]) -> int256:
    """
    @notice The stored neuron's output, truncated toward zero.
    """
    self._check(inputs[0])
    self._check(inputs[1])
    return (self.weights[0] * inputs[0] + self.weights[1] * inputs[1] + self.bias * ONE) // ONE
