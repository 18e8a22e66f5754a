"""The same surroundings for every check: fixed random numbers, no warnings, no questions, output caught."""

import builtins
import contextlib
import io
import random
import sys
import warnings
from collections.abc import Iterator

KEPT = 2000  # characters of what an answer prints
DEEPEST = 12 * 1024  # calls within calls: what an EVM needs; libraries raise it until Python can crash


class Printed(io.TextIOBase):
    """Keeps the beginning of what is printed, and drops the rest."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text[: max(0, KEPT - len(self.text))]
        return len(text)


def _refuse_question(prompt: object = "") -> str:
    raise EOFError("a check cannot answer input(): take the value as an argument")


@contextlib.contextmanager
def steady() -> Iterator[Printed]:
    """Run code in fixed surroundings, and put everything back afterwards."""
    printed = Printed()
    states, depth = _random_states(), sys.getrecursionlimit()
    sys.setrecursionlimit(min(depth, DEEPEST))
    question, builtins.input = builtins.input, _refuse_question
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            warnings.simplefilter("ignore")
            seed()
            yield printed
    finally:
        builtins.input = question
        sys.setrecursionlimit(depth)
        for restore, state in states:
            restore(state)


def seed() -> None:
    """Set the seed of every generator in use, so that a verdict does not depend on what ran before."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


def _random_states() -> list[tuple]:
    states = [(random.setstate, random.getstate())]
    if "numpy" in sys.modules:
        generator = sys.modules["numpy"].random
        states.append((generator.set_state, generator.get_state()))
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        states.append((torch.set_rng_state, torch.get_rng_state()))
    return states
