"""Loads what a check imports before its limits start: a library's loading is not the learner's time."""

import ast
import contextlib
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from nnchain_edu.exercises.engine import Exercise

_OURS = "nnchain_edu.exercises."
_PLAIN = {_OURS + name for name in ("engine", "kinds", "shown")}  # imported by every unit, and heavy in nothing


def load_for(exercise: Exercise) -> None:
    """Load all that the tests of an exercise import, and the chain for a contract. Quick from the second time on.

    Raises:
        ImportError: when something is missing.
    """
    names = {(name, "") for name in exercise.needs}
    for module in {case.test.__module__ for case in exercise.cases if hasattr(case.test, "__module__")}:
        if module.startswith(_OURS):
            names |= imports_of(module)
    for module, name in sorted(names):
        _load(module, name)
    if exercise.kind == "contract" or any(f"{module}.".startswith("nnchain_edu.chain.") for module, _ in names):
        _start_chain()


@cache
def imports_of(module: str) -> frozenset[tuple[str, str]]:
    """Pairs (module, name in it or "") of every import in a module's text, and in those of ours it imports."""
    found, read, unread = set(), set(_PLAIN), {module}
    while unread:
        read |= unread
        for node in (node for name in unread for node in ast.walk(ast.parse(_text(name)))):
            if isinstance(node, ast.Import):
                found |= {(alias.name, "") for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {(node.module, alias.name) for alias in node.names}
        unread = {name for name, _ in found if name.startswith(_OURS)} - read
    return frozenset(found)


def _text(module: str) -> str:
    return Path(find_spec(module).origin).read_text(encoding="utf-8")


@cache
def _load(module: str, name: str) -> None:
    loaded = sys.modules.get(module) or import_module(module)
    if name and not hasattr(loaded, name):  # hasattr also wakes names that a package loads lazily
        with contextlib.suppress(ModuleNotFoundError):
            import_module(f"{module}.{name}")


@cache
def _start_chain() -> None:
    """Chain and compiler load most of themselves on first use."""
    from nnchain_edu.chain import Chain

    Chain().deploy("ready: public(bool)\n")
