"""What the cases of unit 09 put to an answer: days to split, columns to prepare, scores, costs, a small graph."""

from collections.abc import Callable, Sequence
from typing import Any

from nnchain_edu.exercises.kinds import AnswerFailed, Miss, Test, same
from nnchain_edu.exercises.shown import show

NEAR = 1e-6
NAN = float("nan")


def array(values: Any, dtype: Any = float) -> Any:
    """A fresh array."""
    import numpy as np

    return np.array(values, dtype=dtype)


# 09.1: a split by time -------------------------------------------------------------------------------------

PARTS = ("train", "validation", "test")
SORTED = [1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 9]
MIXED = [9, 3, 7, 1, 5, 2, 8, 5, 4, 1, 6, 3, 9, 7, 2]


def masks(answer: Any, day: list[int], validate: int, test: int, lag: int) -> tuple[list[bool], ...]:
    """The three masks that an answer gives, as lists of True and False; a failed answer where they are none."""
    import numpy as np

    given = answer(array(day, int), validate, test, lag)
    expected = f"three masks of {len(day)} times True or False"
    if not isinstance(given, tuple | list) or len(given) != 3:
        raise AnswerFailed(f"The check needs {expected}: (train, validation, test).")
    parts = tuple(np.asarray(part) for part in given)
    if any(part.dtype != bool or part.shape != (len(day),) for part in parts):
        raise AnswerFailed(f"The check needs {expected}, not numbers of rows.")
    return tuple(part.tolist() for part in parts)


def keeps_its_days(answer: Any) -> bool | Miss:
    """The days stand in their order afterwards."""
    day = array(MIXED, int)
    answer(day, 4, 7, 2)
    return day.tolist() == MIXED or Miss(("Days afterwards", show(day)))


def days_of(part: Sequence[bool], day: list[int]) -> list[int]:
    """The days of the rows in a part."""
    return sorted({d for d, inside in zip(day, part, strict=True) if inside})


def keeps_days_together(answer: Any) -> bool | Miss:
    """All rows of one day are in one part, or in none."""
    parts = masks(answer, SORTED, 4, 7, 2)
    for name, part in zip(PARTS, parts, strict=True):
        others = {d for d, inside in zip(SORTED, part, strict=True) if not inside}
        if torn := others & set(days_of(part, SORTED)):
            return Miss(("Torn apart", f"day {min(torn)}: some of its rows are in {name}, some are not"))
    return True


def has_days(part: str, expected: list[int], validate: int, test: int, lag: int, day: list[int] = MIXED) -> Test:
    """This part holds exactly the rows of these days."""

    def tested(answer: Any) -> bool | Miss:
        mask = masks(answer, day, validate, test, lag)[PARTS.index(part)]
        right = mask == [d in expected for d in day]
        return right or Miss((f"Days in {part}", show(days_of(mask, day))), ("Expected", show(expected)))

    return tested


def has_all_days(train: list[int], validation: list[int], tested: list[int], *asked: int) -> Test:
    """The three parts hold exactly the rows of these days; asked: validate, test, lag."""
    tests = [has_days(part, days, *asked) for part, days in zip(PARTS, (train, validation, tested), strict=True)]

    def test(answer: Any) -> bool | Miss:
        misses = (said for each in tests if (said := each(answer)) is not True)
        return next(misses, True)

    return test


def without_days(part: str, refused: list[int], validate: int, test: int, lag: int, day: list[int] = MIXED) -> Test:
    """This part holds no row of these days."""

    def tested(answer: Any) -> bool | Miss:
        found = days_of(masks(answer, day, validate, test, lag)[PARTS.index(part)], day)
        return not set(found) & set(refused) or Miss((f"Days in {part}", show(found)))

    return tested


# 09.2: columns to prepare ----------------------------------------------------------------------------------


def by_training_rows(X: list[list[float]], train: list[bool], ddof: int = 0) -> Any:
    """The table, filled by the medians and scaled by the means and deviations of its training rows."""
    import numpy as np

    table, known = array(X), array(train, bool)
    filled = np.where(np.isnan(table), np.nanmedian(table[known], axis=0), table)
    mean, deviation = filled[known].mean(0), filled[known].std(0, ddof=ddof)
    return (filled - mean) / np.where(deviation > 0, deviation, 1.0)


def keeps_all_rows(X: list[list[float]], train: list[bool]) -> Test:
    """The prepared table has the shape of the one given."""

    def test(answer: Any) -> bool | Miss:
        import numpy as np

        shape, wanted = np.shape(answer(array(X), array(train, bool))), (len(X), len(X[0]))
        return shape == wanted or Miss(("Shape", show(shape)), ("Expected", show(wanted)))

    return test


def unlike_sample(X: list[list[float]], train: list[bool]) -> Test:
    """The training rows are not divided by the deviation of a sample, n - 1 below the root, as pandas has it."""

    def test(answer: Any) -> bool:
        import numpy as np

        mask = array(train, bool)
        given = np.asarray(answer(array(X), mask.copy()), dtype=float)[mask]
        return not same(given, by_training_rows(X, train, ddof=1)[mask], 1e-4)

    return test


def prepares(X: list[list[float]], train: list[bool], rows: list[int]) -> Test:
    """These rows of the prepared table are as they should be."""

    def test(answer: Any) -> bool | Miss:
        import numpy as np

        given = np.asarray(answer(array(X), array(train, bool)), dtype=float)
        expected = by_training_rows(X, train)[rows].round(4)
        right = same(given[rows], expected, 2e-4)
        return right or Miss(("Expected", f"in rows {show(rows)}: {show(expected.tolist())}"))

    return test


def blind_to_test(X: list[list[float]], other: list[list[float]], train: list[bool]) -> Test:
    """The prepared training rows are the same, whatever stands in the test rows."""

    def test(answer: Any) -> bool | Miss:
        import numpy as np

        mask = array(train, bool)
        one, two = (np.asarray(answer(array(table), mask.copy()), dtype=float)[mask] for table in (X, other))
        return same(two, one, NEAR) or Miss(("Training rows before", show(one.tolist())))

    return test


def keeps_its_table(X: list[list[float]], train: list[bool]) -> Test:
    """The table and the mask are afterwards what they were, gaps included."""

    def test(answer: Any) -> bool | Miss:
        import numpy as np

        table, mask = array(X), array(train, bool)
        answer(table, mask)
        kept = np.array_equal(table, array(X), equal_nan=True) and mask.tolist() == train
        return kept or Miss(("Table afterwards", show(table.tolist())))

    return test


# 09.3: average precision -----------------------------------------------------------------------------------


def precision_of(label: list[int], score: list[float]) -> Callable[[Any], Any]:
    """What the answer says about these labels and scores."""
    return lambda answer: answer(array(label, bool), array(score))


def scores_at(expected: float, label: list[int], score: list[float]) -> Test:
    """The average precision is this number."""
    return lambda answer: same(precision_of(label, score)(answer), expected, NEAR)


def unlike(refused: float, label: list[int], score: list[float]) -> Test:
    """The number that a certain mistake gives does not come out."""
    return lambda answer: not same(precision_of(label, score)(answer), refused, NEAR)


# 09.4: thresholds by cost ----------------------------------------------------------------------------------

Part = tuple[list[int], list[float], list[float]]


def saved(part: Part, threshold: float, alarm: float) -> float:
    """Ether saved by freezing from `threshold` on: loot that is frozen, less the price of each false alarm."""
    return sum((ether if bad else -alarm) for bad, score, ether in zip(*part, strict=True) if score >= threshold)


def best(part: Part, alarm: float) -> float:
    """The most that any threshold saves on `part`."""
    return max(saved(part, threshold, alarm) for threshold in [*part[1], float("inf")])


def chosen(answer: Any, validation: Part, test: Part, alarm: float) -> tuple[float, float]:
    """Threshold and saved ether, as the answer gives them."""
    parts = [tuple(array(c, bool if i == 0 else float) for i, c in enumerate(part)) for part in (validation, test)]
    given = answer(*parts, alarm)
    try:
        threshold, amount = map(float, given)
    except (TypeError, ValueError):
        raise AnswerFailed("The check needs two numbers: (threshold, saved).") from None
    return threshold, amount


def cheapest(validation: Part, test: Part, alarm: float) -> Test:
    """The threshold saves as much on the validation rows as any other."""

    def tested(answer: Any) -> bool | Miss:
        threshold, _ = chosen(answer, validation, test, alarm)
        here, most = saved(validation, threshold, alarm), best(validation, alarm)
        told = f"{threshold:g} saves {here:g} ether on the validation rows; {most:g} can be had"
        return abs(here - most) < NEAR or Miss(("Your threshold", told))

    return tested


def not_flagging_like(refused: float, validation: Part, test: Part, alarm: float) -> Test:
    """The answer does not freeze the same validation rows as the threshold of a certain mistake."""

    def tested(answer: Any) -> bool | Miss:
        threshold, _ = chosen(answer, validation, test, alarm)
        mistaken = [score >= threshold for score in validation[1]] == [score >= refused for score in validation[1]]
        return not mistaken or Miss(("Your threshold", f"{threshold:g}"))

    return tested


def told_on_test(validation: Part, test: Part, alarm: float) -> Test:
    """The amount is what the answer's own threshold saves on the test rows."""

    def tested(answer: Any) -> bool | Miss:
        threshold, amount = chosen(answer, validation, test, alarm)
        there = saved(test, threshold, alarm)
        return abs(amount - there) < NEAR or Miss(("On the test rows", f"{threshold:g} saves {there:g} ether"))

    return tested
