"""Unit 06's claims, from the very code that the lesson shows, and from the studies that it quotes."""

import re

import jupytext
import numpy as np
import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.economy import Economy, audit, collect, feature_digest, features, leaky_table
from nnchain_edu.lab.drift_watch import LAG, MOST, START, WORLDS, report, watch, world
from nnchain_edu.lab.pipeline_figures import STEPS
from nnchain_edu.studies import study
from sources.build import ROOT

SOURCE = ROOT / "sources" / "lessons" / "06_data_pipeline.py"


@pytest.fixture(scope="module")
def cells():
    return jupytext.read(SOURCE, fmt="py:percent").cells


def test_the_five_words_of_the_picture_head_the_sections(cells):
    heads = re.findall(r"^## (.+)$", "\n".join(c.source for c in cells if c.cell_type == "markdown"), re.M)
    assert [head for head in heads if head in STEPS] == list(STEPS)
    first_section = next(i for i, c in enumerate(cells) if "## Collection" in c.source)
    assert any("draw_steps()" in c.source for c in cells[:first_section])


def test_one_seed_one_head_and_one_feature_digest():
    told = []
    for _ in range(2):
        chain = Chain()
        truth = Economy(seed=3, days=4, agents=60).run(chain)
        told.append((truth.head, feature_digest(features(collect(chain), day=4))))
    assert told[0] == told[1]


@pytest.fixture(scope="module")
def lesson(cells):
    """The names that the lesson's cells have defined once all of them have run: half a minute."""
    names = {}
    for number, source in enumerate(c.source for c in cells if c.cell_type == "code"):
        exec(compile(source, f"code cell {number}", "exec"), names)
    return names


@pytest.mark.slow
def test_every_claim_of_the_lesson_holds_by_a_margin(lesson):
    assert lesson["on_past"].f1 > lesson["on_later"].f1 + 0.02
    assert lesson["on_later"].recall > 0.6
    assert lesson["agree"] > 0.995
    assert lesson["new"].recall > lesson["old"].recall + 0.1 and lesson["new"].f1 > lesson["old"].f1 + 0.1
    assert lesson["old"].recall < lesson["on_later"].recall - 0.2


@pytest.mark.slow
def test_every_committed_row_is_proven_and_follows_from_its_accounts_transactions(lesson):
    rows, tree, training = lesson["rows"], lesson["tree"], lesson["training"]
    holds = lesson["datasets"].functions.holds
    for i in np.random.default_rng(0).permutation(len(training))[:25].tolist():
        assert holds(1, i, training[i], tree.siblings(i)).call()
        day, account = rows.table.index[lesson["past"].nonzero()[0][i]]
        sources = lesson["frames"].of(account).before(day=day)
        again = lesson["whole_rows"](lesson["recipe"].transform(features(sources, day=day, accounts=[account])))
        assert lesson["encode_row"](account, day, again[0], training[i][-1]) == training[i]
        for place in (0, 22, 24, 40, 72):
            bent = training[i][:place] + bytes([training[i][place] ^ 1]) + training[i][place + 1 :]
            assert not holds(1, i, bent, tree.siblings(i)).call()


@pytest.mark.slow
def test_after_the_lesson_the_second_model_serves_and_no_bond_is_left(lesson):
    registry, chain = lesson["registry"], lesson["chain"]
    assert registry.functions.champion().call() == 2 and chain.balance(registry.address) == 0
    assert registry.functions.serving().call()[0] == lesson["weights_hash"](lesson["better"])


# The studies that the lesson quotes ----------------------------------------------------------------------------


def test_the_random_split_promises_more_recall_in_every_economy():
    recall = study("split_flatters").pivot(index="seed", columns="split", values="recall")
    assert len(recall) == 5 and (recall["at random"] > recall["by time"]).all()
    assert (recall["at random"] > recall["by account"]).all()
    mean = recall.mean()
    share = (mean["at random"] - mean["by account"]) / (mean["at random"] - mean["by time"])
    assert 0.4 < share < 0.6  # "about half"
    precision = study("split_flatters").pivot(index="seed", columns="split", values="precision")
    assert 0 < (precision["at random"] > precision["by time"]).sum() < 5  # "differs by chance"


def test_the_frozen_detector_decays_and_the_retrained_one_recovers():
    counts = study("drift_recovery").groupby(["seed", "detector", "period"])[["found", "offenders"]].sum()
    recall = (counts["found"] / counts["offenders"]).unstack()
    early, late = "days 21 to 29", "days 36 to 59"
    frozen, again = recall.xs("frozen", level="detector"), recall.xs("retrained", level="detector")
    assert len(frozen) == 5 and (frozen[late] < frozen[early]).all()
    assert (again[late] > frozen[late]).all() and again[late].mean() > frozen[late].mean() + 0.2
    assert (frozen[early] == again[early]).all()


def test_the_drift_costs_more_than_age_and_new_offenders_are_found_again():
    counts = study("drift_recovery").groupby(["period", "detector"])[["found", "offenders", "new", "new_found"]].sum()
    recall, early, late = counts["found"] / counts["offenders"], "days 21 to 29", "days 36 to 59"
    age = recall[early, "frozen"] - recall[late, "no drift"]
    assert 0.2 < age / (recall[early, "frozen"] - recall[late, "frozen"]) < 0.3  # "about a quarter"
    new = counts["new_found"] / counts["new"]
    assert new[late, "retrained"] > new[late, "frozen"] + 0.2 and new[late, "retrained"] > new[early, "frozen"]


# The planted leaks and the challenge ---------------------------------------------------------------------------


def test_the_audit_finds_the_three_leaks_of_the_exercise():
    found = {finding.kind: finding.what for finding in audit(*leaky_table(seed=0))}
    assert found == {"future": "final_received", "proxy": "case_number", "duplicate": found["duplicate"]}


@pytest.mark.parametrize("name", WORLDS)
def test_an_economy_of_the_challenge_has_all_days_and_24_features(name):
    here = world(name)
    assert here.x.shape == (len(here.day), 24) and here.label.shape == here.day.shape
    assert set(range(START - 15, 60)) == set(here.day.tolist()) and np.abs(here.x).max() <= 8


def test_a_policy_is_told_what_is_known_and_gets_three_retrainings():
    told = []

    def policy(day, found, offenders, since, left):
        told.append((day, len(found), len(offenders), since, left))
        return day in (25, 30, 40, 50)

    outcome = watch(policy)
    assert outcome.retrained == [25, 30, 40] and outcome.asked == MOST + 1
    assert told[0] == (START, 0, 0, 0, 3) and told[4] == (25, 4 - LAG + 1, 2, 4, 3)
    assert told[5][3:] == (1, 2) and told[-1][3:] == (19, 0)
    assert outcome.recall == sum(outcome.found) / sum(outcome.offenders)
    with pytest.raises(ValueError, match="name"):
        world("unknown")


def test_the_practice_report_waits_for_a_policy():
    def unwritten(*told):
        raise NotImplementedError

    assert "not written yet" in report(unwritten) and "days: none" in report(lambda *told: False)
