"""The facade: people, transactions, time, frames, and what each bad input is told."""

import random
import subprocess
import sys
from threading import Thread

import pytest
from eth_utils import to_checksum_address

from nnchain_edu import Chain
from nnchain_edu.chain import ChainError, ContractError, Reverted

#: Head of the chain that `workload` makes. It changes only if blocks, keys, fees or the contracts change.
HEAD = "0x0d729d55dc2b71f18b4f8e9f7459ba9fdb0b547975719af7e9be686c84c8071b"


@pytest.fixture
def chain():
    return Chain(seed=0)


@pytest.fixture
def counter(chain):
    return chain.deploy("counter", 3)


def workload(chain):
    """A little of everything that ends in blocks; returns the head's hash."""
    counter = chain.deploy("counter", 3, sender="bob")
    chain.send(counter.functions.raise_by(4), sender="carol")
    token = chain.deploy("token", "Gold", "GLD", 10**24)
    chain.send(token.functions.transfer, "judy", 10**18)
    chain.travel(seconds=86_400)
    with pytest.raises(Reverted):
        chain.send(counter.functions.reset(), sender="erin", gas=100_000)
    with chain.snapshot():
        chain.send("bob", value=1)
    chain.send_many([{"to": name, "value": 10, "sender": "dave"} for name in ("alice", "bob", "carol")])
    return chain.mine(3).hash.to_0x_hex()


# People


def test_addresses_are_written_as_eip_55_says(chain):
    rng = random.Random(7)
    for _ in range(200):
        address = to_checksum_address(rng.randbytes(20))
        for form in (address, address.lower(), "0X" + address[2:].upper(), address[2:], bytes.fromhex(address[2:])):
            assert chain.accounts.address(form) == address
    for odd in (address + "\n", address[:-1], address + "0", address.replace("0x", "0x0"), "0x" + "g" * 40, b"short"):
        with pytest.raises(ChainError):
            chain.accounts.address(odd)


def test_accounts_by_name_and_position(chain):
    alice = chain.accounts["alice"]
    assert alice is chain.accounts[0] and alice.name == "alice" and len(alice.key) == 32
    assert [a.name for a in chain.accounts][-1] == "judy" and len(chain.accounts) == 10
    assert chain.balance("alice") == 10_000 * 10**18 == chain.balance(alice.address.lower())
    assert chain.w3.eth.account.from_key(alice.key).address == alice.address
    assert set(chain.w3.eth.accounts) == {a.address for a in chain.accounts}


def test_unknown_account_lists_the_names(chain):
    with pytest.raises(ChainError, match=r"'alise'. Did you mean 'alice'\? There are: alice, bob, carol"):
        chain.accounts["alise"]
    with pytest.raises(IndexError, match="from 0 to 9"):
        chain.accounts[10]


@pytest.mark.parametrize("who", [3.5, None, "0x1234", b"abc", "nobody at all"])
def test_nonsense_is_no_account(chain, who):
    with pytest.raises(ChainError, match=r"no account|no address"):
        chain.balance(who)


def test_added_account_sends_and_stays_known(chain):
    key = bytes(31) + b"\x07"
    mallory = chain.accounts.add("mallory", key)
    chain.send("mallory", value=10**18)
    assert chain.send("bob", value=5, sender=mallory).status == 1
    assert chain.accounts["mallory"] is mallory and chain.balance("bob") == 10_000 * 10**18 + 5
    with pytest.raises(ChainError, match="taken"):
        chain.accounts.add("alice", key)
    with pytest.raises(ChainError, match="32 bytes"):
        chain.accounts.add("trent", b"short")


def test_seed_decides_the_keys():
    assert Chain(seed=1).accounts[0].key != Chain(seed=2).accounts[0].key


@pytest.mark.parametrize("arguments", [{"seed": "0"}, {"seed": True}, {"engine": "slow"}])
def test_bad_settings_are_named(arguments):
    with pytest.raises(ChainError, match=f"{next(iter(arguments))} must be"):
        Chain(**arguments)


# Transactions


def test_send_ether_and_wei_stay_exact(chain):
    receipt = chain.send("bob", value=10**18 + 1, sender="carol")
    assert receipt.status == 1 and receipt.gasUsed == 21_000 and receipt["gasUsed"] == 21_000
    assert chain.balance("bob") == 10_001 * 10**18 + 1
    assert chain.balance("carol") == 10_000 * 10**18 - (10**18 + 1) - receipt.fee


def test_function_with_or_without_its_arguments(chain, counter):
    chain.send(counter.functions.raise_by(5), sender="bob")
    receipt = chain.send(counter.functions.raise_by, 6, sender=chain.accounts[2])
    assert counter.functions.total().call() == 14
    (event,) = receipt.events
    assert event.name == "Raised"
    assert event.args == {"who": chain.accounts["carol"].address, "amount": 6, "total": 14}
    assert chain.transaction(receipt).call.args == {"amount": 6}


def test_web3_alone_works_too(chain, counter):
    hashed = counter.functions.raise_by(2).transact()
    assert chain.receipt(hashed).status == 1 and chain.w3.eth.default_account == chain.accounts[0].address


def test_revert_gives_the_reason_and_harms_nothing(chain, counter):
    before = chain.block().hash
    with pytest.raises(Reverted, match="only the owner may reset") as caught:
        chain.send(counter.functions.reset(), sender="bob")
    assert caught.value.reason == "only the owner may reset" and caught.value.receipt is None
    assert chain.block().hash == before
    assert chain.send(counter.functions.reset()).status == 1


def test_revert_with_gas_given_stands_in_a_block(chain, counter):
    with pytest.raises(Reverted, match="only the owner") as caught:
        chain.send(counter.functions.reset(), sender="bob", gas=100_000)
    assert caught.value.receipt.status == 0 and caught.value.receipt.blockNumber == chain.block().number
    with pytest.raises(Reverted, match="out of gas: all 21,600 were used"):
        chain.send(counter.functions.raise_by(1), gas=21_600)


def test_revert_without_reason(chain):
    shut = chain.deploy("@external\ndef open():\n    assert self.balance > 0\n")
    for gas in (None, 100_000):
        with pytest.raises(Reverted, match="without a reason") as caught:
            chain.send(shut.functions.open(), gas=gas)
        assert caught.value.reason is None


@pytest.mark.parametrize("value", [-1, 1.5, 2**256, "5", True])
def test_value_must_be_whole_wei(chain, value):
    with pytest.raises(ChainError, match="value must be a whole number from 0"):
        chain.send("bob", value=value)


def test_too_poor_is_told_in_one_line(chain):
    with pytest.raises(ChainError, match=r"alice .* is refused: insufficient funds"):
        chain.send("bob", value=10**30)


def test_transfer_takes_no_arguments(chain):
    with pytest.raises(ChainError, match=r"send\(who, value=wei\)"):
        chain.send("bob", 5)


def test_without_automine_transactions_wait():
    chain = Chain(automine=False)
    waiting = chain.send("bob", value=5)
    assert waiting.blockNumber is None and "waiting" in repr(waiting)
    assert chain.mine().transactions == [waiting.hash]
    assert chain.receipt(waiting).status == 1
    assert chain.deploy("counter", 1).functions.total().call() == 1


def test_send_many_in_one_block(chain, counter):
    wanted = [{"to": "bob", "value": 1, "sender": "carol"}] * 5
    wanted += [
        counter.functions.raise_by(2),
        {"to": counter.functions.raise_by, "args": (3,), "sender": "bob"},
    ]
    hashes = chain.send_many(wanted)
    assert chain.block().transactions == [bytes.fromhex(h[2:]) for h in hashes]
    assert counter.functions.total().call() == 8 and chain.balance("bob") > 10_000 * 10**18 - 10**18
    assert chain.receipt(hashes[-1]).events[0].args["total"] == 8


def test_send_many_is_all_or_nothing(chain):
    before = chain.block().hash
    with pytest.raises(ChainError, match="none of the 2 transactions is sent: insufficient funds"):
        chain.send_many([{"to": "bob", "value": 1}, {"to": "bob", "value": 10**30, "sender": "carol"}])
    for item in ("bob", {"value": 1}, {"to": "bob", "amount": 1}):
        with pytest.raises(ChainError, match="transaction 1 must be a function"):
            chain.send_many([{"to": "bob"}, item])
    assert chain.block().hash == before


def test_threads_lose_nothing(chain, counter):
    threads = [
        Thread(target=lambda who=a: [chain.send(counter.functions.raise_by(1), sender=who) for _ in range(5)])
        for a in list(chain.accounts)[:8]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.functions.total().call() == 3 + 8 * 5 and len(chain.events(counter)) == 40


# Time


def test_mine_and_travel(chain):
    start = chain.block()
    assert start.timestamp == 1_767_225_600 and chain.blocks()["time"][0].isoformat() == "2026-01-01T00:00:00+00:00"
    assert chain.mine(3).number == 3
    before = chain.block().timestamp
    assert chain.travel(seconds=3600).timestamp - before in (3600, 3601)


@pytest.mark.parametrize("bad", [0, -1, 1.5, "3", True])
def test_bad_times_are_named(chain, bad):
    with pytest.raises(ChainError, match="n must be a whole number"):
        chain.mine(bad)
    with pytest.raises(ChainError, match="seconds must be a whole number"):
        chain.travel(seconds=bad)


def test_snapshot_undoes_everything_errors_included(chain, counter):
    before = chain.block().hash
    with pytest.raises(ZeroDivisionError), chain.snapshot():
        chain.send(counter.functions.raise_by(1))
        with chain.snapshot():
            chain.mine(2)
        chain.travel(seconds=10)
        raise ZeroDivisionError
    assert chain.block().hash == before and counter.functions.total().call() == 3


# Looking


def test_blocks_frame(chain):
    chain.send("bob", value=1)
    frame = chain.blocks()
    assert list(frame.index) == [0, 1] and list(frame["transactions"]) == [0, 1]
    assert frame["gas_used"].dtype == "int64" and type(frame["base_fee"][1]) is int
    assert frame["parent"][1] == frame["hash"][0]
    assert list(chain.blocks(1, 1).index) == [1]
    for start, end in ((2, None), (-1, None), (1, 0), ("0", None)):
        with pytest.raises(ChainError, match="blocks go from 0 to 1"):
            chain.blocks(start, end)


def test_events_frame_keeps_wei_exact(chain, counter):
    token = chain.deploy("token", "Gold", "GLD", 2**256 - 1)
    chain.send(token.functions.transfer, "bob", 10**20 + 1)
    frame = chain.events(token)
    assert list(frame["event"]) == ["Transfer", "Transfer"]
    assert list(frame.columns)[:3] == ["block", "event", "sender"] and frame.columns[-1] == "contract"
    assert list(frame["value"]) == [2**256 - 1, 10**20 + 1] and type(frame["value"][1]) is int
    assert frame["receiver"][1] == chain.accounts["bob"].address
    assert len(chain.events()) == 2 and chain.events(counter).empty
    assert chain.events(token, "Approval").empty
    with pytest.raises(ChainError, match="no event 'Burn'; this contract logs"):
        chain.events(token, "Burn")


def test_trace_frame(chain, counter):
    receipt = chain.send(counter.functions.raise_by(5))
    trace = chain.trace(receipt)
    assert list(trace.columns) == ["pc", "op", "gas", "cost", "depth", "top"]
    assert trace["op"].iloc[-1] in ("STOP", "RETURN") and set(trace["depth"]) == {1}
    assert {"SLOAD", "SSTORE", "LOG2"} <= set(trace["op"])
    assert trace["gas"].iloc[0] - trace["gas"].iloc[-1] + 21_000 < receipt.gasUsed
    assert chain.trace(chain.send("bob", value=1)).empty
    with pytest.raises(ChainError, match="0x and 64 digits"):
        chain.trace("0x12")
    with pytest.raises(ChainError, match="no block holds"):
        chain.receipt("0x" + "00" * 32)
    with pytest.raises(ChainError, match="there is no block 77"):
        chain.block(77)


def test_unknown_method_is_one_line(chain):
    with pytest.raises(ChainError, match="eth_nonsense"):
        chain.rpc("eth_nonsense")


# Sameness


def test_two_engines_and_a_literal_agree():
    assert workload(Chain(seed=0)) == workload(Chain(seed=0, engine="reference")) == HEAD


def test_another_process_gets_the_same_head():
    code = "from tests.chain.test_chain import *; print(workload(Chain(seed=7)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == workload(Chain(seed=7)) != HEAD


def test_kept_chain_opens_with_the_same_head(tmp_path):
    path = str(tmp_path / "chain.db")
    chain = Chain(path=path)
    head = workload(chain)
    with pytest.raises(ChainError, match="open"):
        Chain(path=path)
    chain.close()
    again = Chain(path=path)
    assert again.block().hash.to_0x_hex() == head and again.balance("judy") > 0
    again.close()
    with pytest.raises(ChainError, match="another beginning"):
        Chain(seed=1, path=path)


def test_contracts_are_found_again_by_address(chain, counter):
    again = chain.contract("counter", counter.address.lower())
    assert again.functions.total().call() == 3 and again.address == counter.address
    with pytest.raises(ContractError):
        chain.contract("no such", counter)


def test_compiler_and_pandas_are_not_imported_for_nothing():
    heavy = {"vyper", "pandas", "torch"}
    code = f"import sys; from nnchain_edu import Chain; Chain(); print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "set()"
