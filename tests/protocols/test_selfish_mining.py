"""Selfish mining: Eyal and Sirer's formula, the simulator, and the exact share of any strategy."""

import time
from collections import Counter
from random import Random

import pytest

from nnchain_edu.protocols.selfish_mining import (
    PUBLISHED,
    Mined,
    expected_share,
    honest,
    lead_stubborn,
    machine,
    revenue,
    selfish,
    simulate,
    threshold,
    trail_stubborn,
)

POINTS = [(*point, paper) for point, paper in PUBLISHED.items()]


def test_the_published_values_are_six_at_a_third_and_at_two_fifths():
    assert PUBLISHED == {
        **{(1 / 3, 0): 0.33333, (1 / 3, 0.5): 0.38462, (1 / 3, 1): 0.43590},
        **{(0.4, 0): 0.48372, (0.4, 0.5): 0.52558, (0.4, 1): 0.56744},
    }


@pytest.mark.parametrize("alpha, gamma, paper", POINTS)
def test_formula_simulator_and_machine_agree_with_the_paper(alpha, gamma, paper):
    assert round(revenue(alpha, gamma), 5) == paper
    assert abs(simulate(alpha, gamma).share - paper) < 0.005
    assert expected_share(alpha, gamma) == pytest.approx(paper, abs=1e-4)


@pytest.mark.parametrize("gamma", [0, 0.25, 0.5, 1])
def test_at_the_threshold_it_pays_exactly_as_honesty_does(gamma):
    alpha = threshold(gamma)
    assert revenue(alpha, gamma) == pytest.approx(alpha)
    assert revenue(alpha + 0.01, gamma) > alpha + 0.01
    assert alpha < 0.01 or revenue(alpha - 0.01, gamma) < alpha - 0.01


def test_the_threshold_falls_from_a_third_to_nothing():
    assert [threshold(gamma) for gamma in (0, 0.5, 1)] == [pytest.approx(1 / 3), 0.25, 0]


@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.45])
def test_honest_mining_earns_ones_share(alpha):
    assert expected_share(alpha, 0.5, honest) == pytest.approx(alpha)
    run = simulate(alpha, 0.5, honest, 200_000)
    assert abs(run.share - alpha) < 0.005 and run.stale <= 1  # a block still in the air at the end


@pytest.mark.parametrize("strategy", [selfish, lead_stubborn, trail_stubborn])
def test_the_exact_share_is_what_a_long_simulation_earns(strategy):
    assert abs(expected_share(0.4, 0.6, strategy) - simulate(0.4, 0.6, strategy, 1_000_000).share) < 0.004


def test_stubborn_strategies_beat_selfish_mining_somewhere_and_never_the_optimum():
    """The optimum by a Markov decision process of depth 75: 0.33705 at 1/3, 0.48863 at 0.4, for gamma 0."""
    assert expected_share(0.4, 0.9, lead_stubborn) > revenue(0.4, 0.9) + 0.02
    assert revenue(1 / 3, 0) < expected_share(1 / 3, 0, trail_stubborn) < 0.33706
    assert revenue(0.4, 0) < expected_share(0.4, 0, trail_stubborn) < 0.48864


def test_every_block_is_paid_or_stale():
    run = simulate(0.4, 0.5, blocks=100_000)
    assert run.attacker + run.others + run.stale == 100_000 and min(run) > 0
    assert Mined(0, 0, 1).share == 0


def test_a_million_blocks_in_under_five_seconds():
    start = time.process_time()
    simulate(0.4, 0.5, blocks=1_000_000)
    assert time.process_time() - start < 5


def test_one_seed_one_result():
    assert simulate(0.3, 0.5, blocks=10_000, seed=7) == simulate(0.3, 0.5, blocks=10_000, seed=7)
    assert simulate(0.3, 0.5, blocks=10_000, seed=7) != simulate(0.3, 0.5, blocks=10_000, seed=8)


def test_a_strategy_by_hand():
    """Wait once, then give up at the first public block: paid is only what the others find."""
    assert expected_share(0.3, 1, lambda a, h, fork: "adopt" if h else "wait") == 0


def test_a_strategy_is_asked_only_for_states_it_can_reach_and_within_depth():
    asked = []

    def curious(a: int, h: int, fork: str) -> str:
        asked.append((a, h, fork))
        return honest(a, h, fork)

    machine(curious, depth=10)
    assert sorted(set(asked)) == sorted(asked)
    assert set(asked) == {(0, 0, "irrelevant"), (1, 0, "irrelevant"), (0, 1, "relevant")}


def test_a_match_goes_on_when_the_attacker_finds_a_block():
    asked = []

    def curious(a: int, h: int, fork: str) -> str:
        asked.append((a, h, fork))
        return lead_stubborn(a, h, fork)

    machine(curious, depth=10)
    assert {(4, 1, "active"), (5, 1, "active")} <= set(asked) and (4, 1, "irrelevant") not in asked


def test_a_machine_that_is_made_once_plays_as_its_strategy():
    assert simulate(0.4, 0.5, machine(selfish), 10_000, seed=3) == simulate(0.4, 0.5, selfish, 10_000, seed=3)


def test_a_strategy_that_never_acts_is_ended_at_the_depth():
    table = machine(lambda a, h, fork: "wait", depth=5)
    assert table.attacker.sum() > 0 and table.others.sum() > 0
    assert 0 < expected_share(0.4, 0.5, lambda a, h, fork: "wait") < 0.1


@pytest.mark.parametrize(
    "answer, words",
    [
        (
            "publish",
            r"strategy\(0, 0, 'irrelevant'\) must be one of 'adopt', 'override', 'match', 'wait', got 'publish'",
        ),
        (None, "got None"),
        ("override", r"strategy\(0, 0, 'irrelevant'\) must not override"),
        ("match", r"strategy\(0, 0, 'irrelevant'\) must not match"),
    ],
)
def test_impossible_actions_are_refused_with_the_state(answer, words):
    with pytest.raises(ValueError, match=words):
        simulate(0.3, 0.5, lambda a, h, fork: answer, 100)


@pytest.mark.parametrize("alpha", [-0.01, 0.5, 0.9, 1.5, float("inf")])
@pytest.mark.parametrize("formula", [revenue, expected_share])
def test_a_majority_is_refused_where_the_formula_ends(formula, alpha):
    with pytest.raises(ValueError, match=r"^alpha must be"):
        formula(alpha, 0.5)


@pytest.mark.parametrize("gamma", [-0.1, 1.1, "half"])
def test_gamma_is_a_share(gamma):
    for call in (lambda: revenue(0.3, gamma), lambda: threshold(gamma), lambda: simulate(0.3, gamma, blocks=10)):
        with pytest.raises(ValueError, match=r"^gamma must be a number between 0 and 1, got"):
            call()


def test_other_arguments_out_of_range():
    with pytest.raises(ValueError, match=r"^alpha must"):
        simulate(1.1, 0)
    with pytest.raises(ValueError, match=r"^blocks must"):
        simulate(0.3, 0, blocks=0)
    with pytest.raises(ValueError, match=r"^depth must"):
        simulate(0.3, 0, blocks=10, depth=1)


def test_a_block_found_late_cannot_be_thrown_in():
    """At 1 : 1 after the attacker's block, the public one has long been everywhere."""

    def late(a: int, h: int, fork: str) -> str:
        return "match" if a == h == 1 else "wait"

    with pytest.raises(ValueError, match=r"strategy\(1, 1, 'irrelevant'\) must not match"):
        machine(late)


def share_by_chains(alpha: float, gamma: float, strategy, blocks: int, seed: int) -> float:
    """The same game told with chains of blocks instead of states: lists of owners, published or secret."""
    rng = Random(seed)
    main, secret, public = [], [], []  # the agreed chain, and the two branches on its end
    paid = Counter()
    matched, last_by_attacker = 0, True  # so many secret blocks compete in public
    for _ in range(blocks):
        fork = "active" if matched else "irrelevant" if last_by_attacker else "relevant"
        action = strategy(len(secret), len(public), fork)
        if action == "adopt":
            main, secret, public, matched = main + public, [], [], 0
        elif action == "override":
            shown = len(public) + 1
            main, secret, public, matched = main + secret[:shown], secret[shown:], [], 0
        elif action == "match":
            matched = len(public)
        last_by_attacker = rng.random() < alpha
        if last_by_attacker:
            secret = [*secret, "attacker"]
        elif matched and rng.random() < gamma:
            main, secret, public, matched = main + secret[:matched], secret[matched:], ["others"], 0
        else:
            public, matched = [*public, "others"], 0
        if len(main) > 1000:  # paid, and kept apart, so that lists stay short
            paid, main = paid + Counter(main), []
    paid += Counter(main)
    return paid["attacker"] / paid.total()


@pytest.mark.parametrize("strategy", [honest, selfish, lead_stubborn, trail_stubborn])
def test_the_machine_agrees_with_the_story_told_in_chains(strategy):
    assert abs(expected_share(0.35, 0.7, strategy) - share_by_chains(0.35, 0.7, strategy, 60_000, seed=1)) < 0.012
