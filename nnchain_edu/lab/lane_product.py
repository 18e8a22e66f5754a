"""One multiplication of packed words, step by step: which products meet in which lane, and what is left at the top."""

import time
from collections.abc import Iterator
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnchain_edu.lab.controls import Choice, Prediction, Slider, Toggle
from nnchain_edu.lab.figures import BLUE, GREEN, GRID, INK, ORANGE, VERMILLION
from nnchain_edu.lab.state import State, Step

LANES = 4  # of the small word that is shown; a word of the EVM is 256 bits wide
BRIGHTEST = 15  # the largest input
SECONDS = 0.9  # that a step stands while the animation plays


class Example(NamedTuple):
    """Four inputs from 0 to 15 and four weights."""

    inputs: tuple[int, ...]
    weights: tuple[int, ...]


EXAMPLES = {
    "all positive": Example((3, 1, 4, 2), (2, 5, 1, 3)),
    "mixed signs": Example((3, 1, 4, 2), (2, -5, 3, -1)),
    "a borrow from below": Example((9, 0, 0, 1), (4, -3, -2, 7)),
    "large weights": Example((15, 15, 12, 14), (19, 17, 11, 13)),
}
LAST = LANES + 4


class Product(NamedTuple):
    """A multiplication taken apart; lanes are numbered from 0, the lowest, and hold exact sums."""

    partial: tuple[dict[int, int], ...]  # for each weight, lowest lane first: lane -> product
    sums: tuple[int, ...]  # of the products in lanes 0 to 6
    read: tuple[int, ...]  # the lanes 0 to 3 as they read in the word, signs included
    top: int  # what the shift brings out
    dot: int  # what it ought to be
    reach: int  # the largest sum that any input could give


def multiply(example: Example, lane_bits: int, absorb: bool = True) -> Product:
    """Multiply in a word of four lanes, as the EVM does in one of 256 bits.

    `absorb` adds half of what the lower lanes can hold, so that a borrow does not reach the top lane.
    """
    inputs, weights = example
    word_bits = LANES * lane_bits
    partial = tuple(
        {place + lane: inputs[place] * weights[LANES - 1 - lane] for place in range(LANES)} for lane in range(LANES)
    )
    sums = tuple(sum(row.get(lane, 0) for row in partial) for lane in range(2 * LANES - 1))
    packed = sum(x << lane_bits * place for place, x in enumerate(inputs))
    reverse = sum(w << lane_bits * (LANES - 1 - place) for place, w in enumerate(weights))
    product = packed * reverse % 2**word_bits
    read = tuple(_signed(product >> lane_bits * lane, lane_bits) for lane in range(LANES))
    half = 1 << word_bits - lane_bits - 1 if absorb else 0
    top = _signed((product + half) % 2**word_bits >> word_bits - lane_bits, lane_bits)
    dot = sum(x * w for x, w in zip(inputs, weights, strict=True))
    return Product(partial, sums, read, top, dot, BRIGHTEST * sum(map(abs, weights)))


def _signed(number: int, bits: int) -> int:
    number &= 2**bits - 1
    return number - 2**bits if number >> bits - 1 else number


class LaneProduct(State):
    """Choose numbers and a lane's width, then walk through the multiplication, or let it play."""

    title = "One multiplication, four products that matter"
    start_label = "Play"
    figure_height = 470
    controls = (
        Choice("example", "Inputs and weights", tuple(EXAMPLES), "mixed signs"),
        Slider("lane_bits", "Bits of a lane", 6, 12, 1, 9),
        Toggle("absorb", "Add half a lane below the top", True),
        Slider("shown", "Step", 0, LAST, 1, 0),  # the last step answers the prediction
    )
    prediction = Prediction(
        "Inputs 3, 1, 4, 2 and weights 2, -5, 3, -1: which number comes out of the top lane?",
        low=-200,
        high=200,
    )

    def changed(self) -> None:
        """Take the multiplication apart."""
        self.product = multiply(EXAMPLES[self.example], int(self.lane_bits), self.absorb)

    def steps(self) -> Iterator[Step]:
        """Play from the start; the figure follows."""
        for shown in range(LAST + 1):
            self.shown = shown
            for tenth in range(round(10 * SECONDS)):
                time.sleep(0.1)
                done = (shown + (tenth + 1) / (10 * SECONDS)) / (LAST + 1)
                yield Step(min(1.0, done), f"step {shown} of {LAST}")

    def text(self) -> str:
        """What this step shows."""
        product, bits, step = self.product, int(self.lane_bits), int(self.shown)
        weights = EXAMPLES[self.example].weights
        if step == 0:
            return f"Two words of four lanes, {bits} bits each: the inputs upward, the weights downward."
        if step <= LANES:
            lane = step - 1
            return (
                f"The word of inputs times the weight in lane {lane}, {weights[LANES - 1 - lane]}, moved up by {lane}."
            )
        if step == LANES + 1:
            return f"Lane by lane the sums are {_listed(product.sums[::-1])}. What is above lane 3 does not exist."
        if step == LANES + 2:
            return f"As read from the word, with borrows: {_listed(product.read[::-1])}, from the top lane down."
        added = "Half a lane was added below, so that" if self.absorb else "Nothing was added below:"
        if step == LANES + 3:
            return f"{added} the top lane reads {product.top}.".replace("-", "\u2212")
        verdict = "which is the dot product" if product.top == product.dot else f"but the dot product is {product.dot}"
        proof = "holds" if product.reach < 2 ** (bits - 1) else "FAILS"
        bound = f"The bound {product.reach} < {2 ** (bits - 1)} {proof}."
        return f"The top lane gives {product.top}, {verdict}. {bound}".replace("-", "\u2212")

    def compare(self, prediction: float | str) -> str:
        """The prediction beside the dot product, once it is on the screen."""
        if self.example != "mixed signs" or self.shown < LAST:
            return f"You predicted {prediction:g}; go to the last step of \u201cmixed signs\u201d."
        top = self.product.top
        return f"You predicted {prediction:g}; out of the top lane comes {top}.".replace("-", "\u2212")

    def draw(self, fig: Figure) -> None:
        """A grid of lanes: words on top, a row for each weight, then sums and result."""
        fig.subplots_adjust(left=0.01, right=0.99, top=0.93, bottom=0.02)
        ax = fig.subplots()
        ax.set(xlim=(-2.5, 6.95), ylim=(-9.2, 1.1))
        ax.axis("off")
        step, product, (inputs, weights) = int(self.shown), self.product, EXAMPLES[self.example]
        for lane in range(2 * LANES - 1):
            top = lane == LANES - 1
            name = ("top lane" if top else f"lane {lane}") if lane < LANES else "outside"
            ax.text(_x(lane), 0.62, name, ha="center", fontsize=9, color=VERMILLION if top else INK)
        ax.axvline(_x(LANES - 1) - 0.5, 0.0, 0.94, color=INK, linewidth=1, linestyle=":")
        _row(ax, 0, "inputs", dict(enumerate(inputs)), BLUE)
        _row(ax, 1, "weights", {LANES - 1 - place: weight for place, weight in enumerate(weights)}, GREEN)
        for lane in range(min(step, LANES)):
            weight = weights[LANES - 1 - lane]
            name = f"inputs \u00d7 {weight}".replace("-", "\u2212")
            _row(ax, 2.3 + lane, name, product.partial[lane], ORANGE, now=step == lane + 1)
        if step > LANES:
            _row(ax, 6.6, "sum of a lane", dict(enumerate(product.sums)), ORANGE, now=step == LANES + 1)
        if step > LANES + 1:
            _row(ax, 7.6, "as it reads", dict(enumerate(product.read)), GRID, now=step == LANES + 2)
        if step > LANES + 2:
            good = product.top == product.dot
            shown = {LANES - 1: product.top}
            added = "half a lane added" if self.absorb else "nothing added"
            _row(ax, 8.6, added, shown, GREEN if good else VERMILLION, now=step >= LANES + 3)
            if step > LANES + 3:
                said = "= the dot product" if good else f"\u2260 {product.dot}, the dot product".replace("-", "\u2212")
                ax.text(_x(LANES - 1) + 0.6, -8.6, said, va="center", ha="left", fontsize=10.5)
        ax.set_title(f"Step {step} of {LAST}: lanes of {int(self.lane_bits)} bits")


def _x(lane: int) -> float:
    return 2 * LANES - 2 - lane


def _row(ax: Axes, y: float, name: str, lanes: dict[int, int], colour: str, now: bool = False) -> None:
    ax.text(-0.6, -y, name, ha="right", va="center", fontsize=9.5)
    for lane, value in lanes.items():
        inside = lane < LANES
        face = to_rgba(colour, 0.32) if inside else "none"
        edge = {"linewidth": 1.8 if now else 0.8, "edgecolor": INK, "linestyle": "-" if inside else ":"}
        ax.add_patch(Rectangle((_x(lane) - 0.46, -y - 0.4), 0.92, 0.8, facecolor=face, **edge))
        shown = f"{value}".replace("-", "\u2212")
        ax.text(_x(lane), -y, shown, ha="center", va="center", fontsize=10.5, color=INK if inside else "#6B6B6B")


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)).replace("-", "\u2212")
