"""Sampled rows of unit 09's studies come out again."""

import pytest

from nnchain_edu.studies import study


def test_the_studies_have_every_run():
    assert len(study("fraud_splits")) == 5 * 4 * 4 and len(study("calibration")) == 3 * (5 * 2 + 2)
    assert len(study("fraud_evasion")) == 5 * 8 * 3 * 10 and len(study("fraud_evasion_prices")) == 5 * 10
    assert len(study("fraud_evasion_ordinary")) == 5 * 8 * 3


@pytest.mark.slow
@pytest.mark.parametrize(("name", "near"), [("logistic regression", 0.01), ("gradient boosting", 0.06), ("MLP", 0.1)])
def test_a_sampled_model_comes_out_again(name, near):
    from nnchain_edu.lab.fraud_models import FITS, SETTINGS
    from nnchain_edu.lab.money_trail import split
    from studies import unit_09_models

    known = unit_09_models.economy(3)
    scores = FITS[name](known, split(known).train, 3, **SETTINGS[name])(known)
    found = unit_09_models.measured(known, scores)
    kept = study("fraud_models").query("seed == 3 and model == @name").iloc[0]
    assert found[0] == pytest.approx(kept["average_precision"], abs=near)
    assert found[6] == pytest.approx(kept["honest_accuracy"], abs=1e-4)


@pytest.mark.slow
def test_a_sampled_calibration_comes_out_again():
    from studies.calibration import accuracy

    kept = study("calibration").query("difficulty == 0.5 and seed == 0 and model == 'logistic regression'").iloc[0]
    assert accuracy(0.5) == pytest.approx(kept["accuracy"], abs=0.005)


def test_prices_of_the_usual_behaviour_are_planned_again():
    import numpy as np

    from nnchain_edu.economy.evaders import Behaviour, EvadedEconomy, prices
    from studies.unit_09_evasion import CHAINS

    days = np.random.default_rng([0, 8]).uniform(44.2, 46.5, CHAINS)
    frames, truth = EvadedEconomy(0, [(Behaviour(), day) for day in days], draw=2).plan()
    kept = study("fraud_evasion_prices").query("seed == 0 and wait == 1 and size == 1 and keep == 0").iloc[0]
    found = prices(frames, truth, [Behaviour()] * CHAINS)
    assert found == pytest.approx(tuple(kept[["left", "hours", "transactions"]]), abs=0.001)


def test_the_control_has_as_many_chains_begun_at_the_same_times():
    from nnchain_edu.economy.evaders import Behaviour
    from studies.unit_09_evasion import SEEDS, TAUGHT_CHAINS, added_chains

    for seed in SEEDS:
        usual, evaders = added_chains(seed, "usual"), added_chains(seed, "evaders")
        assert len(usual) == TAUGHT_CHAINS and [day for _, day in usual] == [day for _, day in evaders]
        assert {behaviour for behaviour, _ in usual} == {Behaviour()} and added_chains(seed, "plain") == []
        assert sum(behaviour == Behaviour() for behaviour, _ in evaders) < TAUGHT_CHAINS / 2


@pytest.mark.slow
def test_added_chains_teach_but_choose_no_threshold_and_are_not_counted():
    from studies import unit_09_models
    from studies.unit_09_evasion import with_chains

    alone = unit_09_models.split(plain := unit_09_models.economy(0))
    known, part = with_chains(0, "evaders")  # some of its slow chains are still at work on the validation days
    for ours, theirs in zip(part[1:], alone[1:], strict=True):
        assert set(known.account[ours]) <= set(plain.account)  # the chains pay some who would have been idle else
        assert (known.label & ours).sum() == (plain.label & theirs).sum()
    assert (known.label & part.train).sum() > 1.8 * (plain.label & alone.train).sum()


@pytest.mark.slow
def test_a_sampled_control_comes_out_again(monkeypatch):
    from nnchain_edu.economy.evaders import Behaviour
    from studies import unit_09_evasion

    monkeypatch.setattr(unit_09_evasion, "JUDGES", ("logistic regression",))
    monkeypatch.setattr(unit_09_evasion, "TRAININGS", ("usual",))
    made, ((*_, offending, precision, alarms),) = unit_09_evasion.trained(3)
    chosen = "seed == 3 and model == 'logistic regression' and training == 'usual'"
    kept = study("fraud_evasion_ordinary").query(chosen).iloc[0]
    assert offending == kept["offending_rows"]
    assert precision == pytest.approx(kept["average_precision"], abs=0.01)
    assert alarms == pytest.approx(kept["flagged_honest"], abs=0.01)
    found, _ = unit_09_evasion.hunt(3, Behaviour(4, 1, 0.6), made)
    kept = study("fraud_evasion").query(chosen + " and wait == 4 and size == 1 and keep == 0.6").iloc[0]
    assert found["logistic regression", "usual"] == pytest.approx(kept["found"], abs=0.05)
