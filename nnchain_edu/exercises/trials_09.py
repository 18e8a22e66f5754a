"""What unit 09's challenge puts a detector through: economies that are drawn when the check runs."""

import secrets
from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.kinds import AnswerFailed, Miss, Passed, Test
from nnchain_edu.exercises.sealed import sealed

ECONOMIES = 8  # together they hold some 250 thefts: the solution misses the bar about once in 10,000 checks
SECONDS = 40  # of processor time for the detector's own work

_outcomes: dict[Any, dict[str, Any]] = {}


def draw_seeds() -> list[int]:
    """Seeds that nobody can have known before."""
    return [secrets.randbelow(2**62) for _ in range(ECONOMIES)]


def economy(seed: int) -> Any:
    """The held deposits of one economy."""
    from nnchain_edu.lab.held_deposits import world

    return world(seed)


def outcomes(detector: Callable) -> dict[str, Any]:
    """What detector and baselines save in the same economies; one run serves all cases of a check.

    The detector runs in a process that was forked before the seeds were drawn, and gets one morning's table after the
    other: neither labels nor seeds nor later days exist where it could look.
    """
    from nnchain_edu.lab.held_deposits import BASELINES, Server, play

    if detector not in _outcomes:
        _outcomes.clear()
        totals = {name: 0.0 for name in ("loot", "yours", *BASELINES)}
        with sealed(_Plainly(Server(detector)), SECONDS) as ask:
            seeds = draw_seeds()
            for seed in seeds:
                here = economy(seed)
                mine = play(detector, here, ask)
                totals["yours"] += mine.saved
                totals["loot"] += mine.loot
                for name, baseline in BASELINES.items():
                    totals[name] += play(baseline, here).saved
        _outcomes[detector] = totals | {"seeds": seeds}
    return _outcomes[detector]


class _Plainly:
    """The server of a detector; what it refuses is the answer's failure."""

    def __init__(self, server: Callable) -> None:
        self.server = server

    def __call__(self, question: Any) -> Any:
        from nnchain_edu.lab.held_deposits import Refused

        try:
            return self.server(question)
        except Refused as refused:
            raise AnswerFailed(f"The check could not use what came: {refused}.") from None


def amounts(done: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and text of what the detector saved of all the loot that came, and of what the baselines saved."""
    from nnchain_edu.lab.held_deposits import BASELINES

    rivals = [(name.capitalize(), f"{done[name]:.1f}") for name in BASELINES if name != "nothing"]
    most = f"{done['loot']:.1f} ether: all loot frozen, and nobody wrongly"
    return [("You saved", f"{done['yours']:.1f} ether"), *rivals, ("Possible", most)]


def saves_more_than(baseline: str, tell: bool = False) -> Test:
    """The detector saves more than this baseline, in all economies together; `tell` says then how much each saves."""

    def test(detector: Callable) -> bool | Miss | Passed:
        done = outcomes(detector)
        yours, theirs = done["yours"], done[baseline]
        told = f"{yours:.1f} of {done['loot']:.0f} ether; {baseline}: {theirs:.1f}"
        replay = ", ".join(map(str, done["seeds"]))
        if not yours > theirs:
            return Miss(("You saved", told), ("The hidden seeds were", replay))
        return Passed(*amounts(done), ("The hidden seeds were", replay)) if tell else True

    return test
