# %% [markdown]
# # Lab: a neuron on a blockchain
#
# First turn a neuron by hand, then write the parts yourself. Run each cell with **Shift + Enter**. Nothing that you do here can break anything.

# %%
from nnchain_edu import check, hint
from nnchain_edu.lab import Bench
from nnchain_edu.lab.neuron_bench import NeuronState

# %% [markdown]
# ## Bench
#
# Forty simulated transactions. The black line is where the neuron's score is zero; in the shaded part it says spam. Crosses mark wrong verdicts, the ring marks the chosen transaction.
#
# Write down your prediction first, then move the sliders (mouse, or Tab and the arrow keys). The button sends the chosen transaction to the contract on a chain in this notebook: first Alice gives the contract your three numbers, then Bob's transaction asks for the verdict. (The score shown is that of the features rounded to 65,536ths, so one that should be exactly zero may come out a hair off.)

# %%
bench = Bench(NeuronState())
bench

# %% [markdown]
# Three things to try:
#
# 1. Find the best line that you can. What does each of the three numbers do to it?
# 2. Send two different transactions with the same neuron. Does the gas change, and by how much?
# 3. Set both weights to zero. What does the neuron say then, and what decides?

# %% [markdown]
# ## Two views of a chain
#
# Every transaction stays on its chain, for everyone to see. In the next one, friends pay each other, and one account floods them with small transfers. Look through its blocks (arrow keys in the strip): from whom, to whom, how much? Write down who spams.

# %%
from nnchain_edu import Chain
from nnchain_edu.lab import Explorer, TransactionGraph

chain = Chain()
payments = [("alice", "bob", 5), ("carol", "dave", 4), ("judy", "alice", 6), ("dave", "bob", 3)]
for sender, receiver, ether in payments:
    chain.send(receiver, sender=sender, value=ether * 10**18)
    for friend in ("alice", "bob", "carol", "dave"):
        chain.send(friend, sender="erin", value=10**16)
Explorer(chain, title="The chain, block by block")

# %% [markdown]
# The same transfers as a graph: a circle is an account, an arrow what went from one to another. Choose an account (click, or Tab, the arrow keys and Enter), and its line tells how often it sent and how much: the two features of the bench. Does your suspect stand out more here?

# %%
TransactionGraph(chain, title="Who paid whom")

# %% [markdown]
# ## Build
#
# **00.1** Write `score(weights, bias, features)`: multiply each feature by its weight, add up, add the bias.
#
# `weights` and `features` are lists of equally many numbers, `bias` is a number, and so is the result. For example, `score([2, 1], -4, [3, 5])` is `7`.

# %%
def score(weights, bias, features):
    ### BEGIN SOLUTION
    return sum(weight * feature for weight, feature in zip(weights, features, strict=True)) + bias
    ### END SOLUTION


check("00.1", score)

# %% [markdown]
# Stuck? `hint("00.1")` gives a first hint, `hint("00.1", 2)` a second one. It is the same for every exercise.
#
# **00.2** Write `to_fixed(number)`: the whole number nearest to 65,536 times `number`.
#
# `number` is a float, the result an `int`. For example, `to_fixed(0.3)` is `19661`.

# %%
def to_fixed(number):
    ### BEGIN SOLUTION
    return round(number * 65536)
    ### END SOLUTION


check("00.2", to_fixed)

# %% [markdown]
# **00.3** Write `verdict_fixed(weights, bias, features)`: is the score above zero? All arguments are fixed point already, whole numbers in 65,536ths, and you may use whole numbers only.
#
# `weights` and `features` are lists of two `int`, `bias` is an `int`, the result is `True` or `False`. For example, `verdict_fixed([65536, 0], -327680, [393216, 0])` is `True`: the score is 1 · 6 - 5 = 1.

# %%
def verdict_fixed(weights, bias, features):
    ### BEGIN SOLUTION
    products = weights[0] * features[0] + weights[1] * features[1]  # scaled twice
    return products + bias * 65536 > 0
    ### END SOLUTION


check("00.3", verdict_fixed)

# %% [markdown]
# **00.4** Guard this contract: only the account that deployed it may change the threshold. Replace the line in the middle; everyone else's transaction must revert.
#
# In Vyper, `assert CONDITION, "reason"` reverts the transaction unless the condition holds. `self.owner` is the account that deployed the contract, and `msg.sender` is the account that calls the function.

# %%
contract = """
# pragma version 0.4.3
owner: public(address)
threshold: public(uint256)

@deploy
def __init__():
    self.owner = msg.sender
    self.threshold = 5

@external
def set_threshold(threshold: uint256):
    ### BEGIN SOLUTION
    assert msg.sender == self.owner, "only the owner may change the threshold"
    ### STUB
    # # your code here
    ### END SOLUTION
    self.threshold = threshold
"""

check("00.4", contract)

# %% [markdown]
# ## Challenge: the smallest good neuron
#
# **00.5** Every bit on a chain costs money. Find two whole weights and a whole bias that get at least 95 % of unseen transactions right (190 of 200) and take at most 10 bits together. A number's bits are counted with its sign: 0 takes 1, 1 takes 2, -2 takes 3, 5 takes 4.
#
# A contract counts both (`nnchain_edu/contracts/neuron_contest.vy`; it takes features as drawn, not in 65,536ths). The check uses rows that you have not seen. Here is the same contest on rows that you may look at, with a first neuron: how many are right, and how many bits does it take?

# %%
from nnchain_edu.lab.spam import simulate_transactions

rows, labels = simulate_transactions(200, seed=3)
contest = Chain().deploy("neuron_contest", (rows * 10).round().astype(int).tolist(), labels.tolist())
contest.functions.submit([1, -1], 0).call()

# %% [markdown]
# How few bits can you reach?

# %%
### BEGIN SOLUTION
X, y = simulate_transactions(2000, seed=100)
small = [(w1, w2, b) for w1 in range(-3, 4) for w2 in range(-3, 4) for b in range(-3, 4)]
bits = {n: n.bit_length() + 1 for n in range(-3, 4)}  # of a number and its sign
good = [n for n in small if ((n[0] * X[:, 0] + n[1] * X[:, 1] + n[2] > 0) == y).mean() > 0.95]
w1, w2, b = min(good, key=lambda n: sum(bits[part] for part in n))
neuron = ([w1, w2], b)
### STUB
# neuron = ...  # ([weight, weight], bias)
### END SOLUTION

check("00.5", neuron)

# %% [markdown]
# ## What you have done
#
# The summary of this unit's checks; your last try at each counts. To compare with what others saw at the bench: gas differs a little, since the data of a transaction costs more for bytes that are not zero; with both weights zero the bias alone decides, and every transaction gets the same verdict.

# %%
check()

# %% [markdown] tags=["lab"]
# And all units, from a log of what you passed that stays on this machine:

# %% tags=["lab"]
from nnchain_edu import progress

progress()
