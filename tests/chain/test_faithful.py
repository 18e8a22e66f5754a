"""Our blocks are Ethereum's: py-evm's own, unmodified validation imports every one of them."""

from collections import Counter

import pytest
import rlp
from eth.chains.base import Chain
from eth.db.atomic import AtomicDB
from eth.db.backends.memory import MemoryDB
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.blocks import PragueBlock, PragueBlockHeader
from eth.vm.forks.prague.state import PragueState
from eth_account import Account
from eth_utils import ValidationError, keccak

from nnchain_edu.chain.errors import RpcError
from nnchain_edu.chain.node import ETHER, Node
from nnchain_edu.chain.rpc import dispatch
from nnchain_edu.chain.store import Block
from nnchain_edu.chain.transactions import decode

from .workload import AUTHORIZATIONS, Workload, authorize, set_code

# upstream warns of SELFDESTRUCT's future; that is no fault of a block that uses it
pytestmark = pytest.mark.filterwarnings("ignore:SELFDESTRUCT opcode present:DeprecationWarning")


class StockChain(Chain):
    """py-evm as it comes: its state, its loop, its validation."""

    chain_id = 1337
    vm_configuration = ((0, PragueVM),)


def stock_chain(node: Node) -> StockChain:
    """A stock chain with the genesis of `node`, whose state it builds itself."""
    database, genesis = AtomicDB(MemoryDB()), node.blocks[0]
    state = PragueState(
        database, None, bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")
    )
    for who in node.keys:
        state.set_balance(who, 10_000 * ETHER)
    state.persist()
    assert state.state_root == genesis.header.state_root
    header = rlp.decode(genesis.header.encode(), PragueBlockHeader)
    assert header.hash == genesis.hash
    return StockChain.from_genesis_header(database, header)


def stock_block(block: Block) -> PragueBlock:
    """The block as py-evm decodes it from its bytes."""
    builder = PragueVM.get_transaction_builder()
    transactions = [builder.decode(raw) for raw in block.transactions]
    return PragueBlock(rlp.decode(block.header.encode(), PragueBlockHeader), transactions, [], [])


def assert_faithful(blocks: int, seed: int, engine: str = "fast") -> Counter:
    """Run a workload, import each block; returns how many transactions succeeded (1), failed (0), and delegated."""
    node = Node(engine=engine)
    chain, workload, imported, statuses = stock_chain(node), Workload(node, seed), 0, Counter()
    while imported < blocks:
        for block in node.blocks[imported + 1 :]:
            result = chain.import_block(stock_block(block))
            assert result.imported_block.header.hash == block.hash
            statuses.update(receipt.succeeded for receipt in block.receipts)
            statuses["delegations"] += sum(receipt.kind == 4 for receipt in block.receipts)
            imported += 1
        workload.block()
    return statuses


def test_stock_validation_accepts_fifty_random_blocks():
    statuses = assert_faithful(50, seed=1)
    assert statuses[1] > 60 and statuses[0] > 20  # both kinds of ending are really there
    assert statuses["delegations"] > 8


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_stock_validation_accepts_every_kind_of_delegation(engine):
    """One transaction of type 4 with an authorization of each kind: who then runs whose code, and at which nonce."""
    node, kinds = Node(engine=engine), dict.fromkeys(AUTHORIZATIONS)
    keys = {kind: keccak(text=kind) for kind in kinds}
    people = {kind: Account.from_key(key).address for kind, key in keys.items()}
    sender, target = next(iter(node.keys)), "0x" + "77" * 20
    own = authorize(node.keys[sender].secret, node.chain_id, 1, target, "valid")  # nonce 0 is the transaction's
    given = own + [a for kind in kinds for a in authorize(keys[kind], node.chain_id, 0, target, kind)]
    node.submit(decode(set_code(node, sender, people["valid"], given)))
    chain, block = stock_chain(node), node.head
    assert chain.import_block(stock_block(block)).imported_block.header.hash == block.hash
    state, delegated = node.evm.state(node.root), bytes.fromhex("ef0100")
    to_target = delegated + bytes.fromhex(target[2:])
    accounts = {kind: bytes.fromhex(who[2:]) for kind, who in people.items()}
    found = {kind: (state.get_code(who), state.get_nonce(who)) for kind, who in accounts.items()}
    assert found == {
        "valid": (to_target, 1),
        "duplicate": (to_target, 1),  # the second finds the nonce used
        "wrong nonce": (b"", 0),
        "another chain": (b"", 0),
        "any chain": (to_target, 1),
        "to itself": (delegated + accounts["to itself"], 1),
        "back to none": (b"", 1),
    }
    assert (state.get_code(sender), state.get_nonce(sender)) == (to_target, 2)
    call = {"to": people["to itself"], "gas": hex(100_000)}
    with pytest.raises(RpcError, match="invalid opcode"):  # what it runs is the designation itself, which is no code
        dispatch(node, "eth_call", [call])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 7))
def test_stock_validation_accepts_a_thousand_random_blocks(seed):
    assert_faithful(200, seed)


def test_stock_validation_would_notice():
    """The test can fail: one wrong digit in a root, and the stock chain refuses the block."""
    node = Node()
    chain = stock_chain(node)
    node.mine()
    block = node.head
    forged = block._replace(header=block.header._replace(state_root=bytes(32)))
    with pytest.raises(ValidationError):
        chain.import_block(stock_block(forged))


def workload_hashes(engine: str, seed: int, blocks: int) -> list[str]:
    node = Node(engine=engine)
    workload = Workload(node, seed)
    for _ in range(blocks):
        workload.block()
    return [block.hash.hex() for block in node.blocks]


def test_fast_and_reference_engine_make_the_same_blocks():
    assert workload_hashes("fast", 11, 20) == workload_hashes("reference", 11, 20)


def test_same_seed_same_hashes_and_another_seed_others():
    def head(seed: int) -> bytes:
        node = Node(seed=seed)
        node.mine()
        return node.head.hash

    assert head(3) == head(3)
    assert head(3) != head(4)
