"""Ports for servers that a test starts."""

import random
import socket
from pathlib import Path

LOWEST, BELOW = 20_000, 32_768  # where Linux begins to hand out ports by itself, unless it is told otherwise
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody holds, and that the system gives to nobody by itself.

    One that it chose, for port 0, could go to any connection that somebody opens before the server takes it: another
    worker's, or the very one that asks whether the server is there yet, which then talks to itself.
    """
    below = min(BELOW, int(RANGE.read_text().split()[0])) if RANGE.exists() else BELOW
    while True:
        wanted = random.SystemRandom().randrange(LOWEST, below) if below > LOWEST + 1000 else 0
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return probe.getsockname()[1]
