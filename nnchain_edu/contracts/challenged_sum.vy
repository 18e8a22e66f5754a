# pragma version 0.4.3
"""
@title A sum that is claimed, and can be challenged
@license MIT
@notice For updates too large to be added up on the chain: clients register the root of their words, somebody claims
        the root of the sum with a bond, and anybody who finds a wrong word has it computed again here and takes half
        of the bond.
@dev Optimistic: a wrong sum stands if nobody challenges it in time. To challenge one needs that word of *every* client,
     so all words must be published somewhere; the contract cannot see to that. One client that joins with a root and
     keeps its words back makes every challenge impossible: admit only clients whose words are there to be read.
     The other half of a wrong claim's bond is burnt. If all of it went to the challenger, whoever made the claim could
     see a challenge coming, send the same one first, and have lost nothing.
     Words are not checked for their range, and a root may be another client's: no lane is safe from one hostile
     client, and copying is not noticed. Roots are Merkle roots with leaf keccak(0x00, place, word)
     and node keccak(0x01, left, right); a word is 16 lanes, sums are modulo 2**256.
"""

MOST_CLIENTS: constant(uint256) = 32
MOST_DEPTH: constant(uint256) = 32

event Claimed:
    aggregator: indexed(address)
    root: bytes32

event Overturned:
    challenger: indexed(address)
    place: uint256

DEPTH: public(immutable(uint256))  # of the trees: an update has 2**DEPTH words
BOND: public(immutable(uint256))
WINDOW: public(immutable(uint256))
JOIN_UNTIL: public(immutable(uint256))

clients: public(DynArray[address, MOST_CLIENTS])
roots: public(DynArray[bytes32, MOST_CLIENTS])
joined: public(HashMap[address, bool])

# The claim that stands; no aggregator where there is none.
aggregator: public(address)
root: public(bytes32)
final_at: public(uint256)
paid_back: public(bool)
# Wei of overturned claims that nobody gets any more.
burnt: public(uint256)
owed: public(HashMap[address, uint256])


@deploy
def __init__(depth: uint256, bond: uint256, join_seconds: uint256, window: uint256):
    """
    @notice Open the round.
    @param depth Depth of the trees, at most 32.
    @param bond Wei that a claim deposits.
    @param join_seconds Time for clients to register their roots.
    @param window Seconds in which a claim can be challenged.
    """
    assert depth <= MOST_DEPTH, "depth must be at most 32"
    assert bond >= 2, "half of the bond must be something"
    assert join_seconds > 0 and window > 0, "time and window must be above 0"
    assert join_seconds < 2 ** 64 and window < 2 ** 64, "no phase lasts that long"
    DEPTH = depth
    BOND = bond
    WINDOW = window
    JOIN_UNTIL = block.timestamp + join_seconds


@external
def join(root: bytes32):
    """
    @notice Register the root of one's update. Anybody, once, in time.
    """
    assert block.timestamp < JOIN_UNTIL, "too late to join"
    assert not self.joined[msg.sender], "joined already"
    assert len(self.clients) < MOST_CLIENTS, "the round is full"
    self.joined[msg.sender] = True
    self.clients.append(msg.sender)
    self.roots.append(root)


@external
@payable
def claim(root: bytes32):
    """
    @notice Claim that this is the root of the sum. Anybody, with the bond, while no claim stands.
    """
    assert block.timestamp >= JOIN_UNTIL, "clients may still join"
    assert len(self.clients) > 0, "nobody joined"
    assert self.aggregator == empty(address), "a claim stands"
    assert msg.value == BOND, "send exactly the bond"
    self.aggregator = msg.sender
    self.root = root
    self.final_at = block.timestamp + WINDOW
    log Claimed(aggregator=msg.sender, root=root)


@pure
@internal
def _root(place: uint256, word: uint256, path: DynArray[bytes32, MOST_DEPTH]) -> bytes32:
    node: bytes32 = keccak256(concat(b"\x00", convert(place, bytes32), convert(word, bytes32)))
    rest: uint256 = place
    for other: bytes32 in path:
        if rest % 2 == 0:
            node = keccak256(concat(b"\x01", node, other))
        else:
            node = keccak256(concat(b"\x01", other, node))
        rest = rest // 2
    return node


@external
def challenge(
    place: uint256, words: DynArray[uint256, MOST_CLIENTS],
    paths: DynArray[DynArray[bytes32, MOST_DEPTH], MOST_CLIENTS],
    claimed: uint256, claimed_path: DynArray[bytes32, MOST_DEPTH],
):
    """
    @notice Have one word of the sum computed again. Anybody, while the claim can be challenged; half the bond of a
            wrong claim is owed to the caller, half is burnt, and a new claim can be made. A right claim stands: the call reverts.
    @param place Which word.
    @param words That word of each client, in the order in which they joined.
    @param paths The Merkle path of each.
    @param claimed That word of the claimed sum.
    @param claimed_path Its path.
    """
    assert self.aggregator != empty(address), "no claim stands"
    assert block.timestamp < self.final_at, "the claim is final"
    assert place < 2 ** DEPTH, "there is no such word"
    assert len(words) == len(self.clients) and len(paths) == len(words), "a word and a path of every client"
    assert len(claimed_path) == DEPTH, "a path of another length"
    assert self._root(place, claimed, claimed_path) == self.root, "not a word of the claimed sum"
    total: uint256 = 0
    for i: uint256 in range(len(words), bound=MOST_CLIENTS):
        assert len(paths[i]) == DEPTH, "a path of another length"
        assert self._root(place, words[i], paths[i]) == self.roots[i], "not a word of that client"
        total = unsafe_add(total, words[i])
    assert total != claimed, "the claim is right at this place"
    self.aggregator = empty(address)
    self.root = empty(bytes32)
    prize: uint256 = BOND // 2
    self.owed[msg.sender] += prize
    self.burnt += BOND - prize
    log Overturned(challenger=msg.sender, place=place)


@external
@view
def final() -> bool:
    """
    @notice Whether a claim stands that can no longer be challenged.
    """
    return self.aggregator != empty(address) and block.timestamp >= self.final_at


@external
def settle():
    """
    @notice When the claim is final, the bond is owed back to the aggregator. Anybody, once.
    """
    assert self.aggregator != empty(address) and block.timestamp >= self.final_at, "no claim is final"
    assert not self.paid_back, "settled already"
    self.paid_back = True
    self.owed[self.aggregator] += BOND


@external
def withdraw():
    """
    @notice Take what is owed to the caller.
    """
    amount: uint256 = self.owed[msg.sender]
    assert amount > 0, "nothing is owed"
    self.owed[msg.sender] = 0
    raw_call(msg.sender, b"", value=amount)
