"""The form of the proof tables: `answers_NN.py` beside this file holds `ANSWERS = {"NN.1": Answers(...)}`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answers:
    """What the check of one exercise must say to which answer.

    Args:
        right: the lab's solution first, then at least one right answer written differently.
        wrong: pairs (answer, name of the case that must refuse it); at least three, naming different cases,
            and every case of the exercise is named by one.
        stub: the answer as it stands in the untouched lab: must be *not attempted*.
        broken: an answer that raises an exception of its own: must be *broken*.
    """

    right: list[Any]
    wrong: list[tuple[Any, str]]
    stub: Any
    broken: Any
