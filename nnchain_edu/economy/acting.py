"""From intents to signed transactions: each agent spends what it holds when the time comes, and no more."""

from collections import Counter
from typing import Any

from .behaviour import Intent

GWEI = 10**9
MOST_PER_GAS = 4 * GWEI  # wei that a transaction may cost per gas; what must stay in the account for it
#: Gas that each act is given.
GAS = {"pay": 21_000, "tokens": 90_000, "approve": 70_000, "pull": 100_000, "buy": 200_000, "sell": 200_000,
       "deploy": 600_000, "invest": 400_000}  # fmt: skip
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"  # keccak of the ERC-20 event
PARTS = 10**6  # shares are whole millionths, so that amounts are exact


def share(held: int, amount: int | float) -> int:
    """``amount`` itself, or (a float) that share of what is held."""
    return amount if isinstance(amount, int) else held * round(amount * PARTS) // PARTS


class Acting:
    """Turns the intents of one moment into transactions on ``chain``, and keeps count of what came of them."""

    def __init__(self, chain: Any, addresses: dict[str, str]):
        self.chain, self.addresses = chain, addresses
        self.contracts: dict[str, Any] = {}
        self.tokens: Counter[str] = Counter()  # units by address, as the logs tell
        self.skipped: Counter[str] = Counter()  # intents that could not be afforded, by kind
        self.done: list[tuple] = []  # (hash, intent) in the order of the chain
        self.read = 0  # the last block whose logs were taken in

    def at(self, timestamp: int, intents: list[Intent]) -> None:
        """Carry out ``intents`` in blocks from ``timestamp`` on."""
        purse: dict[str, int] = {}
        wanted = [(intent, message) for intent in intents if (message := self._message(intent, purse))]
        if not wanted:
            return
        self.chain.rpc("evm_setNextBlockTimestamp", timestamp)
        deployed = [intent for intent, message in wanted if "to" not in message]
        for intent in deployed:
            self.deploy(intent, "ponzi")
        sent = [(intent, message) for intent, message in wanted if "to" in message]
        hashes = self.chain.send_many([message for _, message in sent])
        self.done += [(hashed, intent) for hashed, (intent, _) in zip(hashes, sent, strict=True)]
        if any(intent.act != "pay" for intent, _ in sent):
            self.take_in_logs()

    def deploy(self, intent: Intent, source: str, *args: Any) -> None:
        """Create the contract ``source`` under the name ``intent.to``."""
        contract = self.chain.deploy(source, *args, sender=self.addresses[intent.sender])
        self.contracts[intent.to], self.addresses[intent.to] = contract, contract.address.lower()
        self.done.append((contract.receipt["transactionHash"].to_0x_hex(), intent))

    def call(self, intent: Intent, function: Any, value: int = 0) -> None:
        """Call a contract's function with its arguments bound."""
        receipt = self.chain.send(function, sender=self.addresses[intent.sender], value=value)
        self.done.append((receipt["transactionHash"].to_0x_hex(), intent))

    def _message(self, intent: Intent, purse: dict[str, int]) -> dict | None:
        sender = self.addresses[intent.sender]
        if sender not in purse:
            purse[sender] = int(self.chain.rpc("eth_getBalance", sender, "latest"), 16)
        fee = GAS[intent.act] * MOST_PER_GAS
        spendable = purse[sender] - fee
        to, args, value = self._call(intent, max(spendable, 0))
        if spendable < value or to is None:
            self.skipped[intent.kind] += 1
            return None
        purse[sender] = spendable - value
        if intent.act == "deploy":
            return {"sender": sender}
        return {"to": to, "args": args, "sender": sender, "value": value, "gas": GAS[intent.act]}

    def _call(self, intent: Intent, spendable: int) -> tuple[Any, tuple, int]:
        """What the intent calls, with which arguments and how much wei; None where there is nothing to give."""
        act, sender = intent.act, self.addresses[intent.sender]
        target = self.addresses.get(intent.to)
        if act == "deploy":
            return intent.to, (), 0
        if target is None:  # a contract that was never created
            return None, (), 0
        if act in ("pay", "buy", "invest"):
            value = share(spendable, intent.amount)
            to = {"pay": target}.get(act) or getattr(self.contracts[intent.to].functions, act)
            return (to if value else None), (), value
        token = self.contracts["token"].functions
        if act == "approve":
            return token.approve, (target, intent.amount), 0
        units = share(self.tokens[target if act == "pull" else sender], intent.amount)
        calls = {
            "tokens": (token.transfer, (target, units)),
            "pull": (token.transferFrom, (target, sender, units)),
            "sell": (self.contracts["market"].functions.sell, (units,)),
        }
        return *(calls[act] if units else (None, ())), 0

    def take_in_logs(self) -> None:
        """Token balances follow the Transfer events since the last time."""
        head, token = self.chain.w3.eth.block_number, self.contracts["token"].address.lower()
        for number in range(self.read + 1, head + 1):
            for receipt in self.chain.rpc("eth_getBlockReceipts", hex(number)):
                for log in receipt["logs"]:
                    if log["address"].lower() == token and log["topics"][0] == TRANSFER:
                        giver, receiver = ("0x" + topic[-40:] for topic in log["topics"][1:3])
                        units = int(log["data"], 16)
                        self.tokens[giver] -= units
                        self.tokens[receiver] += units
        self.read = head
