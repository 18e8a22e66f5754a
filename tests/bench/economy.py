"""The economy's speed: 20,000 transactions lived on a chain, planned, collected, made into features.

`python -m tests.bench economy`. Processor seconds of one process, and the wall clock beside.
"""

import resource
import time
from collections.abc import Callable
from typing import Any

from nnchain_edu import Chain
from nnchain_edu.economy import Economy, collect, features, graph, sequences, snapshots


def timed(what: str, work: Callable[[], Any], most: float | None = None) -> Any:
    """Do the work and tell how long it took, and whether that is within `most` seconds of a processor."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    spent = time.process_time() - processor
    told = f"{spent:6.2f} s of a processor, {time.perf_counter() - wall:6.2f} s by the clock"
    verdict = "" if most is None else f"  under {most:g} s: {'yes' if spent < most else 'NO'}"
    print(f"{what:44} {told}{verdict}", flush=True)
    return result


def main() -> None:
    """Print the table."""
    economy, chain = Economy(), Chain()
    truth = timed("run, about 20,000 transactions", lambda: economy.run(chain), most=30)
    timed("plan", economy.plan)
    frames = timed("collect", lambda: collect(chain))
    timed("features, 51 of every account", lambda: features(frames), most=2)
    timed("snapshots, 60 days, window of 14", lambda: snapshots(frames, range(1, 61), window=14))
    timed("sequences, 32 events of every account", lambda: sequences(frames))
    timed("graph", lambda: graph(frames))
    print(f"{len(truth.transactions):,} transactions, {len(frames.blocks):,} blocks, {len(truth.accounts):,} accounts")
    print(f"head {truth.head}, peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
