"""Many small numbers in one 256-bit word, a lane each, so that one multiplication does the work of many.

X = Σ xᵢ·2^(L·i) times W = Σ wᵢ·2^(base − L·i), with base = 256 − L, has Σ wᵢ·xᵢ in its top lane: products of unlike
lanes fall into lower lanes, or beyond 2^256, where the EVM forgets them. The lower lanes may be negative and borrow
from the top one; a constant makes up for it. `Operands.multipliers` finds that constant and proves that the top lane
is the exact sum for every input, neuron by neuron, or says that it cannot be.
"""

from dataclasses import dataclass

import numpy as np

from .assembly import WORD


class NotCompilable(ValueError):
    """The network cannot be had as a contract of this kind; the message says why."""


def centred(number: int) -> int:
    """The representative of `number` modulo 2**256 that is nearest to zero."""
    return (number + WORD // 2) % WORD - WORD // 2


@dataclass(frozen=True)
class Operands:
    """The words that a layer's weights are multiplied with, and where its inputs lie in them.

    `lane_bits`: L. `places[i]`: (operand, bit) pairs of input i, () if no neuron looks at it. `nominal[i]`: (word,
    lane) of input i. `high[i]`: its largest value. `fixed[o]`: bits of operand o that are always set.
    `field_shift[k]` and `direct[k]`: word k is the bits of its group's first operand, `field_shift[k]` above lane
    starts; it is an operand of its own, shifted down if not `direct`. `adder`: the operand whose fixed bits carry the
    bias, or None.
    """

    lane_bits: int
    places: tuple[tuple[tuple[int, int], ...], ...]
    nominal: tuple[tuple[int, int], ...]
    high: tuple[int, ...]
    fixed: tuple[int, ...]
    field_shift: tuple[int, ...]
    direct: tuple[bool, ...]
    group: tuple[int, ...]
    adder: int | None

    @property
    def base(self) -> int:
        """The lowest bit of the top lane."""
        return 256 - self.lane_bits

    def _words(self, weights: np.ndarray) -> list[int]:
        """What each operand is multiplied with for the top lane to hold Σ wᵢ·xᵢ, before the constant."""
        plain = [0] * len(self.field_shift)
        for weight, (word, lane) in zip(weights.tolist(), self.nominal, strict=True):
            if weight:
                plain[word] += weight << (self.base - self.lane_bits * lane)
        words = []
        for k, value in enumerate(plain):
            first = plain[self.group[k]]
            if k == self.group[k]:
                words.append(value)
            elif self.direct[k]:  # the field stands where it is, field_shift bits up
                words.append((value >> self.field_shift[k]) - first)
            else:  # the first operand holds this field too: take its share back
                words.append(value - (first << self.field_shift[k]))
        return words

    def multipliers(self, weights: np.ndarray, bias: int) -> tuple[list[int], int]:
        """Each operand's multiplier for one neuron, and a number to add (0: none), proven; else NotCompilable."""
        words = self._words(weights)
        if self.adder is not None:
            for extra in self._candidates(words, weights, bias):
                trial = [*words]
                trial[self.adder] += extra
                if self._window(trial, weights, bias)[2]:
                    return [word % WORD for word in trial], 0
        least, most, _ = self._window(words, weights, bias)
        if least > most:
            raise NotCompilable(f"lanes of {self.lane_bits} bits are too narrow for its sums")
        fixed = sum(word * bits for word, bits in zip(words, self.fixed, strict=True))
        return [word % WORD for word in words], ((least + most) // 2 - fixed) % WORD

    def _window(self, words: list[int], weights: np.ndarray, bias: int) -> tuple[int, int, bool]:
        """Between which numbers the constant part must lie for the top lane to be exact, and whether it does.

        The word is Σ κᵢ·xᵢ + κ with κᵢ = wᵢ·2^base + εᵢ. It is z·2^base + ρ with 0 <= ρ < 2^base for every x exactly if
        the constant lies in the window; then its top lane is z, as long as z itself fits the lane (which the caller has
        from the ranges).
        """
        low = high = 0
        for weight, places, top in zip(weights.tolist(), self.places, self.high, strict=True):
            error = centred(sum(words[o] << bit for o, bit in places) - (weight << self.base))
            low, high = low + min(error, 0) * top, high + max(error, 0) * top
        least = (bias << self.base) - low
        most = ((bias + 1) << self.base) - 1 - high
        constant = sum(word * bits for word, bits in zip(words, self.fixed, strict=True))
        middle = (least + most) // 2
        constant = middle + centred(constant - middle)
        return least, most, least <= constant <= most

    def _candidates(self, words: list[int], weights: np.ndarray, bias: int) -> list[int]:
        """Multiples of the adder's fixed bits that may bring the constant into its window, smallest first."""
        least, most, _ = self._window(words, weights, bias)
        constant = sum(word * bits for word, bits in zip(words, self.fixed, strict=True))
        bits = self.fixed[self.adder]
        zeros = (bits & -bits).bit_length() - 1
        modulus = 1 << (256 - zeros)
        inverse = pow(bits >> zeros, -1, modulus)
        first, last = -(-(least - constant) >> zeros), (most - constant) >> zeros
        steps = max(1, (last - first) // 4096)
        found = []
        for wanted in range(first, last + 1, steps):
            extra = wanted * inverse % modulus
            found.append(extra - modulus if extra > modulus // 2 else extra)
        return sorted(found, key=abs)[:16]


def fits(low: np.ndarray, high: np.ndarray, lane_bits: int) -> np.ndarray:
    """Which neurons' sums, from `low` to `high`, fit a signed lane of so many bits."""
    half = 2 ** (lane_bits - 1)
    return (low >= -half) & (high < half)


def calldata_operands(weights: np.ndarray, door: int, lane_bits: int) -> tuple[Operands, list, int]:
    """Operands for inputs that come in calldata words, several inputs to a lane, one above the other.

    `weights` (neurons, inputs) says which inputs any neuron looks at; `door` is the largest value an input's field
    can hold, 2**field_bits - 1, so that no calldata is out of range. Returns the operands, the items that put them on
    the stack (the first deepest), and how many calldata words there are.
    """
    field_bits, lanes = door.bit_length(), 256 // lane_bits
    fields = max(1, lane_bits // field_bits)
    used = (weights != 0).any(axis=0)
    order = np.flatnonzero(used).tolist()
    words = max(1, -(-len(order) // lanes))
    group = tuple(k - k % fields for k in range(words))
    shift = tuple((k % fields) * field_bits for k in range(words))
    filled, free = _filled(len(order), lanes, words, group)
    if free is not None and filled[group[-1]] > free + 1:
        # a constant set above the last word's inputs meets the weight in this lane: let it be a small one
        least = int(np.abs(weights).max(axis=0)[order].argmin())
        order.insert(sum(filled[: group[-1] + 1]) - 1, order.pop(least))
    direct = tuple(256 - lane_bits - lane_bits * (filled[k] - 1) >= shift[k] for k in range(words))
    nominal, places = [(0, 0)] * used.size, [()] * used.size
    lanes_in_turn = [(k, lane) for k in range(words) for lane in range(filled[k])]
    for (k, lane), i in zip(lanes_in_turn, order, strict=True):
        nominal[i], first = (k, lane), (group[k], lane_bits * lane + shift[k])
        places[i] = (first,) if k == group[k] else (first, (k, lane_bits * lane + (shift[k] if direct[k] else 0)))
    items, fixed = [], [0] * words
    for first in sorted(set(group)):
        members = [k for k in range(words) if group[k] == first]
        taken = sum(door << bit for i in order for o, bit in places[i][:1] if o == first)
        items += [32 * (first // fields), "CALLDATALOAD"]
        unused, constant = WORD - 1 - taken, 0
        if members[-1] == words - 1 and free is not None:
            # with masks to come, every bit that no input needs is set: none is the caller's to choose
            constant = unused if len(members) > 1 else door << (lane_bits * free + shift[-1])
        if unused and constant != unused:
            items += [taken, "AND"]
        if constant:
            items += [constant, "OR"]
        fixed[first] = constant
        for k in members[1:]:
            looked_at = {*range(filled[k]), *([free] if k == words - 1 and free is not None else [])}
            every = sum(door << (lane_bits * lane) for lane in looked_at)
            if direct[k]:
                items += [f"DUP{k - first}", every << shift[k], "AND"]
                fixed[k] = constant & (every << shift[k])
            else:
                items += [f"DUP{k - first}", shift[k], "SHR", every, "AND"]
                fixed[k] = (constant >> shift[k]) & every
    high = tuple(door if each else 0 for each in used.tolist())
    adder = words - 1 if fixed[-1] else None
    operands = Operands(lane_bits, tuple(places), tuple(nominal), high, tuple(fixed), shift, direct, group, adder)
    return operands, items, max(group) // fields + 1


def _filled(count: int, lanes: int, words: int, group: tuple[int, ...]) -> tuple[list[int], int | None]:
    """How many inputs each word takes, and which lane of the last is free for the bias (None: there is none).

    The lanes above the free one are set to ones in the last group's first word too; they harm no sum if that word has
    no weights there, so the first and the last word of the group share what is left.
    """
    filled = [lanes] * (words - 1) + [count - lanes * (words - 1)]
    if filled[-1] == lanes:
        return filled, None
    if group[-1] == words - 1:
        return filled, filled[-1]
    rest = lanes + filled[-1]
    free = min(rest // 2, lanes - 2)
    filled[group[-1]] = min(lanes, max(rest - free, free + 1))
    filled[-1] = rest - filled[group[-1]]
    return filled, max(free, filled[-1])


def packed_operands(high: np.ndarray, lane_bits: int) -> Operands:
    """Operands for a hidden layer's values, one a lane, value i at most `high[i]`; and a lane for the bias."""
    lanes = 256 // lane_bits
    words = -(-len(high) // lanes)
    nominal = tuple(divmod(i, lanes) for i in range(len(high)))
    places = tuple(((k, lane_bits * lane),) for k, lane in nominal)
    fixed, filled = [0] * words, len(high) - (words - 1) * lanes
    if filled < lanes:
        fixed[-1] = 1 << (max(int(high.max()), 1).bit_length() - 1 + lane_bits * filled)
    alone, adder = tuple(range(words)), words - 1 if fixed[-1] else None
    return Operands(
        lane_bits, places, nominal, tuple(high.tolist()), tuple(fixed), (0,) * words, (True,) * words, alone, adder
    )
