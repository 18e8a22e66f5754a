"""`nnchain-edu doctor`: what the course needs of a machine, looked at one by one, each problem with its remedy."""

import os
import shutil
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path

OLDEST = (3, 11)
MEMORY_NEEDED = 2 * 10**9  # bytes: JupyterLab and two kernels with PyTorch, measured at under 1.6 GB
DISK_NEEDED = 10**9  # bytes: the learner's copies, and room for what a notebook writes
PACKAGE = "nnchain-edu"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found and, where something is wrong, how to mend it ("" where all is well)."""

    subject: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'problem' if self.remedy else 'fine':<8} {self.subject}: {self.found}"
        return f"{line}\n         -> {self.remedy}" if self.remedy else line


def examine(workspace: Path) -> Iterator[Finding]:
    """Look at everything, one finding after the other; a look that fails is itself a finding."""
    looks: list[tuple[str, Callable[[], Finding]]] = [
        ("Python", python), ("packages", packages), ("memory", memory), ("my_course", partial(own_folder, workspace)),
        ("progress", progress_folder), ("disk", disk), ("loopback", loopback), ("port", port), ("browser", browser),
        ("kernel", kernel),
    ]  # fmt: skip
    for subject, look in looks:
        try:
            yield look()
        except Exception as error:
            yield Finding(subject, f"no look was possible: {type(error).__name__}: {error}", "report this as a mistake")


def python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    remedy = "" if sys.version_info >= OLDEST else f"install Python {OLDEST[0]}.{OLDEST[1]} or newer"
    return Finding("Python", f"{found} at {sys.executable}", remedy)


def packages() -> Finding:
    """Every package that the course needs, against the versions it accepts."""
    from packaging.requirements import Requirement

    wrong, count = [], 0
    for text in metadata.requires(PACKAGE) or []:
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        count += 1
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} is {version}, needed is {requirement.specifier}")
    remedy = "delete the folder .venv and run `make lab` again" if wrong else ""
    return Finding("packages", "; ".join(wrong) or f"{count} needed, all there", remedy)


def memory() -> Finding:
    free = _free_memory()
    if free is None:
        return Finding("memory", "this system does not say how much is free")
    remedy = "close other programs and kernels" if free < MEMORY_NEEDED else ""
    return Finding("memory", f"{free / 1e9:.1f} GB free, {MEMORY_NEEDED / 1e9:.0f} needed", remedy)


def _free_memory() -> int | None:
    """Bytes that a new program can have: of the machine, or of the container where that is less."""
    try:
        lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        return free if limit == "max" else min(free, int(limit) - used)
    except (OSError, ValueError):
        return free


def own_folder(workspace: Path) -> Finding:
    return folder("my_course", workspace)


def folder(name: str, path: Path) -> Finding:
    """Whether a file can be made in `path`, or `path` in the nearest folder above that exists."""
    place = next(each for each in (path, *path.parents) if each.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".doctor-"):
            return Finding(name, f"{path} can be written")
    except OSError as error:
        return Finding(name, f"{path} cannot be written: {error.strerror}", f"get the right to write in {place}")


def progress_folder() -> Finding:
    from nnchain_edu.exercises.log import Log

    log = Log()
    found = folder("progress", log.folder)
    if not found.remedy and (reading := log.read()).rest:
        remedy = "nothing to do: the next check you pass sets the damaged part aside and keeps it"
        return Finding("progress", f"{log.path} is damaged after entry {len(reading.entries)}", remedy)
    return found


def disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    remedy = "make room on this disk" if free < DISK_NEEDED else ""
    return Finding("disk", f"{free / 1e9:.1f} GB free, {DISK_NEEDED / 1e9:.0f} needed", remedy)


def loopback() -> Finding:
    """A connection from this machine to itself, which is all that JupyterLab needs of a network."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        with socket.create_connection(server.getsockname(), timeout=2):
            return Finding("loopback", "programs on this machine can talk to each other")


def port() -> Finding:
    from nnchain_edu.workspace import DEFAULT_PORT, port_is_free

    free = next((p for p in range(DEFAULT_PORT, DEFAULT_PORT + 50) if port_is_free(p)), None)
    if free is None:
        return Finding(
            "port", f"{DEFAULT_PORT} to {DEFAULT_PORT + 49} are all in use", "end a JupyterLab that still runs"
        )
    return Finding("port", f"{free} is free" + (f", {DEFAULT_PORT} is in use" if free != DEFAULT_PORT else ""))


def browser() -> Finding:
    if os.environ.get("BINDER_SERVICE_HOST") or os.environ.get("JUPYTERHUB_USER"):
        return Finding("browser", "you are on a server: it runs on your own machine")
    try:
        return Finding("browser", f"{getattr(webbrowser.get(), 'name', 'one')} will be opened")
    except webbrowser.Error:
        remedy = "none was found: open the address that JupyterLab prints by hand, or install a browser"
        return Finding("browser", "none found", remedy)


def kernel() -> Finding:
    """Whether the notebooks' kernel is the Python that holds the course."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("kernel", "no kernel named python3", f"{sys.executable} -m ipykernel install --sys-prefix")
    program = spec.argv[0]
    here = Path(sys.executable).parent.resolve()  # not the file itself: all virtual environments link to one Python
    if program in ("python", "python3") or Path(program).parent.resolve() == here:
        return Finding("kernel", "python3 runs this Python")
    remedy = f"{sys.executable} -m ipykernel install --sys-prefix"
    return Finding("kernel", f"python3 runs another Python: {program}", remedy)
