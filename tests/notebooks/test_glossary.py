"""The glossary: what a mark gives; the committed page holds every term once, in order, with a link that leads."""

import re

import nbformat
import pytest

from sources import build, glossary

PAGE = build.ROOT / "lessons" / "glossary.ipynb"
TERMS = [term for stem in build.units() for term in build.notebook_and_terms(stem, "lessons")[1]]


def said(markdown):
    return [(term.name, term.explanation) for term in glossary.marked("00_x", "id", markdown)]


def test_a_term_is_explained_by_its_sentence():
    text = "Before. A <dfn>hash</dfn> is a fingerprint (of data):\n\nAfter."
    assert said(text) == [("hash", "A hash is a fingerprint (of data)")]


def test_a_mark_may_name_another_form_take_more_sentences_or_say_it_itself():
    assert said('- Many <dfn title="block">blocks</dfn>. More.') == [("block", "Many blocks.")]
    assert said('A <dfn sentences="2">tip</dfn> is paid. It is small. No more.') == [
        ("tip", "A tip is paid. It is small.")
    ]
    assert said('### Head\nIt <dfn title="revert" means="To undo.">reverts</dfn>.') == [("revert", "To undo.")]


def test_a_heading_and_the_items_of_a_list_are_not_one_sentence_with_the_term():
    assert said("## Heading\nA <dfn>node</dfn> counts.\n- An item")[0][1] == "A node counts."


def test_a_mark_of_another_form_is_refused():
    with pytest.raises(ValueError, match="00_x: a mark"):
        glossary.marked("00_x", "id", "<dfn name='x'>y</dfn>")


def test_the_notebook_gets_an_anchor_for_the_mark():
    assert glossary.anchored('<dfn title="base fee" means="x">fees</dfn>') == '<dfn id="term-base-fee">fees</dfn>'


def test_every_unit_marks_terms_and_no_term_twice():
    assert {term.stem for term in TERMS} == set(build.units()), "mark a term: <dfn>base fee</dfn> (sources/glossary.py)"
    names = [term.name.casefold() for term in TERMS]
    assert sorted(names) == sorted(set(names))
    assert len({term.anchor for term in TERMS}) == len(TERMS)


def test_explanations_are_short_and_say_more_than_the_term():
    for term in TERMS:
        assert 15 < len(term.explanation) < 420, term
        assert term.explanation[-1] in ".!?)" or term.explanation[-1].isalnum() or term.explanation.endswith("$"), term
        assert term.explanation.count("(") == term.explanation.count(")"), term


def test_the_committed_page_is_what_the_lessons_give():
    committed = nbformat.read(PAGE, 4)
    assert [c.source for c in committed.cells] == [c.source for c in build.make_glossary().cells], "run: make build"


def test_terms_stand_in_alphabetical_order_and_links_lead_to_the_cell():
    page = "\n".join(c.source for c in nbformat.read(PAGE, 4).cells)
    names = re.findall(r"^<span id=\"term-[\w-]+\"></span>\*\*(.+?)\*\*:", page, re.M)
    assert names == sorted(names, key=str.casefold)
    assert len(names) == len(TERMS)
    for target, cell in re.findall(r"\]\(([^)#]+)#cell-id=([^)]+)\)", page):
        lesson = nbformat.read(build.ROOT / "lessons" / target, 4)
        assert any(c.id == cell and "<dfn id=" in c.source for c in lesson.cells), (target, cell)
