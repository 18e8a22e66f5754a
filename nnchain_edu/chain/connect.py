"""The way to a node that runs elsewhere: found within five seconds, or refused in one line.

Nothing of py-evm is replaced: it knows no other nodes.
"""

from pathlib import Path
from threading import Thread
from typing import Any

from web3 import HTTPProvider, IPCProvider, Web3

from .refusals import ChainError

PATIENCE = 4.5  # seconds to wait for the first answer; a name look-up alone can hang far longer


def open_node(url: str) -> Web3:
    """web3 over the node at ``url`` (http://, https:// or an IPC socket's path), once it has answered."""
    if not isinstance(url, str) or not url.strip():
        raise ChainError(f"url must be a text such as 'http://127.0.0.1:8545', not {url!r}")
    if url.startswith(("http://", "https://")):
        # no repeated attempts: a call that changes the chain must not be made twice
        provider = HTTPProvider(url, request_kwargs={"timeout": 60}, exception_retry_configuration=None)
    elif Path(url).is_socket():
        provider = IPCProvider(url, timeout=60)
    else:
        raise ChainError(f"url must start with http:// or https://, or be an IPC socket's path; you gave {url!r}")
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(provider.make_request("eth_chainId", []))
        except Exception as error:  # whatever goes wrong on the way, the learner needs its reason
            found.append(error)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    answer = found[0] if found else TimeoutError(f"silent for {PATIENCE} seconds")
    if isinstance(answer, Exception):
        raise ChainError(f"no Ethereum node answers at {url}: {_reason(answer)}")
    if not isinstance(answer, dict) or not str(answer.get("result")).startswith("0x"):
        raise ChainError(f"{url} answers, but not as an Ethereum node does: {str(answer)[:120]}")
    return Web3(provider)


def _reason(error: Exception) -> str:
    text = str(error)
    if "refused" in text:
        return "the connection was refused; is the node running, and is that its port?"
    if "resolve" in text or "Name or service" in text:
        return "nobody knows that host name"
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"it answers with HTTP status {status}"
    return f"{type(error).__name__}: {text[:160]}"
