"""A chain as plain data, and the check that finds whatever was changed in it."""

import copy
import json
import subprocess
import sys

import pytest
import rlp
from eth_keys import keys
from eth_utils import keccak

from nnchain_edu import Chain
from nnchain_edu.chain import ChainError, verify
from nnchain_edu.chain.export import HEADER, SIGNED, _bytes, _root


@pytest.fixture(scope="module")
def honest():
    """Blocks with creations, calls, logs, a revert and transactions of types 0, 1 and 2, by way of JSON."""
    chain = Chain()
    counter = chain.deploy("counter", 3)
    chain.send_many([counter.functions.raise_by(n) for n in (1, 0, 2)])
    alice, bob = chain.accounts[0], chain.accounts[1]
    common = {"to": bob.address, "value": 10**18, "gas": 30_000, "gasPrice": 3 * 10**9}
    for extra in (
        {},
        {"chainId": 1337},
        {
            "chainId": 1337,
            "accessList": [{"address": bob.address, "storageKeys": ["0x" + "00" * 32]}],
            "type": 1,
        },
    ):
        transaction = {**common, **extra, "nonce": chain.w3.eth.get_transaction_count(alice.address)}
        chain.w3.eth.send_raw_transaction(alice_signs(chain, transaction))
    chain.mine(2)
    return json.loads(json.dumps(chain.export()))


def alice_signs(chain, transaction):
    return chain.w3.eth.account.sign_transaction(transaction, chain.accounts[0].key).raw_transaction


@pytest.fixture
def blocks(honest):
    return copy.deepcopy(honest)


def test_honest_blocks_verify(honest):
    verdict = verify(honest, trusted_head=honest[-1]["hash"])
    assert verdict and verdict.block is None and f"{len(honest)} blocks verified" in repr(verdict)
    assert {t["type"] for b in honest for t in b["transactions"]} == {0, 1, 2}
    assert verify(honest[2:5])


def set_at(path, value):
    def tamper(blocks):
        place = blocks
        for key in path[:-1]:
            place = place[key]
        assert place[path[-1]] != value
        place[path[-1]] = value

    return tamper


@pytest.mark.parametrize(
    ("tamper", "block", "reason"),
    [
        (set_at([4, "transactions", 0, "value"], 1), 4, "transaction 0 hashes to something else"),
        (
            set_at([4, "transactions", 0, "from"], "0x" + "11" * 20),
            4,
            "transaction 0 was signed by somebody else",
        ),
        (set_at([2, "transactions", 1, "r"], 0), 2, "signature"),
        (set_at([2, "transactions", 1, "s"], 2**300), 2, "signature"),
        (set_at([2, "transactions", 1, "type"], 9), 2, "no 9"),
        (set_at([2, "receipts", 1, "status"], 1), 2, "root of its receipts differs"),
        (set_at([2, "receipts", 0, "logs", 0, "data"], "0x" + "00" * 64), 2, "root of its receipts differs"),
        (set_at([1, "receiptsRoot"], "0x" + "00" * 32), 1, "root of its receipts differs"),
        (set_at([1, "transactionsRoot"], "0x" + "00" * 32), 1, "root of its transactions differs"),
        (set_at([0, "timestamp"], 5), 0, "header hashes to something else"),
        (set_at([3, "stateRoot"], "0x" + "ab" * 32), 3, "header hashes to something else"),
        (set_at([3, "gasUsed"], 7), 3, "other gas used"),
        (set_at([3, "logsBloom"], "0x" + "ff" * 256), 3, "another log filter"),
        (set_at([3, "number"], 7), 3, "header hashes to something else"),
        (set_at([3, "number"], "three"), 3, "its number cannot be 'three'"),
        (set_at([3, "parentHash"], None), 3, "its parentHash cannot be None"),
        (set_at([4, "transactions", 0, "nonce"], "0x03"), 4, "its nonce cannot be '0x03'"),
        (set_at([4, "transactions", 0, "input"], "aa"), 4, "does not start with 0x"),
        (set_at([2, "receipts", 1, "status"], True), 2, "its status cannot be True"),
        (lambda blocks: blocks[3].pop("mixHash"), 3, "it has no 'mixHash'"),
        (lambda blocks: blocks[3].pop("receipts"), 3, "it has no 'receipts'"),
        (lambda blocks: blocks[2]["transactions"].pop(), 2, "root of its transactions differs"),
        (lambda blocks: blocks[2]["transactions"].reverse(), 2, "root of its transactions differs"),
        (lambda blocks: blocks[2]["receipts"].pop(), 2, "3 transactions and 2 receipts"),
        (lambda blocks: blocks.pop(3), 3, "number does not follow"),
        (lambda blocks: blocks.insert(3, None), 3, "cannot be read"),
    ],
)
def test_first_broken_block_is_named(blocks, tamper, block, reason):
    tamper(blocks)
    verdict = verify(blocks)
    assert not verdict and verdict.block == block and reason in verdict.reason
    assert repr(verdict).startswith(f"Block {block} is broken: ")


def remake(blocks, start):
    """Make hashes, roots and links from block ``start`` on anew, as a forger without keys can."""
    for i in range(start, len(blocks)):
        block = blocks[i]
        block["parentHash"] = blocks[i - 1]["hash"]
        raw = [encode(t) for t in block["transactions"]]
        block["transactionsRoot"] = "0x" + _root(raw).hex()
        for t, encoded in zip(block["transactions"], raw, strict=True):
            t["hash"] = "0x" + keccak(encoded).hex()
        block["hash"] = "0x" + keccak(rlp.encode([_bytes(block[name]) for name in HEADER])).hex()


def encode(t):
    names = [*SIGNED[t["type"]].split(), "v" if t["type"] == 0 else "yParity", "r", "s"]
    return (bytes([t["type"]]) if t["type"] else b"") + rlp.encode([_bytes(t[name]) for name in names])


def test_each_lie_is_found_one_step_further(blocks):
    honest_head = blocks[-1]["hash"]
    victim = blocks[2]["transactions"][0]
    victim["input"] = victim["input"][:-1] + "9"
    assert "transaction 0 hashes" in verify(blocks).reason
    victim["hash"] = "0x" + keccak(encode(victim)).hex()
    assert "signed by somebody else" in verify(blocks).reason  # or by nobody: without the key, no signature
    key = keys.PrivateKey(b"\x01" * 32)
    fields = [_bytes(victim[name]) for name in SIGNED[victim["type"]].split()]
    signature = key.sign_msg_hash(keccak(bytes([victim["type"]]) + rlp.encode(fields)))
    victim |= {"yParity": signature.v, "r": signature.r, "s": signature.s}
    victim |= {"from": key.public_key.to_checksum_address(), "hash": "0x" + keccak(encode(victim)).hex()}
    victim["hash"] = "0x" + keccak(encode(victim)).hex()
    assert "root of its transactions" in verify(blocks).reason
    blocks[2]["transactionsRoot"] = "0x" + _root([encode(t) for t in blocks[2]["transactions"]]).hex()
    assert "its header hashes to something else" in verify(blocks).reason
    blocks[2]["hash"] = "0x" + keccak(rlp.encode([_bytes(blocks[2][name]) for name in HEADER])).hex()
    verdict = verify(blocks)
    assert verdict.block == 3 and "parent's hash differs" in verdict.reason
    remake(blocks, 3)
    assert verify(blocks)  # everything after it made anew: only a hash from elsewhere shows it
    verdict = verify(blocks, trusted_head=honest_head)
    assert not verdict and verdict.block == blocks[-1]["number"] and "trusted head" in verdict.reason


@pytest.mark.parametrize("nothing", [[], None, {}, "blocks"])
def test_nothing_to_verify(nothing):
    with pytest.raises(ValueError, match="blocks must be a list"):
        verify(nothing)


def test_part_of_a_chain():
    chain = Chain()
    chain.mine(4)
    assert [b["number"] for b in chain.export(1, 3)] == [1, 2, 3]
    with pytest.raises(ChainError, match="blocks go from 0 to 4"):
        chain.export(2, 9)


def test_verifying_imports_no_engine():
    code = (
        "import sys, nnchain_edu.chain, nnchain_edu.chain.export as e\n"
        "names = {n for n in sys.modules if n.startswith(('eth.', 'nnchain_edu.chain'))}\n"
        "print(sorted(names & {'eth.vm', 'nnchain_edu.chain.node', 'nnchain_edu.chain.evm'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize("field", ["transactions", "receipts", "number", "hash", "timestamp", "extraData"])
@pytest.mark.parametrize("garbage", [None, "", "0xzz", -1, 2**300, 1.5, [], {}, [[[]]], {"a": 1}])
def test_garbage_is_broken_and_never_an_exception(blocks, field, garbage):
    blocks[2][field] = garbage
    assert not verify(blocks)


def test_set_code_transactions_verify():
    chain = Chain()
    alice, bob = chain.accounts[0], chain.accounts[1]
    account = chain.w3.eth.account
    allowed = account.sign_authorization(
        {"chainId": 1337, "address": chain.deploy("counter", 1).address, "nonce": 0}, bob.key
    )
    transaction = {"to": bob.address, "value": 0, "gas": 100_000, "nonce": 1, "chainId": 1337, "data": "0x"}
    transaction |= {"maxFeePerGas": 10**10, "maxPriorityFeePerGas": 1, "authorizationList": [allowed]}
    signed = account.sign_transaction(transaction, alice.key)
    assert chain.receipt(chain.w3.eth.send_raw_transaction(signed.raw_transaction)).type == 4
    assert verify(json.loads(json.dumps(chain.export())))
