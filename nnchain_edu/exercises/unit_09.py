"""Unit 09: split by time, prepare, average precision, a threshold by cost, a graph step, importance; a detector."""

from nnchain_edu.exercises import fraud_cases as cases
from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.unit_09_models import GRAPH_STEP, IMPORTANCE
from nnchain_edu.exercises.unit_09_money import DETECTOR, PRECISION, THRESHOLD

# --- 09.1 ---------------------------------------------------------------------------------------------

SPLIT = Exercise(
    number="09.1",
    title="Split by time, and wait for the labels",
    objective="compare models on one honest split by time",
    kind="function",
    needs=("numpy",),
    cases=(
        Case(
            "days together",
            cases.keeps_days_together,
            "Some rows of a day are in a part and others are not: this is a random split. An account's neighbouring"
            " days are nearly alike, so a model would meet old acquaintances in the test.",
        ),
        Case(
            "rows in any order",
            cases.has_days("test", [7, 8, 9], 4, 7, 2),
            "The test part is every row from day 7 on, wherever it stands. The rows of this table are not in the order"
            " of time: ask `day`, not the number of the row.",
        ),
        Case(
            "validation ends",
            cases.without_days("validation", [7, 8, 9], 4, 7, 2),
            "There are rows of the test in your validation part. A threshold chosen on them has seen the test.",
        ),
        Case(
            "training ends",
            cases.without_days("train", [4, 5, 6, 7, 8, 9], 4, 7, 2),
            "Your training part holds rows from the first day of validation on: the model has seen what it is"
            " validated on.",
        ),
        Case(
            "labels before validation",
            cases.without_days("train", [3], 4, 7, 2),
            "On the morning of day 4 nobody knows the label of a row of day 3 yet: it comes on day 5. A model that"
            " serves on day 4 cannot have learnt from it.",
        ),
        Case(
            "labels before the test",
            cases.without_days("validation", [6], 4, 7, 2),
            "A threshold for day 7 must be chosen on that morning. The label of a row of day 6 comes on day 8.",
        ),
        Case(
            "labels of that morning",
            cases.has_days("train", [1, 2], 4, 7, 2),
            "With a delay of 2 the label of a row of day 2 is known on the morning of day 4: just in time.",
        ),
        Case(
            "all that is known",
            cases.has_days("validation", [4, 5], 4, 7, 2),
            "Days 4 and 5 are for validation, all of their rows: their labels are known on the morning of day 7.",
        ),
        Case(
            "other days",
            cases.has_all_days([1, 2], [5, 6], [9], 5, 9, 3),
            "With other days and another delay than those of the worked value your parts are wrong. Is one of them"
            " written into your function? Use `validate`, `test` and `lag`.",
        ),
        Case(
            "arguments stay",
            cases.keeps_its_days,
            "The days belong to the caller: leave their order as it is. (`day.sort()` works in place.)",
        ),
    ),
    hints=(
        "Compare the whole array with a number: that gives a mask. Masks are joined by `&`.",
        "A row of day d has its label from day d + lag on. Which rows have theirs on the day on which a part ends?",
    ),
    praise="The rows in between belong to nobody: too late to learn from, too early to be tested on. Whoever forgets"
    " the delay measures a detector that cannot be built.",
)

# --- 09.2 ---------------------------------------------------------------------------------------------

TRAIN = [True, True, True, True, False, False]
PLAIN = [[1.0, 10.0], [3.0, 10.0], [5.0, 40.0], [7.0, 60.0], [100.0, 0.0], [104.0, 500.0]]
OTHER = [*PLAIN[:4], [-5.0, 9.0], [6.0, 10.0]]
SCATTERED, ANYWHERE = [[100.0], [1.0], [104.0], [3.0], [5.0], [7.0]], [False, True, False, True, True, True]
GAPPY = [[1.0], [2.0], [9.0], [cases.NAN], [30.0], [50.0]]
TEST_GAP = [[1.0], [2.0], [9.0], [4.0], [cases.NAN], [50.0]]
CONSTANT = [[7.0, 1.0], [7.0, 2.0], [7.0, 3.0], [7.0, 4.0], [7.0, 1.0], [10.0, 1.0]]

PREPARE = Exercise(
    number="09.2",
    title="Prepare a table by what its training rows tell",
    objective="compare models on one honest split by time",
    kind="function",
    needs=("numpy", "pandas", "sklearn.preprocessing", "sklearn.impute"),
    cases=(
        Case(
            "all rows",
            cases.keeps_all_rows(PLAIN, TRAIN),
            "Return *all* rows, the training rows and the others, in the shape of `X`: the mask `train` says only from"
            " which of them the numbers are learnt.",
        ),
        Case(
            "training rows alone",
            cases.blind_to_test(PLAIN, OTHER, TRAIN),
            "Your training rows change when the *test* rows do: you scaled before splitting. Mean, deviation and median"
            " come from the rows where `train` is True.",
        ),
        Case(
            "deviation",
            cases.unlike_sample(PLAIN, TRAIN),
            "That is the deviation of a sample (`ddof=1`, the habit of pandas). Here it is NumPy's, the root of the"
            " mean square (`ddof=0`).",
        ),
        Case(
            "column by column",
            cases.prepares(PLAIN, TRAIN, [0, 1, 2, 3]),
            "Each column has its own mean and its own deviation: `axis=0`. Subtract the one, divide by the other.",
        ),
        Case(
            "test rows alike",
            cases.prepares(PLAIN, TRAIN, [4, 5]),
            "The test rows must be measured by the mean and the deviation of the training rows, not by their own: else"
            " the same amount means one thing in training and another in the test.",
        ),
        Case(
            "rows in any order",
            cases.prepares(SCATTERED, ANYWHERE, [0, 1, 2, 3, 4, 5]),
            "Training rows and others stand in turn here. Ask the mask `train` which is which, not the row's number.",
        ),
        Case(
            "gaps",
            cases.prepares(GAPPY, TRAIN, [0, 1, 2, 3]),
            "The known values of the *training* rows are 1, 2 and 9: the gap becomes their median, 2. Then mean and"
            " deviation are taken, of 1, 2, 9 and 2.",
        ),
        Case(
            "gaps in the test",
            cases.prepares(TEST_GAP, TRAIN, [4]),
            "A gap in a test row becomes the median of the *training* rows, too.",
        ),
        Case(
            "constant column",
            cases.prepares(CONSTANT, TRAIN, [0, 5]),
            "The first column is 7 in all training rows, so its deviation is 0. Divide by 1 there.",
        ),
        Case(
            "arguments stay",
            cases.keeps_its_table(GAPPY, TRAIN),
            "You wrote into the caller's table. `X.copy()` or `np.where` give you one of your own.",
        ),
    ),
    hints=(
        "What must be learnt from `X[train]` for each column? There are three such numbers.",
        "`np.nanmedian(X[train], axis=0)` gives what fills the gaps of *all* rows, for instance by `np.where`. Only"
        " then take mean and deviation, of the filled training rows.",
    ),
    praise="A scaler is fitted like a model, and in a cross-validation it is fitted anew inside each fold. What leaks"
    " here is small on a large table, and large on a small one.",
)

UNIT = Unit(
    "09",
    "fraud_detection",
    "Following the money",
    (SPLIT, PREPARE, PRECISION, THRESHOLD, GRAPH_STEP, IMPORTANCE, DETECTOR),
)
