"""The frame around a state: named controls, prediction, live figure with a line of text, Reset, Start, Stop.

The browser's half (`bench.js`) only draws what it is sent and reports what the learner did. JupyterLab
delivers those reports on a thread of their own, so that a busy cell does not delay them.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import anywidget
import traitlets
from matplotlib import rc_context
from matplotlib.figure import Figure

from nnchain_edu.lab.assets import script, style
from nnchain_edu.lab.controls import written
from nnchain_edu.lab.figures import STYLE, blank, png
from nnchain_edu.lab.state import State

_DRAWING = threading.RLock()  # Matplotlib draws one figure at a time
_PROGRESS_EVERY, _PICTURE_EVERY = 0.1, 0.4  # seconds between two messages of a training, at least


def paint(state: State) -> Figure:
    """Let the state draw on an empty house figure, and return it."""
    with _DRAWING, rc_context(STYLE):
        fig = blank(state.figure_width, state.figure_height, state.figure_fitted)
        state.draw(fig)
    return fig


class Bench(anywidget.AnyWidget):
    """A live experiment with `state`. Errors of the state become messages in the frame, never tracebacks."""

    _esm = script("bench")
    _css = style("bench")
    frame = traitlets.Dict().tag(sync=True)  # title, controls, prediction: never change
    view = traitlets.Dict().tag(sync=True)  # one consistent snapshot of everything that changes
    progress = traitlets.Dict().tag(sync=True)  # {"fraction": 0 to 1, "text": …}

    def __init__(self, state: State):
        if not isinstance(state, State):
            raise TypeError(f"state must be a State; {type(state).__name__} was given")
        self.state = state
        self.prediction: float | str | None = None
        self._has_run = False
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._training: threading.Thread | None = None
        self.running = False  # whether a training is under way
        self._answered = 0
        super().__init__(
            frame={
                "title": state.title,
                "controls": [control.spec() for control in state.controls],
                "prediction": state.prediction and state.prediction.spec(),
                "start": state.start_label if state.trains else None,
            },
            progress={"fraction": 0.0, "text": ""},
        )
        self._refresh()
        self.on_msg(lambda _, content, buffers: self.act(**content))

    def __repr__(self) -> str:
        title = self.state.title
        return f"Bench: {title}{'' if title.endswith('?') else '.'} {self.view.get('line', '')}"

    @property
    def locked(self) -> bool:
        """Whether the bench still waits for a prediction."""
        return self.state.prediction is not None and self.prediction is None

    def act(self, do: str, seq: int = 0, **given: Any) -> None:
        """Do what the learner did: set, press, predict, start, stop or reset. Bad values become a message."""
        if do == "stop":  # needs no lock: it must not wait for a picture being drawn
            self._answered = max(seq, self._answered)
            self._stop.set()
            if self.running:
                return  # the training answers when its step under way has ended
        if do == "reset":
            self.stop()
        with self._lock:
            self._answered = max(seq, self._answered)
            message = ""
            if do == "predict":
                message = self._try(lambda: self._predict(given["value"]))
            elif self.locked and do != "reset":
                message = "Write your prediction first."
            elif self.running:
                message = "A training is running. Stop it first."
            elif do == "set":
                message = self._try(lambda: self.state.set(**given["values"]), ran=True)
            elif do == "press":
                message = self._try(lambda: self.state.press(given["name"]), ran=True)
            elif do == "reset":
                self._has_run = False
                self.progress = {"fraction": 0.0, "text": ""}
                message = self._try(self.state.reset)
            elif do == "start" and self.state.trains:
                self._start()
                return
            self._refresh(message)

    def _start(self) -> None:
        self._stop.clear()
        self.running = True
        self._refresh()
        self._training = threading.Thread(target=self._train, daemon=True, name="training")
        self._training.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Stop a training and wait until its step under way has ended."""
        self._stop.set()
        self.wait(timeout)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until no training is running, at most `timeout` seconds."""
        if self._training is not None:
            self._training.join(timeout)

    def _predict(self, value: Any) -> None:
        self.prediction = self.state.prediction.check(value)

    def _try(self, action: Callable[[], Any], ran: bool = False) -> str:
        """Run what the author wrote; return the message for the frame, empty when all went well."""
        try:
            action()
        except Exception as error:
            return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        self._has_run = self._has_run or ran
        return ""

    def _train(self) -> None:
        self.progress = {"fraction": 0.0, "text": "started"}
        message = self._try(self._walk)
        with self._lock:
            self._has_run = True
            self.running = False
            if message:
                self.progress = {**self.progress, "text": "failed"}
            elif self._stop.is_set():
                self.progress = {**self.progress, "text": "stopped"}
            else:
                self.progress = {"fraction": 1.0, "text": "done"}
            self._refresh(message)

    def _walk(self) -> None:
        """Take the steps until they end or Stop is pressed; show progress often, pictures seldom."""
        shown, drawn, pause = 0.0, time.monotonic(), _PICTURE_EVERY
        with contextlib.closing(self.state.steps()) as steps:
            for fraction, text in steps:
                if self._stop.is_set():
                    return
                if (now := time.monotonic()) - shown >= _PROGRESS_EVERY:
                    self.progress, shown = {"fraction": float(fraction), "text": str(text)}, now
                if now - drawn >= pause:
                    with self._lock:
                        self._refresh(draw=True)
                    drawn = time.monotonic()
                    pause = max(_PICTURE_EVERY, 4 * (drawn - now))  # drawing takes a fifth of the time at most

    def _refresh(self, message: str = "", draw: bool = False) -> None:
        """Draw, and send one snapshot. While a training works on the state, only the training may `draw`."""
        view = {**self.view, "comparison": ""}

        def look() -> None:
            view.update(values=self.state.values, picture=b"", line="")
            view["line"] = " ".join(self.state.text().split())
            with _DRAWING:
                view["picture"] = png(paint(self.state), quick=True)
            if self.prediction is not None and self._has_run and not self.running:
                view["comparison"] = self.state.compare(self.prediction)

        failed = self._try(look) if draw or not self.running else ""
        self.view = view | {
            "message": message or failed,
            "prediction": None if self.prediction is None else written(self.prediction),
            "locked": self.locked,
            "running": self.running,
            "seq": self._answered,
        }
