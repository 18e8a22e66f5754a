"""How fast the simulations of unit 05 are. `python -m tests.bench protocols`."""

import time
from collections.abc import Callable

from nnchain_edu.protocols.delegated import DelegatedProofOfStake
from nnchain_edu.protocols.difficulty import average_rule, hash_rates, run
from nnchain_edu.protocols.double_spend import race
from nnchain_edu.protocols.forks import simulate_forks
from nnchain_edu.protocols.network import Conditions
from nnchain_edu.protocols.pbft import PBFT
from nnchain_edu.protocols.proof_of_stake import ProofOfStake
from nnchain_edu.protocols.proof_of_work import ProofOfWork
from nnchain_edu.protocols.protocol import simulate
from nnchain_edu.protocols.selfish_mining import expected_share
from nnchain_edu.protocols.selfish_mining import simulate as mine_selfishly

ROUNDS = 3
WORK: dict[str, Callable[[], object]] = {
    "selfish mining, 1,000,000 blocks": lambda: mine_selfishly(0.4, 0.5),
    "a strategy's exact share": lambda: expected_share(0.4, 0.5),
    "10,000 races, q = 0.3, z = 6": lambda: race(0.3, 6),
    "forks, 1,000,000 blocks, ten miners": lambda: simulate_forks([0.1] * 10, 60, blocks=1_000_000),
    "60 days of difficulty": lambda: run(hash_rates(), average_rule()),
    "proof of work, 10 nodes, 1,000 blocks": lambda: simulate(ProofOfWork, 10, 600_000, Conditions(latency=10)),
    "proof of stake, 10 nodes, 200 blocks": lambda: simulate(ProofOfStake, 10, 2400),
    "delegated, 10 nodes, 1,000 blocks": lambda: simulate(DelegatedProofOfStake, 10, 1000),
    "PBFT, 10 nodes, 200 blocks": lambda: simulate(PBFT, 10, 270),
}


def main() -> None:
    """Print processor seconds, the best of a few rounds."""
    for name, work in WORK.items():
        best = float("inf")
        for _ in range(ROUNDS):
            start = time.process_time()
            work()
            best = min(best, time.process_time() - start)
        print(f"  {name:<40} {best:6.2f} s")
