"""The bench of unit 06: choose features, cleaning and split, train a detector, and see what it finds day by day."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction, Slider, Toggle
from nnchain_edu.lab.detector import COLUMNS, HIDDEN, Rows, balanced, flagged, measure, rows_of
from nnchain_edu.lab.pipeline_figures import by_day, lines_by_day
from nnchain_edu.lab.state import State, Step

DAYS, AGENTS, DRIFT_DAY = 60, 500, 38
EPOCHS = 12
SPLITS = ("by time", "at random")
GROUPS = {
    "all 24": ("count", "value", "time", "partner", "contract", "token"),
    "counts and partners": ("count", "partner"),
}
GROUPS |= {"amounts": ("value",), "times": ("time",), "contracts and tokens": ("contract", "token")}
WIDTH = 4  # days that one point of a line covers


@cache
def economy(seed: int = 0) -> Rows:
    """The bench's rows, from an economy that is planned without a chain: about 8,000 transactions."""
    from nnchain_edu.economy import Economy

    plan = Economy(seed=seed, days=DAYS, agents=AGENTS, difficulty=0.3, drift_day=DRIFT_DAY).plan()
    return rows_of(*plan, 6, DAYS - 1)


def columns_of(group: str) -> list[str]:
    """Those of the detector's features that are of the `group`'s kinds."""
    from nnchain_edu.economy import FEATURES

    return [name for name in COLUMNS if FEATURES.loc[name, "kind"] in GROUPS[group]]


class PipelineBench(State):
    """Features, cleaning, split and last training day; recall and precision by day, with the day of the drift."""

    title = "From features to flags"
    start_label = "Train"
    figure_height = 520
    figure_fitted = True
    controls = (
        Choice("group", "Features", tuple(GROUPS), "all 24"),
        Toggle("log", "Take the logarithm", True),
        Choice("scale", "Scale by", ("robust", "standard", "none"), "robust"),
        Choice("missing", "Missing values become", ("median", "zero"), "median"),
        Choice("split", "Split", SPLITS, "by time"),
        Slider("last", "Last day of training", 12, 54, 2, 24),
    )
    prediction = Prediction(
        "The detector is trained on the days up to 24. If you split the same days at random instead, will the recall "
        "on the rows held out be",
        kind="choice",
        options=("higher", "about the same", "lower"),
    )

    def __init__(self, rows: Rows | None = None) -> None:
        self.rows = economy() if rows is None else rows
        super().__init__()

    def reset(self) -> None:
        """Back to the first choices; what was trained is forgotten."""
        self.trained, self.results = None, {}
        super().reset()

    @property
    def train_mask(self) -> np.ndarray:
        """Rows to train on. At random: as many, drawn from all days before the drift and up to the last day."""
        by_time = self.rows.day <= self.last
        if self.split == "by time":
            return by_time
        pool = np.flatnonzero(self.rows.day <= max(self.last + 6, DRIFT_DAY - 1))
        mask = np.zeros(len(by_time), dtype=bool)
        mask[np.random.default_rng(self.last).permutation(pool)[: by_time.sum()]] = True
        return mask

    def steps(self) -> Iterator[Step]:
        """Prepare the features by a recipe fitted on the training rows, and train a network of 8 hidden units."""
        import torch

        from nnchain_edu.economy import Recipe
        from nnchain_edu.nets import MLP, training

        wanted, train = self.values, self.train_mask
        options = {"log": self.log, "scale": self.scale, "missing": self.missing, "indicators": False}
        recipe = Recipe(columns=columns_of(self.group), **options).fit(self.rows.table[train])
        inputs = recipe.transform(self.rows.table)
        yield Step(0.02, "features are prepared")
        picked = np.flatnonzero(train)[balanced(self.rows.label[train])]
        model = MLP(inputs.shape[1], HIDDEN, 2, seed=0)
        X, y = torch.tensor(inputs[picked]), torch.tensor(self.rows.label[picked]).long()
        rate = {"learning_rate": 0.01, "weight_decay": 0.001, "decay": True, "batch_size": 128}
        of = EPOCHS * -(-len(y) // 128)
        for history in training(model, X, y, epochs=EPOCHS, **rate):
            if history.steps % 8 == 0 or history.outcome != "running":
                said = flagged(model, inputs)
                self.trained = (wanted, train, said)
                yield Step(0.02 + 0.98 * history.steps / of, f"epoch {history.epochs} of {EPOCHS}")
        held_out = self.held_out(train, said)
        if held_out.offenders:  # a split by time beyond the drift leaves no earlier row to compare on
            self.results[wanted["split"], wanted["last"]] = held_out.recall

    def held_out(self, train: np.ndarray, said: np.ndarray) -> tuple:
        """How good the flags are on the rows before the drift that were not trained on."""
        return measure(*(part[~train & (self.rows.day < DRIFT_DAY)] for part in (self.rows.label, said)))

    def text(self) -> str:
        """What is chosen, and once trained, how good it is on rows it has not seen, before and after the drift."""
        count = len(columns_of(self.group))
        chosen = f"{count} features, {int(self.train_mask.sum()):,} training rows, split {self.split}"
        if self.trained is None:
            return f"{chosen}. Nothing is trained yet: press {self.start_label}."
        wanted, train, said = self.trained
        if wanted != self.values:
            return f"{chosen}. The picture shows the training before: press {self.start_label} for this one."
        parts = []
        for name, when in (("before", self.rows.day < DRIFT_DAY), ("from", self.rows.day >= DRIFT_DAY)):
            unseen = when & ~train
            if not self.rows.label[unseen].any():
                continue
            got = measure(self.rows.label[unseen], said[unseen])
            parts.append(f"{name} day {DRIFT_DAY} recall {got.recall:.2f}, precision {got.precision:.2f}")
        return f"{chosen}. Unseen rows: {'; '.join(parts)}."

    def draw(self, fig: Figure) -> None:
        """Above recall and below precision by day, on unseen rows; the training days are shaded."""
        found, right = fig.subplots(2, 1, sharex=True)
        days = range(6, DAYS)
        wanted, train, said = self.trained or (self.values, self.train_mask, np.zeros(len(self.rows.day), dtype=bool))
        label, day = self.rows.label[~train], self.rows.day[~train]
        nothing = [float("nan")] * len(days)
        recall = by_day(label, said[~train], day, days, WIDTH) if self.trained else nothing
        precision = by_day(said[~train], label, day, days, WIDTH) if self.trained else nothing
        for ax, values, title in (
            (found, recall, "Recall: offenders found"),
            (right, precision, "Precision: flags that are right"),
        ):
            ax.axvspan(5.5, wanted["last"] + 0.5, color="#E8EEF4", zorder=0)
            lines_by_day(ax, {title: values}, days, DRIFT_DAY)
            ax.set_title(f"{title} (over {WIDTH} days)", y=1.0)
        found.set_xlabel("")
        if not self.trained:
            found.text(0.8, 0.45, "not trained yet", transform=found.transAxes, ha="center", fontsize=12)
        note = "training days" if wanted["split"] == "by time" else "days up to the last training day; rows at random"
        right.text(6, 0.04, note, fontsize=9.5)

    def compare(self, prediction: float | str) -> str:
        """The prediction beside the recall of both splits, once both were trained to the same day."""
        for (split, last), recall in self.results.items():
            other = self.results.get((SPLITS[1 - SPLITS.index(split)], last))
            if other is not None:
                time, chance = (recall, other) if split == "by time" else (other, recall)
                gap = chance - time
                came = "higher" if gap > 0.03 else "lower" if gap < -0.03 else "about the same"
                told = f"by time {time:.2f}, at random {chance:.2f}"
                return f"You predicted that the random split shows a recall that is {prediction}. It is {came}: {told}."
        when = f"to the same last day before day {DRIFT_DAY}"
        return f"You predicted {prediction}: train once with each split, {when}, to see."
