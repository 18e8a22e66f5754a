"""The driver of the labs is itself proven: it passes a sound bench and fails one whose button or training is broken."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import drive_bench

pytestmark = pytest.mark.browser

FAULTS = {
    "A button raises": "FloatingPointError: the loss is <b>nan</b>",
    "A button refuses": "there is no such row",
    "A button does nothing": "changes nothing",
    "A training raises at once": "FloatingPointError: the loss is nan",
    "A training raises after a step": "FloatingPointError: the loss is nan",
    "A training does nothing": "changes nothing",
}


@pytest.fixture(scope="module")
def broken(fresh_lab):
    lab = fresh_lab("broken.ipynb")
    lab.run_all()
    yield lab
    lab.close()


def one(lab, title):
    return lab.page.locator(f".nn-lab[aria-label='{title}']")


def test_a_sound_bench_passes(broken):
    drive_bench(broken, one(broken, "Sound"))


@pytest.mark.parametrize("title", FAULTS)
def test_a_broken_bench_fails(broken, title):
    with pytest.raises(AssertionError) as failure:
        drive_bench(broken, one(broken, title))
    assert FAULTS[title] in str(failure.value)


def test_an_error_of_the_state_is_a_message_until_the_next_answer(broken):
    bench = one(broken, "A button raises")
    broken.press(bench.get_by_role("button", name="One more"), "Enter")
    broken.settle(bench)
    expect(bench.locator(".nn-message")).to_have_text("FloatingPointError: the loss is <b>nan</b>")
    assert bench.locator(".nn-message b").count() == 0
    broken.press(bench.locator(".nn-reset"), "Enter")
    broken.settle(bench)
    expect(bench.locator(".nn-message")).to_be_empty()
