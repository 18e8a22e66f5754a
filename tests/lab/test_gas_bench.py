"""The gas bench's state: every example adds up to the receipt's gas, bad lines leave all as it was."""

import pytest

from nnchain_edu.lab import Text
from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.gas_bench import BEFORE_THE_CODE, EXAMPLES, FLOOR, GasBench
from tests.lab.driving import drive


@pytest.fixture(scope="module")
def shared():
    return GasBench()


@pytest.fixture
def state(shared):
    shared.reset()
    return shared


def test_every_control_changes_what_is_seen_and_reset_undoes_it():
    drive(GasBench)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_parts_of_every_example_add_up_to_the_receipt_and_can_be_drawn(state, example, again):
    state.set(example=example, again=again)
    now = state.measured
    assert state.line == EXAMPLES[example]
    assert sum(now["gas"].values()) - now["refund"] == now["total"]
    assert all(cost >= 0 for cost in now["gas"].values())
    assert f"{now['total']:,} gas" in state.text() and f"{now['size']:,} bytes" in state.text()
    assert paint(state).axes[0].patches


def test_storage_costs_what_the_proposals_say(state):
    assert state.measured["gas"]["SLOAD"] == 2_100 and state.measured["gas"]["SSTORE"] == 20_000  # EIP-2929, 2200
    state.set(line="self.total = x")
    assert state.measured["gas"]["SSTORE"] == 22_100
    state.set(again=True)
    assert state.measured["gas"]["SSTORE"] == 2_200  # the same value once more
    state.set(line="self.total = self.total + 1")
    assert state.measured["gas"]["SSTORE"] == 2_900


def test_clearing_storage_gives_gas_back(state):
    state.set(line="self.notes[msg.sender] = 1 - self.notes[msg.sender]", again=True)
    assert state.measured["refund"] == 4_800  # EIP-3529
    assert "4,800 gas came back" in state.text()
    state.set(line="self.total = 0 if self.total > 0 else 1")
    assert state.measured["refund"] < 4_800 and state.measured["total"] == 21_510  # not below the floor of EIP-7623


def test_a_line_that_does_nothing_pays_the_least_price_of_its_data(state):
    state.set(line="")
    data = 4 + 1 + 31  # a selector, 31 zero bytes and a seven
    assert state.measured["total"] == 21_000 + 10 * 31 + 40 * (data - 31)
    assert state.measured["gas"][FLOOR] > 0


@pytest.mark.parametrize(
    "line, why",
    [
        ("self.totl = 3", "does not compile: UndeclaredDefinition"),
        ("self.total = ", "does not compile: SyntaxException"),
        ('assert x > 8, "small"', "reverted: small"),
        ("x" * 201, "at most 200"),
        (3, "one line"),
        ("self.total = 1\nself.total = 2", "one line"),
    ],
)
def test_a_line_that_cannot_be_used_says_why_and_leaves_the_picture(state, line, why):
    before = state.text()
    with pytest.raises(ValueError, match=why):
        state.set(line=line)
    assert state.text() == before
    state.set(line="self.total = 4")
    assert "self.total = 4" in state.text()


def test_a_change_is_told_against_the_line_before_and_reset_forgets_it(state):
    first = state.measured["total"]
    state.set(line="y: uint256 = x")
    assert f"{state.measured['total'] - first:+,} gas".replace("-", "\u2212") in state.text()
    state.reset()
    assert "Against" not in state.text() and state.line == EXAMPLES[state.example]


def test_the_dearest_opcode_is_an_opcode(state):
    state.set(line="")
    assert not any(name in state.text().partition("dearest")[2] for name in BEFORE_THE_CODE)


def test_the_bench_asks_before_it_shows_and_compares_after(state):
    bench = Bench(GasBench())
    bench.act("set", values={"line": "self.total = 1"})
    assert "prediction" in bench.view["message"]
    bench.act("predict", value="30000")
    bench.act("set", values={"line": "self.totl = 1"})
    assert "does not compile" in bench.view["message"] and bench.view["picture"]
    bench.act("set", values={"example": "log an event"})
    assert "30,000 gas for the second call" in bench.view["comparison"]
    assert bench.view["values"]["line"] == "log Said(what=x)"
    bench.act("reset")
    bench.act("set", values={"again": True})
    assert "the second call takes 26,312" in bench.view["comparison"]


def test_a_text_control_accepts_one_short_line():
    control = Text("note", "A note", "a", longest=3)
    assert control.check("abc") == "abc" and control.check("") == ""
    assert control.spec() == {"kind": "text", "name": "note", "label": "A note", "longest": 3}
    for bad in ("abcd", "a\nb", 5, None):
        with pytest.raises(ValueError, match="note"):
            control.check(bad)
    with pytest.raises(ValueError, match="note"):
        Text("note", "A note", "abcd", longest=3)
