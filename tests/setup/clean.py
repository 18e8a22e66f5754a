"""Clean environments for tests of the set-up: made by the launcher's own functions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import course

ROOT = Path(course.__file__).parent
BIN = "Scripts" if os.name == "nt" else "bin"


class Clean:
    """A virtual environment in `folder` that holds nothing but pip."""

    def __init__(self, folder: Path):
        self.folder = folder
        made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr

    def pip(self, what: str, *arguments: str) -> None:
        """Install through the constraints, CPU PyTorch first where it can be had; without an index skip."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(course, "VENV", str(self.folder))
            patch.setattr(course, "SET_UP", str(self.folder))
            patch.delenv("PYTHONPATH", raising=False)  # pip would find the checkout there and install nothing
            try:
                if what == "the wheel" and sys.platform == "linux":
                    course.install_cpu_torch()
                course.pip(what, *arguments)
            except SystemExit as stopped:
                if "is the network there?" in str(stopped) and os.environ.get("CI", "").lower() not in ("1", "true"):
                    pytest.skip(str(stopped))
                pytest.fail(str(stopped))

    def run(self, *command: str, cwd: Path) -> str:
        """What a command prints that finds this environment first and knows nothing of the checkout."""
        kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
        path = f"{self.folder / BIN}{os.pathsep}{os.environ['PATH']}"
        own = {"PATH": path, "VIRTUAL_ENV": str(self.folder), "IPYTHONDIR": str(self.folder / "ipython")}
        done = subprocess.run(command, cwd=cwd, env=kept | own, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def checkout(target: Path) -> Path:
    """A copy of the course as it would be cloned: without what git ignores."""
    names = shutil.ignore_patterns(".*", "my_course", "__pycache__", "artifacts", "build", "dist", "*.egg-info")
    shutil.copytree(ROOT, target, ignore=names)
    return target
