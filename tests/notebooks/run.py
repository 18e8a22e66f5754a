"""Every notebook by nbval, in two processes, in a workspace like a learner's: `python -m tests.notebooks.run [UNIT …]`.

Lessons and solutions must print what is committed; labs, which are unsolved, must run without an error. Kernels refuse
any connection beyond this machine, a notebook may leave no file behind, no kernel may take more memory than a small
Binder has for it, and no lesson much more than its minute of processor time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from nnchain_edu.workspace import ROOT, update

HERE = Path(__file__).resolve().parent
PATIENCE = "600"  # seconds for a cell or a kernel, on a machine with other work to do; a lesson takes less than 60
# processor seconds of a lesson's kernel, the processes that it starts included: wall time on a shared machine is noise,
# and no lesson waits for anything but the processor. A lesson has a minute (docs/timing.md); half as much again fails,
# since a core that shares its caches with other work, or an older one, counts more seconds for the same steps
MOST_SECONDS = 90
MOST_MEMORY = 740 * 10**6  # bytes of a kernel: two of them and JupyterLab fit in 2 GB with room to spare


def longest_first(folder: Path, kinds: tuple[str, ...], wanted: list[str]) -> list[str]:
    """Paths relative to `folder`; the number of code cells stands for the time, as the slowest must start first."""
    paths = [p for kind in kinds for p in (folder / kind).glob("*.ipynb")]
    paths = [p for p in paths if not wanted or p.name.startswith(tuple(wanted))]

    def weight(path: Path) -> tuple[bool, int]:
        cells = nbformat.read(path, 4).cells
        return path.parent.name == "lessons", sum(c.cell_type == "code" for c in cells)

    return [p.relative_to(folder).as_posix() for p in sorted(paths, key=weight, reverse=True)]


def run(folder: Path, *arguments: str) -> bool:
    environment = dict(os.environ, IPYTHONDIR=str(folder / ".ipython"), PYTHONPATH=str(ROOT))
    environment["NNCHAIN_TAKEN"] = str(notes_of(folder))
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    command += ["--nbval-kernel-startup-timeout", PATIENCE, "--nbval-cell-timeout", PATIENCE]
    command += ["-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile"]
    return subprocess.run([*command, *arguments], cwd=folder, env=environment).returncode == 0


def notes_of(folder: Path) -> Path:
    """Where the kernels of `folder` note what they have taken."""
    return folder / ".ipython" / "taken"


def prepare(folder: Path) -> None:
    """Fill `folder` with a learner's notebooks and with what every kernel under test runs first."""
    update(ROOT, folder)
    startup = folder / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    notes_of(folder).mkdir()
    for number, name in enumerate(("offline", "taken")):
        shutil.copy(HERE / f"{name}.py", startup / f"{number:02}_{name}.py")


def taken(folder: Path, kinds: tuple[str, ...], what: str) -> dict[str, float]:
    """The "peak" of memory in bytes, or the processor "seconds", by notebook, as far as kernels noted it.

    A notebook's first code cell tells which it is. Two that begin alike, a lab and its solution, both get the larger.
    """
    notes = [json.loads(note.read_text("utf-8")) for note in notes_of(folder).glob("*.json")]
    most: dict[str, float] = {}
    for note in notes:
        most[note["first"]] = max(note[what], most.get(note["first"], 0))
    found = {}
    for path in sorted(p for kind in kinds for p in (folder / kind).glob("*.ipynb")):
        first = next((cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"), None)
        if first in most:
            found[path.relative_to(folder).as_posix()] = most[first]
    return found


def above(amounts: dict[str, float], limit: float, unit: str, size: float = 1) -> list[str]:
    """Name the three notebooks that take the most, and those above the limit, which are returned."""
    for name, amount in sorted(amounts.items(), key=lambda pair: -pair[1])[:3]:
        print(f"notebooks: {name} takes up to {amount / size:.0f} {unit}")
    too_much = [name for name, amount in amounts.items() if amount > limit]
    if too_much:
        print(f"notebooks: more than {limit / size:.0f} {unit}:", ", ".join(too_much))
    return too_much


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        before = {p for p in folder.rglob("*") if ".ipython" not in p.parts}
        told = longest_first(folder, ("lessons", "solutions"), wanted)
        labs = longest_first(folder, ("labs",), wanted)
        passed = run(folder, "--nbval", "--nbval-sanitize-with", str(HERE / "sanitize.cfg"), *told)
        passed &= run(folder, "--nbval-lax", *labs)
        left = {p for p in folder.rglob("*") if ".ipython" not in p.parts} - before
        memory = taken(folder, ("lessons", "labs", "solutions"), "peak")
        seconds = taken(folder, ("lessons",), "seconds")
    if left:
        print("notebooks left files behind:", ", ".join(sorted(p.relative_to(folder).as_posix() for p in left)))
    heavy = above(memory, MOST_MEMORY, "MB", 1e6)
    slow = above(seconds, MOST_SECONDS, "s of processor time")
    return 0 if passed and not left and not heavy and not slow else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
