"""What a model's key signs for the contract `transfer_guard`: the score of one request (EIP-712)."""

from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data

MOST_SCORE = 10_000  # the contract counts scores in ten-thousandths
FIELDS = (
    ("request", "uint256"), ("owner", "address"), ("recipient", "address"), ("amount", "uint256"), ("score", "uint256"),
)  # fmt: skip


def score_message(guard: Any, chain_id: int, request: int, asked: tuple, score: int) -> SignableMessage:
    """The message that gives `request` its `score`, a whole number from 0 to 10,000.

    `guard` is the deployed contract or its address; `asked` begins with the request's owner, recipient and amount, as
    the contract's `requests(request)` does. The message names chain, contract and request: it counts for no other.
    """
    if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= MOST_SCORE:
        raise ValueError(f"score must be a whole number from 0 to {MOST_SCORE}, got {score!r}")
    domain = {
        "name": "Transfer guard",
        "version": "1",
        "chainId": chain_id,
        "verifyingContract": getattr(guard, "address", guard),
    }
    owner, recipient, amount = asked[:3]
    said = {"request": request, "owner": owner, "recipient": recipient, "amount": amount, "score": score}
    return encode_typed_data(domain, {"Score": [{"name": name, "type": kind} for name, kind in FIELDS]}, said)


def sign_score(key: bytes, guard: Any, request: int, score: int) -> bytes:
    """The model's signature for `post(request, score, signature)`, 65 bytes: r, s, v.

    `key` is the model's private key and `guard` the deployed contract: it is asked what the request says, so that a key
    which scores one payment never signs another. Raises ValueError for a request that it does not have.
    """
    asked = guard.functions.requests(request).call()
    if asked[2] == 0:
        raise ValueError(f"request must be a number that the guard gave out, got {request!r}")
    message = score_message(guard, guard.w3.eth.chain_id, request, asked, score)
    return bytes(Account.sign_message(message, key).signature)
