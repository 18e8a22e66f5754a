"""The package without its checkout, and Binder's way to it: a wheel in an empty environment, then postBuild and start.

The wheel holds the package (chain, contracts, networks, benches, checks) and the tables of the studies. Notebooks, the
experiments and tests are in the repository only.
"""

import shutil
import zipfile

import nbformat
import pytest

from tests.setup.clean import ROOT, Clean, checkout
from tests.setup.test_environment import listed

pytestmark = pytest.mark.slow

LESSON = "00_welcome.ipynb"
TABLED = "07_onchain_inference.ipynb"  # reads a study and the committed network of the digits
MOST = 1.5e6  # bytes of the wheel


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """One clean environment for this module: it takes a minute or more and 2 GB. The tests go through it in order."""
    folder = tmp_path_factory.mktemp("clean")
    yield Clean(folder / "venv")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def wheel(clean, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    clean.run(
        "python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", ".", str(checkout(folder / "course")), cwd=folder
    )
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(clean, wheel):
    """The clean environment with the wheel and all that it asks for."""
    clean.pip("the wheel", str(wheel))
    return clean


def printed(path):
    """What each code cell of a notebook prints, in however many pieces, figures left out."""
    cells = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    return ["".join(o.text for o in c.outputs if o.get("name") == "stdout") for c in cells]


def test_the_wheel_holds_the_package_and_its_data(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {p.relative_to(ROOT).as_posix() for p in (ROOT / "nnchain_edu").rglob("*") if p.suffix in (".py", ".vy")}
    data = {
        p.relative_to(ROOT).as_posix() for p in (ROOT / "nnchain_edu").rglob("*") if p.suffix in (".js", ".css", ".npz")
    }
    assert package | data <= names and len(package) > 100 and len(data) > 5
    tables = {f"nnchain_edu/tables/{p.name}" for p in (ROOT / "studies").iterdir() if p.suffix in (".csv", ".json")}
    assert {n for n in names if n.startswith("nnchain_edu/tables/")} == tables and len(tables) > 10
    assert wheel.stat().st_size < MOST
    assert all(name.startswith(("nnchain_edu/", "nnchain_edu-")) for name in names)


@pytest.mark.parametrize("lesson", [LESSON, TABLED])
def test_the_wheel_in_an_empty_environment_runs_a_lesson(installed, tmp_path, lesson):
    place = installed.run("python", "-c", "import nnchain_edu; print(nnchain_edu.__file__)", cwd=tmp_path).strip()
    assert place.startswith(str(installed.folder.resolve()))
    command = ["jupyter", "nbconvert", "--to", "notebook", "--execute", str(ROOT / "lessons" / lesson)]
    installed.run(*command, f"--output-dir={tmp_path}", cwd=tmp_path)
    assert printed(tmp_path / lesson) == printed(ROOT / "lessons" / lesson)
    assert "01" in installed.run("nnchain-edu", "progress", cwd=tmp_path)


def test_the_wheel_knows_every_study_and_the_network_of_the_digits(installed, tmp_path):
    names = sorted(p.stem for p in (ROOT / "studies").glob("*.csv"))
    code = "from nnchain_edu.nets import digits_network; from nnchain_edu.studies import study\n"
    code += f"print(digits_network().x_max, *(len(study(name)) > 1 for name in {names}))"
    assert installed.run("python", "-c", code, cwd=tmp_path).split() == ["15", *["True"] * len(names)]


def test_on_a_hub_the_workspace_is_made_inside_a_checkout_and_refused_elsewhere(installed, tmp_path):
    """What docs/teaching.md says for nbgitpuller, with -P so that the installed package is taken and not the clone."""
    code = ["python", "-P", "-c", "from nnchain_edu.workspace import update; print(update())"]
    with pytest.raises(AssertionError, match="ValueError: there is no course at"):
        installed.run(*code, cwd=tmp_path)
    course = checkout(tmp_path / "course")
    assert "'added': " in installed.run(*code, cwd=course)
    assert (course / "my_course" / "lessons" / LESSON).is_file()
    installed.run("nnchain-edu", "reset", "01", cwd=course / "labs")


def test_what_was_installed_is_what_environment_yml_lists(installed, tmp_path):
    lines = installed.run("python", "-m", "pip", "freeze", "--all", cwd=tmp_path).lower().splitlines()
    frozen = dict(line.split("==") for line in lines if "==" in line)
    wanted = {name: version for name, version in listed().items() if name != "python"}
    assert {name: frozen[name].partition("+")[0] for name in wanted} == wanted


def test_post_build_and_start_bring_a_session_up(installed, tmp_path):
    """What Binder runs after conda: postBuild, then start with the command to become."""
    installed.run("python", "-m", "pip", "uninstall", "-q", "-y", "nnchain-edu", cwd=tmp_path)
    course = checkout(tmp_path / "course")
    before = installed.run("python", "-m", "pip", "freeze", cwd=tmp_path)
    installed.run("./postBuild", cwd=course)
    after = installed.run("python", "-m", "pip", "freeze", cwd=tmp_path)
    assert set(before.splitlines()) <= set(after.splitlines()), "postBuild changed a pinned version"
    place = installed.run("python", "-c", "import nnchain_edu; print(nnchain_edu.__file__)", cwd=tmp_path)
    assert place.strip() == str(course / "nnchain_edu" / "__init__.py")
    said = installed.run(
        "./start",
        "python",
        "-c",
        "import nnchain_edu, os; print(nnchain_edu.__file__, os.environ['OMP_NUM_THREADS'])",
        cwd=course,
    )
    assert said.split() == [str(course / "nnchain_edu" / "__init__.py"), "1"]
    assert {p.name for p in (course / "my_course" / "lessons").glob("*.ipynb")} == {
        p.name for p in (ROOT / "lessons").glob("*.ipynb")
    }
    mine = course / "my_course" / "lessons" / LESSON
    mine.write_text("my work")
    installed.run("./start", "true", cwd=course)
    assert mine.read_text() == "my work"
    assert installed.run("./start", "jupyter", "lab", "--version", cwd=course).strip() == listed()["jupyterlab"]
