# pragma version 0.4.3
"""
@title A last layer that learns on the chain
@license MIT
@notice Ten classes over sixteen hidden values. It reads a class, and learns from labelled examples: where the right
        class does not win by the margin, its weights move toward the example and those of the strongest rival move
        away from it. (Gradient descent on the multi-class hinge loss; Crammer and Singer 2001. Whole numbers only.)
@dev A class has two words of eight 32-bit lanes. Word = sum of weight_i * 2**(32 * (7 - i)), modulo 2**256; the weights
     are signed. Hidden values come as words X = sum of hidden_i * 2**(32 * i). Then
     - the top lane of X * word is the sum of hidden_i * weight_i: a class's score takes two multiplications;
     - `word + reversed(X)` adds hidden_i to weight_i in all eight lanes: a step is one addition a word.
     Why no lane runs over: hidden_i <= 255 and -2**18 <= weight_i < 2**18, so |score| <= 16 * 255 * 2**18 < 2**31.
     Both are checked with one mask a word. A weight that leaves its range makes the step revert.
"""

LANES: constant(uint256) = max_value(uint256) // (2**32 - 1)  # 1 in each of the eight lanes
HIDDEN: constant(uint256) = 255 * LANES
HALF: constant(uint256) = 2**18 * LANES  # added to a word, it makes all lanes positive that are in range
IN_RANGE: constant(uint256) = (2**19 - 1) * LANES
BORROW: constant(uint256) = 2**223  # added to the product, it absorbs what the lower lanes borrow from the top lane

event Learned:
    label: uint256
    rival: uint256  # the strongest of the other classes, before the step
    lead: int256    # by how much the label's score was above the rival's
    moved: bool

# Only the teacher may call `learn`: whoever chooses the examples chooses what the layer believes.
teacher: public(immutable(address))
margin: public(immutable(int256))

rows: uint256[2][10]


@deploy
def __init__(margin_: int256):
    """
    @notice Starts with all weights at zero.
    @param margin_ By how much the right class must lead for an example to change nothing; 0 to 2**30.
    """
    assert 0 <= margin_ and margin_ <= 2**30, "margin outside 0 .. 2**30"
    teacher = msg.sender
    margin = margin_


@pure
@internal
def _top_lane(word: uint256, hidden: uint256) -> int256:
    """
    @dev By way of bytes32, since `convert` from uint256 to int256 would refuse a negative number's bits.
    """
    product: uint256 = unsafe_add(unsafe_mul(hidden, word), BORROW)
    return convert(convert(product, bytes32), int256) >> 224


@pure
@internal
def _scores(rows: uint256[2][10], hidden: uint256[2]) -> int256[10]:
    assert (hidden[0] | hidden[1]) & ~HIDDEN == 0, "hidden value above 255"
    scores: int256[10] = empty(int256[10])
    for each: uint256 in range(10):
        scores[each] = self._top_lane(rows[each][0], hidden[0]) + self._top_lane(rows[each][1], hidden[1])
    return scores


@pure
@internal
def _reversed(word: uint256) -> uint256:
    """
    @dev Swaps halves, then quarters, then neighbours: eight lanes in three steps.
    """
    even: uint256 = max_value(uint256) // (2**64 + 1)   # 64 ones, 64 zeros, ...
    lanes: uint256 = max_value(uint256) // (2**32 + 1)  # 32 ones, 32 zeros, ...
    w: uint256 = (word << 128) | (word >> 128)
    w = ((w & even) << 64) | ((w >> 64) & even)
    return ((w & lanes) << 32) | ((w >> 32) & lanes)


@pure
@internal
def _in_range(word: uint256) -> bool:
    return unsafe_add(word, HALF) & ~IN_RANGE == 0


@view
@external
def scores(hidden: uint256[2]) -> int256[10]:
    """
    @notice The ten scores of an example.
    @param hidden Sixteen hidden values from 0 to 255 in 32-bit lanes, the first one lowest.
    """
    return self._scores(self.rows, hidden)


@view
@external
def weights(digit: uint256) -> uint256[2]:
    """
    @notice The two words of a class.
    """
    return self.rows[digit]


@external
def learn(hidden: uint256[2], label: uint256):
    """
    @notice One step of gradient descent on one example. The teacher only.
    """
    assert msg.sender == teacher, "only the teacher"
    assert label < 10, "labels are 0 to 9"
    scores: int256[10] = self._scores(self.rows, hidden)
    rival: uint256 = 10
    for each: uint256 in range(10):
        if each != label and (rival == 10 or scores[each] > scores[rival]):
            rival = each
    lead: int256 = scores[label] - scores[rival]
    moved: bool = lead < margin
    if moved:
        for half: uint256 in range(2):
            step: uint256 = self._reversed(hidden[half])
            up: uint256 = unsafe_add(self.rows[label][half], step)
            down: uint256 = unsafe_sub(self.rows[rival][half], step)
            assert self._in_range(up) and self._in_range(down), "a weight would leave its lane"
            self.rows[label][half] = up
            self.rows[rival][half] = down
    log Learned(label=label, rival=rival, lead=lead, moved=moved)
