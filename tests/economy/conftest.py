"""One small economy on a chain, read once, for all tests of the room."""

from typing import NamedTuple

import pytest

from nnchain_edu import Chain
from nnchain_edu.economy import Economy, Frames, Truth, collect

SMALL = {"seed": 3, "days": 20, "agents": 160, "drift_day": 10}


class Lived(NamedTuple):
    chain: Chain
    truth: Truth
    frames: Frames


@pytest.fixture(scope="session")
def lived() -> Lived:
    """An economy that ran on a chain. Tests must not change it."""
    chain = Chain(seed=SMALL["seed"])
    truth = Economy(**SMALL).run(chain)
    return Lived(chain, truth, collect(chain))
