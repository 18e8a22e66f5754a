"""Unit 04: slots, gas, and contracts that meet hostile callers, who stand in `trials_04`; then the challenge."""

from nnchain_edu.exercises import trials_04 as trials
from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import returns
from nnchain_edu.exercises.unit_04_vault import CLOSE, EMPTY

NEEDS = ("web3", "vyper.compiler", "nnchain_edu.chain")
SECONDS = 30.0  # several fresh chains for each contract

SLOTS = Exercise(
    number="04.1",
    title="Find the slot of a mapping's entry",
    objective="read a contract's storage without asking the contract",
    kind="function",
    needs=NEEDS,
    seconds=SECONDS,
    cases=[
        Case(
            "keccak",
            trials.not_the_slot(trials.sha3),
            "Ethereum's Keccak-256 is older than the standard SHA3-256 and gives another hash: use `keccak`.",
        ),
        Case(
            "padded",
            trials.not_the_slot(lambda slot, key: trials.hashed(slot.to_bytes(32, "big") + key)),
            "The key takes a whole word: an address of 20 bytes is padded to 32.",
        ),
        Case(
            "padded on the left",
            trials.not_the_slot(lambda slot, key: trials.hashed(slot.to_bytes(32, "big") + key.ljust(32, b"\0"))),
            "A number has its zeros in front, and an address is a number to the EVM: pad on the left.",
        ),
        Case(
            "Vyper's order",
            trials.not_the_slot(lambda slot, key: trials.hashed(key.rjust(32, b"\0") + slot.to_bytes(32, "big"))),
            "That is Solidity's order, key before slot. Vyper hashes the slot first.",
        ),
        Case(
            "a number",
            lambda answer: not isinstance(answer(3, trials.ALICE), bytes),
            "The slot is a whole number: turn the 32 bytes of the hash into an `int`, first byte highest.",
        ),
        Case(
            "what the chain stores",
            trials.finds_what_the_chain_stores,
            "At your slot the bank's storage does not hold the balance that was paid in.",
        ),
    ],
    hints=[
        "Two words of 32 bytes, one after the other, go into `keccak`. Which two, and in which order?",
        "`slot.to_bytes(32, 'big')` is the first word. The address without `0x`, as bytes, filled up to 32, follows.",
    ],
    praise="Nothing on a chain is hidden: whoever knows the layout reads every entry, `public` or not.",
)

GAS = Exercise(
    number="04.2",
    title="Compute the gas of a transaction",
    objective="say what a transaction costs before sending it",
    kind="function",
    cases=[
        Case(
            "a whole number",
            lambda answer: type(answer(b"\x01", 5, 4)) is int,
            "Gas is counted in whole numbers: divide with `//`, and return an `int`.",
        ),
        Case("intrinsic", returns(21_000, b"", 0, 0), "With nothing to do a transaction takes 21,000 gas."),
        Case(
            "bytes by kind",
            returns(21_000 + 16 * 2 + 4 * 3 + 5_000, b"\x01\x00\x00\xff\x00", 5_000, 0),
            "A zero byte of data costs 4, any other byte 16, and execution comes on top.",
        ),
        Case(
            "refund",
            returns(24_200, b"", 8_000, 4_800),
            "29,000 gas were used up to then, and 4,800 come back. A fifth of *all* 29,000 is the most that may.",
        ),
        Case(
            "a fifth at most",
            returns(24_000, b"", 9_000, 19_200),
            "A refund is at most a fifth of the gas used before it (EIP-3529), rounded down.",
        ),
        Case(
            "floor",
            returns(21_000 + 400 * 100, b"\x01" * 1_000, 300, 0),
            "A transaction that carries much data and does little pays the floor: 10 for a zero byte, 40 for another.",
        ),
        Case(
            "refund before floor",
            returns(23_000, b"\x01" * 50, 2_500, 4_800),
            "The floor is compared last, with what remains after the refund.",
        ),
    ],
    hints=[
        "Work out what the bytes and the execution cost, take off the refund, then look at the floor.",
        "The refund is `min(refund, before // 5)`. The result is the larger of what remains and "
        "21,000 + 10 for each zero byte + 40 for each other byte.",
    ],
    praise="Three rules, three proposals: EIP-2028 for the bytes, EIP-3529 for the refund, EIP-7623 for the floor.",
)

JAR = Exercise(
    number="04.3",
    title="Write a jar that only its owner empties",
    objective="write a contract that says who may call what",
    kind="contract",
    needs=NEEDS,
    seconds=SECONDS,
    cases=[
        Case("event", trials.logs_what_came_in, "`pay_in` logs one `PaidIn(who, amount)` for what was sent."),
        Case(
            "owner", trials.owner_is_paid, "When the owner calls `pay_out(carol)`, carol gets all that is in the jar."
        ),
        Case("strangers", trials.strangers_are_refused, "A stranger called `pay_out`, and it did not revert."),
        Case(
            "no other door",
            trials.no_other_door,
            "A stranger called your other functions first, and money left the jar: one of them is open to anybody.",
        ),
        Case(
            "not by a lure",
            trials.owner_cannot_be_lured,
            "The owner was lured to another contract, and that one emptied the jar: `tx.origin` is who signed the "
            "transaction, not who calls. Compare with `msg.sender`.",
        ),
    ],
    hints=[
        "The constructor knows who deploys: keep it, and compare with it in `pay_out`.",
        'Keep `msg.sender` in the constructor; begin `pay_out` with `assert msg.sender == …, "only the owner"`; '
        "`self.balance` is all that is in the jar.",
    ],
    praise="The check is one line, and a whole class of thefts ends at it. `msg.sender` is who calls, always.",
)

BANK = Exercise(
    number="04.4",
    title="Repair the bank",
    objective="find a reentrancy and close it",
    kind="contract",
    needs=NEEDS,
    seconds=SECONDS,
    cases=[
        Case("works", trials.bank_works, "An honest customer gives, withdraws once, and must not withdraw twice."),
        Case(
            "withdraws again",
            trials.withdrawing_again_fails,
            "While it was being paid, a contract withdrew again: the book said that it still had its money.",
        ),
        Case(
            "gives meanwhile",
            trials.giving_while_being_paid_fails,
            "While it was being paid, a contract gave its money to a friend, who withdrew it once more. "
            "`give` needs the wall too, or the book must change before anybody is paid.",
        ),
        Case(
            "pays contracts",
            trials.pays_contracts_that_book,
            "An honest contract that books what it receives was not served. `send` leaves it 2,300 gas only, and a "
            "bank that refuses all contracts refuses the honest ones, too.",
        ),
    ],
    hints=[
        "At the moment of the payment, what does the book say? Whoever is paid may call any function at that moment.",
        "Set the balance to zero before `raw_call`. Or put `@nonreentrant` on every function that changes the book.",
    ],
    praise="Checks, effects, interactions: test, change the book, then call strangers. A lock is a second wall.",
)

LIMIT = Exercise(
    number="04.5",
    title="Put bounds, a wait and a safe default around a model",
    objective="let a model act on a chain so that its key alone cannot do harm",
    kind="contract",
    needs=NEEDS,
    seconds=SECONDS,
    cases=[
        Case("begins at 30", trials.begins_at_30, "Before anything was carried out the value is 30."),
        Case(
            "takes effect",
            trials.takes_effect,
            "Any proposal from 30 to 75, both included, takes effect when it has waited an hour and is carried out; "
            "how far it lies from the value before does not matter here.",
        ),
        Case(
            "nothing proposed",
            trials.nothing_comes_of_nothing,
            "Nothing had been proposed, and `carry_out` did not revert: variables that were never set are 0.",
        ),
        Case("only the model", trials.only_the_model, "Somebody without the model's key proposed, and was heard."),
        Case(
            "not by a lure",
            trials.model_cannot_be_lured,
            "The model's key was lured to another contract, and that one proposed: compare with `msg.sender`, who "
            "calls, and not with `tx.origin`, who signed.",
        ),
        Case("bounds", trials.stays_in_bounds, "With the model's key the value left the range from 30 to 75."),
        Case("waits", trials.waits, "A proposal was carried out before it had waited 3,600 seconds."),
        Case(
            "replaces",
            trials.a_new_proposal_replaces,
            "A second proposal counts instead of the first, even where the first still waits.",
        ),
        Case(
            "waits anew",
            trials.a_new_proposal_waits_anew,
            "A new proposal took over the waiting time of the old one: nobody had an hour to look at it.",
        ),
        Case(
            "once", trials.nothing_is_carried_out_twice, "A proposal that had been carried out was carried out again."
        ),
        Case(
            "old news",
            trials.old_proposals_lapse,
            "A proposal of the day before yesterday was carried out, though the model has been silent since: after "
            "86,400 seconds nobody may carry it out.",
        ),
        Case(
            "fails closed",
            trials.silence_closes,
            "A value serves for 86,400 seconds from when it was carried out, that second included; then it is 30.",
        ),
    ],
    hints=[
        "Store the proposal and the time from which it may be carried out. `percent` looks at the clock.",
        "`propose` refuses, then notes the value and the time an hour ahead. `carry_out` refuses while that time is "
        "0, still to come, or long past, and sets it to 0 afterwards.",
    ],
    praise="The model may be wrong, stolen or silent: the worst is 75, with an hour's notice, and silence means 30.",
)

UNIT = Unit(
    number="04",
    slug="smart_contracts",
    title="Contracts that act",
    exercises=[SLOTS, GAS, JAR, BANK, LIMIT, EMPTY, CLOSE],
)
