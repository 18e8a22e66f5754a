"""The workflows: they read, run commands that exist, pin their actions, and may do no more than they must."""

import re
import shlex

import pytest
import yaml

import course
from nnchain_edu.workspace import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(path.name for path in FOLDER.glob("*.yml"))
MAY_WRITE = {("website.yml", "publish"): {"pages": "write", "id-token": "write"}}  # deploying to Pages needs both


def read(name):
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def steps(name):
    return [step for job in read(name)["jobs"].values() for step in job["steps"]]


def test_there_is_one_for_the_tests_and_one_for_the_site():
    assert WORKFLOWS == ["tests.yml", "website.yml"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_rights_are_the_least(name):
    workflow = read(name)
    assert workflow["permissions"] == {"contents": "read"}
    for job, what in workflow["jobs"].items():
        assert what.get("permissions", {}) == MAY_WRITE.get((name, job), {})
        assert what["timeout-minutes"] <= 180 and "latest" not in what["runs-on"]
    text = (FOLDER / name).read_text("utf-8")
    assert "secrets." not in text and "pull_request_target" not in text
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_githubs_own_and_pinned_to_a_major_version(name):
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_commands_are_the_launchers_and_no_text_from_outside_reaches_the_shell(name):
    commands = [step["run"] for step in steps(name) if "run" in step]
    assert commands
    for command in commands:
        make, target, *_ = shlex.split(command)
        assert make == "make" and (target in course.COMMANDS or target == "book")
        assert all(given.strip().startswith("matrix.") for given in re.findall(r"\$\{\{(.*?)\}\}", command))


def test_every_python_that_is_promised_is_tested():
    from tests.every_python import PYTHONS

    matrix = read("tests.yml")["jobs"]["every-python"]["strategy"]["matrix"]["version"]
    first = read("tests.yml")["jobs"]["test"]["steps"][1]["with"]["python-version"]
    assert [first, *matrix] == list(PYTHONS)
