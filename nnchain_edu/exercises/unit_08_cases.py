"""What the cases of unit 08 put to an answer: updates to average and to judge, commitments, masks, ε, games."""

import copy
import math
from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.kinds import Miss, Test, leaves_unchanged, same
from nnchain_edu.exercises.shown import show


def arrays(value: Any) -> Any:
    """A copy in which each tuple is a NumPy array of floats: NumPy is loaded when a check runs, not with the unit."""
    import numpy as np

    if isinstance(value, tuple):
        return np.array(value, dtype=float)
    return [arrays(each) for each in value] if isinstance(value, list) else copy.deepcopy(value)


def gives(expected: Any, *args: Any) -> Test:
    """The answer, called with `arrays` of these, gives this within 1e-9."""

    def test(answer: Any) -> bool | Miss:
        found = answer(*map(arrays, args))
        return same(found, expected, 1e-9) or Miss(("Expected", show(expected)), ("You gave", show(_listed(found))))

    return test


def is_not(misconception: Any, *args: Any) -> Test:
    """The answer does not give what one with a certain misconception gets."""

    def test(answer: Any) -> bool | Miss:
        found = answer(*map(arrays, args))
        return not same(found, misconception, 1e-9) or Miss(("You gave", show(_listed(found))))

    return test


def leaves(*args: Any) -> Test:
    """The answer, called with `arrays` of these, changes none of them."""
    return lambda answer: leaves_unchanged(*map(arrays, args))(answer)


def _listed(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


# 08.2, 08.3: rules ------------------------------------------------------------------------------------------

ROWS = ((1, 9), (2, 1), (3, 2), (9, 3), (-50, 4))
LINE = ((0,), (1,), (3,), (6,), (10,), (100,))


# 08.4: commitments ------------------------------------------------------------------------------------------

ALICE, BOB = "0x" + "aa" * 20, "0x" + "bb" * 20
ONE, OTHER = "0x" + "11" * 20, "0x" + "22" * 20
SALT, SECOND = (2**200).to_bytes(32), (2**200 + 1).to_bytes(32)
GIVEN = {"words": [1, 2], "salt": SALT, "sender": ALICE, "number": 7, "contract": ONE, "chain_id": 1337}


def is_a_hash(answer: Any) -> bool | Miss:
    """The answer gives 32 bytes."""
    found = answer(*GIVEN.values())
    return (isinstance(found, bytes) and len(found) == 32) or Miss(("You gave", show(found)))


def bound_to(name: str, other: Any) -> Test:
    """Another `name` gives another commitment."""

    def test(answer: Any) -> bool | Miss:
        first, second = answer(*GIVEN.values()), answer(*(GIVEN | {name: other}).values())
        return bytes(first) != bytes(second) or Miss(("Both times", show(bytes(first).hex())))

    return test


def as_the_contract(answer: Any) -> bool | Miss:
    """The very bytes that `federated_round.vy` computes."""
    from nnchain_edu.federated.commitment import commitment

    expected, found = commitment(*GIVEN.values()), bytes(answer(*GIVEN.values()))
    return found == expected or Miss(("The contract", expected.hex()), ("You gave", found.hex()))


# 08.5: masks ------------------------------------------------------------------------------------------------

WORD = 2**256
PAIRS = {(0, 1): WORD - 5, (0, 2): 3**150, (1, 2): 7**80}


def seen_by(number: int) -> dict[int, int]:
    """A client's masks by the other's number."""
    return {sum(pair) - number: mask for pair, mask in PAIRS.items() if number in pair}


def cancels(answer: Any) -> bool | Miss:
    """Three masked words add up to the sum of the plain ones, modulo 2**256."""
    total = sum(answer(word, n, seen_by(n)) for n, word in enumerate((10, 20, 30))) % WORD
    return total == 60 or Miss(("Sum of 10, 20 and 30", show(total)))


def is_whole(answer: Any) -> bool | Miss:
    """Every client's masked word is a Python int."""
    found = [answer(10, number, seen_by(number)) for number in range(3)]
    return all(type(each) is int for each in found) or Miss(("You gave", show(found[0])))


def in_range(answer: Any) -> bool | Miss:
    """Each masked word fits a word of the EVM."""
    for number in range(3):
        found = answer(10, number, seen_by(number))
        if not 0 <= found < WORD:
            return Miss((f"Client {number}'s word", show(found)))
    return True


# 08.6: privacy ---------------------------------------------------------------------------------------------

# Rényi divergence of one step and its order, for σ = 4 and sampling rate 0.01, as Opacus computes it.
ABADI = {
    order: (divergence, order)
    for order, divergence in {
        8: 2.5899123e-5,
        19: 6.1958772e-5,
        20: 6.5263130e-5,
        21: 6.8571906e-5,
        32: 1.0526361e-4,
    }.items()
}


def abadi() -> tuple[list[float], list[int]]:
    """Divergences of one step, and their orders."""
    return [divergence for divergence, _ in ABADI.values()], list(ABADI)


def bound(divergence: float, order: int, steps: int, delta: float) -> float:
    """What one order says about ε (Mironov 2017, proposition 3)."""
    return steps * divergence + math.log(1 / delta) / (order - 1)


# 08.7: the challenge ----------------------------------------------------------------------------------------


def gives_an_update(answer: Any) -> bool | Miss:
    """One finite update of the right shape."""
    import numpy as np

    found = np.asarray(answer(np.random.default_rng(0).normal(size=(20, 650)), 6), dtype=float)
    fine = found.shape == (650,) and bool(np.isfinite(found).all())
    return fine or Miss(("The shape you gave", show(found.shape)))


def withstands(attack: str) -> Callable[[Any], bool | Miss]:
    """The rule surely loses less than the allowed points in this attack's games."""

    def test(answer: Any) -> bool | Miss:
        from nnchain_edu.lab.hostile_game import score

        found = score(answer, attack)
        return found.withstood or Miss(("Against the honest mean", str(found)))

    return test
