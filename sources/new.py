"""A unit to start from: `python -m sources.new 20 my_topic` writes its five files, which build and pass their tests.

What it writes is short but whole: a lesson, a lab with one exercise, its check, the table that proves the check, and
a place for the unit's own tests. CONTRIBUTING.md says what to do next.
"""

import re
import sys
from pathlib import Path

from sources.build import ROOT

LESSON = """# %% [markdown]
# # {title}: what is the question of this unit?
#
# Say in two or three short sentences what the reader will find out. Keep the first code within 60 words.

# %%
from nnchain_edu import Chain

chain = Chain()
receipt = chain.send("bob", value=5, sender="alice")
receipt.gasUsed

# %% [markdown]
# Say what was just seen. Then: idea, code, picture, what it shows; a value after every definition.
#
# **You will be able to** name the gas of a plain payment (exercise {number}.1).
# **You need** unit 00. **Time**: measure it.

# %% [markdown] tags=["quiz"]
# ? How much gas does a plain payment take?
# - None. | Every transaction takes gas.
# + 21,000. | That is the price of a transaction without data (Yellow Paper, appendix G).
# - As much as its value. | Gas counts work, not value.

# %% [markdown]
# ## Sources
#
# - G. Wood, Ethereum: a secure decentralised generalised transaction ledger (the Yellow Paper), appendix G.
"""

LAB = """# %% [markdown]
# # Lab: {title}
#
# One sentence on what to do here. Run each cell with Shift+Enter.

# %%
from nnchain_edu import check, hint

# %% [markdown]
# ## Build
#
# **{number}.1** Write `gas_of_payments(count)`: how much gas do `count` plain payments take together?
#
# `count` is a whole number of at least 0, the result is a whole number. For example, `gas_of_payments(2) == 42_000`.


# %%
def gas_of_payments(count):
    ### BEGIN SOLUTION
    return 21_000 * count
    ### END SOLUTION


check("{number}.1", gas_of_payments)

# %% [markdown]
# Stuck? `hint("{number}.1")` gives a first hint, `hint("{number}.1", 2)` a second one.
"""

EXERCISES = '''"""The exercises of unit {number}."""

from nnchain_edu.exercises.engine import Case, Exercise, Unit

UNIT = Unit(
    number="{number}",
    slug="{slug}",
    title="{title}",
    exercises=[
        Exercise(
            number="{number}.1",
            title="Count the gas of payments",
            objective="name the gas of a plain payment",
            kind="function",
            cases=[
                Case("one", lambda f: f(1) == 21_000, "A plain payment takes 21,000 gas, whatever its value."),
                Case("many", lambda f: f(3) == 63_000, "Each payment is a transaction of its own and takes 21,000."),
                Case("none", lambda f: f(0) == 0, "Without a payment there is no gas."),
            ],
            hints=["What did the receipt in the lesson say?", "Multiply the gas of one payment."],
            praise="The value of a payment does not matter: gas counts work.",
        ),
    ],
)
'''

ANSWERS = '''"""Right and wrong answers to unit {number}: each case of a check is named by a wrong one."""

from tests.exercises.answers import Answers


def solution(count):
    return 21_000 * count


def adding(count):
    return sum(21_000 for _ in range(count))


def stub(count):
    raise NotImplementedError("your code here")


def broken(count):
    return 21_000 * int("many")


ANSWERS = {{
    "{number}.1": Answers(
        right=[solution, adding],
        wrong=[
            (lambda count: 2_100 * count, "one"),
            (lambda count: 21_000, "many"),
            (lambda count: 21_000 * max(count, 1), "none"),
        ],
        stub=stub,
        broken=broken,
    ),
}}
'''

TESTS = '''"""What the lesson of unit {number} says, asserted."""

from nnchain_edu.chain import Chain


def test_a_plain_payment_takes_21000_gas():
    assert Chain().send("bob", value=5, sender="alice").gasUsed == 21_000
'''

FILES = {
    "sources/lessons/{number}_{slug}.py": LESSON,
    "sources/labs/{number}_{slug}.py": LAB,
    "nnchain_edu/exercises/unit_{number}.py": EXERCISES,
    "tests/exercises/answers_{number}.py": ANSWERS,
    "tests/units/test_{number}.py": TESTS,
}


def write(number: str, slug: str, root: Path = ROOT) -> list[Path]:
    """Write the files of a new unit. Raises ValueError before anything is written where one cannot be."""
    if not re.fullmatch(r"\d\d", number):
        raise ValueError(f"UNIT must be two digits such as 20, not {number!r}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug):
        raise ValueError(f"SLUG must be small letters, digits and underscores such as my_topic, not {slug!r}")
    taken = sorted(path.name for path in (root / "sources" / "lessons").glob(f"{number}_*.py"))
    title = slug.replace("_", " ").capitalize()
    texts = {root / name.format(number=number, slug=slug): text for name, text in FILES.items()}
    taken += [str(path.relative_to(root)) for path in texts if path.exists()]
    if taken:
        raise ValueError(f"unit {number} exists already: {', '.join(dict.fromkeys(taken))}")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(number=number, slug=slug, title=title), encoding="utf-8")
    return list(texts)


def main(arguments: list[str]) -> None:
    if len(arguments) != 2:
        sys.exit("new: name a unit and a slug: make new UNIT=20 SLUG=my_topic")
    try:
        paths = write(*arguments)
    except ValueError as error:
        sys.exit(f"new: {error}")
    for path in paths:
        print(f"new: wrote {path.relative_to(ROOT)}")
    print(f"new: next: make build ARGS={arguments[0]}, then read CONTRIBUTING.md")


if __name__ == "__main__":
    main(sys.argv[1:])
