# pragma version 0.4.3
"""
@title Stake
@license MIT
@notice Validators put money in. Whoever signs two different blocks for one slot loses all of it, even if the proof
        comes while it is on its way out.
@dev What a validator signs names this contract and this chain (EIP-191, version 0), so no signature made elsewhere
     counts here. Evidence needs no trusted reporter: two signatures are the proof. The reporter gets a sixteenth, the
     rest is burned, so that reporting oneself always costs fifteen sixteenths. The slashed may never come back.
"""

event Deposited:
    validator: indexed(address)
    amount: uint256

event Leaving:
    validator: indexed(address)
    free: uint256

event Withdrawn:
    validator: indexed(address)
    amount: uint256

event Slashed:
    validator: indexed(address)
    reporter: indexed(address)
    slot: uint256
    amount: uint256

# The least stake, in wei; the seconds between leaving and withdrawing; and what part of a stake its reporter gets.
MINIMUM: public(constant(uint256)) = 10**18
DELAY: public(constant(uint256)) = 7 * 86400
REPORTER_PART: public(constant(uint256)) = 16

# Half of the order of secp256k1: of the two values s that fit a signature, only the lower counts (EIP-2).
HALF_ORDER: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168

# What each validator has at stake, in wei, and all of them together.
stakes: public(HashMap[address, uint256])
total: public(uint256)

# From when a leaving validator may withdraw (block time); 0 for one that has not announced it.
free: public(HashMap[address, uint256])

# Who has been slashed, for ever.
slashed: public(HashMap[address, bool])


@external
@payable
def deposit():
    """
    @notice Stake the wei sent along, or add them to one's stake. Anybody may call who is neither slashed nor leaving.
    """
    assert not self.slashed[msg.sender], "slashed validators never come back"
    assert self.free[msg.sender] == 0, "leaving: withdraw first"
    self.stakes[msg.sender] += msg.value
    assert self.stakes[msg.sender] >= MINIMUM, "less than the least stake"
    self.total += msg.value
    log Deposited(validator=msg.sender, amount=msg.value)


@external
def leave():
    """
    @notice Announce that one leaves. Only a validator may call, once; the stake can be slashed until it is withdrawn.
    """
    assert self.stakes[msg.sender] > 0, "nothing at stake"
    assert self.free[msg.sender] == 0, "already leaving"
    self.free[msg.sender] = block.timestamp + DELAY
    log Leaving(validator=msg.sender, free=block.timestamp + DELAY)


@external
@nonreentrant
def withdraw():
    """
    @notice Take one's stake out. Only a validator may call that announced it at least DELAY seconds ago.
    """
    amount: uint256 = self.stakes[msg.sender]
    assert amount > 0, "nothing at stake"
    assert self.free[msg.sender] > 0, "leave first"
    assert block.timestamp >= self.free[msg.sender], "the delay is not over"
    self.stakes[msg.sender] = 0
    self.free[msg.sender] = 0
    self.total -= amount
    raw_call(msg.sender, b"", value=amount)
    log Withdrawn(validator=msg.sender, amount=amount)


@external
@nonreentrant
def slash(
    validator: address,
    slot: uint256,
    first: bytes32,
    first_signature: Bytes[65],
    second: bytes32,
    second_signature: Bytes[65],
):
    """
    @notice Prove that a validator signed two blocks for one slot. Anybody may call; the caller gets a sixteenth.
    @param validator Who signed both.
    @param slot The slot of both blocks.
    @param first Hash of one block.
    @param first_signature Its signature: r, s, v in 65 bytes.
    @param second Hash of the other block.
    @param second_signature Its signature.
    """
    amount: uint256 = self.stakes[validator]
    assert not self.slashed[validator], "already slashed"
    assert amount > 0, "nothing at stake"
    assert first != second, "one block twice is no equivocation"
    assert self._signer(slot, first, first_signature) == validator, "the first signature is not the validator's"
    assert self._signer(slot, second, second_signature) == validator, "the second signature is not the validator's"
    self.slashed[validator] = True
    self.stakes[validator] = 0
    self.free[validator] = 0
    self.total -= amount
    reward: uint256 = amount // REPORTER_PART
    raw_call(empty(address), b"", value=amount - reward)  # burned
    raw_call(msg.sender, b"", value=reward)
    log Slashed(validator=validator, reporter=msg.sender, slot=slot, amount=amount)


@external
@view
def digest(slot: uint256, block_hash: bytes32) -> bytes32:
    """
    @notice What a validator signs for a block. Anybody may ask.
    @param slot The block's slot.
    @param block_hash Its hash.
    @return Keccak-256 of 0x19, 0x00, this contract, the chain's id, the slot and the hash.
    """
    return self._digest(slot, block_hash)


@internal
@view
def _digest(slot: uint256, block_hash: bytes32) -> bytes32:
    chain_id: bytes32 = convert(chain.id, bytes32)
    return keccak256(concat(b"\x19\x00", convert(self, bytes20), chain_id, convert(slot, bytes32), block_hash))


@internal
@view
def _signer(slot: uint256, block_hash: bytes32, signature: Bytes[65]) -> address:
    assert len(signature) == 65, "a signature has 65 bytes"
    r: uint256 = convert(extract32(signature, 0), uint256)
    s: uint256 = convert(extract32(signature, 32), uint256)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    assert s <= HALF_ORDER, "only the lower s counts"
    signer: address = ecrecover(self._digest(slot, block_hash), v, r, s)
    assert signer != empty(address), "no signature"  # what ecrecover answers when r, s or v fit no key
    return signer
