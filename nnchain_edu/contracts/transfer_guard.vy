# pragma version 0.4.3
"""
@title Transfer guard
@license MIT
@notice Money that was put in leaves by requests. What is small goes at once. What is above an allowance waits for a
        model's signed score: a low one lets it go, a high one freezes it. The owner appeals, an arbiter decides, and a
        wrong freeze costs the model's operator a price. Silence of anybody ends with a deadline.
@dev It guards what lies in it, nothing else: no contract can freeze ether that an account holds itself, and a thief who
     finds the money outside never meets this one. An account that keeps its money here chose to.

     Each request ends with its wei at the recipient or at the owner's safe, an address that the first deposit fixes.
     No role can name a third. Where a receiver refuses ether the wei go back into the owner's balance here, so that
     nobody's refusal blocks anybody else. The longest life of a request is the sum of the three terms, 90 days at most.

     What each role can do at worst:
     - the model's key (anybody may bring its signatures): freeze for the three terms, or let a theft pass, as it would
       by silence. Each freeze reserves its price out of the operator's bond, so there are never more than the bond pays for.
       No owner's wei are in its reach, but the operator's are: who holds the key and money in here can have honest
       payments of his own frozen, and the price of each goes to him once the arbiter has rightly released it.
     - the operator: take out what no freeze holds back of the bond. Then nothing can be frozen, and all goes with the term.
     - the arbiter: refuse rightful appeals (money to the safe, appeal bonds to the operator) or grant wrong ones (up to
       the operator's bond). It must be nobody's friend.
     - a thief with the owner's key: take the allowance of each period, and whatever the model lets pass. Appealing is no
       way around: until the end the safe's key can cancel, and it should lie elsewhere.
     - an owner: lock the operator's bond up with requests that look like theft, or earn prices by honest ones that do.
       That is why the price of a freeze is at most a tenth of the amount: a bond of b cannot be held by less than 10 b,
       and a payment of one wei earns nothing. It is no cure: the model should score what looks made to be frozen low.

     A peel chain of small payments meets the allowance, which is for the sum of a period and not for each payment. But
     it is an allowance per owner, so who comes as a hundred owners has a hundred; and periods are counted from the
     epoch, so around the turn of one twice the allowance can go.
"""

event Deposited:
    owner: indexed(address)
    safe: indexed(address)
    amount: uint256

event Requested:
    request: indexed(uint256)
    owner: indexed(address)
    recipient: indexed(address)
    amount: uint256
    until: uint256      # until when it waits for a score; 0 where it went at once

event Scored:
    request: indexed(uint256)
    score: uint256
    frozen: bool

event Appealed:
    request: indexed(uint256)
    until: uint256      # until when the arbiter may rule

event Ruled:
    request: indexed(uint256)
    released: bool
    paid: uint256       # wei of the operator's bond that the owner's safe was owed for a wrong freeze

event Settled:
    request: indexed(uint256)
    state: uint256      # SENT, RETURNED or KEPT

struct Request:
    owner: address
    recipient: address
    amount: uint256
    state: uint256
    until: uint256      # end of the term that runs, in seconds of block time; 0 once it is over
    score: uint256      # what the model said, in ten-thousandths

# States of a request. It waits for a score, is frozen, or is appealed against; and at the end its wei were sent to the
# recipient, were returned to the owner's safe, or are kept in the owner's balance because the receiver refused them.
WAITING: public(constant(uint256)) = 1
FROZEN: public(constant(uint256)) = 2
APPEALED: public(constant(uint256)) = 3
SENT: public(constant(uint256)) = 4
RETURNED: public(constant(uint256)) = 5
KEPT: public(constant(uint256)) = 6

MOST_SCORE: public(constant(uint256)) = 10_000
LONGEST: public(constant(uint256)) = 30 * 86400   # seconds of a term

# Gas that a receiver may burn, so that none can make a settlement too dear to run; what must be there before it gets
# that, since a caller who brought less would make the payment fail.
PAYMENT_GAS: constant(uint256) = 100_000
SPARE_GAS: constant(uint256) = 150_000

# Half of the order of secp256k1: of the two values s that fit a signature, only the lower counts (EIP-2).
HALF_ORDER: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168

# EIP-712: what the model's key signs.
DOMAIN: constant(bytes32) = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
NAME: constant(bytes32) = keccak256("Transfer guard")
VERSION: constant(bytes32) = keccak256("1")
SCORE: constant(bytes32) = keccak256("Score(uint256 request,address owner,address recipient,uint256 amount,uint256 score)")

# Fixed at the deployment. The operator deployed the guard, answers for the model and posts the bond.
operator: public(immutable(address))
model: public(immutable(address))
arbiter: public(immutable(address))
threshold: public(immutable(uint256))       # wei that an owner may send unscored in a period
period: public(immutable(uint256))          # seconds
flag_at: public(immutable(uint256))         # the least score that freezes
price: public(immutable(uint256))           # wei of the operator's that a wrong freeze costs, at most
appeal_bond: public(immutable(uint256))     # wei at stake in an appeal
score_term: public(immutable(uint256))      # seconds for the score, for an appeal, for the ruling
appeal_term: public(immutable(uint256))
ruling_term: public(immutable(uint256))

# By owner: wei at the owner's disposal, where to return money to, wei sent unscored by period.
balances: public(HashMap[address, uint256])
safes: public(HashMap[address, address])
unscored: public(HashMap[address, HashMap[uint256, uint256]])

# Requests are numbered from 1. By request: whether a freeze of it holds a price back.
requests: public(HashMap[uint256, Request])
request_count: public(uint256)

# The operator's wei, and how many of them open freezes hold back.
bond: public(uint256)
reserved: public(uint256)


@deploy
@payable
def __init__(
    model_key: address, judge: address, wei_threshold: uint256, seconds: uint256, flagging_score: uint256,
    wei_price: uint256, wei_appeal: uint256, terms: uint256[3],
):
    """
    @notice The caller becomes the operator; wei sent along begin the operator's bond.
    @param model_key The address of the key that signs scores.
    @param judge The arbiter; neither the operator nor the model.
    @param wei_threshold Wei that each owner may send unscored in a period; 0 has every request scored.
    @param seconds Length of a period.
    @param flagging_score The least score that freezes, 1 to 10000.
    @param wei_price What a wrong freeze costs the operator, at most a tenth of the amount; 0 makes freezing free.
    @param wei_appeal What an appeal costs who loses it.
    @param terms Seconds for the score, for an appeal, for the ruling; each 1 to 2592000 (30 days).
    """
    assert model_key != empty(address), "a model is needed"
    assert judge != empty(address) and judge != msg.sender and judge != model_key, "the arbiter judges model and operator"
    assert seconds > 0, "a period has seconds"
    assert 0 < flagging_score and flagging_score <= MOST_SCORE, "a flagging score is 1 to 10000"
    for term: uint256 in terms:
        assert 0 < term and term <= LONGEST, "a term is 1 second to 30 days"
    operator = msg.sender
    model = model_key
    arbiter = judge
    threshold = wei_threshold
    period = seconds
    flag_at = flagging_score
    price = wei_price
    appeal_bond = wei_appeal
    score_term = terms[0]
    appeal_term = terms[1]
    ruling_term = terms[2]
    self.bond = msg.value


@external
@payable
@nonreentrant
def deposit(safe: address):
    """
    @notice Put the wei sent along under guard, as the caller's. Anybody may call. They leave by requests only.
    @param safe Where money goes that does not reach its recipient: an account of the owner whose key lies elsewhere, or
                the owner. The first deposit fixes it, so that a stolen key cannot; later ones must name the same.
    """
    assert msg.value > 0, "nothing was sent along"
    assert safe != empty(address) and safe != self, "name a safe that can receive"
    if self.safes[msg.sender] == empty(address):
        self.safes[msg.sender] = safe
    assert self.safes[msg.sender] == safe, "another safe is fixed"
    self.balances[msg.sender] += msg.value
    log Deposited(owner=msg.sender, safe=safe, amount=msg.value)


@external
@nonreentrant
def request(recipient: address, amount: uint256) -> uint256:
    """
    @notice Send wei of one's own balance. Owners call. Within the allowance of this period it goes at once, else it waits
            for a score, at most for the first term: a model that is silent holds nobody up for longer.
    @param recipient Who is to get them; the owner is a recipient like any other.
    @param amount Wei.
    @return The request's number.
    """
    assert recipient != empty(address) and recipient != self, "no recipient"
    assert amount > 0, "nothing to send"
    assert amount <= self.balances[msg.sender], "more than the balance"
    self.balances[msg.sender] -= amount
    self.request_count += 1
    number: uint256 = self.request_count
    at_once: bool = amount <= self._free_now(msg.sender)
    until: uint256 = 0
    if not at_once:
        until = block.timestamp + score_term
    self.requests[number] = Request(
        owner=msg.sender, recipient=recipient, amount=amount, state=WAITING, until=until, score=0
    )
    log Requested(request=number, owner=msg.sender, recipient=recipient, amount=amount, until=until)
    if at_once:
        self.unscored[msg.sender][block.timestamp // period] += amount
        self._send(number)
    return number


@external
@nonreentrant
def post(number: uint256, score: uint256, signature: Bytes[65]):
    """
    @notice Bring the model's score of a request that waits. Anybody may call who has the signature; the first one counts.
            Below the flagging score the recipient is paid at once, else the request is frozen.
    @param number The request.
    @param score 0 to 10000.
    @param signature By the model's key over `digest(number, score)`: r, s, v in 65 bytes.
    """
    assert self.requests[number].state == WAITING, "it does not wait for a score"
    assert block.timestamp < self.requests[number].until, "the score comes too late"
    assert score <= MOST_SCORE, "a score is 0 to 10000"
    assert self._signer(self._digest(number, score), signature) == model, "not the model's signature"
    self.requests[number].score = score
    log Scored(request=number, score=score, frozen=score >= flag_at)
    if score < flag_at:
        self._send(number)
        return
    held_back: uint256 = self._price(number)
    assert self.bond - self.reserved >= held_back, "the operator's bond does not pay for another freeze"
    self.reserved += held_back
    self.requests[number].state = FROZEN
    self.requests[number].until = block.timestamp + appeal_term


@external
@payable
@nonreentrant
def appeal(number: uint256):
    """
    @notice Say that a freeze is wrong, with exactly the appeal bond. The owner or the owner's safe may call.
    @param number The request.
    """
    owner: address = self.requests[number].owner
    assert self.requests[number].state == FROZEN, "it is not frozen, or appealed already"
    assert block.timestamp < self.requests[number].until, "the appeal comes too late"
    assert msg.sender == owner or msg.sender == self.safes[owner], "the owner or the safe appeals"
    assert msg.value == appeal_bond, "send exactly the appeal bond"
    self.requests[number].state = APPEALED
    self.requests[number].until = block.timestamp + ruling_term
    log Appealed(request=number, until=block.timestamp + ruling_term)


@external
@nonreentrant
def rule(number: uint256, release: bool):
    """
    @notice Decide an appeal. Only the arbiter may call.
    @param number The request.
    @param release True: the freeze was wrong. The recipient is paid; the owner's safe gets the appeal bond back and the
                   price out of the operator's bond. False: the safe gets the amount, the operator's bond the appeal's.
    """
    assert msg.sender == arbiter, "the arbiter rules"
    assert self.requests[number].state == APPEALED, "no appeal is open"
    assert block.timestamp < self.requests[number].until, "the ruling comes too late"
    owner: address = self.requests[number].owner
    owed: uint256 = self._price(number)
    self.reserved -= owed
    if release:
        self.bond -= owed
        log Ruled(request=number, released=True, paid=owed)
        self._send(number)
        self._pay(self.safes[owner], appeal_bond + owed, owner)
    else:
        self.bond += appeal_bond
        log Ruled(request=number, released=False, paid=0)
        self._return(number)


@external
@nonreentrant
def cancel(number: uint256):
    """
    @notice Call a request off while it is open; its wei go to the safe, and an appeal's bond is lost to the operator.
            The owner or the owner's safe may call: so the safe's key stops a thief who has the owner's.
    @param number The request.
    """
    owner: address = self.requests[number].owner
    state: uint256 = self.requests[number].state
    assert state == WAITING or state == FROZEN or state == APPEALED, "it is not open"
    assert msg.sender == owner or msg.sender == self.safes[owner], "the owner or the safe cancels"
    if state != WAITING:
        self.reserved -= self._price(number)
    if state == APPEALED:
        self.bond += appeal_bond
    self._return(number)


@external
@nonreentrant
def settle(number: uint256):
    """
    @notice End a request whose term is over. Anybody may call. Without a score the recipient is paid: the model had its
            time. A freeze that nobody appealed against goes to the safe. An appeal that nobody decided lets the freeze
            lapse: the recipient is paid and the safe gets the appeal bond back, but no price, since nothing was proven.
    @param number The request.
    """
    owner: address = self.requests[number].owner
    state: uint256 = self.requests[number].state
    assert state == WAITING or state == FROZEN or state == APPEALED, "it is not open"
    assert block.timestamp >= self.requests[number].until, "its term is not over"
    if state == WAITING:
        self._send(number)
    elif state == FROZEN:
        self.reserved -= self._price(number)
        self._return(number)
    else:
        self.reserved -= self._price(number)
        self._send(number)
        self._pay(self.safes[owner], appeal_bond, owner)


@external
@payable
@nonreentrant
def fund():
    """
    @notice Add the wei sent along to the operator's bond. Anybody may call; only the operator can take them out.
    """
    self.bond += msg.value


@external
@nonreentrant
def withdraw_bond(amount: uint256):
    """
    @notice Take wei out of the bond that no open freeze holds back. Only the operator may call.
    @param amount Wei.
    """
    assert msg.sender == operator, "the operator's bond"
    assert amount <= self.bond - self.reserved, "open freezes hold the rest back"
    self.bond -= amount
    raw_call(operator, b"", value=amount)


@external
@view
def free_now(owner: address) -> uint256:
    """
    @notice Wei that an owner may still send unscored in the period that runs. Anybody may ask.
    """
    return self._free_now(owner)


@external
@view
def digest(number: uint256, score: uint256) -> bytes32:
    """
    @notice What the model's key signs to give a request a score (EIP-712). Anybody may ask.
    @dev It names the chain, this contract, the request and all that the request says: no signature counts for another.
    """
    return self._digest(number, score)


@internal
@view
def _free_now(owner: address) -> uint256:
    return threshold - self.unscored[owner][block.timestamp // period]


@internal
@view
def _price(number: uint256) -> uint256:
    """
    @dev What a freeze of this request holds back, and costs if it was wrong. Not more than a tenth of the amount, or
         requests of one wei would bind or earn the whole bond.
    """
    return min(price, self.requests[number].amount // 10)


@internal
def _send(number: uint256):
    asked: Request = self.requests[number]
    self._end(number, asked.recipient, SENT)


@internal
def _return(number: uint256):
    self._end(number, self.safes[self.requests[number].owner], RETURNED)


@internal
def _end(number: uint256, receiver: address, state: uint256):
    # the request is over before anybody is called; the lock stands besides
    self.requests[number].state = state
    self.requests[number].until = 0
    if not self._pay(receiver, self.requests[number].amount, self.requests[number].owner):
        self.requests[number].state = KEPT
    log Settled(request=number, state=self.requests[number].state)


@internal
def _pay(receiver: address, amount: uint256, owner: address) -> bool:
    """
    @dev Pay, or credit the owner's balance where the receiver refuses. What a receiver answers is not read.
    """
    if amount == 0:
        return True
    assert msg.gas >= SPARE_GAS, "bring more gas"
    paid: bool = raw_call(receiver, b"", value=amount, gas=PAYMENT_GAS, revert_on_failure=False)
    if not paid:
        self.balances[owner] += amount
    return paid


@internal
@view
def _digest(number: uint256, score: uint256) -> bytes32:
    asked: Request = self.requests[number]
    domain: bytes32 = keccak256(abi_encode(DOMAIN, NAME, VERSION, chain.id, self))
    said: bytes32 = keccak256(abi_encode(SCORE, number, asked.owner, asked.recipient, asked.amount, score))
    return keccak256(concat(b"\x19\x01", domain, said))


@internal
@pure
def _signer(signed: bytes32, signature: Bytes[65]) -> address:
    assert len(signature) == 65, "a signature has 65 bytes"
    r: uint256 = convert(extract32(signature, 0), uint256)
    s: uint256 = convert(extract32(signature, 32), uint256)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    assert s <= HALF_ORDER, "only the lower s counts"
    return ecrecover(signed, v, r, s)  # the empty address where r, s or v fit no key; it is not the model's
