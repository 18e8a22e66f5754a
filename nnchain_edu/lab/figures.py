"""Figures in one place: readable colours, sizes for notebook and projector, alternative text that arrives.

JupyterLab drops the alternative text of ordinary figures; `show` returns HTML that keeps it. Figures are
drawn on a white card in both themes, so that ink and colours always have the contrast they were chosen for.
"""

import base64
import html
import io
import sys
from typing import Any

from cycler import cycler
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito (2008), "Color Universal Design"; their yellow is left out, it cannot be seen on white.
BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, GRID, CARD = "#1A1A1A", "#D9D9D9", "#FFFFFF"

# width on the page and height in CSS pixels, and how large the ink is drawn
SIZES = {"text": (640, 400, 1.0), "wide": (960, 420, 1.0), "slide": (1280, 720, 1.8)}
_PIXELS_PER_INCH = 100
_MARGINS = (76, 22, 56, 40)  # left, right, bottom, top: room for labels and tick labels of seven digits
_SHARPNESS, _QUICK_SHARPNESS = (
    1.5,
    1.25,
)  # pixels of the picture per CSS pixel: crisp on dense screens, notebooks stay small

STYLE = {
    "axes.edgecolor": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 11,
    "axes.prop_cycle": cycler(color=COLOURS, linestyle=LINES),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "figure.constrained_layout.h_pad": 0.1,  # inches
    "figure.constrained_layout.w_pad": 0.1,
    "figure.facecolor": CARD,
    "font.family": "DejaVu Sans",  # comes with Matplotlib: the same picture on every machine
    "font.size": 10.5,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "image.cmap": "cividis",
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "lines.markersize": 6.5,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def blank(width: str = "text", height: int | None = None, fitted: bool = True) -> Figure:
    """Return an empty house figure without axes.

    `width` is "text" (640 CSS pixels), "wide" (960) or "slide" (1280, larger ink); `height` is in CSS pixels.
    `fitted` finds the margins that labels need, which doubles the time to draw; otherwise they are fixed.
    The figure is unknown to pyplot, so that nothing shows itself twice.
    """
    if width not in SIZES:
        raise ValueError(f"width must be one of {', '.join(SIZES)}; {width!r} was given")
    across, down, ink = SIZES[width]
    down = down if height is None else height
    if not 80 <= down <= 2000:
        raise ValueError(f"height must be from 80 to 2000 CSS pixels; {height!r} was given")
    per_inch = _PIXELS_PER_INCH * ink
    with rc_context(STYLE):
        layout = "constrained" if fitted else "none"
        made = Figure(figsize=(across / per_inch, down / per_inch), dpi=per_inch, layout=layout)
    FigureCanvasAgg(made)
    if not fitted:
        left, right, bottom, top = _MARGINS
        made.subplots_adjust(
            *(left * ink / across, bottom * ink / down, 1 - right * ink / across, 1 - top * ink / down),
            *(0.28, 0.45),  # between axes, in axes
        )
    return made


def figure(
    width: str = "text", height: int | None = None, rows: int = 1, columns: int = 1, **subplots: Any
) -> tuple[Figure, Any]:
    """Return `(fig, ax)` in the house style; `ax` is an array when there is more than one row or column.

    `width` ("text", "wide", "slide") and `height` are those of `blank`; further keywords go to
    `Figure.subplots` (`sharex`, `width_ratios`, …).
    """
    fig = blank(width, height)
    with rc_context(STYLE):
        axes = fig.subplots(rows, columns, **subplots)
    return fig, axes


def png(fig: Figure, quick: bool = False) -> bytes:
    """Return the figure as PNG bytes, the same for the same figure: nothing in them tells time or program.

    `quick` draws fewer pixels and packs them less tightly: for pictures that live for a moment.
    """
    made = io.BytesIO()
    with rc_context(STYLE):
        fig.savefig(
            made,
            format="png",
            dpi=fig.dpi * (_QUICK_SHARPNESS if quick else _SHARPNESS),
            metadata={"Software": None},
            pil_kwargs={"compress_level": 1 if quick else 6},
        )
    return made.getvalue()


class Shown:
    """A finished picture with its alternative text: what the last expression of a cell displays."""

    def __init__(self, picture: bytes, alt: str, width: int):
        self.picture, self.alt, self.width = picture, alt, width

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.picture).decode()
        return (
            f'<figure style="margin: 0.5em 0"><img alt="{html.escape(self.alt)}" width="{self.width}" '
            'style="max-width: 100%; height: auto; border-radius: 6px" '
            f'src="data:image/png;base64,{data}"></figure>'
        )

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"


def show(fig: Figure, alt: str) -> Shown:
    """Show a figure with alternative text, as the last expression of a cell; the figure is closed.

    `alt` says in a sentence what a reader who cannot see the figure should know. Line breaks become spaces.
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"fig must be a Matplotlib Figure; {type(fig).__name__} was given")
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt must be a sentence that says what the figure shows; {alt!r} was given")
    shown = Shown(png(fig), " ".join(alt.split()), round(fig.get_figwidth() * fig.dpi))
    if "matplotlib.pyplot" in sys.modules:  # a figure of pyplot would otherwise appear a second time
        sys.modules["matplotlib.pyplot"].close(fig)
    return shown
