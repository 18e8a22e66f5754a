"""Errors of the node, with the JSON-RPC codes and words of a real one (go-ethereum; EIP-1474 for the codes)."""

from typing import Any

from eth_abi import decode
from eth_abi.exceptions import DecodingError

REVERTED = 3  # an eth_call or a gas estimate that reverts; `data` holds what the contract returned
SERVER_ERROR = -32000  # everything a transaction or a block can be refused for
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603

_ERROR_STRING = bytes.fromhex("08c379a0")  # selector of Error(string), Solidity's and Vyper's revert reason


class RpcError(Exception):
    """What JSON-RPC answers instead of a result."""

    def __init__(self, message: str, code: int = SERVER_ERROR, data: str | None = None):
        super().__init__(message)
        self.message, self.code, self.data = message, code, data

    def view(self) -> dict:
        """The error object of a JSON-RPC response."""
        view = {"code": self.code, "message": self.message}
        return view if self.data is None else view | {"data": self.data}


class InvalidParams(RpcError):
    """An argument that cannot be read: names it, says what was given and what is accepted."""

    def __init__(self, message: str):
        super().__init__(message, INVALID_PARAMS)


class ChainInUse(RuntimeError):
    """The file of a chain is open in another process (or twice in this one)."""


class WrongChain(ValueError):
    """The file holds another chain than the one that was asked for, or is no chain at all."""


def reverted(output: bytes) -> RpcError:
    """The error of a call that reverted with `output`: its reason in words where it gave one."""
    reason = ""
    if output[:4] == _ERROR_STRING:
        try:
            reason = ": " + decode(["string"], output[4:])[0]
        except (DecodingError, UnicodeDecodeError, OverflowError):
            reason = ""  # a malformed reason is still shown as data
    return RpcError("execution reverted" + reason, REVERTED, "0x" + output.hex())


MAX_INITCODE = 49_152  # bytes of the code that creates a contract, EIP-3860


def refusal(transaction: Any, nonce: int, balance: int, base_fee: int, gas_limit: int) -> RpcError | None:
    """Why `transaction` cannot be the next of its sender, who has `nonce` and `balance`; None if it can."""
    t, who = transaction, "0x" + transaction.sender.hex()
    fee, tip, cost = t.max_fee_per_gas, t.max_priority_fee_per_gas, t.gas * t.max_fee_per_gas + t.value
    floor = 21_000 + 10 * (4 * len(t.data) - 3 * t.data.count(0))  # EIP-7623
    initcode = len(t.data) if t.to == b"" else 0
    intrinsic = t.intrinsic_gas + 2 * ((initcode + 31) // 32)  # EIP-3860
    if t.nonce < nonce:
        problem = f"nonce too low: address {who}, tx: {t.nonce} state: {nonce}"
    elif t.nonce > nonce:
        problem = f"nonce too high: address {who}, tx: {t.nonce} state: {nonce}"
    elif t.gas > gas_limit:
        problem = f"exceeds block gas limit: gas {t.gas}, limit {gas_limit}"
    elif fee < tip:
        problem = f"max priority fee per gas higher than max fee per gas: tip {tip}, max fee {fee}"
    elif fee < base_fee:
        problem = f"max fee per gas less than block base fee: address {who}, maxFeePerGas: {fee}, baseFee: {base_fee}"
    elif balance < cost:
        problem = f"insufficient funds for gas * price + value: address {who} have {balance} want {cost}"
    elif initcode > MAX_INITCODE:
        problem = f"max initcode size exceeded: code size {initcode} limit {MAX_INITCODE}"
    elif t.gas < intrinsic:
        problem = f"intrinsic gas too low: have {t.gas}, want {intrinsic}"
    elif t.gas < floor:
        problem = f"insufficient gas for floor data gas cost: have {t.gas}, want {floor}"
    else:
        return None
    return RpcError(problem)
