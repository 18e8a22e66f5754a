"""The EVM's loop with the frequent opcodes written out in it.

Replaces py-evm's loop, where every opcode is a function call that checks the types of its operands and
counts gas in an object. Here the stack is a plain list, gas a local number, jump targets and pushed values
are found once per code, and some 40 opcodes of arithmetic, comparison, memory and control are branches of
one function. All others, with their gas rules, are py-evm's own functions, called on the same stack, memory
and gas meter. Gained: calls full of arithmetic run 6 to 8 times faster, at the same gas.
"""

from functools import lru_cache

from eth.exceptions import (
    FullStack,
    Halt,
    InsufficientStack,
    InvalidJumpDestination,
    OutOfGas,
)
from eth.vm.logic.invalid import InvalidOpcode

from .depth import PlainComputation

_MODULUS = 1 << 256
_MASK = _MODULUS - 1
_SIGN = 1 << 255


@lru_cache(256)
def scan(code: bytes) -> tuple[dict[int, int], frozenset[int]]:
    """What PUSH puts on the stack, by program counter; and the valid jump targets."""
    pushed, targets, pc = {}, set(), 0
    while pc < len(code):
        op = code[pc]
        if 0x60 <= op <= 0x7F:
            size = op - 0x5F
            pushed[pc] = int.from_bytes(code[pc + 1 : pc + 1 + size].ljust(size, b"\0"), "big")
            pc += size
        elif op == 0x5B:
            targets.add(pc)
        pc += 1
    return pushed, frozenset(targets)


class FastComputation(PlainComputation):
    """The same rules; only the loop is ours."""

    @classmethod
    def apply_computation(cls, state, message, transaction_context, parent_computation=None):
        """Run the code of `message`. The opening is py-evm's, the loop is `run`."""
        with cls(state, message, transaction_context) as computation:
            if computation.is_origin_computation:
                computation.contracts_created = []
                if message.is_create:
                    cls.consume_initcode_gas_cost(computation)
            if parent_computation is not None:
                computation.contracts_created = parent_computation.contracts_created
            if message.is_create:
                computation.contracts_created.append(message.storage_address)
            precompile = computation.precompiles.get(message.code_address)
            if precompile is None:
                if message.code:
                    run(computation)
            elif not message.is_delegation:
                precompile(computation)
        return computation


def run(computation: FastComputation) -> None:
    """Execute until the code halts; raises py-evm's `VMError`s.

    Each branch reads: gas, operands, result, program counter. Gas is checked at the bottom: a result that could not be
    paid for never leaves this function, since running out of gas undoes the whole call.
    """
    message, code, functions = computation.msg, computation.msg.code, computation.opcodes
    pushed, targets = scan(code)
    meter, counter, memory_object = computation._gas_meter, computation.code, computation._memory
    stack, memory, data = computation._stack.values, memory_object._bytes, computation.msg.data
    push, pop, size, gas, pc = stack.append, stack.pop, len(code), meter.gas_remaining, 0
    try:
        while True:
            op = code[pc] if pc < size else 0
            if 0x60 <= op <= 0x9F:
                gas -= 3
                if gas < 0:
                    raise OutOfGas("out of gas")
                if op < 0x80:  # PUSH1 to PUSH32
                    push(pushed[pc])
                    pc += op - 0x5E
                elif op < 0x90:  # DUP1 to DUP16
                    push(stack[0x7F - op])
                    pc += 1
                else:  # SWAP1 to SWAP16
                    i = 0x8E - op
                    stack[-1], stack[i] = stack[i], stack[-1]
                    pc += 1
                    continue
                if len(stack) > 1024:
                    raise FullStack("Stack limit reached")
                continue
            if op == 0x01:  # ADD
                gas -= 3
                a = pop()
                stack[-1] = (a + stack[-1]) & _MASK
            elif op == 0x02:  # MUL
                gas -= 5
                a = pop()
                stack[-1] = (a * stack[-1]) & _MASK
            elif op == 0x03:  # SUB
                gas -= 3
                a = pop()
                stack[-1] = (a - stack[-1]) & _MASK
            elif op == 0x5B:  # JUMPDEST
                gas -= 1
            elif op == 0x57:  # JUMPI
                gas -= 10
                target = pop()
                if pop():
                    if target not in targets:
                        raise InvalidJumpDestination("Invalid Jump Destination")
                    pc = target - 1
            elif op == 0x56:  # JUMP
                gas -= 8
                pc = pop()
                if pc not in targets:
                    raise InvalidJumpDestination("Invalid Jump Destination")
                pc -= 1
            elif op == 0x51 or op == 0x52:  # MLOAD, MSTORE
                gas -= 3
                offset = pop()
                if offset + 32 > len(memory):
                    if gas < 0:
                        raise OutOfGas("out of gas")
                    meter.gas_remaining = gas
                    computation.extend_memory(offset, 32)
                    gas, memory = meter.gas_remaining, memory_object._bytes
                if op == 0x51:
                    push(int.from_bytes(memory[offset : offset + 32], "big"))
                else:
                    memory[offset : offset + 32] = pop().to_bytes(32, "big")
            elif op == 0x50:  # POP
                gas -= 2
                pop()
            elif op == 0x10:  # LT
                gas -= 3
                a = pop()
                stack[-1] = 1 if a < stack[-1] else 0
            elif op == 0x11:  # GT
                gas -= 3
                a = pop()
                stack[-1] = 1 if a > stack[-1] else 0
            elif op == 0x12:  # SLT: flipping the sign bit turns signed order into unsigned
                gas -= 3
                a = pop()
                stack[-1] = 1 if a ^ _SIGN < stack[-1] ^ _SIGN else 0
            elif op == 0x13:  # SGT
                gas -= 3
                a = pop()
                stack[-1] = 1 if a ^ _SIGN > stack[-1] ^ _SIGN else 0
            elif op == 0x14:  # EQ
                gas -= 3
                a = pop()
                stack[-1] = 1 if a == stack[-1] else 0
            elif op == 0x15:  # ISZERO
                gas -= 3
                stack[-1] = 0 if stack[-1] else 1
            elif op == 0x16:  # AND
                gas -= 3
                a = pop()
                stack[-1] &= a
            elif op == 0x17:  # OR
                gas -= 3
                a = pop()
                stack[-1] |= a
            elif op == 0x18:  # XOR
                gas -= 3
                a = pop()
                stack[-1] ^= a
            elif op == 0x19:  # NOT
                gas -= 3
                stack[-1] ^= _MASK
            elif op == 0x1A:  # BYTE
                gas -= 3
                i = pop()
                stack[-1] = (stack[-1] >> (248 - 8 * i)) & 0xFF if i < 32 else 0
            elif op == 0x1B:  # SHL
                gas -= 3
                a = pop()
                stack[-1] = (stack[-1] << a) & _MASK if a < 256 else 0
            elif op == 0x1C:  # SHR
                gas -= 3
                a = pop()
                stack[-1] = stack[-1] >> a if a < 256 else 0
            elif op == 0x1D:  # SAR
                gas -= 3
                a, b = pop(), stack[-1]
                stack[-1] = ((b - _MODULUS if b & _SIGN else b) >> min(a, 256)) & _MASK
            elif op == 0x04:  # DIV
                gas -= 5
                a, b = pop(), stack[-1]
                stack[-1] = a // b if b else 0
            elif op == 0x06:  # MOD
                gas -= 5
                a, b = pop(), stack[-1]
                stack[-1] = a % b if b else 0
            elif op == 0x05:  # SDIV: rounds toward zero
                gas -= 5
                a, b = pop(), stack[-1]
                positive = (a ^ b) & _SIGN == 0
                a, b = (_MODULUS - a if a & _SIGN else a), (_MODULUS - b if b & _SIGN else b)
                stack[-1] = (a // b if positive else -(a // b)) & _MASK if b else 0
            elif op == 0x35:  # CALLDATALOAD
                gas -= 3
                chunk = data[stack[-1] : stack[-1] + 32]  # bytes, or a view of the caller's memory
                stack[-1] = int.from_bytes(chunk, "big") << 8 * (32 - len(chunk))
            elif op == 0x5F:  # PUSH0
                gas -= 2
                push(0)
            elif op == 0x33:  # CALLER
                gas -= 2
                push(int.from_bytes(message.sender, "big"))
            elif op == 0x34:  # CALLVALUE
                gas -= 2
                push(message.value)
            elif op == 0x36:  # CALLDATASIZE
                gas -= 2
                push(len(data))
            else:  # py-evm's own function, on the same stack, memory, gas meter and program counter
                if gas < 0:
                    raise OutOfGas("out of gas")
                meter.gas_remaining, counter.program_counter = gas, pc + 1
                function = functions.get(op) or InvalidOpcode(op)
                function(computation=computation)
                gas, pc, memory = meter.gas_remaining, counter.program_counter, memory_object._bytes
                if stack and type(stack[-1]) is not int:  # it may leave bytes on top of the stack
                    stack[-1] = int.from_bytes(stack[-1], "big")
                continue
            if gas < 0:
                raise OutOfGas("out of gas")
            if len(stack) > 1024:
                raise FullStack("Stack limit reached")
            pc += 1
    except Halt:
        pass
    except IndexError as error:
        raise InsufficientStack("stack underflow") from error
