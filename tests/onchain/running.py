"""Runs EVM code without deploying it: a call to an address whose code is overridden."""

from typing import Any

from nnchain_edu.chain import Chain

HERE = "0x" + "11" * 20


def call(chain: Chain, code: bytes, data: bytes = b"") -> bytes:
    """What `code` answers to `data`. Raises Refused when it reverts."""
    request = {"to": HERE, "data": "0x" + data.hex()}
    return bytes.fromhex(chain.rpc("eth_call", request, "latest", {HERE: {"code": "0x" + code.hex()}})[2:])


def traced(chain: Chain, to: str, data: bytes) -> tuple[int, list[dict[str, Any]]]:
    """The gas that executing a call takes, and its steps."""
    options = {"disableStorage": True, "disableStack": True}
    answer = chain.rpc("debug_traceCall", {"to": to, "data": "0x" + data.hex()}, "latest", options)
    assert not answer["failed"]
    return sum(step["gasCost"] for step in answer["structLogs"]), answer["structLogs"]
