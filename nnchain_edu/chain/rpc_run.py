"""Methods that execute or sign: calls, estimates, sending, traces.

Nothing of py-evm is replaced: it speaks no JSON-RPC, and estimates nothing.
"""

from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct

from . import rpc_views as views
from .errors import InvalidParams, RpcError, failure
from .evm import Outcome
from .node import Node
from .rpc_chain import find, located
from .rpc_values import address, data, hexed, overrides, quantity, transaction
from .trace import call_tree, step_tracer
from .transactions import decode


def execute(
    node: Node,
    request: Any,
    tag: Any = None,
    accounts: Any = None,
    block: Any = None,
    gas: int | None = None,
    tracer: type | None = None,
) -> Outcome:
    """Run a message on the state after a block, with state and block overrides, and undo it."""
    fields, b = transaction(request), find(node, tag)
    sender = fields.pop("sender", bytes(20))
    fields.pop("nonce", None)
    if fields.pop("chain_id", node.chain_id) != node.chain_id:
        raise RpcError("chainId does not match node's")
    price = fields.pop("gas_price", None)
    tip = fields.pop("max_priority_fee_per_gas", price or 0)
    fee = fields.pop("max_fee_per_gas", price if price is not None else tip)
    root, changed = node.root_at(b), {}
    for name, value in _object(block, "block override").items():
        if name not in _BLOCK_OVERRIDES:
            raise InvalidParams(f"invalid block override: {name}; accepted are {', '.join(_BLOCK_OVERRIDES)}")
        field, read = _BLOCK_OVERRIDES[name]
        changed[field] = read(value, name)
    if not fee:  # a call that offers no price pays none (EIP-1559 switched off, as go-ethereum does)
        changed["base_fee_per_gas"] = 0
    limit = fields.pop("gas", node.gas_limit) if gas is None else gas
    if fee and gas is None and "gas" not in request:
        limit = min(limit, max(0, node.evm.state(root).get_balance(sender) - fields["value"]) // fee)
    fields |= {"gas": min(limit, node.gas_limit), "max_fee_per_gas": fee, "max_priority_fee_per_gas": tip}
    header, ancestors = b.header._replace(**changed), node.ancestors(b.number)
    return node.evm.call(root, header, ancestors, sender, fields, overrides(accounts), tracer)


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise InvalidParams(f"invalid {name}: {value!r} is not an object")
    return value or {}


_BLOCK_OVERRIDES = {
    "number": ("block_number", quantity),
    "time": ("timestamp", quantity),
    "gasLimit": ("gas_limit", quantity),
    "feeRecipient": ("coinbase", address),
    "prevRandao": ("mix_hash", lambda value, name: data(value, name, 32)),
    "baseFeePerGas": ("base_fee_per_gas", quantity),
}


def result_of(outcome: Outcome) -> Outcome:
    """The outcome of an execution that went well; its error is raised as JSON-RPC tells it."""
    if outcome.error is not None:
        raise failure(outcome.error, outcome.output)
    return outcome


def call(node: Node, request: Any, tag: Any = None, accounts: Any = None, block: Any = None) -> str:
    return hexed(result_of(execute(node, request, tag, accounts, block)).output)


def estimate_gas(node: Node, request: Any, tag: Any = None, accounts: Any = None) -> str:
    """The least gas that does, exact for all but calls whose path depends on the gas they find (within 1.5 %)."""
    fields = transaction(request)
    high = min(fields.get("gas", node.gas_limit), node.gas_limit)
    free = {k: v for k, v in request.items() if not k.endswith(("asPrice", "PerGas")) and k != "gas"}
    if not fields["data"] and fields["to"] and not accounts and high >= 21_000:
        plain = node.evm.state(node.root_at(find(node, tag)))
        if not plain.get_code(fields["to"]) and int.from_bytes(fields["to"], "big") > 0x1FF:
            high = 21_000  # to nobody's code: still executed once, for the balance
    outcome = result_of(execute(node, free, tag, accounts, gas=high))
    low, least = outcome.gas_needed - 1, outcome.gas_needed
    if execute(node, free, tag, accounts, gas=least).error is None:
        return hex(least)
    while low + 1 < high and (high - low) / high > 0.015:
        middle = min((low + high) // 2, 2 * low)
        if execute(node, free, tag, accounts, gas=middle).error is None:
            high = middle
        else:
            low = middle
    return hex(high)


def create_access_list(node: Node, request: Any, tag: Any = None) -> dict[str, Any]:
    outcome = execute(node, request, tag)
    fields = transaction(request)
    skip = {fields.get("sender", bytes(20)), fields["to"], node.coinbase}
    slots: dict[bytes, list[str]] = {}
    for touched in outcome.touched:
        if isinstance(touched, bytes):
            if touched not in skip and int.from_bytes(touched, "big") > 0x1FF:
                slots.setdefault(touched, [])
        else:
            slots.setdefault(touched[0], []).append(f"0x{touched[1]:064x}")
    entries = [{"address": hexed(who), "storageKeys": sorted(keys)} for who, keys in sorted(slots.items())]
    again = execute(node, {**request, "accessList": entries}, tag)
    answer = {"accessList": entries, "gasUsed": hex(again.gas_used)}
    return answer | ({"error": failure(again.error, again.output).message} if again.error else {})


# -- sending
def _signed(node: Node, request: Any) -> Any:
    fields = transaction(request)
    if "gas" not in fields:
        fields["gas"] = int(estimate_gas(node, request), 16)
    return node.sign(fields)


def send_transaction(node: Node, request: Any) -> str:
    return hexed(node.submit(_signed(node, request)))


def send_raw_transaction(node: Node, raw: Any) -> str:
    return hexed(node.submit(decode(data(raw, "transaction"))))


def sign_transaction(node: Node, request: Any) -> dict[str, Any]:
    signed = _signed(node, request)
    return {"raw": hexed(signed.encode()), "tx": views.transaction(node, signed)}


def _secret(node: Node, who: Any) -> bytes:
    if address(who) not in node.keys:
        raise RpcError(f"unknown account {who}")
    return node.keys[address(who)].secret


def sign(node: Node, who: Any, message: Any) -> str:
    signed = Account.sign_message(encode_defunct(data(message, "message")), _secret(node, who))
    return hexed(bytes(signed.signature))


def sign_typed_data(node: Node, who: Any, message: Any) -> str:
    try:
        signed = Account.sign_typed_data(_secret(node, who), full_message=message)
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidParams(f"invalid typed data: {error}") from error
    return hexed(bytes(signed.signature))


# -- traces
def _traced(options: Any, run: Any) -> dict[str, Any]:
    """The answer of a debug_trace method: `run(tracer)` executes."""
    options = _object(options, "trace options")
    name = options.get("tracer")
    if name == "callTracer":
        outcome, gas = run(None)
        return call_tree(outcome.computation, gas, outcome.gas_used)
    if name:
        raise InvalidParams(f"tracer {name!r} not found: there are the default (structLogs) and 'callTracer'")
    tracer, steps = step_tracer(options)
    outcome, _ = run(tracer)
    return {
        "gas": outcome.gas_used,
        "failed": outcome.error is not None,
        "returnValue": outcome.output.hex(),
        "structLogs": steps,
    }


def trace_transaction(node: Node, digest: Any, options: Any = None) -> dict[str, Any]:
    place = located(node, digest)
    if place is None:
        raise RpcError("transaction not found")
    b, index = place
    pairs = zip(b.transactions[: index + 1], b.receipts, strict=False)
    transactions = [decode(raw, r.sender) for raw, r in pairs]

    def run(tracer: type | None) -> tuple[Outcome, int]:
        ancestors = node.ancestors(b.number)
        return node.evm.replay(b.base_root, b.header, ancestors, transactions, tracer), transactions[-1].gas

    return _traced(options, run)


def trace_call(node: Node, request: Any, tag: Any = None, options: Any = None) -> dict[str, Any]:
    options, gas = _object(options, "trace options"), transaction(request).get("gas", node.gas_limit)

    def run(tracer: type | None) -> tuple[Outcome, int]:
        over = options.get("stateOverrides"), options.get("blockOverrides")
        return execute(node, request, tag, *over, tracer=tracer), gas

    return _traced(options, run)
