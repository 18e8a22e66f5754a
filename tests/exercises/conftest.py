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


@pytest.fixture(autouse=True)
def known_economies(request, monkeypatch):
    """The table of answers is put to the same economies each time; `test_trials_09` plays in fresh ones."""
    if request.node.name.endswith("[09.7]"):
        from nnchain_edu.exercises import trials_09
        from nnchain_edu.lab.held_deposits import world

        worlds = {seed: world(seed) for seed in (1001, 1003, 1011, 1013, 1015)}
        monkeypatch.setattr(trials_09, "draw_seeds", lambda: list(worlds))
        monkeypatch.setattr(trials_09, "economy", worlds.__getitem__)
