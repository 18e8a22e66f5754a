"""A SuperLink and SuperNodes of Flower as processes of this machine, always stopped."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from tests.ports import free_port

from .island import Island

ROOT = Path(__file__).parents[2]
APP = ROOT / "flower_app"
BIN = Path(sys.executable).parent
PATIENCE = 120  # seconds for a process to answer on a machine with other work to do


def quiet() -> dict[str, str]:
    """The variables that `flower_app/quiet.env` sets."""
    return dict(re.findall(r"^(\w+)=(.*)$", (APP / "quiet.env").read_text(), re.MULTILINE))


class SuperLink:
    """`flower-superlink` on a free port; `nodes` SuperNodes beside it, or a simulation of them in one process."""

    def __init__(self, folder: Path, island: Island, nodes: int = 0, environment: dict[str, str] | None = None):
        self.folder, self.island, self.logs = folder, island, {}
        self.processes: dict[str, subprocess.Popen] = {}
        steady = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
        kept = {name: value for name, value in os.environ.items() if name not in quiet()}
        self.environment = {**kept, **(quiet() if environment is None else environment), **steady}
        self.environment |= {"FLWR_HOME": str(folder), "PATH": f"{BIN}:{os.environ['PATH']}"}
        self.port = free_port()
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text((APP / "config.toml").read_text().replace("8000", str(self.port)))
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--disable-runtime-dependency-installation"]
        self.start("superlink", "flower-superlink", "--insecure", *options, *["--simulation"] * (not nodes))
        self.wait_for(lambda: "Uvicorn running" in self.text("superlink"), "the SuperLink")
        for number in range(nodes):
            options = ["--superlink", f"127.0.0.1:{self.port}", "--port", str(free_port())]
            options += ["--node-config", f"partition-id={number} num-partitions={nodes}"]
            self.start(f"node {number}", "flower-supernode", "--insecure", *options)

    def start(self, name: str, *command: str) -> subprocess.Popen:
        self.logs[name] = self.folder / f"{name.replace(' ', '-')}.log"
        with open(self.logs[name], "w") as log:
            self.processes[name] = subprocess.Popen(
                [*self.island.prefix, *command],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.processes[name]

    def text(self, name: str) -> str:
        return self.logs[name].read_text(errors="replace")

    def wait_for(self, condition, what: str, seconds: float = PATIENCE) -> None:
        until = time.monotonic() + seconds
        while not condition():
            dead = [name for name, process in self.processes.items() if process.poll()]
            assert not dead and time.monotonic() < until, f"no {what}:\n" + "\n".join(map(self.text, self.logs))[-5000:]
            time.sleep(0.2)

    def begin(self, name: str, settings: dict, federation: Sequence[str] = ()) -> subprocess.Popen:
        """Start a run of the course's app; its log is `text(name)`."""
        settings = settings | {"save": str(self.folder / f"{name}.npz")}
        given = " ".join(f'{key}="{v}"' if isinstance(v, str) else f"{key}={v}" for key, v in settings.items())
        options = [option for each in federation for option in ("--federation-config", each)]
        return self.start(name, "flwr", "run", str(APP), "course", "--run-config", given, *options, "--stream")

    def end(self, name: str, seconds: float = 900) -> dict[str, np.ndarray]:
        """What the run saved."""
        self.processes[name].wait(seconds)
        file = self.folder / f"{name}.npz"
        assert file.exists(), self.text(name)[-5000:]
        with np.load(file) as found:
            return dict(found)

    def ours(self) -> list[psutil.Process]:
        """Every process that was started by this SuperLink, however far down: each inherits its FLWR_HOME."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("FLWR_HOME") == str(self.folder):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                pass
        return found

    def kill(self, name: str) -> None:
        """Without warning, with all that it started."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait(PATIENCE)

    def close(self) -> list[str]:
        """Stop everything; what had to be killed after long waiting is returned."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while (left := self.ours()) and time.monotonic() < until:
            time.sleep(0.2)
        names = []
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended just now
                names.append(" ".join(process.cmdline())[:100])
                process.kill()
        return names
