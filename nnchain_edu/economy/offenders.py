"""How many offenders there are, which schemes they run when, and the ordinary lives that some lead beside."""

from collections.abc import Iterator

import numpy as np

from .agents import Agent, World
from .behaviour import DAY, HOUR, Intent, amount, times, zipf
from .honest import there
from .typologies import SIZES, TYPOLOGIES, Campaign, Regime

LULL = 1.5  # days at the end in which no new scheme begins, so that most come to their end


def campaigns(seed: int, world: World, accounts: int, calm: Regime, later: Regime, drift_day: int) -> list[Campaign]:
    """Schemes one after the other until ``accounts`` accounts are used, spread evenly over the days.

    Each has its own source of chance, so that what comes before ``drift_day`` is the same with and without a drift.
    """
    days, left, planned = world.seconds // DAY, accounts, []
    while left > 0:
        rng = np.random.default_rng([seed, 1, len(planned)])
        when = 0.4 + (1 - left / accounts) * max(days - LULL, 1) + float(rng.uniform(0, 0.8))
        regime = later if when >= drift_day else calm
        names = list(regime.mix)
        shares = np.array([regime.mix[name] for name in names])
        typology = names[int(rng.choice(len(names), p=shares / shares.sum()))]
        size = min(int(rng.integers(*SIZES[typology], endpoint=True)), max(left, SIZES[typology][0]))
        campaign = Campaign(len(planned), typology, int(when * DAY), regime, rng, world)
        for i in range(size):
            name = f"{typology} {len(planned)}.{i}"
            shift = float(rng.uniform(-6, 6))
            offender = Agent(name, "offender", campaign.start, world.seconds, 1.0, shift, typology, campaign.number)
            campaign.accounts.append(world.add(offender))
        planned.append(campaign)
        left -= size
    return planned


def ordinary_life(campaign: Campaign, world: World) -> Iterator[Intent]:
    """Some accounts of a scheme also live like other people, from before it begins until some time after."""
    rng, regime = campaign.rng, campaign.regime
    for agent in campaign.accounts:
        if rng.random() >= regime.ordinary:
            continue
        agent.joined = max(HOUR, int(campaign.start - rng.uniform(0, 12) * DAY))
        agent.left = min(world.seconds, int(campaign.start + rng.uniform(4, 24) * DAY))
        yield Intent(agent.joined, "exchange", "withdrawal", "pay", agent.name, amount(rng, 1.2))
        shops = zipf(rng, there(world.of("shop"), agent.joined), int(rng.integers(1, 5)))
        pace = 0.45 * float(np.exp(0.6 * rng.standard_normal()))
        for at in times(rng, pace, agent.joined + HOUR, agent.left, shift=agent.shift / 3):
            shop = shops[int(rng.integers(len(shops)))]
            yield Intent(int(at), agent.name, "purchase", "pay", shop.name, amount(rng, 0.09))
        for at in times(rng, pace / 6, agent.joined + HOUR, agent.left):
            if rng.random() < 0.5:
                yield Intent(int(at), agent.name, "deposit", "pay", "exchange", float(rng.uniform(0.1, 0.5)))
            else:
                yield Intent(int(at), "exchange", "withdrawal", "pay", agent.name, amount(rng, 0.8))


def offenders_intents(world: World) -> list[Intent]:
    """Everything that the schemes' accounts and victims mean to do, within the world's time."""
    intents = []
    for campaign in world.campaigns:
        intents += TYPOLOGIES[campaign.typology](campaign)
        intents += ordinary_life(campaign, world)
    return [intent for intent in intents if intent.time < world.seconds]
