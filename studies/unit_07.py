"""Trains the digits' 64-16-10 network and writes its whole numbers to `digits_network.json`.

Trained weights differ between processors, so the course's exact figures (gas, code, hashes) are those of these
committed whole numbers. Seed 0. The held-out images were not trained on, but
learning rate, epochs and weight decay were compared on them: the 435 of 450 is a little flattered.
"""

import platform

import torch
from torch import nn

from nnchain_edu.nets import QuantisedNetwork, digits, seeded, train_quantised
from nnchain_edu.nets.quantisation import DIGITS
from studies import unit_07_widths

SIZES = (64, 16, 10)


def digits_model(seed: int = 0) -> nn.Sequential:
    """The network before training. Hidden biases start at 0.5: with PyTorch's own start some neurons never fire."""
    with seeded(seed):
        model = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
    nn.init.constant_(model[0].bias, 0.5)
    return model


def trained(seed: int = 0) -> QuantisedNetwork:
    """The network of whole numbers: 150 epochs as it is, 150 with every rounding in the loop."""
    data = digits()
    options = {"epochs": 150, "quantised_epochs": 150, "learning_rate": 0.003, "weight_decay": 1e-5, "seed": seed}
    return train_quantised(digits_model(seed), data.X_train, data.y_train, **options)


def main() -> None:
    """Write `digits_network.json`, half a minute on one core; then the table of widths."""
    network = trained()
    data = digits()
    made = f"python {platform.python_version()}, torch {torch.__version__.partition('+')[0]}, {platform.machine()}"
    right = round(network.accuracy(data.X_test, data.y_test) * len(data.y_test))
    about = (
        f"python -m studies 07; {made} with {torch.backends.cpu.get_cpu_capability()}; {right} of 450 held-out right"
    )
    network.save(DIGITS, about)
    unit_07_widths.main()
