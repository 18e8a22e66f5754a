"""The node of a class that has no other: the course's own chain over HTTP, with a block a second and a purse for all.

Unlike Anvil, it lets nobody set balances or turn the chain back, and signs for nobody.
"""

import secrets
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnchain_edu.chain.node import Node
    from nnchain_edu.chain.server import Server

    from .classroom import Class

ETHER = 10**18
PURSE = 10 * ETHER  # wei for a newcomer
REWARD, ROUNDS_PAID = ETHER, 100  # wei a round, and for how many rounds the pot is filled
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"


def purse(node: "Node", who: str) -> str:
    """JSON-RPC method `class_purse`: PURSE for an account that has nothing. Returns its balance."""
    from nnchain_edu.chain.errors import RpcError
    from nnchain_edu.chain.rpc_values import address

    account = address(who)
    if node.evm.state(node.root).get_balance(account):
        raise RpcError(f"{who} has ether already")
    node.edit(lambda state: state.set_balance(account, PURSE))
    return hex(PURSE)


def contract_on(chain, clients: int, seconds: int) -> str:
    """Deploy the contract from the first account, and fill the pot. Returns its address."""
    from .classroom import BITS, WORDS

    contract = chain.deploy("federated_round", BITS, WORDS, clients, ETHER, REWARD, seconds, seconds)
    chain.send(contract.functions.fund, value=ROUNDS_PAID * REWARD)
    return contract.address


def serve(
    clients: int, seconds: int, bind: str = LOOPBACK, port: int = 8545, block_seconds: float = 1.0
) -> tuple["Server", "Class"]:
    """A new chain with a class's contract, at `bind` and `port` (0: any that is free) until the server is closed.

    seconds: for commitments, and again for reveals. block_seconds: between blocks, whose times are at least a second
    apart: below 1 the chain's time runs faster than the clock.

    Raises OSError where the address is not this machine's or the port is taken.
    """
    from nnchain_edu.chain import Chain

    from .classroom import Class
    from .light_node import LightNode

    chain = Chain(seed=secrets.randbits(62))  # nobody knows the keys of its ten rich accounts
    address = contract_on(chain, clients, seconds)
    server = chain.serve(bind, port, extra={"class_purse": purse}, seconds=block_seconds)
    try:
        return server, Class(LightNode(server.url.replace(EVERYWHERE, LOOPBACK)), address)
    except BaseException:
        server.close()
        raise


def create(url: str, clients: int, seconds: int) -> "Class":
    """A class's contract on a node that runs already, deployed and paid for by the node's first account."""
    from nnchain_edu.chain import Chain

    from .classroom import Class
    from .light_node import LightNode

    return Class(LightNode(url), contract_on(Chain.connect(url), clients, seconds))


def address_for_learners(bind: str) -> str:
    """What others on the network would call this machine; sends nothing."""
    if bind != EVERYWHERE:
        return bind
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation (RFC 5737): only the route is looked up
            return probe.getsockname()[0]
        except OSError:
            return LOOPBACK
