"""Unit 02, continued: how large a step may be, a step in whole numbers, and the challenge of a schedule of steps."""

import math
import random
from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.kinds import Miss, returns, same

ONE = 2**16  # the fixed-point 1.0 of the contract gradient_step

# 02.4 The largest step ----------------------------------------------------------------------------------------------

LARGEST = Exercise(
    "02.4",
    "Predict the largest learning rate that does not explode",
    "predict the largest step that does not explode",
    [
        Case(
            "one weight",
            returns(0.5, [[4.0]], tolerance=1e-9),
            "With one weight of curvature 4 the factor of a step is 1 - rate * 4; it reaches -1 at rate 2/4.",
        ),
        Case(
            "the steepest decides",
            returns(0.1, [[1.0, 0.0], [0.0, 20.0]], tolerance=1e-9),
            "With several directions the steepest one, the largest λ, explodes first.",
        ),
        Case(
            "a tilted valley",
            returns(0.5, [[3.0, 1.0], [1.0, 3.0]], tolerance=1e-9),
            "In a tilted valley the steepest direction lies between the axes: its curvature is the largest eigenvalue, "
            "not a number on the diagonal.",
        ),
        Case(
            "no row's sum",
            returns(1 / 3, [[2.0, 2.0], [2.0, 5.0]], tolerance=1e-9),
            "The largest eigenvalue is not the largest sum of a row; the two agree only where all rows sum alike. "
            "Here the eigenvalues are 1 and 6.",
        ),
        Case(
            "more weights",
            returns(2 / 9, [[4.0, 0.0, 0.0], [0.0, 5.0, 4.0], [0.0, 4.0, 5.0]], tolerance=1e-9),
            "The Hessian may have any number of rows: here three.",
        ),
    ],
    [
        "You need the eigenvalues of the Hessian; numpy finds those of a symmetric table.",
        "np.linalg.eigvalsh(hessian) gives all eigenvalues, the smallest first.",
    ],
    "The ratio of the largest to the smallest eigenvalue is the condition number: plain gradient descent needs steps "
    "in proportion to it, however well the rate is chosen.",
    kind="function",
    needs=("numpy",),
)

# 02.5 A step in integers --------------------------------------------------------------------------------------------


def _toward_zero(a: int, b: int) -> int:
    return a // b if a >= 0 else -(-a // b)


def integer_step(weights: list[int], bias: int, inputs: list[int], target: int, rate: int) -> tuple[list[int], int]:
    """The reference: one step of gradient descent in units of 2**-16, rounded once and toward zero."""
    error = sum(w * x for w, x in zip(weights, inputs, strict=True)) + (bias - target) * ONE
    new = [w - _toward_zero(rate * error * x, ONE**3) for w, x in zip(weights, inputs, strict=True)]
    return new, bias - _toward_zero(rate * error, ONE**2)


def _equal_on(*rows: tuple) -> Callable[[Any], Any]:
    def test(step: Any) -> bool | Miss:
        for weights, bias, inputs, target, rate in rows:
            expected = integer_step(weights, bias, inputs, target, rate)
            given = step(list(weights), bias, list(inputs), target, rate)
            if not (result := same(given, expected)):
                return result
        return True

    return test


def _random_rows(count: int, bits: int, seed: int) -> list[tuple]:
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        w0, w1, bias, x0, x1, target = (rng.randint(-(2**bits), 2**bits) for _ in range(6))
        rows.append(([w0, w1], bias, [x0, x1], target, rng.randint(1, ONE)))
    return rows


INTEGER = Exercise(
    "02.5",
    "Carry out a step of gradient descent in whole numbers, exactly as the contract does",
    "carry out a learning step in whole numbers, exactly as a contract does",
    [
        Case(
            "round numbers",
            _equal_on(([0, 0], 0, [ONE, 2 * ONE], 4 * ONE, ONE // 4)),
            "Inputs 1 and 2, target 4, rate 1/4, all weights 0: the error is -4, the new weights are 1 and 2 and the "
            "new bias is 1, in units of 1/ONE. A product of two numbers in units is in units of 1/ONE².",
        ),
        Case(
            "the bias counts",
            _equal_on(([ONE, 0], 3 * ONE, [2 * ONE, ONE], ONE, ONE // 2)),
            "The output is w0 · x0 + w1 · x1 + bias. Before the bias and the target meet the products, "
            "multiply them by ONE.",
        ),
        Case(
            "toward zero",
            _equal_on(([0, 0], 0, [3, -5], 7, ONE // 3), ([5, 5], 9, [ONE, ONE], 7, 1), ([0, 0], 0, [ONE, 0], 7, 1)),
            "A change that is no whole number is cut toward zero by the EVM. Python's // goes down, which differs "
            "for negative numbers.",
        ),
        Case(
            "round once",
            _equal_on(*_random_rows(100, 18, 0)),
            "Something is lost on the way: multiply everything first, divide once, at the very end, by ONE**3 for a "
            "weight and by ONE**2 for the bias.",
        ),
        Case(
            "large numbers",
            _equal_on(*_random_rows(100, 48, 1)),
            "Above 2**53 a division with / loses digits, since it makes a float. Stay with whole numbers: //.",
        ),
    ],
    [
        "Compute error = w0*x0 + w1*x1 + (bias - target) * ONE: it is in units of 1/ONE². Multiply by rate and input, "
        "then divide.",
        "For the division write a function: for a >= 0 it is a // b; for a < 0 it is minus (-a // b).",
    ],
    "Equal to the last unit, as the contract on the chain. Whoever recomputes your step gets the same weights: "
    "on a ledger that is what makes learning checkable.",
    kind="function",
)

# 02.6 Challenge: a schedule -----------------------------------------------------------------------------------------

STEPS = 200


def given_schedule(step: int, steps: int) -> float:
    """The schedule to beat: always the same rate."""
    return 0.02


def _unseen() -> Any:
    from nnchain_edu.lab.surfaces import quadratic

    return quadratic("unseen", 1.5, 36.0, start=(2.0, -1.2))


def _beats(surface: Callable[[], Any], seeds: range, share: float) -> Callable[[Any], Any]:
    def test(schedule: Any) -> bool | Miss:
        from nnchain_edu.lab.noisy_descent import mean_end

        yours, theirs = (mean_end(s, surface(), STEPS, seeds) for s in (schedule, given_schedule))
        return yours <= share * theirs or Miss(
            ("Your rate at the first, middle and last step", _rates(schedule)),
            ("Mean height at the end, yours", "it diverged" if math.isinf(yours) else f"{yours:.3f}"),
            ("The given schedule's", f"{theirs:.3f}"),
            ("Needed", f"{share * theirs:.3f} or less"),
        )

    return test


def _rates(schedule: Any) -> str:
    return ", ".join(f"{schedule(step, STEPS):.4g}" for step in (0, STEPS // 2, STEPS - 1))


def _without_noise(schedule: Any) -> float:
    """Height at the end of a walk on the practice surface that sees the true gradient."""
    surface = _practice()
    x, y = surface.start
    for step in range(STEPS):
        slope_x, slope_y = surface.gradient(x, y)
        rate = schedule(step, STEPS)
        x, y = x - rate * slope_x, y - rate * slope_y
    return surface.above_minimum(x, y)


def _stays(schedule: Any) -> bool | Miss:
    end = _without_noise(schedule)
    return end < 100 or Miss(("Your rate at the first, middle and last step", _rates(schedule)))


def _arrives(schedule: Any) -> bool | Miss:
    """Noise only adds height on average, so who does not arrive without it cannot pass with it."""
    from nnchain_edu.lab.noisy_descent import mean_end

    end, needed = _without_noise(schedule), 0.5 * mean_end(given_schedule, _practice(), STEPS)
    return end <= needed or Miss(
        ("Your rate at the first, middle and last step", _rates(schedule)),
        ("Height at the end, without noise", f"{end:.3f}"),
        ("Needed", f"{needed:.3f} or less"),
    )


def _practice() -> Any:
    from nnchain_edu.lab.surfaces import PRACTICE

    return PRACTICE


def _is_rate(schedule: Any) -> bool | Miss:
    for step in range(STEPS):
        rate = schedule(step, STEPS)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < math.inf:
            return Miss(("Step", str(step)))
    return True


SCHEDULE = Exercise(
    "02.6",
    "Challenge: write a learning-rate schedule that beats a constant rate on a surface you have not seen",
    "predict the largest step that does not explode",
    [
        Case(
            "a rate for every step",
            _is_rate,
            "A schedule returns a finite number above 0 for every step from 0 to steps - 1.",
        ),
        Case(
            "below the border",
            _stays,
            "The walk flies away where you practised: the rate is too large for too long. There the border 2/λmax "
            "is 0.1.",
        ),
        Case(
            "arrives",
            _arrives,
            "Even without noise your walk does not arrive: the rate falls too early.",
        ),
        Case(
            "better where you practised",
            _beats(_practice, range(20), 0.5),
            "On the practice surface the walks must end, on average, at most half as high as with rate 0.02. Yours "
            "arrives, but then it shakes too much: make the late steps smaller.",
        ),
        Case(
            "better where you did not",
            _beats(_unseen, range(100, 120), 0.4),
            "On the unseen surface it must come to 40 % of the given one's height. That surface may be up to twice as "
            "steep as the practice one, so the border may lie at half of 0.1: begin below that.",
        ),
    ],
    [
        "A constant rate must be large to arrive and small to rest. A schedule may be both, one after the other.",
        "Begin with a rate well below 2/40, since the unseen surface is up to twice as steep, and let it shrink: by a "
        "small share at each step, or in a straight line, or as 1 / (1 + step / 20).",
    ],
    "Where you practised no constant rate can do this, and it held where you could not tune it. Nearly every large "
    "network is trained with a schedule.",
    kind="function",
    seconds=10.0,
    needs=("numpy",),
)
