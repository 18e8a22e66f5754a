"""What the cases of unit 06 put to an answer: a followed chain, transfers, columns to scale, weights, claims."""

from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.kinds import Miss, Test, returns, same
from nnchain_edu.exercises.shown import show

# 06.1: block hashes ----------------------------------------------------------------------------------------


def hashes(text: str) -> list[str]:
    """One made-up block hash a letter."""
    return [f"0x{letter * 4}" for letter in text]


def reads_on(expected: int, taken: str, chain: str) -> Test:
    """An indexer that took in the blocks of `taken` goes on at block `expected` of `chain`."""
    return returns(expected, hashes(taken), hashes(chain))


# 06.2: transfers -------------------------------------------------------------------------------------------

ETHER = 10**18


def row(number: int, sender: str, to: str | None, value: int, status: bool = True) -> dict[str, Any]:
    """A collected transaction."""
    return {"hash": f"0x{number:04x}", "sender": sender, "to": to, "value": value, "status": status}


PLAIN = [row(1, "ann", "ben", 5), row(2, "ben", "cem", 3), row(3, "cem", "ben", 2)]
TWICE = [row(1, "ann", "ben", 5), row(2, "ann", "ben", 5), row(1, "ann", "ben", 5)]
FAILED = [row(1, "ann", "ben", 5), row(2, "ann", "ben", 7, status=False), row(3, "ann", "cem", 1, status=False)]
ITSELF = [row(1, "ann", "ann", 5), row(2, "ann", "ben", 4), row(3, "ben", "ben", 1)]
CREATED = [row(1, "ann", None, 5), row(2, "ann", "ben", 4)]
EXACT = [row(1, "ann", "ben", 10**24 + 1), row(2, "ann", "ben", 1), row(3, "cem", "ben", 2**200)]
NOTHING = [row(1, "ann", "ben", 0), row(2, "ann", "cem", 3)]


def received(expected: dict[str, int], rows: list[dict[str, Any]]) -> Test:
    """The amounts received are exactly these, as Python's whole numbers."""

    def test(answer: Any) -> bool | Miss:
        given = answer([dict(each) for each in rows])
        whole = isinstance(given, dict) and all(type(value) is int for value in given.values())
        if isinstance(given, dict) and not whole:
            return Miss(("Expected", f"{show(expected)}, all of them int"))
        return same(given, expected)

    return test


# 06.3: columns to scale ------------------------------------------------------------------------------------

NAN = float("nan")


def scaled(expected: list[list[float]], train: list[list[float]], rows: list[list[float]]) -> Test:
    """`rows`, scaled by what `train` tells, are `expected`; both are given as arrays of floats."""

    def test(answer: Any) -> bool | Miss:
        import numpy as np

        given = answer(np.array(train, dtype=float), np.array(rows, dtype=float))
        return same(np.asarray(given, dtype=float), expected, tolerance=1e-6)

    return test


# 06.5: names for weights -----------------------------------------------------------------------------------


def state(**entries: Any) -> dict[str, Any]:
    """Weights by name, as arrays; a list becomes float32."""
    import numpy as np

    return {name: np.asarray(value, dtype=None if hasattr(value, "dtype") else "f4") for name, value in entries.items()}


def array(values: Any, dtype: str) -> Any:
    """An array of this dtype, in NumPy's notation."""
    import numpy as np

    return np.array(values, dtype=dtype)


def is_a_hash(answer: Any) -> bool | Miss:
    """The name is 32 bytes."""
    found = answer(state(bias=[1.0]))
    return (isinstance(found, bytes) and len(found) == 32) or Miss(("Expected", "32 bytes"))


def alike(one: Callable[[], dict], other: Callable[[], dict]) -> Test:
    """Both weights get one name."""

    def test(answer: Any) -> bool | Miss:
        same_name = answer(one()) == answer(other())
        return same_name or Miss(("Compared", f"{show(one())} and {show(other())}"), ("Expected", "one name for both"))

    return test


def apart(*makes: Callable[[], dict]) -> Test:
    """All these weights get different names."""

    def test(answer: Any) -> bool | Miss:
        names = [answer(make()) for make in makes]
        compared = " and ".join(show(make()) for make in makes)
        return len(set(names)) == len(names) or Miss(("Compared", compared), ("Expected", "different names"))

    return test


# 06.6: claimed bits ----------------------------------------------------------------------------------------


def is_large(given: int) -> bool:
    """A model of one number: "fraud" above 100."""
    return given > 100


def pack(bits: list[bool]) -> list[int]:
    """Bits as words of 256, the first row in the lowest bit of the first word."""
    return [sum(bit << i for i, bit in enumerate(bits[w : w + 256])) for w in range(0, len(bits), 256)]


def lies_at(expected: list[int], rows: list[int], flipped: list[int]) -> Test:
    """A claim about `rows` with some bits `flipped`: these positions are false."""

    def test(answer: Any) -> bool | Miss:
        bits = [is_large(each) != (i in flipped) for i, each in enumerate(rows)]
        given = answer(pack(bits), list(rows), is_large)
        return same(list(given) if isinstance(given, range | set) else given, expected)

    return test


FEW = [3, 500, 80, 120, 101, 100, 7]
MANY = [(37 * i) % 211 for i in range(600)]
