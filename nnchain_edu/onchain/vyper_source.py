"""A quantised network as a Vyper contract that can be read: one line a neuron, lanes of 16 bits, pixels as bytes."""

import numpy as np

from nnchain_edu.nets.integers import IntegerLayer, QuantisedNetwork

from .argmax import INDEX_BITS, MOST, Keys
from .assembly import WORD
from .bytecode import ranges_at
from .lanes import NotCompilable, Operands, centred, fits, packed_operands

LANE = 16  # bits: two bytes, so that every second byte of a word is a lane already
BYTES = 32  # a word


def to_vyper(network: QuantisedNetwork, title: str = "A neural network") -> str:
    """Vyper source of a contract with `predict(x0, x1, …) -> class`, bit for bit `network.predict`.

    Word q holds inputs 32·q to 32·q + 31 as bytes, the first highest. A byte above x_max reverts if x_max is 2^k - 1,
    otherwise one above the next such number; all that is accepted is proven not to overflow. Raises NotCompilable with
    the layer and neuron whose sum does not fit 16 bits.
    """
    if network.x_max > 127 or network.outputs > MOST:
        raise NotCompilable(f"inputs to 127 and {MOST} classes are accepted; it has {network.x_max}, {network.outputs}")
    door = 2 ** network.x_max.bit_length() - 1
    ranges, layers = ranges_at(network, door), network.layers
    for place, (layer, found) in enumerate(zip(layers, ranges, strict=True)):
        held = fits(found.low, found.high, LANE if layer.relu else 64)
        if not held.all():
            worst = int(np.flatnonzero(~held)[0])
            reach = f"{found.low[worst]:,} to {found.high[worst]:,}"
            raise NotCompilable(
                f"layer {place}, neuron {worst}: its sum may be {reach}; 16 bits hold -32,768 to 32,767"
            )
    if len(layers) < 2:
        raise NotCompilable("it has no hidden layer; compile_network takes it")
    words = -(-network.inputs // BYTES)
    body, names = _input(words, network, door)
    operands = _byte_lanes(network.inputs, door)
    for place, layer in enumerate(layers[:-1]):
        body += [
            "",
            f"# Layer {place}: a line is a neuron. Shifted down, the top lane is its sum, divided by 2^{layer.shift}.",
        ]
        last = place == len(layers) - 2
        following = None if last else packed_operands(ranges[place + 1].inputs_high, LANE)
        if last:
            keys = Keys(network.outputs, int(ranges[-1].high.max() - ranges[-1].low.min()))
            starts = _starts(layers[-1], keys, int(ranges[-1].low.min()))
            body.append(
                f"# The sums of layer {place + 1}: {keys.lanes} lanes of {keys.lane_bits} bits, the bias in them."
            )
            body += [f"sums{k}: int256 = {start}" for k, start in enumerate(starts)]
        else:
            made = [f"v{place}_{k}" for k in range(len(following.fixed))]
            body += [f"{name}: int256 = {fixed}" for name, fixed in zip(made, following.fixed, strict=True)]
        for neuron in range(layer.outputs):
            value = _neuron(place, layer, neuron, operands, names)
            body.append(f"{'h: int256' if neuron == place == 0 else 'h'} = max({value}, 0)")
            if last:
                body += _columns(layers[-1], neuron, keys)
            else:
                word, bit = following.places[neuron][0]
                body.append(f"{made[word]} = {made[word]} | (h << {bit})")
        if not last:
            operands, names = following, made
    body += _best(keys)
    arguments = ", ".join(f"x{q}: uint256" for q in range(words))
    return "\n".join(
        [*_head(network, title, words, door), f"def predict({arguments}) -> uint256:", *_indented(body), ""]
    )


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _head(network: QuantisedNetwork, title: str, words: int, door: int) -> list[str]:
    high = int.from_bytes(bytes([255 - door]) * BYTES)
    sizes = "-".join(str(n) for n in (network.inputs, *(layer.outputs for layer in network.layers)))
    return [
        "# pragma version 0.4.3",
        '"""',
        f"@title {title}, {sizes}",
        "@notice Classes one row of inputs by a network whose weights are the numbers in this source.",
        "@dev Generated. A lane is 16 bits of a word. The product of a word of inputs and a word of weights in",
        "     reversed order holds in its top lane the sum of weight times input; 2^256 swallows what lies above.",
        f"     No input the contract accepts can make a lane overflow: proven neuron by neuron for 0 to {door}.",
        '"""',
        "",
        f"TOO_HIGH: constant(uint256) = {high}  # 0x{255 - door:02x} in every byte",
        f"SECOND: constant(uint256) = {int.from_bytes(bytes([0, 255]) * LANE)}  # 0x00ff, 16 times",
        "",
        "@external",
        "@pure",
    ]


def _input(words: int, network: QuantisedNetwork, door: int) -> tuple[list[str], list[str]]:
    """Lines that check the inputs and spread them over lanes, and the names of the words."""
    lines = ['"""', "@notice The class of one row of inputs."]
    for q in range(words):
        final = min(BYTES * q + BYTES, network.inputs) - 1
        lines.append(f"@param x{q} Inputs {BYTES * q} to {final}, a byte each, the first highest; each 0 to {door}.")
    lines += ["@return The class, 0 to " + str(network.outputs - 1) + '; of equal sums the first."', '"""']
    lines[-2] = lines[-2].rstrip('"')
    either = " | ".join(f"x{q}" for q in range(words))
    lines.append(f'assert ({either}) & TOO_HIGH == 0, "an input is above {door}"')
    lines += ["# Every second byte to a lane of 16 bits."]
    names = []
    for q in range(words):
        names += [f"low{q}", f"high{q}"]
        lines.append(f"low{q}: int256 = convert(x{q} & SECOND, int256)")
        lines.append(f"high{q}: int256 = convert((x{q} >> 8) & SECOND, int256)")
    return lines, names


def _byte_lanes(inputs: int, door: int) -> Operands:
    """Where the inputs lie: input i is byte 31 - i % 32 from below; even bytes go to one word, odd ones to the next."""
    nominal = []
    for i in range(inputs):
        word, byte = i // BYTES, BYTES - 1 - i % BYTES
        nominal.append((2 * word + byte % 2, byte // 2))
    count = 2 * -(-inputs // BYTES)
    places = tuple(((k, LANE * lane),) for k, lane in nominal)
    alone, none = tuple(range(count)), (0,) * count
    return Operands(LANE, places, tuple(nominal), (door,) * inputs, none, none, (True,) * count, alone, None)


def _neuron(place: int, layer: IntegerLayer, neuron: int, operands: Operands, names: list[str]) -> str:
    """The expression of one neuron's sum, shifted down."""
    try:
        words, addend = operands.multipliers(layer.weights[neuron], int(layer.bias[neuron]))
    except NotCompilable as error:
        raise NotCompilable(f"layer {place}, neuron {neuron}: {error}") from None
    text = str(centred(addend))
    for name, word in zip(names, words, strict=True):
        if word:
            text = f"unsafe_add({text}, unsafe_mul({name}, {centred(word)}))"
    return f"{text} >> {operands.base + layer.shift}"


def _starts(last: IntegerLayer, keys: Keys, least: int) -> list[int]:
    """What the words of sums begin with: a key is the sum times 256, and below it 255 minus its class."""
    words = [0] * keys.words
    for index, bias in enumerate(last.bias.tolist()):
        word, bit = keys.place(index)
        words[word] += ((bias - least) << (bit + INDEX_BITS)) + ((MOST - 1 - index) << bit)
    return [centred(word % WORD) for word in words]


def _columns(last: IntegerLayer, neuron: int, keys: Keys) -> list[str]:
    words = [0] * keys.words
    for index, weight in enumerate(last.weights[:, neuron].tolist()):
        word, bit = keys.place(index)
        words[word] += weight << (bit + INDEX_BITS)
    pairs = enumerate(centred(word % WORD) for word in words)
    return [f"sums{k} = unsafe_add(sums{k}, unsafe_mul(h, {word}))" for k, word in pairs if word]


def _best(keys: Keys) -> list[str]:
    """Lines that find the largest key."""
    lines = ["", "# The largest key wins; its low byte tells the class."]
    lines += [f"keys{k}: uint256 = convert(sums{k}, uint256)" for k in range(keys.words)]
    mask = (1 << keys.lane_bits) - 1
    for index in range(keys.count):
        word, bit = keys.place(index)
        key = f"(keys{word} >> {bit}) & {mask}" if bit else f"keys{word} & {mask}"
        lines.append(f"best: uint256 = {key}" if index == 0 else f"best = max(best, {key})")
    return [*lines, f"return unsafe_sub({MOST - 1}, best & {MOST - 1})"]
