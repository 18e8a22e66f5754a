"""Tables of unit 09: means over economies with their intervals, and differences in pairs."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame


def mean_and_half(values: np.ndarray) -> tuple[float, float]:
    """The mean and half of its 95 % interval by Student's t; at least two values."""
    from scipy.stats import t

    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"values: {values!r} given; at least two finite numbers are accepted")
    return float(values.mean()), float(t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))


def written(values: np.ndarray, signed: bool = False) -> str:
    """Mean and half interval as text: ``0.812 ± 0.041``."""
    mean, half = mean_and_half(values)
    return f"{mean:+.3f} ± {half:.3f}" if signed else f"{mean:.3f} ± {half:.3f}"


def with_interval(table: "DataFrame", by: str, columns: list[str]) -> "DataFrame":
    """One row for each value of ``by``, each of ``columns`` as mean ± half interval, the best of the first on top."""
    groups = table.groupby(by, sort=False)
    said = groups[columns].agg(lambda values: written(values.to_numpy()))
    return said.loc[groups[columns[0]].mean().sort_values(ascending=False).index]


def compared(table: "DataFrame", by: str, column: str, rival: str) -> "DataFrame":
    """``column`` of each value of ``by`` less that of ``rival``, in pairs of the same seed; mean ± half interval."""
    wide = table.pivot(index="seed", columns=by, values=column)
    if rival not in wide:
        raise ValueError(f"rival must be one of {', '.join(wide)}; {rival!r} was given")
    gaps = wide.drop(columns=rival).sub(wide[rival], axis=0)
    order = gaps.mean().sort_values(ascending=False).index
    frame = gaps[order].agg(lambda values: written(values.to_numpy(), signed=True)).to_frame(f"{column} less {rival}'s")
    frame["better in"] = [f"{(gaps[name] > 0).sum()} of {len(gaps)}" for name in order]
    return frame
