"""Unit 03: avalanche, Merkle proof, signer, fee, what a head vouches for; and the challenge: forged claims."""

from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise, Unit
from nnchain_edu.exercises.kinds import AnswerFailed, Miss, leaves_unchanged, returns
from nnchain_edu.exercises.shown import show

# --- 03.1 ---------------------------------------------------------------------------------------------


def same_bytes(message: bytes) -> bytes:
    """A hash that hides nothing."""
    return message


def first_byte(message: bytes) -> bytes:
    """A hash that looks at the first byte only."""
    return message[:1]


def sha(size: int) -> Any:
    """SHA-2 with a digest of `size` bits."""
    import hashlib

    return lambda message: getattr(hashlib, f"sha{size}")(message).digest()


avalanche = Exercise(
    number="03.1",
    title="Measure the avalanche of any hash function",
    objective="measure how a hash reacts to a changed bit, and tell a good hash from a bad one",
    kind="function",
    cases=(
        Case(
            "one bit at a time",
            returns(1 / 16, same_bytes, b"ab", tolerance=1e-9),
            "This hash returns the message itself, so each flip changes 1 bit of 16, and so does the average. Start from"
            " the original message each time, and flip one bit, not a byte.",
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
            "any length of hash",
            returns(0.49853515625, sha(512), b"ab", tolerance=1e-9),
            "Not every hash has 256 bits. Take the number of bits from what the hash function returns.",
        ),
        Case(
            "a real hash",
            returns(0.4993489583333333, sha(256), b"ledger", tolerance=1e-9),
            "SHA-256 comes near one half, but the share is exact: average over all flips, and do not round.",
        ),
    ),
    hints=(
        "A message of `m` bytes has `8 * m` bits. Flip each in turn, hash, and compare with the hash of the original.",
        "As in the lesson: a message as a number, `^ 1 << position` flips, `.bit_count()` of the two hashes' `^` counts."
        " Divide by the number of flips and by the bits of one hash.",
    ),
    praise="Near one half for the real ones. With a number like this you can refuse a bad hash without seeing its code.",
)

# --- 03.2 ---------------------------------------------------------------------------------------------

ITEMS = [f"payment {n}".encode() for n in range(8)]


def hashed_leaf(item: bytes) -> bytes:
    """SHA-256 of an entry, marked as a leaf (RFC 6962)."""
    from hashlib import sha256

    return sha256(b"\x00" + item).digest()


def hashed_node(left: bytes, right: bytes) -> bytes:
    """SHA-256 of two hashes, marked as a node."""
    from hashlib import sha256

    return sha256(b"\x01" + left + right).digest()


def full_proof(items: list[bytes], index: int) -> tuple[list[bytes], bytes]:
    """Siblings of entry `index` from the leaf up, and the root; `items` are a power of two."""
    level, siblings = [hashed_leaf(item) for item in items], []
    while len(level) > 1:
        siblings.append(level[index ^ 1])
        level = [hashed_node(level[i], level[i + 1]) for i in range(0, len(level), 2)]
        index //= 2
    return siblings, level[0]


def _proof_is(expected: bool, item: int, index: int, of: int, items: list[bytes] = ITEMS) -> Any:
    siblings, root = full_proof(items, of)
    return returns(expected, items[item], index, siblings, root)


proves = Exercise(
    number="03.2",
    title="Check a Merkle proof by the entry's position",
    objective="check a proof that an entry belongs to a list of millions, made of a few hashes",
    kind="function",
    cases=(
        Case("first entry", _proof_is(True, 0, 0, 0), "Entry 0 is the left one at each level, and this proof is good."),
        Case(
            "sides",
            _proof_is(True, 5, 5, 5),
            "Entry 5 is a right one, then a left one, then a right one. The last binary digit of the index says which;"
            " halve the index on each level.",
        ),
        Case("other entry", _proof_is(False, 4, 5, 5), "This entry does not belong to the proof: compare with the root."),
        Case(
            "one entry",
            _proof_is(True, 0, 0, 0, ITEMS[:1]),
            "A list of one entry has no siblings: its leaf is the root.",
        ),
        Case(
            "no such position",
            _proof_is(False, 5, 13, 5),
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
        "Start with the leaf's hash and go through the siblings. At each level, is your hash the left or the right one?",
        "An even index means left, an odd one right; then halve the index, rounded down. At the top, look at the hash *and* at the index.",
    ),
    praise="The position is proven along with the entry: that matters when the order of payments does.",
)

# --- 03.3 ---------------------------------------------------------------------------------------------

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
DIGEST = bytes.fromhex("5600a227132773948e9c695e") + bytes(20)


def signed(secret: int) -> tuple[str, tuple[int, int, int]]:
    """An address and its signature of `DIGEST`."""
    from eth_keys import keys

    key = keys.PrivateKey(secret.to_bytes(32, "big"))
    return key.public_key.to_checksum_address(), key.sign_msg_hash(DIGEST).vrs


def _signer_is(secret: int) -> Any:
    def test(answer: Any) -> bool | Miss:
        address, vrs = signed(secret)
        return _same_address(answer(DIGEST, *vrs), address)

    return test


def _same_address(given: Any, address: str) -> bool | Miss:
    return (isinstance(given, str) and given.lower() == address.lower()) or Miss(("Expected", address))


def _twin_refused(answer: Any) -> bool | Miss:
    _, (v, r, s) = signed(1)
    given = answer(DIGEST, 1 - v, r, ORDER - s)
    return given is None or Miss(("Expected", "None"))


def _largest_allowed(answer: Any) -> bool | Miss:
    from eth_keys import keys

    _, (v, r, _) = signed(1)
    vrs = (v, r, ORDER // 2)
    address = keys.Signature(vrs=vrs).recover_public_key_from_msg_hash(DIGEST).to_checksum_address()
    return _same_address(answer(DIGEST, *vrs), address)


def _fits_no_key(answer: Any) -> bool | Miss:
    given = answer(DIGEST, 0, 5, 7)  # no point of the curve has x = 5
    return given is None or Miss(("Expected", "None"))


signer = Exercise(
    number="03.3",
    title="Recover who signed, and refuse the twin",
    objective="find out who signed a message, and refuse a signature that has been bent",
    kind="function",
    needs=("eth_keys", "coincurve"),
    cases=(
        Case(
            "address",
            _signer_is(1),
            "An address is the text `0x` and 40 hexadecimal digits: the last 20 bytes of the public key's hash.",
        ),
        Case("parity", _signer_is(3), "`v` says which of two points is meant. Pass on the one that you were given."),
        Case("twin", _twin_refused, "This `s` lies above half of the order `n`: return `None` (EIP-2)."),
        Case("half is allowed", _largest_allowed, "`s` may be `n // 2` itself: only what lies *above* is refused."),
        Case(
            "fits no key",
            _fits_no_key,
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
    objective="take a transaction apart to the byte, and say where its fee goes",
    kind="function",
    cases=(
        Case(
            "wished tip",
            returns((21_000 * 10 * GWEI, 21_000 * 2 * GWEI), 21_000, 10 * GWEI, 30 * GWEI, 2 * GWEI),
            "There is room for the whole tip: 10 of each unit of gas are burned, 2 go to the producer.",
        ),
        Case(
            "little room",
            returns((21_000 * 29 * GWEI, 21_000 * GWEI), 21_000, 29 * GWEI, 30 * GWEI, 2 * GWEI),
            "The sender pays at most 30 in all. 29 are burned, so only 1 is left for the tip.",
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


def made_headers(contents: list[bytes]) -> list[bytes]:
    """Headers in RLP, oldest first: the parent's hash, then some content."""
    import rlp
    from eth_utils import keccak

    headers, parent = [], bytes(32)
    for content in contents:
        headers.append(rlp.encode([parent, content]))
        parent = keccak(headers[-1])
    return headers


def _vouched(expected: int, changes: dict[int, bytes], rebuild: bool = False) -> Any:
    """Six headers, some changed (and all after them built anew); the head is that of the honest ones."""

    def test(answer: Any) -> bool | Miss:
        import rlp
        from eth_utils import keccak

        contents = [f"block {n}".encode() for n in range(6)]
        headers = made_headers(contents)
        head = keccak(headers[-1])
        if rebuild:
            headers = made_headers([changes.get(n, content) for n, content in enumerate(contents)])
        else:
            for n, content in changes.items():
                headers[n] = rlp.encode([rlp.decode(headers[n])[0], content])
        given = answer(list(headers), head)
        right = type(given) is int and given == expected
        return right or Miss(("Changed", ", ".join(map(str, changes)) or "nothing"), ("Expected", show(expected)))

    return test


proven_from = Exercise(
    number="03.5",
    title="Find the blocks that a head vouches for",
    objective="say which blocks a remembered hash vouches for",
    kind="function",
    needs=("rlp", "eth_utils"),
    cases=(
        Case("honest", _vouched(0, {}), "Nothing was changed: the head vouches for all of them, from header 0 on."),
        Case(
            "one change",
            _vouched(3, {2: b"forged"}),
            "Header 2 was changed, so 3, 4 and 5 still hang on the head, and 2 does not: the answer is 3.",
        ),
        Case(
            "two changes",
            _vouched(5, {1: b"forged", 4: b"forged"}),
            "Trust comes from the head and flows backwards. It stops at the *last* break; what holds together before"
            " that is vouched for by nobody.",
        ),
        Case(
            "head itself",
            _vouched(6, {5: b"forged"}),
            "The newest header does not have the trusted hash: none is vouched for, and the answer is their number.",
        ),
        Case(
            "rebuilt",
            _vouched(6, {1: b"forged"}, rebuild=True),
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


def _claims(answer: Any) -> tuple[Any, list[Any]]:
    """The honest claim and the forged ones."""
    from nnchain_edu.lab.claims import Claim

    if not isinstance(answer, tuple | list) or len(answer) != 2 or not isinstance(answer[1], list | tuple):
        raise AnswerFailed("The challenge takes one honest claim and a list of forged ones: (honest, [forged, ...]).")
    honest, forged = answer[0], list(answer[1])
    for claim in (honest, *forged):
        if not isinstance(claim, Claim):
            raise AnswerFailed("Each claim is a Claim(header, address, balance, nodes).", [("You gave", show(claim))])
    return honest, forged


def _head() -> bytes:
    from nnchain_edu.lab.claims import lenders_chain

    return bytes(lenders_chain().block().hash)


def _honest_accepted(answer: Any) -> bool | Miss:
    from nnchain_edu.lab.claims import believes, careful

    return believes(careful, _claims(answer)[0], _head()) or Miss(("The careful verifier", "refused the honest claim"))


def _honest_rich(answer: Any) -> bool | Miss:
    from nnchain_edu.lab.claims import FORTUNE

    balance = _claims(answer)[0].balance
    return balance >= FORTUNE or Miss(("Claimed", f"{balance:,} wei"), ("Needed", f"{FORTUNE:,} wei"))


def _forged_for_judy(answer: Any) -> bool | Miss:
    from nnchain_edu.lab.claims import FORTUNE, lenders_chain

    judy = bytes.fromhex(lenders_chain().accounts["judy"].address[2:])
    odd = [n for n, c in enumerate(_claims(answer)[1]) if c.address != judy or c.balance < FORTUNE]
    return not odd or Miss(("Forged claim", f"number {odd[0]} of your list"))


def _fools(name: str) -> Any:
    def test(answer: Any) -> bool | Miss:
        from nnchain_edu.lab import claims

        forged, head = _claims(answer)[1], _head()
        fooled = [v.__name__ for v in claims.CARELESS if any(claims.believes(v, c, head) for c in forged)]
        said = f"{len(fooled)} of {len(claims.CARELESS)} ({', '.join(fooled) or 'none'})"
        return name in fooled or Miss(("Score, verifiers fooled", said))

    return test


forge = Exercise(
    number="03.6",
    title="Challenge: forge what only a careful verifier refuses",
    objective="check a claim about an account without trusting whoever makes it",
    seconds=20,
    needs=("web3", "rlp", "eth_utils"),
    cases=(
        Case(
            "honest claim",
            _honest_accepted,
            "The careful verifier refuses your honest claim. It needs the true header, address, balance and nodes.",
        ),
        Case("honest and rich", _honest_rich, "The lender wants to see 15,000 ether. Who on this chain has them?"),
        Case(
            "forged for Judy",
            _forged_for_judy,
            "Each forged claim must say that Judy holds at least 15,000 ether: her address, such a balance.",
        ),
        Case(
            "any way",
            _fools("trusts_any_way"),
            "`trusts_any_way` does not look whose account the nodes lead to. Whose could you show?",
        ),
        Case(
            "any root",
            _fools("trusts_any_root"),
            "`trusts_any_root` takes your first node for the root. You may write that node yourself: a leaf is enough.",
        ),
        Case(
            "any header",
            _fools("trusts_any_header"),
            "`trusts_any_header` never compares the header's hash with the head. Which field would you put there?",
        ),
    ),
    hints=(
        "For each careless verifier, put it beside the careful one: which comparison is missing? What may you then choose"
        " freely?",
        "A trie of one account is a single leaf: RLP of a list of two, the way and the account. For a whole way of 64"
        " digits, write the byte `20` (hexadecimal) before the 32 bytes of the address's hash.",
    ),
    praise="Three of three, and the careful verifier refused them all. Real bridges between chains lost fortunes"
    " to one such missing comparison.",
)

UNIT = Unit(
    "03", "ledger", "Blocks, hashes, signatures", (avalanche, proves, signer, fee_split, proven_from, forge)
)
