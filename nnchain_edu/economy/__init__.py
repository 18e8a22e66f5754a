"""An economy on the chain, the way from its blocks to prepared and audited tables, and public tables. No torch here."""

from importlib import import_module

_HOMES = {
    "AccountTable": "ethereum_accounts",
    "Economy": "economy",
    "Elliptic": "elliptic",
    "FEATURES": "meanings",
    "Frames": "frames",
    "Indexer": "indexer",
    "Graph": "account_graph",
    "Recipe": "preparing",
    "TableError": "public_tables",
    "Truth": "truth",
    "audit": "leakage",
    "collect": "indexer",
    "deduplicate": "preparing",
    "encode": "preparing",
    "feature_digest": "feature_table",
    "features": "feature_table",
    "graph": "account_graph",
    "leaky_table": "leakage",
    "load_elliptic": "elliptic",
    "load_ethereum_accounts": "ethereum_accounts",
    "score_message": "guard",
    "sequences": "account_sequences",
    "sign_score": "guard",
    "snapshots": "feature_table",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
