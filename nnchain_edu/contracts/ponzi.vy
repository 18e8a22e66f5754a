# pragma version 0.4.3
"""
@title Ponzi
@license MIT
@notice Promises every investor one and a half times the stake, and pays it from the stakes of those who come later.
@dev A study object: the debts grow faster than the money can. A tenth of every stake goes to the operator.
"""

event Invested:
    investor: indexed(address)
    amount: uint256

event Paid:
    investor: indexed(address)
    amount: uint256

struct Claim:
    investor: address
    owed: uint256

# Who takes a tenth of every stake.
operator: public(immutable(address))

# Promises in the order they were made, and the first that is not yet kept.
claims: public(HashMap[uint256, Claim])
next_claim: public(uint256)
next_paid: public(uint256)

# The most debts that one investment settles, so that its gas is bounded.
MOST_PAID: constant(uint256) = 5


@deploy
def __init__():
    """
    @notice The deployer is the operator.
    """
    operator = msg.sender


@external
@payable
@nonreentrant
def invest():
    """
    @notice Put ether in; a promise of one and a half times as much is written down. Anybody may call.
    @dev An investor who refuses payment is passed over, so that nobody can hold up the queue.
    """
    assert msg.value > 0, "nothing was sent"
    self.claims[self.next_claim] = Claim(investor=msg.sender, owed=msg.value * 3 // 2)
    self.next_claim += 1
    log Invested(investor=msg.sender, amount=msg.value)
    raw_call(operator, b"", value=msg.value // 10)
    for _: uint256 in range(MOST_PAID):
        claim: Claim = self.claims[self.next_paid]
        if claim.owed == 0 or claim.owed > self.balance:
            break
        self.next_paid += 1
        log Paid(investor=claim.investor, amount=claim.owed)
        paid: bool = raw_call(claim.investor, b"", value=claim.owed, gas=30000, revert_on_failure=False)
