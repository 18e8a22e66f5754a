"""How fast rounds of federated learning are: `python -m tests.bench federated`. Processor seconds, one thread."""

import torch

from nnchain_edu.federated import Federation, iid
from nnchain_edu.nets import MLP, digits

from .economy import timed

CLIENTS, ROUNDS = 100, 100


def main() -> None:
    """A hundred clients, all of them in each of a hundred rounds on the digits, by three rules."""
    torch.set_num_threads(1)
    data = digits(seed=0)
    shares, test = iid(len(data.y_train), CLIENTS), (data.X_test, data.y_test)
    for rule in ("mean", "median", "Multi-Krum"):
        federation = Federation(MLP(64, 64, 10, seed=0), data.X_train, data.y_train, shares, test)
        run = federation.run(ROUNDS, rule=rule, learning_rate=0.3)
        *_, last = timed(f"{CLIENTS} clients, {ROUNDS} rounds, {rule}", lambda run=run: list(run), most=60)
        print(f"{'':44} {last.accuracy:.1%} of {len(data.y_test)} held-out digits")


if __name__ == "__main__":
    main()
