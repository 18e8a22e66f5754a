"""The quick tests on other Pythons and other versions: `make test-all`, or `python -m tests.every_python [NAME …]`.

Names are 3.11, 3.12, 3.13 (each where it is installed, with the versions of constraints.txt), `oldest` and `newest`:
the lowest versions that pyproject.toml allows, the highest that pip finds. Without names: the three Pythons. What
stands after `--` goes to pytest. Each has a virtual environment of its own below .set-up, kept for the next time.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
BOUNDS = ("oldest", "newest")
WITHOUT_EXTRAS = re.compile(r"\[.*?\]|;.*")


def find_python(version: str) -> str | None:
    """A Python of that version which starts: on the path, or among pyenv's; None where there is none."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [shutil.which(name), *sorted(map(str, pyenv.glob(f"{version}.*/bin/{name}")), reverse=True)]
    candidates.append(sys.executable)
    for candidate in filter(None, candidates):
        code = "import ensurepip, sys, venv; print('.'.join(map(str, sys.version_info[:2])))"
        started = subprocess.run([candidate, "-c", code], capture_output=True, text=True)
        if started.returncode == 0 and started.stdout.strip() == version:
            return candidate
    return None


def lowest(requirements: list[str]) -> list[str]:
    """For each requirement with a lower bound the constraint that takes just that: `torch>=2.13` to `torch<=2.13`."""
    pins = []
    for requirement in (WITHOUT_EXTRAS.sub("", text).strip() for text in requirements):
        found = re.match(r"([A-Za-z0-9_.-]+)(>=|==)([^,]+)", requirement)
        if found:
            name, how, version = found.groups()
            pins.append(f"{name}{'==' if how == '==' else '<='}{version}")
    return pins


def constraints(name: str) -> str:
    """The text of the constraints under which the environment `name` is installed."""
    if name == "newest":
        return ""
    if name == "oldest":
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        return "\n".join(lowest(project["dependencies"])) + "\n"
    return (ROOT / "constraints.txt").read_text("utf-8")


def set_up(name: str, python: str, folder: Path) -> bool:
    """Install the course with its tests into `folder`, by the launcher itself; whether it went well."""
    pins = folder.with_suffix(".txt")
    pins.parent.mkdir(parents=True, exist_ok=True)
    pins.write_text(constraints(name), "utf-8")
    environment = dict(os.environ, COURSE_VENV=str(folder), COURSE_CONSTRAINTS=str(pins))
    environment.pop("PYTHONPATH", None)  # pip would take the checkout there for an installed package
    command = [python, "-c", "import course; course.set_up('test')"]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode == 0


def check(name: str, arguments: list[str]) -> str:
    """One line on what became of it: green, FAILED or missing."""
    python = find_python(PYTHONS[0] if name in BOUNDS else name)
    if python is None:
        return "missing: no such Python on this machine"
    start, folder = time.monotonic(), ROOT / ".set-up" / f"python-{name}"
    if not set_up(name, python, folder):
        return "FAILED: the set-up"
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [str(inside), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile", *arguments]
    failed = subprocess.run(command, cwd=ROOT).returncode
    return f"{'FAILED' if failed else 'green'} in {(time.monotonic() - start) / 60:.1f} min"


def main(arguments: list[str]) -> int:
    """Check what was named; 1 when something failed or nothing could be run."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    names, rest = arguments[:cut] or list(PYTHONS), arguments[cut + 1 :]
    unknown = [name for name in names if name not in (*PYTHONS, *BOUNDS)]
    if unknown:
        sys.exit(f"every_python: no {unknown[0]!r}; there are {', '.join((*PYTHONS, *BOUNDS))}")
    found = {name: check(name, rest) for name in names}
    for name, what in found.items():
        print(f"{name:<8} {what}")
    return 0 if not any("FAILED" in w for w in found.values()) and any("green" in w for w in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
