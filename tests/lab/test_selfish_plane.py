"""The bench on selfish mining: the plane, simulations beside the formula, what becomes of a prediction."""

import itertools

import numpy as np
import pytest

from nnchain_edu.lab.bench import paint
from nnchain_edu.lab.selfish_plane import GRID, SelfishPlane, gains
from nnchain_edu.protocols.selfish_mining import threshold
from tests.lab.driving import drive


def mined(batches=40, **values):
    state = SelfishPlane()
    state.set(**values)
    list(itertools.islice(state.steps(), batches))
    return state


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(SelfishPlane)


def test_the_plane_changes_its_sign_at_the_threshold():
    alphas = np.linspace(0, 0.49, GRID)
    for gain, gamma in zip(gains(), np.linspace(0, 1, GRID), strict=True):
        far = np.abs(alphas - threshold(gamma)) > 1e-9
        pays = alphas > threshold(gamma)
        assert ((gain > 0) == pays)[far & (alphas > 0)].all()


@pytest.mark.parametrize(("alpha", "gamma"), [(20, 0.0), (30, 0.5), (40, 1.0)])
def test_a_million_blocks_agree_with_the_formula(alpha, gamma):
    state = mined(alpha=alpha, gamma=gamma)
    share, margin = state.mined(alpha, gamma, state.strategy)
    assert abs(share - state.revenue) < 2 * margin and margin < 0.004
    assert "1,000,000 blocks" in state.text()


def test_the_strategy_that_is_chosen_is_mined():
    state = mined(8, alpha=40, gamma=1.0, strategy="honest")
    assert state.mined(40, 1.0, "honest")[0] == pytest.approx(0.4, abs=0.01)
    assert state.mined(40, 1.0, "plain selfish mining") is None
    state.set(strategy="plain selfish mining")
    assert "nothing mined yet" in state.text()


def test_what_was_mined_stays_on_the_map_until_reset():
    state = mined(3, alpha=40, gamma=0.5)
    state.set(alpha=10)
    list(itertools.islice(state.steps(), 3))
    markers = [line.get_marker() for line in paint(state).axes[0].lines]
    assert markers.count("^") == 1 and markers.count("v") == 1
    state.reset()
    assert not state.found


def test_the_formula_hides_until_it_is_asked_for():
    state = SelfishPlane()
    assert not paint(state).axes[0].images and "formula" not in state.text()
    state.set(formula=True)
    assert paint(state).axes[0].images and "formula" in state.text()


@pytest.mark.parametrize(
    ("alpha", "gamma", "prediction", "words"),
    [
        (30, 0.5, 40, "at 30 % it pays already"),
        (20, 0.5, 10, "at 20 % it does not pay yet"),
        (30, 0.5, 26, "agrees"),
        (20, 0.5, 26, "agrees"),
        (25, 0.5, 40, "the border is near"),
        (30, 0.0, 26, "mine there to see"),
    ],
)
def test_the_prediction_is_held_against_what_was_mined_there(alpha, gamma, prediction, words):
    assert words in mined(alpha=alpha, gamma=gamma).compare(prediction)
