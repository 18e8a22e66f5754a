"""A unit for the tests of the engine, and a home for the log that is nobody's."""

from pathlib import Path

import pytest

import nnchain_edu.exercises as exercises
from nnchain_edu.exercises import limits


@pytest.fixture(autouse=True)
def learners_home(tmp_path, monkeypatch):
    """A fresh folder for log and key: no test touches the real one."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NNCHAIN_EDU_HOME", str(folder))
    return folder


@pytest.fixture
def sample(monkeypatch):
    """The sample unit 91, found the way every unit is, in a fresh session."""
    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(Path(__file__).parent / "sample_units")])
    for name in ("_verdicts", "_last_unit", "_said"):
        monkeypatch.setattr(exercises, name, type(getattr(exercises, name))())
    return exercises.unit("91")


@pytest.fixture
def here(monkeypatch):
    """Checks run in this process, as on systems without fork; also quicker, once torch is loaded."""
    monkeypatch.setattr(limits, "_can_fork", lambda: False)
