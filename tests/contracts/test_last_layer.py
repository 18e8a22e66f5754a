"""The last layer that learns on the chain: every step, rival and weight equals an integer reference's."""

import numpy as np
import pytest

from nnchain_edu.chain import Chain, Reverted

MARGIN = 10_000
LARGEST = 2**18  # the first weight that its lane refuses


def words(values, reverse=False):
    """Sixteen whole numbers in two words of 32-bit lanes; signs as the whole word's two's complement."""
    order = (7 if reverse else 0, -1 if reverse else 1)
    return [
        sum(int(v) << 32 * (order[0] + order[1] * i) for i, v in enumerate(values[8 * half : 8 * half + 8])) % 2**256
        for half in (0, 1)
    ]


class Reference:
    """The same layer in NumPy: weights (10, 16), one hinge step at a time."""

    def __init__(self, margin=MARGIN):
        self.weights, self.margin = np.zeros((10, 16), dtype=np.int64), margin

    def learn(self, hidden, label):
        scores = self.weights @ hidden
        others = [digit for digit in range(10) if digit != label]
        rival = max(others, key=lambda digit: (scores[digit], -digit))
        lead = int(scores[label] - scores[rival])
        if lead < self.margin:
            self.weights[label] += hidden
            self.weights[rival] -= hidden
        return {"label": label, "rival": rival, "lead": lead, "moved": lead < self.margin}


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def layer(chain):
    return chain.deploy("last_layer", MARGIN)


def stored(layer):
    return [layer.functions.weights(digit).call() for digit in range(10)]


def as_words(reference):
    return [words(row, reverse=True) for row in reference.weights]


@pytest.mark.parametrize("most", [1, 31, 255])
def test_sixty_steps_equal_the_reference(chain, layer, most):
    reference, source = Reference(), np.random.default_rng(most)
    for _ in range(60):
        hidden, label = source.integers(0, most + 1, 16), int(source.integers(10))
        receipt = chain.send(layer.functions.learn, words(hidden), label)
        assert receipt.events[0].args == reference.learn(hidden, label)
    assert stored(layer) == as_words(reference)
    hidden = source.integers(0, 256, 16)
    assert layer.functions.scores(words(hidden)).call() == (reference.weights @ hidden).tolist()
    assert reference.weights.min() < 0 < reference.weights.max()


def test_an_example_that_leads_by_the_margin_changes_nothing(chain, layer):
    hidden = np.full(16, 20)  # each step puts the label 16 * 20 * 20 = 6,400 further ahead of all but its rival
    moved = [chain.send(layer.functions.learn, words(hidden), 4).events[0].args["moved"] for _ in range(3)]
    assert moved == [True, True, False]
    assert stored(layer)[4] == words(2 * hidden, reverse=True)


def test_gas_of_a_step(chain, layer):
    source = np.random.default_rng(1)
    gas = [chain.send(layer.functions.learn, words(source.integers(0, 32, 16)), n % 10).gasUsed for n in range(40)]
    assert max(gas) < 160_000  # the first steps fill empty slots (EIP-2200)
    assert all(80_000 < each < 95_000 for each in gas[-10:])


def store(chain, layer, digit, weights):
    """Put a row into the layer's storage, instead of a thousand steps that lead there."""
    for half, word in enumerate(words(weights, reverse=True)):
        chain.rpc("anvil_setStorageAt", layer.address, hex(2 * digit + half), f"0x{word:064x}")
    assert layer.functions.weights(digit).call() == words(weights, reverse=True)


def test_scores_are_exact_at_the_largest_weights(chain, layer):
    store(chain, layer, 7, np.full(16, LARGEST - 1))
    store(chain, layer, 2, np.full(16, -LARGEST))
    scores = layer.functions.scores(words(np.full(16, 255))).call()
    assert scores == [0, 0, -16 * 255 * LARGEST, 0, 0, 0, 0, 16 * 255 * (LARGEST - 1), 0, 0]


@pytest.mark.parametrize("place", range(16))
def test_a_step_above_the_largest_weight_is_refused(chain, place):
    layer, one = chain.deploy("last_layer", 2**30), np.eye(16, dtype=int)[place]
    store(chain, layer, 7, np.full(16, LARGEST - 2))
    chain.send(layer.functions.learn, words(one), 7)
    before = stored(layer)
    assert before[7] == words(np.full(16, LARGEST - 2) + one, reverse=True)
    with pytest.raises(Reverted, match="would leave its lane"):
        chain.send(layer.functions.learn, words(one), 7)
    assert stored(layer) == before


@pytest.mark.parametrize("place", range(16))
def test_a_step_below_the_smallest_weight_is_refused(chain, place):
    layer, one = chain.deploy("last_layer", 2**30), np.eye(16, dtype=int)[place]
    for digit in range(10):  # 7 is the rival at first, then all are alike
        store(chain, layer, digit, np.full(16, -LARGEST) + one * (digit == 7))
    chain.send(layer.functions.learn, words(one), 3)
    before = stored(layer)
    assert before[7] == words(np.full(16, -LARGEST), reverse=True)
    with pytest.raises(Reverted, match="would leave its lane"):
        chain.send(layer.functions.learn, words(one), 3)
    assert stored(layer) == before


@pytest.mark.parametrize("place", range(16))
def test_a_hidden_value_above_255_is_refused_in_every_lane(chain, layer, place):
    hidden = np.zeros(16, dtype=int)
    hidden[place] = 256
    with pytest.raises(Reverted, match="hidden value above 255"):
        chain.send(layer.functions.learn, words(hidden), 0)


def test_only_the_teacher_teaches_and_only_digits(chain, layer):
    with pytest.raises(Reverted, match="only the teacher"):
        chain.send(layer.functions.learn, [0, 0], 1, sender="judy")
    with pytest.raises(Reverted, match="labels are 0 to 9"):
        chain.send(layer.functions.learn, [0, 0], 10)


@pytest.mark.parametrize("margin", [-1, 2**30 + 1])
def test_a_margin_out_of_range_is_refused(chain, margin):
    with pytest.raises(Reverted, match="margin outside"):
        chain.deploy("last_layer", margin)
