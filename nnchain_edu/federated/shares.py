"""Who holds which rows: one array of row numbers a client. Every row belongs to exactly one client."""

import numpy as np
from numpy.typing import ArrayLike


def iid(rows: int, clients: int, seed: int = 0) -> list[np.ndarray]:
    """Deal `rows` out at random, as evenly as they go: every client sees the same kind of data."""
    _enough(rows, clients)
    return [np.sort(part) for part in np.array_split(np.random.default_rng(seed).permutation(rows), clients)]


def shards(labels: ArrayLike, clients: int, each: int = 2, seed: int = 0) -> list[np.ndarray]:
    """Sort the rows by label, cut them into `clients · each` pieces, deal every client `each` of them.

    A client then sees about `each` classes (McMahan et al. 2017, section 3, with each = 2).
    """
    labels = _labels(labels)
    _enough(len(labels), clients * _whole("each", each))
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(labels))
    pieces = np.array_split(shuffled[np.argsort(labels[shuffled], kind="stable")], clients * each)
    dealt = random.permutation(clients * each).reshape(clients, each)
    return [np.sort(np.concatenate([pieces[i] for i in mine])) for mine in dealt]


def dirichlet(labels: ArrayLike, clients: int, alpha: float, seed: int = 0, least: int = 1) -> list[np.ndarray]:
    """Divide each class among the clients by shares drawn from a symmetric Dirichlet distribution.

    Small `alpha` gives clients of few classes, large `alpha` comes close to `iid` (Hsu, Qi and Brown 2019,
    arXiv 1909.06335). Drawn again, at most 1,000 times, until every client has at least `least` rows.
    """
    labels = _labels(labels)
    _enough(len(labels), clients * _whole("least", least))
    if not np.isfinite(alpha) or alpha <= 0:
        raise ValueError(f"alpha must be a number above 0, got {alpha!r}")
    random = np.random.default_rng(seed)
    for _ in range(1000):
        mine: list[list[np.ndarray]] = [[] for _ in range(clients)]
        for label in np.unique(labels):
            rows = random.permutation(np.flatnonzero(labels == label))
            cuts = np.floor(np.cumsum(random.dirichlet(np.full(clients, float(alpha))))[:-1] * len(rows)).astype(int)
            for holder, part in zip(mine, np.split(rows, cuts), strict=True):
                holder.append(part)
        dealt = [np.sort(np.concatenate(parts)) for parts in mine]
        if min(map(len, dealt)) >= least:
            return dealt
    raise ValueError(
        f"with alpha={alpha} and {clients} clients some client came out with fewer than {least} of {len(labels)} rows "
        "in 1,000 draws: raise alpha, or take fewer clients"
    )


def _whole(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
    return int(value)


def _enough(rows: int, parts: int) -> None:
    if _whole("rows", rows) < _whole("clients", parts):
        raise ValueError(f"{rows} rows cannot be divided among {parts}: each needs at least one")


def _labels(labels: ArrayLike) -> np.ndarray:
    labels = np.asarray(labels)
    if labels.ndim != 1 or not len(labels):
        raise ValueError(f"labels must be one row of classes, got an array of shape {labels.shape}")
    return labels
