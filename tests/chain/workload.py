"""Random transactions of every kind, good and bad, from one seed: what fast and stock engines must agree on."""

import contextlib
import random

from eth_account import Account
from eth_utils import keccak, to_checksum_address

from nnchain_edu.chain.errors import RpcError
from nnchain_edu.chain.node import Node
from nnchain_edu.chain.rpc import dispatch


def creation(runtime: str) -> str:
    """Init code that deploys `runtime` (hex digits)."""
    return f"0x61{len(runtime) // 2:04x}80600a3d393df3{runtime}"


# Hand-written contracts, each after one corner of the rules.
RUNTIMES = {
    "sets two slots, then reverts": "6000600055600160015560006000fd",
    "writes, then self-destructs to its caller": "60ff60005560aa60015533ff",
    "loops for ever": "5b600056",
    "invalid opcode": "fe",
    "hashes its memory over and over": "7f" + "ff" * 32 + "600052602060002060005500",
    "writes, reads, clears and writes a slot again": "600160005560005460015560006000556000600155",
    "logs its calldata": "3660008037366000a0366000f3",
    "logs with four topics": "36600080376001600260036004366000a4",
    "reads its own balance": "303b60005260206000f3",
    "calls its caller back": "5f5f5f5f5f335af160005500",
    "delegates to itself": "5f5f5f5f303b5af45f5260205ff3",
    "sets two slots": "60015f5560025f5560015f5500",
    "creates by CREATE and CREATE2": "5f5f5ff05f555f5f5f5f5ff55f5500",
    "creates a contract that destroys itself at once": "6133ff5f526002601e5ff05f555f5f5f5f5f5f545af100",
    "creates a contract, and later has it destroy itself": "5f5480601d5750696133ff5f526002601ef35f52600a60165ff05f5500"
    "5b5f5f5f5f5f855af15000",
    "block hash of a block ago": "4360014303405f5500",
    "environment": "42435f3544455f3a48494a5f5260205ff3",
    "stores a counter": "5f546001015f5500",
    "keeps a word for the transaction": "60016001 5d60015c5f5500".replace(" ", ""),
    "calls itself without end": "5f5f5f5f5f305af15f5500",
    "asks for far memory": "600163ffffffff5200",
    "sends its balance to an address of the calldata": "5f5f5f5f475f355af100",
    "copies its return data past the end": "600160006000 3e00".replace(" ", ""),
    "writes under STATICCALL": "5f5f5f5f305afa5f5500",
    "signed arithmetic": "5f3560203505 5f555f3560203507 6001555f35602035 12600255 5f35602035 1d600355".replace(" ", ""),
    "modular arithmetic": "5f35602035604035085f555f35602035604035096001555f356020350a6002555f3560203506600355",
    "shifts, bytes and comparisons": "5f356020351b5f555f356020351c6001555f356020351a6002555f35602035"
    "10600355 5f35196004555f356020350b600555 5f35602035 03600655".replace(" ", ""),
    "copies memory": "5f355f5260205f60015e5f515f5500",
}
# Authorizations (EIP-7702) by how they are made: those that are signed right are carried out, the rest are passed over.
AUTHORIZATIONS = ("valid", "duplicate", "wrong nonce", "another chain", "any chain", "to itself", "back to none")
PRECOMPILES = [f"0x{i:040x}" for i in range(1, 0x12)]


def words(rng: random.Random) -> str:
    """Calldata of up to three words, small, huge or negative."""
    choices = (0, 1, 2, 3, 31, 32, 255, 256, 257, 2**255, 2**256 - 1, 2**256 - 2, rng.getrandbits(256), 7)
    return "".join(f"{rng.choice(choices):064x}" for _ in range(rng.randrange(4)))


def authorize(key: bytes, chain_id: int, nonce: int, target: str, kind: str) -> list:
    """One of the `AUTHORIZATIONS`: the account of `key`, whose nonce is given, is to run the code at `target`."""
    fields = {"chainId": chain_id, "nonce": nonce, "address": target}
    if kind == "wrong nonce":
        fields["nonce"] += 1
    elif kind == "another chain":
        fields["chainId"] += 1
    elif kind == "any chain":
        fields["chainId"] = 0
    elif kind == "to itself":
        fields["address"] = Account.from_key(key).address
    elif kind == "back to none":
        fields["address"] = "0x" + "00" * 20
    signed = Account.sign_authorization(fields | {"address": to_checksum_address(fields["address"])}, key)
    return [signed] * (2 if kind == "duplicate" else 1)


def set_code(node: Node, sender: bytes, to: str, authorizations: list, data: str = "0x", value: int = 0) -> bytes:
    """A signed transaction of type 4 that carries `authorizations`."""
    fees = {"maxFeePerGas": 2 * node.next_base_fee() + 10**9, "maxPriorityFeePerGas": 10**9}
    request = fees | {
        "type": 4, "chainId": node.chain_id, "nonce": node.next_nonce(sender), "gas": 400_000,
        "to": to_checksum_address(to), "value": value, "data": data, "accessList": [],
        "authorizationList": authorizations,
    }  # fmt: skip
    return bytes(Account.sign_transaction(request, node.keys[sender].secret).raw_transaction)


def garbage(rng: random.Random) -> str:
    """Bytecode that begins with a few pushed words, so that it gets somewhere."""
    pushes = "".join(f"60{rng.randrange(256):02x}" for _ in range(rng.randrange(12)))
    return pushes + rng.randbytes(rng.randrange(1, 60)).hex()


class Workload:
    """Drives a node with random blocks. The same seed gives the same transactions."""

    def __init__(self, node: Node, seed: int):
        self.node, self.rng = node, random.Random(seed)
        node.automine = False
        self.accounts = ["0x" + who.hex() for who in node.keys]
        self.contracts: list[str] = []
        # who lets others' code run for them: two that also send, and three that nobody has heard of
        strangers = [keccak(text=f"authority {seed} {i}") for i in range(3)]
        self.authorities = [*strangers, *(key.secret for key in list(node.keys.values())[-2:])]
        self.delegating = [Account.from_key(key).address for key in self.authorities]
        self.sent = 0
        hashes = [
            self.send({"from": self.accounts[0], "data": creation(code), "gas": hex(300_000)})
            for code in RUNTIMES.values()
        ]
        node.mine()
        for digest in filter(None, hashes):
            receipt = dispatch(node, "eth_getTransactionReceipt", [digest])
            self.contracts.append(receipt["contractAddress"])

    def send(self, request: dict) -> str | None:
        try:
            self.sent += 1
            return dispatch(self.node, "eth_sendTransaction", [request])
        except RpcError:
            return None

    def transaction(self) -> dict:
        rng = self.rng
        request = {
            "from": rng.choice(self.accounts),
            "gas": hex(rng.choice([21_000, 30_000, 60_000, 250_000])),
        }
        kind = rng.random()
        if kind < 0.2:
            request |= {"to": f"0x{rng.randrange(1, 60):040x}", "value": hex(rng.choice([0, 0, 1, 10**18]))}
        elif kind < 0.3:
            request |= {"to": rng.choice(PRECOMPILES), "data": "0x" + rng.randbytes(rng.randrange(200)).hex()}
        elif kind < 0.75:
            request |= {"to": rng.choice(self.contracts + self.delegating), "data": "0x" + words(rng)}
            request |= {
                "value": hex(rng.choice([0, 0, 0, 1, 5])),
                "gas": hex(rng.choice([25_000, 60_000, 400_000])),
            }
        elif kind < 0.9:
            request |= {"data": creation(garbage(rng)) if rng.random() < 0.6 else "0x" + garbage(rng)}
            request["gas"] = hex(rng.choice([60_000, 150_000, 500_000]))
        else:
            keys = [f"0x{i:064x}" for i in range(rng.randrange(3))]
            entry = {"address": rng.choice(self.contracts), "storageKeys": keys}
            request |= {"to": entry["address"], "accessList": [entry], "data": "0x" + words(rng)}
            request["gas"] = hex(300_000)
        if rng.random() < 0.15:
            request["gasPrice"] = hex(self.node.next_base_fee() * 2 + rng.randrange(10**9))
        return request

    def delegation(self) -> None:
        """Send a transaction of type 4 with up to three authorizations, and perhaps a call to who just gave one."""
        rng, node, given = self.rng, self.node, []
        sender = rng.choice(list(node.keys))
        for _ in range(rng.randrange(1, 4)):
            i = rng.randrange(len(self.authorities))
            authority = bytes.fromhex(self.delegating[i][2:])
            nonce = node.next_nonce(authority) + (authority == sender)  # the sender's own is counted up first
            target = rng.choice([*self.contracts, *self.delegating, *PRECOMPILES[:2]])
            given += authorize(self.authorities[i], node.chain_id, nonce, target, rng.choice(AUTHORIZATIONS))
        to = rng.choice([*self.delegating, rng.choice(self.contracts)])
        with contextlib.suppress(RpcError):
            raw = set_code(node, sender, to, given, "0x" + words(rng), rng.choice([0, 0, 1]))
            dispatch(node, "eth_sendRawTransaction", ["0x" + raw.hex()])

    def block(self) -> None:
        """A block of up to six transactions, with calls and undone transactions around it that must leave no trace."""
        rng, node = self.rng, self.node
        if rng.random() < 0.2:
            name = node.snapshot()
            self.send(self.transaction())
            node.mine()
            node.revert(name)
        for _ in range(rng.randrange(6)):
            self.send(self.transaction())
        if rng.random() < 0.3:
            self.delegation()
        if rng.random() < 0.5:
            override = {rng.choice(self.contracts): {"balance": "0x5", "stateDiff": {"0x0": "0x7"}}}
            with contextlib.suppress(RpcError):
                dispatch(node, "eth_call", [self.transaction(), "latest", override])
        for digest in node.mine():
            node.pool.pop(digest, None)
        for receipt in node.head.receipts:
            if receipt.contract and receipt.succeeded and len(self.contracts) < 80:
                self.contracts.append("0x" + receipt.contract.hex())
