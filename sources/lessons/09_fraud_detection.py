# %% [markdown]
# # Can a network find the thief?
#
# A town of 1,000 people pays on a chain, and some of them are thieves. Every second morning somebody says which accounts look suspicious. Can a network do that better than a clerk? First, sixty days of the town: **Shift + Enter**.

# %%
from nnchain_edu.economy import Economy
from nnchain_edu.lab.detector import INSTITUTIONS

frames, truth = Economy(seed=0).plan()
people = truth.accounts[~truth.accounts["role"].isin(INSTITUTIONS)]
print(f"{len(frames.transactions):,} transactions of {len(people):,} people, {people['illicit'].sum()} in schemes")

# %% [markdown]
# **You will be able to**
#
# 1. compare models on one honest split by time (exercises 09.1 and 09.2),
# 2. read a precision-recall curve, and say why accuracy comes last (09.3),
# 3. choose a threshold by what errors cost (09.4 and the challenge),
# 4. say what a graph network sees that a table does not show (09.5),
# 5. explain an alert: which features, which payments (09.6).
#
# **You need** unit 06; from unit 01 the networks MLP and GRU. **Time**: 60 minutes to read; the cells take under a minute.
#
# The town is the economy of unit 06, *planned*: the tables that an indexer would collect, without the chain below them. Its thieves work in schemes that the police know: loot fans out to helpers or gathers from many, goes in circles, or down a *peel chain*, where each account peels a slice off and passes the rest to a fresh one. They are simulated. Two figures were fitted to a public table of real accounts, then frozen: the share of offenders, 22 %, and about what a logistic regression scores, 0.91 accuracy (`python -m studies.calibration` measures both). All else comes as it comes, and says little about any real chain.
#
# ## One split, by time
#
# A *look* is a morning on which accounts are judged: day 10, 12, and so on to 60. Judged is who did something since the last look, by what was known **when that day began**: 51 features, the account's last 32 events, and the graph of all payments so far. The *label* says whether the account's scheme had begun by then. Labels come late: nobody knows before four days have passed who was a thief.

# %%
from nnchain_edu.lab.money_trail import split, trail

known = trail(frames, truth)
part = split(known)
for name, rows in zip(part._fields, part):
    first, last = known.day[rows].min(), known.day[rows].max()
    print(f"{name:<10} days {first} to {last}: {rows.sum():>5,} rows, {known.label[rows].sum()} of offenders")

# %% [markdown]
# Training rows teach. Validation rows choose the threshold. Test rows are only counted. Four days lie between the parts, because of the labels. Offenders whose label is known by then are left out of what follows: nobody needs a model to find them again.
#
# ## Why 99 % says nothing
#
# Of the test rows, about one in eighteen is an offender's. A detector that never says a word is right on all the others. That is *accuracy*: of all rows, the share judged rightly. What a clerk wants to know is *precision* (of the flagged, how many rightly) and *recall* (of the offenders, how many are found).
#
# Work it out by hand. 100,000 accounts, one thief in 1,000: 100 thieves. A good detector finds 90 of them, and flags 1 % of the honest: 999 accounts. Its precision is 90 / (90 + 999), about 8 %. Its accuracy is (90 + 98,901) / 100,000, about 99 %, and yet lower than the silent one's 99.9 %. The same detector where thieves are less rare:


# %%
def by_hand(base, recall=0.90, false_alarms=0.01):
    found, alarms = base * recall, (1 - base) * false_alarms
    return found / (found + alarms), found + (1 - base) - alarms, 1 - base


print("thieves   precision   accuracy   accuracy of silence")
for base in (0.22, 0.05, 0.01, 0.001):
    print(f"{base:>7.1%}   {'{:>9.1%}   {:>8.1%}   {:>19.1%}'.format(*by_hand(base))}")

# %% [markdown]
# Nothing about the detector changed, only the *base rate*, the share of thieves. With 22 % of them everything looks well. A precision that was measured at one base rate must not be quoted at another.
#
# ## Nine detectors
#
# | detector | what it sees of an account | labels |
# |---|---|---|
# | rule of thumb | four warnings: passes on most, within hours, young, large sums | none |
# | logistic regression, random forest, gradient boosting, MLP | 51 features | yes |
# | GRU | its last 32 events, one by one | yes |
# | autoencoder | 51 features | none |
# | GCN, Skip-GCN | 51 features of it and of accounts up to two payments away | yes |
#
# A *forest* averages many decision trees, each grown on a random part of rows and columns. *Boosting* adds small trees one by one, each on what is still wrong. An *autoencoder* squeezes a row through a narrow middle and repeats it; what it repeats badly is unusual. All get the same training rows, and for each one four settings were tried, on two other economies. Nobody weights the classes: costs come in where the threshold is chosen.

# %%
from nnchain_edu.lab.fraud_models import SCORES, SETTINGS

scores = {}
for name in list(SCORES)[:7]:
    scores[name] = SCORES[name](known, part.train, seed=0, **SETTINGS[name])
print(f"{len(scores)} detectors, {len(scores['MLP']):,} scores each; the higher, the more suspicious")

# %% [markdown]
# ### What a graph network sees
#
# An account's own features do not say *whom* it pays. A graph network does one thing more than an MLP: before each layer, every account mixes its numbers with its neighbours'. In the usual form (Kipf and Welling, 2017), Â = D⁻¹ᐟ²(A + I)D⁻¹ᐟ². A says who paid whom, either way; I lets everybody hear itself too; D counts the neighbours, so that the exchange, which knows everybody, does not drown everything.


# %%
import torch
from torch import nn


def normalised(edges, nodes):
    itself = torch.arange(nodes).repeat(2, 1)
    source, target = torch.cat([edges, edges.flip(0), itself], dim=1).unique(dim=1)
    degree = torch.bincount(source).float()
    weight = (degree[source] * degree[target]) ** -0.5
    return torch.sparse_coo_tensor(torch.stack([source, target]), weight, (nodes, nodes)).coalesce()


A = normalised(torch.tensor([[0, 0], [1, 2]]), 3)  # account 0 paid 1 and 2
print(A.to_dense().numpy().round(3))

# %% [markdown]
# Account 0 has three neighbours with itself, the others two: 1/3, 1/2, and between them 1/√(3·2) = 0.408. Two such layers reach two payments far. The network of the Elliptic study (Weber and others, 2019) adds a *skip connection*: a row also goes straight to the end, so that an account is seen unmixed, too.


# %%
class GCN(nn.Module):
    def __init__(self, inputs, hidden, skip):
        super().__init__()
        self.first, self.second = nn.Linear(inputs, hidden), nn.Linear(hidden, 2)
        self.skip = nn.Linear(inputs, 2, bias=False) if skip else None

    def forward(self, x, A):
        hidden = torch.relu(A @ self.first(x))
        straight = self.skip(x) if self.skip else 0
        return A @ self.second(hidden) + straight


# %% [markdown]
# It reads all looks at once: each is a graph of its own, in one large matrix. In training it gets the looks up to day 30, with the payments known then, and the loss counts the training rows only. Later it is shown later graphs.

# %%
from nnchain_edu.lab.fraud_models import prepared, suspicion

x, label, edges = torch.tensor(prepared(known, part.train)), torch.tensor(known.label).long(), torch.tensor(known.edges)
past = int((known.day <= 30).sum())  # rows stand in the order of time
before, taught = normalised(edges[:, edges.amax(0) < past], past), torch.tensor(part.train[:past])
after = normalised(edges, len(x))

for name, skip in (("GCN", False), ("Skip-GCN", True)):
    torch.manual_seed(0)
    model = GCN(x.shape[1], SETTINGS[name]["width"], skip)
    adam = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=0.001)
    for _ in range(SETTINGS[name]["steps"]):
        loss = nn.functional.cross_entropy(model(x[:past], before)[taught], label[:past][taught])
        adam.zero_grad()
        loss.backward()
        adam.step()
    scores[name] = suspicion(model, x, after)[known.asked]

# %% [markdown]
# ## Precision and recall first
#
# Each threshold gives one precision and one recall. All thresholds together give a curve; the further up and right, the better. Its mean height, *average precision*, is our first number.

# %%
from nnchain_edu.lab import show
from nnchain_edu.lab.fraud_figures import draw_precision_recall

test = part.test[known.asked]
truly = known.label[part.test]
on_test = {name: score[test] for name, score in scores.items()}
alt = "Precision against recall for nine detectors: trees, graph networks and the MLP on top, then logistic regression, GRU and the rule; the autoencoder is at the bottom."
show(draw_precision_recall(truly, on_test), alt)

# %% [markdown]
# Every curve falls: who wants to find more must flag the doubtful. One economy may be luck. Here are five, with means and 95 % intervals (Student's t; `make study`, not run here):

# %%
from nnchain_edu.lab.fraud_tables import compared, with_interval
from nnchain_edu.studies import study

models = study("fraud_models")
table = with_interval(models, "model", ["average_precision", "found_in_budget", "cost"])
table

# %% [markdown]
# `found_in_budget` is the recall when the clerks can look into 20 accounts a look, the 20 highest scores.
#
# ## Costs second
#
# A threshold is a price. Say that an offender missed at a look costs one ether, and an honest account flagged 0.1 ether, for hearing and making good.

# %%
from nnchain_edu.lab.fraud_figures import draw_costs

alt = "Ether lost against rows flagged, nine curves: each falls steeply, has its lowest point, then rises as honest accounts are flagged."
show(draw_costs(truly, on_test), alt)

# %% [markdown]
# The lowest point of a curve on the test days is not to be had: nobody knows it in time. So the threshold is the one that costs least on the **validation** days:

# %%
from nnchain_edu.lab.fraud_money import best_threshold, cost

validation = part.validation[known.asked]
threshold = best_threshold(known.label[part.validation], scores["gradient boosting"][validation])
flagged = on_test["gradient boosting"] >= threshold
nobody = cost(truly, flagged & False)
print("costs less than half of flagging nobody:", cost(truly, flagged) < 0.5 * nobody)
print("costs less than flagging everybody:     ", cost(truly, flagged) < cost(truly, flagged | True))

# %% [markdown] tags=["quiz"]
# ? Q1
# - a | b
# + c | d

# %% [markdown]
# ## Sources
