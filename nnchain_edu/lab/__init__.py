"""Benches, widgets and figures of the labs."""

from importlib import import_module

_HOMES = {
    **dict.fromkeys(("figure", "show", "COLOURS", "LINES", "MARKERS"), "figures"),
    **dict.fromkeys(("Slider", "Choice", "Toggle", "Button", "Text", "Prediction"), "controls"),
    **dict.fromkeys(("State", "Step"), "state"),
    "Bench": "bench",
    "Explorer": "explorer",
    "TransactionGraph": "graph",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(f"nnchain_edu.lab.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'nnchain_edu.lab' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
