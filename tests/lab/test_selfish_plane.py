"""The bench on selfish mining: the plane, simulations beside the formula, what becomes of a prediction."""

import itertools

import numpy as np
import pytest

from nnchain_edu.lab.bench import paint
from nnchain_edu.lab.selfish_plane import GRID, SelfishPlane, gains
from nnchain_edu.protocols.selfish_mining import threshold
from tests.lab.driving import drive


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(SelfishPlane, same=("strategy",))  # it counts in the mining


def test_the_plane_changes_its_sign_at_the_threshold():
    alphas = np.linspace(0, 0.49, GRID)
    for gain, gamma in zip(gains(), np.linspace(0, 1, GRID), strict=True):
        far = np.abs(alphas - threshold(gamma)) > 1e-9
        pays = alphas > threshold(gamma)
        assert ((gain > 0) == pays)[far & (alphas > 0)].all()


@pytest.mark.parametrize(("alpha", "gamma"), [(20, 0.0), (30, 0.5), (40, 1.0)])
def test_a_million_blocks_agree_with_the_formula(alpha, gamma):
    state = SelfishPlane()
    state.set(alpha=alpha, gamma=gamma)
    list(state.steps())
    share, margin = state.simulated
    assert abs(share - state.formula) < 2 * margin and margin < 0.004
    assert "1,000,000 blocks" in state.text()


def test_the_strategy_that_is_chosen_is_mined():
    state = SelfishPlane()
    state.set(alpha=40, gamma=1.0, strategy="honest")
    list(itertools.islice(state.steps(), 8))
    assert state.simulated[0] == pytest.approx(0.4, abs=0.01) and "Honest" in state.text()
    paint(state)


@pytest.mark.parametrize(
    ("alpha", "gamma", "prediction", "words"),
    [
        (30, 0.5, 40, "at 30 % it pays already"),
        (20, 0.5, 10, "at 20 % it does not pay yet"),
        (30, 0.5, 25, "agrees"),
        (20, 0.5, 25, "agrees"),
        (30, 0.0, 25, "set that to see"),
    ],
)
def test_the_prediction_is_held_against_the_point_and_the_threshold_stays_hidden(alpha, gamma, prediction, words):
    state = SelfishPlane()
    state.set(alpha=alpha, gamma=gamma)
    said = state.compare(prediction)
    assert words in said and "25" not in said.replace(f"predicted {prediction:g}", "")
