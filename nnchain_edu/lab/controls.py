"""What a learner can turn: sliders, choices, toggles, buttons, lines of text; and the prediction before the first run.

Each control checks its own values, names itself in its errors, and lists the values a test should try.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps of `step`; whole numbers throughout when all four are whole.

    `unit` is written behind the value ("gas", "%").
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    default: float
    unit: str = ""

    kind = "slider"

    def __post_init__(self) -> None:
        if not self.low < self.high or not self.step > 0:
            raise ValueError(f"slider {self.name!r} needs low < high and step > 0")
        self.check(self.default)
        self.check(self.high)

    @property
    def decimals(self) -> int:
        """Digits after the point that every value of this slider needs."""
        return max(len(text.partition(".")[2]) for text in (f"{x:.9f}".rstrip("0") for x in (self.low, self.step)))

    def check(self, value: Any) -> float:
        """Return `value` as a value of this slider, or raise a ValueError that names it."""
        bad = isinstance(value, bool) or not hasattr(value, "__float__") or not math.isfinite(value)
        steps = 0 if bad else (float(value) - self.low) / self.step
        if bad or not self.low - 1e-9 <= value <= self.high + 1e-9 or abs(steps - round(steps)) > 1e-6:
            raise ValueError(
                f"{self.name} ({self.label}) accepts {self.low:g} to {self.high:g} "
                f"in steps of {self.step:g}; {value!r} was given"
            )
        exact = round(self.low + round(steps) * self.step, self.decimals)
        return exact if self.decimals else int(exact)

    def trials(self) -> tuple[float, ...]:
        """The values a test tries: lowest, default, highest."""
        return self.check(self.low), self.check(self.default), self.check(self.high)

    def spec(self) -> dict[str, Any]:
        """What the browser needs to draw the control."""
        keys = ("kind", "name", "label", "low", "high", "step", "unit", "decimals")
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True)
class Choice:
    """One of several `options` (words or numbers)."""

    name: str
    label: str
    options: Sequence[str | int | float]
    default: str | int | float

    kind = "choice"

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(self.options))
        if len(set(map(str, self.options))) != len(self.options) or not self.options:
            raise ValueError(f"choice {self.name!r} needs options, each different")
        self.check(self.default)

    def check(self, value: Any) -> str | int | float:
        """Return the option, or raise a ValueError that names this choice."""
        for option in self.options:
            if option == value and isinstance(value, bool) == isinstance(option, bool):
                return option
        accepted = ", ".join(map(repr, self.options))
        raise ValueError(f"{self.name} ({self.label}) accepts {accepted}; {value!r} was given")

    def trials(self) -> tuple[str | int | float, ...]:
        """The values a test tries: every option."""
        return tuple(self.options)

    def spec(self) -> dict[str, Any]:
        """What the browser needs to draw the control."""
        return {"kind": self.kind, "name": self.name, "label": self.label, "options": list(self.options)}


@dataclass(frozen=True)
class Toggle:
    """Something that is on or off."""

    name: str
    label: str
    default: bool = False

    kind = "toggle"

    def __post_init__(self) -> None:
        self.check(self.default)

    def check(self, value: Any) -> bool:
        """Return the value, or raise a ValueError that names this toggle."""
        if not isinstance(value, bool):
            raise ValueError(f"{self.name} ({self.label}) accepts True or False; {value!r} was given")
        return value

    def trials(self) -> tuple[bool, ...]:
        """The values a test tries: off and on."""
        return False, True

    def spec(self) -> dict[str, Any]:
        """What the browser needs to draw the control."""
        return {"kind": self.kind, "name": self.name, "label": self.label}


@dataclass(frozen=True)
class Button:
    """An action: pressing it calls the state's method of the same name."""

    name: str
    label: str

    kind = "button"

    def spec(self) -> dict[str, Any]:
        """What the browser needs to draw the control."""
        return {"kind": self.kind, "name": self.name, "label": self.label}


@dataclass(frozen=True)
class Text:
    """One line that the learner writes, such as a line of code; reported when finished, by Enter or on leaving."""

    name: str
    label: str
    default: str
    longest: int = 200  # characters

    kind = "text"

    def __post_init__(self) -> None:
        self.check(self.default)

    def check(self, value: Any) -> str:
        """Return the line, or raise a ValueError that names this control."""
        if not isinstance(value, str) or len(value.splitlines()) > 1 or len(value) > self.longest:
            raise ValueError(
                f"{self.name} ({self.label}) accepts one line of at most {self.longest} characters; {value!r} was given"
            )
        return value

    def trials(self) -> tuple[str, ...]:
        """The values a test tries: the default and an empty line."""
        return self.default, ""

    def spec(self) -> dict[str, Any]:
        """What the browser needs to draw the control."""
        return {"kind": self.kind, "name": self.name, "label": self.label, "longest": self.longest}


Control = Slider | Choice | Toggle | Button | Text


@dataclass(frozen=True)
class Prediction:
    """A question to answer before the first run: a number (between `low` and `high`) or one of `options`."""

    question: str
    kind: str = "number"
    options: Sequence[str] = ()
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(self.options))
        if self.kind not in ("number", "choice"):
            raise ValueError(f"a prediction's kind is 'number' or 'choice'; {self.kind!r} was given")
        if (self.kind == "choice") != bool(self.options):
            raise ValueError("a prediction of kind 'choice' needs options, one of kind 'number' has none")

    def check(self, given: Any) -> float | str:
        """Return the prediction as a number or option, or raise a ValueError that says what is accepted.

        Numbers may come as text, with a decimal point or comma.
        """
        if self.kind == "choice":
            if given not in self.options:
                raise ValueError(f"Choose one of: {', '.join(self.options)}.")
            return given
        try:
            number = float(str(given).strip().replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"A prediction here is a number, such as 0.5; you wrote {str(given)!r}.")
        if not self.low <= number <= self.high:
            raise ValueError(f"A prediction is from {self.low:g} to {self.high:g}; you wrote {number:g}.")
        return number

    def trial(self) -> float | str:
        """A prediction a test may write."""
        if self.kind == "choice":
            return self.options[0]
        return float(min(max(0.5, self.low), self.high))

    def spec(self) -> dict[str, Any]:
        """What the browser needs to ask the question."""
        return {
            "question": self.question,
            "kind": self.kind,
            "options": list(self.options),
            "unit": self.unit,
            "trial": str(self.trial()),
        }


def written(prediction: float | str) -> str:
    """A prediction as the learner would write it: 38, not 38.0."""
    return prediction if isinstance(prediction, str) else f"{prediction:.12g}"
