"""The figures of unit 02: the lesson's own engine, the border it finds, gradients by depth, the contract, its gas."""

import inspect
import math
import operator
import random
import re
import textwrap
from fractions import Fraction
from pathlib import Path

import jupytext
import pytest

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.exercises.unit_02_steps import ONE, integer_step
from nnchain_edu.lab.race import OPTIMISERS, adam, fastest, momentum
from nnchain_edu.lab.surfaces import RAVINE, SADDLE, TURNED_RAVINE
from nnchain_edu.nets import training

SOURCE = Path(__file__).parents[2] / "sources" / "lessons" / "02_backpropagation.py"
PAGE = jupytext.read(SOURCE, fmt="py:percent").cells
CELLS = [cell.source for cell in PAGE if cell.cell_type == "code"]
TEXTS = [cell.source for cell in PAGE if cell.cell_type == "markdown"]


def run_cells(*marks, **names):
    """Run the lesson's cells that contain these texts, in the lesson's order and with these names; return all names."""
    chosen = [cell for cell in CELLS if any(mark in cell for mark in marks)]
    assert len(chosen) == len(marks), f"{len(chosen)} cells contain one of {marks}"
    for cell in chosen:
        exec(compile(cell, SOURCE.name, "exec"), names)
    return names


# --- the lesson's own code ------------------------------------------------------------------------------------------


def test_the_lessons_engine_is_about_60_lines():
    cells = [cell for cell in CELLS if "class Value" in cell or "def backward" in cell]
    assert 40 <= sum(bool(line.strip()) for cell in cells for line in cell.splitlines()) <= 60


def test_the_lessons_engine_agrees_with_torch_and_with_nudging(capsys):
    names = run_cells(
        "hair = 1e-5\n", "def loss(price)", "prices = [0.0]", "class Value", "def backward", "def formula"
    )
    assert len(names["from_torch"]) == 600
    assert max(names["from_torch"]) < 1e-6 and max(names["from_nudging"]) < 1e-4


def test_the_first_machine_finds_40(capsys):
    assert run_cells("prices = [0.0]")["prices"][-1] == pytest.approx(40, abs=0.05)


def test_the_loop_that_the_lesson_shows_is_the_packages():
    (shown,) = re.findall(r"^```python\n(.*?)^```$", "\n".join(TEXTS), re.M | re.S)
    heart = re.search(r"^ +for batch in .*?^ +rule\.step\(\)\n", inspect.getsource(training), re.M | re.S)
    assert shown == textwrap.dedent(heart[0])


def test_one_neuron_fails_where_two_layers_succeed(capsys):
    names = run_cells("class Value", "def backward", "rhythm_accounts()", "def make_layer", random=random)
    train, make_layer = names["train"], names["make_layer"]
    rng = random.Random(1)  # another start than the lesson's
    assert train([make_layer(2, 1, rng)]) < 0.75
    assert train([make_layer(2, 6, rng), make_layer(6, 1, rng)]) > 0.95


def test_the_border_is_found_where_it_was_predicted(capsys):
    names = run_cells("def comes_home")
    assert names["predicted"] == pytest.approx(0.05, abs=1e-12)
    assert names["low"] == pytest.approx(names["predicted"], abs=1e-4)


def test_the_lessons_optimisers_are_those_of_the_bench(capsys):
    names = run_cells("def momentum_step", math=math)
    ball, careful = momentum(0.02, 0.9), adam(0.02)
    w, velocity, v, mean, square = 1.0, 0.0, 1.0, 0.0, 0.0
    for t in range(1, 30):
        w_before, v_before = w, v
        w, velocity = names["momentum_step"](w, 40 * w, velocity, 0.02)
        v, mean, square = names["adam_step"](v, 40 * v, mean, square, t, 0.02)
        assert w == pytest.approx(w_before - ball((40 * w_before, 0.0))[0])
        assert v == pytest.approx(v_before - careful((40 * v_before, 0.0))[0])


def test_gradients_vanish_and_explode_by_depth_and_activation(capsys):
    import torch

    sizes = run_cells("def gradient_by_layer", torch=torch)["gradient_by_layer"]
    for depth, bound in ((10, 1e-4), (20, 1e-10), (40, 1e-22)):
        assert sizes(torch.sigmoid, 1.0, depth)[0] < bound
        assert 0.1 < sizes(torch.relu, 2**0.5, depth)[0] < 10
        assert 0.01 < sizes(torch.tanh, 1.0, depth)[0] < 1
        assert sizes(torch.relu, 1.0, depth)[0] < 2 ** (-depth / 4)
        assert sizes(torch.relu, 2.0, depth)[0] > 2 ** (depth / 3)


# --- the contract ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chain():
    return Chain()


@pytest.fixture
def neuron(chain):
    with chain.snapshot():
        yield chain.deploy("gradient_step", ONE // 4)


def random_rows(count, seed=1):
    """Rows of all sizes, from single units to the largest that are accepted, on both sides of zero."""
    rng = random.Random(seed)
    for _ in range(count):
        most = 2 ** rng.randint(0, 48)
        w0, w1, bias, x0, x1, target = (rng.randint(-most, most) for _ in range(6))
        yield [w0, w1], bias, [x0, x1], target, rng.randint(1, ONE)


def floored_step(weights, bias, inputs, target, rate):
    """The reference with every division going down, in exact fractions: no rule of Python's or Vyper's enters."""
    error = sum(Fraction(w) * x for w, x in zip(weights, inputs, strict=True)) + (bias - target) * ONE
    changes = [(rate * error * x / ONE**3).__floor__() for x in inputs]
    return [w - c for w, c in zip(weights, changes, strict=True)], bias - (rate * error / ONE**2).__floor__()


def test_the_contract_equals_the_integer_reference_on_1000_random_inputs(neuron):
    rows = list(random_rows(1000))
    truncated = [neuron.functions.descend(*row).call() for row in rows]
    assert truncated == [list(integer_step(*row)) for row in rows]
    differs = sum(integer_step(*row) != floored_step(*row) for row in rows)
    assert differs > 300  # so that a contract which floors would have been found out


def test_the_shifting_variant_floors_on_1000_random_inputs(neuron):
    rows = list(random_rows(1000, seed=2))
    assert [neuron.functions.descend_floor(*row).call() for row in rows] == [list(floored_step(*row)) for row in rows]


def test_the_reference_truncates_the_exact_change_toward_zero():
    for weights, bias, inputs, target, rate in random_rows(1000, seed=3):
        error = sum(Fraction(w) * x for w, x in zip(weights, inputs, strict=True)) / ONE + bias - target
        new, new_bias = integer_step(weights, bias, inputs, target, rate)
        exact = [*(rate * error * x / ONE**2 for x in inputs), rate * error / ONE]
        found = [*map(operator.sub, weights, new), bias - new_bias]
        assert found == [int(change) for change in exact]  # int() of a fraction cuts toward zero


def test_rounding_down_drifts_by_half_a_unit_and_truncation_does_not():
    drift = {integer_step: Fraction(0), floored_step: Fraction(0)}
    rows = list(random_rows(1000, seed=4))
    for weights, bias, inputs, target, rate in rows:
        error = Fraction(sum(map(operator.mul, weights, inputs)), ONE) + bias - target
        for step in drift:
            drift[step] += step(weights, bias, inputs, target, rate)[1] - (bias - rate * error / ONE)
    assert abs(drift[integer_step]) / len(rows) < 0.1
    assert 0.4 < drift[floored_step] / len(rows) < 0.6


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("value", [2**48 + 1, -(2**48) - 1, 2**255 - 1, -(2**255)])
def test_numbers_out_of_range_are_refused_wherever_they_stand(neuron, place, value):
    a = [ONE] * 6
    a[place] = value
    for function in (neuron.functions.descend, neuron.functions.descend_floor):
        with pytest.raises(Exception, match=re.escape("number outside -2**48 .. 2**48")):
            function(a[:2], a[2], a[3:5], a[5], ONE).call()


def test_the_largest_numbers_do_not_overflow(neuron):
    most = 2**48
    for sign in (1, -1):
        row = [most, most], most, [most, sign * most], -most, ONE
        assert neuron.functions.descend(*row).call() == list(integer_step(*row))


@pytest.mark.parametrize("rate", [0, -1, ONE + 1])
def test_a_rate_outside_0_to_1_is_refused(chain, neuron, rate):
    with pytest.raises(Exception, match=re.escape("learning rate outside (0, 1]")):
        neuron.functions.descend([0, 0], 0, [ONE, ONE], ONE, rate).call()
    with pytest.raises(Reverted, match=re.escape("learning rate outside (0, 1]")):
        chain.deploy("gradient_step", rate)


def test_only_the_teacher_teaches(chain, neuron):
    with pytest.raises(Reverted, match="only the teacher"):
        chain.send(neuron.functions.learn([ONE, ONE], ONE), sender="bob")
    assert neuron.functions.bias().call() == 0


def test_taught_steps_are_those_of_the_reference_and_stand_in_the_log(chain, neuron):
    weights, bias, rng = [0, 0], 0, random.Random(5)
    for _ in range(10):
        inputs, target = [rng.randint(-ONE, ONE) for _ in range(2)], rng.randint(-9 * ONE, 9 * ONE)
        before = sum(map(operator.mul, weights, inputs)) + bias * ONE
        receipt = chain.send(neuron.functions.learn(inputs, target))
        (event,) = neuron.events.Learned().process_receipt(receipt)
        assert event.args.output == int(Fraction(before, ONE))
        assert (list(event.args.inputs), event.args.target) == (inputs, target)
        weights, bias = integer_step(weights, bias, inputs, target, ONE // 4)
        assert [neuron.functions.weights(i).call() for i in (0, 1)] == weights
        assert neuron.functions.bias().call() == bias
    assert neuron.functions.predict([ONE, -ONE]).call() == weights[0] - weights[1] + bias


def test_a_diverging_lesson_reverts_and_leaves_the_neuron_as_it_was(chain):
    with chain.snapshot():
        neuron = chain.deploy("gradient_step", ONE)
        with pytest.raises(Reverted, match="number outside"):
            for _ in range(10):  # each step makes the error about 10,000 times larger
                kept = neuron.functions.bias().call()
                chain.send(neuron.functions.learn([100 * ONE, 100 * ONE], ONE))
        assert neuron.functions.bias().call() == kept


def test_gas_of_a_taught_step(chain, neuron):
    first = chain.send(neuron.functions.learn([ONE, 2 * ONE], 21 * ONE))["gasUsed"]
    second = chain.send(neuron.functions.learn([ONE, -2 * ONE], 21 * ONE))["gasUsed"]
    data = bytes.fromhex(neuron.encode_abi("learn", [[ONE, -2 * ONE], 21 * ONE])[2:])
    known = 21_000 + sum(16 if byte else 4 for byte in data) + 3 * 5_000 + 2_100 + 750 + 8 * 128
    assert first - second > 3 * 17_100 - 1_000  # a slot's first value costs 22,100, its change 5,000
    assert 2_500 < second - known < 3_500  # the arithmetic, with all checks
    assert second < 44_500


def test_the_neuron_learns_the_price_of_data_from_receipts(capsys):
    names = run_cells("def toward_zero", "descend(*row)", "steps = [", random=random)
    assert names["equal"] == 1000
    assert round(10 * names["w0"], 2) == 10.00 and round(10 * names["w1"], 2) == 40.00
    assert round(1000 * names["rest"]) == 21_000
    assert len(names["steps"]) == 160


def test_whoever_always_says_bot_is_as_good_as_one_neuron(capsys):
    names = run_cells("class Value", "def backward", "rhythm_accounts()", "def make_layer", random=random)
    assert names["new_labels"].count(-1) / len(names["new_labels"]) == pytest.approx(2 / 3)
    assert names["new_accounts"] != names["accounts"]
    assert names["train"]([names["make_layer"](2, 1, random.Random(0))]) <= 2 / 3


def test_the_race_turns_when_each_is_tuned(capsys):
    surfaces = {"RAVINE": RAVINE, "TURNED_RAVINE": TURNED_RAVINE, "SADDLE": SADDLE}
    names = run_cells("import fastest", OPTIMISERS=OPTIMISERS, **surfaces)
    best = {
        s.name: {n: fastest(s, n, names["rates"], names["memories"]) for n in OPTIMISERS} for s in surfaces.values()
    }
    assert best["ravine"]["momentum"] < best["ravine"]["Adam"] < best["ravine"]["gradient descent"] == 185
    assert best["turned ravine"]["momentum"] == best["ravine"]["momentum"] < best["turned ravine"]["Adam"]
    assert best["saddle"]["gradient descent"] - best["saddle"]["momentum"] <= 3 < best["saddle"]["Adam"] / 2 - 3
