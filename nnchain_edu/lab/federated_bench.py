"""The bench of unit 08: clients, hostile share, attack, rule and kind of shares; accuracy round by round."""

from collections.abc import Iterator

from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction, Slider
from nnchain_edu.lab.figures import COLOURS, LINES, MARKERS
from nnchain_edu.lab.state import State, Step

RULE_NAMES = ("mean", "median", "trimmed mean", "Krum", "Multi-Krum")
ATTACK_NAMES = ("sign flip", "scaling", "noise", "ALIE", "inner product", "copying", "label flip")
ROUNDS, EPOCHS, RATE = 20, 2, 0.3
KEPT = 5  # curves that stay on the figure


class FederatedBench(State):
    """Start trains for twenty rounds; the last five trainings stay on the figure."""

    title = "Rules against attacks"
    start_label = "Train 20 rounds"
    controls = (
        Slider("clients", "Clients", 10, 30, 1, 20),
        Slider("hostile", "Hostile share", 0, 40, 5, 30, unit="%"),
        Choice("attack", "Attack", ATTACK_NAMES, "sign flip"),
        Choice("rule", "Rule", RULE_NAMES, "mean"),
        Choice("shares", "Shares", ("IID", "two shards"), "IID"),
    )
    prediction = Prediction(
        "IID shares, 30 % hostile, sign flip: how many per cent of the unseen digits does the median read after 20 "
        "rounds?",
        low=0,
        high=100,
        unit="%",
    )
    figure_height = 580

    def reset(self) -> None:
        """Back to the defaults, without curves."""
        self.curves: dict[tuple, list[float]] = {}
        super().reset()

    @property
    def liars(self) -> int:
        """How many clients are hostile."""
        return self.clients * self.hostile // 100

    @property
    def setting(self) -> tuple:
        """What a curve belongs to."""
        return self.clients, self.liars, self.attack if self.liars else "nobody", self.rule, self.shares

    def steps(self) -> Iterator[Step]:
        """Train, a step a round. Raises ValueError where a rule cannot bear so many hostile clients."""
        yield Step(0.0, "loading PyTorch and the digits")  # seconds the first time: Stop and progress come before it
        from nnchain_edu.federated import Federation, iid, shards
        from nnchain_edu.nets import MLP, digits

        data = digits(seed=0)
        y = data.y_train
        held = iid(len(y), self.clients) if self.shares == "IID" else shards(y, self.clients)
        test = data.X_test, data.y_test
        federation = Federation(MLP(64, 64, 10, seed=0), data.X_train, y, held, test, hostile=range(self.liars))
        run = federation.run(
            ROUNDS,
            rule=self.rule,
            withstand=self.liars,
            attack=self.attack if self.liars else None,
            epochs=EPOCHS,
            learning_rate=RATE,
        )
        self.curves.pop(self.setting, None)
        curve: list[float] = []
        for done in run:
            curve.append(100 * done.accuracy)
            self.curves[self.setting] = curve
            if len(self.curves) > KEPT:
                del self.curves[next(iter(self.curves))]
            yield Step(done.number / ROUNDS, f"round {done.number}: {100 * done.accuracy:.0f} % right")

    def text(self) -> str:
        """The setting, and how far its training came."""
        clients, liars, attack, rule, shares = self.setting
        who = f"{liars} of {clients} clients hostile ({attack})" if liars else f"{clients} clients, nobody hostile"
        curve = self.curves.get(self.setting)
        came = f"{curve[-1]:.0f} % right after {len(curve)} rounds" if curve else "not trained yet"
        return f"{shares}, {who}, {rule}: {came}."

    def draw(self, fig: Figure) -> None:
        """A curve for each training kept."""
        fig.subplots_adjust(left=0.12, right=0.97, top=0.96, bottom=0.4)  # below: room for five lines of legend
        axes = fig.subplots()
        for (setting, curve), colour, line, marker in zip(
            self.curves.items(), COLOURS, (*LINES, *LINES), MARKERS, strict=False
        ):
            clients, liars, attack, rule, shares = setting
            who = f"{liars} of {clients}: {attack}" if liars else f"{clients} honest"
            label = f"{rule}, {shares}, {who}"
            rounds = range(1, len(curve) + 1)
            axes.plot(rounds, curve, color=colour, linestyle=line, marker=marker, markersize=4, label=label)
        axes.set(xlim=(0, ROUNDS + 0.5), ylim=(0, 100), xlabel="round", ylabel="unseen digits read, %")
        axes.set_xticks(range(0, ROUNDS + 1, 5))
        if not self.curves:
            axes.text(ROUNDS / 2, 50, f"press {self.start_label}", ha="center", va="center", fontsize=13)
        else:
            fig.legend(loc="lower left", bbox_to_anchor=(0.1, 0.01))

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against the median's training, when it was done."""
        said = f"You predicted {prediction:g} %"
        for (_, liars, attack, rule, shares), curve in self.curves.items():
            asked = (attack, rule, shares) == ("sign flip", "median", "IID") and len(curve) == ROUNDS
            if asked and 100 * liars == self.hostile * self.clients == 30 * self.clients:
                return f"{said}; the median came to {curve[-1]:.0f} %."
        return f"{said} for the median with 30 % hostile clients that flip signs: train that to see."
