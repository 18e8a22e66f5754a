# pragma version 0.4.3
"""
@title Market
@license MIT
@notice Swaps a token against ether at a price that follows from its two reserves, whose product stays constant.
@dev The constant-product rule of Uniswap v1 without its fee. `cumulative` is the oracle of Uniswap v2: each price
     counts for the seconds it stood, so that a price that stood for no time counts nothing.
"""

from ethereum.ercs import IERC20

event Swapped:
    trader: indexed(address)
    ether_reserve: uint256
    token_reserve: uint256

# The token traded here, fixed at the deployment.
token: public(immutable(IERC20))

# What the market owns: wei, and units of the token. Gifts sent past the functions do not count.
ether_reserve: public(uint256)
token_reserve: public(uint256)

# Sum of price times seconds up to the last trade, and when that was.
cumulative: uint256
last_trade: uint256


@deploy
def __init__(traded: address):
    """
    @notice An empty market; `open` fills it.
    @param traded The token, after ERC-20.
    """
    token = IERC20(traded)


@external
@payable
@nonreentrant
def open(tokens: uint256):
    """
    @notice Give the market its reserves: the wei sent along and tokens of the caller. The first caller may, once.
    @param tokens Units of the token; the caller must have allowed the market to take them.
    """
    assert self.last_trade == 0, "the market is open"
    assert msg.value > 0 and tokens > 0, "both reserves are needed"
    self.ether_reserve = msg.value
    self.token_reserve = tokens
    self.last_trade = block.timestamp
    assert extcall token.transferFrom(msg.sender, self, tokens), "the token refused"


@external
@payable
@nonreentrant
def buy() -> uint256:
    """
    @notice Swap the wei sent along for tokens. Anybody may call.
    @return Units of the token that the caller receives.
    """
    self._count()
    product: uint256 = self.ether_reserve * self.token_reserve
    self.ether_reserve += msg.value
    remaining: uint256 = product // self.ether_reserve + 1  # rounded against the caller
    bought: uint256 = self.token_reserve - remaining
    self.token_reserve = remaining
    log Swapped(trader=msg.sender, ether_reserve=self.ether_reserve, token_reserve=remaining)
    assert extcall token.transfer(msg.sender, bought), "the token refused"
    return bought


@external
@nonreentrant
def sell(tokens: uint256) -> uint256:
    """
    @notice Swap tokens for wei. Anybody may call who has allowed the market to take the tokens.
    @param tokens Units of the token.
    @return Wei that the caller receives.
    """
    self._count()
    product: uint256 = self.ether_reserve * self.token_reserve
    self.token_reserve += tokens
    remaining: uint256 = product // self.token_reserve + 1
    paid: uint256 = self.ether_reserve - remaining
    self.ether_reserve = remaining
    log Swapped(trader=msg.sender, ether_reserve=remaining, token_reserve=self.token_reserve)
    assert extcall token.transferFrom(msg.sender, self, tokens), "the token refused"
    raw_call(msg.sender, b"", value=paid)
    return paid


@external
@view
@nonreentrant
def price() -> uint256:
    """
    @notice What a whole token costs at this moment, for a small trade. Anybody may ask.
    @return Wei for 10**18 units. Whoever trades just before moves it as far as its money reaches.
    """
    return self._price()


@external
@view
@nonreentrant
def price_seconds() -> uint256:
    """
    @notice The sum of price times the seconds it stood, up to this block. Anybody may ask.
    @return Its growth between two blocks, divided by the seconds between them, is the average price.
    """
    return self.cumulative + self._price() * (block.timestamp - self.last_trade)


@internal
@view
def _price() -> uint256:
    return self.ether_reserve * 10**18 // self.token_reserve


@internal
def _count():
    assert self.last_trade > 0, "the market is not open"
    self.cumulative += self._price() * (block.timestamp - self.last_trade)
    self.last_trade = block.timestamp
