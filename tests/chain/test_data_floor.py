"""EIP-7623: data has a least price, and an estimate without a gas limit pays it."""

import pytest

from nnchain_edu.chain import Chain


@pytest.mark.parametrize(
    "data, gas", [(b"\x01" * 100, 25_000), (bytes(100), 22_000), (b"\x01" * 10 + bytes(10), 21_500)]
)
def test_a_transfer_with_data_pays_the_floor(data, gas):
    chain = Chain()
    alice, bob = (chain.accounts[name].address for name in ("alice", "bob"))
    message = {"from": alice, "to": bob, "data": data}
    assert chain.w3.eth.estimate_gas(message) == gas
    assert chain.receipt(chain.w3.eth.send_transaction(message).to_0x_hex()).gasUsed == gas


def test_a_call_that_computes_little_is_sent_without_a_gas_limit():
    chain = Chain()
    idle = chain.deploy("@external\ndef idle(x: uint256):\n    pass\n")
    receipt = chain.send(idle.functions.idle, 2**256 - 1)
    assert receipt.gasUsed == 21_000 + 40 * 36  # 36 bytes of data, none of them zero
