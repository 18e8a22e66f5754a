"""The pure half of a bench: what can be turned, what is drawn, and one line that says so. No widgets here."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from nnchain_edu.lab.controls import Button, Control, Prediction


class Step(NamedTuple):
    """One step of a training: how much is done, from 0 to 1, and a few words about it."""

    fraction: float
    text: str


class State:
    """What a bench experiments with. A subclass declares its controls and says how it is drawn:

        class Boundary(State):
            title = "One neuron's boundary"
            controls = (Slider("bias", "Bias", -3, 3, 0.1, 0.0), Button("send", "Send the transaction"))
            prediction = Prediction("At which bias are all rows spam?", low=-3, high=3)

            def draw(self, fig): ...                   # on an empty house figure
            def text(self): return "Bias 0.0: 12 of 40 rows are spam."
            def send(self): ...                        # what the button does
            def compare(self, prediction): ...         # optional: what became of the prediction

    Every control's value is an attribute of its name. Whatever `draw` and `text` need beyond that is
    computed in `changed`, which runs after each `set` and `reset`. A state that trains gives `steps`, a
    generator that yields a `Step` (fraction done, text) several times a second; Stop closes it at a yield,
    and figure and text show what has been reached. A subclass with its own `__init__` calls
    `super().__init__()` last.
    """

    title: str = ""
    controls: tuple[Control, ...] = ()
    prediction: Prediction | None = None
    start_label: str = "Start training"
    figure_width: str = "text"  # and height: see figures.blank
    figure_height: int | None = None
    figure_fitted: bool = False
    steps: Callable[[], Iterator[Step]] | None = None

    def __init__(self) -> None:
        names = [control.name for control in self.controls]
        if len(set(names)) != len(names):
            raise ValueError(f"{type(self).__name__}: two controls have one name: {names}")
        for control in self.controls:
            if isinstance(control, Button):
                if hasattr(State, control.name) or not callable(getattr(self, control.name, None)):
                    raise TypeError(f"{type(self).__name__}: button {control.name!r} needs a method so named")
            elif hasattr(State, control.name) or not control.name.isidentifier():
                raise ValueError(f"{type(self).__name__}: {control.name!r} cannot name a control")
        self.reset()

    @property
    def values(self) -> dict[str, Any]:
        """The value of every slider, choice and toggle, by name."""
        return {c.name: getattr(self, c.name) for c in self.controls if not isinstance(c, Button)}

    def set(self, **values: Any) -> None:
        """Set one or more controls; a refused value raises ValueError naming it, and nothing changes."""
        known = {c.name: c for c in self.controls if not isinstance(c, Button)}
        checked = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"no control is named {name!r}; there are: {', '.join(known) or 'none'}")
            checked[name] = known[name].check(value)
        for name, value in checked.items():
            setattr(self, name, value)
        self.changed()

    def press(self, name: str) -> None:
        """Do what the button `name` does."""
        buttons = [c.name for c in self.controls if isinstance(c, Button)]
        if name not in buttons:
            raise ValueError(f"no button is named {name!r}; there are: {', '.join(buttons) or 'none'}")
        getattr(self, name)()

    def reset(self) -> None:
        """Set every control to its default. A subclass with results to forget extends this."""
        for control in self.controls:
            if not isinstance(control, Button):
                setattr(self, control.name, control.check(control.default))
        self.changed()

    def changed(self) -> None:
        """Recompute what `draw` and `text` use; called after every `set` and `reset`."""

    def text(self) -> str:
        """Return one line that says what the figure shows; a screen reader reads it after each change."""
        raise NotImplementedError(f"{type(self).__name__}.text says in one line what the figure shows")

    def draw(self, fig: Figure) -> None:
        """Draw on an empty figure in the house style."""
        raise NotImplementedError(f"{type(self).__name__}.draw draws the figure")

    def compare(self, prediction: float | str) -> str:
        """Return what became of the prediction, after a run."""
        return f"You predicted {prediction}. {self.text()}"

    @property
    def trains(self) -> bool:
        """Whether there is a training to start and stop."""
        return self.steps is not None
