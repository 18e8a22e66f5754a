"""The bench of unit 02: gradient descent, momentum and Adam race down a surface of the learner's choice."""

from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Choice, Prediction, Slider
from nnchain_edu.lab.figures import COLOURS, LINES, MARKERS
from nnchain_edu.lab.race import OPTIMISERS, Run, race
from nnchain_edu.lab.state import State
from nnchain_edu.lab.surfaces import SURFACES, Surface

ALL = "all three"
GOAL = 0.001  # height above the lowest point that counts as having arrived
_LOOKS = dict(zip(OPTIMISERS, zip(COLOURS, LINES, MARKERS, strict=True), strict=False))


class OptimiserRace(State):
    """Surface, optimiser, learning rate, momentum and number of steps; paths and heights as they come.

    A run that diverges ends in a cross at the edge of the map, and `text` says at which step it left.
    """

    title = "Optimiser race"
    figure_height = 680
    controls = (
        Choice("surface", "Surface", tuple(SURFACES), "ravine"),
        Choice("optimiser", "Optimiser", (ALL, *OPTIMISERS), ALL),
        Slider("rate", "Learning rate", 0.005, 1.2, 0.005, 0.02),
        Slider("memory", "Momentum's memory", 0.0, 0.98, 0.02, 0.9),
        Slider("walk", "Steps", 5, 300, 5, 100),
    )
    prediction = Prediction(
        "Above which learning rate does plain gradient descent diverge on the ravine, "
        "w₁ with curvature 0.4 and w₂ with curvature 40?",
        low=0.0,
        high=1.2,
    )

    def changed(self) -> None:
        """Run the race that the controls describe."""
        chosen = tuple(OPTIMISERS) if self.optimiser == ALL else (self.optimiser,)
        surface = SURFACES[self.surface]
        self.runs = [race(surface, name, self.rate, self.memory, self.walk) for name in chosen]

    def text(self) -> str:
        """The setting, then how far each optimiser came."""
        ends = "; ".join(_end(run) for run in self.runs)
        return f"{self.surface.capitalize()}, learning rate {self.rate:g}, {self.walk} steps: {ends}."

    def draw(self, fig: Figure) -> None:
        """Above, the surface as a map with the paths; below, height against steps."""
        surface = SURFACES[self.surface]
        fig.set_layout_engine("none")  # fixed margins and plain tick labels: a change must be seen within 200 ms
        places = {"left": 0.11, "right": 0.97, "bottom": 0.18, "top": 0.955, "hspace": 0.36}
        seen, heights = fig.subplots(2, 1, height_ratios=(1.3, 1), gridspec_kw=places)
        surface.draw(seen)
        seen.set_title("Seen from above", y=1.01)  # y given: no search for a free place
        seen.locator_params(nbins=5)
        seen.grid(False)
        seen.plot(*surface.start, marker="o", markersize=10, color="white", markeredgecolor="black", zorder=6)
        for run in self.runs:
            colour, line, marker = _LOOKS[run.optimiser]
            look = {"color": colour, "linestyle": line, "marker": marker, "markersize": 4}
            draw_path(seen, surface, run, **look)
            climb = [max(height, 1e-9) for height in run.heights]
            heights.plot(climb, label=_end(run), markevery=max(1, len(climb) // 12), **look)
            if run.diverged_at is not None:
                heights.plot(run.diverged_at - 1, min(climb[-1], 1e5), clip_on=False, **CROSS)
        heights.axhline(GOAL, color="black", linewidth=0.8, linestyle=":")
        heights.set(yscale="log", ylim=(1e-7, 1e5), xlim=(0, self.walk), xlabel="step")
        ticks = ("1e-05", "0.001", "0.1", "10", "1000")
        heights.set_yticks([float(tick) for tick in ticks], ticks)
        heights.minorticks_off()
        heights.set_title("Height above the lowest point", y=1.01)
        heights.locator_params(axis="x", nbins=5)
        fig.legend(*heights.get_legend_handles_labels(), loc="lower left", bbox_to_anchor=(0.1, 0))

    def compare(self, prediction: float | str) -> str:
        """Hold the prediction against what plain gradient descent did at the present rate; the border stays hidden."""
        said = f"You predicted {prediction:g}"
        plain = [run for run in self.runs if run.optimiser == "gradient descent"]
        if self.surface != "ravine" or not plain:
            return f"{said} for plain gradient descent on the ravine: choose these two to see."
        if self.rate < prediction and plain[0].diverged_at is not None:
            return f"{said}, but it diverges already at {self.rate:g}: the border lies lower."
        if self.rate > prediction and plain[0].diverged_at is None:
            return f"{said}, but at {self.rate:g} it has not diverged: take more steps, or the border lies higher."
        return f"{said}; what happens at {self.rate:g} agrees. Now try a rate on the other side, close to it."


CROSS = {"marker": "X", "markersize": 11, "color": "black", "markeredgecolor": "white"}
CROSS |= {"linestyle": "none", "zorder": 7}


def draw_path(axes, surface: Surface, run: Run, **look) -> None:
    """Draw a run on the surface's map; one that leaves the map for good ends in a cross where it last stood on it."""
    path = run.path
    if run.diverged_at is not None or not surface.inside(*path[-1]):
        last = max(k for k, point in enumerate(path) if surface.inside(*point))
        axes.plot(*path[last], clip_on=False, **CROSS)
        path = path[: last + 2]  # the arm that leaves; what comes after would only cover the map with lines
    axes.plot(*zip(*path, strict=True), linewidth=1.6, zorder=4, label=run.optimiser, **look)


def _end(run: Run) -> str:
    if run.diverged_at is not None:
        return f"{run.optimiser} diverged at step {run.diverged_at}"
    arrived = run.steps_to(GOAL)
    if arrived is not None:
        return f"{run.optimiser} arrived after {arrived} steps"
    return f"{run.optimiser} ended at height {run.heights[-1]:.2g}"
