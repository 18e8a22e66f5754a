# %% [markdown]
# # Can a contract think for itself?
#
# A neural network with 1,184 weights becomes a contract of 2.7 kilobytes. It is asked for a digit that it has never seen. Run the cell with **Shift + Enter**.

# %%
from nnchain_edu import Chain
from nnchain_edu.nets import digits, digits_network
from nnchain_edu.onchain import compile_network

chain, network, data = Chain(), digits_network(), digits()
contract = compile_network(network).deploy(chain)
print("the contract reads", contract.predict(network.integers(data.X_test)[0]), "and takes", contract.compiled.gas, "gas")

# %% [markdown]
# No server, no oracle: the EVM itself multiplied, added and decided, for 1,182 gas. (Asked in a transaction of its own it costs 22,610: every transaction starts at 21,000.) A published network spends 3,046 gas on *each* product; this one spends 1, or 19 if the whole transaction counts. The network has 64 pixels, 16 hidden neurons and 10 classes, so 64·16 + 16·10 = 1,184 weights; a pixel is a whole number from 0 to 15. This page packs many such numbers side by side into one large one, each in a <dfn means="A fixed piece of the bits of a large number that holds a small one.">lane</dfn> of its own, and proves that no lane ever overflows.
#
# **You will be able to**
#
# 1. turn a trained network into whole numbers, and say what the rounding costs,
# 2. prove that no input whatever can overflow a lane,
# 3. compute a dot product with one multiplication, and say why it is exact,
# 4. read signed numbers out of lanes, borrows included,
# 5. apply ReLU and argmax to lanes without taking them apart,
# 6. say what a figure of gas counts, and put a network on a chain for less.
#
# **You need** units 01 and 04. **Time**: 23 minutes to read and run (measured), about 50 with thinking (a guess). The lab is another hour or more.

# %%
from nnchain_edu.lab import onchain_figures, show

images, labels = network.integers(data.X_test), data.y_test.numpy()
answers = [contract.predict(image) for image in images]
alt = "Eight scanned digits of 8 by 8 pixels; above each stands the class that the contract gave."
print("right:", int((answers == labels).sum()), "of", len(labels), "held-out digits")
show(onchain_figures.draw_digits(images[:8], [str(answer) for answer in answers[:8]]), alt)

# %% [markdown]
# That is 96.7 %. (Those 450 digits took no part in the training. But settings of it, such as the learning rate, were compared on them, so expect a little less of new digits.)
#
# ## From real numbers to whole ones
#
# The EVM has no fractions. So each weight becomes a whole number of *steps*. The largest weight, by size, becomes the largest whole number there is room for; the others follow, to the nearest.

# %%
weights, most = [0.31, -0.84, 0.05, 0.62], 7  # 4 bits with a sign: -7 to 7
step = max(abs(weight) for weight in weights) / most
whole = [round(weight / step) for weight in weights]
print("step", round(step, 2), "| whole numbers", whole, "| back", [round(n * step, 2) for n in whole])

# %% [markdown]
# A step of 0.12 is coarse: 0.05 became nothing. The step itself never enters the contract. A layer whose weights and biases are all too large by one factor gives sums too large by that factor, and *the largest of ten sums stays the largest*. (The bias takes the factor of the sums, which is that of the inputs times that of the weights. ReLU does not mind a factor.)
#
# Two moments for rounding: **after the training**, or **in the training loop**, where the network computes with the rounded numbers and learns to live with them. (Rounding has slope zero everywhere, so nothing would be learnt through it; in the backward pass one pretends that it was not there. This is the <dfn means="A way to train through rounding: the forward pass rounds, the backward pass pretends that it did not.">straight-through estimator</dfn>.) Here is what it makes of 16 hidden neurons, measured with three seeds each; the network with the rounding in the loop has trained 20 epochs longer. How much room the weights get depends on the *bits of a lane*, which come next.

# %%
from nnchain_edu.lab.onchain_figures import draw_rounding
from nnchain_edu.studies import study

table = study("quantisation")
alt = "Right digits against bits of a lane. From 12 bits on the two curves lie close; at 8, rounding in the loop is far ahead; at 7, both fail."
show(draw_rounding(table, neurons=16), alt)

# %% [markdown]
# At 8 bits a network that knows of the rounding while it learns reads 268 of 450 digits, the other 122. From 12 on they are 5 digits apart, and the longer training may be the reason. At 7 bits nothing helps. Ours was trained that way; its weights are committed to the course as whole numbers, so that all figures below are the same on every machine.
#
# ## Many products for one multiplication
#
# A multiplication in the EVM costs 5 gas, for numbers of 3 bits or of 256. So let us put many small numbers into one large one. First in decimal, with three digits for each number, a *lane*; Python's commas show the lanes. We want 2·3 + 5·1 + 1·4.

# %%
inputs, weights = [3, 1, 4], [2, 5, 1]
X = inputs[0] + inputs[1] * 1000 + inputs[2] * 1000**2  # upward
W = weights[2] + weights[1] * 1000 + weights[0] * 1000**2  # downward
print(f"X = {X:,}\nW = {W:,}\nX·W = {X * W:,}")

# %% [markdown]
# The middle lane is 015 = 2·3 + 5·1 + 1·4. School multiplication did it: the lane of input $i$ and the lane of weight $i$ add up to the same place for every $i$, because one word runs upward and the other downward. All other products fall to the left or to the right.
#
# What is left of the middle we do not want. Compute *modulo* 1000³, and it is gone; the dot product is now the **top lane**. The EVM does that by itself: its words end at $2^{256}$.

# %%
print(f"{X * W % 1000**3:09,} → top lane {X * W % 1000**3 // 1000**2}")
weights = [2, -5, 1]
W = weights[2] + weights[1] * 1000 + weights[0] * 1000**2
for half in (0, 500_000):
    print(f"{(X * W + half) % 1000**3:11,} → top lane {(X * W + half) % 1000**3 // 1000**2}")

# %% [markdown]
# With a negative weight the sum is 2·3 - 5·1 + 1·4 = 5, but the top lane of the second line is *one too small*. The lanes below hold a negative number, and to write it down they **borrowed** 1 from the top. Repay it, as in the third line: each lower lane is below 500 by size, so together they lie between -500,000 and 500,000. Add 500,000, and nothing is left to borrow, nor to carry.
#
# Now in the EVM's words, with lanes of $L$ bits, for 256 // L inputs. If the top lane's first bit is set, its number is negative (<dfn means="How negative whole numbers are written: the first bit is set, and counting goes on through zero.">two's complement</dfn>). The EVM's arithmetic shift SAR copies that bit down, and `>>` of a signed number in Python does the same.


# %%
def signed(word, bits=256):
    return word - 2**bits if word >> (bits - 1) else word


def dot(inputs, weights, bias, L):
    X = sum(x << (L * i) for i, x in enumerate(inputs))
    W = sum(w << (256 - L - L * i) for i, w in enumerate(weights)) % 2**256
    constant = (bias << (256 - L)) + (1 << (255 - L))  # the bias, and half a lane below the top
    return signed((X * W + constant) % 2**256) >> (256 - L)


print(dot([3, 1, 4], [2, -5, 1], 0, L=12), dot([3, 1, 4], [2, -5, -9], 7, L=12))

# %%
from nnchain_edu.lab.bench import paint
from nnchain_edu.lab.lane_product import LaneProduct

alt = "Four lanes: each weight times all inputs, moved up lane by lane. Only the top lane sums matching pairs; it gives 11."
picture = LaneProduct()
picture.set(shown=8)  # its last step
show(paint(picture), alt)

# %% [markdown]
# (You can play this picture step by step in the lab.) A word of 256 bits holds 21 lanes of 12 bits. A pixel, 0 to 15, needs only 4, so three pixels share a lane, and masks take them apart (`X & 0x…00f00f` keeps the lowest of each three): 63 pixels fit into *one* word. Three pixels are dark in every image, a fourth in nearly all, and no neuron looks at those four. A neuron takes three multiplications. Here it is with 21 pixels a word (and a fourth word, as this sketch keeps the dark pixels), beside plain sums of products.

# %%
layer = network.layers[0]


def neuron(image, j):
    parts = [(image[i : i + 21].tolist(), layer.weights[j, i : i + 21].tolist()) for i in range(0, 64, 21)]
    return int(layer.bias[j]) + sum(dot(*part, bias=0, L=12) for part in parts)


print([neuron(images[0], j) for j in range(6)])
print(layer.sums(images[:1])[0, :6].tolist())

# %% [markdown]
# ## When is it exact?
#
# A lane of $L$ bits with a sign holds $-2^{L-1}$ to $2^{L-1}-1$. What could ever stand in it? At most, by size,
# $$\sum_i |w_i| \cdot x_{max} + |b| .$$
# If that is below $2^{L-1}$, no input whatever overflows. Here $x_{max} = 15$. It is a *proof* for all $16^{64}$ images, not a test of some. It is also cautious: a sum cannot be at its highest and at its lowest at once. If positive and negative weights are added up apart, the range is known exactly. But the lanes below hold partial sums, without the bias, and must fit as well, or half a lane no longer repays the borrow. The compiler checks both, neuron by neuron.

# %%
ranges = network.ranges()[0]
print("simple bound, largest:", ranges.reach.max(), "→ lanes of", int(ranges.reach.max()).bit_length() + 1, "bits")
print("exact range:", ranges.low.min(), "to", ranges.high.max(), "→ lanes of 12 bits hold -2048 to 2047")
print("lanes the compiler chose:", contract.compiled.lane_bits)

# %% [markdown]
# One bit less makes 21 lanes instead of 19. And a network whose sums do not fit? We double the weights of neuron 3 and ask for 12 bits again.

# %%
from dataclasses import replace

from nnchain_edu.nets import QuantisedNetwork
from nnchain_edu.onchain import NotCompilable

loud = layer.weights.copy()
loud[3] *= 2
try:
    compile_network(QuantisedNetwork((replace(layer, weights=loud), network.layers[1]), network.x_max), lane_bits=12)
except NotCompilable as refusal:
    print("refused:", refusal)

# %% [markdown]
# The compiler would rather make no contract than one that is wrong for some image that nobody has tried.
#
# ## ReLU, and ten sums in one word
#
# A neuron's sum is cut at zero (ReLU) and divided by 64, so that it takes few bits: 2047 >> 6 is 31. In bytecode the shift SHR moves zeros in from above, so it leaves that number, or a huge one if the sum was negative. Then a single BYTE, which takes byte *n* out of a word, looks it up in the word `0x00 01 02 … 1f`, and gives 0 beyond its end. In Python it is `max(0, z) >> 6`.
#
# The second layer packs the other way round: not the inputs of one neuron, but *all ten outputs* in lanes of 25 bits, of which ten fit. A hidden value times its column of ten weights is added to all ten sums by one MUL and one ADD.

# %%
output, wide = network.layers[1], 25
HALF = sum(1 << (wide * o + wide - 1) for o in range(10))  # so that no lane is negative


def lanes_of(numbers):
    return sum(int(n) << (wide * o) for o, n in enumerate(numbers))


def classify(hidden):
    word = (HALF + lanes_of(output.bias)) % 2**256
    for value, column in zip(hidden.tolist(), output.weights.T, strict=True):
        word = (word + value * lanes_of(column)) % 2**256
    sums = [(word >> (wide * o)) & (2**wide - 1) for o in range(10)]
    return sums.index(max(sums))


hidden = network.hidden_int(images)
print("as the contract on all images:", [classify(row) for row in hidden] == answers)

# %% [markdown]
# Nobody has to take lanes apart. With half a lane added, a lane's top bit is 1 exactly where its number is not negative; brought down and multiplied, it is a mask for the whole lane. So **ReLU** works on all lanes at once. And the **largest** is found by a tournament in whole words, five against five, then three against two: a lane of A beats that of B where A - B leaves its top bit standing. Each lane holds the score and, in eight bits *below* it, 255 minus its class. Those decide between equal scores only, and tell who has won. Here are a ReLU of two lanes, and a round of two against two:

# %%
ones = (1 << 32) + 1  # a 1 in each of two lanes of 32 bits
word = ((2**31 - 5) << 32) + (2**31 + 9)  # -5 and 9, with half a lane added
stays = (word >> 31) & ones
print(f"ReLU        {word:#018x} → {word & (stays * (2**31 - 1)):#018x}")

keys = [256 * score + 255 - number for number, score in enumerate([40, 70, 90, 70])]
A, B = keys[0] + (keys[1] << 32), keys[2] + (keys[3] << 32)
wins = (((A | (ones << 31)) - B) >> 31) & ones  # 1 in each lane where A's key is the larger
best = B ^ ((A ^ B) & (wins * (2**31 - 1)))
for lane in (best & (2**32 - 1), best >> 32):
    print("goes on:    class", 255 - lane % 256, "with score", lane // 256)

# %% [markdown]
# The same network as *readable* code: `to_vyper` writes a contract with a line for each neuron. Here is its beginning, cut at the right.

# %%
from nnchain_edu.onchain import to_vyper

source = to_vyper(network).splitlines()
start = source.index("@external")
print("\n".join(line[:100] for line in source[start : start + 22] if line.strip()))

# %% [markdown]
# ## The ladder
#
# One network, five ways to keep it on a chain, each with the same answers:
#
# 1. **weights in storage**, one a slot, as a textbook would write it,
# 2. **packed in storage**, 32 to a slot,
# 3. <dfn means="A contract whose code is not run but read, as a cheap store of numbers.">data contract</dfn>: the weights are the *code* of a second contract,
# 4. **packed lanes in Vyper**, weights written into the code,
# 5. **generated bytecode**.

# %%
from nnchain_edu.onchain import PUBLISHED, ladder

rungs = {rung.name: rung.deploy(chain) for rung in ladder(network)}
print(f"{'':<24}{'execution':>10}{'a product':>10}{'transaction':>12}{'a product':>10}{'bytes':>7}{'to deploy':>12}")
for name, standing in rungs.items():
    run, whole_run = standing.gas(images[0])
    per = f"{run:>10,}{run / 1184:>10,.2f}{whole_run:>12,}{whole_run / 1184:>10,.2f}"
    print(f"{name:<24}{per}{standing.size:>7,}{standing.deployment_gas:>12,}")
for figure in PUBLISHED:
    print(f"published: {figure.gas_per_product:,} gas a product ({figure.what})")

# %% [markdown]
# From the first rung to the last, the gas of execution falls by a factor of 2,500. Read such tables with care; **what does a figure count?**
#
# - *Execution or the whole transaction?* Every transaction pays 21,000 gas first, and its bytes. Counted so, our best rung costs 19 gas a product, not 1, and the last two rungs differ by a tenth. Execution alone is the right figure when another contract asks.
# - *Whose encoding?* Rung 5 takes pixels of 4 bits, packed by the caller; rungs 2 to 4 take bytes. Packing on chain would cost more than the network.
# - *Which products?* 1,184 are those of the drawing. Four pixels are read by no neuron, and a compiler that knows it skips 64 products. The published figure divides 41,036,311 gas, a node's estimate for the whole transaction, by the 13,472 products of a larger network with weights in storage. What stands beside it is our first rung, 2,528, and not the last. (One also reads that on-chain networks spend "117 to 3,046 gas" a product. Of these claims only 3,046 has a source that we could find, so the others are not used here.)
# - *Which inputs?* The network was trained on pixels from 0 to 15. Rungs 1 to 3 take any byte and compute with it exactly; their answer to a 255 is the right sum of a meaningless picture. Rung 4 reverts, and for rung 5 a pixel has only 4 bits.
# - *Once or each time?* Putting the network there costs from 0.6 to 25 million gas.
#
# Equal answers are worth checking, not believing. All 450 images; then random words, among them the darkest and the brightest image, for those rungs that are fast.

# %%
import numpy as np

source_of_chance = np.random.default_rng(7)
strange = np.vstack([np.zeros((1, 64), int), np.full((1, 64), 15), source_of_chance.integers(0, 16, (500, 64))])
trials = {name: (images[:20] if "storage" in name or "data" in name else images, strange[:2]) for name in rungs}
trials["generated bytecode"] = (images, strange)
for name, sets in trials.items():
    rows = np.vstack(sets)
    equal = sum(rungs[name].predict(row) == answer for row, answer in zip(rows, network.predict(rows), strict=True))
    print(f"{name:<24}{equal} of {len(rows)} as the reference")

# %% [markdown]
# ## Which gas goes where?
#
# The chain's trace lists every opcode that ran. Here are all of them for one image, coloured by what they do.

# %%
from nnchain_edu.lab.onchain_figures import draw_trace

trace = contract.trace(images[0])
alt = "The steps of one inference as coloured squares: pushes, multiplications and additions alternate, a tournament ends it."
show(draw_trace(trace), alt)

# %% [markdown]
# There is no loop and no jump: 350 opcodes in a row. Nearly half of the gas moves numbers onto the stack, since each weight word is *pushed*, by a PUSH32 for 3 gas. A push, a copy of the input (DUP), MUL and ADD: 14 gas for 21 lanes. So this way of computing cannot go much below two thirds of a gas a product. The rest is ReLU, the second layer and the tournament.
#
# A convolution does better still: the same few weights slide over many places, so one multiplication gives *all* lanes a meaning. A layer of the course's own, 8 filters of 3 by 3 alone, without a class at the end, on pixels of 2 bits with sums of 8, makes 2,592 products for 679 gas, 0.26 each. (`python -m tests.bench onchain` compiles and measures it, and `tests/onchain/test_convolution.py` holds it to that.)
#
# ## Is it the network that was promised?
#
# A contract's code is public, but who reads 2.7 kilobytes of numbers? A <dfn means="A hash that fixes something now, to be shown and checked later.">commitment</dfn> helps: the hash of the whole-number weights. Whoever holds the weights hashes them, compiles them with the same compiler, and compares both hashes with those on the chain.

# %%
from eth_utils import keccak

weights_bytes = network.weights_bytes()
registry = chain.deploy("committed_network", contract.address, keccak(weights_bytes), sender="alice")
swapped = bytearray(weights_bytes)
swapped[-1] ^= 1  # one bit of one number
for name, offered in (("promised", weights_bytes), ("swapped", bytes(swapped))):
    print(f"{name}: {keccak(offered).hex()[:16]} → {registry.functions.made_from(offered).call()}")
address, code_hash, weights_hash = registry.functions.current().call()
print("the running code is what these weights compile to:", code_hash == keccak(compile_network(network).runtime))

# %% [markdown]
# This works because the numbers are *whole*. Trained again on another processor, the last digits of the real weights differ, and so would every hash.
#
# And tomorrow? Whoever may replace the network decides what it says. In this contract only the owner may *propose* a new version, everybody sees it for a day before it counts, and the owner can give up that right for ever, a waiting proposal included.

# %%
from nnchain_edu.chain import Reverted

other = compile_network(QuantisedNetwork((layer, replace(output, bias=output.bias + 1)), network.x_max)).deploy(chain)
for who in ("judy", "alice"):
    try:
        chain.send(registry.functions.propose, other.address, keccak(b"version 2"), sender=who)
        print(who, "proposed version 2")
        chain.send(registry.functions.carry_out, sender=who)
    except Reverted as refusal:
        print(f"{who}: {refusal}")
chain.send(registry.functions.freeze, sender="alice")
print("owner now:", registry.functions.owner().call())

# %% [markdown]
# ## Fooling it
#
# A contract is as trustworthy as the network in it. Its weights are public, so Judy can search for the pixel whose change hurts most: try all 64 pixels black and white, keep the worst, repeat until the answer changes.


# %%
def fool(image):
    image, right, changes = image.copy(), network.predict(image)[0], 0
    while network.predict(image)[0] == right:
        tries = np.repeat(image[None], 128, axis=0)
        tries[np.arange(128), np.tile(np.arange(64), 2)] = np.repeat([0, 15], 64)
        sums = network.forward_int(tries)
        lead = sums[:, right] - np.delete(sums, right, axis=1).max(axis=1)
        image, changes = tries[lead.argmin()], changes + 1
    return image, changes


known = images[answers == labels]
fooled = [fool(image) for image in known]
for changes in range(1, 5):
    print(
        f"{changes} changed pixels were enough for {sum(count == changes for _, count in fooled)} of {len(known)} digits"
    )
print("the contract is fooled alike:", all(contract.predict(x) == network.predict(x)[0] for x, _ in fooled))

# %%
from nnchain_edu.lab.onchain_figures import draw_fooled

said = [f"{network.predict(a)[0]} → {contract.predict(b)}" for a, (b, _) in zip(known[:6], fooled, strict=False)]
alt = "Six digits, each with one to three pixels framed that Judy changed; above each, the class before and after."
show(draw_fooled(known[:6], [image for image, _ in fooled[:6]], said), alt)

# %% [markdown]
# Every digit falls, most with one or two pixels of 64. Being exact is not being right: the proof above says that the contract *equals* the network, and nothing about what the network is worth. Do not let a payment hang on an input that whoever gains by it can choose.
#
# ## Learning inside the contract
#
# A contract can also *learn*. `last_layer.vy` starts with ten rows of zeros over the 16 hidden values. For a labelled example it computes the ten scores. If the right class does not lead by a margin, here 300, its row moves toward the example and the strongest rival's row away from it: a step of gradient descent on the <dfn means="A loss that is zero as soon as the right class leads by a margin, and grows with what is lacking.">hinge loss</dfn>. The rows are packed, eight lanes of 32 bits to a word, so a step is one addition a word.

# %%
taught = chain.deploy("last_layer", 300, sender="alice")  # its margin
examples = network.hidden_int(network.integers(data.X_train))[:300]
rows, gas = np.zeros((10, 16), int), []
for values, label in zip(examples, data.y_train.tolist(), strict=False):
    words = [sum(int(v) << (32 * i) for i, v in enumerate(values[half : half + 8])) for half in (0, 8)]
    gas.append(chain.send(taught.functions.learn, words, label, sender="alice").gasUsed)
    scores = rows @ values
    rival = max((o for o in range(10) if o != label), key=lambda o: (scores[o], -o))
    if scores[label] - scores[rival] < 300:
        rows[label] += values
        rows[rival] -= values
print("right after 300 examples:", int(((hidden @ rows.T).argmax(1) == labels).sum()), "of 450")
packed = [[sum(int(w) << (32 * (7 - i)) for i, w in enumerate(row[h : h + 8])) % 2**256 for h in (0, 8)] for row in rows]
print("the contract's rows are those:", [taught.functions.weights(o).call() for o in range(10)] == packed)
print(f"gas of an example: {min(gas):,} to {max(gas):,}, {sum(gas):,} for all 300")

# %% [markdown]
# 86 %, and bit for bit the reference. That is not learning from nothing: the 16 hidden values come from a network that was trained on all 1,347 digits. And it took 25 million gas, most of it to read and write storage, and only the teacher may teach: whoever chooses the examples chooses what the network believes. Unit 08 asks how many parties train together, and why they leave the training outside.
#
# ## Where it fails
#
# | what you might hope | what is so |
# |---|---|
# | 1 gas a product, so large networks fit | One contract holds 24,576 bytes of code (EIP-170): about 10,000 weights like ours; larger networks are split over many. A language model of a billion weights needs about a product a weight for each word: a billion. A block holds 60 million gas. At our 1 gas a product that is 17 blocks a word; at the two thirds that a push, a copy, MUL and ADD leave, 12 (11.1, rounded up). Where weights are used many times, as in a convolution, 0.26 gas have been enough; a language model that writes one word has no such reuse. |
# | the contract cannot be wrong | It equals the network. The network errs on 15 of 450 digits, and on any that Judy draws. |
# | the network is secret | Its weights are public, to competitors and to attackers. |
# | nobody can change it | Nobody can change this code. What a registry points to, its owner may change, if the registry lets them. |
# | the input is true | The contract classifies whatever it is sent (unit 13). |
#
# ## Summary
#
# - A network becomes whole numbers by rounding each weight to a multiple of a step; in the training loop, fewer bits do.
# - Inputs upward and weights downward in lanes: one multiplication leaves the dot product in the top lane. Half a lane added below repays the borrow.
# - A bound over all inputs proves that no lane overflows; a network without that proof is refused.
# - 1,184 products take 1,182 gas to execute and about 22,600 as a transaction. Say which one you mean.
# - A hash over whole numbers commits to a network; who may replace it is a separate question.
# - Exact is not robust: one or two pixels fool the contract exactly as they fool the network.

# %% [markdown] tags=["quiz"]
# ? Why are the weights packed in the opposite order of the inputs?
# - So that each weight stands in the same lane as its input. | Then the products would lie in lanes 0, 2, 4, … and never meet.
# + So that the places of each pair add up to the same lane. | Lane i and lane n - i meet in lane n, for every i.
# - To save gas on pushing them. | A PUSH32 costs the same for any 32 bytes.
#
# ? The top lane reads one too small. What happened?
# - A rounding error of the quantisation. | Packed arithmetic is exact; rounding took place before.
# - The bias was forgotten. | Then it would be off by the bias, not by one.
# + The lanes below are negative together and borrowed from it. | Half a lane, added below the top, prevents it.
#
# ? Which of these proves that a lane of 12 bits cannot overflow?
# - That no test image has overflowed it. | The next image may. A test is not a proof.
# + That the sizes of the weights times the largest input, plus that of the bias, stay below 2048. | That bounds every sum that any input can give.
# - That each weight has at most 12 bits. | Sums grow with the number of inputs.
#
# ? Somebody advertises "19 gas a product", somebody else "1 gas a product". Who has the better network?
# - The second, by a factor of 19. | Perhaps they have the same network.
# + It cannot be told from this. | Ours is both: 1 counts the execution, 19 the whole transaction.
# - The first, since it includes more. | Including more makes a figure honest in one use, not a network better.
#
# ? What does the hash of the weights in `committed_network` prove?
# - That the network is accurate. | It proves nothing about what the numbers are worth.
# + That weights shown to you are those that were committed. | Compile them and compare the code's hash, and you know what runs.
# - That nobody can upgrade the network. | That depends on what the contract lets its owner do.

# %% [markdown]
# ## Sources
#
# - B. Jacob and others, *Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference*, CVPR 2018: scales, integer inference, rounding in the loop.
# - Y. Bengio, N. Léonard, A. Courville, *Estimating or Propagating Gradients Through Stochastic Neurons*, arXiv:1308.3432 (2013): the straight-through estimator.
# - L. Lamport, *Multiple Byte Processing with Full-Word Instructions*, Communications of the ACM 18 (1975): arithmetic on many small numbers in one word. H. S. Warren, *Hacker's Delight*, second edition (2012), chapters 2 and 4.
# - L. Kronecker's substitution: polynomials multiplied as integers. D. Harvey, *Faster polynomial multiplication via multipoint Kronecker substitution*, Journal of Symbolic Computation 44 (2009).
# - G. Wood, *Ethereum Yellow Paper*, appendices G and H: gas and opcodes. EIP-170 (code size), EIP-2028 and EIP-7623 (price of call data), EIP-2929 (storage and code reads).
# - duoxehyon, *evm-neural-network* (GitHub): README and `evaluate.py` for the published 41,036,311 gas, `MNISTClassifier.sol` for the sizes 400-32-16-10.
# - C. Szegedy and others, *Intriguing Properties of Neural Networks*, arXiv:1312.6199 (2013); J. Su, D. V. Vargas, K. Sakurai, *One Pixel Attack for Fooling Deep Neural Networks*, IEEE Transactions on Evolutionary Computation 23 (2019).
# - K. Crammer, Y. Singer, *On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines*, Journal of Machine Learning Research 2 (2001): the hinge loss for many classes.
