"""Learning together without sharing data: who holds what, local training, aggregation rules, attacks, privacy.

    from nnchain_edu.federated import Federation, dirichlet, iid

Clients never show their rows: an update, the change of all weights as one vector, is all that leaves them.
"""

from .attacks import ATTACKS
from .federation import Federation, Round
from .rules import RULES
from .shares import dirichlet, iid, shards

__all__ = ["ATTACKS", "RULES", "Federation", "Round", "dirichlet", "iid", "shards"]
