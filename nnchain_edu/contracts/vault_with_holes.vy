# pragma version 0.4.3
"""
@title Vault with three holes
@license MIT
@notice DANGEROUS, for the challenge of unit 04: three purses of ether, and a mistake beside each.
"""

from ethereum.ercs import IERC20


interface Market:
    def price() -> uint256: view
    def price_seconds() -> uint256: view


# The token that the vault buys, and the market that tells its price.
token: public(immutable(IERC20))
market: public(immutable(Market))

# Who may spend the reserve.
keeper: public(address)

# The three purses, in wei: the keeper's reserve, the depositors' money, the fund that buys tokens.
reserve: public(uint256)
held: public(uint256)
fund: public(uint256)

# What each depositor may withdraw.
deposits: public(HashMap[address, uint256])

# What the vault pays for a whole token, and when it last looked.
price: public(uint256)
updated: public(uint256)


@deploy
@payable
def __init__(bought: address, priced_by: address):
    """
    @notice The deployer becomes the keeper; half of the wei sent along is the reserve, half the fund.
    @param bought The token, after ERC-20.
    @param priced_by The market of that token.
    """
    token = IERC20(bought)
    market = Market(priced_by)
    self.keeper = msg.sender
    self.reserve = msg.value // 2
    self.fund = msg.value - self.reserve
    self.updated = block.timestamp


@external
def name_keeper(new_keeper: address):
    """
    @notice Hand the reserve on. Meant for the keeper.
    @param new_keeper Who spends from now on.
    """
    self.keeper = new_keeper


@external
def spend(receiver: address):
    """
    @notice Pay the whole reserve out. Only the keeper may call.
    @param receiver Who is paid.
    """
    assert msg.sender == self.keeper, "only the keeper spends"
    amount: uint256 = self.reserve
    self.reserve = 0
    raw_call(receiver, b"", value=amount)


@external
@payable
def deposit():
    """
    @notice Put money in. Anybody may call; the wei sent along are the caller's.
    """
    self.deposits[msg.sender] += msg.value
    self.held += msg.value


@external
def withdraw():
    """
    @notice Take all of one's own money out. Anybody may call, for itself.
    """
    amount: uint256 = self.deposits[msg.sender]
    assert amount > 0, "nothing to withdraw"
    assert amount <= self.held, "the depositors' purse is empty"
    self.held -= amount
    raw_call(msg.sender, b"", value=amount)
    self.deposits[msg.sender] = 0


@external
def update():
    """
    @notice Look at the market's price. Anybody may call.
    """
    self.price = staticcall market.price()
    self.updated = block.timestamp


@external
def sell(tokens: uint256):
    """
    @notice Sell tokens to the vault at the price it last saw. Anybody may call who has allowed it to take them.
    @param tokens Units of the token.
    """
    assert self.price > 0, "no price yet: call update"
    amount: uint256 = tokens * self.price // 10**18
    assert amount <= self.fund, "the fund is too small"
    self.fund -= amount
    assert extcall token.transferFrom(msg.sender, self, tokens), "the token refused"
    raw_call(msg.sender, b"", value=amount)
