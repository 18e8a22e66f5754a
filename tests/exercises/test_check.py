"""`check`, `hint` and the summary, as a learner calls them."""

import pytest

import nnchain_edu
from nnchain_edu import check, hint
from tests.exercises.sample_units.answers_91 import ANSWERS, broken, no_bias, stub

pytestmark = pytest.mark.usefixtures("sample")


def test_four_verdicts_in_plain_text():
    assert repr(check("91.1", ANSWERS["91.1"].right[0])) == (
        "\N{HEAVY CHECK MARK} 91.1 Weigh the inputs: right\n  A neuron is a weighted sum with an offset."
    )
    assert repr(check("91.1", no_bias)) == (
        "\N{HEAVY BALLOT X} 91.1 Weigh the inputs: wrong\n"
        "  The bias is added once, at the end.\n"
        "  Given: no_bias([1, 2], [3, 4], 5)\n"
        "  Came out: 11\n"
        "  Expected: 16"
    )
    assert repr(check("91.1", stub)).splitlines()[0].endswith("not attempted")
    said = check("91.1", broken)
    assert said.verdict == "broken"
    assert said.message.startswith("Your code raised TypeError: unsupported operand")
    label, line = said.details[0]
    assert label.endswith("of answers_91.py") and line == "return inputs @ weights + bias"


def test_html_is_escaped_and_readable_without_colour():
    said = check("91.2", "<script>alert(1)</script>")
    html = said._repr_html_()
    assert said.verdict == "wrong"
    assert "<script" not in html and "&lt;script&gt;" in html
    assert 'role="status"' in html and "<strong>wrong</strong>" in html
    assert "&lt;checks&gt;" in check()._repr_html_()


def test_the_same_answer_gives_the_same_text():
    assert len({(repr(check("91.1", no_bias)), check("91.1", no_bias)._repr_html_()) for _ in range(3)}) == 1


@pytest.mark.parametrize("number", ["91.9", "99.1", "1", "", 91.1, None, ["91.1"], print, "91.1.1", "٩١.١"])
def test_an_unknown_number_lists_the_known(number):
    if number is None:
        assert "Check an answer first" in repr(check())
        return
    said = check(number, 1)
    assert said.verdict == "not attempted"
    assert "91.1, 91.2" in said.message if number == "91.9" else "91" in said.message
    assert said.message == hint(number).message


def test_a_forgotten_answer_is_asked_for():
    assert 'check("91.2", answer)' in check("91.2").message
    assert check(" 91.2 ", 16).verdict == "right"


def test_the_summary_tells_the_unit_checked_last():
    assert "Nothing checked yet" in repr(check())
    check("91.1", no_bias)
    check("91.2", 16)
    summary = check()
    assert summary.caption == "Unit 91, A sample & its <checks>: 1 of 2 right"
    assert [row[2] for row in summary.rows] == ["wrong", "right"]
    assert repr(summary).splitlines()[1].split() == ["Exercise", "Title", "Verdict", "now"]
    assert summary._repr_html_().count('scope="row"') == 2


def test_what_was_right_once_counts_in_the_summary():
    check("91.2", 16)
    check("91.2", 15)
    assert [row[2] for row in check().rows] == ["not checked yet", "wrong; right before"]
    assert check().caption.endswith("1 of 2 right")


def test_hints_come_in_two_levels():
    assert "Pair each input" in repr(hint("91.1")) and 'hint("91.1", 2)' in repr(hint("91.1"))
    assert "then shifts" in hint("91.1", 2)._repr_html_()
    for level in (0, 3, "2", None):
        assert "two hints" in hint("91.1", level).message


@pytest.mark.parametrize(
    ("number", "answer", "expected"),
    [
        ("91.1", 11, "function itself"),
        ("91.1", None, "None: a function without `return`"),
        ("91.2", lambda: 16, "call it, and give what comes out"),
        ("91.2", True, "one number"),
        ("91.2", None, "gives None"),
        ("91.1", lambda inputs, weights, bias: None, "did you forget `return`"),
        ("91.1", lambda inputs, weights, bias: (x for x in inputs), "return the values themselves"),
    ],
)
def test_answers_of_another_kind_get_their_own_message(number, answer, expected):
    said = check(number, answer)
    assert said.verdict == "wrong" and expected in said.message


def test_the_top_level_names_are_these():
    assert nnchain_edu.check is check and nnchain_edu.hint is hint
