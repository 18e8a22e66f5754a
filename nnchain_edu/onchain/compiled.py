"""A network as a contract: its code, how to ask it, what it costs, and where it stands once deployed."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from nnchain_edu.nets.integers import QuantisedNetwork

from .assembly import Constant, assemble, straight_gas
from .bytecode import compile_straight, door_of
from .lanes import NotCompilable

if TYPE_CHECKING:
    from nnchain_edu.chain import Chain

    from .deployed import DeployedNetwork

CODE_LIMIT = 24_576  # bytes of one contract: EIP-170
START_GAS = 21_000  # of a transaction
ZERO, OTHER, FLOOR = 4, 16, 10  # gas of a calldata byte; EIP-7623: at least 10 a token, a byte other than 0 has 4
BLOCK_GAS = 30_000_000  # what a block of the course's chain holds


def calldata_gas(data: bytes) -> tuple[int, int]:
    """(gas of `data` beside execution, the least that a transaction with it pays): EIP-2028 and EIP-7623."""
    zeros = data.count(0)
    tokens = zeros + 4 * (len(data) - zeros)
    return ZERO * zeros + OTHER * (len(data) - zeros), FLOOR * tokens


def transaction_gas(execution: int, data: bytes) -> int:
    """Gas of the whole transaction that sends `data` and executes so much."""
    own, least = calldata_gas(data)
    return START_GAS + max(own + execution, least)


def weights_hash(network: QuantisedNetwork) -> str:
    """keccak-256 of the network's whole numbers (`weights_bytes`): what a contract can commit to."""
    return "0x" + keccak(network.weights_bytes()).hex()


@dataclass(frozen=True)
class CompiledNetwork:
    """A network's contract, not yet on a chain. `gas` is what executing it takes, every time, whatever the input.

    `places[i]`: (calldata word, bit) of input i, or None if no neuron looks at it; `pixel_bits` bits each.
    `data`: the codes of the contracts that hold weights, deployed first (usually none).
    """

    network: QuantisedNetwork
    items: list = field(repr=False)
    gas: int
    places: tuple[tuple[int, int] | None, ...] = field(repr=False)
    pixel_bits: int
    calldata_words: int
    lane_bits: tuple[int, ...]
    data: tuple[bytes, ...] = field(default=(), repr=False)

    @cached_property
    def runtime(self) -> bytes:
        """The contract's code; where it names data contracts, their addresses are still 0."""
        return assemble(self.items)

    def linked(self, addresses: list[str]) -> bytes:
        """The code that reads its weights from the contracts at `addresses`, in the order of `data`."""
        if len(addresses) != len(self.data):
            raise ValueError(f"addresses: {len(addresses)} given for {len(self.data)} data contracts")
        left = iter(addresses)
        waiting = [isinstance(item, Constant) and item.size == 20 for item in self.items]
        pairs = zip(self.items, waiting, strict=True)
        return assemble(Constant(int(next(left), 16), 20) if open_ else item for item, open_ in pairs)

    @property
    def size(self) -> int:
        """Bytes of code on the chain, data contracts included."""
        return len(self.runtime) + sum(len(each) for each in self.data)

    @property
    def pixels(self) -> tuple[int, ...]:
        """pixels[j] is the input at bit `pixel_bits`·j of calldata, lowest word first; -1 where nobody looks.

        Empty if fields do not lie at multiples of `pixel_bits`.
        """
        per_word = 256 // self.pixel_bits
        found = [-1] * (per_word * self.calldata_words)
        for index, place in enumerate(self.places):
            if place is not None:
                if place[1] % self.pixel_bits:
                    return ()
                found[per_word * place[0] + place[1] // self.pixel_bits] = index
        return tuple(found)

    def encode(self, x: Any) -> bytes:
        """One row of whole numbers 0 to x_max as the contract's calldata, 32 bytes a word, big-endian."""
        row = self.network.checked(x)
        if len(row) != 1:
            raise ValueError(f"x: {len(row)} rows given; one is accepted")
        words = [0] * self.calldata_words
        for value, place in zip(row[0].tolist(), self.places, strict=True):
            if place is not None:
                words[place[0]] |= value << place[1]
        return b"".join(word.to_bytes(32, "big") for word in words)

    def reference(self, x: Any) -> int:
        """The class that the network of whole numbers gives one row; the contract must agree."""
        return int(self.network.predict(x)[0])

    def transaction_gas(self, x: Any) -> int:
        """Gas of a whole transaction that asks about one row: start, calldata (with its floor) and execution."""
        return transaction_gas(self.gas, self.encode(x))

    @property
    def instructions(self) -> int:
        """How many opcodes the code holds."""
        return len(self.items)

    @property
    def gas_per_product(self) -> float:
        return self.gas / self.network.products

    def deploy(self, chain: "Chain", sender: Any = None) -> "DeployedNetwork":
        """Create the contract (and first those of its weights) on `chain`. Raises ChainError if the chain refuses."""
        from .deployed import create

        return create(self, chain, sender)

    def report(self) -> str:
        """What was compiled and proven, one fact a line."""
        rows = [
            ("network", "-".join(str(n) for n in (self.network.inputs, *(la.outputs for la in self.network.layers)))),
            ("products", f"{self.network.products:,}"),
            (
                "inputs",
                f"0 to {self.network.x_max}, {self.pixel_bits} bits each, {self.calldata_words} calldata word(s)",
            ),
            ("inputs no neuron looks at", f"{sum(place is None for place in self.places)} of {self.network.inputs}"),
            ("lanes", ", ".join(f"layer {i}: {bits} bits" for i, bits in enumerate(self.lane_bits))),
            ("overflow", "proven absent, neuron by neuron, for every calldata"),
            ("execution gas", f"{self.gas:,} ({self.gas_per_product:.2f} a product)"),
            ("code", f"{self.size:,} bytes" + (f", {len(self.data)} data contracts" if self.data else "")),
            ("weights", weights_hash(self.network)),
        ]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {text}" for name, text in rows)


def compile_network(
    network: QuantisedNetwork,
    *,
    lane_bits: int | None = None,
    data_contracts: bool | None = None,
    block_gas: int = BLOCK_GAS,
) -> CompiledNetwork:
    """Compile `network` to EVM code that gives the class of one row, bit for bit as `network.predict`.

    `lane_bits`: lanes of the first layer (None: the narrowest that are proven). `data_contracts`: weights in
    contracts of their own, read by EXTCODECOPY in a loop (None: only if the straight code exceeds 24,576 bytes or the
    stack). Raises NotCompilable with the layer and neuron if a sum might leave its lane, or if a call would not fit
    `block_gas`.
    """
    if not isinstance(network, QuantisedNetwork):
        raise ValueError(f"network: {type(network).__name__} given; a QuantisedNetwork is accepted (see quantise)")
    if lane_bits is not None and (
        isinstance(lane_bits, bool) or not isinstance(lane_bits, int) or not 6 <= lane_bits <= 128
    ):
        raise ValueError(f"lane_bits must be a whole number from 6 to 128, or None; got {lane_bits!r}")
    if lane_bits is not None and lane_bits < network.x_max.bit_length():
        raise NotCompilable(f"lanes of {lane_bits} bits cannot hold inputs of {network.x_max.bit_length()}")
    compiled = None
    if not data_contracts:
        try:
            compiled = _straight(network, lane_bits)
        except NotCompilable as error:
            if data_contracts is False or "stack" not in str(error):
                raise
    if compiled is None or (len(compiled.runtime) > CODE_LIMIT and data_contracts is None):
        from .stored import compile_stored

        compiled = compile_stored(network)
    if len(compiled.runtime) > CODE_LIMIT:
        size = f"{len(compiled.runtime):,} bytes"
        raise NotCompilable(f"its code is {size}; a contract holds {CODE_LIMIT:,} (EIP-170); allow data contracts")
    if compiled.gas > block_gas - START_GAS:
        raise NotCompilable(
            f"one call takes {compiled.gas:,} gas; a block has {block_gas:,}, a transaction's start included"
        )
    return compiled


def _straight(network: QuantisedNetwork, lane_bits: int | None) -> CompiledNetwork:
    straight = compile_straight(network, lane_bits)
    operands = straight.operands
    fields = max(1, operands.lane_bits // door_of(network).bit_length())
    places = tuple((place[0][0] // fields, place[0][1]) if place else None for place in operands.places)
    gas = straight_gas(straight.items) + 3  # and one word of memory
    return CompiledNetwork(
        network,
        straight.items,
        gas,
        places,
        door_of(network).bit_length(),
        straight.calldata_words,
        straight.lane_bits,
    )
