"""Lab 00 by keyboard alone, end to end: no mouse, and no focus set by the test."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

LAB = "00_welcome.ipynb"
ANSWER = """score = lambda weights, bias, features: sum(w * x for w, x in zip(weights, features)) + bias
check("00.1", score)"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (ROOT / "labs" / LAB).exists(), reason="lab 00 is not built"),
]


_HAS_RUN = """(number) => {
  const shown = window.jupyterapp.shell.currentWidget.content;
  const ran = shown.widgets[number].model;
  return shown.activeCellIndex > number && (ran.type !== "code" || ran.executionCount > 0);
}"""


def tab_to(lab, control, key="Tab", limit=60):
    """Press Tab, or Shift+Tab, until the control has the focus, as a learner would."""
    for _ in range(limit):
        if control.evaluate("e => e === document.activeElement"):
            return
        lab.page.keyboard.press(key)
    raise AssertionError(f"not reached by {limit} presses of {key}: {control}")


def active(lab):
    """The chosen cell: its number from 0, and its source."""
    chosen = "const {activeCellIndex: n, activeCell: c} = window.jupyterapp.shell.currentWidget.content"
    return lab.page.evaluate(f"() => {{ {chosen}; return [n, c.model.sharedModel.getSource()]; }}")


def run_cell(lab, number):
    """Press Shift+Enter, and wait until the cell has run and the next is chosen."""
    lab.page.keyboard.press("Shift+Enter")
    lab.page.wait_for_function(_HAS_RUN, arg=number)


def run_on_until(lab, reached, limit=40):
    """Press Shift+Enter, which runs the chosen cell and goes to the next, until `reached(number, source)`."""
    for _ in range(limit):
        number, source = active(lab)
        if reached(number, source):
            return number
        run_cell(lab, number)
    raise AssertionError(f"not there after {limit} cells; the last was {number}: {source[:80]}")


def test_welcome_by_keyboard_alone(open_lab):
    lab = open_lab(LAB)
    keys = lab.page.keyboard
    lab.command("notebook:move-cursor-up")  # the notebook has the focus, in command mode, on its first cell
    lab.page.wait_for_function("() => document.activeElement.closest('.jp-Notebook')")
    bench = lab.page.locator(".nn-bench")
    for _ in range(8):  # Shift+Enter runs a cell and goes to the next
        if bench.count():
            break
        run_cell(lab, active(lab)[0])
        lab.wait_until_drawn()
    expect(bench).to_have_count(1)
    lab.settle(bench)
    line, slider = bench.locator(".nn-line"), bench.locator("input[type=range]").first
    expect(slider).to_be_disabled()

    tab_to(lab, bench.locator(".nn-guess"))
    keys.type("30")
    keys.press("Enter")
    lab.settle(bench)
    expect(slider).to_be_enabled()
    expect(bench.locator(".nn-comparison")).to_be_hidden()

    before, picture = line.inner_text(), bench.locator("img").get_attribute("src")
    tab_to(lab, slider)
    keys.press("End")
    lab.settle(bench)
    assert slider.input_value() == slider.get_attribute("max")
    expect(line).not_to_have_text(before)
    assert bench.locator("img").get_attribute("src") != picture
    expect(bench.locator(".nn-comparison")).to_contain_text("You predicted 30")

    button = bench.locator("button[data-control]").first
    before = line.inner_text()
    tab_to(lab, button)
    keys.press("Enter")
    lab.settle(bench)
    expect(line).not_to_have_text(before)
    expect(bench.locator(".nn-message")).to_be_empty()

    tab_to(lab, bench.locator(".nn-reset"))
    keys.press("Space")
    lab.settle(bench)
    expect(line).not_to_have_text(before)

    cells = lab.page.locator(".jp-Notebook-cell")
    tab_to(lab, cells.nth(active(lab)[0]), "Shift+Tab")  # out of the bench, to its own cell
    keys.press("ArrowDown")
    exercise = run_on_until(lab, lambda number, source: 'check("00.1"' in source)
    keys.press("Enter")  # from choosing cells to writing in one
    keys.press("ControlOrMeta+a")
    keys.type(ANSWER)
    run_cell(lab, exercise)
    expect(cells.nth(exercise).locator(".jp-OutputArea-output strong")).to_have_text("right")
    last = cells.count() - 1
    run_on_until(lab, lambda number, source: number == last)
    progress = lab.page.locator("table", has_text="Progress: ")
    expect(progress.locator("tr", has_text="00.1")).to_contain_text("passed")
    assert lab.faults() == []
