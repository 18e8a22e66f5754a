# %% [markdown]
# # Lab: who writes the next block?
#
# You need the lesson of this unit. Four benches, six exercises, and a challenge: find a better way to hide blocks than the one that made hiding famous. An exercise and its check stand in one cell: fill in the gap, run the cell, read what the check says. `hint("05.1")` helps, `hint("05.1", 2)` helps more.

# %%
from hashlib import sha256
from math import comb

import nnchain_edu.chain  # makes %%contract known
from nnchain_edu import check, hint
from nnchain_edu.lab import Bench
from nnchain_edu.lab.attack_odds import AttackOdds
from nnchain_edu.lab.fork_race import ForkRace
from nnchain_edu.lab.partition import HealPartition
from nnchain_edu.lab.selfish_plane import SelfishPlane

# %% [markdown]
# ## Bench: paying twice
#
# An attacker with a share of the hash rate mines in secret on a chain without her payment. Choose the share and how many blocks the merchant waits for; *Run races* lets 60,000 attacks happen, and the band says how sure you can be. Write your prediction first. Then find out:
#
# 1. Against 10 %, how many blocks bring the odds below 0.1 %? Against 25 %?
# 2. The merchant waits for six blocks. At which shares is the approximation too low, and at which too high? Can the races tell?
# 3. Each block more multiplies the odds by about the same factor: where do you see that? What becomes of the factor near 50 %?

# %%
Bench(AttackOdds())

# %% [markdown]
# ## Bench: a fork race
#
# Ten miners find blocks, which take time to travel. *Run* lets the tree grow; *Stop* pauses it, and *Run* goes on from there. *Find one block* goes step by step.
#
# 1. Compare the counted forks with the formula. After how many blocks do they agree within one percentage point?
# 2. A fork of two blocks on each branch: how long do you wait for one at 2 seconds and 12? And at 20 and 12?
# 3. Raise the largest miner's share to 50 % with 20 seconds and 12. Are fewer blocks lost? Whose?

# %%
Bench(ForkRace())

# %% [markdown]
# ## Bench: where hiding blocks pays
#
# The map has the pool's share α to the right and upwards the part γ of the others that mines on its branch in a tie. *Mine* lets a million blocks be found at the chosen point; a triangle that points up means that the pool surely earned more than honest mining would have given (the 95 % margin lies above). Below is what it earned at this γ.
#
# 1. Find the border at γ = 0.5 by mining, then at γ = 0 and 1. Only then show the formula.
# 2. Take α = 40 %, γ = 0.5 and mine with each of the four strategies. Which is best? And at γ = 0?
# 3. Is there a point at which a stubborn strategy earns less than honest mining, and the plain one more?

# %%
Bench(SelfishPlane())

# %% [markdown]
# ## Bench: a partition to heal
#
# For ten minutes all is well among seven nodes. Then a wall divides them. Choose the protocol and the division; *Let the wall fall* heals the network after the minutes you chose.
#
# 1. Which protocols go on with four against three? With five against two?
# 2. Under proof of work, how many final blocks are taken back after 10, 20, 40 minutes? On which side?
# 3. Heal PBFT after 5 and after 40 minutes. When does it decide again, and why so late? (Each view, the time of one leader, lasts twice as long as the one before if nothing came of it.)

# %%
Bench(HealPartition())

# %% [markdown]
# ## Exercise 1: mine a block
#
# Write `mine(header, target)`. `header` is the first 76 bytes of a block's header (`bytes`). Behind it go the four bytes of the nonce, lowest byte first; then SHA-256 twice. Bitcoin reads the 32 bytes of the hash as a *little-endian* number. Return the first nonce, from 0 on, for which this number is at most `target` (an `int`).
#
# Worked value: `mine(bytes(76), 2**248)` is 164.


# %%
def mine(header, target):
    ### BEGIN SOLUTION
    nonce, work = -1, target + 1
    while work > target:
        nonce += 1
        digest = sha256(sha256(header + nonce.to_bytes(4, "little")).digest()).digest()
        work = int.from_bytes(digest, "little")
    return nonce
    ### END SOLUTION


check("05.1", mine)

# %% [markdown]
# ## Exercise 2: adjust the difficulty
#
# Write `next_target(target, first_time, last_time)`: Bitcoin's rule. The last 2,016 blocks had the target `target` (`int`); the first of them was found at `first_time`, the last at `last_time` (whole seconds). The new target (`int`) is the old one times the seconds taken, divided by two weeks. The seconds count as a quarter of two weeks at least, as four times two weeks at most. No target is above `EASIEST`.
#
# Worked value: `next_target(1_000_000, 0, 604_800)` is 500,000: in half the time, so half the target.

# %%
FORTNIGHT = 14 * 24 * 3600
EASIEST = 0xFFFF << 208


def next_target(target, first_time, last_time):
    ### BEGIN SOLUTION
    seconds = max(FORTNIGHT // 4, min(last_time - first_time, 4 * FORTNIGHT))
    return min(target * seconds // FORTNIGHT, EASIEST)
    ### END SOLUTION


check("05.2", next_target)

# %% [markdown]
# ## Exercise 3: say how many blocks to wait
#
# Write `blocks_to_wait(q, risk)`: the smallest number *z* of blocks (`int`) at which an attacker with share `q` succeeds with a probability below `risk`. Take the exact odds, with $p = 1 - q$:
#
# $$1 - \sum_{k=0}^{z-1} \binom{k+z-1}{k} \left(p^z q^k - q^z p^k\right)$$
#
# From `q` = 0.5 on no number is enough: return `None`. In the check *z* stays below 200, so floats will do. Worked value: `blocks_to_wait(0.1, 0.01)` is 4.


# %%
def blocks_to_wait(q, risk):
    ### BEGIN SOLUTION
    if q >= 0.5:
        return None
    p, z, odds = 1 - q, 0, 1.0
    while odds >= risk:
        z += 1
        odds = 1 - sum(comb(k + z - 1, k) * (p**z * q**k - q**z * p**k) for k in range(z))
    return z
    ### END SOLUTION


check("05.3", blocks_to_wait)

# %% [markdown]
# ## Exercise 4: write one step of the selfish miner
#
# Eyal and Sirer drew their strategy as a machine with few states. Write its step, `step(lead, tie, finder)`, which returns `(lead, tie, pool_blocks, others_blocks)`: the state after one more block was found, and how many blocks of either side this settles.
#
# `lead` (`int`) is how many secret blocks the pool is ahead. `tie` is `True` when two branches of equal length are public; the lead is then 0. `finder` is `"pool"` or `"others"`, and in a tie also `"others on the pool's block"`.
#
# - What the pool finds, it hides, but in a tie it publishes at once and has won both blocks.
# - When the others find one: with no lead it is theirs; with a lead of 1 the pool publishes, and there is a tie; with a lead of 2 it publishes both, and they are settled; with more it publishes one, which is settled.
# - In a tie the others' find settles two blocks: both theirs, or one for each if they built on the pool's.
#
# Worked value: `step(2, False, "others")` is `(0, False, 2, 0)`.


# %%
def step(lead, tie, finder):
    ### BEGIN SOLUTION
    if tie:
        pool_blocks = {"pool": 2, "others on the pool's block": 1, "others": 0}[finder]
        return 0, False, pool_blocks, 2 - pool_blocks
    if finder == "pool":
        return lead + 1, False, 0, 0
    if lead <= 1:
        return 0, lead == 1, 0, 1 - lead
    return (0, False, 2, 0) if lead == 2 else (lead - 1, False, 1, 0)
    ### END SOLUTION


check("05.4", step)

# %% [markdown]
# Try it: 200,000 blocks with your machine beside the formula.

# %%
import random

from nnchain_edu.protocols.selfish_mining import revenue

alpha, gamma, luck = 0.4, 0.5, random.Random(1)
try:
    lead, tie, pool, others = 0, False, 0, 0
    for _ in range(200_000):
        finder = "pool" if luck.random() < alpha else "others"
        if tie and finder == "others" and luck.random() < gamma:
            finder = "others on the pool's block"
        lead, tie, won, lost = step(lead, tie, finder)
        pool, others = pool + won, others + lost
    print(f"your machine {pool / (pool + others):.3f}, formula {revenue(alpha, gamma):.3f}, honest {alpha}")
except NotImplementedError:
    print("exercise 05.4 comes first")

# %% [markdown]
# ## Exercise 5: slash who votes twice
#
# A cell that begins with `%%contract Stake` is Vyper. Finish `slash`: anybody may bring two votes for `slot`, each a block's hash (`first`, `second`) and a signature. If one staked validator made both, and they are for different blocks, its stake becomes 0, and a tenth of it (`// 10`) is paid to the caller; the rest stays in the contract, where nobody can reach it. Everything else reverts. (A tenth, or the lesson's sixteenth: any small part will do, as long as it does not pay to report oneself.)
#
# `self.signer_of(slot, root, signature)` gives the address of whoever signed, and the zero address for nonsense. To keep it short, these votes name neither the contract nor the chain. That is a weakness: whoever validates in two such contracts, and votes honestly in both, can be slashed in each with a vote for the other. A real vote names both, as in the lesson. Take the remark `your code here` out when you begin. The check deploys your contract on a fresh chain, where Bob has voted twice and Carol is honest.

# %%
# %%contract Stake check("05.5", Stake)
# struct Signature:
#     v: uint256
#     r: uint256
#     s: uint256
#
# stakes: public(HashMap[address, uint256])
#
# @external
# @payable
# def deposit():
#     self.stakes[msg.sender] += msg.value
#
# @internal
# @pure
# def signer_of(slot: uint256, root: bytes32, signature: Signature) -> address:
#     digest: bytes32 = keccak256(concat(convert(slot, bytes32), root))
#     return ecrecover(digest, signature.v, signature.r, signature.s)
#
# @external
# def slash(slot: uint256, first: bytes32, signature: Signature, second: bytes32, other: Signature):
#     cheat: address = self.signer_of(slot, first, signature)
#     ### BEGIN SOLUTION
#     assert first != second, "one block is no crime"
#     assert self.signer_of(slot, second, other) == cheat, "two signers"
#     amount: uint256 = self.stakes[cheat]
#     assert amount > 0, "nothing at stake"
#     self.stakes[cheat] = 0
#     raw_call(msg.sender, b"", value=amount // 10)
#     ### STUB
#     # pass  # your code here
#     ### END SOLUTION

# %% [markdown]
# ## Exercise 6: compute faults and quorum
#
# Write `quorum(n)` for any number of nodes, not only for 3f + 1. It returns the pair `(f, q)`: the largest number of faulty nodes *f* for which n ≥ 3f + 1, and the smallest number of votes *q* for which any two quorums have more than *f* nodes in common.
#
# Worked value: `quorum(10)` is `(3, 7)`.


# %%
def quorum(n):
    ### BEGIN SOLUTION
    f = (n - 1) // 3
    return f, (n + f) // 2 + 1
    ### END SOLUTION


check("05.6", quorum)

# %% [markdown]
# ## Challenge: find the most profitable strategy
#
# **05.7** Write `strategy(a, h, fork, alpha, gamma)`. The state is that of the lesson: `a` secret blocks of the pool and `h` public ones of the others since the chains parted; `fork` is `"irrelevant"` (the pool found the last block), `"relevant"` (the others did) or `"active"` (a match is being fought out, and the pool found the last block). Return one of
#
# - `"adopt"`: give up the secret blocks;
# - `"override"`: publish h + 1 blocks; needs a > h;
# - `"match"`: publish h blocks beside the others' h, so that a part `gamma` of the others mines on yours; needs `"relevant"` and a ≥ h ≥ 1;
# - `"wait"`: go on in secret (and in an active match, go on with it).
#
# Stubborn strategies, for a start: match where the plain one overrides (*lead-stubborn*), or go on when one block behind (*trail-stubborn*).
#
# The score is your share of the chain in simulation, with its standard error, against **the better of honest mining (α) and plain selfish mining**. At α = 0.25 you must lose nothing. At three other points, with α from 0.40 to 0.45, your share must be higher by more than three standard errors: a good strategy reaches that with certainty, luck does not. For comparison, the best that is possible at γ = 0 is 0.3371 at α = 1/3, 0.3708 at 0.35 and 0.4886 at 0.40, where plain selfish mining earns 0.3333, 0.3665 and 0.4837.

# %%
from nnchain_edu.lab.selfish_game import scoreboard


def strategy(a, h, fork, alpha, gamma):
    ### BEGIN SOLUTION
    if alpha <= (1 - gamma) / (3 - 2 * gamma):  # hiding does not pay: be honest
        return "override" if a > h else "adopt" if h > a else "wait"
    if h > a:  # behind: by one block it is worth going on
        return "wait" if h == a + 1 and a >= 1 else "adopt"
    if fork == "relevant" and h >= 1 and (gamma > 0 or a == h):
        return "match"  # split the others, and do not end a race that is being won
    if h >= 1 and a == h + 1 and (gamma == 0 or fork == "active"):
        return "override"
    return "wait"
    ### END SOLUTION


print(scoreboard(strategy, (0.25, 0.0), (0.35, 0.0), (0.40, 0.0), (0.40, 0.5)))
check("05.7", strategy)

# %% [markdown]
# ## What you have done
#
# The summary of this unit's checks:

# %%
check()
