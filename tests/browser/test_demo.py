"""What the widgets promise, in a small lab of their own: answers in time, Stop stops, no name becomes markup."""

import statistics
import time

import pytest
from playwright.sync_api import expect

from tests.browser.driver import predict
from tests.browser.lab_page import LabPage

pytestmark = pytest.mark.browser

ANSWER, STOP = 200, 1000  # milliseconds

# Time from a key press to the next picture, as the page itself sees it.
_WATCH = """(image) => {
  window.answer = null;
  const before = image.src;
  document.addEventListener("keydown", () => {
    const pressed = performance.now();
    const look = () => {
      if (image.src !== before && image.complete && image.naturalWidth) window.answer = performance.now() - pressed;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, {capture: true, once: true});
}"""


@pytest.fixture(scope="module")
def demo(chromium, server, axe_source):
    lab = LabPage(chromium, server, "demo.ipynb", axe_source)
    lab.open()
    lab.run_all()
    for bench in lab.benches():
        predict(lab, bench)
    yield lab
    lab.close()


def one(lab, title):
    return lab.page.locator(f".nn-lab[aria-label^='{title}']")


def answers(lab, image, control, key):
    """Milliseconds from key press to new picture, 15 times after one to warm up."""
    times = []
    for _ in range(16):
        image.evaluate(_WATCH)
        lab.press(control, key)
        lab.page.wait_for_function("() => window.answer !== null", timeout=10_000)
        times.append(lab.page.evaluate("() => window.answer"))
        lab.page.wait_for_timeout(60)
    return times[1:]


def test_a_change_answers_in_time(demo, record_property):
    bench = one(demo, "One neuron")
    times = answers(demo, bench.locator("img"), bench.locator("[data-control=bias]"), "ArrowRight")
    record_property("milliseconds", times)
    print(f"key press to new picture: median {statistics.median(times):.0f} ms, longest {max(times):.0f} ms")
    assert statistics.median(times) < ANSWER


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


def test_an_error_of_the_state_is_a_message(demo):
    bench = one(demo, "One neuron")
    demo.press(bench.get_by_role("button", name="Fail"), "Enter")
    demo.settle(bench)
    expect(bench.locator(".nn-message")).to_have_text("FloatingPointError: the loss is <b>nan</b>")
    demo.press(bench.locator("[data-control=bias]"), "Home")
    demo.settle(bench)
    expect(bench.locator(".nn-message")).to_be_empty()


def test_stop_stops_within_a_second(demo):
    bench = one(demo, "Gradient descent")
    start = bench.locator(".nn-start")
    demo.press(start, "Enter")
    demo.page.wait_for_function("(b) => b.querySelector('progress').value > 0.02", arg=bench.element_handle())
    expect(start).to_have_text("Stop")
    expect(bench.locator("[data-control=rate]")).to_be_disabled()
    pressed = time.monotonic()
    demo.press(start, "Enter")
    demo.settle(bench)
    assert (time.monotonic() - pressed) * 1000 < STOP
    expect(bench.locator(".nn-bar-text")).to_have_text("stopped")
    expect(bench.locator(".nn-line")).not_to_contain_text("After 200 steps")
    expect(bench.locator(".nn-comparison")).to_contain_text("You predicted yes")
    expect(start).to_be_focused()


def test_a_diverging_run_is_a_message(demo):
    bench = one(demo, "Gradient descent")
    demo.press(bench.locator("[data-control=rate]"), "End")
    demo.settle(bench)
    demo.press(bench.locator(".nn-start"), "Enter")
    expect(bench.locator(".nn-message")).to_have_text("FloatingPointError: the run diverged", timeout=20_000)
    demo.settle(bench)


def test_a_busy_cell_delays_nothing(demo):
    bench = one(demo, "One neuron")
    demo.page.evaluate("""() => {
      const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
      window.busy = true;
      kernel.requestExecute({code: "time.sleep(4)"}).done.then(() => { window.busy = false; });
    }""")
    times = answers(demo, bench.locator("img"), bench.locator("[data-control=w1]"), "ArrowLeft")[:5]
    assert statistics.median(times) < ANSWER
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
    strip = explorer.locator(".nn-strip")
    times = []
    for _ in range(15):
        before = explorer.locator(".nn-detail h4").inner_text()
        strip.focus()
        demo.page.evaluate(
            """([detail, before]) => {
          window.answer = null;
          document.addEventListener("keydown", () => {
            const pressed = performance.now();
            const look = () => {
              if (detail.querySelector("h4").innerText !== before) window.answer = performance.now() - pressed;
              else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          }, {capture: true, once: true});
        }""",
            [explorer.locator(".nn-detail").element_handle(), before],
        )
        demo.page.keyboard.press("ArrowRight")
        demo.page.wait_for_function("() => window.answer !== null")
        times.append(demo.page.evaluate("() => window.answer"))
    print(f"key press to the next block: median {statistics.median(times):.0f} ms")
    assert statistics.median(times) < ANSWER
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
