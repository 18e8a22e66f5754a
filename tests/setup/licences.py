"""Which packages the course needs at run time, and under which licences they are given, as they say themselves."""

import re
from importlib import metadata

from packaging.requirements import Requirement

PACKAGE = "nnchain-edu"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(package: str = PACKAGE) -> set[str]:
    """Every package that `package` needs on this machine without extras, and what those need."""
    found: set[str] = set()
    waiting = [(package, frozenset({""}))]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        try:
            requirements = [Requirement(text) for text in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:
            continue  # for another system or Python
        found.add(canonical(name))
        for requirement in requirements:
            marker = requirement.marker
            if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in extras):
                continue
            wanted = (requirement.name, frozenset({"", *requirement.extras}))
            if wanted not in seen:
                seen.add(wanted)
                waiting.append(wanted)
    return found - {canonical(package)}


def licences(name: str) -> list[str]:
    """What a package says of its licence: the expression, the short field, the classifiers."""
    about = metadata.metadata(name)
    said = [about.get("License-Expression"), (about.get("License") or "").strip().split("\n")[0]]
    said += [c.removeprefix("License :: ") for c in about.get_all("Classifier") or [] if c.startswith("License :: ")]
    return [text for text in said if text and text != "OSI Approved" and text.upper() != "UNKNOWN"]
