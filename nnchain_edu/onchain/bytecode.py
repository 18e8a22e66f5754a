"""A quantised network as straight-line EVM bytecode: no loop, no jump, no storage; the weights are pushed.

Neuron by neuron: multiply the input words by the weight words, add, take the top lane (`lanes.py`), cut and
requantise, and add the value times the next layer's column of weights to the sums of that layer, which lie in lanes
of one word. The class is found by a tournament on lanes (`argmax.py`). What an input could do is proven before a byte
is written.
"""

from typing import NamedTuple

import numpy as np

from nnchain_edu.nets.integers import IntegerLayer, NeuronRanges, QuantisedNetwork

from .argmax import INDEX_BITS, MOST, Keys
from .assembly import OPCODES, WORD
from .lanes import NotCompilable, Operands, calldata_operands, fits, packed_operands

TABLE = int.from_bytes(bytes(range(32)), "big")  # BYTE(i, TABLE) is i up to 31, and 0 beyond
DEEPEST = 16  # the EVM can copy no stack item below this
NARROWEST = 6  # bits of a lane: with fewer, the look-up that cuts a sum could not tell a negative one


class Plan(NamedTuple):
    """One layer, ready to be written: its lanes, the items that load its inputs, and each neuron's multipliers."""

    lane_bits: int
    operands: Operands
    loads: list
    calldata_words: int
    multipliers: list


class Straight(NamedTuple):
    """The items of the code, the layout of its calldata, and what was proven."""

    items: list
    operands: Operands  # where each input lies in calldata: its first place
    calldata_words: int
    lane_bits: tuple[int, ...]  # a layer


def door_of(network: QuantisedNetwork) -> int:
    """The largest value that an input's field can hold: x_max, filled up to whole bits."""
    return 2 ** network.x_max.bit_length() - 1


def ranges_at(network: QuantisedNetwork, door: int) -> list:
    """The neurons' ranges for inputs from 0 to `door`."""
    found, high = [], np.full(network.inputs, door, np.int64)
    for layer in network.layers:
        found.append(layer.ranges(high))
        high = np.maximum(found[-1].high, 0) >> layer.shift
    return found


def compile_straight(network: QuantisedNetwork, lane_bits: int | None = None) -> Straight:
    """The code for `network`; NotCompilable with the layer and neuron if a sum might leave its lane."""
    if network.outputs > MOST:
        raise NotCompilable(f"it has {network.outputs} classes; {MOST} are accepted")
    door, layers = door_of(network), network.layers
    ranges = ranges_at(network, door)
    last = ranges[-1]
    least = int(last.low.min())
    keys = Keys(network.outputs, int(last.high.max()) - least)
    if keys.lane_bits > 256:
        raise NotCompilable(f"layer {len(layers) - 1}: its sums need {keys.value_bits} bits")
    items, found, widths = [], None, []
    for place, layer in enumerate(layers[:-1] if len(layers) > 1 else layers):
        width, operands, loads, words, multipliers = _planned(place, layer, ranges[place], door, lane_bits)
        widths.append(width)
        if found is None:
            found = operands, words
            items += loads
        if layer.relu:
            columns = place == len(layers) - 2
            following = None if columns else _planned(place + 1, layers[place + 1], ranges[place + 1], 0, None).operands
            items += _hidden(layer, ranges[place], operands, multipliers, layers[-1], keys, least, columns, following)
        else:
            items += _lone(layer, operands, multipliers, keys, least)
    items += keys.tournament()
    items += [31, "MSTORE8", "MSIZE", 0, "RETURN"]  # the low byte is the class; memory is now one word
    if any(isinstance(item, str) and item not in OPCODES for item in items):
        raise NotCompilable(
            f"layer {len(layers) - 1}: {network.outputs} sums fill {keys.words} words; too many for the stack"
        )
    return Straight(items, *found, tuple(widths))


def _planned(place: int, layer: IntegerLayer, ranges: NeuronRanges, door: int, lane_bits: int | None) -> Plan:
    """The narrowest lanes that hold every neuron's sum (or those asked for), with the proven multipliers."""
    widest = int(max(-ranges.low.min(), ranges.high.max() + 1) - 1).bit_length() + 1
    held_bits = door.bit_length() if place == 0 else int(ranges.inputs_high.max()).bit_length()
    width = lane_bits if lane_bits and place == 0 else max(widest, held_bits, NARROWEST)
    held = fits(ranges.low, ranges.high, width)
    if not held.all():
        worst, half = int(np.flatnonzero(~held)[0]), 2 ** (width - 1)
        reach = f"its sum may be {ranges.low[worst]:,} to {ranges.high[worst]:,}"
        lanes = f"lanes of {width} bits hold {-half:,} to {half - 1:,}"
        raise NotCompilable(f"layer {place}, neuron {worst}: {reach}; {lanes}")
    if place == 0:
        operands, loads, words = calldata_operands(layer.weights, door, width)
    else:
        operands, loads, words = packed_operands(ranges.inputs_high, width), [], 0
    count = len(operands.fixed)
    if count > DEEPEST - 6:
        raise NotCompilable(f"layer {place}: {layer.inputs} inputs fill {count} words; too many for the stack")
    multipliers = []
    for neuron in range(layer.outputs):
        try:
            multipliers.append(operands.multipliers(layer.weights[neuron], int(layer.bias[neuron])))
        except NotCompilable as error:
            raise NotCompilable(f"layer {place}, neuron {neuron}: {error}") from None
    return Plan(width, operands, loads, words, multipliers)


def _dot(multipliers: tuple[list[int], int], above: int) -> list:
    """The neuron's word on the stack; `above`: how many items lie on the last operand already."""
    words, addend = multipliers
    count, items, any_yet = len(words), [], False
    for operand, word in enumerate(words):
        if word == 0:
            continue
        depth = above + (count - operand) + (1 if any_yet else 0) + 1  # + 1: the weight itself
        items += [word, f"DUP{depth}", "MUL"] + (["ADD"] if any_yet else [])
        any_yet = True
    if not any_yet:
        return [addend]
    return items + ([addend, "ADD"] if addend else [])


def _cut(layer: IntegerLayer, low: int, high: int, base: int) -> tuple[list, list]:
    """Items before and after the neuron's word that leave max(0, sum) >> shift.

    One look-up does it all where it can: shifted down, a sum from 0 on is at most 31, a negative one at least 32.
    """
    seen = 256 - base - layer.shift  # bits that are left of the word
    if high >> layer.shift <= 31 and seen > 0 and 2**seen + (low >> layer.shift) >= 32:
        bit = base + layer.shift
        return ["table"], ([0, "BYTE", "BYTE"] if bit == 248 else [bit, "SHR", "BYTE"])
    return [], [base + layer.shift, "SAR", "DUP1", 0, "SLT", "MUL"]


def _hidden(layer, ranges, operands, multipliers, last, keys, least, columns, following) -> list:
    """All neurons of a hidden layer. Stack: [operands, table, sums of the next layer], which are left on top."""
    base = operands.base
    cuts = [_cut(layer, int(lo), int(hi), base) for lo, hi in zip(ranges.low, ranges.high, strict=True)]
    items, above = [], 0
    if any(before for before, _ in cuts):
        items.append(TABLE)
        above = 1
    if columns:
        sums = _start(last, keys, least)
        items += sums
        done = len(sums)
    else:
        done = 0
    for neuron, (before, after) in enumerate(cuts):
        extra = above + done
        items += [f"DUP{done + 1}"] if before else []
        items += _dot(multipliers[neuron], extra + len(before)) + after
        if columns:
            items += _column(last, neuron, keys)
            continue
        word, bit = following.places[neuron][0]
        items += [bit, "SHL"] if bit else []
        if word == done - 1:
            items.append("OR")
        else:
            done += 1
            if following.fixed[word]:
                items += [following.fixed[word], "OR"]
    return items


def _start(last: IntegerLayer, keys: Keys, least: int) -> list[int]:
    """What the words of keys begin with: bias, index and guards of every class."""
    words = keys.start()
    for index, bias in enumerate(last.bias.tolist()):
        word, bit = keys.place(index)
        words[word] += (bias - least) << (bit + INDEX_BITS)
    return [word % WORD for word in words]


def _column(last: IntegerLayer, neuron: int, keys: Keys) -> list:
    """From [sums, h] to the sums with h times the neuron's column of weights."""
    words = [0] * keys.words
    for index, weight in enumerate(last.weights[:, neuron].tolist()):
        word, bit = keys.place(index)
        words[word] += weight << (bit + INDEX_BITS)
    if len(words) == 1:
        return [words[0] % WORD, "MUL", "ADD"]
    items = []
    for place, word in enumerate(words):  # [.., sum, .., h] -> h times word, added to that sum
        depth = len(words) - place + 1
        items += ["DUP1", word % WORD, "MUL", f"DUP{depth + 1}", "ADD", f"SWAP{depth}", "POP"]
    return [*items, "POP"]


def _lone(layer: IntegerLayer, operands: Operands, multipliers, keys: Keys, least: int) -> list:
    """A network of one layer: each sum is cut out with its sign and added to its lane."""
    words = keys.start()
    for index in range(layer.outputs):
        word, bit = keys.place(index)
        words[word] += -least << (bit + INDEX_BITS)
    items, count = [], 0
    for index in range(layer.outputs):
        word, bit = keys.place(index)
        if word == count:
            items.append(words[word] % WORD)
            count += 1
        items += [*_dot(multipliers[index], count), operands.base, "SAR", bit + INDEX_BITS, "SHL", "ADD"]
    return items
