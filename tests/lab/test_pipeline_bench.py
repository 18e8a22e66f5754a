"""The pipeline bench at the ends of its controls, what it says about seen and unseen rows, and how a drift shows."""

import numpy as np
import pytest

from nnchain_edu.economy import FEATURES
from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.detector import COLUMNS, balanced, fit, flagged, measure
from nnchain_edu.lab.figures import png
from nnchain_edu.lab.pipeline_bench import DRIFT_DAY, GROUPS, PipelineBench, columns_of, economy
from nnchain_edu.lab.pipeline_figures import STEPS, by_day, draw_by_day, draw_steps
from tests.lab.driving import PLAIN_FIGURES, cost_in_plain_figures, drive


@pytest.fixture(scope="module")
def rows():
    return economy()


def trained(rows, **values):
    state = PipelineBench(rows)
    state.set(**values)
    list(state.steps())
    return state


def test_every_control_changes_what_is_seen_and_reset_undoes_it(rows):
    drive(lambda: PipelineBench(rows), same=("log", "scale", "missing"))


@pytest.mark.parametrize("control, value", [("log", False), ("scale", "none"), ("missing", "zero"), ("group", "times")])
def test_each_cleaning_step_changes_what_the_training_gives(rows, control, value):
    assert trained(rows, **{control: value}).text() != trained(rows).text()


def test_the_groups_share_out_the_detectors_features():
    assert columns_of("all 24") == list(COLUMNS) and len(set(COLUMNS)) == 24
    others = [name for group in list(GROUPS)[1:] for name in columns_of(group)]
    assert sorted(others) == sorted(COLUMNS)
    assert set(COLUMNS) <= set(FEATURES.index)


def test_rows_know_nothing_of_their_own_day_and_labels_begin_with_the_scheme(rows):
    assert rows.day.min() == 6 and rows.day.max() == 59
    assert 0.02 < rows.label.mean() < 0.15
    first = {}
    for (day, account), label in zip(rows.table.index, rows.label, strict=True):
        assert label or account not in first, "an offender is one from the first day of the scheme on"
        if label:
            first.setdefault(account, day)
    assert len(set(first.values())) > 20  # schemes begin all along


def test_the_split_by_time_is_one_and_the_random_one_has_as_many_rows(rows):
    state = PipelineBench(rows)
    by_time = state.train_mask
    assert rows.day[by_time].max() == state.last < rows.day[~by_time].min()
    state.set(split="at random")
    assert state.train_mask.sum() == by_time.sum() and rows.day[state.train_mask].max() < DRIFT_DAY
    assert rows.day[state.train_mask].max() > state.last


def test_the_drift_costs_recall_and_training_beyond_it_brings_it_back(rows):
    frozen, later = trained(rows), trained(rows, last=50)
    after = rows.day > 50
    old, new = (measure(rows.label[after], state.trained[2][after]) for state in (frozen, later))
    before = frozen.held_out(*frozen.trained[1:])
    assert before.recall > 0.5 > 0.35 > old.recall
    assert new.recall > old.recall + 0.2


def test_the_text_says_when_the_picture_is_of_another_choice(rows):
    state = PipelineBench(rows)
    assert "press Train" in state.text()
    list(state.steps())
    assert "recall" in state.text()
    state.set(scale="none")
    assert "the training before" in state.text()
    state.reset()
    assert "Nothing is trained yet" in state.text()


def test_the_prediction_is_answered_once_both_splits_were_trained(rows):
    state = trained(rows)
    assert "train once with each split" in state.compare("lower")
    state.set(split="at random")
    list(state.steps())
    assert "predicted" in state.compare("lower") and "It is higher" in state.compare("lower")


def test_trainings_beyond_the_drift_leave_nothing_to_compare(rows):
    state = trained(rows, last=40)
    state.set(split="at random")
    list(state.steps())
    assert "train once with each split" in state.compare("higher")


def test_a_training_in_the_frame_can_be_started_and_stopped(rows):
    bench = Bench(PipelineBench(rows))
    bench.act("start")
    assert "prediction" in bench.view["message"]
    bench.act("predict", value="higher")
    bench.act("start")
    bench.wait(600)
    assert bench.progress["text"] == "done" and "recall" in bench.view["line"]
    bench.act("start")
    bench.act("stop")
    bench.wait(600)
    assert bench.progress["text"] in ("stopped", "done") and bench.view["picture"]


@pytest.mark.slow
def test_a_change_answers_within_200_ms_of_a_quiet_processor(rows):
    state = trained(rows)

    def change(last):
        state.set(last=last)
        png(paint(state), quick=True)

    assert cost_in_plain_figures(change, range(20, 32, 2)) < PLAIN_FIGURES


# The detector and its figures ----------------------------------------------------------------------------------


def test_measure_counts():
    got = measure([1, 1, 1, 0, 0], [1, 0, 0, 1, 0])
    assert (got.precision, got.recall, got.f1, got.offenders) == (0.5, 1 / 3, 0.4, 3)
    assert measure([1, 0], [0, 0])[:3] == (0, 0, 0)
    with pytest.raises(ValueError, match="flagged"):
        measure([1, 0], [1])


def test_offenders_are_repeated_to_about_a_third():
    label = np.arange(100) % 20 == 0
    picked = balanced(label)
    assert set(picked) == set(range(100)) and 0.3 < label[picked].mean() < 0.36
    with pytest.raises(ValueError, match="label"):
        balanced(np.zeros(5, dtype=bool))


def test_the_detector_learns_what_is_there_to_learn():
    inputs = np.random.default_rng(0).normal(size=(2000, 4)).astype(np.float32)
    label = inputs[:, 0] > 1
    model = fit(inputs, label)
    assert measure(label, flagged(model, inputs)).f1 > 0.75


def test_recall_by_day_pools_days_and_is_nan_without_offenders():
    day, label = np.array([1, 1, 2, 3, 5]), np.array([1, 1, 0, 1, 0], dtype=bool)
    said = np.array([1, 0, 1, 1, 0], dtype=bool)
    shares = by_day(label, said, day, [1, 2, 3, 5], width=2)
    assert shares[:3] == [0.5, 0.5, 1.0] and np.isnan(shares[3])


def test_the_picture_names_the_five_steps_in_their_order():
    words = [text.get_text() for text in draw_steps().axes[0].texts]
    assert [f"{n}  {name}" for n, name in enumerate(STEPS, 1)] == [word for word in words if word[:1].isdigit()]
    fig = draw_by_day({"frozen": [0.5, 0.2], "again": [0.5, 0.6]}, [20, 21], 20, marks=[21])
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["frozen", "again", "a retraining"]
