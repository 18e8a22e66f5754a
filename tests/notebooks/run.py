"""Every notebook by nbval, in two processes, in a workspace like a learner's: `python -m tests.notebooks.run [UNIT …]`.

Lessons and solutions must print what is committed; labs, which are unsolved, must run without an error. Kernels refuse
any connection beyond this machine, and a notebook may leave no file behind.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from nnchain_edu.workspace import ROOT, update

HERE = Path(__file__).resolve().parent


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
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    command += ["-p", "no:cacheprovider", "--nbval-cell-timeout", "120", "-n", "2", "--dist", "loadfile"]
    return subprocess.run([*command, *arguments], cwd=folder, env=environment).returncode == 0


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        update(ROOT, folder)
        startup = folder / ".ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        shutil.copy(HERE / "offline.py", startup / "00_offline.py")
        before = {p for p in folder.rglob("*") if ".ipython" not in p.parts}
        told = longest_first(folder, ("lessons", "solutions"), wanted)
        labs = longest_first(folder, ("labs",), wanted)
        passed = run(folder, "--nbval", "--nbval-sanitize-with", str(HERE / "sanitize.cfg"), *told)
        passed &= run(folder, "--nbval-lax", *labs)
        left = {p for p in folder.rglob("*") if ".ipython" not in p.parts} - before
    if left:
        print("notebooks left files behind:", ", ".join(sorted(p.relative_to(folder).as_posix() for p in left)))
    return 0 if passed and not left else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
