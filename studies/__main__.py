"""`python -m studies [UNIT …]`: run the studies of these units, or of all."""

import sys
from importlib import import_module

from studies import FOLDER


def main(wanted: list[str]) -> None:
    units = sorted(path.stem[5:] for path in FOLDER.glob("unit_[0-9][0-9].py"))
    for unit in wanted:
        if unit not in units:
            sys.exit(f"studies: unit {unit!r} has no study; there are {', '.join(units)}")
    for unit in wanted or units:
        import_module(f"studies.unit_{unit}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
