# %% [markdown]
# # How do the five steps from chain to network fit together?
#
# A network that looks for fraud on a chain goes through five steps, again and again. This page runs all five, on a chain that lives. First, 500 simulated people get fifty days. It takes some ten seconds: **Shift + Enter**.

# %%
from nnchain_edu.chain import Chain
from nnchain_edu.economy import Economy

chain = Chain()
economy = Economy(seed=0, days=50, agents=500, difficulty=0.3, drift_day=30)
truth = economy.run(chain, progress=lambda day, days: day % 10 or print(f"day {day} of {days}"))
print(f"{len(truth.transactions):,} transactions in {chain.block().number:,} blocks")

# %%
from nnchain_edu.lab import show
from nnchain_edu.lab.pipeline_figures import draw_steps

alt = "Five boxes in a ring around the chain: collection, preprocessing, training, deployment, feedback loop, and again."
show(draw_steps(), alt)

# %% [markdown]
# **You will be able to**
#
# 1. collect a chain without gaps and doubles, although it may be reorganised,
# 2. clean collected rows: doubles, failures, transfers to oneself, and wei beyond what a float holds,
# 3. prepare features so that one huge payment does not squash the rest, without looking ahead,
# 4. find columns and rows that tell a model what it cannot know,
# 5. name a model so that anybody can check which one is in service,
# 6. catch a lying evaluator with one row,
# 7. decide when to train again.
#
# **You need** units 01 and 03, and a look at 04. **Time**: 22 minutes to read and run (measured), about 55 with thinking (a guess). The lab is another hour or more.
#
# The people earn salaries, shop, save and trade on a small exchange, all by signed transactions. Some belong to <dfn title="scheme (of offenders)" means="A way to move stolen or laundered money that the police know, such as fan-out, fan-in, a circle, a peel chain.">schemes</dfn> that the police know well: money goes out to many accounts (fan-out), gathers in one (fan-in), runs in circles, peels off along a chain; there is phishing, a Ponzi contract, and wash trading. Who does what stands in `truth`. An observer of the chain does not see that. All of them are simulated, and `difficulty` says how well the schemes hide: what a model scores here says nothing about a real chain.

# %%
people = truth.accounts[~truth.accounts["role"].isin(["contract", "exchange", "founder", "pool"])]
print("honest ", (~people["illicit"]).sum())
for typology, group in people[people["illicit"]].groupby("typology"):
    print(f"{typology:<9}", len(group), "accounts, the first on day", group["began"].min())

# %% [markdown]
# ## Collection
#
# A node answers one question at a time. An <dfn sentences="2">indexer</dfn> asks for block after block and keeps tables: blocks, transactions with their receipts, logs, token transfers. It remembers where it stopped. This one is stopped after 1,000 blocks, and goes on:

# %%
from nnchain_edu.economy import Indexer

with Indexer(chain) as indexer:
    print(indexer.update(until=1000))
    print(indexer.update())
    frames = indexer.frames()
frames

# %% [markdown]
# `value` and `fee` are in wei, of which 10¹⁸ make an ether. Such numbers need not fit a float, which holds 53 bits, so the tables keep Python's exact integers. (Ether that a contract pays out is in no transaction, only in traces, so it is missing here.) First, one ether and one wei that went through a float:

# %%
print(int(float(10**18 + 1)))
shown = frames.transactions[["block", "sender", "to", "value", "fee", "status"]].iloc[2000:2003]
shown.assign(sender=shown["sender"].str[:8], to=shown["to"].str[:8])

# %% [markdown]
# A chain's end is not final: a block may be replaced by another (unit 05). We make that happen on a second chain: a payment is collected, then undone, and another payment comes instead.

# %%
follower = Indexer(second := Chain())
with second.snapshot():
    second.send("bob", value=5)
    print("before:", follower.update())
second.send("carol", value=7)
print("after: ", follower.update(), follower.frames().transactions["value"].tolist())

# %% [markdown]
# The follower compared hashes, forgot the block that the chain had left, and read its successor. Without that comparison, both payments would stand in its table, and one of them never happened.
#
# ## Preprocessing
#
# Before anything is counted, a row must be one event: the same hash counts once, a failed transaction moves nothing, and a payment to oneself or of 0 wei is none.
#
# A network wants rows of numbers. Our row is *an account as it was known when a day began*: how often it paid and was paid, how much, how fast, with how many partners. The package computes 51 such features; the table `FEATURES` says what each means. We take 24 of them, for each day from the sixth and each account that did something the day before. Its <dfn means="What a model is to predict; here whether the scheme of an account had begun by then.">label</dfn> says whether its scheme had begun by then: at times before the account's own first deed.

# %%
from nnchain_edu.economy import FEATURES, snapshots
from nnchain_edu.lab.detector import COLUMNS, rows_of

rows = rows_of(frames, truth, first=6, last=49)
print(f"{len(rows.table):,} rows, {rows.label.sum()} of them of offenders")
FEATURES.loc[["received_max", "passed_on", "lifetime", "partners_to"], ["unit", "meaning"]]

# %% [markdown]
# The values are not fit for a network yet. Payments have <dfn>heavy tails</dfn>: a few are thousands of times larger than the rest. And some values do not exist: an account that never paid has no median payment. A <dfn title="recipe (of preparation)" means="The fixed steps that make features fit for a network, with numbers learnt from training rows only.">recipe</dfn> repairs both: the logarithm, the median as the middle and the distance of the quartiles as the unit, the median again where nothing is known; and it cuts what lies beyond 8 units. It learns its numbers **from the days up to 20 only**.

# %%
from nnchain_edu.economy import Recipe
from nnchain_edu.lab.pipeline_figures import draw_preparation

past = rows.day <= 20
recipe = Recipe(columns=COLUMNS, indicators=False).fit(rows.table[past])
inputs = recipe.transform(rows.table)
print("missing before:", rows.table[recipe.names].isna().any(axis=None), " after:", (inputs != inputs).any())

largest = rows.table["received_max"].to_numpy(), inputs[:, recipe.names.index("received_max")]
alt = "Two histograms, counts on a logarithmic scale: the largest payments as collected fall off in a long tail; scaled, they are a hill around 0."
show(draw_preparation(*largest, "largest payment received, ether"), alt)

# %% [markdown]
# ### Leaks
#
# A feature <dfn title="leak">leaks</dfn> when it tells what will not be known at the time of the decision. Then a model looks splendid on paper and fails in service. Three kinds are common: a column computed over the whole history, with the *future* in it; a <dfn means="A column that exists only because somebody knew the answer.">proxy</dfn>, which only exists because somebody knew the answer; and <dfn title="duplicate" means="The same thing on both sides of a split.">duplicates</dfn>, the same thing on both sides of the split. Here is a table with one of each, and an audit. It has the features computed once more from the past alone, looks for columns that give the label away all by themselves, and compares the two sides.

# %%
from nnchain_edu.economy import audit, leaky_table

leaky = leaky_table(seed=0)
for finding in audit(*leaky):
    print(f"{finding.kind:<10}", str(finding.what)[:30])

# %% [markdown]
# An audit finds what it looks for and no more. Whether a *strong* column is a leak takes knowledge of how it came about. In the lab you do that yourself.
#
# ## Training
#
# Offenders are few. A network that calls nobody one would be right more than nine times in ten, so accuracy says nothing here. We repeat the offenders' rows until they are a third of all, and measure <dfn means="How many of those looked for are found.">recall</dfn> (how many of the offenders are found), <dfn means="How many of those flagged are what was looked for.">precision</dfn> (how many of the flagged are offenders) and F1, their harmonic mean.

# %%
import torch

from nnchain_edu.lab.detector import balanced, flagged, measure
from nnchain_edu.nets import MLP, train


def fit(chosen, seed=0):
    picked = chosen.nonzero()[0][balanced(rows.label[chosen])]  # offenders' rows repeated
    model = MLP(24, 8, 2, seed=seed)
    X, y = torch.tensor(inputs[picked]), torch.tensor(rows.label[picked]).long()
    options = {"batch_size": 128, "learning_rate": 0.01, "weight_decay": 0.001, "decay": True}
    train(model, X, y, epochs=12, seed=seed, **options)
    return model


frozen = fit(past)
later = (rows.day > 20) & (rows.day < 30)
on_past, on_later = (measure(rows.label[part], flagged(frozen, inputs[part])) for part in (past, later))
print("better on the days it was trained on:", on_past.f1 > on_later.f1)
print("finds more than half of the offenders of days 21 to 29:", on_later.recall > 0.5)

# %% [markdown]
# The days 21 to 29 came *after* the training, as all days will at which the model serves. Many reports split their rows *at random* instead. Then the same account stands on both sides, yesterday in the training, today in the test. Does that flatter? We split the days up to 29 in three ways, with about equally many training rows, in five economies (`make study`; not run here): by time, at random, and at random *by account*, so that all rows of an account are on one side.

# %%
from nnchain_edu.studies import study

splits = study("split_flatters")
gap = splits.pivot(index="seed", columns="split", values="recall")
gap = gap["at random"] - gap["by time"]
print(f"recall at random less by time: {gap.mean():+.2f} on average, above 0 in {(gap > 0).sum()} of {len(gap)}")
splits.groupby("split")[["recall", "precision", "f1"]].mean().round(2)

# %% [markdown]
# In all five, the random split promises to find more offenders than the model finds in the days to come; the precision differs by chance. Whole accounts on one side take away about half of that; the rest comes from days that both sides share. The random split answers another question: how well can the model fill gaps in days that it knows? In service the question is always about tomorrow.
#
# ## Deployment
#
# Which model is in service, exactly? A file name does not say: files get replaced. A <dfn means="A number that changes with any weight, so that it says exactly which model is meant.">hash of the weights</dfn> does. But floats differ in the last digit from processor to processor, so two honest people could disagree about a row near the border, and a contract has no floats at all. So we multiply weights and inputs by fixed numbers and round them once, to whole numbers; from the same whole inputs, every machine then gets the same score to the last digit.

# %%
from nnchain_edu.nets.weights import read_weights, weights_bytes, weights_hash
from nnchain_edu.nets.whole_numbers import whole_network, whole_rows, whole_scores

weights = whole_network(frozen)
data = weights_bytes(weights)
print([f"{name} {tuple(tensor.shape)}" for name, tensor in weights.items()])
print(len(data), "bytes of weights,", len(weights_hash(weights)), "bytes of hash")


def says(weights, part):
    return [score > 0 for score in whole_scores(weights, whole_rows(inputs[part]))]


agree = (flagged(frozen, inputs[later]) == says(weights, later)).mean()
print("rounded and float network agree on 99 % of the rows:", agree > 0.99)

# %% [markdown]
# The hash covers the sorted names, types, shapes and little-endian numbers of all tensors. (PyTorch's own files are <dfn title="pickle" means="Python's own file format: loading a file runs whatever code is in it.">pickles</dfn>: loading one runs whatever code is in it. Ours holds numbers only.)
#
# The contract `model_registry` remembers the model in service by two hashes: of its weights, and of the recipe, because the same weights on other features are another model (model, rival and test table must share the recipe; another recipe needs another registry). Each evaluation puts one ether at stake, can be disputed for an hour, and must show F1 better by ten thousandths; tables, models and evaluations are numbered from 1. The weights' bytes travel in the transaction, so the contract computes the hash itself and anybody can read the weights from the block.

# %%
datasets = chain.deploy("dataset_register", sender="carol")
registry = chain.deploy("model_registry", datasets.address, "carol", 24, 8, 10**18, 3600, 10, sender="alice")
recipe_hash = bytes.fromhex(recipe.digest)
receipt = chain.send(registry.functions.register, data, recipe_hash, sender="alice")
print([event.name for event in receipt.events], "for less than 700,000 gas:", receipt.gasUsed < 700_000)

# %% [markdown]
# A scorer asks the contract before each answer, and serves from exactly that hash or not at all.


# %%
class Scorer:
    def __init__(self, data, recipe):
        self.name = weights_hash(read_weights(data)), bytes.fromhex(recipe.digest)
        self.weights, self.recipe = read_weights(data), recipe

    def __call__(self, table):
        if tuple(registry.functions.serving().call()) != self.name:
            raise ValueError("refused: another model or recipe is in service")
        whole = whole_rows(self.recipe.transform(table))
        return [score > 0 for score in whole_scores(self.weights, whole)]


score = Scorer(data, recipe)
print("served:", score(rows.table[later]) == says(weights, later))
changed = bytearray(data)
changed[-1] ^= 1
try:
    Scorer(bytes(changed), recipe)(rows.table[later])
except ValueError as refusal:
    print(refusal)

# %% [markdown]
# One bit of one weight, and the scorer refuses.
#
# ### Where do the weights come from?
#
# A model is made of its training rows. Alice commits to them: a Merkle tree over all rows (unit 03), its root on the chain. A row's bytes hold account, day, the 24 features in whole numbers, and the label.
#
# Now somebody doubts a row: the first one of an offender. Three questions, from the root down to the chain. *Is it in the committed table?* The contract checks the proof. *Do its features follow from transactions?* We take only what this account took part in and compute them again.

# %%
from nnchain_edu.economy import features
from nnchain_edu.economy.committed import MerkleTree, encode_row


def as_bytes(part):
    keys, whole = rows.table[part].index, whole_rows(inputs[part])
    return [encode_row(account, day, x, y) for (day, account), x, y in zip(keys, whole, rows.label[part])]


training = as_bytes(past)
tree = MerkleTree(training)
chain.send(datasets.functions.commit, tree.root, len(training), recipe_hash, sender="alice")
print(len(training), "rows of", len(training[0]), "bytes, one root;", len(tree.siblings(100)), "siblings prove a row")

i = int(rows.label[past].argmax())
day, account = rows.table[past].index[i]
in_table = datasets.functions.holds(1, i, training[i], tree.siblings(i)).call()
sources = frames.of(account).before(day=day)
again = whole_rows(recipe.transform(features(sources, day=day, accounts=[account])))
print("in the committed table:", in_table)
print("computed again from", len(sources.transactions), "transactions:", (again == whole_rows(inputs[past])[i]).all())

# %% [markdown]
# *Did those transactions happen, and just so?* A header holds the roots of its block's transactions and receipts, and the next header holds the header's hash. So: walk from the head, which we trust, back to those blocks; hash each one's transactions and receipts again; and compute the features from these blocks, not from our tables. Then the other way round: we claim that the account is honest after all; and that a transaction of the block was a wei larger.

# %%
import rlp
from eth_utils import keccak

from nnchain_edu.chain import verify
from nnchain_edu.economy import Frames

expected, blocks = bytes(chain.block().hash), []
for number in range(chain.block().number, -1, -1):
    header = bytes.fromhex(chain.rpc("debug_getRawHeader", hex(number))[2:])
    if keccak(header) != expected:
        raise ValueError(f"header {number} is not the one that its successor names")
    expected = rlp.decode(header)[0]
    if number in {0, *sources.transactions["block"]}:
        block = chain.export(number, number)
        if not verify(block, trusted_head=keccak(header)):
            raise ValueError(f"block {number} is not the one of its header")
        blocks = block + blocks
proven = Frames.of_export(blocks).of(account)
again = whole_rows(recipe.transform(features(proven, day=day, accounts=[account])))
print("computed again from proven blocks alone:", (again == whole_rows(inputs[past])[i]).all())

relabelled = training[i][:-1] + b"\0"
print("changed row proven:", datasets.functions.holds(1, i, relabelled, tree.siblings(i)).call())
blocks[-1]["transactions"][0]["value"] += 1
print("changed block:", str(verify(blocks[-1:])).partition(":")[0])

# %% [markdown]
# What this does **not** prove:
#
# - *that nothing is missing.* A payment left out of the sources leaves no trace in this proof; only whoever goes through all blocks sees that the account did more. The same goes for rows left out of the table.
# - *that the labels are true.* They come from people.
# - *that these weights were trained on these rows.* Nothing here ties the two together.
#
# ## Feedback loop
#
# On day 30 the offenders change their ways: more tokens, longer waits, more phishing and wash trading. That is a <dfn means="A change of the data with time, so that they are no longer like those of the training.">drift</dfn>: the data are no longer like those of the training. Nobody tells our model. We let it watch the days to come, frozen as it is. From day 36 a second model serves, trained again on the rows up to day 33: the labels of a day take three days to become known. (To the first model we grant those of its last days at once.)

# %%
from nnchain_edu.lab.pipeline_figures import by_day, draw_by_day

retrained = fit(rows.day <= 33)
days = range(21, 50)
lines = {}
for name, model, first in (("frozen on day 20", frozen, 25), ("trained again on day 36", retrained, 40)):
    recall = by_day(rows.label, flagged(model, inputs), rows.day, days, width=5)
    lines[name] = [value if day >= first else float("nan") for day, value in zip(days, recall)]
after = rows.day >= 36
old, new = (measure(rows.label[after], flagged(model, inputs[after])) for model in (frozen, retrained))
print("from day 36 on the frozen model has decayed:", old.recall < on_later.recall)
print("the retrained one finds more:", new.recall > old.recall, " and has a better F1:", new.f1 > old.f1)
alt = "Recall of each day and the four before. The frozen model falls after the drift; the other finds more, with ups and downs."
show(draw_by_day(lines, days, 30), alt)

# %% [markdown]
# Each point covers its day and the four before, so each line begins when its model has served for five days: no row that it was trained on counts. Single points stand for few offenders and jump. One economy may be luck, and a model ages even without a drift, as each scheme is a little different. Here are the five economies of the study, all their rows together, over 60 days: a frozen model, one trained again on days 36, 42, 48 and 54, and a frozen one where the offenders never change. `new` counts only offenders that no training row had called one:

# %%
drift = study("drift_recovery").groupby(["period", "detector"]).sum()
drift["recall"] = drift["found"] / drift["offenders"]
drift["recall, new"] = drift["new_found"] / drift["new"]
drift["precision"] = drift["found"] / drift["flagged"]
drift[["recall", "recall, new", "precision"]].round(2)

# %% [markdown]
# About a quarter of the frozen model's loss is age, the rest is the drift; training again brings it back, on new accounts too.
#
# In service nobody tells the day. One compares the recall of the last days whose labels are known with that of the first days, several days together, and trains again when it is clearly lower and enough new days are labelled. The lab's challenge asks you for such a rule.
#
# ### A better model takes over
#
# Who decides that the new model is better? If its maker did, any model would be. The registry asks for a <dfn means="A claim about which of two models is better, with a stake that is lost when somebody shows that it is false.">bonded evaluation</dfn>. Bob enters the new weights. **After that**, Carol, whose labels everybody trusts, commits a table of fresh days, so that nobody who did not have her labels before can have trained on them. Then Bob claims, one bit a row, the labels and what both models predict, and stakes one ether. The contract counts the bits itself and compares F1. (We replay: our chain has run to day 50 already, and the registry's transactions all come after that.)

# %%
from nnchain_edu.economy.committed import packed

fresh = (rows.day >= 36) & (rows.day <= 42)
better = whole_network(retrained)
chain.send(registry.functions.register, weights_bytes(better), recipe_hash, sender="bob")
test = as_bytes(fresh)
test_tree = MerkleTree(test)
chain.send(datasets.functions.commit, test_tree.root, len(test), recipe_hash, sender="carol")


def claim(labels, candidate, incumbent):
    return list(zip(packed(labels), packed(candidate), packed(incumbent)))


honest = claim(rows.label[fresh], says(better, fresh), says(weights, fresh))
receipt = chain.send(registry.functions.evaluate, 2, 2, honest, sender="bob", value=10**18)
print([event.name for event in receipt.events], "in service: model", registry.functions.champion().call())

# %% [markdown]
# For an hour, anybody may dispute any bit. Dave tries it with a true one; the contract computes the same, and refuses him. Then the model takes over, Bob has his ether back, and the old scorer refuses.

# %%
from nnchain_edu.chain import Reverted

try:
    proof = test_tree.siblings(0)
    chain.send(registry.functions.dispute, 1, 0, test[0], proof, weights_bytes(better), sender="dave")
except Reverted as refusal:
    print(refusal)
chain.travel(seconds=3601)
chain.send(registry.functions.conclude, 1, sender="bob")
print("in service: model", registry.functions.champion().call())
print("left in the registry:", chain.balance(registry.address), "wei")
try:
    score(rows.table[later])
except ValueError as refusal:
    print(refusal)

# %% [markdown]
# ### A lying evaluator
#
# Judy enters a network that was never trained. Carol commits the days from 43 on, and Judy claims that her network hits every label. The counting cannot see through that. Dave can: her weights stand in the block, the rows of the table are public, so he computes what she should have said and looks for *one* false bit. With its row, the proof and the weights he calls `dispute`, and the contract computes that row again.

# %%
untrained = whole_network(MLP(24, 8, 2, seed=5))
chain.send(registry.functions.register, weights_bytes(untrained), recipe_hash, sender="judy")
newer, labels = rows.day > 42, rows.label[rows.day > 42]
test = as_bytes(newer)
chain.send(datasets.functions.commit, MerkleTree(test).root, len(test), recipe_hash, sender="carol")
lie = claim(labels, labels, says(better, newer))
chain.send(registry.functions.evaluate, 3, 3, lie, sender="judy", value=10**18)

false = next(i for i, said in enumerate(says(untrained, newer)) if said != labels[i])
before, proof = chain.balance("dave"), MerkleTree(test).siblings(false)
evidence = test[false], proof, weights_bytes(untrained)
receipt = chain.send(registry.functions.dispute, 2, false, *evidence, sender="dave")
gain = chain.balance("dave") - before + receipt.fee
print([event.name for event in receipt.events], "Dave gains", gain / 10**18, "ether")
print("in service: model", registry.functions.champion().call())

# %% [markdown]
# Judy's ether is gone: half went to Dave, half was destroyed. Were all of it paid out, Judy could dispute her own lie and get it back. As it is, she may see Dave's dispute coming and send it first: the half that is destroyed is what a lie costs in any case, and Dave's reward is not certain.
#
# ## Where it fails
#
# | the registry settles | it trusts |
# |---|---|
# | the count and the comparison | that Carol's labels and features are true, and her rows not known before |
# | each single prediction, by computing it again | that somebody looks within the hour, and that a block takes the dispute |
# | that the test came after the weights | that the rows of the table are public: what nobody can see nobody can dispute |
# | which weights and recipe are in service | that seven days tell about the days to come |
#
# The last line is the deepest. F1 on seven fresh days is an estimate from some dozens of offenders, and the next drift is already on its way. To enter a model costs no bond: whoever enters a hundred before the table is known may evaluate the luckiest one after. Only a margin well above such luck stands against that, and ours of ten thousandths does not. Offenders who read the chain read our weights, too: they are public. And recomputing one row on the chain is cheap only for small networks; unit 14 disputes larger ones step by step.
#
# ## Summary
#
# - Collection: block by block, exact, and always ready to forget what the chain has left.
# - Preprocessing: what a model learns from must have been known on that day. Scaling is learned from the training rows too.
# - Training: split by time. A random split answers an easier question.
# - Deployment: a contract names weights and recipe by hash; a scorer serves from these or refuses. A row is proven down to its transactions, but not that none is missing.
# - Feedback loop: after a drift a frozen model decays. A new one takes over by a bonded evaluation, in which one false bit, disputed in time, costs the bond (half of it at least).

# %% [markdown] tags=["quiz"]
# ? An indexer has read up to block 900. Now block 899 has another hash than the one it holds. What does it do?
# - It reads on at 901: what is read is read. | Then its table keeps payments that the chain has undone.
# - It starts again at block 0. | That is right but wasteful: below the first difference nothing has changed.
# + It goes back to the last block whose hash still fits, and reads on from there. | A hash covers everything before it, so all below is unchanged.
#
# ? Median and quartiles for scaling are computed over all rows, the test days included. Why is that a mistake?
# - It is none: the labels are not used. | Labels are not the only thing that was unknown: so were the payments of those days.
# + The model's inputs then depend on days that come after the decision. | In service these numbers do not exist yet.
# - It makes the numbers less precise. | More rows make them more precise; that is not the point.
#
# ? The contract counts true and false positives itself. Which lie does the counting alone not find?
# + Predictions that the model does not make. | The count is right, of the wrong bits. That takes a row, computed again.
# - A wrong F1. | The evaluator does not state F1; the contract computes it.
# - More rows than the table has. | Bits beyond the last row are refused.
#
# ? Why must the test table be committed after the candidate's weights?
# - Because blocks have an order. | They do, but why this one?
# - So that the table is larger. | Its size has nothing to do with it.
# + So that the candidate cannot have been trained on its labels. | Weights that are fixed already cannot learn answers that come later.
#
# ? A row is proven to be in the committed table, its transactions to be in blocks, its features recomputed. What may still be wrong?
# - The value of one of its transactions. | The features were computed from the blocks, which their roots cover.
# + A transaction of the account may be missing from its sources. | Completeness takes all blocks; this proof covers only what it shows.
# - The label's bit may have been changed afterwards. | It is part of the row's bytes, and so of the root.

# %% [markdown]
# ## Sources
#
# - The five steps are those of the article that this course answers: data collection, preprocessing, training, deployment, feedback loop.
# - RFC 6962 and RFC 9162, section 2.1: Merkle trees and their proofs. NIST FIPS 180-4: SHA-256.
# - S. Kaufman, S. Rosset, C. Perlich, O. Stitelman, *Leakage in Data Mining*, ACM TKDD 6 (2012).
# - J. Gama et al., *A Survey on Concept Drift Adaptation*, ACM Computing Surveys 46 (2014).
# - M. Weber et al., *Anti-Money Laundering in Bitcoin* (2019), arXiv 1908.02591: a split by time, and a drift that no model survives.
# - FATF, *Virtual Assets: Red Flag Indicators of Money Laundering and Terrorist Financing* (2020): signs by which several of our schemes show.
