# pragma version 0.4.3
"""
@title Counter
@license MIT
@notice A number on the chain that anybody may raise, and only its owner may set back.
"""

event Raised:
    who: indexed(address)
    amount: uint256
    total: uint256

# Who may reset the counter: the account that deployed it.
owner: public(immutable(address))

# The number itself.
total: public(uint256)


@deploy
def __init__(start: uint256):
    """
    @notice The deployer becomes the owner.
    @param start The first value of the number.
    """
    owner = msg.sender
    self.total = start


@external
def raise_by(amount: uint256) -> uint256:
    """
    @notice Raise the number. Anybody may call.
    @param amount How much to add; at least 1.
    @return The new value.
    """
    assert amount > 0, "nothing to add"
    self.total += amount
    log Raised(who=msg.sender, amount=amount, total=self.total)
    return self.total


@external
def reset():
    """
    @notice Set the number back to zero. Only the owner may call.
    """
    assert msg.sender == owner, "only the owner may reset"
    self.total = 0
