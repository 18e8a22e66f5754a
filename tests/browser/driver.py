"""Drive every widget of a notebook as a learner without a mouse would: move each control, press each button."""

from playwright.sync_api import Locator, expect

from tests.browser.lab_page import LabPage

# what can be turned or pressed outside our own widgets would go untested
_STRANGERS = """(selector) => [...document.querySelectorAll(selector)].filter(e => !e.closest(".nn-lab"))
  .map(e => e.outerHTML.slice(0, 120))"""
_CONTROLS = ".jp-OutputArea :is(input, select, textarea, button, [role=slider]):not(.jp-OutputArea-prompt *)"


# one that dies at once is idle again, with its bar at zero; another tells of its first steps what it said before
_UNDER_WAY = """([bench, before]) => bench.dataset.state === "idle" || bench.querySelector("progress").value > 0.5
  || (bench.querySelector("progress").value > 0 && bench.querySelector(".nn-line").innerText !== before)"""


def drive_all(lab: LabPage) -> None:
    """Drive each bench, explorer and graph; every control of the page must belong to one of them."""
    assert lab.page.evaluate(_STRANGERS, _CONTROLS) == []
    for bench in lab.benches():
        drive_bench(lab, bench)
    for explorer in lab.page.locator(".nn-explorer").all():
        drive_explorer(lab, explorer)
    for graph in lab.page.locator(".nn-graph").all():
        drive_graph(lab, graph)
    for alerts in lab.page.locator(".nn-alerts").all():
        drive_alerts(lab, alerts)


def drive_bench(lab: LabPage, bench: Locator) -> None:
    """Predict, move each control to both ends, press each button, start and stop a training, reset."""
    predict(lab, bench)
    for control in bench.locator("[data-control]").all():
        move(lab, bench, control)
        reset(lab, bench)
    if bench.locator(".nn-start").count():
        train(lab, bench)
        reset(lab, bench)


def train(lab: LabPage, bench: Locator) -> None:
    """Start a training, see it advance, stop it: it ends without a message, and what it reached is told."""
    start, before = bench.locator(".nn-start"), bench.locator(".nn-line").inner_text()
    lab.press(start, "Enter")
    lab.page.wait_for_function(_UNDER_WAY, arg=[bench.element_handle(), before])
    if start.inner_text() == "Stop":
        lab.press(start, "Enter")
    lab.settle(bench)
    sound(lab, bench, "Start")
    assert bench.locator("progress").evaluate("e => e.value") > 0, "Start: the bar is where it began"
    assert bench.locator(".nn-bar-text").inner_text() in ("stopped", "done")
    after = bench.locator(".nn-line").inner_text()
    assert after != before, f"Start changes nothing: {after}"


def predict(lab: LabPage, bench: Locator) -> None:
    """Write a prediction, if the bench asks for one; until then its controls are shut."""
    guess = bench.locator(".nn-guess")
    if not guess.count():
        return
    shut = bench.locator("[data-control], .nn-start, .nn-detail input")
    for control in shut.all():
        expect(control).to_be_disabled()
    if guess.evaluate("e => e.tagName") == "SELECT":
        lab.press(guess, "ArrowDown", "Tab", "Enter")
    else:
        guess.focus()
        lab.page.keyboard.type(guess.get_attribute("data-trial"))
        lab.page.keyboard.press("Enter")
    expect(bench.locator(".nn-prediction.nn-open")).to_have_count(0)
    if bench.get_attribute("data-state"):
        lab.settle(bench)
    for control in shut.all():
        expect(control).to_be_enabled()


def move(lab: LabPage, bench: Locator, control: Locator) -> None:
    """Move a control to its ends and see what the bench shows; press it, if it is a button."""
    kind = control.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    name = control.get_attribute("data-control")
    if kind == "range":
        for key, end in (("Home", "min"), ("End", "max"), ("ArrowLeft", None)):
            lab.press(control, key)
            sound(lab, bench, name)
            if end:
                assert control.input_value() == control.get_attribute(end), name
        assert control.get_attribute("aria-valuetext") == control.evaluate("e => e.labels[0].nextSibling.textContent")
    elif kind == "select":
        options = control.locator("option").count()
        for key, index in (("Home", 0), ("End", options - 1)):
            lab.press(control, key)
            sound(lab, bench, name)
            assert control.evaluate("e => e.selectedIndex") == index, name
    elif kind == "checkbox":
        before = control.is_checked()
        for after in (not before, before):
            lab.press(control, "Space")
            sound(lab, bench, name)
            assert control.is_checked() is after, name
    elif kind == "text":
        lab.press(control, "Control+a", "Delete", "Enter")
        sound(lab, bench, name)
        assert control.input_value() == "", name
    else:
        assert kind == "button", f"{name} is a {kind}, which this test cannot drive"
        before = bench.locator(".nn-line").inner_text()
        lab.press(control, "Enter")
        sound(lab, bench, name)
        assert bench.locator(".nn-line").inner_text() != before, f"{name} changes nothing"


def sound(lab: LabPage, bench: Locator, name: str) -> None:
    """The bench has answered with a picture and a line of text, and without a message."""
    lab.settle(bench)
    message = bench.locator(".nn-message").inner_text()
    assert message == "", f"{name}: {message}"
    assert bench.locator(".nn-line").inner_text().strip(), name
    assert bench.locator("img").evaluate("e => e.naturalWidth") > 100, name


def reset(lab: LabPage, bench: Locator) -> None:
    """Press Reset, and wait for the answer."""
    lab.press(bench.locator(".nn-reset"), "Enter")
    sound(lab, bench, "Reset")


def drive_explorer(lab: LabPage, explorer: Locator) -> None:
    """Walk along the strip, predict, and press every button."""
    strip, heading = explorer.locator(".nn-strip"), explorer.locator(".nn-detail h4")
    numbers = {}
    for key in ("End", "Home", "ArrowRight", "ArrowLeft"):
        lab.press(strip, key)
        chosen = explorer.locator("[role=option][aria-selected=true]")
        expect(chosen).to_have_count(1)
        expect(heading).to_contain_text(chosen.locator("b").inner_text() + " ")
        assert strip.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
        numbers[key] = heading.inner_text()
    assert numbers["ArrowLeft"] == numbers["Home"]
    predict(lab, explorer)
    for button in explorer.locator("button:visible").all():
        lab.press(button, "Enter")
    expect(explorer.locator(".nn-message[role=alert]")).to_be_empty()


def drive_graph(lab: LabPage, graph: Locator) -> None:
    """Choose the first and the last account, then none."""
    accounts = graph.locator(".nn-account")
    if not accounts.count():
        return
    for key, account in (("Home", accounts.first), ("End", accounts.last)):
        lab.press(graph.locator(".nn-account[tabindex='0']"), key, "Enter")
        expect(account).to_have_attribute("aria-pressed", "true")
        expect(graph.locator(".nn-line[role=status]")).to_have_text(account.get_attribute("aria-label"))
    lab.page.keyboard.press("Escape")
    expect(graph.locator(".nn-account[aria-pressed=true]")).to_have_count(0)


def drive_alerts(lab: LabPage, alerts: Locator) -> None:
    """Play the days of the first and the last alert, decide on each, and ask for the truth: it shows only then."""
    pick, day, truth = alerts.locator(".nn-alert"), alerts.locator(".nn-day"), alerts.locator("[data-control=truth]")
    arrows, told = alerts.locator(".nn-arrows path"), alerts.locator(".nn-told")
    for key, number in (("End", pick.locator("option").count() - 1), ("Home", 0)):
        lab.press(pick, key)
        expect(alerts).to_have_attribute("data-alert", str(number))
        expect(alerts.locator(".nn-offender")).to_have_count(0)
        unseen = alerts.locator(".nn-arrows .nn-unseen")
        lab.press(day, "End")
        expect(unseen).to_have_count(0)
        lab.press(day, "Home")
        if day.get_attribute("min") != day.get_attribute("max"):
            expect(unseen).not_to_have_count(0)
        assert unseen.count() < arrows.count()
        lab.press(day, "End")
        predict(lab, alerts)
        expect(alerts.locator(".nn-truth").first).to_be_empty()
        lab.press(truth, "Enter")
        expect(told).to_contain_text("So far you decided")
        expect(alerts.locator(".nn-truth").first).not_to_be_empty()
    expect(alerts.locator(".nn-message")).to_be_empty()
