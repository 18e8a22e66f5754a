"""One suite of JSON-RPC behaviours for our node, eth-tester and Anvil.

Each behaviour is a function of a fresh node. Where an engine behaves otherwise it stands in DIFFERENCES with the
reason, and the test fails as soon as that is no longer true.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from eth_account import Account
from eth_utils import keccak
from vyper import compile_code
from web3 import Web3

from .engines import AnvilRpc, EthTesterRpc, Refused, Rpc, anvil_or_skip

SOURCE = """
event Stored:
    who: indexed(address)
    number: uint256
number: public(uint256)
numbers: HashMap[uint256, uint256]
@external
def store(number: uint256):
    self.number = number
    log Stored(who=msg.sender, number=number)
@external
def with_reason():
    raise "not today"
@external
def without_reason():
    raw_revert(b"")
@external
def overflow(a: uint256) -> uint256:
    return a + max_value(uint256)
@external
@view
def now() -> uint256:
    return block.timestamp
@external
@view
def me() -> address:
    return msg.sender
"""
COMPILED = compile_code(SOURCE, output_formats=["bytecode"])["bytecode"]
GWEI, ETHER = 10**9, 10**18
STRANGER = "0x" + "ab" * 20
STRANGER_CHECKSUMMED = Web3.to_checksum_address(STRANGER)  # as eth-account wants it

BEHAVIOURS: dict[str, Callable[[Rpc], None]] = {}


def behaviour(function: Callable[[Rpc], None]) -> Callable[[Rpc], None]:
    BEHAVIOURS[function.__name__] = function
    return function


def calldata(signature: str, *words: int | str) -> str:
    numbers = [int(word, 16) if isinstance(word, str) else word for word in words]
    return "0x" + keccak(text=signature)[:4].hex() + "".join(f"{number:064x}" for number in numbers)


def deploy(rpc: Rpc) -> str:
    return rpc.receipt(data=COMPILED, gas=2_000_000)["contractAddress"]


def number(value: str | int) -> int:
    return int(value, 16) if isinstance(value, str) else value


def refused(rpc: Rpc, code: int, words: str, method: str, *params: object) -> Refused:
    """The request is refused with `code` and a message that holds `words`."""
    with pytest.raises(Refused) as caught:
        rpc(method, *params)
    assert (caught.value.code, words in caught.value.message.lower()) == (code, True), caught.value
    return caught.value


# -- the chain
@behaviour
def answers_who_it_is(rpc):
    assert number(rpc("eth_chainId")) > 0
    assert isinstance(rpc("web3_clientVersion"), str)
    assert len(rpc.accounts) == 10


@behaviour
def quantities_are_hex(rpc):
    assert rpc("eth_blockNumber").startswith("0x")
    assert rpc("eth_getBalance", rpc.accounts[0], "latest").startswith("0x")


@behaviour
def transfer_is_mined_at_once(rpc):
    receipt = rpc.receipt(to=STRANGER, value=5, gas=21_000)
    assert number(receipt["status"]) == 1 and number(receipt["gasUsed"]) == 21_000
    assert number(receipt["blockNumber"]) == number(rpc("eth_blockNumber")) == 1
    assert number(rpc("eth_getBalance", STRANGER, "latest")) == 5


@behaviour
def fees_and_gas_are_filled_in(rpc):
    tx = rpc("eth_getTransactionByHash", rpc.send(to=STRANGER, value=1))
    assert number(tx["gas"]) >= 21_000 and number(tx["maxFeePerGas"]) > number(tx["maxPriorityFeePerGas"]) > 0


@behaviour
def base_fee_is_burnt_and_tip_paid(rpc):
    before = number(rpc("eth_getBalance", rpc.accounts[0], "latest"))
    receipt = rpc.receipt(to=STRANGER, value=7, gas=21_000)
    block = rpc("eth_getBlockByNumber", receipt["blockNumber"], False)
    price = number(receipt["effectiveGasPrice"])
    assert number(rpc("eth_getBalance", rpc.accounts[0], "latest")) == before - 7 - 21_000 * price
    tip = price - number(block["baseFeePerGas"])
    assert number(rpc("eth_getBalance", block["miner"], "latest")) == 21_000 * tip > 0


@behaviour
def base_fee_falls_by_an_eighth_after_an_empty_block(rpc):
    rpc("evm_mine")
    rpc("evm_mine")
    older, newer = (number(rpc("eth_getBlockByNumber", tag, False)["baseFeePerGas"]) for tag in ("0x1", "0x2"))
    assert newer == older - older // 8


@behaviour
def block_shows_its_transactions(rpc):
    digest = rpc.send(to=STRANGER, value=1, gas=21_000)
    assert rpc("eth_getBlockByNumber", "latest", False)["transactions"] == [digest]
    full = rpc("eth_getBlockByNumber", "latest", True)
    assert full["transactions"][0]["hash"] == digest
    assert rpc("eth_getBlockByHash", full["hash"], False)["number"] == full["number"]
    assert number(rpc("eth_getBlockTransactionCountByNumber", "latest")) == 1
    assert rpc("eth_getTransactionByBlockNumberAndIndex", "latest", "0x0")["hash"] == digest


@behaviour
def block_receipts(rpc):
    digest = rpc.send(to=STRANGER, value=1, gas=21_000)
    assert [receipt["transactionHash"] for receipt in rpc("eth_getBlockReceipts", "latest")] == [digest]


@behaviour
def what_is_unknown_is_null(rpc):
    nothing = "0x" + "00" * 31 + "01"
    assert rpc("eth_getTransactionByHash", nothing) is None
    assert rpc("eth_getTransactionReceipt", nothing) is None
    assert rpc("eth_getBlockByNumber", "0x99", False) is None
    assert rpc("eth_getBlockByHash", nothing, False) is None


@behaviour
def old_state_can_be_read(rpc):
    contract = deploy(rpc)
    rpc.send(to=contract, data=calldata("store(uint256)", 1), gas=100_000)
    rpc.send(to=contract, data=calldata("store(uint256)", 2), gas=100_000)
    call = {"to": contract, "data": calldata("number()")}
    assert [number(rpc("eth_call", call, tag)) for tag in ("0x2", "0x3", "latest")] == [1, 2, 2]
    assert number(rpc("eth_getStorageAt", contract, "0x0", "0x2")) == 1
    assert rpc("eth_getCode", contract, "0x0") == "0x"
    assert number(rpc("eth_getTransactionCount", rpc.accounts[0], "0x1")) == 1


@behaviour
def proof_of_an_account_and_a_slot(rpc):
    contract = deploy(rpc)
    rpc.send(to=contract, data=calldata("store(uint256)", 99), gas=100_000)
    proof = rpc("eth_getProof", contract, [f"0x{0:064x}"], "latest")
    root = rpc("eth_getBlockByNumber", "latest", False)["stateRoot"]
    assert keccak(hexstr=proof["accountProof"][0]).hex() == root[2:]
    assert number(proof["storageProof"][0]["value"]) == 99
    assert keccak(hexstr=proof["storageProof"][0]["proof"][0]).hex() == proof["storageHash"][2:]


@behaviour
def fee_history_is_oldest_first(rpc):
    for _ in range(3):
        rpc.send(to=STRANGER, value=1, gas=21_000)
    history = rpc("eth_feeHistory", "0x2", "latest", [50])
    blocks = [rpc("eth_getBlockByNumber", tag, False) for tag in ("0x2", "0x3")]
    assert number(history["oldestBlock"]) == 2
    assert history["baseFeePerGas"][:2] == [block["baseFeePerGas"] for block in blocks]
    assert len(history["baseFeePerGas"]) == 3 and len(history["reward"]) == 2


# -- calls
@behaviour
def call_to_nothing_returns_nothing(rpc):
    assert rpc("eth_call", {"to": STRANGER, "data": "0x12345678"}, "latest") == "0x"


@behaviour
def call_knows_its_caller(rpc):
    call = {"from": rpc.accounts[3], "to": deploy(rpc), "data": calldata("me()")}
    assert rpc("eth_call", call, "latest")[-40:] == rpc.accounts[3][2:].lower()


@behaviour
def revert_with_a_reason(rpc):
    call = {"to": deploy(rpc), "data": calldata("with_reason()")}
    error = refused(rpc, 3, "execution reverted: not today", "eth_call", call, "latest")
    assert error.data.startswith("0x08c379a0")


@behaviour
def revert_without_a_reason(rpc):
    call = {"to": deploy(rpc), "data": calldata("without_reason()")}
    assert refused(rpc, 3, "execution reverted", "eth_call", call, "latest").data == "0x"


@behaviour
def revert_in_an_estimate(rpc):
    call = {"to": deploy(rpc), "data": calldata("with_reason()")}
    refused(rpc, 3, "not today", "eth_estimateGas", call)


@behaviour
def reverting_transaction_without_gas_is_refused(rpc):
    call = {"from": rpc.accounts[0], "to": deploy(rpc), "data": calldata("with_reason()")}
    refused(rpc, 3, "not today", "eth_sendTransaction", call)


@behaviour
def reverting_transaction_with_gas_is_mined(rpc):
    receipt = rpc.receipt(to=deploy(rpc), data=calldata("with_reason()"), gas=100_000)
    assert number(receipt["status"]) == 0 and 21_000 < number(receipt["gasUsed"]) < 100_000


@behaviour
def running_out_of_gas_takes_all_gas(rpc):
    receipt = rpc.receipt(to=deploy(rpc), data=calldata("store(uint256)", 1), gas=30_000)
    assert number(receipt["status"]) == 0 and number(receipt["gasUsed"]) == 30_000


@behaviour
def state_overrides(rpc):
    contract = deploy(rpc)
    call = {"to": contract, "data": calldata("number()")}
    slot = {"stateDiff": {f"0x{0:064x}": f"0x{77:064x}"}}
    assert number(rpc("eth_call", call, "latest", {contract: slot})) == 77
    returns_balance = {"code": "0x475f5260205ff3", "balance": "0x9"}
    assert number(rpc("eth_call", {"to": STRANGER}, "latest", {STRANGER: returns_balance})) == 9
    assert rpc("eth_getCode", STRANGER, "latest") == "0x"
    assert number(rpc("eth_call", call, "latest")) == 0


@behaviour
def estimate_is_enough_and_close(rpc):
    call = {"from": rpc.accounts[0], "to": deploy(rpc), "data": calldata("store(uint256)", 5)}
    estimate = number(rpc("eth_estimateGas", call))
    receipt = rpc.receipt(to=call["to"], data=call["data"], gas=estimate)
    assert number(receipt["status"]) == 1 and number(receipt["gasUsed"]) <= estimate < 1.02 * number(receipt["gasUsed"])


@behaviour
def estimate_of_a_transfer_is_exact(rpc):
    assert number(rpc("eth_estimateGas", {"from": rpc.accounts[0], "to": STRANGER, "value": "0x1"})) == 21_000


@behaviour
def access_list_can_be_made(rpc):
    call = {"from": rpc.accounts[0], "to": deploy(rpc), "data": calldata("number()")}
    entries = rpc("eth_createAccessList", call, "latest")["accessList"]
    assert [(e["address"].lower(), e["storageKeys"]) for e in entries] == [(call["to"].lower(), [f"0x{0:064x}"])]


# -- gas of the Prague fork
@behaviour
def gas_of_a_creation(rpc):
    # 53,000 + 16 per non-zero byte of data + 2 per word (EIP-3860) + 6 for its two PUSH1 + 3 MSTORE8... by hand:
    # PUSH1 1, PUSH0, MSTORE8, PUSH1 1, PUSH0, RETURN = 3 + 2 + 3 + 3 (memory) + 3 + 2 = 16, and 200 to keep one byte
    receipt = rpc.receipt(data="0x60015f5360015ff3", gas=100_000)
    assert number(receipt["gasUsed"]) == 53_000 + 16 * 8 + 2 + 16 + 200


@behaviour
def gas_of_calldata_has_a_floor(rpc):
    receipt = rpc.receipt(to=STRANGER, data="0x" + "01" * 100 + "00" * 10, gas=100_000)
    assert number(receipt["gasUsed"]) == 21_000 + 10 * (4 * 100 + 10)  # EIP-7623


@behaviour
def gas_of_storage(rpc):
    # PUSH1 1, PUSH0, SSTORE: 3 + 2 + 22,100 for a cold slot from zero (EIP-2929)
    # 0x61000480600a3d393df3 keeps the four bytes that follow
    contract = rpc.receipt(data="0x61000480600a3d393df3" + "60015f55", gas=200_000)["contractAddress"]
    assert number(rpc.receipt(to=contract, gas=100_000)["gasUsed"]) == 21_000 + 5 + 22_100
    assert number(rpc.receipt(to=contract, gas=100_000)["gasUsed"]) == 21_000 + 5 + 2_200  # unchanged: 100 + cold


@behaviour
def gas_refund_of_a_cleared_slot_is_capped(rpc):
    contract = rpc.receipt(data="0x61000580600a3d393df3" + "5f355f5500", gas=200_000)["contractAddress"]
    rpc.receipt(to=contract, data=calldata("")[:2] + f"{1:064x}", gas=100_000)
    receipt = rpc.receipt(to=contract, data="0x" + f"{0:064x}", gas=100_000)
    calldata_gas, execution = 4 * 32, 2 + 3 + 2 + 5_000
    assert number(receipt["gasUsed"]) == 21_000 + calldata_gas + execution - 4_800  # EIP-3529


@behaviour
def gas_of_an_access_list(rpc):
    entry = {"address": STRANGER, "storageKeys": [f"0x{1:064x}", f"0x{2:064x}"]}
    receipt = rpc.receipt(to=rpc.accounts[1], value=1, gas=100_000, accessList=[entry])
    assert number(receipt["gasUsed"]) == 21_000 + 2_400 + 2 * 1_900


# -- refusals
@behaviour
def unknown_method(rpc):
    refused(rpc, -32601, "", "eth_doesNotExist")


@behaviour
def missing_argument(rpc):
    refused(rpc, -32602, "", "eth_getBalance")


@behaviour
def malformed_address(rpc):
    refused(rpc, -32602, "", "eth_getBalance", "0x1234", "latest")


@behaviour
def malformed_hex(rpc):
    refused(rpc, -32602, "", "eth_getBlockByNumber", "0xzz", False)
    refused(rpc, -32602, "", "eth_call", {"to": STRANGER, "data": "0x123"}, "latest")


@behaviour
def nonce_too_low(rpc):
    rpc.send(to=STRANGER, value=1, gas=21_000)
    request = {"from": rpc.accounts[0], "to": STRANGER, "gas": "0x5208", "nonce": "0x0"}
    refused(rpc, -32000, "nonce too low", "eth_sendTransaction", request)


@behaviour
def too_little_balance(rpc):
    request = {"from": rpc.accounts[0], "to": STRANGER, "gas": "0x5208", "value": hex(10**30)}
    refused(rpc, -32000, "insufficient funds", "eth_sendTransaction", request)


@behaviour
def gas_over_the_blocks(rpc):
    request = {"from": rpc.accounts[0], "to": STRANGER, "gas": hex(10**9)}
    refused(rpc, -32000, "exceeds block gas limit", "eth_sendTransaction", request)


@behaviour
def gas_below_the_least(rpc):
    request = {"from": rpc.accounts[0], "to": STRANGER, "gas": hex(20_999)}
    refused(rpc, -32000, "intrinsic gas too low", "eth_sendTransaction", request)


@behaviour
def fee_below_the_base_fee(rpc):
    request = {
        "from": rpc.accounts[0],
        "to": STRANGER,
        "gas": "0x5208",
        "maxFeePerGas": "0x1",
        "maxPriorityFeePerGas": "0x1",
    }
    refused(rpc, -32000, "max fee per gas less than block base fee", "eth_sendTransaction", request)


@behaviour
def unknown_sender(rpc):
    with pytest.raises(Refused):
        rpc("eth_sendTransaction", {"from": STRANGER, "to": STRANGER, "gas": "0x5208"})


# -- signed by the learner
def funded(rpc: Rpc):
    account = Account.from_key("0x" + "22" * 32)
    rpc.send(to=account.address, value=ETHER, gas=21_000)
    chain = number(rpc("eth_chainId"))
    return account, {"chainId": chain, "to": STRANGER_CHECKSUMMED, "value": 3, "gas": 21_000}


@behaviour
def wrong_chain_id(rpc):
    account, base = funded(rpc)
    signed = account.sign_transaction(base | {"chainId": 999, "nonce": 0, "gasPrice": 10 * GWEI})
    with pytest.raises(Refused, match=r"(?i)chain"):
        rpc.send_raw(signed.raw_transaction)


@behaviour
def raw_transactions_of_each_type(rpc):
    account, base = funded(rpc)
    entry = {"address": STRANGER_CHECKSUMMED, "storageKeys": []}
    kinds = [
        {"gasPrice": 10 * GWEI},
        {"gasPrice": 10 * GWEI, "accessList": [entry], "gas": 30_000, "type": 1},
        {"maxFeePerGas": 10 * GWEI, "maxPriorityFeePerGas": GWEI, "type": 2},
    ]
    for nonce, kind in enumerate(kinds):
        signed = account.sign_transaction(base | {"nonce": nonce} | kind)
        digest = rpc.send_raw(signed.raw_transaction)
        tx = rpc("eth_getTransactionByHash", digest)
        assert (number(tx["type"]), tx["from"].lower()) == (nonce, account.address.lower())
    assert number(rpc("eth_getBalance", STRANGER, "latest")) == 9


@behaviour
def account_can_be_given_code(rpc):
    account, base = funded(rpc)
    contract = deploy(rpc)
    authorization = account.sign_authorization(
        {"chainId": base["chainId"], "address": Web3.to_checksum_address(contract), "nonce": 1}
    )
    signed = account.sign_transaction(
        base
        | {"nonce": 0, "value": 0, "gas": 200_000, "maxFeePerGas": 10 * GWEI, "maxPriorityFeePerGas": GWEI}
        | {"authorizationList": [authorization], "type": 4}
    )
    receipt = rpc("eth_getTransactionReceipt", rpc.send_raw(signed.raw_transaction))
    assert number(receipt["status"]) == 1 and number(receipt["type"]) == 4
    assert rpc("eth_getCode", account.address, "latest") == "0xef0100" + contract[2:].lower()


@behaviour
def message_can_be_signed(rpc):
    from eth_account.messages import encode_defunct

    signature = rpc("eth_sign", rpc.accounts[0], "0x" + b"hello".hex())
    assert Account.recover_message(encode_defunct(b"hello"), signature=signature).lower() == rpc.accounts[0].lower()


# -- logs and filters
@behaviour
def logs_by_address_and_topic(rpc):
    contract, other = deploy(rpc), deploy(rpc)
    for who, value in ((0, 1), (1, 2)):
        rpc.send(from_=rpc.accounts[who], to=contract, data=calldata("store(uint256)", value), gas=100_000)
    rpc.send(to=other, data=calldata("store(uint256)", 3), gas=100_000)
    event, me = "0x" + keccak(text="Stored(address,uint256)").hex(), "0x" + rpc.accounts[0][2:].lower().rjust(64, "0")
    span = {"fromBlock": "0x0", "toBlock": "latest"}

    def found(**criteria):
        return [number(entry["data"]) for entry in rpc("eth_getLogs", {**span, **criteria})]

    assert found() == [1, 2, 3]
    assert found(address=contract) == [1, 2]
    assert found(address=[contract, other], topics=[event, me]) == [1, 3]
    assert found(topics=[None, [me]]) == [1, 3]
    assert found(topics=[me]) == []
    assert [number(entry["data"]) for entry in rpc("eth_getLogs", {})] == [3]


@behaviour
def filter_gives_each_log_once(rpc):
    contract = deploy(rpc)
    name = rpc("eth_newFilter", {"address": contract})
    rpc.send(to=contract, data=calldata("store(uint256)", 8), gas=100_000)
    assert [number(entry["data"]) for entry in rpc("eth_getFilterChanges", name)] == [8]
    assert list(rpc("eth_getFilterChanges", name)) == []
    assert rpc("eth_uninstallFilter", name) is True
    with pytest.raises(Refused):
        rpc("eth_getFilterChanges", name)


@behaviour
def block_filter_gives_hashes(rpc):
    name = rpc("eth_newBlockFilter")
    rpc("evm_mine")
    assert list(rpc("eth_getFilterChanges", name)) == [rpc("eth_getBlockByNumber", "latest", False)["hash"]]


@behaviour
def pending_filter_gives_hashes(rpc):
    name = rpc("eth_newPendingTransactionFilter")
    digest = rpc.send(to=STRANGER, value=1, gas=21_000)
    assert list(rpc("eth_getFilterChanges", name)) == [digest]


# -- the pool
def hold(rpc: Rpc) -> None:
    rpc("evm_setAutomine", False)


@behaviour
def several_pending_of_one_sender_share_a_block(rpc):
    hold(rpc)
    digests = [rpc.send(to=STRANGER, value=1, gas=21_000) for _ in range(3)]
    assert rpc("eth_getTransactionByHash", digests[0])["blockNumber"] is None
    assert number(rpc("eth_getTransactionCount", rpc.accounts[0], "pending")) == 3
    assert number(rpc("eth_getTransactionCount", rpc.accounts[0], "latest")) == 0
    rpc("evm_mine")
    assert rpc("eth_getBlockByNumber", "latest", False)["transactions"] == digests


@behaviour
def dearest_tip_comes_first(rpc):
    hold(rpc)
    fees = {"gas": 21_000, "maxFeePerGas": 50 * GWEI}
    low = rpc.send(to=STRANGER, maxPriorityFeePerGas=GWEI, **fees)
    high = rpc.send(from_=rpc.accounts[1], to=STRANGER, maxPriorityFeePerGas=5 * GWEI, **fees)
    rpc("evm_mine")
    mined = rpc("eth_getBlockByNumber", "latest", False)["transactions"]
    assert sorted(mined) == sorted([high, low])
    assert mined == [high, low], "not the dearest tip first"


@behaviour
def pending_state_has_the_pool_run(rpc):
    contract = deploy(rpc)
    hold(rpc)
    rpc.send(to=STRANGER, value=5, gas=21_000)
    rpc.send(to=contract, data=calldata("store(uint256)", 9), gas=100_000)
    assert number(rpc("eth_getBalance", STRANGER, "pending")) == 5
    assert number(rpc("eth_getBalance", STRANGER, "latest")) == 0
    asked = {"to": contract, "data": calldata("number()")}
    assert number(rpc("eth_call", asked, "pending")) == 9
    assert number(rpc("eth_call", asked, "latest")) == 0
    assert number(rpc("eth_getStorageAt", contract, "0x0", "pending")) == 9
    assert number(rpc("eth_blockNumber")) == 1


@behaviour
def pending_transaction_can_be_replaced(rpc):
    hold(rpc)
    first = rpc.send(to=STRANGER, value=1, gas=21_000, nonce=0, maxFeePerGas=10 * GWEI, maxPriorityFeePerGas=GWEI)
    request = {"from": rpc.accounts[0], "to": STRANGER, "value": "0x2", "gas": "0x5208", "nonce": "0x0"}
    cheap = {"maxFeePerGas": hex(10 * GWEI), "maxPriorityFeePerGas": hex(GWEI)}
    refused(rpc, -32000, "replacement transaction underpriced", "eth_sendTransaction", request | cheap)
    dear = {"maxFeePerGas": hex(20 * GWEI), "maxPriorityFeePerGas": hex(2 * GWEI)}
    second = rpc("eth_sendTransaction", request | dear)
    rpc("evm_mine")
    assert rpc("eth_getBlockByNumber", "latest", False)["transactions"] == [second]
    assert rpc("eth_getTransactionReceipt", first) is None


@behaviour
def transaction_with_a_later_nonce_waits(rpc):
    later = rpc.send(to=STRANGER, value=1, gas=21_000, nonce=1)
    assert rpc("eth_getTransactionReceipt", later) is None
    rpc.send(to=STRANGER, value=1, gas=21_000, nonce=0)
    if rpc("eth_getTransactionReceipt", later) is None:
        rpc("evm_mine")
    assert number(rpc("eth_getTransactionReceipt", later)["status"]) == 1


# -- development
@behaviour
def snapshot_and_revert(rpc):
    contract = deploy(rpc)
    name = rpc("evm_snapshot")
    rpc.send(to=contract, data=calldata("store(uint256)", 7), gas=100_000)
    assert rpc("evm_revert", name) is True
    assert number(rpc("eth_blockNumber")) == 1
    assert number(rpc("eth_call", {"to": contract, "data": calldata("number()")}, "latest")) == 0
    assert number(rpc("eth_getTransactionCount", rpc.accounts[0], "latest")) == 1


@behaviour
def snapshot_serves_once(rpc):
    name = rpc("evm_snapshot")
    assert rpc("evm_revert", name) is True
    assert rpc("evm_revert", name) is False


@behaviour
def time_can_be_set_for_the_next_block(rpc):
    now = number(rpc("eth_getBlockByNumber", "latest", False)["timestamp"])
    rpc("evm_setNextBlockTimestamp", now + 1_000)
    rpc("evm_mine")
    assert number(rpc("eth_getBlockByNumber", "latest", False)["timestamp"]) == now + 1_000


@behaviour
def time_does_not_run_backwards(rpc):
    now = number(rpc("eth_getBlockByNumber", "latest", False)["timestamp"])
    refused(rpc, -32602, "timestamp", "evm_setNextBlockTimestamp", now - 1)


@behaviour
def time_can_be_increased(rpc):
    now = number(rpc("eth_getBlockByNumber", "latest", False)["timestamp"])
    rpc("evm_increaseTime", 3_600)
    rpc("evm_mine")
    assert 3_600 <= number(rpc("eth_getBlockByNumber", "latest", False)["timestamp"]) - now <= 3_610


@behaviour
def many_blocks_at_once(rpc):
    rpc("anvil_mine", "0x5")
    assert number(rpc("eth_blockNumber")) == 5


@behaviour
def state_can_be_edited(rpc):
    rpc("anvil_setBalance", STRANGER, hex(ETHER))
    rpc("anvil_setNonce", STRANGER, "0x7")
    rpc("anvil_setCode", STRANGER, "0x5f545f5260205ff3")  # returns its slot 0
    rpc("anvil_setStorageAt", STRANGER, "0x0", f"0x{42:064x}")
    assert number(rpc("eth_getBalance", STRANGER, "latest")) == ETHER
    assert number(rpc("eth_getTransactionCount", STRANGER, "latest")) == 7
    assert number(rpc("eth_call", {"to": STRANGER}, "latest")) == 42
    rpc("evm_mine")
    assert number(rpc("eth_getBalance", STRANGER, "latest")) == ETHER


@behaviour
def anybody_can_be_impersonated(rpc):
    rpc("anvil_setBalance", STRANGER, hex(ETHER))
    rpc("anvil_impersonateAccount", STRANGER)
    receipt = rpc.receipt(from_=STRANGER, to=rpc.accounts[1], value=1, gas=21_000)
    assert receipt["from"].lower() == STRANGER and number(receipt["status"]) == 1
    rpc("anvil_stopImpersonatingAccount", STRANGER)
    with pytest.raises(Refused):
        rpc.send(from_=STRANGER, to=rpc.accounts[1], value=1, gas=21_000)


@behaviour
def next_base_fee_can_be_set(rpc):
    rpc("anvil_setNextBlockBaseFeePerGas", hex(5 * GWEI))
    rpc("evm_mine")
    assert number(rpc("eth_getBlockByNumber", "latest", False)["baseFeePerGas"]) == 5 * GWEI


# -- traces
@behaviour
def trace_shows_gas_and_cost_of_each_step(rpc):
    contract = rpc.receipt(data="0x61000580600a3d393df3" + "60015f5500", gas=200_000)["contractAddress"]
    trace = rpc("debug_traceTransaction", rpc.send(to=contract, gas=100_000), {})
    steps = [(s["pc"], s["op"], s["gas"], s["gasCost"], s["depth"]) for s in trace["structLogs"]]
    assert steps == [
        (0, "PUSH1", 79_000, 3, 1),
        (2, "PUSH0", 78_997, 2, 1),
        (3, "SSTORE", 78_995, 22_100, 1),
        (4, "STOP", 56_895, 0, 1),
    ]
    assert trace["structLogs"][2]["stack"] == ["0x1", "0x0"]
    assert (trace["gas"], trace["failed"]) == (21_000 + 22_105, False)


@behaviour
def trace_of_a_call_shows_depths_and_forwarded_gas(rpc):
    # GAS-limited CALL of the identity contract at 10,000 gas: PUSH0 x5, PUSH20, PUSH2 10000, CALL, STOP
    inner = rpc.receipt(data="0x61000480600a3d393df3" + "5f5f5000", gas=200_000)["contractAddress"]
    outer = "5f5f5f5f5f73" + inner[2:].lower() + "612710f100"
    contract = rpc.receipt(data=f"0x61{len(outer) // 2:04x}80600a3d393df3" + outer, gas=200_000)["contractAddress"]
    trace = rpc("debug_traceCall", {"from": rpc.accounts[0], "to": contract, "gas": "0x186a0"}, "latest", {})
    call = next(s for s in trace["structLogs"] if s["op"] == "CALL")
    assert call["gasCost"] == 2_600 + 10_000
    assert [s["op"] for s in trace["structLogs"] if s["depth"] == 2] == ["PUSH0", "PUSH0", "POP", "STOP"]


@behaviour
def trace_of_calls_is_a_tree(rpc):
    contract = deploy(rpc)
    digest = rpc.send(to=contract, data=calldata("with_reason()"), gas=100_000)
    tree = rpc("debug_traceTransaction", digest, {"tracer": "callTracer"})
    assert (tree["type"], tree["to"].lower(), tree["error"]) == ("CALL", contract.lower(), "execution reverted")


# -- what differs, and why
_CODE = "uses its own code -32003 (transaction rejected, EIP-1474) where go-ethereum says -32000"
_NO_METHOD = "has no such method"
_RAISES = "raises a Python exception without a JSON-RPC code"
_NO_DEV = "has Python methods instead of the development methods of JSON-RPC"
_AT_ONCE = "cannot hold transactions back over JSON-RPC"
_PYTHON = "answers in Python values; web3's formatters make both look the same"
_ACCEPTED = "DID NOT RAISE .*Refused"  # where we refuse
# by behaviour and engine: why it differs, and the words of the failure that shows it
DIFFERENCES: dict[tuple[str, str], tuple[str, str]] = {
    ("reverting_transaction_without_gas_is_refused", "anvil"): ("mines it, with the block's gas", _ACCEPTED),
    ("nonce_too_low", "anvil"): (_CODE, "-32003: nonce too low"),
    ("too_little_balance", "anvil"): (_CODE, "-32003: Insufficient funds for gas"),
    ("fee_below_the_base_fee", "anvil"): (_CODE, "-32003: max fee per gas less than block base fee"),
    ("pending_transaction_can_be_replaced", "anvil"): (_CODE, "-32003: replacement transaction underpriced"),
    ("gas_over_the_blocks", "anvil"): ("words it as 'intrinsic gas too high'", "-32000: intrinsic gas too high"),
    ("wrong_chain_id", "anvil"): ("does not check the chain id of a legacy transaction", _ACCEPTED),
    ("dearest_tip_comes_first", "anvil"): (
        "orders by the most that a transaction offers, not by its tip",
        "not the dearest tip first",
    ),
    ("quantities_are_hex", "eth-tester"): (_PYTHON, "'int' object has no attribute 'startswith'"),
    ("fees_and_gas_are_filled_in", "eth-tester"): ("leaves filling in to web3", "missing the required keys: 'gas'"),
    ("block_receipts", "eth-tester"): (_NO_METHOD, "-32601: .*eth_getBlockReceipts"),
    ("old_state_can_be_read", "eth-tester"): (
        "takes block numbers as Python ints only",
        "Block number must be a positive integer .* Got: 0x2",
    ),
    ("proof_of_an_account_and_a_slot", "eth-tester"): (_NO_METHOD, "-32601: .*eth_getProof"),
    ("fee_history_is_oldest_first", "eth-tester"): ("gives the newest block first", "assert 1 == 2"),
    ("revert_with_a_reason", "eth-tester"): (_RAISES, "None: TransactionFailed.*not today"),
    ("revert_without_a_reason", "eth-tester"): (_RAISES, "None: TransactionFailed.*execution reverted"),
    ("revert_in_an_estimate", "eth-tester"): (_RAISES, "None: TransactionFailed.*not today"),
    ("reverting_transaction_without_gas_is_refused", "eth-tester"): (
        "leaves estimating to web3",
        "missing the required keys: .*gas",
    ),
    ("state_overrides", "eth-tester"): (
        "eth_call takes no overrides",
        r"call\(\) takes from 2 to 3 positional arguments",
    ),
    ("estimate_is_enough_and_close", "eth-tester"): ("estimates an eighth too much", r"50480 < \(1\.02 \* 44833\)"),
    ("access_list_can_be_made", "eth-tester"): (_NO_METHOD, "-32601: .*eth_createAccessList"),
    ("missing_argument", "eth-tester"): (_RAISES, "None: IndexError"),
    ("malformed_address", "eth-tester"): (_RAISES, "None: ValidationError.*Address must be 20 bytes"),
    ("malformed_hex", "eth-tester"): (_RAISES, "None: ValidationError.*Got: 0xzz"),
    ("nonce_too_low", "eth-tester"): (_RAISES, "None: ValidationError.*Expected 1, but got 0"),
    ("too_little_balance", "eth-tester"): (_RAISES, "None: ValidationError.*does not have enough balance"),
    ("gas_over_the_blocks", "eth-tester"): (_RAISES, "None: ValidationError.*exceeds gas limit"),
    ("gas_below_the_least", "eth-tester"): (_RAISES, "None: ValidationError.*cannot be negative: Got: -1"),
    ("fee_below_the_base_fee", "eth-tester"): (_RAISES, "None: ValidationError.*lower than block.*base fee"),
    ("wrong_chain_id", "eth-tester"): ("does not check the chain id", _ACCEPTED),
    ("message_can_be_signed", "eth-tester"): (_NO_METHOD, "-32601: .*eth_sign"),
    ("filter_gives_each_log_once", "eth-tester"): ("takes an unknown filter for an empty one", _ACCEPTED),
    ("several_pending_of_one_sender_share_a_block", "eth-tester"): (_AT_ONCE, "-32601: .*evm_setAutomine"),
    ("pending_state_has_the_pool_run", "eth-tester"): (_AT_ONCE, "-32601: .*evm_setAutomine"),
    ("dearest_tip_comes_first", "eth-tester"): (_AT_ONCE, "-32601: .*evm_setAutomine"),
    ("pending_transaction_can_be_replaced", "eth-tester"): (_AT_ONCE, "-32601: .*evm_setAutomine"),
    ("transaction_with_a_later_nonce_waits", "eth-tester"): (
        "refuses it",
        "None: ValidationError.*Expected 0, but got 1",
    ),
    ("snapshot_and_revert", "eth-tester"): ("answers None, not True", "assert None is True"),
    ("snapshot_serves_once", "eth-tester"): ("answers None, not True", "assert None is True"),
    ("time_can_be_set_for_the_next_block", "eth-tester"): (_NO_DEV, "-32601: .*evm_setNextBlockTimestamp"),
    ("time_does_not_run_backwards", "eth-tester"): (_NO_DEV, "-32601: .*evm_setNextBlockTimestamp"),
    ("time_can_be_increased", "eth-tester"): (_NO_DEV, "-32601: .*evm_increaseTime"),
    ("many_blocks_at_once", "eth-tester"): (_NO_DEV, "-32601: .*anvil_mine"),
    ("state_can_be_edited", "eth-tester"): (_NO_DEV, "-32601: .*anvil_setBalance"),
    ("anybody_can_be_impersonated", "eth-tester"): (_NO_DEV, "-32601: .*anvil_setBalance"),
    ("next_base_fee_can_be_set", "eth-tester"): (_NO_DEV, "-32601: .*anvil_setNextBlockBaseFeePerGas"),
    ("trace_shows_gas_and_cost_of_each_step", "eth-tester"): (_NO_METHOD, "-32601: .*debug_traceTransaction"),
    ("trace_of_a_call_shows_depths_and_forwarded_gas", "eth-tester"): (_NO_METHOD, "-32601: .*debug_traceCall"),
    ("trace_of_calls_is_a_tree", "eth-tester"): (_NO_METHOD, "-32601: .*debug_traceTransaction"),
}


@pytest.fixture
def rpc(request) -> Iterator[Rpc]:
    if request.param == "anvil":
        engine = AnvilRpc(anvil_or_skip())
    else:
        engine = {"ours": Rpc, "eth-tester": EthTesterRpc}[request.param]()
    yield engine
    engine.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("name", BEHAVIOURS)
@pytest.mark.parametrize("rpc", ["ours", "anvil", "eth-tester"], indirect=True)
def test_behaviour(rpc, name):
    if (name, rpc.name) not in DIFFERENCES:
        BEHAVIOURS[name](rpc)
        return
    reason, words = DIFFERENCES[name, rpc.name]
    try:
        BEHAVIOURS[name](rpc)
    except (Refused, AssertionError, AttributeError, pytest.fail.Exception) as difference:
        assert re.search(words, str(difference)), f"{rpc.name} differs otherwise than listed ({reason}): {difference!r}"
        return
    pytest.fail(f"{rpc.name} no longer differs ({reason}): strike the line out of DIFFERENCES")


def test_differences_name_behaviours_that_exist_and_none_of_ours():
    assert all(name in BEHAVIOURS and engine != "ours" for name, engine in DIFFERENCES)
    assert all(reason and words for reason, words in DIFFERENCES.values())


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("rpc", ["eth-tester"], indirect=True)
def test_another_failure_than_the_listed_is_noticed(rpc, monkeypatch):
    monkeypatch.setitem(BEHAVIOURS, "block_receipts", lambda rpc: rpc("eth_getProof"))
    with pytest.raises(AssertionError, match="eth-tester differs otherwise than listed"):
        test_behaviour(rpc, "block_receipts")
