import numpy as np
import pytest

from nnchain_edu.federated.fixed_point import most_updates, pack, to_integers, unpack


@pytest.mark.parametrize("bits", [2, 8, 11, 15])
@pytest.mark.parametrize("parameters", [1, 15, 16, 17, 650])
def test_there_and_back(bits, parameters):
    top = 2 ** (bits - 1) - 1
    numbers = np.random.default_rng(bits).integers(-top, top + 1, parameters)
    words = pack(numbers, bits)
    assert len(words) == -(-parameters // 16) and all(0 <= word < 2**256 for word in words)
    assert (unpack(words, parameters, bits=bits) == numbers).all()


@pytest.mark.parametrize("bits", [2, 11, 15])
def test_words_add_up_like_numbers_up_to_the_last_update(bits):
    count, top = min(most_updates(bits), 40), 2 ** (bits - 1) - 1
    many = np.random.default_rng(0).integers(-top, top + 1, (count, 33))
    total = [sum(column) for column in zip(*(pack(row, bits) for row in many), strict=True)]
    assert (unpack(total, 33, count, bits) == many.sum(0)).all()


def test_rounding_and_cutting():
    assert to_integers([0.0, 0.26, -0.26, 99, -99], scale=10, bits=5).tolist() == [0, 3, -3, 15, -15]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: to_integers([1.0, float("nan")], 1), "1 values that are not finite"),
        (lambda: to_integers([1.0], 0), "scale must be"),
        (lambda: pack([1024], 11), "from -1023 to 1023, got 1024"),
        (lambda: pack([-1024], 11), "from -1023 to 1023, got -1024"),
        (lambda: pack([0.5]), "whole numbers"),
        (lambda: pack([]), "one row"),
        (lambda: pack([1], 16), "bits must be"),
        (lambda: unpack([0], 17), "1 to 16 parameters, not 17"),
        (lambda: unpack([0], 1, count=33), "from 0 to 32"),
    ],
    ids=["nan", "scale", "high", "low", "float", "empty", "bits", "short", "count"],
)
def test_what_does_not_fit_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
