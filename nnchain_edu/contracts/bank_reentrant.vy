# pragma version 0.4.3
"""
@title Bank that pays before it books
@license MIT
@notice DANGEROUS, for teaching: a receiver that is a contract can withdraw again before the book is changed.
"""

event Withdrawn:
    owner: indexed(address)
    amount: uint256

# What each depositor may withdraw, in wei.
balances: public(HashMap[address, uint256])


@external
@payable
def deposit():
    """
    @notice Put money in. Anybody may call; the wei sent along are the caller's.
    """
    self.balances[msg.sender] += msg.value


@external
def withdraw():
    """
    @notice Take all of one's own money out. Anybody may call, for itself. The mistake is in the order of the lines.
    """
    amount: uint256 = self.balances[msg.sender]
    assert amount > 0, "nothing to withdraw"
    raw_call(msg.sender, b"", value=amount)
    self.balances[msg.sender] = 0
    log Withdrawn(owner=msg.sender, amount=amount)
