# %% [markdown]
# # What can code on a chain do, and what does it cost?
#
# A *smart contract* is a program that lives on a blockchain. The next cell puts one there, a counter, and lets Bob raise it. What comes back is the receipt.

# %%
from nnchain_edu import Chain

chain = Chain()
counter = chain.deploy("counter", 7)
chain.send(counter.functions.raise_by, 3, sender="bob")

# %% [markdown]
# Bob paid a fee, and the counter logged an *event*. Neither he nor the counter's owner can take that back.
#
# **You will be able to**
#
# 1. write a contract, deploy it, call it, and read its storage, its events and its bytecode,
# 2. say what a transaction costs before you send it,
# 3. say who may call what, and carry out three attacks that made history,
# 4. repair what you broke,
# 5. let a model act on a chain so that its key alone can do no harm.
#
# **You need** unit 03 (hashes, transactions) and, for the small network near the end, unit 02. **Time**: 22 minutes to read and run (measured), about 55 with thinking (a guess). The lab is another hour or more.
#
# ## From source to bytecode
#
# Here is a jar for tips. The language is Vyper, which looks like Python. `%%contract TipJar` compiles the cell. What is new:
#
# - The variables at the top are <dfn means="The variables of a contract, which stay on the chain.">storage</dfn>, which stays on the chain; functions use them as `self.total`. A `uint256` is a whole number from 0 to 2²⁵⁶ − 1. A `HashMap` is a dictionary that has 0 for every key that was never set. `public` adds a function that shows the variable.
# - `@deploy` marks what runs once, when the contract is made. `@external` functions can be called by anybody; with `@payable` they take ether, with `@view` they change nothing.
# - `msg.sender` is whoever calls, `msg.value` the wei sent along, `self.balance` the wei that the contract holds.
# - `send` pays, and leaves a receiver that is a contract 2,300 gas to react, which is next to nothing. `raw_call(receiver, b"", value=amount)` leaves it nearly all there is.

# %%
# %%contract TipJar
# event Tipped:
#     who: indexed(address)
#     amount: uint256
#
# owner: address
# total: public(uint256)
# tips: public(HashMap[address, uint256])
#
# @deploy
# def __init__():
#     self.owner = msg.sender
#
# @external
# @payable
# def tip():
#     assert msg.value > 0, "a tip needs money"
#     self.total += msg.value
#     self.tips[msg.sender] += msg.value
#     log Tipped(who=msg.sender, amount=msg.value)
#
# @external
# def collect():
#     assert msg.sender == self.owner, "only the owner collects"
#     send(self.owner, self.balance)

# %% [markdown]
# The chain stores no Vyper, only <dfn>bytecode</dfn>: one byte an instruction, some followed by a number. A <dfn means="Bytecode with the names of its instructions.">disassembly</dfn> gives the bytes their names. These instructions are the line `self.total += msg.value`:

# %%
from nnchain_edu.chain import disassemble

code = disassemble(TipJar.runtime)
code.loc[154:171]

# %% [markdown]
# Read it with a <dfn means="The pile of numbers on which the EVM computes: instructions take from its top and lay on its top.">stack</dfn>, a pile of numbers, in mind. `PUSH1` lays 1 on it, the <dfn means="A numbered place in the storage of a contract, for 256 bits.">slot</dfn> of `total`. `SLOAD` replaces the slot by what is stored there, `CALLVALUE` adds the wei sent along, `ADD` adds the two. `LT` and `JUMPI` leave for a revert if the sum is smaller than a part, that is, if it overflowed: you did not write that, the compiler did. `SSTORE` writes back.
#
# ## A call, and what it leaves behind
#
# A call is bytes too. Its first four say which function is meant: they are the start of a hash of its name and argument types, and the code looks for them. We call `tip`, then look at the jar's storage from outside, slot by slot. Each slot holds 32 bytes, and the compiler numbers the variables in the order of the source.

# %%
from eth_utils import keccak

print("tip() is", keccak(text="tip()")[:4].hex(), "and is looked for at", code[code.argument == "0x2755cd2d"].index[0])
jar = chain.deploy(TipJar, sender="alice")
first_tip = chain.send(jar.functions.tip, sender="bob", value=250)
for name, slot in TipJar.layout.items():
    print(f"slot {slot}, {name:5}", chain.w3.eth.get_storage_at(jar.address, slot).hex())

# %% [markdown]
# Slot 0 ends with Alice's address, slot 1 holds 250, which is `fa`. `owner` is not `public`, but that means only that no function shows it: **everything on a chain can be read**.
#
# Slot 2 is empty, and yet Bob's tip is stored. A mapping has room for every key there is, so each entry gets a slot of its own, from a hash: Vyper takes `keccak(slot . key)`, each padded to 32 bytes. (Solidity, the other common language, takes them the other way round.)

# %%
bob = bytes.fromhex(chain.accounts["bob"].address[2:])
entry = int.from_bytes(keccak((2).to_bytes(32, "big") + bob.rjust(32, b"\0")), "big")
print("slot", hex(entry)[:18], "… holds", int(chain.w3.eth.get_storage_at(jar.address, entry).hex(), 16))
chain.events(jar)[["block", "event", "who", "amount"]]

# %% [markdown]
# Two keys that meet would be a collision of the hash. The table shows the jar's <dfn title="event" means="A note in the log of a transaction. Contracts cannot read it, only people and programs outside can; it costs far less than storage.">events</dfn>. They cost far less than storage: contracts cannot read them, only people and programs outside can, and `indexed` arguments can be searched for.
#
# ## Reverts, and who pays
#
# `assert` with a false condition <dfn title="revert">reverts</dfn>: everything that the transaction did is undone. Its fee is not. Bob tries to collect. Since he names a gas limit, his node does not try it out first, and the failure goes into a block.

# %%
from nnchain_edu.chain import Reverted

try:
    chain.send(jar.functions.collect, sender="bob", gas=100_000)
except Reverted as refusal:
    print(refusal, "| gas used:", refusal.receipt.gasUsed, "| events:", refusal.receipt.events)
print("in the jar:", chain.balance(jar), "wei")

# %% [markdown]
# The work was done by every node, so it is paid. *Gas* counts the work. The sender pays gas × price. The price has two parts: the *base fee*, set by the protocol and destroyed, and a *priority fee* for whoever made the block (EIP-1559; unit 03 calls it the tip).

# %%
maker, carols = chain.block().miner, chain.balance("carol")
makers = chain.balance(maker)
receipt = chain.send(jar.functions.tip, sender="carol", value=1)
paid, earned = carols - chain.balance("carol"), chain.balance(maker) - makers
print("carol paid", paid, "= 1 +", receipt.gasUsed, "x", receipt.effectiveGasPrice)
print(f"maker earned {earned} | destroyed {paid - 1 - earned} = {receipt.gasUsed} x {chain.block().baseFeePerGas}")

# %% [markdown]
# ## The price list
#
# Every opcode has a price. The prices stand in the Yellow Paper and in proposals (EIPs) that changed it. Do they hold on our chain? A probe does one thing a line, and `chain.trace` tells what the EVM took for each step.

# %%
# %%contract Probe
# number: uint256
# forgotten: transient(uint256)
# event Said:
#     what: uint256
#
# @external
# @payable
# def run(x: uint256, friend: address):
#     y: uint256 = self.number + self.number  # a first and a second look
#     self.number = x
#     self.forgotten = x
#     log Said(what=x)
#     z: bytes32 = keccak256(convert(x, bytes32))
#     raw_call(friend, b"", value=msg.value)
#
# @external
# def write(x: uint256):
#     self.number = x

# %%
import pandas as pd

from nnchain_edu.lab.gas_bench import gas_by_opcode


def cost(receipt, op):
    steps = chain.trace(receipt)
    return steps[steps.op == op].cost.tolist()


def with_data(data):
    message = {"from": chain.accounts["bob"].address, "to": chain.accounts["carol"].address, "data": data}
    return (chain.receipt(chain.w3.eth.send_transaction(message).to_0x_hex()).gasUsed - 21_000) // len(data)


probe = chain.deploy(Probe)
first = chain.send(probe.functions.run, 5, "carol", value=1)
other, clear = chain.send(probe.functions.write, 6), chain.send(probe.functions.write, 0)
to_pay = 21_000 + 4 * 16 + 32 * 4 + sum(gas_by_opcode(chain.trace(clear)).values())
base_fees = [chain.mine().baseFeePerGas for _ in range(3)][1:]

# %%
table = pd.DataFrame(
    [
        ("a transaction", "Yellow Paper", 21_000, chain.send("bob", value=1).gasUsed),
        ("a byte of data, not zero, at least", "EIP-7623", 40, with_data(b"\x01" * 100)),
        ("a zero byte of data, at least", "EIP-7623", 10, with_data(bytes(100))),
        ("SLOAD, first look in a transaction", "EIP-2929", 2_100, cost(first, "SLOAD")[0]),
        ("SLOAD, second look", "EIP-2929", 100, cost(first, "SLOAD")[1]),
        ("SSTORE, zero to another number", "EIP-2200", 20_000, cost(first, "SSTORE")[0]),
        ("SSTORE, changed, first touch", "EIP-2200, 2929", 2_900 + 2_100, cost(other, "SSTORE")[0]),
        ("back for setting to zero", "EIP-3529", 4_800, to_pay - clear.gasUsed),
        ("TSTORE, for this transaction only", "EIP-1153", 100, cost(first, "TSTORE")[0]),
        ("LOG1 of 32 bytes", "Yellow Paper", 375 + 375 + 8 * 32, cost(first, "LOG1")[0]),
        ("KECCAK256 of 32 bytes", "Yellow Paper", 30 + 6, cost(first, "KECCAK256")[0]),
        ("CALL with ether", "Yellow Paper, EIP-2929", 2_600 + 9_000 - 2_300, gas_by_opcode(chain.trace(first))["CALL"]),
        ("base fee after an empty block, wei", "EIP-1559", base_fees[0] - base_fees[0] // 8, base_fees[1]),
    ],
    columns=["what", "source", "paper", "ours"],
)
table["verdict"] = (table.paper == table.ours).map({True: "same", False: "differs"})
table

# %%
from nnchain_edu.lab import figure, show
from nnchain_edu.lab.gas_bench import draw_gas

fig, ax = figure(height=260)
draw_gas(ax, {"transaction": 21_000 + 4 * 16} | gas_by_opcode(chain.trace(first_tip)), bars=6)
ax.set_title(f"Bob's first tip took {first_tip.gasUsed:,} gas")
show(fig, "Of 66,918 gas SSTORE takes 40,000, being a transaction 21,064, SLOAD 4,200, LOG2 1,381; all else is small.")

# %% [markdown]
# Thirteen of thirteen, and one price sticks out: a new number in storage costs 20,000, as much as 6,666 additions of 3 gas each, since every node must keep it. The bars show where the gas of Bob's first tip went. How the rows come together:
#
# - The *first* use of a slot or an account in a transaction is dear, 2,100 or 2,600; each later one costs 100.
# - A byte of data costs 16, a zero byte 4. But there is a floor: nobody pays less than 21,000 plus 40 or 10 for each byte. Whoever sends much data and computes little pays the floor, as in the table.
# - What is set back to zero gives 4,800 back, though never more than a fifth of all gas used.
# - In the row of CALL, 2,300 came back: the receiver's allowance, which it did not use.
#
# ## Tokens: a promise about names
#
# A <dfn sentences="2">token</dfn> is a contract that keeps a list: who owns how much. Wallets and markets can use any token because all use the same names. ERC-20 lists them for coins, where one unit is like another, ERC-721 for things that are each one of a kind. Our contracts `token` and `collectible` say `implements:`, and the compiler refuses them if a function is missing. For the events it does not look; our tests do.

# %%
from nnchain_edu.chain import source

gold = chain.deploy("token", "Gold", "GLD", 1_000)
chain.send(gold.functions.approve, "bob", 300)
chain.send(gold.functions.transferFrom, "alice", "carol", 200, sender="bob")
source("token", "transferFrom")

# %% [markdown]
# Bob moved Alice's gold since she had allowed 300. Remember that door: much has been stolen through an allowance that somebody had signed.
#
# ## Attack 1: who may call?
#
# A contract is open to the whole world, all the time. This treasury lets only its keeper spend. Judy does not have the keeper's key. She reads the source, and finds
#
# ```python
# @external
# def set_keeper(new_keeper: address):
#     self.keeper = new_keeper
# ```
#
# Her own contract has two lines. `extcall` calls another contract, `self` is the address of one's own:
#
# ```python
#     extcall Treasury(treasury).set_keeper(self)
#     extcall Treasury(treasury).spend(msg.sender, treasury.balance)
# ```

# %%
treasury = chain.deploy("treasury_open", sender="alice", value=10 * 10**18)
thief = chain.deploy("treasury_thief", sender="judy")
chain.send(thief.functions.rob, treasury, sender="judy")
print("left in the treasury:", chain.balance(treasury))

# %% [markdown]
# A check was missing. In 2017 a library of Parity wallets had such a door: some 153,000 ether were stolen, and months later, through another one, 513,774 were frozen for ever. The repair is one line, `assert msg.sender == self.keeper`. `source("treasury")` has it.
#
# ## Attack 2: reentrancy
#
# This bank pays everybody what the book says. Where is the mistake?
#
# ```python
#     amount: uint256 = self.balances[msg.sender]
#     assert amount > 0, "nothing to withdraw"
#     raw_call(msg.sender, b"", value=amount)
#     self.balances[msg.sender] = 0
# ```
#
# Ether that a *contract* receives without a call runs its function `__default__`. At that moment the book is not yet changed. So the thief, while it is being paid, withdraws again. And again.
#
# ```python
# def __default__():
#     if msg.sender == self.target and self.target.balance >= self.stake:
#         extcall Bank(self.target).withdraw()
# ```
#
# We rob a bank that holds 10 ether, with a stake of 1, and look at the *depth* of the calls, step by step.

# %%
bank = chain.deploy("bank_reentrant")
chain.send(bank.functions.deposit, sender="alice", value=10 * 10**18)
thief = chain.deploy("bank_thief", sender="judy")
robbery = chain.send(thief.functions.rob, bank, sender="judy", value=10**18)
print("left in the bank:", chain.balance(bank))
print("the book still promises alice:", bank.functions.balances(chain.accounts["alice"].address).call())

# %%
steps = chain.trace(robbery)
booked = steps[(steps.op == "SSTORE") & (steps.index > 200)]  # the earlier ones: stake, deposit
fig, ax = figure(height=300)
ax.plot(steps.index, steps.depth, drawstyle="steps-post", label="depth of calls")
ax.plot(booked.index, booked.depth, "s", label="the bank sets the balance to zero")
ax.set(xlabel="step of the EVM", ylabel="depth", title="Eleven withdrawals, one inside the other")
ax.legend()
show(
    fig,
    "The depth of calls climbs by two with each withdrawal, up to 23; only on the way back does the bank "
    "set the balance to zero, eleven times.",
)

# %% [markdown]
# The squares come too late: all eleven payments lie before the first of them. In June 2016 The DAO lost 3.6 million ether this way, and Ethereum split in two over it.
#
# Two walls, and for this bank each suffices. First *order*: check, change the book, and only then call strangers. Second a <dfn title="lock against reentrancy" means="A mark that a function sets when it is entered, and that refuses a second entry before it is left.">lock</dfn>: `@nonreentrant` refuses a second entry. It holds for the functions that carry it, which share one lock; `# pragma nonreentrancy on` at the top gives it to all.
#
# Prefer the order. Suppose the bank also had a function `give`, by which customers pay each other in the book, and the lock stood on `withdraw` alone. The thief, while it is being paid, gives its money to a friend: the book still shows it, and the friend withdraws it once more (<dfn means="Reentrancy through another function than the one that is still running.">cross-function reentrancy</dfn>). And even behind a lock on every function that writes, other contracts would read a wrong book at that moment.
#
# Compilers are programs too: in July 2023 pools at Curve were robbed, since Vyper 0.2.15 to 0.3.0 had given each function a lock of its own.

# %%
bank = chain.deploy("bank")
chain.send(bank.functions.deposit, sender="alice", value=10 * 10**18)
try:
    chain.send(thief.functions.rob, bank, sender="judy", value=10**18)
except Reverted as refusal:
    print(refusal, "| left in the bank:", chain.balance(bank) // 10**18, "ether")

# %% [markdown]
# ## Attack 3: a price made to order
#
# A market holds ether and gold and lets anybody swap one for the other so that the product of both stays the same. The price is their quotient. A lender lends half of what your gold is worth *at this moment*, by that market. And somebody lends 300 ether to anybody, if they are back at the end of the same transaction: a <dfn means="A loan to anybody that must be back at the end of the same transaction, or nothing happened.">flash loan</dfn>. This is what Judy's contract does with it:
#
# ```python
#     bought: uint256 = extcall market.buy(value=amount)
#     extcall token.approve(self.lender.address, self.left)
#     extcall self.lender.borrow(self.left)
#     extcall token.approve(market.address, bought - self.left)
#     extcall market.sell(bought - self.left)
#     raw_call(flash.address, b"", value=amount)
# ```

# %%
from nnchain_edu.lab.city import open_market

ether = 10**18
gold, market = open_market(chain)  # 100 ether and 100,000 pieces of gold
lender = chain.deploy("lender_spot", gold, market, value=100 * ether)
repaired = chain.deploy("lender", gold, market, value=100 * ether)  # its turn comes below
flash = chain.deploy("flash_lender")
chain.send(flash, value=300 * ether)
thief = chain.deploy("lender_thief", flash, market, gold, sender="judy")
before = chain.balance("judy")
receipt = chain.send(thief.functions.rob, lender, 300 * ether, 10_000 * ether, sender="judy")
print(f"judy won {(chain.balance('judy') - before + receipt.fee) / ether:.2f} ether with none of her own")

# %%
swaps = chain.events(market)
points = [(100, 100_000)] + [(row.ether_reserve / ether, row.token_reserve / ether) for row in swaps.itertuples()]
fig, ax = figure(height=330)
curve = range(80, 430)
ax.plot(curve, [10**7 / x for x in curve], label="ether x gold = constant")
names = ["before", "she has bought, and borrows", "she has sold"]
for name, (x, y), marker in zip(names, points, "os^", strict=True):
    ax.plot(x, y, marker, color="black", markersize=9, label=f"{name}: {x / y:.5f} ether a piece")
ax.set(xlabel="ether in the market", ylabel="gold in the market", title="One transaction along the curve")
ax.legend()
show(
    fig,
    "The market moves from 100 ether and 100,000 gold to 400 and 25,000, where the price is sixteen times as high "
    "and the loan is taken, and back to 111 and 90,000.",
)

# %% [markdown]
# The sums: 300 ether more make 400, so 10,000,000 / 400 = 25,000 pieces remain, at 0.016 ether. For a moment 10,000 pieces, worth 10 ether before, counted as 160, and 80 were lent on them. Selling the other 65,000 brought 288.89 back, and 80 + 288.89 − 300 = 68.89. bZx was robbed like this in February 2020 (Qin and others, 2021).
#
# The repair is a better question. Not "what is the price?" but "what was it **on average over the last half-hour**?" A price that stood for no second does not count. The market keeps the sum of price × seconds; the lender takes its growth:
#
# ```python
#     counted: uint256 = staticcall market.price_seconds()
#     self.average = (counted - self.counted) // seconds
# ```

# %%
chain.travel(1_800)
chain.send(repaired.functions.update)
try:
    chain.send(thief.functions.rob, repaired, 300 * ether, 10_000 * ether, sender="judy")
except Reverted as refusal:
    print(refusal, "| left with the lender:", chain.balance(repaired) // ether, "ether")

# %% [markdown]
# The loan at the honest price was too small to pay the flash loan back, and so the whole robbery undid itself.
#
# **Where the repair fails:** whoever holds the price up for half an hour moves the average too, and a stronger push needs less time. With 2,000 ether the price becomes 441-fold; when that has stood for 12 of the 1,800 seconds, the average is four times the honest one. A flash loan cannot do this, for it ends with its transaction. Money of one's own can, against everybody who would sell in those seconds. A bound on how fast the believed price may rise makes it dearer.
#
# ## A number that a model sets
#
# The lender's 50 % is a guess. How much may be lent depends on how wild the price is. A small network learns it: from the swing of the last day, in percent an hour, to the fall that the coming day exceeds only one time in twenty. The days are **simulated** (random walks). The <dfn>pinball loss</dfn> punishes a prediction that was too low 19 times as hard as one too high. What the model will wish to lend is 100 percent minus the fall that it predicts. Beside it stands a rule without any network: such a walk of 24 steps falls by more than 9 times its swing about one time in twenty.

# %%
import torch

torch.manual_seed(0)
torch.set_num_threads(1)


def days(rows):
    swing = 1 + 7 * torch.rand(rows, 1)
    walk = (swing * torch.randn(rows, 24)).cumsum(1)
    return swing, (-walk).amax(1, keepdim=True).clamp(min=0)


model = torch.nn.Sequential(torch.nn.Linear(1, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimiser = torch.optim.Adam(model.parameters(), lr=0.03)
for _ in range(600):
    swing, fall = days(500)
    error = fall - model(swing)
    loss = torch.maximum(0.95 * error, -0.05 * error).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
swing, fall = days(20_000)
for name, limit in [("the network", model(swing)), ("the rule 9 x swing", 9 * swing)]:
    print(f"{name}: exceeded on 3 to 7 % of new days:", 0.03 < (fall > limit).double().mean().item() < 0.07)

# %% [markdown]
# So a rule of one number would do here. What matters is what follows, for any model: **the contract must not trust it.** A model can be wrong, its computer can be broken into, its key stolen, its input arranged. `loan_limit` listens to the model's key and to four rules.
#
# - *Bounds*: 30 to 75 percent, whatever is proposed. At 75 a loan is still smaller than its security.
# - *Step*: at most 10 at a time.
# - *Wait*: an hour between proposal and effect. A *guardian* may strike it out meanwhile, and may replace the model's key.
# - <dfn title="fail closed" means="To fall back to the cautious value when nothing is heard.">Fail closed</dfn>: a day without news, and the value is 30.
#
# ```python
#     assert msg.sender == self.model, "only the model proposes"
#     assert LOW <= percent and percent <= HIGH, "outside the bounds"
#     now: uint256 = self._percent()
#     assert percent <= now + STEP and now <= percent + STEP, "too large a step"
#     self.pending = percent
#     self.ready = block.timestamp + WAIT
# ```
#
# Two days of it. The market is calm, and wild from hour 12 on. At hour 24 Judy steals the model's key and proposes as much as she can. At hour 36 the guardian notices, and replaces the key.

# %%
limit = chain.deploy("loan_limit", "bob", sender="alice")
wished, in_force = [], []
for hour in range(48):
    if hour == 36:
        chain.send(limit.functions.replace_model, "carol", sender="alice")
    in_force.append(limit.functions.percent().call())
    if hour < 36:
        swing = torch.tensor([[2.0 if hour < 12 else 6.0]])
        wished.append(100 - model(swing).item() if hour < 24 else 100)
        nearest = min(range(30, 76), key=lambda p: (abs(p - in_force[-1]) > 10, abs(p - wished[-1])))
        chain.send(limit.functions.propose, nearest, sender="bob")
    chain.travel(3_600)
    if hour < 36:
        chain.send(limit.functions.carry_out, sender="judy")
print("never below 30 or above 75:", all(30 <= p <= 75 for p in in_force))

# %%
fig, ax = figure(height=330)
ax.plot(wished, "--", drawstyle="steps-post", label="wished by whoever holds the model's key")
ax.plot(in_force, "-", drawstyle="steps-post", label="in force")
ax.axhspan(30, 75, alpha=0.12, color="black", label="bounds")
for hour, what in [(12, "wild"), (24, "key stolen"), (36, "key replaced")]:
    ax.axvline(hour, color="black", linestyle=":")
    ax.text(hour + 0.3, 104, what)
ax.set(xlabel="hour", ylabel="percent lent", ylim=(0, 112), title="The key proposes, the contract disposes")
ax.legend(loc="lower left", ncols=2)
show(
    fig,
    "The value in force begins at 30 and follows the wish in steps of at most ten, each an hour late: up to the bound "
    "of 75, and down when the market turns wild. After the theft the wish is 100, and the value climbs in steps to 75 "
    "and no further. When the key is replaced, it falls to 30, and nobody wishes anything.",
)

# %% [markdown]
# **With the model's key** an attacker can hold the value anywhere from 30 to 75, reach the top within five hours, or stay silent and bring it to 30. The attacker cannot leave the bounds, jump, skip the hour, or touch the guardian's veto. So choose bounds whose *both* ends you could live with. And the guardian has a key too: it can keep the value at 30 for ever, or name itself the model, and is then bound by the same rules.
#
# ## Summary
#
# - A contract is bytecode, storage and a balance. All of it is public, and all of it can be called by anybody.
# - A revert undoes everything but the fee. Storage is what costs.
# - Say who may call. Change the book before you pay. Do not believe a price of the moment. Bound what a model may do.
# - Tests show that these thieves fail, not that none succeeds. That is why real contracts are also audited, and why money still gets lost.

# %% [markdown] tags=["quiz"]
# ? A contract keeps a secret in a variable that is not `public`. Who can read it?
# - Only the contract itself. | Only *other contracts* cannot. Every node stores the slot, and any node answers `eth_getStorageAt`.
# - Only the deployer. | The deployer has no special right unless the source gives one.
# + Everybody. | Yes: whoever knows the layout finds the slot. Secrets do not belong on a chain, or only as hashes or encrypted.

# %% [markdown] tags=["quiz"]
# ? A transaction reverts in its last line. What has its sender lost?
# - Nothing: everything is undone. | Everything is undone but the fee: the nodes have worked.
# + The fee for the gas used up to there. | Yes: state and events go back, the fee stays paid.
# - The fee and the ether sent along. | The ether sent along comes back with the state.

# %% [markdown] tags=["quiz"]
# ? Which line of a contract is usually the dearest?
# - `y: uint256 = x * x` | An unsigned multiplication takes 5 gas, with its overflow check some 50.
# - `log Said(what=x)` | A log of one word takes about 1,000 gas.
# + `self.notes[msg.sender] = x`, for a new caller | Yes: 20,000 for a new number in storage, and 2,100 for the first touch.

# %% [markdown] tags=["quiz"]
# ? `withdraw` has `@nonreentrant`, still pays before it changes the book, and `give` has no lock. Is the bank safe?
# + No: while it is paid, a thief can call `give`. | Yes, that is cross-function reentrancy: the lock stands at one door only, and the book is wrong at that moment.
# - Yes: the lock covers the contract. | It covers the functions that carry it. In Vyper 0.4.3 that must be written for each.
# - Yes: `give` pays no ether. | It changes the book, and the book is what the thief is after.

# %% [markdown] tags=["quiz"]
# ? A thief has the key with which a model proposes loan limits. What stops a loan of 1,000 percent?
# - The model was trained never to say that. | The thief has the key, and does not ask the model.
# - The guardian, if quick. | A guardian may sleep. It helps inside the bounds.
# + The bounds in the contract. | Yes: they hold for every key and at every hour.

# %% [markdown]
# ## Sources
#
# - G. Wood: *Ethereum: A Secure Decentralised Generalised Transaction Ledger* (Yellow Paper), appendix G: gas.
# - EIP-20 and EIP-721 (tokens), EIP-1153 (transient storage), EIP-1559 (base fee), EIP-2028, EIP-2200, EIP-2929, EIP-3529 and EIP-7623 (prices).
# - N. Atzei, M. Bartoletti, T. Cimoli: *A Survey of Attacks on Ethereum Smart Contracts*, POST 2017 (The DAO among them).
# - Parity Technologies: *The Multi-sig Hack: A Postmortem*, July 2017, and *A Postmortem on the Parity Multi-Sig Library Self-Destruct*, November 2017.
# - K. Qin, L. Zhou, B. Livshits, A. Gervais: *Attacking the DeFi Ecosystem with Flash Loans for Fun and Profit*, Financial Cryptography 2021.
# - Vyper 0.4.3 documentation: storage layout, `nonreentrant`. Vyper security advisory GHSA-5824-cm3x-3c38 on the lock of versions 0.2.15 to 0.3.0.
# - R. Koenker, G. Bassett: *Regression Quantiles*, Econometrica 46, 1978 (the pinball loss).
