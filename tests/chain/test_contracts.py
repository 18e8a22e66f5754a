"""Contracts by name or source, the compiler's errors, and the arguments that are refused."""

import time

import pytest

from nnchain_edu import Chain
from nnchain_edu.chain import ChainError, ContractError, Reverted, contracts

TAKES_ALL = """
@deploy
def __init__(small: uint8, sign: int16, flag: bool, text: String[4], raw: Bytes[4], word: bytes4,
             who: address, many: DynArray[address, 3], pair: uint256[2]):
    pass
"""
GOOD = (255, -32768, True, "four", b"four", b"four", "bob", ["alice", "bob"], [1, 2])


@pytest.fixture(scope="module")
def chain():
    return Chain()


@pytest.mark.parametrize("name", contracts.known())
def test_every_contract_compiles_and_explains_itself(name):
    compiled = contracts.load(name)
    assert "@title" in compiled.source and "@license MIT" in compiled.source
    said = {e["name"] for e in compiled.abi if e["type"] == "function" and e["stateMutability"] not in ("view", "pure")}
    assert said <= {signature.split("(")[0] for signature in compiled.notices}


def test_unknown_name_lists_the_close_ones_first():
    with pytest.raises(ContractError, match=r"'tokn'. Did you mean 'token'\? There are: token, .*counter"):
        contracts.load("tokn")
    assert contracts.load("token.vy") == contracts.load("token")


@pytest.mark.parametrize("nothing", ["", "  \n", None, 3, b"token"])
def test_nothing_to_compile(nothing):
    with pytest.raises(ContractError, match="must be a contract's name or Vyper source"):
        contracts.load(nothing)


@pytest.mark.parametrize(
    ("source", "line", "shown"),
    [
        ("a: uint256\nb: uint256 =\n", 2, "b: uint256 =\n     |             ^"),
        ("@external\ndef f() -> uint256:\n    return 'x'\n", 3, "    return 'x'\n     |            ^"),
        ("@external\ndef f():\n\tx: uint8 = y\n", 3, "\tx: uint8 = y\n     | \t           ^"),
        ("# pragma version 0.3.7\n", 1, "# pragma version 0.3.7\n     | ^"),
        ("from ethereum.ercs import IERC21\n", 1, "IERC21\n     | ^"),
        ("@external\ndef f() -> uint256:\n    return 2**256\n", 3, "return 2**256"),
    ],
)
def test_compiler_error_shows_line_and_caret(source, line, shown):
    with pytest.raises(ContractError) as caught:
        contracts.load(source)
    message = str(caught.value)
    assert message.startswith(f"contract, line {line}: ") and shown in message
    assert "<unknown>" not in message and caught.value.__cause__ is None
    assert caught.value._render_traceback_() == [f"ContractError: {message}"]


@pytest.mark.parametrize("source", ["a: \x00", "é = 'ü'\n", "def\n", "@@\n", "(" * 500 + "\n", "\udcff\n"])
def test_garbage_is_refused_in_a_line(source):
    with pytest.raises(ContractError):
        contracts.load(source)


def test_interface_alone_is_nothing_to_deploy(chain):
    with pytest.raises(ContractError, match="nothing that could be used"):
        chain.deploy("# only a comment\n")


def test_every_kind_of_argument_is_taken(chain):
    assert chain.deploy(TAKES_ALL, *GOOD).receipt.status == 1


@pytest.mark.parametrize(
    ("place", "bad", "told"),
    [
        (0, 256, "small must be a whole number from 0 to 2**8 - 1 (uint8); you gave 256"),
        (0, -1, "small must be a whole number from 0"),
        (0, 1.0, "you gave 1.0"),
        (0, True, "you gave True"),
        (1, -32769, "sign must be a whole number from -2**15 to 2**15 - 1 (int16)"),
        (2, 1, "flag must be True or False (bool)"),
        (3, 5, "text must be text (string)"),
        (4, "four", "raw must be bytes; you gave 'four'"),
        (5, b"fives", "word must be 4 bytes (bytes4)"),
        (6, "nobody", "no account is called 'nobody'"),
        (6, 7, "7 is no account"),
        (7, ["alice", 7], "7 is no account"),
        (7, "alice", "many must be a address[]"),
        (8, [1], "pair must be a uint256[2]"),
    ],
)
def test_wrong_argument_is_named(chain, place, bad, told):
    arguments = [*GOOD[:place], bad, *GOOD[place + 1 :]]
    with pytest.raises(Exception) as caught:
        chain.deploy(TAKES_ALL, *arguments)
    assert told in str(caught.value) and len(caught.value._render_traceback_()) == 1


def test_number_of_arguments_names_them(chain):
    with pytest.raises(ContractError, match=r"counter's constructor takes 1 argument: start \(uint256\). You gave 0."):
        chain.deploy("counter")
    with pytest.raises(ContractError, match=r"takes 3 arguments: token_name \(string\), token_symbol \(string\)"):
        chain.deploy("token", "Gold")
    counter = chain.deploy("counter", 1)
    with pytest.raises(ContractError, match=r"raise_by takes 1 argument: amount \(uint256\). You gave 2."):
        chain.send(counter.functions.raise_by, 1, 2)
    with pytest.raises(ChainError, match="raise_by has its arguments already"):
        chain.send(counter.functions.raise_by(1), 2)


def test_text_longer_than_the_contract_takes_reverts(chain):
    with pytest.raises(Reverted):
        chain.deploy("token", "Gold", "far too long a symbol", 1)


def test_numpy_scalars_are_numbers(chain):
    import numpy as np

    assert chain.deploy("counter", np.int64(7)).functions.total().call() == 7


def test_second_compilation_is_free():
    source = "# something new\n@external\ndef f() -> uint256:\n    return 41\n"

    def cost() -> float:
        start = time.thread_time()  # by its own clock: others may keep the processors busy
        contracts.load(source)
        return time.thread_time() - start

    first = cost()
    assert 20 * min(cost() for _ in range(5)) < first


def test_token_moves_and_refuses():
    chain = Chain()
    token = chain.deploy("token", "Gold", "GLD", 100)
    f = token.functions
    alice, bob, carol = (chain.accounts[i].address for i in range(3))
    assert (f.name().call(), f.symbol().call(), f.decimals().call(), f.totalSupply().call()) == (
        "Gold",
        "GLD",
        18,
        100,
    )
    chain.send(f.transfer, "bob", 40)
    chain.send(f.approve, "carol", 30, sender="bob")
    chain.send(f.transferFrom, "bob", "carol", 10, sender="carol")
    assert [f.balanceOf(who).call() for who in (alice, bob, carol)] == [60, 30, 10]
    assert f.allowance(bob, carol).call() == 20
    for sender, call, reason in (
        ("bob", f.transfer(alice, 31), "not enough tokens"),
        ("carol", f.transferFrom(bob, carol, 21), "not allowed to move so many tokens"),
        ("alice", f.transfer("0x" + "00" * 20, 1), "the zero address holds no tokens"),
    ):
        with pytest.raises(Reverted, match=reason):
            chain.send(call, sender=sender)
    assert list(chain.events(token)["event"]) == ["Transfer", "Transfer", "Approval", "Transfer"]
