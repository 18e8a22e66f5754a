# %% [markdown]
# # Lab: from chain to tensor and back
#
# First turn the knobs of a whole pipeline, then build the parts that keep it honest. Run each cell with **Shift + Enter**.

# %%
from nnchain_edu import check, hint
from nnchain_edu.lab import Bench
from nnchain_edu.lab.pipeline_bench import PipelineBench

# %% [markdown]
# ## Bench: from features to flags
#
# A simulated economy of 500 people has lived for 60 days; on day 38 its offenders change their ways. You choose features, cleaning and split, press **Train**, and see on days that the detector was *not* trained on how many offenders it finds (recall), and how many of its flags are right (precision). It takes a few seconds to appear; a training takes about one, and can be stopped. (Here each label is known at once.)
#
# **Before you train, write down your prediction.** It stands in the bench.

# %%
Bench(PipelineBench())

# %% [markdown]
# Things to try:
#
# 1. Train by time, then at random, both to day 24. Which of the two numbers would you report to your employer, and which one will your employer see?
# 2. Use the amounts alone, then the times alone. Which ones survive the drift?
# 3. Leave out the logarithm and the scaling. Then give only the logarithm back.
# 4. Move the last day of training beyond the drift: 40, 44, 50. How many days of the new kind does the detector need?
#
# ## Build
#
# **06.1** Write `read_on(taken, chain)`: the number of the block from which an indexer reads on.
#
# `taken` are the hashes of the blocks that it has taken in, from block 0; `chain` are the hashes of the chain's blocks now. Both are lists of texts. Blocks that the chain has left must be read again; all others not. Even where a later hash fits again (a node that mixes its answers), read from the first difference. For example, `read_on(["0xa", "0xb"], ["0xa", "0xb", "0xc"])` is `2`.


# %%
def read_on(taken, chain):
    ### BEGIN SOLUTION
    for number, (ours, theirs) in enumerate(zip(taken, chain)):
        if ours != theirs:
            return number
    return min(len(taken), len(chain))
    ### END SOLUTION


check("06.1", read_on)

# %% [markdown]
# Stuck? `hint("06.1")` gives a first hint, `hint("06.1", 2)` a second one. It is the same for every exercise.
#
# **06.2** Write `received(rows)`: how much wei each account received.
#
# `rows` is a list of dicts such as `{"hash": "0x1", "sender": "ann", "to": "ben", "value": 5, "status": True}`. The result is a dict from account to wei, a whole number (`int`), of those that received something: for this one row `{"ben": 5}`. A row may come twice. A failed transaction moves nothing. Whoever pays oneself receives nothing, and a payment of 0 wei is none. Where a contract is created, `to` is `None`.


# %%
def received(rows):
    ### BEGIN SOLUTION
    seen, totals = set(), {}
    for row in rows:
        counts = row["status"] and row["to"] not in (None, row["sender"]) and row["value"] > 0
        if counts and row["hash"] not in seen:
            totals[row["to"]] = totals.get(row["to"], 0) + row["value"]
        seen.add(row["hash"])
    return totals
    ### END SOLUTION


check("06.2", received)

# %% [markdown]
# **06.3** Write `scale(train, rows)`: `rows`, scaled by what `train` tells.
#
# Both are NumPy arrays of floats with the same columns; the result has the shape of `rows`. For each column: subtract the median of `train`, divide by the distance between its quartiles (by 1 where they are equal). Missing values (`nan`) do not count in `train`, and become 0 in the result. Cut off what lies beyond -8 and 8. With `train` = 1, 2, 3, 4, 5 in one column, a 5 becomes `1.0`.

# %%
import numpy as np


def scale(train, rows):
    ### BEGIN SOLUTION
    middle = np.nanmedian(train, axis=0)
    low, high = np.nanpercentile(train, [25, 75], axis=0)
    spread = np.where(high > low, high - low, 1.0)
    return np.clip(np.nan_to_num((rows - middle) / spread), -8, 8)
    ### END SOLUTION


check("06.3", scale)

# %% [markdown]
# **06.4** Find three leaks in a table of account-days. Bring three things:
#
# - `future`: the name of the column that knows what comes after its day,
# - `proxy`: the name of the column that nobody could have filled in without knowing the offenders,
# - `both`: how many accounts have rows in training *and* in the test.
#
# `leaky.table` is indexed by (day, account); `leaky.label` says who is an offender, `leaky.train` which rows are for training. `leaky.recompute(frames, days)` makes the table of a list of days anew from collected frames; it may hold more accounts, so compare `again.loc[part.index]` with your `part` of the table. `leaky.frames.before(day=9)` are the frames as they were when day 9 began. (NaN is not equal to itself; `equals` takes two for equal.)

# %%
from textwrap import fill

from nnchain_edu.economy import leaky_table

leaky = leaky_table(seed=0)
print(len(leaky.table), "rows, days", leaky.table.index.unique("day").tolist())
print(fill(", ".join(leaky.table.columns), 92))

# %%
### BEGIN SOLUTION
day = 9
now, then = leaky.table.loc[[day]], leaky.recompute(leaky.frames.before(day=day), [day])
future = next(name for name in now if not now[name].equals(then[name].reindex(now.index)))
offenders, others = leaky.table[leaky.label], leaky.table[~leaky.label]
proxy = next(name for name in leaky.table if offenders[name].min() > others[name].max())
account = leaky.table.index.get_level_values("account")
both = len(set(account[leaky.train]) & set(account[~leaky.train]))
### STUB
# future = ...  # a column's name
# proxy = ...  # a column's name
# both = ...  # a whole number
### END SOLUTION

check("06.4", (future, proxy, both))

# %% [markdown]
# **06.5** Write `name_weights(weights)`: 32 bytes of SHA-256 that fit these weights and no others.
#
# `weights` is a dict from names to NumPy arrays. The name must not depend on the order of the entries, on the byte order or on the layout in memory. It must change with each name, dtype, shape and number. How you put the parts together is up to you: the check compares your names with each other, not with ours.

# %%
from hashlib import sha256


def name_weights(weights):
    ### BEGIN SOLUTION
    digest = sha256()
    for name in sorted(weights):
        array = weights[name]
        numbers = array.astype(array.dtype.newbyteorder("<")).tobytes()
        for part in (name.encode(), array.dtype.name.encode(), str(array.shape).encode(), numbers):
            digest.update(len(part).to_bytes(4, "little") + part)
    return digest.digest()
    ### END SOLUTION


check("06.5", name_weights)

# %% [markdown]
# **06.6** Write `false_rows(claimed, rows, predicts)`: the positions of the rows about which the evaluator lies, as a list in rising order.
#
# `claimed` are whole numbers of 256 bits: row 0 is the lowest bit of the first, row 255 its highest, row 256 the lowest bit of the second. A bit of 1 claims that the model says fraud. `predicts(row)` is what it really says, `True` or `False`. For example, `false_rows([0b01], [3, 500], lambda row: row > 100)` is `[0, 1]`.


# %%
def false_rows(claimed, rows, predicts):
    ### BEGIN SOLUTION
    found = []
    for number, row in enumerate(rows):
        word, bit = divmod(number, 256)
        if bool(claimed[word] >> bit & 1) != bool(predicts(row)):
            found.append(number)
    return found
    ### END SOLUTION


check("06.6", false_rows)

# %% [markdown]
# ## Challenge: keep finding them
#
# **06.7** A detector serves from day 21 to day 59. At some day that nobody tells you, the offenders change. You may train it again at most *three* times. Write `policy(day, found, offenders, since, left)`, which is asked every morning: train again today, `True` or `False`?
#
# - `found[i]` of `offenders[i]` were found on day `21 + i`. Labels take three days, so the lists end three days ago.
# - On the first three mornings both lists are empty, and a day may have had no offender at all.
# - `since` is how many days ago the detector was last trained, `left` how many retrainings you still have.
#
# Your **score** is the mean recall over three simulated economies with drifts on different days. A detector that is never trained again reaches about 0.39; the bar is 0.55. A calendar of well-chosen days reaches it, too, here; what does watching add when the drifts come on other days? The check takes some ten seconds. On a fourth economy you can practise:

# %%
from nnchain_edu.lab.drift_watch import report


def policy(day, found, offenders, since, left):
    ### BEGIN SOLUTION
    if left == 0 or since < 6 or len(found) < 8:
        return False
    early = sum(found[:6]) / max(1, sum(offenders[:6]))
    recent = sum(found[-6:]) / max(1, sum(offenders[-6:]))
    return recent < 0.85 * early
    ### END SOLUTION


print(report(policy))
check("06.7", policy)

# %% [markdown]
# ## What you have done
#
# The summary of this unit's checks:

# %%
check()
