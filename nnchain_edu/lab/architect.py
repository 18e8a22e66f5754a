"""The architect's bench: choose a family, its size and the rate, and watch it learn the digits."""

from collections.abc import Iterator
from math import sqrt

import torch
from matplotlib.figure import Figure
from torch import nn

from nnchain_edu.lab.controls import Choice, Prediction, Slider, Toggle
from nnchain_edu.lab.figures import BLUE, INK, VERMILLION
from nnchain_edu.lab.state import State, Step
from nnchain_edu.nets import CNN, MLP, History, digits, parameter_count, training

FAMILIES = ("MLP", "CNN, dense head", "CNN, pooled head")
GOAL, LIMIT = 0.97, 5_000  # the challenge: this accuracy with fewer parameters than this


def architecture(family: str, width: int, depth: int, activation: str, seed: int = 0) -> nn.Module:
    """The untrained network of a family, with `depth` hidden layers of `width` units or filters each."""
    if family == "MLP":
        return MLP(64, *[width] * depth, 10, activation=activation, seed=seed)
    head = family.removeprefix("CNN, ").removesuffix(" head")
    return CNN([width] * depth, head=head, activation=activation, seed=seed)


class Architect(State):
    """Family, width, depth, activation, learning rate, labels, permuted pixels; live curves on seen and new digits.

    A run that diverges says so in text and figure. Changing a control forgets the run.
    """

    title = "The architect's bench"
    figure_height = 600  # one panel above the other: side by side, a bench is too narrow to read them
    controls = (
        Choice("family", "Family", FAMILIES, "MLP"),
        Slider("width", "Width", 2, 64, 2, 32),
        Slider("depth", "Hidden layers", 1, 4, 1, 1),
        Choice("activation", "Activation", ("relu", "tanh", "sigmoid", "identity"), "relu"),
        Choice("rate", "Learning rate", (0.001, 0.003, 0.01, 0.03, 0.1, 1.0, 10.0), 0.01),
        Choice("labels", "Labels", (100, 300, 1347), 1347),
        Slider("passes", "Passes over the data", 5, 40, 5, 15),
        Toggle("permuted", "Permute the pixels"),
    )
    prediction = Prediction(
        "One hidden layer of 32 units, 15 passes: what per cent of the 450 new digits will it read right?",
        low=0,
        high=100,
        unit="%",
    )

    def __init__(self) -> None:
        self._order = torch.randperm(64, generator=torch.Generator().manual_seed(0))
        super().__init__()

    def changed(self) -> None:
        """Build the network that the controls describe; a run of another is forgotten."""
        self.model = architecture(self.family, self.width, self.depth, self.activation)
        self.history: History | None = None

    def steps(self) -> Iterator[Step]:
        """Train a fresh network, a step a batch."""
        self.changed()
        data = digits(labels=self.labels)
        pixels = self._order if self.permuted else torch.arange(64)
        run = training(
            self.model,
            data.X_train[:, pixels],
            data.y_train,
            epochs=self.passes,
            learning_rate=self.rate,
            decay=True,
            validation=(data.X_test[:, pixels], data.y_test),
        )
        all_steps = self.passes * -(-self.labels // 32)
        try:
            for self.history in run:
                yield Step(self.history.steps / all_steps, f"pass {self.history.epochs} of {self.passes}")
        finally:
            run.close()

    @property
    def reached(self) -> float | None:
        """The share of new digits read right after the last whole pass; None before the first."""
        if self.history is None or not self.history.validation_accuracy:
            return None
        return self.history.validation_accuracy[-1]

    def text(self) -> str:
        """Network and size, then how far it came."""
        count = parameter_count(self.model)
        layers = "one hidden layer" if self.depth == 1 else f"{self.depth} hidden layers"
        network = f"{self.family}, {layers} of {self.width}, {self.activation}: {count:,} parameters."
        data = f"{self.labels:,} labels{', pixels permuted' * self.permuted}"
        network += f" Rate {self.rate:g}, {self.passes} passes over {data}."
        if self.history is None:
            return f"{network} Not trained yet."
        if self.history.diverged:
            return f"{network} Diverged in pass {self.history.epochs}: the rate is too large."
        if self.reached is None:
            return f"{network} In its first pass."
        spread = 200 * sqrt(max(self.reached * (1 - self.reached), 1e-4) / 450)
        after = "" if self.history.outcome == "finished" else f", after pass {self.history.epochs}"
        won = " The goal." if self.reached >= GOAL and count < LIMIT else ""
        return f"{network} New digits read right: {self.reached:.1%}, give or take {spread:.1f}{after}.{won}"

    def draw(self, fig: Figure) -> None:
        """Above the loss, below the share read right, over the passes."""
        fig.set_layout_engine("none")  # fixed margins: quick to draw while training
        places = {"left": 0.1, "right": 0.97, "bottom": 0.15, "top": 0.94, "hspace": 0.45}
        losses, shares = fig.subplots(2, 1, gridspec_kw=places)
        history = self.history or History()
        seen = {"color": BLUE, "linestyle": "--", "marker": "s", "markersize": 4, "label": "digits trained on"}
        new = {"color": VERMILLION, "linestyle": "-", "marker": "o", "markersize": 4, "label": "new digits"}
        passes = range(1, history.epochs + 1)
        losses.plot(passes, history.loss, **seen)
        losses.plot(passes, history.validation_loss, **new)
        shares.plot(passes, history.accuracy, **seen)
        shares.plot(passes, history.validation_accuracy, **new)
        shares.axhline(GOAL, color=INK, linestyle=":", linewidth=1, label="97 %")
        highest = max([3.0, *(x for x in (*history.loss, *history.validation_loss) if x < 20)])
        losses.set(title="Loss", xlim=(0.5, self.passes + 0.5), ylim=(0, highest), xlabel="pass")
        shares.set(title="Read right", xlim=(0.5, self.passes + 0.5), ylim=(0, 1.02), xlabel="pass")
        note = "diverged" if history.diverged else f"press {self.start_label}" if self.history is None else ""
        losses.text(0.5, 0.5, note, transform=losses.transAxes, ha="center", fontsize=16)
        fig.legend(*shares.get_legend_handles_labels(), loc="lower center", ncols=3)

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against the default network's result."""
        said = f"You predicted {prediction:g} %"
        asked = {c.name: c.default for c in self.controls}
        if self.values != asked or self.reached is None:
            return f"{said} for the network that stands here at first: reset, and train it to see."
        off = abs(100 * self.reached - prediction)
        verdict = "within chance" if off <= 1.6 else f"{off:.0f} points off"
        return f"{said}; it reads {self.reached:.1%}: {verdict}."
