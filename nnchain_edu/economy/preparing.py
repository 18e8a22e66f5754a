"""From features to what a network reads: gaps filled, tails tamed, scales alike; learnt in training alone."""

import hashlib
import json
from typing import Any

import numpy as np
import pandas

SCALES = ("robust", "standard", "none")
MISSING = ("median", "zero")
CLIP = 8.0  # scaled values are cut here: one whale must not blind the network


def deduplicate(table: pandas.DataFrame) -> pandas.DataFrame:
    """The table with every index entry once, and every row of equal values once within its day; the first is kept.

    ``result.attrs["dropped"]`` says how many rows went for which reason. A table indexed by account is one day.
    """
    repeated = table.index.duplicated()
    once = table[~repeated]
    day = once.index.get_level_values(0) if once.index.nlevels > 1 else np.zeros(len(once))
    equal = once.assign(day_of_row=np.asarray(day)).duplicated().to_numpy()
    result = once[~equal].copy()
    result.attrs["dropped"] = {"same index": int(repeated.sum()), "same values": int(equal.sum())}
    return result


def encode(column: pandas.Series, categories: list[str]) -> pandas.DataFrame:
    """One column of 0 and 1 a category, in this order; a value that is none of them is 0 everywhere."""
    return pandas.DataFrame({f"{column.name}={c}": (column == c).astype(float) for c in categories}, index=column.index)


class Recipe:
    """How features become inputs. What it needs to know (medians, spreads) it learns in `fit`, from training rows.

    columns: which features, in this order (None: all that the table of `fit` has). log: sign(x) log(1 + |x|) before
    scaling. scale: "robust" (median and interquartile range), "standard" (mean and deviation) or "none".
    missing: what stands for NaN: the column's "median" or "zero". indicators: one more input a column that had
    gaps in training, 1 where the value is missing. ``as_dict`` and ``digest`` name the fitted recipe exactly.
    """

    def __init__(
        self,
        columns: list[str] | None = None,
        log: bool = True,
        scale: str = "robust",
        missing: str = "median",
        indicators: bool = True,
    ):
        for name, given, known in (("scale", scale, SCALES), ("missing", missing, MISSING)):
            if given not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}, not {given!r}")
        self.columns = None if columns is None else list(columns)
        self.log, self.scale, self.missing, self.indicators = bool(log), scale, missing, bool(indicators)
        self.fill: list[float] | None = None
        self.centre: list[float] = []
        self.spread: list[float] = []
        self.gappy: list[str] = []

    def fit(self, table: pandas.DataFrame) -> "Recipe":
        """Learn from the training rows of ``table``; nothing else may be in it. Returns itself."""
        if not len(table):
            raise ValueError("table has no rows to learn from")
        self.columns = list(table.columns) if self.columns is None else self.columns
        values = self._values(table)
        known = [column[~np.isnan(column)] for column in values.T]
        fill = [float(np.median(c)) if len(c) and self.missing == "median" else 0.0 for c in known]
        self.gappy = [n for n, c in zip(self.columns, known, strict=True) if len(c) < len(values)]
        values = np.where(np.isnan(values), fill, values)
        if self.scale == "robust":
            low, centre, high = np.percentile(values, [25, 50, 75], axis=0)
            # where the middle half is all alike, the deviation says what is usual
            spread = np.where(high > low, high - low, values.std(axis=0))
        elif self.scale == "standard":
            centre, spread = values.mean(axis=0), values.std(axis=0)
        else:
            centre, spread = np.zeros(len(fill)), np.ones(len(fill))
        self.fill, self.centre = fill, centre.tolist()
        self.spread = np.where(spread > 0, spread, 1.0).tolist()
        return self

    def transform(self, table: pandas.DataFrame) -> np.ndarray:
        """``table`` as float32 of shape (rows, len(names)). Raises ValueError where columns lack, or before `fit`."""
        if self.fill is None:
            raise ValueError("the recipe has learnt nothing yet: call fit with the training rows first")
        values = self._values(table)
        gaps = np.isnan(values)
        values = (np.where(gaps, self.fill, values) - self.centre) / self.spread
        parts = [values if self.scale == "none" else np.clip(values, -CLIP, CLIP)]
        if self.indicators:
            parts.append(gaps[:, [self.columns.index(name) for name in self.gappy]])
        return np.concatenate(parts, axis=1).astype(np.float32)

    @property
    def names(self) -> list[str]:
        """What each input is."""
        return [*(self.columns or []), *(f"{name} missing" for name in self.gappy if self.indicators)]

    def _values(self, table: pandas.DataFrame) -> np.ndarray:
        lacking = [name for name in self.columns if name not in table.columns]
        if lacking:
            raise ValueError(f"table lacks the columns {', '.join(lacking)}")
        values = table[self.columns].to_numpy(dtype=float, na_value=np.nan)
        if np.isinf(values).any():
            worst = self.columns[int(np.isinf(values).any(axis=0).argmax())]
            raise ValueError(f"table holds infinite values, in {worst}")
        return np.sign(values) * np.log1p(np.abs(values)) if self.log else values

    def as_dict(self) -> dict[str, Any]:
        """The whole recipe as plain data for JSON; floats are kept to the last bit."""
        return {name: getattr(self, name) for name in _PARTS}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Recipe":
        """The recipe that ``as_dict`` described. Raises ValueError where parts lack or are strange."""
        if not isinstance(plain, dict) or plain.keys() != set(_PARTS):
            raise ValueError(f"a recipe has exactly the parts {', '.join(_PARTS)}")
        recipe = cls(*(plain[name] for name in _PARTS[:5]))
        for name in _PARTS[5:]:
            setattr(recipe, name, plain[name])
        lengths = {len(part) for part in (recipe.columns or [], recipe.fill or [], recipe.centre, recipe.spread)}
        if len(lengths) > 1:
            raise ValueError("columns, fill, centre and spread of a recipe are equally long")
        return recipe

    @property
    def digest(self) -> str:
        """SHA-256 of the recipe's canonical JSON (sorted keys, no spaces), in hex."""
        text = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_PARTS = ("columns", "log", "scale", "missing", "indicators", "fill", "centre", "spread", "gappy")
