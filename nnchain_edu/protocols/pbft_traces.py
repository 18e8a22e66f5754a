"""Why PBFT needs n ≥ 3f + 1, shown at f = 1: with three nodes, every quorum loses something.

The same liar leads height 1 in all three runs, or says nothing; messages take exactly 0.1 s, none is lost.
Any two quorums of q among n nodes share 2q − n nodes. They agree if that is more than f; they exist without the liars
if q ≤ n − f. Both at once is n ≥ 3f + 1.
"""

from .network import Conditions
from .pbft import PBFT
from .protocol import Result, simulate

LIAR = 1  # leads height 1
STEADY = Conditions(latency=0.1, steady=True)


def lost_safety() -> Result:
    """n = 3, quorum 2f = 2: the liar tells node 0 of one block and node 2 of another, and both become final."""
    return simulate(PBFT, 3, 1.5, STEADY, {LIAR: "equivocate"}, trace=True, faults=1, quorum=2)


def lost_liveness() -> Result:
    """n = 3, quorum 2f + 1 = 3: the liar is silent, and no view ever finds three votes."""
    return simulate(PBFT, 3, 60, STEADY, {LIAR: "silent"}, trace=True, faults=1, quorum=3)


def kept(behaviour: str = "equivocate") -> Result:
    """n = 4, quorum 3, the same liar ("equivocate" or "silent"): one block a height for all, and it goes on."""
    return simulate(PBFT, 4, 12, STEADY, {LIAR: behaviour}, trace=True)
