import itertools
import math
import random

import pandas
import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.lab import TransactionGraph
from nnchain_edu.lab.graph import HEIGHT, WIDTH

TRANSFERS = [
    ("alice", "bob", 12),
    ("bob", "alice", 3),
    ("bob", "carol", 5),
    ("bob", "carol", 6),
    ("dave", "dave", 1),
]


def test_transfers_are_summed_by_pair():
    graph = TransactionGraph(TRANSFERS, unit="ether")
    arrows = {(a["source"], a["target"]): a for a in graph.frame["arrows"]}
    assert arrows["bob", "carol"]["amount"] == "11 ether" and arrows["bob", "carol"]["transfers"] == 2
    assert arrows["alice", "bob"]["both"] and not arrows["bob", "carol"]["both"]
    assert not arrows["dave", "dave"]["both"]
    assert max(arrows.values(), key=lambda a: a["width"])["source"] == "alice"
    assert graph.text() == "4 accounts, 5 transfers. The most went from alice to bob: 12 ether."
    assert repr(graph) == f"Transaction graph: {graph.text()}"


def test_accounts_say_what_they_did():
    accounts = {a["name"]: a["text"] for a in TransactionGraph(TRANSFERS, unit="wei").frame["accounts"]}
    assert accounts["bob"] == "Sent 14 wei in 3 transfers, received 12 wei in 1 transfer."


def test_marked_accounts():
    graph = TransactionGraph(TRANSFERS, marked={"bob": "phishing", "eve": "seen elsewhere"})
    accounts = {a["name"]: a for a in graph.frame["accounts"]}
    assert accounts["bob"]["mark"] == "phishing" and accounts["bob"]["text"].startswith("Marked: phishing.")
    assert accounts["eve"]["text"].endswith("received 0 in 0 transfers.")


def test_the_picture_does_not_depend_on_the_order():
    shuffled = TRANSFERS[:]
    random.Random(4).shuffle(shuffled)
    assert TransactionGraph(shuffled).positions == TransactionGraph(TRANSFERS).positions


@pytest.mark.parametrize("many", [2, 5, 12, 30, 60, 80])
def test_accounts_lie_inside_and_apart(many):
    dice = random.Random(many)
    transfers = [(f"a{i}", f"a{dice.randrange(many)}", 1) for i in range(many)]
    places = TransactionGraph(transfers).positions.values()
    assert len(places) == many
    assert all(40 <= x <= WIDTH - 40 and 40 <= y <= HEIGHT - 40 for x, y in places)
    closest = min(math.dist(a, b) for a, b in itertools.combinations(places, 2))
    assert closest > 36, "circles of radius 17 overlap"


def test_data_frames_and_exact_amounts():
    frame = pandas.DataFrame({"from": ["a"], "to": ["b"], "value": [2**80 + 1]}, dtype=object)
    graph = TransactionGraph(frame)
    assert graph.frame["arrows"][0]["amount"] == f"{2**80 + 1:,}"


def test_ether_on_a_chain():
    chain = Chain()
    chain.send("bob", sender="alice", value=10**18)
    chain.send("bob", sender="alice", value=10**18 // 2)
    chain.send("carol", sender="bob")
    graph = TransactionGraph(chain)
    assert [(a["source"], a["target"], a["amount"]) for a in graph.frame["arrows"]] == [("alice", "bob", "1.5 ether")]


def test_hostile_and_long_names():
    graph = TransactionGraph([("<b>x</b>", "0x" + "ab" * 20, 1), ("a name that never ends", "\u202e", 2)])
    labels = {a["label"] for a in graph.frame["accounts"]}
    assert labels == {"<b>x</b>", "0xabab…abab", "a name that n…", "\\u202e"}


def test_nothing_to_draw():
    assert TransactionGraph([]).text() == "No transfers."


@pytest.mark.parametrize(
    ("bad", "error", "said"),
    [
        ([("a", "b")], ValueError, r"transfers\[0\]"),
        ([("a", "b", -1)], ValueError, "0 or more"),
        ([("a", "b", math.nan)], ValueError, "0 or more"),
        ([("a", "b", "much")], ValueError, "'much'"),
        (7, TypeError, "int was given"),
        (pandas.DataFrame({"from": []}), ValueError, "columns from, to and amount"),
        ([(f"a{i}", "hub", 1) for i in range(90)], ValueError, "91 accounts; at most 80"),
    ],
)
def test_bad_transfers_are_refused(bad, error, said):
    with pytest.raises(error, match=said):
        TransactionGraph(bad)
