"""The quantisation bench: the study complete, the front a front, every control drawn, training that can be stopped."""

import itertools
from contextlib import closing

import pytest

from nnchain_edu.lab import quantisation_bench
from nnchain_edu.lab.bench import Bench
from nnchain_edu.lab.quantisation_bench import AFTER, BITS, NEURONS, WITHIN, Made, QuantisationBench, means, pareto
from tests.lab.driving import drive, look


@pytest.fixture(scope="module")
def made():
    return means()


def test_it_survives_every_control():
    drive(QuantisationBench)


def test_the_study_has_every_choice_once(made):
    assert sorted(each[:3] for each in made) == sorted(itertools.product(NEURONS, BITS, (AFTER, WITHIN)))


@pytest.mark.parametrize("against", ["gas", "bytes"])
def test_nothing_on_the_front_is_beaten_and_everything_else_is(made, against):
    front = pareto(made, against)
    for each in made:
        beaten = any(
            other.percent >= each.percent
            and other.cost(against) <= each.cost(against)
            and (other.percent, other.cost(against)) != (each.percent, each.cost(against))
            for other in made
        )
        assert beaten != (each in front)


def test_of_equal_accuracy_only_the_cheapest_is_on_the_front():
    cheap, dear = Made(4, 8, AFTER, 90.0, 300, 600), Made(6, 8, AFTER, 90.0, 400, 500)
    assert pareto([dear, cheap], "gas") == [cheap]
    assert pareto([dear, cheap], "bytes") == [dear]


def test_what_lesson_and_lab_say_about_the_study(made):
    found = {each[:3]: each for each in made}
    for bits in (8, 9, 10, 12):
        assert found[16, bits, WITHIN].percent > found[16, bits, AFTER].percent
    assert found[16, 8, WITHIN].percent - found[16, 8, AFTER].percent > 25
    assert found[16, 12, WITHIN].percent >= 96 > found[16, 12, AFTER].percent
    assert abs(found[16, 16, WITHIN].percent - found[16, 16, AFTER].percent) < 1.5
    assert found[32, 12, WITHIN].gas < found[32, 10, WITHIN].gas  # 12 bits hold three pixels of 4, 10 bits two


def test_the_text_names_a_better_one_unless_there_is_none():
    state = QuantisationBench()
    assert "No other is better for less" in state.text()
    state.set(bits=8, rounding=AFTER)
    better = state.text().partition("Better: ")[2]
    assert better.startswith("8 neurons, 12 bits, in the training loop")


@pytest.mark.parametrize("rounding", [AFTER, WITHIN])
def test_training_at_the_bench_adds_a_point_and_reset_forgets_it(rounding, monkeypatch):
    monkeypatch.setitem(quantisation_bench.OWN, "epochs", 2)
    state = QuantisationBench()
    state.set(neurons=4, rounding=rounding)
    before = look(state)
    fractions = [step.fraction for step in state.steps()]
    assert fractions == sorted(fractions) and fractions[0] == 0 and fractions[-1] == 1 and len(fractions) > 20
    own = state.own[0]
    assert own[:3] == (4, 12, rounding) and own.percent > 20 and abs(own.gas - state.chosen.gas) < 60
    assert look(state) != before and "Trained here" in state.text() and "adds no point" not in state.text()
    state.reset()
    state.set(neurons=4, rounding=rounding)
    assert look(state) == before


def test_training_can_be_stopped_at_any_step():
    state = QuantisationBench()
    with closing(state.steps()) as steps:
        assert len(list(itertools.islice(steps, 5))) == 5
    assert state.own == [] and "Trained here" not in state.text() and "adds no point" in state.text()
    state.reset()
    assert "adds no point" not in state.text()


def test_the_bench_asks_first_and_compares_after():
    bench = Bench(QuantisationBench())
    bench.act("predict", value="80")
    bench.act("set", values={"neurons": 8})
    assert "Choose it to see" in bench.view["comparison"]
    bench.act("set", values={"neurons": 16, "bits": 8, "rounding": AFTER})
    assert "You predicted 80 %; it is" in bench.view["comparison"]
