"""Unit 09's checks of measures and money: average precision, a threshold by cost; the challenge, a detector."""

from nnchain_edu.exercises import fraud_cases as cases
from nnchain_edu.exercises import trials_09 as trials
from nnchain_edu.exercises.engine import Case, Exercise

COST = "choose a threshold by what errors cost, and say what the choice depends on"

# --- 09.3 ---------------------------------------------------------------------------------------------

RARE = [0, 0, 1, 0, 1] + [0] * 15, [round(0.4 - 0.02 * place, 2) for place in range(20)]
TIED = [1, 0, 1, 0], [0.5, 0.5, 0.5, 0.1]

PRECISION = Exercise(
    number="09.3",
    title="Measure by average precision",
    objective="read a precision-recall curve, and say why accuracy comes last",
    kind="function",
    needs=("numpy", "sklearn.metrics"),
    cases=(
        Case(
            "weighed by recall",
            cases.unlike(sum([0, 0, 1 / 3, 1 / 4, *(2 / n for n in range(5, 21))]) / 20, *RARE),
            "That is the plain mean of the precisions at all scores. Weigh each by what the recall has gained there:"
            " where it gains nothing, the weight is 0.",
        ),
        Case(
            "order alone",
            cases.scores_at(1.0, [0, 1, 0, 1], [0.05, 0.3, 0.1, 0.2]),
            "Both offenders stand above all others, so the average precision is 1. It needs no threshold: only the"
            " order of the scores counts. (Accuracy at 0.5 would be 0.5 here, for a model without a fault.)",
        ),
        Case(
            "not the ROC",
            cases.unlike(0.861111, *RARE),
            "That is the area under the ROC curve. It counts the many honest rows that stay below, so it looks fine"
            " although three of the first five alerts are false.",
        ),
        Case(
            "offenders only",
            cases.unlike(0.675998, *RARE),
            "That is the mean over both classes (macro). Nobody asked how well the honest are found.",
        ),
        Case(
            "steps",
            cases.unlike(0.245833, *RARE),
            "That is the area under straight lines between the points. Precision does not move on a line from one"
            " offender to the next: add up steps.",
        ),
        Case(
            "mean over the offenders",
            cases.scores_at(11 / 30, *RARE),
            "The offenders stand third and fifth: at the first the precision is 1/3, at the second 2/5. Each adds half"
            " to the recall: the result is (1/3 + 2/5) / 2.",
        ),
        Case(
            "equal scores",
            cases.scores_at(2 / 3, *TIED),
            "Three rows have the same score 0.5, so no threshold parts them: they are flagged together, two of three"
            " rightly. The order in which they stand in the table must not count.",
        ),
        Case(
            "nobody",
            cases.scores_at(0.0, [0, 0, 0], [0.1, 0.2, 0.3]),
            "There is no offender among these rows. Here this counts as 0.",
        ),
    ),
    hints=(
        "Go through the different scores from the highest down. At each: how many are flagged, how many of them"
        " rightly?",
        "Precision is right flags by flags, recall is right flags by offenders. Add up precision times what recall has"
        " gained since the score before.",
    ),
    praise="Guessing gives about the share of offenders, not 0.5: say it beside every average precision. It falls when"
    " offenders get rarer, and that is no fault of the measure: so does the worth of an alert.",
)

# --- 09.4 ---------------------------------------------------------------------------------------------

VALIDATION = (
    [1, 1, 0, 0, 1, 0, 1, 0],
    [0.9, 0.8, 0.7, 0.4, 0.35, 0.3, 0.2, 0.1],
    [2.0, 6.0, 3.0, 1.0, 5.0, 9.0, 0.5, 4.0],
)
TEST = [1, 0, 1, 0, 1, 0], [0.95, 0.6, 0.4, 0.37, 0.3, 0.15], [3.0, 2.0, 1.5, 7.0, 0.4, 1.0]
LARGE = [1, 0, 1], [0.9, 0.6, 0.4], [2.0, 10.0, 5.0]
TIES = [1, 1, 0, 0], [0.8, 0.6, 0.6, 0.6], [3.0, 1.0, 2.0, 2.0]
PROMISING = [1, 0, 1], [0.9, 0.6, 0.5], [4.0, 1.0, 3.0]
DEAR = [1, 0, 0, 0, 0, 0], [0.95, 0.55, 0.55, 0.55, 0.55, 0.55], [2.0, 1.0, 1.0, 1.0, 1.0, 1.0]
ANY_SCALE = [1, 0, 1, 0], [3.7, 3.695, 3.69, 1.2], [2.0, 5.0, 3.0, 1.0]
NOT_WORTH_IT = [0, 1, 0], [0.9, 0.2, 0.1], [1.0, 0.5, 3.0]

THRESHOLD = Exercise(
    number="09.4",
    title="Choose a threshold by what errors cost",
    objective=COST,
    kind="function",
    needs=("numpy",),
    cases=(
        Case(
            "something is frozen",
            cases.not_flagging_like(float("inf"), VALIDATION, TEST, 1.0),
            "Your threshold lies above all scores, so nothing is frozen, although freezing pays here. Do you return"
            " (threshold, saved), in this order?",
        ),
        Case(
            "not on the test",
            cases.not_flagging_like(0.4, VALIDATION, TEST, 1.0),
            "This threshold is the best one on the *test* rows. Chosen there, it promises a saving that no later day"
            " will bring. Choose it on the validation rows.",
        ),
        Case(
            "not a half",
            cases.not_flagging_like(0.5, VALIDATION, TEST, 1.0),
            "A threshold of 0.5 knows nothing of prices. A theft of 5 ether at a score of 0.35 is let go, to spare a"
            " false alarm of 1.",
        ),
        Case(
            "not F1",
            cases.not_flagging_like(0.2, VALIDATION, TEST, 1.0),
            "This is also the best threshold by F1, which takes a missed theft and a false alarm for equally bad,"
            " whatever is stolen. If you did not use F1: does a theft that is let go cost something in your sum? It"
            " only saves nothing.",
        ),
        Case(
            "alarms cost",
            cases.not_flagging_like(0.1, VALIDATION, TEST, 1.0),
            "You freeze everybody. A false alarm costs money: it is subtracted.",
        ),
        Case(
            "most, not least",
            cases.not_flagging_like(0.9, VALIDATION, TEST, 1.0),
            "This threshold saves the *least*. Savings are to be large, costs small: is a sign wrong?",
        ),
        Case(
            "ether, not heads",
            cases.not_flagging_like(0.8, VALIDATION, TEST, 1.0),
            "Each theft counted alike, or each right answer. Add up the ether: the theft at 0.35 is worth 5 false"
            " alarms.",
        ),
        Case(
            "alarm, not ether",
            cases.not_flagging_like(0.9, LARGE, TEST, 1.0),
            "A frozen honest deposit costs `alarm`, however large it is. Here it brings 10 ether and costs 1, so"
            " freezing from 0.4 on saves 2 + 5 - 1 = 6.",
        ),
        Case(
            "validation alone",
            cases.not_flagging_like(0.9, PROMISING, DEAR, 1.0),
            "This threshold is the best one on validation and test rows *together*: the test rows had a say. Put them"
            " aside until the threshold is chosen.",
        ),
        Case(
            "cheapest",
            cases.cheapest(VALIDATION, TEST, 1.0),
            "Rows with a score *at or above* the threshold are frozen. Try every score of the validation rows as one.",
        ),
        Case(
            "any scale",
            cases.cheapest(ANY_SCALE, TEST, 1.0),
            "Scores may lie close together, and beyond 1. A grid of thresholds passes them by: try the scores"
            " themselves.",
        ),
        Case(
            "equal scores",
            cases.cheapest(TIES, TEST, 1.0),
            "Three rows have a score of 0.6: all are frozen or none. Counted row by row, a threshold seems to take the"
            " guilty one alone.",
        ),
        Case(
            "nothing pays",
            cases.cheapest(NOT_WORTH_IT, TEST, 2.0),
            "Here every alarm costs more than it saves. Then the best threshold lies above all scores, and freezes"
            " nobody.",
        ),
        Case(
            "saved on the test",
            cases.told_on_test(VALIDATION, TEST, 1.0),
            "The second number is what your threshold saves on the *test* rows: their frozen loot, less `alarm` for"
            " each of their honest deposits that is frozen. Only they were not used to choose it.",
        ),
    ),
    hints=(
        "Write a small function for what one threshold saves on one part; the rest is a search over thresholds.",
        "What can be told apart are the scores themselves, and one threshold above all of them (`float('inf')`). `max`"
        " with a `key` finds the best.",
    ),
    praise="The validation rows promised 11 ether, the test rows gave 2.5: few rows make a rough choice, and that is"
    " why both numbers belong in a report.",
)

# --- 09.7, the challenge ------------------------------------------------------------------------------

DETECTOR = Exercise(
    number="09.7",
    title="Challenge: save the most ether in economies that nobody has seen",
    objective=COST,
    kind="function",
    seconds=60,
    needs=("numpy", "pandas", "nnchain_edu.economy", "nnchain_edu.economy.economy", "nnchain_edu.lab.held_deposits"),
    cases=(
        Case(
            "better than nothing",
            trials.saves_more_than("nothing"),
            "Your detector saves nothing, or costs more than it saves. Freezing all deposits is dear, freezing none is"
            " free.",
        ),
        Case(
            "rule of thumb",
            trials.saves_more_than("rule of thumb"),
            "A rule of thumb saves as much or more: freeze young accounts that pass on most of what they get within"
            " half a day. Does your detector see more in the table than that?",
        ),
        Case(
            "logistic regression",
            trials.saves_more_than("logistic regression", tell=True),
            "The course's logistic regression, which freezes from a half on, saves as much or more. What is a half"
            " worth where a theft costs more than a false alarm; and is one threshold right for 0.1 ether and for 10?",
        ),
    ),
    hints=(
        "A model that gives probabilities, and the price of both errors: what does freezing *this* deposit bring on"
        " average?",
        "With a probability p of loot, freezing saves p times the deposit and costs (1 - p) times the alarm. Few"
        " offenders are known: a plain model, well prepared, goes far.",
    ),
    praise="Your detector was judged on days it had not seen, in economies that did not exist when you wrote it. That"
    " is as near as a test comes to the future; real thieves would now read your rule, and change.",
)
