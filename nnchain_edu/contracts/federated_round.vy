# pragma version 0.4.3
"""
@title Rounds of federated learning
@license MIT
@notice Orders the rounds: clients register with a stake, commit to an update, reveal it; the contract adds the
        revealed updates up, pays those who revealed, and takes the stake of those who did not.
@dev An update is a list of words of 16 lanes of 16 bits. A lane holds a whole number of at most BITS bits, so that
     the sum of as many updates as a round admits never runs over into the next lane. What is revealed is public.
     What it does not see to: an account is not a person (who registers many times takes as many shares of a reward, and
     who commits alone takes all of it), an update of zeros is paid like any other, and who reveals last has seen the
     others and may prefer to lose the stake.
     Money comes in by `register` and `fund` and goes out by `withdraw` alone; at every moment the balance is the sum
     of all stakes, the pot, and what is owed.
"""

MOST_CLIENTS: constant(uint256) = 64
MOST_WORDS: constant(uint256) = 64
LANES: constant(uint256) = 16

event Registered:
    client: indexed(address)

event Left:
    client: indexed(address)

event Withdrawn:
    client: indexed(address)
    amount: uint256

event Opened:
    number: indexed(uint256)
    commit_until: uint256
    reveal_until: uint256

event Committed:
    number: indexed(uint256)
    client: indexed(address)

event Revealed:
    number: indexed(uint256)
    client: indexed(address)

event Closed:
    number: indexed(uint256)
    revealed: uint256
    paid_each: uint256

event Slashed:
    number: indexed(uint256)
    client: indexed(address)
    amount: uint256

BITS: public(immutable(uint256))
WORDS: public(immutable(uint256))
CLIENTS: public(immutable(uint256))
STAKE: public(immutable(uint256))
REWARD: public(immutable(uint256))
COMMIT_SECONDS: public(immutable(uint256))
REVEAL_SECONDS: public(immutable(uint256))
FORBIDDEN: immutable(uint256)  # the bits of a word that no update may set

# Wei that a client has at stake; 0 for who is not registered.
stakes: public(HashMap[address, uint256])
# Wei that `withdraw` pays out.
owed: public(HashMap[address, uint256])
# Wei for rewards, from sponsors and from those who were slashed.
pot: public(uint256)

# The round that runs, or ran last; 0 before the first.
number: public(uint256)
running: public(bool)
commit_until: public(uint256)
reveal_until: public(uint256)

committers: DynArray[address, MOST_CLIENTS]
# By round and client. A commitment is deleted when it is opened.
commitments: public(HashMap[uint256, HashMap[address, bytes32]])
revealed: public(HashMap[uint256, HashMap[address, bool]])
# By round: how many updates are in the sum, and the sum.
counts: public(HashMap[uint256, uint256])
sums: HashMap[uint256, HashMap[uint256, uint256]]


@deploy
def __init__(
    bits: uint256, words: uint256, clients: uint256, stake: uint256, reward: uint256,
    commit_seconds: uint256, reveal_seconds: uint256,
):
    """
    @notice Lay down what every round keeps to.
    @param bits Size of a lane's number, 2 to 15.
    @param words Length of an update, in words of 16 lanes.
    @param clients How many may commit in a round; so many numbers of that size must fit a lane of 16 bits.
    @param stake Wei that each client deposits, and loses when it commits and does not reveal.
    @param reward Wei that a round pays in all, as far as the pot reaches.
    @param commit_seconds Time for commitments.
    @param reveal_seconds Time for reveals after that.
    """
    assert bits >= 2 and bits <= 15, "bits must be 2 to 15"
    assert words >= 1 and words <= MOST_WORDS, "words must be 1 to 64"
    assert clients >= 1 and clients <= MOST_CLIENTS, "clients must be 1 to 64"
    assert clients * (2 ** bits - 1) < 2 ** 16, "so many updates could overflow a lane"
    assert stake > 0, "without a stake nobody has anything to lose"
    assert commit_seconds > 0 and reveal_seconds > 0, "each phase needs time"
    assert commit_seconds < 2 ** 64 and reveal_seconds < 2 ** 64, "no phase lasts that long"
    BITS = bits
    WORDS = words
    CLIENTS = clients
    STAKE = stake
    REWARD = reward
    COMMIT_SECONDS = commit_seconds
    REVEAL_SECONDS = reveal_seconds
    lane: uint256 = (2 ** 16 - 1) - (2 ** bits - 1)
    mask: uint256 = 0
    for _: uint256 in range(LANES):
        mask = (mask << 16) | lane
    FORBIDDEN = mask


@external
@payable
def fund():
    """
    @notice Put money into the pot. Anybody may.
    """
    self.pot += msg.value


@external
@payable
def register():
    """
    @notice Become a client, with exactly the stake. Anybody may, once.
    """
    assert self.stakes[msg.sender] == 0, "registered already"
    assert msg.value == STAKE, "send exactly the stake"
    self.stakes[msg.sender] = msg.value
    log Registered(client=msg.sender)


@external
def leave():
    """
    @notice Stop being a client; the stake is owed back. Registered clients, but not while a commitment of theirs waits
            to be opened.
    """
    assert self.stakes[msg.sender] > 0, "not registered"
    assert not self.running or self.commitments[self.number][msg.sender] == empty(bytes32), "reveal first"
    self.owed[msg.sender] += self.stakes[msg.sender]
    self.stakes[msg.sender] = 0
    log Left(client=msg.sender)


@external
def withdraw():
    """
    @notice Take what is owed to the caller.
    """
    amount: uint256 = self.owed[msg.sender]
    assert amount > 0, "nothing is owed"
    self.owed[msg.sender] = 0
    log Withdrawn(client=msg.sender, amount=amount)
    raw_call(msg.sender, b"", value=amount)


@external
def open():
    """
    @notice Begin the next round. Anybody may, once the last one is closed.
    """
    assert not self.running, "close the round that runs first"
    self.number += 1
    self.running = True
    self.committers = []
    self.commit_until = block.timestamp + COMMIT_SECONDS
    self.reveal_until = self.commit_until + REVEAL_SECONDS
    log Opened(number=self.number, commit_until=self.commit_until, reveal_until=self.reveal_until)


@external
def commit(commitment: bytes32):
    """
    @notice Bind oneself to an update without showing it. Registered clients, once a round.
    @param commitment What `commitment_of` gives for the update and a salt that nobody can guess.
    """
    assert self.running and block.timestamp < self.commit_until, "no commitments are taken now"
    assert self.stakes[msg.sender] > 0, "register first"
    assert commitment != empty(bytes32), "an empty commitment"
    assert self.commitments[self.number][msg.sender] == empty(bytes32), "committed already"
    assert len(self.committers) < CLIENTS, "the round is full"
    self.commitments[self.number][msg.sender] = commitment
    self.committers.append(msg.sender)
    log Committed(number=self.number, client=msg.sender)


@view
@internal
def _commitment(
    words: DynArray[uint256, MOST_WORDS], salt: bytes32, client: address, number: uint256
) -> bytes32:
    return keccak256(abi_encode(words, salt, client, number, self, chain.id))


@external
@view
def commitment_of(
    words: DynArray[uint256, MOST_WORDS], salt: bytes32, client: address, number: uint256
) -> bytes32:
    """
    @notice The commitment to an update: bound to its sender, the round, this contract and this chain.
    @dev Compute it at home: a node that is asked for it sees the update.
    """
    return self._commitment(words, salt, client, number)


@external
def reveal(words: DynArray[uint256, MOST_WORDS], salt: bytes32):
    """
    @notice Open one's commitment; the update is added to the sum. Who committed, once, when commitments are closed.
    @param words The update, 16 lanes a word.
    @param salt The salt of the commitment, at least 2**128 as a number.
    """
    assert self.running and block.timestamp >= self.commit_until, "reveals are not taken yet"
    assert block.timestamp < self.reveal_until, "too late to reveal"
    commitment: bytes32 = self.commitments[self.number][msg.sender]
    assert commitment != empty(bytes32), "nothing to open"
    assert convert(salt, uint256) >= 2 ** 128, "the salt is too short"
    assert len(words) == WORDS, "an update of another length"
    assert self._commitment(words, salt, msg.sender, self.number) == commitment, "it does not open the commitment"
    for word: uint256 in words:
        assert word & FORBIDDEN == 0, "a number out of range"
    self.commitments[self.number][msg.sender] = empty(bytes32)
    self.revealed[self.number][msg.sender] = True
    self.counts[self.number] += 1
    place: uint256 = 0
    for word: uint256 in words:
        self.sums[self.number][place] += word
        place += 1
    log Revealed(number=self.number, client=msg.sender)


@external
def close():
    """
    @notice End the round: pay those who revealed, slash those who committed and did not. Anybody may, when the time
            for reveals is over, or as soon as all who committed have revealed.
    """
    assert self.running, "no round runs"
    count: uint256 = self.counts[self.number]
    done: bool = block.timestamp >= self.commit_until and count == len(self.committers)
    assert done or block.timestamp >= self.reveal_until, "there is still time to reveal"
    self.running = False
    for client: address in self.committers:
        if not self.revealed[self.number][client]:
            amount: uint256 = self.stakes[client]
            self.stakes[client] = 0
            self.commitments[self.number][client] = empty(bytes32)
            self.pot += amount
            log Slashed(number=self.number, client=client, amount=amount)
    each: uint256 = 0
    if count > 0:
        each = min(REWARD, self.pot) // count
        self.pot -= each * count
        for client: address in self.committers:
            if self.revealed[self.number][client]:
                self.owed[client] += each
    log Closed(number=self.number, revealed=count, paid_each=each)


@external
@view
def aggregate(number: uint256) -> DynArray[uint256, MOST_WORDS]:
    """
    @notice The sum of the updates revealed in a round. It stands still once the round is closed.
    """
    words: DynArray[uint256, MOST_WORDS] = []
    for place: uint256 in range(WORDS, bound=MOST_WORDS):
        words.append(self.sums[number][place])
    return words
