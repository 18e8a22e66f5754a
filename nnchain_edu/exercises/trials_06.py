"""What unit 06 puts two answers through: a table with three planted leaks, and economies that drift."""

from collections.abc import Callable
from functools import cache
from typing import Any

from nnchain_edu.exercises.kinds import AnswerFailed, Miss, Test
from nnchain_edu.exercises.shown import show

# 06.4: the leaks -------------------------------------------------------------------------------------------

FUTURE, PROXY = "final_received", "case_number"


@cache
def on_both_sides() -> int:
    """How many accounts of the lab's table have rows in training and in the test."""
    from nnchain_edu.economy import leaky_table

    leaky = leaky_table(seed=0)
    accounts = leaky.table.index.get_level_values("account")
    return len(set(accounts[leaky.train]) & set(accounts[~leaky.train]))


def found_leak(place: int) -> Test:
    """The leak at this place of (future, proxy, accounts on both sides) is named."""

    def test(answer: Any) -> bool | Miss:
        if not isinstance(answer, tuple | list) or len(answer) != 3:
            raise AnswerFailed("The check takes three things: (future, proxy, both).", [("You gave", show(answer))])
        expected = (FUTURE, PROXY, None)[place]
        if expected is None:
            given = answer[2]
            return (not isinstance(given, bool | str) and given == on_both_sides()) or Miss(("You gave", show(given)))
        return answer[place] == expected or Miss(("You gave", show(answer[place])))

    return test


# 06.7: policies --------------------------------------------------------------------------------------------

EARLY, LATE, BAR = 0.38, 0.49, 0.55  # recall; what a frozen detector reaches is 0.26, 0.46, and 0.39 on average

_outcomes: dict[Any, dict[str, Any]] = {}


def outcomes(policy: Callable) -> dict[str, Any]:
    """What becomes of a policy in the three economies; one run serves all cases of a check."""
    from nnchain_edu.lab.drift_watch import WORLDS, watch

    if policy not in _outcomes:
        _outcomes.clear()
        _outcomes[policy] = {name: watch(policy, name) for name in list(WORLDS)[1:]}
    return _outcomes[policy]


def told(name: str, outcome: Any) -> tuple[str, str]:
    """A detail for the learner: what a policy did in one economy."""
    days = ", ".join(map(str, outcome.retrained)) or "no day"
    return f"The {name} drift", f"recall {outcome.recall:.2f}, trained again on {days}"


def thrice_at_most(policy: Callable) -> bool | Miss:
    """No more than three retrainings are wanted."""
    from nnchain_edu.lab.drift_watch import MOST

    most = max(outcome.asked for outcome in outcomes(policy).values())
    return most <= MOST or Miss(("Wanted", f"{most} retrainings"))


def reaches(name: str, recall: float) -> Test:
    """The policy keeps this recall in one economy."""

    def test(policy: Callable) -> bool | Miss:
        outcome = outcomes(policy)[name]
        return outcome.recall >= recall or Miss(told(name, outcome))

    return test


def above_the_bar(policy: Callable) -> bool | Miss:
    """The mean recall over the three economies reaches the bar."""
    done = outcomes(policy)
    score = sum(outcome.recall for outcome in done.values()) / len(done)
    details = [told(name, outcome) for name, outcome in done.items()]
    return score >= BAR or Miss(("Score", f"{score:.3f}; the bar is {BAR}"), *details)
