"""`nnchain-edu fraud-table FILE` and `nnchain-edu elliptic FOLDER`: models on public data that the learner downloaded.

What they need is imported when they run: the command line's other commands do not pay for it.
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

UNUSABLE, INTERRUPTED = 2, 130  # exit codes: a file that cannot be used; Ctrl-C
RANDOM = (
    "The folds are random, as for the published figures: this table does not say when anything happened. A detector "
    "that has to judge tomorrow's accounts finds less than this."
)


def add_to(commands: argparse._SubParsersAction) -> None:
    """Add the two commands to the command line."""
    _add_table(commands)
    about = (
        "Trains five models on the steps 1 to 34 of Elliptic's graph of Bitcoin transactions, which you download "
        "yourself (docs/public_tables.md), judges the steps 35 to 49, and prints the F1 of the illicit class beside "
        "the published ones."
    )
    parser = commands.add_parser("elliptic", help="compare models on Elliptic's public graph", description=about)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the three CSV files are")
    parser.add_argument("--epochs", type=_epochs, help="of each network (default: 60)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--seed", type=_seed, default=0, help="other first weights (default: 0)")
    parser.set_defaults(run=partial(run, _elliptic))


def _add_table(commands: argparse._SubParsersAction) -> None:
    about = (
        "Cross-validates the course's network (mean of five) in ten folds on the public Ethereum fraud table, the one "
        "of 4,681 accounts or the one of 9,841 rows, which you download yourself: see docs/public_tables.md. "
        f"Everything is learnt inside a fold, and rows of one address are in one fold. {RANDOM}"
    )
    parser = commands.add_parser("fraud-table", help="try the network on a public table of accounts", description=about)
    parser.add_argument("file", type=Path, metavar="FILE", help="the table, a CSV file")
    parser.add_argument("--json", action="store_true", help="print one line of JSON: accuracy, f1, auc and more")
    parser.add_argument("--seed", type=_seed, default=0, help="other folds and first weights (default: 0)")
    parser.set_defaults(run=partial(run, _fraud_table))


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


def _epochs(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 10_000):
        raise argparse.ArgumentTypeError(f"a whole number from 1 to 10000 is needed, got {text!r}")
    return int(text)


def run(action: Callable[[argparse.Namespace, threading.Event], int], asked: argparse.Namespace) -> int:
    """Do what was asked for. What cannot be used, and Ctrl-C, become one line and an exit code."""
    from nnchain_edu.economy.public_tables import TableError

    with _watched_interrupt() as pressed:
        try:
            return action(asked, pressed)
        except TableError as error:
            print(f"nnchain-edu: {error}", file=sys.stderr)
            return UNUSABLE
        except KeyboardInterrupt:
            pressed.set()
        except Exception:
            if not pressed.is_set():
                raise
    print("nnchain-edu: interrupted", file=sys.stderr)
    return INTERRUPTED


def _fraud_table(asked: argparse.Namespace, pressed: threading.Event) -> int:
    """Read the table, cross-validate, print. Progress goes to the standard error."""
    from nnchain_edu.economy.ethereum_accounts import load_ethereum_accounts

    table = load_ethereum_accounts(asked.file)
    from nnchain_edu.fraud_table import FOLDS, cross_validate, summary  # PyTorch, once the file is known to be good

    began, scores = time.monotonic(), []
    for score in cross_validate(table, seed=asked.seed):
        _stop_if(pressed)
        scores.append(score)
        said = f"accuracy {score.accuracy:.3f}, F1 {score.f1:.3f}, AUC {score.auc:.3f}"
        _tell(f"fold {len(scores)} of {FOLDS}: {said}, {time.monotonic() - began:.0f} s")
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


def _elliptic(asked: argparse.Namespace, pressed: threading.Event) -> int:
    """Read the graph, train, print. Progress goes to the standard error."""
    from nnchain_edu.economy.elliptic import load_elliptic

    graph = load_elliptic(asked.folder)
    _tell(f"{graph!r}")
    from nnchain_edu.elliptic_table import EPOCHS, PUBLISHED, compare  # PyTorch, once the files are known to be good

    began, epochs = time.monotonic(), asked.epochs or EPOCHS

    def progress(model: str, epoch: int) -> None:
        _stop_if(pressed)
        if epoch % 10 == 0 or epoch == epochs:
            _tell(f"{model}: epoch {epoch} of {epochs}, {time.monotonic() - began:.0f} s")

    found = list(compare(graph, epochs, asked.seed, progress))
    _stop_if(pressed)
    if asked.json:
        print(json.dumps({"epochs": epochs, "seed": asked.seed} | {each.model: vars(each) for each in found}))
        return 0
    print("illicit transactions of steps 35 to 49, by models that saw steps 1 to 34:")
    print(f"  {'model':<20} precision  recall     F1   published F1")
    for each in found:
        print(
            f"  {each.model:<20} {each.precision:9.3f} {each.recall:7.3f} {each.f1:6.3f} {PUBLISHED[each.model]:14.3f}"
        )
    print(f"one seed, {epochs} epochs a network; the published networks had 1,000 (Weber et al. 2019, table 1)")
    return 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _stop_if(pressed: threading.Event) -> None:
    if pressed.is_set():
        raise KeyboardInterrupt
