"""What an economy knows about itself and an observer does not."""

from dataclasses import dataclass
from typing import Any

import pandas

from ..chain.accounts import NAMES
from .behaviour import DAY
from .ledger import Ledger


@dataclass
class Truth:
    """Who did what for which purpose.

    accounts: by address (lower case): ``name``, ``role``, ``illicit``, ``typology`` ("" for the honest), ``campaign``
    (-1 for the honest), ``joined`` (day), ``began`` (day of the scheme; -1 for the honest).
    transactions: by hash: ``day``, ``kind``, ``illicit``, ``typology``, ``campaign``; a victim's payment belongs to
    the scheme and is illicit, an offender's shopping is not.
    contracts: by name. skipped: intents that an agent could not afford, by kind. start: the chain's beginning in
    seconds. head: the hash of the last block.
    """

    accounts: pandas.DataFrame
    transactions: pandas.DataFrame
    contracts: dict[str, Any]
    skipped: dict[str, int]
    start: int
    head: str


def tell(ledger: Ledger, hashes: list[str], contracts: dict[str, Any], start: int, head: str) -> Truth:
    """The truth about a ledger whose transactions got these ``hashes``, in order."""
    schemes = {campaign.number: campaign for campaign in ledger.world.campaigns}
    rows = []
    for name, address in ledger.addresses.items():
        agent = ledger.world.agents.get(name)
        if agent:
            row = agent.role, agent.campaign, agent.joined // DAY
        elif name in NAMES:
            row = "founder", -1, 0
        else:
            campaign = int(name.split()[1]) if name.startswith("ponzi ") else -1
            row = "contract", campaign, schemes[campaign].start // DAY if campaign >= 0 else 0
        rows.append((address, name, *row))
    accounts = pandas.DataFrame(rows, columns=["address", "name", "role", "campaign", "joined"]).set_index("address")
    entries = [entry for _, block in ledger.blocks for entry in block]
    done = [(e.intent.time // DAY, e.intent.kind, e.intent.campaign) for e in entries]
    transactions = pandas.DataFrame(done, columns=["day", "kind", "campaign"], index=pandas.Index(hashes, name="hash"))
    for frame in (accounts, transactions):
        frame["typology"] = [schemes[c].typology if c >= 0 else "" for c in frame["campaign"]]
        frame["illicit"] = frame["campaign"] >= 0
    accounts["began"] = [schemes[c].start // DAY if c >= 0 else -1 for c in accounts["campaign"]]
    return Truth(accounts, transactions, contracts, ledger.skipped, start, head)
