"""A network too large for one contract: its weights lie in other contracts' code and are copied in, piece by piece.

A row of weights is a neuron's weight words and the number added to their products (`lanes.py`). A data contract's
code is a byte 0, which stops whoever runs it, and as many rows as fit. The code runs through the rows in a loop: a
sum costs 26 gas a word. Hidden values are stored one lane below the other, each store overwriting what the next lane
up will not need.
"""

import numpy as np

from nnchain_edu.nets.integers import IntegerLayer, QuantisedNetwork

from .argmax import INDEX_BITS, MOST
from .assembly import Constant, Label, Target, straight_gas
from .bytecode import door_of, ranges_at
from .compiled import CODE_LIMIT, CompiledNetwork
from .lanes import NotCompilable, Operands, fits

LANES = (8, 16, 32, 64)  # bits: whole bytes, so that lanes can be written with MSTORE
WORD_BYTES = 32
COPY_GAS = 3  # a copied word


def compile_stored(network: QuantisedNetwork) -> CompiledNetwork:
    """Code and data contracts for `network`; NotCompilable with the layer and neuron if it cannot be proven exact."""
    if network.outputs > MOST:
        raise NotCompilable(f"it has {network.outputs} classes; {MOST} are accepted")
    door = door_of(network)
    plans = [_plan(place, layer, found) for place, (layer, found) in enumerate(_layers(network, door))]
    # memory: the rows of one data contract, then each layer's words of inputs, then the sums of the last
    rows_end = WORD_BYTES * max(-(-len(chunk) // WORD_BYTES) for _, chunks in plans for chunk in chunks)
    tops, place = [], rows_end + WORD_BYTES
    for operands, _ in plans:
        place += WORD_BYTES * len(operands.fixed)
        tops.append(place - WORD_BYTES)
        place += WORD_BYTES  # a store may clear the word below
    sums_top = place + WORD_BYTES * (network.outputs - 1)
    items, places, calldata_words = _spread(plans[0][0], door, tops[0])
    data, gas = [], 0
    routines: list = []
    for number, (layer, (operands, chunks)) in enumerate(zip(network.layers, plans, strict=True)):
        last = number == len(plans) - 1
        stride = WORD_BYTES if last else plans[number + 1][0].lane_bits // 8
        items.append(sums_top if last else tops[number + 1])
        body, leave = _routine(number, layer, operands, tops[number], stride)
        routines += [*body, *leave]
        for piece, chunk in enumerate(chunks):
            end, back = len(chunk), f"back {number}.{piece}"
            items += [end, 1, 0, Constant(0, 20), "EXTCODECOPY", Target(back), "SWAP1", end, "SWAP1", 0]
            items += [Target(f"layer {number}"), "JUMP", Label(back)]
            gas += COPY_GAS * -(-end // WORD_BYTES) + straight_gas(leave)
        gas += straight_gas(body) * layer.outputs
        data += [b"\0" + chunk for chunk in chunks]
        items.append("POP")
    items += _largest(network.outputs, sums_top)
    words = (sums_top + WORD_BYTES) // WORD_BYTES
    gas += straight_gas(items) + 3 * words + words**2 // 512
    widths = tuple(operands.lane_bits for operands, _ in plans)
    everything = [*items, *routines]
    return CompiledNetwork(network, everything, gas, places, door.bit_length(), calldata_words, widths, tuple(data))


def _layers(network: QuantisedNetwork, door: int):
    return zip(network.layers, ranges_at(network, door), strict=True)


def _plan(place: int, layer: IntegerLayer, ranges) -> tuple[Operands, list[bytes]]:
    """The narrowest lanes of whole bytes that are proven for a layer, and its rows, cut into data contracts."""
    worst = int(np.maximum(-ranges.low, ranges.high).argmax())
    reach = f"layer {place}, neuron {worst}: its sum may be {ranges.low[worst]:,} to {ranges.high[worst]:,}"
    for width in LANES:
        if not fits(ranges.low, ranges.high, width).all() or ranges.inputs_high.max() >= 1 << width:
            continue
        operands, rows = _plain(ranges.inputs_high, width), []
        try:
            for neuron in range(layer.outputs):
                words, addend = operands.multipliers(layer.weights[neuron], int(layer.bias[neuron]))
                rows.append(b"".join(word.to_bytes(WORD_BYTES, "big") for word in [*words, addend]))
        except NotCompilable:
            continue
        each = (CODE_LIMIT - 1) // len(rows[0])
        if not each:
            raise NotCompilable(f"layer {place}: a neuron's weights take {len(rows[0]):,} bytes; a contract holds less")
        return operands, [b"".join(rows[i : i + each]) for i in range(0, len(rows), each)]
    raise NotCompilable(f"{reach}; lanes of up to {LANES[-1]} bits are accepted")


def _plain(high: np.ndarray, width: int) -> Operands:
    """One input a lane, word after word."""
    lanes = 256 // width
    words = -(-len(high) // lanes)
    nominal = tuple(divmod(i, lanes) for i in range(len(high)))
    places = tuple(((k, width * lane),) for k, lane in nominal)
    none, alone = (0,) * words, tuple(range(words))
    return Operands(width, places, nominal, tuple(high.tolist()), none, none, (True,) * words, alone, None)


def _spread(operands: Operands, door: int, top: int) -> tuple[list, tuple, int]:
    """Items that spread calldata, several inputs to a lane, over the first layer's words; where each input lies."""
    bits, width = door.bit_length(), operands.lane_bits
    fields = width // bits
    count = len(operands.fixed)
    mask = sum(door << (width * lane) for lane in range(256 // width))
    items: list = [mask]
    for k in range(count):
        if k % fields == 0:
            items += [WORD_BYTES * (k // fields), "CALLDATALOAD"]
        shift = bits * (k % fields)
        items += ["DUP1", *([shift, "SHR"] if shift else []), "DUP3", "AND", top - WORD_BYTES * k, "MSTORE"]
        if k % fields == fields - 1 or k == count - 1:
            items.append("POP")
    places = tuple((k // fields, width * lane + bits * (k % fields)) for k, lane in operands.nominal)
    return [*items, "POP"], places, -(-count // fields)


def _routine(number: int, layer: IntegerLayer, operands: Operands, top: int, stride: int) -> tuple[list, list]:
    """The loop over one data contract's rows. Stack: [back, end, q, p]: the row at p; its value goes to q."""
    count, row = len(operands.fixed), WORD_BYTES * (len(operands.fixed) + 1)
    body: list = [Label(f"layer {number}"), "DUP1", WORD_BYTES * count, "ADD", "MLOAD"]
    for k in range(count):
        body += ["DUP2", WORD_BYTES * k, "ADD", "MLOAD", top - WORD_BYTES * k, "MLOAD", "MUL", "ADD"]
    body += [operands.base + layer.shift, "SAR"] + (["DUP1", 0, "SLT", "MUL"] if layer.relu else [])
    body += ["DUP3", "MSTORE", "SWAP1", stride, "SWAP1", "SUB", "SWAP1", row, "ADD"]
    body += ["DUP1", "DUP4", "GT", Target(f"layer {number}"), "JUMPI"]
    return body, ["POP", "SWAP1", "POP", "SWAP1", "JUMP"]


def _largest(count: int, top: int) -> list:
    """Items that return the index of the largest signed word; word k lies at top - 32·k."""
    items: list = []
    for k in range(count):
        items += [top - WORD_BYTES * k, "MLOAD", INDEX_BITS, "SHL", MOST - 1 - k, "OR"]
        if k:  # best, key: best if it is not less, else key
            items += ["DUP1", "DUP3", "SLT", "SWAP1", "DUP3", "XOR", "MUL", "XOR"]
    return [*items, "NOT", MOST - 1, "AND", 0, "MSTORE", WORD_BYTES, 0, "RETURN"]
