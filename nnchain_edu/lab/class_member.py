"""Taking part in a class from a notebook: steps with an `await` between them, and a line that is kept up to date."""

import asyncio
from collections.abc import Callable

from nnchain_edu.federated.class_command import PAUSE, funded, patiently, share_of
from nnchain_edu.federated.classroom import ETHER, Class, Member, history
from nnchain_edu.federated.light_node import LightNode
from nnchain_edu.federated.softmax import accuracy, digits


def standing(room: Class, member: Member) -> str:
    """The class in one line: round, who has revealed, accuracy on unseen digits, and one's own money."""
    status = room.status()
    closed = list(history(room))
    _, _, X, y = digits()
    right = f"{accuracy(closed[-1][2], X, y):.0%} of unseen digits right" if closed else "no round is closed yet"
    owed, stake = room.owed_to(member.wallet.address) / ETHER, room.stake_of(member.wallet.address) / ETHER
    phase = "running" if status.running else "closed"
    return (
        f"round {status.number} ({phase}): {status.revealed} revealed; {right}; you are owed {owed:.3f} ether, "
        f"{stake:.0f} at stake"
    )


async def take_part(
    url: str,
    contract: str,
    share: int,
    of: int,
    rounds: int,
    *,
    hostile: bool = False,
    say: Callable[[str], None] = print,
) -> Member:
    """Register, train, commit and reveal until `rounds` rounds are over; interrupting the cell stops between steps.

    Raises ValueError for a share that does not exist, NodeError for a node that does not answer.
    """
    X, y = share_of(share, of)
    room = Class(LightNode(url), contract)
    member = Member(room, funded(room.node), X, y, hostile=hostile, seed=1000 * share)
    say(f"You are {member.wallet.address}, with {len(X)} rows that nobody else sees.")
    told = ""
    while True:
        did = await asyncio.to_thread(patiently, member.step)
        line = await asyncio.to_thread(standing, room, member)
        if did or line != told:
            say(f"{line}{f'  ({did})' if did else ''}")
            told = line
        status = room.status()
        if status.number >= rounds and not status.running:
            return member
        await asyncio.sleep(PAUSE)
