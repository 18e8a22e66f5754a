"""What notebooks and terminals show, with hostile names in it."""

import subprocess
import sys
from html.parser import HTMLParser

import pytest

from nnchain_edu import Chain
from nnchain_edu.chain.views import ether, table, visible

SAYS = """
event Said:
    text: String[400]
    data: Bytes[8]

@external
def say(text: String[400]):
    log Said(text=text, data=b"12345678")
"""
HOSTILE = [
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "x" * 390,
    "</table>'\"&",
    "\x1b[2J\n\r\t\0",
    "👩‍👩‍👧",
]


class Tags(HTMLParser):
    """Collects tags, and refuses a page whose tags do not close in order."""

    def __init__(self, page):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def chain():
    return Chain()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(chain, text):
    speaker = chain.deploy(SAYS)
    receipt = chain.send(speaker.functions.say(text))
    assert receipt.events[0].args["text"] == text  # the data itself is untouched
    for view in (receipt, chain.transaction(receipt)):
        html, plain = view._repr_html_(), repr(view)
        assert {tag for tag, _ in Tags(html).seen} <= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert "\u202e" not in html + plain and "\x1b" not in plain and "\0" not in plain
        assert all(len(line) < 600 for line in plain.splitlines())
    assert "<script" not in chain.events(speaker)._repr_html_()


def test_hostile_account_names(chain):
    name = "<img src=x onerror=alert(1)>\u202e"
    chain.accounts.add(name, b"\x09" * 32)
    receipt = chain.send(name, value=1)
    assert "<img" not in receipt._repr_html_() and "\u202e" not in repr(receipt) + receipt._repr_html_()


def test_tables_are_accessible(chain):
    counter = chain.deploy("counter", 1)
    receipt = chain.send(counter.functions.raise_by(1))
    for view in (receipt, chain.transaction(receipt), chain.block(), counter):
        seen = Tags(view._repr_html_()).seen
        assert [tag for tag, _ in seen].count("caption") == 1
        assert all(attrs.get("scope") in ("row", "col") for tag, attrs in seen if tag == "th")
        assert ("th", "row") in [(tag, attrs.get("scope")) for tag, attrs in seen]


def test_receipt_reads_well(chain):
    counter = chain.deploy("counter", 3, sender="bob")
    receipt = chain.send(counter.functions.raise_by(4), sender="carol")
    shown = repr(receipt)
    assert shown.startswith(f"Receipt: done in block {receipt.blockNumber}\n")
    assert "carol (0x" in shown and "counter (0x" in shown and "Raised(who=carol (0x" in shown
    assert "raise_by(amount=4)" in repr(chain.transaction(receipt))
    assert f"created      counter ({counter.address[:8]}" in repr(counter.receipt)
    assert "raise_by(amount: uint256) -> uint256  [transaction]" in repr(counter)
    assert "Raise the number" in counter._repr_html_()


def test_records_are_mappings_with_attributes(chain):
    block = chain.block(0)
    assert block.number == block["number"] == dict(block)["number"] == 0 and "gasLimit" in dir(block)
    with pytest.raises(AttributeError, match="block has no 'gaslimit'; it has"):
        _ = block.gaslimit
    assert repr(block).splitlines()[0] == "Block 0" and "2026-01-01 00:00:00 UTC" in repr(block)


def test_ipython_shows_our_lines():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell as S\n"
        "shell = S()\n"
        "shell.run_cell('from nnchain_edu import Chain; chain = Chain(); chain.block(0)')\n"
        "shell.run_cell('chain.deploy(\"conter\")')\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Block 0\n" in told and "ContractError: no contract is called 'conter'" in told
    assert "Traceback" not in told and "contracts.py" not in told


@pytest.mark.parametrize(
    ("wei", "text"),
    [
        (0, "0 wei"),
        (10**6 - 1, "999999 wei"),
        (875_000_000, "0.875 gwei"),
        (10**12 - 1, "999.999999999 gwei"),
        (10**12, "0.000001 ether"),
        (10**18, "1 ether"),
        (12_345 * 10**18 + 1, "12,345.000000000000000001 ether"),
        (100 * 10**18, "100 ether"),
    ],
)
def test_ether_is_exact(wei, text):
    assert ether(wei) == text


def test_visible_cuts_and_spells_out():
    assert visible("a\u202eb\n") == "a\\u202eb\\n"
    assert visible("x" * 500).endswith("… (500 characters)")
    assert table("<b>", [("&", "<i>")]).count("&lt;") == 2
