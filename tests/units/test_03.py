"""Unit 03's figures and vectors, from the very code that the lesson shows."""

import random
import subprocess
import sys
from hashlib import sha256

import jupytext
import pytest
import rlp
from eth_utils import keccak
from trie import HexaryTrie

from nnchain_edu.chain import Chain, verify
from nnchain_edu.lab import claims
from sources.build import ROOT

SOURCE = ROOT / "sources" / "lessons" / "03_ledger.py"


@pytest.fixture(scope="module")
def lesson():
    """The names that the lesson's cells have defined once all of them have run."""
    code = [cell.source for cell in jupytext.read(SOURCE, fmt="py:percent").cells if cell.cell_type == "code"]
    names = {}
    for number, source in enumerate(code):
        exec(compile(source, f"code cell {number}", "exec"), names)
    return names


# --- hashes -------------------------------------------------------------------------------------------


def test_known_hashes():
    assert sha256(b"abc").hexdigest() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_half_of_the_bits_flip_over_2000_trials(lesson):
    assert set(lesson["counts"]) == {"SHA-256", "Keccak-256"}
    for bits in lesson["counts"].values():
        assert len(bits) == 2000
        assert sum(bits) / 2000 / 256 == pytest.approx(0.5, abs=0.01)
        spread = (sum((b - 128) ** 2 for b in bits) / 2000) ** 0.5
        assert spread == pytest.approx(8, abs=0.4)  # 256 fair coins: the square root of 64


def test_flipped_counts_what_it_says(lesson):
    assert lesson["flipped"](lambda data: data, b"\0\0", 15) == 1
    assert lesson["flipped"](lambda data: b"\0" if data == b"a" else b"\xff", b"a", 0) == 8


# --- the chain by hand --------------------------------------------------------------------------------


def test_the_first_broken_block_is_found_and_a_rebuilt_chain_shows_only_in_its_head(lesson):
    faults, attempts = lesson["faults"], lesson["attempts"]
    assert faults(attempts["Honest"]) == ["", "", "", ""]
    assert faults(attempts["Changed"]) == ["", "another content", "", ""]
    assert faults(attempts["Resealed"]) == ["", "", "another parent", ""]
    assert faults(attempts["Rebuilt"]) == ["", "", "", ""]
    assert attempts["Rebuilt"][-1]["hash"] != attempts["Honest"][-1]["hash"]


@pytest.mark.parametrize("key", ["number", "parent", "payment", "hash"])
@pytest.mark.parametrize("place", range(4))
def test_every_single_change_breaks_a_block_or_the_head(lesson, key, place):
    changed = [dict(block) for block in lesson["book"]]
    changed[place][key] = 9 if key == "number" else "f" * 64
    assert any(lesson["faults"](changed)) or changed[-1]["hash"] != lesson["book"][-1]["hash"]


def test_bitcoins_genesis_header(lesson):
    assert len(lesson["first"]) == 80
    digest = sha256(sha256(lesson["first"]).digest()).digest()[::-1].hex()
    assert digest == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


# --- Merkle trees -------------------------------------------------------------------------------------

# the test vectors of Certificate Transparency (RFC 6962): eight entries, and the roots of the first n
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("n", ROOTS)
def test_the_tree_is_that_of_certificate_transparency(lesson, n):
    items = [bytes.fromhex(entry) for entry in ENTRIES[:n]]
    assert lesson["merkle_levels"](items)[-1][0].hex() == ROOTS[n]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 7, 8, 13, 33])
def test_every_entry_is_proven_and_no_other(lesson, n):
    items = [f"entry {i}".encode() for i in range(n)]
    levels = lesson["merkle_levels"](items)
    root = levels[-1][0]
    for i, item in enumerate(items):
        proof = lesson["merkle_proof"](levels, i)
        assert len(proof) <= (n - 1).bit_length()
        assert lesson["merkle_verify"](item, proof, root)
        assert not lesson["merkle_verify"](item + b"!", proof, root)
        for place, (side, sibling) in enumerate(proof):
            bent = [*proof[:place], (side, bytes(32) if sibling != bytes(32) else b"\1" * 32), *proof[place + 1 :]]
            assert not lesson["merkle_verify"](item, bent, root)


def test_both_ambiguities_of_the_bare_tree_and_neither_in_ours(lesson):
    bare, levels = lesson["bare_root"], lesson["merkle_levels"]
    items = [f"entry {i}".encode() for i in range(4)]
    hashed = [sha256(item).digest() for item in items]
    inside = [hashed[0] + hashed[1], hashed[2] + hashed[3]]
    assert bare(hashed) == bare([sha256(entry).digest() for entry in inside])
    assert bare(hashed[:3]) == bare([*hashed[:3], hashed[2]])
    assert levels(items)[-1] != levels(inside)[-1]
    assert levels(items[:3])[-1] != levels([*items[:3], items[2]])[-1]
    marked = levels(items)[0]
    assert levels(items)[-1] != levels([marked[0] + marked[1], marked[2] + marked[3]])[-1]


# --- signatures, transactions, fees -------------------------------------------------------------------


def test_the_twin_names_the_same_signer_and_lies_in_the_upper_half(lesson):
    twin, signature, z = lesson["twin"], lesson["signature"], lesson["z"]
    assert twin.recover_public_key_from_msg_hash(z) == signature.recover_public_key_from_msg_hash(z)
    assert signature.s <= lesson["n"] // 2 < twin.s


def test_the_transaction_is_rebuilt_to_its_hash(lesson):
    chain, fields = lesson["chain"], list(lesson["fields"].values())
    assert keccak(b"\x02" + rlp.encode(fields)) == bytes(chain.block(1).transactions[0])
    assert lesson["signer"].to_checksum_address() == chain.accounts["alice"].address


@pytest.mark.parametrize(
    ("base_fee", "gas_used", "gas_limit", "after"),
    [
        (10**9, 30_025_257, 30_029_122, 1_124_967_822),  # mainnet 12965000
        (47_209_136_185, 23_798_810, 30_087_944, 50_643_305_194),  # mainnet 13031167
        (10**9, 15_000_000, 30_000_000, 10**9),
        (10**9, 0, 30_000_000, 875_000_000),
        (10**9, 30_000_000, 30_000_000, 1_125_000_000),
        (7, 15_000_001, 30_000_000, 8),  # above the target it rises by at least 1 wei
        (7, 0, 30_000_000, 7),  # an eighth of 7, rounded down, is nothing
    ],
)
def test_base_fee_to_the_wei(lesson, base_fee, gas_used, gas_limit, after):
    assert lesson["next_base_fee"](base_fee, gas_used, gas_limit) == after


def test_where_alices_fee_goes(lesson):
    chain = lesson["chain"]
    burned, tip = 21_000 * chain.block(1).baseFeePerGas, 21_000 * 1_000_000_000
    assert chain.block(1).baseFeePerGas == 875_000_000  # as the text says
    assert chain.receipt(chain.block(1).transactions[0]).fee == burned + tip


# --- proofs of accounts -------------------------------------------------------------------------------


def test_the_walk_agrees_with_a_trie_library_for_many_accounts(lesson):
    source = random.Random(1)
    accounts = {
        source.randbytes(20): rlp.encode([b"\1", source.randbytes(9), bytes(32), bytes(32)]) for _ in range(300)
    }
    trie = HexaryTrie({})
    for address, account in accounts.items():
        trie[keccak(address)] = account
    for address, account in accounts.items():
        nodes = [rlp.encode(node) for node in trie.get_proof(keccak(address))]
        assert lesson["look_up"](trie.root_hash, address, nodes) == rlp.decode(account)
        assert claims.balance_at(trie.root_hash, address, nodes) == claims.balance_in(account)


def test_no_bent_proof_passes(lesson):
    chain = lesson["chain"]
    root = bytes(chain.block().stateRoot)
    carol, bob = (bytes.fromhex(chain.accounts[name].address[2:]) for name in ("carol", "bob"))
    nodes = chain.proof("carol").nodes
    bent = [[], nodes[:-1], nodes[1:], nodes[::-1], [*nodes, nodes[-1]]]
    bent += [[*nodes[:i], bytes([nodes[i][0]]) + nodes[i][1:-1] + b"\0", *nodes[i + 1 :]] for i in range(len(nodes))]
    for walk in (lesson["look_up"], claims.balance_at):
        assert walk(root, carol, nodes)
        for address, forged in [(bob, nodes), *((carol, each) for each in bent)]:
            with pytest.raises(ValueError):
                walk(root, address, forged)


def test_the_head_guards_every_field_of_every_block():
    chain = Chain()
    chain.send("bob", value=5, sender="alice")
    chain.send("carol", value=7, sender="bob")
    head = chain.block().hash
    assert verify(chain.export(), trusted_head=head)
    for number in (1, 2):
        for name, value in chain.export()[number].items():
            blocks = chain.export()
            blocks[number][name] = value + 1 if isinstance(value, int) else value[:-1] if value else "0x01"
            verdict = verify(blocks, trusted_head=head)
            assert not verdict, name
            assert verdict.block == number, name  # its place, even where it calls itself otherwise


def test_a_rebuilt_chain_is_valid_and_shows_only_in_its_head(lesson):
    blocks = lesson["fork"].export()
    assert verify(blocks)
    assert verify(blocks, trusted_head=lesson["chain"].block().hash).block == 3
    assert lesson["fork"].balance("carol") + 5 * 10**18 == lesson["chain"].balance("carol")


def test_the_careful_verifier_refuses_every_forgery_of_the_challenge():
    from tests.exercises.answers_03 import ANY_HEADER, ANY_ROOT, ANY_WAY, FAKE_ROOT, HONEST, another_world

    head = bytes(claims.lenders_chain().block().hash)
    for verifier in (claims.careful, *claims.CARELESS):
        assert claims.believes(verifier, HONEST, head)
    for forged in (ANY_WAY, ANY_ROOT, ANY_HEADER, FAKE_ROOT, another_world()):
        assert not claims.believes(claims.careful, forged, head)


def test_the_ledger_lesson_does_not_load_torch():
    code = "import nnchain_edu.chain, nnchain_edu.lab.ledger_figures, nnchain_edu.lab.claims, nnchain_edu.lab.explorer"
    asked = f"import sys; {code}; from nnchain_edu import Chain, check; Chain(); check(); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "False"
