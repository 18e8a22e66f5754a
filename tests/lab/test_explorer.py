import copy
import hashlib
import json

import pytest

from nnchain_edu.lab import Explorer
from nnchain_edu.lab.ledger import PlainSource, amount, plain, spell

HOSTILE = "<img src=x onerror=alert(1)>\u202e\x00"


def seal(block):
    return "0x" + hashlib.sha256(json.dumps(block, sort_keys=True).encode()).hexdigest()


def toy_chain(length):
    blocks, parent = [], "0x" + "00" * 32
    for n in range(length):
        sent = [{"from": "alice", "to": HOSTILE, "value": 10 * n + i} for i in range(n % 4)]
        block = {"number": n, "parent": parent, "transactions": sent}
        parent = seal(block)
        blocks.append({**block, "hash": parent})
    return blocks


def statuses(explorer):
    return [row["status"] for row in explorer.strip]


def test_a_whole_chain():
    explorer = Explorer(toy_chain(5), seal=seal)
    assert statuses(explorer) == ["valid"] * 5
    assert repr(explorer) == "Block explorer: 5 blocks, each linked to the one before."
    assert explorer.selected == 4 and explorer.detail["number"] == 4
    explorer.selected = 2
    assert [sent["value"] for sent in explorer.detail["transactions"]] == ["20", "21"]
    assert explorer.frame == {"title": "Block explorer", "tamper": False, "seal": False, "live": False}


def test_hostile_names_become_visible_text():
    explorer = Explorer(toy_chain(3), seal=seal)
    assert explorer.detail["transactions"][0]["to"] == "<img src=x onerror=alert(1)>\\u202e\\x00"
    json.dumps(explorer.detail), json.dumps(explorer.strip)  # nothing but what JSON holds


def test_tampering_shows_and_leaves_the_given_blocks_alone():
    blocks = toy_chain(6)
    given = copy.deepcopy(blocks)
    explorer = Explorer(blocks, seal=seal, tamper=True)
    explorer.selected = 2
    assert explorer.detail["transactions"][1]["edit"] == "21"
    explorer.act("tamper", block=2, transaction=1, value="1,000")
    assert statuses(explorer) == ["valid", "valid", "broken", "after", "after", "after"]
    assert explorer.detail["transactions"][1]["changed"] and explorer.detail["status"] == "broken"
    assert "its content hashes to" in explorer.detail["why"]
    assert "1 broken. The first is block 2" in explorer.line
    assert blocks == given
    explorer.act("restore")
    assert statuses(explorer) == ["valid"] * 6
    assert not explorer.detail["transactions"][1]["changed"]


def test_a_new_seal_breaks_the_next_link():
    explorer = Explorer(toy_chain(6), seal=seal, tamper=True)
    explorer.act("tamper", block=2, transaction=0, value="7")
    explorer.act("reseal", block=2)
    assert statuses(explorer) == ["valid", "valid", "valid", "broken", "after", "after"]
    assert [row["linked"] for row in explorer.strip] == [True, True, True, False, True, True]
    assert "its parent is" in explorer.strip[3]["why"]


def test_sealed_up_to_the_head_nothing_is_broken_and_the_head_is_another():
    explorer = Explorer(toy_chain(6), seal=seal, tamper=True)
    heads = {explorer.strip[-1]["hash"]}
    explorer.act("tamper", block=2, transaction=0, value="7")
    for block in range(2, 6):
        assert statuses(explorer).index("broken") == block
        explorer.act("reseal", block=block)
    assert statuses(explorer) == ["valid"] * 6
    assert explorer.strip[-1]["hash"] not in heads


def test_a_link_breaks_without_any_seal():
    blocks = toy_chain(4)
    blocks[2]["parent"] = "0x1234"
    explorer = Explorer(blocks)
    assert statuses(explorer) == ["valid", "valid", "broken", "after"]


@pytest.mark.parametrize("value", ["much", "", "1.5"])
def test_a_bad_value_is_a_message(value):
    explorer = Explorer(toy_chain(3), seal=seal, tamper=True)
    explorer.act("tamper", block=2, transaction=0, value=value)
    assert "a value here is a number (int)" in explorer.message
    assert statuses(explorer) == ["valid"] * 3


def test_without_tamper_nothing_is_edited():
    explorer = Explorer(toy_chain(3), seal=seal)
    explorer.act("tamper", block=2, transaction=0, value="7")
    explorer.act("reseal", block=2)
    assert statuses(explorer) == ["valid"] * 3
    assert "edit" not in explorer.detail["transactions"][0]


def test_a_failing_seal_is_a_reason_not_a_traceback():
    def failing(block):
        raise RecursionError("too deep")

    explorer = Explorer(toy_chain(2), seal=failing)
    assert explorer.strip[0]["why"] == "it cannot be verified (RecursionError: too deep)"


def test_accounts_of_own_blocks():
    blocks = toy_chain(1)
    blocks[0]["accounts"] = {"alice": (10, 7)}
    assert Explorer(blocks).detail["accounts"] == [{"name": "alice", "address": "", "rows": [["balance", "10", "7"]]}]


def test_no_blocks_at_all():
    explorer = Explorer([])
    assert explorer.detail == {} and explorer.line == "0 blocks, each linked to the one before."


@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        (7, TypeError, "int was given"),
        (["block"], TypeError, "list of blocks"),
        ([{"hash": "0x1"}], ValueError, r"blocks\[0\]"),
        ([{"hash": "0x1", "parent": "0x0", "number": "one"}], ValueError, "'one' was given"),
    ],
)
def test_bad_sources_are_refused(source, error, said):
    with pytest.raises(error, match=said):
        Explorer(source)


def test_hundreds_of_blocks_are_light():
    strip = PlainSource(toy_chain(500), seal=seal).strip()
    assert len(json.dumps(strip)) < 500 * 320


@pytest.mark.parametrize(
    ("wei", "written"),
    [
        (0, "0 wei"),
        (10**12 - 1, "999,999,999,999 wei"),
        (10**18, "1 ether"),
        (1234 * 10**18 + 5 * 10**14, "1,234.0005 ether"),
        (2**200 + 1, f"{2**200 // 10**18:,}.{(2**200 + 1) % 10**18:018} ether"),
        (-(10**18), "-1 ether"),
    ],
)
def test_amounts_are_exact(wei, written):
    assert amount(wei) == written


def test_values_as_text():
    assert plain(b"\x01\xff") == "0x01ff"
    assert plain({"a": [1, "x"]}) == "a=[1, x]"
    assert plain("a\nb") == "a\\nb"
    assert len(plain("x" * 1000)) == 200
    assert plain(2**64) == "18,446,744,073,709,551,616"
    named = {"0x" + "ab" * 20: "bob"}.get
    assert spell("Sent", {"to": "0x" + "ab" * 20, "n": 5}, named) == "Sent(to=bob, n=5)"
