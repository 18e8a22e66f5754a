"""`nnchain-edu classroom`: the teacher runs `host`, a learner `join`, anybody `watch`, until Ctrl-C.

What the rounds need is imported when one begins: the command line's other commands do not pay for it.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .class_node import LOOPBACK, PURSE, address_for_learners, create, serve

if TYPE_CHECKING:
    import numpy as np

    from .classroom import Class
    from .light_node import LightNode, Wallet

ETHER = 10**18
PAUSE = 0.3  # seconds between two looks at the chain
STUBBORN = 120  # seconds to go on asking a node that has fallen silent
MOST_CLIENTS = 32  # updates of 11 bits that a lane of 16 can add up
UNUSABLE = 2  # the exit code where a node or an address cannot be used
METHOD_NOT_FOUND = -32601


def add_to(commands: argparse._SubParsersAction) -> None:
    """Add the command to the command line."""
    about = "Train one model together over one chain. The teacher's guide is docs/classroom.md."
    parser = commands.add_parser("classroom", help="train one model together", description=about)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_host(actions)
    _add_join(actions)
    watch = actions.add_parser("watch", help="show the round, who is in, the accuracy and all balances")
    _add_addresses(watch)
    watch.add_argument("--once", action="store_true", help="show it once, and end")
    watch.set_defaults(run=lambda asked: _guarded(run_watch, asked.url, asked.contract, asked.once))


def _add_host(actions: argparse._SubParsersAction) -> None:
    about = (
        "Without URL this starts a node of its own, which listens on this machine alone unless --bind says otherwise. "
        "With URL it uses that node, which must make blocks by the clock: anvil --block-time 1"
    )
    host = actions.add_parser("host", help="create the contract and run the rounds (the teacher)", description=about)
    host.add_argument("url", metavar="URL", nargs="?", help="a node that runs already, such as http://127.0.0.1:8545")
    host.add_argument("--bind", metavar="ADDRESS", help="where the own node listens; 0.0.0.0 for every network")
    host.add_argument("--port", type=_whole(0, 65535), help="and on which port (8545)")
    host.add_argument("--rounds", type=_whole(1), default=5)
    host.add_argument("--seconds", type=_whole(1), default=15, help="time for commitments, and again for reveals")
    most = f"the most that take part in a round ({MOST_CLIENTS})"
    host.add_argument("--clients", type=_whole(1, MOST_CLIENTS), default=MOST_CLIENTS, help=most)
    host.add_argument("--wait", type=_whole(1, MOST_CLIENTS), default=1, help="begin when so many have registered")

    def run(asked: argparse.Namespace) -> int:
        if asked.url and (asked.bind or asked.port is not None):
            host.error("--bind and --port are for the own node; leave URL out, or them")
        where = asked.bind or LOOPBACK, 8545 if asked.port is None else asked.port
        return _guarded(run_host, asked.url, asked.rounds, asked.seconds, asked.clients, asked.wait, *where)

    host.set_defaults(run=run)


def _add_join(actions: argparse._SubParsersAction) -> None:
    join = actions.add_parser("join", help="take part (a learner)")
    _add_addresses(join)
    join.add_argument("--share", type=int, required=True, help="which share of the data is yours: 1, 2, …")
    join.add_argument("--of", type=int, required=True, help="how many shares there are")
    join.add_argument("--rounds", type=_whole(1), default=5, help="stop after so many rounds")
    join.add_argument("--hostile", action="store_true", help="turn your updates around, to see what becomes of it")
    join.add_argument("--leave", action="store_true", help="in the end take the stake and what is owed")
    join.set_defaults(
        run=lambda asked: _guarded(
            run_member, asked.url, asked.contract, asked.share, asked.of, asked.rounds, asked.hostile, asked.leave
        )
    )


def _add_addresses(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="the node, such as http://192.168.1.10:8545")
    parser.add_argument("contract", metavar="CONTRACT", help="the address that the teacher's command printed")


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Reads a whole number from `least` to `most` off the command line."""

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            accepted = f"of at least {least}" if most is None else f"from {least} to {most}"
            raise argparse.ArgumentTypeError(f"must be a whole number {accepted}, got {text!r}")
        return value

    return number


def _guarded(action: Callable[..., int], *arguments) -> int:
    """What a node refuses, and what cannot be used, becomes one line and an exit code; Ctrl-C is a way to end."""
    from .light_node import NodeError

    try:
        return action(*arguments)
    except (NodeError, ValueError) as error:
        print(f"nnchain-edu: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print()
        return 0


def funded(node: "LightNode") -> "Wallet":
    """A new key with some ether. Raises NodeError on a node that gives none away, naming the address to fund."""
    from .light_node import NodeError, Wallet

    wallet = Wallet(node)
    for method, *more in (("class_purse",), ("anvil_setBalance", hex(PURSE))):
        try:
            node.ask(method, wallet.address, *more)
            return wallet
        except NodeError as error:
            if error.code != METHOD_NOT_FOUND and method == "class_purse":
                raise
    if not node.balance(wallet.address):
        raise NodeError(f"this node gives no ether away; send some to {wallet.address}")
    return wallet


def share_of(number: int, of: int) -> tuple["np.ndarray", "np.ndarray"]:
    """The rows and classes of share `number` (1 to `of`)."""
    import numpy as np

    from .softmax import digits

    if not 1 <= number <= of:
        raise ValueError(f"the share must be from 1 to {of}, got {number}")
    X, y, _, _ = digits()
    rows = np.arange(len(X))[number - 1 :: of]
    return X[rows], y[rows]


def run_host(
    url: str | None,
    rounds: int,
    seconds: int,
    clients: int,
    wait: int = 1,
    bind: str = LOOPBACK,
    port: int = 8545,
    say: Callable[[str], None] = print,
) -> int:
    """Open and close `rounds` rounds once `wait` clients have registered, and say what became of each.

    Without `url` on a node of its own at `bind` and `port`, which goes on after the last round until Ctrl-C.
    """
    if url:
        return _host(create(url, clients, seconds), url, rounds, wait, say)
    try:
        server, room = serve(clients, seconds, bind, port)
    except OSError as error:
        raise ValueError(f"a node cannot listen at {bind}, port {port}: {error.strerror or error}") from None
    try:
        theirs = server.url.replace(bind, address_for_learners(bind))
        if bind == LOOPBACK:
            say("The node listens on this machine alone. For a class: --bind and this machine's address, or 0.0.0.0.")
        else:
            say(f"The node listens at {bind}: whoever reaches this machine can ask it. Play money only.")
        _host(room, theirs, rounds, wait, say)
        say("The rounds are done. The node goes on, for those who still look; Ctrl-C ends it.")
        while True:
            time.sleep(PAUSE)
    finally:
        server.close()


def _host(room: "Class", theirs: str, rounds: int, wait: int, say: Callable[[str], None]) -> int:
    from .classroom import Host, history
    from .softmax import accuracy, digits

    say(f"The contract is {room.contract}, on chain {room.node.chain_id} at {theirs}. Learners join with:")
    say(f"  nnchain-edu classroom join {theirs} {room.contract} --share 1 --of 8 --rounds {rounds}")
    say(f"The dashboard: nnchain-edu classroom watch {theirs} {room.contract}")
    host, told = Host(room, funded(room.node)), 0
    _, _, X, y = digits()

    def turn() -> bool:
        nonlocal told
        if not told and not room.status().number and room.waiting() < wait:
            return False
        if told < rounds:
            patiently(host.step)
        for number, count, weights in history(room):
            if told < number <= rounds:
                told = number
                say(f"round {number}: {count} revealed, {accuracy(weights, X, y):.1%} of the held-out digits right")
        return told >= rounds

    persistently(turn, say)
    return 0


def run_member(
    url: str, contract: str, share: int, of: int, rounds: int, hostile: bool, leave: bool = False, say=print
) -> int:
    """Take part until `rounds` rounds are over."""
    from .classroom import Class, Member
    from .light_node import LightNode

    X, y = share_of(share, of)
    room = Class(LightNode(url), contract)
    member = Member(room, funded(room.node), X, y, hostile=hostile, seed=1000 * share)
    say(f"You are {member.wallet.address}, with {len(X)} rows that nobody else sees.")

    def turn() -> bool:
        if did := patiently(member.step):
            say(f"round {room.status().number}: {did}")
        status = room.status()
        return status.number >= rounds and not status.running

    persistently(turn, say)
    if leave:
        say(f"Done. {member.leave() / ETHER:.3f} ether are yours again.")
        return 0
    owed = room.owed_to(member.wallet.address)
    say(f"Done. {owed / ETHER:.3f} ether are owed to you, {room.stake_of(member.wallet.address) / ETHER:.0f} at stake.")
    return 0


def run_watch(url: str, contract: str, once: bool = False, say: Callable[[str], None] = print) -> int:
    """Print the board, again whenever a block has changed it, until Ctrl-C."""
    from .class_board import Board, table
    from .classroom import Class
    from .light_node import LightNode

    board, last = Board(Class(LightNode(url), contract)), None

    def turn() -> bool:
        nonlocal last
        sight, live = board.look(), sys.stdout.isatty()
        if (now := (sight.status, sight.places, live and sight.phase)) != last:
            last = now
            wipe = "\033[2J\033[H" if live else ""
            say(wipe + table(sight, board.room) + ("" if wipe else "\n"))
        return once

    persistently(turn, say)
    return 0


def persistently(turn: Callable[[], bool], say: Callable[[str], None]) -> None:
    """Take turns until one says that it is done. A node that falls silent is asked again for two minutes."""
    from .light_node import Unreachable, as_sentence

    silent_since = None
    while True:
        try:
            if turn():
                return
            silent_since = None
        except Unreachable as error:
            if silent_since is None:
                silent_since = time.monotonic()
                say(f"{as_sentence(error)} Trying again for {STUBBORN} seconds …")
            elif time.monotonic() - silent_since > STUBBORN:
                raise
        time.sleep(PAUSE)


def patiently(step: Callable[[], str]) -> str:
    """One step; what the node refuses because a phase has just ended is no reason to stop.

    Raises Unreachable and Unfunded, which no later step would mend by itself.
    """
    from .light_node import NodeError, Unfunded, Unreachable

    try:
        return step()
    except (Unreachable, Unfunded):
        raise
    except NodeError:
        return ""
