# pragma version 0.4.3
"""
@title A 64-16-10 network with its weights in storage
@license MIT
@notice The plain way: one weight a storage slot, one product a turn of the loop.
@dev Whole numbers only. Vyper checks every sum, and no byte of input comes near what int256 holds.
     Pixels are bytes, 0 to 255, and for each the class is that of the exact sums: nothing wraps, nothing is cut off.
     That includes 16 to 255, which the digits (0 to 15) never hold. More than a byte reverts. A hidden sum is below
     64 * 255 * 2**15 + 2**31 < 2**32 by size, so an output's is below 16 * 2**47 + 2**31 < 2**52.
"""

owner: public(address)
hidden_weights: int16[64][16]
hidden_bias: int32[16]
output_weights: int16[16][10]
output_bias: int32[10]
SHIFT: immutable(uint256)


@deploy
def __init__(bits: uint256):
    """
    @notice Make an empty network, which its deployer fills.
    @param bits By how many bits a hidden sum is shortened.
    """
    SHIFT = bits
    self.owner = msg.sender


@external
def set_hidden(neuron: uint256, weights: int16[64], bias: int32):
    """
    @notice Put one hidden neuron's weights into storage. Only the owner may.
    """
    assert msg.sender == self.owner, "not the owner"
    self.hidden_weights[neuron] = weights
    self.hidden_bias[neuron] = bias


@external
def set_output(neuron: uint256, weights: int16[16], bias: int32):
    """
    @notice Put one output neuron's weights into storage. Only the owner may.
    """
    assert msg.sender == self.owner, "not the owner"
    self.output_weights[neuron] = weights
    self.output_bias[neuron] = bias


@external
def seal():
    """
    @notice Give the owner's right away: from now on nobody can change a weight. Only the owner may.
    """
    assert msg.sender == self.owner, "not the owner"
    self.owner = empty(address)


@external
@view
def predict(pixels: uint8[64]) -> uint256:
    """
    @notice The class of one image.
    @param pixels 0 to 255 each; the network was trained on 0 to 15, and its answer beyond says nothing.
    @return The output with the largest sum; of equal ones the first.
    """
    hidden: int256[16] = empty(int256[16])
    for j: uint256 in range(16):
        total: int256 = convert(self.hidden_bias[j], int256)
        for i: uint256 in range(64):
            total += convert(pixels[i], int256) * convert(self.hidden_weights[j][i], int256)
        hidden[j] = max(total, 0) >> SHIFT
    best: int256 = min_value(int256)
    found: uint256 = 0
    for k: uint256 in range(10):
        total: int256 = convert(self.output_bias[k], int256)
        for j: uint256 in range(16):
            total += hidden[j] * convert(self.output_weights[k][j], int256)
        if total > best:
            best = total
            found = k
    return found
