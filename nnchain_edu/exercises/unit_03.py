"""Unit 03: avalanche, Merkle proof, signer, fee, what a head vouches for; and the challenge: forged claims."""

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import leaves_unchanged, returns
from nnchain_edu.exercises.ledger_cases import (
    ITEMS,
    first_byte,
    fits_no_key,
    fools,
    forged_for_judy,
    full_proof,
    honest_accepted,
    honest_rich,
    largest_allowed,
    not_the_share,
    proof_is,
    same_bytes,
    sha,
    share_of,
    signer_is,
    twin_refused,
    vouched,
)

# --- 03.1 ---------------------------------------------------------------------------------------------


avalanche = Exercise(
    number="03.1",
    title="Measure the avalanche of any hash function",
    objective="measure how a hash reacts to a changed bit, and tell a good hash from a bad one",
    kind="function",
    cases=(
        Case(
            "a share",
            share_of(sha(256), b"ab", 0, 1),
            "A share lies from 0 to 1: divide the bits that changed by all bits of the hash, and take the average over"
            " the flips.",
        ),
        Case(
            "bits of this hash",
            not_the_share(1 / 256),
            "You divided by 256, and this hash has 16 bits. Take the number from what the hash function returns.",
        ),
        Case(
            "a bit, not a byte",
            not_the_share(8 / 16),
            "Each of your flips changed 8 bits. Flip one bit, `1 << position` or a power of two, not a whole byte.",
        ),
        Case(
            "one bit at a time",
            returns(1 / 16, same_bytes, b"ab", tolerance=1e-9),
            "This hash returns the message itself, so each flip changes 1 bit of 16, and so does the average. Start"
            " from the original message each time.",
        ),
        Case(
            "every bit",
            returns(1 / 16, first_byte, b"ab", tolerance=1e-9),
            "This hash looks at the first byte only, so 8 of the 16 flips change 1 bit of 8. Flip the bits of *all*"
            " bytes, and let the flips without any effect count too.",
        ),
        Case(
            "leading zeros",
            returns(1 / 24, same_bytes, b"\0\0a", tolerance=1e-9),
            "A message may begin with zero bytes. After a flip it must be as long as before.",
        ),
        Case(
            "a real hash",
            returns(0.4993489583333333, sha(256), b"ledger", tolerance=1e-9),
            "SHA-256 comes near one half, but the share is exact: average over all flips, and do not round.",
        ),
    ),
    hints=(
        "A message of `m` bytes has `8 * m` bits. Flip each in turn, hash, and compare with the hash of the original.",
        "As in the lesson: with the message as a number, `^ 1 << position` flips, and `.bit_count()` of the two hashes'"
        " `^` counts. Divide by the number of flips and by the bits of one hash.",
    ),
    praise="Near one half for the real ones. The sum of the bytes stays near a quarter, since most flips change few of"
    " its bits. A low share condemns a hash; a share of one half does not yet acquit it.",
)

# --- 03.2 ---------------------------------------------------------------------------------------------

proves = Exercise(
    number="03.2",
    title="Check a Merkle proof by the entry's position",
    objective="check a proof that an entry belongs to a list of millions, made of a few hashes",
    kind="function",
    cases=(
        Case("first entry", proof_is(True, 0, 0, 0), "Entry 0 is the left one at each level, and this proof is good."),
        Case(
            "sides",
            proof_is(True, 5, 5, 5),
            "Entry 5 is a right one, then a left one, then a right one. The last binary digit of the index says which;"
            " halve the index on each level.",
        ),
        Case(
            "other entry", proof_is(False, 4, 5, 5), "This entry does not belong to the proof: compare with the root."
        ),
        Case(
            "one entry",
            proof_is(True, 0, 0, 0, ITEMS[:1]),
            "A list of one entry has no siblings: its leaf is the root.",
        ),
        Case(
            "no such position",
            proof_is(False, 5, 13, 5),
            "Three siblings make a tree of 8 entries, so there is no entry 13. Its last digits look like those of 5:"
            " nothing of the index may be left over at the top.",
        ),
        Case(
            "arguments stay",
            leaves_unchanged(ITEMS[2], 2, full_proof(ITEMS, 2)[0], full_proof(ITEMS, 2)[1]),
            "The list of siblings belongs to the caller: do not empty it.",
        ),
    ),
    hints=(
        "Start with the leaf's hash and take sibling by sibling. On each level, is yours the left or the right one?",
        "An even index means left, an odd one right; then halve the index, rounded down. At the top, look at the hash"
        " *and* at the index.",
    ),
    praise="The position is proven along with the entry: that matters when the order of payments does.",
)

# --- 03.3 ---------------------------------------------------------------------------------------------

signer = Exercise(
    number="03.3",
    title="Recover who signed, and refuse the twin",
    may_give_none=True,
    objective="find out who signed a message, and refuse a signature that has been bent",
    kind="function",
    needs=("eth_keys", "coincurve"),
    cases=(
        Case(
            "address",
            signer_is(1),
            "An address is the text `0x` and 40 hexadecimal digits: the last 20 bytes of the public key's hash.",
        ),
        Case("parity", signer_is(3), "`v` says which of two points is meant. Pass on the one that you were given."),
        Case("twin", twin_refused, "This `s` lies above half of the order `n`: return `None` (EIP-2)."),
        Case("half is allowed", largest_allowed, "`s` may be `n // 2` itself: only what lies *above* is refused."),
        Case(
            "fits no key",
            fits_no_key,
            "No point of the curve has this `r`, so nobody signed: return `None`.",
        ),
    ),
    hints=(
        "Look at `s` first. Then `keys.Signature(vrs=(v, r, s))` and `recover_public_key_from_msg_hash(digest)`.",
        "A public key has `.to_checksum_address()`. Where no key fits, `eth_keys.exceptions.BadSignature` is raised:"
        " catch it.",
    ),
    praise="This is what a node does with each transaction before it looks at anything else.",
)

# --- 03.4 ---------------------------------------------------------------------------------------------

GWEI = 10**9

fee_split = Exercise(
    number="03.4",
    title="Say where a transaction's fee goes",
    may_give_none=True,
    objective="take a transaction apart to the byte, and say where its fee goes",
    kind="function",
    cases=(
        Case(
            "wished tip",
            returns((21_000 * 10 * GWEI, 21_000 * 2 * GWEI), 21_000, 10 * GWEI, 30 * GWEI, 2 * GWEI),
            "There is room for the whole tip: for each unit of gas 10 gwei (10,000,000,000 wei) are burned, and 2 gwei"
            " go to the producer.",
        ),
        Case(
            "little room",
            returns((21_000 * 29 * GWEI, 21_000 * GWEI), 21_000, 29 * GWEI, 30 * GWEI, 2 * GWEI),
            "The sender pays at most 30 gwei in all. 29 are burned, so only 1 is left for the tip.",
        ),
        Case(
            "waits",
            returns(None, 21_000, 31 * GWEI, 30 * GWEI, 2 * GWEI),
            "The sender does not even pay the base fee, so no block may take the transaction: return `None`.",
        ),
        Case(
            "just enough",
            returns((21_000 * 30 * GWEI, 0), 21_000, 30 * GWEI, 30 * GWEI, 2 * GWEI),
            "Exactly the base fee is enough: all is burned, and the tip is 0.",
        ),
        Case(
            "exact",
            returns((900_720_825_393_926_674_002, 10**6 + 1), 10**6 + 1, 900_719_925_474_001 - 799_999, 10**16, 1),
            "These wei are off in the last digits. Whole numbers stay exact in Python; a float does not.",
        ),
    ),
    hints=(
        "Per unit of gas: the base fee is burned; the tip is the wish, or what is left of the most the sender pays.",
        "Whenever two limits hold at once, the smaller one decides: `min`. Multiply by the gas only at the end.",
    ),
    praise="The sender gets the rest back: nobody pays more than `base_fee + tip` for a unit of gas.",
)

# --- 03.5 ---------------------------------------------------------------------------------------------


proven_from = Exercise(
    number="03.5",
    title="Find the blocks that a head vouches for",
    objective="say which blocks a remembered hash vouches for",
    kind="function",
    needs=("rlp", "eth_utils"),
    cases=(
        Case("honest", vouched(0, {}), "Nothing was changed: the head vouches for all of them, from header 0 on."),
        Case(
            "one change",
            vouched(3, {2: b"forged"}),
            "Header 2 was changed, so 3, 4 and 5 still hang on the head, and 2 does not: the answer is 3.",
        ),
        Case(
            "two changes",
            vouched(5, {1: b"forged", 4: b"forged"}),
            "Trust comes from the head and flows backwards. It stops at the *last* break; what holds together before"
            " that is vouched for by nobody.",
        ),
        Case(
            "head itself",
            vouched(6, {5: b"forged"}),
            "The newest header does not have the trusted hash: none is vouched for, and the answer is their number.",
        ),
        Case(
            "rebuilt",
            vouched(6, {1: b"forged"}, rebuild=True),
            "This chain was built anew and fits together perfectly. Compare with the head, not only the headers among"
            " each other.",
        ),
    ),
    hints=(
        "Which hash do you trust at first? And once a header has it, which further hash do you trust?",
        "Walk from the newest to the oldest. A header that has the trusted hash names the next trusted one in its first"
        " field.",
    ),
    praise="One hash of 32 bytes vouches for everything behind it, and for nothing beside it.",
)

# --- 03.6, the challenge ------------------------------------------------------------------------------


forge = Exercise(
    number="03.6",
    title="Challenge: forge what only a careful verifier refuses",
    objective="check a claim about an account without trusting whoever makes it",
    seconds=20,
    needs=("web3", "rlp", "eth_utils"),
    cases=(
        Case(
            "honest claim",
            honest_accepted,
            "The careful verifier refuses your honest claim. Header, address, balance and nodes must all be those of"
            " one account in the newest block.",
        ),
        Case("honest and rich", honest_rich, "The lender wants to see 15,000 ether. Who on this chain has them?"),
        Case(
            "forged for Judy",
            forged_for_judy,
            "Each forged claim must say that Judy holds at least 15,000 ether: her address, such a balance.",
        ),
        Case(
            "any way",
            fools("trusts_any_way"),
            "`trusts_any_way` does not look whose account the nodes lead to. Whose could you show?",
        ),
        Case(
            "any root",
            fools("trusts_any_root"),
            "`trusts_any_root` takes your first node for the root. You may write that node yourself: a leaf is enough.",
        ),
        Case(
            "any header",
            fools("trusts_any_header"),
            "`trusts_any_header` never compares the header's hash with the head. Which field would you put there?",
        ),
    ),
    hints=(
        "Put each careless verifier beside the careful one: which comparison is missing? What may you then choose"
        " freely?",
        "A trie of one account is a single leaf: RLP of a list of two, the way and the account. For a whole way of 64"
        " digits, write the byte `20` (hexadecimal) before the 32 bytes of the address's hash.",
    ),
    praise="Three of three, and the careful verifier refused them all. Real bridges between chains lost fortunes"
    " to one such missing comparison.",
)

UNIT = Unit("03", "ledger", "Blocks, hashes, signatures", (avalanche, proves, signer, fee_split, proven_from, forge))
