"""The challenge of unit 05: the most profitable way to withhold blocks, played and scored with its error.

What is scored is the share, not a call: the strategy is played without the check's watch over its calls, so that no
state is shown as the one at fault.
"""

from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.kinds import Miss, Test


def _unwatched(answer: Any) -> Any:
    return getattr(answer, "__wrapped__", answer)


def beats(alpha: float, gamma: float, blocks: int) -> Test:
    """A test that the strategy earns more than honest and plain selfish mining, by three standard errors."""

    def test(answer: Any) -> bool | Miss:
        from nnchain_edu.lab.selfish_game import score

        found = score(_unwatched(answer), alpha, gamma, blocks)
        return found.surely_above or Miss(("Share of the chain", str(found)))

    return test


def loses_nothing(alpha: float, gamma: float, blocks: int) -> Test:
    """A test that the strategy earns no less than the better of the two, as far as can be told."""

    def test(answer: Any) -> bool | Miss:
        from nnchain_edu.lab.selfish_game import score

        found = score(_unwatched(answer), alpha, gamma, blocks)
        return not found.surely_below or Miss(("Share of the chain", str(found)))

    return test


def possible(answer: Any) -> bool:
    """Every action that the strategy names exists and is possible in its state."""
    from nnchain_edu.protocols.selfish_mining import machine

    for alpha, gamma in ((0.25, 0.0), (0.4, 0.0), (0.4, 0.5)):
        machine(lambda a, h, fork, alpha=alpha, gamma=gamma: answer(a, h, fork, alpha, gamma))
    return True


STRATEGY = Exercise(
    number="05.7",
    title="Challenge: find the most profitable strategy",
    objective="follow a miner who withholds blocks, and say when it pays",
    kind="function",
    seconds=90.0,
    needs=("numpy", "nnchain_edu.lab.selfish_game"),
    cases=[
        Case(
            "possible",
            possible,
            'In some state your action is not possible: "override" needs a > h; "match" needs the fork to be "relevant"'
            " and a >= h >= 1.",
        ),
        Case(
            "weak pool",
            loses_nothing(0.25, 0.0, 300_000),
            "With a quarter of the power and γ = 0, hiding blocks costs money: the threshold is a third. Look at alpha"
            " and gamma, and be honest where that is best.",
        ),
        Case(
            "nobody listens",
            beats(0.4, 0.0, 2_000_000),
            "At α = 0.40, γ = 0 you earn no more than plain selfish mining, or less. It gives up as soon as it is one"
            " block behind. Does a strong pool have to?",
        ),
        Case(
            "half listen",
            beats(0.4, 0.5, 300_000),
            "At α = 0.40, γ = 0.5 you earn no more than plain selfish mining, or less. Where half of the others join"
            " your branch in a match, ending a race early is a waste.",
        ),
        Case(
            "any share",
            beats(0.45, 0.3, 300_000),
            "At α = 0.45, γ = 0.3 you earn no more than plain selfish mining, or less. Your strategy should serve for"
            " every α and γ, not only for those of the practice.",
        ),
    ],
    hints=[
        "Three questions to try one by one, each with `scoreboard`: when is honesty best; how far behind does one go"
        " on; and with a lead, is it better to override or to match again?",
        "Nayak and others (2016) call two of the ideas *trail-stubborn* (mine on when one block behind) and"
        " *lead-stubborn* (match whenever the others find a block, instead of overriding). Combine them.",
    ],
    praise="Better than the strategy that made the name. The optimum, by dynamic programming, is 0.3708 at α = 0.35 and"
    " 0.4886 at α = 0.40, both at γ = 0 (Sapirshtein and others 2016): how near are you?",
)
