# pragma version 0.4.3
"""
@title Treasury with an open door
@license MIT
@notice DANGEROUS, for teaching: money that only the keeper should spend, but anybody may become the keeper.
"""

# Who may spend. The mistake is in who may change this.
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
    @notice Hand the treasury on. Meant for the keeper; the missing check lets anybody call.
    @param new_keeper Who spends from now on.
    """
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
