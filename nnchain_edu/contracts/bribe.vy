# pragma version 0.4.3
"""
@title Bribe
@license MIT
@notice DANGEROUS, for teaching: pays whoever votes for one candidate. Nobody has to trust the briber, which is the
        danger: the contract pays by itself, and voting for sale costs the seller nothing.
@dev Pays each account once. Where coins and votes are not locked after a vote, the same coins collect again from
     another account, or their owner votes otherwise: then the briber is the one who is robbed. What is left over stays here for
     ever.
"""

interface Delegates:
    def stakes(voter: address) -> uint256: view
    def choices(voter: address) -> address: view


# The election, whom to vote for, and what is paid for each 1,000 wei of stake.
delegates: public(immutable(address))
candidate: public(immutable(address))
price: public(immutable(uint256))

# Who has been paid.
paid: public(HashMap[address, bool])


@deploy
@payable
def __init__(delegates_: address, candidate_: address, price_: uint256):
    """
    @notice Offer the wei sent along.
    @param delegates_ The election.
    @param candidate_ Whom voters shall vote for.
    @param price_ Wei paid for each 1,000 wei of stake.
    """
    delegates = delegates_
    candidate = candidate_
    price = price_


@external
@nonreentrant
def collect() -> uint256:
    """
    @notice Be paid for one's vote. Any account may call, once, that votes for the candidate at this moment.
    @return The wei paid.
    """
    assert not self.paid[msg.sender], "paid already"
    assert staticcall Delegates(delegates).choices(msg.sender) == candidate, "not voting for the candidate"
    amount: uint256 = staticcall Delegates(delegates).stakes(msg.sender) * price // 1000
    assert amount > 0, "no stake, no pay"
    assert amount <= self.balance, "the bribe is used up"
    self.paid[msg.sender] = True
    raw_call(msg.sender, b"", value=amount)
    return amount
