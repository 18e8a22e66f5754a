"""`nnchain-edu fraud-table FILE`: how well the course's network finds the fraud in a public table of accounts.

What it needs is imported when it runs: the command line's other commands do not pay for it.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNUSABLE, INTERRUPTED = 2, 130  # exit codes: a file that cannot be used; Ctrl-C
RANDOM = (
    "The folds are random, as for the published figures: this table does not say when anything happened. A detector "
    "that has to judge tomorrow's accounts finds less than this."
)


def add_to(commands: argparse._SubParsersAction) -> None:
    """Add the command to the command line."""
    about = (
        "Cross-validates the course's network (mean of five) in ten folds on the public Ethereum fraud table, the one "
        "of 4,681 accounts or the one of 9,841 rows, which you download yourself: see docs/public_tables.md. "
        f"Everything is learnt inside a fold, and rows of one address are in one fold. {RANDOM}"
    )
    parser = commands.add_parser("fraud-table", help="try the network on a public table of accounts", description=about)
    parser.add_argument("file", type=Path, metavar="FILE", help="the table, a CSV file")
    parser.add_argument("--json", action="store_true", help="print one line of JSON: accuracy, f1, auc and more")
    parser.add_argument("--seed", type=_seed, default=0, help="other folds and first weights (default: 0)")
    parser.set_defaults(run=run)


def _seed(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"a whole number from 0 to {2**31 - 1} is needed, got {text!r}")
    return int(text)


@contextmanager
def _watched_interrupt() -> Iterator[threading.Event]:
    """Set once Ctrl-C was pressed. A library may lose the KeyboardInterrupt, or make another exception of it."""
    pressed = threading.Event()

    def interrupt(*_: object) -> None:
        pressed.set()
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield pressed  # signals come to the main thread alone
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def run(asked: argparse.Namespace) -> int:
    """Read the table, cross-validate, print. Progress goes to the standard error."""
    with _watched_interrupt() as pressed:
        try:
            return _run(asked, pressed)
        except KeyboardInterrupt:
            pressed.set()
        except Exception:
            if not pressed.is_set():
                raise
    print("nnchain-edu: interrupted", file=sys.stderr)
    return INTERRUPTED


def _run(asked: argparse.Namespace, pressed: threading.Event) -> int:
    from nnchain_edu.economy.ethereum_accounts import load_ethereum_accounts
    from nnchain_edu.economy.public_tables import TableError

    try:
        table = load_ethereum_accounts(asked.file)
        from nnchain_edu.fraud_table import FOLDS, cross_validate, summary  # PyTorch, once the file is known to be good

        began, scores = time.monotonic(), []
        for score in cross_validate(table, seed=asked.seed):
            if pressed.is_set():
                raise KeyboardInterrupt
            scores.append(score)
            said = f"accuracy {score.accuracy:.3f}, F1 {score.f1:.3f}, AUC {score.auc:.3f}"
            print(
                f"fold {len(scores)} of {FOLDS}: {said}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True
            )
    except TableError as error:
        print(f"nnchain-edu: {error}", file=sys.stderr)
        return UNUSABLE
    found = summary(scores)
    rows, accounts, fraud = len(table), int(table.groups.max()) + 1, int(table.labels.sum())
    if asked.json:
        print(json.dumps(found | {"folds": FOLDS, "rows": rows, "accounts": accounts, "fraud": fraud}))
        return 0
    print(f"{rows} rows, {accounts} accounts, {fraud / rows:.1%} of the rows fraud")
    print(f"mean of {FOLDS} folds ± their standard deviation:")
    for name, title in (("accuracy", "accuracy"), ("f1", "F1"), ("auc", "AUC")):
        print(f"  {title:<8}  {found[name]:.4f} ± {found[f'{name}_spread']:.4f}")
    print(RANDOM)
    return 0
