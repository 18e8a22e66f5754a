# pragma version 0.4.3
"""
@title Delegates
@license MIT
@notice Coins elect producers: every wei counts for the candidate whom its owner has voted for.
@dev The loops are bounded by MOST candidates. Standing costs nothing, so anybody with 32 accounts can take all places:
     a real election asks for a deposit. `lock` is the seconds for which coins and their vote stay after a vote; with 0
     the same coins can vote, move on, and vote again from another account.
"""

event Voted:
    voter: indexed(address)
    candidate: indexed(address)
    amount: uint256

# How many candidates there may be.
MOST: constant(uint256) = 32

# How many producers are elected, and the seconds for which coins and their vote stay after a vote.
seats: public(immutable(uint256))
lock: public(immutable(uint256))

# Candidates in the order in which they stood.
candidates: public(DynArray[address, MOST])
stands: public(HashMap[address, bool])

# Coins of each voter, in wei; whom they stand behind (the zero address for nobody); and when they may leave.
stakes: public(HashMap[address, uint256])
choices: public(HashMap[address, address])
free: public(HashMap[address, uint256])

# Coins behind each candidate.
support: public(HashMap[address, uint256])


@deploy
def __init__(seats_: uint256, lock_: uint256):
    """
    @notice Fix the rules.
    @param seats_ Producers to elect, from 1 to 32.
    @param lock_ Seconds for which coins and their vote stay after a vote.
    """
    assert 1 <= seats_ and seats_ <= MOST, "from 1 to 32 seats"
    seats = seats_
    lock = lock_


@external
def stand():
    """
    @notice Become a candidate. Anybody may call, once, while there is room.
    """
    assert not self.stands[msg.sender], "already a candidate"
    assert len(self.candidates) < MOST, "no room for more candidates"
    self.stands[msg.sender] = True
    self.candidates.append(msg.sender)


@external
@payable
def deposit():
    """
    @notice Put coins in; they count for whom one has voted, or will. Anybody may call.
    """
    assert msg.value > 0, "nothing to deposit"
    self.stakes[msg.sender] += msg.value
    if self.choices[msg.sender] != empty(address):
        self.support[self.choices[msg.sender]] += msg.value


@external
def vote(candidate: address):
    """
    @notice Put all one's coins behind a candidate, instead of whoever had them. Anybody with coins may call, `lock`
            seconds after the last vote for a candidate.
    @param candidate A candidate; the zero address takes the vote back.
    """
    amount: uint256 = self.stakes[msg.sender]
    assert amount > 0, "nothing deposited"
    assert self.stands[candidate] or candidate == empty(address), "not a candidate"
    assert block.timestamp >= self.free[msg.sender], "locked since the last vote"
    before: address = self.choices[msg.sender]
    if before != empty(address):
        self.support[before] -= amount
    if candidate != empty(address):
        self.support[candidate] += amount
        self.free[msg.sender] = block.timestamp + lock
    self.choices[msg.sender] = candidate
    log Voted(voter=msg.sender, candidate=candidate, amount=amount)


@external
@nonreentrant
def withdraw(amount: uint256):
    """
    @notice Take coins out, and away from whom they stood behind. Only their owner may call, `lock` seconds after its
            last vote.
    @param amount How much, in wei.
    """
    assert 0 < amount and amount <= self.stakes[msg.sender], "not that much deposited"
    assert block.timestamp >= self.free[msg.sender], "locked since the last vote"
    self.stakes[msg.sender] -= amount
    if self.choices[msg.sender] != empty(address):
        self.support[self.choices[msg.sender]] -= amount
    raw_call(msg.sender, b"", value=amount)


@external
@view
def producers() -> DynArray[address, MOST]:
    """
    @notice Who is elected. Anybody may ask.
    @return The candidates with the most coins behind them, most first, of equal ones the earlier; nobody without coins.
    """
    left: DynArray[address, MOST] = self.candidates
    elected: DynArray[address, MOST] = []
    for seat: uint256 in range(MOST):
        best: uint256 = 0
        place: uint256 = 0
        for i: uint256 in range(MOST):
            if i >= len(left):
                break
            behind: uint256 = 0
            if left[i] != empty(address):
                behind = self.support[left[i]]
            if behind > best:
                best = behind
                place = i
        if best == 0 or seat >= seats:
            break
        elected.append(left[place])
        left[place] = empty(address)  # taken
    return elected
