"""Selfish mining: earning more than one's share by keeping blocks secret (I. Eyal and E. G. Sirer 2014).

A strategy is a function of the state, in the words of A. Sapirshtein, Y. Sompolinsky and A. Zohar (2016):
`a` secret blocks of the attacker and `h` public ones of the others since their chains parted, and `fork`:
"irrelevant" (the attacker found the last block), "relevant" (the others did, so equal blocks can be thrown in at the
same time) or "active" (that has been done, and the others are split over the two). It answers with one action:

- "adopt": give up the secret blocks, take the public ones;
- "override": publish h + 1 blocks, one more than the others have; needs a > h;
- "match": publish h blocks beside the others' h; needs a ≥ h ≥ 1 and "relevant";
- "wait": go on in secret.

A share gamma of the others' power mines on the attacker's side of a match. Only the main chain's blocks are paid.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .arguments import choice, minority, share, whole

Strategy = Callable[[int, int, str], str]
FORKS = ("irrelevant", "relevant", "active")
ACTIONS = ("adopt", "override", "match", "wait")
DEPTH = 80  # blocks; at α = 0.45 a lead that long has probability (α/(1−α))^80 = 10⁻⁷
UNTOLD = 1e-12  # stories of less probability than this stay untold
LONGEST_STORY = 20_000  # blocks
#: The selfish miner's share of the chain by (alpha, gamma), to five decimals, as published.
PUBLISHED = {
    **{(1 / 3, 0.0): 0.33333, (1 / 3, 0.5): 0.38462, (1 / 3, 1.0): 0.43590},
    **{(0.4, 0.0): 0.48372, (0.4, 0.5): 0.52558, (0.4, 1.0): 0.56744},
}


def revenue(alpha: float, gamma: float) -> float:
    """Share of the main chain's blocks that the selfish miner earns, equation 8 of Eyal and Sirer.

    `alpha` is its share of the hash rate, at least 0 and below 0.5; `gamma` the share of the others that mine on its
    block in a tie, from 0 to 1. ValueError outside.
    """
    alpha, gamma = minority("alpha", alpha), share("gamma", gamma)
    earned = alpha * (1 - alpha) ** 2 * (4 * alpha + gamma * (1 - 2 * alpha)) - alpha**3
    return earned / (1 - alpha * (1 + (2 - alpha) * alpha))


def threshold(gamma: float) -> float:
    """The share of the hash rate above which `selfish` earns more than `honest`: (1−γ)/(3−2γ)."""
    gamma = share("gamma", gamma)
    return (1 - gamma) / (3 - 2 * gamma)


def honest(a: int, h: int, fork: str) -> str:
    """Publish every block at once."""
    return "override" if a > h else "adopt" if h > a else "wait"


def selfish(a: int, h: int, fork: str) -> str:
    """Eyal and Sirer's own strategy: keep the lead secret, throw it in when only one block is left of it."""
    if h > a:
        return "adopt"
    if h == a and fork == "relevant":
        return "match"
    return "override" if h >= 1 and a == h + 1 else "wait"


def lead_stubborn(a: int, h: int, fork: str) -> str:
    """Match at every block of the others instead of overriding with the last one (K. Nayak and others 2016)."""
    if h > a:
        return "adopt"
    if 1 <= h <= a and fork == "relevant":
        return "match"
    return "override" if fork == "active" and a == h + 1 else "wait"


def trail_stubborn(a: int, h: int, fork: str) -> str:
    """Like `selfish`, but mine on when one block behind, hoping to catch up (K. Nayak and others 2016)."""
    if h == a + 1 and a >= 1:
        return "wait"
    return selfish(a, h, fork)


class Mined(NamedTuple):
    """Blocks of the main chain by owner, and how many were found in vain."""

    attacker: int
    others: int
    stale: int

    @property
    def share(self) -> float:
        """The attacker's share of the main chain, which is its share of the pay."""
        return self.attacker / max(1, self.attacker + self.others)


class Machine(NamedTuple):
    """A strategy as a table: from state s with event e to `after[s, e]`, paying blocks to attacker and others.

    Events: 0 the attacker finds a block, 1 the others do on the attacker's side of a match, 2 the others do
    elsewhere. Those arrays have shape (states, 3); state 0 is the start. `adopts` tells where the strategy gives up.
    """

    after: np.ndarray
    attacker: np.ndarray
    others: np.ndarray
    adopts: np.ndarray


def machine(strategy: Strategy, depth: int = DEPTH) -> Machine:
    """Ask `strategy` once for each state it can reach. At a = `depth` or h = `depth` it is not asked: the race ends.

    ValueError, naming the state, when it answers with no action or an impossible one.
    """
    depth = whole("depth", depth, 2)
    start = (0, 0, "irrelevant")
    number, found, rows, adopts = {start: 0}, [start], [], []
    for state in found:  # grows on the way
        action = _decide(strategy, state, depth)
        steps = [_step(state, event, action) for event in range(3)]
        for following, _, _ in steps:
            if following not in number:
                number[following] = len(found)
                found.append(following)
        rows.append([(number[following], attacker, others) for following, attacker, others in steps])
        adopts.append(action == "adopt")
    table = np.array(rows)
    return Machine(table[:, :, 0], table[:, :, 1], table[:, :, 2], np.array(adopts))


def _decide(strategy: Strategy, state: tuple[int, int, str], depth: int) -> str:
    a, h, fork = state
    if max(a, h) >= depth:
        return "override" if a > h else "adopt"
    action = choice(f"the answer of strategy{state}", strategy(a, h, fork), ACTIONS)
    if action == "override" and a <= h:
        raise ValueError(f"strategy{state} must not override: that needs a > h, more secret blocks than public ones")
    if action == "match" and not (fork == "relevant" and 1 <= h <= a):
        raise ValueError(f'strategy{state} must not match: that needs fork == "relevant" and a >= h >= 1')
    return action


def _step(state: tuple[int, int, str], event: int, action: str) -> tuple[tuple[int, int, str], int, int]:
    """The state after `action` and the next block found, and the blocks that were settled for either side."""
    a, h, fork = state
    attacker = others = 0
    if action == "adopt":
        a, h, others, fork = 0, 0, h, "irrelevant"
    elif action == "override":
        a, h, attacker, fork = a - h - 1, 0, h + 1, "irrelevant"
    elif action == "match":
        fork = "active"
    if event == 0:
        return (a + 1, h, "active" if fork == "active" else "irrelevant"), attacker, others
    if event == 1 and fork == "active":  # built on the attacker's h published blocks: those are settled
        return (a - h, 1, "relevant"), attacker + h, others
    return (a, h + 1, "relevant"), attacker, others


def simulate(
    alpha: float,
    gamma: float,
    strategy: Strategy | Machine = selfish,
    blocks: int = 1_000_000,
    seed: int = 0,
    depth: int = DEPTH,
) -> Mined:
    """Find so many `blocks` at random, the attacker each with probability `alpha`, and count the main chain's.

    `alpha` may be anything from 0 to 1 here. The race still open at the end is left out. Who plays a strategy often
    gives its `machine`, which is made once; `depth` then says nothing.
    """
    alpha, gamma, blocks = share("alpha", alpha), share("gamma", gamma), whole("blocks", blocks, 1)
    table = strategy if isinstance(strategy, Machine) else machine(strategy, depth)
    draws = np.random.default_rng(seed).random((2, blocks))
    events = np.where(draws[0] < alpha, 0, np.where(draws[1] < gamma, 1, 2))
    after = (3 * table.after).ravel().tolist()  # a place in the flat tables is three times the state plus the event
    place, state = [0] * blocks, 0
    for block, event in enumerate(events.tolist()):
        place[block] = state + event
        state = after[state + event]
    times = np.bincount(place, minlength=len(after))
    attacker, others = int(times @ table.attacker.ravel()), int(times @ table.others.ravel())
    return Mined(attacker, others, blocks - attacker - others)


def expected_share(alpha: float, gamma: float, strategy: Strategy = selfish, depth: int = DEPTH) -> float:
    """The share of the main chain that `strategy` earns in the long run, without a simulation's noise.

    An adoption starts everything anew, so the long run is one story told again and again: follow all its endings with
    their probabilities and add up what is paid on the way. ValueError unless `alpha` < 0.5 (beyond, `depth` decides).
    """
    alpha, gamma = minority("alpha", alpha), share("gamma", gamma)
    table = machine(strategy, depth)
    chance = np.array([alpha, (1 - alpha) * gamma, (1 - alpha) * (1 - gamma)])
    states, after = len(table.after), table.after.ravel()
    here = np.zeros(states)  # the probability that the story has not ended and stands in each state
    here[0] = 1.0
    paid = np.zeros(2)
    for _ in range(LONGEST_STORY):
        flow = here[:, None] * chance
        paid += (flow * table.attacker).sum(), (flow * table.others).sum()
        flow[table.adopts] = 0  # ended, its last blocks paid
        here = np.bincount(after, flow.ravel(), states)
        if here.sum() < UNTOLD:
            break
    return float(paid[0] / paid.sum())
