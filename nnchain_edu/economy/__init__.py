"""An economy on the chain, and the way from its blocks to tables: collected, prepared, audited. No torch here."""

from importlib import import_module

_HOMES = {
    "Economy": "economy",
    "FEATURES": "meanings",
    "Frames": "frames",
    "Indexer": "indexer",
    "Graph": "account_graph",
    "Recipe": "preparing",
    "Truth": "truth",
    "audit": "leakage",
    "collect": "indexer",
    "deduplicate": "preparing",
    "encode": "preparing",
    "feature_digest": "feature_table",
    "features": "feature_table",
    "graph": "account_graph",
    "leaky_table": "leakage",
    "sequences": "account_sequences",
    "snapshots": "feature_table",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
