# %% [markdown]
# # Which network for which data?
# The one that already believes what is true of the data. Run this cell: it builds a network that has never seen a digit,
# shows it 1,347 of them, and lets it read 450 new ones.

# %%
from nnchain_edu.nets import MLP, accuracy, digits, parameter_count, train

X_train, y_train, X_test, y_test = digits()
model = MLP(64, 64, 10)
train(model, X_train, y_train, epochs=20, learning_rate=0.01, decay=True)
print("more than 430 of 450 new digits read right:", accuracy(model, X_test, y_test) * 450 > 430)

# %% [markdown]
# `digits` has split 1,797 images: most to train on, and 450 *held out*, to judge by. An <dfn>epoch</dfn> is one pass over the training images. Unit 02 opens the box called
# `train`: what a learning rate is and, in its lab, why it should fall. Here we ask what stands *before* training: how a network is built, its <dfn means="How a network is built: its layers, and what is connected to what.">architecture</dfn>.
#
# **You will be able to**
# 1. work out what a layer computes (exercise 1) and how many numbers a network learns (exercise 2),
# 2. slide a filter over an image, and say what a convolution assumes (exercise 3),
# 3. read a sequence with a memory, where order matters (exercise 4),
# 4. say whether a difference between two networks means anything (exercise 5),
# 5. build a network that is small and good enough (challenge).
#
# **You need** unit 00, Python and school mathematics. **Time**: 27 minutes to read and run (measured), about 65 with thinking (a guess). The lab is another hour or more.
#
# Look at the data first, always. Each digit is a row of 64 brightnesses, from 0 to 1. To the network it *is* just
# a row of 64 numbers: nobody told it that there are rows and columns.

# %%
import torch

from nnchain_edu.lab import architecture_figures as figures
from nnchain_edu.lab import show

shown = [int((y_test == digit).nonzero()[0]) for digit in range(10)]
fig = figures.digits_figure({"new digits": X_test[shown]}, titles=range(10))
show(fig, alt="Ten handwritten digits as coarse grey images of 8 by 8 pixels, with their labels above.")

# %% [markdown]
# ## Input, hidden, output
# A network is built of layers. The <dfn means="The numbers that a network is given.">input layer</dfn> holds the data: here 64 numbers. Each unit of the <dfn>hidden layer</dfn>
# takes *all* of them, multiplies each by a **weight**, adds them up and adds one number more, the **bias**. The
# <dfn>output layer</dfn> does the same with what the hidden layer gives: one score for each of the ten digits. The largest score
# is the answer. Such a network is a <dfn title="multilayer perceptron (MLP)" means="A network of layers, each taking all outputs of the layer before: input layer, hidden layers, output layer.">multilayer perceptron</dfn>, **MLP**.

# %%
fig = figures.layers_figure((6, 4, 3), ("input: the data", "hidden: patterns", "output: a score a class"))
show(fig, alt="Three columns of circles, 6, 4 and 3, each joined by lines to all circles of the next column.")

# %% [markdown]
# Every line in the picture is a weight. All weights of a layer make a table, a *matrix*, and the layer is one
# multiplication by it (`@`; `.T` swaps rows and columns). So the whole network fits on two lines. `clamp(min=0)` puts 0 for
# whatever is negative.
#
# Weights and biases are its <dfn title="parameter">parameters</dfn>: all that training may change. Count the lines and the circles. From 64
# inputs to 64 hidden units lead 64 · 64 lines, and each hidden unit has a bias. Then 64 · 10 lines, and ten biases.
# Is that really what `model` computes, and what it holds?

# %%
_, first, activation, last = model.layers
hidden = (X_test @ first.weight.T + first.bias).clamp(min=0)  # 450 images at once: (450, 64)
scores = hidden @ last.weight.T + last.bias  # (450, 10)
print("the same as the network:", torch.allclose(scores, model(X_test), atol=1e-3))
by_hand = (64 * 64 + 64) + (64 * 10 + 10)
print(by_hand, "by hand,", parameter_count(model), "by PyTorch")

# %% [markdown]
# That number is worth knowing by heart. It is what a blockchain must store, hash or pay for when it holds a network: unit 07 puts a smaller
# one, 64-16-10, into a contract.
#
# ## Why `clamp(min=0)`?
# Because without it a deep network is a waste. A multiplication of a multiplication is one multiplication, so any
# number of plain layers does no more than one. An <dfn>activation function</dfn> bends the result between two layers. These
# four are usual; ReLU is our `clamp`.

# %%
functions = {"ReLU": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "GELU": torch.nn.functional.gelu}
alt = "ReLU is 0 then a rising line; tanh and sigmoid are S-curves; GELU a soft ReLU."
show(figures.activation_figure(functions), alt=alt)

# %% [markdown]
# The dotted slope says how far the output follows when the input moves; learning goes by it (unit 02). At both ends the S-curves have hardly any, and a unit there
# learns hardly anything. ReLU keeps its slope for all positive inputs: one reason why it became the standard. But below 0 it has none, and a unit that is
# always below 0 is <dfn title="dead unit" means="A ReLU unit whose input is always below 0: no slope reaches it, so it learns no more.">dead</dfn>. Now the proof that bends matter: two classes on a checkerboard.

# %%
places = torch.rand(300, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
side = (places[:, 0] * places[:, 1] > 0).long()
maps = {name: MLP(2, 16, 16, 2, activation=name) for name in ("identity", "relu")}
for net in maps.values():
    train(net, places, side, epochs=60, learning_rate=0.02, decay=True)
show(figures.map_figure(maps, places, side, ("x", "y")), alt="Identity: one straight cut. ReLU: four squares.")

# %% [markdown]
# Both have three layers of weights. Without a bend (*identity*) all that comes out is a straight cut.
#
# ## What can one hidden layer do?
# Anything, if it is wide enough: the <dfn>universal approximation theorem</dfn> says that on a bounded piece one hidden layer comes as close as
# you like to any continuous curve. See it happen. Each ReLU unit adds at most one kink to a line.

# %%
x = torch.linspace(-3, 3, 200)[:, None]
curve = torch.sin(2 * x) + 0.4 * torch.cos(4 * x)
fits = {}
for width in (3, 20, 200):
    net = MLP(1, width, 1)
    train(net, x, curve, epochs=400, batch_size=50, learning_rate=0.03, decay=True)
    fits[f"{width} hidden units"] = net(x).detach()
alt = "Three units make two straight pieces, far from the curve; twenty follow only its middle; two hundred lie on it."
show(figures.fit_figure(x, curve, fits), alt=alt)

# %% [markdown]
# Twenty units *could* do it: a line with twenty well-placed kinks stays within 0.12 of this curve. Training did not find them. The theorem promises that good weights
# *exist*, not that training finds them, nor how many examples that takes, or what happens outside the piece. So "can it?" is the wrong question. Better: *how much data does it
# need?* First, does larger help? Every network starts from weights drawn by lot, so we train each three times and draw the mean; the bars reach from the worst to the best.

# %%


def seen_and_unseen(*hidden):
    scores = []
    for seed in range(3):
        net = MLP(64, *hidden, 10, seed=seed)
        train(net, X_train, y_train, epochs=12, learning_rate=0.01, decay=True, seed=seed)
        scores.append((accuracy(net, X_train, y_train), accuracy(net, X_test, y_test)))
    return zip(*scores)  # three on digits trained on, three on held-out ones


widths, depths = (2, 4, 8, 16, 32, 128), (0, 1, 2, 4)
by_width = [seen_and_unseen(width) for width in widths]
by_depth = [seen_and_unseen(*[32] * depth) for depth in depths]
panels = [("width of one hidden layer", widths, *zip(*by_width)), ("hidden layers of 32", depths, *zip(*by_depth))]
alt = "Accuracy climbs with width up to about 16, then hardly; with depth not at all. At width 4 the three starts differ most."
show(figures.size_figure(panels), alt=alt)

# %% [markdown]
# A very narrow network suffers twice: the passage is narrow, and units die in it. Of two units one is dead in all three runs; of four it is one, none and two, hence the long bar. From 16 or so on, more width brings little. More depth
# brings nothing here; if anything, the deeper ones are worse. That is *these* small images and *this* training, not a law. (Without a hidden layer, 0, the network is one
# weighted sum a digit, a <dfn means="A network without a hidden layer: one weighted sum for each class.">linear classifier</dfn>: 19 of 20, not bad.) With a hidden layer, the digits trained on are read better
# than new ones. That gap is <dfn sentences="2">overfitting</dfn>: some examples were learnt by heart. More units will not close it.
#
# ## Is the difference real?
# A pause, before comparing hairs. Our test set has 450 images, so 1 % is 4.5 images. If a network is right with
# probability $p$ on each, chance alone spreads the result. The usual size of that spread is the <dfn>standard deviation</dfn>, here $\sqrt{p(1-p)/450}$, and 95 times in 100 the result lands within twice that.
# How many images would it take to *see*, 4 times in 5, that one network is better? The gap must be 2.8 standard deviations of the difference (2.8² is about 8).

# %%
from math import sqrt

for p in (0.95, 0.97, 0.99):
    print(f"{p:.0%} on 450 images: {p:.1%} ± {2 * sqrt(p * (1 - p) / 450):.1%}")
for better in (0.99, 0.98, 0.975):
    images = 8 * (0.97 * 0.03 + better * (1 - better)) / (better - 0.97) ** 2
    print(f"to tell 97.0% from {better:.1%}: {images:,.0f} images")

# %% [markdown]
# So 97 % and 98 % on one test set of 450 may be the same network on two days. Three things help: the *same* test
# images for both networks (then fewer do), several *seeds* (a seed fixes all that is drawn by lot: the split, the first weights, the order), and to show the spread. We do all three, and invite a rival without any learning, the <dfn>nearest neighbour</dfn>:
# find the training image with the smallest difference, and give its label.

# %%
test, known = (X_test * 16).round(), (X_train * 16).round()  # whole numbers: exact on every machine
# (a - b)² = a² - 2ab + b², for all pairs of images at once
distance = (test**2).sum(1, keepdim=True) - 2 * test @ known.T + (known**2).sum(1)
print("nearest neighbour:", (y_train[distance.argmin(1)] == y_test).sum().item(), "of 450 right")

# %% [markdown]
# **It beats our MLP.** Remember that when somebody sells you a network: ask for the simple rival. (It is lucky with this split:
# over eight splits it reads 98.7 % right. And it must carry all 1,347 images with it.) To match it, we need a better idea than "more units".
#
# ## A convolution: one small window, everywhere
# A stroke is a stroke wherever it stands. So use a <dfn title="filter (of a convolution)" sentences="2">filter</dfn>: 3 × 3 weights, slid over the image. At each place, multiply nine pixels by
# nine weights and add up.

# %%


def slide(image, weights):
    return torch.tensor([[(image[i : i + 3, j : j + 3] * weights).sum() for j in range(6)] for i in range(6)])


image = X_test[0].reshape(8, 8)
upright = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
filters = {name: (w, slide(image, w)) for name, w in {"vertical": upright, "horizontal": upright.T}.items()}
show(figures.response_figure(image, filters), alt="A 6. One filter answers at its upright edges, the other at its level ones.")

# %% [markdown]
# One filter finds upright edges, with more ink to the right (orange) or to the left (purple), anywhere in the image; the other level edges. A <dfn title="convolutional network (CNN)" means="A network that learns filters and slides them over the image.">convolutional network</dfn>, **CNN**, learns its
# filters. Ours has 16, then 32 that look at what those 16 found, so that each of the 32 has 16 · 9 weights. Before each layer a border of zeros is laid around the image, so that it stays 8 × 8
# (<dfn>padding</dfn>). After it, <dfn>batch normalisation</dfn> brings each filter's answers to a common
# scale; it has two parameters a filter, and the filter itself needs no bias. Then the *dense head*: keep the strongest of each 2 × 2 places, and give each of the remaining 4 × 4 places its own weights.
#
# We train it twice: first with the 16 first filters *frozen* as they were drawn by lot, then with all free. Then we look at eight of those first filters and, below each, the four patches of test
# images to which it answers most.

# %%
from nnchain_edu.nets import CNN

by_hand = (9 * 16 + 2 * 16) + (16 * 9 * 32 + 2 * 32) + (32 * 4 * 4 * 10 + 10)
print(by_hand, "by hand,", parameter_count(CNN((16, 32))), "by PyTorch")
for free in (False, True):
    cnn = CNN((16, 32))
    weights = cnn.filters[0].weight.requires_grad_(free)
    start = weights.detach().clone()
    train(cnn, X_train, y_train, epochs=12, learning_rate=0.01, decay=True)
    print("first filters free:", free, "| at least 97.5 % right:", accuracy(cnn, X_test, y_test) >= 0.975)
alike = torch.corrcoef(torch.stack([start.flatten(), weights.detach().flatten()]))[0, 1]
print("free filters still like their random start (correlation above 0.8):", bool(alike > 0.8))
fig = figures.filters_figure(weights, X_test.reshape(-1, 1, 8, 8))
show(fig, alt="Eight 3 by 3 filters, and below each four patches that look alike: edges, strokes, corners.")

# %% [markdown]
# Where a filter is orange its patches are dark with ink, where it is purple they are empty: it answers to edges, strokes, corners. A pretty picture, and it is tempting to say "see what it has learnt". Our two
# numbers forbid it. These filters have hardly moved from where the lot had put them, and frozen there they serve as well. Here sixteen windows drawn by lot will do; what is learnt sits in the
# layers after them, which combine their answers. Before you explain a picture of a network, look at the same picture *without* training.
#
# ## What is the assumption worth?
# A convolution believes that *neighbouring pixels belong together*, and that *what is worth finding in one place is worth finding in another*. We can
# make that false. Move all pixels to other places, by the same <dfn means="A new order of the same things; here the same for the pixels of every image.">permutation</dfn> in every image. No information is lost, only the neighbourhood.

# %%
order = torch.randperm(64, generator=torch.Generator().manual_seed(0))
fig = figures.digits_figure({"in place": X_test[shown], "permuted": X_test[shown][:, order]}, titles=range(10))
show(fig, alt="Ten digits, and below the same digits with their pixels permuted: grey noise to our eyes.")

# %% [markdown]
# Predict before you run: which of the networks will mind? A third one joins, with a <dfn>pooled head</dfn>: it keeps only *how much* of each filter's pattern is in the
# image, averaged over all places, and forgets where. (So its filters must see more at once; it has three layers of them.) First one seed, live, with only 100 training images: somebody must label each by hand, and that is what is dear in practice.

# %%
few = digits(labels=100)
families = {
    "MLP": lambda: MLP(64, 64, 10),
    "CNN, dense head": lambda: CNN((16, 32)),
    "CNN, pooled head": lambda: CNN((16, 16, 32), head="pooled"),
}
for name, make in families.items():
    scores = []
    for pixels in (torch.arange(64), order):
        net = make()
        train(net, few.X_train[:, pixels], few.y_train, epochs=30, learning_rate=0.01, decay=True)
        scores.append(accuracy(net, X_test[:, pixels], y_test))
    print(f"{name}: loses more than 3 points by permutation: {scores[0] - scores[1] > 0.03}")

# %% [markdown]
# One seed is an anecdote. The whole experiment is 3 networks × 3 numbers of labels × in place or permuted × 8 seeds: 144 trainings. It was run once; the table is in
# `studies/label_count.csv`, and `make study` runs it again. All train with the same rate and the same number of steps. Below are the means in per cent, then the figure, whose bars reach from the worst seed
# to the best. They overlap, but a seed with unlucky labels is bad for all: compare in *pairs*. With 100 and with 300 labels, permuting harmed both CNNs in each of the 8 seeds.

# %%
from nnchain_edu.studies import study

table = study("label_count").assign(accuracy=lambda t: t.right / 450)
mean = table.groupby(["network", "permuted", "labels"]).accuracy.mean().unstack("labels")
print((100 * mean).round(1))
alt = "In place, both CNNs lie above the MLP, most with 100 labels. Permuted, both fall, the pooled one most; the MLP stays."
show(figures.study_figure(table), alt=alt)

# %% [markdown]
# Read it slowly; it is the heart of this unit.
#
# - **The MLP does not care.** It never knew about neighbours.
# - **A true assumption replaces data.** The fair comparison is of a network with itself: the same weights, the same training, only the neighbourhood gone. With 100 labels it is worth 4 points to the dense CNN and
#   9 to the pooled one; with all labels 1 and 2. The more data, the less there is to assume.
# - **CNN against MLP is less clean.** The CNNs lead by 3 to 4 points with 100 labels, by nearly 2 with all. But permuted, the dense CNN *still* leads the MLP by half a point or more on all data: that part is not the neighbourhood, but more weights and
#   batch normalisation.
# - **A false assumption costs.** Permuted and with 100 labels, the pooled CNN falls more than 5 points *below* the MLP.
# - **A hedge.** The dense head keeps places apart, so with all labels a false assumption costs it only 1 point.
#
# | claim | here | verdict |
# |---|---|---|
# | an MLP reads 97 % or more | 97.3 %, mean of 8 seeds | holds |
# | a CNN reads 98.5 % or more | 99.0 %, mean of 8 seeds | holds |
# | permuting costs an MLP nothing | 97.3 and 97.2 % | holds |
# | a CNN beats the nearest neighbour | 99.0 and 98.7 %, the same 8 splits | too close to tell |
#
# ## Sequences: the same sums in another order
# Accounts have no pixels. They have a history, and in a history *order* speaks. We make 400 accounts on a chain of our own. Half are **shops**. Half are **pipes**: when a large sum comes in, they
# pass it on at once, as launderers do. Both kinds get and pay the same: two large and six small payments each way.

# %%
from itertools import pairwise

import numpy as np


def plan(is_pipe, rng):
    large = [[5, -5]] * 2 if is_pipe else [[5], [-5]] * 2  # a pair [5, -5] cannot be torn apart
    parts = large + [[1], [-1]] * 6
    while True:
        steps = [step for i in rng.permutation(len(parts)) for step in parts[i]]
        if is_pipe or (5, -5) not in pairwise(steps):
            return steps * rng.uniform(0.8, 1.2, len(steps))  # in ether


rng = np.random.default_rng(0)
is_pipe = torch.arange(400) % 2
plans = [plan(kind, rng) for kind in is_pipe]

# %% [markdown]
# Now they live it. Each account gets a key and an opening deposit; then, in sixteen rounds, each sends or receives a payment: 6,800 signed transactions in 17 blocks.

# %%
from hashlib import sha256

from nnchain_edu import Chain

chain = Chain(seed=1)
people = list(chain.accounts)  # the ten others with whom they trade
clients = [chain.accounts.add(f"client {i}", sha256(b"client %d" % i).digest()) for i in range(400)]
chain.send_many({"to": client, "value": 20 * 10**18, "sender": people[i % 10]} for i, client in enumerate(clients))
for amounts in zip(*plans):
    payments = []
    for i, (client, amount) in enumerate(zip(clients, amounts)):
        payer, payee = (people[i % 10], client) if amount > 0 else (client, people[i % 10])
        payments.append({"to": payee, "value": int(abs(amount) * 10**18), "sender": payer})
    chain.send_many(payments)
print(chain)

# %% [markdown]
# From here on we are somebody who only sees the ledger. Read it block by block, and note for each client what came in (+) and what went out (−). The opening deposit is the same for all and is left out.

# %%
histories = {client.address.lower(): [] for client in clients}
for number in range(2, chain.w3.eth.block_number + 1):
    for transaction in chain.rpc("eth_getBlockByNumber", hex(number), True)["transactions"]:
        ether = int(transaction["value"], 16) / 10**18
        for who, sign in ((transaction["to"], 1), (transaction["from"], -1)):
            if who.lower() in histories:
                histories[who.lower()].append(sign * ether)
ledger = torch.tensor(list(histories.values()), dtype=torch.float32)
print("accounts, transactions:", tuple(ledger.shape))
fig = figures.history_figure(
    {"a shop": ledger[0], "a pipe": ledger[1], "another shop": ledger[2], "another pipe": ledger[3]}
)
show(fig, alt="Bars up and down in time. In a pipe each large bar up is followed at once by a large bar down.")

# %% [markdown]
# Who can tell them apart? Three candidates, each with what it can use:
#
# - **MLP on totals**: how many payments in, sums, largest, spread of both directions, balance. The usual table of account features.
# - **MLP on the row**: all sixteen amounts in order. A fair chance: everything is there.
# - **GRU**, a <dfn means="A network that reads a sequence step by step and keeps a memory, with the same weights at each step.">recurrent network</dfn>: it reads one payment after the other, and keeps 24 numbers of **memory**. At each step the same weights decide what to forget, what to note.
#
# They learn from 240 accounts and are judged on 160 others. As a control, all of it again with each history **shuffled** in time: then nothing is left to find. On 160 accounts guessing alone gives 42 to 58 %, so
# we take three seeds, each with first weights and a shuffle of its own.

# %%
from itertools import product

from nnchain_edu.nets import GRU


def totals(x):
    came, went = x.clamp(min=0), (-x).clamp(min=0)
    columns = [(x > 0).float().mean(1), came.sum(1) / 10, went.sum(1) / 10, came.amax(1), went.amax(1)]
    return torch.stack([*columns, came.std(1), went.std(1), x.sum(1)], 1)


candidates = {
    "MLP on totals": (lambda seed: MLP(8, 32, 2, seed=seed), totals),
    "MLP on the row": (lambda seed: MLP(16, 32, 2, seed=seed), lambda x: x),
    "GRU": (lambda seed: GRU(1, 24, 2, seed=seed), lambda x: x[:, :, None]),
}
results = {name: ([], []) for name in candidates}
for seed, (name, (make, see)) in product(range(3), candidates.items()):
    draw = torch.Generator().manual_seed(seed)
    mixed = torch.stack([row[torch.randperm(16, generator=draw)] for row in ledger])
    for judged, rows in zip(results[name], (ledger, mixed)):
        net, data = make(seed), see(rows / 5)
        train(net, data[:240], is_pipe[:240], epochs=40, learning_rate=0.01, decay=True, seed=seed)
        judged.append(accuracy(net, data[240:], is_pipe[240:]))
(total, _), (row, _), (gru, _) = results.values()
print("GRU above 95 %:", min(gru) > 0.95, "| row below 95 %:", max(row) < 0.95, "| totals below 65 %:", max(total) < 0.65)
print("shuffled, means below 60 %:", max(sum(shuffled) / 3 for _, shuffled in results.values()) < 0.6)
alt = "In order: totals near one half, the row near 0.9, GRU near 1. Shuffled: the means of all three near one half."
show(figures.scores_figure(results, ("in order", "shuffled"), guess=0.5), alt=alt)

# %% [markdown]
# The totals of shops and pipes are equal by construction, so the first guesses. The second must learn "large in, large out" anew for each of fifteen positions. The GRU learns it once, since its weights are the
# same at every step. That is the convolution's idea again, in time. And shuffled, all are back at guessing: it was the order. (For the totals both bars are the same by construction: a sum has no order.)
#
# Do not read too much into it. Our pipes are clean examples. Real launderers wait, split and mix; unit 09 meets them, and there a forest of decision trees often wins.
#
# ## Two more, in small: graph and attention
# Payments make a <dfn title="graph (of payments)" means="Accounts, joined by transactions.">graph</dfn>: accounts, joined by transactions. A <dfn>graph layer</dfn> lets each account mix its own numbers with the mean of its neighbours'. One layer carries news one step far, two layers two steps. We change only alice, and see whose output changes.

# %%
from nnchain_edu.nets import GraphLayer

names = ["alice", "bob", "carol", "dave", "erin", "frank"]
paid = [("alice", "bob"), ("bob", "carol"), ("bob", "dave"), ("dave", "erin"), ("erin", "frank")]
joined = torch.zeros(6, 6)
for one, other in paid:
    joined[names.index(one), names.index(other)] = joined[names.index(other), names.index(one)] = 1
before, after, heard = torch.zeros(6, 2), torch.zeros(6, 2), {}
after[0] = 1
for depth in (1, 2, 3):
    layer = GraphLayer(2, 2, seed=depth)
    before, after = layer(before, joined).tanh(), layer(after, joined).tanh()
    heard[f"{depth} layer{'s' * (depth > 1)}"] = {names[i] for i in (before != after).any(1).nonzero().ravel()}
show(
    figures.reach_figure(paid, "alice", heard),
    alt="News of alice reaches bob with one layer, carol and dave with two, erin with three.",
)

# %% [markdown]
# <dfn title="attention" means="A layer that learns where to look: each step of a sequence asks a question (a query), and takes from the other steps whose key matches.">Attention</dfn> goes further: it learns *where to look*. From each step of a sequence three small layers make a question (a *query*), a *key* and a *value*, lists of numbers. Query and key match when the sum of their products is
# large; the matches become shares that add up to 1, and so much of each value is read. A task: six invoices, each with a number (eight bits) and one of four prices, then a
# payment that bears only the number. What must be paid? One attention layer has 692 parameters with its head, an MLP of our usual kind 5,700.

# %%
from nnchain_edu.nets import Attention


def invoices(rows, seed):
    draw = torch.Generator().manual_seed(seed)
    numbers = torch.randint(0, 2, (rows, 6, 8), generator=draw) * 2.0 - 1
    price, which = torch.randint(0, 4, (rows, 6), generator=draw), torch.randint(0, 6, (rows,), generator=draw)
    bills, each = torch.cat([numbers, torch.eye(4)[price]], 2), torch.arange(rows)
    payment = torch.cat([numbers[each, which], torch.zeros(rows, 4)], 1)
    return torch.cat([bills, payment[:, None]], 1), price[each, which], which


class Cashier(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.attention, self.head = Attention(12, 16), MLP(16, 4)

    def forward(self, x):
        return self.head(self.attention(x)[:, -1])  # what the payment, the last row, has read


(seen, due, _), (new, due_new, which) = invoices(500, 0), invoices(500, 1)
cashier, flat = Cashier(), MLP(7 * 12, 64, 4)
train(cashier, seen, due, epochs=20, learning_rate=0.02, decay=True)
train(flat, seen, due, epochs=20, learning_rate=0.01, decay=True)
print("attention above 90 %:", accuracy(cashier, new, due_new) > 0.9)
print("MLP above 60 %:", accuracy(flat, new, due_new) > 0.6)
fig = figures.attention_figure(cashier.attention.weights[:8, -1], which[:8], [*"123456", "itself"])
show(fig, alt="In each row the brightest field is the framed one: the payment looks at the invoice with its number.")

# %% [markdown]
# The frames mark the invoice that was meant. The layer is built to compare; *what* to compare, it found. The MLP must learn each comparison anew, and 500 examples are too few for that. Attention layers in turn with small MLPs, plus a mark of
# each step's place, make a *transformer*.
#
# ## Choose
# | the data | what holds for it | network | parameters |
# |---|---|---|---|
# | a table: any order of columns | nothing is known | MLP | in · out + out |
# | an image | neighbours belong together, anywhere | CNN | 9 · in · out a layer |
# | a sequence | order matters, the rule is the same at all times | GRU | 3 · (in · w + w² + 2w) |
# | accounts and payments | who is joined to whom | graph layer | 2 · in · out + out |
# | a set of things that refer to each other | what matches what | attention | 3 · (in · w + w) |
#
# Here *w* is the width: the numbers of memory, or of a query. A GRU has three sums a step (forget? use? note what?), attention has query, key and value.
#
# ## Where it fails
# - **Small test set.** 450 images: differences below 2 points need several seeds, and even then a word of caution.
# - **Looking too often.** We compared many networks on one test set. Whoever picks the best of many has tuned on it: choose by a third part, and look at the test set once.
# - **One training for all.** We gave every network the same rate. Another rate might suit one of them better; a serious comparison tunes each.
# - **Same hands.** Our split mixes writers: the same hand may stand in both parts. New writers are harder.
# - **Made-up pipes.** The histories followed our script. A network finds what we put in; that proves the tool, not the trade.
# - **An assumption is a bet.** It saves data where it holds and costs where it does not. Test it: permute, shuffle, and see.
#
# ## In short
# A layer is a multiplication, a sum and a bend. Count its parameters. An architecture is what you tell the network before it sees data: neighbours, order, links. True, it saves labels; false, it costs. And ask for the simple rival, and for the spread.

# %% [markdown] tags=["quiz"]
# ? How many parameters has an MLP with 10 inputs, one hidden layer of 5 and 2 outputs?
# - 60 | These are the weights, 10 · 5 + 5 · 2. Each unit has a bias too.
# + 67 | Weights 10 · 5 + 5 · 2 = 60, and a bias for each of the 5 + 2 units.
# - 77 | That counts a bias for each input too. Inputs are data; they compute nothing.
#
# ? You remove all activation functions from a network of ten layers. What is left?
# + What one layer can do. | Multiplications and sums, however many, make one multiplication and sum.
# - A network that learns more slowly but can do the same. | It can do much less: it can only cut straight.
# - Nothing that can be trained. | It can be trained. It is a linear classifier with needless parameters.
#
# ? All images of a data set have their pixels permuted, in the same way. Which network does not notice?
# - The CNN: all pixels are still there. | Its filters look at neighbours, and those are strangers now.
# + The MLP: to it the pixels never had an order. | Any fixed order of its inputs is as good as any other.
# - None: information was lost. | Nothing was lost; the permutation can be undone.
#
# ? Two networks reach 97.8 % and 98.2 % on our 450 test images, one seed each. What do you know?
# - The second is better. | The difference is two images. Chance alone moves each result by more than one per cent.
# - They are equally good. | That neither. A difference may exist that this test cannot show.
# + Too little: repeat with more seeds, or more test images. | Two standard deviations are 1.3 points here.
#
# ? A GRU tells pipes from shops, and fails when the histories are shuffled. What does that control show?
# + That it used the order. | Sums, counts and largest payments are the same after shuffling; only the order is gone.
# - That it is not trained enough. | Shuffled, there is nothing to learn, however long one trains.
# - That GRUs cannot read shuffled data. | They can read it. But the answer is no longer in it.

# %% [markdown]
# ## Sources
# - Hornik, Stinchcombe, White, *Multilayer feedforward networks are universal approximators* (1989), theorem 2.4, for S-curves; Leshno, Lin, Pinkus, Schocken, *Multilayer feedforward networks with a nonpolynomial activation function can approximate any function* (1993), theorem 1, for ReLU too.
# - LeCun, Bottou, Bengio, Haffner, *Gradient-based learning applied to document recognition* (1998), section II: local fields, shared weights, subsampling.
# - Ioffe, Szegedy, *Batch Normalization* (2015), section 3.
# - Zhang, Bengio, Hardt, Recht, Vinyals, *Understanding deep learning requires rethinking generalization* (2017), section 2: a CNN learns permuted images by heart.
# - Jarrett, Kavukcuoglu, Ranzato, LeCun, *What is the best multi-stage architecture for object recognition?* (2009): how far random filters go.
# - Cho et al., *Learning phrase representations using RNN encoder–decoder* (2014), section 2.3: the gates of the GRU.
# - Hamilton, Ying, Leskovec, *Inductive representation learning on large graphs* (2017), section 3: the graph layer's mean.
# - Vaswani et al., *Attention is all you need* (2017), section 3.2.1.
# - Goodfellow, Bengio, Courville, *Deep Learning* (2016), chapters 6 (MLP), 9 (CNN), 10 (recurrent networks).
# - Alpaydin, Kaynak, *Optical Recognition of Handwritten Digits*, UCI repository (1998).
