"""The website: every notebook becomes a page, benches have pictures, and nothing is fetched from elsewhere."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from website import pages
from website.conf import MATHJAX


@pytest.mark.parametrize("stem", pages.stems("labs"))
def test_every_bench_has_a_picture(stem):
    names = pages.benches(stem).values()
    assert names, "this lab has no bench yet (CONTRIBUTING.md)"
    for name in names:
        picture = pages.PICTURES / name
        assert picture.is_file(), f"run: python -m tests.browser.pictures {stem[:2]}"
        assert 5_000 < picture.stat().st_size < 200_000


def test_no_picture_is_left_over():
    wanted = {name for stem in pages.stems("labs") for name in pages.benches(stem).values()}
    assert {path.name for path in pages.PICTURES.iterdir()} == wanted


def test_pages_hold_pictures_in_place_of_widgets(tmp_path):
    pages.lay_out(tmp_path / "site")
    for kind in ("lessons", "labs", "solutions"):
        for stem in pages.stems(kind):
            text = (tmp_path / "site" / kind / f"{stem}.ipynb").read_text("utf-8")
            assert pages.WIDGET not in text
            shown = text.count('<figure class=\\"bench\\">')
            assert shown == (0 if kind == "lessons" else len(pages.benches(stem)))
    front = (tmp_path / "site" / "index.md").read_text("utf-8")
    assert all(f"<labs/{stem}>" in front for stem in pages.stems("labs"))


def test_the_glossarys_links_lead_to_terms():
    page = pages.page("lessons", "glossary")
    text = "\n".join(cell.source for cell in page.cells)
    assert "cell-id" not in text
    for stem, anchor in re.findall(r'<a href="([\w-]+)\.html#([\w-]+)">', text):
        assert f'id="{anchor}"' in "".join(c.source for c in pages.read(pages.ROOT / "lessons" / f"{stem}.ipynb").cells)


class Resources(HTMLParser):
    """What a page loads by itself, and its images without alternative text."""

    def __init__(self, page: str):
        super().__init__()
        self.loaded: list[str] = []
        self.silent: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("script", "img", "iframe", "source", "video") and "src" in given:
            self.loaded.append(given["src"])
        if tag == "link" and "stylesheet" in given.get("rel", ""):
            self.loaded.append(given["href"])
        if tag == "img" and not given.get("alt"):
            self.silent.append(given.get("src", "")[:60])


@pytest.mark.slow
def test_the_site_is_whole_without_a_network(tmp_path):
    assert MATHJAX.is_file(), "make book brings MathJax by npm"
    target = tmp_path / "html"
    made = subprocess.run([sys.executable, "-m", "website", target], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr  # warnings, dead links for instance, count as errors
    found = {path.relative_to(target).as_posix() for path in target.rglob("*.html")}
    for kind in ("lessons", "labs", "solutions"):
        assert {f"{kind}/{stem}.html" for stem in pages.stems(kind)} <= found
    for name in found - {"genindex.html", "search.html"}:
        page = Resources((target / name).read_text("utf-8"))
        assert not [place for place in page.loaded if re.match("https?:|//", place)], name
        assert not page.silent, name
    index = (target / "searchindex.js").read_text("utf-8")
    assert "reentranc" in index and "keccak" in index
