"""The staking contract: who signs two blocks for one slot loses everything, and no other evidence takes anything."""

import pytest
from eth_account import Account
from eth_utils import keccak

from nnchain_edu.chain import Chain, ContractError, Reverted
from nnchain_edu.chain.contracts import FOLDER
from nnchain_edu.protocols.proof_of_stake import ProofOfStake
from nnchain_edu.protocols.protocol import simulate
from nnchain_edu.protocols.staking import block_message, sign_block

ETHER = 10**18
NOBODY = "0x" + "00" * 20
ONE, TWO = b"\x01" * 32, b"\x02" * 32
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1
SLOT = 7


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def stake(chain):
    stake = chain.deploy("stake")
    chain.send(stake.functions.deposit, sender="bob", value=32 * ETHER)
    chain.send(stake.functions.deposit, sender="dave", value=5 * ETHER)
    return stake


@pytest.fixture
def sign(chain, stake):
    def sign(block_hash, who="bob", slot=SLOT, contract=stake, chain_id=None):
        return sign_block(chain.accounts[who].key, contract, chain_id or chain.w3.eth.chain_id, slot, block_hash)

    return sign


@pytest.fixture
def slash(chain, stake, sign):
    def slash(sender="carol", validator="bob", slot=SLOT, first=ONE, second=TWO, **signatures):
        one, two = signatures.get("one", sign(ONE)), signatures.get("two", sign(TWO))
        return chain.send(stake.functions.slash, validator, slot, first, one, second, two, sender=sender)

    return slash


def gain(chain, who, action):
    """What `who` has more after `action`, which sends one transaction of its own, without that one's fee."""
    before = chain.balance(who)
    receipt = action()
    return chain.balance(who) - before + receipt.fee


def whole(chain, stake):
    """The contract holds what it owes, and nothing else."""
    names = [account.address for account in chain.accounts]
    owed = sum(stake.functions.stakes(address).call() for address in names)
    return chain.balance(stake) == stake.functions.total().call() == owed


# Coming and going ------------------------------------------------------------------------------------------


def test_stakes_are_taken_in_and_given_back_after_the_delay(chain, stake):
    chain.send(stake.functions.deposit, sender="bob", value=1)  # adding less than the minimum is fine
    chain.send(stake.functions.leave, sender="bob")
    chain.travel(seconds=stake.functions.DELAY().call())
    assert gain(chain, "bob", lambda: chain.send(stake.functions.withdraw, sender="bob")) == 32 * ETHER + 1
    assert whole(chain, stake) and stake.functions.total().call() == 5 * ETHER
    for action in (stake.functions.withdraw, stake.functions.leave):
        with pytest.raises(Reverted, match="nothing at stake"):
            chain.send(action, sender="bob")
    chain.send(stake.functions.deposit, sender="bob", value=ETHER)  # and may come back
    assert whole(chain, stake)


def test_less_than_the_least_stake_is_refused(chain, stake):
    for amount in (0, ETHER - 1):
        with pytest.raises(Reverted, match="less than the least stake"):
            chain.send(stake.functions.deposit, sender="carol", value=amount)


def test_nobody_withdraws_early(chain, stake):
    with pytest.raises(Reverted, match="leave first"):
        chain.send(stake.functions.withdraw, sender="bob")
    chain.send(stake.functions.leave, sender="bob")
    with pytest.raises(Reverted, match="already leaving"):
        chain.send(stake.functions.leave, sender="bob")
    chain.travel(seconds=stake.functions.DELAY().call() - 5)
    with pytest.raises(Reverted, match="the delay is not over"):
        chain.send(stake.functions.withdraw, sender="bob")
    with pytest.raises(Reverted, match="leaving: withdraw first"):
        chain.send(stake.functions.deposit, sender="bob", value=ETHER)


def test_outsiders_have_nothing_to_leave_or_withdraw(chain, stake):
    for action in (stake.functions.leave, stake.functions.withdraw):
        with pytest.raises(Reverted, match="nothing at stake"):
            chain.send(action, sender="carol")
    with pytest.raises(Reverted):
        chain.send(stake, sender="carol", value=ETHER)  # bare payments are refused: they would belong to nobody


# Slashing --------------------------------------------------------------------------------------------------


def test_two_signatures_take_the_stake(chain, stake, slash):
    burned = chain.balance(NOBODY)
    assert gain(chain, "carol", slash) == 2 * ETHER
    assert chain.balance(NOBODY) - burned >= 30 * ETHER  # the zero address also collects base fees on some chains
    bob = chain.accounts["bob"].address
    assert stake.functions.stakes(bob).call() == 0 and stake.functions.slashed(bob).call()
    assert whole(chain, stake) and chain.balance(stake) == 5 * ETHER
    assert chain.events(stake).iloc[-1]["event"] == "Slashed"
    with pytest.raises(Reverted, match="slashed validators never come back"):
        chain.send(stake.functions.deposit, sender="bob", value=32 * ETHER)


def test_the_contract_asks_for_the_signature_that_we_make(chain, stake):
    message = block_message(stake, chain.w3.eth.chain_id, SLOT, ONE)
    digest = keccak(b"\x19" + message.version + message.header + message.body)
    assert stake.functions.digest(SLOT, ONE).call() == digest
    assert digest == keccak(
        b"\x19\x00"
        + bytes.fromhex(stake.address[2:])
        + b"".join(n.to_bytes(32) for n in (chain.w3.eth.chain_id, SLOT))
        + ONE
    )


def raised(signature):
    """The other signature that fits the same message: s from the upper half, v turned over."""
    r, s, v = signature[:32], int.from_bytes(signature[32:64]), signature[64]
    return r + (ORDER - s).to_bytes(32) + bytes([55 - v])


EVIDENCE = {
    "one block twice": (lambda sign: {"second": ONE, "two": sign(ONE)}, "one block twice is no equivocation"),
    "two slots": (lambda sign: {"two": sign(TWO, slot=SLOT + 1)}, "the second signature is not the validator's"),
    "another slot named": (lambda sign: {"slot": SLOT + 1}, "the first signature is not the validator's"),
    "another chain": (lambda sign: {"one": sign(ONE, chain_id=1)}, "the first signature is not the validator's"),
    "another contract": (
        lambda sign: {"two": sign(TWO, contract=NOBODY)},
        "the second signature is not the validator's",
    ),
    "another signer": (lambda sign: {"two": sign(TWO, "dave")}, "the second signature is not the validator's"),
    "another victim": (lambda sign: {"validator": "dave"}, "the first signature is not the validator's"),
    "signatures swapped": (lambda sign: {"one": sign(TWO), "two": sign(ONE)}, "the first signature is not"),
    "an outsider": (
        lambda sign: {"validator": "erin", "one": sign(ONE, "erin"), "two": sign(TWO, "erin")},
        "nothing at stake",
    ),
    "the zero address": (lambda sign: {"validator": NOBODY, "one": bytes(65), "two": bytes(65)}, "nothing at stake"),
    "zeros": (lambda sign: {"one": bytes(65)}, "no signature"),
    "v of 0": (lambda sign: {"one": sign(ONE)[:64] + b"\x00"}, "no signature"),
    "v of 29": (lambda sign: {"two": sign(TWO)[:64] + b"\x1d"}, "no signature"),
    "r of 0": (lambda sign: {"one": bytes(32) + sign(ONE)[32:]}, "no signature"),
    "high s": (lambda sign: {"two": raised(sign(TWO))}, "only the lower s counts"),
    "64 bytes": (lambda sign: {"one": sign(ONE)[:64]}, "a signature has 65 bytes"),
    "nothing": (lambda sign: {"one": b""}, "a signature has 65 bytes"),
}


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_other_evidence_takes_nothing(chain, stake, sign, slash, evidence):
    change, words = EVIDENCE[evidence]
    with pytest.raises(Reverted, match=words):
        slash(**change(sign))
    assert whole(chain, stake) and chain.balance(stake) == 37 * ETHER


def test_the_high_s_would_have_recovered_the_validator(chain, stake, sign):
    """So it is the rule that refuses it, not the mathematics."""
    digest = stake.functions.digest(SLOT, TWO).call()
    assert Account._recover_hash(digest, signature=raised(sign(TWO))) == chain.accounts["bob"].address


def test_a_signature_of_66_bytes_does_not_fit(sign, slash):
    with pytest.raises((ContractError, Reverted)):
        slash(one=sign(ONE) + b"\x00")


def test_one_proof_counts_once(chain, stake, sign, slash):
    slash()
    for again in ({}, {"first": TWO, "second": ONE, "one": sign(TWO), "two": sign(ONE)}):
        with pytest.raises(Reverted, match="already slashed"):
            slash(**again)
    assert chain.balance(stake) == 5 * ETHER


def test_the_delay_covers_evidence_that_comes_while_leaving(chain, stake, slash):
    chain.send(stake.functions.leave, sender="bob")
    chain.travel(seconds=stake.functions.DELAY().call() - 10)
    slash()
    chain.travel(seconds=100)
    with pytest.raises(Reverted, match="nothing at stake"):
        chain.send(stake.functions.withdraw, sender="bob")


def test_even_after_the_delay_an_unwithdrawn_stake_can_be_taken(chain, stake, slash):
    chain.send(stake.functions.leave, sender="bob")
    chain.travel(seconds=2 * stake.functions.DELAY().call())
    slash()
    assert chain.balance(stake) == 5 * ETHER


def test_evidence_after_the_withdrawal_finds_nothing_but_waits_for_a_return(chain, stake, slash):
    chain.send(stake.functions.leave, sender="bob")
    chain.travel(seconds=stake.functions.DELAY().call())
    chain.send(stake.functions.withdraw, sender="bob")
    with pytest.raises(Reverted, match="nothing at stake"):
        slash()
    chain.send(stake.functions.deposit, sender="bob", value=2 * ETHER)
    slash()
    assert chain.balance(stake) == 5 * ETHER


@pytest.mark.parametrize("amount", [ETHER, 16 * ETHER, 3 * ETHER + 7])
@pytest.mark.parametrize("reporter", ["bob", "carol"])
def test_reporting_oneself_always_loses(chain, sign, reporter, amount):
    """By one's own account or a friend's, to jump the delay or to be first: fifteen sixteenths are gone."""
    stake = chain.deploy("stake")
    together = chain.balance("bob") + chain.balance("carol")
    fees = chain.send(stake.functions.deposit, sender="bob", value=amount).fee
    one, two = (sign(block_hash, contract=stake) for block_hash in (ONE, TWO))
    fees += chain.send(stake.functions.slash, "bob", SLOT, ONE, one, TWO, two, sender=reporter).fee
    lost = together - fees - chain.balance("bob") - chain.balance("carol")
    assert lost == amount - amount // 16 and lost >= amount * 15 // 16
    assert chain.balance(stake) == 0


# Reentrancy ------------------------------------------------------------------------------------------------

THIEF = """
interface Stake:
    def deposit(): payable
    def leave(): nonpayable
    def withdraw(): nonpayable
    def slash(v: address, slot: uint256, a: bytes32, s: Bytes[65], b: bytes32, t: Bytes[65]): nonpayable
target: Stake
again: bool
one: Bytes[65]
two: Bytes[65]
victim: address
@deploy
def __init__(target: address):
    self.target = Stake(target)
@external
@payable
def deposit():
    extcall self.target.deposit(value=msg.value)
@external
def leave():
    extcall self.target.leave()
@external
def withdraw():
    self.again = True
    extcall self.target.withdraw()
@external
def report(victim: address, one: Bytes[65], two: Bytes[65]):
    self.again = True
    self.one = one
    self.two = two
    self.victim = victim
    self._report()
@internal
def _report():
    first: bytes32 = 0x0101010101010101010101010101010101010101010101010101010101010101
    second: bytes32 = 0x0202020202020202020202020202020202020202020202020202020202020202
    extcall self.target.slash(self.victim, 7, first, self.one, second, self.two)
@external
@payable
def __default__():
    if self.again:
        self.again = False
        if self.victim == empty(address):
            extcall self.target.withdraw()
        else:
            self._report()
"""
LOCKED = (FOLDER / "stake.vy").read_text("utf-8")
WALLS = {"both walls": LOCKED, "order alone": LOCKED.replace("@nonreentrant\n", "")}


@pytest.mark.parametrize("source", WALLS.values(), ids=WALLS)
def test_a_contract_that_comes_back_while_it_is_paid_gets_nothing_more(chain, sign, source):
    stake = chain.deploy(source)
    chain.send(stake.functions.deposit, sender="bob", value=32 * ETHER)
    thief = chain.deploy(THIEF, stake, sender="judy")
    chain.send(thief.functions.deposit, sender="judy", value=4 * ETHER)
    chain.send(thief.functions.leave, sender="judy")
    chain.travel(seconds=stake.functions.DELAY().call())
    with pytest.raises(Reverted):
        chain.send(thief.functions.withdraw, sender="judy")
    one, two = (sign(block_hash, contract=stake) for block_hash in (ONE, TWO))
    with pytest.raises(Reverted):
        chain.send(thief.functions.report, "bob", one, two, sender="judy")
    assert chain.balance(stake) == 36 * ETHER and chain.balance(thief) == 0


# From the simulation to the chain --------------------------------------------------------------------------


def test_whom_the_simulation_catches_the_contract_slashes(chain, stake):
    result = simulate(ProofOfStake, 4, 300, byzantine={1: "equivocate"})
    assert result.caught == {1}
    first, second = result.evidence[1]
    assert first.slot == second.slot and first != second
    chain_id = chain.w3.eth.chain_id
    pair = [
        sign_block(chain.accounts["bob"].key, stake, chain_id, block.slot, block.digest) for block in (first, second)
    ]
    chain.send(stake.functions.slash, "bob", first.slot, first.digest, pair[0], second.digest, pair[1], sender="carol")
    assert stake.functions.slashed(chain.accounts["bob"].address).call()


@pytest.mark.parametrize(
    "arguments, name",
    [
        ((0, -1, 5, ONE), "chain_id must"),
        ((0, 1, -5, ONE), "slot must"),
        ((0, 1, 5, b"short"), "block_hash must be 32 bytes"),
    ],
)
def test_bad_input(arguments, name):
    with pytest.raises(ValueError, match=f"^{name}"):
        sign_block(b"\x01" * 32, NOBODY, *arguments[1:])
