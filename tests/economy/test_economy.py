"""The economy: what is planned is what happens, alike for a seed, with offenders as many and as careful as asked."""

import os
import subprocess
import sys
from itertools import pairwise

import pandas
import pytest

from nnchain_edu import Chain
from nnchain_edu.economy import Economy, collect, features
from nnchain_edu.economy.behaviour import DAY
from nnchain_edu.economy.typologies import TYPOLOGIES, Regime
from tests.chain.engines import AnvilRpc, anvil_binary

from .conftest import SMALL

#: Of the tiny economy below, on every machine. (Its head is not written here: a compiler puts the hash of a contract's
#: source into the code, so that a comment in token.vy moves every head.)
DIGEST = "735e7ce4583add41a0bd1e86918a20ece5ce95dde95589f019a9faf46fbd1d27"
LIVE = """
from nnchain_edu import Chain
from nnchain_edu.economy import Economy, collect, feature_digest, features

chain = Chain(seed=5)
head = Economy(seed=5, days=4, agents=40).run(chain).head
print(head, feature_digest(features(collect(chain))))
"""
MADE_UP = ["hash", "fee", "gas_used"]


def test_the_same_seed_gives_the_same_head_and_the_same_features():
    told = set()
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", LIVE], capture_output=True, text=True, check=True,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        told.add(tuple(done.stdout.split()))
    ((head, digest),) = told
    assert len(head) == 66 and digest == DIGEST


def test_another_seed_gives_another_economy():
    first, second = (Economy(seed, 3, 40).plan()[0].transactions for seed in (1, 2))
    assert set(first["sender"]).isdisjoint(set(second["sender"]))


def test_the_plan_is_what_happens(lived):
    frames, truth = Economy(**SMALL).plan()
    real = lived.frames.transactions
    creation = real["to"].isna()
    pandas.testing.assert_frame_equal(
        frames.transactions.drop(columns=[*MADE_UP, "selector", "input_bytes"]),
        real.drop(columns=[*MADE_UP, "selector", "input_bytes"]),
    )
    pandas.testing.assert_frame_equal(
        frames.transactions.loc[~creation, ["selector", "input_bytes"]],
        real.loc[~creation, ["selector", "input_bytes"]],
    )
    pandas.testing.assert_frame_equal(frames.logs.drop(columns="hash"), lived.frames.logs.drop(columns="hash"))
    pandas.testing.assert_frame_equal(truth.accounts, lived.truth.accounts)
    assert list(truth.transactions["kind"]) == list(lived.truth.transactions["kind"])
    difference = (features(frames) - features(lived.frames)).abs().max()
    assert set(difference.index[difference > 0]) <= {"fees_total", "balance_change"}
    assert difference.max() < 0.01


def test_every_transaction_is_told(lived):
    assert list(lived.truth.transactions.index) == list(lived.frames.transactions["hash"])
    day = (lived.frames.transactions["time"] - lived.truth.start) // DAY
    late = day.reset_index(drop=True) - lived.truth.transactions["day"].reset_index(drop=True)
    assert late.between(0, 1).all()  # a block may come after midnight, and never before what it holds


def test_failures_are_those_that_were_meant(lived):
    kinds = lived.truth.transactions["kind"].to_numpy()[~lived.frames.transactions["status"]]
    assert len(kinds) and set(kinds) <= {"token gift", "theft", "swap", "wash trade"}


def test_offenders_are_as_many_as_asked():
    _, truth = Economy(1, 20, 400, illicit_share=0.22).plan()
    people = truth.accounts[~truth.accounts["role"].isin(["founder", "contract"])]
    assert people["illicit"].sum() == pytest.approx(88, abs=12)
    assert people["illicit"].sum() == (people["role"] == "offender").sum()
    _, honest = Economy(1, 20, 100, illicit_share=0).plan()
    assert not honest.accounts["illicit"].any() and not honest.transactions["illicit"].any()


def test_every_typology_is_lived_and_marked():
    _, truth = Economy(2, 60, 1200).plan()
    lived = truth.transactions.groupby("typology").size()
    assert set(lived.index) == {"", *TYPOLOGIES}
    marked = truth.accounts[truth.accounts["illicit"]]
    assert (marked["typology"] != "").all() and (marked["began"] >= 0).all() and (marked["campaign"] >= 0).all()


def test_schemes_begin_all_along():
    _, truth = Economy(4, 40, 800).plan()
    began = truth.accounts.loc[truth.accounts["illicit"]].groupby("began").size()
    assert {day // 8 for day in began.index} == set(range(5))


def test_a_drift_changes_only_the_schemes_that_begin_after_it():
    plans = {}
    for day in (None, 12):
        world, intents = Economy(6, 20, 200, drift_day=day).intents()
        later = {
            a.name for a in world.agents.values() if a.campaign >= 0 and world.campaigns[a.campaign].start >= 12 * DAY
        }
        kept = [i for i in intents if not {i.sender, i.to} & later and "ponzi" not in i.to]
        plans[day] = [i for i in kept if i.campaign < 0 or world.campaigns[i.campaign].start < 12 * DAY], len(intents)
    assert plans[None][0] == plans[12][0] and plans[None][1] != plans[12][1]
    assert any(intent.campaign >= 0 for intent in plans[12][0])


def test_difficulty_is_continuous():
    steps = [Regime.of(d / 10) for d in range(11)]
    assert all(a.hold < b.hold and a.loot > b.loot and a.ordinary < b.ordinary for a, b in pairwise(steps))
    assert Regime.of(0.5, 1).through_tokens > Regime.of(0.5, 0.5).through_tokens > Regime.of(0.5).through_tokens


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"days": 1}, "days must be a whole number from 2"),
        ({"agents": 12}, "agents must be a whole number from 40"),
        ({"difficulty": 1.5}, "difficulty must be a number from 0 to 1"),
        ({"difficulty": "hard"}, "difficulty must be a number"),
        ({"illicit_share": 0.7}, "illicit_share must be a number from 0 to 0.5"),
        ({"drift_day": 2.5}, "drift_day must be a whole number"),
        ({"seed": True}, "seed must be a whole number"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_bad_arguments_are_refused_at_the_door(given, told):
    with pytest.raises(ValueError, match=told):
        Economy(**given)


def test_a_used_chain_is_refused():
    chain = Chain()
    chain.mine()
    with pytest.raises(ValueError, match="chain must be new"):
        Economy(days=2, agents=40).run(chain)


def test_progress_counts_the_days():
    told = []
    Economy(7, 3, 40).run(Chain(), progress=lambda day, days: told.append((day, days)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.slow
@pytest.mark.skipif(not anvil_binary(), reason="Anvil is not here")
def test_the_economy_lives_on_a_node_elsewhere_too():
    node = AnvilRpc(anvil_binary())
    try:
        chain, economy = Chain.connect(node.url), Economy(8, 3, 40)
        truth = economy.run(chain)
        frames = collect(chain)
        planned, _ = economy.plan()
        assert list(frames.transactions["hash"]) == list(truth.transactions.index)
        assert list(frames.transactions["value"]) == list(planned.transactions["value"])
        assert list(frames.transactions["status"]) == list(planned.transactions["status"])
        assert list(frames.transfers["amount"]) == list(planned.transfers["amount"])
        assert list(frames.blocks["time"] - frames.start) == list(planned.blocks["time"] - planned.start)
    finally:
        node.close()


def test_no_torch_is_paid_for():
    code = "import sys; from nnchain_edu.economy import *; Economy(1, 2, 40).plan(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
