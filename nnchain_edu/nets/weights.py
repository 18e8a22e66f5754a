"""One name for one set of weights: bytes that are the same everywhere, their SHA-256, and a reader that runs no code.

The bytes hold the tensors in the order of their names (compared as UTF-8), each as

    length of the name (4 bytes) · name · length of the dtype (4 bytes) · dtype, such as float32 ·
    number of dimensions (4 bytes) · each dimension (8 bytes) · the numbers, row by row

All whole numbers and all entries are little-endian. Every length is written down, so no two sets of weights share
their bytes. PyTorch's own files are pickles, which run code when they are loaded; `read_weights` only copies numbers.
"""

import hashlib
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

# name in the bytes: PyTorch's type, and the type of the little-endian bytes (bfloat16 is moved as 16 plain bits)
DTYPES = {
    "float16": (torch.float16, "<f2"),
    "bfloat16": (torch.bfloat16, "<i2"),
    "float32": (torch.float32, "<f4"),
    "float64": (torch.float64, "<f8"),
    "int8": (torch.int8, "|i1"),
    "int16": (torch.int16, "<i2"),
    "int32": (torch.int32, "<i4"),
    "int64": (torch.int64, "<i8"),
    "uint8": (torch.uint8, "|u1"),
    "bool": (torch.bool, "|b1"),
}
_NAMES = {torch_type: name for name, (torch_type, _) in DTYPES.items()}
MOST_DIMENSIONS = 16

Weights = nn.Module | Mapping[str, Tensor]


def weights_bytes(model: Weights) -> bytes:
    """Return the canonical bytes of a model, or of its state dict: they depend on names, dtypes, shapes and numbers
    only, not on the order of the entries, memory layout or machine.

    A NaN counts by its bits, and 0.0 and -0.0 differ. Raises TypeError for what is no model and no mapping from names
    to dense tensors, ValueError for a tensor of another dtype than `DTYPES` or for no tensors at all.
    """
    state = model.state_dict() if isinstance(model, nn.Module) else model
    if not isinstance(state, Mapping):
        raise TypeError(f"model: {type(model).__name__} given; a torch module or a state dict is accepted")
    if not state:
        raise ValueError("model: it holds no tensors; at least one is accepted")
    for name, tensor in state.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor) or tensor.layout is not torch.strided:
            raise TypeError(
                f"model: entry {name!r} is a {type(tensor).__name__}; a dense tensor under a text is accepted"
            )
    return b"".join(_entry(name, state[name]) for name in sorted(state, key=lambda name: name.encode()))


def weights_hash(model: Weights) -> bytes:
    """Return the 32 bytes of SHA-256 (FIPS 180-4) over `weights_bytes(model)`: the name of these weights."""
    return hashlib.sha256(weights_bytes(model)).digest()


def read_weights(data: bytes) -> dict[str, Tensor]:
    """Return the tensors by name from their canonical bytes; nothing in the bytes is executed.

    Raises ValueError where `data` are not exactly what `weights_bytes` writes: a cut, an unknown dtype, names that
    are doubled or out of order, bytes left over.
    """
    rest, state, before = _Reader(bytes(data)), {}, None
    while rest.position < len(rest.data):
        name = rest.text("name")
        if before is not None and name.encode() <= before.encode():
            raise ValueError(f"data: name {name!r} comes after {before!r}; names in order, each once, are accepted")
        state[name], before = _tensor(name, rest), name
    if not state:
        raise ValueError("data: empty; at least one tensor is accepted")
    return state


def _entry(name: str, tensor: Tensor) -> bytes:
    if tensor.dtype not in _NAMES:
        raise ValueError(f"model: {name!r} is of type {tensor.dtype}; accepted are {', '.join(DTYPES)}")
    dtype = _NAMES[tensor.dtype]
    plain = tensor.detach().cpu().contiguous()
    plain = plain.view(torch.int16) if dtype == "bfloat16" else plain
    shape = b"".join(size.to_bytes(8, "little") for size in tensor.shape)
    heads = [_sized(name), _sized(dtype), tensor.dim().to_bytes(4, "little"), shape]
    return b"".join(heads) + plain.numpy().astype(DTYPES[dtype][1], copy=False).tobytes()


def _sized(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(4, "little") + encoded


def _tensor(name: str, rest: "_Reader") -> Tensor:
    dtype = rest.text("dtype")
    if dtype not in DTYPES:
        raise ValueError(f"data: {name!r} is of type {dtype!r}; accepted are {', '.join(DTYPES)}")
    torch_type, little_endian = DTYPES[dtype]
    dimensions = rest.number(4)
    if dimensions > MOST_DIMENSIONS:
        raise ValueError(f"data: {name!r} has {dimensions} dimensions; at most {MOST_DIMENSIONS} are accepted")
    shape = [rest.number(8) for _ in range(dimensions)]
    entries = 1
    for size in shape:
        entries *= size
    numbers = np.frombuffer(rest.take(entries * np.dtype(little_endian).itemsize), dtype=little_endian)
    if dtype == "bool" and numbers.view(np.uint8).max(initial=0) > 1:
        raise ValueError(f"data: {name!r} holds a truth value other than 0 and 1")
    native = numbers.astype(numbers.dtype.newbyteorder("="))  # a copy: the caller's bytes stay as they are
    return torch.from_numpy(native).view(torch_type).reshape(shape)


class _Reader:
    """Takes bytes from the front, and never more than there are."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.position:
            raise ValueError(f"data: cut short at byte {len(self.data)}; {size} more were announced at {self.position}")
        self.position += size
        return self.data[self.position - size : self.position]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def text(self, what: str) -> str:
        try:
            return self.take(self.number(4)).decode()
        except UnicodeDecodeError:
            raise ValueError(f"data: a {what} before byte {self.position} is not UTF-8") from None
