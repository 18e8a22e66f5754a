"""The chain beside eth-tester and Anvil, each in a process of its own: one script through web3, one table.

Rates on a shared machine vary by a third: compare within one run only. `python -m tests.bench chain`.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ENGINES = {
    "eth-tester as web3[tester] installs it": (
        "eth_tester",
        {"ECC_BACKEND_CLASS": "eth_keys.backends.NativeECCBackend"},
    ),
    "eth-tester with coincurve": ("eth_tester", {}),
    "ours, engine='reference'": ("reference", {}),
    "ours": ("fast", {}),
    "Anvil, HTTP": ("anvil_http", {}),
    "Anvil, IPC": ("anvil_ipc", {}),
}
TOKEN = """
event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256
balanceOf: public(HashMap[address, uint256])
@deploy
def __init__():
    self.balanceOf[msg.sender] = 10 ** 30
@external
def transfer(receiver: address, amount: uint256) -> bool:
    self.balanceOf[msg.sender] -= amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=msg.sender, receiver=receiver, amount=amount)
    return True
"""
NETWORK = """
hidden: int128[64][16]
output: int128[16][10]
@external
@view
def predict(pixels: int128[64]) -> uint256:
    values: int128[16] = empty(int128[16])
    for i: uint256 in range(16):
        total: int128 = 0
        for j: uint256 in range(64):
            total += self.hidden[i][j] * pixels[j]
        values[i] = max(total, 0) // 16
    best: uint256 = 0
    top: int128 = min_value(int128)
    for i: uint256 in range(10):
        total: int128 = 0
        for j: uint256 in range(16):
            total += self.output[i][j] * values[j]
        if total > top:
            top = total
            best = i
    return best
"""
RECEIVER = "0x" + "22" * 20


def compiled(source: str) -> dict[str, Any]:
    from vyper import compile_code

    return compile_code(source, output_formats=["abi", "bytecode"])


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def memory() -> int:
    """Peak memory of this process in MB, not of the one that started it, which Linux' `getrusage` counts in."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def connect(engine: str) -> tuple[Any, Callable[[], None], int]:
    """web3 over an engine, how to mine a block, and the process id of a node beside (0: none)."""
    from web3 import EthereumTesterProvider, HTTPProvider, IPCProvider, Web3

    if engine == "eth_tester":
        from eth_tester import EthereumTester, PyEVMBackend

        tester = EthereumTester(PyEVMBackend())
        return Web3(EthereumTesterProvider(tester)), tester.mine_block, 0
    if engine in ("fast", "reference"):
        from nnchain_edu import Chain

        chain = Chain(engine=engine)
        return chain.w3, chain.mine, 0
    from tests.chain.engines import AnvilRpc, anvil_binary

    node, folder = AnvilRpc(anvil_binary()), tempfile.mkdtemp()
    if engine == "anvil_ipc":
        node.close()
        options = ["--silent", "--ipc", f"{folder}/anvil.ipc", "--port", node.url.rsplit(":", 1)[1]]
        node.process = subprocess.Popen([anvil_binary(), *options], stdout=subprocess.DEVNULL)
        while not Path(folder, "anvil.ipc").exists():
            time.sleep(0.05)
        w3 = Web3(IPCProvider(f"{folder}/anvil.ipc"))
    else:
        w3 = Web3(HTTPProvider(node.url))
    return w3, lambda: w3.provider.make_request("evm_mine", []), node.process.pid


def measure(engine: str) -> dict[str, float]:
    """Rates, times and memory of one engine. Nothing is given that web3 fills in by itself but gas."""
    w3, mine, process = connect(engine)
    try:
        slow = engine == "eth_tester"
        me, count = w3.eth.accounts[0], 100 if slow else 400
        contract = compiled(TOKEN)
        factory = w3.eth.contract(abi=contract["abi"], bytecode=contract["bytecode"])
        receipt = w3.eth.wait_for_transaction_receipt(factory.constructor().transact({"from": me}), poll_latency=0.01)
        token = w3.eth.contract(address=receipt["contractAddress"], abi=contract["abi"])
        send, receiver = w3.eth.send_transaction, w3.to_checksum_address(RECEIVER)
        first = send({"from": me, "to": receiver, "value": 1, "gas": 21_000})

        def settled(digest: Any) -> Any:
            return w3.eth.wait_for_transaction_receipt(digest, poll_latency=0.001)

        def rate(one: Callable[[], Any], settle: Callable[[Any], Any]) -> float:
            settle(one())  # warm
            return count / seconds(lambda: settle([one() for _ in range(count)][-1]))

        transfer, balance = token.functions.transfer(receiver, 1), token.functions.balanceOf(me)
        result = {
            "transfers/s": rate(lambda: send({"from": me, "to": receiver, "value": 1, "gas": 21_000}), settled),
            "token transfers/s": rate(lambda: transfer.transact({"from": me, "gas": 80_000}), settled),
            "calls/s": rate(balance.call, int),
        }
        scale = 10 if slow else 1  # eth-tester looks through every block for every receipt
        start = w3.eth.block_number
        for _ in range(1_000 // scale):
            transfer.transact({"from": me, "gas": 80_000})
            mine()
        events = []
        result["events, s"] = seconds(lambda: events.extend(token.events.Transfer().get_logs(from_block=start + 1)))
        assert len(events) == 1_000 // scale, len(events)
        result["old receipt, ms"] = seconds(lambda: [w3.eth.get_transaction_receipt(first) for _ in range(20)]) * 50
        result["MB"] = memory()
        if process:
            status = Path(f"/proc/{process}/status").read_text()
            result["MB of the node"] = int(status.split("VmHWM:")[1].split()[0]) // 1024
        return result
    finally:
        if process:
            os.kill(process, 15)


def measure_many(count: int, tokens: bool = False) -> dict[str, float]:
    """`count` transactions by `Chain.send_many` to as many receivers.

    The clock starts when the list of receivers and amounts is written; from then on all is within it: reading the
    accounts, encoding the contract's calls, signing, running, the blocks. Per second of this process's processor, too:
    on a machine that others use the wall's clock says little.
    """
    from nnchain_edu import Chain

    chain = Chain()
    receivers = [f"0x{2**100 + i:040x}" for i in range(count)]
    if tokens:
        to = chain.deploy(TOKEN).functions.transfer
        wanted = [{"to": to, "args": (receiver, 1), "gas": 80_000} for receiver in receivers]
    else:
        names = [account.name for account in chain.accounts]
        wanted = [{"to": receiver, "value": 1, "sender": names[i % 10]} for i, receiver in enumerate(receivers)]
    worked, before = time.process_time(), memory()
    rate = count / seconds(lambda: chain.send_many(wanted))
    worked = time.process_time() - worked
    blocks = chain._node.blocks
    assert all(receipt.succeeded for block in blocks for receipt in block.receipts)
    return {
        "per second": rate,
        "per second of processor": count / worked,
        "blocks": len(blocks) - 1 - tokens,
        "MB": memory(),
        "MB before": before,
    }


def measure_call(engine: str) -> dict[str, float]:
    """The naive network of 1,184 products in storage, as an eth_call."""
    from nnchain_edu.chain.node import Node
    from nnchain_edu.chain.rpc import dispatch

    node, contract = Node(engine=engine), compiled(NETWORK)
    request = {"from": "0x" + next(iter(node.keys)).hex(), "data": contract["bytecode"], "gas": hex(5 * 10**6)}
    digest = dispatch(node, "eth_sendTransaction", [request])
    target = dispatch(node, "eth_getTransactionReceipt", [digest])["contractAddress"]
    from eth_utils import keccak

    call = {"to": target, "data": "0x" + keccak(text="predict(int128[64])")[:4].hex() + f"{7:064x}" * 64}
    gas = dispatch(node, "debug_traceCall", [call, "latest", {"tracer": "callTracer"}])["gasUsed"]
    dispatch(node, "eth_call", [call])
    return {
        "ms": min(seconds(lambda: dispatch(node, "eth_call", [call])) for _ in range(5)) * 1000,
        "gas": int(gas, 16),
    }


def processor() -> str:
    """The processor's name, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def child(what: str, *arguments: object, environment: dict[str, str] | None = None) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.chain", what, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | (environment or {}), check=False)
    if done.returncode:
        return {"failed: " + done.stderr.strip().splitlines()[-1]: 0}
    return json.loads(done.stdout.splitlines()[-1])


def show(name: str, result: dict[str, float]) -> None:
    cells = [f"{value:,.{2 if value < 10 and key not in ('blocks',) else 0}f} {key}" for key, value in result.items()]
    print(f"{name:40} " + " · ".join(cells), flush=True)


def main() -> None:
    """Print the whole table."""
    from tests.chain.engines import anvil_binary

    print(f"{processor()}, {os.cpu_count()} of them, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")

    print("Through web3, best of two rounds (events: 1,000 of 2,000 blocks; for eth-tester 100 of 200)")
    found = {n: e for n, e in ENGINES.items() if anvil_binary() or not e[0].startswith("anvil")}
    rounds = [{n: child("measure", e, environment=v) for n, (e, v) in found.items()} for _ in range(2)]
    for name in ENGINES:
        if name in found:
            show(
                name,
                {key: (max if "/s" in key else min)(r[name].get(key, 0) for r in rounds) for key in rounds[0][name]},
            )
        else:
            print(f"{name:40} not found: set ANVIL, or put it on PATH")
    print("Chain.send_many, each transaction to another receiver; best of two rounds")
    for count, tokens in ((1_000, 0), (100_000, 0), (1_000, 1), (10_000, 1)):
        rounds = [child("measure_many", count, tokens) for _ in range(2)]
        best = {key: (max if "second" in key else min)(r.get(key, 0) for r in rounds) for key in rounds[0]}
        show(f"{count:,} {'token transfers' if tokens else 'transfers'}", best)
    print("A call full of arithmetic: 1,184 products, weights in storage")
    for engine in ("reference", "fast"):
        show(f"engine={engine!r}", child("measure_call", engine))


if __name__ == "__main__":
    measurement, *given = sys.argv[1:]
    values = [int(value) if value.isdigit() else value for value in given]
    print(json.dumps(globals()[measurement](*values)))
