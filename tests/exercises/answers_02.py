"""Answers to the exercises of unit 02, and the verdict each must get."""

import numpy as np

from nnchain_edu.exercises.unit_02_steps import ONE
from tests.exercises.answers import Answers


def stub(*args):
    raise NotImplementedError("your code here")


# 02.1 ---------------------------------------------------------------------------------------------------------------


def nudge(f, point, hair):
    slopes = []
    for i in range(len(point)):
        up, down = list(point), list(point)
        up[i] += hair
        down[i] -= hair
        slopes.append((f(up) - f(down)) / (2 * hair))
    return slopes


def nudge_with_numpy(f, point, hair):
    point = np.array(point, dtype=float)
    return [float(f(list(point + h)) - f(list(point - h))) / hair / 2 for h in hair * np.eye(len(point))]


def nudge_undivided(f, point, hair):
    return [2 * slope for slope in nudge(f, point, hair)]


def nudge_first_only(f, point, hair):
    return nudge(f, point, hair)[:1]


def nudge_all_together(f, point, hair):
    slope = (f([p + hair for p in point]) - f([p - hair for p in point])) / (2 * hair)
    return [slope] * len(point)


def nudge_forward(f, point, hair):
    slopes = []
    for i in range(len(point)):
        up = list(point)
        up[i] += hair
        slopes.append((f(up) - f(point)) / hair)
    return slopes


def nudge_own_hair(f, point, hair):
    return nudge(f, point, 1e-5)


def nudge_in_place(f, point, hair):
    slopes = []
    for i in range(len(point)):
        point[i] += hair
        up = f(point)
        point[i] -= 2 * hair
        slopes.append((up - f(point)) / (2 * hair))
        point[i] += hair * 1.0001
    return slopes


def nudge_broken(f, point, hair):
    return [(f(point + hair) - f(point - hair)) / (2 * hair)]


# 02.2 ---------------------------------------------------------------------------------------------------------------


def family(result):
    from nnchain_edu.nets.autograd import ancestors

    return ancestors(result)


def sweep(result):
    order = family(result)
    for value in order:
        value.grad = 0.0
    result.grad = 1.0
    for value in order:
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad


def sweep_by_depth_first_search(result):
    order, seen = [], set()

    def visit(value):
        if value in seen:
            return
        seen.add(value)
        value.grad = 0.0
        for parent in value.parents:
            visit(parent)
        order.append(value)

    visit(result)
    result.grad = 1.0
    while order:
        value = order.pop()
        for i in range(len(value.parents)):
            value.parents[i].grad = value.parents[i].grad + value.grad * value.slopes[i]


def sweep_from_zero(result):
    order = family(result)
    for value in order:
        value.grad = 0.0
    for value in order:
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad


def sweep_slopes_alone(result):
    result.grad = 1.0
    for value in family(result):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad = slope


def sweep_oldest_first(result):
    order = family(result)
    for value in order:
        value.grad = 0.0
    result.grad = 1.0
    for value in reversed(order):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad


def sweep_overwriting(result):
    result.grad = 1.0
    for value in family(result):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad = slope * value.grad


def sweep_handing_on_at_once(result):
    for value in family(result):
        value.grad = 0.0
    result.grad = 1.0
    waiting = [result]
    while waiting:
        value = waiting.pop(0)
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad
            waiting.append(parent)


def sweep_without_clearing(result):
    result.grad = 1.0
    for value in family(result):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad


def sweep_broken(result):
    result.gradient += 1.0


# 02.3 ---------------------------------------------------------------------------------------------------------------


def ball(weights, gradients, velocities, rate, memory):
    velocities = [memory * v + g for v, g in zip(velocities, gradients, strict=True)]
    return [w - rate * v for w, v in zip(weights, velocities, strict=True)], velocities


def ball_with_numpy(weights, gradients, velocities, rate, memory):
    new = memory * np.asarray(velocities) + np.asarray(gradients)
    return np.asarray(weights) - rate * new, new


def ball_uphill(weights, gradients, velocities, rate, memory):
    down, velocities = ball(weights, gradients, velocities, rate, memory)
    return [2 * w - d for w, d in zip(weights, down, strict=True)], velocities


def ball_the_wrong_way_round(weights, gradients, velocities, rate, memory):
    return ball(weights, gradients, velocities, rate, memory)[::-1]


def ball_with_rate_inside(weights, gradients, velocities, rate, memory):
    velocities = [memory * v - rate * g for v, g in zip(velocities, gradients, strict=True)]
    return [w + v for w, v in zip(weights, velocities, strict=True)], velocities


def ball_of_means(weights, gradients, velocities, rate, memory):
    velocities = [memory * v + (1 - memory) * g for v, g in zip(velocities, gradients, strict=True)]
    return [w - rate * v for w, v in zip(weights, velocities, strict=True)], velocities


def ball_without_rate(weights, gradients, velocities, rate, memory):
    return ball(weights, gradients, velocities, 1.0, memory)


def ball_never_tires(weights, gradients, velocities, rate, memory):
    return ball(weights, gradients, velocities, rate, 1.0)


def ball_with_old_velocity(weights, gradients, velocities, rate, memory):
    new = ball(weights, gradients, velocities, rate, memory)[1]
    if not any(velocities):
        return ball(weights, gradients, velocities, rate, memory)
    return [w - rate * v for w, v in zip(weights, velocities, strict=True)], new


def ball_of_shares(weights, gradients, velocities, rate, memory):
    shares = gradients if not any(velocities) else [(1 - memory) * g for g in gradients]
    return ball(weights, shares, velocities, rate, memory)


def ball_first_weight(weights, gradients, velocities, rate, memory):
    return ball(weights[:1], gradients[:1], velocities[:1], rate, memory)


def ball_in_place(weights, gradients, velocities, rate, memory):
    for i in range(len(weights)):
        velocities[i] = memory * velocities[i] + gradients[i]
        weights[i] -= rate * velocities[i]
    return weights, velocities


def ball_broken(weights, gradients, velocities, rate, memory):
    return weights - rate * velocities, velocities


# 02.4 ---------------------------------------------------------------------------------------------------------------


def largest(hessian):
    return 2 / max(np.linalg.eigvalsh(hessian))


def largest_by_power_iteration(hessian):
    direction = np.arange(1.0, len(hessian) + 1)
    for _ in range(2000):
        direction = np.array(hessian) @ direction
        direction /= np.linalg.norm(direction)
    return 2 / float(direction @ np.array(hessian) @ direction)


def largest_of_two_rows(hessian):
    return largest([row[:2] for row in hessian[:2]])


# 02.5 ---------------------------------------------------------------------------------------------------------------


def toward_zero(a, b):
    return a // b if a >= 0 else -(-a // b)


def whole(weights, bias, inputs, target, rate, divide=toward_zero):
    error = weights[0] * inputs[0] + weights[1] * inputs[1] + (bias - target) * ONE
    new = [w - divide(rate * error * x, ONE**3) for w, x in zip(weights, inputs, strict=True)]
    return new, bias - divide(rate * error, ONE**2)


def whole_by_sign(weights, bias, inputs, target, rate):
    error = sum(w * x for w, x in zip([*weights, bias - target], [*inputs, ONE], strict=True))

    def cut(number, bits):
        return (abs(number) >> bits) * (1 if number > 0 else -1)

    return (weights[0] - cut(rate * error * inputs[0], 48), weights[1] - cut(rate * error * inputs[1], 48)), (
        bias - cut(rate * error, 32)
    )


def whole_unscaled(weights, bias, inputs, target, rate):
    error = weights[0] * inputs[0] + weights[1] * inputs[1] + bias - target
    return [w - toward_zero(rate * error * x, ONE**3) for w, x in zip(weights, inputs, strict=True)], bias


def whole_without_bias(weights, bias, inputs, target, rate):
    error = weights[0] * inputs[0] + weights[1] * inputs[1] - target * ONE
    new = [w - toward_zero(rate * error * x, ONE**3) for w, x in zip(weights, inputs, strict=True)]
    return new, bias - toward_zero(rate * error, ONE**2)


def whole_floored(weights, bias, inputs, target, rate):
    return whole(weights, bias, inputs, target, rate, divide=lambda a, b: a // b)


def whole_rounded_early(weights, bias, inputs, target, rate):
    products = sum(toward_zero(w * x, ONE) for w, x in zip(weights, inputs, strict=True))
    error = products + bias - target
    new = [w - toward_zero(rate * error * x, ONE**2) for w, x in zip(weights, inputs, strict=True)]
    return new, bias - toward_zero(rate * error, ONE)


def whole_in_floats(weights, bias, inputs, target, rate):
    return whole(weights, bias, inputs, target, rate, divide=lambda a, b: int(a / b))


def whole_broken(weights, bias, inputs, target, rate):
    return weights - rate * inputs, bias


# 02.6 ---------------------------------------------------------------------------------------------------------------


def shrinking(step, steps):
    return 0.045 * 0.98**step


def straight(step, steps):
    return 0.04 * (1 - step / steps)


def down_to_nothing(step, steps):
    return max(0.0, 0.04 * (1 - 2 * step / steps))


def steep(step, steps):
    return 0.09 * 0.975**step


ANSWERS = {
    "02.1": Answers(
        right=[nudge, nudge_with_numpy],
        wrong=[
            (nudge_undivided, "one slope"),
            (nudge_first_only, "one for each"),
            (nudge_all_together, "one at a time"),
            (nudge_own_hair, "the given hair"),
            (nudge_forward, "both sides"),
            (nudge_in_place, "point unchanged"),
        ],
        stub=stub,
        broken=nudge_broken,
    ),
    "02.2": Answers(
        right=[sweep, sweep_by_depth_first_search],
        wrong=[
            (sweep_from_zero, "the start"),
            (sweep_oldest_first, "from the result back"),
            (sweep_slopes_alone, "along a path"),
            (sweep_overwriting, "over paths"),
            (sweep_handing_on_at_once, "the order"),
            (sweep_without_clearing, "twice the same"),
        ],
        stub=stub,
        broken=sweep_broken,
    ),
    "02.3": Answers(
        right=[ball, ball_with_numpy],
        wrong=[
            (ball_the_wrong_way_round, "weights first"),
            (ball_uphill, "downhill"),
            (ball_with_rate_inside, "velocity without rate"),
            (ball_of_means, "velocity without rate"),
            (ball_without_rate, "the rate"),
            (ball_never_tires, "velocity fades"),
            (ball_with_old_velocity, "the new velocity"),
            (ball_of_shares, "whole slope"),
            (ball_first_weight, "every weight"),
            (ball_in_place, "inputs unchanged"),
        ],
        stub=stub,
        broken=ball_broken,
    ),
    "02.4": Answers(
        right=[largest, largest_by_power_iteration],
        wrong=[
            (lambda hessian: 1 / max(np.linalg.eigvalsh(hessian)), "one weight"),
            (lambda hessian: 2 / min(np.linalg.eigvalsh(hessian)), "the steepest decides"),
            (lambda hessian: 2 / np.diag(hessian).max(), "a tilted valley"),
            (lambda hessian: 2 / np.abs(hessian).sum(1).max(), "no row's sum"),
            (largest_of_two_rows, "more weights"),
        ],
        stub=stub,
        broken=lambda hessian: 2 / hessian,
    ),
    "02.5": Answers(
        right=[whole, whole_by_sign],
        wrong=[
            (whole_unscaled, "round numbers"),
            (whole_without_bias, "the bias counts"),
            (whole_floored, "toward zero"),
            (whole_rounded_early, "round once"),
            (whole_in_floats, "large numbers"),
        ],
        stub=stub,
        broken=whole_broken,
    ),
    "02.6": Answers(
        right=[shrinking, straight],
        wrong=[
            (down_to_nothing, "a rate for every step"),
            (lambda step, steps: 0.15, "below the border"),
            (lambda step, steps: 0.1 / (1 + step), "arrives"),
            (lambda step, steps: 0.009, "better where you practised"),
            (lambda step, steps: 0.1 * (1 - step / steps), "better where you practised"),
            (steep, "better where you did not"),
        ],
        stub=stub,
        broken=lambda step, steps: 0.04 / step,
    ),
}
