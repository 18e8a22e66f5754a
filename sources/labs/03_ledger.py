# %% [markdown]
# # Lab: blocks, hashes, signatures
#
# First tamper with a chain of your own, then write the parts that catch you. Run each cell with **Shift + Enter**. Whatever you change in a bench is a copy; the chain itself stays as it is.

# %%
from nnchain_edu import Chain, check, hint
from nnchain_edu.lab import Explorer, Prediction

chain = Chain()
chain.send("bob", value=5 * 10**18, sender="alice")
token = chain.deploy("token", "Bike Coin", "BIKE", 1_000, sender="carol")
chain.send(token.functions.transfer(chain.accounts["judy"].address, 40), sender="carol")
chain.send("carol", value=2 * 10**18, sender="judy")
chain.send("dave", value=10**18, sender="bob")

# %% [markdown]
# ## Bench: your chain
#
# Change the payments above as you like and run the cell again. Below you see your chain block by block: choose a block (mouse, or Tab and the arrow keys), read its header, its transactions and events, and change an amount.
#
# Before you can tamper, the explorer asks for a prediction. Think also of the reason, and of what becomes of the later blocks.

# %%
question = Prediction("You raise the amount in block 1. Which block is the first broken one?", low=0, high=100)
explorer = Explorer(chain, tamper=True, title="Your chain, and a copy to tamper with", prediction=question)
explorer.selected = 1
explorer

# %% [markdown]
# Things to try:
#
# 1. Raise the amount in block 1 by one wei. Read the reason at the broken block. Was your prediction right?
# 2. Restore the copy and change the *last* block instead. How many blocks suffer now? What does that say about young blocks?
# 3. Put an amount back by hand instead of restoring. What becomes of the block?
#
# ## Bench: a chain that you may seal
#
# The blocks above carry signatures, so you can spoil them but not repair them. Here is a hand-made chain as in the lesson, without signatures. After tampering you can *seal* a block anew: give it the hash that fits.
#
# Change block 1 and seal it. What breaks? And what would still give you away when nothing is broken any more?

# %%
import json
from hashlib import sha256


def seal(block):
    return "0x" + sha256(json.dumps(block, sort_keys=True).encode()).hexdigest()


blocks, parent = [], "0x" + "0" * 64
for n, (payer, payee, amount) in enumerate(
    [("alice", "bob", 5), ("bob", "carol", 3), ("carol", "dave", 2), ("dave", "erin", 1)]
):
    block = {"number": n, "parent": parent, "transactions": [{"from": payer, "to": payee, "value": amount}]}
    parent = seal(block)
    blocks.append({**block, "hash": parent})

question = Prediction("You change block 1. How many blocks must you seal until nothing is broken?", low=0, high=100)
by_hand = Explorer(blocks, seal=seal, tamper=True, title="A chain without signatures", prediction=question)
by_hand.selected = 1
by_hand

# %% [markdown]
# When you have sealed your way to the end, compare the hash of block 3 with the one here, which you remembered in time:

# %%
print("remembered head:", blocks[-1]["hash"])

# %% [markdown]
# ## Build
#
# **03.1** Write `avalanche(hash_function, message)`: flip each bit of the message in turn, and return the average share of the hash's bits that change.
#
# `hash_function` takes and returns `bytes` (of any length), `message` is `bytes`, the result is a number from 0 to 1. For example, a "hash" that returns the message itself gives `avalanche(lambda m: m, b"ab") == 0.0625`, 1 bit of 16.


# %%
def avalanche(hash_function, message):
    ### BEGIN SOLUTION
    before, flips, changes = hash_function(message), 8 * len(message), 0
    for position in range(flips):
        changed = (int.from_bytes(message, "big") ^ 1 << position).to_bytes(len(message), "big")
        changes += (int.from_bytes(before, "big") ^ int.from_bytes(hash_function(changed), "big")).bit_count()
    return changes / flips / (8 * len(before))
    ### END SOLUTION


check("03.1", avalanche)

# %% [markdown]
# Stuck? `hint("03.1")` gives a first hint, `hint("03.1", 2)` a second one. It is the same for every exercise.
#
# Try yours on a bad hash, such as `lambda m: bytes([sum(m) % 256])`. How far from one half is it, and why? (When your function is right, the check says so.)
#
# **03.2** Write `proves(item, index, siblings, root)`: does this Merkle proof show that `item` stands at position `index` of the list?
#
# The list has 2, 4, 8, … entries. `siblings` are the neighbours' hashes from the leaf up. On each level, an even index is the left one of its pair and an odd one the right; halving the index gives the position one level higher. `item`, `root` and the siblings are `bytes`, `index` is an `int`, the result is `True` or `False`. An index beyond the end of the list proves nothing: `False`. For a list of one entry, `proves(b"a", 0, [], leaf(b"a"))` is `True`. `leaf` and `node` are those of the lesson.


# %%
def leaf(item):
    return sha256(b"\x00" + item).digest()


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def proves(item, index, siblings, root):
    ### BEGIN SOLUTION
    digest = leaf(item)
    for sibling in siblings:
        digest = node(sibling, digest) if index % 2 else node(digest, sibling)
        index //= 2
    return digest == root and index == 0
    ### END SOLUTION


check("03.2", proves)

# %% [markdown]
# **03.3** Write `signer(digest, v, r, s)`: the address of whoever signed, or `None` if the signature is not to be accepted: `s` above half of the curve's order `n`, or no key that fits.
#
# `digest` is 32 `bytes`, the others are `int`; the result is a text like `"0x7aF0b54a25FC75633BbAFe3bC03fd8F060dE29cF"`, or `None`. `keys.Signature(vrs=(v, r, s))` makes a signature; where no key fits, `BadSignature` is raised.

# %%
from eth_keys import keys
from eth_keys.exceptions import BadSignature
from eth_utils import keccak

n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def signer(digest, v, r, s):
    ### BEGIN SOLUTION
    if s > n // 2:
        return None
    try:
        public_key = keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest)
    except BadSignature:
        return None
    return public_key.to_checksum_address()
    ### END SOLUTION


check("03.3", signer)

# %% [markdown]
# **03.4** Write `fee_split(gas_used, base_fee, max_fee, max_tip)`: the pair (burned wei, wei for the producer), or `None` if the transaction has to wait.
#
# Per unit of gas, the base fee is burned. The producer gets `max_tip`, or less where `max_fee`, the most that the sender pays in all, leaves less. All are whole numbers; the last three are wei for a unit of gas. For example, `fee_split(100, 7, 10, 2)` is `(700, 200)`.


# %%
def fee_split(gas_used, base_fee, max_fee, max_tip):
    ### BEGIN SOLUTION
    if max_fee < base_fee:
        return None
    return gas_used * base_fee, gas_used * min(max_tip, max_fee - base_fee)
    ### END SOLUTION


check("03.4", fee_split)

# %% [markdown]
# **03.5** Write `proven_from(headers, head)`: the position of the oldest header that the trusted hash `head` vouches for; if it vouches for none, the number of headers.
#
# `headers` is a list of headers in RLP (`bytes`), oldest first; `head` is the hash (32 `bytes`) that the newest one should have. `keccak(header)` is a header's hash, and `rlp.decode(header)[0]` the hash it states for its parent. An honest list gives `0`. If header 2 of six was changed, the result is `3`.

# %%
import rlp


def proven_from(headers, head):
    ### BEGIN SOLUTION
    for position in reversed(range(len(headers))):
        if keccak(headers[position]) != head:
            return position + 1
        head = rlp.decode(headers[position])[0]
    return 0
    ### END SOLUTION


check("03.5", proven_from)

# %% [markdown]
# Try it on your own chain:

# %%
headers = [bytes.fromhex(chain.rpc("debug_getRawHeader", hex(n))[2:]) for n in range(chain.block().number + 1)]
try:
    print("vouched for from header", proven_from(headers, bytes(chain.block().hash)))
except NotImplementedError:
    print("exercise 03.5 comes first")

# %% [markdown]
# ## Challenge: forge what only a careful verifier refuses
#
# **03.6** A lender pays out to each address that is proven to hold 15,000 ether on `lenders_chain()`. It knows that chain's head hash, nothing else. A *claim* brings everything with it: a header, an address, a balance, and the trie nodes. (A proof says what an address holds, not that it is yours: anybody may show Heidi's. So the money goes to the address.)
#
# Judy has given nearly all of her ether to Heidi. Bring two things:
#
# - `honest`: a true claim of at least 15,000 ether, for whoever holds them. The careful verifier must accept it.
# - `forged`: a list of claims that *Judy* holds at least 15,000 ether. The careful verifier refuses them all.
#
# Your **score** is the number of careless verifiers that believe one of your forgeries: 0 to 3. Here they are.

# %%
import inspect

from nnchain_edu.lab import claims

for verifier in (claims.careful, *claims.CARELESS):
    print(inspect.getsource(verifier))

# %% [markdown]
# `balance_at` is the lesson's walk from a root to an account, with every check in place. What you can build with: `lenders.proof("heidi")` has `.address` (text; a claim wants its 20 bytes, `bytes.fromhex(address[2:])`), `.balance` and `.nodes`; `claims.header_of(lenders)` gives the newest header as a list of fields, with the state root at `claims.STATE_ROOT`; an account is `rlp.encode([nonce, balance, storage_root, code_hash])`, each as bytes.

# %%
lenders = claims.lenders_chain()
judy = bytes.fromhex(lenders.accounts["judy"].address[2:])

### BEGIN SOLUTION
proof = lenders.proof("heidi")
header = claims.header_of(lenders)
honest = claims.Claim(header, bytes.fromhex(proof.address[2:]), proof.balance, proof.nodes)

riches = 20_000 * claims.ETHER
account = rlp.encode([b"", riches.to_bytes(10, "big").lstrip(b"\x00"), bytes(32), bytes(32)])
my_leaf = rlp.encode([b"\x20" + keccak(judy), account])
my_header = [*header[: claims.STATE_ROOT], keccak(my_leaf), *header[claims.STATE_ROOT + 1 :]]
forged = [
    claims.Claim(header, judy, proof.balance, proof.nodes),  # Heidi's account under Judy's name
    claims.Claim(header, judy, riches, [my_leaf]),  # a trie of my own below the true header
    claims.Claim(my_header, judy, riches, [my_leaf]),  # and a header of my own above it
]
### STUB
# honest = ...  # claims.Claim(header, address, balance, nodes)
# forged = [...]  # one or more claims
### END SOLUTION

check("03.6", (honest, forged))

# %% [markdown]
# ## What you have done
#
# The summary of this unit's checks:

# %%
check()
