"""The animation of one multiplication: exact where the bound holds, and wrong in the way it says where not."""

import itertools
import random
import time

import pytest

from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.lane_product import BRIGHTEST, EXAMPLES, LANES, LAST, Example, LaneProduct, multiply
from tests.lab.driving import drive


def test_it_survives_every_control():
    drive(LaneProduct, same=("absorb",))  # it counts from the step on at which the half lane is added
    state = LaneProduct()
    state.set(shown=LAST)
    with_half = state.text()
    state.set(absorb=False)
    assert state.text() != with_half


@pytest.mark.parametrize("shown", range(LAST + 1))
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_step_of_every_example_is_drawn_and_told(example, shown):
    state = LaneProduct()
    state.set(example=example, shown=shown)
    assert state.text().endswith(".") and paint(state).axes[0].patches


def test_the_bound_is_a_proof():
    source = random.Random(5)
    tried = {True: 0, False: 0}
    for bits in range(6, 13):
        for _ in range(200):
            inputs = tuple(source.choice((0, BRIGHTEST, source.randrange(16))) for _ in range(LANES))
            example = Example(inputs, tuple(source.randrange(-40, 41) for _ in range(LANES)))
            product = multiply(example, bits)
            proven = product.reach < 2 ** (bits - 1)
            tried[proven] += 1
            assert not proven or product.top == product.dot
    assert min(tried.values()) > 200


def test_partial_products_add_up_to_the_word():
    for example, bits in itertools.product(EXAMPLES.values(), (8, 11)):
        product = multiply(example, bits)
        whole = sum(each << bits * lane for row in product.partial for lane, each in row.items())
        assert whole == sum(each << bits * lane for lane, each in enumerate(product.sums))
        read = sum(each << bits * lane for lane, each in enumerate(product.read))
        assert product.sums[LANES - 1] == product.dot
        assert all(-(2 ** (bits - 1)) <= each < 2 ** (bits - 1) for each in product.read)
        borrowed = sum((product.read[lane] < 0) << bits * (lane + 1) for lane in range(LANES - 1))
        assert (whole - read - borrowed) % 2 ** (LANES * bits) == 0


def test_a_borrow_makes_the_top_lane_one_too_small_until_half_a_lane_is_added():
    state = LaneProduct()
    state.set(example="a borrow from below", absorb=False, lane_bits=9, shown=LAST)
    assert "gives 42, but the dot product is 43" in state.text()
    state.set(absorb=True)
    assert "gives 43, which is the dot product. The bound 240 < 256 holds" in state.text()


def test_large_weights_spill_out_of_narrow_lanes_and_the_bound_says_so():
    state = LaneProduct()
    state.set(example="large weights", lane_bits=10, shown=LAST)
    assert "but the dot product is 854. The bound 900 < 512 FAILS" in state.text()
    state.set(lane_bits=11)
    assert "gives 854, which is the dot product. The bound 900 < 1024 holds" in state.text()


def test_it_plays_to_the_end_and_stops_when_told(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    state = LaneProduct()
    seen = [(step.fraction, state.shown) for step in state.steps()]
    assert seen[0][1] == 0 and seen[-1] == (1.0, LAST)
    assert [shown for _, shown in seen] == sorted(shown for _, shown in seen)


def test_the_bench_asks_first_and_compares_at_the_last_step():
    bench = Bench(LaneProduct())
    assert "11" not in bench.view["line"] and bench.state.shown == 0
    bench.act("predict", value="9")
    bench.act("set", values={"shown": 3})
    assert "go to the last step" in bench.view["comparison"]
    bench.act("set", values={"shown": LAST})
    assert "out of the top lane comes 11" in bench.view["comparison"]
