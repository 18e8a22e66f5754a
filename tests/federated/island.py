"""A network namespace whose only road out ends in a file: what programs in it try to send beyond this machine is seen.

Run as a program inside the namespace, it makes loopback, a tun device as the default route and a resolver behind it,
then writes down each packet that comes out of the tun. Linux with iproute2, user namespaces and /dev/net/tun.
"""

import fcntl
import os
import select
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
RESOLVER = "192.0.2.53"  # documentation addresses (RFC 5737): nobody is there
ROADS = [
    "ip link set lo up",
    "sysctl -qw net.ipv6.conf.beyond.disable_ipv6=1",
    "ip address add 192.0.2.1/24 dev beyond",
    "ip link set beyond up",
    "ip route add default dev beyond",
]


class Island:
    """`prefix` starts a command in it, `packets()` is what tried to leave. On a system that allows no such namespace
    `prefix` is empty, and `why` says what was missing."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="island-"))
        command = ["unshare", "--user", "--map-root-user", "--net", "--mount", sys.executable, __file__, self.folder]
        self.prefix: list[str] = []
        try:
            self.keeper = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        except FileNotFoundError:
            self.keeper, self.why = None, "no unshare"
            return
        self.why = self.keeper.stdout.readline().strip()
        if self.why == "ready":
            enter = ["--user", "--preserve-credentials", "--net", "--mount"]
            self.prefix = ["nsenter", "--target", str(self.keeper.pid), *enter, f"--wd={Path.cwd()}"]

    def packets(self) -> list[bytes]:
        """Each packet that left, from its IP header on."""
        return [file.read_bytes() for file in sorted(self.folder.glob("*.packet"))]

    def close(self) -> None:
        if self.keeper:
            self.keeper.communicate("")


def keep(folder: Path) -> None:
    """Inside the namespace: build the road, then watch it until standard input ends."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"beyond", IFF_TUN | IFF_NO_PI))
    (folder / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n")
    road = f"mount --bind {folder / 'resolv.conf'} {Path('/etc/resolv.conf').resolve()}"
    for command in [*ROADS, road]:
        subprocess.run(command.split(), check=True, capture_output=True)
    print("ready", flush=True)
    count = 0
    while True:
        readable, _, _ = select.select([tun, sys.stdin], [], [])
        if tun in readable:
            packet = os.read(tun, 65536)
            (folder / f"{count:06}.packet").write_bytes(packet)
            count += 1
        elif not os.read(sys.stdin.fileno(), 1):
            return


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]))
    except (OSError, subprocess.CalledProcessError) as error:
        print(error, flush=True)
