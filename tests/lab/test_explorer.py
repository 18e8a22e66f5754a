import copy
import hashlib
import json

import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.lab import Explorer, Prediction
from nnchain_edu.lab.ledger import PlainSource, plain

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
    assert explorer.frame == {
        "title": "Block explorer", "prediction": None, "tamper": False, "seal": False, "live": False
    }  # fmt: skip


def test_hostile_names_become_visible_text():
    explorer = Explorer(toy_chain(3), seal=seal)
    assert explorer.detail["transactions"][0]["to"] == "<img src=x onerror=alert(1)>\\u202e\\x00"
    json.dumps(explorer.detail), json.dumps(explorer.strip)  # nothing but what JSON holds


def test_tampering_shows_and_leaves_the_given_blocks_alone():
    blocks = toy_chain(6)
    given = copy.deepcopy(blocks)
    explorer = Explorer(blocks, seal=seal, tamper=True)
    explorer.selected = 2
    assert explorer.detail["transactions"][1]["edit"] == "21" and explorer.detail["transactions"][1]["unit"] == ""
    explorer.act("tamper", block=2, transaction=1, value="1,000")
    assert statuses(explorer) == ["valid", "valid", "broken", "after", "after", "after"]
    assert explorer.detail["transactions"][1]["changed"] and explorer.detail["status"] == "broken"
    assert "its content hashes to" in explorer.detail["why"]
    assert "1 broken. The first is block 2" in explorer.line
    assert blocks == given
    explorer.act("restore")
    assert statuses(explorer) == ["valid"] * 6
    assert not explorer.detail["transactions"][1]["changed"]


def test_a_prediction_opens_the_fields_and_is_compared():
    explorer = Explorer(
        toy_chain(6), seal=seal, tamper=True, prediction=Prediction("Which block breaks first?", low=0, high=5)
    )
    assert explorer.guess == {"prediction": None, "locked": True, "comparison": ""}
    explorer.act("tamper", block=2, transaction=1, value="7")
    assert explorer.message == "Write your prediction first." and statuses(explorer) == ["valid"] * 6
    explorer.act("predict", value="nine")
    assert "is a number" in explorer.message and explorer.locked
    explorer.act("predict", value="4")
    assert explorer.message == "" and explorer.guess == {"prediction": "4", "locked": False, "comparison": ""}
    explorer.act("tamper", block=2, transaction=1, value="7")
    assert explorer.guess["comparison"].startswith("You predicted 4. 6 blocks, 1 broken. The first is block 2:")
    explorer.act("restore")
    assert explorer.guess["comparison"] == "You predicted 4. 6 blocks, each linked to the one before."


def test_a_prediction_without_tampering_makes_no_sense():
    with pytest.raises(ValueError, match="tamper=True"):
        Explorer(toy_chain(2), seal=seal, prediction=Prediction("Which block breaks first?"))


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


def test_of_a_full_block_the_first_hundred_are_shown():
    chain = Chain()
    chain.send_many([{"to": "bob", "value": n} for n in range(150)])
    explorer = Explorer(chain)
    assert len(explorer.detail["transactions"]) == 100 and explorer.detail["unlisted"] == 50
    assert len(Explorer(chain, tamper=True).detail["transactions"]) == 100


def test_hundreds_of_blocks_are_light():
    strip = PlainSource(toy_chain(500), seal=seal).strip()
    assert len(json.dumps(strip)) < 500 * 320


def test_values_as_text():
    assert plain(b"\x01\xff") == "0x01ff"
    assert plain({"a": [1, "x"]}) == "a=[1, x]"
    assert plain("a\nb") == "a\\nb"
    assert len(plain("x" * 1000)) == 200
    assert plain(2**64) == "18,446,744,073,709,551,616"


GUESTBOOK = """
event Signed:
    guest: indexed(address)
    words: String[64]

last: public(String[64])

@external
def sign(words: String[64]):
    assert len(words) > 0, "say something"
    self.last = words
    log Signed(guest=msg.sender, words=words)
"""


def test_a_running_chain_is_decoded():
    chain = Chain(seed=3)
    book = chain.deploy(GUESTBOOK, sender="alice")
    chain.send(book.functions.sign("<b>hello</b>"), sender="bob")
    chain.send("carol", sender="bob", value=10**18)
    explorer = Explorer(chain)
    assert explorer.frame["live"] and statuses(explorer) == ["valid"] * 4

    explorer.selected = 2
    (signed,) = explorer.detail["transactions"]
    assert signed["from"].startswith("bob (0x") and signed["status"] == "done" and signed["value"] == "0 wei"
    assert signed["call"] == "sign(words='<b>hello</b>')"
    assert signed["events"] == [f"Signed(guest={signed['from']}, words='<b>hello</b>')"]
    accounts = {
        account["name"].split()[0]: dict((what, (a, b)) for what, a, b in account["rows"])
        for account in explorer.detail["accounts"]
    }
    assert accounts["bob"]["nonce"] == ("0", "1")
    assert accounts["bob"]["balance"][0] != accounts["bob"]["balance"][1]

    assert [name for name, _ in explorer.detail["fields"]][:3] == ["number", "timestamp", "hash"]
    assert "receiptsRoot" in dict(explorer.detail["further"]) and "transactions" not in dict(explorer.detail["further"])

    explorer.selected = 3
    (sent,) = explorer.detail["transactions"]
    assert sent["to"].startswith("carol (0x") and sent["value"] == "1 ether"
    explorer.selected = 1
    (created,) = explorer.detail["transactions"]
    assert created["to"].startswith("creates ")
    json.dumps(explorer.detail)


def test_new_and_undone_blocks_are_seen():
    chain = Chain()
    explorer = Explorer(chain)
    with chain.snapshot():
        chain.mine(3)
        explorer.refresh()
        assert len(explorer.strip) == 4
        undone = explorer.strip[1]["hash"]
    chain.send("bob", sender="alice", value=1)
    explorer.act("refresh")
    assert len(explorer.strip) == 2 and explorer.strip[1]["hash"] != undone
    explorer.selected = 1
    assert explorer.detail["transactions"][0]["value"] == "1 wei"
    explorer.selected = 99
    assert explorer.detail["number"] == 1


def test_tampering_with_a_copy_of_a_real_chain():
    chain = Chain(seed=3)
    book = chain.deploy(GUESTBOOK, sender="alice")
    chain.send("carol", sender="bob", value=10**18)
    chain.send(book.functions.sign("hello"), sender="bob")
    head = chain.w3.eth.get_block("latest")["hash"]
    explorer = Explorer(chain, tamper=True)
    assert not explorer.frame["live"] and not explorer.frame["seal"] and statuses(explorer) == ["valid"] * 4
    assert explorer.detail["transactions"][0]["events"][0].endswith(", words='hello')")
    assert explorer.detail["transactions"][0]["unit"] == "wei"
    explorer.act("tamper", block=2, transaction=0, value=str(10**21))
    assert statuses(explorer) == ["valid", "valid", "broken", "after"]
    assert "hashes to" in explorer.strip[2]["why"]
    assert chain.w3.eth.get_block("latest")["hash"] == head
    exported = chain.export()
    exported[2]["transactions"][0]["value"] += 1
    assert statuses(Explorer(exported)) == ["valid", "valid", "broken", "after"]
