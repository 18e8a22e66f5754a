# %% [markdown]
# # Why can nobody rewrite the ledger?
#
# Three payments go onto a blockchain inside this notebook. Then we take a copy of its blocks and raise the first payment by a billionth of a billionth of an ether. Run the cell with **Shift + Enter**.

# %%
from nnchain_edu.chain import Chain, verify

chain = Chain()
for payer, payee in (("alice", "bob"), ("judy", "carol"), ("bob", "dave")):
    chain.send(payee, value=5 * 10**18, sender=payer)
blocks = chain.export()
blocks[1]["transactions"][0]["value"] += 1
verify(blocks)

# %% [markdown]
# The change is found, and the block is named. No guard watched over the copy: it is arithmetic, and this page builds it piece by piece. It also shows what the arithmetic does *not* protect.
#
# **You will be able to**
#
# 1. measure how a hash reacts to a changed bit, and tell a good hash from a bad one,
# 2. check a proof that an entry belongs to a list of millions, made of a few hashes,
# 3. find out who signed a message, and refuse a signature that has been bent,
# 4. take a transaction apart to the byte, and say where its fee goes,
# 5. say which blocks a remembered hash vouches for,
# 6. check a claim about an account without trusting whoever makes it.
#
# **You need** Python and school mathematics. **Time**: 22 minutes to read and run (measured), about 55 with thinking (a guess). The lab is another hour or more.
#
# ## A fingerprint for data
#
# A <dfn>hash function</dfn> turns any bytes into a number of fixed length. Bitcoin uses SHA-256, Ethereum uses Keccak-256. Both give 256 bits, written as 64 hexadecimal digits; here are the first 24.

# %%
from hashlib import sha256

from eth_utils import keccak

for text in (b"alice pays bob 1", b"alice pays bob 2"):
    print(text.decode(), "|", sha256(text).hexdigest()[:24], "|", keccak(text).hex()[:24])

# %% [markdown]
# The same bytes always give the same hash. Two texts that differ in one digit give hashes that have nothing in common. (A trap: Python's `hashlib.sha3_256` is *not* Keccak-256. The standard of 2015 appends other bits to the message; Ethereum had already settled on the older form.)
#
# "Nothing in common" can be measured: flip one bit of a message and count how many of the 256 bits of the hash flip with it. If the hash hides every trace of the message, each of them flips like a fair coin, 128 on average. We try 2,000 random messages and flip one random bit in each.

# %%
import random


def flipped(hash_function, message, position):
    changed = (int.from_bytes(message, "big") ^ 1 << position).to_bytes(len(message), "big")
    before, after = hash_function(message), hash_function(changed)
    return (int.from_bytes(before, "big") ^ int.from_bytes(after, "big")).bit_count()


source = random.Random(3)
trials = [(source.randbytes(32), source.randrange(256)) for _ in range(2000)]
hashes = {"SHA-256": lambda data: sha256(data).digest(), "Keccak-256": keccak}
counts = {name: [flipped(hash_function, *trial) for trial in trials] for name, hash_function in hashes.items()}
for name, bits in counts.items():
    share = sum(bits) / (2000 * 256)
    print(f"{name:<10}  expected 50 % ± 1 %   ours {share:.2%}   {'holds' if abs(share - 0.5) <= 0.01 else 'fails'}")

# %%
from nnchain_edu.lab import show
from nnchain_edu.lab.ledger_figures import draw_avalanche

alt = "Two histograms, both a bell around 128 flipped bits; the points for 256 fair coins lie on them."
show(draw_avalanche(counts), alt)

# %% [markdown]
# Both bells are those of 256 fair coins. This is the <dfn means="A change of one bit of the input flips about half of the bits of the hash.">avalanche effect</dfn>: how far the hash moved does not say how far the message did. A hash without it is bad. One that has it need not be good, for many a formula that is easy to undo shows the same bell.
#
# Nobody has ever shown two inputs with the same SHA-256 or Keccak-256 hash (a <dfn means="Two inputs with the same hash.">collision</dfn>), nor, for a given input, another one with its hash (a <dfn means="For a given input, another one with the same hash.">second preimage</dfn>). So a hash can stand for its data: whoever knows the 32 bytes recognises the data again.
#
# ## A chain, by hand
#
# Now the idea of 1991 that became the blockchain: put the hash of each block *into the next block*.

# %%
import json


def seal(block):
    return sha256(json.dumps(block, sort_keys=True).encode()).hexdigest()


def build(payments):
    blocks, parent = [], "0" * 64
    for number, payment in enumerate(payments):
        block = {"number": number, "parent": parent, "payment": payment}
        parent = seal(block)
        blocks.append(block | {"hash": parent})
    return blocks


book = build(["alice pays bob 5", "bob pays carol 3", "carol pays dave 2", "dave pays alice 1"])
for block in book:
    print(block["number"], "parent", block["parent"][:8], "hash", block["hash"][:8], "|", block["payment"])

# %% [markdown]
# Each block's hash covers its payment *and* its parent's hash, which covers the parent's payment and the hash before that. So the last hash, the <dfn title="head (of a chain)" means="The last block, or its hash, which depends on every byte before it.">head</dfn>, depends on every byte of the book.
#
# To check a book, ask two things of each block: does its parent's hash fit the block before, and does its own hash fit its content?


# %%
def faults(blocks):
    found, parent = [], "0" * 64
    for block in blocks:
        content = {key: value for key, value in block.items() if key != "hash"}
        link, own = block["parent"] == parent, block["hash"] == seal(content)
        found.append("" if link and own else "another content" if link else "another parent")
        parent = block["hash"]
    return found


faults(book)

# %% [markdown]
# No faults. Now Judy wants for herself what Bob paid to Carol, and tries three times, each time harder. She *changes* the payment. She also *reseals* that block with its proper hash. She *rebuilds* all later blocks.

# %%
from nnchain_edu.lab.ledger_figures import draw_chains

rebuilt = build(["alice pays bob 5", "bob pays judy 3", "carol pays dave 2", "dave pays alice 1"])
changed = [book[0], book[1] | {"payment": "bob pays judy 3"}, *book[2:]]
attempts = {"Honest": book, "Changed": changed, "Resealed": [book[0], rebuilt[1], *book[2:]], "Rebuilt": rebuilt}
alt = "Honest: all hold. Changed: block 1 breaks. Resealed: block 2 breaks. Rebuilt: all hold, but the head is another."
show(draw_chains(attempts, faults), alt)

# %% [markdown]
# The first two attempts are found: what breaks is the changed block, or the one right after it. The third is the honest other half of the story: **whoever may rebuild all later blocks makes a valid book.** Only one thing gives it away: the head has another hash.
#
# So a chain of hashes protects those who *remember a head they trust*. For them, 32 bytes guard the whole past. For a newcomer who remembers nothing, both books look fine. What makes rebuilding expensive is the subject of unit 05.
#
# ## The first block of Bitcoin
#
# Here is a famous book's first page. Bitcoin's header has 80 bytes: version, parent, a root that stands for the payments, time, difficulty, and a number called nonce. It is hashed with SHA-256 twice, and the hash is written backwards.

# %%
root = bytes.fromhex("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")
version, time, difficulty, nonce = (n.to_bytes(4, "little") for n in (1, 1231006505, 0x1D00FFFF, 2083236893))
first = version + bytes(32) + root[::-1] + time + difficulty + nonce
ours = sha256(sha256(first).digest()).digest()[::-1].hex()
published = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
print(f"published  {published}\nours       {ours}\nverdict    {'equal' if ours == published else 'different'}")

# %% [markdown]
# Equal, to the last digit. The zeros at the front are no accident: nonces were tried, billions of them, until the zeros appeared. That is the *work* which makes rebuilding expensive.
#
# ## Many entries, one hash
#
# A block holds thousands of payments, but its header has 32 bytes for them. Hashing the whole list would do, but then Bob needs the whole list to see that *his* payment is in it. A <dfn sentences="2">Merkle tree</dfn> hashes in pairs instead: two entries give one hash, two of those give one more, up to a single <dfn title="Merkle root" means="The single hash at the top of a Merkle tree; it stands for all entries.">root</dfn>.


# %%
def leaf(item):
    return sha256(b"\x00" + item).digest()


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def merkle_levels(items):
    levels = [[leaf(item) for item in items]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[i : i + 2] for i in range(0, len(below), 2)]
        levels.append([node(*pair) if len(pair) == 2 else pair[0] for pair in pairs])
    return levels


levels = merkle_levels([f"payment {n}".encode() for n in range(7)])
root = levels[-1][0]
print([len(level) for level in levels], root.hex())

# %% [markdown]
# To prove that payment 4 is in the list, give away only the neighbours on its way up. Whoever knows the root repeats the hashing, and compares.


# %%
def merkle_proof(levels, index):
    proof = []
    for level in levels[:-1]:
        if index ^ 1 < len(level):  # the other of the pair: last bit flipped
            proof.append(("left" if index % 2 else "right", level[index ^ 1]))
        index //= 2
    return proof


def merkle_verify(item, proof, root):
    digest = leaf(item)
    for side, sibling in proof:
        digest = node(sibling, digest) if side == "left" else node(digest, sibling)
    return digest == root


proof = merkle_proof(levels, 4)
print("payment 4:", merkle_verify(b"payment 4", proof, root), "· payment 9:", merkle_verify(b"payment 9", proof, root))

# %%
from nnchain_edu.lab.ledger_figures import draw_merkle

alt = "A tree over seven leaves. From leaf 4 a path leads up to the root; beside it lie the three hashes of the proof."
show(draw_merkle(levels, 4), alt)

# %% [markdown]
# Each level halves the list. A million entries need 20 hashes, 640 bytes, and a phone can check that.
#
# What is the `00` before a leaf and the `01` before a node for? Let us leave them out, and treat an odd last entry as Bitcoin does: it is paired with *a copy of itself*. `a` to `d` are the hashes of four entries; how those were made does not matter here. `two` are the hashes of two other entries, of 64 bytes each: `a + b` and `c + d`.


# %%
def bare_root(level):
    level = level + level[-1:] * (len(level) % 2)
    above = [sha256(left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return bare_root(above) if len(above) > 1 else above[0]


(a, b, c, d), two = levels[0][:4], [sha256(b"".join(levels[0][i : i + 2])).digest() for i in (0, 2)]
print("same root:", bare_root([a, b, c, d]) == bare_root(two), "and", bare_root([a, b, c]) == bare_root([a, b, c, c]))

# %% [markdown]
# Four entries and two entries have one root; so have three and four. No hash was broken, the *tree* was ambiguous.
#
# - **A node taken for a leaf.** Without the marks, the 64 bytes inside a node pass for an entry, a *second preimage* of the root. The marks keep the two kinds apart (<dfn means="Marking inputs of different kinds before they are hashed, so that one kind cannot be taken for another.">domain separation</dfn>; RFC 6962, section 2.1). Bitcoin has no marks; there, transactions of 64 bytes are the danger.
# - **The doubled last entry** is CVE-2012-2459. A block that repeats its last payments is invalid, but had the hash of the valid block. Bitcoin's computers (called nodes, too) noted that hash as bad and then refused the valid block. Bitcoin kept its tree, and its software now looks for such doubles before it remembers a hash as bad. In our tree an odd one moves up alone, so the two lists differ.
#
# ## Who says so?
#
# A hash shows *that* nothing changed, not *who* wrote it. That takes a pair of keys. The private key is a secret number $d$. The public key is the point $Q = d \cdot G$ on a curve called secp256k1, where $G$ is a fixed point. From $d$ to $Q$ is quick; nobody knows a feasible way back.

# %%
from eth_keys import keys

alice = keys.PrivateKey(chain.accounts["alice"].key)
print("public key", alice.public_key.to_hex()[:20], "…", len(alice.public_key.to_bytes()), "bytes")
print("its hash  ", "0x" + keccak(alice.public_key.to_bytes())[-20:].hex(), "(the last 20 bytes)")
print("the chain ", chain.accounts["alice"].address)

# %% [markdown]
# So an account's address is the end of its public key's hash. (The capital letters are a checksum, EIP-55.)
#
# Points of the curve can be added, and $k \cdot G$ is $G$ added to itself $k$ times. After $n$ steps it starts over; so one computes modulo this *order* $n$, where dividing means multiplying by the inverse (`pow(k, -1, n)`).
#
# To sign a message with hash $z$, <dfn means="The signature that Bitcoin and Ethereum use: from message and signature anybody can compute the public key of the signer.">ECDSA</dfn> takes a secret number $k$ that is used only once, takes for $r$ the $x$-coordinate of the point $R = k \cdot G$, and computes $s = (z + r d) / k$. From $s k = z + r d$ follows $s R = z G + r Q$. So from $z$, $r$ and $s$ anybody gets the signer's public key back: $Q = (s R - z G) / r$. One more bit $v$ says which of the two points with that $x$ was $R$. (Our $k$ is computed from key and message, after RFC 6979. That is why this page prints the same each time.)

# %%
z, other_z = keccak(b"alice pays bob 5"), keccak(b"alice pays bob 50")
signature = alice.sign_msg_hash(z)
print("Alice signed this text:   ", signature.recover_public_key_from_msg_hash(z) == alice.public_key)
print("Alice signed the other:   ", signature.recover_public_key_from_msg_hash(other_z) == alice.public_key)

n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
v, r, s = signature.vrs
twin = keys.Signature(vrs=(1 - v, r, n - s))
print("The twin is hers, too:    ", twin.recover_public_key_from_msg_hash(z) == alice.public_key)
print("s and n - s at most n / 2:", s <= n // 2, n - s <= n // 2)

# %% [markdown]
# Under another text the signature belongs to another key, one that nobody holds: Judy cannot change Alice's payment. (If one $k$ is ever used for two messages, two equations give $d$ away. That has emptied real wallets.)
#
# One thing Judy *can* do. $R$ and $-R$ have the same $x$, so $(r, n - s)$ with the other $v$ fits as well. This is <dfn sentences="2">malleability</dfn>: a second valid signature, made without the key. No money is stolen, but the transaction gets another hash, and whoever waits for the first hash is fooled. Ethereum therefore accepts only transactions with the lower $s$ (EIP-2). We test that below. A contract that checks signatures by `ecrecover` gets no such help: it must refuse the higher $s$ itself.
#
# ## A transaction, taken apart
#
# This is Alice's payment as it travelled: one byte for the type (2: EIP-1559), then <dfn means="Ethereum's way to write lists of bytes: a length, then the content.">RLP</dfn>, Ethereum's way to write lists of bytes: a length, then the content. We decode it and give the fields their names.

# %%
import rlp

raw = bytes(chain.w3.eth.get_raw_transaction_by_block(1, 0))
names = "chainId nonce maxPriorityFeePerGas maxFeePerGas gas to value data accessList yParity r s"
fields = dict(zip(names.split(), rlp.decode(raw[1:]), strict=True))
for name, field in fields.items():
    print(f"{name:<21}", "0x" + field.hex() if len(field) > 8 else int.from_bytes(field, "big") if field else "empty")

# %% [markdown]
# Zero, no data and an empty list are all written as nothing. Look for the sender: there is none. It is *recovered* from the signature (`yParity` is $v$), which covers the first nine fields.
#
# `nonce` counts the sender's transactions, so none can be played twice (Bitcoin's nonce only shares the name). `chainId` keeps it off other chains. *Gas* counts the work that a transaction makes for the computers that run the chain: a plain payment takes 21,000, and `gas` is the most that this one may use. `data` is for contracts, and so is `accessList`, which announces what will be read.
#
# We recover the sender and rebuild the transaction's hash, which covers all twelve fields. Then the twin: a second chain with the same beginning has not seen the payment, so we offer it both forms.

# %%
from nnchain_edu.chain import ChainError

number = rlp.sedes.big_endian_int.serialize
unsigned = list(fields.values())[:9]
v, r, s = (int.from_bytes(fields[name], "big") for name in ("yParity", "r", "s"))
signer = keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(keccak(b"\x02" + rlp.encode(unsigned)))
print("sender:", chain.name(signer.to_checksum_address()))

second_chain = Chain()
for form in ((1 - v, r, n - s), (v, r, s)):
    rebuilt_raw = b"\x02" + rlp.encode(unsigned + [number(part) for part in form])
    try:
        accepted = second_chain.rpc("eth_sendRawTransaction", "0x" + rebuilt_raw.hex())
        print("accepted, with the original's hash:", accepted == chain.block(1).transactions[0].to_0x_hex())
    except ChainError as refusal:
        print("refused:", refusal)

# %% [markdown]
# Rebuilt from its fields, the payment has the hash it had. The twin is refused.
#
# ## Where the fee goes
#
# Each block has a <dfn sentences="2">base fee</dfn>, a price for a unit of gas that is the same for all and is destroyed ("burned"). It follows from the parent block (EIP-1559): half of the block's gas limit is the *target*; if the parent used more, the fee rises, by an eighth at most; if less, it falls. All in whole numbers of <dfn means="The smallest unit of ether: 10¹⁸ wei are one ether.">wei</dfn>, the smallest unit, so that every machine agrees.


# %%
def next_base_fee(base_fee, gas_used, gas_limit):
    target = gas_limit // 2
    change = base_fee * abs(gas_used - target) // target // 8
    return base_fee + max(change, 1) if gas_used > target else base_fee - change


mainnet = {
    12965000: (10**9, 30_025_257, 30_029_122, 1_124_967_822),
    13031167: (47_209_136_185, 23_798_810, 30_087_944, 50_643_305_194),
}
for parent, (*given, published) in mainnet.items():
    ours = next_base_fee(*given)
    print(f"after {parent}: mainnet {published:,}  ours {ours:,}  {'equal' if ours == published else 'different'}")
ours = [next_base_fee(block["baseFeePerGas"], block["gasUsed"], block["gasLimit"]) for block in blocks[:-1]]
print("our own blocks follow the rule:", ours == [block["baseFeePerGas"] for block in blocks[1:]])

# %% [markdown]
# Two real blocks, to the wei, and all of our own. Beyond the base fee, the sender pays the block's producer a <dfn title="priority fee, tip">tip</dfn> for each unit of gas: `maxPriorityFeePerGas`, or less where `maxFeePerGas` leaves less after the base fee. Block 1 has a base fee of 875,000,000 wei (`blocks[1]["baseFeePerGas"]`). So for Alice's 21,000 gas, 21,000 × 875,000,000 wei are burned, and 21,000 × 1,000,000,000 wei are earned. Whoever offers less than the base fee has to wait.
#
# ## The same ideas in a real block
#
# The header of our chain's last block has 21 fields, again in RLP. Here are five of them, and the hash of all.

# %%
from nnchain_edu.chain.export import HEADER

raw_header = bytes.fromhex(chain.rpc("debug_getRawHeader", "latest")[2:])
header = dict(zip(HEADER, rlp.decode(raw_header), strict=True))
for name in ("number", "parentHash", "transactionsRoot", "receiptsRoot", "stateRoot"):
    print(f"{name:<17}", header[name].hex())
print("hash of all fields is the head:", keccak(raw_header) == chain.block().hash)

# %% [markdown]
# It is our hand-made block again: a number, the parent's hash, and instead of the payment a root. `receiptsRoot` stands for the outcomes (gas used, events), `stateRoot` for *every account* after this block.
#
# ## Does Carol have five ether more?
#
# Carol's phone remembers one head hash. It asks a stranger's computer for her balance and does not trust the answer. So the answer must come with a proof.
#
# The state is a <dfn>Merkle-Patricia trie</dfn>, a Merkle tree in which the way down spells a key: each of the 64 hexadecimal digits of `keccak(address)` chooses one of 16 branches. A node with 17 entries is a branch. One with two entries skips a piece of the way; it leads on, or it is a leaf and holds the account. The first digit of its first entry says which: 0 or 1 leads on, 2 or 3 is a leaf. After 1 and 3 the piece follows at once; after 0 and 2 comes a filler digit, since bytes hold an even number of digits. This is a whole verifier:


# %%
def digits(data):
    return [digit for byte in data for digit in (byte >> 4, byte & 15)]


def look_up(root, address, nodes):
    expected, way, last = root, digits(keccak(address)), ""
    for encoded in nodes:
        if last == "leaf" or keccak(encoded) != expected:
            raise ValueError("a node does not have the hash that the one above it states")
        node = rlp.decode(encoded)
        if len(node) == 17:
            last, expected, way = "branch", node[way[0]], way[1:]
            continue
        kind, *piece = digits(node[0])
        piece = piece if kind % 2 else piece[1:]
        if way[: len(piece)] != piece:
            raise ValueError("the way leads to another account")
        last, expected, way = "leaf" if kind >= 2 else "extension", node[1], way[len(piece) :]
    if last != "leaf" or way:
        raise ValueError("the way does not end at an account")
    return rlp.decode(expected)


# %% [markdown]
# The phone hashes the header that it was sent and compares with the head it remembers. Then it takes the state root out of the header, and walks. An account is four fields: nonce, balance, root of its storage, hash of its code.

# %%
proof = chain.proof("carol")
carol = bytes.fromhex(proof.address[2:])
nonce, balance, storage_root, code_hash = look_up(header["stateRoot"], carol, proof.nodes)
print("proven:       ", int.from_bytes(balance, "big"), "wei, with", sum(map(len, proof.nodes)), "bytes of proof")
print("the node says:", chain.balance("carol"), "wei")

# %%
near = next(a for a in (bytes([n] * 20) for n in range(256)) if digits(keccak(a))[0] == digits(keccak(carol))[0])
for address, nodes in ((near, proof.nodes), (carol, [*proof.nodes[:-1], bytes(100)])):
    try:
        print(look_up(header["stateRoot"], address, nodes))
    except ValueError as refusal:
        print("refused:", refusal)

# %% [markdown]
# Carol's proof is refused for an address whose way begins with the same digit, and so is a made-up node. A real chain with hundreds of millions of accounts needs some 8 to 10 nodes, a few kilobytes. The package's `chain.proof("carol").verify(state_root)` is the same walk; it also proves the storage of contracts, and that an account does *not* exist.
#
# ## Judy rewrites history
#
# In block 2 Judy paid Carol five ether for a bicycle. Now she has the bicycle and wants the money back. She cannot sign for Alice or Bob. She need not: she starts from the first block, sends *their genuine transactions* again, byte for byte, and between them her own five ether to a friend instead.

# %%
fork = Chain()
alices, bobs = (chain.w3.eth.get_raw_transaction_by_block(number, 0) for number in (1, 3))
fork.w3.eth.send_raw_transaction(alices)
fork.send("heidi", value=5 * 10**18, sender="judy")
fork.w3.eth.send_raw_transaction(bobs)
print(verify(fork.export()), verify(fork.export(), trusted_head=chain.block().hash), sep="\n")

# %% [markdown]
# Taken by itself her chain is valid: every hash fits, every signature is genuine, and Carol was never paid. Whoever remembers the head notices. This is a <dfn means="Money that is spent, and spent again by a chain in which the first payment never happened.">double spend</dfn>, and hashes and signatures alone cannot stop it.
#
# ## Where it fails
#
# | what you want to know | what tells you | what does not |
# |---|---|---|
# | nothing was changed | a remembered head hash | a chain of hashes alone |
# | who ordered it | a signature | a hash |
# | this entry is in the block | a proof under a root you trust | a proof under a root from the same stranger |
# | this chain is the one that counts | work, stake, or somebody you trust | hashes and signatures |
# | what was entered is true | nothing on this page | all of the above |
#
# The fourth line is unit 05, the last one unit 13. And `verify` did not run any transaction: whether the state root follows from the payments takes a node that computes them all. Hashes and signatures also age: a large quantum computer would find $d$ from $Q$ (unit 16).

# %% [markdown]
# ## Summary
#
# - When one input bit changes, each bit of a good hash flips like a coin: 50 % of 256, measured.
# - In a chain of hashes one remembered hash guards the whole past. Without it, whoever rebuilds the rest makes a valid chain.
# - A Merkle proof shows one entry of many with a few hashes; leaves and nodes need different marks.
# - A signature names its author: a transaction's sender is recovered from it. Of the two forms that fit, the chain takes one.
# - The roots in a header let a phone check any account against one trusted hash.

# %% [markdown] tags=["quiz"]
# ? You flip one bit of a message. How many of the 256 bits of its SHA-256 hash flip?
# - Exactly 128, since half of 256 is 128. | Only on average. The measured counts spread around 128 as coin tosses do.
# + About 128, give or take some 8. | Each bit flips like a fair coin; the standard deviation of 256 coins is 8.
# - One, at the same place. | That would show where the message changed. Then the hash would be no fingerprint.
#
# ? Judy changes a payment in block 1 of five and gives block 1 its proper new hash. What breaks first?
# - Block 1, since its content changed. | Its hash fits its new content again; she has just computed it.
# + Block 2, since it states another hash for its parent. | The link no longer fits. To repair it she must change block 2, and so on to the head.
# - Nothing, since the new hash is proper. | Block 2 still states the old one.
#
# ? What does a Merkle proof for one of a million payments contain?
# - The payment and all the others. | Then no tree would be needed.
# - The root, handed over together with the payment. | The root is what the checker must know already. A proof under a stranger's root proves nothing.
# + About 20 hashes of siblings. | One for each level, and each level halves the list: 2 to the power of 20 is about a million.
#
# ? Why does Ethereum refuse signatures with a high `s`?
# - They can be forged without any signature of the owner. | A twin can be made only from a signature that exists, for the same message.
# + So that nobody but its signer can change a transaction's hash. | Both forms name the same signer; accepting one of them makes the hash unique.
# - They take more bytes. | Both are numbers below the curve's order; size is not the point.
#
# ? A stranger sends you a chain. All hashes and signatures fit. What do you know?
# - It is the chain that everybody uses. | Judy's chain passed the same test.
# - Nobody left out a payment. | Leaving out is exactly what hashes and signatures cannot show.
# + Each payment was ordered by its sender, and nothing changed since these blocks were built. | Who built them, and instead of which others, takes a trusted head, work or stake.

# %% [markdown]
# ## Sources
#
# - S. Haber, W. S. Stornetta, *How to Time-Stamp a Digital Document*, Journal of Cryptology 3 (1991): a chain of hashes.
# - S. Nakamoto, *Bitcoin: A Peer-to-Peer Electronic Cash System* (2008), sections 3, 7 and 8: chain, Merkle tree, checking without the whole chain. Bitcoin Core, `chainparams.cpp`: the genesis block.
# - NIST FIPS 180-4 (SHA-256) and FIPS 202 (SHA-3: Keccak with other padding).
# - R. C. Merkle, *A Digital Signature Based on a Conventional Encryption Function*, CRYPTO '87. RFC 6962, section 2.1: leaves and nodes marked. CVE-2012-2459 and CVE-2017-12842: Bitcoin's doubled entries and its 64-byte transactions.
# - SEC 1, version 2.0, section 4.1: ECDSA and recovery; SEC 2: secp256k1.
# - EIP-2 (lower `s`), EIP-55 (checksum), EIP-155 (chain id), EIP-2718 and EIP-1559 (typed transactions, fees), EIP-1186 (account proofs). The two fees are those of mainnet blocks 12965001 and 13031168.
# - G. Wood, *Ethereum Yellow Paper*, section 4 (blocks, state), appendices B (RLP), D (trie) and F (signing transactions).
