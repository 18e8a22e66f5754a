"""Binder: repo2docker reads environment.yml, postBuild and start as we mean them (a dry run, without Docker).

The conda solve itself is not run: its channels are no part of what the tests may reach.
"""

import re

import pytest
import yaml

from tests.setup.clean import ROOT, Clean, checkout

REPO2DOCKER = "jupyter-repo2docker==2026.4.0"


@pytest.mark.slow
def test_the_dry_run_finds_our_files_and_nothing_else(tmp_path):
    clean = Clean(tmp_path / "venv")
    clean.pip("repo2docker", REPO2DOCKER)
    course = checkout(tmp_path / "course")
    command = ["repo2docker", "--debug", "--no-build", "--no-run", "--user-name=jovyan", "--user-id=1000", "."]
    dockerfile = clean.run("bash", "-c", " ".join(command) + " 2>&1", cwd=course)
    assert "Building conda environment for python=3.11" in dockerfile
    steps = [
        "src/environment.yml ${REPO_DIR}/environment.yml",
        'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"',
        "RUN ./postBuild",
        'ENV R2D_ENTRYPOINT="${REPO_DIR}/start"',
    ]
    places = [dockerfile.index(step) for step in steps]
    assert places == sorted(places)
    assert "requirements.txt" not in dockerfile and "setup.py" not in dockerfile
    assert not re.search(r"pip3? install .*-e \.", dockerfile), "an edit of a lesson would rebuild everything"


@pytest.mark.parametrize(
    "name",
    ["binder", ".binder", "apt.txt", "runtime.txt", "requirements.txt", "Dockerfile", "setup.py", "Project.toml"],
)
def test_nothing_stands_at_the_root_that_would_change_how_binder_builds(name):
    assert not (ROOT / name).exists()


def test_every_line_of_the_environment_is_an_exact_conda_or_pip_version():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert environment["channels"] == ["conda-forge"]
    for line in environment["dependencies"]:
        if isinstance(line, str):
            assert re.fullmatch(r"pip|python=\d\.\d+|[a-z0-9-]+=\d+(\.\d+)+", line), line
    (pip,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    assert all(re.fullmatch(r"[a-z0-9-]+==\d+(\.\d+)+(b\d+)?", line) for line in pip), pip
