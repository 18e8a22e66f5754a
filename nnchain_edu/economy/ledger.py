"""All that happens, block by block, as the books have it."""

from dataclasses import dataclass
from itertools import groupby

from coincurve import PrivateKey
from eth_utils import keccak

from ..chain.accounts import seeded_key
from .agents import World
from .behaviour import ETHER, Intent
from .books import GAS, Block, Books, Entry
from .founding import founding

SLOT = 300  # seconds: a block comes every five minutes, where there is something to put in
FULL = 29_000_000  # gas given to the transactions of one block at most; the chain fills blocks to 30 million
FOUNDER = 10_000 * ETHER  # what the chain's named accounts hold


@dataclass
class Ledger:
    """Everybody, every block, and what became of the intents."""

    world: World
    blocks: list[Block]
    addresses: dict[str, str]
    skipped: dict[str, int]


def agent_key(seed: int, name: str) -> bytes:
    """The private key of an agent: play money only, anybody can compute it."""
    return seeded_key(seed, f"economy {name}")


def address_of(key: bytes) -> str:
    """The address that belongs to a private key, in lower case."""
    return "0x" + keccak(PrivateKey(key).public_key.format(compressed=False)[1:])[-20:].hex()


def keep_books(world: World, intents: list[Intent], addresses: dict[str, str], founders: list[str]) -> Ledger:
    """Enter the founding and all intents (in the order of time); pack what can be done into blocks."""
    books = Books(addresses, {addresses[name]: FOUNDER for name in founders})
    blocks: list[Block] = []
    slots = groupby(intents, key=lambda intent: (max(1, intent.time // SLOT) + 1) * SLOT)
    for seconds, group in [*founding(world, founders), *((seconds, list(group)) for seconds, group in slots)]:
        entries = [entry for intent in group if (entry := books.enter(intent))]
        blocks += packed(seconds, entries)
    return Ledger(world, blocks, books.addresses, dict(books.skipped))


def packed(seconds: int, entries: list[Entry]) -> list[Block]:
    """Entries of one moment as blocks a second apart: each within the gas limit, a creation always alone."""
    blocks: list[Block] = []
    gas = FULL + 1
    for entry in entries:
        gas += GAS[entry.intent.act]
        if entry.created or gas > FULL:
            blocks.append((seconds + len(blocks), []))
            gas = FULL + 1 if entry.created else GAS[entry.intent.act]
        blocks[-1][1].append(entry)
    return blocks
