"""Errors of the node, with the JSON-RPC codes and words of a real one (go-ethereum; EIP-1474 for the
codes).

Nothing of py-evm is replaced: its errors are kept, and told here in the words that learners will find elsewhere.
"""

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


_WORDS = {
    "OutOfGas": "out of gas",
    "InsufficientStack": "stack underflow",
    "FullStack": "stack limit reached 1024",
    "InvalidJumpDestination": "invalid jump destination",
    "WriteProtection": "write protection",
    "OutOfBoundsRead": "return data out of bounds",
    "ContractCreationCollision": "contract address collision",
    "StackDepthLimit": "max call depth exceeded",
    "InsufficientFunds": "insufficient balance for transfer",
}


def failure(error: Exception, output: bytes) -> RpcError:
    """The error of a call that the rules ended with `error`, in the words of go-ethereum."""
    kind = type(error).__name__
    if kind == "Revert":
        return reverted(output)
    if kind == "InvalidInstruction":
        return RpcError(f"invalid opcode: {error}")
    return RpcError(_WORDS.get(kind, str(error)))


def reverted(output: bytes) -> RpcError:
    """The error of a call that reverted with `output`: its reason in words where it gave one."""
    reason = ""
    if output[:4] == _ERROR_STRING:
        try:
            reason = ": " + decode(["string"], output[4:])[0]
        except (DecodingError, UnicodeDecodeError, OverflowError):
            reason = ""  # a malformed reason is still shown as data
    return RpcError("execution reverted" + reason, REVERTED, "0x" + output.hex())
