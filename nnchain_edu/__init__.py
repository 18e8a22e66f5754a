"""Plumbing of the course *Neural Networks in Blockchain*: a chain in the kernel, checks, benches, networks.

Heavy parts load on first use, so that a lesson about ledgers does not pay for PyTorch.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "Chain": "nnchain_edu.chain",
    "check": "nnchain_edu.exercises",
    "hint": "nnchain_edu.exercises",
    "progress": "nnchain_edu.exercises",
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'nnchain_edu' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
