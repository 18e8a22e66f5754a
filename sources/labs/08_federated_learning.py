# %% [markdown]
# # Lab: can many learn together without showing their data?
#
# You need the lesson of this unit. One bench, six exercises, and a challenge: a rule that survives an attacker you have not seen. Last comes a cell for a whole class. An exercise and its check stand in one cell: fill in the gap, run the cell, read what the check says. `hint("08.1")` helps, `hint("08.1", 2)` helps more.

# %%
import numpy as np
from eth_abi import encode
from eth_utils import keccak

from nnchain_edu import check, hint
from nnchain_edu.lab import Bench
from nnchain_edu.lab.federated_bench import FederatedBench

# %% [markdown]
# ## Bench: rules against attacks
#
# Choose clients, the hostile share, the attack, the rule and the kind of shares; *Train* shows the accuracy round by round, *Stop* ends it. The last five trainings stay on the figure. Write your prediction first. Then find out:
#
# 1. Sign flip at 30 %: which rule loses most, which least? What about 10 % and the mean?
# 2. Nobody hostile, two shards: what do the median and Krum cost? (The bench tells rules the true number of liars; told 0, the trimmed mean and Multi-Krum are the mean. In the lesson's study rules were told 6.)
# 3. Find an attack and a rule for which two shards and 30 % end below 30 %. Does the plain mean do better?

# %%
Bench(FederatedBench())

# %% [markdown]
# ## Exercise 1: take a weighted step
#
# Write `fedavg_step(weights, updates, sizes)`. `weights` is an array of shape (parameters,), `updates` a list of such arrays, one a client, and `sizes` (list of `int`) says how many rows each client has. Return the new weights: the old ones plus the average of the updates, weighted by the rows. Leave what you are given as it is.
#
# Worked value: from weights (1, 2), with updates (2, 0) and (4, 2) of clients with 100 and 300 rows: (4.5, 3.5).


# %%
def fedavg_step(weights, updates, sizes):
    ### BEGIN SOLUTION
    total = sum(n * update for n, update in zip(sizes, updates, strict=True))
    return weights + total / sum(sizes)
    ### END SOLUTION


check("08.1", fedavg_step)

# %% [markdown]
# ## Exercise 2: trim the mean
#
# Write `trimmed_mean(updates, hostile)`. `updates` is an array of shape (clients, parameters). In each coordinate leave out the `hostile` lowest and the `hostile` highest values, and return the mean of the others, shape (parameters,). `hostile` (`int`) can be 0.
#
# Worked value: updates (1,), (2,), (3,), (9,), (−50,) with `hostile = 1` give (2,).


# %%
def trimmed_mean(updates, hostile):
    ### BEGIN SOLUTION
    ordered = np.sort(updates, axis=0)
    return ordered[hostile : len(updates) - hostile].mean(axis=0)
    ### END SOLUTION


check("08.2", trimmed_mean)

# %% [markdown]
# ## Exercise 3: score like Krum
#
# Write `krum_scores(updates, hostile)`. For each of the n updates, shape (n, parameters), add up the *squared* distances to its n − `hostile` − 2 nearest *others*. Return the n scores; Krum takes the update with the lowest.
#
# Worked value: updates (0,), (1,), (3,), (6,), (10,), (100,) with `hostile = 1`: the score of the first is 1² + 3² + 6² = 46.


# %%
def krum_scores(updates, hostile):
    ### BEGIN SOLUTION
    differences = updates[:, None] - updates[None]
    squared = np.sort((differences**2).sum(axis=2), axis=1)
    return squared[:, 1 : len(updates) - hostile - 1].sum(axis=1)
    ### END SOLUTION


check("08.3", krum_scores)

# %% [markdown]
# ## Exercise 4: seal an update
#
# Write `seal(words, salt, sender, number, contract, chain_id)`: the commitment, 32 `bytes`, as the contract computes it. It is the Keccak-256 of the ABI encoding of all six, in this order: `words` (list of `int`, `uint256[]`), `salt` (32 `bytes`), `sender` (address as a text), `number` of the round (`uint256`), `contract` (address), `chain_id` (`uint256`). `encode(types, values)` and `keccak(data)` are imported above.
#
# Worked value: `encode(["uint256"], [5])` is 31 zero bytes and a five; `keccak` of it is 32 bytes.


# %%
def seal(words, salt, sender, number, contract, chain_id):
    ### BEGIN SOLUTION
    types = ["uint256[]", "bytes32", "address", "uint256", "address", "uint256"]
    return keccak(encode(types, [words, salt, sender, number, contract, chain_id]))
    ### END SOLUTION


check("08.4", seal)

# %% [markdown]
# ## Exercise 5: put on masks that cancel
#
# Write `masked(word, number, masks)`. `word` is a word of client `number`; `masks` (a `dict`) has for every other client's number the mask (`int`) of that pair, which both of them know. The lower number of a pair adds the mask, the higher subtracts it. Return the masked word (`int`), modulo 2**256.
#
# Worked value: `masked(10, 1, {0: 3, 2: 4})` is 11.


# %%
def masked(word, number, masks):
    ### BEGIN SOLUTION
    for other, mask in masks.items():
        word += mask if number < other else -mask
    return word % 2**256
    ### END SOLUTION


check("08.5", masked)

# %% [markdown]
# ## Exercise 6: put a number on privacy
#
# Write `epsilon(divergence, orders, steps, delta)`. `divergence` and `orders` are lists of one length: the Rényi divergence (`float`) that *one* step has at each order α (`int`, from 2). The divergences of `steps` steps add up. Each order then gives an ε: divergence of all steps + ln(1/`delta`)/(α − 1). Return the least of them, a `float`.
#
# Worked value: `epsilon([0.1], [5], 4, 0.01)` is 0.4 + 4.605/4 = 1.551.


# %%
def epsilon(divergence, orders, steps, delta):
    ### BEGIN SOLUTION
    pairs = zip(divergence, orders, strict=True)
    return min(steps * each + np.log(1 / delta) / (order - 1) for each, order in pairs)
    ### END SOLUTION


check("08.6", epsilon)

# %% [markdown]
# ## Challenge: withstand the unknown
#
# **08.7** Write `rule(updates, hostile)`: from updates of shape (20, 650), of which `hostile` (6) may be anything, make one update of shape (650,). Twenty clients with IID shares train the classroom's small model for ten rounds, twelve times anew for each attacker. The score is how many points of accuracy you lose against the mean of the honest clients alone. **Your mean loss plus three standard errors must stay below 3 points**, against each of five attackers, of which one, *hidden*, is played in the check only. A step longer than the honest mean is shortened to its length: speed wins nothing.
#
# A median or Multi-Krum as in the lesson is not enough. If you find that a *longer* median is: why does it, and would it on two shards?

# %%
from nnchain_edu.lab.hostile_game import scoreboard


def rule(updates, hostile):
    ### BEGIN SOLUTION
    compass = np.median(updates, axis=0)
    agreement = updates @ compass / (np.linalg.norm(updates, axis=1) + 1e-12)
    return updates[np.argsort(agreement)[hostile:]].mean(axis=0)
    ### END SOLUTION


print(scoreboard(rule, "nobody", "sign flip", "noise", "inner product"))
check("08.7", rule)

# %% [markdown]
# ## In class
#
# Your teacher has put up two addresses: that of a node and that of a contract. Write them between the quotes, choose the number of your share, and run the cell. *Join* registers you, trains, commits and reveals, round after round, and the figure shows where the class stands; *Stop* leaves, and you can join again. Whoever has committed and does not come back in time loses the stake. Empty, the cell does nothing.

# %%
NODE, CONTRACT = "", ""  # such as "http://192.168.1.10:8545" and "0x5FbD…"
SHARE, OF, ROUNDS = 1, 8, 5

if NODE and CONTRACT:
    from nnchain_edu.lab.class_member import ClassMember

    page = Bench(ClassMember(NODE, CONTRACT, SHARE, OF, ROUNDS))
else:
    page = "No class: NODE and CONTRACT are empty."
page

# %% [markdown]
# ## What you have done
#
# The summary of this unit's checks:

# %%
check()
