"""All that happened, as arrays by account: the ground on which features, sequences and graphs stand.

Sums of wei are Python integers until the last step, so that features are the same on every machine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .frames import Frames


@dataclass
class Flow:
    """Rows in the order of time, seen from one side: ``who`` did or got something, with ``partner`` at the other end.

    who, partner: positions in the list of accounts (-1: nobody). time: seconds. value: Python integers.
    """

    who: np.ndarray
    partner: np.ndarray
    time: np.ndarray
    value: np.ndarray
    size: int  # accounts in all

    @cached_property
    def order(self) -> np.ndarray:
        """The rows sorted by account, each account's in the order of time."""
        return np.argsort(self.who, kind="stable")

    @cached_property
    def starts(self) -> np.ndarray:
        """Where each account's rows begin in that order; only of accounts that have some."""
        sorted_who = self.who[self.order]
        return np.flatnonzero(np.r_[True, sorted_who[1:] != sorted_who[:-1]]) if len(sorted_who) else np.array([], int)

    @cached_property
    def present(self) -> np.ndarray:
        """The accounts that have rows."""
        return self.who[self.order][self.starts]

    def pick(self, mask: np.ndarray) -> "Flow":
        """Only the rows where ``mask`` is true."""
        return Flow(self.who[mask], self.partner[mask], self.time[mask], self.value[mask], self.size)

    def count(self) -> np.ndarray:
        """Rows by account."""
        return np.bincount(self.who, minlength=self.size).astype(float)

    def reduce(self, how: Any, values: np.ndarray, missing: Any) -> np.ndarray:
        """``how`` (a ufunc such as np.add) over each account's ``values``; ``missing`` where it has none."""
        result = np.full(self.size, missing, dtype=values.dtype)
        if len(self.starts):
            result[self.present] = how.reduceat(values[self.order], self.starts)
        return result

    def total(self) -> np.ndarray:
        """The sum of each account's values: Python integers."""
        return self.reduce(np.add, self.value, 0)

    def distinct(self, items: np.ndarray | None = None) -> np.ndarray:
        """How many different partners (or ``items``: whole numbers by row) each account has."""
        items = self.partner if items is None else items
        return np.bincount(self._pairs(items)[0], minlength=self.size).astype(float)

    def most_common(self, items: np.ndarray) -> np.ndarray:
        """How many rows of each account share its most frequent item."""
        who, counts = self._pairs(items)
        result = np.zeros(self.size)
        np.maximum.at(result, who, counts)
        return result

    def _pairs(self, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The account of each different pair of account and item, and how often the pair comes."""
        width = int(items.max(initial=0)) + 2
        pairs, counts = np.unique(self.who * width + items + 1, return_counts=True)
        return pairs // width, counts

    def median(self, values: np.ndarray) -> np.ndarray:
        """The lower median of each account's values (objects or numbers); None or NaN where it has none."""
        missing = None if values.dtype == object else np.nan
        result = np.full(self.size, missing, dtype=object if values.dtype == object else float)
        ranked = sorted(range(len(values)), key=lambda i: (self.who[i], values[i]))
        ends = np.r_[self.starts[1:], len(values)] if len(values) else self.starts
        for who, start, end in zip(self.present, self.starts, ends, strict=True):
            result[who] = values[ranked[(start + end - 1) // 2]]
        return result

    def gaps(self) -> "Flow":
        """A row for each two neighbouring rows of an account; ``value`` is the seconds between them."""
        who, time = self.who[self.order], self.time[self.order]
        same = who[1:] == who[:-1]
        gap = (time[1:] - time[:-1])[same]
        return Flow(who[1:][same], np.full(len(gap), -1), time[1:][same], gap, self.size)

    def since_last(self, other: "Flow") -> "Flow":
        """For each row, the seconds since the same account's last row in ``other``; rows without one are left out."""
        span = int(max(self.time.max(initial=0), other.time.max(initial=0))) + 1
        keys = other.who[other.order] * span + other.time[other.order]
        found = np.searchsorted(keys, self.who * span + self.time, side="right") - 1
        has = found >= 0
        has[has] = other.who[other.order][found[has]] == self.who[has]
        seconds = self.time[has] - other.time[other.order][found[has]]
        return Flow(self.who[has], self.partner[has], self.time[has], seconds, self.size)


@dataclass
class Events:
    """What happened, from both sides. Partners are positions in ``accounts``."""

    accounts: list[str]
    sent: Flow  # done transactions, by sender; value in wei, 0 included
    failed: Flow  # failed ones
    received: Flow  # ether that came directly from another account
    tokens_sent: Flow
    tokens_received: Flow
    fees: np.ndarray  # wei of each row of `sent`
    failed_fees: np.ndarray
    input_bytes: np.ndarray  # of each row of `sent`
    creation: np.ndarray  # of each row of `sent`: does it create a contract?
    token: np.ndarray  # of each row of `tokens_sent`, and of `tokens_received`: which token

    @classmethod
    def of(
        cls, frames: Frames, since: int | None = None, until: int | None = None, also: Iterable[str] = ()
    ) -> "Events":
        """The events of ``frames`` from second ``since`` up to, not including, ``until``; ``also`` are listed too."""
        sent, moved = (between(frame, since, until) for frame in (frames.transactions, frames.transfers))
        receivers = [to or created for to, created in zip(sent["to"], sent["created"], strict=True)]
        columns = (sent["sender"], receivers, moved["sender"], moved["to"], moved["token"])
        accounts = sorted({address for column in (*columns, also) for address in column if address})
        places = {address: i for i, address in enumerate(accounts)} | {None: -1}
        giver, to, token_giver, token_to, token = (
            np.fromiter((places[address] for address in column), np.int64, len(column)) for column in columns
        )
        time, value = sent["time"].to_numpy(), sent["value"].to_numpy(dtype=object)
        done, fees = sent["status"].to_numpy(dtype=bool), sent["fee"].to_numpy(dtype=object)
        size, token_time = len(accounts), moved["time"].to_numpy()
        amount = moved["amount"].to_numpy(dtype=object)
        whole = Flow(giver, to, time, value, size)
        incoming = done & (value != 0).astype(bool) & (giver != to)
        creation = np.array([address is None for address in sent["to"]], dtype=bool)
        tokens_sent = Flow(token_giver, token_to, token_time, amount, size)
        tokens_received = Flow(token_to, token_giver, token_time, amount, size)
        return cls(
            accounts, whole.pick(done), whole.pick(~done), Flow(to, giver, time, value, size).pick(incoming),
            tokens_sent, tokens_received, fees[done], fees[~done], sent["input_bytes"].to_numpy()[done],
            creation[done], token,
        )  # fmt: skip


def between(frame: Any, since: int | None, until: int | None) -> Any:
    """The rows whose time is from ``since`` up to, not including, ``until``."""
    time = frame["time"]
    keep = np.ones(len(frame), dtype=bool)
    if since is not None:
        keep &= time.to_numpy() >= since
    if until is not None:
        keep &= time.to_numpy() < until
    return frame[keep]


def joined(*flows: Flow) -> Flow:
    """Several flows as one, in the order of time."""
    who, partner, time, value = (
        np.concatenate([getattr(flow, part) for flow in flows]) for part in ("who", "partner", "time", "value")
    )
    order = np.argsort(time, kind="stable")
    return Flow(who[order], partner[order], time[order], value[order], flows[0].size)
