"""The table of answers for unit 08: each check accepts two right answers and refuses each misconception by its case."""

import numpy as np
from eth_abi import encode
from eth_utils import keccak

from tests.exercises.answers import Answers


def unwritten(*arguments):
    raise NotImplementedError("your code here")


# --- 08.1 ---------------------------------------------------------------------------------------------


def fedavg_step(weights, updates, sizes):
    total = sum(n * update for n, update in zip(sizes, updates, strict=True))
    return weights + total / sum(sizes)


def step_by_numpy(weights, updates, sizes):
    return weights + np.average(updates, axis=0, weights=sizes)


def only_average(weights, updates, sizes):
    return np.average(updates, axis=0, weights=sizes)


def only_sum(weights, updates, sizes):
    return weights + sum(n * update for n, update in zip(sizes, updates, strict=True))


def unweighted(weights, updates, sizes):
    return weights + np.mean(updates, axis=0)


def by_clients(weights, updates, sizes):
    return weights + sum(n * update for n, update in zip(sizes, updates, strict=True)) / len(sizes)


def in_place(weights, updates, sizes):
    weights += np.average(updates, axis=0, weights=sizes)
    return weights


def two_clients(weights, updates, sizes):
    share = sizes[0] / sum(sizes)
    return weights + share * updates[0] + (1 - share) * updates[1]


def scales_in_place(weights, updates, sizes):
    for update, n in zip(updates, sizes, strict=True):
        update *= n
    return weights + sum(updates) / sum(sizes)


def broken_step(weights, updates, sizes):
    return weights + updates["alice"]


# --- 08.2 ---------------------------------------------------------------------------------------------


def trimmed_mean(updates, hostile):
    ordered = np.sort(updates, axis=0)
    return ordered[hostile : len(updates) - hostile].mean(axis=0)


def trimmed_by_lists(updates, hostile):
    columns = [sorted(column)[hostile : len(updates) - hostile] for column in zip(*updates.tolist(), strict=True)]
    return [sum(column) / len(column) for column in columns]


def one_end(updates, hostile):
    return np.sort(updates, axis=0)[: len(updates) - hostile].mean(axis=0)


def always_one(updates, hostile):
    ordered = np.sort(updates, axis=0)
    return (ordered[1:-1] if hostile else ordered).mean(axis=0)


def always_median(updates, hostile):
    return np.median(updates, axis=0)


def minus_zero(updates, hostile):
    return np.nan_to_num(np.sort(updates, axis=0)[hostile:-hostile].sum(axis=0) / max(len(updates) - 2 * hostile, 1))


def sorts_in_place(updates, hostile):
    updates.sort(axis=0)
    return updates[hostile : len(updates) - hostile].mean(axis=0)


def broken_trim(updates, hostile):
    return updates.sorted()[hostile]


# --- 08.3 ---------------------------------------------------------------------------------------------


def _krum(updates, hostile, power=2, first=1, more=0):
    distances = np.sort(np.linalg.norm(updates[:, None] - updates[None], axis=2), axis=1)
    return (distances[:, first : first + len(updates) - hostile - 2 + more] ** power).sum(axis=1)


def krum_scores(updates, hostile):
    differences = updates[:, None] - updates[None]
    squared = np.sort((differences**2).sum(axis=2), axis=1)
    return squared[:, 1 : len(updates) - hostile - 1].sum(axis=1)


def krum_by_lists(updates, hostile):
    scores = []
    for i, mine in enumerate(updates):
        others = sorted(float(((mine - other) ** 2).sum()) for j, other in enumerate(updates) if j != i)
        scores.append(sum(others[: len(updates) - hostile - 2]))
    return scores


def not_squared(updates, hostile):
    return _krum(updates, hostile, power=1)


def with_itself(updates, hostile):
    return _krum(updates, hostile, first=0)


def one_more(updates, hostile):
    return _krum(updates, hostile, more=1)


def all_others(updates, hostile):
    return _krum(updates, hostile, more=len(updates))


def first_weight(updates, hostile):
    return _krum(updates[:, :1], hostile)


def without_equals(updates, hostile):
    scores = []
    for mine in updates:
        others = sorted(d for d in ((mine - updates) ** 2).sum(axis=1) if d > 0)
        scores.append(sum(others[: len(updates) - hostile - 2]))
    return scores


def always_one_hostile(updates, hostile):
    return _krum(updates, 1)


def broken_krum(updates, hostile):
    return updates.distances()


# --- 08.4 ---------------------------------------------------------------------------------------------

TYPES = ["uint256[]", "bytes32", "address", "uint256", "address", "uint256"]


def seal(words, salt, sender, number, contract, chain_id):
    types = ["uint256[]", "bytes32", "address", "uint256", "address", "uint256"]
    return keccak(encode(types, [words, salt, sender, number, contract, chain_id]))


def seal_by_hand(words, salt, sender, number, contract, chain_id):
    parts = [6 * 32, int.from_bytes(salt), int(sender, 16), number, int(contract, 16), chain_id, len(words), *words]
    return keccak(b"".join(part.to_bytes(32) for part in parts))


def without(place):
    def sealed(*arguments):
        kept = [i for i in range(6) if i != place]
        return keccak(encode([TYPES[i] for i in kept], [arguments[i] for i in kept]))

    return sealed


def as_text(*arguments):
    return seal(*arguments).hex()


def another_order(words, salt, sender, number, contract, chain_id):
    return keccak(encode([TYPES[1], TYPES[0], *TYPES[2:]], [salt, words, sender, number, contract, chain_id]))


def broken_seal(words, salt, sender, number, contract, chain_id):
    return keccak(words + salt)


# --- 08.5 ---------------------------------------------------------------------------------------------


def masked(word, number, masks):
    for other, mask in masks.items():
        word += mask if number < other else -mask
    return word % 2**256


def masked_by_sums(word, number, masks):
    above = sum(mask for other, mask in masks.items() if other > number)
    below = sum(mask for other, mask in masks.items() if other < number)
    return (word + above - below) & (2**256 - 1)


def as_float(word, number, masks):
    return float(masked(word, number, masks))


def always_adds(word, number, masks):
    return (word + sum(masks.values())) % 2**256


def no_modulo(word, number, masks):
    return word + sum(mask if number < other else -mask for other, mask in masks.items())


def higher_adds(word, number, masks):
    return (word + sum(mask if number > other else -mask for other, mask in masks.items())) % 2**256


def needs_a_pair(word, number, masks):
    return masked(word, number, masks) if masks else 0


def broken_mask(word, number, masks):
    return word + masks


# --- 08.6 ---------------------------------------------------------------------------------------------


def epsilon(divergence, orders, steps, delta):
    return min(steps * each + np.log(1 / delta) / (order - 1) for each, order in zip(divergence, orders, strict=True))


def epsilon_by_numpy(divergence, orders, steps, delta):
    return float(np.min(steps * np.array(divergence) - np.log(delta) / (np.array(orders) - 1)))


def one_step(divergence, orders, steps, delta):
    return epsilon(divergence, orders, 1, delta)


def log_delta(divergence, orders, steps, delta):
    return epsilon(divergence, orders, steps, 1 / delta)


def divides_by_order(divergence, orders, steps, delta):
    return epsilon(divergence, [order + 1 for order in orders], steps, delta)


def decimal_logarithm(divergence, orders, steps, delta):
    return epsilon(divergence, orders, steps, delta ** (1 / np.log(10)))


def the_highest_order(divergence, orders, steps, delta):
    return epsilon(divergence[-1:], orders[-1:], steps, delta)


def one_delta(divergence, orders, steps, delta):
    return epsilon(divergence, orders, steps, 0.01)


def broken_epsilon(divergence, orders, steps, delta):
    return divergence.best(delta)


# --- 08.7 ---------------------------------------------------------------------------------------------


def rule(updates, hostile):
    compass = np.median(updates, axis=0)
    agreement = updates @ compass / (np.linalg.norm(updates, axis=1) + 1e-12)
    return updates[np.argsort(agreement)[hostile:]].mean(axis=0)


def rule_by_unit_vectors(updates, hostile):
    unit = updates / np.linalg.norm(updates, axis=1, keepdims=True)
    middle = np.median(unit, axis=0)
    near = sorted(range(len(unit)), key=lambda i: float(((unit[i] - middle) ** 2).sum()))
    return np.mean([updates[i] for i in near[: len(updates) - hostile]], axis=0)


def longer_median(updates, hostile):
    """On IID shares lies shorten the median more than they turn it."""
    return 2 * np.median(updates, axis=0)


def all_of_them(updates, hostile):
    return updates


def one_client(updates, hostile):
    return updates[0] * 0


def plain_mean(updates, hostile):
    return updates.mean(axis=0)


def by_projection(updates, hostile):
    """Long is good: noise that is long enough passes."""
    agreement = updates @ np.median(updates, axis=0)
    return updates[np.argsort(agreement)[hostile:]].mean(axis=0)


def multi_krum(updates, hostile):
    return updates[np.argsort(_krum(updates, hostile), kind="stable")[: len(updates) - hostile]].mean(axis=0)


def drops_the_equal(updates, hostile):
    """Takes it that all liars say the same; where nobody does, drops the longest."""
    groups = {}
    for place, update in enumerate(updates):
        groups.setdefault(update.tobytes(), []).append(place)
    largest = max(groups.values(), key=len)
    if len(largest) == 1:
        largest = np.argsort(np.linalg.norm(updates, axis=1))[-hostile:]
    return np.delete(updates, largest, axis=0).mean(axis=0)


def broken_rule(updates, hostile):
    return updates.honest()


ANSWERS = {
    "08.1": Answers(
        right=[fedavg_step, step_by_numpy],
        wrong=[
            (only_average, "from the weights"),
            (only_sum, "an average"),
            (unweighted, "sizes count"),
            (by_clients, "total"),
            (two_clients, "three clients"),
            (in_place, "unchanged"),
            (scales_in_place, "unchanged"),
        ],
        stub=unwritten,
        broken=broken_step,
    ),
    "08.2": Answers(
        right=[trimmed_mean, trimmed_by_lists],
        wrong=[
            (one_end, "both ends"),
            (always_one, "two at each end"),
            (always_median, "more left"),
            (minus_zero, "nobody hostile"),
            (sorts_in_place, "unchanged"),
        ],
        stub=unwritten,
        broken=broken_trim,
    ),
    "08.3": Answers(
        right=[krum_scores, krum_by_lists],
        wrong=[
            (not_squared, "squared"),
            (with_itself, "others"),
            (one_more, "how many"),
            (all_others, "scores"),
            (first_weight, "many weights"),
            (without_equals, "equal updates"),
            (always_one_hostile, "hostile counts"),
        ],
        stub=unwritten,
        broken=broken_krum,
    ),
    "08.4": Answers(
        right=[seal, seal_by_hand],
        wrong=[
            (as_text, "bytes"),
            (without(1), "salted"),
            (without(2), "sender"),
            (without(3), "round"),
            (without(4), "contract"),
            (without(5), "chain"),
            (another_order, "as the contract"),
        ],
        stub=unwritten,
        broken=broken_seal,
    ),
    "08.5": Answers(
        right=[masked, masked_by_sums],
        wrong=[
            (as_float, "a whole number"),
            (always_adds, "cancels"),
            (no_modulo, "in range"),
            (higher_adds, "lower adds"),
            (needs_a_pair, "nobody else"),
        ],
        stub=unwritten,
        broken=broken_mask,
    ),
    "08.6": Answers(
        right=[epsilon, epsilon_by_numpy],
        wrong=[
            (one_step, "steps add up"),
            (log_delta, "less δ costs more"),
            (divides_by_order, "α − 1"),
            (decimal_logarithm, "one order"),
            (the_highest_order, "the least"),
            (one_delta, "as published"),
        ],
        stub=unwritten,
        broken=broken_epsilon,
    ),
    "08.7": Answers(
        right=[rule, rule_by_unit_vectors, longer_median],
        wrong=[
            (all_of_them, "an update"),
            (one_client, "peace"),
            (plain_mean, "turned around"),
            (by_projection, "noise"),
            (multi_krum, "inner product"),
            (drops_the_equal, "hidden"),
        ],
        stub=unwritten,
        broken=broken_rule,
    ),
}
