"""The first minutes of an economy: endowments, a token, a market, an airdrop."""

from .agents import ENDOWMENT, Agent, World
from .behaviour import ETHER, Intent, wei

OPENING = 5_000 * ETHER  # wei in the market at the beginning
AIRDROP = 500 * ETHER  # token units that holders and traders of the first day get
SUPPLY = 10**9 * ETHER
PURSE = 9_900 * ETHER  # wei that each of the chain's ten named accounts gives away at most


def founding(world: World, founders: list[str]) -> list[tuple[int, list[Intent]]]:
    """What stands in the first blocks: by seconds since the beginning. ``founders`` are names of funded accounts."""
    settled = [agent for agent in world.agents.values() if not agent.joined and not agent.typology]
    drops = [agent.name for agent in settled if agent.role in ("holder", "trader")]
    setup = [("deployment", "deploy", "token", SUPPLY), ("deployment", "deploy", "market", 0),
             ("approval", "approve", "market", 2**255), ("opening", "open", "market", OPENING)]  # fmt: skip
    opening = [Intent(0, "exchange", *what) for what in setup]
    airdrop = [Intent(0, "exchange", "airdrop", "tokens", name, AIRDROP) for name in drops]
    return [(60, endowments(founders, settled)), (120, opening), (240, airdrop)]


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
