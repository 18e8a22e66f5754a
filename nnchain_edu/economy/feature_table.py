"""Preprocessing: one row of features an account, known at a given day and not a second later."""

import hashlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas

from .behaviour import DAY, ETHER, FIRST_WEEKDAY, HOUR
from .events import Events, Flow, joined
from .frames import NOBODY, Frames
from .meanings import MEANINGS

MINUTE = 60
NIGHT = (0, 6)  # hours, UTC


def features(
    frames: Frames,
    day: int | None = None,
    block: int | None = None,
    window: int | None = None,
    accounts: Iterable[str] | None = None,
) -> pandas.DataFrame:
    """The features of every account (or of ``accounts``), indexed by address; `FEATURES` tells what each one means.

    The zero address, from which tokens come and to which they are burnt, is nobody's and has no row.

    Known when ``day`` began, or before ``block``; at the end of ``frames`` without either. ``window``: only the last
    so many days count. float64; NaN where a quantity is not defined (the time between two payments where there is
    one). An account's row follows from ``frames.of(account)`` alone. Wei is summed exactly and rounded once.
    """
    for name, given in (("day", day), ("block", block), ("window", window)):
        if given is not None and (isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0):
            raise ValueError(f"{name} must be None or a whole number from 0, not {given!r}")
    if block is not None:
        frames = frames.before(block=int(block))
    end = frames.end if day is None else frames.start + int(day) * DAY
    wanted = None if accounts is None else [str(getattr(who, "address", who)).lower() for who in accounts]
    since = None if window is None else end - int(window) * DAY
    events = Events.of(frames, since, None if day is None else end, wanted or ())
    table = pandas.DataFrame(columns_of(events, frames.start, end), index=events.accounts, columns=list(MEANINGS))
    table = table[table.index != NOBODY] if wanted is None else table.loc[wanted]
    table.index.name = "account"
    return table


def snapshots(frames: Frames, days: Iterable[int], window: int | None = None) -> pandas.DataFrame:
    """Features as they were known when each of ``days`` began, one below the other: indexed by (day, account).

    A day's rows are of the accounts that did or got something since the day before it in ``days``; of the first
    day, within the window (without one: ever).
    """
    days, parts = list(days), {}
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise ValueError(f"days must rise, not {days!r}")
    for earlier, day in zip([None, *days], days, strict=False):
        table = features(frames, day, window=window)
        if earlier is not None:
            table = table[table["idle"] <= (day - earlier) * DAY / MINUTE]
        parts[day] = table
    if not parts:
        raise ValueError("days must hold at least one day")
    return pandas.concat(parts, names=["day", "account"])


def columns_of(e: Events, start: int, end: int) -> dict[str, np.ndarray]:
    """Every feature of `MEANINGS`, one value an account. ``end`` is the second from which accounts are looked at."""
    called = e.input_bytes > 0
    calls = e.sent.pick(called & ~e.creation)
    paid_mask = (e.sent.value != 0).astype(bool)
    paid = e.sent.pick(paid_mask)
    inflow, outflow = joined(e.received, e.tokens_received), joined(paid, e.tokens_sent)
    everything = joined(e.sent, e.failed, e.received, e.tokens_sent, e.tokens_received)
    hold, everyday = outflow.since_last(inflow), (everything.time - start) // DAY
    first = everything.reduce(np.minimum, everything.time, end).astype(float)
    last = everything.reduce(np.maximum, everything.time, end).astype(float)
    hour = (e.sent.time - start) // HOUR % 24
    weekend = ((e.sent.time - start) // DAY + FIRST_WEEKDAY) % 7 >= 5
    night = (hour >= NIGHT[0]) & (hour < NIGHT[1])
    total_in, total_out = e.received.total(), paid.total()
    fees = with_values(e.sent, e.fees).total() + with_values(e.failed, e.failed_fees).total()
    sent_count, done = e.sent.count(), everything.count()
    to, back = set(zip(paid.who, paid.partner, strict=True)), set(zip(e.received.who, e.received.partner, strict=True))
    both = np.bincount([who for who, _ in to & back], minlength=len(e.accounts)).astype(float)
    kinds = joined(with_values(e.tokens_sent, e.token), with_values(e.tokens_received, e.token))
    round_mask = np.array([len(str(value).rstrip("0")) <= 2 for value in paid.value], dtype=bool)
    return {
        "sent_count": sent_count,
        "received_count": e.received.count(),
        "failed_count": e.failed.count(),
        "self_count": e.sent.pick(e.sent.who == e.sent.partner).count(),
        "sent_total": ether(total_out),
        "sent_mean": ratio(ether(total_out), paid.count()),
        "sent_median": ether(paid.median(paid.value)),
        "sent_max": ether(paid.reduce(np.maximum, paid.value, None)),
        "sent_min": ether(paid.reduce(np.minimum, paid.value, None)),
        "received_total": ether(total_in),
        "received_mean": ratio(ether(total_in), e.received.count()),
        "received_median": ether(e.received.median(e.received.value)),
        "received_max": ether(e.received.reduce(np.maximum, e.received.value, None)),
        "received_min": ether(e.received.reduce(np.minimum, e.received.value, None)),
        "balance_change": ether(total_in - total_out - fees),
        "fees_total": ether(fees),
        "passed_on": ratio(ether(total_out), ether(total_in)),
        "sent_top_share": ratio(ether(paid.reduce(np.maximum, paid.value, 0)), ether(total_out)),
        "received_top_share": ratio(ether(e.received.reduce(np.maximum, e.received.value, 0)), ether(total_in)),
        "round_share": ratio(paid.pick(round_mask).count(), paid.count()),
        **gaps("sent", e.sent),
        **gaps("received", e.received),
        "hold_median": hold.median(hold.value.astype(float)) / MINUTE,
        "hold_min": hold.reduce(np.minimum, hold.value.astype(float), np.nan) / MINUTE,
        "lifetime": np.where(done > 0, (last - first) / MINUTE, np.nan),
        "age": np.where(done > 0, (end - first) / MINUTE, np.nan),
        "idle": np.where(done > 0, (end - last) / MINUTE, np.nan),
        "active_days": everything.distinct(everyday),
        "busiest_day_share": ratio(everything.most_common(everyday), done),
        "night_share": ratio(e.sent.pick(night).count(), sent_count),
        "weekend_share": ratio(e.sent.pick(weekend).count(), sent_count),
        "partners_to": paid.distinct(),
        "partners_from": e.received.distinct(),
        "partners_both": both,
        "top_partner_share": ratio(paid.most_common(paid.partner), paid.count()),
        "payments_per_partner": ratio(paid.count(), paid.distinct()),
        "call_count": calls.count(),
        "contracts_called": calls.distinct(),
        "creation_count": e.sent.pick(e.creation).count(),
        "called_total": ether(calls.total()),
        "token_sent_count": e.tokens_sent.count(),
        "token_received_count": e.tokens_received.count(),
        "token_sent_total": ether(e.tokens_sent.total()),
        "token_received_total": ether(e.tokens_received.total()),
        "token_partners_to": e.tokens_sent.distinct(),
        "token_partners_from": e.tokens_received.distinct(),
        "token_kinds": kinds.distinct(kinds.value),
    }


def gaps(side: str, flow: Flow) -> dict[str, np.ndarray]:
    """Mean, median and least minutes between neighbouring rows of an account."""
    between = flow.gaps()
    seconds = between.value.astype(float)
    return {
        f"{side}_gap_mean": ratio(between.reduce(np.add, seconds, np.nan) / MINUTE, between.count()),
        f"{side}_gap_median": between.median(seconds) / MINUTE,
        f"{side}_gap_min": between.reduce(np.minimum, seconds, np.nan) / MINUTE,
    }


def with_values(flow: Flow, values: np.ndarray) -> Flow:
    """The same rows with other values."""
    return Flow(flow.who, flow.partner, flow.time, values, flow.size)


def ether(wei: np.ndarray) -> np.ndarray:
    """Exact wei (or token units) as ether, each rounded once to the nearest float; None as NaN."""
    return np.array([np.nan if value is None else value / ETHER for value in wei], dtype=float)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """``part / whole``, NaN where the whole is nothing."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole != 0)


def feature_digest(table: Any) -> str:
    """SHA-256 over a table's index, column names and float64 values: equal on every machine for equal features."""
    digest = hashlib.sha256()
    digest.update("\n".join(map(str, table.index)).encode() + b"\0" + "\n".join(map(str, table.columns)).encode())
    values = np.ascontiguousarray(table.to_numpy(dtype="<f8", na_value=np.nan))
    values = np.where(np.isnan(values), np.nan, values) + 0.0  # one NaN, one zero
    digest.update(values.astype("<f8").tobytes())
    return digest.hexdigest()
