"""An economy on the chain, and the way from its blocks to tables: collected, prepared, audited. No torch here."""

from .economy import Economy
from .truth import Truth

__all__ = ["Economy", "Truth"]
