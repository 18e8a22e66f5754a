"""How many labels does each network need, and what is left when the pixels are permuted?

Each row of `label_count.csv` is one training. A seed fixes everything that is drawn: which 450 images are held
out, which labels are kept, the permutation, the first weights, the order of the rows. Runs that differ only
in `network`, `labels` or `permuted` share their seed's draws, so that they can be compared in pairs.
"""

from itertools import product

import torch

from nnchain_edu.nets import CNN, MLP, accuracy, digits, train
from studies import show_progress, write

NETWORKS = {
    "MLP": lambda seed: MLP(64, 64, 10, seed=seed),
    "CNN, dense head": lambda seed: CNN((16, 32), head="dense", seed=seed),
    "CNN, pooled head": lambda seed: CNN((16, 16, 32), head="pooled", seed=seed),
}
LABELS = (100, 300, 1347)
SEEDS = range(8)
STEPS = 645  # of every run: 15 epochs on all labels, more epochs on fewer labels
BATCH = 32
COLUMNS = ["network", "labels", "permuted", "seed", "right"]


def right(network: str, labels: int, permuted: bool, seed: int) -> int:
    """Train one network; return how many of the 450 held-out digits it reads right."""
    data = digits(seed=seed, labels=labels)
    order = torch.arange(64)
    if permuted:
        order = torch.randperm(64, generator=torch.Generator().manual_seed(seed))
    model = NETWORKS[network](seed)
    epochs = STEPS // -(-labels // BATCH)
    options = {"epochs": epochs, "batch_size": BATCH, "learning_rate": 0.01, "decay": True, "seed": seed}
    train(model, data.X_train[:, order], data.y_train, **options)
    return round(accuracy(model, data.X_test[:, order], data.y_test) * len(data.y_test))


def rows():
    """Run the grid."""
    grid = list(product(NETWORKS, LABELS, (False, True), SEEDS))
    for done, (network, labels, permuted, seed) in enumerate(grid, 1):
        yield network, labels, permuted, seed, right(network, labels, permuted, seed)
        show_progress(done, len(grid), f"{network}, {labels} labels, {'permuted, ' * permuted}seed {seed}")


def main() -> None:
    """Write `label_count.csv`; 6 to 15 minutes on two cores."""
    about = (
        "Digits read right, of 450 held out, by network, number of labels, and whether the pixels were "
        f"permuted. Seeds {SEEDS[0]} to {SEEDS[-1]}; each fixes split, labels, permutation and first weights."
    )
    write("01", "label_count", about, COLUMNS, rows())
