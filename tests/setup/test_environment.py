"""environment.yml, which conda and Binder read, agrees with the versions that the tests ran with."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PYPI_NAME = {"pytorch-cpu": "torch", "matplotlib-base": "matplotlib"}


def pins():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.lower().split("==") for line in lines if "==" in line)


def listed():
    """Every package of environment.yml with its version, by its name on the Python package index."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert set(environment) == {"name", "channels", "dependencies"}
    conda = [d for d in environment["dependencies"] if isinstance(d, str)]
    (pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    pairs = [re.split("=+", d, maxsplit=1) for d in conda + pip if d != "pip"]
    return {PYPI_NAME.get(name, name): version for name, version in pairs}


def test_versions_agree_with_the_constraints():
    versions = listed()
    python = versions.pop("python")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={python}"
    known = pins()
    assert {name: known[name] for name in versions} == versions


def test_everything_that_the_package_needs_is_listed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {re.match("[A-Za-z0-9_.-]+", requirement)[0] for requirement in project["dependencies"]}
    assert needed == set(listed()) - {"python"}


def test_binder_scripts_are_executable_and_at_the_root():
    for name in ("postBuild", "start"):
        assert (ROOT / name).stat().st_mode & 0o111
    assert not (ROOT / "binder").exists()  # it would hide environment.yml at the root
