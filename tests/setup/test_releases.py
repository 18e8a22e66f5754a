"""Three made releases of the course, by git as a learner has it: what the learner wrote is there after each update."""

import random
import shutil
import subprocess

import nbformat
import pytest

from nnchain_edu.workspace import FOLDERS, MANIFEST, ROOT, reset, update
from sources import build

LAB, LESSON = "labs/00_welcome.ipynb", "lessons/00_welcome.ipynb"


def git(folder, *arguments):
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rewrite(path, change):
    """Change a notebook in its cells, as an author or JupyterLab does."""
    notebook = nbformat.read(path, 4)
    change(notebook.cells)
    nbformat.write(notebook, path)


def append(source):
    return lambda cells: cells.append(nbformat.v4.new_code_cell(source))


@pytest.fixture
def course(tmp_path):
    """The course's repository in its first release: two real units, built from their sources."""
    folder = tmp_path / "course"
    for stem in ("00_welcome", "01_architectures"):
        for kind in FOLDERS:
            path = folder / kind / f"{stem}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(build.make(stem, kind), path)
    shutil.copy(ROOT / ".gitignore", folder)
    git(tmp_path, "init", "-q", "-b", "main", str(folder))
    release(folder, "first")
    return folder


def release(folder, name):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", name)


def start(mine):
    """What a learner does: pull, then start."""
    git(mine, "pull", "-q", "--ff-only")
    done = update(mine)
    assert git(mine, "status", "--porcelain") == ""  # so that the next pull goes through too
    return done


def everything(mine):
    """The contents of the learner's folder, whatever the files are called."""
    return {path.read_bytes() for path in (mine / "my_course").rglob("*") if path.name != MANIFEST and path.is_file()}


def test_nothing_is_lost_over_three_releases(course, tmp_path):
    mine = tmp_path / "mine"
    git(tmp_path, "clone", "-q", str(course), str(mine))
    assert start(mine) == {"added": 6}
    written = []

    def work(name, source):
        path = mine / "my_course" / name
        rewrite(path, append(source))
        written.append(path.read_bytes())

    work(LAB, "my_answer = 1")
    own = mine / "my_course" / "labs" / "my notes.ipynb"
    shutil.copy(mine / "my_course" / LAB, own)

    # second release: the lab and the lesson changed, a unit is new
    for name in (LAB, LESSON):
        rewrite(course / name, lambda cells: cells[0].update(source=cells[0].source + "\n\nBetter said."))
    nbformat.write(build.make("02_backpropagation", "labs"), course / "labs" / "02_backpropagation.ipynb")
    release(course, "second")
    assert start(mine) == {"beside": 1, "updated": 1, "added": 1}
    assert set(written) <= everything(mine)
    (beside,) = (mine / "my_course" / "labs").glob("00_welcome.new-*.ipynb")
    assert beside.read_bytes() == (course / LAB).read_bytes()

    work(LESSON, "my_trial = 2")
    work(f"labs/{beside.name}", "my_answer_in_the_new_lab = 2")
    work(LAB, "my_answer = 2")
    del written[0]  # the learner wrote over that one

    # third release: both changed again, a unit got another name
    for name in (LAB, LESSON):
        rewrite(course / name, lambda cells: cells.pop(1))
    for kind in FOLDERS:
        git(course, "mv", f"{kind}/01_architectures.ipynb", f"{kind}/01_layers.ipynb")
    release(course, "third")
    before = everything(mine)
    assert start(mine) == {"beside": 2, "added": 3}
    assert set(written) <= everything(mine) and before <= everything(mine)
    assert own.exists() and (mine / "my_course" / "labs" / "01_architectures.ipynb").exists()
    assert start(mine) == {"kept": 2}
    assert (mine / "my_course" / LAB).read_bytes() == written[-1]
    for path in (mine / "my_course").rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, 4))


@pytest.mark.parametrize("seed", range(20))
def test_random_work_between_random_releases_is_kept(tmp_path, seed):
    """Edits, resets, deletions, lost manifests, in any order: each file as the learner left it is still there."""
    chance = random.Random(seed)
    course, mine = tmp_path / "course", tmp_path / "course" / "my_course"
    for kind in FOLDERS:
        (course / kind).mkdir(parents=True)
    names = [f"{kind}/{number:02}_unit.ipynb" for kind in FOLDERS for number in range(3)]
    for number in range(4):
        for name in chance.sample(names, 5) if number else names:
            (course / name).write_text(f"release {number} of {name}")
        update(course)
        theirs = {p: p.read_bytes() for p in mine.rglob("*.ipynb") if p.read_bytes().startswith(b"mine")}
        for step in range(6):
            path = chance.choice(sorted(mine.rglob("*.ipynb")))
            match chance.randrange(5):
                case 0 | 1 | 2:
                    path.write_text(f"mine {number} {step}")
                    theirs[path] = path.read_bytes()
                case 3:
                    theirs.pop(path, None)
                    path.unlink()
                case 4:
                    reset(f"{chance.randrange(3):02}", course)
                    assert set(theirs.values()) <= everything(course)
                    theirs = {p: p.read_bytes() for p in mine.rglob("*.ipynb") if p.read_bytes().startswith(b"mine")}
        if chance.random() < 0.3:
            (mine / MANIFEST).unlink()
        update(course)
        assert all(path.read_bytes() == content for path, content in theirs.items())
