# pragma version 0.4.3
"""
@title A contest of neurons
@license MIT
@notice Counts how many labelled rows a neuron gets right, and how many bits its three numbers take.
@dev Whole numbers throughout: weights . features + bias * 10 > 0, features in tenths. The rows are public.
"""

MOST_ROWS: constant(uint256) = 256
LARGEST: constant(int256) = 2**64

event Submitted:
    sender: indexed(address)
    right: uint256
    bits: uint256

features: DynArray[int256[2], MOST_ROWS]
labels: DynArray[bool, MOST_ROWS]

# The fewest bits so far of each account among its neurons that got at least 95 % of the rows; 0 for none.
best: public(HashMap[address, uint256])


@deploy
def __init__(features: DynArray[int256[2], MOST_ROWS], labels: DynArray[bool, MOST_ROWS]):
    """
    @notice Open the contest on these rows.
    @param features Two features a row, in tenths.
    @param labels Whether the row is spam.
    """
    assert len(features) == len(labels) and len(labels) > 0, "as many labels as rows, and at least one"
    self.features = features
    self.labels = labels


@pure
@internal
def _bits(number: int256) -> uint256:
    rest: uint256 = convert(abs(number), uint256)
    bits: uint256 = 1  # the sign
    for _: uint256 in range(65):
        if rest == 0:
            break
        rest = rest >> 1
        bits += 1
    return bits


@external
def submit(weights: int256[2], bias: int256) -> (uint256, uint256):
    """
    @notice Enter a neuron. Anyone may call; an account's best entry is kept.
    @param weights Two whole numbers.
    @param bias A whole number.
    @return Rows that it gets right, and the bits of its three numbers, signs included.
    """
    for number: int256 in [weights[0], weights[1], bias]:
        assert abs(number) <= LARGEST, "number too large"
    right: uint256 = 0
    for row: uint256 in range(len(self.labels), bound=MOST_ROWS):
        x: int256[2] = self.features[row]
        if (weights[0] * x[0] + weights[1] * x[1] + bias * 10 > 0) == self.labels[row]:
            right += 1
    bits: uint256 = self._bits(weights[0]) + self._bits(weights[1]) + self._bits(bias)
    good: bool = right * 20 >= len(self.labels) * 19
    if good and (self.best[msg.sender] == 0 or bits < self.best[msg.sender]):
        self.best[msg.sender] = bits
    log Submitted(sender=msg.sender, right=right, bits=bits)
    return right, bits
