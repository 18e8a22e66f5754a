"""The bench of unit 00: turn a neuron's three numbers, see its line move, and send a transaction to the contract."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Button, Prediction, Slider
from nnchain_edu.lab.figures import BLUE, INK, VERMILLION
from nnchain_edu.lab.spam import simulate_transactions
from nnchain_edu.lab.state import State

SCALE = 2**16
ROWS, SEED = 40, 9


def verdict_name(spam: Any) -> str:
    return "spam" if spam else "honest"


class NeuronState(State):
    """A neuron over 40 simulated transactions. What is sent is judged by the real contract on a chain of its own."""

    title = "One neuron, one contract"
    controls = (
        Slider("rate_weight", "Weight of the sending rate", -4, 4, 0.25, 1),
        Slider("ether_weight", "Weight of the ether sent", -4, 4, 0.25, 0),
        Slider("bias", "Bias", -10, 10, 0.25, 0),
        Slider("row", "Transaction", 1, ROWS, 1, 1),
        Button("send", "Send this transaction to the contract"),
    )
    prediction = Prediction(f"How many of the {ROWS} transactions will your best line get right?", low=0, high=ROWS)
    figure_height = 380

    def __init__(self) -> None:
        self.features, self.labels = simulate_transactions(ROWS, SEED)
        self._chain = self._contract = None
        super().__init__()

    def reset(self) -> None:
        self.best_right = 0
        super().reset()

    def changed(self) -> None:
        fixed = np.rint(self.features * SCALE)  # what the contract is given; with quarters as weights float64 is exact
        self.scores = (fixed @ np.array([self.rate_weight, self.ether_weight]) + self.bias * SCALE) / SCALE
        self.right = int(((self.scores > 0) == self.labels).sum())
        self.best_right = max(self.best_right, self.right)
        self.sent = ""

    def send(self) -> None:
        """Put the three numbers into the contract, where they differ, and have it judge the chosen transaction."""
        weights, bias = [round(w * SCALE) for w in (self.rate_weight, self.ether_weight)], round(self.bias * SCALE)
        if self._chain is None:
            from nnchain_edu.chain import Chain

            self._chain = Chain()
            self._contract = self._chain.deploy("neuron", weights, bias, sender="alice")
            self._deployed = (weights, bias)
        if self._deployed != (weights, bias):
            self._chain.send(self._contract.functions.set_parameters(weights, bias), sender="alice")
            self._deployed = (weights, bias)
        features = [round(x * SCALE) for x in self.features[self.row - 1].tolist()]
        receipt = self._chain.send(self._contract.functions.judge(features), sender="bob")
        said = verdict_name(receipt.events[0].args["spam"])
        self.sent = f" The contract says {said}: block {receipt.blockNumber}, {receipt.gasUsed:,} gas."

    def text(self) -> str:
        rate, ether = self.features[self.row - 1]
        i = self.row - 1
        return (
            f"{self.right} of {ROWS} right. Transaction {self.row}: {rate:.1f} a minute, {ether:.1f} ether, score"
            f" {self.scores[i]:.2f}, so {verdict_name(self.scores[i] > 0)}; in truth {verdict_name(self.labels[i])}."
            f"{self.sent}"
        )

    def compare(self, prediction: float | str) -> str:
        return f"You predicted {prediction:g}; your best line so far gets {self.best_right} of {ROWS} right."

    def draw(self, fig: Figure) -> None:
        ax = fig.subplots()
        wrong = (self.scores > 0) != self.labels
        for kind, marker, colour in ((False, "o", BLUE), (True, "s", VERMILLION)):
            rows = self.labels == kind
            ax.plot(*self.features[rows].T, marker, color=colour, ls="", label=verdict_name(kind))
        ax.plot(*self.features[wrong].T, "x", color=INK, ls="", ms=11, mew=2, label="wrong verdict")
        chosen = self.features[self.row - 1]
        ax.plot(*chosen, "o", ms=20, mfc="none", mec=INK, mew=2, ls="", label="chosen transaction")
        self._draw_boundary(ax)
        ax.set(xlim=(-0.5, 13.5), ylim=(-0.5, 9), xlabel="transactions of the sender a minute")
        ax.set_ylabel("ether sent")
        ax.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=4, columnspacing=1, handletextpad=0.6)

    def _draw_boundary(self, ax: Any) -> None:
        """The line of score zero, and a shade over the side that is called spam."""
        xs, ys = np.meshgrid(np.linspace(-0.5, 13.5, 150), np.linspace(-0.5, 9, 100))
        field = self.rate_weight * xs + self.ether_weight * ys + self.bias
        if field.max() <= 0:
            return  # no boundary in sight: everything is called honest
        if field.min() > 0:
            ax.axvspan(-0.5, 13.5, color=VERMILLION, alpha=0.12)
            return
        ax.contourf(xs, ys, field, levels=[0, np.inf], colors=[VERMILLION], alpha=0.12)
        ax.contour(xs, ys, field, levels=[0], colors=[INK], linewidths=2)
