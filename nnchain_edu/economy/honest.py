"""How honest people live. One function a role, all in one shape: from the world to what its people mean to do."""

from collections.abc import Callable, Iterator

import numpy as np

from .agents import Agent, World
from .behaviour import DAY, HOUR, Intent, amount, heavy, times, zipf

PAYDAY = 14  # days between salaries
#: Ether (median) of the withdrawal with which those begin who join later; the others' is OTHER_FIRST.
FIRST_WITHDRAWAL = {"employer": 150, "trader": 12, "saver": 10, "shop": 4}
OTHER_FIRST = 1.2


def there(agents: list[Agent], when: float) -> list[Agent]:
    """Those who have joined by ``when``."""
    return [agent for agent in agents if agent.joined <= when]


def living(world: World, agent: Agent, rate: float, week: str = "people") -> np.ndarray:
    """When ``agent`` acts, ``rate`` times a day by its own pace and clock."""
    return times(world.rng, rate * agent.pace, agent.joined + HOUR, agent.left, week, agent.shift)


def newcomers(world: World) -> Iterator[Intent]:
    """Who joins later gets the first ether by a withdrawal from the exchange, some in two parts."""
    rng = world.rng
    for agent in list(world.agents.values()):
        if agent.joined:
            median = FIRST_WITHDRAWAL.get(agent.role, OTHER_FIRST)
            for part in range(1 + (rng.random() < 0.3)):
                yield Intent(
                    agent.joined + part * 2 * HOUR, "exchange", "withdrawal", "pay", agent.name, amount(rng, median)
                )


def employers(world: World) -> Iterator[Intent]:
    """Salaries every fourteen days on an office morning: a fan-out that is honest. Restocking from the exchange."""
    rng, workers = world.rng, world.of("worker")
    payers = world.of("employer")
    for i, worker in enumerate(workers):
        boss = payers[int(len(payers) * (1 - np.sqrt(1 - (i + 0.5) / len(workers))))]
        wage = amount(rng, 2.2, 0.5)
        start = max(worker.joined, boss.joined)
        for day in range(int(start // DAY) + 1, int(worker.left // DAY)):
            if (day + int(boss.name.split()[1])) % PAYDAY == 0:
                yield Intent(day * DAY + 9 * HOUR + int(rng.integers(3 * HOUR)), boss.name, "salary", "pay",
                             worker.name, wage)  # fmt: skip
    for boss in payers:
        for at in living(world, boss, 0.05, "office"):
            yield Intent(int(at), "exchange", "withdrawal", "pay", boss.name, amount(rng, 60))


def workers(world: World) -> Iterator[Intent]:
    """Purchases in a few favourite shops, gifts among friends, savings to the exchange and back."""
    rng, shops, others = world.rng, world.of("shop"), world.of("worker")
    for agent in world.of("worker"):
        favourites = zipf(rng, there(shops, agent.joined), int(rng.integers(2, 7)))
        friends = [others[i] for i in rng.integers(len(others), size=4)]
        for at in living(world, agent, 0.88):
            shop = favourites[int(len(favourites) * rng.random() ** 2)]
            yield Intent(int(at), agent.name, "purchase", "pay", shop.name, amount(rng, 0.09))
            if rng.random() < 0.02:
                back = int(at) + int(rng.integers(DAY))
                yield Intent(back, shop.name, "refund", "pay", agent.name, amount(rng, 0.05))
        for at in living(world, agent, 0.05):
            friend = friends[int(rng.integers(4))]
            if friend.joined < at and friend is not agent:
                yield Intent(int(at), agent.name, "gift", "pay", friend.name, amount(rng, 0.15))
        for at in living(world, agent, 0.03):
            if rng.random() < 0.7:
                yield Intent(int(at), agent.name, "deposit", "pay", "exchange", float(rng.uniform(0.2, 0.8)))
            else:
                yield Intent(int(at), "exchange", "withdrawal", "pay", agent.name, amount(rng, 0.8))


def shops(world: World) -> Iterator[Intent]:
    """A fan-in that is honest; once a week most of the till goes to a supplier, at times all of it to the exchange."""
    rng, suppliers = world.rng, world.of("employer")
    for agent in world.of("shop"):
        mine = [suppliers[i] for i in rng.integers(len(suppliers), size=2)]
        for at in living(world, agent, 1 / 6, "office"):
            to = mine[int(rng.integers(2))].name if rng.random() < 0.75 else "exchange"
            yield Intent(int(at), agent.name, "supplies", "pay", to, float(rng.uniform(0.5, 0.98)))


def traders(world: World) -> Iterator[Intent]:
    """Swaps on the market with heavy-tailed stakes; now and then money runs through within hours."""
    rng = world.rng
    for agent in world.of("trader"):
        yield Intent(agent.joined + HOUR // 2, agent.name, "approval", "approve", "market", 2**255)
        for at in living(world, agent, 0.6):
            if rng.random() < 0.55:
                yield Intent(int(at), agent.name, "swap", "buy", "market", heavy(rng, 0.3))
            else:
                yield Intent(int(at), agent.name, "swap", "sell", "market", float(rng.uniform(0.2, 1.0)))
        for at in living(world, agent, 0.06):
            yield Intent(int(at), "exchange", "withdrawal", "pay", agent.name, heavy(rng, 1.0))
            back = int(at) + int(np.exp(rng.normal(np.log(8 * HOUR), 1.5)))
            if rng.random() < 0.7:
                yield Intent(back, agent.name, "deposit", "pay", "exchange", float(rng.uniform(0.3, 0.99)))


def miners(world: World) -> Iterator[Intent]:
    """The pool pays every miner each few days; most of them pass it on to the exchange soon."""
    rng = world.rng
    for agent in world.of("miner"):
        every, hash_rate = int(rng.integers(2, 7)), amount(rng, 0.12, 0.7)
        for day in range(int(agent.joined // DAY) + 1, int(agent.left // DAY), every):
            at = day * DAY + 2 * HOUR + int(rng.integers(HOUR))
            yield Intent(at, "pool", "payout", "pay", agent.name, hash_rate * every * int(rng.integers(85, 115)) // 100)
            if rng.random() < 0.4:
                later = at + int(np.exp(rng.normal(np.log(6 * HOUR), 1.2)))
                yield Intent(later, agent.name, "deposit", "pay", "exchange", float(rng.uniform(0.7, 0.98)))


def holders(world: World) -> Iterator[Intent]:
    """Tokens handed from one to another, some sold; once in a while somebody sends more than there is, and fails."""
    rng, all_holders = world.rng, world.of("holder") + world.of("trader")
    for agent in world.of("holder"):
        if agent.joined:
            yield Intent(agent.joined + HOUR, agent.name, "swap", "buy", "market", amount(rng, 0.4))
        for at in living(world, agent, 0.5):
            friend = all_holders[int(len(all_holders) * rng.random() ** 2)]
            if friend.joined < at and friend is not agent:
                size = 10**30 if rng.random() < 0.06 else float(rng.uniform(0.02, 0.5))
                yield Intent(int(at), agent.name, "token gift", "tokens", friend.name, size)
        for at in living(world, agent, 0.05):
            yield Intent(int(at), agent.name, "swap", "buy", "market", amount(rng, 0.4))


def savers(world: World) -> Iterator[Intent]:
    """Families and firms with several wallets: money goes round between them, in circles and down in steps."""
    rng, savers = world.rng, world.of("saver")
    for i, agent in enumerate(savers):
        family = [s for j, s in enumerate(savers) if j // 4 == i // 4 and s is not agent]
        for at in living(world, agent, 0.16):
            here = there(family, at)
            if here and rng.random() < 0.8:
                other = here[int(rng.integers(len(here)))]
                yield Intent(int(at), agent.name, "savings", "pay", other.name, float(rng.uniform(0.1, 0.97)))
            else:
                yield Intent(int(at), agent.name, "deposit", "pay", "exchange", float(rng.uniform(0.05, 0.5)))
        for at in living(world, agent, 0.03):
            yield Intent(int(at), "exchange", "withdrawal", "pay", agent.name, amount(rng, 4))


def guests(world: World) -> Iterator[Intent]:
    """Accounts for one errand: something arrives, is spent in one to four payments, and that was it."""
    rng, shops, workers = world.rng, world.of("shop"), world.of("worker")
    for agent in world.of("guest"):
        at = agent.joined
        if rng.random() < 0.5:
            giver = workers[int(rng.integers(len(workers)))]
            yield Intent(at + HOUR, giver.name, "gift", "pay", agent.name, amount(rng, 0.3))
        for _ in range(int(rng.integers(1, 5))):
            at += int(np.exp(rng.normal(np.log(10 * HOUR), 1.4)))
            if rng.random() < 0.6:
                shop = shops[int(len(shops) * rng.random() ** 2)]
                yield Intent(at, agent.name, "purchase", "pay", shop.name, amount(rng, 0.15))
            else:
                yield Intent(at, agent.name, "deposit", "pay", "exchange", float(rng.uniform(0.5, 0.99)))


def leavers(world: World) -> Iterator[Intent]:
    """Who loses interest often takes the rest out by the exchange, as offenders do."""
    rng = world.rng
    for agent in world.agents.values():
        if agent.left < world.seconds and rng.random() < 0.4:
            yield Intent(agent.left, agent.name, "deposit", "pay", "exchange", float(rng.uniform(0.8, 0.995)))


LIVES: tuple[Callable[[World], Iterator[Intent]], ...] = (
    newcomers, employers, workers, shops, traders, miners, holders, savers, guests, leavers,
)  # fmt: skip


def honest_intents(world: World) -> list[Intent]:
    """Everything the honest mean to do, within the world's time."""
    return [intent for life in LIVES for intent in life(world) if intent.time < world.seconds]
