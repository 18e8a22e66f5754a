# pragma version 0.4.3
"""
@title One neuron
@license MIT
@notice Says whether a transaction looks like spam: it does when weights . features + bias is above zero.
@dev The EVM has whole numbers only. Weights, bias and features are fixed point: 65,536 stands for 1.
"""

SCALE: constant(int256) = 65536

# More than any real feature. With weights and a bias below 2**180 every product and sum stays far below 2**255;
# larger ones overflow, and then the call reverts.
LARGEST_FEATURE: constant(int256) = 2**64

event Judged:
    sender: indexed(address)
    features: int256[2]
    spam: bool

# Who may change the neuron: the account that deployed it, for ever.
owner: public(immutable(address))
weights: public(int256[2])
bias: public(int256)


@deploy
def __init__(weights: int256[2], bias: int256):
    """
    @notice Create the neuron; the deployer becomes its owner.
    @param weights One weight a feature, in 65,536ths.
    @param bias The bias, in 65,536ths.
    """
    owner = msg.sender
    self.weights = weights
    self.bias = bias


@view
@internal
def _score(features: int256[2]) -> int256:
    for feature: int256 in features:
        assert abs(feature) <= LARGEST_FEATURE, "feature too large"
    weighted: int256 = self.weights[0] * features[0] + self.weights[1] * features[1]
    return weighted + self.bias * SCALE  # a product of two scaled numbers is scaled twice, so the bias is too


@view
@external
def score(features: int256[2]) -> int256:
    """
    @notice The weighted sum plus the bias. Anyone may ask.
    @param features Two numbers in 65,536ths, each at most 2**64.
    @return The score, in 65,536ths of 65,536ths.
    """
    return self._score(features)


@view
@external
def is_spam(features: int256[2]) -> bool:
    """
    @notice Whether the score is above zero. Anyone may ask; asking costs nothing and leaves no trace.
    @param features Two numbers in 65,536ths, each at most 2**64.
    """
    return self._score(features) > 0


@external
def judge(features: int256[2]) -> bool:
    """
    @notice The same verdict in a transaction: it stands in a block for everyone to see. Anyone may call.
    @param features Two numbers in 65,536ths, each at most 2**64.
    """
    spam: bool = self._score(features) > 0
    log Judged(sender=msg.sender, features=features, spam=spam)
    return spam


@external
def set_parameters(weights: int256[2], bias: int256):
    """
    @notice Replace weights and bias. Only the owner may call.
    @param weights One weight a feature, in 65,536ths.
    @param bias The bias, in 65,536ths.
    """
    assert msg.sender == owner, "only the owner may change the neuron"
    self.weights = weights
    self.bias = bias
