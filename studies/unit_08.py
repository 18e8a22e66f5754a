"""Two questions about federated learning, each over five seeds.

`federated_rounds.csv`: how many rounds until 95 % (and 97 %) of the held-out digits are read, for FedSGD and for local
training of one and five epochs, at each of several learning rates, with IID and two-shard clients.
`federated_attacks.csv`: what 6 hostile clients of 20 do to each aggregation rule, and what each rule costs when
nobody attacks.

A seed fixes split, shares, first weights, who takes part and every shuffle. Runs that differ in method, rule or
attack share their seed's draws. The learning rate of the second table was chosen on seeds 100 and 101, by
the plain mean without an attack.
"""

from itertools import product

from nnchain_edu.federated import ATTACKS, RULES, Federation, iid, shards
from nnchain_edu.nets import MLP, digits
from studies import show_progress, write

CLIENTS, SEEDS = 20, range(5)
SHARES = {
    "IID": lambda y, seed: iid(len(y), CLIENTS, seed),
    "two shards": lambda y, seed: shards(y, CLIENTS, 2, seed),
}

METHODS = {  # local epochs, batch size, the learning rates that were tried, the most rounds
    "FedSGD": (1, None, (0.25, 0.5, 1.0, 2.0), 400),
    "E=1, B=10": (1, 10, (0.1, 0.2, 0.4, 0.8, 1.6), 150),
    "E=5, B=10": (5, 10, (0.05, 0.1, 0.2, 0.4, 0.8), 150),
}
PARTICIPANTS = 10
ROUNDS_COLUMNS = ["shares", "method", "learning_rate", "seed", "to_95", "to_97"]

HOSTILE, ROUNDS, EPOCHS, RATE = 6, 40, 2, 0.3
ATTACK_COLUMNS = ["shares", "attack", "rule", "seed", "right"]
NOBODY = "nobody"


def federation(shares: str, seed: int, hostile: int = 0) -> Federation:
    """Twenty clients, the first `hostile` of them hostile, and a network of 64-64-10."""
    data = digits(seed=seed)
    split = SHARES[shares](data.y_train, seed)
    model = MLP(64, 64, 10, seed=seed)
    return Federation(
        model, data.X_train, data.y_train, split, (data.X_test, data.y_test), hostile=range(hostile), seed=seed
    )


def rounds_to(shares: str, method: str, learning_rate: float, seed: int) -> tuple[int | None, int | None]:
    """The first rounds after which 95 % and 97 % of the held-out digits are read; None where none of the most was."""
    epochs, batch_size, _, most = METHODS[method]
    first = {0.95: None, 0.97: None}
    run = federation(shares, seed).run(
        most, participants=PARTICIPANTS, epochs=epochs, batch_size=batch_size, learning_rate=learning_rate
    )
    for found in run:
        for bar, reached in first.items():
            if reached is None and found.accuracy >= bar:
                first[bar] = found.number
        if first[0.97] is not None:
            break
    return first[0.95], first[0.97]


def right(shares: str, attack: str, rule: str, seed: int) -> int:
    """Of 450 held-out digits, how many are read after the last round. Every rule is told to withstand the hostile."""
    run = federation(shares, seed, HOSTILE).run(
        ROUNDS,
        rule=rule,
        withstand=HOSTILE,
        attack=None if attack == NOBODY else attack,
        epochs=EPOCHS,
        batch_size=10,
        learning_rate=RATE,
    )
    *_, last = run
    return round(last.accuracy * 450)


def rounds_grid():
    for shares, method in product(SHARES, METHODS):
        for learning_rate, seed in product(METHODS[method][2], SEEDS):
            yield shares, method, learning_rate, seed


def attacks_grid():
    yield from product(SHARES, (NOBODY, *ATTACKS, "label flip"), RULES, SEEDS)


def rows(grid, measure):
    """A row a run: what was chosen, then what came out."""
    grid = list(grid)
    for done, chosen in enumerate(grid, 1):
        out = measure(*chosen)
        yield *chosen, *(("" if n is None else n for n in out) if isinstance(out, tuple) else (out,))
        show_progress(done, len(grid), ", ".join(map(str, chosen)))


def main() -> None:
    """Write both tables; about 40 minutes on one core."""
    about = (
        f"Rounds until 95 and 97 % of 450 held-out digits are read; {CLIENTS} clients, {PARTICIPANTS} a round, empty: "
        f"not within {METHODS['FedSGD'][3]} rounds (FedSGD) or {METHODS['E=5, B=10'][3]}. Seeds 0 to 4."
    )
    write("08", "federated_rounds", about, ROUNDS_COLUMNS, rows(rounds_grid(), rounds_to))
    about = (
        f"Digits read right, of 450 held out, after {ROUNDS} rounds of {EPOCHS} local epochs (batches of 10, learning "
        f"rate {RATE}), all {CLIENTS} clients in each, {HOSTILE} of them hostile (attack 'nobody': all are honest). "
        "Seeds 0 to 4."
    )
    write("08", "federated_attacks", about, ATTACK_COLUMNS, rows(attacks_grid(), right))


if __name__ == "__main__":
    main()
