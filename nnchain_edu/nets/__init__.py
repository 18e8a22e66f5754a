"""The networks of the course, the loop that trains them, and the digits they are tried on.

    from nnchain_edu.nets import MLP, accuracy, digits, train

Nothing here knows of a chain. Importing this room sets PyTorch to one thread, because the course's
networks are so small that a second thread costs more than it brings (a busy 2-core machine was five
times slower with two); set the variable OMP_NUM_THREADS to choose otherwise.
"""

import os

import torch

from .data import Digits, digits
from .graphs import GCN, normalised
from .integers import Convolution, IntegerLayer, NeuronRanges, QuantisedNetwork
from .models import CNN, GRU, MLP, Attention, GraphLayer, parameter_count, seeded
from .quantisation import digits_network, quantise, train_quantised, training_quantised
from .training import History, accuracy, train, training

if "OMP_NUM_THREADS" not in os.environ:
    torch.set_num_threads(1)

__all__ = [
    "CNN",
    "GCN",
    "GRU",
    "MLP",
    "Attention",
    "Convolution",
    "Digits",
    "GraphLayer",
    "History",
    "IntegerLayer",
    "NeuronRanges",
    "QuantisedNetwork",
    "accuracy",
    "digits",
    "digits_network",
    "normalised",
    "parameter_count",
    "quantise",
    "seeded",
    "train",
    "train_quantised",
    "training",
    "training_quantised",
]
