# pragma version 0.4.3
"""
@title Lender that trusts the moment
@license MIT
@notice DANGEROUS, for teaching: lends ether against tokens at the market's price of this very moment.
"""

from ethereum.ercs import IERC20


interface Market:
    def price() -> uint256: view


# Wei lent for each 100 wei that the tokens are worth.
PERCENT: constant(uint256) = 50

# The token taken as security, and the market that tells its price.
token: public(immutable(IERC20))
market: public(immutable(Market))

# Units of the token left as security, and wei owed, by borrower.
security: public(HashMap[address, uint256])
debt: public(HashMap[address, uint256])


@deploy
@payable
def __init__(accepted: address, priced_by: address):
    """
    @notice Wei sent along is the money to lend.
    @param accepted The token, after ERC-20.
    @param priced_by The market of that token.
    """
    token = IERC20(accepted)
    market = Market(priced_by)


@external
@view
def price() -> uint256:
    """
    @notice What the lender believes a whole token to be worth. Anybody may ask.
    @return Wei for 10**18 units.
    """
    return self._price()


@external
@nonreentrant
def borrow(tokens: uint256) -> uint256:
    """
    @notice Leave tokens, receive half their worth in ether. Anybody may call who has allowed the lender to take them.
    @param tokens Units of the token.
    @return Wei lent.
    """
    amount: uint256 = tokens * self._price() * PERCENT // (100 * 10**18)
    self.security[msg.sender] += tokens
    self.debt[msg.sender] += amount
    assert extcall token.transferFrom(msg.sender, self, tokens), "the token refused"
    raw_call(msg.sender, b"", value=amount)
    return amount


@external
@payable
@nonreentrant
def repay():
    """
    @notice Pay the whole debt back and receive the tokens. Anybody may call, for its own debt.
    """
    assert msg.value == self.debt[msg.sender], "send exactly the debt"
    tokens: uint256 = self.security[msg.sender]
    self.security[msg.sender] = 0
    self.debt[msg.sender] = 0
    assert extcall token.transfer(msg.sender, tokens), "the token refused"


@internal
@view
def _price() -> uint256:
    return staticcall market.price()
