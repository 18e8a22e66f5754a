"""What an economy knows about itself and an observer does not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .acting import Acting
from .agents import World
from .behaviour import DAY

if TYPE_CHECKING:
    import pandas


@dataclass
class Truth:
    """Who did what for which purpose.

    accounts: by address (lower case): ``name``, ``role``, ``illicit``, ``typology`` ("" for the honest), ``campaign``
    (-1 for the honest), ``joined`` (day). transactions: by hash: ``day``, ``kind``, ``illicit``,
    ``typology``, ``campaign``; a victim's payment belongs to the scheme and is illicit, an offender's shopping is not.
    contracts: by name. skipped: intents that an agent could not afford, by kind. start: the chain's beginning in
    seconds. head: the hash of the last block.
    """

    accounts: "pandas.DataFrame"
    transactions: "pandas.DataFrame"
    contracts: dict[str, Any]
    skipped: dict[str, int]
    start: int
    head: str


def tell(acting: Acting, world: World, start: int) -> Truth:
    """The truth about a run that is over."""
    import pandas

    schemes = {agent.campaign: agent.typology for agent in world.agents.values() if agent.typology}
    rows = []
    for name, address in acting.addresses.items():
        agent = world.agents.get(name)
        if agent:
            row = agent.role, agent.campaign, agent.joined // DAY
        elif name in acting.contracts:
            campaign = int(name.split()[1]) if name.startswith("ponzi ") else -1
            row = "contract", campaign, 0
        else:
            row = "founder", -1, 0
        rows.append((address, name, *row))
    accounts = pandas.DataFrame(rows, columns=["address", "name", "role", "campaign", "joined"]).set_index("address")
    done = [(hashed, intent.time // DAY, intent.kind, intent.campaign) for hashed, intent in acting.done]
    columns = ["hash", "day", "kind", "campaign"]
    transactions = pandas.DataFrame(done, columns=columns).set_index("hash")
    for frame in (accounts, transactions):
        frame["typology"] = frame["campaign"].map(lambda campaign: schemes.get(campaign, ""))
        frame["illicit"] = frame["campaign"] >= 0
    head = acting.chain.w3.eth.get_block("latest")["hash"].to_0x_hex()
    return Truth(accounts, transactions, dict(acting.contracts), dict(acting.skipped), start, head)
