"""The door of this room: every number is checked before anything is done, and a refusal says what is accepted."""

from collections.abc import Sequence
from math import isfinite
from numbers import Integral, Real

import numpy as np

SUM_TOLERANCE = 1e-9  # shares that were computed, such as [1 / 3] * 3, do not add up to the last bit


def number(name: str, given: float, least: float = 0.0, most: float | None = None, below: float | None = None) -> float:
    """`given` as a float if it is finite, at least `least`, at most `most` and less than `below`; else ValueError."""
    accepted = f"at least {least:g}"
    if most is not None:
        accepted = f"between {least:g} and {most:g}"
    if below is not None:
        accepted = f"at least {least:g} and below {below:g}"
    is_number = isinstance(given, Real) and not isinstance(given, bool) and isfinite(given)
    if not is_number or given < least or (most is not None and given > most) or (below is not None and given >= below):
        raise ValueError(f"{name} must be a number {accepted}, got {given!r}")
    return float(given)


def positive(name: str, given: float) -> float:
    """`given` as a float if it is finite and above 0; else ValueError."""
    if not isinstance(given, Real) or isinstance(given, bool) or not isfinite(given) or given <= 0:
        raise ValueError(f"{name} must be a number above 0, got {given!r}")
    return float(given)


def share(name: str, given: float) -> float:
    """`given` as a float if it lies between 0 and 1; else ValueError."""
    return number(name, given, 0, most=1)


def minority(name: str, given: float) -> float:
    """`given` as a float if it is a share below one half; else ValueError with the reason."""
    if number(name, given, 0, most=1) >= 0.5:
        raise ValueError(
            f"{name} must be at least 0 and below 0.5, got {given!r}: "
            "with half of the power or more the attacker always wins, and the formula ends"
        )
    return float(given)


def whole(name: str, given: int, least: int = 0, most: int | None = None) -> int:
    """`given` as an int if it is a whole number from `least` to `most`; else ValueError."""
    is_whole = isinstance(given, Integral) and not isinstance(given, bool)
    if not is_whole or given < least or (most is not None and given > most):
        accepted = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be a whole number {accepted}, got {given!r}")
    return int(given)


def shares(name: str, given: Sequence[float], least: int = 1) -> np.ndarray:
    """`given` as an array of at least `least` shares between 0 and 1 that add up to 1; else ValueError."""
    values = [share(f"{name}[{place}]", value) for place, value in enumerate(given)]
    if len(values) < least:
        raise ValueError(f"{name} must hold at least {least} shares, got {len(values)}")
    if abs(sum(values) - 1) > SUM_TOLERANCE:
        raise ValueError(f"{name} must add up to 1, got {list(given)!r}, which adds up to {sum(values):g}")
    return np.array(values)


def choice(name: str, given: str, accepted: Sequence[str]) -> str:
    """`given` if it is one of `accepted`; else ValueError that lists them."""
    if given not in accepted:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, accepted))}, got {given!r}")
    return given
