"""Unit 08: a FedAvg step, two rules, a commitment, masks, ε; a rule against the unknown as challenge."""

from nnchain_edu.exercises import unit_08_cases as cases
from nnchain_edu.exercises.engine import Case, Exercise, Unit

ROUND = "run a round by contract: commit, reveal, aggregate, pay, slash"
RULE = "choose an aggregation rule, and name an attack that gets through it"
A, B = (1, 2), [(2, 0), (4, 2)]  # weights, and two updates; the cases make arrays of tuples

STEP = Exercise(
    number="08.1",
    title="Take a weighted step",
    objective="write FedSGD and FedAvg, and say how many rounds local training saves, and when",
    kind="function",
    needs=("numpy",),
    cases=[
        Case(
            "from the weights",
            cases.gives([1.0, 2.0], A, [(0, 0), (0, 0)], [5, 5]),
            "Nobody changed anything, so the new weights are the old ones. An update is a *change*: add the average.",
        ),
        Case(
            "an average",
            cases.gives([4.0, 3.0], A, B, [1, 1]),
            "With one row each, the updates (2, 0) and (4, 2) average to (3, 1): divide their sum, and add that to the"
            " weights (1, 2).",
        ),
        Case(
            "sizes count",
            cases.is_not([4.0, 3.0], A, B, [100, 300]),
            "100 and 300 rows gave the same as 1 and 1. A client with three times the rows counts three times.",
        ),
        Case(
            "total",
            cases.gives([4.5, 3.5], A, B, [100, 300]),
            "With 100 and 300 rows the second update weighs three quarters. Divide by the number of all *rows*.",
        ),
        Case(
            "three clients",
            cases.gives([2.75, 6.75], A, [*B, (0, 8)], [100, 300, 400]),
            "Two clients come out right, three do not. Go through all of the updates, however many there are.",
        ),
        Case(
            "unchanged",
            cases.leaves(A, B, [100, 300]),
            "You changed what you were given: `weights += …` and `update *= …` write into the caller's arrays. Make new"
            " ones.",
        ),
    ],
    hints=[
        "Which share of all rows does each client have? These shares add up to 1.",
        "Add each update times its client's rows, divide once by the sum of `sizes`, and put that on the old weights.",
    ],
    praise="With one step on all rows at each client this is exactly the step of one computer that has them all.",
)

TRIMMED = Exercise(
    number="08.2",
    title="Trim the mean",
    objective=RULE,
    kind="function",
    needs=("numpy",),
    cases=[
        Case(
            "both ends",
            cases.gives([2.0, 3.0], cases.ROWS, 1),
            "Of 1, 2, 3, 9 and −50, without the lowest and the highest, the mean is 2; of 9, 1, 2, 3, 4 it is 3. Sort"
            " each coordinate for itself, and cut both ends.",
        ),
        Case(
            "two at each end",
            cases.gives([2.0], ((0,), (1,), (2,), (5,), (9,)), 2),
            "Two may be hostile: cut the *two* lowest and the two highest.",
        ),
        Case(
            "more left",
            cases.gives([19 / 3], cases.LINE[1:], 1),
            "Of 1, 3, 6, 10 and 100 the middle three, 3, 6 and 10, remain: give their *mean*, not the middle one.",
        ),
        Case(
            "nobody hostile",
            cases.gives([-7.0, 3.8], cases.ROWS, 0),
            "With 0 hostile nothing is cut, and the plain mean remains. Note that `a[0:-0]` is empty.",
        ),
        Case(
            "unchanged",
            cases.leaves(cases.ROWS, 1),
            "You sorted the caller's array: `updates.sort(…)` works in place, `np.sort` makes a copy.",
        ),
    ],
    hints=[
        "A column is what all clients say about one weight. Put each column in order first.",
        "`np.sort(updates, axis=0)` does it. Then take rows from `hostile` up to `len(updates) - hostile`.",
    ],
    praise="One liar can move a mean anywhere; here it can move each weight no farther than some honest client does.",
)

KRUM = Exercise(
    number="08.3",
    title="Score like Krum",
    objective=RULE,
    kind="function",
    needs=("numpy",),
    cases=[
        Case(
            "squared",
            cases.is_not([10.0, 8.0, 8.0, 12.0, 20.0, 281.0], cases.LINE, 1),
            "You added up distances. Krum adds their *squares*.",
        ),
        Case(
            "others",
            cases.is_not([10.0, 5.0, 13.0, 25.0, 65.0, 16936.0], cases.LINE, 1),
            "You counted each update as its own neighbour, at distance 0: it takes the place of another.",
        ),
        Case(
            "how many",
            cases.is_not([146.0, 111.0, 71.0, 86.0, 246.0, 36146.0], cases.LINE, 1),
            "You took n − f − 1 neighbours. It is n − f − 2, so that at least one is surely honest.",
        ),
        Case(
            "scores",
            cases.gives([46.0, 30.0, 22.0, 50.0, 146.0, 26345.0], cases.LINE, 1),
            "Six clients, one hostile: for each the squared distances to its 6 − 1 − 2 = 3 nearest others, added up.",
        ),
        Case(
            "many weights",
            cases.gives([38.0, 43.0, 36.0, 31.0, 74.0], ((0, 0), (3, 4), (6, 1), (3, -2), (9, 6)), 1),
            "An update is a whole row: its squared distance adds up over all weights.",
        ),
        Case(
            "hostile counts",
            cases.gives([146.0, 111.0, 71.0, 86.0, 246.0, 36146.0], cases.LINE, 0),
            "With 0 hostile the same six updates have 6 − 0 − 2 = 4 neighbours each: the number comes from `hostile`.",
        ),
        Case(
            "equal updates",
            cases.gives([4.0, 4.0, 4.0, 12.0, 36.0], ((0,), (0,), (0,), (2,), (4,)), 0),
            "Three updates are equal. They are *others* to each other, at distance 0: leave out only itself.",
        ),
    ],
    hints=[
        "First all distances: a table with a row and a column for each client. What stands on its diagonal?",
        "Sort each row of squared distances; leave out the first, which is the client itself; add the next n − f − 2.",
    ],
    praise="Krum then takes the lowest score. Six equal lies have distance 0 to each other: remember that below.",
)

SEAL = Exercise(
    number="08.4",
    title="Seal an update",
    objective=ROUND,
    kind="function",
    needs=("eth_abi", "eth_utils", "nnchain_edu.federated.commitment"),
    cases=[
        Case(
            "bytes",
            cases.is_a_hash,
            "A commitment is 32 `bytes`, as `keccak` gives them: no text, no number.",
        ),
        Case(
            "salted",
            cases.bound_to("salt", cases.SECOND),
            "Another salt gave the same commitment. Without it, whoever guesses your update can test the guess.",
        ),
        Case(
            "sender",
            cases.bound_to("sender", cases.BOB),
            "Bob's commitment equals Alice's: he could copy hers, wait for her to reveal, and open it as his own.",
        ),
        Case(
            "round",
            cases.bound_to("number", 8),
            "The commitment for round 8 equals that for round 7: an old reveal could be played again.",
        ),
        Case(
            "contract",
            cases.bound_to("contract", cases.OTHER),
            "Another contract takes the same commitment: what is revealed in one class would open it in the other.",
        ),
        Case(
            "chain",
            cases.bound_to("chain_id", 1),
            "Another chain takes the same commitment. Addresses can be equal on two chains; the chain id is not.",
        ),
        Case(
            "as the contract",
            cases.as_the_contract,
            "All six are in it, but the contract computes something else. Mind the order, the types, and `encode`.",
        ),
    ],
    hints=[
        "Six things go into one hash, in the order of the arguments. Each needs its Solidity type.",
        "`encode` takes a list of types and a list of values. The types: `uint256[]`, `bytes32`, `address`, `uint256`,"
        " `address`, `uint256`. Then `keccak` of the bytes.",
    ],
    praise="Five of the six things are public. The salt alone keeps the update hidden until you reveal it.",
)

MASK = Exercise(
    number="08.5",
    title="Put on masks that cancel",
    objective="hide updates under masks that cancel, also when a client drops out",
    kind="function",
    cases=[
        Case(
            "a whole number",
            cases.is_whole,
            "A masked word is one whole number, a Python `int`.",
        ),
        Case(
            "cancels",
            cases.cancels,
            "Three masked words do not add up to the sum of the plain ones. Of each pair one adds and one subtracts.",
        ),
        Case(
            "in range",
            cases.in_range,
            "A masked word must be from 0 to 2**256 − 1, as a word of the EVM is: take it modulo 2**256.",
        ),
        Case(
            "lower adds",
            cases.gives((10 + cases.PAIRS[0, 1] + cases.PAIRS[0, 2]) % cases.WORD, 10, 0, cases.seen_by(0)),
            "The masks cancel, but with the other sign: the *lower* number of a pair adds. All must agree on it.",
        ),
        Case(
            "nobody else",
            cases.gives(10, 10, 4, {}),
            "Without any pair the word stays as it is.",
        ),
    ],
    hints=[
        "For every other client compare its number with yours. Your sign and its sign must differ.",
        "Add the mask when your number is the lower one, else subtract it; at the end `%` brings the word into range.",
    ],
    praise="Whoever sees one word sees noise: for every update there is a mask that would give this very word.",
)

EPSILON = Exercise(
    number="08.6",
    title="Put a number on privacy",
    objective="turn a noise into (ε, δ), and say what it bounds",
    kind="function",
    cases=[
        Case(
            "steps add up",
            cases.is_not(cases.bound(0.1, 5, 1, 0.01), [0.1], [5], 4, 0.01),
            "Four steps gave the ε of one. Each step tells something: their divergences add up.",
        ),
        Case(
            "less δ costs more",
            cases.is_not(0.4 - cases.bound(0, 5, 1, 0.01), [0.1], [5], 4, 0.01),
            "You subtracted. ln δ is negative; it is ln(1/δ) that is added: the smaller δ, the larger ε.",
        ),
        Case(
            "α − 1",
            cases.is_not(cases.bound(0.1, 6, 4, 0.01), [0.1], [5], 4, 0.01),
            "You divided by α. It is α − 1.",
        ),
        Case(
            "one order",
            cases.gives(cases.bound(0.1, 5, 4, 0.01), [0.1], [5], 4, 0.01),
            "At one order: steps times divergence, plus ln(1/δ) divided by α − 1. The logarithm is the natural one.",
        ),
        Case(
            "the least",
            cases.gives(cases.bound(0.1, 5, 4, 0.01), [0.05, 0.1, 0.9], [2, 5, 9], 4, 0.01),
            "The orders 2, 5 and 9 give 4.81, 1.55 and 4.18. Each of them holds, so the *least* one does.",
        ),
        Case(
            "as published",
            cases.gives(cases.bound(*cases.ABADI[20], 10_000, 1e-5), *cases.abadi(), 10_000, 1e-5),
            "With the divergences of σ = 4 at sampling rate 0.01, 10,000 steps and δ = 10⁻⁵, ε is 1.2586, at order 20.",
        ),
    ],
    hints=[
        "At one order, all steps together diverge by `steps` times as much. Each order gives an ε, and all hold.",
        "`np.log(1 / delta) / (order - 1)` is what δ costs at an order. Take the `min` over `zip(divergence, orders)`.",
    ],
    praise="1.2586, as Abadi and others published. It bounds what one participant changes, not how good the model is.",
)

CHALLENGE = Exercise(
    number="08.7",
    title="Challenge: withstand the unknown",
    objective=RULE,
    kind="function",
    seconds=60.0,
    needs=("numpy", "nnchain_edu.lab.hostile_game"),
    cases=[
        Case(
            "an update",
            cases.gives_an_update,
            "From updates of shape (20, 650) your rule must make one, of shape (650,), of finite numbers.",
        ),
        Case(
            "peace",
            cases.withstands("nobody"),
            "With nobody hostile your rule loses too much. Do not throw away more than you must.",
        ),
        Case(
            "turned around",
            cases.withstands("sign flip"),
            "Six clients send the mean turned around, five times as long, and your rule follows or is slowed down.",
        ),
        Case(
            "noise",
            cases.withstands("noise"),
            "Six clients send long noise, and too much of it passes. A long vector is not a good one.",
        ),
        Case(
            "inner product",
            cases.withstands("inner product"),
            "Six clients agree on a short step backwards. They are near each other and near the middle: look at their"
            " *direction*.",
        ),
        Case(
            "hidden",
            cases.withstands("two camps"),
            "The hidden attacker: three clients far backwards, three that hardly move. One test for all six is too"
            " few, or takes them for one kind.",
        ),
    ],
    hints=[
        "What do honest updates have in common, whatever their length? Which middle can six of twenty not move far?"
        " Print how each update lies to it, for one attacker after the other.",
        "Take the median in each coordinate as a compass. Measure how well each update agrees with it in direction"
        " (the cosine of the angle), and average only those that agree best.",
    ],
    praise="It holds for clients that resemble each other. Would it on two shards, where honest directions differ?",
)

UNIT = Unit(
    number="08",
    slug="federated_learning",
    title="Learning together without sharing data",
    exercises=[STEP, TRIMMED, KRUM, SEAL, MASK, EPSILON, CHALLENGE],
)
