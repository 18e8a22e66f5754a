"""Unit 05: mining, retarget, an attacker's odds, selfish mining, evidence, quorums; and a strategy as the challenge."""

from nnchain_edu.exercises import unit_05_cases as cases
from nnchain_edu.exercises import unit_05_evidence as evidence
from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.unit_05_strategy import STRATEGY

MINE = Exercise(
    number="05.1",
    title="Mine a block",
    objective="mine a block with real hashes, and check somebody else's work with one",
    kind="function",
    cases=[
        Case(
            "hashed twice",
            cases.not_the_nonce(rounds=1),
            "You hashed once. Bitcoin takes SHA-256 of the SHA-256: hash the digest again.",
        ),
        Case(
            "hash as a number",
            cases.not_the_nonce(order="big"),
            "Bitcoin reads the 32 bytes of the hash as a *little-endian* number: the last byte counts most.",
        ),
        Case(
            "nonce as bytes",
            cases.not_the_nonce(written="big"),
            "The nonce goes into the header in little-endian order too, its lowest byte first.",
        ),
        Case(
            "good enough",
            cases.a_nonce_that_works,
            "The hash of the header with your nonce is above the target (or you did not give a whole number).",
        ),
        Case(
            "first one",
            cases.first_one,
            "Begin at nonce 0 and give the first that works.",
        ),
        Case("equal counts", cases.equal_counts, "A hash that *equals* the target is good enough."),
    ],
    hints=[
        "Try 0, 1, 2, … Each time: four bytes of nonce behind the header, two hashes, one number, one comparison.",
        "`nonce.to_bytes(4, 'little')` makes the bytes, `int.from_bytes(digest, 'little')` the number. Return the nonce"
        " once the number is at most the target.",
    ],
    praise="You tried hundreds of nonces; whoever checks your block hashes twice. All of proof of work is in this gap.",
)

RETARGET = Exercise(
    number="05.2",
    title="Adjust the difficulty as Bitcoin does",
    objective="say how the difficulty follows the miners' power",
    kind="function",
    cases=[
        Case(
            "direction",
            cases.retargets(0x1D00FFFF, 1261130161, 1262152739, 0x1D00D86A),
            "These 2,016 blocks came in 11.8 days instead of 14. Too fast, so the target falls in proportion.",
        ),
        Case(
            "exact",
            cases.retargets_exactly,
            "Every node must find the same target to the last bit: multiply first, then divide with `//`. If you"
            " divide first, or with `/`, the last digits are lost.",
        ),
        Case(
            "a quarter",
            cases.retargets(0x1C05A3F4, 1279008237, 1279297671, 0x1C0168FD),
            "These came in 3.3 days. In one go the target falls to a quarter at most.",
        ),
        Case(
            "four times",
            cases.retargets(0x1C387F6F, 1263163443, 1269211443, 0x1D00E1FD),
            "These took 70 days. In one go the target rises to four times itself at most.",
        ),
        Case(
            "easiest",
            cases.retargets(0x1D00FFFF, 1231006505, 1233061996, 0x1D00FFFF),
            "Bitcoin's first blocks came slowly, but `EASIEST` is the highest target there is.",
        ),
    ],
    hints=[
        "The new target is the old one times (seconds taken) / (two weeks). First bring the seconds within bounds.",
        "At least a quarter of two weeks, at most four times: `max` and `min`. Whole numbers only, and at the end the"
        " result may not be above `EASIEST`.",
    ],
    praise="Four of Bitcoin's own tests, to the bit. The rule looks back two weeks and knows nothing of tomorrow.",
)

WAIT = Exercise(
    number="05.3",
    title="Say how many blocks to wait",
    objective="compute an attacker's odds, and what the published approximation leaves out",
    kind="function",
    cases=[
        Case(
            "one in ten",
            cases.waits(6, 0.1, 0.001),
            "Against a tenth of the power, 6 blocks bring the risk below 0.1 %. Five is what Nakamoto's approximation"
            " says, and it is too few.",
        ),
        Case("one in five", cases.waits(13, 0.2, 0.001), "Against a fifth it takes 13 blocks."),
        Case(
            "little risk",
            cases.waits(2, 0.1, 0.1),
            "Give the *first* number of blocks at which the risk is below the wished one: here 2.",
        ),
        Case(
            "strictly below",
            cases.waits(2, 0.25, 0.5),
            "Against a quarter, one block leaves a risk of exactly 50 %. That is not yet *below* 50 %: it takes 2.",
        ),
        Case("nobody", cases.waits(1, 0.0, 0.001), "An attacker without any power never catches up: 1 block does."),
        Case(
            "half",
            cases.never_enough,
            "Half of the power or more catches up surely, however long one waits: give `None`.",
        ),
        Case(
            "many",
            cases.waits(133, 0.4, 0.001),
            "Against 40 % it takes 133 blocks. Do not stop before; and add up all terms of the sum.",
        ),
    ],
    hints=[
        "Write the probability for z blocks first, and try it: for q = 0.1 and z = 6 it is 0.000591.",
        "`math.comb(k + z - 1, k)` counts the orders. Subtract the sum over k from 0 to z - 1 from 1; for z = 0 nothing"
        " is subtracted. Then go up from 0.",
    ],
    praise="Each further block multiplies the risk by about 4q(1 - q): at 40 %, each takes only 4 % of it away.",
)

STEP = Exercise(
    number="05.4",
    title="Write one step of the selfish miner",
    objective="follow a miner who withholds blocks, and say when it pays",
    kind="function",
    cases=[
        Case(
            "hide",
            cases.steps(*(((lead, False, "pool"), (lead + 1, False, 0, 0)) for lead in (0, 1, 2, 3))),
            "What the pool finds, it hides: the lead grows, and nobody's block is decided yet.",
        ),
        Case(
            "nothing hidden",
            cases.steps(((0, False, "others"), (0, False, 0, 1))),
            "With no lead the others' block simply becomes the next of the chain: one for them.",
        ),
        Case(
            "tie",
            cases.steps(((1, False, "others"), (0, True, 0, 0))),
            "A lead of 1 and the others find one: the pool publishes, and two branches are equally long. The lead is"
            " gone, and nothing is decided yet.",
        ),
        Case(
            "lead of two",
            cases.steps(((2, False, "others"), (0, False, 2, 0))),
            "A lead of 2 and the others find one: the pool publishes both blocks, one more than the others have.",
        ),
        Case(
            "long lead",
            cases.steps(((3, False, "others"), (2, False, 1, 0)), ((7, False, "others"), (6, False, 1, 0))),
            "With a longer lead the pool publishes one block, which will be one of the chain in any case.",
        ),
        Case(
            "tie won",
            cases.steps(((0, True, "pool"), (0, False, 2, 0))),
            "In a tie the pool adds to its own branch and publishes: both blocks are its own.",
        ),
        Case(
            "tie lost",
            cases.steps(((0, True, "others"), (0, False, 0, 2))),
            "In a tie the others add to their own branch: both blocks are theirs.",
        ),
        Case(
            "tie shared",
            cases.steps(((0, True, "others on the pool's block"), (0, False, 1, 1))),
            "Some of the others saw the pool's block first and add to it: one block for each.",
        ),
    ],
    hints=[
        "Seven situations: no tie (pool finds; others find at lead 0, 1, 2, more) and a tie (three finders).",
        "In a tie every finder ends it: the lead is 0 and `tie` is False afterwards, and two blocks are decided."
        " Without a tie, the pool's own finds decide nothing.",
    ],
    praise="The pool wastes work of its own to waste more of the others'. Run it a million times and count.",
)

EVIDENCE = Exercise(
    number="05.5",
    title="Slash who votes twice",
    objective="write and check the evidence for which a validator loses its stake",
    kind="contract",
    seconds=30.0,
    needs=("web3", "vyper.compiler", "nnchain_edu.chain", "eth_keys", "coincurve"),
    cases=[
        Case(
            "slashes", evidence.slashes, "Bob signed two blocks in slot 5. His stake must be 0, and Carol's untouched."
        ),
        Case(
            "a tenth",
            evidence.rewards_a_tenth,
            "Whoever reports gets a tenth of the stake, and not more: else cheats would report themselves.",
        ),
        Case(
            "one block",
            evidence.refused(evidence.same_block_twice),
            "Bob voted once, and the call went through: the same block in two signatures (unit 03) is no evidence."
            " Refuse with `assert`, so that it reverts.",
        ),
        Case(
            "signed again",
            evidence.refused(evidence.signed_again),
            "Bob signed one vote twice, with two random numbers: another `r`, but the same block. Compare the blocks.",
        ),
        Case(
            "two signers",
            evidence.refused(evidence.two_signers),
            "Bob voted for one block and Carol for another: both are honest. Compare *both* signers.",
        ),
        Case(
            "two slots",
            evidence.refused(evidence.two_slots),
            "Bob voted once in slot 5 and once in slot 6, as he should. Both votes must be for the slot given.",
        ),
        Case(
            "no stake",
            evidence.refused(evidence.without_stake),
            "Somebody without a stake signed twice: there is nothing to take, so revert.",
        ),
        Case(
            "no signature",
            evidence.refused(evidence.no_signature),
            "Two nonsense signatures passed: `ecrecover` gives the zero address where there is no signer, twice.",
        ),
        Case("once", evidence.not_twice, "The same evidence, with its votes exchanged, was accepted a second time."),
        Case(
            "while being paid",
            evidence.not_while_paid,
            "The reporter was a contract (unit 04). While it was being paid it reported again, and was paid again."
            " First set the stake to 0, then pay.",
        ),
    ],
    hints=[
        "`self.signer_of(slot, root, signature)` names who signed. What must be equal, what must differ, what must be"
        " above zero?",
        "Three `assert` lines: two roots that differ, two signers that agree, a stake above 0. Then set the stake to 0,"
        " and only then pay the tenth.",
    ],
    praise="Nobody had to witness it: two signatures prove the crime to a machine. Only a liar leaves this trace.",
)

QUORUM = Exercise(
    number="05.6",
    title="Compute faults and quorum",
    objective="say how many faulty nodes an agreement bears, and break it with one more",
    kind="function",
    cases=[
        Case("four", cases.quorum_is(4, 1, 3), "Four nodes bear 1 fault and need 3 votes."),
        Case(
            "three",
            cases.bears(3, 0),
            "Three nodes bear no fault. f is the largest whole number for which n is at least 3f + 1.",
        ),
        Case(
            "six",
            cases.shares_enough(6, 1),
            "With 6 nodes and 3 votes, two halves would decide two things. Two quorums must share more than f nodes.",
        ),
        Case(
            "seven",
            cases.shares_enough(7, 2),
            "Seven nodes bear 2 faults. Two quorums of 4 may share a single node, and it may be a faulty one.",
        ),
        Case(
            "five",
            cases.shares_enough(5, 1),
            "Five nodes bear 1 fault. Two quorums of 3 share a single node, and that one may be the faulty one.",
        ),
        Case(
            "not more than needed",
            cases.quorum_is(9, 2, 6),
            "With 9 nodes and 2 faults, 6 votes are enough: two sixes share 3 nodes, so an honest one. Give the"
            " smallest quorum.",
        ),
        Case(
            "any number",
            cases.every_quorum,
            "From 1 to 40 nodes there is one for which your pair is another. Both follow from n alone, whatever n is.",
        ),
    ],
    hints=[
        "Two quorums of size q among n nodes share at least 2q - n of them. How many must they share?",
        "More than f, so that one of the shared is honest: q is the smallest number with 2q - n > f, and f the largest"
        " with n >= 3f + 1. Try both by hand for n = 4, 5, 6.",
    ],
    praise="For n = 3f + 1 this is 2f + 1, the number in the papers. Your formula also holds in between.",
)

UNIT = Unit(
    number="05",
    slug="consensus",
    title="Who writes the next block?",
    exercises=[MINE, RETARGET, WAIT, STEP, EVIDENCE, QUORUM, STRATEGY],
)
