"""The second half of unit 06's checks: a name for weights, the rows of a lie; and the challenge: when to train."""

from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.kinds import leaves_unchanged
from nnchain_edu.exercises.pipeline_cases import FEW, MANY, alike, apart, array, is_a_hash, lies_at, state
from nnchain_edu.exercises.trials_06 import EARLY, LATE, above_the_bar, reaches, thrice_at_most

# --- 06.5 ---------------------------------------------------------------------------------------------

name_weights = Exercise(
    number="06.5",
    title="Give weights a name that fits them alone",
    objective="name a model so that anybody can check which one is in service",
    kind="function",
    needs=("numpy", "hashlib"),
    cases=(
        Case("hash", is_a_hash, "Return SHA-256's 32 bytes: `hashlib.sha256(...).digest()`, not their 64 letters."),
        Case(
            "values",
            apart(lambda: state(w=[1.0, 2.0]), lambda: state(w=[2.0, 1.0]), lambda: state(w=[1.0, 2.0000002])),
            "These weights differ in their numbers, or in the order of them, and must get different names.",
        ),
        Case(
            "names",
            apart(lambda: state(w=[1.0], b=[2.0]), lambda: state(w=[2.0], b=[1.0]), lambda: state(v=[1.0], b=[2.0])),
            "The same numbers under other names are other weights.",
        ),
        Case(
            "shape",
            apart(lambda: state(w=[[1.0, 2.0], [3.0, 4.0]]), lambda: state(w=[1.0, 2.0, 3.0, 4.0])),
            "A matrix and a row of the same four numbers are different weights.",
        ),
        Case(
            "dtype",
            apart(
                lambda: state(w=array([0, 0], "<i4")),
                lambda: state(w=array([0, 0], "<f4")),
                lambda: state(w=array([0, 0], "<u4")),
            ),
            "Zeros as whole numbers and as floats have the same bytes. The dtype must go into the hash.",
        ),
        Case(
            "large whole numbers",
            apart(lambda: state(w=array([2**53], "<i8")), lambda: state(w=array([2**53 + 1], "<i8"))),
            "2**53 and 2**53 + 1 are different weights; as floats they become one. Change the byte order only, not the"
            " dtype.",
        ),
        Case(
            "order of entries",
            alike(lambda: state(w=[1.0], b=[2.0]), lambda: state(b=[2.0], w=[1.0])),
            "A dict's order of entries says nothing about the model: sort by name.",
        ),
        Case(
            "byte order",
            alike(lambda: state(w=array([1, 2], "<f4")), lambda: state(w=array([1, 2], ">f4"))),
            "The same numbers, once little-endian and once big-endian in memory: turn them into `<` first"
            ' (`array.astype(array.dtype.newbyteorder("<"))`), and take `dtype.name` for the dtype.',
        ),
        Case(
            "layout in memory",
            alike(lambda: state(w=array([[1, 2], [3, 4]], "<f4").T), lambda: state(w=array([[1, 3], [2, 4]], "<f4"))),
            "A transposed view and its copy are the same matrix. `tobytes()` writes row by row, whatever the memory.",
        ),
        Case(
            "borders",
            apart(lambda: state(au=array([1], "i1")), lambda: state(a=array([1], "u1"))),
            "`au` followed by `int8`, and `a` followed by `uint8`, are the same letters. Write the length of each part"
            " before it, so that nothing can slip from one part into the next.",
        ),
    ),
    hints=(
        "Put together the bytes of name, dtype, shape and numbers of each entry, in the order of the sorted names.",
        "For each part write its length first, say four bytes: `len(part).to_bytes(4, 'little') + part`. A shape can be"
        " written as `str(array.shape)`.",
    ),
    praise="Two people who compute this name agree on the model, and a contract can remember it in one slot.",
)

# --- 06.6 ---------------------------------------------------------------------------------------------

false_rows = Exercise(
    number="06.6",
    title="Find the rows about which an evaluator lies",
    objective="catch a lying evaluator with one row",
    kind="function",
    cases=(
        Case(
            "honest",
            lies_at([], FEW, []),
            "This claim is honest: the list of false rows is empty. (In the word 0b01 row 0 is the lowest bit, 1, and"
            " row 1 the next, 0.)",
        ),
        Case(
            "one lie",
            lies_at([4], FEW, [4]),
            "Row 4 is claimed as honest, but the model says fraud. Row 0 is the lowest bit of the word: shift right by"
            " the row's number and look at the last bit.",
        ),
        Case(
            "both ways",
            lies_at([0, 1], FEW, [0, 1]),
            "Row 0 is claimed as fraud and is none, row 1 is fraud and is kept quiet: both are lies.",
        ),
        Case(
            "second word",
            lies_at([300], MANY, [300]),
            "Row 300 stands in the second word, at bit 300 - 256 = 44.",
        ),
        Case(
            "many",
            lies_at([0, 255, 256, 511, 512, 599], MANY, [0, 255, 256, 511, 512, 599]),
            "Rows 255 and 256 lie on either side of a border between words. List all false rows, in their order.",
        ),
        Case(
            "arguments stay",
            leaves_unchanged([5, 6], [1, 2, 300], abs),
            "The words and rows belong to the caller: leave them as they are.",
        ),
    ),
    hints=(
        "For each row: what is claimed, and what does `predicts(row)` say?",
        "`divmod(number, 256)` gives word and bit. A bit is 1 or 0; `bool` makes them comparable.",
    ),
    praise="One false row is enough to take the bond. The contract recomputes that row alone, not the other 599.",
)

# --- 06.7, the challenge ------------------------------------------------------------------------------

policy = Exercise(
    number="06.7",
    title="Challenge: keep finding offenders through a drift, with three retrainings",
    objective="decide when to train again",
    kind="function",
    seconds=90,
    needs=("torch", "nnchain_edu.nets", "nnchain_edu.lab.drift_watch", "nnchain_edu.lab.detector"),
    cases=(
        Case(
            "three at most",
            thrice_at_most,
            "You want more than three retrainings. `left` says how many there still are; at 0 the answer is False.",
        ),
        Case(
            "early drift",
            reaches("early", EARLY),
            "In the first economy the offenders change on day 26, and the detector hardly finds them any more. Train"
            " again after that, when some days of the new kind are labelled; retraining on old days changes little.",
        ),
        Case(
            "late drift",
            reaches("late", LATE),
            "In the third economy the offenders change late, on day 44. By then your retrainings are spent, or the last"
            " one comes too early. Look at `found` and `offenders` before you decide.",
        ),
        Case(
            "bar",
            above_the_bar,
            "You are on the way, but below the bar. A few days after a drift there is little to learn from: one"
            " retraining seldom suffices, and two in neighbouring days are one too many.",
        ),
    ),
    hints=(
        "Compare the last few known days with the first few: together, since single days have few offenders.",
        "Say yes when the recent share falls clearly below the early one, a retraining is left, and `since` is large"
        " enough that the recent days were served by the present detector.",
    ),
    praise="Your retrainings came when they taught something new. A calendar can do as well on these three economies;"
    " who watches what comes in is ready for a drift on any day. Labels come late: no policy sees one on its first"
    " day.",
)
