"""What PBFT's nodes say to each other. All is signed; a list of signers in a message stands for their signatures."""

from typing import NamedTuple

from .blocks import Block


class Propose(NamedTuple):
    """The leader of a view puts a block forward; from view 1 on with the view changes that led there."""

    height: int
    view: int
    block: Block
    proof: tuple[tuple[int, "ViewChange"], ...] = ()

    def __str__(self) -> str:
        return f"propose {self.block.name} (view {self.view})"


class Prepare(NamedTuple):
    """First vote: I saw this block, and no other, in this view."""

    height: int
    view: int
    block: Block

    def __str__(self) -> str:
        return f"prepare {self.block.name} (view {self.view})"


class Commit(NamedTuple):
    """Second vote: I saw a quorum of first votes."""

    height: int
    view: int
    block: Block

    def __str__(self) -> str:
        return f"commit {self.block.name} (view {self.view})"


class Prepared(NamedTuple):
    """A block that a quorum of `voters` has voted for in `view`: what a node takes along into later views."""

    view: int
    block: Block
    voters: frozenset[int]


class ViewChange(NamedTuple):
    """The leader took too long: on to `view`, and this is what I had prepared."""

    height: int
    view: int
    prepared: Prepared | None

    def __str__(self) -> str:
        return f"change to view {self.view}"


class Decided(NamedTuple):
    """For a node that was left behind: the block, and the quorum whose second votes made it final."""

    height: int
    block: Block
    voters: frozenset[int]

    def __str__(self) -> str:
        return f"decided {self.block.name}"


def locked(proof: tuple[tuple[int, ViewChange], ...]) -> Block | None:
    """The block prepared in the latest view among these view changes: it may be final somewhere, so it stays."""
    prepared = [change.prepared for _, change in proof if change.prepared]
    return max(prepared, key=lambda one: one.view).block if prepared else None
