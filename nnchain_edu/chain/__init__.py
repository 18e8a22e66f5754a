"""An Ethereum chain in the kernel: real blocks, signatures, fees and contracts; no network, no clock.

Of py-evm this uses the rules and little else: `evm.py` says what is replaced and where.
"""

from .accounts import Account
from .cells import ContractSource, disassemble, register, source
from .chain import Chain
from .export import verify
from .refusals import ChainError, ContractError, NotADevelopmentNode, Refused, Reverted

__all__ = [
    "Account",
    "Chain",
    "ChainError",
    "ContractError",
    "ContractSource",
    "NotADevelopmentNode",
    "Refused",
    "Reverted",
    "disassemble",
    "source",
    "verify",
]

register()  # in a notebook: the magic %%contract
