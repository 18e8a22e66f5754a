"""The command `nnchain-edu`: the learner's progress, and its check by a teacher."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nnchain_edu.exercises import handin
from nnchain_edu.exercises.log import Log, write_whole
from nnchain_edu.exercises.progress import progress

REFUSED, UNUSABLE = 1, 2  # exit codes: a hand-in that was changed; a file or a key that cannot be used


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="nnchain-edu", description="Neural Networks in Blockchain, the course.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_progress(commands)
    asked = parser.parse_args(arguments)
    try:
        return asked.run(asked)
    except handin.HandInError as error:
        print(f"nnchain-edu: {error}", file=sys.stderr)
    except OSError as error:
        print(f"nnchain-edu: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
    return UNUSABLE


def _add_progress(commands: argparse._SubParsersAction) -> None:
    about = (
        "Which exercises are passed. The log lies on this machine and goes nowhere by itself. A hand-in is a "
        f"file signed with the learner's key. {handin.LIMITS}"
    )
    parser = commands.add_parser("progress", help="show, export or verify passed exercises", description=about)
    parser.set_defaults(run=_show)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    actions.add_parser("show", help="the table of units and exercises").set_defaults(run=_show)
    key = actions.add_parser("key", help="print your public key, for your teacher to note down once")
    key.set_defaults(run=_key)
    export = actions.add_parser("export", help="write a signed hand-in")
    export.add_argument("file", type=Path, metavar="FILE")
    export.set_defaults(run=_export)
    verify = actions.add_parser("verify", help="check a hand-in", description=handin.LIMITS)
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--key", required=True, help="the learner's public key, as you noted it down")
    verify.set_defaults(run=_verify)


def _show(asked: argparse.Namespace) -> int:
    print(progress())
    return 0


def _key(asked: argparse.Namespace) -> int:
    print(handin.public_key(Log().folder))
    return 0


def _export(asked: argparse.Namespace) -> int:
    log = Log()
    content = handin.export(log)
    if asked.file.exists() and not handin.is_handin(asked.file.read_bytes()):
        raise handin.HandInError(f"{asked.file} is another kind of file and is left as it is.")
    write_whole(asked.file, content)
    print(f"Wrote {asked.file}. Your public key, for your teacher:\n{handin.public_key(log.folder)}")
    return 0


def _verify(asked: argparse.Namespace) -> int:
    found = handin.verify(asked.file.read_bytes(), asked.key)
    print(found)
    return 0 if found.sound else REFUSED


if __name__ == "__main__":
    sys.exit(main())
