"""The bench of unit 05 on paying twice: the attacker's share against its odds, two formulas and live races."""

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Prediction, Slider
from nnchain_edu.lab.figures import BLUE, INK, VERMILLION
from nnchain_edu.lab.state import State, Step
from nnchain_edu.protocols.double_spend import Race, exact, nakamoto, race

MOST = 30  # confirmations in the figure
BATCHES, RACES = 60, 1_000  # races in a batch
TICKS = (1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


def draw_odds(ax: Axes, q: float, most: int = MOST) -> None:
    """Draw the odds of an attacker with share `q` over 0 to `most` confirmations: exact, and as Nakamoto has them."""
    blocks = range(most + 1)
    looks = ((exact, BLUE, "-", "o", "exact"), (nakamoto, VERMILLION, "--", "s", "Nakamoto's approximation"))
    for formula, colour, line, marker, name in looks:
        odds = [formula(q, z) for z in blocks]
        ax.plot(blocks, odds, color=colour, linestyle=line, marker=marker, markersize=3.5, label=name)
    ax.set(yscale="log", ylim=(TICKS[-1], 2), xlim=(-0.5, most + 0.5), xlabel="blocks the merchant waits for")
    ax.set_yticks(TICKS, [f"{100 * odds:.12g} %" for odds in TICKS])
    ax.minorticks_off()


class AttackOdds(State):
    """Share and confirmations; Start runs races until the confidence band is narrow."""

    title = "Paying twice: the attacker's odds"
    start_label = "Run races"
    controls = (
        Slider("percent", "The attacker's share of the hash rate", 1, 49, 1, 10, unit="%"),
        Slider("wait", "Blocks the merchant waits for", 0, MOST, 1, 2),
    )
    prediction = Prediction(
        "The attacker has 20 % of the hash rate, the merchant waits for 6 blocks. "
        "How many of 100 attempts to pay twice succeed?",
        low=0,
        high=100,
        unit="of 100",
    )
    figure_height = 380

    def changed(self) -> None:
        """Compute both formulas; races run with other settings are forgotten."""
        self.q = self.percent / 100
        self.exactly, self.nearly = exact(self.q, self.wait), nakamoto(self.q, self.wait)
        self.races: Race | None = None

    def steps(self) -> Iterator[Step]:
        """Run the attack in batches, each with a seed of its own."""
        self.races = None
        for batch in range(BATCHES):
            run = race(self.q, self.wait, RACES, seed=batch)
            self.races = run if self.races is None else self.races + run
            yield Step((batch + 1) / BATCHES, f"{self.races.races:,} races")

    def text(self) -> str:
        """Both formulas, then what the races say."""
        # neither is ever zero: their sums only cancel to it
        exactly, nearly = (shown(max(odds, 1e-9)) for odds in (self.exactly, self.nearly))
        blocks = "1 block" if self.wait == 1 else f"{self.wait} blocks"
        said = f"Share {self.percent} %, {blocks}: exact {exactly}, Nakamoto's approximation {nearly}."
        if self.races is None:
            return f"{said} No races run yet."
        low, high = self.races.band
        inside = "inside" if low <= self.exactly <= high else "outside"
        return (
            f"{said} {self.races.races:,} races: {shown(self.races.rate)} succeed, "
            f"95 % band {shown(low)} to {shown(high)}; the exact value lies {inside}."
        )

    def draw(self, fig: Figure) -> None:
        """Both curves over the blocks waited for; the races as a point with its band."""
        fig.subplots_adjust(left=0.15)
        ax = fig.subplots()
        draw_odds(ax, self.q)
        ax.axvline(self.wait, color=INK, linewidth=0.8, linestyle=":")
        if self.races is not None and self.races.wins:
            low, high = self.races.band
            arms = [[self.races.rate - low], [high - self.races.rate]]
            look = {"fmt": "D", "color": INK, "markersize": 6, "capsize": 6, "zorder": 5}
            ax.errorbar([self.wait], [self.races.rate], yerr=arms, label="races, 95 % band", **look)
        ax.set_title(f"Odds of an attacker with {self.percent} % of the hash rate")
        ax.legend(loc="upper right" if exact(self.q, MOST) < 0.01 else "lower left")  # where the curves do not run

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against the setting it was asked for."""
        said = f"You predicted {prediction:g} of 100"
        if (self.percent, self.wait) != (20, 6):
            return f"{said} for 20 % and 6 blocks: set these two to see."
        return f"{said}; it is {100 * self.exactly:.1f} of 100. Six blocks are no magic number."


def shown(odds: float) -> str:
    """Odds in percent, with three digits behind the zeros."""
    if 0 < odds < 1e-7:
        return "below 0.00001 %"
    return f"{100 * odds:.{1 if odds >= 0.01 else 2 if odds >= 0.001 else 5}f} %"
