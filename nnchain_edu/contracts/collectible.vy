# pragma version 0.4.3
"""
@title Collectible
@license MIT
@notice Things that are each one of a kind, after ERC-721 (EIP-721). The deployer makes them, owners pass them on.
@dev The compiler checks the functions against its own interface of EIP-721, and no events. The standard lets three
     functions take ether; these refuse it, since they could never give it back.
"""

from ethereum.ercs import IERC165
from ethereum.ercs import IERC721

implements: IERC165
implements: IERC721


interface Receiver:
    def onERC721Received(operator: address, owner: address, token: uint256, data: Bytes[1024]) -> bytes4: nonpayable


# Who may make new tokens: the account that deployed the contract.
minter: public(immutable(address))

# Tokens made so far; they are numbered from 1.
made: public(uint256)

# Tokens held, by owner.
balances: HashMap[address, uint256]

# The owner of each token; the zero address where there is no such token.
owners: HashMap[uint256, address]

# Who may move a single token besides its owner.
approved: HashMap[uint256, address]

# Who may move all tokens of an owner.
isApprovedForAll: public(HashMap[address, HashMap[address, bool]])


@deploy
def __init__():
    """
    @notice The deployer becomes the minter.
    """
    minter = msg.sender


@external
@view
def supportsInterface(interface_id: bytes4) -> bool:
    """
    @notice Tell which standards this contract keeps (EIP-165). Anybody may ask.
    @param interface_id Four bytes that name a standard.
    @return True for EIP-165 and EIP-721.
    """
    return interface_id in [0x01ffc9a7, 0x80ac58cd]


@external
@view
def balanceOf(_owner: address) -> uint256:
    """
    @notice How many tokens an account owns. Anybody may ask.
    @param _owner The account; not the zero address.
    @return The number of tokens.
    """
    assert _owner != empty(address), "the zero address owns nothing"
    return self.balances[_owner]


@external
@view
def ownerOf(_tokenId: uint256) -> address:
    """
    @notice Who owns a token. Anybody may ask.
    @param _tokenId The token's number.
    @return Its owner; reverts where there is no such token.
    """
    return self._owner(_tokenId)


@external
@view
def getApproved(_tokenId: uint256) -> address:
    """
    @notice Who may move a token besides its owner. Anybody may ask.
    @param _tokenId The token's number.
    @return The account, or the zero address.
    """
    self._owner(_tokenId)
    return self.approved[_tokenId]


@external
def mint(receiver: address) -> uint256:
    """
    @notice Make a new token. Only the minter may call.
    @param receiver Its first owner.
    @return Its number.
    """
    assert msg.sender == minter, "only the minter makes tokens"
    assert receiver != empty(address), "the zero address owns nothing"
    self.made += 1
    self.owners[self.made] = receiver
    self.balances[receiver] += 1
    log IERC721.Transfer(sender=empty(address), receiver=receiver, token_id=self.made)
    return self.made


@external
@payable
def transferFrom(_from: address, _to: address, _tokenId: uint256):
    """
    @notice Move a token. Its owner, the account approved for it and the owner's operators may call.
    @param _from The owner.
    @param _to The new owner; a contract is not asked whether it can handle the token.
    @param _tokenId The token's number.
    """
    self._move(_from, _to, _tokenId)


@external
@payable
def safeTransferFrom(_from: address, _to: address, _tokenId: uint256, _data: Bytes[1024] = b""):
    """
    @notice Move a token, to a contract only if it says that it can handle one. Who may call: as transferFrom.
    @dev The receiver is called last, when everything here is settled, so that it may call back.
    @param _from The owner.
    @param _to The new owner.
    @param _tokenId The token's number.
    @param _data Handed on to a receiving contract.
    """
    self._move(_from, _to, _tokenId)
    if _to.is_contract:
        answer: bytes4 = extcall Receiver(_to).onERC721Received(msg.sender, _from, _tokenId, _data)
        assert answer == 0x150b7a02, "the receiver takes no tokens"


@external
@payable
def approve(_approved: address, _tokenId: uint256):
    """
    @notice Let one other account move a token. Its owner and the owner's operators may call.
    @param _approved The account; the zero address takes the permission back.
    @param _tokenId The token's number.
    """
    assert msg.value == 0, "moving a token costs nothing"
    owner: address = self._owner(_tokenId)
    assert msg.sender == owner or self.isApprovedForAll[owner][msg.sender], "neither owner nor operator"
    self.approved[_tokenId] = _approved
    log IERC721.Approval(owner=owner, approved=_approved, token_id=_tokenId)


@external
def setApprovalForAll(_operator: address, _approved: bool):
    """
    @notice Let an operator move all tokens of the caller, or no longer. Anybody may call, for itself.
    @param _operator The account.
    @param _approved Whether it may.
    """
    self.isApprovedForAll[msg.sender][_operator] = _approved
    log IERC721.ApprovalForAll(owner=msg.sender, operator=_operator, approved=_approved)


@internal
@view
def _owner(token: uint256) -> address:
    assert self.owners[token] != empty(address), "there is no such token"
    return self.owners[token]


@internal
@payable
def _move(owner: address, receiver: address, token: uint256):
    assert msg.value == 0, "moving a token costs nothing"
    assert self._owner(token) == owner, "not the token's owner"
    allowed: bool = msg.sender == self.approved[token] or self.isApprovedForAll[owner][msg.sender]
    assert msg.sender == owner or allowed, "not allowed to move this token"
    assert receiver != empty(address), "the zero address owns nothing"
    self.approved[token] = empty(address)
    self.balances[owner] -= 1
    self.balances[receiver] += 1
    self.owners[token] = receiver
    log IERC721.Transfer(sender=owner, receiver=receiver, token_id=token)
