"""The chain as a graph: accounts are nodes, all that went from one to another is one edge."""

from dataclasses import dataclass

import numpy as np
import pandas

from .behaviour import DAY
from .events import Events, Flow
from .frames import Frames


@dataclass(frozen=True)
class Graph:
    """nodes: addresses, sorted. edges: one row for each giver, receiver and kind ("ether" or "tokens").

    Columns of ``edges``: ``source, target`` (positions in ``nodes``), ``kind, count, value`` (wei or units, exact),
    ``first, last`` (seconds).
    """

    nodes: list[str]
    edges: pandas.DataFrame

    def edge_index(self, kind: str | None = None) -> np.ndarray:
        """int64 of shape (2, edges): sources above targets, as graph networks take them; of one kind, if given."""
        edges = self.edges if kind is None else self.edges[self.edges["kind"] == kind]
        return edges[["source", "target"]].to_numpy(dtype=np.int64).T.copy()

    def around(self, account: str, hops: int = 1, most: int = 60) -> "Graph":
        """The part within ``hops`` steps of an account, either way, its at most ``most`` nearest nodes."""
        account = str(getattr(account, "address", account)).lower()
        if account not in self.nodes:
            raise ValueError(f"account: {account} has done and got nothing here")
        kept = [self.nodes.index(account)]
        ring = set(kept)
        for _ in range(hops):
            near = self.edges[self.edges["source"].isin(ring) | self.edges["target"].isin(ring)]
            counts = near.groupby("source")["count"].sum().add(near.groupby("target")["count"].sum(), fill_value=0)
            ring = set(counts.index) - set(kept)
            kept += sorted(ring, key=lambda node: (-counts[node], node))[: most - len(kept)]
        kept = sorted(kept)
        places = {old: new for new, old in enumerate(kept)}
        inside = self.edges[self.edges["source"].isin(places) & self.edges["target"].isin(places)]
        edges = inside.assign(source=inside["source"].map(places), target=inside["target"].map(places))
        return Graph([self.nodes[i] for i in kept], edges.reset_index(drop=True))


def graph(frames: Frames, day: int | None = None) -> Graph:
    """The graph of what was known when ``day`` began (None: at the end). Payments to oneself are loops; calls without
    ether are edges of value 0; failed transactions are none."""
    e = Events.of(frames, None, None if day is None else frames.start + day * DAY)
    parts = [edges(e.sent, "ether"), edges(e.tokens_sent, "tokens")]
    return Graph(e.accounts, pandas.concat(parts, ignore_index=True))


def edges(flow: Flow, kind: str) -> pandas.DataFrame:
    """One row for each pair of a giver and a receiver."""
    flow = flow.pick(flow.partner >= 0)
    width = flow.size + 1
    pair = Flow(flow.who * width + flow.partner, flow.partner, flow.time, flow.value, 0)
    ends, sums = pair.present, []
    if len(ends):
        value, time = pair.value[pair.order], pair.time[pair.order]
        sums = [np.add.reduceat(value, pair.starts), np.minimum.reduceat(time, pair.starts),
                np.maximum.reduceat(time, pair.starts)]  # fmt: skip
    else:
        sums = [np.array([], dtype=object), ends, ends]
    counts = np.diff(np.r_[pair.starts, len(flow.who)]) if len(ends) else ends
    columns = {"source": ends // width, "target": ends % width, "kind": kind, "count": counts, "value": sums[0],
               "first": sums[1], "last": sums[2]}  # fmt: skip
    frame = pandas.DataFrame(columns)
    frame["value"] = frame["value"].astype(object)
    return frame
