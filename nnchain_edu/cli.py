"""The command `nnchain-edu`: progress and its check by a teacher, a look at the machine, a lab from the start, …"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nnchain_edu import doctor, fraud_command, workspace
from nnchain_edu.exercises import class_table, handin
from nnchain_edu.exercises.log import Log, write_whole
from nnchain_edu.exercises.progress import progress
from nnchain_edu.federated import class_command

# exit codes: a hand-in that was changed, a problem on this machine; a file, a key or a name that cannot be used
REFUSED, PROBLEM, UNUSABLE = 1, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="nnchain-edu", description="Neural Networks in Blockchain, the course.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_progress(commands)
    _add_doctor(commands)
    _add_reset(commands)
    class_command.add_to(commands)
    fraud_command.add_to(commands)
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
    table = actions.add_parser(
        "table", help="verify a folder of hand-ins", description=f"{handin.LIMITS} {class_table.FORM}"
    )
    table.add_argument("folder", type=Path, metavar="FOLDER")
    table.add_argument("--keys", type=Path, required=True, metavar="CSV", help="the learners' names and public keys")
    table.add_argument("--csv", type=Path, metavar="FILE", help="write the table to this file too")
    table.set_defaults(run=_table)


def _add_doctor(commands: argparse._SubParsersAction) -> None:
    about = "Looks at all that the course needs of this machine. Exit status 0: all is well, 1: there is a problem."
    parser = commands.add_parser("doctor", help="find out why something does not work", description=about)
    parser.add_argument("--workspace", type=Path, help="where your notebooks are (default: my_course)")
    parser.set_defaults(run=_doctor)


def _add_reset(commands: argparse._SubParsersAction) -> None:
    about = "Puts a fresh copy of a lab into your workspace. Yours is kept beside it, with the date in its name."
    parser = commands.add_parser("reset", help="begin a lab anew", description=about)
    parser.add_argument("unit", metavar="UNIT", help="its number, such as 01")
    parser.add_argument("--workspace", type=Path, help="where your notebooks are (default: my_course)")
    parser.set_defaults(run=_reset)


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


def _table(asked: argparse.Namespace) -> int:
    rows = class_table.collect(asked.folder, asked.keys)
    print(class_table.as_text(rows))
    if asked.csv:
        write_whole(asked.csv, class_table.as_csv(rows).encode())
        print(f"Wrote {asked.csv}.")
    return 0 if all(row.state == "sound" for row in rows) else REFUSED


def _doctor(asked: argparse.Namespace) -> int:
    problems = 0
    for finding in doctor.examine(asked.workspace or _own_folder()):
        print(finding, flush=True)
        problems += bool(finding.remedy)
    print(f"{problems} problem{'s' * (problems != 1)} found." if problems else "All is well.")
    return PROBLEM if problems else 0


def _own_folder() -> Path:
    """`my_course` in the course, or where one would be made, which is what is looked at."""
    try:
        return workspace.find_course() / "my_course"
    except ValueError:
        return Path.cwd() / "my_course"


def _reset(asked: argparse.Namespace) -> int:
    try:
        fresh, kept = workspace.reset(asked.unit, workspace=asked.workspace)
    except ValueError as error:
        print(f"nnchain-edu: {error}", file=sys.stderr)
        return UNUSABLE
    print(f"A fresh copy is in {fresh}." + (f" Yours is kept in {kept}." if kept else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
