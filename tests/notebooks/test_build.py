"""The builder: what becomes of solutions, stubs, tags and quizzes, and what it refuses."""

import nbformat
import pytest

from sources import build


def cell(source, *tags, kind="code"):
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source, metadata={"tags": list(tags)} if tags else {})


FUNCTION = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n\n\ncheck(double)"


def test_a_solution_becomes_an_exception_in_the_lab_and_stays_in_the_solution():
    lab = build.transform(cell(FUNCTION), "labs", "here").source
    assert lab == f"def double(x):\n    {build.EMPTY_STUB}\n\n\ncheck(double)"
    assert (
        build.transform(cell(FUNCTION), "solutions", "here").source
        == "def double(x):\n    return 2 * x\n\n\ncheck(double)"
    )


def test_a_stub_of_its_own_is_uncommented():
    source = (
        "### BEGIN SOLUTION\nscale = 2**16\n### STUB\n# scale = ...  # yours\n#     deeper\n### END SOLUTION\nscale"
    )
    assert build.transform(cell(source), "labs", "here").source == "scale = ...  # yours\n    deeper\nscale"
    assert build.transform(cell(source), "solutions", "here").source == "scale = 2**16\nscale"


def test_a_contract_cell_stands_commented_and_comes_out_as_vyper(tmp_path):
    source = tmp_path / "lab.py"
    source.write_text(
        "# %%\n# %%contract Box\n# x: uint256  # a number\n#\n# # a remark\n# @external\n# def f():\n"
        "#     ### BEGIN SOLUTION\n#     self.x = 1\n#     ### STUB\n#     # pass  # your code here\n"
        "#     ### END SOLUTION\n\n# %%\n# a comment of Python\nx = 1\n"
    )
    contract, python = build.jupytext.reads(build.read(source), fmt="py:percent").cells
    start = "%%contract Box\nx: uint256  # a number\n\n# a remark\n@external\ndef f():\n"
    assert build.transform(contract, "labs", "here").source == start + "    pass  # your code here"
    assert build.transform(contract, "solutions", "here").source == start + "    self.x = 1"
    assert python.source == "# a comment of Python\nx = 1"


@pytest.mark.parametrize("tag, absent", [("solution", "labs"), ("lab", "solutions")])
def test_a_tagged_cell_stands_in_one_of_the_two(tag, absent):
    for kind in ("labs", "solutions"):
        made = build.transform(cell("x = 1", tag), kind, "here")
        assert (made is None) == (kind == absent)
        assert made is None or "tags" not in made.metadata


@pytest.mark.parametrize(
    "source", ["### BEGIN SOLUTION\nx = 1", "x = 1\n### END SOLUTION", "### BEGIN SOLUTION x\n### END SOLUTION"]
)
def test_unpaired_markers_are_refused_with_the_cell_named(source):
    with pytest.raises(build.SourceError, match="here"):
        build.transform(cell(source), "labs", "here")


def test_a_quiz_becomes_a_question_with_explanations_and_escapes_its_text():
    source = "? Which is `x < 1`?\n- two | No: `2 > 1`.\n+ zero | Yes.\n- three | No."
    text = build.transform(cell(source, "quiz", kind="markdown"), "lessons", "here").source
    assert text.startswith("**Which is `x < 1`?**")
    assert text.count("<details>") == 3 and text.count("Right.") == 1
    assert "<code>2 &gt; 1</code>" in text


def test_a_quiz_says_right_or_not_once():
    source = "? Which?\n- two | No: it is less.\n+ zero | Yes: it is.\n- three | Not so many."
    text = build.transform(cell(source, "quiz", kind="markdown"), "lessons", "here").source
    assert "Not this one.</strong> It is less." in text and "Right.</strong> It is." in text
    assert "Not this one.</strong> Not so many." in text


@pytest.mark.parametrize(
    "source",
    [
        "? no choice",
        "? two right\n+ a | x\n+ b | y\n- c | z",
        "- a | x\n+ b | y\n- c | z",
        "? q\n- a\n+ b | y\n- c | z",
    ],
)
def test_a_malformed_quiz_is_refused(source):
    with pytest.raises(build.SourceError, match="here"):
        build.quiz(source, "here")


def test_cut_streams_are_joined_and_widgets_numbered():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "3f"}}
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a"),
        nbformat.v4.new_output("stream", name="stdout", text="b"),
        nbformat.v4.new_output("display_data", data=view),
    ]
    kept = build.steady(outputs, {})
    assert [o.output_type for o in kept] == ["stream", "display_data"] and kept[0].text == "ab"
    assert kept[1].data["application/vnd.jupyter.widget-view+json"]["model_id"] == f"{1:032x}"


@pytest.mark.slow
def test_unit_00_is_rebuilt_byte_for_byte(tmp_path):
    for kind in ("lessons", "labs", "solutions"):
        first = build.write("00_welcome", kind, tmp_path / "first").read_bytes()
        second = build.write("00_welcome", kind, tmp_path / "second").read_bytes()
        assert first == second
