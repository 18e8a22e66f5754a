"""What it takes a peel chain to hide from each detector, and whether training on evaders helps against fresh ones.

The control of that training: as many usual chains, begun at the same times, in place of the evading ones.
"""

from collections.abc import Iterable

import numpy as np
from sklearn.metrics import average_precision_score

from nnchain_edu.economy.evaders import FIRST_NUMBER, Behaviour, EvadedEconomy, prices
from nnchain_edu.economy.truth import Truth
from nnchain_edu.lab.fraud_models import FITS, SETTINGS, Judge
from nnchain_edu.lab.fraud_money import best_threshold
from nnchain_edu.lab.money_trail import Split, Trail, split, trail
from studies import show_progress

SEEDS = range(5)
BEHAVIOURS = [
    Behaviour(*levers)
    for levers in (
        *((1.0, 1.0, keep) for keep in (0.0, 0.3, 0.6)),
        *((4.0, 1.0, keep) for keep in (0.0, 0.3, 0.6)),
        *((wait, 0.2, keep) for wait, keep in ((1.0, 0.0), (4.0, 0.3), (4.0, 0.6))),
        (4.0, 0.2, 0.6, 3),
    )
]
CHAINS, TAUGHT_CHAINS = 6, 10
LOOKS = range(46, 61, 2)
COLUMNS = ["seed", "model", "training", "wait", "size", "keep", "shopping", "found"]
PRICE_COLUMNS = ["seed", "wait", "size", "keep", "shopping", "left", "hours", "transactions"]
ORDINARY_COLUMNS = ["seed", "model", "training", "offending_rows", "average_precision", "flagged_honest"]
TRAININGS = ("plain", "usual", "evaders")  # nothing added; usual chains added: the control; evading ones added
JUDGES = tuple(name for name in FITS if name not in ("autoencoder", "boosting with neighbours"))

Trained = dict[tuple[str, str], tuple[Judge, float]]


def added_chains(seed: int, training: str) -> list[tuple[Behaviour, float]]:
    """What is put into the days of the training: chains of mixed or usual behaviour, both begun at the same times."""
    rng = np.random.default_rng([seed, 9])
    mixed = [BEHAVIOURS[i] for i in rng.integers(len(BEHAVIOURS), size=TAUGHT_CHAINS)]
    days = rng.uniform(3, 24, TAUGHT_CHAINS)
    behaviours = {"plain": [], "usual": [Behaviour()] * TAUGHT_CHAINS, "evaders": mixed}[training]
    return list(zip(behaviours, days[: len(behaviours)], strict=True))


def with_chains(seed: int, training: str) -> tuple[Trail, Split]:
    """The economy with the added chains, which only teach: their accounts neither choose a threshold nor are counted.

    (A slow chain is still at work on the validation days.)
    """
    frames, truth = EvadedEconomy(seed, added_chains(seed, training), draw=1).plan()
    known = trail(frames, truth)
    part = split(known)
    others = ~added(known, truth)
    return known, Split(part.train, part.validation & others, part.test & others)


def added(known: Trail, truth: Truth) -> np.ndarray:
    """Which rows are of the accounts of added chains."""
    return truth.accounts["campaign"].reindex(known.account).to_numpy() >= FIRST_NUMBER


def trained(seed: int) -> tuple[Trained, list[tuple]]:
    """Every model with its threshold, taught in each of `TRAININGS`; and how it does on ordinary offenders."""
    made, ordinary = {}, []
    for training in TRAININGS:
        known, part = with_chains(seed, training)
        label, offending = known.label[part.test], int(known.label[part.train].sum())
        for name in JUDGES:
            judge = FITS[name](known, part.train, seed, **SETTINGS[name])
            scores = judge(known)
            threshold = best_threshold(known.label[part.validation], scores[part.validation[known.asked]])
            made[name, training] = judge, threshold
            scores = scores[part.test[known.asked]]
            alarms = (scores[~label] >= threshold).mean()
            values = average_precision_score(label, scores), alarms
            ordinary.append((seed, name, training, offending, *(round(float(value), 4) for value in values)))
            show_progress(1, 1, f"evasion, seed {seed}: {name}, {training}")
    return made, ordinary


def hunt(seed: int, behaviour: Behaviour, made: Trained) -> tuple[dict, tuple[float, float, float]]:
    """Of fresh chains' accounts, the share that each model flags at least once; and what the chains cost."""
    days = np.random.default_rng([seed, 8]).uniform(44.2, 46.5, CHAINS)
    frames, truth = EvadedEconomy(seed, [(behaviour, day) for day in days], draw=2).plan()
    met = trail(frames, truth, LOOKS)
    theirs = (added(met, truth) & met.label)[met.asked]
    accounts = met.account[met.asked][theirs]
    found = {}
    for key, (judge, threshold) in made.items():
        flagged = judge(met)[theirs] >= threshold
        found[key] = len(set(accounts[flagged])) / len(set(accounts))
    return found, prices(frames, truth, [behaviour] * CHAINS)


def rows(seeds: Iterable[int] = SEEDS) -> tuple[list[tuple], list[tuple], list[tuple]]:
    """What was found, what it cost, and how ordinary offenders fared."""
    found, cost, ordinary = [], [], []
    for seed in seeds:
        made, plain = trained(seed)
        ordinary += plain
        for done, behaviour in enumerate(BEHAVIOURS, 1):
            shares, paid = hunt(seed, behaviour, made)
            levers = behaviour.wait, behaviour.size, behaviour.keep, behaviour.shopping
            found += [(seed, *key, *levers, round(share, 4)) for key, share in shares.items()]
            cost.append((seed, *levers, *(round(value, 3) for value in paid)))
            show_progress(done, len(BEHAVIOURS), f"evasion, seed {seed}")
    return found, cost, ordinary
