"""What the later cases of unit 09 put to an answer: a small graph of payments, and a model that is watched."""

from collections.abc import Callable, Mapping
from typing import Any

from nnchain_edu.exercises.fraud_cases import NEAR, array
from nnchain_edu.exercises.kinds import AnswerFailed, Miss, Test, same
from nnchain_edu.exercises.shown import show

# 09.5: a step of graph convolution -------------------------------------------------------------------------

STAR = [[0, 0, 0, 3], [1, 2, 3, 4]]  # account 0 paid 1, 2 and 3; 3 paid 4
SIGNALS = [[1.0, 0.0], [0.0, 2.0], [3.0, 1.0], [0.0, 4.0], [5.0, 0.0]]
WEIGHTS = [[1.0, 0.5, 0.0], [0.0, -1.0, 2.0]]


def convolved(edges: list[list[int]], H: Any, W: Any, mistake: str = "") -> Any:
    """One step, D^-1/2 (A + I) D^-1/2 H W; or what one of the usual mistakes makes of it."""
    import numpy as np

    H, W = array(H), array(W)
    A = np.zeros((len(H), len(H)))
    for source, target in zip(*edges, strict=True):
        if mistake != "to the payer":
            A[target, source] = 1
        if mistake != "to the payee":
            A[source, target] = 1
    np.fill_diagonal(A, 0)
    degree = A.sum(1) + (mistake != "degrees without loops")
    if mistake != "no loops":
        np.fill_diagonal(A, 1)
    else:
        degree = A.sum(1)
    degree = np.maximum(degree, 1)
    scale = {"rows": np.outer(degree, np.ones(len(A))), "sums": 1}.get(mistake, np.sqrt(np.outer(degree, degree)))
    spread = A / scale @ H
    step = spread if mistake == "no weights" else spread @ W
    return np.maximum(step, 0) if mistake == "activation" else step


def step_of(answer: Any, edges: list[list[int]], H: Any, W: Any) -> Any:
    """What the answer makes of this graph; a sparse result counts as the matrix that it stands for."""
    given = answer(array(edges, int).reshape(2, -1), array(H), array(W))
    return given.toarray() if hasattr(given, "toarray") else given.to_dense() if hasattr(given, "to_dense") else given


def steps_to(edges: list[list[int]], H: Any, W: Any) -> Test:
    """The step gives what the formula gives."""
    return lambda answer: same(step_of(answer, edges, H, W), convolved(edges, H, W).round(6), 1e-5)


def steps_to_numbers(edges: list[list[int]], H: Any, W: Any) -> Test:
    """Nothing infinite and no nan comes out."""

    def test(answer: Any) -> bool:
        import numpy as np

        return bool(np.isfinite(np.asarray(step_of(answer, edges, H, W), dtype=float)).all())

    return test


def not_stepping_like(edges: list[list[int]], H: Any, W: Any, *mistakes: str) -> Test:
    """The step does not give what these mistakes give."""

    def test(answer: Any) -> bool:
        given = step_of(answer, edges, H, W)
        return not any(same(given, convolved(edges, H, W, mistake), 1e-5) for mistake in mistakes)

    return test


# 09.6: permutation importance ------------------------------------------------------------------------------

ROWS, COLUMNS, USED = 40, 4, (1, 3)  # the model of the check looks at two of four columns


class Watched:
    """A model and a measure that write down what they are asked: the answer is judged by that."""

    def __init__(self, misled: bool = False) -> None:
        """`misled`: column 3 runs against column 1, which alone makes the label, so that the model is better off
        without the tie between the two."""
        import numpy as np

        random = np.random.default_rng(0)
        self.X = random.normal(size=(ROWS, COLUMNS)).round(3)
        self.weight = 0.9 if misled else 0.4
        if misled:
            self.X[:, 3] = (0.5 * self.X[:, 3] - self.X[:, 1]).round(3)
        self.label = self.X[:, 1] > 0 if misled else self.score(self.X) > 0
        self.label[::8] ^= True  # the model errs on these: a drop is no share of the quality before
        self.asked: list[Any] = []
        self.labels: list[Any] = []

    def predict(self, X: Any) -> Any:
        """The scores of rows, noted down."""
        import numpy as np

        X = np.asarray(X, dtype=float)
        self.asked += list(X.reshape(-1, ROWS, COLUMNS).copy())
        return self.score(X)

    def score(self, X: Any) -> Any:
        """The model: columns 1 and 3, and no other."""
        return X[:, 1] + self.weight * X[:, 3]

    def quality(self, label: Any, score: Any) -> float:
        """Share of rows on the right side of 0."""
        import numpy as np

        self.labels.append(np.asarray(label))
        return float(((np.asarray(score) > 0) == np.asarray(label, dtype=bool)).mean())

    def altered(self) -> list[tuple[int, ...]]:
        """Which columns of each asked table differ from the one given."""
        return [tuple((X != self.X).any(0).nonzero()[0].tolist()) for X in self.asked]

    def drops(self, column: int) -> list[float]:
        """How much each asked table in which only this column differs lowers the quality."""
        right = [((self.score(X) > 0) == self.label).mean() for X in self.asked]
        whole = ((self.score(self.X) > 0) == self.label).mean()
        return [float(whole - r) for r, where in zip(right, self.altered(), strict=True) if where == (column,)]


def importances(passes: Callable[[Watched, list[float]], bool | Miss], repeats: int = 3, misled: bool = False) -> Test:
    """A test of what the answer asked, and of the numbers that it gave, one a column."""

    def test(answer: Any) -> bool | Miss:
        import numpy as np

        seen = Watched(misled)
        given = answer(seen.predict, seen.quality, seen.X.copy(), seen.label.copy(), repeats, np.random.default_rng(1))
        if isinstance(given, Mapping):
            raise AnswerFailed("The check needs a list or an array, one number a column, in their order: not a dict.")
        values = [float(value) for value in given]
        if len(values) != COLUMNS:
            return Miss(("Expected", f"{COLUMNS} numbers, one a column"), ("Came out", show(values)))
        return passes(seen, values)

    return test


def label_first(seen: Watched, values: list[float]) -> bool | Miss:
    """What the measure got as labels are two values, not scores."""
    import numpy as np

    odd = [label for label in seen.labels if not np.isin(label, (0, 1)).all()]
    return not odd or Miss(("As labels it got", show(odd[0].ravel()[:4].tolist())))


def labels_kept(seen: Watched, values: list[float]) -> bool | Miss:
    """The labels that the measure got are those given."""
    return all((label == seen.label).all() for label in seen.labels)


def one_at_a_time(seen: Watched, values: list[float]) -> bool | Miss:
    """Each table differs from the one given in one column at most."""
    most = max(map(len, seen.altered()), default=0)
    return most <= 1 or Miss(("At once", f"{most} columns were changed"))


def each_value_once(seen: Watched, values: list[float]) -> bool | Miss:
    """No column holds only its own values, but some of them more often than before."""
    import numpy as np

    for X in seen.asked:
        for new, old in zip(X.T, seen.X.T, strict=True):
            if np.isin(new, old).all() and (np.sort(new) != np.sort(old)).any():
                return Miss(("Different values", f"{len(set(new.tolist()))} of {len(set(old.tolist()))}"))
    return True


def same_values(seen: Watched, values: list[float]) -> bool | Miss:
    """A changed column holds the same values in another order."""
    import numpy as np

    for X in seen.asked:
        if (np.sort(X, axis=0) != np.sort(seen.X, axis=0)).any():
            return Miss(("Changed", "a column holds values that were not in it"))
    return True


def every_column(seen: Watched, values: list[float]) -> bool | Miss:
    """Each column was shuffled as often as wanted."""
    counts = [len(seen.drops(column)) for column in range(COLUMNS)]
    return counts == [3] * COLUMNS or Miss(("Shuffled", f"{counts} times, by column"), ("Expected", "3 times each"))


def shuffled_anew(seen: Watched, values: list[float]) -> bool | Miss:
    """The tables seen for one column differ from each other."""
    for column in range(COLUMNS):
        asked = zip(seen.asked, seen.altered(), strict=True)
        orders = [tuple(X[:, column].tolist()) for X, where in asked if where == (column,)]
        if len(set(orders)) < len(orders):
            told = f"{len(orders)} of the column in place {column}, {len(set(orders))} different"
            return Miss(("Shuffles", told))
    return True


def drop_is_positive(seen: Watched, values: list[float]) -> bool | Miss:
    """The columns that the model uses have positive importances."""
    return values[USED[0]] > 0 or Miss(("Importances", show(values)))


def mean_drop(seen: Watched, values: list[float]) -> bool | Miss:
    """Each number is the mean drop of quality."""
    means = [sum(drops) / len(drops) for drops in map(seen.drops, range(COLUMNS))]
    return same(values, means, NEAR)


def given_chance(answer: Any) -> bool | Miss:
    """The shuffles are drawn from the generator that was handed over."""
    import numpy as np

    seen, rng = Watched(), np.random.default_rng(1)
    before = rng.bit_generator.state
    answer(seen.predict, seen.quality, seen.X.copy(), seen.label.copy(), 2, rng)
    return rng.bit_generator.state != before


def table_kept(answer: Any) -> bool | Miss:
    """The table and the labels belong to the caller."""
    import numpy as np

    seen = Watched()
    X, label = seen.X.copy(), seen.label.copy()
    answer(seen.predict, seen.quality, X, label, 2, np.random.default_rng(1))
    return bool((X == seen.X).all() and (label == seen.label).all())
