"""Accounts as sequences: what each one did and got, event by event, for recurrent networks."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from .behaviour import DAY, ETHER
from .events import Events, Flow
from .frames import Frames

#: What each number of an event is. Amounts and minutes as log(1 + x), which a network takes well.
CHANNELS = (
    "ether in", "ether out", "tokens in", "tokens out", "call", "failed", "minutes since the event before",
    "hour of the day, sine", "hour of the day, cosine", "partner seen before",
)  # fmt: skip


class Sequences(NamedTuple):
    """values: float32 of shape (accounts, length, channels), the newest event last, zeros before the first.
    lengths: how many events of each account are there, at most ``length``. accounts: in the order asked for."""

    values: np.ndarray
    lengths: np.ndarray
    accounts: list[str]


def sequences(
    frames: Frames, accounts: Iterable[str] | None = None, length: int = 32, day: int | None = None
) -> Sequences:
    """The last ``length`` events of every account (or of ``accounts``), known when ``day`` began (None: at the end)."""
    if not isinstance(length, int) or length < 1:
        raise ValueError(f"length must be a whole number from 1, not {length!r}")
    end = None if day is None else frames.start + day * DAY
    wanted = None if accounts is None else [str(getattr(who, "address", who)).lower() for who in accounts]
    e = Events.of(frames, None, end, wanted or ())
    who, values = rows(e, frames.start)
    wanted = e.accounts if wanted is None else wanted
    places = {account: i for i, account in enumerate(e.accounts)}
    starts = np.searchsorted(who, np.arange(len(e.accounts) + 1))
    result = np.zeros((len(wanted), length, len(CHANNELS)), dtype=np.float32)
    lengths = np.zeros(len(wanted), dtype=np.int64)
    for i, account in enumerate(wanted):
        first, last = starts[places[account]], starts[places[account] + 1]
        lengths[i] = min(length, last - first)
        if lengths[i]:
            result[i, -lengths[i] :] = values[last - lengths[i] : last]
    return Sequences(result, lengths, list(wanted))


def rows(e: Events, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Every event from its account's side: the account, and the channels; sorted by account and time."""
    called = (e.input_bytes > 0).astype(float)
    sides = [
        side(e.received, "ether in"), side(e.sent, "ether out", called), side(e.tokens_received, "tokens in"),
        side(e.tokens_sent, "tokens out"), side(e.failed, "failed"),
    ]  # fmt: skip
    who, partner, time, values = (np.concatenate(parts) for parts in zip(*sides, strict=True))
    order = np.lexsort((time, who))
    who, partner, time, values = who[order], partner[order], time[order], values[order]
    same = np.r_[False, who[1:] == who[:-1]] if len(who) else np.array([], dtype=bool)
    minutes = np.where(same, np.diff(time, prepend=0) / 60, 0)
    angle = 2 * np.pi * ((time - start) % DAY) / DAY
    _, first = np.unique(who * (len(e.accounts) + 1) + partner + 1, return_index=True)
    seen = np.ones(len(who))
    seen[first] = 0
    later = (np.log1p(minutes), np.sin(angle), np.cos(angle), seen)
    for channel, column in zip(range(6, len(CHANNELS)), later, strict=True):
        values[:, channel] = column
    return who, values


def side(flow: Flow, channel: str, called: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    """One kind of event with its own channels filled."""
    values = np.zeros((len(flow.who), len(CHANNELS)))
    amounts = np.array([value / ETHER for value in flow.value], dtype=float)
    values[:, CHANNELS.index(channel)] = 1 if channel == "failed" else np.log1p(amounts)
    if called is not None:
        values[:, CHANNELS.index("call")] = called
    return flow.who, flow.partner, flow.time, values
