"""The learner's workspace `my_course/`: copies of the notebooks that are theirs to run and to edit.

The checkout stays clean, and an update never overwrites what the learner changed: the new version then lies beside it.
`python -m nnchain_edu.workspace` brings the copies up to date and opens JupyterLab on the first page.
"""

import hashlib
import json
import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("lessons", "labs", "solutions")
FIRST_PAGE = "lessons/00_welcome.ipynb"
MANIFEST = ".course.json"  # path -> digest of the version that was copied
DEFAULT_PORT = 8888
SETTINGS = Path(__file__).resolve().parent / "jupyter"  # JupyterLab's defaults here: it does not ask about news


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the target and rename, so that a kill or a full disk leaves the old file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)


def read_manifest(workspace: Path) -> dict[str, str]:
    """What was copied before; empty when it is missing or damaged, and then every differing file counts as edited."""
    try:
        known = json.loads((workspace / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def write_manifest(workspace: Path, known: dict[str, str]) -> None:
    write_whole(workspace / MANIFEST, json.dumps(known, indent=1, sort_keys=True).encode())


def find_course(start: Path | None = None) -> Path:
    """The checkout that this package stands in; where only a wheel is installed, the one around `start` (default: the
    current folder).

    Raises:
        ValueError: there is none.
    """
    start = Path.cwd() if start is None else start
    for folder in (ROOT, start, *start.parents):
        if (folder / "course.py").is_file() and (folder / FIRST_PAGE).is_file():
            return folder
    raise ValueError(
        f"there is no course at {ROOT} or around {start}: the package was installed without its notebooks. Clone the "
        "repository, and call this inside it or name its folder"
    )


def update(course: Path | None = None, workspace: Path | None = None) -> Counter[str]:
    """Bring `workspace` (default: `my_course` in the course) up to date with the notebooks of `course` (default: the
    one that `find_course` finds).

    New files are copied, files that the learner left alone are replaced, and for a file that the learner changed the
    new version is put beside it as `NAME.new-DIGEST.ipynb`. A file that the learner deleted comes back fresh.

    Returns:
        How many files were "added", "updated", "kept" (edited, nothing new) or "beside" (edited, new version beside).

    Raises:
        ValueError: `course` holds no notebooks; nothing was written.
        OSError: the workspace cannot be written; files copied so far are whole and recorded.
    """
    course = find_course() if course is None else course
    workspace = course / "my_course" if workspace is None else workspace
    sources = sorted(p for folder in FOLDERS for p in (course / folder).glob("*.ipynb"))
    if not sources:
        raise ValueError(f"course: {course} holds no notebooks; a folder with {', '.join(FOLDERS)} in it is accepted")
    known = read_manifest(workspace)
    done: Counter[str] = Counter()
    try:
        for source in sources:
            name = source.relative_to(course).as_posix()
            done[_update_file(source.read_bytes(), workspace / name, known, name)] += 1
    finally:
        write_manifest(workspace, known)
    done.pop("same", None)
    return done


def _update_file(new: bytes, target: Path, known: dict[str, str], name: str) -> str:
    if not target.exists():
        write_whole(target, new)
        known[name] = digest(new)
        return "added"
    mine = digest(target.read_bytes())
    if mine == digest(new):
        known[name] = mine
        return "same"
    if mine == known.get(name):
        write_whole(target, new)
        known[name] = digest(new)
        return "updated"
    if known.get(name) == digest(new):
        return "kept"
    beside = target.with_name(f"{target.stem}.new-{digest(new)[:8]}{target.suffix}")
    if not beside.exists():
        write_whole(beside, new)
    known[name] = digest(new)  # offered once; the learner's own file is left alone
    return "beside"


def reset(unit: str, course: Path | None = None, workspace: Path | None = None) -> tuple[Path, Path | None]:
    """Give a fresh copy of the lab of `unit` (such as "01"); the learner's own is kept beside it, dated.

    Returns:
        The fresh copy, and where the learner's own is now: None where there was none, or it was never changed.

    Raises:
        ValueError: there is no lab of that number here, or no course.
        OSError: the workspace cannot be written; the learner's file is then where it was or beside.
    """
    course = find_course() if course is None else course
    workspace = course / "my_course" if workspace is None else workspace
    labs = sorted((course / "labs").glob("[0-9][0-9]_*.ipynb"))
    found = [lab for lab in labs if re.fullmatch(r"\d{1,2}", unit) and lab.name[:2] == unit.zfill(2)]
    if not found:
        there = ", ".join(lab.name[:2] for lab in labs) or f"none: {course} holds no labs"
        raise ValueError(f"there is no lab of unit {unit!r}; there are {there}")
    name = found[0].relative_to(course).as_posix()
    new, target, kept = found[0].read_bytes(), workspace / name, None
    if target.exists() and target.read_bytes() != new:
        stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
        kept = next(p for p in _names_beside(target, stamp) if not p.exists())
        os.replace(target, kept)
    write_whole(target, new)
    write_manifest(workspace, read_manifest(workspace) | {name: digest(new)})
    return target, kept


def _names_beside(target: Path, stamp: str) -> Iterator[Path]:
    yield target.with_name(f"{target.stem}.mine-{stamp}{target.suffix}")
    for further in count(2):
        yield target.with_name(f"{target.stem}.mine-{stamp}-{further}{target.suffix}")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(arguments: list[str]) -> int | None:
    """The port to add to JupyterLab's arguments; None when they name one.

    Raises:
        SystemExit: the port that was asked for is no port or is in use.
    """
    for i, argument in enumerate(arguments):
        option, _, text = argument.partition("=")
        if option not in ("--port", "--ServerApp.port"):
            continue
        text = text or (arguments[i + 1] if i + 1 < len(arguments) else "")
        if not text.isdigit() or not 1 <= int(text) <= 65535:
            sys.exit(f"course: --port takes a number from 1 to 65535, not {text!r}.")
        if not port_is_free(int(text)):
            sys.exit(f"course: port {text} is in use. Choose another, for example --port={int(text) + 1}.")
        return None
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 50):
        if port_is_free(port):
            if port != DEFAULT_PORT:
                print(f"course: port {DEFAULT_PORT} is in use; taking {port}.")
            return port
    sys.exit(f"course: ports {DEFAULT_PORT} to {DEFAULT_PORT + 49} are all in use; name one with --port=NUMBER.")


def jupyterlab_arguments(workspace: Path, arguments: list[str]) -> list[str]:
    """JupyterLab on the workspace and on nothing else: loopback, its token, no news from the network."""
    port = choose_port(arguments)
    mine = [f"--ServerApp.root_dir={workspace}", f"--LabApp.default_url=/lab/tree/{FIRST_PAGE}"]
    mine += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    mine += ["--LabApp.extension_manager=readonly", "--ServerApp.port_retries=0"]
    mine += [f"--port={port}"] if port else []
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        mine.append("--allow-root")  # in a container there is often no other user
    return mine + arguments


def main(arguments: list[str]) -> None:
    """Update the workspace, say what was done, and become JupyterLab."""
    try:
        course = find_course()
    except ValueError as error:
        sys.exit(f"course: {error}")
    workspace = course / "my_course"
    command = jupyterlab_arguments(workspace, arguments)
    try:
        done = update(course, workspace)
    except OSError as error:
        sys.exit(f"course: my_course cannot be written: {error.strerror}: {error.filename}")
    if done["added"] or done["updated"]:
        print(f"course: my_course: {done['added']} notebooks added, {done['updated']} updated.")
    if done["beside"]:
        print(f"course: you changed {done['beside']} notebooks that have a new version; it lies beside yours (.new-…).")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two torch threads were slower than one on small machines
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, (str(SETTINGS), others)))
    from jupyterlab.labapp import main as jupyterlab

    sys.argv = ["jupyter-lab", *command]
    jupyterlab()


if __name__ == "__main__":
    main(sys.argv[1:])
