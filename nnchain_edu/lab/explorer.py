"""The block explorer: a chain block by block, with decoded calls and events, accounts before and after.

The strip of blocks is light, only what is in sight is drawn, a block's details are read when it is chosen.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from nnchain_edu.lab.assets import script, style
from nnchain_edu.lab.controls import Prediction, written
from nnchain_edu.lab.ledger import BROKEN, ChainSource, PlainSource


class Explorer(anywidget.AnyWidget):
    """Show `source`: a `Chain`, or a list of blocks as plain data (`chain.export()`, or a learner's own).

    With `tamper=True` amounts can be edited, always in a copy, never in the chain; what breaks shows at once.
    `seal(block) -> hash` says what hash a learner's own block should have, from the block without
    "hash" (then a tampered block can also be sealed anew); exported blocks verify themselves.
    With a `prediction` nothing can be edited before the learner has answered it; afterwards it stands beside what came.
    """

    _esm = script("explorer")
    _css = style("explorer")
    frame = traitlets.Dict().tag(sync=True)
    strip = traitlets.List().tag(sync=True)
    selected = traitlets.Int(0).tag(sync=True)  # position in the strip
    detail = traitlets.Dict().tag(sync=True)
    line = traitlets.Unicode("").tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)
    guess = traitlets.Dict().tag(sync=True)  # {"prediction", "locked", "comparison"}

    def __init__(
        self,
        source: Any,
        seal: Callable[[dict], Any] | None = None,
        tamper: bool = False,
        title: str = "Block explorer",
        prediction: Prediction | None = None,
    ):
        if prediction is not None and not tamper:
            raise ValueError("a prediction is about tampering: it needs tamper=True")
        self._lock = threading.RLock()
        self.source = _source(source, seal, tamper)
        self._question, self.prediction, self._tampered = prediction, None, False
        super().__init__(
            frame={
                "title": title,
                "prediction": prediction and prediction.spec(),
                "tamper": self.source.can_tamper,
                "seal": self.source.can_seal,
                "live": self.source.live,
            }
        )
        self.refresh()
        self._compare()
        self.selected = max(len(self.strip) - 1, 0)
        self._choose()
        self.observe(lambda change: self._choose(), names="selected")
        self.on_msg(lambda _, content, buffers: self.act(**content))

    def __repr__(self) -> str:
        return f"{self.frame['title']}: {self.line}"

    @property
    def locked(self) -> bool:
        """Whether the explorer still waits for a prediction."""
        return self._question is not None and self.prediction is None

    def refresh(self) -> None:
        """Read the blocks that are new since the last look."""
        with self._lock:
            self.strip = self.source.strip()
            self.line = self.text()

    def text(self) -> str:
        """One line that says what is shown."""
        many = f"{len(self.strip)} block{'s' * (len(self.strip) != 1)}"
        broken = [row for row in self.strip if row["status"] == BROKEN]
        if not broken:
            return f"{many}, each linked to the one before."
        first = broken[0]
        return f"{many}, {len(broken)} broken. The first is block {first['number']}: {first['why']}."

    def act(self, do: str, **given: Any) -> None:
        """Do what the learner did: predict, refresh, tamper, reseal or restore. What is refused becomes a message."""
        with self._lock:
            self.message = ""
            try:
                if do == "predict" and self._question is not None:
                    self.prediction = self._question.check(given["value"])
                elif do != "refresh" and self.locked:
                    raise ValueError("Write your prediction first.")
                elif do == "tamper" and self.source.can_tamper:
                    self.source.tamper(int(given["block"]), int(given["transaction"]), str(given["value"]))
                    self._tampered = True
                elif do == "reseal" and self.source.can_seal:
                    self.source.reseal(int(given["block"]))
                elif do == "restore" and self.source.can_tamper:
                    self.source.restore()
            except Exception as error:
                own = isinstance(error, ValueError)
                self.message = str(error) if own else f"{type(error).__name__}: {error}"
            self.refresh()
            self._compare()
            self._choose()

    def _compare(self) -> None:
        shown = None if self.prediction is None else written(self.prediction)
        told = self._tampered and shown is not None
        comparison = f"You predicted {shown}. {self.line}" if told else ""
        self.guess = {"prediction": shown, "locked": self.locked, "comparison": comparison}

    def _choose(self) -> None:
        with self._lock:
            if not self.strip:
                self.detail = {}
                return
            position = min(max(self.selected, 0), len(self.strip) - 1)
            row = self.strip[position]
            try:
                found = self.source.detail(position)
            except Exception as error:
                self.message = f"Block {row['number']} cannot be read: {type(error).__name__}: {error}"
                found = {"fields": [], "further": [], "transactions": [], "accounts": [], "unlisted": 0}
            self.detail = {**found, **row, "transactions": found["transactions"], "position": position}


def _source(source: Any, seal: Callable | None, tamper: bool) -> ChainSource | PlainSource:
    if hasattr(source, "w3"):
        if not tamper:
            return ChainSource(source)
        from nnchain_edu.chain.export import verify

        return PlainSource(source.export(), verify=verify, tamper=True, chain=source)
    if not isinstance(source, Sequence) or not all(isinstance(block, Mapping) for block in source):
        raise TypeError(f"source must be a Chain or a list of blocks; {type(source).__name__} was given")
    exported = bool(source) and "receiptsRoot" in source[0]
    if seal is None and exported:
        from nnchain_edu.chain.export import verify

        return PlainSource(source, verify=verify, tamper=tamper)
    return PlainSource(source, seal=seal, tamper=tamper)
