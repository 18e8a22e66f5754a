"""Three rules of difficulty under a calm month, one in which half of the miners leave, and one in which they double.

Each row of `difficulty_rules.csv` is one simulated month under one rule. A seed fixes the hash rate, the luck of the
miners, and for the network also what it is trained on and its first weights; rows that differ only in `rule` share
their seed's hash rate, so that they can be compared in pairs. In the calm month the recovery is not looked at.
"""

from collections.abc import Iterator
from itertools import product

import torch

from nnchain_edu.nets import MLP, train
from nnchain_edu.protocols.difficulty import Rule, average_rule, bitcoin_rule, features, hash_rates, run, training_set
from studies import show_progress, write

SCENARIOS = {"calm": 1.0, "half leave": 0.5, "twice as many": 2.0}
RULES = ("Bitcoin's rule", "a day's average", "the network")
SEEDS = range(20)
HOURS, SHOCK_HOUR = 24 * 30, 24 * 10
COLUMNS = ["scenario", "rule", "seed", "error", "recovery"]


def trained(seed: int) -> MLP:
    """A network that has seen other histories than those it is tried on."""
    X, y = training_set(series=20, seed=1_000 + seed)
    model = MLP(6, 16, 1, activation="tanh", seed=seed)
    options = {"epochs": 20, "batch_size": 64, "learning_rate": 0.01, "decay": True, "seed": seed}
    train(model, torch.tensor(X), torch.tensor(y)[:, None], **options)
    return model


def network_rule(model: MLP) -> Rule:
    """The difficulty is the hash rate that the network reads from the past blocks."""

    def rule(times, difficulties) -> float:
        with torch.no_grad():
            return 2 ** model(torch.tensor(features(times, difficulties), dtype=torch.float32)[None]).item()

    return rule


def month(scenario: str, rule: Rule, seed: int) -> tuple[float, float]:
    """How far the expected block times were off on average (1: twice too long or short), and hours to recover."""
    rates = hash_rates(HOURS, SCENARIOS[scenario], SHOCK_HOUR, seed=seed)
    found = run(rates, rule, seed=seed)
    return found.error, found.recovery(SHOCK_HOUR)


def rows() -> Iterator[tuple]:
    """Run the grid, seed by seed, so that each network is trained once."""
    done, of = 0, len(SEEDS) * len(SCENARIOS) * len(RULES)
    for seed in SEEDS:
        rules = dict(zip(RULES, (bitcoin_rule, average_rule(), network_rule(trained(seed))), strict=True))
        for scenario, name in product(SCENARIOS, RULES):
            error, recovery = month(scenario, rules[name], seed)
            done += 1
            show_progress(done, of, f"{scenario}, {name}, seed {seed}")
            yield scenario, name, seed, round(error, 4), "" if scenario == "calm" else round(recovery, 1)


def main() -> None:
    """Write `difficulty_rules.csv`; 2 to 6 minutes on two cores."""
    about = (
        "Mean |log2(expected seconds / 600)| of a simulated month's blocks, and hours from the shock on day 10 until "
        f"a day's blocks on end are within 20 %, by scenario and rule. Seeds {SEEDS[0]} to {SEEDS[-1]}; each fixes "
        "hash rate, luck, training histories and first weights."
    )
    write("05", "difficulty_rules", about, COLUMNS, rows())
