"""The invented accounts: three kinds in turn, people in a band, no straight line around them."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from nnchain_edu.nets.rhythms import rhythm_accounts, rhythm_features


def test_kinds_in_turn_and_the_same_seed_gives_the_same_accounts():
    accounts, labels = rhythm_accounts(each=4, seed=7)
    assert labels == [-1, 1, -1] * 4
    assert (accounts, labels) == rhythm_accounts(each=4, seed=7)
    assert accounts != rhythm_accounts(each=4, seed=8)[0]


@pytest.mark.parametrize("seed", range(5))
def test_people_lie_between_clockwork_and_bursts(seed):
    accounts, _ = rhythm_accounts(seed=seed)
    irregularity = np.array(accounts)[:, 1]
    clockwork, people, bursts = irregularity[0::3], irregularity[1::3], irregularity[2::3]
    assert clockwork.max() < people.min() and people.max() < bursts.min()


@pytest.mark.parametrize("seed", range(5))
def test_no_straight_line_separates_people(seed):
    accounts, labels = rhythm_accounts(seed=seed)
    assert LogisticRegression().fit(accounts, labels).score(accounts, labels) < 0.75


def test_features_by_hand():
    typical, irregularity = rhythm_features([500.0, 1500.0])
    assert typical == 0.0  # the mean is 1000 s
    assert irregularity == pytest.approx(np.log(0.5))


@pytest.mark.parametrize("gaps", [[], [5.0], [5.0, 0.0], [5.0, 5.0]])
def test_gaps_without_a_rhythm_are_refused(gaps):
    with pytest.raises(ValueError, match="gaps"):
        rhythm_features(gaps)


def test_no_account_is_refused():
    with pytest.raises(ValueError, match="each: 0 given"):
        rhythm_accounts(each=0)
