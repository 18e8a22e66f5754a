"""`nnchain-edu classroom`: the teacher runs `host`, a learner `join`, until the rounds are done or Ctrl-C.

What the rounds need is imported when one begins: the command line's other commands do not pay for it.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from .classroom import Class
    from .light_node import LightNode, Wallet

ETHER = 10**18
PAUSE = 0.3  # seconds between two looks at the chain
PURSE = 10 * ETHER  # wei that a development node gives a newcomer
MOST_CLIENTS = 32  # updates of 11 bits that a lane of 16 can add up
UNUSABLE = 2  # the exit code where a node or an address cannot be used


def add_to(commands: argparse._SubParsersAction) -> None:
    """Add the command to the command line."""
    about = "Train one model together over one chain. The node must make blocks by the clock: anvil --block-time 1"
    parser = commands.add_parser("classroom", help="train one model together", description=about)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    host = actions.add_parser("host", help="create the contract and run the rounds (the teacher)")
    host.add_argument("url", metavar="URL", help="the node, such as http://127.0.0.1:8545")
    host.add_argument("--rounds", type=int, default=10)
    host.add_argument("--seconds", type=int, default=15, help="time for commitments, and again for reveals")
    host.add_argument("--clients", type=int, default=MOST_CLIENTS, help="the most that take part in a round")
    host.add_argument("--wait", type=int, default=1, help="begin when so many have registered")
    host.set_defaults(
        run=lambda asked: _guarded(run_host, asked.url, asked.rounds, asked.seconds, asked.clients, asked.wait)
    )
    join = actions.add_parser("join", help="take part (a learner)")
    join.add_argument("url", metavar="URL")
    join.add_argument("contract", metavar="CONTRACT", help="the address that the teacher's command printed")
    join.add_argument("--share", type=int, required=True, help="which share of the data is yours: 1, 2, …")
    join.add_argument("--of", type=int, required=True, help="how many shares there are")
    join.add_argument("--rounds", type=int, default=10, help="leave after so many rounds")
    join.add_argument("--hostile", action="store_true", help="turn your updates around, to see what becomes of it")
    join.set_defaults(
        run=lambda asked: _guarded(
            run_member, asked.url, asked.contract, asked.share, asked.of, asked.rounds, asked.hostile
        )
    )


def _guarded(action: Callable[..., int], *arguments) -> int:
    """What a node refuses, and a share that is none, becomes one line and an exit code."""
    from .light_node import NodeError

    try:
        return action(*arguments)
    except (NodeError, ValueError) as error:
        print(f"nnchain-edu: {error}", file=sys.stderr)
        return UNUSABLE


def funded(node: "LightNode") -> "Wallet":
    """A new key with some ether. Raises NodeError on a node that gives none away, naming the address to fund."""
    from .light_node import NodeError, Wallet

    wallet = Wallet(node)
    try:
        node.ask("anvil_setBalance", wallet.address, hex(PURSE))
    except NodeError:
        if not node.balance(wallet.address):
            raise NodeError(f"this node gives no ether away; send some to {wallet.address}") from None
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


def create(url: str, clients: int, seconds: int) -> "Class":
    """Deploy the contract from the node's first account, with 1 ether of reward for each of 100 rounds."""
    from nnchain_edu.chain import Chain  # the one place that needs web3 and the compiler

    from .classroom import BITS, WORDS, Class
    from .light_node import LightNode

    chain = Chain.connect(url)
    contract = chain.deploy("federated_round", BITS, WORDS, clients, ETHER, ETHER, seconds, seconds)
    chain.send(contract.functions.fund, value=100 * ETHER)
    return Class(LightNode(url), contract.address)


def run_host(
    url: str, rounds: int, seconds: int, clients: int, wait: int = 1, say: Callable[[str], None] = print
) -> int:
    """Open and close `rounds` rounds once `wait` clients have registered, and say what became of each."""
    from .classroom import Host, history
    from .softmax import accuracy, digits

    room = create(url, clients, seconds)
    say(f"The contract is {room.contract}. Learners join with:")
    say(f"  nnchain-edu classroom join {url} {room.contract} --share 1 --of 8")
    host, told = Host(room, funded(room.node)), 0
    _, _, X, y = digits()
    while room.waiting() < wait:
        time.sleep(PAUSE)
    while told < rounds:
        patiently(host.step)
        for number, count, weights in history(room):
            if number > told:
                told = number
                say(f"round {number}: {count} revealed, {accuracy(weights, X, y):.1%} of the held-out digits right")
        time.sleep(PAUSE)
    return 0


def run_member(url: str, contract: str, share: int, of: int, rounds: int, hostile: bool, say=print) -> int:
    """Take part until `rounds` rounds are over."""
    from .classroom import Class, Member
    from .light_node import LightNode

    X, y = share_of(share, of)
    room = Class(LightNode(url), contract)
    member = Member(room, funded(room.node), X, y, hostile=hostile, seed=1000 * share)
    say(f"You are {member.wallet.address}, with {len(X)} rows that nobody else sees.")
    while True:
        if did := patiently(member.step):
            say(f"round {room.status().number}: {did}")
        status = room.status()
        if status.number >= rounds and not status.running:
            break
        time.sleep(PAUSE)
    owed = room.owed_to(member.wallet.address)
    say(f"Done. {owed / ETHER:.3f} ether are owed to you, {room.stake_of(member.wallet.address) / ETHER:.0f} at stake.")
    return 0


def patiently(step: Callable[[], str]) -> str:
    """One step; what the node refuses because a phase has just ended is no reason to stop."""
    from .light_node import NodeError

    try:
        return step()
    except NodeError as error:
        if error.code is None and "answers" in str(error):
            raise
        return ""
