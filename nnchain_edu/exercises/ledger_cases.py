"""What the cases of unit 03 put to an answer: hash functions, proofs, signatures, chains of headers, claims."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from nnchain_edu.exercises.kinds import AnswerFailed, Miss, Test, returns
from nnchain_edu.exercises.shown import show


def same_bytes(message: bytes) -> bytes:
    """A hash that hides nothing."""
    return message


def first_byte(message: bytes) -> bytes:
    """A hash that looks at the first byte only."""
    return message[:1]


def sha(size: int) -> Callable[[bytes], bytes]:
    """SHA-2 with a digest of `size` bits."""
    return lambda message: getattr(hashlib, f"sha{size}")(message).digest()


def share_of(hash_function: Callable[[bytes], bytes], message: bytes, lowest: float, highest: float) -> Test:
    """The answer's share for this hash and message lies between two numbers."""

    def test(answer: Any) -> bool | Miss:
        share = answer(hash_function, message)
        return lowest <= share <= highest or Miss(("Expected", f"a number from {lowest:g} to {highest:g}"))

    return test


def not_the_share(mistaken: float) -> Test:
    """For the hash that returns `b"ab"` itself, the answer's share is not the mistaken one."""
    return lambda answer: abs(answer(same_bytes, b"ab") - mistaken) > 1e-9


ITEMS = [f"payment {n}".encode() for n in range(8)]


def hashed_leaf(item: bytes) -> bytes:
    """SHA-256 of an entry, marked as a leaf (RFC 6962)."""
    return hashlib.sha256(b"\x00" + item).digest()


def hashed_node(left: bytes, right: bytes) -> bytes:
    """SHA-256 of two hashes, marked as a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def full_proof(items: list[bytes], index: int) -> tuple[list[bytes], bytes]:
    """Siblings of entry `index` from the leaf up, and the root; `items` are a power of two."""
    level, siblings = [hashed_leaf(item) for item in items], []
    while len(level) > 1:
        siblings.append(level[index ^ 1])
        level = [hashed_node(level[i], level[i + 1]) for i in range(0, len(level), 2)]
        index //= 2
    return siblings, level[0]


def proof_is(expected: bool, item: int, index: int, of: int, items: list[bytes] = ITEMS) -> Test:
    """The proof of entry `of`, shown for entry `item` at position `index`, counts as `expected`."""
    siblings, root = full_proof(items, of)
    return returns(expected, items[item], index, siblings, root)


ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
DIGEST = bytes.fromhex("5600a227132773948e9c695e") + bytes(20)


def signed(secret: int) -> tuple[str, tuple[int, int, int]]:
    """An address and its signature of `DIGEST`."""
    from eth_keys import keys

    key = keys.PrivateKey(secret.to_bytes(32, "big"))
    return key.public_key.to_checksum_address(), key.sign_msg_hash(DIGEST).vrs


def signer_is(secret: int) -> Test:
    """The signature of the key `secret` is traced to its address."""

    def test(answer: Any) -> bool | Miss:
        address, vrs = signed(secret)
        return same_address(answer(DIGEST, *vrs), address)

    return test


def same_address(given: Any, address: str) -> bool | Miss:
    """Whether a text is this address, in capitals or not."""
    return (isinstance(given, str) and given.lower() == address.lower()) or Miss(("Expected", address))


def twin_refused(answer: Any) -> bool | Miss:
    """The high twin of a signature is refused."""
    _, (v, r, s) = signed(1)
    given = answer(DIGEST, 1 - v, r, ORDER - s)
    return given is None or Miss(("Expected", "None"))


def largest_allowed(answer: Any) -> bool | Miss:
    """The largest s that is still allowed names its signer."""
    from eth_keys import keys

    _, (v, r, _) = signed(1)
    vrs = (v, r, ORDER // 2)
    address = keys.Signature(vrs=vrs).recover_public_key_from_msg_hash(DIGEST).to_checksum_address()
    return same_address(answer(DIGEST, *vrs), address)


def fits_no_key(answer: Any) -> bool | Miss:
    """A signature that no key can have made is refused."""
    given = answer(DIGEST, 0, 5, 7)  # no point of the curve has x = 5
    return given is None or Miss(("Expected", "None"))


def made_headers(contents: list[bytes]) -> list[bytes]:
    """Headers in RLP, oldest first: the parent's hash, then some content."""
    import rlp
    from eth_utils import keccak

    headers, parent = [], bytes(32)
    for content in contents:
        headers.append(rlp.encode([parent, content]))
        parent = keccak(headers[-1])
    return headers


def vouched(expected: int, changes: dict[int, bytes], rebuild: bool = False) -> Test:
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
        changed = ", ".join(f"header {n}" for n in changes) or "nothing"
        return right or Miss(("Changed", changed), ("Expected", show(expected)))

    return test


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


@cache
def _trusted() -> tuple[bytes, bytes]:
    """The head that the lender trusts, and Judy's address, from a chain that no learner has touched."""
    from nnchain_edu.lab.claims import lenders_chain

    chain = lenders_chain()
    return bytes(chain.block().hash), bytes.fromhex(chain.accounts["judy"].address[2:])


def honest_accepted(answer: Any) -> bool | Miss:
    """The careful verifier accepts the honest claim."""
    from nnchain_edu.lab.claims import careful, refusal

    reason = refusal(careful, _claims(answer)[0], _trusted()[0])
    return not reason or Miss(("The careful verifier says", reason))


def honest_rich(answer: Any) -> bool | Miss:
    """The honest claim is of a fortune."""
    from nnchain_edu.lab.claims import FORTUNE

    balance = _claims(answer)[0].balance
    return balance >= FORTUNE or Miss(("Claimed", f"{balance:,} wei"), ("Needed", f"{FORTUNE:,} wei"))


def forged_for_judy(answer: Any) -> bool | Miss:
    """Each forged claim says that Judy has a fortune."""
    from nnchain_edu.lab.claims import FORTUNE

    _, judy = _trusted()
    odd = [n for n, c in enumerate(_claims(answer)[1]) if c.address != judy or c.balance < FORTUNE]
    return not odd or Miss(("Forged claim", f"number {odd[0]} of your list"))


def fools(name: str) -> Test:
    """One of the forged claims is believed by the careless verifier of this name."""

    def test(answer: Any) -> bool | Miss:
        from nnchain_edu.lab import claims

        forged, (head, _) = _claims(answer)[1], _trusted()
        refusals = {v.__name__: [claims.refusal(v, claim, head) for claim in forged] for v in claims.CARELESS}
        fooled = [verifier for verifier, reasons in refusals.items() if "" in reasons]
        said = f"{len(fooled)} of {len(claims.CARELESS)} ({', '.join(fooled) or 'none'})"
        others = [
            (f"{verifier} refuses", "; ".join(f"claim {n}: {reason}" for n, reason in enumerate(reasons, 1)))
            for verifier, reasons in refusals.items()
            if verifier not in fooled
        ]
        return name in fooled or Miss(("Score, verifiers fooled", said), *others)

    return test
