"""Learning together without sharing data: who holds what, local training, aggregation rules, attacks, privacy.

    from nnchain_edu.federated import Federation, dirichlet, iid

Clients never show their rows: an update, the change of all weights as one vector, is all that leaves them.
Names load on first use, so that a client of the classroom does not pay for PyTorch.
"""

from importlib import import_module

_HOMES = {
    "ATTACKS": "attacks",
    "RULES": "rules",
    **dict.fromkeys(("Federation", "Round"), "federation"),
    **dict.fromkeys(("dirichlet", "iid", "shards"), "shares"),
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(f"nnchain_edu.federated.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'nnchain_edu.federated' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
