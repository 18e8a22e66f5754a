"""A file between the kernel and the learner's own disk: a button that downloads, a field that brings a file back.

It goes over the notebook's own connection, so that it works wherever the notebook does, and without a network.
"""

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from nnchain_edu.lab.assets import script, style

PIECE = 1_000_000  # bytes; a message to the kernel may have ten million


class FileExchange(anywidget.AnyWidget):
    """`give()` makes the bytes to download as `name`; `take(content)` says in a line what became of a file.

    Whatever either raises becomes a message. `words` are the texts: "give", "take" (the buttons) and "about".
    """

    _esm = script("file_exchange")
    _css = style("file_exchange")
    frame = traitlets.Dict().tag(sync=True)
    line = traitlets.Unicode("").tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        title: str,
        name: str,
        give: Callable[[], bytes],
        take: Callable[[bytes], str],
        largest: int,
        words: Mapping[str, str],
    ):
        self._give, self._take, self._largest = give, take, largest
        self._pieces: list[bytes] = []
        super().__init__(frame={"title": title, "name": name, "largest": largest, "piece": PIECE, **words})
        self.on_msg(lambda _, content, buffers: self.act(content, buffers))

    def __repr__(self) -> str:
        return f"{self.frame['title']}: run this cell, and two buttons appear."

    def act(self, content: Mapping[str, Any], buffers: list | None = None) -> None:
        """Answer the page: {"do": "give"}, or {"do": "take", "at": bytes so far, "size": of all} with a piece."""
        self.message = ""
        try:
            if content["do"] == "give":
                made = self._give()
                self.line = f"{self.frame['name']}: {len(made):,} bytes. Look in your downloads."
                self.send({"made": len(made)}, [made])
            elif content["do"] == "take":
                self._collect(int(content["at"]), int(content["size"]), bytes(buffers[0]) if buffers else b"")
        except Exception as error:
            own = isinstance(error, ValueError)
            self.line, self._pieces = "", []
            self.message = f"{'That did not work' if own else type(error).__name__}: {error}."

    def _collect(self, at: int, size: int, piece: bytes) -> None:
        """Add a piece, ask for the next, and take the file when it is whole."""
        if at == 0:
            self._pieces = []
        have = sum(map(len, self._pieces))
        if size > self._largest:
            raise ValueError(f"the file has {size:,} bytes; at most {self._largest:,} are accepted")
        if at != have or have + len(piece) > size or (not piece and size):
            raise ValueError("the file did not arrive whole; try again")
        self._pieces.append(piece)
        if have + len(piece) < size:
            self.send({"next": have + len(piece)})
            return
        content, self._pieces = b"".join(self._pieces), []
        self.line = self._take(content)
        self.send({"done": True})
