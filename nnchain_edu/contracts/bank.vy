# pragma version 0.4.3
"""
@title Bank
@license MIT
@notice Keeps the money of many; each takes back what it has put in, and no more.
@dev Two walls against reentrancy, each enough by itself: the book is changed before anybody is paid, and a lock.
"""

event Withdrawn:
    owner: indexed(address)
    amount: uint256

# What each depositor may withdraw, in wei.
balances: public(HashMap[address, uint256])


@external
@payable
@nonreentrant
def deposit():
    """
    @notice Put money in. Anybody may call; the wei sent along are the caller's.
    """
    self.balances[msg.sender] += msg.value


@external
@nonreentrant
def withdraw():
    """
    @notice Take all of one's own money out. Anybody may call, for itself.
    """
    amount: uint256 = self.balances[msg.sender]
    assert amount > 0, "nothing to withdraw"
    self.balances[msg.sender] = 0
    raw_call(msg.sender, b"", value=amount)
    log Withdrawn(owner=msg.sender, amount=amount)
