"""The challenge of unit 09: draws are fresh, cheats find nothing, and a fair answer passes in economy after economy."""

import gc
import os
import sys

import numpy as np
import pytest

from nnchain_edu.exercises import limits, trials_09
from nnchain_edu.exercises.judge import examine
from nnchain_edu.exercises.units import unit
from nnchain_edu.lab.held_deposits import World, play, rule_of_thumb, world
from tests.exercises.answers_09 import detector

CHALLENGE = unit("09").exercises[-1]
ONCE = 12  # draws of the slow test
SEED = 1003  # an economy in which the solution beats both rivals


@pytest.fixture
def one_economy(monkeypatch):
    """A single economy, so that a cheat costs little; drawn as ever."""
    monkeypatch.setattr(trials_09, "ECONOMIES", 1)


def found_in_memory(*names):
    """Whatever looks like an answer in memory: worlds, and these names in any function that is under way."""
    found = [each for each in gc.get_objects() if type(each) is World]
    frame = sys._getframe()
    while frame is not None:
        found += [frame.f_locals[name] for name in names if name in frame.f_locals]
        frame = frame.f_back
    return found


def looks_for_the_world(table, label, alarm):
    def freeze(today):
        for here in found_in_memory("here"):
            if isinstance(here, World) and today.index.isin(here.table.index).all():
                return here.label[here.table.index.get_indexer(today.index)]
        return np.zeros(len(today), dtype=bool)

    return freeze


def looks_for_the_seed(table, label, alarm):
    known = {}
    for seed in [s for found in found_in_memory("seed", "seeds") for s in np.atleast_1d(found).tolist()]:
        here = world(int(seed))
        known |= dict(zip(here.table.index, here.label, strict=True))
    return lambda today: [bool(known.get(row, False)) for row in today.index]


def asks_the_judge(table, label, alarm):
    done = trials_09._outcomes.values()
    known = {row for outcome in done for seed in outcome.get("seeds", []) for row in world(seed).table.index}
    return lambda today: today.index.isin(known)


@pytest.mark.skipif(not limits._can_fork(), reason="nothing is sealed where a fork is not safe")
@pytest.mark.parametrize("cheat", [looks_for_the_world, looks_for_the_seed, asks_the_judge])
def test_a_cheat_finds_nothing_to_look_at(cheat, one_economy):
    said = examine(CHALLENGE, cheat)
    assert (said.verdict, said.case) == ("wrong", "better than nothing")
    assert "You saved" in dict(said.details) and dict(said.details)["You saved"].startswith("0.0 of")


def test_the_same_cheat_would_win_if_it_ran_beside_the_judge(monkeypatch):
    """So the test above can fail: in the judge's own process the world is there to be found."""
    here = world(3)
    assert play(looks_for_the_world, here).saved == pytest.approx(here.loot[here.day >= 35].sum())


def test_seeds_are_drawn_anew_and_told_afterwards(one_economy):
    told = []
    for _ in range(2):
        said = dict(examine(CHALLENGE, lambda table, label, alarm: lambda today: [False] * len(today)).details)
        told.append(int(said["The hidden seeds were"]))
    assert told[0] != told[1]
    assert len({seed for _ in range(50) for seed in trials_09.draw_seeds()}) == 50
    replayed = world(told[0])
    assert len(replayed.table) > 300


def test_a_right_detector_hears_what_it_and_its_rivals_saved_and_what_was_possible(monkeypatch):
    monkeypatch.setattr(trials_09, "draw_seeds", lambda: [SEED])
    done = trials_09.outcomes(detector)
    told = dict(examine(CHALLENGE, detector).details)
    assert list(told) == ["You saved", "Rule of thumb", "Logistic regression", "Possible", "The hidden seeds were"]
    amounts = {label: float(text.split()[0]) for label, text in told.items()}
    assert amounts["You saved"] == round(done["yours"], 1) > amounts["Logistic regression"]
    assert amounts["Possible"] == round(done["loot"], 1) > amounts["You saved"]


def test_a_detector_that_ends_python_or_prints_secrets_changes_nothing(one_economy):
    said = examine(CHALLENGE, lambda table, label, alarm: os._exit(0))
    assert said.verdict == "broken" and "ended Python" in said.message


def test_scores_in_place_of_decisions_are_refused_in_words(one_economy):
    said = examine(CHALLENGE, lambda table, label, alarm: lambda today: [0.3] * len(today))
    assert said.verdict == "broken" and "compare them with a threshold" in said.message


@pytest.mark.slow
def test_a_fair_answer_passes_in_twelve_draws_and_the_rule_of_thumb_in_none(monkeypatch):
    """Draws of eight from 24 economies, the same in every run: of real draws about one in 10,000 misses the bar."""
    worlds = {seed: world(seed) for seed in range(1000, 1024)}
    random = np.random.default_rng(0)
    monkeypatch.setattr(trials_09, "economy", worlds.__getitem__)
    monkeypatch.setattr(
        trials_09, "draw_seeds", lambda: (1000 + random.permutation(24)[: trials_09.ECONOMIES]).tolist()
    )
    for _ in range(ONCE):
        trials_09._outcomes.clear()
        done = trials_09.outcomes(detector)
        assert done["yours"] > max(done["rule of thumb"], done["logistic regression"], 0), done
    trials_09._outcomes.clear()
    assert not trials_09.saves_more_than("rule of thumb")(rule_of_thumb)
    trials_09._outcomes.clear()
