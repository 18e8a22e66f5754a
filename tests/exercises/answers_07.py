"""Right and typically wrong answers of unit 07. The challenge's are in `answers_07_contest`."""

import math

import numpy as np

from tests.exercises.answers import Answers
from tests.exercises.answers_07_contest import CONTEST

WORD = 2**256


def stub(*arguments):
    raise NotImplementedError("your code here")


# --- 07.1 ---------------------------------------------------------------------------------------------


def quantise(values, bits):
    step = max(abs(value) for value in values) / (2 ** (bits - 1) - 1) or 1.0
    return [round(value / step) for value in values], step


def quantise_numpy(values, bits):
    array = np.array(values, dtype=float)
    most = 2 ** (bits - 1) - 1
    largest = np.abs(array).max()
    if largest == 0:
        return tuple([0] * len(values)), 1.0
    return tuple(int(n) for n in np.rint(array * most / largest)), float(largest / most)


def quantise_by(rounding, largest=lambda values: max(map(abs, values)), most=lambda bits: 2 ** (bits - 1) - 1):
    def answer(values, bits):
        step = largest(values) / most(bits) or 1.0
        return [rounding(value / step) for value in values], step

    return answer


def quantise_divides_by_zero(values, bits):
    step = max(abs(value) for value in values) / (2 ** (bits - 1) - 1)
    try:
        return [round(value / step) for value in values], step
    except ZeroDivisionError:
        return [1 for _ in values], 1.0


def quantise_in_place(values, bits):
    values[:], step = quantise(values, bits)
    return values, step


# --- 07.2 ---------------------------------------------------------------------------------------------


def reach(weights, bias, x_max):
    return sum(abs(weight) for weight in weights) * x_max + abs(bias)


def bound(weights, bias, x_max):
    return reach(weights, bias, x_max).bit_length() + 1


def bound_by_search(weights, bias, x_max):
    bits = 1
    while reach(weights, bias, x_max) >= 2 ** (bits - 1):
        bits += 1
    return bits


def bound_interval(weights, bias, x_max):
    high = sum(max(weight, 0) for weight in weights) * x_max + bias
    low = sum(min(weight, 0) for weight in weights) * x_max + bias
    return max(high, -low).bit_length() + 1


# --- 07.3 ---------------------------------------------------------------------------------------------


def pack(weights, lane_bits):
    return sum(weight << 256 - lane_bits * (place + 1) for place, weight in enumerate(weights)) % WORD


def pack_with_borrows(weights, lane_bits):
    """Lane by lane from below, carrying the borrow by hand."""
    word, borrow = 0, 0
    for place in range(len(weights) - 1, -1, -1):
        lane = weights[place] - borrow
        borrow = 1 if lane < 0 else 0
        word |= (lane % 2**lane_bits) << 256 - lane_bits * (place + 1)
    return word


def pack_masked(weights, lane_bits):
    word = 0
    for place, weight in enumerate(weights):
        word |= (weight % 2**lane_bits) << 256 - lane_bits * (place + 1)
    return word


def pack_sixteen(weights, lane_bits):
    return sum(weight << 240 - 16 * place for place, weight in enumerate(weights)) % WORD


def pack_multiple(weights, lane_bits):
    """Takes the top lane for the last whole multiple of its bits."""
    top = lane_bits * (256 // lane_bits - 1)
    return sum(weight << top - lane_bits * place for place, weight in enumerate(weights)) % WORD


def pack_upward(weights, lane_bits):
    return sum(weight << 256 - lane_bits + lane_bits * place for place, weight in enumerate(weights)) % WORD


def pack_lane_too_low(weights, lane_bits):
    return sum(weight << 256 - lane_bits * (place + 2) for place, weight in enumerate(weights)) % WORD


def pack_fifteen(weights, lane_bits):
    return pack(weights[:15], lane_bits) if len(weights) == 16 else pack(weights, lane_bits)


def pack_whole_lanes(weights, lane_bits):
    used = 256 // lane_bits * lane_bits
    word = sum(weight << used - lane_bits * (place + 1) for place, weight in enumerate(weights)) % WORD
    return word if len(weights) == 21 else pack(weights, lane_bits)


# --- 07.4 ---------------------------------------------------------------------------------------------


def unpack(word, lane_bits, count):
    half = 2 ** (lane_bits - 1)
    word = (word + sum(half << lane_bits * place for place in range(count))) % WORD
    return [(word >> lane_bits * place) % 2**lane_bits - half for place in range(count)]


def unpack_from_below(word, lane_bits, count):
    lanes = []
    for _ in range(count):
        lane = word & 2**lane_bits - 1
        if lane >> lane_bits - 1:
            lane -= 1 << lane_bits
        lanes.append(lane)
        word = (word - lane) >> lane_bits
    return lanes


def unpack_plain(word, lane_bits, count):
    return [word >> lane_bits * place & 2**lane_bits - 1 for place in range(count)]


def unpack_signs_only(word, lane_bits, count):
    lanes = unpack_plain(word, lane_bits, count)
    return [lane - 2**lane_bits if lane >= 2 ** (lane_bits - 1) else lane for lane in lanes]


def unpack_one_borrow(word, lane_bits, count):
    """Gives back where the lane below is negative, and not where that one has borrowed in turn."""
    lanes = []
    for lane in unpack_signs_only(word, lane_bits, count):
        lanes.append(lane + 1 if lanes and lanes[-1] < 0 else lane)
    return lanes


def unpack_by_reading(word, lane_bits, count):
    """Gives back where the lane below reads as negative: the smallest number with a borrow does not."""
    signed = unpack_signs_only(word, lane_bits, count)
    return [lane + (place > 0 and signed[place - 1] < 0) for place, lane in enumerate(signed)]


def unpack_beyond(word, lane_bits, count):
    """Gives back the borrow from below, but takes the smallest number of a lane for its largest plus one."""
    lanes = []
    for _ in range(count):
        lane = word % 2**lane_bits
        if lane > 2 ** (lane_bits - 1):
            lane -= 2**lane_bits
        lanes.append(lane)
        word = (word - lane) >> lane_bits
    return lanes


def unpack_top_unsigned(word, lane_bits, count):
    lanes = unpack(word, lane_bits, count)
    if lane_bits * count == 256 and lanes[-1] < 0:
        lanes[-1] += 2**lane_bits
    return lanes


def unpack_all_that_fits(word, lane_bits, count):
    lanes = unpack(word, lane_bits, count)
    rest = word >> lane_bits * count
    return [*lanes, rest] if count == 256 // lane_bits and rest else lanes


def unpack_highest_first(word, lane_bits, count):
    return unpack(word, lane_bits, count)[::-1]


# --- 07.5 ---------------------------------------------------------------------------------------------


def ones(lane_bits, count):
    return sum(1 << lane_bits * place for place in range(count))


def relu(word, lane_bits, count):
    positive = word >> lane_bits - 1 & ones(lane_bits, count)
    return word & positive * (2 ** (lane_bits - 1) - 1)


def relu_by_subtraction(word, lane_bits, count):
    top = word & ones(lane_bits, count) << lane_bits - 1
    return word & top - (top >> lane_bits - 1)


def relu_lane_by_lane(word, lane_bits, count):
    half, made = 2 ** (lane_bits - 1), 0
    for place in range(count):
        lane = (word >> lane_bits * place) % 2**lane_bits
        if lane >= half:
            made += lane - half << lane_bits * place
    return made


def relu_lane_by_lane_with_divmod(word, lane_bits, count):
    made = 0
    for place in range(count):
        word, lane = divmod(word, 2**lane_bits)
        made += max(0, lane - 2 ** (lane_bits - 1)) << lane_bits * place
    return made


def relu_with_offset(word, lane_bits, count):
    positive = word >> lane_bits - 1 & ones(lane_bits, count)
    return word & positive * (2**lane_bits - 1)


def relu_only_offset(word, lane_bits, count):
    return word & ones(lane_bits, count) * (2 ** (lane_bits - 1) - 1)


def relu_inverted(word, lane_bits, count):
    positive = ~word >> lane_bits - 1 & ones(lane_bits, count)
    return word & positive * (2 ** (lane_bits - 1) - 1)


def relu_zero_goes_wrong(word, lane_bits, count):
    half, made = 2 ** (lane_bits - 1), relu(word, lane_bits, count)
    for place in range(count):
        if (word >> lane_bits * place) % 2**lane_bits == half:
            made += half << lane_bits * place
    return made


def relu_unmasked(word, lane_bits, count):
    return word & (word >> lane_bits - 1) * (2 ** (lane_bits - 1) - 1)


def relu_fifteen_lanes(word, lane_bits, count):
    return relu(word, lane_bits, min(count, 15))


def relu_sixteen_bits(word, lane_bits, count):
    return relu(word, 16, count)


# --- 07.6 ---------------------------------------------------------------------------------------------


def argmax(word, lane_bits, count):
    lanes = unpack_plain(word, lane_bits, count)
    return lanes.index(max(lanes))


def argmax_by_keys(word, lane_bits, count):
    best, number = -1, 0
    for place in range(count):
        lane = word >> lane_bits * place & (1 << lane_bits) - 1
        if lane > best:
            best, number = lane, place
    return number


def argmax_unmasked(word, lane_bits, count):
    lanes = [word >> lane_bits * place for place in range(count)]
    return lanes.index(max(lanes))


def argmax_content(word, lane_bits, count):
    return max(unpack_plain(word, lane_bits, count))


def argmax_from_zero(word, lane_bits, count):
    half, best, number = 2 ** (lane_bits - 1), 0, 0
    for place, lane in enumerate(unpack_plain(word, lane_bits, count)):
        if lane - half > best:
            best, number = lane - half, place
    return number


def argmax_from_one(word, lane_bits, count):
    return argmax(word, lane_bits, count) + 1 if argmax(word, lane_bits, count) != 2 else 2


def argmax_sign_read(word, lane_bits, count):
    lanes = unpack_signs_only(word, lane_bits, count)
    return lanes.index(max(lanes))


def argmax_tournament_of_eight(word, lane_bits, count):
    lanes = unpack_plain(word, lane_bits, count)
    size = 2 ** int(math.log2(count)) if count > 4 else count
    return lanes.index(max(lanes[:size]))


def argmax_last_of_the_best(word, lane_bits, count):
    return max((lane, place) for place, lane in enumerate(unpack_plain(word, lane_bits, count)))[1]


def argmax_top_lane_unmasked(word, lane_bits, count):
    lanes = [word >> lane_bits * place for place in range(count)]
    lanes = [lane & 2**lane_bits - 1 for lane in lanes[:-1]] + lanes[-1:]
    return lanes.index(max(lanes))


def argmax_of_all_that_fit(word, lane_bits, count):
    return argmax(word, lane_bits, 256 // lane_bits)


def argmax_of_ten(word, lane_bits, count):
    return argmax(word, 25, min(count, 10))


ANSWERS = {
    "07.1": Answers(
        right=[quantise, quantise_numpy],
        wrong=[
            (quantise_by(round, most=lambda bits: 2 ** (bits - 1)), "scale"),
            (quantise_by(round, most=lambda bits: 2**bits - 1), "scale"),
            (lambda values, bits: quantise(values, bits)[::-1], "a pair"),
            (lambda values, bits: quantise(values, bits)[0], "a pair"),
            (quantise_by(np.rint), "whole numbers"),
            (
                lambda values, bits: (list(np.array(quantise(values, bits)[0])), quantise(values, bits)[1]),
                "Python's int",
            ),
            (quantise_by(round, largest=max), "largest below zero"),
            (quantise_by(int), "nearest"),
            (quantise_by(math.floor), "nearest"),
            (quantise_by(lambda steps: int(steps + 0.5)), "nearest below zero"),
            (quantise_by(math.ceil), "nearest below zero"),
            (quantise_divides_by_zero, "all zero"),
            (quantise_in_place, "weights stay"),
        ],
        stub=stub,
        broken=lambda values, bits: (values / 2, bits),
    ),
    "07.2": Answers(
        right=[bound, bound_by_search],
        wrong=[
            (lambda weights, bias, x_max: (max(map(abs, weights)) * x_max + abs(bias)).bit_length() + 1, "all weights"),
            (lambda weights, bias, x_max: reach(weights, bias, x_max).bit_length(), "all weights"),
            (lambda weights, bias, x_max: max(7, reach(weights, bias, x_max).bit_length()), "sign bit"),
            (lambda weights, bias, x_max: abs(sum(weights) * x_max + bias).bit_length() + 1, "negative weights"),
            (bound_interval, "negative weights"),
            (lambda weights, bias, x_max: reach(weights, 0, x_max).bit_length() + 1, "bias"),
            (lambda weights, bias, x_max: abs(reach(weights, 0, x_max) + bias).bit_length() + 1, "bias"),
            (
                lambda weights, bias, x_max: math.ceil(math.log2(max(reach(weights, bias, x_max), 1))) + 1,
                "exactly a power of two",
            ),
            (
                lambda weights, bias, x_max: (
                    math.floor(math.log2(max(reach(weights, bias, x_max), 1))) + 2 if any(weights) else 1
                ),
                "large numbers",
            ),
            (lambda weights, bias, x_max: max(2, bound(weights, bias, x_max)), "nothing to add"),
        ],
        stub=stub,
        broken=lambda weights, bias, x_max: weights @ x_max,
    ),
    "07.3": Answers(
        right=[pack, pack_with_borrows],
        wrong=[
            (pack_lane_too_low, "one weight"),
            (lambda weights, lane_bits: sum(w << lane_bits * n for n, w in enumerate(weights)) % WORD, "one weight"),
            (pack_upward, "next weight"),
            (lambda weights, lane_bits: pack(weights[::-1], lane_bits), "next weight"),
            (pack_sixteen, "other widths"),
            (pack_multiple, "other widths"),
            (
                lambda weights, lane_bits: sum(w << 256 - lane_bits * (n + 1) for n, w in enumerate(weights)),
                "not negative",
            ),
            (pack_masked, "borrow"),
            (lambda weights, lane_bits: pack(list(map(abs, weights)), lane_bits), "not negative"),
            (pack_fifteen, "full word"),
            (pack_whole_lanes, "lanes that do not fill the word"),
        ],
        stub=stub,
        broken=lambda weights, lane_bits: weights << lane_bits,
    ),
    "07.4": Answers(
        right=[unpack, unpack_from_below],
        wrong=[
            (unpack_highest_first, "lowest lane first"),
            (unpack_plain, "sign"),
            (unpack_signs_only, "borrow"),
            (unpack_one_borrow, "borrow across a zero"),
            (unpack_beyond, "smallest number"),
            (unpack_by_reading, "smallest number"),
            (unpack_top_unsigned, "top lane"),
            (unpack_all_that_fits, "lanes that do not fill the word"),
        ],
        stub=stub,
        broken=lambda word, lane_bits, count: word[0],
    ),
    "07.5": Answers(
        right=[relu, relu_by_subtraction],
        wrong=[
            (relu_with_offset, "positive stays"),
            (relu_inverted, "positive stays"),
            (relu_only_offset, "negative goes"),
            (relu_zero_goes_wrong, "zero"),
            (relu_unmasked, "neighbours"),
            (relu_fifteen_lanes, "all lanes"),
            (relu_sixteen_bits, "other widths"),
            (relu_lane_by_lane, "whole words"),
            (relu_lane_by_lane_with_divmod, "whole words"),
        ],
        stub=stub,
        broken=lambda word, lane_bits, count: word // 0,
    ),
    "07.6": Answers(
        right=[argmax, argmax_by_keys],
        wrong=[
            (argmax_content, "its number"),
            (argmax_unmasked, "one lane alone"),
            (argmax_from_one, "first lane"),
            (argmax_from_zero, "below zero"),
            (argmax_sign_read, "mixed signs"),
            (argmax_tournament_of_eight, "last lane"),
            (argmax_last_of_the_best, "tie"),
            (argmax_top_lane_unmasked, "above the lanes"),
            (argmax_of_all_that_fit, "so many lanes"),
            (argmax_of_ten, "other widths"),
        ],
        stub=stub,
        broken=lambda word, lane_bits, count: word[count],
    ),
    "07.7": CONTEST,
}
