"""The largest of many numbers in one word, and which it is: a tournament in which a whole round is one subtraction.

A lane holds a key: the value, and below it eight bits with 255 minus the number's index, so that no two keys are
equal and of equal values the first wins. Lanes have a spare bit on top, the guard. (A + guards) − B leaves a guard
standing exactly where A's key is the larger; from the guards follows a mask, and B + ((A − B) & mask) holds the
larger of each pair.
"""

from dataclasses import dataclass

from .assembly import WORD

INDEX_BITS = 8
MOST = 2**INDEX_BITS  # classes


@dataclass(frozen=True)
class Keys:
    """How `count` values of 0 to `highest` lie in words as keys."""

    count: int
    highest: int

    @property
    def value_bits(self) -> int:
        return max(1, self.highest.bit_length())

    @property
    def key_bits(self) -> int:
        return self.value_bits + INDEX_BITS

    @property
    def lane_bits(self) -> int:
        """A key, a guard, and where more than two rounds are played with guards kept, one bit more."""
        return self.key_bits + (1 if max(self._guards(self.per_word(self.key_bits + 1))) < 3 else 2)

    def per_word(self, lane_bits: int) -> int:
        return min(self.count, 256 // lane_bits)

    @property
    def lanes(self) -> int:
        return self.per_word(self.lane_bits)

    @property
    def words(self) -> int:
        return -(-self.count // self.lanes)

    def place(self, index: int) -> tuple[int, int]:
        """The word and the lowest bit of a class's key."""
        word, lane = divmod(index, self.lanes)
        return word, lane * self.lane_bits

    @staticmethod
    def _guards(lanes: int) -> list[int]:
        """How many guards each lane starts with, so that every round of a lone word finds its own set and no more.

        A round compares lane i with lane i + half and leaves lane i with the guards of lane i + half.
        """
        if lanes <= 3:
            return [0] * lanes
        half = -(-lanes // 2)
        after = Keys._guards(half)
        upper = after[: lanes - half]
        # a lane without an opponent meets an empty one, which leaves it no guards
        return [(upper[i] if i < len(upper) else 0) + 1 for i in range(half)] + upper

    def start(self) -> list[int]:
        """What each word begins with: every key's index, and the guards if there is only one word."""
        found = [0] * self.words
        for index in range(self.count):
            word, bit = self.place(index)
            found[word] += (MOST - 1 - index) << bit
        if self.kept:
            found[0] += sum(
                n << (lane * self.lane_bits + self.key_bits) for lane, n in enumerate(self._guards(self.lanes))
            )
        return found

    @property
    def kept(self) -> bool:
        """Whether the guards of all rounds can be there from the start (else each round sets its own)."""
        if self.words > 1 or not self._three_fit:
            return False
        lanes, width, top = self.lanes, self.lane_bits, (self.highest << INDEX_BITS) + MOST - 1
        guards = self._guards(lanes)
        while lanes > 3:
            half = -(-lanes // 2)
            total = sum((top + (g << self.key_bits)) << (i * width) for i, g in enumerate(guards[:half]))
            upper = guards[half:]
            if total >= 1 << (half * width) or self._guards(half)[: len(upper)] != upper:
                return False
            if any(self._guards(half)[len(upper) :]):
                return False
            lanes, guards = half, upper + [0] * (half - len(upper))
        return True

    @property
    def _three_fit(self) -> bool:
        """Whether the seven lanes that comparing three at once takes fit a word below its top byte."""
        return 6 * self.lane_bits + self.key_bits <= 248

    def _larger(self, lanes: int) -> list:
        """From [.., B, (A + guards) - B] to the larger keys of the low `lanes` lanes, with the guards of B."""
        ones = sum(1 << (i * self.lane_bits) for i in range(lanes))
        full = (1 << self.key_bits) - 1
        return ["DUP1", self.key_bits, "SHR", ones, "AND", full, "MUL", "AND", "ADD"]

    def tournament(self) -> list:
        """Items that turn the words of keys on the stack into one number, the winner's class in its low byte."""
        width, items = self.lane_bits, []
        for _ in range(self.words - 1):
            items += [self._set(self.lanes), "OR", "DUP2", "SWAP1", "SUB", *self._larger(self.lanes)]
        lanes = self.lanes
        while lanes > (3 if self._three_fit else 2):
            half = -(-lanes // 2)
            if not self.kept:
                items += [self._set(half), "OR"]
            # A is the whole word: what lies above its low half stays above, and is not looked at
            items += ["DUP1", half * width, "SHR", "DUP1", "SWAP2", "SUB", *self._larger(half)]
            lanes = half
        if lanes == 3:
            items += self._of_three()
        elif lanes == 2:
            mask = (1 << width) - 1
            items += ["DUP1", mask, "AND", "DUP2", width, "SHR", "GT", width, "MUL", "SHR"]
        return [*items, "NOT"]

    def _set(self, lanes: int) -> int:
        return sum(1 << (i * self.lane_bits + self.key_bits) for i in range(lanes))

    def _of_three(self) -> list:
        """All three comparisons at once: R·K holds a − b, b − c and c − a in lanes; a table names the winner."""
        w, key = self.lane_bits, self.key_bits
        times = (1 << w) - 1 + (1 << 4 * w) - (1 << 6 * w)  # lanes 1, 2: a - b, b - c; lane 6: c - a
        guards = sum(1 << (lane * w + key) for lane in range(7))
        wanted = [1, 2, 6]
        mask = sum(1 << (lane * w + key) for lane in wanted)
        gather = sum(1 << (248 + place - lane * w - key) for place, lane in enumerate(wanted))
        table = 0
        for seen in range(8):
            first, second, third = seen & 1, seen >> 1 & 1, seen >> 2 & 1
            lane = 0 if first and not third else 1 if second and not first else 2
            table |= (lane * w) << (248 - 8 * seen)
        items = [table, "DUP2", times % WORD, "MUL", guards, "ADD", mask, "AND"]
        return [*items, gather, "MUL", 0, "BYTE", "BYTE", "SHR"]
