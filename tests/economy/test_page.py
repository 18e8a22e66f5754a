"""docs/economy.md against the code: constants by their values, what stands in no constant by what people mean to do."""

import re
from collections import Counter

import numpy as np
import pytest

from nnchain_edu.economy import FEATURES, founding
from nnchain_edu.economy.agents import ENDOWMENT, FOUNDED, LOSE_INTEREST, ROLES, populate
from nnchain_edu.economy.behaviour import DAY, ETHER, GROWTH, HOUR, HOURS, WEEK
from nnchain_edu.economy.books import GWEI, MOST_PER_GAS, TOKENS_PER_ETHER
from nnchain_edu.economy.honest import FIRST_WITHDRAWAL, OTHER_FIRST, PAYDAY, honest_intents
from nnchain_edu.economy.ledger import SLOT
from nnchain_edu.economy.typologies import MIX, SIZES, Regime
from sources.build import ROOT

PAGE = " ".join((ROOT / "docs" / "economy.md").read_text("utf-8").split())
DAYS, PEOPLE = 60, 4000


def percent(share):
    return f"{100 * share:g} %"


STATED = {
    "roles": ", ".join(f"{role}s {percent(share)}" for role, share in ROLES.items()),
    "guests": f"guests {percent(round(1 - sum(ROLES.values()), 2))}",
    "lose interest": f"{percent(LOSE_INTEREST)} (not employers, shops, guests) lose interest",
    "first withdrawals": "Medians: " + ", ".join(f"{role} {ether}" for role, ether in FIRST_WITHDRAWAL.items())
    + f", everyone else {OTHER_FIRST} ether",
    "growth": f"(1 + {GROWTH} *d*)",
    "hours": "in proportion: " + " ".join(f"{n:g}" for n in HOURS) + ";",
    "week": "people " + " ".join(f"{n:g}" for n in WEEK["people"]) + ", offices "
    + " ".join(f"{n:g}" for n in WEEK["office"]) + ".",
    "gas price": f"{MOST_PER_GAS // GWEI} gwei a gas",
    "purses": f"share the {10 * founding.PURSE // ETHER:,} ether",
    "market": f"({founding.OPENING // ETHER:,} ether against "
    f"{founding.OPENING * TOKENS_PER_ETHER // ETHER // 10**6} million coins",
    "airdrop": f"{founding.AIRDROP // ETHER} coins for each holder and trader",
    "payday": f"every {PAYDAY} days between 9 and 12",
    "features": f"The {len(FEATURES)} features",
} | {
    f"endowment of {role}": f"{role if role in ('exchange', 'pool') else role + 's'} {ether:,}"
    for role, ether in ENDOWMENT.items() if role != "guest"
} | {
    f"row of {name}": f"| {name} | {100 * before:g} / {100 * after:g} % | {SIZES[name][0]}–{SIZES[name][1]} |"
    for name, (before, after) in MIX.items()
}  # fmt: skip


@pytest.mark.parametrize("what", STATED)
def test_the_page_states_the_constants(what):
    assert STATED[what] in PAGE


def test_the_page_states_the_rest_of_the_constants():
    assert SLOT == 5 * 60 and "every five minutes" in PAGE
    assert FOUNDED == 0.5 and "Half of the people" in PAGE
    assert founding.SUPPLY == 10**9 * ETHER and "A token (10⁹ coins)" in PAGE


def test_the_difficulty_table_is_the_regimes():
    steps = [Regime.of(d) for d in (0, 0.5, 1)]
    rows = [[f"{s.hold:.2g}" for s in steps], [f"{s.loot:.2g}" for s in steps]]
    rows += [[f"{100 * s.ordinary:.0f} %" for s in steps], [f"{100 * s.through_tokens:.0f} %" for s in steps]]
    rows[2][0] = "0"
    for row in rows:
        assert re.search(r"\| " + r" \| ".join(map(re.escape, row)) + r" \|", PAGE), row
    calm, drifted = Regime.of(0.5), Regime.of(0.5, 1)
    assert drifted.hold == pytest.approx(4 * calm.hold) and drifted.loot == pytest.approx(0.6 * calm.loot)
    assert drifted.through_tokens == pytest.approx(0.8)


@pytest.fixture(scope="module")
def world():
    return populate(np.random.default_rng(1), DAYS, PEOPLE)


@pytest.fixture(scope="module")
def intents(world):
    return honest_intents(world)


def test_who_is_there_on_the_first_day_and_when_the_others_join(world):
    first = {role: np.mean([not agent.joined for agent in world.of(role)]) for role in (*ROLES, "guest")}
    assert first["employer"] == pytest.approx(7 / 8, abs=0.05) and first["shop"] == pytest.approx(7 / 8, abs=0.05)
    assert "about 7/8 of employers and shops" in PAGE
    for role in set(ROLES) - {"employer", "shop"}:
        assert first[role] == pytest.approx(0.5, abs=0.1)
    guests = np.array([agent.joined for agent in world.of("guest")]) / world.seconds
    others = np.array([a.joined for role in ROLES for a in world.of(role) if a.joined]) / world.seconds
    assert first["guest"] == 0 and 0.93 < guests.max() <= 0.95 and np.median(guests) == pytest.approx(0.475, abs=0.05)
    assert 0.78 < others.max() <= 0.8 and np.median(others) == pytest.approx(0.8 / 2**0.5, abs=0.03)
    assert "guests by day 0.95 × days" in PAGE and "join by day 0.8 × days" in PAGE
    stay = [a.left == world.seconds for role in ("worker", "trader", "saver") for a in world.of(role)]
    assert 1 - np.mean(stay) == pytest.approx(LOSE_INTEREST, abs=0.05)


def ether(found):
    return [intent.amount / ETHER for intent in found]


MEDIANS = {  # of what has no constant: kind, giver's role, receiver's role, ether, log-normal deviation
    "purchase of a worker": ("purchase", "worker", "shop", 0.09, 0.9, "buys for 0.09 ether (median)"),
    "purchase of a guest": ("purchase", "guest", "shop", 0.15, 0.9, "60 % are purchases of 0.15 ether (median)"),
    "refund": ("refund", "shop", "worker", 0.05, 0.9, "a refund of 0.05 ether (median)"),
    "gift among workers": ("gift", "worker", "worker", 0.15, 0.9, "gifts of 0.15 ether (median)"),
    "gift to a guest": ("gift", "worker", "guest", 0.3, 0.9, "a gift of 0.3 ether, median, from a worker"),
    "first of a guest": ("withdrawal", "exchange", "guest", 1.2, 0.9, "everyone else 1.2 ether"),
}


@pytest.mark.parametrize("what", MEDIANS)
def test_amounts_are_those_of_the_page(world, intents, what):
    kind, giver, receiver, median, sigma, words = MEDIANS[what]
    role = {agent.name: agent.role for agent in world.agents.values()}
    found = ether(i for i in intents if (i.kind, role[i.sender], role.get(i.to)) == (kind, giver, receiver))
    assert words in PAGE and len(found) > 200
    assert np.median(found) == pytest.approx(median, rel=0.15)
    assert np.log(found).std() == pytest.approx(sigma, rel=0.15)


def test_newcomers_begin_with_what_the_page_says(world, intents):
    drawn, number = [], Counter()
    for intent in intents:
        agent = world.agents.get(intent.to)
        if agent and agent.joined and intent.sender == "exchange" and intent.time - agent.joined in (0, 2 * HOUR):
            drawn.append(intent.amount / ETHER / FIRST_WITHDRAWAL.get(agent.role, OTHER_FIRST))
            number[agent.name] += 1
    assert np.median(drawn) == pytest.approx(1, rel=0.1) and np.log(drawn).std() == pytest.approx(0.9, rel=0.1)
    assert np.mean([n == 2 for n in number.values()]) == pytest.approx(0.3, abs=0.04)
    assert "30 % with a second one two hours later" in PAGE


def test_what_guests_and_miners_do_is_what_the_page_says(world, intents):
    role = {agent.name: agent.role for agent in world.agents.values()}
    guests = Counter(i.kind for i in intents if role[i.sender] == "guest")
    assert guests["purchase"] / guests.total() == pytest.approx(0.6, abs=0.03)
    refunds, purchases = (sum(i.kind == kind and "worker" in (role[i.sender], role[i.to]) for i in intents)
                          for kind in ("refund", "purchase"))  # fmt: skip
    assert refunds / purchases == pytest.approx(0.02, abs=0.004)
    payouts, passed = {}, 0
    for intent in intents:
        if intent.kind == "payout":
            payouts.setdefault(intent.to, []).append(intent)
        passed += intent.kind == "deposit" and role[intent.sender] == "miner"
    rates = []
    for mine in payouts.values():
        days = [i.time // DAY for i in mine]
        if len(mine) > 3:
            rates.append(np.mean(ether(mine)) / (days[1] - days[0]))
            assert max(ether(mine)) / min(ether(mine)) <= 1.14 / 0.85 + 1e-9
    assert np.median(rates) == pytest.approx(0.12, rel=0.15) and np.log(rates).std() == pytest.approx(0.7, rel=0.15)
    assert "(0.12 ether a day, median, σ 0.7, and each time 85 to 114 % of it)" in PAGE
    assert passed / sum(map(len, payouts.values())) == pytest.approx(0.43, abs=0.05)  # 40 %, and who loses interest
