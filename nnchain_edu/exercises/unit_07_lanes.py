"""What unit 07's checks measure with: packed words and a whole number that counts what is done to it."""

from collections.abc import Callable, Sequence
from typing import Any

from nnchain_edu.exercises.kinds import Miss, same

WORD = 2**256
FEW = 12  # operations on whole words that a ReLU may take


def signed_lanes(values: Sequence[int], lane_bits: int) -> int:
    """The sum of value * 2**(lane_bits * place), modulo 2**256: a negative lane borrows from the one above."""
    return sum(value << lane_bits * place for place, value in enumerate(values)) % WORD


def offset_lanes(values: Sequence[int], lane_bits: int) -> int:
    """The same with half a lane added to each, so that no lane is negative and none borrows."""
    return signed_lanes([value + 2 ** (lane_bits - 1) for value in values], lane_bits)


class Counted(int):
    """A whole number that counts the operations done to it and to whatever comes of them."""

    def __new__(cls, value: int, counter: list[int] | None = None) -> "Counted":
        """Start a counter at 0, or go on with one."""
        made = super().__new__(cls, value)
        made.counter = [0] if counter is None else counter
        return made


def _counting(name: str) -> Callable:
    plain = getattr(int, name)

    def operation(self: Counted, *others: Any) -> Any:
        value = plain(self, *others)
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        self.counter[0] += 1
        return Counted(value, self.counter)

    return operation


for _name in ("add", "sub", "mul", "and", "or", "xor", "lshift", "rshift", "mod", "floordiv"):
    setattr(Counted, f"__{_name}__", _counting(f"__{_name}__"))
    setattr(Counted, f"__r{_name}__", _counting(f"__r{_name}__"))
for _name in ("invert", "neg", "abs", "pow"):
    setattr(Counted, f"__{_name}__", _counting(f"__{_name}__"))


def _counting_divmod(self: Counted, other: int) -> tuple[Any, Any]:
    return self // other, self % other


Counted.__divmod__ = _counting_divmod


def relu_gives(values: Sequence[int], lane_bits: int) -> Callable[[Any], bool | Miss]:
    """A test that a ReLU of these lanes leaves each positive value and 0 elsewhere, without the offset."""
    expected = signed_lanes([max(value, 0) for value in values], lane_bits)

    def test(answer: Any) -> bool | Miss:
        given = answer(offset_lanes(values, lane_bits), lane_bits, len(values))
        if same(given, expected):
            return True
        details = [("Expected lanes", _read(expected, lane_bits, len(values)))]
        if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
            details.append(("Your lanes", _read(given, lane_bits, len(values))))
        return Miss(*details)

    return test


def _read(word: int, lane_bits: int, count: int) -> str:
    lanes = [word >> lane_bits * place & (1 << lane_bits) - 1 for place in range(count)]
    above = word >> lane_bits * count
    return f"{lanes}" + (", and something above them" if above else "")


def takes_few_operations(lane_bits: int, count: int) -> Callable[[Any], bool | Miss]:
    """A test that a ReLU works on whole words, not lane by lane."""

    def test(answer: Any) -> bool | Miss:
        word = Counted(offset_lanes([(-1) ** place * place for place in range(count)], lane_bits))
        answer(word, lane_bits, count)
        taken = word.counter[0]
        return taken <= FEW or Miss(("Operations on the word", f"{taken} for {count} lanes; {FEW} will do"))

    return test
