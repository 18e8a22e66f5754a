"""Class mode as a class has it: the teacher's one command, and lab 08 open in three pages with a kernel each."""

import json
import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROUNDS, SECONDS, PAGES = 3, 25, (1, 2, 3)  # seconds that are ample where others work too
LAB = "08_federated_learning.ipynb"


@pytest.fixture
def hosted(tmp_path):
    """`nnchain-edu classroom host`, on a port that is free: the addresses it prints, and the file with its words."""
    log = tmp_path / "host.log"
    command = [sys.executable, "-u", "-m", "nnchain_edu.cli", "classroom", "host", "--port", "0", "--wait", "3"]
    command += ["--rounds", str(ROUNDS), "--seconds", str(SECONDS)]
    with log.open("w") as writer:
        process = subprocess.Popen(command, cwd=ROOT, stdout=writer, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 240
        while not (found := re.search(r"join (http\S+) (0x\w+)", log.read_text())):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield *found.groups(), log
    finally:
        process.terminate()
        process.wait(60)


def prepare(notebooks, url, contract):
    """A copy of the lab for each learner, with the two addresses and the learner's share filled in."""
    for share in PAGES:
        notebook = json.loads((notebooks / LAB).read_text())
        (cell,) = [c for c in notebook["cells"] if "NODE, CONTRACT =" in "".join(c["source"])]
        source = "".join(cell["source"]).replace('NODE, CONTRACT = "", ""', f'NODE, CONTRACT = "{url}", "{contract}"')
        filled = source.replace("SHARE, OF, ROUNDS = 1, 8, 5", f"SHARE, OF, ROUNDS = {share}, 3, {ROUNDS}")
        assert filled.count(url) == 1 and f"= {share}, 3, {ROUNDS}" in filled
        cell["source"] = filled
        (notebooks / f"class_{share}.ipynb").write_text(json.dumps(notebook))


def bench_with(lab, control):
    """The one bench of the page that has this control."""
    return lab.page.locator(".nn-bench", has=lab.page.locator(f"[data-control={control}]"))


def test_three_pages_train_one_model(hosted, notebooks, open_lab):
    url, contract, log = hosted
    prepare(notebooks, url, contract)
    labs = [open_lab(f"class_{share}.ipynb") for share in PAGES]
    for lab in labs:
        lab.run_all()
    members = [bench_with(lab, "leave") for lab in labs]
    board = bench_with(labs[0], "each")
    line, watch = board.locator(".nn-line"), board.locator(".nn-start")
    labs[0].press(watch, "Enter")
    for lab, member in zip(labs, members, strict=True):
        lab.press(member.locator(".nn-start"), "Enter")
    expect(line).to_contain_text("3 members", timeout=600_000)
    expect(line).to_contain_text("committed", timeout=600_000)
    for lab in labs:
        assert "42" in lab.execute("print(6 * 7)")  # the kernels are free
    labs[0].screenshot("running")
    for member in members:
        expect(member.locator(".nn-line")).to_contain_text(f"Round {ROUNDS} (closed), 3 revealed", timeout=900_000)
        expect(member.locator(".nn-line")).to_contain_text("with 1 ether at stake, and 1.000 owed")
        expect(member.locator(".nn-start")).to_have_text("Join")
        assert member.locator(".nn-message").inner_text() == ""
    expect(line).to_contain_text(f"Round {ROUNDS}: closed; 3 members: 3 revealed")
    expect(line).to_contain_text("the contract holds 103.000 ether, 97.000 of it for rewards, and the books balance")
    labs[0].press(watch, "Enter")
    expect(watch).to_have_text("Watch")
    labs[0].press(board.locator("[data-control=each]"), "Space")
    for member in members:
        address = re.search(r"0x\w{40}", member.locator(".nn-line").inner_text()).group()
        money = "revealed, 1 at stake, 1.000 owed, 0.000 paid"
        expect(line).to_contain_text(f"{address[:6]}…{address[-4:]} {money}")
    labs[1].press(members[1].locator("[data-control=leave]"), "Enter")
    expect(members[1].locator(".nn-line")).to_contain_text("with 0 ether at stake, and 0.000 owed")
    for lab in labs:
        lab.screenshot("class")
        assert lab.violations() == []
        assert lab.faults() == []
    told = re.findall(r"round (\d): (\d) revealed", log.read_text())
    assert told == [(str(number), "3") for number in range(1, ROUNDS + 1)], log.read_text()
