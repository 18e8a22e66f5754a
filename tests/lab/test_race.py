"""Surfaces and races: gradients, known optimisers, the border 2 / λmax, divergence as a result."""

import numpy as np
import pytest
import torch

from nnchain_edu.lab.figures import figure
from nnchain_edu.lab.race import OPTIMISERS, fastest, race
from nnchain_edu.lab.surfaces import BANANA, PRACTICE, RAVINE, SADDLE, SURFACES, TURNED_RAVINE, TWO_VALLEYS, quadratic

ALL = [*SURFACES.values(), PRACTICE]


@pytest.mark.parametrize("surface", ALL, ids=lambda s: s.name)
def test_gradients_agree_with_torch_and_vanish_at_the_minima(surface):
    left, right, bottom, top = surface.window
    for x0 in np.linspace(left, right, 7):
        for y0 in np.linspace(bottom, top, 7):
            x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x0, y0))
            surface.height(x, y).backward()
            assert surface.gradient(x0, y0) == pytest.approx((x.grad.item(), y.grad.item()), abs=1e-9)
            assert surface.above_minimum(x0, y0) >= -1e-12
    for minimum in surface.minima:
        assert surface.gradient(*minimum) == pytest.approx((0, 0), abs=1e-9)
        assert surface.above_minimum(*minimum) == pytest.approx(0, abs=1e-12)
    assert surface.inside(*surface.start)


def test_a_surface_is_drawn_with_its_minima():
    _, axes = figure()
    SADDLE.draw(axes)
    stars = [line for line in axes.lines if line.get_marker() == "*"]
    assert [tuple(point) for point in stars[0].get_xydata()] == [(0, 1), (0, -1)]
    assert axes.get_xlabel() and axes.get_ylabel()


@pytest.mark.parametrize("curvature", [0, -1, float("nan")])
def test_a_valley_needs_curvatures_above_0(curvature):
    with pytest.raises(ValueError, match="curvatures"):
        quadratic("flat", curvature, 1.0)


TORCH = {
    "gradient descent": lambda p, rate: torch.optim.SGD(p, lr=rate),
    "momentum": lambda p, rate: torch.optim.SGD(p, lr=rate, momentum=0.9),
    "Adam": lambda p, rate: torch.optim.Adam(p, lr=rate),
}


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("surface", [RAVINE, TWO_VALLEYS], ids=lambda s: s.name)
def test_paths_equal_torchs_optimisers(surface, optimiser):
    x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in surface.start)
    theirs = TORCH[optimiser]([x, y], 0.03)
    run = race(surface, optimiser, 0.03, steps=100)
    for place in run.path[1:]:
        theirs.zero_grad()
        surface.height(x, y).backward()
        theirs.step()
        assert place == pytest.approx((x.item(), y.item()), abs=1e-7)


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_momentum_is_stable_up_to_2_times_1_plus_memory_by_lambda_max(memory):
    border = (1 + memory) * RAVINE.largest_step
    assert race(RAVINE, "momentum", 0.98 * border, memory, 5000).steps_to(1e-3) is not None
    assert race(RAVINE, "momentum", 1.02 * border, memory, 5000).diverged_at is not None


def test_plain_descent_diverges_just_above_2_by_lambda_max_and_not_below():
    assert RAVINE.largest_step == 0.05
    assert race(RAVINE, "gradient descent", 0.0499, steps=3000).steps_to(1e-3) is not None
    assert race(RAVINE, "gradient descent", 0.0501, steps=3000).diverged_at is not None
    at_border = race(RAVINE, "gradient descent", 0.05, steps=3000)
    assert at_border.diverged_at is None and at_border.steps_to(1e-3) is None


def test_a_diverging_run_ends_before_infinity_and_says_when():
    run = race(RAVINE, "gradient descent", 1.2, steps=300)
    assert run.diverged_at == len(run.path) < 300
    assert np.isfinite(run.heights).all()
    assert run.steps_to(1e9) is None


def test_arrival_means_to_stay():
    run = race(RAVINE, "momentum", 0.045, steps=250)
    arrived = run.steps_to(1e-3)
    assert run.heights[arrived - 1] > 1e-3 and max(run.heights[arrived:]) <= 1e-3
    first_below = next(k for k, height in enumerate(run.heights) if height <= 1e-3)
    assert first_below < arrived  # it swings through the goal before it stays


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"optimiser": "Newton"}, "optimiser: 'Newton'"),
        ({"rate": 0}, "rate: 0"),
        ({"rate": float("nan")}, "rate: nan"),
        ({"rate": float("inf")}, "rate: inf"),
        ({"memory": 1.0}, "memory: 1.0"),
        ({"memory": -0.1}, "memory: -0.1"),
        ({"steps": 0}, "steps: 0"),
        ({"steps": 2.5}, "steps: 2.5"),
        ({"steps": True}, "steps: True"),
    ],
)
def test_settings_outside_their_range_are_named(settings, named):
    with pytest.raises(ValueError, match=named):
        race(RAVINE, **{"optimiser": "Adam", "rate": 0.1, **settings})


def test_turning_a_ravine_changes_nothing_for_descent_and_momentum_but_takes_adams_gift():
    for name in OPTIMISERS:
        straight, turned = (race(surface, name, 0.045, steps=250) for surface in (RAVINE, TURNED_RAVINE))
        same = turned.heights == pytest.approx(straight.heights, abs=1e-9)
        assert same == (name != "Adam")
    assert straight.steps_to(0.001) == 85 and turned.steps_to(0.001) is None


def test_the_fastest_is_the_best_of_the_settings_tried_and_none_where_nobody_arrives():
    rates = (0.01, 0.045, 0.06)
    tried = [race(RAVINE, "gradient descent", rate, steps=250).steps_to(0.001) for rate in rates]
    assert fastest(RAVINE, "gradient descent", rates) == 185 == min(steps for steps in tried if steps is not None)
    both = [race(RAVINE, "momentum", 0.045, memory, 250).steps_to(0.001) for memory in (0.7, 0.9)]
    assert fastest(RAVINE, "momentum", [0.045], (0.7, 0.9)) == min(both) != max(both)
    assert fastest(RAVINE, "gradient descent", [0.06]) is None


def test_on_the_banana_plain_descent_arrives_at_no_rate_of_the_bench_and_the_others_do():
    rates = [k / 200 for k in range(1, 241)]
    assert fastest(BANANA, "gradient descent", rates, steps=300) is None
    assert fastest(BANANA, "momentum", rates, steps=300) is not None and fastest(BANANA, "Adam", rates, steps=300)
