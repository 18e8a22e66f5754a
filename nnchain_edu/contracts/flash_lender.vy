# pragma version 0.4.3
"""
@title Flash lender
@license MIT
@notice Lends all its ether to anybody, without any security, for the length of one transaction.
@dev What is not given back undoes the whole transaction, the loan included: the lender cannot lose.
"""

interface Borrower:
    def on_loan(amount: uint256): payable


@external
@payable
def __default__():
    """
    @notice Anybody may pay in: money to lend, and loans coming back.
    """
    pass


@external
@nonreentrant
def borrow(amount: uint256):
    """
    @notice Lend wei to the calling contract, which finds it in its `on_loan` and must return it there.
    @param amount How much, in wei.
    """
    before: uint256 = self.balance
    extcall Borrower(msg.sender).on_loan(amount, value=amount)
    assert self.balance >= before, "the loan did not come back"
