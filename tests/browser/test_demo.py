"""What the widgets promise, in a small lab of their own: answers in time, Stop stops, no name becomes markup."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import predict
from tests.browser.stopwatch import TIMED, WATCH, WATCH_BLOCK, answers, milliseconds, stations

pytestmark = pytest.mark.browser

ANSWER, STOP = 200, 1000  # milliseconds

_WATCH_STOP = TIMED.replace("SEE", "(bench) => bench.querySelector('.nn-bar-text').textContent === 'stopped'")


@pytest.fixture(scope="module")
def demo(fresh_lab):
    lab = fresh_lab("demo.ipynb")
    lab.run_all()
    for bench in lab.benches():
        predict(lab, bench)
    yield lab
    lab.close()


def one(lab, title):
    return lab.page.locator(f".nn-lab[aria-label^='{title}']")


def test_a_change_answers_in_time(demo):
    bench = one(demo, "One neuron")
    control = bench.locator("[data-control=bias]")
    assert answers(demo, WATCH, bench.locator("img"), control, "ArrowRight").without_waiting < ANSWER


def test_the_prediction_is_compared(demo):
    bench = one(demo, "One neuron")
    demo.press(bench.locator("[data-control=bias]"), "End")
    demo.settle(bench)
    expect(bench.locator(".nn-comparison")).to_contain_text("You predicted")


def test_a_wrong_prediction_is_refused_in_words(demo):
    bench = one(demo, "One neuron")
    guess = bench.locator(".nn-guess")
    guess.focus()
    guess.fill("<i>many</i>")
    demo.page.keyboard.press("Enter")
    demo.settle(bench)
    expect(bench.locator(".nn-message")).to_have_text(
        "A prediction here is a number, such as 0.5; you wrote '<i>many</i>'."
    )
    guess.fill("40")
    demo.page.keyboard.press("Enter")
    demo.settle(bench)
    expect(bench.locator(".nn-message")).to_be_empty()


def test_stop_stops_within_a_second(demo):
    bench = one(demo, "Gradient descent")
    start = bench.locator(".nn-start")
    demo.press(start, "Enter")
    demo.page.wait_for_function("(b) => b.querySelector('progress').value > 0.02", arg=bench.element_handle())
    expect(start).to_have_text("Stop")
    expect(bench.locator("[data-control=rate]")).to_be_disabled()
    took, without_waiting = milliseconds(demo, _WATCH_STOP, bench, start, "Enter", stations(demo))
    print(f"key press to stopped: {took:.0f} ms, {without_waiting:.0f} ms without waiting for a processor")
    assert without_waiting < STOP
    demo.settle(bench)
    expect(bench.locator(".nn-line")).not_to_contain_text("After 200 steps")
    expect(bench.locator(".nn-comparison")).to_contain_text("You predicted yes")
    expect(start).to_be_focused()


def test_a_diverging_run_is_a_message(demo):
    bench = one(demo, "Gradient descent")
    demo.press(bench.locator("[data-control=rate]"), "End")
    demo.settle(bench)
    demo.press(bench.locator(".nn-start"), "Enter")
    expect(bench.locator(".nn-message")).to_have_text("FloatingPointError: the run diverged")
    demo.settle(bench)


def test_a_busy_cell_delays_nothing(demo, tmp_path):
    bench, go = one(demo, "One neuron"), tmp_path / "go"
    line = bench.locator(".nn-line").inner_text()
    demo.execute(f"while not __import__('os').path.exists({str(go)!r}): time.sleep(0.1)", wait=False)
    try:
        demo.press(bench.locator("[data-control=w1]"), "End")
        demo.settle(bench)
        assert demo.page.evaluate("() => window.executing"), "the cell ended before the bench answered"
        assert bench.locator(".nn-line").inner_text() != line
    finally:
        go.touch()
    demo.wait_until_idle()


def test_keys_stay_in_the_bench(demo):
    """Neither an arrow in a slider nor a letter in a choice reaches JupyterLab's own shortcuts."""
    bench = one(demo, "One neuron")
    cells = demo.page.locator(".jp-Notebook-cell").count()
    active = demo.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")
    demo.press(bench.locator("[data-control=bias]"), "ArrowDown", "ArrowUp")
    demo.press(bench.locator("[data-control=shown]"), "b", "a", "d", "d")
    demo.settle(bench)
    assert demo.page.locator(".jp-Notebook-cell").count() == cells
    assert demo.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex") == active


def test_the_explorer_answers_in_time_and_draws_only_what_is_in_sight(demo):
    explorer = one(demo, "Block explorer")
    detail, strip = explorer.locator(".nn-detail"), explorer.locator(".nn-strip")
    assert answers(demo, WATCH_BLOCK, detail, strip, "ArrowRight").without_waiting < ANSWER
    assert 4 <= explorer.locator("[role=option]").count() <= 20
    assert explorer.locator("[role=option]").first.get_attribute("aria-setsize") == "300"


def test_tampering_shows_the_broken_block(demo):
    explorer = one(demo, "Block explorer")
    demo.press(explorer.get_by_label("Block", exact=True), "ControlOrMeta+a")
    demo.page.keyboard.type("3")
    demo.page.keyboard.press("Enter")
    value = explorer.get_by_label("Value of transaction 1 in block 3")
    value.fill("1000")
    demo.page.keyboard.press("Tab")
    expect(explorer.locator(".nn-detail .nn-message")).to_contain_text("its content hashes to")
    expect(explorer.locator(".nn-line").first).to_contain_text("1 broken. The first is block 3")
    demo.press(explorer.get_by_role("button", name="Seal this block anew"), "Enter")
    expect(explorer.locator(".nn-line").first).to_contain_text("The first is block 4: its parent is")
    expect(explorer.locator(".nn-link.nn-cut")).to_have_count(1)
    demo.screenshot("tampered")
    assert demo.violations() == []
    demo.press(explorer.get_by_role("button", name="Restore all"), "Enter")
    expect(explorer.locator(".nn-line").first).to_have_text("300 blocks, each linked to the one before.")


def test_an_account_can_be_clicked(demo):
    graph = one(demo, "Transaction graph")
    graph.locator(".nn-account", has_text="carol").click()
    expect(graph.locator(".nn-line[role=status]")).to_have_text(
        "carol. Sent 39 ether in 1 transfer, received 51 ether in 3 transfers."
    )
    expect(graph.locator(".nn-choice tbody tr")).to_have_count(3)
    assert demo.violations() == []


def test_no_name_becomes_markup(demo):
    assert demo.page.locator(".nn-lab :is(i, u, img[src=x])").count() == 0
    for text in ("not italic", "row 1", "grace"):
        assert demo.page.locator(".nn-lab", has_text=text).count(), text


def test_a_figure_has_its_alternative_text(demo):
    image = demo.page.locator(".jp-OutputArea figure img")
    assert image.get_attribute("alt") == "Three curves from 0 to 1: higher powers rise later. <b>Not bold</b>"


def test_nothing_went_wrong_on_the_way(demo):
    assert demo.faults() == []


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (1600, False), (1600, True)])
def test_themes_and_widths(open_lab, width, dark):
    lab = open_lab("demo.ipynb", width=width, dark=dark)
    lab.run_all()
    lab.screenshot()
    for bench in lab.benches():
        predict(lab, bench)
    assert lab.violations() == []
    clipped = lab.page.evaluate(
        "() => [...document.querySelectorAll('.nn-lab')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert clipped == 0
    assert lab.faults() == []
