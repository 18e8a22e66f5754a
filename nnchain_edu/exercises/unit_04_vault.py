"""The challenge of unit 04, a vault with three holes: empty it, then close them. Its callers: `trials_04_vault`."""

from nnchain_edu.exercises import trials_04_vault as vault
from nnchain_edu.exercises.engine import Case, Exercise

NEEDS = ("web3", "vyper.compiler", "nnchain_edu.chain")

EMPTY = Exercise(
    number="04.6",
    title="Challenge: empty the vault with three holes",
    objective="carry an attack out from beginning to end",
    kind="function",
    needs=NEEDS,
    seconds=60.0,
    cases=[
        Case("reserve", vault.purse_empties("reserve"), "The reserve is still there. Who may name the keeper?"),
        Case("held", vault.purse_empties("held"), "The depositors' money is still there. Which line comes too late?"),
        Case("fund", vault.purse_empties("fund"), "The fund is still there. Who decides what the vault believes?"),
        Case("profit", vault.thief_profits, "The vault is empty, but judy has not become richer by what was in it."),
    ],
    hints=[
        "One purse, one hole: `name_keeper`, `withdraw`, and `update` with `sell`.",
        "For `withdraw` take a contract like `source('bank_thief')`, and a stake that divides 10 ether. It goes on "
        "as long as the vault holds its stake, so take the other purses first. For the fund: buy, let the vault look, "
        "sell it just as many tokens as the fund can pay, and sell the rest back.",
    ],
    praise="Three purses, three well-known mistakes, 30 ether. Now close the holes before somebody else finds them.",
)

CLOSE = Exercise(
    number="04.7",
    title="Challenge: close the three holes",
    objective="repair a contract without breaking what it is for",
    kind="contract",
    needs=NEEDS,
    seconds=60.0,
    cases=[
        Case(
            "works",
            vault.vault_works,
            "Keeper and depositors must still get what is theirs, and half an hour after the last look anybody may "
            "call `update`.",
        ),
        Case(
            "first price",
            vault.seller_is_paid(looks=1),
            "After the first look an honest seller was not paid what the tokens are worth. The market is a day older "
            "than the vault, and so is its count: the constructor must note where the count stood.",
        ),
        Case(
            "next price",
            vault.seller_is_paid(looks=2),
            "After the second look an honest seller was not paid what the tokens are worth. Average over the seconds "
            "since the *last* look: each look notes the time and the count for the next one.",
        ),
        Case("keeper", vault.keeper_stays, "A stranger became the keeper and spent the reserve."),
        Case(
            "not by a lure",
            vault.keeper_cannot_be_lured,
            "The keeper was lured to another contract, and that one named a new keeper. Compare with `msg.sender`, "
            "who calls, and not with `tx.origin`, who signed.",
        ),
        Case("withdraw", vault.vault_is_not_reentered, "A contract withdrew again while it was being paid."),
        Case(
            "price of the moment",
            vault.price_cannot_be_moved,
            "A price that stood for no second was believed: buy, update, sell, all in one transaction.",
        ),
        Case(
            "price of the last look",
            vault.price_cannot_be_moved_in_steps(),
            "The price was moved in one block and believed in the next: average it over half an hour at least.",
        ),
        Case(
            "average of a moment",
            vault.price_cannot_be_moved_in_steps(first_look=True, wait=12),
            "Judy called `update`, moved the price, and called `update` again 12 seconds later: an average over 12 "
            "seconds is no average. Within 1,800 seconds a second look must revert.",
        ),
    ],
    hints=[
        "`source('treasury')`, `source('bank')` and `source('lender')` show the three repairs.",
        "In `update`: at least 1,800 seconds since the last, then the growth of `market.price_seconds()` by the "
        "seconds that passed. Keep its last value; the constructor sets the first.",
    ],
    praise="All three holes are closed, and everybody is still served. That second half is what makes a repair.",
)
