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


def with_interval(table: "DataFrame", by: str, columns: list[str], lowest: bool = False) -> "DataFrame":
    """One row for each value of ``by``, each of ``columns`` as mean ± half interval.

    The highest mean of the first column stands on top, with ``lowest`` the lowest.
    """
    groups = table.groupby(by, sort=False)
    said = groups[columns].agg(lambda values: written(values.to_numpy()))
    return said.loc[groups[columns[0]].mean().sort_values(ascending=lowest).index]


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


LEVERS = ["wait", "size", "keep", "shopping"]
HOUR, MOVE = 0.001, 0.001  # loots: what the thief loses by an hour's wait, and by a transaction


def changed(wait: float, size: float, keep: float, shopping: int) -> str:
    """A behaviour in words: only what differs from the usual."""
    parts = {f"wait × {wait:g}": wait != 1, f"loot × {size:g}": size != 1, f"leave {keep:.0%}": keep, "shop": shopping}
    return ", ".join(part for part, differs in parts.items() if differs) or "nothing"


def cheapest_hiding(found: "DataFrame", prices: "DataFrame", below: float = 0.5) -> "DataFrame":
    """Of each model the cheapest tried behaviour of which it finds less than ``below``, in the mean of the economies.

    found, prices: the tables of `studies/unit_09_evasion.py`. The price, in loots: what of it is left lying, and `HOUR`
    and `MOVE` for each hour and transaction; all beyond the usual. Where nothing tried hides, the row says so.
    """
    import pandas

    paid = prices.groupby(LEVERS)[["left", "hours", "transactions"]].mean()
    usual = paid.loc[(1.0, 1.0, 0.0, 0)]
    paid["price"] = paid["left"] - usual["left"] + HOUR * (paid["hours"] - usual["hours"])
    paid["price"] += MOVE * (paid["transactions"] - usual["transactions"])
    rows = {}
    for name, group in found.groupby("model", sort=False):
        shares = group.groupby(LEVERS)["found"].mean()
        hidden = paid["price"][shares[shares < below].index].sort_values()
        best = hidden.index[0] if len(hidden) else None
        change = changed(*best) if best else "none of those tried"
        rows[name] = {"usual": round(shares[1.0, 1.0, 0.0, 0], 2), "least": round(shares.min(), 2),
                      "cheapest change that hides": change, "price": round(hidden.iloc[0], 1) if best else "",
                      "then found": round(shares[best], 2) if best else ""}  # fmt: skip
    return pandas.DataFrame.from_dict(rows, orient="index")


def with_control(found: "DataFrame", wait: float = 4, size: float = 1, keep: float = 0.6) -> "DataFrame":
    """The share found of chains so run, by what was added to the training; mean ± half interval over economies.

    found: the table of `studies/unit_09_evasion.py`. First nothing added; then, in pairs of the same economy, what
    usual chains change (the control), and what evading ones find beyond that.
    """
    import pandas

    chosen = found[
        (found["wait"] == wait) & (found["size"] == size) & (found["keep"] == keep) & (found["shopping"] == 0)
    ]
    if chosen.empty:
        raise ValueError(f"wait, size, keep: {(wait, size, keep)!r} given; one of the study's behaviours is accepted")
    shares = chosen.pivot(index=["model", "seed"], columns="training", values="found")
    gaps = {
        "usual less none": shares["usual"] - shares["plain"],
        "evading less usual": shares["evaders"] - shares["usual"],
    }
    by_model = {"none added": shares["plain"].groupby("model").agg(lambda rows: written(rows.to_numpy()))}
    for name, gap in gaps.items():
        by_model[name] = gap.groupby("model").agg(lambda rows: written(rows.to_numpy(), signed=True))
    return pandas.DataFrame(by_model).loc[found["model"].unique()].rename_axis(None)
