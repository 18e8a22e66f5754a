"""The bench of unit 08: every control, a training, Stop, refusals, what becomes of the prediction, its figures."""

import time

import pytest

from nnchain_edu.lab import federated_figures
from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.federated_bench import ATTACK_NAMES, KEPT, ROUNDS, RULE_NAMES, FederatedBench
from nnchain_edu.studies import study
from tests.lab.driving import PLAIN_FIGURES, cost_in_plain_figures, drive


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(FederatedBench, steps=2)


def test_the_names_are_those_of_the_package():
    from nnchain_edu.federated import ATTACKS, RULES

    assert set(RULE_NAMES) == set(RULES) and set(ATTACK_NAMES) == {*ATTACKS, "label flip"}


def test_training_draws_a_curve_and_says_how_far_it_came():
    state = FederatedBench()
    state.set(clients=10, hostile=0)
    *_, last = state.steps()
    assert last.fraction == 1 and f"right after {ROUNDS} rounds" in state.text()
    (curve,) = state.curves.values()
    assert len(curve) == ROUNDS and curve[-1] > 80 and "nobody" in next(iter(state.curves))
    assert len(paint(state).axes[0].lines) == 1


def test_a_rule_that_cannot_bear_so_many_says_so_in_the_frame():
    bench = Bench(FederatedBench())
    bench.act("predict", value=50)
    bench.act("set", values={"clients": 10, "hostile": 40, "rule": "Krum"})
    bench.act("start")
    bench.wait(600)
    assert "too few to withstand 4 hostile" in bench.view["message"] and bench.progress["text"] == "failed"


def test_stop_ends_the_training_and_keeps_what_was_drawn():
    bench = Bench(FederatedBench())
    bench.act("predict", value=50)
    bench.act("start")
    until = time.monotonic() + 600
    while not bench.state.curves and time.monotonic() < until:
        time.sleep(0.01)
    bench.act("stop")
    bench.wait(600)
    (curve,) = bench.state.curves.values()
    assert not bench.running and 0 < len(curve) < ROUNDS


def test_a_change_answers_within_200_ms_of_a_quiet_processor_with_all_curves_on_the_figure():
    bench = Bench(FederatedBench())
    bench.act("predict", value=50)
    for clients in range(20, 20 + KEPT):
        bench.state.set(clients=clients)
        bench.state.curves[bench.state.setting] = [50.0 + clients] * ROUNDS

    def change(clients):
        bench.act("set", values={"clients": clients})

    assert cost_in_plain_figures(change, (10, 20, 30, 10, 20, 30)) < PLAIN_FIGURES
    assert not bench.view["message"] and len(paint(bench.state).axes[0].lines) == KEPT


def test_the_last_trainings_are_kept_and_the_oldest_goes():
    state = FederatedBench()
    for clients in range(10, 11 + KEPT):
        state.set(clients=clients)
        steps = state.steps()
        assert next(steps) == (0.0, "loading PyTorch and the digits")  # at once, before anything is computed
        next(steps)
    assert [setting[0] for setting in state.curves] == list(range(11, 11 + KEPT))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rule": "median"}, "the median came to 77 %"),
        ({"rule": "mean"}, "train that to see"),
        ({"hostile": 20}, "see"),
    ],
)
def test_the_prediction_is_held_against_the_medians_training(settings, words):
    state = FederatedBench()
    state.set(**settings)
    state.curves[state.setting] = [77.0] * ROUNDS
    assert words in state.compare(50)


def test_the_figures_show_every_method_rule_and_attack():
    rounds = federated_figures.rounds_figure(study("federated_rounds"))
    assert [axes.get_title() for axes in rounds.axes] == ["IID", "two shards"]
    assert {text.get_text() for text in rounds.legends[0].get_texts()} == {"FedSGD", "E=1, B=10", "E=5, B=10"}
    attacks = federated_figures.attacks_figure(study("federated_attacks"))
    assert all(len(axes.texts) == 8 * 5 for axes in attacks.axes)
