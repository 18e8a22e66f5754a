import pytest

from nnchain_edu.chain import Chain
from nnchain_edu.onchain.assembly import Constant, Label, Target, assemble, creation_code, straight_gas

from .running import call


@pytest.mark.parametrize(
    "number, code", [(0, "5f"), (1, "6001"), (255, "60ff"), (256, "610100"), (-1, "7f" + "ff" * 32)]
)
def test_a_number_is_pushed_in_as_few_bytes_as_hold_it(number, code):
    assert assemble([number]).hex() == code


def test_a_constant_keeps_its_size():
    assert assemble([Constant(0, 20)]).hex() == "73" + "00" * 20


def test_labels_are_found_before_and_behind():
    items = [
        Target("end"),
        "JUMP",
        Label("back"),
        7,
        0,
        "MSTORE",
        32,
        0,
        "RETURN",
        Label("end"),
        Target("back"),
        "JUMP",
    ]
    assert int.from_bytes(call(Chain(), assemble(items)), "big") == 7


def test_created_it_is_what_was_meant():
    chain, runtime = Chain(), bytes(range(256)) * 3
    data = "0x" + creation_code(runtime).hex()
    hashed = chain.rpc("eth_sendTransaction", {"from": chain.accounts[0].address, "data": data, "gas": hex(10**6)})
    assert bytes(chain.w3.eth.get_code(chain.receipt(hashed)["contractAddress"])) == runtime


def test_gas_of_a_straight_run():
    assert straight_gas([0, 5, "MUL", "DUP1", Label("here"), Constant(0, 20)]) == 2 + 3 + 5 + 3 + 1 + 3
