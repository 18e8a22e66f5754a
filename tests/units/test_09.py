"""Unit 09's claims, from the studies that the lesson quotes, from its own cells, and by hand."""

import re

import jupytext
import pytest
import torch

from nnchain_edu.economy import Economy
from nnchain_edu.lab.fraud_models import FITS, SETTINGS, TRIED
from nnchain_edu.lab.fraud_tables import cheapest_hiding, compared, mean_and_half, with_control
from nnchain_edu.lab.money_trail import LAG, split, trail
from nnchain_edu.nets import GCN, normalised
from nnchain_edu.studies import study
from sources.build import ROOT

SOURCE = ROOT / "sources" / "lessons" / "09_fraud_detection.py"


@pytest.fixture(scope="module")
def cells():
    return jupytext.read(SOURCE, fmt="py:percent").cells


@pytest.fixture(scope="module")
def text(cells):
    return "\n".join(c.source for c in cells if c.cell_type == "markdown")


@pytest.fixture(scope="module")
def mean():
    return study("fraud_models").groupby("model").mean(numeric_only=True)


def cell(cells, words):
    """The one code cell that holds `words`."""
    (found,) = [c.source for c in cells if c.cell_type == "code" and words in c.source]
    return found


# By hand ---------------------------------------------------------------------------------------------------------


def test_the_base_rate_by_hand(cells, text):
    names = {}
    exec(compile(cell(cells, "def by_hand"), "base rate", "exec"), names)
    precision, accuracy, silence = names["by_hand"](0.001)
    assert precision == pytest.approx(90 / (90 + 999)) and round(100 * precision) == 8
    assert accuracy == pytest.approx((90 + 98_901) / 100_000) and silence == pytest.approx(0.999)
    assert "90 / (90 + 999), about 8 %" in text and accuracy < silence
    assert names["by_hand"](0.22)[0] > 0.9 > 0.5 > names["by_hand"](0.001)[0]


def test_the_lessons_graph_network_is_the_packages(cells):
    names = {}
    for words in ("def normalised", "class GCN"):
        exec(compile(cell(cells, words), words, "exec"), names)
    edges, x = torch.tensor([[0, 0, 3], [1, 2, 1]]), torch.rand(5, 3)
    ours, theirs = names["normalised"](edges, 5), normalised(edges, 5)
    assert torch.allclose(ours.to_dense(), theirs.to_dense())
    for skip in (False, True):
        shown, kept = names["GCN"](3, 4, skip), GCN(3, 4, 2, skip=skip)
        shown.load_state_dict(kept.state_dict())
        assert torch.allclose(shown(x, ours), kept(x, theirs), atol=1e-6)


# The studies -----------------------------------------------------------------------------------------------------


def test_every_model_got_four_settings_and_the_best_is_used():
    tried = study("fraud_settings").groupby(["model", "settings"])["average_precision"].mean()
    for name, settings in SETTINGS.items():
        assert len(TRIED[name]) == (1 if name == "rule of thumb" else 4) == len(tried[name])
        assert tried[name].idxmax() == str(settings)
    assert set(SETTINGS) == set(TRIED) == set(FITS)
    assert set(study("fraud_settings")["seed"]).isdisjoint(study("fraud_models")["seed"])


def test_what_was_best_at_the_edge_of_what_was_tried():
    assert SETTINGS["logistic regression"]["strength"] == max(one["strength"] for one in TRIED["logistic regression"])
    for name in ("GCN", "Skip-GCN"):
        assert SETTINGS[name] == {key: max(one[key] for one in TRIED[name]) for key in ("width", "steps")}


def test_more_than_a_third_of_the_tests_offender_rows_come_after_their_label():
    known = trail(*Economy(seed=0).plan())
    guilty = split(known).test & known.label
    first, rows = {}, zip(known.account[guilty], known.day[guilty], strict=True)
    late = [day >= first.setdefault(who, day) + LAG for who, day in rows]
    assert 1 / 3 < sum(late) / len(late) < 0.4


def test_the_studies_are_whole():
    models = study("fraud_models")
    assert len(models) == 5 * len(FITS) and set(models["model"]) == set(FITS)
    for name in ("fraud_models", "fraud_settings", "fraud_splits", "fraud_evasion", "calibration"):
        assert "command: python -m studies 09" in study(name).attrs["made"]


def test_who_is_level_with_boosting_and_who_is_clearly_behind():
    wide = study("fraud_models").pivot(index="seed", columns="model", values="average_precision")
    for name in ("random forest", "boosting with neighbours", "MLP", "GCN", "Skip-GCN"):
        middle, half = mean_and_half((wide[name] - wide["gradient boosting"]).to_numpy())
        assert abs(middle) < half, name
    for name in ("GRU", "logistic regression", "rule of thumb", "autoencoder"):
        middle, half = mean_and_half((wide[name] - wide["gradient boosting"]).to_numpy())
        assert middle + half < 0, name
    seeing, alone = wide[["boosting with neighbours", "GCN", "Skip-GCN"]].mean(), wide[["random forest", "MLP"]].mean()
    assert seeing.min() > max(alone.max(), wide["gradient boosting"].mean()) and alone.min() > wide["GRU"].mean()
    assert seeing["GCN"] == pytest.approx(seeing["boosting with neighbours"], abs=0.01)
    assert len(compared(study("fraud_models"), "model", "average_precision", "MLP")) == len(FITS) - 1


def test_the_autoencoder_is_hardly_better_than_chance(mean):
    base = 1 - mean.loc["autoencoder", "honest_accuracy"]
    assert mean.loc["autoencoder", "average_precision"] < 2 * base


def test_accuracy_and_money_disagree(mean):
    rule, silent = mean.loc["rule of thumb"], mean["honest_accuracy"].iloc[0]
    assert rule["accuracy"] < silent and rule["cost"] < 2 / 3
    assert 0.68 < 1 - mean.loc[mean["accuracy"].idxmax(), "cost"] < 0.72
    assert set(mean.index[mean["accuracy"] < silent]) == {"rule of thumb", "GRU", "autoencoder"}
    assert mean["accuracy"].max() - silent < 0.03 and 0.69 < 1 - mean["cost"].min() < 0.73


def test_boosting_finds_two_in_three_within_the_budget(mean):
    assert mean.loc["gradient boosting", "roc_auc"] == pytest.approx(0.97, abs=0.005)
    assert mean.loc["gradient boosting", "found_in_budget"] == pytest.approx(2 / 3, abs=0.02)


def test_a_random_split_promises_more_in_every_economy_and_of_every_model():
    splits = study("fraud_splits")
    recall = splits.pivot(index=["model", "seed"], columns="split", values="recall_at_2_percent")
    assert len(recall) == 4 * 5 and (recall["at random"] > recall["by time"]).all()
    mean = recall.groupby("model").mean()
    assert (mean["at random"] > mean["by account"]).all() and (mean["by account"] > mean["by time"]).all()
    boosting = mean.loc["gradient boosting"]
    assert 0.85 < boosting["at random"] < 0.92 and boosting["by time"] == pytest.approx(2 / 3, abs=0.03)


def test_the_order_of_the_account_tables_comes_out_but_forest_and_mlp_are_not_told_apart():
    wide = study("calibration").query("difficulty == 0.5").pivot(index="seed", columns="model", values="accuracy")
    ours = wide.mean()
    assert ours["gradient boosting"] > ours["random forest"] > ours["MLP"] > ours["logistic regression"]
    assert (wide["gradient boosting"] > wide["MLP"]).all() and (wide["MLP"] > wide["logistic regression"]).all()
    assert (wide["random forest"] < wide["MLP"]).any() and (wide["random forest"] > wide["MLP"]).any()


def test_the_published_figures_are_those_of_the_papers(text):
    for figure in ("0.788", "0.705", "0.653", "0.628", "0.481"):
        assert figure in text
    assert re.search(r"trees 0\.96, MLP 0\.94 to 0\.95", text)


# Evasion ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hiding():
    found, prices = study("fraud_evasion"), study("fraud_evasion_prices")
    return {how: cheapest_hiding(rows, prices) for how, rows in found.groupby("training")}


def test_the_rule_is_cheap_to_fool_and_the_learned_detectors_are_not(hiding):
    plain = hiding["plain"]
    assert plain.loc["rule of thumb", "price"] < 0.3
    assert plain.loc["rule of thumb", "cheapest change that hides"] == "wait × 4"
    learned = plain.drop("rule of thumb")
    assert all(price == "" or 0.6 < price < 0.8 for price in learned["price"])
    assert all(change.endswith(("tried", "leave 60%")) for change in learned["cheapest change that hides"])
    assert (learned["usual"] > 0.9).all()
    unhidden = learned.index[learned["cheapest change that hides"] == "none of those tried"]
    assert set(unhidden) == {"gradient boosting", "GRU", "GCN", "Skip-GCN"}


def test_the_mlp_alone_would_hide_a_little_better_by_a_dearer_change(hiding):
    learned = hiding["plain"].drop("rule of thumb")
    hidden = learned[learned["then found"] != ""]
    dearer = hidden.index[hidden["then found"].astype(float) > hidden["least"]]
    assert list(dearer) == ["MLP"]


def test_training_on_evaders_finds_fresh_ones_and_the_control_does_not(hiding, text):
    plain, usual, taught = (hiding[how]["least"].drop("rule of thumb") for how in ("plain", "usual", "evaders"))
    assert (hiding["evaders"].drop("rule of thumb")["cheapest change that hides"] == "none of those tried").all()
    assert (taught > plain).all() and (taught > usual).all()
    for column in (plain, usual, taught):
        assert f"{column.min():.2f} to {column.max():.2f}" in text


def test_the_control_teaches_nearly_as_many_rows(text):
    rows = study("fraud_evasion_ordinary").groupby(["training", "seed"])["offending_rows"].first().unstack("training")
    assert 1.8 < (rows["evaders"] / rows["plain"]).mean() < 2.2 and "about twice as many rows of them" in text
    assert round(100 * (rows["evaders"].sum() / rows["usual"].sum() - 1)) == 8 and "some 8 % more" in text


def test_only_the_skip_gcn_pays_for_it_with_ordinary_offenders():
    ordinary = study("fraud_evasion_ordinary").query("model != 'rule of thumb'")
    wide = ordinary.pivot(index=["model", "seed"], columns="training", values="average_precision")
    for less in ("plain", "usual"):
        for name, gaps in (wide["evaders"] - wide[less]).groupby("model"):
            middle, half = mean_and_half(gaps.to_numpy())
            assert (abs(middle) < half) == ((name, less) != ("Skip-GCN", "usual")), (name, less)
            if name == "Skip-GCN":
                assert round(middle, 2) == -0.04


def test_one_half_does_not_tell_the_learned_detectors_apart():
    found = study("fraud_evasion").query("training == 'plain' and wait == 4 and size == 1 and keep == 0.6")
    for name, shares in found[found["model"] != "rule of thumb"].groupby("model")["found"]:
        middle, half = mean_and_half(shares.to_numpy())
        assert abs(middle - 0.5) < half and 0.45 < middle < 0.68 and 0.15 < half < 0.45, name


def test_some_of_the_honest_are_flagged_at_each_look(text):
    plain = study("fraud_evasion_ordinary").query("training == 'plain' and model != 'rule of thumb'")
    shares = plain.groupby("model")["flagged_honest"].mean()
    assert "2 to 8 % of the honest" in text
    assert (round(100 * shares.min()), round(100 * shares.max())) == (2, 8)


@pytest.fixture(scope="module")
def shares():
    """What the learned detectors find at wait × 4 and 60 % left lying, a column for each training."""
    found = study("fraud_evasion").query("wait == 4 and size == 1 and keep == 0.6 and model != 'rule of thumb'")
    return found.pivot(index=["model", "seed"], columns="training", values="found")


def clear(gaps):
    """The models whose mean gap is further from 0 than its half interval: gaining, losing."""
    found = {name: mean_and_half(part.to_numpy()) for name, part in gaps.groupby("model")}
    gaining = {name for name, (middle, half) in found.items() if middle > half}
    return gaining, {name for name, (middle, half) in found.items() if middle < -half}


def test_usual_chains_gain_nothing_and_the_gcn_loses(shares):
    assert clear(shares["usual"] - shares["plain"]) == (set(), {"GCN"})


def test_evading_chains_gain_beyond_usual_ones(shares):
    gaps = shares["evaders"] - shares["usual"]
    assert clear(gaps) == ({"random forest", "gradient boosting", "MLP", "GCN"}, set())
    assert (gaps.groupby("model").mean() > 0).all() and ((gaps > 0).groupby("model").sum() >= 4).all()


def test_the_first_table_shows_the_words_means(shares, text):
    shown = with_control(study("fraud_evasion")).drop("rule of thumb")["none added"].str.split(" ± ").str[0]
    assert list(shown.sort_values().iloc[[0, -1]]) == ["0.456", "0.678"] and "from 0.456 to 0.678" in text
    assert shares["plain"].groupby("model").mean().min() == pytest.approx(0.456, abs=5e-4)
