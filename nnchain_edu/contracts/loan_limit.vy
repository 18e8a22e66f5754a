# pragma version 0.4.3
"""
@title Loan limit
@license MIT
@notice A number that a model outside proposes: wei lent for each 100 wei of security. The contract trusts no proposal.
@dev The model's key proposes; anybody carries out what has waited; the guardian refuses, and says whose key is the
     model's. It may name its own, and then proposes under the same rules. Nobody, with any key, leaves the bounds,
     skips the wait, or takes more than one step at a time. Silence leads to the safest value.
"""

event Proposed:
    percent: uint256
    ready: uint256

event Changed:
    percent: uint256

event Vetoed:
    percent: uint256

# The bounds, the largest step, the seconds a proposal waits, and the seconds for which a value serves.
LOW: public(constant(uint256)) = 30
HIGH: public(constant(uint256)) = 75
STEP: public(constant(uint256)) = 10
WAIT: public(constant(uint256)) = 3600
STALE: public(constant(uint256)) = 86400

# Who proposes, and who may refuse. The guardian is fixed at the deployment, the model's key can be replaced.
guardian: public(immutable(address))
model: public(address)

# The value last carried out, and when.
stored: uint256
changed: public(uint256)

# The proposal that waits, and from when it may be carried out; 0 where none waits.
pending: public(uint256)
ready: public(uint256)


@deploy
def __init__(model_key: address):
    """
    @notice Begin at the lowest value. The deployer becomes the guardian.
    @param model_key The account that signs the model's proposals.
    """
    guardian = msg.sender
    self.model = model_key
    self.stored = LOW


@external
@view
def percent() -> uint256:
    """
    @notice The value in force. Anybody may ask.
    @return From LOW to HIGH; LOW where the last change is older than STALE (fail closed).
    """
    return self._percent()


@external
def propose(percent: uint256):
    """
    @notice Propose a value. Only the model's key may call; a proposal that waits is replaced and waits anew.
    @param percent From LOW to HIGH, and at most STEP above or below the value in force.
    """
    assert msg.sender == self.model, "only the model proposes"
    assert LOW <= percent and percent <= HIGH, "outside the bounds"
    now: uint256 = self._percent()
    assert percent <= now + STEP and now <= percent + STEP, "too large a step"
    self.pending = percent
    self.ready = block.timestamp + WAIT
    log Proposed(percent=percent, ready=self.ready)


@external
def carry_out():
    """
    @notice Put the proposal into force once it has waited. Anybody may call.
    """
    assert self.ready > 0, "nothing is proposed"
    assert block.timestamp >= self.ready, "the proposal still waits"
    assert block.timestamp < self.ready + STALE, "the proposal is too old"
    now: uint256 = self._percent()
    assert self.pending <= now + STEP and now <= self.pending + STEP, "too large a step by now"
    self.stored = self.pending
    self.changed = block.timestamp
    self.ready = 0
    log Changed(percent=self.stored)


@external
def veto():
    """
    @notice Strike the proposal that waits. Only the guardian may call.
    """
    assert msg.sender == guardian, "only the guardian refuses"
    assert self.ready > 0, "nothing is proposed"
    self.ready = 0
    log Vetoed(percent=self.pending)


@external
def replace_model(model_key: address):
    """
    @notice Take the right to propose from one key, give it to another, and fall to LOW. Only the guardian may call.
    @param model_key The account that proposes from now on; the zero address stops all proposals.
    """
    assert msg.sender == guardian, "only the guardian replaces"
    self.model = model_key
    self.stored = LOW
    self.ready = 0


@internal
@view
def _percent() -> uint256:
    return self.stored if block.timestamp - self.changed <= STALE else LOW
