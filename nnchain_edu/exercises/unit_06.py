"""Unit 06: follow a chain, count exactly, scale without peeking, find leaks, name weights, catch a lie; a policy."""

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import leaves_unchanged
from nnchain_edu.exercises.pipeline_cases import (
    CREATED,
    EXACT,
    FAILED,
    ITSELF,
    NAN,
    NOTHING,
    PLAIN,
    TWICE,
    reads_on,
    received,
    scaled,
)
from nnchain_edu.exercises.trials_06 import found_leak
from nnchain_edu.exercises.unit_06_service import false_rows, name_weights, policy

# --- 06.1 ---------------------------------------------------------------------------------------------

read_on = Exercise(
    number="06.1",
    title="Say from which block an indexer reads on",
    objective="collect a chain without gaps and doubles, although it may be reorganised",
    kind="function",
    cases=(
        Case(
            "behind",
            reads_on(3, "abc", "abcdef"),
            "Blocks 0, 1 and 2 are taken in and still stand on the chain: the next one is block 3.",
        ),
        Case("up to date", reads_on(4, "abcd", "abcd"), "Nothing is new. The next block to read is the one to come."),
        Case("empty", reads_on(0, "", "abc"), "Nothing was taken in yet: begin with block 0."),
        Case(
            "left blocks",
            reads_on(2, "abcd", "abXYZ"),
            "Blocks 2 and 3 have other hashes now: the chain has left those that were taken in. Read them again, from"
            " the first that differs.",
        ),
        Case(
            "shorter",
            reads_on(2, "abcd", "ab"),
            "The chain is shorter than what was taken in. Blocks 2 and 3 are gone: the next one to read is block 2.",
        ),
        Case(
            "old hash returns",
            reads_on(2, "abcd", "abXdY"),
            "Block 3 has the old hash but stands on another block 2 (a node has mixed its answers). Trust nothing"
            " above the first difference.",
        ),
    ),
    hints=(
        "How far do the two lists agree, counted from block 0?",
        "`zip` goes through both lists at once, up to the end of the shorter one. Stop at the first pair that differs.",
    ),
    praise="A followed chain is a list with a tail that may still change. Real indexers look from the top downwards,"
    " since differences are rare and near: a real hash covers all before it, so the first that fits settles the rest.",
)

# --- 06.2 ---------------------------------------------------------------------------------------------

received_wei = Exercise(
    number="06.2",
    title="Add up what each account received, exactly",
    objective="clean collected rows: doubles, failures, transfers to oneself, and wei beyond what a float holds",
    kind="function",
    cases=(
        Case("plain", received({"ben": 7, "cem": 3}, PLAIN), "Ben got 5 and 2, Cem got 3."),
        Case(
            "doubles",
            received({"ben": 10}, TWICE),
            "One hash is one transaction, however often it was collected. (Two payments of the same amount are two.)",
        ),
        Case("failed", received({"ben": 5}, FAILED), "Where `status` is False the transaction moved nothing."),
        Case("to oneself", received({"ben": 4}, ITSELF), "Who pays oneself has not received anything."),
        Case(
            "creation",
            received({"ben": 4}, CREATED),
            "`to` is None where a contract was created: nobody of that name received wei.",
        ),
        Case("nothing", received({"cem": 3}, NOTHING), "A transfer of 0 wei is none: leave the account out."),
        Case(
            "exact",
            received({"ben": 10**24 + 2 + 2**200}, EXACT),
            "These wei are off in the last digits, or not whole. A float keeps 53 bits, NumPy's integers 64; Python's"
            " own `int` keeps all.",
        ),
        Case("rows stay", leaves_unchanged(PLAIN), "The rows belong to the caller: leave them as they are."),
    ),
    hints=(
        "Go through the rows once. Which ones count? A `set` of hashes remembers what you have seen.",
        "A row counts if it succeeded, is new, has another receiver than its sender, and moves more than nothing. Add"
        " its value to what stands under its receiver, 0 where nothing stands yet.",
    ),
    praise="Sums of wei stay whole until the very last step. Turned into floats too early, a million small"
    " payments vanish beside one large one.",
)

# --- 06.3 ---------------------------------------------------------------------------------------------

scale = Exercise(
    number="06.3",
    title="Scale features by their median, and learn it from the training rows alone",
    objective="prepare features so that one huge payment does not squash the rest, without looking ahead",
    kind="function",
    needs=("numpy", "pandas", "sklearn.preprocessing"),
    cases=(
        Case(
            "median and spread",
            scaled([[-1.0], [-0.5], [0.0], [0.5], [1.0]], [[1], [2], [3], [4], [5]], [[1], [2], [3], [4], [5]]),
            "The median of the training rows is 3, their quartiles are 2 and 4: a value of 5 lies (5 - 3) / (4 - 2) = 1"
            " above.",
        ),
        Case(
            "training rows only",
            scaled([[0.0], [2.5], [3.0]], [[1], [2], [3], [4], [5]], [[3], [8], [9]]),
            "Median and quartiles must come from `train`. Here they came from the new rows, or from both: that is a"
            " look into the future.",
        ),
        Case(
            "robust",
            scaled([[-1.0], [0.0], [0.5]], [[1], [2], [3], [4], [10**9]], [[1], [3], [4]]),
            "One value of a billion among the training rows moves mean and standard deviation, but not median and"
            " quartiles.",
        ),
        Case(
            "column by column",
            scaled([[0.0, 1.0]], [[1, 10], [2, 20], [3, 30], [4, 40], [5, 50]], [[3, 50]]),
            "Each column has its own median and its own quartiles.",
        ),
        Case(
            "missing",
            scaled([[0.0], [1.0]], [[1], [NAN], [2], [3], [4], [5]], [[NAN], [5]]),
            "A missing value (NaN) counts for nothing in `train`, and becomes the median, 0 after scaling, in `rows`.",
        ),
        Case(
            "constant column",
            scaled([[0.0], [3.0]], [[7], [7], [7]], [[7], [10]]),
            "This column never changes in `train`, so its quartiles are equal. Divide by 1 there, not by 0.",
        ),
        Case(
            "cut off",
            scaled([[8.0], [-8.0]], [[1], [2], [3], [4], [5]], [[10**6], [-(10**6)]]),
            "Beyond 8 the result is cut off, on both sides: no value may drown the others.",
        ),
    ),
    hints=(
        "`numpy.nanmedian` and `numpy.nanpercentile` leave out what is missing; `axis=0` works column by column.",
        "Learn three rows of numbers from `train`: median, lower and upper quartile. Then apply them to `rows`, replace"
        " what is missing, and end with `numpy.clip`.",
    ),
    praise="These numbers belong to the model as much as its weights: a scorer that uses others serves another model.",
)

# --- 06.4 ---------------------------------------------------------------------------------------------

leaks = Exercise(
    number="06.4",
    title="Find three planted leaks",
    objective="find columns and rows that tell a model what it cannot know",
    seconds=30,
    needs=("pandas", "nnchain_edu.economy.leakage", "nnchain_edu.economy.feature_table"),
    cases=(
        Case(
            "future",
            found_leak(0),
            "This column does not look ahead. Make the table of a day once more, from `frames.before(day=...)`: the"
            " column that comes out otherwise has seen the days after it.",
        ),
        Case(
            "proxy",
            found_leak(1),
            "This column is not the label in disguise. A merely strong column has honest accounts and offenders on both"
            " sides of any threshold; look for one with a threshold that parts them all.",
        ),
        Case(
            "both sides",
            found_leak(2),
            "That is not the number of *accounts* with rows in training and in the test. An account may have many rows"
            " on either side, and counts once.",
        ),
    ),
    hints=(
        "`leaky.recompute(frames, days)` makes the table. With which frames can it not see the future? For the proxy,"
        " compare each column's values of the offenders with those of the others.",
        "Recompute one day from the past and compare column by column (NaN equals NaN here). For the proxy: lowest and"
        " highest value of each class. For the third: the index's level `account` on either side, as sets.",
    ),
    praise="No formula knows that a case number is given out by the police. That takes somebody who asks where each"
    " column comes from, and when.",
)

UNIT = Unit(
    "06",
    "data_pipeline",
    "From chain to tensor and back",
    (read_on, received_wei, scale, leaks, name_weights, false_rows, policy),
)
