# pragma version 0.4.3
"""
@title Token
@license MIT
@notice A fungible token after ERC-20 (EIP-20) with a fixed supply, all of which the deployer receives.
@dev The compiler checks the functions against its own interface of EIP-20; the events are for tests to check.
"""

from ethereum.ercs import IERC20

implements: IERC20

# How the token presents itself.
name: public(String[32])
symbol: public(String[8])
decimals: public(constant(uint8)) = 18

# Units in existence; never changes after the deployment.
totalSupply: public(uint256)

# Units by holder.
balanceOf: public(HashMap[address, uint256])

# Units that a spender may still move, by holder and spender.
allowance: public(HashMap[address, HashMap[address, uint256]])


@deploy
def __init__(token_name: String[32], token_symbol: String[8], supply: uint256):
    """
    @notice Create the token; the deployer holds all of it.
    @param token_name The token's name.
    @param token_symbol Its short sign.
    @param supply Units in existence.
    """
    self.name = token_name
    self.symbol = token_symbol
    self.totalSupply = supply
    self.balanceOf[msg.sender] = supply
    log IERC20.Transfer(sender=empty(address), receiver=msg.sender, value=supply)


@internal
def _move(holder: address, receiver: address, amount: uint256):
    assert receiver != empty(address), "the zero address holds no tokens"
    assert self.balanceOf[holder] >= amount, "not enough tokens"
    self.balanceOf[holder] -= amount
    self.balanceOf[receiver] += amount
    log IERC20.Transfer(sender=holder, receiver=receiver, value=amount)


@external
def transfer(_to: address, _value: uint256) -> bool:
    """
    @notice Give tokens away. The caller must hold them.
    @param _to Who receives.
    @param _value How many units.
    @return True; a transfer that is impossible reverts.
    """
    self._move(msg.sender, _to, _value)
    return True


@external
def approve(_spender: address, _value: uint256) -> bool:
    """
    @notice Let another account move up to so many of the caller's tokens.
    @param _spender Who may move them.
    @param _value How many units; replaces the earlier allowance.
    @return True.
    """
    self.allowance[msg.sender][_spender] = _value
    log IERC20.Approval(owner=msg.sender, spender=_spender, value=_value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    """
    @notice Move tokens of a holder who has allowed the caller to.
    @param _from The holder.
    @param _to Who receives.
    @param _value How many units; taken off the allowance.
    @return True; a transfer that is impossible reverts.
    """
    assert self.allowance[_from][msg.sender] >= _value, "not allowed to move so many tokens"
    self.allowance[_from][msg.sender] -= _value
    self._move(_from, _to, _value)
    return True
