"""What web3.py's documentation shows for a local node works here, or is refused by name."""

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from web3 import Web3
from web3._utils.rpc_abi import RPC

from nnchain_edu.chain.node import Node
from nnchain_edu.chain.provider import EngineProvider
from nnchain_edu.chain.rpc import METHODS

from .test_conformance import COMPILED, calldata

NOT_OFFERED = {
    "admin_", "trace_",  # of other nodes than go-ethereum, or about peers
    "eth_getWork", "eth_submitWork", "eth_submitHashrate", "eth_protocolVersion",  # gone since proof of stake
    "eth_subscribe", "eth_unsubscribe",  # need a connection that stays open; there are filters
    "eth_simulateV1", "evm_reset", "testing_timeTravel", "txpool_inspect",
}  # fmt: skip


@pytest.fixture
def w3() -> Web3:
    return Web3(EngineProvider(Node()))


def test_every_method_that_web3_knows_is_there_or_known_to_be_missing():
    known = {name for name in vars(RPC).values() if isinstance(name, str) and "_" in name and not name.startswith("_")}
    known.discard(RPC.__module__)
    missing = known - METHODS.keys()
    assert {name for name in missing if not any(name.startswith(prefix) for prefix in NOT_OFFERED)} == set()
    assert all(any(name.startswith(prefix) for name in missing) for prefix in NOT_OFFERED)


def test_missing_methods_are_refused_by_name(w3):
    with pytest.raises(Exception, match="eth_simulateV1 does not exist"):
        w3.eth.simulate_v1({"blockStateCalls": []}, "latest")


def test_reading(w3):
    me, you = w3.eth.accounts[:2]
    digest = w3.eth.send_transaction({"from": me, "to": you, "value": 3})
    receipt = w3.eth.wait_for_transaction_receipt(digest)
    assert w3.is_connected() and w3.client_version and w3.net.version == "1337" and not w3.net.listening
    assert (w3.eth.chain_id, w3.eth.block_number, w3.eth.syncing) == (1337, 1, False)
    assert w3.eth.get_transaction_count(me) == 1 and w3.eth.get_code(you) == b""
    assert w3.eth.get_block("latest").transactions == [digest] and w3.eth.get_block(0).number == 0
    assert w3.eth.get_block("latest", full_transactions=True).transactions[0]["value"] == 3
    assert w3.eth.get_block_transaction_count("latest") == 1
    assert w3.eth.get_transaction(digest).to == you
    assert w3.eth.get_transaction_by_block(1, 0).hash == digest
    assert w3.eth.get_raw_transaction(digest) == w3.eth.get_raw_transaction_by_block(1, 0)
    assert w3.eth.get_block_receipts(1) == [receipt]
    assert w3.eth.get_proof(you, [0], "latest").balance == 10_000 * 10**18 + 3
    assert w3.eth.gas_price > w3.eth.max_priority_fee == 10**9
    assert w3.eth.fee_history(1, "latest", [50]).reward == [[10**9]]
    assert w3.geth.txpool.status() == {"pending": "0x0", "queued": "0x0"}


def test_calls_with_overrides_and_access_list(w3):
    receipt = w3.eth.wait_for_transaction_receipt(
        w3.eth.send_transaction({"from": w3.eth.accounts[0], "data": COMPILED})
    )
    call = {"to": receipt.contractAddress, "data": calldata("number()")}
    override = {receipt.contractAddress: {"stateDiff": {"0x" + "00" * 32: "0x" + "00" * 31 + "2a"}}}
    assert int.from_bytes(w3.eth.call(call, "latest", override)) == 42
    assert w3.eth.create_access_list(call).accessList[0].storageKeys == ["0x" + "00" * 32]
    assert w3.eth.estimate_gas({"from": w3.eth.accounts[0], **call}) > 21_000


def test_pending_transactions_are_replaced_and_modified(w3):
    me = w3.eth.accounts[0]
    w3.provider.make_request("evm_setAutomine", [False])
    first = w3.eth.send_transaction({"from": me, "to": me, "value": 1, "gas": 21_000})
    second = w3.eth.replace_transaction(first, {"from": me, "to": me, "value": 2, "gas": 21_000})
    third = w3.eth.modify_transaction(second, value=3, gasPrice=2 * w3.eth.get_transaction(second)["gasPrice"])
    assert w3.eth.get_transaction_count(me, "pending") == 1
    w3.provider.make_request("evm_mine", [])
    assert w3.eth.get_transaction(third)["value"] == 3
    assert w3.eth.get_block("latest").transactions == [third]


def test_filters(w3):
    blocks, pending = w3.eth.filter("latest"), w3.eth.filter("pending")
    logs = w3.eth.filter({"fromBlock": "earliest"})
    digest = w3.eth.send_transaction({"from": w3.eth.accounts[0], "to": w3.eth.accounts[1], "value": 1})
    assert blocks.get_new_entries() == [w3.eth.get_block("latest").hash]
    assert pending.get_new_entries() == [digest]
    assert logs.get_new_entries() == logs.get_all_entries() == []
    assert w3.eth.uninstall_filter(logs.filter_id)


def test_signing(w3):
    me = w3.eth.accounts[0]
    signature = w3.eth.sign(me, text="hello")
    assert Account.recover_message(encode_defunct(text="hello"), signature=signature) == me
    typed = {
        "types": {"EIP712Domain": [{"name": "name", "type": "string"}], "Vote": [{"name": "n", "type": "uint256"}]},
        "primaryType": "Vote",
        "domain": {"name": "course"},
        "message": {"n": 7},
    }
    signature = w3.eth.sign_typed_data(me, typed)
    assert Account.recover_message(encode_typed_data(full_message=typed), signature=signature) == me
    signed = w3.eth.sign_transaction({"from": me, "to": me, "value": 1, "gas": 21_000})
    assert w3.eth.wait_for_transaction_receipt(w3.eth.send_raw_transaction(signed["raw"])).status == 1


def test_batches(w3):
    me = w3.eth.accounts[0]
    with w3.batch_requests() as batch:
        batch.add(w3.eth.get_block(0))
        batch.add(w3.eth.get_balance(me))
        block, balance = batch.execute()
    assert block.number == 0 and balance == 10_000 * 10**18
