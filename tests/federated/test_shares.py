import numpy as np
import pytest

from nnchain_edu.federated import dirichlet, iid, shards

LABELS = np.random.default_rng(0).integers(0, 10, 1347)


@pytest.mark.parametrize(
    "deal", [lambda: iid(1347, 20), lambda: shards(LABELS, 20), lambda: dirichlet(LABELS, 20, 0.3)],
    ids=["iid", "shards", "dirichlet"],
)  # fmt: skip
def test_every_row_is_dealt_exactly_once_and_the_same_each_time(deal):
    first, second = deal(), deal()
    assert sorted(np.concatenate(first)) == list(range(1347)) and len(first) == 20
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_two_shards_hold_few_classes_and_iid_holds_all():
    assert max(len(set(LABELS[mine])) for mine in shards(LABELS, 20)) <= 4
    assert min(len(set(LABELS[mine])) for mine in iid(1347, 20)) >= 8


def test_small_alpha_is_more_uneven_than_large():
    def unevenness(alpha):
        return np.mean(
            [np.bincount(LABELS[mine], minlength=10).max() / len(mine) for mine in dirichlet(LABELS, 20, alpha)]
        )

    assert unevenness(0.1) > unevenness(1.0) > unevenness(100.0)


@pytest.mark.parametrize(
    ("deal", "complaint"),
    [
        (lambda: iid(10, 0), "clients must be a whole number"),
        (lambda: iid(3, 4), "3 rows cannot be divided among 4"),
        (lambda: shards(LABELS[:5], 20), "5 rows cannot be divided among 40"),
        (lambda: dirichlet(LABELS, 20, 0), "alpha must be a number above 0"),
        (lambda: dirichlet(LABELS, 20, float("nan")), "alpha must be a number above 0"),
        (lambda: dirichlet(LABELS, 50, 0.001), "raise alpha"),
        (lambda: dirichlet(LABELS.reshape(3, -1), 2, 1), "labels must be one row"),
    ],
    ids=["none", "few", "few for shards", "alpha 0", "alpha nan", "alpha tiny", "shape"],
)
def test_what_cannot_be_dealt_is_refused(deal, complaint):
    with pytest.raises(ValueError, match=complaint):
        deal()
