"""Secure aggregation with double masking (Bonawitz et al. 2017, CCS, section 4 and figure 4).

Each client adds to its words, modulo 2**256, a mask of its own and one mask for each pair it belongs to: the lower
number of a pair adds, the higher subtracts, so that pair masks cancel in the sum. Secrets are shared out beforehand,
so that any `threshold` clients can give back what is missing: of a client that uploaded, its own mask; of one that
dropped out, its pair masks. Never both of one client: together they uncover its update. The threshold is more than half
of the clients: else whoever asks could have one half give the one and the other half the other (c clients that give
both to the asker raise that to more than half of all plus half of c). Masks serve once: under the same masks twice, the
difference of two uploads is the difference of two updates.

Left out here, against the paper: the encryption of the shares on their way, and signatures on public keys.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import coincurve
from eth_utils import keccak

WORD = 2**256
# The order of secp256k1, a prime: private keys are numbers below it, so shares of one are taken modulo it.
PRIME = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class MaskingError(ValueError):
    """What would lose the sum, or uncover a client."""


def stream(seed: bytes, length: int) -> list[int]:
    """`length` words that nobody without the 32 bytes of `seed` can tell from noise: Keccak-256 over seed and place."""
    return [int.from_bytes(keccak(seed + place.to_bytes(32, "big")), "big") for place in range(length)]


def add(*many: Sequence[int]) -> list[int]:
    """Words added place by place modulo 2**256, as `unsafe_add` does in the EVM."""
    return [sum(words) % WORD for words in zip(*many, strict=True)]


def subtract(words: Sequence[int], others: Sequence[int]) -> list[int]:
    """Words subtracted place by place modulo 2**256."""
    return [(a - b) % WORD for a, b in zip(words, others, strict=True)]


def share(secret: int, threshold: int, holders: Iterable[int]) -> dict[int, int]:
    """Shamir's secret sharing: any `threshold` of the shares give the secret back, fewer say nothing about it.

    The share of holder h is a polynomial of degree threshold − 1 at h + 1; at 0 it is the secret.
    """
    holders = list(holders)
    if not 0 <= secret < PRIME:
        raise MaskingError("the secret must be a number from 0 to the order of secp256k1 − 1")
    if not 1 <= threshold <= len(holders):
        raise MaskingError(f"threshold must be from 1 to the {len(holders)} holders, got {threshold}")
    powers = [secret, *(secrets.randbelow(PRIME) for _ in range(threshold - 1))]
    return {h: sum(c * pow(h + 1, i, PRIME) for i, c in enumerate(powers)) % PRIME for h in holders}


def recover(shares: Mapping[int, int]) -> int:
    """The secret from enough shares, by Lagrange's interpolation at 0. Too few give a wrong number, and no error."""
    secret = 0
    for h, value in shares.items():
        over, under = 1, 1
        for other in shares:
            if other != h:
                over, under = over * (other + 1) % PRIME, under * (other - h) % PRIME
        secret += value * over * pow(under, -1, PRIME)
    return secret % PRIME


@dataclass
class Client:
    """One client in one round, with keys that serve for this round only.

    number: which client; length: words of an update; key: pairs' secret; own: seed of its own mask.
    """

    number: int
    length: int
    key: coincurve.PrivateKey = field(default_factory=coincurve.PrivateKey, repr=False)
    own: int = field(default_factory=lambda: secrets.randbelow(PRIME), repr=False)
    held: dict[str, dict[int, int]] = field(default_factory=lambda: {"key": {}, "own": {}}, repr=False)
    given: dict[int, str] = field(default_factory=dict)  # which kind of secret it helped to recover, by client
    spent: list[int] | None = field(default=None, repr=False)  # the words that its masks were put on

    @property
    def public(self) -> bytes:
        """The public key, which all others get."""
        return self.key.public_key.format()

    def share_out(self, clients: Mapping[int, "Client"], threshold: int) -> None:
        """Hand every client its shares of this one's two secrets. `threshold` must be more than half of them."""
        if 2 * threshold <= len(clients):
            raise MaskingError(
                f"threshold must be more than half of the {len(clients)} clients, got {threshold}: one half could give "
                "a client's key, the other its own mask"
            )
        for kind, secret in (("key", self.key.to_int()), ("own", self.own)):
            for holder, value in share(secret, threshold, clients).items():
                clients[holder].held[kind][self.number] = value

    def masked(self, words: Sequence[int], publics: Mapping[int, bytes]) -> list[int]:
        """The words under the own mask and those of all pairs: what is uploaded. Other words need another client."""
        if len(words) != self.length:
            raise MaskingError(f"client {self.number}'s update must have {self.length} words, got {len(words)}")
        if self.spent not in (None, list(words)):
            raise MaskingError(f"client {self.number} put its masks on another update already: they serve once")
        self.spent = list(words)
        masks = [stream(self.own.to_bytes(32, "big"), self.length)]
        masks += [pair_mask(self.key, self.number, other, public, self.length) for other, public in publics.items()
                  if other != self.number]  # fmt: skip
        return add(words, *masks)

    def give(self, kind: str, about: int) -> int:
        """This client's share of another's secret: "own" of one that uploaded, "key" of one that dropped out.

        Raises MaskingError when asked for both of one client: with both, whoever has a late upload sees the update.
        """
        if kind not in self.held or about not in self.held[kind]:
            raise MaskingError(f"client {self.number} holds no {kind!r} share of client {about}")
        if self.given.setdefault(about, kind) != kind:
            raise MaskingError(f"client {self.number} gave a share of client {about}'s {self.given[about]!r} already")
        return self.held[kind][about]


def pair_mask(key: coincurve.PrivateKey, number: int, other: int, public: bytes, length: int) -> list[int]:
    """The mask that `number` adds for its pair with `other`: of opposite sign for the two of them."""
    words = stream(key.ecdh(public), length)
    return words if number < other else [-word % WORD for word in words]


def unmask(total: Sequence[int], uploaded: Sequence[int], clients: Mapping[int, Client], threshold: int) -> list[int]:
    """The sum of the plain updates, from the sum of the masked ones that were `uploaded`.

    The clients that uploaded are asked for shares: of each other's own masks, and of the keys of those that dropped
    out. Raises MaskingError when they are fewer than `threshold`.
    """
    if len(uploaded) < threshold:
        raise MaskingError(f"{len(uploaded)} clients uploaded, at least {threshold} are needed to unmask the sum")
    helpers = [clients[number] for number in uploaded[:threshold]]
    for about in clients:
        kind = "own" if about in uploaded else "key"
        secret = recover({helper.number: helper.give(kind, about) for helper in helpers})
        if kind == "own":
            total = subtract(total, stream(secret.to_bytes(32, "big"), len(total)))
        else:
            key = coincurve.PrivateKey.from_int(secret)
            for number in uploaded:  # what this one added for its pair with the missing one
                mask = pair_mask(key, about, number, clients[number].public, len(total))
                total = add(total, mask)  # the missing one's half: the opposite of what is in the sum
    return list(total)
