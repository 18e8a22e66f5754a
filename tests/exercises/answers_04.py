"""Answers to unit 04: right ones, typical wrong ones, and what the untouched lab holds."""

import hashlib

from eth_utils import keccak

from nnchain_edu.chain.contracts import load
from tests.exercises.answers import Answers

STUB = "@external\ndef nothing():\n    # your code here\n    pass\n"
BROKEN = "@external\ndef nothing()\n    pass\n"


def stub(*given):
    raise NotImplementedError("your code here")


def swap(text, *pairs):
    """`text` with each first of a pair, which must be there, replaced by the second."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


# 04.1 ------------------------------------------------------------------------------------------------------


def word(number):
    return number.to_bytes(32, "big")


def slot_of(position, key):
    return int.from_bytes(keccak(word(position) + bytes.fromhex(key[2:]).rjust(32, b"\0")), "big")


def slot_by_numbers(position, key):
    return int(keccak(hexstr=f"{position:064x}{int(key, 16):064x}").hex(), 16)


def slot_sha3(position, key):
    return int.from_bytes(hashlib.sha3_256(word(position) + word(int(key, 16))).digest(), "big")


def slot_unpadded(position, key):
    return int.from_bytes(keccak(word(position) + bytes.fromhex(key[2:])), "big")


def slot_right_padded(position, key):
    return int.from_bytes(keccak(word(position) + bytes.fromhex(key[2:]).ljust(32, b"\0")), "big")


def slot_solidity(position, key):
    return int.from_bytes(keccak(word(int(key, 16)) + word(position)), "big")


def slot_bytes(position, key):
    return keccak(word(position) + word(int(key, 16)))


def slot_little(position, key):
    return int.from_bytes(keccak(word(position) + word(int(key, 16))), "little")


def slot_broken(position, key):
    return int.from_bytes(keccak(position + key), "big")


# 04.2 ------------------------------------------------------------------------------------------------------


def gas_used(data, execution, refund):
    zeros = data.count(0)
    others = len(data) - zeros
    before = 21_000 + 4 * zeros + 16 * others + execution
    return max(before - min(refund, before // 5), 21_000 + 10 * zeros + 40 * others)


def gas_by_tokens(data, execution, refund):
    tokens = sum(1 if byte == 0 else 4 for byte in data)
    total = 21_000 + 4 * tokens + execution
    total -= refund if 5 * refund < total else total // 5
    floor = 21_000 + 10 * tokens
    return total if total > floor else floor


def gas_as_a_float(data, execution, refund):
    return float(gas_used(data, execution, refund))


def gas_fifth_of_the_execution(data, execution, refund):
    return gas_used(data, execution, min(refund, execution // 5))


def gas_without_base(data, execution, refund):
    return gas_used(data, execution, refund) - 21_000


def gas_all_bytes_alike(data, execution, refund):
    before = 21_000 + 16 * len(data) + execution
    return before - min(refund, before // 5)


def gas_without_refund(data, execution, refund):
    return gas_used(data, execution, 0)


def gas_refund_uncapped(data, execution, refund):
    zeros = data.count(0)
    return 21_000 + 4 * zeros + 16 * (len(data) - zeros) + execution - refund


def gas_without_floor(data, execution, refund):
    zeros = data.count(0)
    before = 21_000 + 4 * zeros + 16 * (len(data) - zeros) + execution
    return before - min(refund, before // 5)


def gas_floor_first(data, execution, refund):
    before = gas_used(data, execution, 0)
    return before - min(refund, before // 5)


def gas_broken(data, execution, refund):
    return 21_000 + sum(16 for byte in data if byte.is_nonzero) + execution - refund.cap


# 04.3 ------------------------------------------------------------------------------------------------------

JAR = """
event PaidIn:
    who: indexed(address)
    amount: uint256

owner: address

@deploy
def __init__():
    self.owner = msg.sender

@external
@payable
def pay_in():
    log PaidIn(who=msg.sender, amount=msg.value)

@external
def pay_out(receiver: address):
    assert msg.sender == self.owner, "only the owner"
    raw_call(receiver, b"", value=self.balance)
"""
JAR_IMMUTABLE = """
event PaidIn:
    who: indexed(address)
    amount: uint256

OWNER: immutable(address)
inside: public(uint256)

@deploy
def __init__():
    OWNER = msg.sender

@external
@payable
def pay_in():
    self.inside += msg.value
    log PaidIn(who=msg.sender, amount=msg.value)

@external
@nonreentrant
def pay_out(receiver: address):
    if msg.sender != OWNER:
        raise "you are not the owner"
    amount: uint256 = self.inside
    self.inside = 0
    send(receiver, amount)
"""
JAR_WITH_A_NOTE = (
    JAR
    + """
note: public(String[20])

@external
def write(text: String[20], loud: bool, marks: DynArray[uint256, 3], tag: bytes4):
    self.note = text
"""
)
BOUGHT_DOOR = "\n@external\n@payable\ndef become_owner():\n    assert msg.value > 0\n    self.owner = msg.sender\n"
OPEN_DOOR = "\n@external\ndef set_owner(new_owner: address):\n    self.owner = new_owner\n"

# 04.4 ------------------------------------------------------------------------------------------------------

HOLEY_BANK = """
balances: public(HashMap[address, uint256])

@external
@payable
def deposit():
    self.balances[msg.sender] += msg.value

@external
def give(receiver: address, amount: uint256):
    self.balances[msg.sender] -= amount
    self.balances[receiver] += amount

@external
def withdraw():
    amount: uint256 = self.balances[msg.sender]
    assert amount > 0, "nothing to withdraw"
    raw_call(msg.sender, b"", value=amount)
    self.balances[msg.sender] = 0
"""
PAY, BOOK = '    raw_call(msg.sender, b"", value=amount)\n', "    self.balances[msg.sender] = 0\n"
BANK_ORDER = swap(HOLEY_BANK, (PAY + BOOK, BOOK + PAY))
BANK_LOCKED = swap(HOLEY_BANK, ("@external\n", "@external\n@nonreentrant\n"))
BANK_HALF_LOCKED = swap(HOLEY_BANK, ("@external\ndef withdraw", "@external\n@nonreentrant\ndef withdraw"))
BANK_SENDING = swap(HOLEY_BANK, (PAY, "    send(msg.sender, amount)\n"))
BANK_LITTLE_GAS = swap(HOLEY_BANK, ("value=amount)", "value=amount, gas=60000)"))
BANK_FOR_PEOPLE = swap(BANK_ORDER, (BOOK, f"    assert not msg.sender.is_contract\n{BOOK}"))
BANK_NO_BOOK = swap(BANK_LOCKED, (BOOK, ""))

# 04.5 ------------------------------------------------------------------------------------------------------

LIMIT = """
model: address
stored: uint256
changed: uint256
pending: uint256
ready: uint256

@deploy
def __init__(model_key: address):
    self.model = model_key

@external
@view
def percent() -> uint256:
    return self.stored if block.timestamp <= self.changed + 86400 else 30

@external
def propose(percent: uint256):
    assert msg.sender == self.model, "only the model proposes"
    assert percent >= 30 and percent <= 75, "outside the bounds"
    self.pending = percent
    self.ready = block.timestamp + 3600

@external
def carry_out():
    assert self.ready > 0 and block.timestamp >= self.ready, "nothing is ready"
    assert block.timestamp < self.ready + 86400 - 3600, "old news"
    self.ready = 0
    self.stored = self.pending
    self.changed = block.timestamp
"""
LIMIT_CLAMPED = """
struct Proposal:
    percent: uint256
    made: uint256

MODEL: immutable(address)
waiting: Proposal
active: Proposal

@deploy
def __init__(model_key: address):
    MODEL = model_key

@external
@view
def percent() -> uint256:
    if block.timestamp - self.active.made > 86400:
        return 30
    return self.active.percent

@external
def propose(percent: uint256):
    assert msg.sender == MODEL
    self.waiting = Proposal(percent=min(max(percent, 30), 75), made=block.timestamp)

@external
def carry_out():
    assert self.waiting.made != 0
    assert block.timestamp - self.waiting.made >= 3600
    assert block.timestamp - self.waiting.made <= 86400
    self.active = Proposal(percent=self.waiting.percent, made=block.timestamp)
    self.waiting = empty(Proposal)
"""
ONLY_MODEL = '    assert msg.sender == self.model, "only the model proposes"\n'
LAPSES = '    assert block.timestamp < self.ready + 86400 - 3600, "old news"\n'
NEVER = "self.ready = max_value(uint256)"
BOUNDS = '    assert percent >= 30 and percent <= 75, "outside the bounds"\n'

# 04.6 ------------------------------------------------------------------------------------------------------

ETHER = 10**18
DRAINER = """
interface Vault:
    def deposit(): payable
    def withdraw(): nonpayable

vault: address

@external
@payable
def rob(vault: address):
    self.vault = vault
    extcall Vault(vault).deposit(value=msg.value)
    extcall Vault(vault).withdraw()
    raw_call(msg.sender, b"", value=self.balance)

@external
@payable
def __default__():
    if staticcall Purse(self.vault).held() >= msg.value:
        extcall Vault(self.vault).withdraw()

interface Purse:
    def held() -> uint256: view
"""


def take_reserve(chain, vault):
    chain.send(vault.functions.name_keeper, "judy", sender="judy")
    chain.send(vault.functions.spend, "judy", sender="judy")


def take_deposits(chain, vault):
    thief = chain.deploy(DRAINER, sender="judy")
    chain.send(thief.functions.rob, vault, sender="judy", value=5 * ETHER)


def take_fund(chain, vault, market, token):
    judy = chain.accounts["judy"].address
    chain.send(market.functions.buy, sender="judy", value=300 * ETHER)
    chain.send(vault.functions.update, sender="judy")
    tokens = vault.functions.fund().call() * ETHER // vault.functions.price().call()
    chain.send(token.functions.approve, vault, tokens, sender="judy")
    chain.send(vault.functions.sell, tokens, sender="judy")
    rest = token.functions.balanceOf(judy).call()
    chain.send(token.functions.approve, market, rest, sender="judy")
    chain.send(market.functions.sell, rest, sender="judy")


def heist(chain, vault, market, token):
    take_reserve(chain, vault)
    take_deposits(chain, vault)
    take_fund(chain, vault, market, token)


def heist_with_the_courses_thief(chain, vault, market, token):
    take_fund(chain, vault, market, token)
    chain.send(vault.functions.name_keeper, "judy", sender="judy")
    chain.send(vault.functions.spend, "judy", sender="judy")
    thief = chain.deploy("bank_thief", sender="judy")
    chain.send(thief.functions.rob, vault, sender="judy", value=10 * ETHER)


def heist_reserve_only(chain, vault, market, token):
    take_reserve(chain, vault)


def heist_no_reserve(chain, vault, market, token):
    take_deposits(chain, vault)


def heist_no_fund(chain, vault, market, token):
    take_reserve(chain, vault)
    take_deposits(chain, vault)


def heist_for_a_friend(chain, vault, market, token):
    take_deposits(chain, vault)
    take_fund(chain, vault, market, token)
    chain.send(vault.functions.name_keeper, "judy", sender="judy")
    chain.send(vault.functions.spend, "bob", sender="judy")


def heist_broken(chain, vault, market, token):
    chain.send(vault.functions.take_everything, sender="judy")


# 04.7 ------------------------------------------------------------------------------------------------------

HOLEY_VAULT = load("vault_with_holes").source
KEEPER = (
    "    self.keeper = new_keeper\n",
    '    assert msg.sender == self.keeper, "only the keeper hands on"\n    self.keeper = new_keeper\n',
)
LATE = "    self.deposits[msg.sender] = 0\n"
ORDER = (
    f'    raw_call(msg.sender, b"", value=amount)\n{LATE}',
    f'{LATE}    raw_call(msg.sender, b"", value=amount)\n',
)
AVERAGE = (
    ("updated: public(uint256)\n", "updated: public(uint256)\ncounted: uint256\n"),
    (
        "    self.updated = block.timestamp\n\n\n@external\ndef name_keeper",
        "    self.updated = block.timestamp\n    self.counted = staticcall market.price_seconds()\n\n\n"
        "@external\ndef name_keeper",
    ),
    (
        "    self.price = staticcall market.price()\n    self.updated",
        "    seconds: uint256 = block.timestamp - self.updated\n"
        '    assert seconds >= 1800, "too early"\n'
        "    counted: uint256 = staticcall market.price_seconds()\n"
        "    self.price = (counted - self.counted) // seconds\n"
        "    self.counted = counted\n"
        "    self.updated",
    ),
)
START = AVERAGE[1]
LOCKED = (
    ("@external\ndef", "@external\n@nonreentrant\ndef"),
    ("@external\n@payable", "@external\n@payable\n@nonreentrant"),
)
WAIT_ONLY = (
    "    self.price = staticcall",
    "    assert block.timestamp >= self.updated + 1800\n    self.price = staticcall",
)
KEEPERS_PRICE = ("    self.price = staticcall", "    assert msg.sender == self.keeper\n    self.price = staticcall")
SAME_TRANSACTION = (
    ("updated: public(uint256)\n", "updated: public(uint256)\nlooked: uint256\n"),
    ("    self.price = staticcall", "    self.looked = block.number\n    self.price = staticcall"),
    ('    assert self.price > 0, "', '    assert block.number > self.looked\n    assert self.price > 0, "'),
)

CLOSED = swap(HOLEY_VAULT, KEEPER, ORDER, *AVERAGE)
ORIGIN = 'tx.origin == self.keeper, "only the keeper hands'

ANSWERS = {
    "04.1": Answers(
        right=[slot_of, slot_by_numbers],
        wrong=[
            (slot_sha3, "keccak"),
            (slot_unpadded, "padded"),
            (slot_right_padded, "padded on the left"),
            (slot_solidity, "Vyper's order"),
            (slot_bytes, "a number"),
            (slot_little, "what the chain stores"),
        ],
        stub=stub,
        broken=slot_broken,
    ),
    "04.2": Answers(
        right=[gas_used, gas_by_tokens],
        wrong=[
            (gas_as_a_float, "a whole number"),
            (gas_without_base, "intrinsic"),
            (gas_all_bytes_alike, "bytes by kind"),
            (gas_without_refund, "refund"),
            (gas_fifth_of_the_execution, "refund"),
            (gas_refund_uncapped, "a fifth at most"),
            (gas_without_floor, "floor"),
            (gas_floor_first, "refund before floor"),
        ],
        stub=stub,
        broken=gas_broken,
    ),
    "04.3": Answers(
        right=[JAR, JAR_IMMUTABLE, JAR_WITH_A_NOTE],
        wrong=[
            (swap(JAR, ("who=msg.sender, amount=msg.value", "who=msg.sender, amount=self.balance + 1")), "event"),
            (swap(JAR, ("value=self.balance", "value=self.balance // 2")), "owner"),
            (swap(JAR, ('    assert msg.sender == self.owner, "only the owner"\n', "")), "strangers"),
            (JAR + OPEN_DOOR, "no other door"),
            (JAR + BOUGHT_DOOR, "no other door"),
            (swap(JAR, ("assert msg.sender ==", "assert tx.origin ==")), "not by a lure"),
        ],
        stub=STUB,
        broken=BROKEN,
    ),
    "04.4": Answers(
        right=[BANK_ORDER, BANK_LOCKED],
        wrong=[
            (BANK_NO_BOOK, "works"),
            (HOLEY_BANK, "withdraws again"),
            (BANK_LITTLE_GAS, "withdraws again"),
            (BANK_HALF_LOCKED, "gives meanwhile"),
            (BANK_SENDING, "pays contracts"),
            (BANK_FOR_PEOPLE, "pays contracts"),
        ],
        stub=STUB,
        broken=BROKEN,
    ),
    "04.5": Answers(
        right=[LIMIT, LIMIT_CLAMPED],
        wrong=[
            (swap(LIMIT, ("else 30", "else 0")), "begins at 30"),
            (swap(LIMIT, ("percent >= 30", "percent > 30")), "takes effect"),
            (swap(LIMIT, ("percent <= 75", "percent <= self.stored + 40")), "takes effect"),
            (swap(LIMIT, ("self.ready > 0 and ", ""), (LAPSES, ""), ("self.ready = 0", NEVER)), "nothing proposed"),
            (swap(LIMIT, (ONLY_MODEL, "")), "only the model"),
            (swap(LIMIT, ("msg.sender == self.model", "tx.origin == self.model")), "not by a lure"),
            (swap(LIMIT, (BOUNDS, "")), "bounds"),
            (swap(LIMIT, (" and block.timestamp >= self.ready", "")), "waits"),
            (swap(LIMIT, ("block.timestamp + 3600", "block.timestamp + 3500")), "waits"),
            (swap(LIMIT, (BOUNDS, f"{BOUNDS}    assert self.ready == 0\n")), "replaces"),
            (
                swap(LIMIT, ("    self.ready = block", "    if self.ready == 0:\n        self.ready = block")),
                "waits anew",
            ),
            (swap(LIMIT, ("    self.ready = 0\n", "")), "once"),
            (swap(LIMIT, (LAPSES, "")), "old news"),
            (swap(LIMIT, ("if block.timestamp <= self.changed + 86400", "if self.stored > 0")), "fails closed"),
            (swap(LIMIT, ("timestamp <= self.changed", "timestamp < self.changed")), "fails closed"),
            (swap(LIMIT, ("changed = block.timestamp", "changed = block.timestamp - 3600")), "fails closed"),
        ],
        stub=STUB,
        broken=BROKEN,
    ),
    "04.6": Answers(
        right=[heist_with_the_courses_thief, heist],
        wrong=[
            (heist_no_reserve, "reserve"),
            (heist_reserve_only, "held"),
            (heist_no_fund, "fund"),
            (heist_for_a_friend, "profit"),
        ],
        stub=stub,
        broken=heist_broken,
    ),
    "04.7": Answers(
        right=[CLOSED, swap(HOLEY_VAULT, KEEPER, *AVERAGE, *LOCKED)],
        wrong=[
            (swap(HOLEY_VAULT, KEEPER, ORDER, KEEPERS_PRICE), "works"),
            (swap(HOLEY_VAULT, KEEPER, ORDER, *(pair for pair in AVERAGE if pair is not START)), "first price"),
            (swap(CLOSED, ("    self.counted = counted\n", "")), "next price"),
            (swap(HOLEY_VAULT, ORDER, *AVERAGE), "keeper"),
            (swap(CLOSED, ('msg.sender == self.keeper, "only the keeper hands', ORIGIN)), "not by a lure"),
            (swap(HOLEY_VAULT, KEEPER, *AVERAGE), "withdraw"),
            (swap(HOLEY_VAULT, KEEPER, ORDER, WAIT_ONLY), "price of the moment"),
            (swap(HOLEY_VAULT, KEEPER, ORDER, *SAME_TRANSACTION), "price of the last look"),
            (swap(CLOSED, ('    assert seconds >= 1800, "too early"\n', "")), "average of a moment"),
        ],
        stub=STUB,
        broken=BROKEN,
    ),
}
