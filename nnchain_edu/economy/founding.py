"""The first ten minutes of an economy: endowments, a token, a market, an airdrop."""

from .acting import Acting
from .agents import ENDOWMENT, Agent, World
from .behaviour import ETHER, Intent, wei

OPENING = (5_000 * ETHER, 5_000_000 * ETHER)  # wei and token units in the market at the beginning
AIRDROP = 500 * ETHER  # token units that holders and traders of the first day get
SUPPLY = 10**9 * ETHER
PURSE = 9_900 * ETHER  # wei that each of the chain's ten named accounts gives away at most


def found(acting: Acting, world: World, start: int) -> None:
    """Hand out what the chain's named accounts hold, create token and market, open the market, give tokens away."""
    settled = [agent for agent in world.agents.values() if not agent.joined and not agent.typology]
    acting.at(start + 60, endowments([account.name for account in acting.chain.accounts][:10], settled))
    created = Intent(0, "exchange", "deployment", "deploy", "token", 0)
    acting.chain.rpc("evm_setNextBlockTimestamp", start + 120)
    acting.deploy(created, "token", "Coin of the course", "COIN", SUPPLY)
    token = acting.contracts["token"]
    acting.deploy(created._replace(to="market"), "market", token.address)
    market, (ether, tokens) = acting.contracts["market"], OPENING
    opening = Intent(0, "exchange", "opening", "open", "market", ether)
    acting.call(opening, token.functions.approve(market.address, 2**255))
    acting.call(opening, market.functions.open(tokens), value=ether)
    acting.take_in_logs()
    drops = [agent.name for agent in settled if agent.role in ("holder", "trader")]
    acting.at(start + 240, [Intent(0, "exchange", "airdrop", "tokens", name, AIRDROP) for name in drops])


def endowments(founders: list[str], settled: list[Agent]) -> list[Intent]:
    """Who gets how much from which founder; all get less where there are too many people."""
    left, gifts = dict.fromkeys(founders, PURSE), []
    wanted = {agent.name: ENDOWMENT[agent.role] * min(agent.pace, 3) for agent in settled}
    scale = min(1.0, len(founders) * PURSE / ETHER * 0.95 / sum(wanted.values()))
    for name, ether in wanted.items():
        due = wei(ether * scale, 4)
        while due:
            founder = max(left, key=left.__getitem__)
            part = min(due, left[founder])
            left[founder] -= part
            due -= part
            gifts.append(Intent(0, founder, "endowment", "pay", name, part))
    return gifts
