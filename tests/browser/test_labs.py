"""Every lab in a real JupyterLab: it runs, every widget is driven by keyboard, nobody is shut out."""

import pytest

from tests.browser.conftest import ROOT
from tests.browser.driver import drive_all

LABS = sorted(path.name for path in (ROOT / "labs").glob("*.ipynb"))

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", [*LABS, "demo.ipynb"])
def test_lab(open_lab, name):
    lab = open_lab(name)
    lab.run_all()
    lab.screenshot()
    assert lab.faults() == []
    assert lab.violations() == []
    drive_all(lab)
    assert lab.violations() == []
    assert lab.faults() == []
