"""Ready tests for contracts: each puts the learner's contract on a fresh chain of its own and calls it."""

from collections.abc import Callable
from typing import Any

from nnchain_edu.exercises.kinds import AnswerFailed, Miss
from nnchain_edu.exercises.shown import shorten, show_error


def on_fresh_chain(answer: Any, *args: Any, sender: str = "alice", value: int = 0) -> tuple[Any, Any]:
    """The learner's contract deployed on a new chain: (chain, contract).

    Args:
        answer: Vyper source, or a contract that `Chain.deploy` returned; of that, the creating code is taken
            and the constructor's arguments are replaced by `args`.
        args: the constructor's arguments.
        sender: who deploys.
        value: wei sent along.

    Raises:
        AnswerFailed: when the source does not compile, which makes the answer *broken*.
    """
    from nnchain_edu.chain import Chain

    chain = Chain()
    if isinstance(answer, str):
        must_compile(answer)
        return chain, chain.deploy(answer, *args, sender=sender, value=value)
    factory = chain.w3.eth.contract(abi=answer.abi, bytecode=_creating_code(answer))
    made = factory.constructor(*args).transact({"from": chain.accounts[sender].address, "value": value})
    address = chain.w3.eth.wait_for_transaction_receipt(made)["contractAddress"]
    return chain, chain.w3.eth.contract(address, abi=answer.abi)


def must_compile(source: str) -> None:
    """Raise AnswerFailed with the compiler's complaint unless `source` is a contract."""
    from nnchain_edu.chain.contracts import load
    from nnchain_edu.chain.refusals import ContractError

    try:
        load(source)
    except ContractError as error:
        lines = "\n".join(shorten(line) for line in str(error).splitlines()[:8])
        raise AnswerFailed("The contract does not compile.", [("Compiler", lines)]) from None


def _creating_code(contract: Any) -> bytes:
    """The bytecode that made a deployed contract, without the constructor's arguments behind it."""
    inputs = next((entry["inputs"] for entry in contract.abi if entry["type"] == "constructor"), [])
    receipt = getattr(contract, "receipt", None)
    if receipt is None or any(_is_dynamic(each) for each in inputs):
        raise AnswerFailed("This contract cannot be put on a fresh chain: give its source text to the check.")
    code = bytes(contract.w3.eth.get_transaction(receipt["transactionHash"])["input"])
    return code[: len(code) - sum(_words(each) for each in inputs) * 32]


def _is_dynamic(field: dict) -> bool:
    parts = field.get("components", [])
    return field["type"] in ("string", "bytes") or "[" in field["type"] or any(map(_is_dynamic, parts))


def _words(field: dict) -> int:
    """How many 32-byte words a constructor argument of fixed size takes."""
    return sum(map(_words, field["components"])) if field["type"] == "tuple" else 1


def reverts(action: Callable[[], Any], reason: str = "") -> bool | Miss:
    """Whether an action (a call or a transaction) is undone by the contract, with `reason` in its text."""
    from web3.exceptions import ContractLogicError

    try:
        action()
    except ContractLogicError as error:
        return reason in str(error) or Miss(("Expected the reason", reason), ("Reverted", show_error(error)))
    return Miss(("Expected", "the transaction to revert"))
