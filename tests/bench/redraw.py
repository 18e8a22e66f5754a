"""How long the benches of units 05 and 07 take to answer a change of a control. `python -m tests.bench redraw`."""

import time

from nnchain_edu.lab.attack_odds import AttackOdds
from nnchain_edu.lab.bench import paint
from nnchain_edu.lab.figures import png
from nnchain_edu.lab.fork_race import ForkRace
from nnchain_edu.lab.lane_product import LaneProduct
from nnchain_edu.lab.partition import HealPartition
from nnchain_edu.lab.quantisation_bench import QuantisationBench
from nnchain_edu.lab.selfish_plane import SelfishPlane
from nnchain_edu.lab.state import State

CHANGES: dict[type[State], list[dict]] = {
    AttackOdds: [{"percent": 40 + n} for n in range(4)],
    ForkRace: [{"delay": 20 + n} for n in range(4)],
    SelfishPlane: [{"alpha": 20 + n, "formula": True} for n in range(4)],
    HealPartition: [{"protocol": "proof of stake", "left": 6, "apart": apart} for apart in (10, 15, 20, 30)],
    QuantisationBench: [{"bits": bits, "neurons": 24} for bits in (8, 10, 14, 16)],
    LaneProduct: [{"shown": n} for n in (3, 5, 7, 8)],
}


def seconds(kind: type[State]) -> float:
    """Processor seconds from a changed control to the picture's bytes, the best of four changes."""
    state = kind()
    png(paint(state), quick=True)  # fonts are loaded
    times = []
    for values in CHANGES[kind]:
        begun = time.process_time()
        state.set(**values)
        png(paint(state), quick=True)
        times.append(time.process_time() - begun)
    return min(times)


def main() -> None:
    """Print milliseconds; a bench should answer within 200."""
    for kind in CHANGES:
        print(f"  {kind.title:<45} {1000 * seconds(kind):6.0f} ms")
