"""Unit 00: a neuron's answer, fixed point, the verdict in whole numbers, a guarded contract, and the contest."""

from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import AnswerFailed, Miss, returns

SCALE = 2**16

# --- 00.1 ---------------------------------------------------------------------------------------------

score = Exercise(
    number="00.1",
    title="Compute a neuron's score",
    objective="work out by hand what a neuron answers",
    kind="function",
    cases=(
        Case(
            "one feature",
            returns(6, [2, 0], 0, [3, 5]),
            "Multiply the first weight by the first feature, and return the score itself, not the verdict.",
        ),
        Case("both features", returns(11, [2, 1], 0, [3, 5]), "Both products count: add the second one to the first."),
        Case("bias", returns(7, [2, 1], -4, [3, 5]), "The bias is missing or has the wrong sign: it is added once."),
        Case(
            "any number of features",
            returns(31, [1, 2, 3], 1, [5, 5, 5]),
            "A neuron may have more than two features: go through all of them, with a loop or `sum`.",
        ),
    ),
    hints=(
        "Each feature has a weight at the same place of the other list. `zip` walks through both.",
        "Sum the products `weight * feature` over `zip(weights, features)`, then add the bias once, outside the sum.",
    ),
    praise="A weighted sum plus a bias: every layer of every network in this course does this many times over.",
)

# --- 00.2 ---------------------------------------------------------------------------------------------


def _whole(number: float) -> Any:
    def test(answer: Any) -> bool | Miss:
        given = answer(number)
        whole = isinstance(given, int) and not isinstance(given, bool)
        return whole or Miss(("Type", type(given).__name__))

    return test


to_fixed = Exercise(
    number="00.2",
    title="Turn a number into fixed point",
    objective="turn trained numbers into the whole numbers that a blockchain can compute with",
    kind="function",
    cases=(
        Case("scale", returns(3 * SCALE, 3.0), "65,536 stands for 1, so 3 becomes three times that."),
        Case("whole number", _whole(0.3), "The EVM takes whole numbers: return an `int`, not a float."),
        Case("nearest", returns(45875, 0.7), "0.7 · 65,536 = 45,875.2, and the nearest whole number is wanted."),
        Case(
            "nearest is above",
            returns(19661, 0.3),
            "0.3 · 65,536 = 19,660.8. `int()` and `//` cut the fraction off; the nearest whole number is above.",
        ),
        Case(
            "negative",
            returns(-72090, -1.1),
            "-1.1 · 65,536 = -72,089.6, and the nearest is -72,090. `int(x + 0.5)` works above zero only.",
        ),
    ),
    hints=(
        "Two steps: multiply by 65,536, then go to the nearest whole number.",
        "Python's `round` goes to the nearest whole number and returns an `int`, also below zero.",
    ),
    praise="The error is at most half a 65,536th. Twice the scale would halve it, and cost one bit more.",
)

# --- 00.3 ---------------------------------------------------------------------------------------------


def _is_truth(answer: Any) -> bool | Miss:
    given = answer([SCALE, 0], 0, [SCALE, 0])
    kind = type(given).__name__
    return kind in ("bool", "bool_") or Miss(("Type", kind))


verdict_fixed = Exercise(
    number="00.3",
    title="Give the verdict in whole numbers",
    objective="say why the chain's verdict equals PyTorch's, and prove it",
    kind="function",
    cases=(
        Case("true or false", _is_truth, "A verdict is `True` or `False`: compare the score with zero."),
        Case(
            "clear spam",
            returns(True, [SCALE, -2 * SCALE], 0, [9 * SCALE, 2 * SCALE]),
            "9 · 1 - 2 · 2 = 5 is above zero, so this is spam.",
        ),
        Case(
            "bias scaled twice",
            returns(False, [SCALE, 0], -5 * SCALE, [2 * SCALE, 0]),
            "1 · 2 - 5 is below zero. A product of two scaled numbers is scaled twice; the bias is scaled only once,"
            " and must be brought to the same scale before you add it.",
        ),
        Case(
            "zero is not spam",
            returns(False, [SCALE, -SCALE], 0, [3 * SCALE, 3 * SCALE]),
            "The score is exactly zero, and spam needs a score above zero.",
        ),
        Case(
            "just above zero",
            returns(True, [1, 0], 0, [1, 0]),
            "The score is tiny but above zero. Dividing by the scale with `//` made it zero: compare first.",
        ),
        Case(
            "large numbers",
            returns(True, [2**56 + 1, 0], -(2**40), [1, 0]),
            "Whole numbers stay exact at any size; `/` makes a float of them, and its 53 bits are not enough here.",
        ),
    ),
    hints=(
        "Write the sum of products first. By how much is it scaled? And the bias?",
        "Multiply the bias by 65,536 once more, add it to the sum of products, and compare with zero. No division.",
    ),
    praise="No rounding happens inside: given whole numbers, every machine in the world gets this very verdict.",
)

# --- 00.4 ---------------------------------------------------------------------------------------------

RELAY = """# pragma version 0.4.3
interface Guarded:
    def set_threshold(threshold: uint256): nonpayable

@external
def pass_on(target: address, threshold: uint256):
    extcall Guarded(target).set_threshold(threshold)
"""


def _guarded(answer: Any) -> tuple[Any, Any]:
    """The learner's contract on a fresh chain, deployed by Alice."""
    from nnchain_edu.chain import Chain, ChainError

    chain = Chain()
    try:
        contract = chain.deploy(answer, sender="alice")
    except ChainError as error:
        raise AnswerFailed(f"The contract could not be put on the chain. {error}") from None
    for name in ("set_threshold", "threshold"):
        if not any(entry.get("name") == name for entry in contract.abi):
            raise AnswerFailed(f"The contract has no {name}. Keep the functions and variables that were there.")
    return chain, contract


def _sets(sender: str, allowed: bool) -> Any:
    def test(answer: Any) -> bool | Miss:
        from nnchain_edu.chain import Reverted

        chain, contract = _guarded(answer)
        before = contract.functions.threshold().call()
        try:
            chain.send(contract.functions.set_threshold(before + 7), sender=sender)
        except Reverted as error:
            return not allowed or Miss(("The contract reverted", str(error)))
        after = contract.functions.threshold().call()
        if allowed:
            return after == before + 7 or Miss(("Threshold afterwards", f"{after}, not {before + 7}"))
        return after == before or Miss((f"Sent by {sender}, threshold afterwards", f"{after}, no longer {before}"))

    return test


def _reverts(answer: Any) -> bool | Miss:
    from nnchain_edu.chain import Reverted

    chain, contract = _guarded(answer)
    try:
        chain.send(contract.functions.set_threshold(9), sender="judy")
    except Reverted:
        return True
    return Miss(("Sent by judy", "the transaction went through, and nothing was changed"))


def _through_a_relay(answer: Any) -> bool | Miss:
    from nnchain_edu.chain import Reverted

    chain, contract = _guarded(answer)
    relay = chain.deploy(RELAY, sender="judy")
    try:
        chain.send(relay.functions.pass_on(contract.address, 99), sender="alice")
    except Reverted:
        return contract.functions.threshold().call() != 99
    return Miss(("Threshold afterwards", str(contract.functions.threshold().call())))


guard = Exercise(
    number="00.4",
    title="Guard a contract",
    objective="protect a neuron on a chain from being changed by strangers",
    kind="text",
    seconds=20,
    needs=("web3", "vyper"),
    cases=(
        Case(
            "owner may", _sets("alice", True), "Alice deployed the contract and must be able to change the threshold."
        ),
        Case("stranger may not", _sets("judy", False), "Judy is not the owner, and she changed the threshold."),
        Case(
            "must revert",
            _reverts,
            "Nothing was changed, but Judy's transaction looks like a success. It must revert: use `assert`.",
        ),
        Case(
            "not through a relay",
            _through_a_relay,
            "Judy wrote a contract that passes calls on, and Alice was talked into calling it. `tx.origin` is whoever"
            " signed the transaction, Alice; `msg.sender` is who calls you, Judy's contract. Ask for `msg.sender`.",
        ),
    ),
    hints=(
        "The contract already remembers its `owner`. One line at the start of the function compares, and reverts.",
        'Vyper writes it as `assert CONDITION, "reason"`. The caller of a function is `msg.sender`.',
    ),
    praise="One line, and nobody but the owner can change it. Unit 04 attacks contracts in which that line is missing.",
)

# --- 00.5, the challenge ------------------------------------------------------------------------------

MOST_BITS = 10
SECRET_SEED = 5


def _enter(answer: Any) -> tuple[int, int]:
    """Rows right and bits of (weights, bias), as the contest's contract counts them on rows nobody has seen."""
    import numpy as np

    from nnchain_edu.chain import Chain, ChainError
    from nnchain_edu.lab.spam import simulate_transactions

    try:
        weights, bias = answer
        numbers = [int(n) for n in (*weights, bias)]
        exact = len(weights) == 2 and all(n == m for n, m in zip(numbers, (*weights, bias), strict=True))
    except (TypeError, ValueError, OverflowError):
        exact = False
    if not exact:
        raise AnswerFailed("The challenge takes two whole weights and a whole bias, like ([7, 7], 7).")
    if max(map(abs, numbers)) > 2**64:
        raise AnswerFailed("The contest's contract takes numbers up to 2**64.")
    X, y = simulate_transactions(200, seed=SECRET_SEED)
    tenths = np.rint(X * 10).astype(int).tolist()
    contest = Chain().deploy("neuron_contest", tenths, y.tolist())
    try:
        return tuple(contest.functions.submit(numbers[:2], numbers[2]).call())
    except ChainError as error:
        raise AnswerFailed(f"The contest's contract refused the neuron: {error}") from None


def _entered(passes: Any, say: str) -> Any:
    def test(answer: Any) -> bool | Miss:
        right, bits = _enter(answer)
        return passes(right, bits) or Miss((say, f"{right} of 200 rows right, {bits} bits"))

    return test


contest = Exercise(
    number="00.5",
    title="Challenge: the smallest good neuron",
    objective="turn trained numbers into the whole numbers that a blockchain can compute with",
    seconds=20,
    needs=("web3", "vyper", "numpy"),
    cases=(
        Case(
            "better than guessing",
            _entered(lambda right, bits: right > 140, "The contest counted"),
            "The neuron does little better than guessing. Sending often speaks for spam and sending much against it.",
        ),
        Case(
            "better than the rule",
            _entered(lambda right, bits: right >= 190, "The contest counted"),
            "At least 190 of 200 rows are wanted. If a weight is zero, a feature is ignored; if none is, try other"
            " roundings, and ask how much ether outweighs one transaction a minute.",
        ),
        Case(
            "few bits",
            _entered(lambda right, bits: bits <= MOST_BITS, "The contest counted"),
            f"It is good, but takes more than {MOST_BITS} bits. Multiply all three numbers by the same positive factor:"
            " does any verdict change?",
        ),
    ),
    hints=(
        "A verdict looks only at the sign of the score. What happens to the sign when you halve all three numbers?",
        "Training gives about 1.4 and -2.1 with bias -0.9. Divide all three by the same positive number and round;"
        " try several, also below 1, and count each on rows of your own.",
    ),
    praise="The line does not change when all three numbers shrink together, so very few bits carry the same verdicts."
    " Unit 07 puts a whole network into such small numbers.",
)

UNIT = Unit("00", "welcome", "A neuron on a blockchain", (score, to_fixed, verdict_fixed, guard, contest))
