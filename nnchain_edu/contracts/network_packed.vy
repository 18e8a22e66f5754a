# pragma version 0.4.3
"""
@title A 64-16-10 network with its weights packed in storage
@license MIT
@notice 32 hidden weights share a slot, a byte each; the 16 weights of an output share one, two bytes each.
@dev Sums of 64 products of a byte and a byte are far from what int256 holds, so none is checked.
     Every byte is accepted as a pixel, 0 to 255, and the class is that of the exact sums: nothing wraps, nothing is cut
     off, nothing reverts. That includes 16 to 255, which the digits (0 to 15) never hold. With biases below 2**31
     by size (the course's are; nobody checks) a hidden sum is below 2**32, so an output's is below 2**52.
"""

words: int256[42]  # 0 to 31: hidden weights, two words a neuron; 32 to 41: outputs
HIDDEN_BIAS: immutable(int256[16])
OUTPUT_BIAS: immutable(int256[10])
SHIFT: immutable(uint256)


@deploy
def __init__(words: int256[42], hidden_bias: int256[16], output_bias: int256[10], bits: uint256):
    """
    @notice Lay the weights down for good.
    @param words Weights, the first in the highest byte (outputs: the highest two bytes), in two's complement.
    @param bits By how many bits a hidden sum is shortened.
    """
    self.words = words
    HIDDEN_BIAS = hidden_bias
    OUTPUT_BIAS = output_bias
    SHIFT = bits


@external
@view
def predict(x0: uint256, x1: uint256) -> uint256:
    """
    @notice The class of one image.
    @param x0 Pixels 0 to 31, a byte each, the first highest; the network was trained on 0 to 15.
    @param x1 Pixels 32 to 63.
    @return The output with the largest sum; of equal ones the first.
    """
    pixels: int256[64] = empty(int256[64])
    for i: uint256 in range(32):
        pixels[i] = convert((x0 >> unsafe_sub(248, unsafe_mul(8, i))) & 255, int256)
        pixels[unsafe_add(32, i)] = convert((x1 >> unsafe_sub(248, unsafe_mul(8, i))) & 255, int256)
    hidden: int256[16] = empty(int256[16])
    for j: uint256 in range(16):
        total: int256 = HIDDEN_BIAS[j]
        for half: uint256 in range(2):
            word: int256 = self.words[unsafe_add(unsafe_mul(2, j), half)]
            first: uint256 = unsafe_mul(32, half)
            for i: uint256 in range(32):
                # to the top and back down: the shift right keeps the weight's sign
                weight: int256 = (word << unsafe_mul(8, i)) >> 248
                total = unsafe_add(total, unsafe_mul(pixels[unsafe_add(first, i)], weight))
        hidden[j] = max(total, 0) >> SHIFT
    best: int256 = min_value(int256)
    found: uint256 = 0
    for k: uint256 in range(10):
        total: int256 = OUTPUT_BIAS[k]
        word: int256 = self.words[unsafe_add(32, k)]
        for j: uint256 in range(16):
            total = unsafe_add(total, unsafe_mul(hidden[j], (word << unsafe_mul(16, j)) >> 240))
        if total > best:
            best = total
            found = k
    return found
