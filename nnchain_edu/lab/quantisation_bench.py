"""The bench of unit 07: neurons and bits against accuracy, gas and bytes, with the Pareto front, and training live."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction
from nnchain_edu.lab.figures import BLUE, GREEN, INK, VERMILLION
from nnchain_edu.lab.state import State, Step
from nnchain_edu.studies import study

AFTER, WITHIN = "after training", "in the training loop"
NEURONS, BITS = (4, 6, 8, 12, 16, 24, 32), (7, 8, 9, 10, 12, 14, 16)
LOOKS = {AFTER: (BLUE, "o"), WITHIN: (VERMILLION, "s")}
OWN_SEED = 11  # of the training at the bench; the study has others
OWN = {"epochs": 20, "learning_rate": 0.005, "batch_size": 64}
HELD_OUT = 450
CLOSE_UP = 80  # percent: from here on the picture begins here, since that is where the choice is hard


class Made(NamedTuple):
    """A network and its contract: percent of the held-out digits that are right, execution gas, bytes of code."""

    neurons: int
    bits: int
    rounding: str
    percent: float
    gas: float
    bytes: float

    def cost(self, against: str) -> float:
        """Gas or bytes."""
        return self.gas if against == "gas" else self.bytes


def means() -> list[Made]:
    """The study's networks, each the mean over its seeds."""
    table = study("quantisation")
    table = table.assign(percent=100 * table.right / HELD_OUT)
    groups = table.groupby(["neurons", "bits", "rounding"])[["percent", "gas", "bytes"]].mean()
    return [Made(*key, *row) for key, row in zip(groups.index, groups.to_numpy().tolist(), strict=True)]


def pareto(made: list[Made], against: str) -> list[Made]:
    """Those that no other beats: none is as accurate for less, or more accurate for as little. Cheapest first."""
    front: list[Made] = []
    for each in sorted(made, key=lambda one: (one.cost(against), -one.percent)):
        if not front or each.percent > front[-1].percent:
            front.append(each)
    return front


class QuantisationBench(State):
    """Choose neurons, bits and when to round; see accuracy and price, or train that network here."""

    title = "How many bits, how many neurons?"
    start_label = "Train this one here"
    figure_height = 440
    controls = (
        Choice("neurons", "Hidden neurons", NEURONS, 16),
        Choice("bits", "Bits of a lane", BITS, 12),
        Choice("rounding", "Rounded", (AFTER, WITHIN), WITHIN),
        Choice("against", "Price shown", ("gas", "bytes"), "gas"),
    )
    prediction = Prediction(
        "With 16 neurons and lanes of 8 bits, rounded after training: how many percent of the digits are right?",
        low=0,
        high=100,
        unit="%",
    )

    def __init__(self) -> None:
        self.made = means()
        super().__init__()

    def reset(self) -> None:
        """Forget what was trained at the bench."""
        self.own: list[Made] = []
        self.unfinished = False
        super().reset()

    @property
    def chosen(self) -> Made:
        """The study's network with the chosen neurons, bits and rounding."""
        asked = (self.neurons, self.bits, self.rounding)
        return next(each for each in self.made if each[:3] == asked)

    def steps(self) -> Iterator[Step]:
        """Train the chosen network and compile it; its point is added to the picture at the end."""
        from nnchain_edu.nets import digits, quantise, training, training_quantised
        from nnchain_edu.onchain import compile_network

        data, model = digits(), _first_weights(self.neurons)
        rows = (data.X_train, data.y_train)
        per_epoch = -(-len(data.y_train) // OWN["batch_size"])
        self.unfinished = True
        yield Step(0.0, "first weights")
        if self.rounding == AFTER:
            for history in training(model, *rows, decay=True, seed=OWN_SEED, **OWN):
                yield Step(0.95 * history.steps / (OWN["epochs"] * per_epoch), _told(history, "in real numbers"))
            network = quantise(model, data.X_train, lane_bits=self.bits)
        else:
            walk = training_quantised(
                model, *rows, quantised_epochs=OWN["epochs"], lane_bits=self.bits, seed=OWN_SEED, **OWN
            )
            phases: list[Any] = []
            while True:
                try:
                    history = next(walk)
                except StopIteration as end:
                    network = end.value
                    break
                if not any(history is phase for phase in phases):
                    phases.append(history)
                done = (len(phases) - 1 + history.steps / (OWN["epochs"] * per_epoch)) / 2
                words = "in real numbers" if len(phases) == 1 else "with the rounding"
                yield Step(min(0.95, 0.95 * done), _told(history, words))
        compiled = compile_network(network)
        percent = 100 * network.accuracy(data.X_test, data.y_test)
        self.own.append(Made(self.neurons, self.bits, self.rounding, percent, compiled.gas, compiled.size))
        self.unfinished = False
        yield Step(1.0, "compiled")

    def text(self) -> str:
        """The chosen network in figures, and whether another beats it."""
        now = self.chosen
        said = f"{_named(now)}: {now.percent:.1f} % right, {now.gas:,.0f} gas, {now.bytes:,.0f} bytes."
        better = next(
            (each for each in reversed(self._front) if each.cost(self.against) <= now.cost(self.against)), now
        )
        if better[:3] == now[:3]:
            said += " No other is better for less."
        else:
            said += (
                f" Better: {_named(better)}, {better.percent:.1f} %, {better.cost(self.against):,.0f} {self.against}."
            )
        if self.own:
            own = self.own[-1]
            said += f" Trained here: {own.percent:.1f} %, {own.gas:,.0f} gas."
        if self.unfinished:
            said += " The last training here has not come to its end, and adds no point."
        return said

    def changed(self) -> None:
        """Find the front for the price that is shown."""
        self._front = pareto(self.made, self.against)

    def draw(self, fig: Figure) -> None:
        """A point a network, the front as a line, a ring around the chosen one, stars for those trained here."""
        fig.subplots_adjust(bottom=0.13, top=0.9, right=0.97)
        ax = fig.subplots()
        for rounding, (colour, marker) in LOOKS.items():
            group = [each for each in self.made if each.rounding == rounding]
            places = [each.cost(self.against) for each in group], [each.percent for each in group]
            ax.plot(*places, marker, color=colour, alpha=0.75, label=f"rounded {rounding}", linestyle="none")
        line = [each.cost(self.against) for each in self._front], [each.percent for each in self._front]
        ax.plot(*line, color=INK, linewidth=1.2, linestyle="-", marker="", label="Pareto front")
        now = self.chosen
        ring = {"marker": "o", "markersize": 17, "markerfacecolor": "none", "markeredgewidth": 2.2}
        ax.plot(now.cost(self.against), now.percent, color=INK, linestyle="none", label="chosen", **ring)
        if self.own:
            stars = [each.cost(self.against) for each in self.own], [each.percent for each in self.own]
            ax.plot(
                *stars, "*", color=GREEN, markersize=17, markeredgecolor=INK, linestyle="none", label="trained here"
            )
        ax.axhline(96, color=INK, linewidth=0.8, linestyle=":", label="96 %")
        ax.set(xlabel=f"{self.against} of the contract" if self.against == "bytes" else "gas of executing it once")
        near = min(each.percent for each in (now, *self.own)) >= CLOSE_UP
        ax.set(ylabel="right, % of 450 digits", ylim=(CLOSE_UP, 98) if near else (0, 102))
        ax.set_title(f"{_named(now)}: {now.percent:.1f} %")
        ax.legend(loc="lower right")

    def compare(self, prediction: float | str) -> str:
        """The prediction beside the study's figure, once the learner has looked at it."""
        now = self.chosen
        if now[:3] != (16, 8, AFTER):
            return (
                f"You predicted {prediction:g} % for 16 neurons and 8 bits, rounded after training. Choose it to see."
            )
        return f"You predicted {prediction:g} %; it is {now.percent:.1f} %, a mean of three seeds."


def _first_weights(neurons: int) -> Any:
    from torch import nn

    from nnchain_edu.nets import seeded

    with seeded(OWN_SEED):
        model = nn.Sequential(nn.Linear(64, neurons), nn.ReLU(), nn.Linear(neurons, 10))
    nn.init.constant_(model[0].bias, 0.5)  # with PyTorch's own start some neurons never fire
    return model


def _told(history: Any, words: str) -> str:
    return f"epoch {history.epochs + 1} of {OWN['epochs']}, {words}"


def _named(made: Made) -> str:
    return f"{made.neurons} neurons, {made.bits} bits, {made.rounding}"
