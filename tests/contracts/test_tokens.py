"""The tokens keep their standards: EIP-20, EIP-721 and EIP-165, clause by clause, with hostile callers."""

import re

import pytest
from eth_utils import event_abi_to_log_topic, function_abi_to_4byte_selector, keccak

from nnchain_edu.chain import Chain, Reverted
from nnchain_edu.chain.contracts import FOLDER, known, load

NOBODY = "0x" + "00" * 20
# name, arguments and whether indexed, as the EIPs write them
ERC20_FUNCTIONS = {
    *("totalSupply()", "balanceOf(address)", "transfer(address,uint256)", "transferFrom(address,address,uint256)"),
    *("approve(address,uint256)", "allowance(address,address)", "name()", "symbol()", "decimals()"),
}
ERC721_FUNCTIONS = {
    *("balanceOf(address)", "ownerOf(uint256)", "safeTransferFrom(address,address,uint256,bytes)"),
    *("safeTransferFrom(address,address,uint256)", "transferFrom(address,address,uint256)", "approve(address,uint256)"),
    *("setApprovalForAll(address,bool)", "getApproved(uint256)", "isApprovedForAll(address,address)"),
}
EVENTS = {
    "token": {"Transfer(address,address,uint256)": 2, "Approval(address,address,uint256)": 2},
    "collectible": {
        "Transfer(address,address,uint256)": 3,
        "Approval(address,address,uint256)": 3,
        "ApprovalForAll(address,address,bool)": 2,
    },
}


def selectors(abi):
    return {function_abi_to_4byte_selector(f) for f in abi if f["type"] == "function"}


@pytest.mark.parametrize("name, functions", [("token", ERC20_FUNCTIONS), ("collectible", ERC721_FUNCTIONS)])
def test_every_function_and_event_of_the_standard_is_there(name, functions):
    abi = load(name).abi
    assert {keccak(text=f)[:4] for f in functions} <= selectors(abi)
    events = {event_abi_to_log_topic(e): sum(i["indexed"] for i in e["inputs"]) for e in abi if e["type"] == "event"}
    assert {keccak(text=text): indexed for text, indexed in EVENTS[name].items()} == events


# how a notice names its callers: by a rule ("Anybody may call", "Only the owner may"), or by who they are
CALLERS = re.compile(
    r"\b(any(body|one| account)|only|owners call|may call|meant for the \w+|registered clients|who committed)\b"
    r"|\bthe (calling contract|caller|client of that number)\b|\b(bank|market) pays? here",
    re.I,
)


@pytest.mark.parametrize("name", known())
def test_every_contract_says_what_its_functions_do_and_who_may_call(name):
    source = (FOLDER / f"{name}.vy").read_text("utf-8")
    assert source.startswith("# pragma version 0.4.3\n") and "@license MIT" in source
    for decorators, function, body in re.findall(r"((?:^@\w+\n)+)^def (\w+)(.*?)(?=^@|^def|\Z)", source, re.M | re.S):
        if "@internal" in decorators:
            continue
        said = re.search(r"@notice (.*?)(?=\n +@|\n *\"\"\")", body, re.S)
        assert said, f"{name}.{function} does not say what it does"
        if not re.search("@(view|pure|deploy)", decorators):  # reading is anybody's, deploying happens once
            assert CALLERS.search(said[1]), f"{name}.{function} does not say who may call"


@pytest.mark.parametrize(
    "notice, names_them",
    [
        ("Pay money out. Only the keeper may call.", True),
        ("Open one's commitment. Who committed, once.", True),
        ("Fix the entry's seed: the hash of the block after its commitment. Within 256 blocks, or never.", False),
        ("Let the entry read its next images. After the last one the contest decides.", False),
        ("Stop being a client; the stake is owed back.", False),
    ],
    ids=["only", "who", "nobody named", "the contest", "a state"],
)
def test_a_notice_without_its_callers_is_told_from_one_with_them(notice, names_them):
    assert bool(CALLERS.search(notice)) == names_them


# ERC-20 ----------------------------------------------------------------------------------------------------


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def token(chain):
    return chain.deploy("token", "Gold", "GLD", 1000)


def address(chain, who):
    return chain.accounts[who].address


def held(chain, token, who):
    return token.functions.balanceOf(address(chain, who)).call()


def test_the_deployer_holds_the_supply_and_the_creation_is_an_event(chain, token):
    assert held(chain, token, "alice") == token.functions.totalSupply().call() == 1000
    first = chain.events(token).iloc[0]
    assert (first["sender"], first["receiver"], first["value"]) == (NOBODY, address(chain, "alice"), 1000)


@pytest.mark.parametrize("amount", [0, 1, 1000])
def test_a_transfer_moves_exactly_and_logs_also_for_zero(chain, token, amount):
    assert token.functions.transfer(address(chain, "bob"), amount).call({"from": address(chain, "alice")}) is True
    receipt = chain.send(token.functions.transfer, "bob", amount)
    assert [(e.name, e.args["value"]) for e in receipt.events] == [("Transfer", amount)]
    assert (held(chain, token, "alice"), held(chain, token, "bob")) == (1000 - amount, amount)


def test_a_transfer_to_oneself_changes_nothing(chain, token):
    chain.send(token.functions.transfer, "alice", 400)
    assert held(chain, token, "alice") == 1000


@pytest.mark.parametrize("to, amount, why", [("bob", 1001, "not enough"), (NOBODY, 1, "zero address")])
def test_an_impossible_transfer_reverts(chain, token, to, amount, why):
    with pytest.raises(Reverted, match=why):
        chain.send(token.functions.transfer, to, amount)


def test_an_allowance_is_spent_and_cannot_be_overspent_or_used_by_others(chain, token):
    chain.send(token.functions.approve, "judy", 300)
    chain.send(token.functions.transferFrom, "alice", "carol", 200, sender="judy")
    assert token.functions.allowance(address(chain, "alice"), address(chain, "judy")).call() == 100
    for thief, amount in (("judy", 101), ("bob", 1), ("carol", 1)):
        with pytest.raises(Reverted, match="not allowed"):
            chain.send(token.functions.transferFrom, "alice", thief, amount, sender=thief)
    chain.send(token.functions.approve, "judy", 0)
    with pytest.raises(Reverted, match="not allowed"):
        chain.send(token.functions.transferFrom, "alice", "judy", 1, sender="judy")
    assert held(chain, token, "carol") == 200


# ERC-721 ---------------------------------------------------------------------------------------------------

RECEIVER = """
seen: public(Bytes[1024])
answer: bytes4

@deploy
def __init__(answer: bytes4):
    self.answer = answer

@external
def onERC721Received(operator: address, owner: address, token: uint256, data: Bytes[1024]) -> bytes4:
    self.seen = data
    return self.answer
"""


@pytest.fixture
def things(chain):
    contract = chain.deploy("collectible")
    chain.send(contract.functions.mint, "bob")
    chain.send(contract.functions.mint, "bob")
    return contract


def move(chain, things, sender, owner="bob", receiver="carol", number=1, **more):
    return chain.send(things.functions.transferFrom, owner, receiver, number, sender=sender, **more)


def test_only_the_minter_mints(chain, things):
    with pytest.raises(Reverted, match="only the minter"):
        chain.send(things.functions.mint, "judy", sender="judy")
    with pytest.raises(Reverted, match="zero address"):
        chain.send(things.functions.mint, NOBODY)
    assert things.functions.made().call() == 2


def test_it_says_which_interfaces_it_keeps(things):
    xor = 0
    for function in ERC721_FUNCTIONS:
        xor ^= int.from_bytes(keccak(text=function)[:4], "big")
    assert xor == 0x80AC58CD  # EIP-721's identifier is the xor of its selectors
    supports = things.functions.supportsInterface
    answers = [supports(bytes.fromhex(i)).call() for i in ("80ac58cd", "01ffc9a7", "ffffffff", "36372b07")]
    assert answers == [True, True, False, False]


def test_the_owner_moves_a_token_and_the_books_follow(chain, things):
    receipt = move(chain, things, "bob")
    assert receipt.events[0].args == {
        "sender": address(chain, "bob"),
        "receiver": address(chain, "carol"),
        "token_id": 1,
    }
    assert things.functions.ownerOf(1).call() == address(chain, "carol")
    assert [held(chain, things, who) for who in ("bob", "carol")] == [1, 1]


@pytest.mark.parametrize(
    "sender, owner, receiver, number, why",
    [
        ("judy", "bob", "judy", 1, "not allowed"),
        ("judy", "judy", "judy", 1, "not the token's owner"),
        ("alice", "bob", "alice", 1, "not allowed"),  # the minter has no power over what it made
        ("bob", "bob", NOBODY, 1, "zero address"),
        ("bob", "bob", "carol", 3, "no such token"),
    ],
)
def test_a_move_that_is_not_allowed_reverts(chain, things, sender, owner, receiver, number, why):
    with pytest.raises(Reverted, match=why):
        move(chain, things, sender, owner, receiver, number)


def test_an_approval_covers_one_token_and_ends_with_the_move(chain, things):
    chain.send(things.functions.approve, "judy", 1, sender="bob")
    assert things.functions.getApproved(1).call() == address(chain, "judy")
    with pytest.raises(Reverted, match="not allowed"):
        move(chain, things, "judy", number=2)
    with pytest.raises(Reverted, match="neither owner nor operator"):
        chain.send(things.functions.approve, "judy", 2, sender="judy")
    move(chain, things, "judy")
    assert things.functions.getApproved(1).call() == NOBODY
    with pytest.raises(Reverted, match="not allowed"):
        move(chain, things, "judy", owner="carol", receiver="judy")


def test_an_operator_moves_all_until_the_owner_takes_it_back(chain, things):
    chain.send(things.functions.setApprovalForAll, "dave", True, sender="bob")
    move(chain, things, "dave")
    with pytest.raises(Reverted, match="not allowed"):
        move(chain, things, "dave", owner="carol", receiver="dave")
    chain.send(things.functions.setApprovalForAll, "dave", False, sender="bob")
    with pytest.raises(Reverted, match="not allowed"):
        move(chain, things, "dave", number=2)


def test_nobody_asks_about_nothing(chain, things):
    for call in (
        things.functions.ownerOf(9),
        things.functions.getApproved(9),
        things.functions.balanceOf(NOBODY),
    ):
        with pytest.raises(Exception, match=r"no such token|owns nothing"):
            call.call()


def test_ether_sent_along_comes_back(chain, things):
    for call in (
        things.functions.transferFrom(address(chain, "bob"), address(chain, "carol"), 1),
        things.functions.approve(address(chain, "carol"), 1),
    ):
        with pytest.raises(Reverted, match="costs nothing"):
            chain.send(call, sender="bob", value=1)


@pytest.mark.parametrize("answer, accepted", [("150b7a02", True), ("00000000", False), ("150b7a03", False)])
def test_a_safe_move_asks_a_receiving_contract(chain, things, answer, accepted):
    receiver = chain.deploy(RECEIVER, bytes.fromhex(answer))
    call = things.get_function_by_signature("safeTransferFrom(address,address,uint256,bytes)")
    args = (address(chain, "bob"), receiver.address, 1, b"note")
    if accepted:
        chain.send(call(*args), sender="bob")
        assert things.functions.ownerOf(1).call() == receiver.address and receiver.functions.seen().call() == b"note"
    else:
        with pytest.raises(Reverted, match="takes no tokens"):
            chain.send(call(*args), sender="bob")


def test_a_safe_move_to_a_contract_that_knows_nothing_reverts_and_to_a_person_works(chain, things):
    call = things.get_function_by_signature("safeTransferFrom(address,address,uint256)")
    with pytest.raises(Reverted):
        chain.send(call(address(chain, "bob"), things.address, 1), sender="bob")
    chain.send(call(address(chain, "bob"), address(chain, "carol"), 1), sender="bob")
    assert things.functions.ownerOf(1).call() == address(chain, "carol")
