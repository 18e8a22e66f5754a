# %% [markdown]
# # How does a network learn?
# By asking each of its numbers: *if I turn you up a little, does the error grow or shrink?* Run this cell. A
# machine that knows nothing finds what a byte of data costs on a blockchain, from four transactions.

# %%
size, fee = [1, 2, 3, 4], [40, 80, 120, 160]  # bytes, and the gas paid for them
prices = [0.0]  # the first guess
for _ in range(8):
    slope = sum(2 * (prices[-1] * s - f) * s for s, f in zip(size, fee)) / 4
    prices.append(prices[-1] - 0.04 * slope)
print([round(price, 2) for price in prices])

# %% [markdown]
# Nobody told it "40". It had a guess, an error, and the *slope* of the error: how fast the error grows when the
# guess grows. It walked downhill. All of deep learning is this loop; the art is to get the slope for millions of
# numbers at once.
#
# **You will be able to**
# 1. check any slope by nudging (exercise 1),
# 2. build the engine that finds all slopes in one sweep, *backpropagation* (exercise 2),
# 3. take a step with momentum and say what it is good for (exercise 3),
# 4. predict the largest step that does not explode (exercise 4),
# 5. carry out a learning step in whole numbers, exactly as a contract does (exercise 5).
#
# **You need** unit 00, Python and school mathematics. **Time**: 25 minutes to read and run (measured), about 60 with thinking (a guess). The lab is another hour or more.
#
# First, what we walked on. The <dfn>loss</dfn> is one number that says how wrong a guess is: here the mean of the squared
# errors.

# %%
from nnchain_edu.lab import show
from nnchain_edu.lab.learning_figures import walk_figure


def loss(price):
    return sum((price * s - f) ** 2 for s, f in zip(size, fee)) / 4


fig = walk_figure(loss, prices, xlabel="price of a byte (guess)", ylabel="loss: mean squared error")
show(fig, alt="The loss is a bowl over the price, lowest at 40. Dots step down its left side, ever shorter.")

# %% [markdown]
# The steps get shorter by themselves: a step is the slope times a fixed <dfn means="The fixed number by which a slope is multiplied to give a step.">learning rate</dfn> (0.04), and the slope
# fades towards the bottom.
#
# ## Where does the slope come from?
# The simplest way is to nudge. Turn the price up by a hair, turn it down by a hair, and see how much the loss
# changed. The first cell used a formula instead: the slope of $(ps-f)^2$ is $2(ps-f)\,s$.

# %%
hair = 1e-5
nudged = (loss(10 + hair) - loss(10 - hair)) / (2 * hair)
by_formula = sum(2 * (10 * s - f) * s for s, f in zip(size, fee)) / 4
print("nudged:", round(nudged, 3), "  by formula:", round(by_formula, 3))

# %% [markdown]
# Nudging is honest as long as the hair is short, but not so short that the digits run out. But it needs two runs of the whole network for *each* number. A network of a million numbers
# would run two million times for a single step. And a formula for a whole network fills pages. There is a third way.
#
# ## The chain rule, as a picture
# Take the calculation apart. A price of 2, three bytes, a fee of 4: cost = 3 · 2 = 6, error = 6 − 4 = 2,
# loss = 2² = 4. Now move the price by 0.001 and follow the nudge down.

# %%
from nnchain_edu.lab.nudge import nudge_picture

stages = [("cost = 3 · price", lambda p: 3 * p), ("error = cost − 4", lambda c: c - 4)]
fig = nudge_picture(("price", 2.0), [*stages, ("loss = error²", lambda e: e**2)], nudge=0.001)
show(fig, alt="A nudge of 0.001 in the price is multiplied by 3, by 1 and by 4: the loss moves by 0.012.")

# %% [markdown]
# Each stage stretches the nudge by its own factor, the <dfn means="How much the result of one step of a computation moves for a nudge of one of its inputs.">local slope</dfn>: × 3, × 1, × 4. Together × 12. That is the
# whole chain rule:
#
# - *along a path, slopes multiply*;
# - *where several paths lead from a number to the loss, they add up* (a number used twice has a say twice).
#
# A local slope is easy to find, since each stage does one simple thing. For a sum $a+b$ it is 1 and 1. For a
# product $ab$ it is $b$ for $a$ and $a$ for $b$: move $a$ by a hair, and the product moves by $b$ hairs.
#
# ## A number that remembers
# So let every number remember which numbers made it, its <dfn title="parent (of a number)" means="One of the numbers from which a number was computed.">parents</dfn>, and its local slope for each of them. `birth`
# counts how many numbers were made before it.

# %%
import itertools
import math

births = itertools.count()


class Value:
    """A number that remembers which numbers made it, and how strongly each of them moves it."""

    def __init__(self, data, parents=(), slopes=(), operation=""):
        self.data, self.grad = data, 0.0
        self.parents, self.slopes, self.operation = parents, slopes, operation
        self.birth = next(births)

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __sub__(self, other):
        other = as_value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0), "−")

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "×")

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"^{exponent}")

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,), "tanh")

    __radd__, __rmul__ = __add__, __mul__


def as_value(number):
    return number if isinstance(number, Value) else Value(number)


price = Value(2.0)
result = (price * 3 - 4) ** 2
print(result.data, "was made by", result.operation, "with the local slope", result.slopes[0])

# %% [markdown]
# The forward run has noted every local slope on its way. What is left is to multiply along all paths and to add up.
# Start at the loss; its slope with respect to itself is 1. Then let each number hand to every parent: *my gradient
# times your local slope*. **Gradient** is the word for the slope of the final result.
#
# The trick is the order: a number may hand on only when all its own contributions have arrived. But a child is
# always younger than its parents. So going from the youngest to the oldest is an order that works.


# %%
def backward(result):
    """Set .grad of the result, and of everything that made it, to the slope of the result."""
    family, waiting = {result}, [result]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in family:
                family.add(parent)
                waiting.append(parent)
    for value in family:
        value.grad = 0.0
    result.grad = 1.0
    for value in sorted(family, key=lambda v: v.birth, reverse=True):
        for parent, slope in zip(value.parents, value.slopes):
            parent.grad += slope * value.grad


backward(result)
print("slope of the loss for the price:", price.grad)

# %% [markdown]
# 12, as in the picture. This is <dfn>backpropagation</dfn>: one run forward, one sweep backward, and *every* number has its
# slope. The sweep costs a small multiple of the forward run, however many numbers there are.
#
# Here is a slightly richer calculation, drawn from what the numbers remember: a neuron with a weight $w$, a bias
# $b$, and <dfn means="An S-shaped curve that keeps the output between −1 and 1.">tanh</dfn>, an S-shaped curve that keeps the output between −1 and 1.

# %%
from nnchain_edu.lab.computation import computation_graph

w, x, b, target = Value(0.5), Value(2.0), Value(-0.5), Value(1.0)
wrong = ((w * x + b).tanh() - target) ** 2
backward(wrong)
fig = computation_graph(wrong, w=w, x=x, b=b, target=target, loss=wrong)
show(fig, alt="Boxes from w, x, b and target to the loss, with data and gradient; a local slope on every arrow.")

# %% [markdown]
# Read it from right to left. Each box's *grad* is the grad of the box after it, times the slope on the arrow
# between. The gradient of `w` is negative: turning `w` up makes the loss smaller. So turn it up.
#
# ## Is it right?
# An engine must be held against something that does not depend on it. We take two judges, PyTorch and nudging, and a
# formula that uses its inputs several times, so that paths must be added.

# %%
import random

import torch


def formula(a, b, c):
    d = a * b - c
    return ((d + a).tanh() * d**2 - b * c.tanh()) ** 3 + a


rng, from_torch, from_nudging = random.Random(2), [], []
for _ in range(200):
    point = [rng.uniform(-1.5, 1.5) for _ in range(3)]
    ours, theirs = [Value(p) for p in point], torch.tensor(point, dtype=torch.float64, requires_grad=True)
    backward(formula(*ours))
    formula(*theirs).backward()
    for i in range(3):
        up, down = ([Value(p + h * (i == j)) for j, p in enumerate(point)] for h in (hair, -hair))
        nudged = (formula(*up).data - formula(*down).data) / (2 * hair)
        from_torch.append(abs(ours[i].grad - theirs.grad[i].item()))
        from_nudging.append(abs(ours[i].grad - nudged))
print(len(from_torch), "gradients. Equal to PyTorch's within 1e-6:", max(from_torch) < 1e-6)
print("and to those by nudging within 1e-4:", max(from_nudging) < 1e-4)

# %% [markdown]
# Some fifty lines, and the same gradients as the industry's tool. PyTorch handles whole arrays at a time, which is
# why it is fast; the idea is the one you have just read.
#
# ## A network that learns
# Now a job with an eye to the ledger: *is an account a person or a bot?* We look at the rhythm of its transactions.
# Clockwork bots send at regular gaps. Burst bots fire a series and pause. People come as it happens, in between.
# For 60 invented accounts we have two features: the typical gap, and how irregular the gaps are. Sixty *new* ones, never
# trained on, will be the judges. Always to say "bot" is right for 2 of 3; whoever wants to count must do better.

# %%
from nnchain_edu.nets.rhythms import rhythm_accounts

(accounts, labels), (new_accounts, new_labels) = rhythm_accounts(), rhythm_accounts(seed=2)
for account, label in zip(accounts[:3], labels):
    print([round(feature, 2) for feature in account], "person" if label == 1 else "bot")

# %% [markdown]
# A **layer** is a row of neurons. Each multiplies the inputs by its *weights*, adds its *bias*, and bends the sum with
# tanh. A network is one layer after another; ours ends in one neuron that answers between −1 (bot) and 1 (person).
# Learning is the loop from the first cell, with `backward` in place of the formula.


# %%
def make_layer(n_in, n_out, rng):
    return [([Value(rng.uniform(-1, 1)) for _ in range(n_in)], Value(0.0)) for _ in range(n_out)]


def answer(network, inputs):
    for layer in network:
        inputs = [sum((w * x for w, x in zip(weights, inputs)), bias).tanh() for weights, bias in layer]
    return inputs[0]


def train(network, epochs=80, rate=0.5):
    parameters = [p for layer in network for weights, bias in layer for p in [*weights, bias]]
    for _ in range(epochs):
        loss = sum((answer(network, x) - y) ** 2 for x, y in zip(accounts, labels)) * (1 / len(labels))
        backward(loss)
        for p in parameters:
            p.data -= rate * p.grad
    return sum(answer(network, x).data * y > 0 for x, y in zip(new_accounts, new_labels)) / len(new_labels)


line = [make_layer(2, 1, random.Random(0))]
network = [make_layer(2, 6, random.Random(0)), make_layer(6, 1, random.Random(3))]
print("New accounts. One neuron: less than 75 % right:", train(line) < 0.75)
print("Two layers, six hidden neurons: more than 95 % right:", train(network) > 0.95)

# %%
from nnchain_edu.lab.learning_figures import map_figure

answers = {"One neuron": lambda a: answer(line, a).data, "Two layers": lambda a: answer(network, a).data}
axis_names = ("typical gap (log scale)", "irregularity (log scale)")
fig = map_figure(answers, accounts, labels, {1: "person", -1: "bot"}, axis_names)
show(fig, alt="People lie in a band between two kinds of bots. One neuron's line parts little. Two layers find the band.")

# %% [markdown]
# One neuron can only draw one straight line, and no line has all people on one side and all bots on the other: it is no
# better than always saying "bot". The hidden neurons draw several,
# and the last one combines them. Nobody designed these borders: 25 numbers went downhill, 80 steps long.
#
# The `train` of unit 01 is the same loop with PyTorch's arrays. This is its heart, as it stands in `nnchain_edu/nets/training.py`:
#
# ```python
# for batch in torch.randperm(len(X), generator=shuffler).split(rows):
#     if decay:
#         rule.param_groups[0]["lr"] = learning_rate * (1 - history.steps / all_steps)
#     output = model(X[batch])
#     loss = loss_of(output, y[batch])
#     rule.zero_grad()
#     loss.backward()
#     rule.step()
# ```
#
# The rows come in a new order, in <dfn title="batch" means="The rows of which one step of training takes the loss.">batches</dfn> of `rows`. With `decay` the rate falls from step to step. `zero_grad` sets the slopes to 0, as our `backward` does first; `loss.backward()` is
# the sweep; `rule.step()` is `p.data -= rate * p.grad` for every parameter, or one of its cleverer cousins below. What stands around it checks what it is given and keeps the record.
#
# ## How large may a step be?
# Take a valley with curvature λ: height $\tfrac12\lambda w^2$, slope $\lambda w$. One step leads from $w$ to
# $w - \text{rate}\cdot\lambda w = (1-\text{rate}\cdot\lambda)\,w$. Every step multiplies the distance from the bottom by
# the same factor, and the walk comes home only if that factor lies between −1 and 1: **rate below 2/λ**.
#
# With several weights there are several curvatures, and the steepest direction decides: 2/λmax. The table of curvatures
# is called the <dfn>Hessian</dfn>: on its diagonal how fast each weight's slope grows with that weight (21), beside it how fast with
# the *other* weight (19). The valley is tilted, so its steepest direction lies between the two weights. The curvatures
# along the valley's own axes are the table's <dfn title="eigenvalue">eigenvalues</dfn> λ; numpy finds them. We predict the border, then find it, by
# halving an interval.

# %%
import numpy as np

hessian = np.array([[21.0, 19.0], [19.0, 21.0]])  # a tilted valley
predicted = 2 / max(np.linalg.eigvalsh(hessian))


def comes_home(rate, w1=1.0, w2=-0.9):
    for _ in range(20_000):
        w1, w2 = w1 - rate * (21 * w1 + 19 * w2), w2 - rate * (19 * w1 + 21 * w2)
        if abs(w1) + abs(w2) > 100:
            return False
    return True


low, high = 0.0, 1.0
while high - low > 1e-5:
    middle = (low + high) / 2
    low, high = (middle, high) if comes_home(middle) else (low, middle)
print(f"predicted {predicted:.4f}, found {low:.4f}")

# %% [markdown]
# Equal to four decimals. In this valley a rate a little too large does not slow the walk down, it makes it *explode*. In a
# deep network λmax changes on the way: often it rises until 2/λmax has come down to the rate, and the walk goes on along
# that border, trembling (Cohen et al. 2021). That is why rates are tried out. Here is a
# *ravine* from above, a hundred times steeper across than along. The star is the lowest point.

# %%
from nnchain_edu.lab.learning_figures import race_figure
from nnchain_edu.lab.race import OPTIMISERS, race
from nnchain_edu.lab.surfaces import RAVINE, SADDLE, TURNED_RAVINE

walks = {p: [race(RAVINE, "gradient descent", p / 100 * RAVINE.largest_step, steps=60)] for p in (20, 96, 104)}
fig = race_figure([(f"{p} % of 2/λmax", RAVINE, runs) for p, runs in walks.items()])
show(fig, alt="At 20 % the walk creeps along the floor, at 96 % it zigzags onward, at 104 % it leaves the map.")

# %% [markdown]
# That is the dilemma of plain gradient descent: the steep walls forbid large steps, and the flat floor needs them. Two
# famous answers, a few lines each.
#
# - **Momentum.** The walker is a heavy ball: it keeps a share of its velocity. Steady slopes add up.
# - **Adam.** Each weight has its own scale: the mean slope is divided by its usual size. Steep and flat
#   *weights* then move alike. (Both means begin at 0, so at first they are too small; the divisions by 1 − 0.9ᵗ and
#   1 − 0.999ᵗ make up for that.)


# %%
def momentum_step(w, slope, velocity, rate, memory=0.9):
    velocity = memory * velocity + slope
    return w - rate * velocity, velocity


def adam_step(w, slope, mean, square, t, rate):
    mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
    usual_size = math.sqrt(square / (1 - 0.999**t)) + 1e-8  # both means began at 0: divide that out
    return w - rate * (mean / (1 - 0.9**t)) / usual_size, mean, square


for slope in (0.4, 40.0):
    first = momentum_step(1.0, slope, 0.0, 0.02)[0], adam_step(1.0, slope, 0.0, 0.0, 1, 0.02)[0]
    print("from 1, slope", slope, "| momentum goes to {:.3f}, Adam to {:.3f}".format(*first))

# %%
panels = []
for surface, rate in ((RAVINE, 0.045), (TURNED_RAVINE, 0.045), (SADDLE, 0.1)):
    runs = [race(surface, name, rate, steps=250) for name in OPTIMISERS]
    panels.append((surface.name.capitalize(), surface, runs))
    print(surface.name, "| steps to the bottom:", {run.optimiser: run.steps_to(0.001) for run in runs})
show(race_figure(panels), alt="Momentum swings widest in both ravines; Adam is slow in the turned one. All leave the saddle.")

# %%
from nnchain_edu.lab.race import fastest

rates, memories = [k / 200 for k in range(1, 81)], (0.5, 0.7, 0.9)
for surface in (RAVINE, TURNED_RAVINE, SADDLE):
    print(surface.name, "| each at its best:", {name: fastest(surface, name, rates, memories) for name in OPTIMISERS})

# %% [markdown]
# At one rate for all, in the ravine, Adam and momentum need about half of plain descent's steps. The heavy ball swings even wider across, but along the
# floor its speed adds up. Turn the ravine by 45 degrees, and Adam does not arrive (*None*): it scales each *weight*, and now the ravine runs between them.
#
# But one rate for all is no fair race, since a rate means something else to each. The second table gives each its best of 80 rates, and momentum
# of three memories. Now momentum wins both ravines by far, and on the saddle, which is flat in the middle and yet has no bottom there, plain descent nearly
# equals it. No optimiser wins everywhere, and whoever compares two must tune both.
#
# ## Why deep networks once refused to learn
# Backpropagation multiplies one slope a layer. The S-curve <dfn>sigmoid</dfn>, $1/(1+e^{-x})$, has slope ¼ at most. In a
# network of 40 layers the gradient passes 40 such factors. We measure what arrives: 64 neurons a layer, random
# weights of size *gain* / √64, and the gradient of every layer against that of the last.


# %%
def gradient_by_layer(activation, gain, depth=40, width=64):
    torch.manual_seed(0)
    h, layers = torch.randn(32, width, dtype=torch.float64), []
    for _ in range(depth):
        weights = torch.randn(width, width, dtype=torch.float64) * gain / width**0.5
        h = activation(h @ weights).requires_grad_()
        h.retain_grad()
        layers.append(h)
    h.sum().backward()
    return [float(layer.grad.norm() / h.grad.norm()) for layer in layers]


torch.set_num_threads(1)
settings = [(torch.sigmoid, 1.0), (torch.tanh, 1.0), (torch.relu, 1.0), (torch.relu, 2**0.5), (torch.relu, 2.0)]
measured = {f"{act.__name__}, gain {gain:.3g}": gradient_by_layer(act, gain) for act, gain in settings}
print("30 layers back, sigmoid, below 1e-15:", measured["sigmoid, gain 1"][9] < 1e-15)
print("30 layers back, relu with gain 1.41, within 0.1 to 10:", 0.1 < measured["relu, gain 1.41"][9] < 10)
print("30 layers back, relu with gain 2, above 1000:", measured["relu, gain 2"][9] > 1000)

# %%
from nnchain_edu.lab.learning_figures import layers_figure

fig = layers_figure(measured, "gradient (last layer = 1)")
show(fig, alt="Log scale: from the last layer back, sigmoid falls below 1e-20; relu 1.41 stays; relu 2 explodes.")

# %% [markdown]
# The first layers of the sigmoid network receive practically nothing: they *cannot* learn. The gradient has
# <dfn title="vanishing gradient" means="A gradient that gets smaller from layer to layer on its way back, until the first layers cannot learn.">vanished</dfn>. With weights too large it <dfn title="exploding gradient" means="A gradient that grows from layer to layer on its way back.">explodes</dfn>. <dfn>ReLU</dfn>, which is max(0, x), has slope 1 or 0; about half of its
# neurons are off, so weights √2 times larger keep the balance. That is the initialisation of Kaiming He.
#
# ## Learning inside the ledger
# Can a contract learn? The EVM, Ethereum's computer, has no fractions. So we count in units of 1/65,536: the number
# 1.0 is the integer 65,536, `ONE`. This is **fixed point**. A product of two such numbers counts in 1/`ONE`², so before bias and
# target may be added to it they are multiplied by `ONE`; rate · error · input counts in 1/`ONE`⁴, and dividing by `ONE`³
# brings it home. We multiply first and divide once, at the end. One question
# must be settled: *where does that division round to?*

# %%
print("going down: -7 // 2 is", -7 // 2, "and -7 >> 1 is", -7 >> 1, "| toward zero: int(-7 / 2) is", int(-7 / 2))
ONE = 65_536


def toward_zero(a, b):
    return a // b if a >= 0 else -(-a // b)


def integer_step(weights, bias, inputs, target, rate, divide=toward_zero):
    error = sum(w * x for w, x in zip(weights, inputs)) + (bias - target) * ONE  # in units of 1/ONE²
    new_weights = [w - divide(rate * error * x, ONE**3) for w, x in zip(weights, inputs)]
    return new_weights, bias - divide(rate * error, ONE**2)


# %% [markdown]
# This is the step of the first cell for a neuron with two inputs: error times input is the slope of ½ · error² (with
# the half, no 2 is left over). The contract `gradient_step` does the same in Vyper, where `//` goes toward zero
# (and `>>`, which divides by shifting bits, goes down). Are they equal? We ask it 1,000 times, with numbers up to four billion. Beside it we note how far
# each way of rounding is off, against exact fractions.

# %%
import operator
from fractions import Fraction

from nnchain_edu import Chain

chain = Chain()
neuron = chain.deploy("gradient_step", ONE // 4)  # learning rate 0.25
rng, equal, drift = random.Random(5), 0, {"toward zero": 0, "down": 0}
for _ in range(1000):
    most = 2 ** rng.randint(1, 48)
    w0, w1, bias, x0, x1, target = (rng.randint(-most, most) for _ in range(6))
    row = ([w0, w1], bias, [x0, x1], target, rng.randint(1, ONE))
    equal += list(neuron.functions.descend(*row).call()) == list(integer_step(*row))
    exact = integer_step(*row, divide=Fraction)[1]
    drift["toward zero"] += integer_step(*row)[1] - exact
    drift["down"] += integer_step(*row, divide=operator.floordiv)[1] - exact
print("contract and reference equal, to the last unit:", equal, "of 1000")
print("mean error of the new bias, in units:", {name: round(float(d) / 1000, 2) for name, d in drift.items()})

# %% [markdown]
# Rounding toward zero errs to both sides, and that cancels out. Rounding down always errs the same way: half a unit a
# step, whatever is taught, so that a weight creeps. And two contracts that differ in this one detail end with
# different weights; on a ledger, *different* means *no agreement*. Code for consensus spells out its rounding.
#
# Now let the neuron live. Every `learn` is a transaction: the weights lie in the ledger, each step is recorded for
# good, and only the deployer may teach (whoever chooses the examples chooses what is believed). It shall learn the
# lesson from the top of this page, from real receipts: 20 transactions carry so many zero bytes and so many others,
# and the receipt says what they paid. (We count bytes from 100 and by the hundred, gas by the thousand: so numbers stay
# near 1, where one rate suits all. At the end that is undone.)

# %%
alice, bob = chain.accounts["alice"].address, chain.accounts["bob"].address
examples = []
for _ in range(20):
    zeros, others = rng.randint(0, 200), rng.randint(0, 200)
    transaction = {"from": alice, "to": bob, "data": bytes(zeros) + b"\x01" * others}
    paid = chain.w3.eth.wait_for_transaction_receipt(chain.w3.eth.send_transaction(transaction))["gasUsed"]
    examples.append(([(zeros - 100) * ONE // 100, (others - 100) * ONE // 100], paid * ONE // 1000))
steps = [chain.send(neuron.functions.learn(*example)) for _ in range(8) for example in examples]
w0, w1 = (neuron.functions.weights(i).call() / ONE for i in (0, 1))
rest = neuron.functions.bias().call() / ONE - w0 - w1  # what is left with no bytes at all
print(f"a zero byte: {10 * w0:.2f} gas | any other: {10 * w1:.2f} gas | the transaction: {1000 * rest:.0f} gas")

# %% [markdown]
# | | rule | learned by the contract | verdict |
# |---|---|---|---|
# | a zero byte (EIP-7623, data floor) | 10 gas | 10.00 | reproduced |
# | another byte (EIP-7623: four tokens of 10) | 40 gas | 40.00 | reproduced |
# | any transaction (Yellow Paper, appendix G) | 21,000 gas | 21,000 | reproduced |
#
# The neuron has found the ledger's own price list, in 160 transactions. And these digits are the same on every machine,
# which PyTorch's floats do not promise. What does a step cost?
#
# Data has *two* prices, and the dearer sum counts: 4 gas a zero byte and 16 any other, plus all that is computed; or a
# *floor* of 10 and 40. A plain payment computes nothing and pays the floor. A step of our neuron computes, and pays 4 and
# 16. To rewrite a stored number costs 5,000 (2,100 to look it up, 2,900 to change it), to read one 2,100. An *event*, the note in the log, costs
# 375, as much again for its name, and 8 a byte. What is left is arithmetic and checks.

# %%
from nnchain_edu.lab.learning_figures import gas_figure

data = bytes.fromhex(neuron.encode_abi("learn", examples[1])[2:])
parts = {"any transaction": 21_000, "its data": sum(16 if byte else 4 for byte in data)}
parts |= {"three numbers rewritten": 3 * 5_000, "rate read": 2_100, "event": 750 + 8 * 128}
parts["arithmetic, checks"] = steps[1]["gasUsed"] - sum(parts.values())
show(gas_figure(parts), alt=f"Gas of a step: {', '.join(f'{name} {gas:,}' for name, gas in parts.items())}.")

# %% [markdown]
# Thinking is cheap, remembering is dear. Unit 07's digits network has 1,210 numbers: a step that rewrites them all takes
# 6 million gas. Twenty passes over 1,347 images, a step each, take 160 billion, or 5,400 blocks of 30 million: at 12 seconds a block,
# 18 hours of a whole chain. One can write less often (a step for 32 images) and pack many numbers into one place; then the
# arithmetic is left. Twenty passes are some 100 million multiplications; at a guess of 30 gas each, with all around them, still 100 whole
# blocks. So networks are **trained outside, and checked or run inside**. Much of this course is
# about how that can be trusted.
#
# ## Where it fails
# - **A slope knows only its neighbourhood.** Between two valleys, the walk ends in the one it starts in.
# - **Truncation has a dead zone.** A step of less than one unit becomes nothing: learning stops just before the goal.
# - **Divergence on a chain is a revert.** The contract refuses numbers beyond 2⁴⁸ units and keeps its old weights.
# - **Floats differ.** The same PyTorch training may end in other last digits on another processor; integers never do.
# - **Our engine is slow.** It makes one Python object for every sum.
#
# ## In short
# A loss says how wrong. One backward sweep gives its slope for every number: multiply along paths, add over paths. Step
# downhill, below 2/λmax. Momentum copes with ravines, Adam with those along the weights. Depth multiplies slopes, so keep them near 1. A
# contract can do all this exactly, at a price.

# %% [markdown] tags=["quiz"]
# ? A number a is used in two places, u = 3a and v = a², and the loss is u + v. What is the slope for a = 2?
# - 12, which is 3 times 4. | Slopes multiply along one path. Here are two paths from a to the loss.
# + 7, which is 3 plus 4. | The path through u gives 3, the path through v gives 2a = 4, and paths add up.
# - 4: the later path replaces the earlier. | That is what an engine with `=` in place of `+=` computes, a classic bug.
#
# ? Why sweep backward from the loss, and not nudge every weight?
# - Nudging gives wrong slopes. | With a sensible hair it agreed with our engine within 1e-4. It is slow, not wrong.
# - Sweeping backward finds a better minimum. | Both give the same slopes, so the walk is the same.
# + One sweep gives the slopes of all weights. | It costs a few forward runs. Nudging takes two runs for each weight.

# %% [markdown] tags=["quiz"]
# ? A valley has the curvatures 2 and 50. What does plain gradient descent with rate 0.05 do?
# + It explodes. | The border is 2/50 = 0.04. Across, every step multiplies the distance by 1 − 0.05 · 50 = −1.5.
# - It converges, since 0.05 is below 2/2. | That is the border of the flat direction. The steepest one decides.
# - It zigzags forever at the same height. | That happens exactly at the border, 0.04, where the factor is −1.
#
# ? The first layers of a network with 30 sigmoid layers do not learn. Why?
# - The learning rate is too large. | Then the loss would jump about or explode.
# + Each layer multiplies the gradient by a slope of ¼ at most. | After thirty layers hardly anything is left.
# - A sigmoid has no slope. | It has one everywhere. There are just too many of them in a row.

# %% [markdown] tags=["quiz"]
# ? With Vyper's `int256`, what are `-7 // 2` and `-7 >> 1`?
# - Both −4. | So it is in Python, where both go down. Vyper's division does not.
# - Both −3. | The arithmetic shift goes down to the floor, −4.
# + −3 and −4. | Division truncates toward zero, the shift floors. Whoever mixes them up is off by one unit.

# %% [markdown]
# ## Sources
# - Rumelhart, Hinton, Williams, *Learning representations by back-propagating errors*, Nature 323 (1986).
# - Griewank, Walther, *Evaluating Derivatives*, 2nd edition (2008), chapters 3 and 4: the reverse mode, and its cost as
#   a small multiple of the forward run.
# - Polyak, *Some methods of speeding up the convergence of iteration methods* (1964): the heavy ball.
# - Kingma, Ba, *Adam: A Method for Stochastic Optimization* (2015), algorithm 1.
# - Cohen, Kaur, Li, Kolter, Talwalkar, *Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability* (2021).
# - Goodfellow, Bengio, Courville, *Deep Learning* (2016), sections 4.3.1 (curvature and step), 6.5 (backpropagation).
# - Glorot, Bengio, *Understanding the difficulty of training deep feedforward neural networks* (2010), section 4: how
#   gradients change from layer to layer. He et al., *Delving Deep into Rectifiers* (2015), section 2.2: the factor √2.
# - Vyper's documentation, *Types*, on `//` and `>>`; Ethereum Yellow Paper, appendices G (fees) and H (SDIV); EIP-145
#   (SAR), EIP-2929 and EIP-2200 (storage), EIP-7623 (the data floor).
