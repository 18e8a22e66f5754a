"""Unit 09's checks of models: a step of graph convolution, and permutation importance."""

from nnchain_edu.exercises import fraud_graph_cases as cases
from nnchain_edu.exercises.engine import Case, Exercise

# --- 09.5 ---------------------------------------------------------------------------------------------

EDGES, H, W = cases.STAR, cases.SIGNALS, cases.WEIGHTS

GRAPH_STEP = Exercise(
    number="09.5",
    title="Take a step of graph convolution",
    objective="say what a graph network sees that a table does not show",
    kind="function",
    needs=("numpy", "scipy.sparse", "torch"),
    cases=(
        Case(
            "numbers",
            cases.steps_to_numbers(EDGES, H, W),
            "There are entries that are no numbers (`nan`) or infinite. `D ** -0.5` of a matrix takes each entry to"
            " that power, and beside the diagonal stand zeros: 1/0. Take the degrees to that power, as a vector.",
        ),
        Case(
            "weights",
            cases.not_stepping_like(EDGES, H, W, "no weights"),
            "The features were passed on, but not multiplied by `W`.",
        ),
        Case(
            "itself",
            cases.not_stepping_like(EDGES, H, W, "no loops"),
            "An account has forgotten its own features: add the identity to the adjacency, so that it counts among its"
            " neighbours.",
        ),
        Case(
            "both ways",
            cases.not_stepping_like(EDGES, H, W, "to the payee", "to the payer"),
            "Features went along the payments in one direction only. Here the edge counts both ways: the adjacency is"
            " symmetric.",
        ),
        Case(
            "scaled",
            cases.not_stepping_like(EDGES, H, W, "sums"),
            "You added up the neighbours. Without the normalisation an account with many of them drowns all others.",
        ),
        Case(
            "root of both degrees",
            cases.not_stepping_like(EDGES, H, W, "rows"),
            "Each row was divided by its own degree: a plain mean. The symmetric form divides each entry by the root of"
            " the *product* of both ends' degrees.",
        ),
        Case(
            "degrees with loops",
            cases.not_stepping_like(EDGES, H, W, "degrees without loops"),
            "The degrees were counted before the identity was added. In the formula they are the row sums of A + I.",
        ),
        Case(
            "no activation",
            cases.not_stepping_like(EDGES, H, W, "activation"),
            "What was below 0 has become 0: that is a ReLU. It belongs between two steps, not in this one.",
        ),
        Case(
            "step",
            cases.steps_to(EDGES, H, W),
            "Row i of the result: for itself and each neighbour j, the features of j divided by √(dᵢ dⱼ), added up, and"
            " multiplied by `W`.",
        ),
        Case(
            "alone",
            cases.steps_to([[0], [1]], H, W),
            "Accounts 2 to 4 have no neighbour in this graph. Their degree is 1, by their own loop: they keep `H @ W`.",
        ),
        Case(
            "payments twice",
            cases.steps_to([[0, 0, 1, 1], [1, 1, 0, 2]], H, W),
            "Account 0 paid account 1 twice, and 1 paid 0 back: in the adjacency they are neighbours once, with a 1.",
        ),
        Case(
            "to itself",
            cases.steps_to([[0, 1, 1], [1, 1, 2]], H, W),
            "Account 1 paid itself. With the identity there is one loop at each account, not two at this one.",
        ),
    ),
    hints=(
        "Begin with `np.eye(len(H))`, and set entries to 1: assigning cannot count anything twice.",
        "With `d` as the row sums, `np.outer(d, d)` holds every product of two degrees. The rest is one division and"
        " two matrix products.",
    ),
    praise="Two such steps, and each account has heard from its partners' partners. Real graphs are kept sparse: this"
    " matrix of a million accounts would fill eight terabytes.",
)

# --- 09.6 ---------------------------------------------------------------------------------------------

IMPORTANCE = Exercise(
    number="09.6",
    title="Ask a model what it looks at",
    objective="explain an alert: which features, which payments",
    kind="function",
    needs=("numpy",),
    cases=(
        Case(
            "label first",
            cases.importances(cases.label_first),
            "`quality` was given scores where it takes labels. It is called as `quality(label, score)`, in this order.",
        ),
        Case(
            "labels",
            cases.importances(cases.labels_kept),
            "The labels were shuffled. Then every model is bad, whatever it looks at: shuffle a column of `X`, and keep"
            " the labels.",
        ),
        Case(
            "one column",
            cases.importances(cases.one_at_a_time),
            "Several columns were changed at once, so nobody can say which one mattered. Start each time from the"
            " table as it was given.",
        ),
        Case(
            "each value once",
            cases.importances(cases.each_value_once),
            "A column holds some of its values twice, and others no more: it was drawn with replacement (the habit of"
            " `rng.choice`). A shuffle keeps each of them.",
        ),
        Case(
            "same values",
            cases.importances(cases.same_values),
            "A column was overwritten, by zeros or a mean. Shuffling keeps all its values: the model meets rows that"
            " look as usual, and only the tie to the labels is cut.",
        ),
        Case(
            "repeats",
            cases.importances(cases.every_column),
            "Each column has to be shuffled `repeats` times: a single shuffle is a throw of dice.",
        ),
        Case(
            "shuffled anew",
            cases.importances(cases.shuffled_anew),
            "The model was asked again about the same shuffled table. That says nothing new: draw a fresh shuffle for"
            " each of the `repeats`, and take the mean of their drops.",
        ),
        Case(
            "sign",
            cases.importances(cases.drop_is_positive),
            "The model needs this column, and yet its importance is not above 0. It is the quality before, less the"
            " quality after.",
        ),
        Case(
            "mean drop",
            cases.importances(cases.mean_drop),
            "The importance of a column is the *mean* of its drops, in units of the quality. A column that the model"
            " never reads has exactly 0.",
        ),
        Case(
            "below zero",
            cases.importances(cases.mean_drop, misled=True),
            "Here a column misleads the model: shuffled, the quality rises, and its importance is *negative*. Leave it."
            " Cut off at 0, columns of mere noise would all look a little useful.",
        ),
        Case(
            "the generator given",
            cases.given_chance,
            "The shuffles do not come from `rng`, so nobody can repeat your result. Use `rng.permutation(...)`.",
        ),
        Case(
            "arguments stay",
            cases.table_kept,
            "The caller's table or labels have changed: `rng.shuffle` works in place. Shuffle a copy.",
        ),
    ),
    hints=(
        "First the quality on the table as it is. Then, for one column: copy the table, put `rng.permutation(...)` of"
        " the column in its place, ask again.",
        "Two loops: over the columns, and for each over the repeats. Note each drop, and take their mean.",
    ),
    praise="It tells what the *model* uses, not what matters in the world; and two columns that say the same each look"
    " idle, since the other one stands in. On training rows it would praise what was learnt by heart: use others.",
)
