"""What the digits' 64-16-10 network costs inside the EVM, rung by rung."""

import numpy as np
import torch
from torch import nn

from nnchain_edu.chain import Chain
from nnchain_edu.nets import digits, digits_network, quantise
from nnchain_edu.onchain import (
    PUBLISHED,
    CompiledConvolution,
    CompiledNetwork,
    compile_convolution,
    compile_network,
    ladder,
)

IMAGES = 20  # that the wall time is the mean over


def main() -> None:
    """Print the ladder, and beside it what others have published."""
    network, data = digits_network(), digits()
    rows = network.integers(data.X_test)
    products = network.products
    print(f"{network!r}, {network.accuracy(data.X_test, data.y_test):.1%} of {len(rows)} held-out images")
    print("Gas for the first of them; bytes of code; gas of putting it there; milliseconds of a call, the mean of 20")
    head = ("execution", "a product", "whole tx", "bytes", "deployment", "ms")
    print(f"{'':52}" + "".join(f"{name:>13}" for name in head))
    for rung in ladder(network):
        standing = rung.deploy(Chain())
        wrong = np.flatnonzero([standing.predict(row) for row in rows[:IMAGES]] != network.predict(rows[:IMAGES]))
        assert not len(wrong), f"{rung.name}: image {wrong[0]} is classed otherwise"
        execution, whole = standing.gas(rows[0])
        figures = f"{execution:13,}{execution / products:13,.2f}{whole:13,}{standing.size:13,}"
        more = f"{standing.deployment_gas:13,}{1000 * standing.seconds(rows[:IMAGES]):13.2f}"
        print(f"{rung.name + ', ' + rung.inputs:52}{figures}{more}", flush=True)
    for each in PUBLISHED:
        print(f"{each.what:52}{'':13}{each.gas_per_product:13,.2f}   {each.source}")
    print("Execution gas of others, by the same compiler")
    stored = compile_network(network, data_contracts=True)
    told("the same network, its weights in data contracts", stored)
    wide = nn.Sequential(nn.Linear(756, 128), nn.ReLU(), nn.Linear(128, 10))
    told("756-128-10, weights in data contracts", compile_network(quantise(wide, torch.ones(1, 756), lane_bits=16)))
    pictures = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 36, 10))
    few = quantise(pictures, torch.ones(1, 1, 8, 8), x_max=3, lane_bits=8)
    told("8 filters of 3 by 3 on 8 by 8 pixels of 2 bits", compile_convolution(few))


def told(what: str, compiled: CompiledNetwork | CompiledConvolution) -> None:
    """Print the gas of something that has no rung."""
    print(f"{what:52}{compiled.gas:13,}{compiled.gas_per_product:13,.2f}")
