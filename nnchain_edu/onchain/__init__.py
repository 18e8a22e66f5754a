"""Networks inside the EVM: a quantised network to bytecode or to Vyper, proven not to overflow, and what each way costs.

from nnchain_edu.nets import digits_network
from nnchain_edu.onchain import compile_network

compiled = compile_network(digits_network())
compiled.deploy(chain).predict(x)
"""

from .compiled import CompiledNetwork, calldata_gas, compile_network, transaction_gas, weights_hash
from .lanes import NotCompilable

__all__ = [
    "CompiledNetwork",
    "NotCompilable",
    "calldata_gas",
    "compile_network",
    "transaction_gas",
    "weights_hash",
]
