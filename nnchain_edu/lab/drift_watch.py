"""Unit 06's challenge: a detector serves day after day while offenders change; a policy says when it is trained again.

The days of four economies lie beside this file, prepared (`python -m studies 06` makes them). In `drift_days.npz` an
economy has `x` (rows, 24 features times 8 as int8), `label` and `day`.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FILE = Path(__file__).with_name("drift_days.npz")
#: Name, the economy's seed, and the day on which its offenders change. The learner sees the first one only.
WORLDS = {"practice": (11, 33), "early": (12, 26), "middle": (13, 37), "late": (14, 44)}
START = 21  # first day on which the detector serves; it was trained on the days before
LAG = 3  # days until a day's labels are known
MOST = 3  # retrainings
SCALE = 8  # features are stored in eighths

Policy = Callable[[int, list[int], list[int], int, int], Any]


class World(NamedTuple):
    """An economy's days: features (rows, 24), labels, days."""

    x: np.ndarray
    label: np.ndarray
    day: np.ndarray


class Outcome(NamedTuple):
    """What came of a policy: `recall` of all days together, the days on which it retrained, and `asked`, how often it
    wanted to; `found` of `offenders` by day, from `START` on."""

    recall: float
    retrained: list[int]
    asked: int
    found: list[int]
    offenders: list[int]


@cache
def world(name: str) -> World:
    """The days of one of `WORLDS`."""
    if name not in WORLDS:
        raise ValueError(f"name: {name!r} given; accepted are {', '.join(WORLDS)}")
    with np.load(FILE, allow_pickle=False) as stored:
        x, label, day = (stored[f"{name}_{part}"] for part in ("x", "label", "day"))
    return World(x.astype(np.float32) / SCALE, label, day.astype(int))


def watch(policy: Policy, name: str = "practice") -> Outcome:
    """Let the detector serve from day 21 to the end, trained again whenever `policy` says so.

    Each morning `policy(day, found, offenders, since, left)` is asked. `found[i]` of `offenders[i]` were flagged on
    day 21 + i; the lists end three days ago. The detector was last trained `since` days ago, and `left` retrainings
    are left, of 3. A true answer trains it on all rows whose labels are known, and it serves from that day on. What
    is wanted beyond the third is not done, but counted in `asked`.
    """
    from nnchain_edu.lab.detector import fit, flagged

    here = world(name)
    model, found, offenders, retrained, asked = fit(*_known(here, START)), [], [], [], 0
    for day in range(START, int(here.day.max()) + 1):
        known = max(0, len(found) - LAG + 1)
        since = day - (retrained or [START])[-1]
        if policy(day, found[:known], offenders[:known], since, MOST - len(retrained)):
            asked += 1
            if len(retrained) < MOST:
                model = fit(*_known(here, day - LAG + 1))
                retrained.append(day)
        today = here.day == day
        found.append(int((flagged(model, here.x[today]) & here.label[today]).sum()))
        offenders.append(int(here.label[today].sum()))
    return Outcome(sum(found) / sum(offenders), retrained, asked, found, offenders)


def scores(policy: Policy) -> dict[str, float]:
    """Recall of `policy` in the three economies of the challenge's check, by name."""
    return {name: watch(policy, name).recall for name in list(WORLDS)[1:]}


def report(policy: Policy) -> str:
    """One line: what the policy reaches on the practice economy, beside never training again."""
    never = watch(lambda *told: False).recall
    try:
        yours = watch(policy)
    except NotImplementedError:
        return f"Practice economy: recall {never:.2f} without retraining; your policy is not written yet."
    except Exception as error:  # the check below says more
        raised = f"{type(error).__name__}: {error}"
        return f"Practice economy: recall {never:.2f} without retraining; your policy raised {raised}"
    days = ", ".join(map(str, yours.retrained)) or "none"
    return f"Practice economy: recall {never:.2f} without retraining, {yours.recall:.2f} with yours (days: {days})."


def _known(here: World, day: int) -> tuple[np.ndarray, np.ndarray]:
    past = here.day < day
    return here.x[past], here.label[past]
