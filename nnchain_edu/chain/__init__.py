"""An Ethereum chain in the kernel: real blocks, signatures, fees and contracts, without a network or a clock."""

from .accounts import Account
from .chain import Chain
from .refusals import ChainError, ContractError, NotADevelopmentNode, Reverted

__all__ = ["Account", "Chain", "ChainError", "ContractError", "NotADevelopmentNode", "Reverted"]
