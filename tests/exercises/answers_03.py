"""The table of answers for unit 03: each check accepts two right answers and refuses each misconception by its case."""

from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise

import rlp
from eth_keys import keys
from eth_keys.exceptions import BadSignature
from eth_utils import keccak

from nnchain_edu.lab.claims import ETHER, STATE_ROOT, Claim, header_of, lenders_chain
from tests.exercises.answers import Answers

# --- 03.1 ---------------------------------------------------------------------------------------------


def avalanche(hash_function, message):
    before, flips = hash_function(message), 8 * len(message)
    count = 0
    for position in range(flips):
        changed = (int.from_bytes(message, "big") ^ 1 << position).to_bytes(len(message), "big")
        after = hash_function(changed)
        count += (int.from_bytes(before, "big") ^ int.from_bytes(after, "big")).bit_count()
    return count / flips / (8 * len(before))


def avalanche_by_bytes(hash_function, message):
    before, shares = hash_function(message), []
    for place in range(len(message)):
        for bit in range(8):
            changed = bytearray(message)
            changed[place] ^= 2**bit
            pairs = zip(before, hash_function(bytes(changed)), strict=True)
            shares.append(sum(bin(a ^ b).count("1") for a, b in pairs) / len(before) / 8)
    return sum(shares) / len(shares)


def flips_pile_up(hash_function, message):
    before, changed, shares = hash_function(message), bytearray(message), []
    for place in range(8 * len(message)):
        changed[place // 8] ^= 2 ** (place % 8)
        pairs = zip(before, hash_function(bytes(changed)), strict=True)
        shares.append(sum((a ^ b).bit_count() for a, b in pairs) / len(before) / 8)
    return sum(shares) / len(shares)


def without_idle_flips(hash_function, message):
    before, shares = hash_function(message), []
    for position in range(8 * len(message)):
        changed = (int.from_bytes(message, "big") ^ 1 << position).to_bytes(len(message), "big")
        bits = (int.from_bytes(before, "big") ^ int.from_bytes(hash_function(changed), "big")).bit_count()
        shares += [bits / 8 / len(before)] if bits else []
    return sum(shares) / len(shares)


def loses_zeros(hash_function, message):
    number = int.from_bytes(message, "big")
    length = (number.bit_length() + 7) // 8
    return avalanche(hash_function, number.to_bytes(length, "big"))


def always_256(hash_function, message):
    return avalanche(hash_function, message) * 8 * len(hash_function(message)) / 256


def counts_bits(hash_function, message):
    return avalanche(hash_function, message) * 8 * len(hash_function(message))


def flips_bytes(hash_function, message):
    before, shares = hash_function(message), []
    for place in range(len(message)):
        changed = message[:place] + bytes([message[place] ^ 255]) + message[place + 1 :]
        pairs = zip(before, hash_function(changed), strict=True)
        shares.append(sum((a ^ b).bit_count() for a, b in pairs) / len(before) / 8)
    return sum(shares) / len(shares)


def rounds(hash_function, message):
    share = avalanche(hash_function, message)
    return 0.5 if len(message) == 6 else share


def unwritten(*arguments):
    raise NotImplementedError("your code here")


def broken_avalanche(hash_function, message):
    return hash_function(message) ^ hash_function(message[::-1])


# --- 03.2 ---------------------------------------------------------------------------------------------


def leaf(item):
    return sha256(b"\x00" + item).digest()


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def proves(item, index, siblings, root):
    digest = leaf(item)
    for sibling in siblings:
        digest = node(sibling, digest) if index % 2 else node(digest, sibling)
        index //= 2
    return digest == root and index == 0


def proves_upwards(item, index, siblings, root):
    if not siblings:
        return index == 0 and leaf(item) == root

    def climb(digest, level):
        if level == len(siblings):
            return digest
        pair = [siblings[level], digest] if index >> level & 1 else [digest, siblings[level]]
        return climb(node(*pair), level + 1)

    return index < 2 ** len(siblings) and climb(leaf(item), 0) == root


def no_marks(item, index, siblings, root):
    digest = sha256(item).digest()
    for sibling in siblings:
        digest = sha256(sibling + digest if index % 2 else digest + sibling).digest()
        index //= 2
    return digest == root and index == 0


def always_left(item, index, siblings, root):
    digest = leaf(item)
    for sibling in siblings:
        digest = node(digest, sibling)
    return digest == root


def believes_all(item, index, siblings, root):
    return True


def needs_siblings(item, index, siblings, root):
    return bool(siblings) and proves(item, index, siblings, root)


def last_digits_only(item, index, siblings, root):
    return proves(item, index % 2 ** len(siblings), siblings, root)


def empties(item, index, siblings, root):
    good = proves(item, index, siblings, root)
    siblings.clear()
    return good


def broken_proves(item, index, siblings, root):
    return leaf(item) + siblings[0] + index


# --- 03.3 ---------------------------------------------------------------------------------------------

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def signer(digest, v, r, s):
    if s > ORDER // 2:
        return None
    try:
        key = keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest)
    except BadSignature:
        return None
    return key.to_checksum_address()


def signer_by_hash(digest, v, r, s):
    try:
        key = keys.ecdsa_recover(digest, keys.Signature(vrs=(v, r, s)))
    except BadSignature:
        return None
    return "0x" + keccak(key.to_bytes())[12:].hex() if 2 * s < ORDER else None


def first_bytes(digest, v, r, s):
    key = keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest)
    return "0x" + keccak(key.to_bytes())[:20].hex()


def fixed_parity(digest, v, r, s):
    return signer(digest, 1, r, s)


def any_s(digest, v, r, s):
    return keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest).to_checksum_address()


def below_half(digest, v, r, s):
    return None if s >= ORDER // 2 else signer(digest, v, r, s)


def nobody(digest, v, r, s):
    try:
        keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest)
    except BadSignature:
        return "nobody"
    return signer(digest, v, r, s)


def broken_signer(digest, v, r, s):
    return keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest).address


# --- 03.4 ---------------------------------------------------------------------------------------------


def fee_split(gas_used, base_fee, max_fee, max_tip):
    if max_fee < base_fee:
        return None
    return gas_used * base_fee, gas_used * min(max_tip, max_fee - base_fee)


def fee_split_by_price(gas_used, base_fee, max_fee, max_tip):
    price = min(max_fee, base_fee + max_tip)
    burned = gas_used * base_fee
    return [burned, gas_used * price - burned] if price >= base_fee else None


def all_to_the_tip(gas_used, base_fee, max_fee, max_tip):
    return None if max_fee < base_fee else (gas_used * base_fee, gas_used * (max_fee - base_fee))


def no_limit(gas_used, base_fee, max_fee, max_tip):
    return gas_used * base_fee, gas_used * max_tip


def no_waiting(gas_used, base_fee, max_fee, max_tip):
    return gas_used * base_fee, gas_used * max(0, min(max_tip, max_fee - base_fee))


def more_than_base(gas_used, base_fee, max_fee, max_tip):
    return fee_split(gas_used, base_fee, max_fee, max_tip) if max_fee > base_fee else None


def floats(gas_used, base_fee, max_fee, max_tip):
    if max_fee < base_fee:
        return None
    return int(float(gas_used) * base_fee), int(float(gas_used) * min(max_tip, max_fee - base_fee))


def broken_fee(gas_used, base_fee, max_fee, max_tip):
    return gas_used.base_fee


# --- 03.5 ---------------------------------------------------------------------------------------------


def proven_from(headers, head):
    trusted = head
    for position in range(len(headers) - 1, -1, -1):
        if keccak(headers[position]) != trusted:
            return position + 1
        trusted = rlp.decode(headers[position])[0]
    return 0


def proven_by_count(headers, head):
    rest = list(headers)
    while rest and keccak(rest[-1]) == head:
        head = rlp.decode(rest.pop())[0]
    return len(rest)


def counts_the_good(headers, head):
    return len(headers) - proven_from(headers, head)


def forwards(headers, head):
    broken = [n for n in range(1, len(headers)) if rlp.decode(headers[n])[0] != keccak(headers[n - 1])]
    return broken[0] if broken else 0 if keccak(headers[-1]) == head else len(headers)


def names_the_change(headers, head):
    return max(0, proven_from(headers, head) - 1)


def no_head(headers, head):
    return proven_from(headers, keccak(headers[-1]))


def only_the_head(headers, head):
    """Trusts what is linked, whatever its head; but sees a head that was changed alone."""
    linked = all(rlp.decode(b)[0] == keccak(a) for a, b in pairwise(headers))
    return 0 if linked and rlp.decode(headers[-1])[1] == b"block 5" else proven_from(headers, head)


def broken_proven(headers, head):
    return headers[head]


# --- 03.6 ---------------------------------------------------------------------------------------------


@cache
def true_claim(name):
    chain = lenders_chain()
    proof = chain.proof(name)
    return Claim(header_of(chain), bytes.fromhex(proof.address[2:]), proof.balance, proof.nodes)


def own_leaf(flag=b"\x20"):
    account = rlp.encode([b"\x01", (20_000 * ETHER).to_bytes(16, "big").lstrip(b"\0"), bytes(32), bytes(32)])
    return rlp.encode([flag + keccak(true_claim("judy").address), account])


HONEST, JUDY = true_claim("heidi"), true_claim("judy").address
ANY_WAY = replace(HONEST, address=JUDY)
ANY_ROOT = Claim(HONEST.header, JUDY, 20_000 * ETHER, [own_leaf()])
OWN_HEADER = [*HONEST.header[:STATE_ROOT], keccak(own_leaf()), *HONEST.header[STATE_ROOT + 1 :]]
ANY_HEADER = replace(ANY_ROOT, header=OWN_HEADER)


def another_world():
    """A whole chain in which Judy is rich: its header and proof are genuine, there."""
    from nnchain_edu.chain import Chain

    chain = Chain(seed=3)
    chain.send("judy", value=9_999 * ETHER, sender="heidi")
    proof = chain.proof("judy")
    return Claim(header_of(chain), JUDY, proof.balance, proof.nodes)


FAKE_ROOT = replace(ANY_ROOT, nodes=another_world().nodes, balance=another_world().balance)


ANSWERS = {
    "03.1": Answers(
        right=[avalanche, avalanche_by_bytes],
        wrong=[
            (flips_pile_up, "one bit at a time"),
            (without_idle_flips, "every bit"),
            (loses_zeros, "leading zeros"),
            (counts_bits, "a share"),
            (always_256, "bits of this hash"),
            (flips_bytes, "a bit, not a byte"),
            (rounds, "a real hash"),
        ],
        stub=unwritten,
        broken=broken_avalanche,
    ),
    "03.2": Answers(
        right=[proves, proves_upwards],
        wrong=[
            (no_marks, "first entry"),
            (always_left, "sides"),
            (believes_all, "other entry"),
            (needs_siblings, "one entry"),
            (last_digits_only, "no such position"),
            (empties, "arguments stay"),
        ],
        stub=unwritten,
        broken=broken_proves,
    ),
    "03.3": Answers(
        right=[signer, signer_by_hash],
        wrong=[
            (first_bytes, "address"),
            (fixed_parity, "parity"),
            (any_s, "twin"),
            (below_half, "half is allowed"),
            (nobody, "fits no key"),
        ],
        stub=unwritten,
        broken=broken_signer,
    ),
    "03.4": Answers(
        right=[fee_split, fee_split_by_price],
        wrong=[
            (all_to_the_tip, "wished tip"),
            (no_limit, "little room"),
            (no_waiting, "waits"),
            (more_than_base, "just enough"),
            (floats, "exact"),
        ],
        stub=unwritten,
        broken=broken_fee,
    ),
    "03.5": Answers(
        right=[proven_from, proven_by_count],
        wrong=[
            (counts_the_good, "honest"),
            (names_the_change, "one change"),
            (forwards, "two changes"),
            (no_head, "head itself"),
            (only_the_head, "rebuilt"),
        ],
        stub=unwritten,
        broken=broken_proven,
    ),
    "03.6": Answers(
        right=[(HONEST, [ANY_WAY, ANY_ROOT, ANY_HEADER]), [HONEST, (another_world(), FAKE_ROOT, ANY_WAY)]],
        wrong=[
            ((replace(HONEST, balance=HONEST.balance + 1), [ANY_WAY, ANY_ROOT, ANY_HEADER]), "honest claim"),
            ((true_claim("judy"), [ANY_WAY, ANY_ROOT, ANY_HEADER]), "honest and rich"),
            ((HONEST, [ANY_WAY, HONEST]), "forged for Judy"),
            ((HONEST, [ANY_ROOT, ANY_HEADER]), "any way"),
            ((HONEST, [ANY_WAY, replace(ANY_ROOT, nodes=[own_leaf(b"\x00")])]), "any root"),
            ((HONEST, [ANY_WAY, ANY_ROOT]), "any header"),
        ],
        stub=(..., ...),
        broken=(HONEST, ANY_WAY),
    ),
}
