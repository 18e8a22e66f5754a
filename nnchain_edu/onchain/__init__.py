"""Networks inside the EVM: a quantised network as bytecode or Vyper, proven not to overflow, and what each way costs.

from nnchain_edu.nets import digits_network
from nnchain_edu.onchain import compile_network

compiled = compile_network(digits_network())
compiled.deploy(chain).predict(x)
"""

from .compiled import CompiledNetwork, calldata_gas, compile_network, transaction_gas, weights_hash
from .convolution import CompiledConvolution, compile_convolution
from .deployed import DeployedNetwork
from .ladder import PUBLISHED, Published, Rung, Standing, ladder
from .lanes import NotCompilable
from .opcodes import CLASSES, gas_by_class, opcode_class
from .vyper_source import to_vyper

__all__ = [
    "CLASSES",
    "PUBLISHED",
    "CompiledConvolution",
    "CompiledNetwork",
    "DeployedNetwork",
    "NotCompilable",
    "Published",
    "Rung",
    "Standing",
    "calldata_gas",
    "compile_convolution",
    "compile_network",
    "gas_by_class",
    "ladder",
    "opcode_class",
    "to_vyper",
    "transaction_gas",
    "weights_hash",
]
