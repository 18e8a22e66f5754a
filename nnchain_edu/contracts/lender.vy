# pragma version 0.4.3
"""
@title Lender
@license MIT
@notice Lends ether against tokens at the market's average price over the last completed half-hour or longer.
@dev A price that lasts one transaction stands for no second and moves no average. A price held up for half an hour
     does, and so does a much higher one for a few seconds, since the mean is arithmetic: whoever has money of its own
     for that needs another defence.
"""

from ethereum.ercs import IERC20


interface Market:
    def price_seconds() -> uint256: view


# Wei lent for each 100 wei that the tokens are worth.
PERCENT: constant(uint256) = 50

# Seconds over which a price is averaged at least, and for which an average serves at most.
PERIOD: constant(uint256) = 1800
STALE: constant(uint256) = 7200

# The token taken as security, and the market that tells its price.
token: public(immutable(IERC20))
market: public(immutable(Market))

# Units of the token left as security, and wei owed, by borrower.
security: public(HashMap[address, uint256])
debt: public(HashMap[address, uint256])

# The last average, and where the market's count stood when it was taken.
average: uint256
counted: uint256
updated: public(uint256)


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
    self.counted = staticcall market.price_seconds()
    self.updated = block.timestamp


@external
def update():
    """
    @notice Take a new average, half an hour or longer after the last. Anybody may call; nobody chooses the outcome.
    """
    seconds: uint256 = block.timestamp - self.updated
    assert seconds >= PERIOD, "half an hour has not passed"
    counted: uint256 = staticcall market.price_seconds()
    self.average = (counted - self.counted) // seconds
    self.counted = counted
    self.updated = block.timestamp


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
    assert self.average > 0 and block.timestamp - self.updated <= STALE, "no recent average: call update"
    return self.average
