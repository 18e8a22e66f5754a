"""Of the two signatures that fit one message and key, the chain takes the lower (EIP-2), and so does `verify`."""

import pytest
import rlp
from eth_account import Account as Signer
from eth_utils import keccak

from nnchain_edu.chain import Chain, ChainError, verify
from nnchain_edu.chain.export import HALF_ORDER

ORDER = 2 * HALF_ORDER + 1
FEES = {"legacy": {"gasPrice": 3 * 10**9}, "fees": {"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 10**9}}


def signed(chain, kind, chain_id=1337):
    to = chain.accounts["bob"].address
    fields = {"chainId": chain_id, "nonce": 0, "gas": 21_000, "to": to, "value": 5, **FEES[kind]}
    return bytes(Signer.sign_transaction(fields, chain.accounts["alice"].key).raw_transaction)


def twin(raw):
    """The same transaction with n - s for s, and the other parity."""
    prefix, body = (raw[:1], raw[1:]) if raw[0] < 0x7F else (b"", raw)
    *fields, v, r, s = rlp.decode(body)
    v = int.from_bytes(v, "big")
    v = 1 - v if prefix else v - 1 if v % 2 == 0 else v + 1  # legacy: 35 + 2 * chain id, and one more
    s = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    return prefix + rlp.encode([*fields, rlp.sedes.big_endian_int.serialize(v), r, s])


@pytest.mark.parametrize("engine", ["fast", "reference"])
@pytest.mark.parametrize("kind", FEES)
def test_the_high_twin_is_refused_and_the_low_one_taken(engine, kind):
    chain = Chain(engine=engine)
    raw = signed(chain, kind)
    assert Signer.recover_transaction(twin(raw)) == Signer.recover_transaction(raw)
    with pytest.raises(ChainError, match="EIP-2"):
        chain.rpc("eth_sendRawTransaction", "0x" + twin(raw).hex())
    assert chain.rpc("eth_sendRawTransaction", "0x" + raw.hex()) == "0x" + keccak(raw).hex()


def test_blocks_with_a_high_twin_do_not_verify():
    chain = Chain()
    chain.send("bob", value=5, sender="alice")
    blocks = chain.export()
    assert verify(blocks)
    sent = blocks[1]["transactions"][0]
    sent["s"], sent["v"], sent["yParity"] = ORDER - sent["s"], 1 - sent["v"], 1 - sent["yParity"]
    verdict = verify(blocks)
    assert verdict.block == 1
    assert "EIP-2" in verdict.reason
