import re
import sys
from html.parser import HTMLParser

import matplotlib
import pytest
from matplotlib.figure import Figure

from nnchain_edu.lab import COLOURS, LINES, MARKERS, figure, show
from nnchain_edu.lab.figures import SIZES, png

matplotlib.use("Agg")


def drawn(**how):
    fig, ax = figure(**how)
    ax.plot([0, 1], [0, 1])
    ax.set(xlabel="step", ylabel="loss")
    return fig


class Images(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def test_alternative_text_reaches_the_page_escaped():
    alt = 'Loss "falls" <b>fast</b>\n & stays'
    shown = show(drawn(), alt=alt)
    (outer, _), (inner, image) = Images(shown._repr_html_()).tags
    assert (outer, inner) == ("figure", "img")
    assert image["alt"] == 'Loss "falls" <b>fast</b> & stays'
    assert image["src"].startswith("data:image/png;base64,")
    assert repr(shown) == 'Figure: Loss "falls" <b>fast</b> & stays'


@pytest.mark.parametrize("alt", ["", "  \n", None, 3])
def test_alternative_text_is_required(alt):
    with pytest.raises(ValueError, match="alt must be a sentence"):
        show(drawn(), alt=alt)


def test_only_a_figure_can_be_shown():
    with pytest.raises(TypeError, match="list was given"):
        show([1], alt="a list")


def test_same_figure_same_bytes_and_nothing_else_in_them():
    first, second = png(drawn()), png(drawn())
    assert first == second
    chunks = re.findall(rb"tEXt|iTXt|zTXt|tIME", first)
    assert not chunks


@pytest.mark.parametrize(("width", "across"), [(name, size[0]) for name, size in SIZES.items()])
def test_sizes_are_css_pixels(width, across):
    shown = show(drawn(width=width), alt="a line")
    assert f'width="{across}"' in shown._repr_html_()
    pixels = int.from_bytes(shown.picture[16:20], "big")
    assert pixels == 1.5 * across


def test_slides_have_larger_ink():
    text, slide = drawn(), drawn(width="slide")
    assert slide.dpi / text.dpi == 1.8


@pytest.mark.parametrize("bad", [{"width": "huge"}, {"height": 5}, {"height": 9000}])
def test_bad_sizes_are_refused_by_name(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        figure(**bad)


def test_curves_differ_in_colour_and_in_line():
    _, ax = figure()
    curves = [ax.plot([0, 1], [i, i])[0] for i in range(len(COLOURS))]
    assert [c.get_color() for c in curves] == list(COLOURS)
    assert len({str(c.get_linestyle()) + str(c._dash_pattern) for c in curves}) == len(LINES) == len(MARKERS)


def test_colours_can_be_seen_on_white():
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    assert all(1.05 / (luminance(colour) + 0.05) > 2 for colour in COLOURS)


def test_several_axes():
    _, axes = figure("wide", rows=1, columns=3, sharey=True)
    assert axes.shape == (3,)


def test_the_style_stays_inside():
    before = dict(matplotlib.rcParams)
    show(drawn(), alt="a line")
    assert dict(matplotlib.rcParams) == before


def test_figures_of_pyplot_are_closed():
    import matplotlib.pyplot as plt

    fig = plt.figure()
    show(fig, alt="nothing")
    assert not plt.fignum_exists(fig.number)


def test_house_figures_are_unknown_to_pyplot():
    plt = sys.modules["matplotlib.pyplot"]
    before = plt.get_fignums()
    assert isinstance(drawn(), Figure)
    assert plt.get_fignums() == before
