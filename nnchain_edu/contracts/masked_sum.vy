# pragma version 0.4.3
"""
@title A sum of masked updates
@license MIT
@notice Adds up words that look like noise, then takes away the masks that the clients give back; what is left is the
        sum of the updates of those that uploaded, and nothing about any one of them.
@dev Double masking (Bonawitz et al. 2017, CCS). All sums are modulo 2**256, by `unsafe_add`: pair masks of two clients
     that both uploaded cancel by themselves. A seed counts only if its hash was posted with the upload. One contract
     serves one sum. No number can be checked for its range under a mask: robust rules and masks exclude each other.
     The contract cannot tell a true hash from a false one either: one client that posts the hash of another seed
     leaves the sum as noise for good, and it holds no stake. What is kept is privacy, not that a sum comes out.
"""

MOST_CLIENTS: constant(uint256) = 32
MOST_WORDS: constant(uint256) = 64

event Uploaded:
    client: indexed(uint256)

WORDS: public(immutable(uint256))
THRESHOLD: public(immutable(uint256))
UPLOAD_UNTIL: public(immutable(uint256))

# In the order of the pairs: the lower number of two adds their mask, the higher subtracts it.
clients: public(DynArray[address, MOST_CLIENTS])
uploaded: public(HashMap[uint256, bool])
count: public(uint256)
own_hashes: HashMap[uint256, bytes32]
pair_hashes: HashMap[uint256, DynArray[bytes32, MOST_CLIENTS]]
own_removed: public(HashMap[uint256, bool])
pair_removed: public(HashMap[uint256, HashMap[uint256, bool]])
# How many masks still lie over the sum; known once no more uploads are taken.
removed: public(uint256)
total: DynArray[uint256, MOST_WORDS]


@deploy
def __init__(clients: DynArray[address, MOST_CLIENTS], words: uint256, threshold: uint256, seconds: uint256):
    """
    @notice Fix who takes part.
    @param clients The clients, each once.
    @param words Length of an update.
    @param threshold How many uploads there must be before any mask is taken away: more than half of the clients, so
           that no two groups exist of which one gives back a client's own mask and the other its pair masks.
    @param seconds Time for uploads.
    """
    assert len(clients) >= 2, "a sum of one hides nothing"
    assert threshold <= len(clients) and 2 * threshold > len(clients), "threshold must be more than half of the clients"
    assert words >= 1 and words <= MOST_WORDS, "words must be 1 to 64"
    assert seconds >= 1 and seconds < 2 ** 64, "uploads need time"
    for i: uint256 in range(len(clients), bound=MOST_CLIENTS):
        for j: uint256 in range(i, bound=MOST_CLIENTS):
            assert clients[j] != clients[i], "a client stands there twice"
    self.clients = clients
    WORDS = words
    THRESHOLD = threshold
    UPLOAD_UNTIL = block.timestamp + seconds
    for _: uint256 in range(words, bound=MOST_WORDS):
        self.total.append(0)


@external
def upload(
    client: uint256, words: DynArray[uint256, MOST_WORDS], own_hash: bytes32,
    pair_hashes: DynArray[bytes32, MOST_CLIENTS],
):
    """
    @notice Hand in masked words. The client of that number, once, in time.
    @param client One's own number.
    @param words The masked update.
    @param own_hash Keccak-256 of the seed of one's own mask.
    @param pair_hashes Keccak-256 of the seeds shared with each client; at one's own place anything.
    """
    assert block.timestamp < UPLOAD_UNTIL, "too late to upload"
    assert client < len(self.clients) and self.clients[client] == msg.sender, "that is another client's number"
    assert not self.uploaded[client], "uploaded already"
    assert len(words) == WORDS, "an update of another length"
    assert len(pair_hashes) == len(self.clients), "a hash for each client"
    self.uploaded[client] = True
    self.count += 1
    self.own_hashes[client] = own_hash
    self.pair_hashes[client] = pair_hashes
    for place: uint256 in range(WORDS, bound=MOST_WORDS):
        self.total[place] = unsafe_add(self.total[place], words[place])
    log Uploaded(client=client)


@internal
def _take(seed: bytes32, adds: bool):
    """
    @dev Undo a mask that was added (or subtracted, where `adds`): words are Keccak-256 over seed and place.
    """
    for place: uint256 in range(WORDS, bound=MOST_WORDS):
        word: uint256 = convert(keccak256(concat(seed, convert(place, bytes32))), uint256)
        if adds:
            self.total[place] = unsafe_add(self.total[place], word)
        else:
            self.total[place] = unsafe_sub(self.total[place], word)
    self.removed += 1


@external
def remove_own(client: uint256, seed: bytes32):
    """
    @notice Take away the own mask of a client that uploaded. Anybody who knows the seed.
    """
    assert block.timestamp >= UPLOAD_UNTIL, "uploads are still taken"
    assert self.count >= THRESHOLD, "too few uploads: the masks stay"
    assert self.uploaded[client], "it did not upload: its own mask is not in the sum"
    assert not self.own_removed[client], "removed already"
    assert keccak256(seed) == self.own_hashes[client], "not the seed of that mask"
    self.own_removed[client] = True
    self._take(seed, False)


@external
def remove_pair(missing: uint256, present: uint256, seed: bytes32):
    """
    @notice Take away the mask that `present` put on for its pair with `missing`, which did not upload. Anybody who
            knows the seed.
    """
    assert block.timestamp >= UPLOAD_UNTIL, "uploads are still taken"
    assert self.count >= THRESHOLD, "too few uploads: the masks stay"
    assert missing < len(self.clients) and not self.uploaded[missing], "it uploaded: its pairs have cancelled"
    assert self.uploaded[present], "that one did not upload"
    assert not self.pair_removed[missing][present], "removed already"
    assert keccak256(seed) == self.pair_hashes[present][missing], "not the seed of that mask"
    self.pair_removed[missing][present] = True
    self._take(seed, present > missing)


@external
@view
def finished() -> bool:
    """
    @notice Whether no mask lies over the sum any more.
    """
    missing: uint256 = len(self.clients) - self.count
    return block.timestamp >= UPLOAD_UNTIL and self.count >= THRESHOLD and self.removed == self.count * (missing + 1)


@external
@view
def words() -> DynArray[uint256, MOST_WORDS]:
    """
    @notice The sum as it stands: noise until `finished`.
    """
    return self.total
