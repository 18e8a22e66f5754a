# pragma version 0.4.3
"""
@title Treasury
@license MIT
@notice Money that only the keeper spends; only the keeper names a new keeper.
"""

# Who may spend, and hand the treasury on.
keeper: public(address)


@deploy
@payable
def __init__():
    """
    @notice The deployer becomes the keeper; wei sent along is the first money.
    """
    self.keeper = msg.sender


@external
@payable
def __default__():
    """
    @notice Anybody may pay in.
    """
    pass


@external
def set_keeper(new_keeper: address):
    """
    @notice Hand the treasury on. Only the keeper may call.
    @param new_keeper Who spends from now on.
    """
    assert msg.sender == self.keeper, "only the keeper hands on"
    self.keeper = new_keeper


@external
def spend(receiver: address, amount: uint256):
    """
    @notice Pay money out. Only the keeper may call.
    @param receiver Who is paid.
    @param amount How much, in wei.
    """
    assert msg.sender == self.keeper, "only the keeper spends"
    raw_call(receiver, b"", value=amount)
