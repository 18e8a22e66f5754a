# %% [markdown]
# # What is a neural network in a blockchain?
#
# The next cell starts a blockchain inside this notebook, puts one neuron on it, and asks the neuron about a transaction. Click the cell and press **Shift + Enter**.

# %%
from nnchain_edu import Chain

chain = Chain()
neuron = chain.deploy("neuron", [65536, -65536], 0)
neuron.functions.is_spam([9 * 65536, 2 * 65536]).call()

# %% [markdown]
# `True`: a program on a blockchain has just called a transaction spam. (65536 stands for 1 there; why, comes below. So the neuron has the weights 1 and -1, and looked at the numbers 9 and 2.) The rest of this page opens that up.
#
# **You will be able to**
#
# 1. work out by hand what a neuron answers,
# 2. turn trained numbers into the whole numbers that a blockchain can compute with,
# 3. say why the chain's verdict equals PyTorch's, and prove it,
# 4. protect a neuron on a chain from being changed by strangers.
#
# **You need** Python and school mathematics. **Time**: 16 minutes to read and run (measured), about 40 with thinking (a guess). The lab is another hour or more.

# %% [markdown]
# ## The data: spam on a ledger
#
# A <dfn>blockchain</dfn> is a ledger: a list of <dfn title="transaction" means="A signed order to the chain, to pay or to call a contract: it costs gas, and its outcome stands in a block for everyone to see.">transactions</dfn>, gathered in <dfn title="block" means="A group of transactions, in order, with a hash of its contents and that of the block before.">blocks</dfn>, that many strangers keep together. <dfn title="gas">Gas</dfn> measures the work that a transaction causes, and its sender pays for each unit. When gas is cheap, spammers flood the ledger with small transfers.
#
# We look at two <dfn title="feature">features</dfn> of a transaction: how often its sender sends (an average, in transactions a minute), and how much ether (Ethereum's money) it moves. The data is **simulated**, and this is how:

# %%
import numpy as np


def simulate_transactions(rows, seed):
    random = np.random.default_rng(seed)
    spam = random.random(rows) < 0.5
    centre = np.where(spam[:, None], (8.0, 2.0), (3.5, 4.5))
    features = centre + random.normal(0, (1.6, 1.1), (rows, 2))
    return np.clip(features, 0, (15, 9)).round(1), spam


# %% [markdown]
# A spammer sends often and little, around 8 times and 2 ether. An honest sender does the opposite, and the two overlap. From now on we import this function.
#
# One set of rows is for training. The other, the <dfn>test set</dfn>, is used for counting only, never to choose a limit or a weight, since only unseen rows tell what has been learned.

# %%
from nnchain_edu.lab.spam import simulate_transactions

X_train, y_train = simulate_transactions(400, seed=1)
X_test, y_test = simulate_transactions(200, seed=2)
print("first rows:", X_train[:3].tolist(), "spam:", y_train[:3].tolist())

# %% [markdown]
# Two numbers a row make a point in the plane, so the whole training set fits in one picture.

# %%
from nnchain_edu.lab import figure, show


def scatter(ax, X, y):
    ax.plot(*X[~y].T, "o", label="honest", alpha=0.7)
    ax.plot(*X[y].T, "s", label="spam", alpha=0.7)
    ax.set(xlabel="transactions of the sender a minute", ylabel="ether sent")


fig, ax = figure()
scatter(ax, X_train, y_train)
ax.legend()
show(fig, "Honest transactions lie to the upper left, spam to the lower right; the clouds overlap.")

# %% [markdown]
# ## First try: no network at all
#
# Before you train anything, ask what a simple rule can do. The simplest is a limit: *spam, if the sender sent more than so many times*. We take the limit that is best on the training rows, and count on the test rows.

# %%
limits = np.arange(0, 15, 0.1)
best = max(limits, key=lambda limit: ((X_train[:, 0] > limit) == y_train).mean())
rule_right = ((X_test[:, 0] > best) == y_test).mean()
print(f"limit {best:.1f}: {rule_right:.1%} of the test rows right")

# %% [markdown]
# That is the figure to beat. The rule draws a vertical line. A neuron may draw a line at any angle, since it weighs *both* features.
#
# ## A neuron
#
# A neuron multiplies each feature by a <dfn means="The number by which a neuron multiplies an input.">weight</dfn>, adds the products and a <dfn means="The number that a neuron adds to its weighted inputs.">bias</dfn>, and looks at the sign of the sum, its *score*:
#
# $$\text{score} = w_1 x_1 + w_2 x_2 + b, \qquad \text{spam if score} > 0.$$
#
# By hand, for the neuron of the first cell: $1 \cdot 9 + (-1) \cdot 2 + 0 = 7$, which is above zero.

# %%
def score(weights, bias, features):
    return weights[0] * features[0] + weights[1] * features[1] + bias


score([1, -1], 0, [9, 2])

# %% [markdown]
# ## Training finds the three numbers
#
# PyTorch is a Python library for neural networks. We start from zeros. Again and again it measures how wrong the neuron is on the training rows, and nudges the three numbers to be less wrong.
#
# You need not follow every line: `loss` is how wrong the neuron is, `backward` finds the direction of the nudge, `step` nudges, and `lr` is the size of a nudge. How the direction is found is the subject of unit 02.

# %%
import torch

model = torch.nn.Linear(2, 1, dtype=torch.float64)
torch.nn.init.zeros_(model.weight), torch.nn.init.zeros_(model.bias)
optimiser = torch.optim.SGD(model.parameters(), lr=0.2)
inputs, targets = torch.tensor(X_train), torch.tensor(y_train, dtype=torch.float64)
for _ in range(1000):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(model(inputs)[:, 0], targets)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()

# %% [markdown]
# How good is it on rows that it has never seen?

# %%
scores = model(torch.tensor(X_test))[:, 0].detach().numpy()
neuron_right = ((scores > 0) == y_test).mean()
print("the neuron beats the rule on the test rows:", neuron_right > rule_right)
print("more than 95 % right:", neuron_right > 0.95)

# %% [markdown]
# (On 200 rows, chance alone moves such a share by a point or two, and this test set is a kind one: with other seeds the neuron comes out a little lower, and the rule a little higher.) After training we print comparisons and no digits: trained numbers differ in their last places from processor to processor, and what is printed in this course is the same on every machine.
#
# The line where the score is zero is the neuron's <dfn>decision boundary</dfn>. Everything below it is called spam, since more ether speaks against spam.

# %%
(w1, w2), b = model.weight[0].tolist(), model.bias.item()
fig, ax = figure()
scatter(ax, X_test, y_test)
line = np.array([0, 15])
ax.plot(line, -(w1 * line + b) / w2, "-", color="black", label="score = 0")
ax.axvline(best, ls="--", color="black", label="the simple rule")
ax.set_ylim(-0.3, 9)
ax.legend(loc="upper center")
show(fig, "Test rows: the neuron's slanted line parts the clouds better than the rule's vertical line.")

# %% [markdown]
# ## From PyTorch to whole numbers
#
# Ethereum's computer, the <dfn means="The Ethereum Virtual Machine, Ethereum's computer: it runs on thousands of machines that must agree to the last bit, so it has whole numbers only.">EVM</dfn>, runs on thousands of machines that must agree to the last bit, so it has whole numbers only. We let 65,536 stand for 1 and round: that is <dfn>fixed point</dfn>.
#
# A number moves by at most half a 65,536th. Could a verdict flip? Only if a score lies closer to zero than all the rounding together can move it.
#
# Five numbers are rounded. Rounding a weight moves the score by up to half a step times the feature (at most 15 and 9), rounding a feature by half a step times the weight, and the bias by half a step. One more half step amply covers the products of two errors.

# %%
SCALE = 2**16


def to_fixed(number):
    return round(number * SCALE)


weights, bias = [to_fixed(w1), to_fixed(w2)], to_fixed(b)
most = (15 + 9 + abs(w1) + abs(w2) + 1 + 1) * 0.5 / SCALE
print("every score is farther from zero than that:", abs(scores).min() > most)

# %% [markdown]
# ## The neuron as a contract
#
# A <dfn>smart contract</dfn> is a program that lives on the chain. Ours is written in Vyper, a language that reads like Python. Here is the part that thinks (`int256` is a whole number of 256 bits; `@internal` means that only the contract itself uses it):

# %%
from pathlib import Path

import nnchain_edu

source = (Path(nnchain_edu.__file__).parent / "contracts" / "neuron.vy").read_text()
print(source[source.index("@view\n@internal") : source.index("@view\n@external")].strip())

# %% [markdown]
# It is the same weighted sum. One detail: a product of two scaled numbers is scaled twice, so the bias must be scaled once more before it is added.
#
# Now Alice puts the trained neuron on the chain. `deploy` compiles the contract, sends it in a transaction, and a block takes it in. (Block 1 holds the neuron of the first cell.)

# %%
neuron = chain.deploy("neuron", weights, bias, sender="alice")
print("stands in block", neuron.receipt.blockNumber)
print("belongs to Alice:", neuron.functions.owner().call() == chain.accounts["alice"].address)

# %% [markdown]
# ## The same verdict, row by row
#
# The claim to prove: on every test row the chain says what PyTorch says.

# %%
fixed_rows = [[to_fixed(x) for x in row] for row in X_test]
on_chain = [neuron.functions.is_spam(row).call() for row in fixed_rows]
in_torch = (scores > 0).tolist()
print(f"equal verdicts: {sum(a == b for a, b in zip(on_chain, in_torch, strict=True))} of {len(on_chain)}")

# %% [markdown]
# All of them. This was a <dfn>call</dfn>: a question to one machine, free of charge and without a trace.
#
# A *transaction* is different. Its sender *signs* it with a secret *key*, it costs gas, and its outcome stands in a block for everyone to see. `receipt` is the chain's answer, and its `events` are what the contract wrote down.

# %%
receipt = chain.send(neuron.functions.judge(fixed_rows[0]), sender="bob")
print("block", receipt.blockNumber, "· gas", receipt.gasUsed)
print("called spam:", receipt.events[0].args["spam"], "· is spam:", y_test[0])

# %% [markdown]
# 21,000 of that gas is the price of any transaction. The rest pays for the data and the computation. Unit 04 takes it apart; unit 07 makes it small.
#
# ## Try to cheat
#
# Judy sends spam, and would like a neuron that never says so. She has an account, so she simply asks for new weights. (This notebook holds the keys of all ten accounts, so that it can play everyone. The real Judy has only her own.)

# %%
from nnchain_edu.chain import Reverted

try:
    chain.send(neuron.functions.set_parameters([0, 0], -1), sender="judy")
except Reverted as refusal:
    print("refused:", refusal)
print("weights unchanged:", neuron.functions.weights(0).call() == weights[0])

# %% [markdown]
# The contract allows a change to its owner alone, and the chain runs the program that stands there and no other, since every machine that keeps the ledger runs it again and refuses a block with another outcome. What a dishonest majority *can* do is the subject of unit 05.
#
# Could she rewrite *history* instead? She takes a copy of all blocks, changes the time of one old block, and shows it around. Every block carries a <dfn>hash</dfn> of its contents, a number like a fingerprint: any change gives another one. Bob remembers the hash of the last block.

# %%
from nnchain_edu.chain import verify

blocks = chain.export()
remembered = blocks[-1]["hash"]
honest = verify(blocks, trusted_head=remembered)
blocks[1]["timestamp"] += 1
changed = verify(blocks, trusted_head=remembered)
print("honest copy: ", "sound" if honest else "broken")
print("changed copy:", "sound" if changed else f"broken, first in block {changed.block}")

# %% [markdown]
# Every block also carries the hash of the one before, so a change in block 1 would show in all later ones. Could Judy compute all hashes anew? Yes, and only then does it matter that Bob remembers the last one. Unit 03 builds this by hand.
#
# ## Where it fails
#
# The chain computes faithfully. It does not know whether what it is given is true. A spammer who reports *one* transaction a minute instead of nine gets the verdict that he wants:

# %%
truth, lie = [9, 2], [1, 2]
for features in (truth, lie):
    print(features, "->", neuron.functions.is_spam([to_fixed(x) for x in features]).call())

# %% [markdown]
# This is the <dfn means="Who tells the contract about the world? A contract cannot know whether what it is given is true.">oracle problem</dfn>: who tells the contract about the world? (These two numbers do stand on the ledger, but a contract cannot read past transactions; somebody must tell it.) Units 06 and 13 work on it.
#
# Two more limits. The owner can still change the neuron, so you must trust Alice, unless the contract has no `set_parameters`; reading it tells you which. And one neuron draws one straight line; where spam sits in two opposite corners, it is lost, since no straight line parts one diagonal from the other. A <dfn means="Many neurons that feed each other.">neural network</dfn>, many neurons that feed each other, is not: unit 01.

# %%
corners, spam = np.array([[1, 1], [1, 8], [12, 1], [12, 8]]), np.array([True, False, False, True])
random = np.random.default_rng(0)
tries = random.normal(0, 5, (100_000, 3))
right = ((tries[:, :2] @ corners.T + tries[:, 2:] > 0) == spam).sum(axis=1)
print(f"best of {len(tries):,} random neurons on these four rows: {right.max()} of 4 right")

# %% [markdown]
# ## How labs and checks work
#
# Each unit has a *lab*: an experiment with sliders, exercises, a challenge. An exercise is checked in the cell where you write it. The check says *not attempted*, *broken* (it could not be run), *wrong* with the reason, or *right*. This answer forgets the bias:

# %%
from nnchain_edu import check, hint

check("00.1", lambda weights, bias, features: weights[0] * features[0] + weights[1] * features[1])

# %% [markdown]
# `hint("00.1")` helps, `hint("00.1", 2)` helps more.
#
# **Reset.** *Kernel → Restart Kernel and Run All Cells* starts a page afresh. To get a file back as it came, delete it from the list at the left and start the course again: a fresh copy appears. What you changed is never overwritten.
#
# **Save.** On your own machine your work stays where it is. On a server that forgets you, such as Binder, download it before you leave, and bring it back the next time: your notebooks, and the key that signs your progress.

# %%
from nnchain_edu.saved_work import save_work

save_work()

# %% [markdown]
# ## The map
#
# {map}
#
# Minutes are measured: the cells' running and 200 words read a minute. Thinking is not in them; a lab takes an hour or more.

# %% [markdown]
# ## Summary
#
# - A neuron is a weighted sum, a bias and a look at the sign. Training finds the numbers. A neural network is many neurons that feed each other; in a blockchain it is a contract that computes them, or a trained model whose answers a contract uses.
# - A chain computes with whole numbers, so the trained numbers are rounded. The verdicts stay equal as long as no score lies closer to zero than rounding can move it, which can be checked.
# - A contract is a program that everyone can run; its data change only as its code allows. It computes faithfully, also from lies.

# %% [markdown] tags=["quiz"]
# ? A neuron has weights 2 and -1 and bias -3. What does it say about the features 4 and 5?
# - Spam, since 2 · 4 is above 5. | The comparison leaves out the bias. The score is 8 - 5 - 3.
# + Not spam, since the score is 0. | 8 - 5 - 3 = 0, and spam needs a score *above* zero.
# - Spam, since the score is 0. | The score is right, but zero is not above zero.
#
# ? Why are the trained numbers rounded before they go on the chain?
# - Rounded numbers are harder to tamper with. | What protects them is the contract's rule and the chain, not their form.
# - Rounding makes the neuron more accurate. | It cannot add information. At best nothing changes.
# + The EVM has whole numbers only, so that all machines agree to the last bit. | Floating point can differ between processors, and a chain cannot live with two answers.
#
# ? What does `call` do that a transaction does not?
# + It asks one node, costs nothing, and leaves no trace. | Nothing is signed and no block is made.
# - It asks all nodes and takes their majority. | One node answers, from its own copy of the chain.
# - It changes the contract without paying gas. | A call changes nothing that stays.
#
# ? Judy wants other weights in Alice's contract. What stops her?
# - The weights are secret. | Anyone can read them. Everything on this chain is public.
# + The contract checks who signed the transaction, and she cannot sign as Alice. | Without Alice's key there is no valid signature of Alice.
# - The neuron's accuracy would fall. | It would, but that is no obstacle to a change.
#
# ? A contract with a faithfully copied neuron calls a spam transaction honest. Which explanation fits?
# - The EVM computed the sum wrongly. | Its whole-number sum is exact; the lesson compared all test rows.
# - The block was changed afterwards. | Then its hash would not fit, and anyone who remembers the last hash would see it.
# + It was given false features, or the row lies on the wrong side of the line. | The chain guarantees the computation, neither the truth of the input nor a perfect model.

# %% [markdown]
# ## Sources
#
# - F. Rosenblatt, *The Perceptron: A Probabilistic Model for Information Storage and Organization in the Brain*, Psychological Review 65 (1958): a neuron whose weights are learned.
# - S. Nakamoto, *Bitcoin: A Peer-to-Peer Electronic Cash System* (2008), sections 2 to 4: transactions and the chain of hashes.
# - G. Wood, *Ethereum: A Secure Decentralised Generalised Transaction Ledger* (Yellow Paper), section 9 (the machine, 256-bit words) and appendix G (21,000 gas a transaction).
# - Vyper documentation, version 0.4.3: <https://docs.vyperlang.org/en/v0.4.3/>.
