"""Unit 08's lesson: its own two functions, what its cells say, the challenge's games, and a class in a notebook."""

import jupytext
import nbformat
import numpy as np
import pytest
import torch

from nnchain_edu.lab import hostile_game
from sources.build import ROOT

SOURCE = ROOT / "sources" / "lessons" / "08_federated_learning.py"
CODE = [cell.source for cell in jupytext.read(SOURCE, fmt="py:percent").cells if cell.cell_type == "code"]
BUILT = nbformat.read(ROOT / "lessons" / "08_federated_learning.ipynb", 4)
SAID = "\n".join(output.get("text", "") for cell in BUILT.cells if cell.cell_type == "code" for output in cell.outputs)


@pytest.fixture(scope="module")
def lesson():
    names = {}
    for source in CODE:
        if "def local_update" in source or "def average" in source:
            exec(compile(source, "lesson", "exec"), names)
    return names


def test_the_lessons_average_weighs_by_rows(lesson):
    found = lesson["average"]([torch.tensor([2.0, 0.0]), torch.tensor([4.0, 2.0])], [100, 300])
    assert found.tolist() == [3.5, 1.5]


def test_the_lessons_step_is_the_packages(lesson):
    from nnchain_edu.federated.softmax import local_update

    random = np.random.default_rng(0)
    X, y, weights = random.random((30, 64)), random.integers(0, 10, 30), random.normal(size=650) / 10
    theirs = lesson["local_update"](
        torch.tensor(weights).view(65, 10), torch.tensor(X), torch.tensor(y), epochs=1, batch=30, rate=0.5
    )
    ours = local_update(weights, X, y, epochs=1, batch=30, rate=0.5)
    assert np.allclose(theirs.reshape(-1).numpy(), ours, atol=1e-12)


def test_fedsgd_at_a_rate_of_2_is_several_times_faster_as_the_text_says(lesson):
    from nnchain_edu.nets import digits

    data, needed = digits(seed=0), {}
    X, y, parts = data.X_train, data.y_train, [slice(0, 100), slice(100, 500), slice(500, None)]
    for rate in (0.5, 2):
        weights, needed[rate] = torch.zeros(65, 10), 0
        while ((data.X_test @ weights[:64] + weights[64]).argmax(1) == data.y_test).float().mean() < 0.9:
            updates = [lesson["local_update"](weights, X[p], y[p], epochs=1, batch=len(y), rate=rate) for p in parts]
            weights = weights + lesson["average"](updates, [len(y[p]) for p in parts])
            needed[rate] += 1
    assert 4 * needed[2] <= needed[0.5] <= 50  # 8 and 43


@pytest.mark.parametrize(
    "words",
    [
        "above 90 % of unseen digits: True",
        "FedSGD is one step on all rows: True",
        "FedAvg reads 90 % after fewer rounds: True",
        "FedAvg needs a tenth of FedSGD's rounds, or less: True",
        "saves: paper 31.3×  ours 8.2 ± 0.6×  less",
        "saves: paper  2.1×  ours 1.7 ± 0.4×  less",
        "median        expected to lose  0 to   3  lost  3.7 ± 0.8  undecided",
        "Multi-Krum    expected to lose  0 to   3  lost  1.8 ± 0.6  as expected",
        "Judy: the transaction reverted: it does not open the commitment",
        "equal to the sum computed at home: True",
        "bob    is owed 0.5 ether, has 1.0 at stake",
        "judy   is owed 0.0 ether, has 0.0 at stake",
        "finds row [321]",
        "the sum before: noise",
        "the sum after:  right to the bit",
        "his upload with his key:      noise",
        "his upload with both secrets: Dave's update!",
        "paper 1.26  ours 1.26  equal",
        "Alice is owed 0.5 ether: half of Judy's bond",
    ],
)
def test_what_the_cells_say(words):
    assert words in SAID


def test_what_five_seeds_leave_undecided_is_said_to_be():
    assert SAID.count("undecided") == 4 and SAID.count("as expected") == 2 and "more than expected" not in SAID
    assert SAID.count("gets through") == 3 and SAID.count("withstood") == 1


def test_the_divergences_of_the_privacy_exercise_are_the_librarys():
    from opacus.accountants.analysis import rdp

    from nnchain_edu.exercises.unit_08_cases import abadi

    divergence, orders = abadi()
    theirs = rdp.compute_rdp(q=0.01, noise_multiplier=4.0, steps=1, orders=orders)
    assert divergence == pytest.approx(list(theirs), rel=1e-6)


def test_what_a_reveal_of_41_words_costs():
    """Over 300,000 gas; the first to reveal fills the sum's empty words, and pays over a million."""
    from nnchain_edu import Chain
    from nnchain_edu.federated.commitment import commitment, new_salt
    from nnchain_edu.federated.fixed_point import pack

    chain, words, salt = Chain(), pack(np.arange(650)), new_salt()
    contract = chain.deploy("federated_round", 11, 41, 8, 1, 0, 60, 60)
    call, names = contract.functions, ("alice", "bob", "carol")
    for name in names:
        chain.send(call.register, sender=name, value=1)
    chain.send(call.open)
    for name in names:
        bound_to = chain.accounts[name].address, 1, contract.address, chain.w3.eth.chain_id
        chain.send(call.commit, commitment(words, salt, *bound_to), sender=name)
    chain.travel(seconds=60)
    first, *later = (chain.send(call.reveal, words, salt, sender=name).gasUsed for name in names)
    assert 1_000_000 < first < 1_100_000 and all(300_000 < gas < 350_000 for gas in later)


def test_the_challenge_is_fair_and_the_lessons_rules_do_not_pass_it():
    from nnchain_edu.federated import RULES
    from tests.exercises.answers_08 import rule

    assert all(hostile_game.score(rule, attack).withstood for attack in hostile_game.ATTACKS)
    for name, known in RULES.items():
        found = [
            hostile_game.score(lambda u, f, known=known: known(torch.tensor(u), f).numpy(), attack).withstood
            for attack in hostile_game.ATTACKS
        ]
        assert not all(found), name


@pytest.mark.parametrize("bad", [lambda u, f: u, lambda u, f: u[0] * np.nan])
def test_the_game_refuses_what_is_no_update(bad):
    with pytest.raises(ValueError, match="650 finite numbers"):
        hostile_game.play(bad, "nobody", 0)


def test_the_game_refuses_unknown_attacks_and_too_few_seeds():
    with pytest.raises(ValueError, match="attack must be one of"):
        hostile_game.play(None, "bribe", 0)
    with pytest.raises(ValueError, match="at least two"):
        hostile_game.score(lambda u, f: u[0], "nobody", seeds=[1])


def test_an_unwritten_rule_has_no_score():
    def unwritten(updates, hostile):
        raise NotImplementedError

    assert hostile_game.scoreboard(unwritten, "nobody") == "not written yet"


def test_the_hidden_attack_is_not_for_practice():
    with pytest.raises(ValueError, match="one more is hidden"):
        hostile_game.scoreboard(lambda u, f: u[0], "two camps")


def test_a_score_says_what_is_added_up():
    assert str(hostile_game.Score(2.8, 0.5)) == "lost 2.8 + 3 × 0.5 = 4.3 of 3 points allowed: not withstood"
    assert str(hostile_game.Score(0.5, 0.1)).endswith("= 0.8 of 3 points allowed: withstood")


def test_longer_steps_win_nothing_in_the_game():
    by = {factor: hostile_game.play(lambda u, f, k=factor: k * u.mean(axis=0), "nobody", 0) for factor in (1, 5)}
    assert by[1] == by[5] == hostile_game.play(None, "nobody", 0)


def test_the_class_cell_does_nothing_without_addresses():
    solution = nbformat.read(ROOT / "solutions" / "08_federated_learning.ipynb", 4)
    assert any("No class: NODE and CONTRACT are empty." in str(cell.get("outputs", "")) for cell in solution.cells)
