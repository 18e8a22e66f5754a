# pragma version 0.4.3
"""
@title A network with a commitment
@license MIT
@notice Passes inputs on to a network's contract, and says which one: by the hash of its code and the hash of the
        whole-number weights that the code was made from. A new version has to be announced a day ahead.
@dev Two hashes, since they bind different things. `code_hash` is what runs; the EVM knows it. `weights_hash` is what
     the owner claims the code to contain; whoever holds the weights compiles them again and compares the code.
     A network of several contracts is bound only as far as its first contract names the others as constants.
"""

WAIT: public(constant(uint256)) = 24 * 60 * 60  # seconds from a proposal to its version
MOST_WEIGHTS: constant(uint256) = 8_192  # bytes
MOST_INPUT: constant(uint256) = 2_048  # bytes

struct Version:
    network: address
    code_hash: bytes32
    weights_hash: bytes32

event Proposed:
    network: indexed(address)
    weights_hash: bytes32
    earliest: uint256  # time in seconds

event Upgraded:
    network: indexed(address)
    weights_hash: bytes32

event Frozen: pass

owner: public(address)  # who may propose; nobody once it is the zero address
current: public(Version)
proposed: public(Version)
earliest: public(uint256)


@deploy
def __init__(network: address, weights_hash: bytes32):
    """
    @notice The first version; the sender becomes the owner.
    @param network A contract that answers any call data with a class as a 32-byte number.
    @param weights_hash keccak256 of the whole-number weights.
    """
    self.owner = msg.sender
    self.current = self._version(network, weights_hash)


@view
@internal
def _version(network: address, weights_hash: bytes32) -> Version:
    assert network.codesize > 0, "no contract at that address"
    return Version(network=network, code_hash=network.codehash, weights_hash=weights_hash)


@external
def propose(network: address, weights_hash: bytes32):
    """
    @notice Announce the next version; it replaces an earlier proposal, and the wait begins anew. The owner only.
    """
    assert msg.sender == self.owner, "only the owner may propose"
    self.proposed = self._version(network, weights_hash)
    self.earliest = block.timestamp + WAIT
    log Proposed(network=network, weights_hash=weights_hash, earliest=self.earliest)


@external
def carry_out():
    """
    @notice Make the proposal the current version. Anyone may, once the wait is over.
    """
    assert self.proposed.network != empty(address), "nothing is proposed"
    assert block.timestamp >= self.earliest, "the proposal still waits"
    self.current = self.proposed
    self.proposed = empty(Version)
    log Upgraded(network=self.current.network, weights_hash=self.current.weights_hash)


@external
def freeze():
    """
    @notice Give up upgrades for ever, a waiting proposal included. The owner only.
    """
    assert msg.sender == self.owner, "only the owner may freeze"
    self.owner = empty(address)
    self.proposed = empty(Version)
    log Frozen()


@view
@external
def made_from(weights: Bytes[MOST_WEIGHTS]) -> bool:
    """
    @notice Whether these are the weights that the current version was committed to.
    """
    return keccak256(weights) == self.current.weights_hash


@view
@external
def classify(data: Bytes[MOST_INPUT]) -> uint256:
    """
    @notice What the current version answers. Anyone may ask.
    @dev A static call: the network cannot change anything. If another code stands there by now, nothing is asked.
    """
    version: Version = self.current
    assert version.network.codehash == version.code_hash, "another code stands at the network's address"
    answer: Bytes[32] = raw_call(version.network, data, max_outsize=32, is_static_call=True)
    assert len(answer) == 32, "no class came back"
    return convert(answer, uint256)
