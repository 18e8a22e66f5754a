"""From the books to the chain: entries as signed transactions, and as the rows that an observer would read."""

from collections.abc import Callable
from typing import Any

from .books import GAS, GWEI, Block, Entry, word
from .store import Rows

#: Gas that each act takes on average; only plans need it, the chain knows better.
TYPICAL = {"pay": 21_000, "tokens": 40_000, "approve": 46_000, "pull": 50_000, "buy": 75_000, "sell": 85_000,
           "open": 150_000, "deploy": 600_000, "invest": 140_000}  # fmt: skip
#: First four bytes of the input by act.
SELECTORS = {
    "pay": "", "deploy": "0x", "tokens": "0xa9059cbb", "approve": "0x095ea7b3", "pull": "0x23b872dd",
    "buy": "0xa6f2ae3a", "sell": "0xe4849b32", "open": "0x690e7c09", "invest": "0xe8b5e51f",
}  # fmt: skip


def act(chain: Any, blocks: list[Block], start: int, on_block: Callable[[int], None]) -> tuple[list[str], dict]:
    """Carry out the entries on ``chain``. Returns the transactions' hashes in order, and the contracts by name."""
    hashes, contracts = [], {}
    for seconds, entries in blocks:
        chain.rpc("evm_setNextBlockTimestamp", start + seconds)
        if entries[0].created:  # stands alone in its block
            (entry,) = entries
            hashes.append(deploy(chain, entry, contracts))
        else:
            sent = chain.send_many([message(entry, contracts) for entry in entries])
            # where web3 signed, as for a node elsewhere, a hash comes as bytes
            hashes += [hashed if isinstance(hashed, str) else "0x" + bytes(hashed).hex() for hashed in sent]
        on_block(seconds)
    return hashes, contracts


def deploy(chain: Any, entry: Entry, contracts: dict[str, Any]) -> str:
    """Create the contract of an entry."""
    name = entry.intent.to
    source = "ponzi" if name.startswith("ponzi") else name
    contracts[name] = chain.deploy(source, *entry.args, sender=entry.sender)
    return contracts[name].receipt["transactionHash"].to_0x_hex()


def message(entry: Entry, contracts: dict[str, Any]) -> dict:
    """An entry as `Chain.send_many` takes it."""
    act, to = entry.intent.act, entry.to
    if act == "pay":
        call = to
    elif act in ("tokens", "pull", "approve"):
        functions = contracts["token"].functions
        call = {"tokens": functions.transfer, "pull": functions.transferFrom, "approve": functions.approve}[act]
    else:
        call = getattr(contracts[entry.intent.to].functions, act)
    return {"to": call, "args": entry.args, "sender": entry.sender, "value": entry.value, "gas": GAS[act]}


def rows_of(blocks: list[Block], start: int) -> Rows:
    """What an observer would read of these blocks. Made up: hashes, gas, fees, and the input of creations."""
    rows = Rows([(0, start, word(0), word(0), 0, 0)], [], [])
    for number, (seconds, entries) in enumerate(blocks, 1):
        log = 0
        for place, entry in enumerate(entries):
            hashed, gas, act = word(number << 32 | place), TYPICAL[entry.intent.act], entry.intent.act
            bytes_in = 600 if entry.created else 4 + 32 * len(entry.args) if SELECTORS[act] else 0
            rows.transactions.append((
                number, place, hashed, entry.sender, entry.to, str(entry.value), str(gas * GWEI), gas,
                str(entry.nonce), int(entry.status), entry.created, SELECTORS[act], bytes_in,
            ))  # fmt: skip
            for contract, topics, data in entry.logs:
                rows.logs.append((number, log, hashed, contract, " ".join(topics), data))
                log += 1
        used = sum(TYPICAL[entry.intent.act] for entry in entries)
        rows.blocks.append((number, start + seconds, word(number), word(number - 1), len(entries), used))
    return rows
