"""What the chain refuses, each in one readable message: the reason, not forty lines of traceback.

Nothing of py-evm is replaced: its errors have become JSON-RPC by then (`errors.py`).
"""

from typing import Any

from web3.exceptions import ContractLogicError


class ChainError(Exception):
    """Something asked of the chain cannot be done; the message says what, and what would be accepted."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines instead of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class Refused(ChainError):
    """The node answered a JSON-RPC call with an error: its ``reason``, ``code`` and ``data``."""

    def __init__(self, method: str, error: dict):
        self.reason = str(error.get("message", error))
        self.code, self.data = error.get("code"), error.get("data")
        super().__init__(f"{method}: {self.reason}")


class ContractError(ChainError):
    """A contract is unknown, does not compile, or was given other arguments than it takes."""


class NotADevelopmentNode(ChainError):
    """The node behind the chain does not let anybody mine, travel in time or take snapshots."""


class Reverted(ChainError, ContractLogicError):
    """A transaction was undone by the contract. ``reason`` is the contract's own text (or None).

    ``receipt`` is the receipt if the failed transaction stands in a block, None if it never got there.
    """

    def __init__(self, reason: str | None, receipt: Any = None, data: Any = None):
        self.reason, self.receipt = reason, receipt
        message = f"the transaction reverted: {reason}" if reason else "the transaction reverted without a reason"
        ContractLogicError.__init__(self, message, data)

    def __str__(self) -> str:
        return self.message
