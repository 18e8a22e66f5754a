"""The two explorers of lab 03: a signed block stays broken, a chain without signatures can be sealed to its head."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def predict(explorer, number):
    guess = explorer.locator(".nn-guess")
    guess.fill(number)
    guess.press("Enter")
    expect(explorer.locator(".nn-prediction.nn-open")).to_have_count(0)


def tamper(explorer, block, value):
    field = explorer.get_by_label(f"Value of transaction 0 in block {block}")
    field.fill(value)
    field.press("Tab")


def test_tampering_is_found_and_only_the_unsigned_chain_can_be_rebuilt(open_lab):
    lab = open_lab("03_ledger.ipynb")
    lab.run_all()
    signed, by_hand = lab.page.locator(".nn-explorer").all()

    expect(signed.get_by_label("Value of transaction 0 in block 1")).to_be_disabled()
    predict(signed, "2")
    tamper(signed, 1, str(5 * 10**18 + 1))
    expect(signed.locator(".nn-line")).to_contain_text("6 blocks, 1 broken. The first is block 1")
    expect(signed.locator(".nn-detail")).to_contain_text("transaction 0 hashes to something else")
    expect(signed.locator(".nn-comparison")).to_contain_text("You predicted 2. 6 blocks, 1 broken.")
    assert signed.get_by_role("button", name="Seal this block anew").count() == 0
    lab.screenshot("tampered")
    tamper(signed, 1, str(5 * 10**18))
    expect(signed.locator(".nn-line")).to_have_text("6 blocks, each linked to the one before.")

    predict(by_hand, "3")
    tamper(by_hand, 1, "99")
    for block in (1, 2, 3):
        expect(by_hand.locator(".nn-line")).to_contain_text(f"The first is block {block}")
        by_hand.get_by_role("button", name="First broken").press("Enter")
        expect(by_hand.locator(".nn-detail h4")).to_contain_text(f"Block {block} ")
        by_hand.get_by_role("button", name="Seal this block anew").press("Enter")
    expect(by_hand.locator(".nn-line")).to_have_text("4 blocks, each linked to the one before.")
    remembered = lab.page.get_by_text("remembered head: 0x").last.inner_text().split()[-1]
    expect(by_hand.locator(".nn-detail")).not_to_contain_text(remembered)
    assert lab.faults() == []
