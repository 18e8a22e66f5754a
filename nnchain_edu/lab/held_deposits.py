"""Unit 09's game: the exchange holds each deposit overnight, and a detector says each morning which ones stay frozen.

Offenders carry their loot to the exchange. What is frozen there is saved, and each ether is counted once, however many
accounts it passed through. Whoever is frozen wrongly has to be heard and paid: a false alarm has its price.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas

DAYS, AGENTS = 60, 600  # of each economy; everything else is the economy's default
FIRST, START = 10, 35  # first morning with rows; first morning on which the detector decides
LAG = 3  # days until it is known whose deposit was loot
ALARM = 0.5  # ether that a wrongly frozen deposit costs

#: `freeze(table)` gives True or False for each row of one morning's table.
Freeze = Callable[["pandas.DataFrame"], Sequence[bool]]
#: `detector(table, label, alarm)` learns from past mornings and gives a `Freeze`.
Detector = Callable[["pandas.DataFrame", np.ndarray, float], Freeze]


class World(NamedTuple):
    """An economy's held deposits: a row a morning and account, and what nobody knows on that morning.

    table: indexed by (day, account): the economy's features as known when the day began, and ``deposit``, the ether
    that the account brought to the exchange the day before. label: whether some of it was loot. loot: how much, ether.
    """

    table: "pandas.DataFrame"
    label: np.ndarray
    loot: np.ndarray

    @property
    def day(self) -> np.ndarray:
        """The morning of each row."""
        return self.table.index.get_level_values("day").to_numpy()


class Outcome(NamedTuple):
    """What a detector did from day 35 on: ether saved, of the loot that came; deposits frozen, and wrongly frozen."""

    saved: float
    loot: float
    frozen: int
    wrong: int


def world(seed: int, agents: int = AGENTS, progress: Callable[[float], None] = lambda done: None) -> World:
    """The held deposits of the economy of this seed. About two seconds; ``progress`` hears the share done."""
    import pandas

    from nnchain_edu.economy import Economy, features
    from nnchain_edu.economy.behaviour import DAY

    frames, truth = Economy(seed, DAYS, agents).plan()
    progress(0.2)
    exchange = truth.accounts.index[truth.accounts["role"] == "exchange"]
    known = frames.transactions
    known = known.assign(
        morning=(known["time"] - frames.start) // DAY + 1,
        ether=[value / 10**18 for value in known["value"]],
        loot=truth.transactions["illicit"].to_numpy(),
    )
    deposits = known[known["to"].isin(exchange) & known["status"] & (known["ether"] > 0)]
    parts, sums = {}, []
    for day in range(FIRST, DAYS + 1):
        held = deposits[deposits["morning"] == day]
        totals = held.groupby("sender")["ether"].sum()
        if len(totals):
            parts[day] = features(_touching(frames, totals.index), day, accounts=totals.index)
            parts[day]["deposit"] = totals.to_numpy()
            sums.append(held["ether"].where(held["loot"], 0.0).groupby(held["sender"]).sum().to_numpy())
        progress(0.2 + 0.8 * (day - FIRST + 1) / (DAYS + 1 - FIRST))
    loot = np.concatenate(sums)
    return World(pandas.concat(parts, names=["day", "account"]), loot > 0, loot)


def _touching(frames: Any, accounts: Any) -> Any:
    """The frames that these accounts' features follow from."""
    from dataclasses import replace

    parts = {}
    for name in ("transactions", "transfers"):
        frame = getattr(frames, name)
        parts[name] = frame[frame["sender"].isin(accounts) | frame["to"].isin(accounts)]
    return replace(frames, **parts)


class Refused(ValueError):
    """What a detector gives cannot be used."""


def known_rows(here: World) -> np.ndarray:
    """Which rows' labels are known on the first morning on which a detector decides."""
    return here.day <= START - LAG


def flags(said: Any, rows: int) -> list[bool]:
    """What a `Freeze` gave, as True and False for each row; `Refused` where it is anything else."""
    given = np.asarray(said.detach() if hasattr(said, "detach") else said)
    wanted = f"freeze must give True or False for each of the {rows} rows"
    if given.shape != (rows,):
        raise Refused(f"{wanted}; what came has the shape {given.shape}")
    if given.dtype != bool and not np.isin(given, (0, 1)).all():
        raise Refused(f"{wanted}, not scores: compare them with a threshold")
    return [bool(value) for value in given]


def play(detector: Detector, here: World, ask: Callable[[tuple], Any] | None = None) -> Outcome:
    """Let a detector learn from the first mornings and decide on each later one, with that morning's table alone.

    ask: how the questions ("learn", table, label, alarm) and ("freeze", table) reach the detector; see `Server`.
    """
    ask = Server(detector) if ask is None else ask
    past = known_rows(here)
    ask(("learn", here.table[past], here.label[past], ALARM))
    frozen = np.zeros(len(here.day), dtype=bool)
    for day in range(START, DAYS + 1):
        today = here.day == day
        if today.any():
            frozen[today] = ask(("freeze", here.table[today]))
    return settle(here, frozen)


def settle(here: World, frozen: np.ndarray) -> Outcome:
    """What came of the deposits `frozen` (True or False a row), from the first morning of decisions on."""
    asked = here.day >= START
    wrong = int((frozen & ~here.label & asked).sum())
    saved = float(here.loot[frozen & asked].sum()) - ALARM * wrong
    return Outcome(saved, float(here.loot[asked].sum()), int((frozen & asked).sum()), wrong)


class Server:
    """Answers the questions of `play` by a detector; each table is a copy, so that nobody's rows can be changed."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector
        self.freeze: Freeze | None = None

    def __call__(self, question: tuple) -> list[bool] | None:
        kind, table, *rest = question
        if kind == "freeze":
            return flags(self.freeze(table.copy()), len(table))
        label, alarm = rest
        self.freeze = self.detector(table.copy(), label.copy(), alarm)
        if not callable(self.freeze):
            raise Refused(f"detector must return a function freeze(table), not {self.freeze!r}")
        return None


# What a detector is measured by -------------------------------------------------------------------------------


def nothing(table: "pandas.DataFrame", label: np.ndarray, alarm: float) -> Freeze:
    """Freeze nobody."""
    return lambda today: np.zeros(len(today), dtype=bool)


def rule_of_thumb(table: "pandas.DataFrame", label: np.ndarray, alarm: float) -> Freeze:
    """Freeze accounts younger than two weeks that pass on most of what they get, mostly within half a day."""

    def freeze(today: "pandas.DataFrame") -> np.ndarray:
        young, fast = today["age"] < 14 * 24 * 60, today["hold_median"] < 12 * 60
        return (young & fast & (today["passed_on"] > 0.8)).to_numpy()

    return freeze


def logistic_regression(table: "pandas.DataFrame", label: np.ndarray, alarm: float) -> Freeze:
    """The course's logistic regression on prepared features; it freezes from a probability of a half on."""
    from sklearn.linear_model import LogisticRegression

    from nnchain_edu.economy import Recipe

    recipe = Recipe().fit(table)
    model = LogisticRegression(C=0.3, max_iter=3000).fit(recipe.transform(table), label)
    return lambda today: model.predict_proba(recipe.transform(today))[:, 1] >= 0.5


BASELINES: dict[str, Detector] = {
    "nothing": nothing,
    "rule of thumb": rule_of_thumb,
    "logistic regression": logistic_regression,
}


def report(detector: Detector, seed: int = 0) -> str:
    """A few lines: what the detector saves in the economy of a seed, beside the baselines."""
    here = world(seed)
    lines = [f"Economy {seed}: {settle(here, np.zeros(len(here.day), dtype=bool)).loot:.0f} ether of loot came."]
    for name, other in {**BASELINES, "yours": detector}.items():
        try:
            done = play(other, here)
        except NotImplementedError:
            lines.append("yours: not written yet")
        except Exception as error:  # the check below says more
            lines.append(f"yours: raised {type(error).__name__}: {error}")
        else:
            lines.append(f"{name}: {done.saved:.1f} ether saved; {done.frozen} deposits frozen, {done.wrong} wrongly")
    return "\n".join(lines)
