"""How much memory the course takes: each kernel at its peak, and JupyterLab with two kernels that ran whole lessons.

`python -m tests.bench memory`, Linux only; `NNCHAIN_UNITS="08 09"` takes these units alone, and leaves JupyterLab out.
Ends with 1 where something takes too much. The peak is a kernel's largest resident set. Where all of JupyterLab is
added up, what processes share counts once (proportional set size).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat

from tests.notebooks.run import MOST_MEMORY, ROOT, notes_of, prepare, run, taken

MOST_TOGETHER = 1.6e9  # bytes of JupyterLab and two kernels
TOGETHER = ("lessons/08_federated_learning.ipynb", "lessons/02_backpropagation.ipynb")  # two that train
PATIENCE = 300  # seconds for a lesson


def main() -> None:
    wanted = os.environ.get("NNCHAIN_UNITS", "").split()
    too_much = []

    def told(name: str, taken: float, limit: float) -> None:
        print(f"{name:<42} {taken / 1e6:>5.0f} MB{'  TOO MUCH' * (taken > limit)}", flush=True)
        too_much.extend([name] * (taken > limit))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for kind in ("lessons", "labs", "solutions"):  # one after the other: the first cell is not always another
            paths = sorted(p for p in (folder / kind).glob("*.ipynb") if not wanted or p.name[:2] in wanted)
            run(folder, "--nbval-lax", *(p.relative_to(folder).as_posix() for p in paths))
            for notebook, peak in taken(folder, (kind,), "peak").items():
                told(notebook, peak, MOST_MEMORY)
            for note in notes_of(folder).glob("*.json"):
                note.unlink()
        if not wanted:
            told("JupyterLab with two kernels", together(folder), MOST_TOGETHER)
    if too_much:
        sys.exit(f"memory: too much: {', '.join(too_much)}")


def together(folder: Path) -> int:
    """Bytes of a JupyterLab server and two kernels after each ran a lesson, measured while all three are there."""
    token = os.urandom(16).hex()
    runtime = folder / ".runtime"
    environment = dict(os.environ, JUPYTER_RUNTIME_DIR=str(runtime), JUPYTER_TOKEN=token, PYTHONPATH=str(ROOT))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={folder}"]
    with (folder / ".server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        address = _address(runtime, server)
        for notebook in TOGETHER:
            _run_lesson(address, token, runtime, folder / notebook)
        return sum(_proportional(process) for process in _family(server.pid))
    finally:
        server.terminate()
        server.wait(30)


def _address(runtime: Path, server: subprocess.Popen) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            return json.loads(file.read_text("utf-8"))["url"]
        time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start in a minute")


def _run_lesson(address: str, token: str, runtime: Path, notebook: Path) -> None:
    """Start a kernel through the server, as JupyterLab does, and run every cell in it."""
    from jupyter_client import BlockingKernelClient

    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    body = json.dumps({"name": "python3"}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{address}api/kernels", body, headers)) as answer:
        kernel = json.loads(answer.read())["id"]
    client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        client.kernel_info(reply=True, timeout=PATIENCE)
        for cell in nbformat.read(notebook, 4).cells:
            if cell.cell_type == "code":
                answer = client.execute_interactive(cell.source, timeout=PATIENCE, output_hook=lambda message: None)
                if answer["content"]["status"] != "ok":
                    raise RuntimeError(f"{notebook.name}: {answer['content']['evalue']}")
    finally:
        client.stop_channels()


def _family(process: int) -> list[int]:
    """A process and all that it started, directly or not."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found = [process]
    for each in found:
        found += children.get(each, [])
    return found


def _proportional(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
