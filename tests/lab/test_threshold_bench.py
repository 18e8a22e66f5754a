"""The threshold bench at the ends of its controls; its costs and precision against a count by hand and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.figures import png
from nnchain_edu.lab.threshold_bench import (
    MODELS,
    PER,
    SHARES,
    THRESHOLDS,
    ThresholdBench,
    average_precision,
    costs,
    precision,
    rates,
    rates_of,
    scores,
)
from tests.lab.driving import PLAIN_FIGURES, cost_in_plain_figures, drive


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(ThresholdBench)


def test_rates_count_what_is_at_or_above_the_threshold():
    measured = rates(np.array([True, True, False, False]), np.array([0.9, 0.3, 0.3, 0.1]))
    assert list(measured.found[[0, 30, 31, 90, 91]]) == [1, 1, 0.5, 0.5, 0]
    assert list(measured.alarms[[0, 10, 11, 30, 31]]) == [1, 1, 0.5, 0.5, 0]
    assert measured.found[-1] == measured.alarms[-1] == 0  # 1.01: nobody


def test_costs_are_those_of_a_count_by_hand():
    label, score = scores()["label"], scores()[MODELS[1]]
    share = label.mean()
    found = costs(rates_of(MODELS[1]), share, miss=2.0, alarm=0.5)
    for place in (0, 20, 50, 100):
        frozen = score >= THRESHOLDS[place]
        lost = 2.0 * (label & ~frozen).sum() + 0.5 * (~label & frozen).sum()
        assert found[place] == pytest.approx(PER * lost / len(label))


@pytest.mark.parametrize("model", MODELS)
def test_average_precision_is_scikit_learns_but_for_the_hundredths(model):
    label, score = scores()["label"], scores()[model]
    expected = average_precision_score(label, score)
    assert average_precision(rates_of(model), label.mean()) == pytest.approx(expected, abs=0.015)


def test_rarer_loot_lowers_precision_and_leaves_recall():
    measured = rates_of(MODELS[0])
    common, rare = precision(measured, 0.08), precision(measured, 0.001)
    assert common[50] > 0.5 > 0.05 > rare[50]
    bench = ThresholdBench()
    before = bench.measured.found.copy()
    bench.set(share=list(SHARES)[2])
    assert (bench.measured.found == before).all()


def test_dearer_alarms_raise_the_cheapest_threshold_and_the_unbalanced_model_is_near_the_odds():
    bench, cheapest = ThresholdBench(), []
    for alarm in (0.02, 0.1, 0.5, 2, 10):
        bench.set(alarm=alarm)
        cheapest.append(bench.lowest)
    assert cheapest == sorted(cheapest) and cheapest[0] < cheapest[-1]
    bench.reset()
    assert abs(THRESHOLDS[bench.lowest] - 0.5 / 2.5) < 0.06  # alarm / (alarm + theft), where scores are probabilities
    bench.set(model="MLP")
    assert THRESHOLDS[bench.lowest] > 0.3  # its offenders were repeated: its scores are none


def test_nothing_shows_the_cheapest_threshold_before_it_is_asked_for():
    bench = ThresholdBench()
    assert "Cheapest" not in bench.text() and "Cheapest" not in bench.compare(0.3)
    assert bench.tried[bench._prices] == {50} and len(paint(bench).axes[1].lines) == 3  # nobody, tried, now
    bench.set(threshold=0.3)
    assert bench.tried[bench._prices] == {30, 50}
    bench.set(curve=True)
    assert "Cheapest: from 0." in bench.text() and "Cheapest is 0." in bench.compare(0.3)
    bench.reset()
    assert bench.tried[bench._prices] == {50} and not bench.curve


def test_what_saves_nothing_is_called_so():
    bench = ThresholdBench()
    bench.set(threshold=0.0, alarm=10)
    assert "wastes" in bench.text()
    bench.set(threshold=1.0)
    assert "none rightly" in bench.text() and bench.text().endswith("saves 0.0.")


def test_the_frame_waits_for_a_prediction():
    bench = Bench(ThresholdBench())
    bench.act("set", values={"threshold": 0.2})
    assert "prediction" in bench.view["message"] and bench.state.threshold == 0.5
    bench.act("predict", value="0,4")
    bench.act("set", values={"threshold": 0.2, "curve": True})
    assert "You predicted 0.4" in bench.view["comparison"]


@pytest.mark.slow
def test_a_change_answers_within_200_ms_of_a_quiet_processor():
    bench = ThresholdBench()

    def change(place):
        bench.set(threshold=place / 100)
        png(paint(bench), quick=True)

    assert cost_in_plain_figures(change, range(20, 30)) < PLAIN_FIGURES
